import assert from 'node:assert/strict';
import { StoreError } from '../../src/core/errors.ts';
import type { Pulse } from '../../src/flows/tick.ts';
import { isHealthy, readinessOf } from '../../src/http/readiness.ts';
import { SECOND, MINUTE } from '../../src/core/time.ts';

const FULL = new StoreError('The database file cannot be used.', {
  cause: Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' }),
});

function aPulse(change: Partial<Pulse> = {}): Pulse {
  return { written: { ago: SECOND, error: null }, looks: SECOND, deliveries: SECOND, ...change };
}

describe('readiness', () => {
  for (const [what, pulse, ok, store, looks] of [
    ['all is well', aPulse(), true, 'ok', 'ok'],
    ['nothing was written yet', aPulse({ written: { ago: null, error: null } }), false, 'not written to yet', 'ok'],
    [
      'the disk is full',
      aPulse({ written: { ago: 35 * SECOND, error: FULL } }),
      false,
      'keeps nothing for 35 s (SQLITE_FULL)',
      'ok',
    ],
    [
      'the store has taken no write since the start',
      aPulse({ written: { ago: null, error: new Error('gone') } }),
      false,
      'keeps nothing since the start; the log says why',
      'ok',
    ],
    [
      'a write hangs',
      aPulse({ written: { ago: 40 * SECOND, error: null } }),
      false,
      'does not answer: last write 40 s ago',
      'ok',
    ],
    [
      'the last write is half a minute ago',
      aPulse({ written: { ago: 30 * SECOND, error: null } }),
      false,
      'does not answer: last write 30 s ago',
      'ok',
    ],
    ['looks have not been claimed for a minute', aPulse({ looks: MINUTE }), false, 'ok', 'stand still for 60 s'],
    ['looks have not been claimed for two', aPulse({ looks: 2 * MINUTE }), false, 'ok', 'stand still for 2 min'],
    ['looks have not been claimed for two hours', aPulse({ looks: 120 * MINUTE }), false, 'ok', 'stand still for 2 h'],
    ['looks are not claimed', aPulse({ looks: 3 * MINUTE }), false, 'ok', 'stand still for 3 min'],
    ['no look was claimed yet', aPulse({ looks: null }), false, 'ok', 'not begun yet'],
  ] as const) {
    it(`is ${ok} when ${what}`, () => {
      const state = readinessOf({ pulse, upFor: MINUTE, away: new Map() });
      assert.deepEqual(state, { ok, checks: { store, looks, deliveries: 'ok' } });
    });
  }

  it('tells which peers do not answer, and since when, without being false', () => {
    const away = new Map([
      ['teams', 90 * SECOND],
      ['outlook', 150 * MINUTE],
    ]);
    const { ok, checks } = readinessOf({ pulse: aPulse(), upFor: MINUTE, away });
    assert.equal(ok, true);
    assert.deepEqual([checks['teams'], checks['outlook']], ['no answer for 90 s', 'no answer for 3 h']);
  });
});

describe('health', () => {
  for (const [what, pulse, upFor, healthy] of [
    ['all is well', aPulse(), MINUTE, true],
    ['all has been well for hours', aPulse(), 600 * MINUTE, true],
    ['a loop has stood still for five minutes', aPulse({ looks: 5 * MINUTE }), 60 * MINUTE, false],
    ['a loop has stood still for six minutes', aPulse({ looks: 6 * MINUTE }), 60 * MINUTE, false],
    ['deliveries never began', aPulse({ deliveries: null }), 6 * MINUTE, false],
    ['the start was a minute ago', aPulse({ looks: null, deliveries: null }), MINUTE, true],
    [
      'the store is away, and with it everything stands still',
      aPulse({ written: { ago: 60 * MINUTE, error: FULL }, looks: 60 * MINUTE, deliveries: 60 * MINUTE }),
      90 * MINUTE,
      true,
    ],
  ] as const) {
    it(`is ${healthy} when ${what}`, () => {
      assert.equal(isHealthy({ pulse, upFor }), healthy);
    });
  }
});
