import { sql, type RawBuilder } from 'kysely';
import { type Instant, SKEW } from '../core/time.ts';
import { boundObservation } from '../core/certificates/bounds.ts';
import type { Observation } from '../core/certificates/certificate.ts';
import type { StoredAnchor } from '../core/model/anchors.ts';
import type { ConversationSettings } from '../core/model/conversation.ts';
import type { DueTarget, TargetRow } from '../core/model/watch.ts';
import { bound } from './bound.ts';
import { atomically, fromJson, leaseOver, whole, type Executor } from './dialect.ts';
import { stateFromJson } from './target-state.ts';

interface JoinedTarget {
  id: number;
  uri: string;
  due_at: number | null;
  state: string | null;
  observation: string | null;
}

function toDueTarget(row: Omit<JoinedTarget, 'observation'>): DueTarget {
  return {
    id: row.id,
    uri: row.uri,
    dueAt: row.due_at,
    state: row.state === null ? null : stateFromJson(row.state),
  };
}

function toTarget(row: JoinedTarget): TargetRow {
  return {
    ...toDueTarget(row),
    observation: row.observation === null ? null : boundObservation(fromJson<Observation>(row.observation)),
  };
}

/**
 * Takes the row locks of these targets, in the order of their ids, until the transaction ends; returns the fence of
 * each that exists. Whoever decides that a target is not watched any more takes them first with `update`, and decides
 * in a later statement: adding a watch conflicts with that lock (foreign key), so that statement sees every watch there
 * is. `no key update` is enough to write, and lets watches be added.
 */
export async function lockTargets(
  { db, dialect }: Executor,
  ids: number[],
  strength: 'update' | 'no key update' = 'update',
): Promise<Map<number, string | null>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: number; lease_id: string | null }>`
    select id, lease_id from targets where ${dialect.within('id', 'bigint', ids)} order by id
    ${dialect.lock(strength)}`.execute(db);
  return new Map(rows.map((row) => [row.id, row.lease_id]));
}

/** Those of the (locked) targets that a conversation watches which is not gone. */
export async function watchedAlive({ db, dialect }: Executor, ids: number[]): Promise<Set<number>> {
  const rows = await db
    .selectFrom('watches')
    .innerJoin('conversations', 'conversations.id', 'watches.conversation_id')
    .select('watches.target_id')
    .distinct()
    .where(dialect.within('watches.target_id', 'bigint', ids))
    .where('conversations.gone_at', 'is', null)
    .execute();
  return new Set(rows.map((row) => row.target_id));
}

/** Those of the (locked) targets that no live conversation watches are no longer due. */
export async function restTargets(executor: Executor, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  const watched = await watchedAlive(executor, ids);
  await executor.db
    .updateTable('targets')
    .set({ due_at: null })
    .where(
      executor.dialect.within(
        'id',
        'bigint',
        ids.filter((id) => !watched.has(id)),
      ),
    )
    .execute();
}

/** Deletes those of the (locked) targets that nobody watches at all, with state and sightings. */
export async function dropUnwatched({ db, dialect }: Executor, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from targets where ${dialect.within('id', 'bigint', ids)}
    and not exists (select 1 from watches w where w.target_id = targets.id)`.execute(db);
}

function withState({ db }: Executor) {
  return db
    .selectFrom('targets')
    .leftJoin('target_states', 'target_states.target_id', 'targets.id')
    .select(['targets.id', 'targets.uri', 'targets.due_at', 'target_states.state']);
}

function joined(executor: Executor) {
  return withState(executor).select('target_states.observation');
}

/** See `StoreOperations`. */
export async function ensureTarget(executor: Executor, uri: string): Promise<TargetRow> {
  for (let attempt = 0; attempt < 3; attempt++) {
    await executor.db
      .insertInto('targets')
      .values({ uri, due_at: null, lease_id: null, lease_until: null })
      .onConflict((conflict) => conflict.column('uri').doNothing())
      .execute();
    // Until this transaction ends, nobody deletes the target as unwatched.
    await sql`select id from targets where uri = ${uri} ${executor.dialect.lock('key share')}`.execute(executor.db);
    const target = await findTarget(executor, uri);
    if (target) return target;
  }
  throw new Error('A target vanished each time it was made.');
}

async function findTarget(executor: Executor, uri: string): Promise<TargetRow | null> {
  const row = await joined(executor).where('targets.uri', '=', uri).executeTakeFirst();
  return row ? toTarget(row) : null;
}

/** Of one target; more do not help: they would be those of very many conversations. */
const MOST_ANCHORS = 100;

/** A damaged row is told of where its conversation is read; the looks of all others go on. */
function anchorsIn(settings: string): StoredAnchor[] {
  try {
    const { anchors } = fromJson<ConversationSettings>(settings);
    return Array.isArray(anchors) ? anchors.filter((anchor) => typeof anchor?.pem === 'string') : [];
  } catch {
    return [];
  }
}

async function listWatchersAnchors({ db, dialect }: Executor, uris: string[]): Promise<Map<string, StoredAnchor[]>> {
  const found = new Map<string, StoredAnchor[]>();
  if (uris.length === 0) return found;
  const rows = await db
    .selectFrom('targets')
    .innerJoin('watches', 'watches.target_id', 'targets.id')
    .innerJoin('conversations', 'conversations.id', 'watches.conversation_id')
    .select(['targets.uri', 'conversations.settings'])
    .where(dialect.within('targets.uri', 'text', uris))
    .where('conversations.gone_at', 'is', null)
    .where('conversations.settings', 'like', '%"anchors"%')
    .execute();
  for (const { uri, settings } of rows) {
    const known = found.get(uri) ?? [];
    found.set(uri, [...known, ...anchorsIn(settings!)].slice(0, MOST_ANCHORS));
  }
  return found;
}

/** See `StoreOperations`. */
export async function getTargets(executor: Executor, ids: number[]): Promise<TargetRow[]> {
  if (ids.length === 0) return [];
  const rows = await joined(executor)
    .where(executor.dialect.within('targets.id', 'bigint', ids))
    .orderBy('targets.id')
    .execute();
  return rows.map(toTarget);
}

/** See `StoreOperations`. */
export async function setTargetDue(executor: Executor, ids: number[], dueAt: Instant): Promise<void> {
  if (ids.length === 0) return;
  await atomically(executor, async (inner) => {
    await lockTargets(inner, ids, 'no key update');
    await inner.db
      .updateTable('targets')
      .set({ due_at: whole(dueAt) })
      .where(inner.dialect.within('id', 'bigint', ids))
      .execute();
  });
}

async function claimTargets(
  executor: Executor,
  now: Instant,
  limit: number,
  leaseId: string,
  leaseMs: number,
  longestWait = Infinity,
): Promise<DueTarget[]> {
  /** One range of the index each: a condition on both would read all that lies between. */
  const within = (range: RawBuilder<unknown>): RawBuilder<unknown> => sql`(
      select id, due_at from targets
      where due_at is not null and ${range} and ${leaseOver(executor.dialect, 'lease_until', leaseMs)}
      order by due_at limit ${limit} ${executor.dialect.lock('update skip locked')})`;
  // What is due later than it can have been put was put by a clock that has been set back since.
  const future = Number.isFinite(longestWait) ? whole(now + longestWait) + SKEW : Number.MAX_SAFE_INTEGER;
  const { rows } = await sql<{ id: number }>`
    with picked as materialized (
      select id from (select * from ${within(sql`due_at <= ${whole(now)}`)} as due
        union all select * from ${within(sql`due_at > ${future}`)} as future) as candidates
      order by due_at limit ${limit}
    )
    update targets set lease_id = ${leaseId}, lease_until = ${executor.dialect.clock} + ${whole(leaseMs)}
    where id in (select id from picked) returning id`.execute(executor.db);
  if (rows.length === 0) return [];
  const claimed = await withState(executor)
    .where(
      executor.dialect.within(
        'targets.id',
        'bigint',
        rows.map(({ id }) => id),
      ),
    )
    .orderBy('targets.due_at')
    .orderBy('targets.id')
    .execute();
  return claimed.map(toDueTarget);
}

async function releaseTargets(executor: Executor, claims: { targetId: number; leaseId: string }[]): Promise<void> {
  await atomically(executor, async (inner) => {
    const fences = await lockTargets(
      inner,
      claims.map(({ targetId }) => targetId),
      'no key update',
    );
    const held = claims.flatMap(({ targetId, leaseId }) => (fences.get(targetId) === leaseId ? [targetId] : []));
    if (held.length === 0) return;
    await inner.db
      .updateTable('targets')
      .set({ lease_id: null, lease_until: null })
      .where(inner.dialect.within('id', 'bigint', held))
      .execute();
  });
}

/** The targets of the store; see `StoreOperations` and, for claims, `Store`. */
export function createTargets(executor: Executor) {
  return {
    operations: bound(executor, { ensureTarget, findTarget, listWatchersAnchors, getTargets, setTargetDue }),
    claims: bound(executor, { claimTargets, releaseTargets }),
  };
}
