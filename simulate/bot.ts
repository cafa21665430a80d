import Sqlite from 'better-sqlite3';
import { readConfig } from '../src/config/config.ts';
import type { MailExchangers, Source } from '../src/core/ports/source.ts';
import type { Log, Meter } from '../src/core/ports/log.ts';
import type { Store } from '../src/core/ports/store.ts';
import type { Instant } from '../src/core/time.ts';
import { createFeedTokens } from '../src/feed-keys.ts';
import { settingsOf } from '../src/flow-settings.ts';
import { createStore } from '../src/store/store.ts';
import { wireBot } from '../src/wiring.ts';
import { createChance } from '../drill/chance.ts';

/** So many turns of the loop may pass while nothing moves, before what is due is left for later. */
const PATIENCE = 200;

const DUE = `select min(at) as at from (
  select min(due_at) as at from targets where due_at > :now
  union all select min(due_at) from marks where done < version and due_at > :now
  union all select min(due_at) from outbox where state = 'pending' and kind = 'message' and due_at > :now)`;
const BUSY = `select
  (select count(*) from targets where due_at <= :now or lease_id is not null)
  + (select count(*) from marks where (done < version and due_at <= :now) or lease_id is not null)
  + (select count(*) from outbox where state = 'pending' and kind = 'message' and (due_at <= :now or lease_id is not null))
  + (select count(*) from inbound where state = 'pending') as number`;

type Connection = InstanceType<typeof Sqlite>;

/** Whether a claim may find anything. */
const CLAIMABLE = {
  inbound: "select 1 from inbound where state = 'pending' limit 1",
  marks: 'select 1 from marks where done < version and due_at <= :now limit 1',
  outbox: "select 1 from outbox where state = 'pending' and kind = 'message' and due_at <= :now limit 1",
};

const silentMeter: Meter = { looked() {}, delivered() {}, commanded() {}, planned() {} };

/** Warnings and errors are kept; they would be lost in the log of a year. */
function createNotes() {
  const counted = new Map<string, number>();
  const note = (fields: object, message: string): void => {
    const { err } = fields as { err?: unknown };
    const text = err instanceof Error ? `${message}: ${err.message}` : message;
    counted.set(text, (counted.get(text) ?? 0) + 1);
  };
  const log: Log = { debug() {}, info() {}, warn: note, error: note };
  return { log, counted };
}

/** An UUID of version 4's layout that counts up. */
function countingUuids(): () => string {
  let serial = 0;
  return () => {
    serial += 1;
    return `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`;
  };
}

/**
 * A store in memory, and its connection: what is due is read beside the flows, so that they need not tell, and a
 * database in memory has no second way in.
 */
async function openStore(log: Log) {
  const { pragma } = Sqlite.prototype;
  const opened = new Set<Connection>();
  Sqlite.prototype.pragma = function noted(this: Connection, ...given) {
    opened.add(this);
    return pragma.apply(this, given);
  };
  try {
    const store = await createStore({ databaseUrl: 'sqlite::memory:', log });
    const [connection] = opened;
    return { store, connection: connection! };
  } finally {
    Sqlite.prototype.pragma = pragma;
  }
}

/** Claims that would find nothing are answered without a transaction: a year has millions of them. */
function sparing(store: Store, connection: Connection, now: () => Instant): Store {
  const found = (queue: keyof typeof CLAIMABLE): (() => boolean) => {
    const statement = connection.prepare(CLAIMABLE[queue]);
    return () => statement.get(queue === 'inbound' ? {} : { now: now() }) !== undefined;
  };
  const [hasInbound, hasMarks, hasOutbox] = [found('inbound'), found('marks'), found('outbox')];
  return {
    ...store,
    claimInbound: async (...given) => (hasInbound() ? store.claimInbound(...given) : []),
    claimMark: async (...given) => (hasMarks() ? store.claimMark(...given) : null),
    claimDeliveries: async (...given) => (hasOutbox() ? store.claimDeliveries(...given) : []),
  };
}

export interface BotOptions {
  source: Source;
  now: () => Instant;
  seed: number;
  /** IANA. */
  zone: string;
}

/** The product's flows over a store of their own, with the product's own settings; nothing runs by itself. */
export async function createSimulatedBot({ source, now, seed, zone }: BotOptions) {
  const { log, counted } = createNotes();
  const { store, connection } = await openStore(log);
  const settings = settingsOf(readConfig({ DEFAULT_TIME_ZONE: zone }), {
    mailboxesOpenTo: () => false,
    isHome: () => true,
  });
  const mail: MailExchangers = { exchangers: async () => ({ failure: 'none' }) };
  const bot = wireBot({
    ...{
      store: sparing(store, connection, now),
      sources: [source],
      mail,
      calendar: null,
      log,
      meter: silentMeter,
      now,
    },
    settings,
    feedTokens: createFeedTokens(['a key of the simulation']),
    ownCredentials: () => Promise.resolve([]),
    random: createChance(seed + 2).next,
    // Nothing has to rest.
    spent: () => 0,
    uuid: countingUuids(),
  });
  const { flows } = bot;
  const due = connection.prepare(DUE);
  const busy = connection.prepare(BUSY);

  /** Whether something is under way, or due and not begun: as a number that changes when something happens. */
  const left = (): number => (busy.get({ now: now() }) as { number: number }).number;

  /** What happens every second, until nothing of it is left. */
  async function beat(): Promise<void> {
    await flows.tick.beat();
    let before = -1;
    for (let idle = 0; idle < PATIENCE; idle += 1) {
      await flows.observer.drain();
      await new Promise((resolve) => setImmediate(resolve));
      const number = left();
      if (number === 0) return;
      if (number !== before) idle = 0;
      before = number;
    }
  }

  return {
    bot,
    beat,
    /** When something comes due next; null: nothing ever will. */
    nextDue: (): Instant | null => (due.get({ now: now() }) as { at: number | null }).at,
    /** What was logged as a warning or worse, and how often. */
    notes: counted,
    async close(): Promise<void> {
      await flows.tick.close();
      await flows.commander.close();
      await flows.planner.close();
      await flows.deliverer.close();
      await store.close();
    },
  };
}
