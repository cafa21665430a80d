import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { type Instant, MINUTE, HOUR, DAY } from '../../../src/core/time.ts';
import type { Holidays, Freeze, Wanted, WorkingTime } from '../../../src/core/model/reminder.ts';
import { defaultWorkingTime, planEvent, planningBasis, plannedSlot } from '../../../src/core/reminders/plan-event.ts';
import { certificate } from '../../support/certificate-facts.ts';
import { holidaysOf, none, wantedOf } from '../../support/wanted.ts';

const BERLIN = defaultWorkingTime('Europe/Berlin');
const CHRISTMAS = holidaysOf('DE-BY', {
  '2026-12-25': 'Christmas Day',
  '2026-12-26': 'Boxing Day',
  '2027-01-01': "New Year's Day",
  '2027-01-06': 'Epiphany',
});
const FREEZE: Freeze = { from: '2026-12-18', to: '2027-01-06' };

function at(text: string, zone = 'Europe/Berlin'): Instant {
  const instant = DateTime.fromSQL(text, { zone });
  assert.ok(instant.isValid, text);
  return instant.toMillis();
}

function clock(instant: Instant, zone = 'Europe/Berlin'): string {
  return DateTime.fromMillis(instant, { zone }).toFormat('ccc yyyy-MM-dd HH:mm');
}

/** A certificate that is noticed then: a day before it ends. */
function noticedAt(notice: string, overrides: Partial<Wanted> = {}, zone?: string): Wanted {
  const notAfter = at(notice, zone) + DAY;
  const leaf = certificate('leaf', { notBefore: notAfter - 90 * DAY, notAfter });
  return wantedOf(leaf, ['tls://a.example:443'], { policies: [[{ kind: 'duration', ms: DAY }]], ...overrides });
}

function renew(
  wanted: Wanted,
  { now = at('2026-11-02 12:00'), holidays = CHRISTMAS, working = BERLIN, kept = null as Instant | null } = {},
) {
  const event = planEvent('renew', wanted, working, {
    now,
    holidays,
    kept: kept === null ? null : { start: kept, reminderMinutes: 0 },
  });
  const why = event.body.filter((line) =>
    /^(?:Moved earlier|This falls|Vorgezogen|Dieser Termin fällt|Dieser Termin liegt)/.test(line),
  );
  return { event, start: clock(event.start, working.zone), why };
}

const BY = { holidays: ['DE-BY'] };

/** What is in the way of a notice, when it is planned, where it lands and what the body says. */
const SLOTS: [string, Wanted, string, string, string[]][] = [
  ['nothing', noticedAt('2026-12-24 12:00', BY), '2026-11-02 12:00', 'Thu 2026-12-24 09:00', []],
  [
    'a freeze',
    noticedAt('2026-12-24 12:00', { freezes: [FREEZE] }),
    '2026-11-02 12:00',
    'Thu 2026-12-17 09:00',
    ['Moved earlier: 24 Dec 2026 falls into the change freeze from 18 Dec 2026 to 6 Jan 2027.'],
  ],
  [
    'the first day of a freeze',
    noticedAt('2026-12-18 12:00', { freezes: [FREEZE] }),
    '2026-11-02 12:00',
    'Thu 2026-12-17 09:00',
    ['Moved earlier: 18 Dec 2026 falls into the change freeze from 18 Dec 2026 to 6 Jan 2027.'],
  ],
  [
    'its last day',
    noticedAt('2027-01-06 12:00', { freezes: [FREEZE] }),
    '2026-11-02 12:00',
    'Thu 2026-12-17 09:00',
    ['Moved earlier: 6 Jan 2027 falls into the change freeze from 18 Dec 2026 to 6 Jan 2027.'],
  ],
  [
    'no more: the day after it',
    noticedAt('2027-01-07 12:00', { freezes: [FREEZE] }),
    '2026-11-02 12:00',
    'Thu 2027-01-07 09:00',
    [],
  ],
  [
    'the last day of a freeze, since the notice is early on the next',
    noticedAt('2027-01-07 08:00', { freezes: [FREEZE] }),
    '2026-11-02 12:00',
    'Thu 2026-12-17 09:00',
    ['Moved earlier: 6 Jan 2027 falls into the change freeze from 18 Dec 2026 to 6 Jan 2027.'],
  ],
  [
    'a freeze of one day',
    noticedAt('2026-12-10 12:00', { freezes: [{ from: '2026-12-10', to: '2026-12-10' }] }),
    '2026-11-02 12:00',
    'Wed 2026-12-09 09:00',
    ['Moved earlier: 10 Dec 2026 falls into the change freeze of 10 Dec 2026.'],
  ],
  [
    'a freeze of three days',
    noticedAt('2026-12-11 12:00', { freezes: [{ from: '2026-12-09', to: '2026-12-11' }] }),
    '2026-11-02 12:00',
    'Tue 2026-12-08 09:00',
    ['Moved earlier: 11 Dec 2026 falls into the change freeze from 9 Dec 2026 to 11 Dec 2026.'],
  ],
  [
    'a public holiday',
    noticedAt('2026-12-25 12:00', BY),
    '2026-11-02 12:00',
    'Thu 2026-12-24 09:00',
    ['Moved earlier: 25 Dec 2026 is a public holiday (Christmas Day).'],
  ],
  [
    'a weekend and a public holiday before it',
    noticedAt('2026-12-27 12:00', BY),
    '2026-11-02 12:00',
    'Thu 2026-12-24 09:00',
    ['Moved earlier: 25 Dec 2026 is a public holiday (Christmas Day).'],
  ],
  [
    'a public holiday, and a freeze before it',
    noticedAt('2026-12-25 12:00', { ...BY, freezes: [{ from: '2026-12-21', to: '2026-12-24' }] }),
    '2026-11-02 12:00',
    'Fri 2026-12-18 09:00',
    ['Moved earlier: 25 Dec 2026 is a public holiday (Christmas Day).'],
  ],
  [
    'a public holiday of another region',
    noticedAt('2026-12-25 12:00', { holidays: ['AT'] }),
    '2026-11-02 12:00',
    'Fri 2026-12-25 09:00',
    [],
  ],
  [
    'two freezes that overlap',
    noticedAt('2026-12-24 12:00', { freezes: [{ from: '2026-12-10', to: '2026-12-19' }, FREEZE] }),
    '2026-11-02 12:00',
    'Wed 2026-12-09 09:00',
    ['Moved earlier: 24 Dec 2026 falls into the change freeze from 18 Dec 2026 to 6 Jan 2027.'],
  ],
  [
    'freezes that are none',
    noticedAt('2026-12-24 12:00', {
      freezes: [
        { from: '2027-01-06', to: '2026-12-18' },
        { from: 'soon', to: 'later' },
        { from: '2026-02-31', to: '2027-12-31' },
      ],
    }),
    '2026-11-02 12:00',
    'Thu 2026-12-24 09:00',
    [],
  ],
  [
    'a freeze whose last free slot is being worked in',
    noticedAt('2026-12-24 12:00', { freezes: [FREEZE] }),
    '2026-12-17 10:10',
    'Thu 2026-12-17 10:30',
    ['Moved earlier: 24 Dec 2026 falls into the change freeze from 18 Dec 2026 to 6 Jan 2027.'],
  ],
  [
    'a freeze that begins tomorrow, after work',
    noticedAt('2026-12-24 12:00', { freezes: [FREEZE] }),
    '2026-12-17 18:00',
    'Fri 2026-12-18 09:00',
    ['This falls into the change freeze from 18 Dec 2026 to 6 Jan 2027, since no earlier working time is left.'],
  ],
  [
    'a freeze that has begun',
    noticedAt('2026-12-24 12:00', { freezes: [FREEZE] }),
    '2026-12-20 12:00',
    'Mon 2026-12-21 09:00',
    ['This falls into the change freeze from 18 Dec 2026 to 6 Jan 2027, since no earlier working time is left.'],
  ],
  [
    'a freeze of years that has begun',
    noticedAt('2026-12-24 12:00', { freezes: [{ from: '2020-01-01', to: '2040-12-31' }] }),
    '2026-11-02 12:00',
    'Mon 2026-11-02 12:00',
    ['This falls into the change freeze from 1 Jan 2020 to 31 Dec 2040, since no earlier working time is left.'],
  ],
  [
    'a freeze, when the notice has long passed',
    noticedAt('2026-12-24 12:00', { freezes: [FREEZE] }),
    '2026-12-24 12:00',
    'Thu 2026-12-24 12:00',
    ['This falls into the change freeze from 18 Dec 2026 to 6 Jan 2027, since no earlier working time is left.'],
  ],
  [
    'a public holiday, when the notice has passed',
    noticedAt('2026-12-24 20:00', BY),
    '2026-12-24 22:00',
    'Fri 2026-12-25 09:00',
    ['This falls on a public holiday (Christmas Day), since no earlier working time is left.'],
  ],
];

describe('the renew event, with this in its way:', () => {
  for (const [what, wanted, now, start, why] of SLOTS) {
    it(`${what}, planned ${now}, is at ${start}`, () => {
      const planned = renew(wanted, { now: at(now) });
      assert.equal(planned.start, start);
      assert.deepEqual(planned.why, why);
    });
  }

  it('says so in German', () => {
    const freeze = renew(noticedAt('2026-12-24 12:00', { freezes: [FREEZE], language: 'de' }));
    assert.deepEqual(freeze.why, [
      'Vorgezogen: Der 24. Dezember 2026 liegt in der Änderungssperre vom 18. Dezember 2026 bis 6. Januar 2027.',
    ]);
    const day = { freezes: [{ from: '2026-12-24', to: '2026-12-24' }], language: 'de' as const };
    assert.deepEqual(renew(noticedAt('2026-12-24 12:00', day)).why, [
      'Vorgezogen: Der 24. Dezember 2026 liegt in der Änderungssperre am 24. Dezember 2026.',
    ]);
    const late = renew(noticedAt('2026-12-24 20:00', { ...BY, language: 'de' }), { now: at('2026-12-24 22:00') });
    assert.deepEqual(late.why, [
      'Dieser Termin fällt auf einen Feiertag (Christmas Day), da vorher keine Arbeitszeit mehr bleibt.',
    ]);
  });

  it('has its reason right after what to do', () => {
    const { event } = renew(noticedAt('2026-12-24 12:00', { freezes: [FREEZE] }));
    assert.match(event.body[1]!, /^Moved earlier/);
  });

  it('asks for holidays in the language of the event, of all regions, and takes the name of the first', () => {
    const asked: string[] = [];
    const holidays: Holidays = (region, year, language) => {
      asked.push(`${region} ${year} ${language}`);
      return year === 2026 ? [{ date: '2026-12-24', name: `day of ${region}` }] : [];
    };
    const wanted = noticedAt('2026-12-24 12:00', { holidays: ['DE-BY', 'AT'], language: 'de' });
    const { start, why } = renew(wanted, { holidays });
    assert.equal(start, 'Wed 2026-12-23 09:00');
    assert.deepEqual(why, ['Vorgezogen: Der 24. Dezember 2026 ist ein Feiertag (day of DE-BY).']);
    assert.deepEqual([...new Set(asked)], ['DE-BY 2026 de', 'AT 2026 de']);
  });

  it('looks into the year before', () => {
    const holidays = holidaysOf('X', { '2027-01-01': 'New Year', '2026-12-31': 'Old Year' });
    const { start, why } = renew(noticedAt('2027-01-01 12:00', { holidays: ['X'] }), { holidays });
    assert.equal(start, 'Wed 2026-12-30 09:00');
    assert.deepEqual(why, ['Moved earlier: 1 Jan 2027 is a public holiday (New Year).']);
  });

  it('takes the date of the working zone, not that of UTC', () => {
    const auckland = defaultWorkingTime('Pacific/Auckland');
    const wanted = noticedAt(
      '2026-12-25 12:00',
      { freezes: [{ from: '2026-12-25', to: '2026-12-25' }] },
      auckland.zone,
    );
    assert.equal(renew(wanted, { working: auckland }).start, 'Thu 2026-12-24 09:00');
    // Nine o'clock on the 24th there is still the 23rd in UTC.
    const before = noticedAt(
      '2026-12-24 12:00',
      { freezes: [{ from: '2026-12-23', to: '2026-12-23' }] },
      auckland.zone,
    );
    assert.equal(renew(before, { working: auckland }).start, 'Thu 2026-12-24 09:00');
  });

  it('ends its search in a country where every day is a holiday, and where nobody works ever', () => {
    const always: Holidays = (_region, year) =>
      Array.from({ length: 366 }, (_, day) => ({
        date: new Date(Date.UTC(year, 0, 1 + day)).toISOString().slice(0, 10),
        name: 'Holiday',
      }));
    const wanted = noticedAt('2026-12-24 12:00', { holidays: ['X'] });
    const now = at('2026-11-02 12:00');
    assert.equal(renew(wanted, { holidays: always, now }).start, 'Mon 2026-11-02 12:00');
    assert.equal(plannedSlot(wanted, BERLIN, always), null);
    assert.equal(
      renew(wanted, { holidays: always, working: { ...BERLIN, days: [] }, now }).start,
      'Thu 2026-12-24 12:00',
    );
  });

  it('keeps a kept start and still says why it is there', () => {
    const wanted = noticedAt('2026-12-24 12:00', { freezes: [FREEZE] });
    const { start, why } = renew(wanted, { now: at('2026-12-29 12:00'), kept: at('2026-12-17 09:00') });
    assert.equal(start, 'Thu 2026-12-17 09:00');
    assert.equal(why.length, 1);
  });

  it('does not keep a start that a new freeze came over, while there is working time before it', () => {
    const leaf = certificate('leaf', { notBefore: at('2026-10-09 12:00'), notAfter: at('2027-01-08 12:00') });
    const policies = [[{ kind: 'duration' as const, ms: 30 * DAY }]];
    const frozen = wantedOf(leaf, ['tls://a.example:443'], { policies, freezes: [FREEZE] });
    const kept = at('2026-12-18 09:00');
    const moved = renew(frozen, { now: at('2026-12-17 13:10'), kept });
    assert.deepEqual([moved.start, moved.why], ['Thu 2026-12-17 13:30', []]);
    const late = renew(frozen, { now: at('2026-12-17 18:00'), kept });
    assert.equal(late.start, 'Fri 2026-12-18 09:00');
    assert.match(late.why.join(), /^This falls into the change freeze/);
    assert.equal(renew(frozen, { now: at('2026-12-18 12:00'), kept }).start, 'Fri 2026-12-18 09:00');
  });

  it('does not blame a freeze for an expired certificate', () => {
    const wanted = noticedAt('2026-12-24 12:00', { freezes: [FREEZE] });
    assert.deepEqual(renew(wanted, { now: at('2026-12-27 12:00') }).why, []);
    assert.deepEqual(renew(wanted, { now: wanted.certificate.notAfter }).why, []);
  });
});

/** Numbers that look random and are the same at each run: a linear congruential generator (Numerical Recipes). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('the renew event, whatever is in its way,', () => {
  const zones = ['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kathmandu'];
  const first = Date.UTC(2026, 7, 1);
  const isoDate = (instant: Instant, zone: string) => DateTime.fromMillis(instant, { zone }).toISODate()!;

  for (const zone of zones) {
    it(`comes earlier rather than later, avoids what can be avoided, and then stays, in ${zone}`, () => {
      const pick = numbers(zone.length);
      for (let round = 0; round < 150; round += 1) {
        const office = { ...defaultWorkingTime(zone), days: pick(4) === 0 ? [1, 4] : [1, 2, 3, 4, 5] };
        const dates = Array.from({ length: pick(6) }, () => isoDate(first + pick(200) * DAY, zone));
        const holidays = holidaysOf('X', Object.fromEntries(dates.map((date) => [date, 'Holiday'])));
        const freezes = Array.from({ length: pick(3) }, () => {
          const from = first + pick(200) * DAY;
          return { from: isoDate(from, zone), to: isoDate(from + pick(40) * DAY, zone) };
        });
        const now = first + pick(150 * 24 * 60) * MINUTE;
        const notAfter = now + pick(90 * 24 * 60) * MINUTE + HOUR;
        const leaf = certificate('leaf', { notBefore: notAfter - 90 * DAY, notAfter });
        const wanted = wantedOf(leaf, ['tls://a.example:443'], { holidays: ['X'], freezes });
        const closed = (instant: Instant) => {
          const date = isoDate(instant, zone);
          return dates.includes(date) || freezes.some(({ from, to }) => from <= date && date <= to);
        };
        const { event, why } = renew(wanted, { now, holidays, working: office });
        const free = renew({ ...wanted, holidays: [], freezes: [] }, { now, holidays, working: office }).event;
        const about = JSON.stringify({ round, now: clock(now, zone), start: clock(event.start, zone), freezes, dates });
        assert.ok(event.start <= free.start, `not later: ${about}`);
        assert.ok(event.start >= now - 1000, `not over: ${about}`);
        if (closed(event.start)) {
          // Of now until then there is no working time that is free.
          for (let slot = Math.ceil(now / (30 * MINUTE)) * 30 * MINUTE; slot < event.start; slot += 30 * MINUTE) {
            const local = DateTime.fromMillis(slot, { zone });
            const hour = local.hour + local.minute / 60;
            const works = office.days.includes(local.weekday) && hour >= 9 && hour <= 16.5;
            assert.ok(!works || local.minute % 30 !== 0 || closed(slot), `${clock(slot, zone)} was free: ${about}`);
          }
        }
        assert.equal(why.length, closed(event.start) || event.start < free.start ? 1 : 0, about);
        for (const later of [HOUR, 5 * HOUR, 3 * DAY]) {
          const kept = renew(wanted, { now: now + later, holidays, working: office, kept: event.start }).event;
          assert.equal(kept.start, event.start, `stays ${about}`);
        }
      }
    });
  }
});

describe('the planning basis', () => {
  const wanted = noticedAt('2026-12-24 12:00');
  const basis = planningBasis(wanted, BERLIN, none);

  it('is that of versions without holidays while none matters', () => {
    const { notAfter } = wanted.certificate;
    assert.equal(basis, JSON.stringify([notAfter - DAY, notAfter, 'Europe/Berlin', [1, 2, 3, 4, 5], 9 * 60, 17 * 60]));
  });

  const changes: [string, Partial<Wanted>, Holidays, boolean][] = [
    ['a freeze at another time', { freezes: [{ from: '2027-06-01', to: '2027-06-02' }] }, none, false],
    ['a freeze just before it', { freezes: [{ from: '2026-12-01', to: '2026-12-23' }] }, none, false],
    ['a freeze around it', { freezes: [FREEZE] }, none, true],
    ['a region whose holidays are on other days', BY, CHRISTMAS, false],
    ['a holiday on that day', { holidays: ['X'] }, holidaysOf('X', { '2026-12-24': 'x' }), true],
  ];
  for (const [what, overrides, holidays, anew] of changes) {
    it(`${anew ? 'changes' : 'stays'} with ${what}`, () => {
      assert.equal(planningBasis({ ...wanted, ...overrides }, BERLIN, holidays) !== basis, anew);
    });
  }

  it('changes when a freeze grows so that the slot moves further, and only then', () => {
    const frozen = (freeze: Freeze) => planningBasis({ ...wanted, freezes: [freeze] }, BERLIN, none);
    const before = frozen(FREEZE);
    assert.notEqual(frozen({ ...FREEZE, from: '2026-12-10' }), before);
    assert.equal(frozen({ ...FREEZE, to: '2027-01-31' }), before);
  });
});

/** Zone, notice and expected start on its clock, expected start in UTC. */
const CHANGES: [string, string, string, string, Partial<WorkingTime>?][] = [
  ['Europe/Berlin', '2026-03-30 12:00', 'Mon 2026-03-30 09:00', '2026-03-30T07:00Z'],
  ['Europe/Berlin', '2026-03-30 08:00', 'Fri 2026-03-27 09:00', '2026-03-27T08:00Z'],
  ['Europe/Berlin', '2026-10-26 08:00', 'Fri 2026-10-23 09:00', '2026-10-23T07:00Z'],
  ['America/New_York', '2026-11-02 08:00', 'Fri 2026-10-30 09:00', '2026-10-30T13:00Z'],
  ['America/New_York', '2026-11-02 09:00', 'Mon 2026-11-02 09:00', '2026-11-02T14:00Z'],
  ['Australia/Sydney', '2026-10-05 09:00', 'Mon 2026-10-05 09:00', '2026-10-04T22:00Z'],
  ['Australia/Sydney', '2027-04-05 08:00', 'Fri 2027-04-02 09:00', '2027-04-01T22:00Z'],
  ['America/Santiago', '2026-09-07 09:30', 'Mon 2026-09-07 09:00', '2026-09-07T12:00Z'],
  ['America/Santiago', '2026-09-07 08:30', 'Fri 2026-09-04 09:00', '2026-09-04T13:00Z'],
  ['America/Santiago', '2026-04-06 08:30', 'Fri 2026-04-03 09:00', '2026-04-03T12:00Z'],
  ['America/Santiago', '2026-04-06 09:30', 'Mon 2026-04-06 09:00', '2026-04-06T13:00Z'],
  ['Asia/Kathmandu', '2026-11-18 08:30', 'Tue 2026-11-17 09:00', '2026-11-17T03:15Z'],
  ['Australia/Lord_Howe', '2026-10-05 12:00', 'Mon 2026-10-05 09:00', '2026-10-04T22:00Z'],
  ['Australia/Lord_Howe', '2026-10-05 08:00', 'Fri 2026-10-02 09:00', '2026-10-01T22:30Z'],
  // The clock skips midnight: the working day that begins at midnight begins at one.
  ['Africa/Cairo', '2026-04-24 12:00', 'Fri 2026-04-24 01:00', '2026-04-23T22:00Z', { days: [5], start: 0 }],
  ['Africa/Cairo', '2026-04-24 12:00', 'Fri 2026-04-24 09:00', '2026-04-24T06:00Z', { days: [5] }],
  ['Africa/Cairo', '2026-04-24 08:00', 'Thu 2026-04-23 09:00', '2026-04-23T07:00Z'],
  ['America/Sao_Paulo', '2018-11-04 12:00', 'Sun 2018-11-04 09:00', '2018-11-04T11:00Z', { days: [7] }],
  ['America/Sao_Paulo', '2018-11-05 08:00', 'Fri 2018-11-02 09:00', '2018-11-02T12:00Z'],
  ['America/Sao_Paulo', '2018-11-05 08:00', 'Sun 2018-11-04 01:00', '2018-11-04T03:00Z', { days: [7], start: 0 }],
  // There the clock is that of UTC in winter only.
  ['Europe/London', '2026-03-30 08:59', 'Fri 2026-03-27 09:00', '2026-03-27T09:00Z'],
];

describe('the wall clock', () => {
  for (const [zone, notice, local, utc, working] of CHANGES) {
    it(`of ${zone} is right on both sides of a change: ${notice} gives ${local}`, () => {
      const office = { ...defaultWorkingTime(zone), ...working };
      const slot = plannedSlot(noticedAt(notice, {}, zone), office, none);
      assert.equal(clock(slot!, zone), local);
      assert.equal(slot, Date.parse(utc));
    });
  }

  it('is that of the dates of freezes as well', () => {
    for (const zone of [
      'Africa/Cairo',
      'America/Santiago',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'America/Sao_Paulo',
    ]) {
      const office = { ...defaultWorkingTime(zone), days: [1, 2, 3, 4, 5, 6, 7] };
      for (let day = 1; day <= 30; day += 1) {
        const date = DateTime.fromObject({ year: 2026, month: 4, day, hour: 15 }, { zone });
        const frozen = { freezes: [{ from: date.toISODate()!, to: date.toISODate()! }] };
        const slot = plannedSlot(noticedAt(date.toFormat('yyyy-MM-dd HH:mm'), frozen, zone), office, none);
        assert.equal(clock(slot!, zone), date.minus({ days: 1 }).toFormat('ccc yyyy-MM-dd 09:00'), zone);
      }
    }
  });
});

describe('the alarm of the renew event', () => {
  const alarms: [string, string, number, Partial<WorkingTime>?][] = [
    ['when it is due in good time: when work begins', '2026-11-02 12:00', 0],
    ['in the middle of the day: a quarter of an hour before', '2026-12-24 13:20', 10],
    ['with time enough: a quarter of an hour before', '2026-12-24 13:01', 15],
    ['at once', '2026-12-24 13:30', 0],
    ['on the next morning: when work begins', '2026-12-24 18:00', 0],
    [
      'after a start of work at twenty past: not before that, and not before now',
      '2026-12-24 09:21',
      9,
      { start: 9 * 60 + 20 },
    ],
  ];
  for (const [when, now, minutes, working] of alarms) {
    it(`rings, ${when}`, () => {
      const wanted = noticedAt('2026-12-24 12:00');
      const { event } = renew(wanted, { now: at(now), working: { ...BERLIN, ...working } });
      assert.equal(event.reminderMinutes, minutes, clock(event.start));
    });
  }
});

/** End, expected alarm, holidays and freezes do what they do. */
const EXPIRIES: [string, string, string, Partial<Wanted>?, Partial<WorkingTime>?][] = [
  ['a day before, when one works then', '2026-12-11 12:00', 'Thu 2026-12-10 12:00'],
  ['a day before, at the very start of work', '2026-12-11 09:00', 'Thu 2026-12-10 09:00'],
  ['in the last half-hour of the day before that', '2026-12-11 08:59', 'Wed 2026-12-09 16:30'],
  ['in the last half-hour of work', '2026-12-11 17:00', 'Thu 2026-12-10 16:30'],
  ['in the last half-hour of work', '2026-12-11 23:59', 'Thu 2026-12-10 16:30'],
  ['on Friday, for a Monday', '2026-12-14 12:00', 'Fri 2026-12-11 16:30'],
  ['on Friday, for a Sunday', '2026-12-13 12:00', 'Fri 2026-12-11 16:30'],
  ['before a public holiday', '2026-12-26 12:00', 'Thu 2026-12-24 16:30', BY],
  ['in a freeze, since people are there', '2026-12-31 12:00', 'Wed 2026-12-30 12:00', { freezes: [FREEZE] }],
  ['over the change of clocks', '2027-03-29 12:00', 'Fri 2027-03-26 16:30'],
  ['where work ends at a quarter to', '2026-12-14 12:00', 'Fri 2026-12-11 16:15', {}, { end: 16 * 60 + 45 }],
  ['where nobody works: a day before', '2026-12-14 12:00', 'Sun 2026-12-13 12:00', {}, { days: [] }],
];

describe('the alarm of the expiry event', () => {
  function expiryOf(end: string, overrides: Partial<Wanted> = {}) {
    const notAfter = at(end);
    return wantedOf(
      certificate('leaf', { notBefore: notAfter - 90 * DAY, notAfter }),
      ['tls://a.example:443'],
      overrides,
    );
  }
  for (const [where, end, rings, overrides, working] of EXPIRIES) {
    it(`rings ${where}: for ${end} at ${rings}`, () => {
      const event = planEvent(
        'expiry',
        expiryOf(end, overrides),
        { ...BERLIN, ...working },
        {
          now: at('2026-11-02 12:00'),
          holidays: CHRISTMAS,
          kept: null,
        },
      );
      assert.equal(clock(event.start - event.reminderMinutes * MINUTE), rings);
      assert.equal(event.start, at(end));
    });
  }

  it('is never more than two weeks before', () => {
    for (const first of [12, 1]) {
      const vacation = Array.from({ length: 40 }, (_, day): [string, string] => [
        new Date(Date.UTC(2026, 11, first + day)).toISOString().slice(0, 10),
        'Vacation',
      ]);
      const event = planEvent('expiry', expiryOf('2026-12-26 12:00', { holidays: ['X'] }), BERLIN, {
        now: at('2026-11-02 12:00'),
        holidays: holidaysOf('X', Object.fromEntries(vacation)),
        kept: null,
      });
      assert.equal(event.reminderMinutes, 24 * 60, `off from the ${first}th`);
    }
  });

  it('may be two weeks before, to the minute', () => {
    const vacation = Array.from({ length: 14 }, (_, day): [string, string] => [`2026-12-${12 + day}`, 'Vacation']);
    const event = planEvent('expiry', expiryOf('2026-12-25 16:30', { holidays: ['X'] }), BERLIN, {
      now: at('2026-11-02 12:00'),
      holidays: holidaysOf('X', Object.fromEntries(vacation)),
      kept: null,
    });
    assert.equal(clock(event.start - event.reminderMinutes * MINUTE), 'Fri 2026-12-11 16:30');
  });

  it('rings a day before also when that is now, and at once when nobody works ever', () => {
    const wanted = expiryOf('2026-12-11 12:10');
    const alarmAt = (now: Instant, working = BERLIN): number =>
      planEvent('expiry', wanted, working, { now, holidays: none, kept: null }).reminderMinutes;
    assert.equal(alarmAt(at('2026-12-10 12:10')), 24 * 60);
    assert.equal(alarmAt(at('2026-12-10 12:10') + 1), 24 * 60 - 20, 'then it is the next half-hour');
    assert.equal(alarmAt(at('2026-12-11 11:00'), { ...BERLIN, days: [] }), 70);
  });

  const late: [string, string, number][] = [
    ['in the next half-hour of work, when the day before has passed', '2026-12-11 09:20', 2.5 * 60],
    ['at the start of work, when it is night', '2026-12-11 02:00', 3 * 60],
    ['at once, when no work is left before it', '2026-12-11 11:50', 10],
    ['at the start, when it has expired', '2026-12-11 12:30', 0],
  ];
  for (const [where, now, minutes] of late) {
    it(`rings ${where}`, () => {
      const options = { holidays: none, kept: null };
      const event = planEvent('expiry', expiryOf('2026-12-11 12:00'), BERLIN, { ...options, now: at(now) });
      assert.equal(event.reminderMinutes, minutes);
      const kept = planEvent('expiry', expiryOf('2026-12-11 12:00'), BERLIN, {
        ...options,
        now: at(now) + HOUR,
        kept: event,
      });
      assert.equal(kept.reminderMinutes, minutes, 'and stays so');
    });
  }
});
