import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import sinon from 'sinon';
import { resolve } from '../../../src/sources/tls/resolve.ts';
import { startDnsServer, type DnsAnswer } from '../../peers/dns/dns-server.ts';

const SILENT: DnsAnswer = null;
const NOTHING: DnsAnswer = { addresses: [] };

function target(host: string, address?: string) {
  return { scheme: 'tls', host, port: 443, ...(address === undefined ? {} : { address }) };
}

describe('Address resolution', () => {
  describe('asks nobody', () => {
    const table: [string, string | undefined, string[]][] = [
      ['192.0.2.7', undefined, ['192.0.2.7']],
      ['2001:db8::7', undefined, ['2001:db8::7']],
      ['example.com', '203.0.113.9', ['203.0.113.9']],
      ['localhost', undefined, ['127.0.0.1', '::1']],
      ['a.b.localhost', undefined, ['127.0.0.1', '::1']],
    ];
    for (const [host, address, addresses] of table)
      it(`about ${host}${address ? ` @${address}` : ''}`, async () => {
        assert.deepEqual(await resolve(target(host, address), { servers: [], timeout: 50 }), { addresses });
      });
  });

  describe('with DNS_SERVERS', () => {
    const zone: Record<string, { A: DnsAnswer; AAAA: DnsAnswer }> = {
      'both.example': { A: { addresses: ['192.0.2.1', '192.0.2.2'] }, AAAA: { addresses: ['2001:db8::1'] } },
      'twice.example': { A: { addresses: ['192.0.2.1', '192.0.2.1'] }, AAAA: NOTHING },
      'half.example': { A: { addresses: ['192.0.2.1'] }, AAAA: SILENT },
      'limping.example': { A: { addresses: ['192.0.2.1'] }, AAAA: { code: 'SERVFAIL' } },
      'missing.example': { A: { code: 'NXDOMAIN' }, AAAA: { code: 'NXDOMAIN' } },
      'odd.example': { A: { code: 'NXDOMAIN' }, AAAA: { code: 'SERVFAIL' } },
      'empty.example': { A: NOTHING, AAAA: NOTHING },
      'broken.example': { A: { code: 'SERVFAIL' }, AAAA: { code: 'SERVFAIL' } },
      'unsure.example': { A: NOTHING, AAAA: { code: 'SERVFAIL' } },
      'silent.example': { A: SILENT, AAAA: SILENT },
      'many.example': { A: NOTHING, AAAA: { addresses: Array.from({ length: 100 }, (_, i) => `2001:db8::${i + 1}`) } },
    };
    let server: Awaited<ReturnType<typeof startDnsServer>>;
    before(async () => {
      server = await startDnsServer((name, type) => zone[name]![type as 'A' | 'AAAA']);
    });
    after(() => server.close());

    function ask(host: string) {
      return resolve(target(host), { servers: [server.server], timeout: 1000 });
    }

    const found: [string, string[]][] = [
      ['both.example', ['192.0.2.1', '192.0.2.2', '2001:db8::1']],
      ['twice.example', ['192.0.2.1']],
      ['half.example', ['192.0.2.1']],
      ['limping.example', ['192.0.2.1']],
    ];
    for (const [host, addresses] of found)
      it(`finds the addresses of ${host}`, async () => assert.deepEqual(await ask(host), { addresses }));

    const failing: [string, string][] = [
      ['missing.example', 'name-not-found'],
      ['odd.example', 'name-not-found'],
      ['empty.example', 'name-not-found'],
      ['broken.example', 'resolver'],
      ['unsure.example', 'resolver'],
      ['silent.example', 'resolver'],
    ];
    for (const [host, code] of failing)
      it(`says ${code} about ${host}`, async () => {
        const resolved = await ask(host);
        assert.equal('failure' in resolved && resolved.failure.code, code);
      });

    it('takes at most 64 addresses of one name', async () => {
      const resolved = await ask('many.example');
      assert.equal('addresses' in resolved && resolved.addresses.length, 64);
    });

    it('asks again when a question or its answer is lost', async () => {
      const met = new Set<string>();
      const losing = await startDnsServer((_, type) => {
        if (met.has(type)) return { addresses: [type === 'A' ? '192.0.2.1' : '2001:db8::1'] };
        met.add(type);
        return SILENT;
      });
      try {
        const resolved = await resolve(target('lost.example'), { servers: [losing.server], timeout: 3000 });
        assert.deepEqual(resolved, { addresses: ['192.0.2.1', '2001:db8::1'] });
      } finally {
        await losing.close();
      }
    });

    it('gives up at its own deadline, before the servers have had their time', async () => {
      const resolved = await resolve(target('silent.example'), { servers: [server.server], timeout: 10 });
      assert.deepEqual(resolved, { failure: { code: 'resolver', detail: 'ECANCELLED' } });
    });

    it('says resolver where a server is no address', async () => {
      const resolved = await resolve(target('a.example'), { servers: ['not an address'], timeout: 100 });
      assert.equal('failure' in resolved && resolved.failure.code, 'resolver');
    });
  });

  describe('with the operating system', () => {
    let lookup: sinon.SinonStub;
    beforeEach(() => {
      lookup = sinon.stub(dns, 'lookup');
      syncBuiltinESMExports();
    });
    afterEach(() => {
      lookup.restore();
      syncBuiltinESMExports();
    });

    const ask = (timeout = 1000) => resolve(target('a.example'), { servers: [], timeout });

    it('asks once for all addresses, and keeps each once without its zone', async () => {
      lookup.resolves(
        ['2001:db8::1', '192.0.2.1', '192.0.2.1', 'fe80::1%eth0'].map((address) => ({ address, family: 0 })),
      );
      assert.deepEqual(await ask(), { addresses: ['2001:db8::1', '192.0.2.1', 'fe80::1'] });
      sinon.assert.calledOnceWithExactly(lookup, 'a.example', { all: true });
    });

    for (const [code, expected] of [
      ['ENOTFOUND', 'name-not-found'],
      ['ENODATA', 'name-not-found'],
      ['ENONAME', 'name-not-found'],
      ['EAI_NODATA', 'name-not-found'],
      ['EAI_NONAME', 'name-not-found'],
      ['EAI_AGAIN', 'resolver'],
      ['EAI_FAIL', 'resolver'],
    ] as const)
      it(`says ${expected} on ${code}`, async () => {
        lookup.rejects(Object.assign(new Error(code), { code }));
        assert.deepEqual(await ask(), { failure: { code: expected, detail: code } });
      });

    it('says name-not-found where there are none', async () => {
      lookup.resolves([]);
      assert.deepEqual(await ask(), { failure: { code: 'name-not-found', detail: 'ENODATA' } });
    });

    it('is asked about names that only end like localhost', async () => {
      lookup.resolves([{ address: '192.0.2.1', family: 4 }]);
      const resolved = await resolve(target('notlocalhost'), { servers: [], timeout: 1000 });
      assert.deepEqual(resolved, { addresses: ['192.0.2.1'] });
    });

    it('gives up at its own deadline', async () => {
      lookup.returns(new Promise(() => {}));
      assert.deepEqual(await ask(20), { failure: { code: 'resolver', detail: 'ETIMEOUT' } });
    });
  });
});
