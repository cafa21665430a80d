import { sql, type SqlBool } from 'kysely';
import { MINUTE, type Instant } from '../core/time.ts';
import { LONGEST_WAKE } from '../core/model/mark.ts';
import type { ClaimedMark, Mark, MarkQueue } from '../core/model/mark.ts';
import { bound } from './bound.ts';
import { atomically, leaseOver, whole, type Executor } from './dialect.ts';

/** No pause is longer: what is due later was put there before the clock was set back. */
const LONGEST_PAUSE: Record<MarkQueue, number> = { reminders: 10 * MINUTE, alerts: LONGEST_WAKE };

function isDue(queue: MarkQueue, now: Instant) {
  return sql<SqlBool>`(m.due_at <= ${whole(now)} or m.due_at > ${whole(now + LONGEST_PAUSE[queue] + MINUTE)})`;
}

interface MarkRow {
  key: string;
  version: number;
  whole_version: number;
  done: number;
}

/** See `StoreOperations`. */
export async function mark(
  executor: Executor,
  queue: MarkQueue,
  marks: Mark[],
  { now, isRoutine = false }: { now: Instant; isRoutine?: boolean },
): Promise<void> {
  if (marks.length === 0) return;
  // Whoever claims in between would find that there is something to do, but not what.
  await atomically(executor, (inner) => markInOne(inner, queue, marks, { now, isRoutine }));
}

async function markInOne(
  { db, dialect }: Executor,
  queue: MarkQueue,
  marks: Mark[],
  { now, isRoutine }: { now: Instant; isRoutine: boolean },
): Promise<void> {
  const wholes = new Map<string, number>();
  for (const { key, part } of marks) wholes.set(key, part === null ? 1 : (wholes.get(key) ?? 0));
  const rows = dialect.relation({ key: 'text', whole: 'bigint' }, [...wholes]);
  // In one order everywhere, so that two that mark the same do not wait for each other.
  await sql`insert into marks (queue, key, version, whole_version, done, routine, due_at)
    select ${queue}, v.key, 1, v.whole, 0, ${isRoutine ? sql.lit(1) : sql.lit(0)}, ${whole(now)} from ${rows} v where true order by v.key
    on conflict (queue, key) do update set version = marks.version + 1,
      whole_version = case when excluded.whole_version = 1 then marks.version + 1 else marks.whole_version end,
      due_at = case when marks.done < marks.version and marks.due_at < excluded.due_at then marks.due_at
        else excluded.due_at end,
      routine = case when marks.done < marks.version and marks.routine = 0 then 0 else excluded.routine end`.execute(
    db,
  );
  const parts = marks.filter(({ key, part }) => part !== null && wholes.get(key) === 0);
  if (parts.length === 0) return;
  const listed = dialect.relation(
    { key: 'text', part: 'text' },
    parts.map(({ key, part }) => [key, part]),
  );
  await sql`insert into mark_parts (queue, key, part, version)
    select distinct m.queue, m.key, v.part, m.version from ${listed} v
    join marks m on m.queue = ${queue} and m.key = v.key where true
    on conflict (queue, key, part) do update set version = excluded.version`.execute(db);
}

async function claimMark(
  executor: Executor,
  queue: MarkQueue,
  lease: { now: Instant; leaseId: string; leaseMs: number; key?: string },
): Promise<ClaimedMark | null> {
  const { now, leaseId, leaseMs, key } = lease;
  return atomically(
    executor,
    async ({ db, dialect }) => {
      // Due from now on: what is marked again and again, or ends whoever works on it, does not go before all others.
      const { rows } = await sql<MarkRow>`
        with picked as materialized (
          select m.key from marks m where m.queue = ${queue} and m.done < m.version
          and ${isDue(queue, now)} and ${leaseOver(dialect, 'm.lease_until', leaseMs)} ${key === undefined ? sql`` : sql`and m.key = ${key}`}
          order by m.routine, m.due_at limit 1 ${dialect.lock('update skip locked')}
        )
        update marks set lease_id = ${leaseId}, lease_until = ${dialect.clock} + ${whole(leaseMs)}, due_at = ${whole(now)}
        where queue = ${queue} and key in (select key from picked)
        returning key, version, whole_version, done`.execute(db);
      const [row] = rows;
      if (!row) return null;
      const claimed = { queue, key: row.key, version: row.version, leaseId };
      if (row.whole_version > row.done) return { ...claimed, parts: null };
      const parts = await db
        .selectFrom('mark_parts')
        .select('part')
        .where('queue', '=', queue)
        .where('key', '=', row.key)
        .orderBy('part')
        .execute();
      return { ...claimed, parts: parts.map(({ part }) => part) };
    },
    { waits: false },
  );
}

async function holdMark({ db, dialect }: Executor, claim: ClaimedMark, leaseMs: number): Promise<boolean> {
  const { rows } = await sql`update marks set lease_until = ${dialect.clock} + ${whole(leaseMs)}
    where queue = ${claim.queue} and key = ${claim.key} and lease_id = ${claim.leaseId} returning key`.execute(db);
  return rows.length === 1;
}

async function completeMark(
  executor: Executor,
  claim: ClaimedMark,
  retryAt: Instant | null = null,
  nextAt: Instant | null = null,
): Promise<void> {
  const { queue, key, version, leaseId } = claim;
  await atomically(
    executor,
    async ({ db }) => {
      // What was marked meanwhile is due as it is.
      const result =
        retryAt === null
          ? nextAt === null
            ? sql`done = ${version}`
            : sql`done = ${version}, due_at = case when version = ${version} then ${whole(nextAt)} else due_at end,
                version = case when version = ${version} then version + 1 else version end`
          : sql`due_at = case when version = ${version} then ${whole(retryAt)} else due_at end`;
      const { rows } = await sql`update marks set lease_id = null, lease_until = null, ${result}
        where queue = ${queue} and key = ${key} and lease_id = ${leaseId} returning key`.execute(db);
      if (rows.length === 0 || retryAt !== null) return;
      await db
        .deleteFrom('mark_parts')
        .where('queue', '=', queue)
        .where('key', '=', key)
        .where('version', '<=', version)
        .execute();
    },
    { waits: false },
  );
}

async function pendingMarks(
  { db, dialect }: Executor,
  queue: MarkQueue,
  keys: string[],
  now: Instant,
): Promise<{ key: string; version: number; done: number; isDue: boolean }[]> {
  if (keys.length === 0) return [];
  // What somebody works on by a clock that is ahead of this one is due as well.
  const { rows } = await sql<{ key: string; version: number; done: number; due: number }>`
    select m.key, m.version, m.done, case when m.lease_id is not null or ${isDue(queue, now)} then 1 else 0 end as due
    from marks m where m.queue = ${queue} and ${dialect.within('m.key', 'text', keys)} and m.done < m.version`.execute(
    db,
  );
  return rows.map(({ due, ...row }) => ({ ...row, isDue: due === 1 }));
}

/** See `StoreOperations`. */
export async function forgetMarks({ db, dialect }: Executor, queue: MarkQueue, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  // The first statement waits for whoever stores something of them just now.
  for (const table of ['marks', 'mark_parts'] as const)
    await db
      .deleteFrom(table)
      .where('queue', '=', queue)
      .where(dialect.within('key', 'text', keys))
      .execute();
}

async function pruneMarks({ db }: Executor): Promise<void> {
  await db.deleteFrom('marks').whereRef('done', '=', 'version').execute();
}

/** What has to be worked out anew; see `StoreOperations` and, for claims, `Store`. */
export function createMarks(executor: Executor) {
  return {
    operations: bound(executor, { mark, holdMark, pendingMarks, forgetMarks }),
    claims: bound(executor, { claimMark, completeMark, pruneMarks }),
  };
}
