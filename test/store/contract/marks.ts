import assert from 'node:assert/strict';
import type { Store } from '../../../src/core/ports/store.ts';
import { LONG, NOW, OVER } from './fixtures.ts';

const MINUTE = 60_000;
const QUEUE = 'reminders';

/** What has to be worked out anew. */
export function marksContract(use: () => Store): void {
  const mark = (key: string, part: string | null, now = NOW) => use().mark(QUEUE, [{ key, part }], { now: now });
  const claim = (
    leaseId: string,
    { now = NOW, leaseMs = LONG, key }: { now?: number; leaseMs?: number; key?: string } = {},
  ) => use().claimMark(QUEUE, { now, leaseId, leaseMs, ...(key === undefined ? {} : { key }) });

  describe('marks', () => {
    it('of one key come together until it is claimed', async () => {
      for (const part of ['7', '3', '7']) await mark('a', part);
      const claimed = await claim('one');
      assert.deepEqual([claimed?.key, claimed?.parts], ['a', ['3', '7']]);
      assert.equal(await claim('two'), null, 'it is one piece of work');
    });

    it('that are a matter of routine go after all others, unless something else concerns them as well', async () => {
      const routine = (key: string, now: number) => use().mark(QUEUE, [{ key, part: null }], { now, isRoutine: true });
      for (const [index, key] of ['daily', 'often', 'twice'].entries()) await routine(key, NOW + index);
      await mark('twice', '1', NOW + 4);
      await mark('often', '2', NOW + 5);
      await routine('often', NOW + 6);
      const order: (string | undefined)[] = [];
      for (const lease of ['one', 'two', 'three']) order.push((await claim(lease, { now: NOW + 7 }))?.key);
      assert.deepEqual(order, ['often', 'twice', 'daily']);
    });

    it('that were a matter of routine once are none the next time', async () => {
      await use().mark(QUEUE, [{ key: 'a', part: null }], { now: NOW, isRoutine: true });
      await use().completeMark((await claim('one'))!);
      await use().mark(QUEUE, [{ key: 'daily', part: null }], { now: NOW, isRoutine: true });
      await mark('a', '1', NOW + 1);
      assert.equal((await claim('two', { now: NOW + 1 }))?.key, 'a');
    });

    it('of everything stand for those of parts, earlier and later ones', async () => {
      await mark('a', '1');
      await mark('a', null);
      await mark('a', '2');
      await use().mark(
        QUEUE,
        [
          { key: 'b', part: '5' },
          { key: 'b', part: null },
        ],
        { now: NOW },
      );
      await use().mark(
        QUEUE,
        [
          { key: 'c', part: null },
          { key: 'c', part: '5' },
        ],
        { now: NOW },
      );
      for (const key of ['a', 'b', 'c']) assert.equal((await claim('one', { key }))?.parts, null);
    });

    it('of everything that come while somebody works on a part, or on everything, are of everything afterwards', async () => {
      await mark('a', '1');
      for (const leaseId of ['one', 'two']) {
        const claimed = (await claim(leaseId))!;
        await mark('a', null);
        await use().completeMark(claimed);
      }
      assert.equal((await claim('three'))?.parts, null);
    });

    it('of what was worked off before wait behind those of others that came before them', async () => {
      await mark('again', '1');
      await use().completeMark((await claim('one'))!);
      await mark('other', '1', NOW + 1);
      await mark('again', '2', NOW + 2);
      assert.equal((await claim('two', { now: NOW + 3 }))?.key, 'other');
    });

    it('come to nothing where none are', async () => {
      await use().mark(QUEUE, [], { now: NOW });
      assert.equal(await claim('one'), null);
    });

    it('that come while somebody works are worked off afterwards, and they alone', async () => {
      await mark('a', '1');
      const first = (await claim('one'))!;
      await mark('a', '2');
      assert.equal(await claim('two'), null, 'not by two at once');
      await use().completeMark(first);
      const second = (await claim('two'))!;
      assert.deepEqual(second.parts, ['2']);
      await use().completeMark(second);
      assert.equal(await claim('three'), null);
    });

    it('of a part that is worked on are worked off once more', async () => {
      await mark('a', '1');
      const first = (await claim('one'))!;
      await mark('a', '1');
      await use().completeMark(first);
      assert.deepEqual((await claim('two'))?.parts, ['1']);
    });

    it('of parts after everything was worked off are of parts again', async () => {
      await mark('a', null);
      await use().completeMark((await claim('one'))!);
      await mark('a', '4');
      assert.deepEqual((await claim('two'))?.parts, ['4']);
    });

    it('are claimed in the order in which they came, however often they are marked again', async () => {
      await mark('late', '1', NOW + 1);
      await mark('early', '1', NOW);
      await mark('early', '2', NOW + 2);
      assert.equal((await claim('one', { now: NOW + 3 }))?.key, 'early');
      assert.equal((await claim('two', { now: NOW + 3 }))?.key, 'late');
    });

    it('that come while somebody works wait behind those of others that came before that', async () => {
      await mark('busy', '1');
      await mark('other', '1', NOW + 1);
      const claimed = (await claim('one', { now: NOW + 2 }))!;
      await mark('busy', '2', NOW + 3);
      await mark('late', '1', NOW + 4);
      await use().completeMark(claimed);
      const order = [];
      for (const leaseId of ['two', 'three', 'four']) order.push((await claim(leaseId, { now: NOW + 5 }))?.key);
      assert.deepEqual(order, ['other', 'busy', 'late']);
    });

    it('that end whoever works on them do not go before all others again', async () => {
      await mark('deadly', '1');
      await mark('other', '1', NOW + 1);
      assert.equal((await claim('dead', { now: NOW + 2, leaseMs: OVER }))?.key, 'deadly');
      assert.equal((await claim('alive', { now: NOW + 3 }))?.key, 'other');
    });

    it('are claimed by their key where somebody waits for it', async () => {
      await mark('a', '1');
      await mark('b', '1');
      assert.equal((await claim('one', { key: 'b' }))?.key, 'b');
      assert.equal(await claim('two', { key: 'b' }), null);
      assert.equal(await claim('two', { key: 'c' }), null);
    });

    it('of whoever died are claimed again when the lease has run out, and the dead keep nothing any more', async () => {
      await mark('a', '1');
      const dead = (await claim('dead', { leaseMs: OVER }))!;
      const alive = (await claim('alive'))!;
      assert.deepEqual(alive.parts, ['1']);
      assert.equal(await use().holdMark(dead, LONG), false);
      await use().completeMark(dead);
      assert.equal(await claim('third'), null, 'it is the other’s');
      assert.equal(await use().holdMark(alive, LONG), true);
      await use().completeMark(alive);
      assert.equal(await use().holdMark(alive, LONG), false);
      assert.equal(await claim('third'), null);
    });

    it('of whoever died stay whole when the dead come to an end with them while another works on them', async () => {
      await mark('a', '1');
      const dead = (await claim('dead', { leaseMs: OVER }))!;
      const alive = (await claim('alive'))!;
      await use().completeMark(dead);
      await use().completeMark(alive, NOW + 1);
      assert.deepEqual((await claim('next', { now: NOW + 1 }))?.parts, ['1']);
    });

    it('are held by a lease that is prolonged', async () => {
      await mark('a', '1');
      const claimed = (await claim('one', { leaseMs: OVER }))!;
      assert.equal(await use().holdMark(claimed, LONG), true);
      assert.equal(await claim('two'), null);
    });

    it('wait where they cannot be worked off yet, whole', async () => {
      await mark('a', '1');
      await use().completeMark((await claim('one'))!, NOW + MINUTE);
      assert.equal(await claim('two', { now: NOW + MINUTE - 1 }), null);
      assert.deepEqual(await use().pendingMarks(QUEUE, ['a'], NOW + MINUTE - 1), [
        { key: 'a', version: 1, done: 0, isDue: false },
      ]);
      assert.equal((await use().pendingMarks(QUEUE, ['a'], NOW + MINUTE))[0]?.isDue, true);
      assert.deepEqual((await claim('two', { now: NOW + MINUTE }))?.parts, ['1']);
    });

    it('do not wait where something has changed since', async () => {
      await mark('a', '1');
      const claimed = (await claim('one'))!;
      await mark('a', '2');
      await use().completeMark(claimed, NOW + MINUTE);
      assert.deepEqual((await claim('two'))?.parts, ['1', '2']);
      await use().completeMark({ ...claimed, version: 2, leaseId: 'two' }, NOW + MINUTE);
      await mark('a', null, NOW + 1);
      assert.equal((await claim('three', { now: NOW + 1 }))?.parts, null);
    });

    it('are due while somebody works on them, also by a clock that is ahead', async () => {
      await mark('a', '1');
      await claim('one', { now: NOW + 2 });
      assert.equal((await use().pendingMarks(QUEUE, ['a'], NOW))[0]?.isDue, true);
    });

    it('are due when the clock was set back after they were put off', async () => {
      await mark('a', '1', NOW + 60 * MINUTE);
      assert.equal((await use().pendingMarks(QUEUE, ['a'], NOW))[0]?.isDue, true);
      assert.deepEqual((await claim('one'))?.parts, ['1']);
    });

    it('are told as far as they are not worked off, each with how far that is', async () => {
      await mark('a', '1');
      await use().completeMark((await claim('one'))!);
      await mark('a', '1');
      await mark('b', '1');
      await mark('other', '1');
      await mark('over', '1');
      await use().completeMark((await claim('two', { key: 'over' }))!);
      const pending = await use().pendingMarks(QUEUE, ['a', 'b', 'over', 'none'], NOW);
      assert.deepEqual(
        pending.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
        [
          { key: 'a', version: 2, done: 1, isDue: true },
          { key: 'b', version: 1, done: 0, isDue: true },
        ],
      );
      assert.deepEqual(await use().pendingMarks(QUEUE, [], NOW), []);
    });

    it('are forgotten once they are worked off, and not before', async () => {
      await mark('done', '1');
      await use().completeMark((await claim('one', { key: 'done' }))!);
      await mark('open', '1');
      await use().pruneMarks();
      assert.deepEqual((await claim('two'))?.key, 'open');
      await use().pruneMarks();
      await mark('open', '2');
      assert.equal(await claim('three'), null, 'somebody still works on it');
      await mark('done', '3');
      assert.deepEqual((await claim('three'))?.parts, ['3']);
    });

    it('of a key that is not there any more are none, and whoever works on it keeps nothing', async () => {
      for (const key of ['gone', 'there']) await mark(key, '1');
      const claimed = (await claim('one', { key: 'gone' }))!;
      await mark('gone', '2');
      await use().forgetMarks(QUEUE, ['gone']);
      assert.equal(await use().holdMark(claimed, LONG), false);
      await use().completeMark(claimed);
      assert.deepEqual((await claim('two'))?.key, 'there');
      assert.equal(await claim('three'), null);
      await mark('gone', '3');
      assert.deepEqual((await claim('three'))?.parts, ['3']);
      await use().forgetMarks(QUEUE, []);
    });

    it('come about with what is marked of them, also for who claims at the same time', async () => {
      for (const key of ['a', 'b', 'c', 'd']) {
        const [, claimed] = await Promise.all([mark(key, '1'), claim('at the same time', { key })]);
        assert.deepEqual((claimed ?? (await claim('afterwards', { key })))?.parts, ['1']);
      }
    });

    it('come about with the transaction that makes them, or not at all', async () => {
      await assert.rejects(
        use().transaction(async (operations) => {
          await operations.mark(QUEUE, [{ key: 'a', part: '1' }], { now: NOW });
          throw new Error('no');
        }),
      );
      assert.equal(await claim('one'), null);
    });
  });
}
