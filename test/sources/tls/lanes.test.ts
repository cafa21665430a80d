import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createLanes } from '../../../src/sources/tls/lanes.ts';

/** Work that ends when it is told to. */
function createWork() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = { started: false, end: resolve, run: () => ((work.started = true), promise) };
  return work;
}

type Work = ReturnType<typeof createWork>;

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

  it('let in at once what is known to be slow, as long as there is room at all', async () => {
    const inLane = createLanes({ concurrency: 1, most: 3 });
    const works = [createWork(), createWork(), createWork(), createWork(), createWork()];
    const [first, next, slow, slower, tooMany] = works as [Work, Work, Work, Work, Work];
    const all = [inLane(first.run), inLane(next.run), inLane(slow.run, { slow: true })];
    all.push(inLane(slower.run, { slow: true }), inLane(tooMany.run, { slow: true }));
    assert.deepEqual(await started(works), [true, false, true, true, false]);
    slow.end();
    slower.end();
    assert.deepEqual(await started(works), [true, false, true, true, false], 'the fast lane is taken still');
    first.end();
    assert.deepEqual(await started(works), [true, true, true, true, false]);
    next.end();
    assert.deepEqual(await started(works), [true, true, true, true, true]);
    tooMany.end();
    await Promise.all(all);
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

  it('count each work once, whether it has become slow before it ended or not', async () => {
    const inLane = createLanes({ concurrency: 1, most: 10 });
    const works = [createWork(), createWork(), createWork()];
    const [quick, slow, next] = works as [Work, Work, Work];
    const all = [inLane(quick.run)];
    quick.end();
    await all[0];
    clock.tick(200);
    all.push(inLane(slow.run), inLane(next.run));
    await settle();
    clock.tick(249);
    assert.deepEqual(await started(works), [true, true, false], 'the first has left before it became slow');
    clock.tick(1);
    const last = createWork();
    all.push(inLane(last.run));
    assert.deepEqual(await started([...works, last]), [true, true, true, false]);
    slow.end();
    assert.equal((await started([last]))[0], false, 'the second has left the fast lane already');
    next.end();
    last.end();
    await Promise.all(all);
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
