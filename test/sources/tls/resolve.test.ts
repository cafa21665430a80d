import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import sinon from 'sinon';
import { resolve } from '../../../src/sources/tls/resolve.ts';
import { startDnsServer, type DnsAnswer } from '../../peers/dns/dns-server.ts';

const SILENT: DnsAnswer = null;
const NOTHING: DnsAnswer = { addresses: [] };

/** What a server answers about an alias: to the question for it, and to those for addresses. */
function alias(to: string, otherwise: DnsAnswer): { A: DnsAnswer; AAAA: DnsAnswer; CNAME: DnsAnswer } {
  return { A: otherwise, AAAA: otherwise, CNAME: { alias: to } };
}

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
    const zone: Record<string, { A: DnsAnswer; AAAA: DnsAnswer; CNAME?: DnsAnswer }> = {
      'both.example': { A: { addresses: ['192.0.2.1', '192.0.2.2'] }, AAAA: { addresses: ['2001:db8::1'] } },
      'twice.example': { A: { addresses: ['192.0.2.1', '192.0.2.1'] }, AAAA: NOTHING },
      'half.example': { A: { addresses: ['192.0.2.1'] }, AAAA: SILENT },
      'limping.example': { A: { addresses: ['192.0.2.1'] }, AAAA: { code: 'SERVFAIL' } },
      'missing.example': { A: { code: 'NXDOMAIN' }, AAAA: { code: 'NXDOMAIN' } },
      'odd.example': { A: { code: 'NXDOMAIN' }, AAAA: { code: 'SERVFAIL' } },
      'empty.example': { A: NOTHING, AAAA: NOTHING },
      'broken.example': { A: { code: 'SERVFAIL' }, AAAA: { code: 'SERVFAIL' } },
      'unsure.example': { A: NOTHING, AAAA: { code: 'SERVFAIL' } },
      'refused.example': { A: { code: 'REFUSED' }, AAAA: { code: 'REFUSED' } },
      'silent.example': { A: SILENT, AAAA: SILENT },
      'around.example': alias('and.example', { code: 'SERVFAIL' }),
      'and.example': alias('around.example', { code: 'SERVFAIL' }),
      'itself.example': alias('itself.example', NOTHING),
      'circle.example': alias('circle2.example', { alias: 'circle2.example' }),
      'circle2.example': alias('circle.example', { alias: 'circle.example' }),
      'into.example': alias('circle.example', NOTHING),
      'dangling.example': alias('missing.example', { code: 'NXDOMAIN' }),
      'hollow.example': alias('empty.example', NOTHING),
      'many.example': { A: NOTHING, AAAA: { addresses: Array.from({ length: 100 }, (_, i) => `2001:db8::${i + 1}`) } },
    };
    let server: Awaited<ReturnType<typeof startDnsServer>>;
    before(async () => {
      server = await startDnsServer((name, type) => {
        const { CNAME = NOTHING, ...addresses } = zone[name]!;
        return type === 'CNAME' ? CNAME : addresses[type as 'A' | 'AAAA'];
      });
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

    const failing: [string, string, string | undefined][] = [
      ['missing.example', 'name-not-found', 'ENOTFOUND'],
      ['odd.example', 'name-not-found', 'ENOTFOUND'],
      ['empty.example', 'no-addresses', 'ENODATA'],
      ['hollow.example', 'no-addresses', 'ENODATA'],
      ['broken.example', 'dns-error', 'ESERVFAIL'],
      ['refused.example', 'dns-error', 'EREFUSED'],
      ['unsure.example', 'dns-error', 'ESERVFAIL'],
      ['around.example', 'alias-loop', undefined],
      ['itself.example', 'alias-loop', undefined],
      ['circle.example', 'alias-loop', undefined],
      ['into.example', 'alias-loop', undefined],
      ['dangling.example', 'alias-not-found', 'missing.example'],
      ['silent.example', 'resolver', 'ETIMEOUT'],
    ];
    for (const [host, code, detail] of failing)
      it(`says ${code} about ${host}`, async () => {
        const resolved = await ask(host);
        assert.deepEqual('failure' in resolved && [resolved.failure.code, resolved.failure.detail], [code, detail]);
      });

    it('takes at most 64 addresses of one name', async () => {
      const resolved = await ask('many.example');
      assert.ok('addresses' in resolved);
      assert.deepEqual([resolved.addresses.length, resolved.total], [64, 100]);
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
      assert.deepEqual(resolved, { failure: { code: 'resolver', detail: 'ETIMEOUT' } });
    });

    it('says resolver where a server is no address', async () => {
      const resolved = await resolve(target('a.example'), { servers: ['not an address'], timeout: 100 });
      assert.equal('failure' in resolved && resolved.failure.code, 'resolver');
    });
  });

  describe('with the operating system', () => {
    let lookup: sinon.SinonStub;
    let asked: Record<'resolve4' | 'resolve6' | 'resolveCname', sinon.SinonStub>;
    const failing = (code: string): Error => Object.assign(new Error(code), { code });
    beforeEach(() => {
      lookup = sinon.stub(dns, 'lookup');
      asked = {
        resolve4: sinon.stub(dns.Resolver.prototype, 'resolve4').rejects(failing('ECONNREFUSED')),
        resolve6: sinon.stub(dns.Resolver.prototype, 'resolve6').rejects(failing('ECONNREFUSED')),
        resolveCname: sinon.stub(dns.Resolver.prototype, 'resolveCname').rejects(failing('ENODATA')),
      };
      syncBuiltinESMExports();
    });
    afterEach(() => {
      sinon.restore();
      syncBuiltinESMExports();
    });

    const ask = (timeout = 1000) => resolve(target('a.example'), { servers: [], timeout });

    it('asks once for all addresses, and keeps each once without its zone', async () => {
      lookup.resolves(
        ['2001:db8::1', '192.0.2.1', '192.0.2.1', 'fe80::1%eth0'].map((address) => ({ address, family: 0 })),
      );
      assert.deepEqual(await ask(), { addresses: ['2001:db8::1', '192.0.2.1', 'fe80::1'] });
      sinon.assert.calledOnceWithExactly(lookup, 'a.example', { all: true });
      sinon.assert.notCalled(asked.resolve4);
    });

    for (const [code, expected] of [
      ['ENOTFOUND', 'name-not-found'],
      ['ENODATA', 'no-addresses'],
      ['ENONAME', 'name-not-found'],
      ['EAI_NODATA', 'no-addresses'],
      ['EAI_NONAME', 'name-not-found'],
      ['EAI_AGAIN', 'resolver'],
      ['EAI_FAIL', 'resolver'],
    ] as const)
      it(`says ${expected} on ${code}, where nobody else knows`, async () => {
        lookup.rejects(failing(code));
        assert.deepEqual(await ask(), { failure: { code: expected, detail: code } });
      });

    for (const [code, reason, expected] of [
      ['EAI_AGAIN', 'ESERVFAIL', 'dns-error'],
      ['EAI_FAIL', 'EREFUSED', 'dns-error'],
      ['EAI_AGAIN', 'ENOTFOUND', 'name-not-found'],
      ['ENOTFOUND', 'ENODATA', 'no-addresses'],
      ['ENOTFOUND', 'ESERVFAIL', 'dns-error'],
    ] as const)
      it(`says ${expected} on ${code}, of which c-ares says that it is ${reason}`, async () => {
        lookup.rejects(failing(code));
        asked.resolve4.rejects(failing(reason));
        asked.resolve6.rejects(failing(reason));
        assert.deepEqual(await ask(), { failure: { code: expected, detail: reason } });
      });

    it('finds a circle of aliases behind its failure', async () => {
      lookup.rejects(failing('EAI_AGAIN'));
      asked.resolve4.rejects(failing('ESERVFAIL'));
      asked.resolveCname.withArgs('a.example').resolves(['b.example']);
      asked.resolveCname.withArgs('b.example').resolves(['A.EXAMPLE']);
      assert.deepEqual(await ask(), { failure: { code: 'alias-loop' } });
    });

    it('takes no addresses of c-ares', async () => {
      lookup.rejects(failing('ENOTFOUND'));
      asked.resolve4.resolves(['192.0.2.1']);
      assert.deepEqual(await ask(), { failure: { code: 'name-not-found', detail: 'ENOTFOUND' } });
    });

    it('says no-addresses where there are none', async () => {
      lookup.resolves([]);
      assert.deepEqual(await ask(), { failure: { code: 'no-addresses', detail: 'ENODATA' } });
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
