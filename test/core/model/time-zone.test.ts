import assert from 'node:assert/strict';
import { isTimeZone } from '../../../src/core/model/time-zone.ts';

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
});
