import assert from 'node:assert/strict';
import { createSlots } from '../../../src/calendars/graph/slots.ts';

describe('slots', () => {
  it('run at most so many pieces of work per key, in order, and pass errors on', async () => {
    const slots = createSlots({ perKey: 2, total: 16 });
    const started: string[] = [];
    const finish = new Map<string, PromiseWithResolvers<void>>();
    function work(key: string, name: string): Promise<string> {
      const done = Promise.withResolvers<void>();
      finish.set(name, done);
      return slots(key, async () => {
        started.push(name);
        await done.promise;
        return name;
      });
    }
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const all = ['a1', 'a2', 'a3', 'a4'].map((name) => work('a', name));
    const other = work('b', 'b1');
    await settle();
    assert.deepEqual(started, ['a1', 'a2', 'b1']);

    finish.get('a2')?.reject(new Error('broken'));
    await assert.rejects(all[1]!, /broken/);
    await settle();
    assert.deepEqual(started, ['a1', 'a2', 'b1', 'a3']);

    for (const name of ['a1', 'a3', 'a4', 'b1']) finish.get(name)?.resolve();
    assert.deepEqual(await Promise.all([all[0], all[2], all[3], other]), ['a1', 'a3', 'a4', 'b1']);
  });
});
