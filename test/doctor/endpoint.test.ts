import assert from 'node:assert/strict';
import { selfSigned } from '../../demo/certificates.ts';
import { startDnsServer, type DnsAnswer } from '../peers/dns/dns-server.ts';
import { closedPort, createPeers } from '../peers/tls/tls-peers.ts';
import { assertFound, findingsWith } from './findings.ts';

describe('the doctor on names and handshakes', () => {
  const peers = createPeers();
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    await Promise.all([peers.close(), ...closing.splice(0).map((close) => close())]);
  });

  async function dnsEnv(answer: DnsAnswer): Promise<Record<string, string>> {
    const { server, close } = await startDnsServer((_name, type) => (type === 'A' ? answer : { addresses: [] }));
    closing.push(close);
    return { DNS_SERVERS: server, PROBE_ALLOW: '127.0.0.0/8' };
  }

  it('looks a name up, and tells whose certificate is shown there', async () => {
    const issued = await selfSigned({ names: ['www.test'] });
    const { port, asked } = await peers.tls(issued);
    const found = await findingsWith(await dnsEnv({ addresses: ['127.0.0.1'] }), { target: `www.test:${port}` });
    assertFound(found.dns, 'fine', 'www.test has 1 address: 127.0.0.1.');
    assertFound(found.handshake, 'fine', `www.test:${port} shows a certificate of`, 'it expires ');
    assert.ok(asked.includes('www.test'), asked.join());
  });

  it('finds a server that shows its certificate and breaks off then', async () => {
    const peer = await peers.tls(await selfSigned({ names: ['www.test'] }), { maxVersion: 'TLSv1.2' });
    let said = 0;
    const { port } = await peers.between(peer, (bytes) => {
      said += 1;
      // In place of its Finished internal_error (RFC 5246 section 7.2).
      return said === 1 ? bytes : Buffer.from('15030300020250', 'hex');
    });
    const found = await findingsWith(await dnsEnv({ addresses: ['127.0.0.1'] }), { target: `www.test:${port}` });
    assertFound(found.handshake, 'wrong', `www.test:${port}: The server shows this`, 'alert internal error', 'log');
  });

  const failures: [string, DnsAnswer, string][] = [
    ['a name that is not there', { code: 'NXDOMAIN' }, 'There is no name www.test, says DNS_SERVERS.'],
    ['a server that fails', { code: 'SERVFAIL' }, 'DNS_SERVERS gave no answer for www.test (ESERVFAIL)'],
    ['a server that is silent', null, 'DNS_SERVERS gave no answer for www.test (ETIMEOUT)'],
  ];
  for (const [name, answer, says] of failures)
    it(`finds ${name}`, async () => {
      const env = { ...(await dnsEnv(answer)), PROBE_TIMEOUT: '2s' };
      const found = await findingsWith(env, { target: 'www.test', timeout: 4000 });
      assertFound(found.dns, 'wrong', says);
      assertFound(found.handshake, 'wrong', 'No certificate came from www.test: ');
    });

  it('looks no name up for an address, and finds a port on which nobody listens', async () => {
    const port = await closedPort();
    const found = await findingsWith({}, { target: `127.0.0.1:${port}` });
    assertFound(found.dns, 'fine', '127.0.0.1 is an address');
    assertFound(found.handshake, 'wrong', `127.0.0.1:${port}: connection refused`);
  });

  it('finds authorities that cannot be read', async () => {
    const found = await findingsWith({ PROBE_CA_FILE: '/nowhere/ca.pem' });
    assertFound(found.handshake, 'wrong', 'PROBE_CA_FILE=/nowhere/ca.pem', 'there is no such file');
  });

  it('gives up a server that is silent', async () => {
    const { port } = await peers.tcp(() => {});
    const found = await findingsWith({}, { target: `127.0.0.1:${port}`, timeout: 1500 });
    assertFound(found.handshake, 'wrong', 'within 2 s');
    assertFound(found.dns, 'fine');
  });
});
