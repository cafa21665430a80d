import assert from 'node:assert/strict';
import { createMailExchangers } from '../../../src/sources/tls/exchangers.ts';
import { startDnsServer, type DnsAnswer, type DnsExchanger, type DnsType } from '../../peers/dns/dns-server.ts';

const NOTHING: DnsAnswer = { addresses: [] };
const MISSING: DnsAnswer = { code: 'NXDOMAIN' };
const BROKEN: DnsAnswer = { code: 'SERVFAIL' };
const SILENT: DnsAnswer = null;

function mx(...exchangers: [number, string][]): DnsAnswer {
  return { exchangers: exchangers.map(([priority, exchange]): DnsExchanger => ({ priority, exchange })) };
}

type Zone = Partial<Record<DnsType, DnsAnswer>>;
type Answer = { hosts: string[] } | { failure: string };

const TABLE: [string, string, Zone, Answer][] = [
  [
    'in the order of preference',
    'two.example',
    { MX: mx([20, 'b.two.example'], [10, 'a.two.example']) },
    { hosts: ['a.two.example', 'b.two.example'] },
  ],
  [
    'by name where preferences are equal',
    'same.example',
    { MX: mx([5, 'z.example'], [5, 'a.example']) },
    { hosts: ['a.example', 'z.example'] },
  ],
  [
    'each once, in lower case',
    'twice.example',
    { MX: mx([1, 'Mail.Example'], [2, 'mail.example'], [3, 'OTHER.example']) },
    { hosts: ['mail.example', 'other.example'] },
  ],
  [
    'the domain itself, without MX but with an IPv4 address',
    'plain.example',
    { MX: NOTHING, A: { addresses: ['192.0.2.1'] }, AAAA: NOTHING },
    { hosts: ['plain.example'] },
  ],
  [
    'the domain itself, without MX but with an IPv6 address',
    'six.example',
    { MX: NOTHING, A: NOTHING, AAAA: { addresses: ['2001:db8::1'] } },
    { hosts: ['six.example'] },
  ],
  ['none, where there is neither', 'empty.example', { MX: NOTHING, A: NOTHING, AAAA: NOTHING }, { failure: 'none' }],
  [
    'none, where the name does not exist',
    'missing.example',
    { MX: MISSING, A: MISSING, AAAA: MISSING },
    { failure: 'none' },
  ],
  [
    'no mail, by the null MX of RFC 7505',
    'null.example',
    { MX: mx([0, '.']), A: { addresses: ['192.0.2.1'] } },
    { failure: 'no-mail' },
  ],
  [
    'the others beside a null MX',
    'mixed.example',
    { MX: mx([0, '.'], [10, 'mail.example']) },
    { hosts: ['mail.example'] },
  ],
  [
    'unknown, where the resolver fails, whatever addresses there are',
    'broken.example',
    { MX: BROKEN, A: { addresses: ['192.0.2.1'] } },
    { failure: 'resolver' },
  ],
  ['unknown, where the resolver refuses', 'refused.example', { MX: { code: 'REFUSED' } }, { failure: 'resolver' }],
  ['unknown, where the resolver is silent', 'silent.example', { MX: SILENT }, { failure: 'resolver' }],
  [
    'unknown, where there is no MX and the addresses cannot be asked for',
    'half.example',
    { MX: NOTHING, A: BROKEN, AAAA: BROKEN },
    { failure: 'resolver' },
  ],
  [
    'only those that are host names',
    'hostile.example',
    {
      MX: mx(
        [1, '<script>.example'],
        [2, 'a b.example'],
        [3, '192.0.2.7'],
        [4, '-dash.example'],
        [5, 'x\u0000y.example'],
        [6, 'q"?sni=evil.example'],
        [7, 'good.example'],
      ),
    },
    { hosts: ['good.example'] },
  ],
  ['none, where no name can be one', 'evil.example', { MX: mx([1, '127.1'], [2, 'a/b.example']) }, { failure: 'none' }],
  [
    'twenty of many',
    'many.example',
    { MX: mx(...Array.from({ length: 40 }, (_, index): [number, string] => [index, `m${index}.many.example`])) },
    { hosts: Array.from({ length: 20 }, (_, index) => `m${index}.many.example`) },
  ],
];

describe('the mail exchangers of a domain', () => {
  let server: Awaited<ReturnType<typeof startDnsServer>>;
  before(async () => {
    const zones = new Map(TABLE.map(([, domain, zone]) => [domain, zone]));
    server = await startDnsServer((name, type) => zones.get(name)?.[type] ?? null);
  });
  after(() => server.close());

  for (const [title, domain, , expected] of TABLE)
    it(`are ${title}`, async () => {
      const mail = createMailExchangers({ servers: [server.server], timeout: 1000 });
      assert.deepEqual(await mail.exchangers(domain), expected);
    });

  it('take no longer than their deadline', async () => {
    const mail = createMailExchangers({ servers: [server.server], timeout: 300 });
    const began = performance.now();
    assert.deepEqual(await mail.exchangers('silent.example'), { failure: 'resolver' });
    assert.ok(performance.now() - began < 4000);
  });
});
