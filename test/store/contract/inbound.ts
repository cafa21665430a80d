import assert from 'node:assert/strict';
import { LONG, NOW, OVER, aConversation, anInbound, type Use } from './fixtures.ts';
import { DAY } from '../../../src/core/time.ts';

export function inboundContract(use: Use): void {
  describe('inbound messages', () => {
    it('are accepted once, also after they were answered', async () => {
      const store = use();
      assert.equal(await store.acceptInbound(anInbound('i1', 'c1')), true);
      assert.equal(await store.acceptInbound(anInbound('i1', 'c1', { text: 'edited' })), false);
      const claimed = await store.claimInbound(10, 'lease', LONG);
      assert.deepEqual(claimed, [{ inbound: anInbound('i1', 'c1'), attempts: 0 }]);
      assert.equal(await store.completeInbound('i1', 'lease'), true);
      assert.equal(await store.acceptInbound(anInbound('i1', 'c1')), false);
      assert.deepEqual(await store.claimInbound(10, 'lease', LONG), []);
    });

    it('that are dropped are never claimed, and keep nothing but their id', async () => {
      const store = use();
      await store.acceptInbound(anInbound('i1', 'c1'));
      await store.dropInbound('i1');
      assert.deepEqual(await store.claimInbound(10, 'lease', LONG), []);
      assert.equal(await store.acceptInbound(anInbound('i1', 'c1')), false);
    });

    it('are known while they wait and after they were answered, and not before', async () => {
      const store = use();
      await store.acceptInbound(anInbound('waits', 'c1'));
      await store.acceptInbound(anInbound('answered', 'c2'));
      await store.claimInbound(10, 'lease', LONG);
      await store.completeInbound('answered', 'lease');
      const known = await store.acceptedAmong(['never', 'answered', 'waits']);
      assert.deepEqual(known.toSorted(), ['answered', 'waits']);
      assert.deepEqual(await store.acceptedAmong([]), []);
    });

    it('said before everybody have no aside', async () => {
      const store = use();
      const inbound = anInbound('i1', 'c1', { ephemeral: null, thread: null });
      await store.acceptInbound(inbound);
      assert.deepEqual(await store.claimInbound(1, 'lease', LONG), [{ inbound, attempts: 0 }]);
    });

    it('are forgotten once answered and old, and can come again', async () => {
      const store = use();
      await store.acceptInbound(anInbound('answered', 'c1', { receivedAt: NOW - 2 }));
      await store.claimInbound(10, 'lease', LONG);
      await store.completeInbound('answered', 'lease');
      await store.acceptInbound(anInbound('pending', 'c2', { receivedAt: NOW - 2 }));
      await store.pruneInbound(NOW - 2);
      assert.equal(await store.acceptInbound(anInbound('answered', 'c1')), false, 'not older than that');
      await store.pruneInbound(NOW - 1);
      assert.equal(await store.acceptInbound(anInbound('answered', 'c1')), true);
      assert.equal(await store.acceptInbound(anInbound('pending', 'c2')), false, 'not answered yet');
    });

    it('are free when their lease ends later than any can: the clock of the database has been set back', async () => {
      const store = use();
      await store.acceptInbound(anInbound('i1', 'c1'));
      await store.acceptInbound(anInbound('i2', 'c1'));
      await store.claimInbound(1, 'before', DAY);
      const claimed = await store.claimInbound(9, 'after', LONG);
      assert.deepEqual(
        claimed.map(({ inbound }) => inbound.id),
        ['i1'],
      );
    });

    it('are claimed oldest first, one of a conversation at a time', async () => {
      const store = use();
      for (const [id, conversation] of [
        ['a1', 'a'],
        ['a2', 'a'],
        ['b1', 'b'],
        ['c1', 'c'],
      ] as const) {
        await store.acceptInbound(anInbound(id, conversation));
      }
      const claimed = async (limit: number, lease: string) => {
        return (await store.claimInbound(limit, lease, LONG)).map(({ inbound }) => inbound.id);
      };
      assert.deepEqual(await claimed(2, 'first'), ['a1', 'b1']);
      assert.deepEqual(await claimed(9, 'second'), ['c1'], 'a2 waits for a1');
      await store.completeInbound('a1', 'first');
      assert.deepEqual(await claimed(9, 'third'), ['a2']);
    });

    it('return when a lease runs out; then the late completion and extension are refused', async () => {
      const store = use();
      await store.acceptInbound(anInbound('i1', 'c1'));
      await store.claimInbound(1, 'slow', OVER);
      const [again] = await store.claimInbound(1, 'quick', LONG);
      assert.equal(again?.attempts, 1);
      assert.equal(await store.extendInbound('i1', 'slow', LONG), false);
      assert.equal(await store.completeInbound('i1', 'slow'), false);
      assert.equal(await store.extendInbound('i1', 'quick', LONG), true);
      assert.equal(await store.completeInbound('i1', 'quick'), true);
      assert.equal(await store.completeInbound('i1', 'quick'), false);
    });

    it('of two conversations that become one wait for what is on its way there', async () => {
      const store = use();
      for (const id of ['c1', 'c9']) await store.rememberConversation(aConversation(id), NOW);
      await store.acceptInbound(anInbound('earlier', 'c1'));
      await store.acceptInbound(anInbound('later', 'c9'));
      await store.claimInbound(1, 'first', OVER);
      const claimed = await store.claimInbound(9, 'lease', LONG);
      assert.deepEqual(
        claimed.map(({ inbound }) => inbound.id),
        ['earlier', 'later'],
      );
      await store.postponeInbound('earlier', 'lease', 0);
      await store.moveConversation('c1', aConversation('c9'), NOW);
      assert.deepEqual(await store.claimInbound(9, 'next', LONG), []);
      await store.completeInbound('later', 'lease');
      assert.equal((await store.claimInbound(9, 'next', LONG)).length, 1);
    });

    it('may let the later ones of their conversation pass, one at a time, also when they are claimed again', async () => {
      const store = use();
      for (const id of ['slow', 'slower', 'quick', 'last']) await store.acceptInbound(anInbound(id, 'a'));
      const claimed = async (lease: string, length = LONG) =>
        (await store.claimInbound(9, lease, length)).map(({ inbound }) => inbound.id);
      assert.deepEqual(await claimed('first'), ['slow']);
      assert.equal(await store.moveToBackground(anInbound('slow', 'a'), 'somebody else'), false);
      assert.deepEqual(await claimed('early'), []);
      assert.equal(await store.hasBackground('a'), false);
      assert.equal(await store.moveToBackground(anInbound('slow', 'a'), 'first'), true);
      assert.equal(await store.moveToBackground(anInbound('slow', 'a'), 'first'), true, 'once more says the same');
      assert.equal(await store.hasBackground('a'), true);
      assert.deepEqual(await claimed('second'), ['slower']);
      assert.equal(await store.moveToBackground(anInbound('slower', 'a'), 'second'), false, 'one is enough');
      assert.deepEqual(await claimed('third'), []);
      await store.postponeInbound('slow', 'first', 0);
      assert.deepEqual(await claimed('again'), ['slow']);
      await store.completeInbound('slow', 'again');
      assert.equal(await store.hasBackground('a'), false);
      assert.equal(await store.moveToBackground(anInbound('slower', 'a'), 'second'), true);
      assert.deepEqual(await claimed('fourth'), ['quick']);
    });

    it('are stopped when others have passed, and only those of that conversation', async () => {
      const store = use();
      for (const [id, conversation] of [
        ['a1', 'a'],
        ['b1', 'b'],
        ['c1', 'c'],
      ] as const)
        await store.acceptInbound(anInbound(id, conversation));
      await store.claimInbound(9, 'lease', LONG);
      await store.moveToBackground(anInbound('a1', 'a'), 'lease');
      await store.moveToBackground(anInbound('b1', 'b'), 'lease');
      assert.equal(await store.stopBackground('a'), 1);
      assert.equal(await store.stopBackground('a'), 0);
      assert.equal(await store.stopBackground('c'), 0);
      assert.deepEqual(
        [
          await store.isStopped('a1'),
          await store.isStopped('b1'),
          await store.isStopped('c1'),
          await store.isStopped('x'),
        ],
        [true, false, false, false],
      );
      assert.equal(await store.moveToBackground(anInbound('a1', 'a'), 'lease'), false);
      assert.equal(await store.extendInbound('a1', 'lease', LONG), true);
      assert.equal(await store.completeInbound('a1', 'lease'), true);
      assert.equal(await store.isStopped('a1'), false);
    });

    it('stay with whoever extends the lease', async () => {
      const store = use();
      await store.acceptInbound(anInbound('i1', 'c1'));
      await store.claimInbound(1, 'slow', OVER);
      assert.equal(await store.extendInbound('i1', 'slow', LONG), true);
      assert.deepEqual(await store.claimInbound(1, 'quick', LONG), []);
    });

    it('given back come again when the delay is over, and that claim does not count', async () => {
      const store = use();
      await store.acceptInbound(anInbound('i1', 'c1'));
      await store.claimInbound(1, 'first', LONG);
      assert.equal(await store.postponeInbound('i1', 'other', OVER), false);
      assert.equal(await store.postponeInbound('i1', 'first', LONG), true);
      assert.deepEqual(await store.claimInbound(1, 'early', LONG), []);
      assert.equal(await store.postponeInbound('i1', 'first', OVER), true);
      const [again] = await store.claimInbound(1, 'second', LONG);
      assert.equal(again?.inbound.id, 'i1');
      assert.ok(again.attempts <= 0, `${again.attempts} attempts`);
    });

    it('completed in a transaction that is rolled back are still pending', async () => {
      const store = use();
      await store.acceptInbound(anInbound('i1', 'c1'));
      await store.claimInbound(1, 'lease', OVER);
      const work = store.transaction(async (operations) => {
        assert.equal(await operations.completeInbound('i1', 'lease'), true);
        throw new Error('no');
      });
      await assert.rejects(work, /^Error: no$/);
      assert.equal((await store.claimInbound(1, 'next', LONG)).length, 1);
    });
  });
}
