import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createHomePages } from '../../../src/channels/slack/home-pages.ts';
import { actorOf } from '../../../src/channels/slack/payload.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { SECOND } from '../../../src/core/time.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
const ACME = { teamId: 'T0ACME', enterpriseId: null };
const OTHER = { teamId: 'T0OTHER', enterpriseId: null };
const ALICE = actorOf('U0ALICE', 'alice', 'T0ACME');
const BOB = actorOf('U0BOB', 'bob', 'T0ACME');

describe('a Home tab that Slack did not take', () => {
  let clock: sinon.SinonFakeTimers;
  /** Whose page was to be published, which one, and when. */
  let tried: [who: string, page: string, at: number][];
  let pages: ReturnType<typeof createHomePages>;
  let answer: () => Promise<unknown>;

  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    tried = [];
    answer = () => Promise.reject(new DeliveryError('unavailable', 'away'));
    pages = createHomePages({
      inbox: {
        home: async ({ page, tenantId }) => ({
          language: 'en',
          summary: `${tenantId} ${page}`,
          title: `${tenantId} ${page}`,
          tone: 'neutral',
        }),
      },
      workspaces: { accessTo: async () => ({ token: 'xoxb', botUserId: null, scopes: [], isConfigured: true }) },
      api: {
        async call(_token, method, args) {
          assert.equal(method, 'views.publish');
          const { blocks } = args['view'] as { blocks: { text: { text: string } }[] };
          tried.push([String(args['user_id']), blocks[0]!.text.text, clock.now / SECOND]);
          await answer();
          return { ok: true };
        },
      },
      log,
    });
  });
  afterEach(() => {
    pages.close();
    clock.restore();
  });

  const when = (): number[] => tried.map(([, , at]) => at);

  it('is published again after longer and longer pauses, and then when it is opened again', async () => {
    assert.equal(await pages.publish(ACME, ALICE, 2), false);
    await clock.tickAsync(86_400 * SECOND);
    assert.deepEqual(when(), [0, 1, 6, 31, 156, 781, 3906]);
    assert.deepEqual(new Set(tried.map(([, page]) => page)), new Set(['T0ACME 2']));
    answer = () => Promise.resolve();
    assert.equal(await pages.publish(ACME, ALICE, 1), true);
    await clock.tickAsync(86_400 * SECOND);
    assert.equal(tried.length, 8);
  });

  it('is not published again before Slack allows it', async () => {
    answer = () => Promise.reject(new DeliveryError('throttled', 'wait', { retryAfter: 60 * SECOND }));
    await pages.publish(ACME, ALICE, 1);
    await clock.tickAsync(100 * SECOND);
    assert.deepEqual(when(), [0, 60]);
  });

  it('is left when another page of the person was asked for since, and of nobody else', async () => {
    await pages.publish(ACME, ALICE, 1);
    await pages.publish(ACME, BOB, 1);
    await pages.publish(OTHER, ALICE, 1);
    await pages.publish(ACME, ALICE, 2);
    answer = () => Promise.resolve();
    tried.length = 0;
    await clock.tickAsync(86_400 * SECOND);
    assert.deepEqual(
      new Set(tried.map(([who, page]) => `${who} ${page}`)),
      new Set(['U0BOB T0ACME 1', 'U0ALICE T0OTHER 1', 'U0ALICE T0ACME 2']),
    );
    assert.equal(tried.length, 3);
  });

  it('is left when another one was asked for while it was on its way', async () => {
    const first = Promise.withResolvers<void>();
    answer = () => first.promise;
    const publishing = pages.publish(ACME, ALICE, 1);
    await clock.tickAsync(0);
    answer = () => Promise.reject(new DeliveryError('throttled', 'wait', { retryAfter: 60 * SECOND }));
    await pages.publish(ACME, ALICE, 2);
    first.reject(new DeliveryError('unavailable', 'away'));
    assert.equal(await publishing, false);
    answer = () => Promise.resolve();
    tried.length = 0;
    await clock.tickAsync(86_400 * SECOND);
    assert.deepEqual(tried, [['U0ALICE', 'T0ACME 2', 60]]);
  });

  it('is left when the bot ends, also while it is on its way', async () => {
    await pages.publish(ACME, ALICE, 1);
    const last = Promise.withResolvers<void>();
    answer = () => last.promise;
    const publishing = pages.publish(ACME, BOB, 1);
    await clock.tickAsync(0);
    pages.close();
    last.reject(new DeliveryError('unavailable', 'away'));
    assert.equal(await publishing, false);
    await clock.tickAsync(86_400 * SECOND);
    assert.deepEqual(when(), [0, 0]);
  });
});
