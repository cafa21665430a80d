import { sql } from 'kysely';
import type { Instant } from '../core/time.ts';
import { StoreError } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';
import type { Store, StoreOperations } from '../core/ports/store.ts';
import { createAudit } from './audit.ts';
import { failsByTls } from './away.ts';
import { createCertificates, pruneCertificates } from './certificates.ts';
import { createConversations } from './conversations.ts';
import { openDatabase } from './database.ts';
import { atomically, whole, type Executor } from './dialect.ts';
import { createFeeds } from './feeds.ts';
import { createHistory } from './history.ts';
import { createForgetting } from './forgetting.ts';
import { createIncidents } from './incidents.ts';
import { createInbound } from './inbound.ts';
import { createInstallations } from './installations.ts';
import { createMarks } from './marks.ts';
import { migrate } from './migrations.ts';
import { createObservations } from './observations.ts';
import { createOutbox, pruneOutbox, voidOutboxLeases } from './outbox.ts';
import { createOverview } from './overview.ts';
import { createPeople } from './people.ts';
import { createReminders } from './reminders.ts';
import { pruneKept } from './retention.ts';
import { createTargets } from './targets.ts';
import { createValues, setValue } from './values.ts';
import { createWatches } from './watches.ts';
import { createRemovedWatches } from './removed-watches.ts';

/**
 * Opens the store of a `DATABASE_URL` (`sqlite:<path>`, `sqlite::memory:`, `postgres://…`, `postgresql://…`) and brings
 * its schema up to date. A SQLite file is locked against other processes until `close`. Throws when the URL is
 * malformed or the database locked, and StoreError when it is away. `image`: as openDatabase.
 *
 * Inside `transaction(work)` use only the operations it hands over: on SQLite there is one connection, and a call to
 * the store itself would wait for the transaction that waits for it. Errors in one statement end the transaction: do
 * not catch them inside `work` and go on. `work` is run again (three times in all) when PostgreSQL ended it to resolve
 * a deadlock, so it must do nothing but statements.
 */
export async function createStore(options: { databaseUrl: string; log: Log; image?: Buffer }): Promise<Store> {
  const database = await openDatabase(options.databaseUrl, options.log, options.image);
  try {
    await database.unhurried(async (executor) => {
      await reach(executor);
      await migrate(executor);
      // What is deleted is overwritten: it may be a name that is not to be found any more.
      if (executor.dialect.name === 'sqlite') await sql`pragma secure_delete = on`.execute(executor.db);
    });
  } catch (error) {
    await database.close();
    throw error;
  }

  async function pruneDeliveries(before: Instant): Promise<void> {
    await pruneOutbox(database, before);
    await pruneCertificates(database, whole(before));
  }

  /** The log of what was written holds what stood there before. */
  async function wiped(): Promise<void> {
    if (database.dialect.name === 'sqlite') await sql`pragma wal_checkpoint(TRUNCATE)`.execute(database.db);
  }

  async function voidLeases(): Promise<void> {
    if (database.dialect.name === 'postgres') return;
    await atomically(database, async (inner) => {
      for (const table of ['targets', 'inbound', 'marks'] as const)
        await inner.db
          .updateTable(table)
          .set({ lease_id: null, lease_until: null })
          .where('lease_id', 'is not', null)
          .execute();
      await voidOutboxLeases(inner);
    });
  }

  return {
    ...createOperations(database),
    ...createTargets(database).claims,
    ...createObservations(database),
    ...createOutbox(database).claims,
    ...createMarks(database).claims,
    transaction: (work, options) => atomically(database, (inner) => work(createOperations(inner)), options),
    kept: () => database.dialect.kept(),
    wiped,
    pruneDeliveries,
    pruneKept: (now) => atomically(database, (inner) => pruneKept(inner, now)),
    voidLeases,
    statistics: () => statistics(database),
    async beat(now) {
      await setValue(database, 'beat', String(now));
      // Looks at the file anew: the other only repeats what the last look found.
      await database.inPlace();
      await database.dialect.kept();
    },
    close: () => database.close(),
  };
}

async function ping({ db }: Executor): Promise<void> {
  await sql`select 1`.execute(db);
}

async function reach(executor: Executor): Promise<void> {
  try {
    await ping(executor);
  } catch (cause) {
    if (cause instanceof StoreError && failsByTls(cause))
      throw new Error(
        `The database cannot be reached: ${(cause.cause as Error).message}; check sslmode and sslrootcert in DATABASE_URL, and NODE_EXTRA_CA_CERTS in the environment.`,
        { cause },
      );
    if (cause instanceof StoreError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(
      `The database cannot be reached: ${message || code}; check DATABASE_URL: user, password, database and the files that it names.`,
      { cause },
    );
  }
}

function createOperations(executor: Executor): StoreOperations {
  return {
    ...createConversations(executor),
    ...createInbound(executor),
    ...createTargets(executor).operations,
    ...createWatches(executor),
    ...createCertificates(executor),
    ...createReminders(executor),
    ...createMarks(executor).operations,
    ...createIncidents(executor),
    ...createRemovedWatches(executor),
    ...createOutbox(executor).operations,
    ...createFeeds(executor),
    ...createInstallations(executor),
    ...createPeople(executor),
    ...createForgetting(executor),
    ...createOverview(executor),
    ...createValues(executor),
    ...createAudit(executor),
    ...createHistory(executor),
  };
}

/**
 * Conversations that are not gone with their watches, all targets, and the deliveries that will go out: not those of
 * gone conversations.
 */
async function statistics({ db }: Executor): Promise<Awaited<ReturnType<Store['statistics']>>> {
  const { rows } = await sql<
    Record<'conversations' | 'watches' | 'targets' | 'pending', number> & { oldest: number | null }
  >`
    select
      (select count(*) from conversations where gone_at is null) as conversations,
      (select count(*) from watches w join conversations c on c.id = w.conversation_id where c.gone_at is null) as watches,
      (select count(*) from targets) as targets,
      count(*) as pending, min(o.pending_since) as oldest
    from outbox o where o.state = 'pending' and (o.kind = 'reminder'
      or exists (select 1 from conversations c where c.id = o.lane and c.gone_at is null))`.execute(db);
  const row = rows[0];
  if (!row) throw new Error('The database gave no statistics.');
  return {
    conversations: row.conversations,
    watches: row.watches,
    targets: row.targets,
    pendingDeliveries: row.pending,
    oldestPendingAt: row.oldest,
  };
}
