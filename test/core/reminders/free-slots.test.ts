import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { freeSlots } from '../../../src/core/reminders/free-slots.ts';
import { defaultWorkingTime } from '../../../src/core/reminders/plan-event.ts';
import type { Freeze, WorkingTime } from '../../../src/core/model/reminder.ts';
import { closuresOf, OPEN } from '../../../src/core/reminders/working-days.ts';
import { holidaysOf } from '../../support/wanted.ts';
import { DAY } from '../../../src/core/time.ts';

interface Given {
  zone?: string;
  number?: number;
  holiday?: string;
  freezes?: Freeze[];
  working?: Partial<WorkingTime>;
  /** From and until on the clock of the zone. */
  busy?: [string, string][];
  from?: string;
  until?: string;
}

/** Free slots on the clock of the zone; asked on Thursday at seven in the morning for three within ten days. */
function slots(given: Given = {}): string[] {
  const { zone = 'Europe/Berlin', working = {}, busy = [], number = 3, holiday, freezes = [], from, until } = given;
  const holidays = holidaysOf('X', holiday === undefined ? {} : { [holiday]: 'Holiday' });
  const at = (text: string): number => DateTime.fromSQL(text, { zone }).toMillis();
  const found = freeSlots({
    busy: busy.map(([start, end]) => ({ start: at(start), end: at(end) })),
    working: { ...defaultWorkingTime(zone), ...working },
    closures: closuresOf({ holidays: ['X'], freezes, language: 'en' }, holidays),
    number,
    from: at(from ?? '2026-12-10 07:00'),
    until: at(until ?? '2026-12-20 07:00'),
  });
  return found.map((slot) => DateTime.fromMillis(slot, { zone }).toFormat('dd HH:mm'));
}

const TABLE: [string, Given, string[]][] = [
  ['nothing busy: the first of the day', {}, ['10 09:00', '10 09:30', '10 10:00']],
  ['the morning busy', { busy: [['2026-12-10 08:00', '2026-12-10 10:00']] }, ['10 10:00', '10 10:30', '10 11:00']],
  [
    'a minute busy in each of two slots',
    {
      busy: [
        ['2026-12-10 10:29', '2026-12-10 10:31'],
        ['2026-12-10 09:10', '2026-12-10 09:11'],
      ],
    },
    ['10 09:30', '10 11:00', '10 11:30'],
  ],
  [
    'busy until a slot begins and after it ends',
    {
      busy: [
        ['2026-12-10 09:00', '2026-12-10 09:30'],
        ['2026-12-10 10:00', '2026-12-10 16:30'],
      ],
    },
    ['10 09:30', '10 16:30', '11 09:00'],
  ],
  [
    'a moment within working time: on the half hour',
    { from: '2026-12-10 11:01' },
    ['10 11:30', '10 12:00', '10 12:30'],
  ],
  ['the evening: the next morning', { from: '2026-12-10 16:31' }, ['11 09:00', '11 09:30', '11 10:00']],
  ['a Friday evening: Monday', { from: '2026-12-11 17:00' }, ['14 09:00', '14 09:30', '14 10:00']],
  ['a holiday', { holiday: '2026-12-10' }, ['11 09:00', '11 09:30', '11 10:00']],
  ['a freeze', { freezes: [{ from: '2026-12-10', to: '2026-12-14' }] }, ['15 09:00', '15 09:30', '15 10:00']],
  ['a freeze of years', { freezes: [{ from: '2000-01-01', to: '2099-12-31' }] }, []],
  ['an end after two slots', { until: '2026-12-10 10:29' }, ['10 09:00', '10 09:30']],
  ['an end exactly after the third', { until: '2026-12-10 10:30' }, ['10 09:00', '10 09:30', '10 10:00']],
  ['an end before the beginning', { until: '2026-12-09 10:30' }, []],
  ['nobody who works', { working: { days: [] } }, []],
  ['work of a quarter of an hour', { working: { end: 9 * 60 + 15 } }, []],
  ['work from 8:15', { working: { start: 495 } }, ['10 08:30', '10 09:00', '10 09:30']],
  ['work until midnight', { from: '2026-12-10 23:05', working: { end: 1440 } }, ['10 23:30', '11 09:00', '11 09:30']],
  ['one asked for', { number: 1 }, ['10 09:00']],
  ['none asked for', { number: 0 }, []],
  [
    'Kathmandu, by the clock there',
    { zone: 'Asia/Kathmandu', from: '2026-12-10 09:01' },
    ['10 09:30', '10 10:00', '10 10:30'],
  ],
];

describe('free slots', () => {
  for (const [given, input, expected] of TABLE) {
    it(`given ${given}`, () => assert.deepEqual(slots(input), expected));
  }

  // On the night of the change, for somebody who works then: what the clock shows, in order.
  const nights: [string, string, string, string[]][] = [
    ['Europe/Berlin', '2026-03-29', 'skips an hour', ['01:00', '01:30', '03:00', '03:30']],
    [
      'Europe/Berlin',
      '2026-10-25',
      'repeats an hour',
      ['01:00', '01:30', '02:00', '02:30', '02:00', '02:30', '03:00', '03:30'],
    ],
    ['America/New_York', '2026-03-08', 'skips an hour', ['01:00', '01:30', '03:00', '03:30']],
    ['Australia/Sydney', '2026-10-04', 'skips an hour', ['01:00', '01:30', '03:00', '03:30']],
    ['Australia/Lord_Howe', '2026-10-04', 'skips half an hour', ['01:00', '01:30', '02:30', '03:00', '03:30']],
    [
      'Australia/Lord_Howe',
      '2027-04-04',
      'repeats half an hour',
      ['01:00', '01:30', '01:30', '02:00', '02:30', '03:00', '03:30'],
    ],
    ['Africa/Cairo', '2026-04-24', 'skips midnight', ['01:00', '01:30', '02:00', '02:30', '03:00', '03:30']],
  ];
  for (const [zone, date, what, clock] of nights) {
    it(`keep to the clock of ${zone} where it ${what}`, () => {
      const midnight = zone === 'Africa/Cairo';
      const found = slots({
        zone,
        working: { days: [1, 2, 3, 4, 5, 6, 7], start: midnight ? 0 : 60, end: 240 },
        from: `${date} ${midnight ? '01:00' : '00:10'}`,
        until: `${date} 12:00`,
        number: 20,
      });
      assert.deepEqual(
        found,
        clock.map((time) => `${date.slice(8)} ${time}`),
      );
    });
  }

  it('are all free, in working time and in order, whatever is busy', () => {
    const from = Date.UTC(2026, 9, 1);
    const until = from + 40 * DAY;
    const working = defaultWorkingTime('America/Santiago');
    const busy = Array.from({ length: 400 }, (_, index) => {
      const start = from + ((index * 7919) % 57_600) * 60_000;
      return { start, end: start + (((index * 31) % 90) + 1) * 60_000 };
    });
    const found = freeSlots({ busy, working, closures: OPEN, from, until, number: 1000 });
    assert.ok(found.length > 50);
    assert.deepEqual(
      found,
      found.toSorted((a, b) => a - b),
    );
    for (const slot of found) {
      const local = DateTime.fromMillis(slot, { zone: working.zone });
      assert.ok(local.weekday <= 5 && local.hour >= 9 && local.hour < 17 && local.minute % 30 === 0);
      assert.ok(!busy.some(({ start, end }) => start < slot + 30 * 60_000 && end > slot));
    }
  });
});
