import assert from 'node:assert/strict';
import { DateTime } from 'luxon';
import { type Instant, DAY } from '../../../src/core/time.ts';
import { defaultWorkingTime } from '../../../src/core/reminders/plan-event.ts';
import type { WorkingTime } from '../../../src/core/model/reminder.ts';
import {
  closuresOf,
  isWorkingTime,
  lastWorkingSlot,
  localDate,
  nextWorkingSlot,
  OPEN,
  startOfDate,
  startOfWorkBefore,
  workingHoursAt,
  workingSlots,
} from '../../../src/core/reminders/working-days.ts';
import { holidaysOf, none } from '../../support/wanted.ts';

const ZONE = 'Europe/Berlin';
const BERLIN = defaultWorkingTime(ZONE);

function at(text: string): Instant {
  const instant = DateTime.fromSQL(text, { zone: ZONE });
  assert.ok(instant.isValid, text);
  return instant.toMillis();
}

function clock(instant: Instant | null): string | null {
  return instant === null ? null : DateTime.fromMillis(instant, { zone: ZONE }).toFormat('ccc yyyy-MM-dd HH:mm');
}

describe('closed dates', () => {
  const freeze = { from: '2026-12-18', to: '2027-01-06' };
  const holidays = holidaysOf('X', { '2026-12-25': 'Christmas Day', '2026-11-01': 'All Saints' });
  const closures = closuresOf({ holidays: ['X'], freezes: [freeze], language: 'en' }, holidays);

  it('are both freezes and holidays; a date that is both is told as a freeze, and is a holiday nevertheless', () => {
    assert.deepEqual(closures.on('2026-12-25'), { kind: 'freeze', ...freeze });
    assert.deepEqual(closures.holidayOn('2026-12-25'), { kind: 'holiday', name: 'Christmas Day' });
    assert.deepEqual(closures.on('2026-11-01'), { kind: 'holiday', name: 'All Saints' });
    assert.deepEqual(closures.on('2026-12-18'), { kind: 'freeze', ...freeze });
    assert.deepEqual(closures.on('2027-01-06'), { kind: 'freeze', ...freeze });
  });

  it('are no others', () => {
    for (const date of ['2026-12-17', '2027-01-07', '2027-12-25']) assert.equal(closures.on(date), null, date);
    assert.equal(closures.holidayOn('2026-12-18'), null);
  });

  it('are none without regions and freezes, nor where what should be a freeze is none', () => {
    assert.equal(closuresOf({ holidays: [], freezes: [], language: 'en' }, holidays), OPEN);
    for (const odd of [
      { from: 'soon', to: '2027-01-06' },
      { from: '2026-12-18', to: 'when we are done' },
      { from: '2026-02-30', to: '2027-01-06' },
    ])
      assert.equal(closuresOf({ holidays: [], freezes: [odd], language: 'en' }, holidays), OPEN, odd.to);
    assert.deepEqual([OPEN.on('2026-12-25'), OPEN.holidayOn('2026-12-25')], [null, null]);
  });

  it('are asked for once a year and region, and not before they are needed', () => {
    const asked: string[] = [];
    const { on, holidayOn } = closuresOf({ holidays: ['X', 'Y'], freezes: [freeze], language: 'de' }, (...question) => {
      asked.push(question.join(' '));
      return [];
    });
    assert.deepEqual(asked, []);
    for (const date of ['2027-03-01', '2027-03-02', '2026-11-01', '2027-03-03']) {
      on(date);
      holidayOn(date);
    }
    assert.deepEqual(asked, ['X 2027 de', 'Y 2027 de', 'X 2026 de', 'Y 2026 de']);
  });
});

describe('a local date', () => {
  it('is that of the zone, on whichever side of 1970', () => {
    assert.equal(localDate(Date.UTC(2026, 11, 24, 11), 'Pacific/Kiritimati'), '2026-12-25');
    assert.equal(localDate(Date.UTC(2026, 11, 25, 9), 'America/Los_Angeles'), '2026-12-25');
    assert.equal(localDate(Date.UTC(2026, 11, 25, 7), 'America/Los_Angeles'), '2026-12-24');
    assert.equal(localDate(-1, 'UTC'), '1969-12-31');
  });

  const begins: [string, string, number, string][] = [
    ['2026-12-24', 'Europe/Berlin', 0, '2026-12-23T23:00:00.000Z'],
    ['2026-12-31', 'Europe/Berlin', 1, '2026-12-31T23:00:00.000Z'],
    ['2026-03-28', 'Europe/Berlin', 2, '2026-03-29T22:00:00.000Z'],
    ['2026-04-24', 'Africa/Cairo', 0, '2026-04-23T22:00:00.000Z'],
    ['2026-04-23', 'Africa/Cairo', 1, '2026-04-23T22:00:00.000Z'],
  ];
  for (const [date, zone, after, instant] of begins) {
    it(`${date} in ${zone}${after ? `, ${after} later,` : ''} begins at ${instant}`, () => {
      assert.equal(new Date(startOfDate(date, zone, after)).toISOString(), instant);
    });
  }
});

describe('working hours', () => {
  const cases: [string, Partial<WorkingTime>, string, [string, string] | null][] = [
    ['of a Friday', {}, '2026-12-11 03:00', ['Fri 2026-12-11 09:00', 'Fri 2026-12-11 17:00']],
    ['of a Saturday', {}, '2026-12-12 12:00', null],
    ['of a Sunday', {}, '2026-12-13 12:00', null],
    ['of a Monday', {}, '2026-12-14 23:59', ['Mon 2026-12-14 09:00', 'Mon 2026-12-14 17:00']],
    ['until a quarter to', { end: 1005 }, '2026-12-14 12:00', ['Mon 2026-12-14 09:00', 'Mon 2026-12-14 16:45']],
    ['until midnight', { end: 1440 }, '2026-12-14 12:00', ['Mon 2026-12-14 09:00', 'Tue 2026-12-15 00:00']],
    ['into the night', { end: 1500 }, '2026-12-14 12:00', ['Mon 2026-12-14 09:00', 'Tue 2026-12-15 01:00']],
    ['long before 1970', { days: [4] }, '1969-12-25 12:00', ['Thu 1969-12-25 09:00', 'Thu 1969-12-25 17:00']],
  ];
  for (const [what, working, when, expected] of cases) {
    it(`${what} are ${expected ? `from ${expected.join(' to ')}` : 'none'}`, () => {
      const hours = workingHoursAt(at(when), { ...BERLIN, ...working });
      assert.deepEqual(hours && [clock(hours.start), clock(hours.end)], expected);
    });
  }

  const instants: [string, boolean][] = [
    ['2026-12-11 08:59', false],
    ['2026-12-11 09:00', true],
    ['2026-12-11 16:59', true],
    ['2026-12-11 17:00', false],
    ['2026-12-12 12:00', false],
    ['2026-12-10 12:00', false],
  ];
  for (const [when, works] of instants) {
    it(`${works ? 'have begun and not ended' : 'are over, to come, or none'} on ${when}, the 10th being a holiday`, () => {
      const { on } = closuresOf(
        { holidays: ['X'], freezes: [], language: 'en' },
        holidaysOf('X', { '2026-12-10': 'Holiday' }),
      );
      assert.equal(isWorkingTime(at(when), BERLIN, on), works);
    });
  }
});

describe('a search for working time', () => {
  /** Closed from one date to another, both included. */
  function closed(from: string, to: string): (date: string) => ReturnType<typeof OPEN.on> {
    return closuresOf({ holidays: [], freezes: [{ from, to }], language: 'en' }, none).on;
  }

  it('backwards ends after ten years', () => {
    const monday = at('2026-12-14 12:00');
    const first = (days: number): string => localDate(monday - days * DAY, ZONE);
    assert.equal(clock(startOfWorkBefore(monday, BERLIN)), 'Mon 2026-12-14 09:00');
    // Ten years of 366 days before, it was a Tuesday.
    assert.equal(
      clock(startOfWorkBefore(monday, BERLIN, closed(first(3659), '2026-12-31'))),
      `Tue ${first(3660)} 09:00`,
    );
    assert.equal(startOfWorkBefore(monday, BERLIN, closed(first(3660), '2026-12-31')), null);
    assert.equal(startOfWorkBefore(monday, { ...BERLIN, days: [] }), null);
  });

  it('for the next half-hour ends after two weeks', () => {
    const monday = at('2026-12-14 12:00');
    assert.equal(clock(nextWorkingSlot(monday, BERLIN, closed('2026-12-01', '2026-12-27'))), 'Mon 2026-12-28 09:00');
    assert.equal(nextWorkingSlot(monday, BERLIN, closed('2026-12-01', '2026-12-28')), null);
    assert.equal(nextWorkingSlot(monday, { ...BERLIN, days: [] }), null);
  });

  it('for the last half-hour ends after two weeks, and finds none that begins later', () => {
    const monday = at('2026-12-28 16:30');
    assert.equal(clock(lastWorkingSlot(monday, BERLIN)), 'Mon 2026-12-28 16:30');
    assert.equal(clock(lastWorkingSlot(monday - 1, BERLIN)), 'Fri 2026-12-25 16:30');
    assert.equal(clock(lastWorkingSlot(monday, BERLIN, closed('2026-12-15', '2026-12-31'))), 'Mon 2026-12-14 16:30');
    assert.equal(lastWorkingSlot(monday, BERLIN, closed('2026-12-14', '2026-12-31')), null);
    assert.equal(clock(lastWorkingSlot(monday, { ...BERLIN, end: 555 })), 'Mon 2026-12-28 09:00', 'work of 15 minutes');
  });

  it('for all half-hours goes on past a long freeze', () => {
    const [first] = workingSlots(
      { from: at('2026-12-14 12:00'), until: at('2030-01-01 12:00') },
      BERLIN,
      closed('2026-12-01', '2029-12-30'),
    );
    assert.equal(clock(first!), 'Mon 2029-12-31 09:00');
  });
});
