import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { createProbe } from '../../../src/sources/tls/probe.ts';
import { root, served, sign } from '../../peers/tls/pki.ts';
import { afterTest } from '../../support/after-test.ts';
import { createTestAuthority, startEndpoint } from '../../support/endpoint.ts';
import { DAY } from '../../../src/core/time.ts';

const SETTINGS = { timeout: 3000, concurrency: 1, allow: ['127.0.0.0/8'], deny: [], dnsServers: [] };

describe('a probe of an endpoint', () => {
  it('that takes turns at each connection sees both certificates in one look, verified', async () => {
    const authority = await createTestAuthority();
    const [first, second] = [await authority.leaf(60 * DAY), await authority.leaf(80 * DAY)];
    const endpoint = await startEndpoint(first);
    afterTest(() => endpoint.close());
    const probe = createProbe({ ...SETTINGS, authorities: [authority.rootPem] });
    const look = () => probe({ scheme: 'tls', host: '127.0.0.1', port: endpoint.port }, { thorough: false });
    const known = await look();
    assert.equal(known.atOtherTimes, undefined);
    endpoint.takeTurns(first, second);
    // One of two looks meets the new one first.
    const looks = [await look(), await look(), await look()];
    const seen = looks.find(({ atOtherTimes }) => atOtherTimes)!;
    const [now, turned] = [seen.addresses[0]!, seen.atOtherTimes![0]!];
    assert.ok(now.kind === 'presented');
    assert.equal(seen.atOtherTimes!.length, 1);
    assert.equal(turned.trust, 'trusted');
    assert.equal(turned.address, '127.0.0.1');
    assert.notEqual(turned.chain[0].fingerprint, now.chain[0].fingerprint);
  });

  it('whose certificate was merely renewed sees the new one alone', async () => {
    const authority = await createTestAuthority();
    const endpoint = await startEndpoint(await authority.leaf(60 * DAY));
    afterTest(() => endpoint.close());
    const probe = createProbe({ ...SETTINGS, authorities: [authority.rootPem] });
    const look = () => probe({ scheme: 'tls', host: '127.0.0.1', port: endpoint.port }, { thorough: false });
    await look();
    endpoint.present(await authority.leaf(80 * DAY));
    assert.equal((await look()).atOtherTimes, undefined);
  });

  it('that signs with SHA-1 alone finds its second certificate as well', async () => {
    const authority = await root('CN=Old Root');
    const [ec, rsa] = await Promise.all([
      sign({ subject: 'CN=ec', issuer: authority }),
      sign({ subject: 'CN=rsa', issuer: authority, key: 'RSA-2048' }),
    ]);
    const both = [served(ec), served(rsa)];
    const server = createServer({
      key: both.map(({ keyPem }) => keyPem),
      cert: both.map(({ chainPem }) => chainPem),
      sigalgs: 'ECDSA+SHA256:RSA+SHA1',
      maxVersion: 'TLSv1.2',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    server.on('tlsClientError', () => {}).on('secureConnection', (socket) => socket.on('error', () => {}));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    afterTest(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const [seen] = (await createProbe(SETTINGS)({ scheme: 'tls', host: '127.0.0.1', port }, { thorough: true }))
      .addresses;
    assert.ok(seen?.kind === 'presented');
    assert.deepEqual([seen.chain[0].key, seen.other?.chain[0].key], ['EC P-256', 'RSA 2048']);
  });
});
