import assert from 'node:assert/strict';
import { StoreError } from '../../src/core/errors.ts';
import type { DueTarget } from '../../src/core/model/watch.ts';
import type { Log } from '../../src/core/ports/log.ts';
import type { Commander } from '../../src/flows/chat/inbox.ts';
import type { Deliverer } from '../../src/flows/delivery/deliver.ts';
import type { NetworkWatch } from '../../src/flows/alerts/network.ts';
import type { Notifier } from '../../src/flows/alerts/notifier.ts';
import type { Planner } from '../../src/flows/reminders/planner.ts';
import type { MailboxAudits } from '../../src/flows/reminders/mailbox-rounds.ts';
import type { Observer } from '../../src/flows/looks/observe.ts';
import type { Operators } from '../../src/flows/chat/operators.ts';
import type { Owners } from '../../src/flows/people/owners.ts';
import type { SignIns } from '../../src/flows/people/sign-in.ts';
import { createTick } from '../../src/flows/tick.ts';
import { afterTest } from '../support/after-test.ts';
import { NOW, observation } from '../support/certificate-facts.ts';
import { createWiredBot } from '../support/wired-bot.ts';
import { MINUTE, HOUR, DAY } from '../../src/core/time.ts';

const away = () => new StoreError('the store is away');

/** What happens every second, over a store that has `due` targets; chance is always in the middle. */
async function start({ due = 0, looksAtOnce = 8 } = {}) {
  let now = NOW;
  const logged: string[] = [];
  const happened: string[] = [];
  const looks: { target: string; end: (seen: ReturnType<typeof observation> | null) => void }[] = [];
  const keep = (_fields: object, message: string): void => void logged.push(message);
  const log: Log = { debug() {}, info: keep, warn: keep, error: keep };
  const bot = await createWiredBot({ sources: [], now: () => now, log, settings: { looksAtOnce } });
  afterTest(() => bot.close());
  const { store } = bot;
  const waiting = Array.from({ length: due }, (_, index): DueTarget => ({
    id: index + 1,
    uri: `tls://h${index + 1}.example:443`,
    state: null,
    dueAt: NOW,
  }));
  /** What the store answers instead, by operation. */
  const trouble = new Map<string, () => Promise<unknown>>();
  async function answer<T>(operation: string, ordinary: () => T): Promise<T> {
    await trouble.get(operation)?.();
    happened.push(operation);
    return ordinary();
  }
  store.beat = () => answer('beat', () => {});
  store.claimTargets = (_now, limit) => answer('claim', () => waiting.splice(0, limit));
  store.pruneInbound = () => answer('tidy', () => {});
  store.pruneDeliveries = async (before) => void happened.push(`forget what was sent ${(now - before) / DAY} days ago`);
  const observer: Partial<Observer> = {
    look: (uri) => new Promise((resolve) => looks.push({ target: uri, end: resolve })),
    commitLook: async ({ targetId }) => void happened.push(`look ${targetId} stored`),
    drain: async () => void happened.push('drained'),
  };
  const note = (what: string) => async () => void happened.push(what);
  const tick = createTick({
    ...bot.context,
    observer: observer as Observer,
    planner: { kick: () => void happened.push('plan') } as unknown as Planner,
    notifier: { kick: () => void happened.push('tell') } as unknown as Notifier,
    network: { beat: async () => {} } as unknown as NetworkWatch,
    deliverer: { kick: () => void happened.push('deliver'), idleFor: () => null } as unknown as Deliverer,
    commander: { kick: () => void happened.push('answer') } as unknown as Commander,
    audits: { kick: () => void happened.push('mailboxes'), close: async () => {} } as unknown as MailboxAudits,
    owners: { recheck: note('recheck owners') } as unknown as Owners,
    operators: { selfCheck: note('self-check'), retell: note('retell') } as unknown as Operators,
    signing: { finishLeaving: note('leave') } as unknown as SignIns,
    defaults: bot.flows.defaults,
  });

  async function turns(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  }

  return {
    tick,
    logged,
    looks,
    happened,
    trouble,
    turns,
    /** How often this has happened. */
    count: (what: string) => happened.filter((one) => one === what).length,
    async after(ms: number): Promise<void> {
      now += ms;
      void tick.beat();
      await turns();
    },
  };
}

describe('every second', () => {
  it('what is due once a day or once an hour is done then, and not before', async () => {
    const { after, count, logged } = await start();
    const done = () => [count('tidy'), count('self-check'), count('recheck owners')];
    await after(0);
    assert.deepEqual(done(), [1, 1, 1]);
    assert.deepEqual(logged, ['tidied up', 'reminders are planned anew']);
    await after(HOUR - 1);
    assert.deepEqual(done(), [1, 1, 1]);
    await after(1);
    assert.deepEqual(done(), [1, 1, 2]);
    await after(DAY - HOUR - 1);
    assert.deepEqual(done(), [1, 1, 3]);
    await after(1);
    assert.deepEqual(done(), [2, 2, 3]);
    assert.equal(count('forget what was sent 30 days ago'), 2);
  });

  it('each queue is kicked, and what could not be done or told yet is tried again', async () => {
    const { after, count } = await start();
    for (let times = 0; times < 3; times += 1) await after(1000);
    for (const what of ['answer', 'mailboxes', 'leave', 'retell']) assert.equal(count(what), 3, what);
  });

  it('tidying up that failed is tried again after a minute', async () => {
    const { after, count, trouble } = await start();
    trouble.set('tidy', () => Promise.reject(away()));
    await after(0);
    trouble.clear();
    await after(MINUTE - 1);
    assert.equal(count('self-check'), 0);
    await after(1);
    assert.deepEqual([count('tidy'), count('self-check')], [1, 1]);
    await after(MINUTE);
    assert.equal(count('tidy'), 1);
  });

  it('everything is planned anew when that was asked for', async () => {
    const { tick, after, logged } = await start();
    const plans = () => logged.filter((message) => message === 'reminders are planned anew').length;
    await after(0);
    await after(MINUTE);
    assert.equal(plans(), 1);
    tick.planAgain();
    await after(1);
    assert.equal(plans(), 2);
  });

  it('everything is planned anew also when that was asked for in the midst of tidying up', async () => {
    const { tick, after, count, trouble } = await start();
    trouble.set('tidy', async () => tick.planAgain());
    await after(0);
    trouble.clear();
    await after(1000);
    assert.equal(count('tidy'), 2);
    await after(1000);
    assert.equal(count('tidy'), 2);
  });

  it('everything that is due is looked at, also when it is more than is claimed at a time', async () => {
    const { after, looks } = await start({ due: 80, looksAtOnce: 128 });
    await after(0);
    assert.equal(looks.length, 80);
  });

  it('no more is looked at than may be at once, and what waits comes as soon as there is room', async () => {
    const { after, looks, turns, count } = await start({ due: 12, looksAtOnce: 8 });
    await after(0);
    assert.equal(looks.length, 8);
    looks[0]!.end(observation([]));
    await turns();
    assert.equal(looks.length, 8, 'one at a time would be many claims');
    looks[1]!.end(observation([]));
    await turns();
    assert.equal(looks.length, 10);
    assert.deepEqual([count('look 1 stored'), count('look 2 stored'), count('look 3 stored')], [1, 1, 0]);
  });

  it('a look that came to nothing by our own fault, or that nobody can make, is not stored', async () => {
    const { after, looks, turns, happened, logged } = await start({ due: 3 });
    await after(0);
    looks[0]!.end(observation([], { failure: { code: 'internal' } }));
    looks[1]!.end(null);
    looks[2]!.end(observation([]));
    await turns();
    assert.deepEqual(
      happened.filter((what) => what.startsWith('look')),
      ['look 3 stored'],
    );
    assert.ok(logged.includes('no source observes the scheme of this target'));
  });

  it('that nothing can be claimed is told once while the store is away, and everything else each time', async () => {
    const { after, trouble, logged } = await start();
    const told = () => logged.filter((message) => message === 'due targets could not be claimed').length;
    trouble.set('claim', () => Promise.reject(away()));
    for (let times = 0; times < 3; times += 1) await after(1000);
    assert.equal(told(), 1);
    trouble.set('claim', () => Promise.reject(new Error('of another kind')));
    for (let times = 0; times < 2; times += 1) await after(1000);
    assert.equal(told(), 3);
    trouble.delete('claim');
    await after(1000);
    trouble.set('claim', () => Promise.reject(away()));
    await after(1000);
    assert.equal(told(), 4);
    trouble.delete('claim');
    await after(1000);
    trouble.set('claim', () => Promise.reject(away()));
    await after(1000);
    assert.equal(told(), 5);
  });

  it('is seen whether the store takes writes: again and again while it takes none', async () => {
    const { tick, after, trouble, logged, count } = await start();
    assert.deepEqual(tick.pulse(), { written: { ago: null, error: null }, looks: null, deliveries: null });
    const error = away();
    trouble.set('beat', () => Promise.reject(error));
    for (let times = 0; times < 3; times += 1) await after(1000);
    assert.deepEqual(tick.pulse().written, { ago: null, error });
    trouble.clear();
    await after(1000);
    await after(1000);
    const { written, looks } = tick.pulse();
    assert.equal(written.error, null);
    assert.ok(written.ago !== null && looks !== null);
    assert.equal(count('beat'), 1, 'seldom while it does');
    assert.deepEqual(
      logged.filter((message) => message.startsWith('the store keeps')),
      ['the store keeps nothing', 'the store keeps what is written again'],
    );
  });

  it('a store that is slow to answer one thing holds up nothing else, and is not asked once more meanwhile', async () => {
    const { after, trouble, count } = await start({ due: 1 });
    const gate = Promise.withResolvers<void>();
    let asked = 0;
    trouble.set('beat', () => {
      asked += 1;
      return gate.promise;
    });
    await after(0);
    await after(1000);
    assert.deepEqual(
      [asked, count('claim'), count('tidy'), count('answer'), count('deliver') >= 2],
      [1, 2, 1, 2, true],
    );
    gate.resolve();
  });

  it('nothing begins any more after the end, which waits for looks that are under way, but not for silent ones', async () => {
    const { tick, after, looks, turns, count, happened } = await start({ due: 2 });
    await after(0);
    let ended = false;
    const closing = tick.close().then(() => (ended = true));
    looks[0]!.end(observation([]));
    await turns();
    assert.deepEqual([ended, count('look 1 stored')], [false, 1]);
    happened.length = 0;
    await after(DAY);
    assert.deepEqual(happened, []);
    await closing;
    assert.deepEqual(happened, ['drained']);
    looks[1]!.end(observation([]));
  });
});
