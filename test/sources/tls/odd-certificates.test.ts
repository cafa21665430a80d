import assert from 'node:assert/strict';
import type { Presented } from '../../../src/core/certificates/certificate.ts';
import { judge } from '../../../src/core/certificates/verdict.ts';
import { createProbe } from '../../../src/sources/tls/probe.ts';
import { createConversationTrust } from '../../../src/sources/tls/conversation-trust.ts';
import { createPeers, type Peer } from '../../peers/tls/tls-peers.ts';
import { EN } from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';
import { alternativeNames, mustStaple, pemOf, timeAt } from '../../support/der-certificate.ts';
import { HOST, issueOdd, ODD, type Odd } from '../../support/odd-certificates.ts';

const NOW = Date.now();

describe('A server with a certificate that is not what it should be', () => {
  const peers = createPeers();
  afterEach(() => peers.close());
  const { rootPem } = issueOdd({ leaf: {} }, NOW);
  const settings = { timeout: 10_000, concurrency: 4, allow: ['127.0.0.0/8'], deny: [], dnsServers: [] };
  const trusting = createProbe({ ...settings, authorities: [rootPem] });
  const strange = createProbe(settings);

  /** A server that sends the chain of an odd certificate. */
  function serve(odd: Pick<Odd, 'leaf' | 'issuer' | 'above'>): Promise<Peer> {
    const { sent, keys } = issueOdd(odd, NOW);
    const chainPem = sent.map(({ raw }) => pemOf(raw)).join('');
    const keyPem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const at = new Date(NOW);
    const issued = { certPem: '', chainPem, keyPem, fingerprint: '', notBefore: at, notAfter: at };
    return peers.tls(issued, { ciphers: 'DEFAULT@SECLEVEL=0' });
  }

  async function look({ port }: Peer, { asked = HOST, probe = trusting } = {}): Promise<Presented> {
    const { addresses } = await probe(
      { scheme: 'tls', host: '127.0.0.1', port, servername: asked },
      { thorough: false },
    );
    assert.equal(addresses[0]?.kind, 'presented', JSON.stringify(addresses));
    return addresses[0] as Presented;
  }

  function codes(shown: Presented, asked = HOST): string[] {
    return judge(shown, asked, NOW, EN).map(({ code }) => code);
  }

  // A server cannot be started with the others, or few clients reach it.
  const served = ODD.filter(({ name, findings }) => findings.length > 0 && !/P-224|nobody knows$/.test(name));
  for (const odd of served)
    it(`that has ${odd.name} is found to be ${odd.findings.join(', ')}`, async () => {
      const { asked = HOST } = odd;
      assert.deepEqual(codes(await look(await serve(odd), { asked }), asked), odd.findings);
    });

  const trusted = ['a name beyond what its issuer may issue for', 'purposes without servers', 'CA:TRUE', 'must-staple'];
  for (const odd of ODD.filter(({ name }) => trusted.includes(name)))
    it(`that has ${odd.name} is so for a conversation that trusts its root, too`, async () => {
      const presented = await look(await serve(odd), { probe: strange });
      const observation = { uri: 'tls://h.localhost:443', at: NOW, duration: 1, addresses: [presented] };
      const { judge: judgeFor } = createConversationTrust({ now: () => NOW });
      const [own] = judgeFor(observation, [rootPem]).addresses;
      assert.deepEqual(codes(own as Presented), odd.findings);
    });

  it('of which no client can read the certificate is told as such', async () => {
    const { sent, keys } = issueOdd({ leaf: { extensions: [alternativeNames(HOST)] } }, NOW);
    const keyPem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const at = new Date(NOW);
    const issued = { certPem: '', chainPem: pemOf(sent[0]!.raw), keyPem, fingerprint: '', notBefore: at, notAfter: at };
    const peer = await peers.tls(issued, { maxVersion: 'TLSv1.2' });
    const end = Buffer.from(timeAt(NOW + 60 * DAY));
    const behind = await peers.between(peer, (bytes) => {
      // An INTEGER where its end of validity should be.
      const place = bytes.indexOf(end);
      if (place >= 0) bytes[place] = 2;
      return bytes;
    });
    const { addresses } = await trusting({ scheme: 'tls', host: '127.0.0.1', port: behind.port }, { thorough: false });
    assert.ok(addresses[0]?.kind === 'failed', JSON.stringify(addresses));
    assert.equal(addresses[0].failure.code, 'unreadable-certificate');
  });

  it('that has to staple and does is fine', async () => {
    const peer = await serve({ leaf: { extensions: [alternativeNames(HOST), mustStaple()] } });
    peer.server.on('OCSPRequest', (_certificate, _issuer, answer) => answer(null, Buffer.from('3003020101', 'hex')));
    assert.deepEqual(codes(await look(peer)), []);
  });
});
