import assert from 'node:assert/strict';
import sinon from 'sinon';
import { ANSWER_WITHIN, inTime } from '../../src/channels/in-time.ts';

describe('an answer in time', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  it('leaves a second of the five that whoever presses is given', () => {
    assert.ok(ANSWER_WITHIN >= 3000 && ANSWER_WITHIN <= 4200, String(ANSWER_WITHIN));
  });

  it('is what the work comes to', async () => {
    assert.deepEqual(await inTime(Promise.resolve('done'), 4000), { value: 'done' });
    assert.equal(clock.countTimers(), 0);
  });

  it('is none when the work takes longer', async () => {
    const work = Promise.withResolvers<string>();
    let answered: unknown = 'not yet';
    const asked = inTime(work.promise, 4000).then((answer) => (answered = answer));
    await clock.tickAsync(3999);
    assert.equal(answered, 'not yet');
    await clock.tickAsync(1);
    assert.equal(answered, null);
    await asked;
    work.resolve('late');
  });

  it('fails as the work does', async () => {
    await assert.rejects(inTime(Promise.reject(new Error('no disk')), 4000), /no disk/);
    assert.equal(clock.countTimers(), 0);
  });
});
