import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { backoff } from '../core/backoff.ts';
import type { Kysely, RawBuilder, SqlBool, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

export type ColumnType = 'bigint' | 'text';
type Cell = number | string | null;
/**
 * PostgreSQL 13.3.2: only `update` conflicts with `key share`, which is what a foreign key takes on the row it refers
 * to.
 */
export type LockStrength = 'update' | 'no key update' | 'key share' | 'update skip locked';

/** What differs between the two databases. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** The database's clock, whole milliseconds since 1970. */
  readonly clock: RawBuilder<number>;
  /** `for …`, the row lock clause; empty on SQLite, where a transaction has the database to itself. */
  lock(strength: LockStrength): RawBuilder<unknown>;
  /**
   * A derived table of these rows, with the named columns and `n`, their position. One statement text whatever the
   * number of rows: the database parses it once, and no limit on parameters applies.
   */
  relation(columns: Record<string, ColumnType>, rows: readonly (readonly Cell[])[]): RawBuilder<unknown>;
  /** `column in (values)`, with the same properties. */
  within(column: string, type: ColumnType, values: readonly Cell[]): RawBuilder<SqlBool>;
  /**
   * Waits until no other transaction of any replica is in the section of that name; left at the end of the transaction.
   */
  enter(trx: Kysely<Schema>, section: string): Promise<void>;
  /** Resolves when everything that is committed by now survives a power failure. */
  kept(): Promise<void>;
}

/** What every room of the store works with: the database, or a transaction on it. */
export interface Executor {
  db: Kysely<Schema>;
  dialect: Dialect;
}

/** Rounds an instant or length for a 64-bit integer column; null stays. */
export function whole<T extends number | null>(value: T): T {
  return (value === null ? null : Math.round(value)) as T;
}

/** PostgreSQL text cannot hold U+0000, which people and certificates can send: it becomes U+FFFD. */
export function plain<T extends string | null>(text: T): T {
  return (text === null ? null : text.replaceAll('\0', '\uFFFD')) as T;
}

/** JSON for a text column; undefined becomes null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}

/** Reads what `toJson` wrote. The shape is trusted: only this store writes these columns. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}

function cell(type: ColumnType | undefined, value: Cell | undefined): Cell {
  if (value === undefined || value === null) return null;
  return type === 'bigint' ? whole(Number(value)) : plain(String(value));
}

/** SQLite 3.54: rows travel as one JSON array (json_each, https://sqlite.org/json1.html). */
export const sqlite: Dialect = {
  name: 'sqlite',
  clock: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  lock: () => sql``,
  relation(columns, rows) {
    const entries = Object.entries(columns);
    const data = rows.map((row) => entries.map(([, type], index) => cell(type, row[index])));
    const list = entries.map(
      ([name], index) => sql`json_extract(value, ${sql.lit(`$[${index}]`)}) as ${sql.ref(name)}`,
    );
    return sql`(select key as n, ${sql.join(list)} from json_each(${JSON.stringify(data)}))`;
  },
  within(column, type, values) {
    const data = JSON.stringify(values.map((value) => cell(type, value)));
    return sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${data}))`;
  },
  async enter() {},
  async kept() {},
};

/** PostgreSQL: rows travel as one array per column. */
export const postgres: Dialect = {
  name: 'postgres',
  clock: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
  lock: (strength) => sql`for ${sql.raw(strength)}`,
  relation(columns, rows) {
    const entries = Object.entries(columns);
    const arrays = entries.map(([, type], index) => {
      return sql`${rows.map((row) => cell(type, row[index]))}::${sql.raw(type)}[]`;
    });
    const names = [...entries.map(([name]) => sql.ref(name)), sql.ref('n')];
    return sql`(select * from unnest(${sql.join(arrays)}) with ordinality as r(${sql.join(names)}))`;
  },
  within(column, type, values) {
    return sql<SqlBool>`${sql.ref(column)} = any(${values.map((value) => cell(type, value))}::${sql.raw(type)}[])`;
  },
  async enter(trx, section) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${section}, 20200203))`.execute(trx);
  },
  async kept() {},
};

/**
 * Processes may have different leases, such as those of a bulk command and of a look; none is longer than this, or than
 * what is claimed now. Milliseconds.
 */
const LONGEST_LEASE = 60_000;

/**
 * Whether the lease in this column runs, by the database's clock. One that ends later than any could was given before
 * that clock was set back: it is over.
 */
export function leaseRuns({ clock }: Dialect, column: string, leaseMs: number): RawBuilder<SqlBool> {
  const [until, longest] = [sql.ref(column), Math.max(whole(leaseMs), LONGEST_LEASE)];
  return sql<SqlBool>`(${until} > ${clock} and ${until} <= ${clock} + ${sql.lit(longest)})`;
}

/** The opposite; also where there is no lease. */
export function leaseOver(dialect: Dialect, column: string, leaseMs: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref(column)} is null or not ${leaseRuns(dialect, column, leaseMs)})`;
}

const DEADLOCK_DETECTED = '40P01';

/** Whether PostgreSQL ended the transaction to resolve a deadlock: nothing of it happened, and it may be run again. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DEADLOCK_DETECTED;
}

const UNDEFINED_TABLE = '42P01';

/** Whether PostgreSQL was asked about a table that is not there, or not any more. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE;
}

/**
 * Runs `work` in the executor's transaction, or in one of its own when it has none. In one of its own it is run again
 * (three times in all) when PostgreSQL picked it as the victim of a deadlock, so `work` must do nothing but statements.
 * Resolves when a power failure cannot undo it any more, unless nobody `waits` for that.
 */
export async function atomically<T>(
  executor: Executor,
  work: (executor: Executor) => Promise<T>,
  { waits = true } = {},
): Promise<T> {
  if (executor.db.isTransaction) return work(executor);
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await begin(executor, work);
      if (waits) await executor.dialect.kept();
      return result;
    } catch (error) {
      if (attempt >= 3 || !isDeadlock(error)) throw error;
    }
    // Whoever was waited for comes first, or both would meet again.
    await sleep(backoff(attempt, { first: 50, longest: 200, random: Math.random() }));
  }
}

/** Runs `work` in one READ COMMITTED transaction (on SQLite: alone); rolls back when it throws. */
async function begin<T>({ db, dialect }: Executor, work: (executor: Executor) => Promise<T>): Promise<T> {
  let first: { error: unknown } | null = null;
  async function run(trx: Transaction<Schema>): Promise<T> {
    try {
      return await work({ db: trx, dialect });
    } catch (error) {
      first = { error };
      throw error;
    }
  }
  const transaction = db.transaction();
  try {
    return await (dialect.name === 'sqlite' ? transaction : transaction.setIsolationLevel('read committed')).execute(
      run,
    );
  } catch (error) {
    // Where the connection broke, rolling back fails as well, and kysely throws that instead of the reason.
    throw first ? (first as { error: unknown }).error : error;
  }
}

export interface Database extends Executor {
  /** Runs `work`, whose statements may take as long as they need (changes of the schema). */
  unhurried<T>(work: (executor: Executor) => Promise<T>): Promise<T>;
  /** Rejects with StoreError when what is written will not be there with the next start, although writing works. */
  inPlace(): Promise<void>;
  close(): Promise<void>;
}
