import assert from 'node:assert/strict';
import sinon from 'sinon';
import { withRetries } from '../../../src/channels/slack/retries.ts';
import { DeliveryError } from '../../../src/core/errors.ts';

describe('what is asked of Slack with patience', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => void (clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })));
  afterEach(() => clock.restore());

  const away = (): Error => new DeliveryError('unavailable', 'away');
  const busy = (retryAfter: number): Error => new DeliveryError('throttled', 'wait', { retryAfter });

  /** When it was asked, and what came of it. */
  async function told(...failures: Error[]): Promise<{ at: number[]; came: unknown }> {
    const at: number[] = [];
    const came = withRetries(async () => {
      at.push(clock.now);
      const failure = failures.shift();
      if (failure) throw failure;
      return 'answer';
    }).catch((error: unknown) => error);
    await clock.tickAsync(60_000);
    return { at, came: await came };
  }

  it('is asked once where that works', async () => assert.deepEqual(await told(), { at: [0], came: 'answer' }));

  it('is asked three times, with pauses that grow', async () => {
    assert.deepEqual(await told(away(), away()), { at: [0, 400, 1200], came: 'answer' });
    const last = away();
    assert.deepEqual(await told(away(), away(), last), { at: [60_000, 60_400, 61_200], came: last });
  });

  it('waits as long as Slack asks, up to three seconds', async () => {
    assert.deepEqual(await told(busy(3000)), { at: [0, 3000], came: 'answer' });
    const longer = busy(3001);
    assert.deepEqual(await told(longer), { at: [60_000], came: longer });
  });

  it('is not asked again where the answer would be the same, nor where the failure is ours', async () => {
    for (const failure of [
      new DeliveryError('refused', 'no'),
      new DeliveryError('credentials', 'no'),
      new TypeError('x'),
    ])
      assert.deepEqual(await told(failure), { at: [clock.now - 60_000], came: failure });
  });
});
