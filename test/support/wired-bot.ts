import { createFeedTokens } from '../../src/feed-keys.ts';
import type { MarkQueue } from '../../src/core/model/mark.ts';
import type { Log, Meter } from '../../src/core/ports/log.ts';
import type { MailExchangers, Source } from '../../src/core/ports/source.ts';
import type { Messenger, SignIn } from '../../src/core/ports/channel.ts';
import type { FlowContext } from '../../src/flows/context.ts';
import { destinationOf } from '../../src/core/reminders/destination.ts';
import { createMailboxAudits } from '../../src/flows/reminders/mailbox-rounds.ts';
import { createTick } from '../../src/flows/tick.ts';
import { createStore } from '../../src/store/store.ts';
import { HOUR } from '../../src/core/time.ts';
import { AT_ONCE } from './alert-rules.ts';
import { emptyStore } from './empty-store.ts';
import { wireBot } from '../../src/wiring.ts';

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const silentMeter: Meter = { looked() {}, delivered() {}, commanded() {}, planned() {} };

export interface WiredBotOptions {
  sources: Source[];
  /** The flows' clock, milliseconds since 1970. */
  now: () => number;
  settings?: Partial<FlowContext['settings']>;
  calendar?: FlowContext['calendar'];
  /** No domain has mail exchangers unless given. */
  mail?: MailExchangers;
  log?: Log;
  /** What the bot knows of its own credentials; nothing unless given. */
  ownCredentials?: FlowContext['ownCredentials'];
  databaseUrl?: string;
  /** Counts up from one unless given: bots that follow one another on a database need ids that are really unique. */
  uuid?: () => string;
}

/** A UUID of version 4's layout that counts up: equal runs get equal ones. */
function countingUuids(): () => string {
  let serial = 0;
  return () => {
    serial += 1;
    return `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`;
  };
}

/** Lets everything run that is ready to. */
function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * A bot over a store of its own, wired as the product is, without adapters: channels are handed `inbox` or `slackInbox`
 * and join with their messenger. Nothing runs by the clock: what is due is done by `round`.
 */
export async function createWiredBot(options: WiredBotOptions) {
  const { sources, now, calendar = null, log = silentLog, databaseUrl = 'sqlite::memory:' } = options;
  const { mail = { exchangers: async () => ({ failure: 'none' as const }) } } = options;
  const store = await createStore({ databaseUrl, log, image: await emptyStore() });
  const bot = wireBot({
    store,
    sources,
    mail,
    calendar,
    settings: {
      calendar: 'ics',
      calendarMailbox: null,
      mailboxesOpenTo: () => false,
      isHome: () => true,
      ownAccess: false,
      defaultTimeZone: 'UTC',
      holidays: null,
      freezes: [],
      version: '1.2.3',
      replica: 'host:1',
      operatorConversation: null,
      publicUrl: 'https://certbot.example',
      ownDatabase: null,
      outlookUrl: 'https://outlook.office.com',
      probeInterval: 6 * HOUR,
      grace: HOUR,
      alerts: AT_ONCE,
      probeBudget: 100_000,
      messageRate: { person: 100_000, conversation: 100_000 },
      probePorts: null,
      maxWatches: 2000,
      lease: 30_000,
      looksAtOnce: 64,
      ...options.settings,
    },
    feedTokens: createFeedTokens(['a key of the tests']),
    ownCredentials: options.ownCredentials ?? (() => Promise.resolve([])),
    log,
    meter: silentMeter,
    now,
    random: () => 0.5,
    spent: () => performance.now(),
    uuid: options.uuid ?? countingUuids(),
  });
  const { context, flows, inboxes, feeds } = bot;
  const { commander, deliverer, observer, planner, notifier } = flows;

  /**
   * Works off a queue of marks to its end: on a slow machine it rests in between, which nobody waits for here, and what
   * takes long is still under way when whoever waited for it has given up.
   */
  async function workOff(queue: MarkQueue, { run, one }: { run(): Promise<void>; one(key: string): Promise<boolean> }) {
    const late = new Set<string>();
    for (;;) {
      await run();
      const left = await store.claimMark(queue, { now: now(), leaseId: 'left', leaseMs: 1 });
      if (left) {
        await store.completeMark(left, now());
        // Twice in vain: nobody works any more.
        if (!(await one(left.key)) && late.has(left.key)) return;
        late.add(left.key);
        continue;
      }
      const pending = await store.pendingMarks(queue, [...late], now());
      if (!pending.some(({ isDue }) => isDue)) return;
      await turnOfLoop();
    }
  }

  /** Resolves when commands are answered, looks are stored, and everything due has been sent (or has failed). */
  async function settled(): Promise<void> {
    await commander.run();
    await observer.drain();
    await workOff('reminders', { run: planner.run, one: (key) => planner.planned([destinationOf(key)]) });
    await workOff('alerts', { run: notifier.run, one: (key) => notifier.workedOff([key], 5000) });
    await deliverer.run();
  }

  /** One round of the real tick: looks at what is due and tells what there is to tell. */
  async function round(): Promise<void> {
    // Another each time: its end waits for what it has begun, and it can begin nothing afterwards.
    const tick = createTick({ ...context, ...flows, audits: createMailboxAudits(context, flows) });
    await tick.beat();
    let over = false;
    const end = tick.close().finally(() => {
      over = true;
    });
    // No group of looks waits for more to come.
    while (!over) {
      await observer.drain();
      await turnOfLoop();
    }
    await end;
    await settled();
  }

  return {
    context,
    flows,
    store,
    inbox: inboxes.teams,
    slackInbox: inboxes.slack,
    feeds,
    /** From now on conversations of this channel are reached through it, and people sign in through it. */
    join: (messenger: Messenger, signIn: SignIn | null = null) => bot.join({ messenger, signIn }),
    settled,
    round,
    async close(): Promise<void> {
      await commander.close();
      await observer.drain();
      await planner.close();
      await notifier.close();
      await deliverer.close();
      await store.close();
    },
  };
}

export type WiredBot = Awaited<ReturnType<typeof createWiredBot>>;
