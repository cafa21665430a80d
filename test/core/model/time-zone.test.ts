import assert from 'node:assert/strict';
import { isTimeZone, zoneOf } from '../../../src/core/model/time-zone.ts';

describe('A time zone', () => {
  for (const zone of [
    'Europe/Berlin',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'Europe/Kyiv',
    'Europe/Kiev',
    'UTC',
    'Etc/UTC',
    'europe/berlin',
  ]) {
    it(`${zone} is one`, () => assert.ok(isTimeZone(zone)));
  }
  for (const zone of ['', 'Mars/Olympus', 'W. Europe Standard Time', 'Europe/Berlin\0', ' ']) {
    it(`${JSON.stringify(zone)} is none`, () => assert.ok(!isTimeZone(zone)));
  }

  const typed: [string, string | null][] = [
    ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Amsterdam'],
    ['(UTC-05:00) Nowhere, New York', 'America/New_York'],
    ['(UTC+01:00) Nowhere', null],
    ['Wien', 'Europe/Vienna'],
    ['MEZ', 'CET'],
    ['UTC+2', null],
  ];
  for (const [text, zone] of typed) it(`${text} is typed for ${zone}`, () => assert.equal(zoneOf(text), zone));
});
