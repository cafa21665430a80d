import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createLanes } from '../../../src/sources/tls/lanes.ts';

/** Work that ends when it is told to. */
function createWork() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = { started: false, end: resolve, run: () => ((work.started = true), promise) };
  return work;
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('The lanes', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
  });
  afterEach(() => clock.restore());

  async function started(works: ReturnType<typeof createWork>[]): Promise<boolean[]> {
    await settle();
    return works.map((work) => work.started);
  }

  it('run as much at once as they may, the rest in order', async () => {
    const inLane = createLanes({ concurrency: 2, most: 10 });
    const works = [createWork(), createWork(), createWork()];
    const all = Promise.all(works.map(({ run }) => inLane(run)));
    assert.deepEqual(await started(works), [true, true, false]);
    works[0]!.end();
    assert.deepEqual(await started(works), [true, true, true]);
    for (const { end } of works) end();
    await all;
  });

  it('do not count work that takes longer than 250 ms', async () => {
    const inLane = createLanes({ concurrency: 1, most: 10 });
    const works = [createWork(), createWork()];
    const all = Promise.all(works.map(({ run }) => inLane(run)));
    await started(works);
    clock.tick(249);
    assert.deepEqual(await started(works), [true, false]);
    clock.tick(1);
    assert.deepEqual(await started(works), [true, true]);
    for (const { end } of works) end();
    await all;
  });

  it('open no more than the most, however slow', async () => {
    const inLane = createLanes({ concurrency: 1, most: 2 });
    const works = [createWork(), createWork(), createWork()];
    const all = Promise.all(works.map(({ run }) => inLane(run)));
    await started(works);
    clock.tick(250);
    await settle();
    clock.tick(250);
    assert.deepEqual(await started(works), [true, true, false]);
    works[0]!.end();
    assert.deepEqual(await started(works), [true, true, true]);
    for (const { end } of works) end();
    await all;
  });

  it('hand on what work throws and go on', async () => {
    const inLane = createLanes({ concurrency: 1, most: 1 });
    await assert.rejects(
      inLane(() => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await inLane(() => Promise.resolve('next')), 'next');
  });
});
