import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import tls from 'node:tls';
import sinon from 'sinon';
import type { Observation, Presented } from '../../../src/core/certificates/certificate.ts';
import { createProbe } from '../../../src/sources/tls/probe.ts';
import { within } from '../../../src/timing/within.ts';
import { startDnsServer } from '../../peers/dns/dns-server.ts';
import { intermediate, root, served, sign, type Keys, type Signed } from '../../peers/tls/pki.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';
import { afterTest } from '../../support/after-test.ts';

const SETTINGS = { timeout: 60_000, concurrency: 1, allow: ['127.0.0.0/8'], deny: [], dnsServers: [] };
const HERE = { scheme: 'tls', host: '127.0.0.1' } as const;
/** A test that waits so long has failed. */
const LONG = 30_000;

function presented({ addresses: [result] }: Observation): Presented {
  assert.equal(result?.kind, 'presented', JSON.stringify(result));
  return result as Presented;
}

/** A server with several certificates, each with a key of another kind. */
function both(leaves: Signed[], issuer: Signed): { key: string[]; cert: string[] } {
  const issued = leaves.map((leaf) => served(leaf, issuer));
  return { key: issued.map(({ keyPem }) => keyPem), cert: issued.map(({ chainPem }) => chainPem) };
}

describe('a thorough probe', () => {
  const peers = createPeers();
  let top: Signed;
  let middle: Signed;
  let probe: ReturnType<typeof createProbe>;

  before(async () => {
    top = await root('CN=Probe Root');
    middle = await intermediate('CN=Probe Intermediate', top);
  });
  beforeEach(() => {
    probe = createProbe({ ...SETTINGS, authorities: [top.pem] });
  });
  afterEach(async () => {
    sinon.restore();
    syncBuiltinESMExports();
    await peers.close();
  });

  it('sees the RSA certificate behind one with Ed25519', async () => {
    const keys = (await webcrypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as Keys;
    const modern = await sign({ subject: 'CN=ed', issuer: middle, keys });
    const old = await sign({ subject: 'CN=rsa', issuer: middle, key: 'RSA-2048' });
    const { port } = await peers.tls(served(modern, middle), both([modern, old], middle));
    const seen = presented(await probe({ ...HERE, port }, { thorough: true }));
    assert.deepEqual(
      [seen, seen.other].map((one) => one?.chain[0].subject),
      ['ed', 'rsa'],
    );
    assert.deepEqual([seen.trust, seen.other?.trust], ['trusted', 'trusted']);
  });

  it('sees that the second certificate was renewed, and verifies it', async () => {
    const first = await sign({ subject: 'CN=ec', issuer: middle });
    const [before, renewed] = await Promise.all([
      sign({ subject: 'CN=before', issuer: middle, key: 'RSA-2048' }),
      sign({ subject: 'CN=renewed', issuer: middle, key: 'RSA-2048' }),
    ]);
    const { port, server } = await peers.tls(served(first, middle), both([first, before], middle));
    const look = async () => presented(await probe({ ...HERE, port }, { thorough: true })).other;
    assert.equal((await look())?.chain[0].subject, 'before');
    (server as tls.Server).setSecureContext(both([first, renewed], middle));
    const other = await look();
    assert.deepEqual([other?.chain[0].subject, other?.trust], ['renewed', 'trusted']);
  });

  it('asks for the same name at both handshakes: the overriding one', async () => {
    const leaf = await sign({ subject: 'CN=ec', issuer: middle });
    const peer = await peers.tls(served(leaf, middle));
    const target = { ...HERE, host: 'a.example', servername: 'b.example', address: '127.0.0.1', port: peer.port };
    assert.equal(presented(await probe(target, { thorough: true })).other, null);
    assert.deepEqual(peer.asked, ['b.example', 'b.example']);
  });

  it('takes the same kind of key again for no other certificate', async () => {
    const leaf = await sign({ subject: 'CN=ec', issuer: middle });
    const peer = await peers.tls(served(leaf, middle));
    const create = tls.createSecureContext;
    // As if servers did not mind what they are offered.
    sinon
      .stub(tls, 'createSecureContext')
      .callsFake((options) => create({ ...options, sigalgs: undefined, ciphers: undefined }));
    syncBuiltinESMExports();
    assert.equal(presented(await probe({ ...HERE, port: peer.port }, { thorough: true })).other, null);
    assert.equal(peer.accepted(), 2);
  });
});

describe('a probe whose resolver is slow', () => {
  const peers = createPeers();
  afterEach(async () => {
    sinon.restore();
    await peers.close();
  });

  it('waits no longer for the host than it has left', async () => {
    const { now } = performance;
    let late = 0;
    sinon.stub(performance, 'now').callsFake(() => now.call(performance) + late);
    const dns = await startDnsServer((_, type) => {
      late = SETTINGS.timeout - 100;
      return { addresses: type === 'A' ? ['127.0.0.1'] : [] };
    });
    afterTest(() => dns.close());
    const { port } = await peers.tcp(() => {});
    const probe = createProbe({ ...SETTINGS, dnsServers: [dns.server] });
    const looked = probe({ scheme: 'tls', host: 'slow.example', port }, { thorough: false });
    const observation = await within(looked, LONG, () => null);
    const [result] = observation?.addresses ?? [];
    assert.deepEqual(result?.kind === 'failed' && result.failure.code, 'timeout');
  });
});
