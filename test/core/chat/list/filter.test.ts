import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { createNamedDays } from '../../../../src/calendars/holidays/named-days.ts';
import { filterWords, readFilter, type ListFilter } from '../../../../src/core/chat/list/filter.ts';
import { inZone, sayIn, type Language } from '../../../../src/core/language/language.ts';
import { cpuTime } from '../../../support/cpu-time.ts';

const zone = 'Europe/Berlin';
const now = DateTime.fromISO('2026-10-15T10:00', { zone }).toMillis();
const dayNamed = createNamedDays();

function read(text: string, language: Language = 'en'): ListFilter {
  const calendar = { now, zone, language, dayNamed: (name: string, year: number) => dayNamed(null, name, year) };
  return readFilter(text, { ...calendar, self: 'anna' });
}

/** The parts of a filter that say something. */
function told(text: string, language?: Language): Record<string, unknown> {
  const { span, ...rest } = read(text, language);
  const day = (at: number | null): string | null =>
    at === null ? null : at === now ? 'now' : DateTime.fromMillis(at, { zone }).toISODate();
  const parts = Object.entries(rest).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== '',
  );
  return { ...Object.fromEntries(parts), ...(span ? { span: `${day(span.from)} ${day(span.to)}` } : {}) };
}

const SPANS: [string, string][] = [
  ['expiring before Christmas', 'null 2026-12-25'],
  ['before Christmas', 'null 2026-12-25'],
  ['that expire before xmas', 'null 2026-12-25'],
  ['before the end of the month', 'null 2026-11-01'],
  ['later than 1 June', '2027-06-02 null'],
  ['in the first quarter', '2027-01-01 2027-04-01'],
  ['im ersten Quartal', '2027-01-01 2027-04-01'],
  ['before easter', 'null 2027-03-28'],
  ['until 1 March', 'null 2027-03-02'],
  ['by March 1st', 'null 2027-03-02'],
  ['until the end of the year', 'null 2027-01-01'],
  ['before March', 'null 2027-03-01'],
  ['until March', 'null 2027-04-01'],
  ['in March', '2027-03-01 2027-04-01'],
  ['march 2028', '2028-03-01 2028-04-01'],
  ['in the next 30 days', 'now 2026-11-15'],
  ['next 30 days', 'now 2026-11-15'],
  ['within two weeks', 'now 2026-10-30'],
  ['in 30 days', 'now 2026-11-15'],
  ['30d', 'now 2026-11-15'],
  ['this month', '2026-10-01 2026-11-01'],
  ['next month', '2026-11-01 2026-12-01'],
  ['next week', '2026-10-19 2026-10-26'],
  ['this quarter', '2026-10-01 2027-01-01'],
  ['q1', '2027-01-01 2027-04-01'],
  ['2027', '2027-01-01 2028-01-01'],
  ['in 2027', '2027-01-01 2028-01-01'],
  ['tomorrow', '2026-10-16 2026-10-17'],
  ['after Christmas', '2026-12-26 null'],
  ['from 1 March on', '2027-03-01 null'],
  ['between 1 November and 15 November', '2026-11-01 2026-11-16'],
  ['from December to February', '2026-12-01 2027-03-01'],
  ['in more than 90 days', '2027-01-14 null'],
  ['until 2027-03-01', 'null 2027-03-02'],
  ['before thanksgiving', 'null 2026-11-26'],
  ["before new year's eve", 'null 2026-12-31'],
  ['in 30 Tagen', 'now 2026-11-15'],
  ['läuft vor Weihnachten ab', 'null 2026-12-25'],
  ['vor Weihnachten', 'null 2026-12-25'],
  ['vor Ostern', 'null 2027-03-28'],
  ['bis Ostern', 'null 2027-03-29'],
  ['nächste Woche', '2026-10-19 2026-10-26'],
  ['in der nächsten Woche', '2026-10-19 2026-10-26'],
  ['in den nächsten 30 Tagen', 'now 2026-11-15'],
  ['innerhalb von zwei Wochen', 'now 2026-10-30'],
  ['diesen Monat', '2026-10-01 2026-11-01'],
  ['nächsten Monat', '2026-11-01 2026-12-01'],
  ['im März', '2027-03-01 2027-04-01'],
  ['bis 1. März', 'null 2027-03-02'],
  ['bis zum 1. März 2027', 'null 2027-03-02'],
  ['bis 1.3.', 'null 2027-03-02'],
  ['bis 01.03.2027', 'null 2027-03-02'],
  ['bis Ende März', 'null 2027-04-01'],
  ['bis Jahresende', 'null 2027-01-01'],
  ['ab Februar', '2027-02-01 null'],
  ['zwischen 1. November und 15. November', '2026-11-01 2026-11-16'],
  ['vor Silvester', 'null 2026-12-31'],
  ['vor Pfingsten', 'null 2027-05-16'],
  ['dieses Jahr', '2026-01-01 2027-01-01'],
];

describe('a filter of lists', () => {
  for (const [text, span] of SPANS)
    for (const language of ['en', 'de'] as const)
      it(`reads a date in words: ${text} (${language})`, () => {
        assert.deepEqual(told(text, language), { span });
      });

  const OTHERS: [string, Record<string, unknown>][] = [
    ['expired', { states: ['expired'] }],
    ['abgelaufen', { states: ['expired'] }],
    ['abgelaufene', { states: ['expired'] }],
    ['unreachable', { states: ['unreachable'] }],
    ['nicht erreichbar', { states: ['unreachable'] }],
    ['urgent', { states: ['urgent'] }],
    ['dringend', { states: ['urgent'] }],
    ['fine', { states: ['fine'] }],
    ['in Ordnung', { states: ['fine'] }],
    ['not fine', { states: ['not-fine'] }],
    ['broken', { states: ['broken'] }],
    ['defekte', { states: ['broken'] }],
    ['expiring', { states: ['due'] }],
    ['bald fällig', { states: ['due'] }],
    ['wrong name', { states: ['wrong-name'] }],
    ['expired or unreachable', { states: ['expired', 'unreachable'] }],
    ['mine', { owner: { kind: 'person', id: 'anna' } }],
    ['meine', { owner: { kind: 'person', id: 'anna' } }],
    ['person:U0Ab', { owner: { kind: 'person', id: 'U0Ab' } }],
    ['owner person:29:1xY', { owner: { kind: 'person', id: '29:1xY' } }],
    ['owner Anna', { owner: { kind: 'name', name: 'anna' } }],
    ['@anna', { owner: { kind: 'name', name: 'anna' } }],
    ['owner anna@example.com', { owner: { kind: 'address', address: 'anna@example.com' } }],
    ['owner me', { owner: { kind: 'person', id: 'anna' } }],
    ['owner none', { owner: { kind: 'nobody' } }],
    ['without owner', { owner: { kind: 'nobody' } }],
    ['without an owner', { owner: { kind: 'nobody' } }],
    ['ohne Besitzer', { owner: { kind: 'nobody' } }],
    ['besitzer Anna Muster', { owner: { kind: 'name', name: 'anna muster' } }],
    ["issuer Let's Encrypt", { issuer: "let's encrypt" }],
    ["issued by Let's Encrypt", { issuer: "let's encrypt" }],
    ['aussteller DigiCert', { issuer: 'digicert' }],
    ["Let's Encrypt", { text: "let's encrypt" }],
    ['#shop', { tags: ['shop'] }],
    ['tag shop', { tags: ['shop'] }],
    ['#shop #eu', { tags: ['shop', 'eu'] }],
    ['ohne Schlagwort', { tags: [null] }],
    ['dates', { kinds: ['date'] }],
    ['Termine', { kinds: ['date'] }],
    ['ldap', { kinds: ['ldap'] }],
    ['smtp', { kinds: ['smtp'] }],
    ['shop.example.com', { text: 'shop.example.com' }],
    ['fine.example.com', { text: 'fine.example.com' }],
    ['"urgent"', { text: 'urgent' }],
    ['all', {}],
    ['not expired', { except: ['expired'] }],
    ['nicht abgelaufen', { except: ['expired'] }],
    ['owner:anna', { owner: { kind: 'name', name: 'anna' } }],
    ['owned by Ben', { owner: { kind: 'name', name: 'ben' } }],
    ['tag:shop', { tags: ['shop'] }],
    ['state:expired', { states: ['expired'] }],
    ['issuer: DigiCert', { issuer: 'digicert' }],
    ['mail servers', { kinds: ['mail'] }],
    ['mail.example.com:443', { text: 'mail.example.com:443' }],
    ['von Anna', { text: 'anna' }],
    ['die vor Weihnachten ablaufen', { span: 'null 2026-12-25' }],
    ['expired #shop', { states: ['expired'], tags: ['shop'] }],
    ['mine before Christmas', { owner: { kind: 'person', id: 'anna' }, span: 'null 2026-12-25' }],
    ['owner Anna before Christmas', { owner: { kind: 'name', name: 'anna' }, span: 'null 2026-12-25' }],
    ["issuer Let's Encrypt in 30 days", { issuer: "let's encrypt", span: 'now 2026-11-15' }],
    ['abgelaufene von @anna', { states: ['expired'], owner: { kind: 'name', name: 'anna' } }],
    ['shop.example vor Weihnachten', { text: 'shop.example', span: 'null 2026-12-25' }],
    ['certificates expiring this month', { span: '2026-10-01 2026-11-01' }],
    ['welche Zertifikate laufen nächste Woche ab?', { span: '2026-10-19 2026-10-26' }],
  ];
  for (const [text, expected] of OTHERS)
    it(`reads ${text}`, () => {
      const { text: rest, ...found } = told(text);
      const { text: wanted, ...others } = expected;
      assert.deepEqual(found, others);
      assert.equal(rest, wanted);
    });

  it('says how it was understood', () => {
    const say = inZone(sayIn('en'), zone);
    const words = (text: string): string => filterWords(read(text), { views: [], now, say });
    assert.equal(words('expired #shop'), 'expired, #shop');
    assert.equal(words('before Christmas'), 'expiry before 25\u00a0Dec');
    assert.equal(words("issuer Let's Encrypt owner Anna"), "owner anna, issuer let's encrypt");
  });

  it('takes time in proportion to its length, whatever is typed', () => {
    const took = cpuTime(() => {
      for (const word of ['before ', 'in 1 ', 'owner ', '#', '1. ', 'next ', 'from march to ', '"'])
        read(word.repeat(150).slice(0, 150));
    });
    assert.ok(took < 2000, `${took} ms`);
  });
});
