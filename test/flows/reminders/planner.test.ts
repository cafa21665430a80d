import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import sinon from 'sinon';
import type { ClaimedMark } from '../../../src/core/model/mark.ts';
import type { Reminder } from '../../../src/core/model/reminder.ts';
import type { Store } from '../../../src/core/ports/store.ts';
import { destinationKey, type Destination } from '../../../src/core/reminders/destination.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { allDestinations, markDestinations, rerouted } from '../../../src/flows/reminders/destinations.ts';
import { createPlanner, workingTimeOf } from '../../../src/flows/reminders/planner.ts';
import { partOf } from '../../../src/flows/reminders/scope.ts';
import { createStore } from '../../../src/store/store.ts';
import { afterTest } from '../../support/after-test.ts';
import { certificate, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { createSqliteFile } from '../../support/databases.ts';
import { createWiredBot, type WiredBotOptions } from '../../support/wired-bot.ts';

const OPS = 'teams:ops';
const FEED: Destination = { calendar: 'ics', mailbox: OPS };
const MAILBOX: Destination = { calendar: 'graph', mailbox: 'ada' };
const silentLog = { debug() {}, info() {}, warn() {}, error() {} };

/** A bot whose own planner does nothing, so that each test has planners of its own beside it. */
async function start({ databaseUrl, settings = {} }: Pick<WiredBotOptions, 'databaseUrl' | 'settings'> = {}) {
  const clock = { now: NOW };
  let serial = 0;
  const uuid = (): string => `00000000-0000-4000-9000-${(serial += 1).toString(16).padStart(12, '0')}`;
  const options = databaseUrl === undefined ? {} : { databaseUrl };
  const bot = await createWiredBot({ sources: [], now: () => clock.now, settings, uuid, ...options });
  afterTest(() => bot.close());
  await bot.flows.planner.close();
  const { store } = bot;
  await remember(OPS);

  async function remember(id: string): Promise<void> {
    const place = { id, channel: 'teams', kind: 'channel' as const, tenantId: 't', name: null, reference: {} };
    await store.rememberConversation(place, clock.now);
  }

  /** Somebody watches these hosts, of which nothing has been seen. */
  async function watch(hosts: string[], owner: { mailbox?: string; zone?: string; conversation?: string } = {}) {
    const watches = [];
    for (const host of hosts) {
      const uri = `tls://${host}:443`;
      const { id } = await store.ensureTarget(uri);
      const { watch } = await store.addWatch({
        ...{ conversationId: owner.conversation ?? OPS, targetId: id, uri, ownerId: '29:ada', ownerName: 'Ada' },
        ...{ ownerMailbox: owner.mailbox ?? null, ownerTimeZone: owner.zone ?? null, ownerLocale: 'en' },
        ...{ ownerTenantId: 't', policy: null, createdAt: clock.now, createdBy: 'test' },
      });
      watches.push(watch);
    }
    return watches;
  }

  /** Each of these is seen, with a certificate of its own unless they share one. */
  async function see(watches: { targetId: number; uri: string }[], shared?: string): Promise<void> {
    const stored = watches.map(({ targetId, uri }) => {
      const leaf = certificate(shared ?? uri.slice(6, 30));
      const seen = observation([presented('192.0.2.1', leaf)], { uri, at: clock.now });
      return bot.flows.observer.commitLook({ targetId, leaseId: null, observation: seen, quiet: new Set() });
    });
    const all = Promise.all(stored);
    await bot.flows.observer.drain();
    await all;
  }

  /** A planner as another process would have it. */
  function plannerOf(changed: Partial<FlowContext> = {}) {
    const extents: string[] = [];
    const warnings: unknown[] = [];
    const happened = { stored: 0 };
    const context = {
      ...bot.context,
      meter: { ...bot.context.meter, planned: (extent: string) => void extents.push(extent) },
      log: { ...silentLog, warn: (fields: object) => void warnings.push(fields) },
      ...changed,
    };
    const planner = createPlanner(context, { stored: () => (happened.stored += 1) });
    afterTest(() => planner.close());
    return { ...planner, extents, warnings, happened };
  }

  const reminders = ({ calendar, mailbox }: Destination) => store.listReminders(calendar, mailbox);
  const mark = (destination: Destination, part: string | null = null) =>
    store.mark('reminders', [{ key: destinationKey(destination), part }], { now: clock.now });
  const claimed = (destination: Destination): Promise<ClaimedMark | null> =>
    store.claimMark('reminders', { now: clock.now, leaseId: 'peek', leaseMs: -1, key: destinationKey(destination) });
  return { bot, store, clock, remember, watch, see, plannerOf, reminders, mark, claimed };
}

function hostsOf(rows: Reminder[]): string[] {
  return [...new Set(rows.flatMap(({ event }) => event.targets))].map((uri) => uri.slice(6, -4)).toSorted();
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `h${String(index).padStart(4, '0')}.example`);

describe('the planner', () => {
  it('plans a part where a look is stored, counts it so, and says that something is stored', async () => {
    const { watch, see, plannerOf, reminders } = await start();
    await see(await watch(['a.example']));
    const planner = plannerOf();
    await planner.run();
    assert.deepEqual([planner.extents, planner.happened.stored], [['part'], 1]);
    assert.deepEqual((await reminders(FEED)).map(({ kind, wanted }) => [kind, wanted]).toSorted(), [
      ['expiry', true],
      ['renew', true],
    ]);
  });

  it('plans everything where everything is marked, counts it so, and says nothing where nothing is to be stored', async () => {
    const { watch, see, mark, plannerOf } = await start();
    await see(await watch(['a.example']));
    await plannerOf().run();
    await mark(FEED);
    const planner = plannerOf();
    await planner.run();
    assert.deepEqual([planner.extents, planner.happened.stored], [['all'], 0]);
  });

  it('plans everything where a part is too large, once, and counts it so', async () => {
    const { watch, see, mark, plannerOf, reminders } = await start();
    const watches = await watch(names(201));
    await see(watches, 'wildcard');
    const planner = plannerOf();
    await planner.run();
    assert.deepEqual(planner.extents, ['too-much']);
    assert.equal(hostsOf(await reminders(FEED)).length, 201);
    await mark(FEED, partOf(watches[7]!.targetId));
    await planner.run();
    assert.deepEqual(planner.extents, ['too-much', 'too-much']);
  });

  it('plans many parts in groups, all of them', async () => {
    const { watch, see, plannerOf, reminders } = await start();
    await see(await watch(names(128)));
    const planner = plannerOf();
    await planner.run();
    assert.deepEqual(planner.extents, ['part', 'part']);
    assert.equal(hostsOf(await reminders(FEED)).length, 128);
  });

  it('plans of a destination what was marked, and nothing else', async () => {
    const { store, watch, see, mark, plannerOf, reminders } = await start();
    const [a, b] = await watch(['a.example', 'b.example']);
    await see([a!, b!]);
    await plannerOf().run();
    await store.removeWatches([a!.id, b!.id]);
    const planner = plannerOf();
    const { fingerprint } = certificate('a.example:443');
    await mark(FEED, `certificate ${fingerprint}`);
    await planner.run();
    assert.deepEqual([planner.extents, hostsOf(await reminders(FEED))], [['part'], ['b.example']]);
    await mark(FEED);
    await planner.run();
    assert.deepEqual(await reminders(FEED), [], 'rows of feeds go at once');
  });

  it('reads for a part what has to do with it, and not its whole destination', async () => {
    const { store, watch, see, mark, plannerOf } = await start();
    const watches = await watch(names(30));
    await see(watches);
    await plannerOf().run();
    await mark(FEED, partOf(watches[3]!.targetId));
    const read = { watches: new Set<number>(), reminders: new Set<string>() };
    const planner = plannerOf({
      store: {
        ...store,
        getWatches(ids) {
          for (const id of ids) read.watches.add(id);
          return store.getWatches(ids);
        },
        getReminders(ids) {
          for (const id of ids) read.reminders.add(id);
          return store.getReminders(ids);
        },
      },
    });
    await planner.run();
    assert.deepEqual([planner.extents, [...read.watches], read.reminders.size], [['part'], [watches[3]!.id], 2]);
  });

  it('plans what changes its destination both where it went and where it goes, whichever watches are there', async () => {
    const { bot, store, watch, claimed } = await start({
      settings: { calendar: 'graph', ownAccess: true, mailboxesOpenTo: () => true },
    });
    const [a, b] = await watch(['a.example', 'b.example'], { mailbox: 'ada' });
    const conversation = (await store.findConversation(OPS))!;
    const before = [{ watch: a!, conversation }];
    const after = [{ watch: { ...b!, ownerMailbox: 'bob' }, conversation }];
    const destinations = await rerouted(bot.context, store, before, async () => after);
    const bobs: Destination = { calendar: 'graph', mailbox: 'bob' };
    assert.deepEqual(destinations, [bobs, MAILBOX]);
    const parts = [a!, b!].map(({ targetId }) => partOf(targetId));
    for (const destination of destinations) assert.deepEqual((await claimed(destination))?.parts, parts);
  });

  it('keeps rows of mailboxes until what they stand for is gone', async () => {
    const { store, watch, see, mark, plannerOf, reminders } = await start({
      settings: { calendar: 'graph', ownAccess: true, mailboxesOpenTo: () => true },
    });
    const watches = await watch(['a.example'], { mailbox: 'ada' });
    await see(watches);
    await plannerOf().run();
    await store.removeWatches(watches.map(({ id }) => id));
    await mark(MAILBOX);
    await plannerOf().run();
    assert.deepEqual(
      (await reminders(MAILBOX)).map(({ wanted }) => wanted),
      [false, false],
    );
  });

  it('plans what moves from one destination to another where it was and where it goes', async () => {
    const { bot, store, watch, see, plannerOf, reminders } = await start({
      settings: { calendar: 'graph', ownAccess: true, mailboxesOpenTo: () => true },
    });
    await see(await watch(['a.example'], { mailbox: 'ada' }));
    await plannerOf().run();
    // As with another configuration at the next start.
    Object.assign(bot.context.settings, { calendar: 'ics' });
    await markDestinations(bot.context, store, [FEED, MAILBOX], null);
    await plannerOf().run();
    assert.deepEqual(
      (await reminders(MAILBOX)).map(({ wanted }) => wanted),
      [false, false],
    );
    assert.equal((await reminders(FEED)).filter(({ wanted }) => wanted).length, 2);
  });

  it('deletes nothing where it is not known yet whose reminders belong there, and tries again in a minute', async () => {
    let isOpen: boolean | undefined = true;
    const { clock, watch, see, mark, plannerOf, reminders, claimed } = await start({
      settings: { calendar: 'graph', ownAccess: true, mailboxesOpenTo: () => isOpen },
    });
    const [a, b] = await watch(['a.example', 'b.example'], { mailbox: 'ada' });
    await see([a!, b!]);
    await plannerOf().run();
    const before = await reminders(MAILBOX);
    assert.equal(before.length, 4);
    isOpen = undefined;
    await mark(MAILBOX, partOf(a!.targetId));
    const planner = plannerOf();
    await planner.run();
    assert.deepEqual(await reminders(MAILBOX), before);
    assert.equal(await planner.planned([MAILBOX]), false, 'nobody is told that it is');
    assert.equal(planner.extents.length, 1);
    clock.now += MINUTE;
    assert.deepEqual((await claimed(MAILBOX))?.parts, [partOf(a!.targetId)], 'a part stays a part');
    isOpen = false;
    await planner.run();
    assert.deepEqual(planner.extents, ['part', 'part']);
    assert.deepEqual(
      (await reminders(MAILBOX)).filter(({ wanted }) => wanted).map(({ fingerprint }) => fingerprint),
      before.flatMap(({ fingerprint }) =>
        fingerprint === certificate('b.example:443').fingerprint ? fingerprint : [],
      ),
    );
    assert.deepEqual(planner.warnings, []);
  });

  it('is told of every destination where reminders are or should be, each once', async () => {
    const { bot, remember, watch, see, mark, plannerOf } = await start({
      settings: { calendar: 'graph', ownAccess: true, mailboxesOpenTo: () => true },
    });
    await remember('teams:other');
    await watch(['a.example', 'b.example'], { mailbox: 'ada' });
    await watch(['c.example'], { conversation: 'teams:other' });
    const gone = await watch(['d.example'], { mailbox: 'bob' });
    await see(gone);
    await mark({ calendar: 'graph', mailbox: 'bob' });
    await plannerOf().run();
    await bot.store.removeWatches(gone.map(({ id }) => id));
    const found = await allDestinations(bot.context);
    assert.deepEqual(found.map(destinationKey).toSorted(), ['graph\nada', 'graph\nbob', 'ics\nteams:other']);
  });

  it('plans parts as parts while the hours of a mailbox are unknown', async () => {
    const { watch, see, plannerOf } = await start({
      settings: { calendar: 'graph', ownAccess: true, mailboxesOpenTo: () => true },
    });
    const watches = await watch(names(3), { mailbox: 'ada' });
    const planner = plannerOf();
    for (const one of watches) {
      await see([one]);
      await planner.run();
    }
    assert.deepEqual(planner.extents, ['part', 'part', 'part']);
  });

  it('warns of a destination whose plan fails each time, tries it every ten seconds, and plans the others', async () => {
    const { store, clock, remember, watch, see, plannerOf, reminders } = await start();
    await remember('teams:bad');
    await see(await watch(['bad.example'], { conversation: 'teams:bad' }));
    await see(await watch(['good.example']));
    const error = new Error('a row that cannot be read');
    const planner = plannerOf({
      store: {
        ...store,
        listReminderIds: async (calendar, mailbox, prints) => {
          if (mailbox === 'teams:bad') throw error;
          return store.listReminderIds(calendar, mailbox, prints);
        },
      },
    });
    await planner.run();
    assert.deepEqual(hostsOf(await reminders(FEED)), ['good.example']);
    assert.deepEqual(planner.warnings, [{ err: error }]);
    clock.now += 10 * SECOND;
    await planner.run();
    assert.equal(planner.warnings.length, 2);
    assert.equal(await planner.planned([{ calendar: 'ics', mailbox: 'teams:bad' }, FEED]), false);
  });
});

describe('whoever is told where reminders are', () => {
  it('waits five seconds at most for another process that plans them', async () => {
    const { store, mark, plannerOf } = await start();
    await mark(FEED);
    const key = destinationKey(FEED);
    await store.claimMark('reminders', { now: NOW, leaseId: 'other', leaseMs: 30_000, key });
    let asked = 0;
    const planner = plannerOf({
      store: {
        ...store,
        pendingMarks(...given) {
          asked += 1;
          return store.pendingMarks(...given);
        },
      },
    });
    const timers = sinon.useFakeTimers({ toFake: ['performance'] });
    afterTest(() => timers.restore());
    const answer: { is: boolean | null } = { is: null };
    const told = planner.planned([FEED]).then((is) => (answer.is = is));
    const askedOnceMore = async (): Promise<void> => {
      for (const before = asked; asked <= before + 1;) await new Promise(setImmediate);
    };
    await askedOnceMore();
    timers.tick(5 * SECOND - 1);
    await askedOnceMore();
    assert.equal(answer.is, null);
    timers.tick(1);
    assert.equal(await told, false);
  });
});

describe('a planner that ends in between', () => {
  /** A store that ends with its process, once it has been told to store a plan so many times. */
  function mortal(store: Store, after: number): { store: Store; died: Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const buried = Promise.withResolvers<never>();
    // Only so that nothing of it stays in this process.
    afterTest(() => buried.reject(new Error('the process is not there any more')));
    let left = after;
    const never = (): Promise<never> => {
      resolve();
      return buried.promise;
    };
    const alive = <T>(work: () => Promise<T>): Promise<T> => (left <= 0 ? never() : work());
    const dying: Store = {
      ...store,
      completeMark: (claim, retryAt) => alive(() => store.completeMark(claim, retryAt)),
      transaction: (work, options) =>
        alive(() => {
          left -= 1;
          return store.transaction(work, options);
        }),
    };
    return { store: dying, died: promise };
  }

  for (const chunks of [0, 1, 2, 4, 5]) {
    it(`after ${chunks} chunks of five loses nothing: the next one goes on, with what is there`, async () => {
      const file = await createSqliteFile();
      const first = await start({ databaseUrl: file.url });
      await first.see(await first.watch(names(120)));
      await first.mark(FEED);
      const { store, died } = mortal(first.store, chunks);
      const doomed = createPlanner({ ...first.bot.context, store }, { stored() {} });
      doomed.kick();
      await died;
      const before = await first.reminders(FEED);
      assert.equal(before.length, Math.min(240, 50 * chunks));
      await first.bot.close();
      const reopened = await createStore({ databaseUrl: file.url, log: silentLog });
      afterTest(async () => {
        await reopened.close();
        await file.drop();
      });
      await reopened.voidLeases();
      const next = first.plannerOf({ store: reopened });
      await next.run();
      const after = await reopened.listReminders('ics', OPS);
      assert.equal(hostsOf(after).length, 120);
      assert.equal(after.length, 240);
      const ids = new Set(after.map(({ id }) => id));
      assert.ok(
        before.every(({ id }) => ids.has(id)),
        'none is made anew',
      );
      assert.equal((await reopened.pendingMarks('reminders', [destinationKey(FEED)], NOW + DAY)).length, 0);
      await next.close();
    });
  }

  it('is followed by another replica, and stores nothing any more when it comes back', async () => {
    const { store, watch, see, mark, plannerOf, reminders } = await start();
    const watches = await watch(names(60));
    await see(watches);
    await mark(FEED);
    const resumed = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const late = plannerOf({
      store: {
        ...store,
        async getCertificates(prints) {
          const found = await store.getCertificates(prints);
          reached.resolve();
          await resumed.promise;
          return found;
        },
      },
    });
    const running = late.run();
    await reached.promise;
    await store.voidLeases();
    // What the late one has read is not so any more.
    await store.removeWatches(watches.slice(1).map(({ id }) => id));
    await mark(FEED);
    const other = plannerOf();
    await other.run();
    assert.deepEqual(hostsOf(await reminders(FEED)), [names(1)[0]]);
    resumed.resolve();
    await running;
    assert.deepEqual(hostsOf(await reminders(FEED)), [names(1)[0]]);
    assert.deepEqual([late.warnings, late.happened.stored], [[], 0]);
  });

  it('is not followed while it lives, however long thousands take to read', async () => {
    const lease = 60;
    const { store, watch, see, mark, plannerOf, reminders } = await start({ settings: { lease } });
    await see(await watch(names(300)));
    await mark(FEED);
    let calls = 0;
    let holds = 0;
    const slow = plannerOf({
      store: {
        ...store,
        transaction(work, options) {
          holds += 1;
          return store.transaction(work, options);
        },
        async getWatches(ids) {
          calls += 1;
          // As a slow database: until the lease was prolonged more than once.
          const before = holds;
          while (holds < before + 2) await sleep(1);
          return store.getWatches(ids);
        },
      },
    });
    const running = slow.run();
    while (calls < 3) await sleep(1);
    const other = plannerOf();
    await other.run();
    assert.deepEqual(other.extents, []);
    await running;
    assert.deepEqual(slow.extents, ['all']);
    assert.equal(calls, 6, 'nothing was read twice');
    assert.equal((await reminders(FEED)).length, 600);
  });
});

describe('a conversation that is moved while its feed is planned', () => {
  it('keeps its reminders under the new name alone', async () => {
    const { bot, store, clock, watch, see, mark, plannerOf, reminders } = await start();
    await see(await watch(names(3)));
    await plannerOf().run();
    const before = await reminders(FEED);
    clock.now += HOUR;
    const [one] = await watch(['one-more.example']);
    await see([one!]);
    await store.setConversationSettings(OPS, { timeZone: 'Asia/Tokyo' });
    await mark(FEED);
    const to = { calendar: 'ics', mailbox: 'slack:moved' } as const;
    let isMoved = false;
    const planner = plannerOf({
      store: {
        ...store,
        async getCertificates(prints) {
          const found = await store.getCertificates(prints);
          if (!isMoved)
            await bot.slackInbox.moved(OPS, {
              ...{ id: to.mailbox, channel: 'slack', kind: 'channel', tenantId: 't', name: null, reference: {} },
            });
          isMoved = true;
          return found;
        },
      },
    });
    await planner.run();
    await planner.run();
    assert.deepEqual([isMoved, await reminders(FEED)], [true, []]);
    const after = await reminders(to);
    assert.deepEqual(hostsOf(after), [...names(3), 'one-more.example']);
    const ids = new Set(after.map(({ id }) => id));
    assert.ok(
      before.every(({ id }) => ids.has(id)),
      'none is made anew',
    );
  });
});

describe('the hours of a destination that tells none', () => {
  const zoneOf = async (
    { bot }: Awaited<ReturnType<typeof start>>,
    destination: Destination = MAILBOX,
  ): Promise<string> => (await workingTimeOf(bot.context, destination)).zone;
  const settings = { calendar: 'graph' as const, ownAccess: true, mailboxesOpenTo: () => true };

  it('are those of the bot where nobody says anything else', async () => {
    const context = await start({ settings });
    assert.equal(await zoneOf(context), 'UTC');
    await context.watch(['a.example'], { mailbox: 'ada' });
    assert.equal(await zoneOf(context), 'UTC');
  });

  it('are in the zone of the first person who has one, before which goes what a conversation set', async () => {
    const context = await start({ settings });
    await context.remember('teams:other');
    await context.watch(['a.example'], { mailbox: 'ada' });
    await context.watch(['b.example'], { mailbox: 'ada', zone: 'Asia/Tokyo' });
    await context.watch(['c.example'], { mailbox: 'ada', zone: 'Europe/Paris', conversation: 'teams:other' });
    assert.equal(await zoneOf(context), 'Asia/Tokyo');
    await context.store.setConversationSettings('teams:other', { timeZone: 'America/New_York' });
    assert.equal(await zoneOf(context), 'America/New_York');
    await context.store.setConversationSettings(OPS, { timeZone: 'Africa/Cairo' });
    assert.equal(await zoneOf(context), 'Africa/Cairo');
  });

  it('are found in its first fifty watches, without reading the others', async () => {
    const context = await start({ settings });
    const { store } = context;
    await context.watch(names(49), { mailbox: 'ada' });
    await context.watch(['x.example'], { mailbox: 'ada', zone: 'Asia/Tokyo' });
    await context.watch(['y.example'], { mailbox: 'ada', zone: 'Europe/Paris' });
    let read = 0;
    const counting: Store = {
      ...store,
      getPlaces(ids) {
        read += ids.length;
        return store.getPlaces(ids);
      },
    };
    const found = await workingTimeOf({ ...context.bot.context, store: counting }, MAILBOX);
    assert.deepEqual([found.zone, read], ['Asia/Tokyo', 50]);
  });

  it('do not depend on people whose reminders go elsewhere', async () => {
    const context = await start({ settings });
    await context.watch(['a.example'], { mailbox: 'bob', zone: 'Asia/Tokyo' });
    assert.equal(await zoneOf(context), 'UTC');
    assert.equal(await zoneOf(context, FEED), 'UTC');
  });

  it('are its own where it tells them, but never those of a mailbox for a feed of that name', async () => {
    const context = await start({ settings });
    const own = { zone: 'Asia/Tokyo', days: [1, 2], start: 600, end: 900 } as unknown as Awaited<
      ReturnType<typeof workingTimeOf>
    >;
    await context.store.setWorkingTime('ada', own, NOW);
    assert.deepEqual(await workingTimeOf(context.bot.context, MAILBOX), own);
    assert.equal(await zoneOf(context, { calendar: 'ics', mailbox: 'ada' }), 'UTC');
    await context.store.setWorkingTime('ada', null, NOW);
    assert.equal(await zoneOf(context), 'UTC');
  });
});
