import assert from 'node:assert/strict';
import sinon from 'sinon';
import { within } from '../../src/timing/within.ts';

describe('work within a time', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('is what it comes to, and leaves no timer', async () => {
    assert.equal(await within(Promise.resolve('done'), 100, () => 'late'), 'done');
    assert.equal(clock.countTimers(), 0);
  });

  it('fails as the work does, and leaves no timer', async () => {
    const work = Promise.reject(new Error('no disk'));
    await assert.rejects(
      within(work, 100, () => 'late'),
      /no disk/,
    );
    assert.equal(clock.countTimers(), 0);
  });

  it('is what is said of being late, at that time and not before', async () => {
    let answer: string | null = null;
    const asked = within(new Promise<string>(() => {}), 100, () => 'late').then((value) => (answer = value));
    await clock.tickAsync(99);
    assert.equal(answer, null);
    await clock.tickAsync(1);
    assert.equal(answer, 'late');
    await asked;
  });

  it('fails as being late does', async () => {
    const asked = within(new Promise<string>(() => {}), 100, () => {
      throw new Error('too late');
    });
    const rejected = assert.rejects(asked, /too late/);
    await clock.tickAsync(100);
    await rejected;
  });

  it('does not mind that the work fails afterwards', async () => {
    const work = Promise.withResolvers<string>();
    const asked = within(work.promise, 100, () => null);
    await clock.tickAsync(100);
    assert.equal(await asked, null);
    work.reject(new Error('much later'));
    await clock.tickAsync(1);
  });
});
