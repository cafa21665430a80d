import { sql } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { OperatorFinding } from '../core/model/conversation.ts';
import { bound } from './bound.ts';
import { plain, whole, type Executor } from './dialect.ts';

async function openOperatorFinding({ db }: Executor, { key, openedAt }: OperatorFinding): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('operator_findings')
    .values({ key, opened_at: whole(openedAt) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function closeOperatorFinding({ db }: Executor, key: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('operator_findings').where('key', '=', key).executeTakeFirst();
  return numDeletedRows === 1n;
}

async function listOperatorFindings({ db }: Executor): Promise<OperatorFinding[]> {
  const rows = await db.selectFrom('operator_findings').selectAll().orderBy('opened_at').orderBy('key').execute();
  return rows.map((row) => ({ key: row.key, openedAt: row.opened_at }));
}

async function countWithin({ db }: Executor, key: string, within: number, now: Instant): Promise<number> {
  const at = whole(now);
  // A clock that has been set back begins anew.
  const isOver = sql`rates.since <= ${at - whole(within)} or rates.since > ${at}`;
  const { rows } = await sql<{ number: number }>`insert into rates (key, since, number) values (${key}, ${at}, 1)
    on conflict (key) do update set number = case when ${isOver} then 1 else rates.number + 1 end,
      since = case when ${isOver} then ${at} else rates.since end
    returning number`.execute(db);
  return rows[0]!.number;
}

async function pruneRates({ db }: Executor, before: Instant): Promise<void> {
  await db.deleteFrom('rates').where('since', '<', whole(before)).execute();
}

async function getValue({ db }: Executor, key: string): Promise<string | null> {
  const row = await db.selectFrom('bot_values').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? null;
}

/** See `StoreOperations`. */
export async function setValue({ db }: Executor, key: string, value: string | null): Promise<void> {
  if (value === null) {
    await db.deleteFrom('bot_values').where('key', '=', key).execute();
    return;
  }
  const values = { value: plain(value) };
  await db
    .insertInto('bot_values')
    .values({ key, ...values })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
    .execute();
}

async function ensureValue(executor: Executor, key: string, make: () => string): Promise<string> {
  const known = await getValue(executor, key);
  if (known !== null) return known;
  await executor.db
    .insertInto('bot_values')
    .values({ key, value: plain(make()) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const made = await getValue(executor, key);
  if (made === null) throw new Error('A value vanished while it was made.');
  return made;
}

/** What the bot knows of itself; see `StoreOperations`. */
export function createValues(executor: Executor) {
  return bound(executor, {
    openOperatorFinding,
    closeOperatorFinding,
    listOperatorFindings,
    countWithin,
    pruneRates,
    getValue,
    setValue,
    ensureValue,
  });
}
