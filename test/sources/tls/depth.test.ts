import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { KeyObject } from 'node:crypto';
import type { AddressResult, Observation, Presented } from '../../../src/core/certificates/certificate.ts';
import type { Source } from '../../../src/core/ports/source.ts';
import type { EndpointTarget } from '../../../src/core/targets/endpoint.ts';
import { judgeAddress, judgeAll } from '../../../src/core/certificates/verdict.ts';
import { createConversationTrust } from '../../../src/sources/tls/conversation-trust.ts';
import { createTlsSource, type TlsSourceOptions } from '../../../src/sources/tls/source.ts';
import { EN } from '../../support/certificate-facts.ts';
import { intermediate, namingIssuer, root, rsaSpki, served, sign, type Signed } from '../../peers/tls/pki.ts';
import { crlOf, issue } from '../../peers/tls/revocation-pki.ts';
import { OFFERING, play } from '../../peers/tls/starttls-peers.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';
import { silentLog } from './silent-log.ts';
import { DAY } from '../../../src/core/time.ts';

const NAMES = ['localhost', '127.0.0.1'];
/** No proxy of the machine's own. */
const PLAIN = { concurrency: 16, timeout: 5000, allow: ['127.0.0.0/8', '::1/128'], deny: [], dnsServers: [] };

function only(observation: Observation): AddressResult {
  assert.equal(observation.addresses.length, 1, JSON.stringify(observation));
  return observation.addresses[0]!;
}

function presented(observation: Observation): Presented {
  const result = only(observation);
  assert.equal(result.kind, 'presented', JSON.stringify(result));
  return result as Presented;
}

function codes(observation: Observation): string[] {
  return [...judgeAll(observation, 'localhost', Date.now(), EN).keys()];
}

function sentences(observation: Observation): string[] {
  return [...judgeAll(observation, 'localhost', Date.now(), EN).values()].map(({ sentence }) => sentence);
}

describe('The TLS source sees', () => {
  const peers = createPeers();
  const sources: Source[] = [];
  const servers: Server[] = [];
  let top: Signed;
  let middle: Signed;
  let source: Source;

  before(async () => {
    top = await root('CN=Depth Root');
    middle = await intermediate('CN=Depth Intermediate', top);
    source = make({ authorities: [top.pem] });
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await peers.close();
  });
  after(() => Promise.all(sources.map((one) => one.close())));

  function make(options: Partial<TlsSourceOptions>): Source {
    const made = createTlsSource({ ...PLAIN, log: silentLog, env: process.env, ...options });
    sources.push(made);
    return made;
  }

  function look(
    port: number,
    { by = source, thorough = true, ...target }: Partial<EndpointTarget> & { by?: Source; thorough?: boolean } = {},
  ): Promise<Observation> {
    return by.observe({ scheme: 'tls', host: 'localhost', address: '127.0.0.1', port, ...target }, { thorough });
  }

  async function serveHttp(answer: (url: string) => Buffer | null): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const body = answer(request.url ?? '');
      response.writeHead(body ? 200 : 404).end(body ?? undefined);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it('an authority of PROBE_CA_FILE, which is a private one', async () => {
    const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
    const { port } = await peers.tls(served(leaf, middle));
    const { trust, anchor, issuers } = presented(await look(port));
    assert.deepEqual([trust, anchor, issuers], ['trusted', 'private', undefined], 'nothing beyond what was sent');
    const whole = await peers.tls(served(leaf, middle, top));
    assert.deepEqual(
      presented(await look(whole.port)).issuers!.map(({ subject, from }) => [subject, from]),
      [
        ['Depth Intermediate', 'sent'],
        ['Depth Root', 'anchor'],
      ],
    );
    const without = presented(await look(port, { by: make({}) }));
    assert.equal(without.trust, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
  });

  for (const version of ['TLSv1.3', 'TLSv1.2', 'TLSv1.1'] as const) {
    it(`both certificates of a server with an RSA and an ECDSA one (${version}), on thorough looks`, async () => {
      const ec = await sign({ subject: 'CN=ec', issuer: middle, names: NAMES });
      const rsa = await sign({ subject: 'CN=rsa', issuer: middle, names: NAMES, key: 'RSA-2048' });
      const [first, second] = [served(ec, middle), served(rsa, middle)];
      const { port } = await peers.tls(first, {
        key: [first.keyPem, second.keyPem],
        cert: [first.chainPem, second.chainPem],
        minVersion: 'TLSv1',
        maxVersion: version,
        ciphers: 'DEFAULT:@SECLEVEL=0',
      });
      const result = presented(await look(port));
      const seen = [result, result.other!].map(({ chain, trust }) => [chain[0].subject, chain[0].key, trust]);
      assert.deepEqual(
        seen.toSorted((a, b) => a[0]!.localeCompare(b[0]!)),
        [
          ['ec', 'EC P-256', 'trusted'],
          ['rsa', 'RSA 2048', 'trusted'],
        ],
      );
      assert.equal(presented(await look(port, { thorough: false })).other, undefined);
    });
  }

  for (const key of ['P-256', 'RSA-2048'] as const) {
    it(`that a server has no other certificate than its ${key} one`, async () => {
      const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES, key });
      const { port } = await peers.tls(served(leaf, middle));
      assert.equal(presented(await look(port)).other, null);
    });
  }

  it('one certificate of MySQL alone, which counts a handshake that it refuses as a connection error', async () => {
    const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
    const peer = await peers.tcp(
      (socket) => void play(socket, OFFERING.mysql, { ending: 'tls' }, served(leaf, middle)),
    );
    assert.equal(presented(await look(peer.port, { scheme: 'mysql' })).other, null);
    assert.equal(peer.accepted(), 1);
  });

  const silences: [string, (socket: Socket) => void, null | undefined][] = [
    ['keeps silent, that nothing is known of another one', () => {}, undefined],
    ['resets, that nothing is known of another one', (socket) => socket.resetAndDestroy(), undefined],
    ['closes, that nothing is known of another one', (socket) => socket.end(), undefined],
    [
      'breaks off with an alert, that there is no other one',
      // handshake_failure (RFC 8446 section 6.2).
      (socket) => void socket.once('data', () => socket.end(Buffer.from('15030300020228', 'hex'))),
      null,
    ],
  ];
  for (const [does, meet, other] of silences) {
    it(`of a server that, asked for the other kind of key, ${does}`, async () => {
      const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
      const whole = await peers.tls(served(leaf, middle));
      let met = 0;
      const { port } = await peers.tcp((socket) => {
        met += 1;
        if (met === 1) whole.server.emit('connection', socket);
        else meet(socket);
      });
      const by = make({ authorities: [top.pem], timeout: 5000 });
      const seen = presented(await look(port, { by }));
      assert.deepEqual([met, seen.trust, seen.other], [2, 'trusted', other]);
    });
  }

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    it(`that a server demands a client certificate (${version}), which is no failure`, async () => {
      const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
      const options = { maxVersion: version, requestCert: true, rejectUnauthorized: true } as const;
      const { port } = await peers.tls(served(leaf, middle), { ...options, ca: [top.pem] });
      const observation = await look(port);
      assert.equal(presented(observation).clientCertificate, true);
      assert.deepEqual(codes(observation), []);
    });

    it(`that a server asks for one and does without (${version})`, async () => {
      const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
      const options = { maxVersion: version, requestCert: true, rejectUnauthorized: false } as const;
      const { port } = await peers.tls(served(leaf, middle), options);
      const { clientCertificate, asksCertificate } = presented(await look(port));
      assert.deepEqual([clientCertificate, asksCertificate], [false, true]);
      assert.equal(presented(await look(port, { thorough: false })).asksCertificate, true);
      const silent = await peers.tls(served(leaf, middle), { maxVersion: version });
      assert.equal(presented(await look(silent.port)).asksCertificate, undefined);
    });
  }

  it('the wrong order of a chain that verifies all the same', async () => {
    const lower = await intermediate('CN=Lower', middle);
    const leaf = await sign({ subject: 'CN=leaf', issuer: lower, names: NAMES });
    const { port } = await peers.tls(served(leaf, middle, lower));
    const observation = await look(port);
    assert.equal(presented(observation).trust, 'trusted');
    assert.deepEqual(codes(observation), ['wrong-order']);
  });

  it('an expired cross-signed root beside a good path, which is nothing wrong', async () => {
    const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) };
    const old = await root('CN=Old Root', past);
    const crossed = await sign({ subject: 'CN=Depth Root', keys: top.keys, issuer: old, isCa: true, ...past });
    const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
    const { port } = await peers.tls(served(leaf, middle, crossed, old));
    const observation = await look(port);
    assert.equal(presented(observation).trust, 'trusted');
    assert.deepEqual(codes(observation), []);
  });

  it('an expired leaf under an authority that is not trusted: both are told', async () => {
    const stranger = await root('CN=Stranger');
    const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) };
    const leaf = await sign({ subject: 'CN=leaf', issuer: stranger, names: NAMES, ...past });
    const { port } = await peers.tls(served(leaf, stranger));
    assert.deepEqual(codes(await look(port)), ['private-ca']);
  });

  it('an intermediate that ends before the leaf', async () => {
    const brief = await intermediate('CN=Brief', top, { notAfter: new Date(Date.now() + 30 * DAY) });
    const leaf = await sign({ subject: 'CN=leaf', issuer: brief, names: NAMES });
    const { port } = await peers.tls(served(leaf, brief));
    const observation = await look(port);
    assert.deepEqual(codes(observation), ['early-issuer']);
    assert.match(sentences(observation)[0]!, /^“Brief” in the chain expires \d+\s\w+\s\d{4}, before the certificate/);
  });

  it('a weak key and a SHA-1 signature, also above the leaf, and not at the root', async () => {
    const oldRoot = await root('CN=Weak Root', { key: 'RSA-1024', hash: 'SHA-1' });
    const weak = await intermediate('CN=Weak Intermediate', oldRoot, { key: 'RSA-1024', hash: 'SHA-1' });
    const leaf = await sign({ subject: 'CN=leaf', issuer: weak, names: NAMES });
    const { port } = await peers.tls(served(leaf, weak), { ciphers: 'DEFAULT:@SECLEVEL=0' });
    const observation = await look(port, { by: make({ authorities: [oldRoot.pem] }) });
    assert.deepEqual(codes(observation), ['weak-key', 'weak-signature']);
    assert.deepEqual(sentences(observation), [
      'The key of “Weak Intermediate” is too weak (RSA 1024).',
      '“leaf” is signed with an algorithm that can be forged (sha1WithRSAEncryption).',
    ]);
  });

  it('a private certificate of ten years without reproach: the limits are for public authorities', async () => {
    const leaf = await sign({
      subject: 'CN=leaf',
      issuer: top,
      names: NAMES,
      notAfter: new Date(Date.now() + 3600 * DAY),
    });
    const { port } = await peers.tls(served(leaf));
    assert.deepEqual(codes(await look(port)), []);
  });

  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    it(`that a server speaks ${version} at best`, async () => {
      const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
      const { port } = await peers.tls(served(leaf, middle), {
        minVersion: 'TLSv1',
        maxVersion: version,
        ciphers: 'DEFAULT:@SECLEVEL=0',
      });
      assert.deepEqual(codes(await look(port)), ['old-protocol']);
    });
  }

  it('the revocation of an intermediate, by the list of the root above it', async () => {
    const host = await serveHttp((url) => (url === '/root.crl' ? list : null));
    const above = await issue('Listed Root', null, { authority: true });
    const between = await issue('Listed Intermediate', above, { authority: true, crl: [`${host.url}/root.crl`] });
    const list = crlOf(above, { entries: [{ serialNumber: between.certificate.serialNumber.toLowerCase() }] });
    const leaf = await issue('localhost', between);
    const key = KeyObject.from(leaf.keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
    const cert = [leaf, between].map(({ certificate }) => certificate.toString()).join('\n');
    const { port } = await peers.tls({
      ...served(await sign({ subject: 'CN=unused' })),
      chainPem: cert,
      keyPem: String(key),
    });
    const by = make({ authorities: [above.certificate.toString()], ports: [{ from: 1, to: 65_535 }] });
    const observation = await look(port, { by });
    const { trust, revocation } = presented(observation);
    assert.deepEqual(
      [trust, revocation?.status, revocation?.by, revocation?.subject],
      ['trusted', 'revoked', 'crl', 'Listed Intermediate'],
    );
    assert.match(sentences(observation).join(), /“Listed Intermediate”, which stands above the certificate/);
  });

  it('an issuer that is named at an address which policy refuses is not fetched', async () => {
    const aia = namingIssuer('http://169.254.169.254/middle.cer');
    const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES, extensions: [aia] });
    const { port } = await peers.tls(served(leaf));
    const observation = await look(port);
    assert.deepEqual(codes(observation), ['incomplete-chain']);
    assert.match(sentences(observation)[0]!, /the bot does not know it/);
  });

  it('what a conversation trusts as that conversation does, and others do not', async () => {
    const own = await root('CN=Own Root');
    const below = await intermediate('CN=Own Intermediate', own);
    const leaf = await sign({ subject: 'CN=leaf', issuer: below, names: NAMES });
    const { port } = await peers.tls(served(leaf, below));
    const observation = await look(port);
    assert.deepEqual(codes(observation), ['incomplete-chain']);
    const { judge } = createConversationTrust({ now: () => Date.now() });
    const seen = judge(observation, [own.pem]);
    assert.deepEqual(codes(seen), []);
    assert.equal(presented(seen).anchor, 'private');
    assert.deepEqual(codes(judge(observation, [top.pem])), ['incomplete-chain']);
    assert.deepEqual(codes(observation), ['incomplete-chain']);
  });

  it('a self-signed certificate that a conversation trusts by itself', async () => {
    const alone = await sign({ subject: 'CN=device', names: NAMES });
    const { port } = await peers.tls(served(alone));
    const observation = await look(port);
    assert.deepEqual(codes(observation), ['self-signed']);
    const { judge } = createConversationTrust({ now: () => Date.now() });
    assert.deepEqual(codes(judge(observation, [alone.pem])), []);
  });

  it('an RSA-16384 stray in the chain, and takes no harm', async () => {
    const stray = await sign({ subject: 'CN=Huge', issuer: top, isCa: true, publicKey: rsaSpki(16_384) });
    const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
    const { port } = await peers.tls(served(leaf, stray, middle));
    const observation = await look(port);
    const { trust, chain } = presented(observation);
    assert.deepEqual([trust, chain.map(({ key }) => key)], ['trusted', ['EC P-256', 'RSA 16384', 'EC P-256']]);
    assert.deepEqual(codes(observation), []);
  });

  it('a chain of more than 100 kB as one that clients refuse', async () => {
    const names = Array.from({ length: 6000 }, (_, index) => `host-${index}.a-rather-long-domain.example`);
    const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: [...NAMES, ...names] });
    const { port } = await peers.tls(served(leaf, middle));
    const result = only(await look(port));
    assert.ok(result.kind === 'failed' && result.failure.code === 'oversized', JSON.stringify(result));
  });

  it('a certificate of ten thousand names, bounded', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `h${index}`);
    const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: [...names, 'localhost'] });
    const { port } = await peers.tls(served(leaf, middle));
    const { chain, nameMatches } = presented(await look(port));
    assert.deepEqual([chain[0].dnsNames.length, chain[0].names, nameMatches], [1000, 10_001, true]);
  });

  it('a finding of one of two certificates as that of this one', async () => {
    const ec = await sign({ subject: 'CN=ec', issuer: middle, names: NAMES });
    const rsa = await sign({ subject: 'CN=rsa', issuer: middle, names: ['other.example'], key: 'RSA-2048' });
    const [first, second] = [served(ec, middle), served(rsa, middle)];
    const { port } = await peers.tls(first, {
      key: [first.keyPem, second.keyPem],
      cert: [first.chainPem, second.chainPem],
    });
    const [finding] = judgeAddress(presented(await look(port)), 'localhost', Date.now(), EN);
    assert.match(finding!.sentence, /^Its RSA 2048 certificate: The certificate does not name localhost/);
  });

  describe('through a proxy', () => {
    interface ProxyPeer {
      url: string;
      requests: string[];
    }

    async function startProxy(answer: (head: string) => string | null = () => null): Promise<ProxyPeer> {
      const requests: string[] = [];
      const peer = await peers.tcp((client) => {
        client.once('data', (bytes: Buffer) => {
          const head = bytes.toString();
          requests.push(head);
          const refusal = answer(head);
          if (refusal !== null) return void client.end(refusal);
          const [, host, port] = /^CONNECT (.+):(\d+) /.exec(head)!;
          const upstream: Socket = connect(Number(port), host!.replace(/^\[|\]$/g, ''), () => {
            client.write('HTTP/1.1 200 Connection established\r\nX-Proxy: test\r\n\r\n');
            client.pipe(upstream).pipe(client);
          });
          upstream.on('error', () => client.destroy());
          client.once('close', () => upstream.destroy());
        });
      });
      return { url: `http://user:p%40ss@127.0.0.1:${peer.port}`, requests };
    }

    it('what is behind it, by CONNECT to the address that was checked', async () => {
      const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
      const { port } = await peers.tls(served(leaf, middle));
      const proxy = await startProxy();
      const by = make({ authorities: [top.pem], proxy: { url: proxy.url, noProxy: '' } });
      const result = presented(await look(port, { by, thorough: false }));
      assert.equal(result.trust, 'trusted');
      const [head] = proxy.requests;
      assert.match(head!, new RegExp(`^CONNECT 127\\.0\\.0\\.1:${port} HTTP/1\\.1\r\n`));
      assert.match(head!, new RegExp(`Proxy-Authorization: Basic ${Buffer.from('user:p@ss').toString('base64')}\r\n`));
    });

    it('never to an address that policy refuses', async () => {
      const proxy = await startProxy();
      const by = make({ proxy: { url: proxy.url, noProxy: '' } });
      const result = only(await look(443, { by, address: '169.254.169.254' }));
      assert.ok(result.kind === 'failed' && result.failure.code === 'policy');
      assert.deepEqual(proxy.requests, []);
    });

    const exceptions: [string, boolean][] = [
      ['localhost', false],
      ['127.0.0.0/8', false],
      ['*', false],
      ['other.example, .local', true],
      ['localhost:1', true],
    ];
    for (const [noProxy, proxied] of exceptions) {
      it(`${proxied ? 'also' : 'not'} with NO_PROXY=${noProxy}`, async () => {
        const leaf = await sign({ subject: 'CN=leaf', issuer: middle, names: NAMES });
        const { port } = await peers.tls(served(leaf, middle));
        const proxy = await startProxy();
        const by = make({ proxy: { url: proxy.url, noProxy } });
        presented(await look(port, { by, thorough: false }));
        assert.equal(proxy.requests.length, proxied ? 1 : 0);
      });
    }

    const refusals: [string, string, string][] = [
      ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'HTTP 403'],
      ['cannot reach it', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nno!', 'HTTP 502'],
      ['speaks something else', 'SSH-2.0-thing\r\n\r\n', 'it does not speak HTTP'],
      ['hangs up', '', 'it closed the connection'],
    ];
    for (const [name, answer, detail] of refusals) {
      it(`that it ${name}, which is told as such`, async () => {
        const proxy = await startProxy(() => answer);
        const by = make({ proxy: { url: proxy.url, noProxy: '' } });
        const result = only(await look(443, { by }));
        assert.deepEqual(result.kind === 'failed' && result.failure, { code: 'proxy', detail });
      });
    }

    it('that it cannot be reached, or never answers', async () => {
      const silent = await peers.tcp(() => {});
      const url = `http://127.0.0.1:${silent.port}`;
      const waiting = only(await look(443, { by: make({ timeout: 200, proxy: { url, noProxy: '' } }) }));
      assert.equal(waiting.kind === 'failed' && waiting.failure.code, 'timeout');
      const closed = createTcpServer().listen(0, '127.0.0.1');
      await once(closed, 'listening');
      const gone = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
      await new Promise((resolve) => closed.close(resolve));
      const refused = only(await look(443, { by: make({ proxy: { url: gone, noProxy: '' } }) }));
      assert.deepEqual(refused.kind === 'failed' && refused.failure, { code: 'proxy', detail: 'ECONNREFUSED' });
    });
  });
});
