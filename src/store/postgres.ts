import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import type { Client, ClientBase, Pool, PoolClient } from 'pg';
import type { Log } from '../core/ports/log.ts';
import { postgresError } from './away.ts';
import { type Database, postgres } from './dialect.ts';
import type { Schema } from './schema.ts';

const POOL_SIZE = 10;
const INT8 = 20;
/**
 * How long a statement, or making a connection, may take. After a failover without a reset nothing else tells that the
 * peer is gone. Milliseconds.
 */
const ANSWER_WITHIN = 8000;
/**
 * How much longer the server may take to end a statement by itself before the connection counts as dead. Milliseconds.
 */
const SERVER_FIRST = 500;

/** Runs statements of a client; one that the server leaves without an answer is broken, and `work` fails. */
async function inTime<T>(client: ClientBase, within: number | null, work: () => Promise<T>): Promise<T> {
  const deadline = within === null ? null : setTimeout(() => void (client as Client).end(), within + SERVER_FIRST);
  try {
    return await work();
  } catch (error) {
    throw postgresError(error);
  } finally {
    if (deadline) clearTimeout(deadline);
  }
}

/**
 * The pool as kysely uses it. The server ends what takes too long (statement_timeout); where not even that is heard of,
 * the connection is dead: it is destroyed, and the pool makes another. Errors that mean that the server is away come
 * out as StoreError.
 */
function bounded(pool: Pool, within: number | null): PostgresPool {
  const known = new WeakMap<PoolClient, PostgresPoolClient>();

  function boundedClient(client: PoolClient): PostgresPoolClient {
    const query = (text: string, values: unknown[]): Promise<unknown> =>
      inTime(client, within, () => client.query(text, values));
    // kysely asks for cursors only where it was given some.
    return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) };
  }

  return {
    async connect() {
      try {
        const client = await pool.connect();
        const wrapped = known.get(client) ?? boundedClient(client);
        known.set(client, wrapped);
        return wrapped;
      } catch (error) {
        throw postgresError(error);
      }
    },
    end: () => pool.end(),
    options: pool.options,
  };
}

/**
 * Throws a sentence where the address cannot be read, or a file that it names: each connection would fail by it, as if
 * the server were away.
 */
async function checkAddress(connectionString: string): Promise<void> {
  const { default: pg } = await import('pg');
  try {
    const { port } = new pg.Client({ connectionString });
    if (port >= 1 && port <= 65_535) return;
  } catch (cause) {
    const { syscall, message } = cause as NodeJS.ErrnoException;
    if (syscall !== undefined)
      throw new Error(`The database cannot be reached: ${message}; check the files that DATABASE_URL names.`, {
        cause,
      });
  }
  // Not the error itself: it may quote the password.
  throw new Error(
    'The database cannot be reached: DATABASE_URL cannot be read as an address. Write postgres://user:password@host:5432/database, with special characters percent-encoded (@ as %40, / as %2F, % as %25).',
  );
}

async function openPool(connectionString: string, log: Log, within: number | null): Promise<Kysely<Schema>> {
  const { default: pg } = await import('pg');
  const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
    // Every 64-bit integer here is an instant, a count or a row number: all exact as a double.
    if (oid === INT8 && format !== 'binary') return Number;
    return format === 'binary' ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid, 'text');
  };
  const pool: Pool = new pg.Pool({
    connectionString,
    max: POOL_SIZE,
    connectionTimeoutMillis: ANSWER_WITHIN,
    keepAlive: true,
    keepAliveInitialDelayMillis: ANSWER_WITHIN,
    application_name: 'certbot',
    types: { getTypeParser },
    // Not as options of the connection: poolers such as PgBouncer refuse those. The pool waits for it, which its types
    // do not tell.
    // oxlint-disable-next-line typescript/no-misused-promises
    onConnect: async (client) => {
      // A connection that breaks while a query or a transaction has it would end the process: whoever has it learns
      // from the next answer.
      client.on('error', (error) => log.debug({ error: error.message }, 'a database connection broke'));
      if (within === null) return;
      // A replica that stands still in a transaction must not hold its locks.
      const limits = `set statement_timeout = ${within}; set idle_in_transaction_session_timeout = ${within}`;
      await inTime(client, within, () => client.query(limits));
    },
  });
  // Without a listener a connection that breaks while idle would end the process; the pool replaces it.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection broke'));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: bounded(pool, within) }) });
}

/** A pool of connections to the server of a `postgres://` URL. Nothing is connected before the first statement. */
export async function openPostgres(connectionString: string, log: Log): Promise<Database> {
  await checkAddress(connectionString);
  const db = await openPool(connectionString, log, ANSWER_WITHIN);
  return {
    db,
    dialect: postgres,
    async unhurried(work) {
      const patient = await openPool(connectionString, log, null);
      try {
        return await work({ db: patient, dialect: postgres });
      } finally {
        await patient.destroy();
      }
    },
    inPlace: () => Promise.resolve(),
    close: () => db.destroy(),
  };
}
