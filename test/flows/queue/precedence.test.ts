import assert from 'node:assert/strict';
import { useFakeTimers, type SinonFakeTimers } from 'sinon';
import { createPrecedence } from '../../../src/flows/queue/precedence.ts';

describe('people who chat', () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
  });
  afterEach(() => clock.restore());

  /** Work in the background that gives way; `went` turns true when it goes on. */
  function background(precedence: ReturnType<typeof createPrecedence>, patience: number) {
    const work = { went: false, left: NaN };
    void precedence.yieldToChat(patience).then((left) => {
      work.left = left;
      work.went = true;
    });
    return work;
  }

  /** Lets everything run that is ready to. */
  async function turns(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  it('hold nothing up while none of them waits', async () => {
    const work = background(createPrecedence(Date.now), 50);
    await turns();
    assert.deepEqual(work, { went: true, left: 50 });
  });

  it('have work in the background wait until the last of them is answered', async () => {
    const precedence = createPrecedence(Date.now);
    precedence.begins('one');
    precedence.begins('two');
    const work = background(precedence, 50);
    await turns();
    precedence.ends('one');
    await turns();
    assert.equal(work.went, false, 'one of two is answered');
    clock.tick(7);
    precedence.ends('two');
    await turns();
    assert.deepEqual(work, { went: true, left: 43 });
  });

  it('are given way to no longer than patience lasts', async () => {
    const precedence = createPrecedence(Date.now);
    precedence.begins('one');
    const work = background(precedence, 20);
    await turns();
    clock.tick(19);
    await turns();
    assert.equal(work.went, false);
    clock.tick(1);
    await turns();
    assert.deepEqual(work, { went: true, left: 0 });
  });

  it('count for a twentieth of a second: what takes longer waits for something else', async () => {
    const precedence = createPrecedence(Date.now);
    precedence.begins('one');
    const work = background(precedence, 1000);
    await turns();
    clock.tick(49);
    await turns();
    assert.equal(work.went, false);
    clock.tick(1);
    await turns();
    assert.deepEqual(work, { went: true, left: 950 });
  });

  it('are not given way to while one of them waits for the work in the background itself', async () => {
    const precedence = createPrecedence(Date.now);
    precedence.begins('one');
    const work = background(precedence, 50);
    await turns();
    assert.equal(work.went, false);
    const calm = precedence.hurry();
    await turns();
    assert.deepEqual(work, { went: true, left: 50 });
    const next = background(precedence, 50);
    await turns();
    assert.equal(next.went, true);
    calm();
    const last = background(precedence, 50);
    await turns();
    assert.equal(last.went, false);
    precedence.ends('one');
    await turns();
    assert.equal(last.went, true);
  });

  it('are not given way to before the last of those who wait for that work has it', async () => {
    const precedence = createPrecedence(Date.now);
    precedence.begins('one');
    const [first, second] = [precedence.hurry(), precedence.hurry()];
    first();
    const work = background(precedence, 50);
    await turns();
    assert.equal(work.went, true);
    second();
  });

  it('hold up nothing once they are answered, though somebody before them never was', async () => {
    const precedence = createPrecedence(Date.now);
    precedence.begins('never');
    const first = background(precedence, 1000);
    await turns();
    clock.tick(50);
    await turns();
    assert.equal(first.went, true);
    precedence.begins('one');
    const work = background(precedence, 1000);
    await turns();
    assert.equal(work.went, false);
    precedence.ends('one');
    await turns();
    assert.deepEqual(work, { went: true, left: 1000 });
  });

  it('get in at each such moment, also where none of them waits yet', async () => {
    const precedence = createPrecedence(Date.now);
    let hasCome = false;
    setImmediate(() => {
      hasCome = true;
    });
    await precedence.yieldToChat();
    assert.equal(hasCome, true);
  });

  it('may be answered twice, or without having asked', async () => {
    const precedence = createPrecedence(Date.now);
    precedence.ends('nobody');
    precedence.begins('one');
    precedence.ends('one');
    precedence.ends('one');
    const work = background(precedence, 50);
    await turns();
    assert.equal(work.went, true);
  });
});
