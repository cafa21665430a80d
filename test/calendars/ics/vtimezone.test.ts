import assert from 'node:assert/strict';
import { DateTime, IANAZone } from 'luxon';
import { vtimezone } from '../../../src/calendars/ics/vtimezone.ts';
import { MINUTE, DAY } from '../../../src/core/time.ts';

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/**
 * What a calendar program makes of the lines: when which offset (minutes) begins, the latest first (RFC 5545, 3.6.5).
 */
function onsetsOf(lines: string[]): { at: number; offset: number }[] {
  const onsets: { at: number; offset: number }[] = [];
  let current: Record<string, string> = {};
  for (const line of lines) {
    const [name = '', value = ''] = line.split(/:(.*)/s);
    if (name === 'BEGIN') current = {};
    current[name] = value;
    if (name !== 'END' || value === 'VTIMEZONE') continue;
    const minutes = (text: string): number =>
      (text.startsWith('-') ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + Number(text.slice(3, 5)));
    const from = minutes(current['TZOFFSETFROM']!);
    const start = DateTime.fromFormat(current['DTSTART']!, "yyyyLLdd'T'HHmmss", { zone: 'utc' });
    const rule = /^FREQ=YEARLY;BYMONTH=(\d+);BYDAY=(-?\d)(\w\w)$/.exec(current['RRULE'] ?? '');
    for (let year = start.year; year <= (rule ? 2060 : start.year); year += 1) {
      let onset = start;
      if (rule) {
        const [, month, nth, day] = rule as unknown as [string, string, string, string];
        const all = Array.from({ length: 31 }, (_, index) => start.set({ year, month: Number(month), day: index + 1 }))
          .filter((each) => each.month === Number(month))
          .filter((each) => DAYS[each.weekday - 1] === day);
        onset = all.at(Number(nth) < 0 ? Number(nth) : Number(nth) - 1)!;
      }
      const at = onset.toMillis() - from * MINUTE;
      onsets.push({ at, offset: minutes(current['TZOFFSETTO']!) });
    }
  }
  return onsets.toSorted((a, b) => b.at - a.at);
}

function offsetAt(onsets: ReturnType<typeof onsetsOf>, instant: number): number | undefined {
  return onsets.find(({ at }) => at <= instant)?.offset;
}

describe('a VTIMEZONE', () => {
  const from = Date.UTC(2026, 5, 1);
  const to = Date.UTC(2029, 2, 1);
  const zones: [name: string, rules: number][] = [
    ['Europe/Berlin', 2],
    ['Europe/Dublin', 2],
    ['America/New_York', 2],
    ['America/Santiago', 0],
    ['America/St_Johns', 2],
    ['Australia/Lord_Howe', 2],
    ['Pacific/Auckland', 2],
    ['Asia/Kolkata', 0],
    ['Asia/Tokyo', 0],
    ['Africa/Casablanca', 0],
    ['Africa/Cairo', 1],
    ['America/Vancouver', 0],
    ['Asia/Kathmandu', 0],
  ];
  for (const [name, rules] of zones) {
    it(`of ${name} says what the zone’s clocks show at every time that it is for`, () => {
      const lines = vtimezone(name, from, to);
      assert.deepEqual(lines.slice(0, 2), ['BEGIN:VTIMEZONE', `TZID:${name}`]);
      assert.equal(lines.at(-1), 'END:VTIMEZONE');
      const zone = IANAZone.create(name);
      const onsets = onsetsOf(lines);
      for (let at = from; at <= to; at += DAY / 2 - 7 * MINUTE) {
        assert.equal(offsetAt(onsets, at), zone.offset(at), new Date(at).toISOString());
      }
      if (rules > 0) assert.equal(lines.filter((line) => line.startsWith('RRULE:')).length, rules, lines.join('\n'));
    });
  }

  // Rules such as "the Friday before the last Sunday" look like "the fourth Friday" in most years; other clocks
  // followed the moon, or another calendar.
  const manyYears: [name: string, first: number, last: number][] = [
    ['Asia/Jerusalem', 2026, 2040],
    ['America/Santiago', 2026, 2040],
    ['Africa/Casablanca', 2019, 2025],
    ['Asia/Tehran', 2014, 2021],
    ['Europe/Istanbul', 2010, 2017],
    ['Asia/Amman', 2012, 2021],
    ['Asia/Baghdad', 1994, 2004],
  ];
  for (const [name, first, last] of manyYears) {
    it(`of ${name} is right in every year from ${first} to ${last}`, () => {
      const [begin, end] = [Date.UTC(first, 5, 1), Date.UTC(last, 11, 1)];
      const zone = IANAZone.create(name);
      const onsets = onsetsOf(vtimezone(name, begin, end));
      for (let at = begin; at <= end; at += DAY) {
        assert.equal(offsetAt(onsets, at), zone.offset(at), new Date(at).toISOString());
      }
    });
  }

  it('calls the time in which clocks are put forward DAYLIGHT, and the other STANDARD', () => {
    const lines = vtimezone('Europe/Berlin', from, to).join('\n');
    assert.match(lines, /BEGIN:DAYLIGHT\n[^]*TZOFFSETTO:\+0200\nEND:DAYLIGHT/);
    assert.match(lines, /BEGIN:STANDARD\n[^]*TZOFFSETTO:\+0100\nEND:STANDARD/);
  });

  it('is made at once for a certificate that ends in thousands of years', () => {
    assert.ok(vtimezone('Africa/Casablanca', from, Date.UTC(9999, 0, 1)).length < 1000);
    assert.equal(offsetAt(onsetsOf(vtimezone('Europe/Berlin', from, Date.UTC(9999, 0, 1))), Date.UTC(2055, 6, 1)), 120);
  });
});
