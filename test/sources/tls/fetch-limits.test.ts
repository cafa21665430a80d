import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createDead, createTurns } from '../../../src/sources/tls/fetch-limits.ts';
import { MINUTE } from '../../../src/core/time.ts';

describe('The limits of fetches', () => {
  describe('of what could not be reached', () => {
    let clock: sinon.SinonFakeTimers;
    beforeEach(() => {
      clock = sinon.useFakeTimers({ toFake: ['Date'] });
    });
    afterEach(() => clock.restore());

    it('tell why for ten minutes from the last time', () => {
      const dead = createDead();
      dead.add('a', 'first');
      clock.tick(9 * MINUTE);
      dead.add('a', 'second');
      clock.tick(10 * MINUTE - 1);
      assert.deepEqual([dead.reason('a'), dead.reason('b')], ['second', null]);
      clock.tick(1);
      assert.equal(dead.reason('a'), null);
      dead.add('c', 'timeout');
      clock.setSystemTime(Date.now() - 60 * MINUTE);
      assert.equal(dead.reason('c'), null, 'the clock was set back');
    });

    it('forget the oldest of more than ten thousand', () => {
      const dead = createDead();
      for (let key = 0; key < 10_000; key += 1) dead.add(`${key}`, 'timeout');
      dead.add('0', 'again');
      assert.equal(dead.reason('1'), 'timeout');
      dead.add('one more', 'timeout');
      assert.deepEqual([dead.reason('0'), dead.reason('1'), dead.reason('2')], ['again', null, 'timeout']);
    });
  });

  describe('of turns', () => {
    it('give each to who has waited longest', async () => {
      const turns = createTurns(1);
      const { signal } = new AbortController();
      const order: string[] = [];
      assert.equal(await turns.take(signal), true);
      const waiting = ['first', 'second'].map(async (name) => {
        await turns.take(signal);
        order.push(name);
        turns.give();
      });
      turns.give();
      await Promise.all(waiting);
      assert.deepEqual(order, ['first', 'second']);
    });

    it('that are handed on are taken all the same', async () => {
      const turns = createTurns(1);
      const { signal } = new AbortController();
      await turns.take(signal);
      const next = turns.take(signal);
      turns.give();
      assert.equal(await next, true);
      const impatient = new AbortController();
      const another = turns.take(impatient.signal);
      impatient.abort();
      assert.equal(await another, false);
    });

    it('are not for those whose time ended while they waited, and are free for others then', async () => {
      const turns = createTurns(1);
      const patient = new AbortController();
      const impatient = new AbortController();
      await turns.take(patient.signal);
      const late = turns.take(impatient.signal);
      impatient.abort();
      assert.equal(await late, false);
      turns.give();
      assert.equal(await turns.take(patient.signal), true);
    });

    it('let two thousand wait, and turn away the next', async () => {
      const turns = createTurns(1);
      const controller = new AbortController();
      await turns.take(controller.signal);
      const waiting = Array.from({ length: 2000 }, () => turns.take(AbortSignal.any([controller.signal])));
      assert.equal(await turns.take(controller.signal), false);
      controller.abort();
      assert.ok((await Promise.all(waiting)).every((turn) => !turn));
    });
  });
});
