import assert from 'node:assert/strict';
import { createSlots } from '../../../src/calendars/graph/slots.ts';

describe('slots', () => {
  let started: string[];
  let finish: Map<string, PromiseWithResolvers<void>>;
  let slots: ReturnType<typeof createSlots>;

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
  async function end(name: string): Promise<void> {
    finish.get(name)?.resolve();
    await settle();
  }

  beforeEach(() => {
    started = [];
    finish = new Map();
  });

  it('run at most so many pieces of work per key, in order, and pass errors on', async () => {
    slots = createSlots({ perKey: 2, total: 16 });
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

  it('run at most so many in all, and let keys take turns', async () => {
    slots = createSlots({ perKey: 2, total: 3 });
    const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'c1'].map((name) => work(name[0]!, name));
    await settle();
    assert.deepEqual(started, ['a1', 'a2', 'b1']);
    for (const name of ['a1', 'b1', 'a2', 'b2', 'c1', 'a3', 'b3', 'a4']) await end(name);
    // The long line at a comes in between b and c, never before one that has waited for its turn.
    assert.deepEqual(started, ['a1', 'a2', 'b1', 'b2', 'c1', 'a3', 'b3', 'a4']);
    await Promise.all(all);
  });

  it('give a key that waited for room in all as many at a time as any other', async () => {
    slots = createSlots({ perKey: 2, total: 2 });
    const all = ['x1', 'y1', 'a1', 'a2'].map((name) => work(name[0]!, name));
    await settle();
    await end('x1');
    await end('y1');
    assert.deepEqual(started, ['x1', 'y1', 'a1', 'a2']);
    for (const name of ['a1', 'a2']) await end(name);
    await Promise.all(all);
  });

  it('are all free again when everything is done', async () => {
    slots = createSlots({ perKey: 1, total: 2 });
    for (let round = 0; round < 3; round += 1) {
      const all = ['a', 'b', 'c'].map((key) => slots(key, async () => key));
      assert.deepEqual(await Promise.all(all), ['a', 'b', 'c']);
    }
    const all = ['x1', 'y1', 'z1'].map((name) => work(name[0]!, name));
    await settle();
    assert.deepEqual(started, ['x1', 'y1'], 'and no more than there were');
    for (const name of ['x1', 'y1', 'z1']) await end(name);
    await Promise.all(all);
  });
});
