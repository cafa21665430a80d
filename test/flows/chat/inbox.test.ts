import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sinon from 'sinon';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError, StoreError } from '../../../src/core/errors.ts';
import type { Actor } from '../../../src/core/model/people.ts';
import type { Inbound } from '../../../src/core/model/inbound.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import { Interrupted } from '../../../src/flows/looks/budget.ts';
import { replyIdOf } from '../../../src/flows/chat/inbox.ts';
import { afterTest } from '../../support/after-test.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { createWillingSource } from './plain-chat.ts';
import { SECOND, MINUTE, DAY } from '../../../src/core/time.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
/** A lease that outlives any test, and one that is over as soon as it is given. */
const LONG = 60_000;
const OVER = -1;
const OPS = { id: 'plain:ops', channel: 'plain', kind: 'channel' as const, tenantId: null, name: 'ops', reference: {} };
const ANNA: Actor = {
  id: 'anna',
  name: 'Anna',
  mailbox: null,
  timeZone: null,
  locale: 'en',
  tenantId: null,
  notice: null,
};

function said(text: string, id = 'plain:said'): Inbound {
  const rest = { thread: null, ephemeral: null, actor: ANNA, mentions: [], attachments: [], receivedAt: NOW };
  return { id, conversation: OPS, text, ...rest };
}

/** Anna's own chat with the bot. */
const DIRECT = { ...OPS, id: 'plain:anna', kind: 'personal' as const, name: null };

/** A bot with a chat that takes everything but what `refuses` names; `identify` is the channel's word on who wrote. */
async function start({
  identify = (actor) => Promise.resolve(actor),
  refuses = () => null,
}: Partial<Pick<Messenger, 'identify'>> & { refuses?: (conversationId: string) => DeliveryError | null } = {}) {
  let now = NOW;
  const { source, looks } = createWillingSource();
  const logged: string[] = [];
  const note = (level: string) => (fields: object, message?: string) => {
    const { err } = fields as { err?: Error };
    logged.push(`${level}: ${message}${err ? ` (${err.message})` : ''}`);
  };
  const log = { debug() {}, info() {}, warn: note('warn'), error: note('error') };
  const bot = await createWiredBot({ sources: [source], now: () => now, uuid: randomUUID, log });
  afterTest(() => bot.close());
  const posts: { id: string; where: string; card: Card }[] = [];
  await bot.join({
    channel: 'plain',
    async send({ id: where }, card, { deliveryId }) {
      const error = refuses(where);
      if (error) throw error;
      posts.push({ id: deliveryId, where, card });
      return { activityId: deliveryId };
    },
    update: async ({ id: where }, activityId, card) => void posts.push({ id: activityId, where, card }),
    remove: () => Promise.resolve(),
    identify,
    direct: async ({ id }) => {
      if (id !== ANNA.id) throw new DeliveryError('refused', 'nobody');
      return { actor: ANNA, conversation: DIRECT };
    },
    download: () => Promise.reject(new Error('no files here')),
    personOf: () => null,
    link: () => null,
  });
  await bot.store.rememberConversation(OPS, NOW);
  const { store } = bot;
  return {
    bot,
    store,
    looks,
    logged,
    posts,
    async say(text: string, id?: string): Promise<void> {
      await bot.inbox.message(said(text, id));
      await bot.settled();
    },
    /** A message that was claimed this often by processes that died of it. */
    async survived(text: string, deaths: number): Promise<void> {
      await store.acceptInbound(said(text));
      for (let death = 0; death < deaths; death += 1) await store.claimInbound(1, `process ${death}`, OVER);
      await bot.settled();
    },
    /** Whatever is claimed from now on is taken over by another replica before it is done. */
    loseLeases(): void {
      const { claimInbound } = store;
      store.claimInbound = async (limit, leaseId, leaseMs) => {
        const claimed = await claimInbound(limit, leaseId, leaseMs);
        for (const { inbound } of claimed) await store.postponeInbound(inbound.id, leaseId, OVER);
        await claimInbound(limit, 'another replica', LONG);
        return claimed;
      };
    },
    policy: async () => (await store.findConversation(OPS.id))?.policy ?? null,
    setNow: (at: number) => void (now = at),
  };
}

describe('a message that the process does not survive', () => {
  it('is run once more after two deaths', async () => {
    const { survived, looks, posts, logged } = await start();
    await survived('check example.com', 2);
    assert.deepEqual(looks, ['tls://example.com:443']);
    assert.equal(posts.length, 1);
    assert.equal(posts[0]!.id, replyIdOf('plain:said'));
    assert.deepEqual(logged, []);
  });

  for (const deaths of [3, 4]) {
    it(`is answered with an error after ${deaths} deaths instead of being run again, and what comes after it is run`, async () => {
      const { survived, say, looks, posts, logged, store } = await start();
      await survived('check example.com', deaths);
      assert.deepEqual(looks, []);
      assert.deepEqual(
        posts.map(({ id }) => id),
        [replyIdOf('plain:said')],
      );
      const errorId = posts[0]!.card.about?.kind === 'answer' ? posts[0]!.card.about.error : undefined;
      assert.match(String(errorId), /^[0-9a-f]{8}$/);
      assert.match(posts[0]!.card.footnote!, new RegExp(errorId!));
      assert.deepEqual(logged, [`error: a command failed (given up after ${deaths} interrupted tries)`]);
      assert.deepEqual(await store.claimInbound(9, 'later', LONG), []);
      await say('list', 'plain:next');
      assert.equal(posts[1]?.id, replyIdOf('plain:next'));
    });
  }
});

describe('a command whose message somebody else has taken over', () => {
  it('leaves nothing behind, neither what it changes nor its answer, and says nothing of it', async () => {
    const { say, loseLeases, policy, posts, logged, store } = await start();
    loseLeases();
    await say('remind 30d 7d');
    assert.equal(await policy(), null);
    assert.deepEqual(await store.listAudit(OPS.id, 10), []);
    assert.deepEqual(await store.deliveryStatuses([replyIdOf('plain:said')]), []);
    assert.deepEqual(posts, []);
    assert.deepEqual(logged, []);
    assert.equal(await store.completeInbound('plain:said', 'another replica'), true, 'it is still theirs');
  });

  it('leaves nothing behind either when it gave an answer and no more', async () => {
    const { say, loseLeases, posts, store } = await start();
    loseLeases();
    await say('help');
    assert.deepEqual(await store.deliveryStatuses([replyIdOf('plain:said')]), []);
    assert.deepEqual(posts, []);
  });
});

describe('what a command changes and its answer', () => {
  it('are stored in one transaction', async () => {
    const { say, policy, posts, store } = await start();
    store.putMessages = () => Promise.reject(new Error('stored by itself'));
    store.completeInbound = () => Promise.reject(new Error('completed by itself'));
    await say('remind 30d 7d');
    assert.equal((await policy())?.length, 2);
    assert.equal(posts.length, 1);
  });

  for (const [where, error] of [
    ['a store that is away', new StoreError('away')],
    ['an error', new Error('no')],
  ] as const) {
    it(`are both undone by ${where} at the end, and the command is run again`, async () => {
      const { bot, say, policy, posts, store, logged } = await start();
      const { transaction } = store;
      let failures = 0;
      store.transaction = (work, options) =>
        transaction(async (operations) => {
          const result = await work(operations);
          const isAnswered = (await operations.deliveryStatuses([replyIdOf('plain:said')])).length > 0;
          if (isAnswered && failures === 0) {
            failures += 1;
            assert.equal((await operations.findConversation(OPS.id))?.policy?.length, 2);
            throw error;
          }
          return result;
        }, options);
      const { claimInbound } = store;
      const leases: string[] = [];
      store.claimInbound = (limit, leaseId, leaseMs) => {
        leases.push(leaseId);
        return claimInbound(limit, leaseId, leaseMs);
      };
      await say('remind 30d 7d');
      // After an error it comes again when its lease is over; a store that is away is no reason to wait for that.
      if (!(error instanceof StoreError)) {
        assert.deepEqual(posts, []);
        await store.postponeInbound('plain:said', leases[0]!, OVER);
        await bot.settled();
      }
      assert.equal(failures, 1);
      assert.equal((await policy())?.length, 2);
      assert.deepEqual(
        posts.map(({ id }) => id),
        [replyIdOf('plain:said')],
      );
      assert.equal(logged.length, 1);
      assert.match(logged[0]!, /it (?:is|will be) run again/);
    });
  }
});

describe('the answer to a command', () => {
  it('is told in the own chat of whoever asked where its conversation does not take it', async () => {
    const { bot, say, posts } = await start({
      refuses: (where) => (where === OPS.id ? new DeliveryError('refused', 'no') : null),
    });
    await say('list');
    await bot.settled();
    assert.deepEqual(
      posts.map(({ where }) => where),
      [DIRECT.id],
    );
  });

  for (const [minutes, expected] of [
    [59, 1],
    [61, 0],
  ] as const) {
    it(`that its channel does not take for ${minutes} minutes is ${expected === 1 ? 'still' : 'no longer'} of use`, async () => {
      let isAway = true;
      const { bot, say, posts, setNow } = await start({
        refuses: () => (isAway ? new DeliveryError('unavailable', 'no') : null),
      });
      await say('list');
      setNow(NOW + minutes * MINUTE);
      await bot.settled();
      isAway = false;
      setNow(NOW + 5 * 60 * MINUTE);
      await bot.settled();
      assert.equal(posts.length, expected);
    });
  }
});

describe('a command that meets a store that is away', () => {
  it('is run again when that is back, and is not answered with an error, however often it happens', async () => {
    const { say, posts, logged, store } = await start();
    const { findConversation } = store;
    let failures = 0;
    store.findConversation = async (id) => {
      failures += 1;
      if (failures <= 5) throw new StoreError('away');
      return findConversation(id);
    };
    await say('help');
    assert.equal(posts.length, 1);
    assert.match(posts[0]!.card.title, /^What you can type/);
    assert.equal(logged.length, 5);
    assert.ok(logged.every((line) => line.startsWith('warn: a command met a store that is away')));
  });
});

describe('a command that is interrupted by the end of the process', () => {
  it('is given back at once, and that is no failure', async () => {
    const { bot, say, posts, logged, store } = await start();
    const { findConversation } = store;
    let isEnding = true;
    store.findConversation = async (id) => {
      if (isEnding) {
        isEnding = false;
        throw new Interrupted();
      }
      return findConversation(id);
    };
    await say('help');
    await bot.settled();
    assert.equal(posts.length, 1);
    assert.deepEqual(logged, []);
  });
});

describe('a message that is taken in', () => {
  it('is acknowledged when no power failure can lose it, also when it is known', async () => {
    const { say, store } = await start();
    let kept = 0;
    store.kept = async () => void (kept += 1);
    await say('help');
    assert.equal(kept, 1);
    await say('help');
    assert.equal(kept, 2);
  });

  it('is stored without the private key that it holds', async () => {
    const { bot, store } = await start();
    const accepted: string[] = [];
    const { transaction } = store;
    store.transaction = (work, options) =>
      transaction(
        (operations) =>
          work({
            ...operations,
            acceptInbound(inbound) {
              accepted.push(inbound.text);
              return operations.acceptInbound(inbound);
            },
          }),
        options,
      );
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----';
    await bot.inbox.message(said(`trust add\n${key}`));
    assert.equal(accepted.length, 1);
    assert.match(accepted[0]!, /^trust add/);
    assert.doesNotMatch(accepted[0]!, /MIIEvQ/);
  });
});

describe('a message that takes long', () => {
  it('stays with whoever works on it: its lease is extended well before it is over, and no longer than the work', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    afterTest(() => clock.restore());
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<Actor>();
    const { bot, store, posts } = await start({
      identify(actor) {
        asked.resolve();
        return told.promise.then(() => actor);
      },
    });
    const extended: [string, number][] = [];
    const { extendInbound } = store;
    store.extendInbound = (id, leaseId, leaseMs) => {
      extended.push([id, leaseMs]);
      return extendInbound(id, leaseId, leaseMs);
    };
    await bot.inbox.message(said('help'));
    await asked.promise;
    clock.tick(9_999);
    assert.deepEqual(extended, []);
    clock.tick(1);
    assert.deepEqual(extended, [['plain:said', 30_000]]);
    clock.tick(10_000);
    assert.equal(extended.length, 2);
    told.resolve(ANNA);
    await bot.settled();
    assert.equal(posts.length, 1);
    clock.tick(60_000);
    assert.equal(extended.length, 2);
  });
});

describe('a message of somebody whom the channel does not tell yet', () => {
  const silent: Messenger['identify'] = () => Promise.reject(new DeliveryError('unavailable', 'no'));

  for (const [waited, delay] of [
    [0, SECOND],
    [5 * SECOND, 5 * SECOND],
    [2 * MINUTE, 30 * SECOND],
  ] as const) {
    it(`waits ${delay / SECOND} s when it has waited ${waited / SECOND} s, and that is no failure`, async () => {
      const { bot, store, posts, setNow } = await start({ identify: silent });
      const postponed: [number, boolean][] = [];
      const { postponeInbound } = store;
      store.postponeInbound = async (id, leaseId, delayMs) => {
        // Whatever the delay: it does not come again in this test.
        const kept = await postponeInbound(id, leaseId, LONG);
        postponed.push([delayMs, kept]);
        return kept;
      };
      setNow(NOW + waited);
      await bot.inbox.message(said('help'));
      await bot.settled();
      assert.deepEqual(postponed, [[delay, true]]);
      assert.deepEqual(posts, []);
    });
  }

  it('is answered after ten minutes all the same', async () => {
    const { bot, posts, setNow } = await start({ identify: silent });
    setNow(NOW + 10 * MINUTE);
    await bot.inbox.message(said('help'));
    await bot.settled();
    assert.equal(posts.length, 1);
  });
});

describe('a message that is delivered again', () => {
  it('does nothing, whatever it says by then, for as long as the service may deliver it', async () => {
    const { bot, say, posts, policy, setNow } = await start();
    await say('remind 30d 7d');
    await say('remind default');
    assert.equal(posts.length, 1);
    setNow(NOW + 7 * DAY);
    await bot.round();
    await say('remind default');
    assert.equal((await policy())?.length, 2);
    assert.equal(posts.length, 1);
  });

  it('is forgotten after a week', async () => {
    const { bot, say, store, setNow } = await start();
    await say('help');
    setNow(NOW + 7 * DAY + 1);
    await bot.round();
    assert.equal(await store.acceptInbound(said('help')), true);
  });

  it('finds its answer for a month', async () => {
    const { bot, say, store, setNow } = await start();
    await say('help');
    for (const [day, known] of [
      [30, 1],
      [31, 0],
    ] as const) {
      setNow(NOW + day * DAY);
      await bot.round();
      assert.equal((await store.deliveryStatuses([replyIdOf('plain:said')])).length, known, `on day ${day}`);
    }
  });

  it('brings back a conversation that was said to have removed the bot', async () => {
    const { bot, say, posts, store } = await start();
    await bot.inbox.removed({ id: OPS.id, team: null });
    await say('help');
    assert.equal((await store.findConversation(OPS.id))?.goneAt, null);
    assert.equal(posts.length, 1);
  });
});
