import assert from 'node:assert/strict';
import { LIFETIMES, limitAt } from '../../../src/core/certificates/lifetimes.ts';
import { reportCard } from '../../../src/core/chat/cards/report.ts';
import type { WatchView } from '../../../src/core/chat/cards/list.ts';
import { renewalsByHand } from '../../../src/core/chat/overview/by-hand.ts';
import { reportOf } from '../../../src/core/chat/overview/report.ts';
import { inZone, sayIn } from '../../../src/core/language/language.ts';
import type { HistoryEntry } from '../../../src/core/model/history.ts';
import { DAY, HOUR } from '../../../src/core/time.ts';
import { certificate } from '../../support/certificate-facts.ts';

const zone = 'Europe/Berlin';
const now = Date.parse('2026-10-15T10:00:00Z');

/** A watched target whose certificate began and ends so many days from now. */
function view(host: string, [from, to]: [number, number], more: Parameters<typeof certificate>[1] = {}): WatchView {
  const uri = `tls://${host}:443`;
  const leaf = certificate(host, {
    notBefore: now + from * DAY,
    notAfter: now + to * DAY,
    publicPolicy: true,
    ...more,
  });
  const watch = { uri, ownerId: 'anna', ownerName: 'Anna' };
  return {
    watch,
    target: { uri, observation: null, state: null },
    leaves: [leaf],
    policy: null,
  } as unknown as WatchView;
}

function renewed(host: string, [at, from, to]: [number, number, number]): HistoryEntry {
  const one = (end: number) => ({ notBefore: now + (end - 200) * DAY, notAfter: now + end * DAY, by: 'CA' });
  const event = { kind: 'renewed' as const, from: one(from), to: one(to) };
  return { conversationId: 'c', uri: `tls://${host}:443`, at: now + at * DAY, event };
}

const period = { from: now - 90 * DAY, to: now, days: 90 };
const report = (views: WatchView[], history: HistoryEntry[], since = 0) =>
  reportOf(views, history, { period, now, zone, since });

describe('limits of lifetimes', () => {
  it('each name who sets them, in the order in which they begin', () => {
    assert.ok(LIFETIMES.every(({ source, from }, index) => source !== '' && from > (LIFETIMES[index - 1]?.from ?? 0)));
    const days = (day: string): number => limitAt(Date.parse(day))!.days;
    assert.deepEqual(
      ['2026-03-14', '2026-03-15', '2027-03-14', '2027-03-15', '2029-03-14', '2029-03-15'].map(days),
      [398, 200, 200, 100, 100, 47],
    );
  });
});

describe('renewals by hand to come', () => {
  const count = (views: WatchView[], history: HistoryEntry[] = []): number =>
    renewalsByHand(views, history, { now, zone }).quarters.reduce((sum, { number }) => sum + number, 0);

  it('come more often as lifetimes shrink', () => {
    const { quarters, byHand } = renewalsByHand([view('a.example', [-100, 100])], [], { now, zone });
    assert.equal(byHand, 1);
    const numbers = quarters.map(({ number }) => number);
    assert.equal(numbers.length, 12);
    // From January 2027 on for 200 days, then for 100, and for 47 from March 2029 on.
    assert.deepEqual(numbers.slice(0, 4), [0, 1, 0, 1]);
    assert.ok(numbers.at(-1)! >= 1 && numbers.slice(-2).reduce((a, b) => a + b) >= 3, numbers.join());
  });

  it('leave out what renews itself, and what is under no limit', () => {
    const short = view('short.example', [-30, 60]);
    const own = view('own.example', [-100, 265], { publicPolicy: false });
    const early = view('early.example', [-10, 190]);
    const history = [renewed('early.example', [-10, 60, 190])];
    const found = renewalsByHand([short, own, early], history, { now, zone });
    assert.deepEqual([found.byHand, found.bySelf, found.others], [0, 2, 1]);
    assert.equal(count([early], [renewed('early.example', [-10, 0, 190])]) > 0, true);
  });

  it('count a certificate once, wherever it is presented', () => {
    const one = view('a.example', [-100, 100]);
    const same = { ...view('b.example', [-100, 100]), leaves: one.leaves };
    assert.equal(count([one, same]), count([one]));
  });
});

describe('a report', () => {
  const views = [view('a.example', [-300, 20]), view('b.example', [-398, -1]), view('c.example', [-30, 60])];
  const history = [
    renewed('a.example', [-40, -20, 20]),
    renewed('c.example', [-50, -51, 60]),
    renewed('old.example', [-200, -201, 10]),
  ];

  it('counts what lapsed, and for how long, the longest first', () => {
    const { lapses, renewed: inTime } = report(views, history);
    assert.deepEqual(
      lapses.map(({ uri, since, until }) => [uri, (now - since) / DAY, until === null ? null : (now - until) / DAY]),
      [
        ['tls://b.example:443', 1, null],
        ['tls://c.example:443', 51, 50],
      ],
    );
    assert.deepEqual(inTime, { number: 1, days: 20 });
  });

  it('is compared with the time before only where that is known', () => {
    assert.equal(report(views, history).before, 0);
    assert.equal(report(views, history, now - 100 * DAY).before, null);
    assert.equal(report(views, history, now - 10 * DAY).knownSince, now - 10 * DAY);
  });

  for (const [language, title, lapsed] of [
    ['en', '2 of 3 lapsed in the last 90 days', '2, the longest for 24 hours so far'],
    ['de', '2 von 3 in den letzten 90 Tagen abgelaufen', '2, am längsten 24 Stunden, noch immer'],
  ] as const)
    it(`says so (${language})`, () => {
      const say = inZone(sayIn(language), zone);
      const late = views.map((one, index) => (index === 1 ? view('b.example', [-398, -1]) : one));
      const card = reportCard(report(late, history), { now, say });
      assert.equal(card.title, title);
      assert.equal(card.facts![1]!.value, lapsed);
      assert.ok(card.summary.length <= 160, card.summary);
      const [chart] = card.groups!.flatMap(({ chart: one }) => one ?? []);
      assert.deepEqual(
        chart!.bars.map(({ value }) => value),
        [0, 1, 1, 0, 0, 0],
      );
      assert.ok(card.facts!.every(({ label }) => label.length <= 10));
    });

  it('tells of a lapse that ended by a renewal once, though it was alerted as well', () => {
    const alerted: HistoryEntry = {
      ...renewed('c.example', [-50, -51, 60]),
      at: now - 51 * DAY + HOUR,
      event: { kind: 'stage', stage: 'expired', end: now - 51 * DAY },
    };
    assert.equal(report([], [alerted, ...history.slice(1, 2)]).lapses.length, 1);
  });
});
