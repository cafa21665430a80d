import assert from 'node:assert/strict';
import sinon from 'sinon';
import { StoreError } from '../../src/core/errors.ts';
import type { Pulse } from '../../src/flows/tick.ts';
import { createReadiness, isHealthy, readinessOf } from '../../src/flows/readiness.ts';
import { SECOND, MINUTE, HOUR } from '../../src/core/time.ts';
import { afterTest } from '../support/after-test.ts';

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

describe('how the bot is', () => {
  const NOW = 1_800_000_000_000;

  /** A bot to which Teams has not answered for a while, by its clock, nor Slack's socket. */
  function createState({ teams, socket = null }: { teams?: number; socket?: number | null }) {
    const away = new Map(teams === undefined ? [] : [['teams', NOW - teams]]);
    const flows = { tick: { pulse: () => aPulse() }, deliverer: { away: () => away } };
    return createReadiness(flows, { now: () => NOW, socketAway: () => socket });
  }

  for (const [what, state, teams, slack] of [
    ['every peer answers', {}, undefined, undefined],
    ['deliveries do not arrive', { teams: 90 * SECOND }, 'no answer for 90 s', undefined],
    ['the clock was set back since', { teams: -HOUR }, 'no answer for 0 s', undefined],
    ['the socket has no connection', { socket: 3 * MINUTE }, undefined, 'no answer for 3 min'],
  ] as const) {
    it(`names who is away when ${what}, and is ready and well`, () => {
      const bot = createState(state);
      const { ok, checks } = bot.ready();
      assert.deepEqual([ok, checks['teams'], checks['slack']], [true, teams, slack]);
      assert.equal(bot.healthy(), true);
    });
  }

  it('is not well once a loop has not begun for minutes since the start', () => {
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    afterTest(() => clock.restore());
    const tick = { pulse: () => aPulse({ deliveries: null }) };
    const bot = createReadiness(
      { tick, deliverer: { away: () => new Map() } },
      { now: () => NOW, socketAway: () => null },
    );
    clock.tick(4 * MINUTE);
    assert.equal(bot.healthy(), true);
    clock.tick(2 * MINUTE);
    assert.equal(bot.healthy(), false);
  });
});
