import { sql } from 'kysely';
import type { Card } from '../core/card.ts';
import { type Instant, SKEW } from '../core/time.ts';
import type { Delivery, DeliveryStatus, OutgoingMessage, Waiting } from '../core/model/delivery.ts';
import { bound } from './bound.ts';
import { atomically, fromJson, leaseOver, leaseRuns, plain, toJson, whole, type Executor } from './dialect.ts';
import { withoutFeedLinks } from './feed-links.ts';
import type { OutboxRow } from './schema.ts';

/** Deliveries of one mailbox at a time: Outlook takes four, and others use the mailbox too. */
const REMINDERS_PER_MAILBOX = 2;
/** A message whose next try is further away than this does not hold up later ones of its conversation, milliseconds. */
const WAITED_FOR = 60_000;
const ERROR_LENGTH = 1000;
/** How long a message matters of which nobody says anything else, milliseconds. */
const MATTERS = 7 * 86_400_000;

function toDelivery(row: OutboxRow): Delivery {
  return {
    id: row.id,
    kind: row.kind,
    conversationId: row.kind === 'message' ? row.lane : null,
    thread: fromJson(row.thread),
    card: row.card === null ? null : fromJson<Card>(row.card),
    activityId: row.activity_id,
    version: row.version,
    attempts: row.attempts - 1,
    ambiguous: row.ambiguous,
    leaseId: row.lease_id ?? '',
    createdAt: row.created_at,
    pendingSince: row.pending_since,
    until: row.until,
    asker: row.asker,
  };
}

/** A row to put: what it is, and in which lane it waits. */
export interface OutboxEntry {
  id: string;
  kind: 'message' | 'reminder';
  lane: string;
  thread: unknown;
  card: Card | null;
  /** From when on it need not be sent; null = always. */
  until: Instant | null;
  asker: string | null;
}

/**
 * Inserts rows in this order, or replaces the desired state of those that exist; they are pending and due at `now`. A
 * lease goes on.
 */
export async function putOutbox({ db, dialect }: Executor, entries: OutboxEntry[], now: Instant): Promise<void> {
  const last = new Map(entries.map((entry) => [entry.id, entry]));
  if (last.size === 0) return;
  const rows = dialect.relation(
    {
      id: 'text',
      kind: 'text',
      lane: 'text',
      thread: 'text',
      card: 'text',
      now: 'bigint',
      until: 'bigint',
      asker: 'text',
    },
    [...last.values()].map((entry) => {
      const card = entry.card === null ? null : toJson(entry.card);
      return [entry.id, entry.kind, entry.lane, toJson(entry.thread), card, now, entry.until, plain(entry.asker)];
    }),
  );
  await sql`insert into outbox (id, kind, lane, thread, card, version, state, due_at, attempts, ambiguous,
      created_at, updated_at, pending_since, until, asker)
    select v.id, v.kind, v.lane, v.thread, v.card, 1, 'pending', v.now, 0, 0, v.now, v.now, v.now, v.until, v.asker
    from ${rows} v where true order by v.n
    on conflict (id) do update set card = excluded.card, lane = excluded.lane, version = outbox.version + 1,
      pending_since = case when outbox.state = 'pending' then outbox.pending_since else excluded.pending_since end,
      due_at = case when outbox.activity_id is null and outbox.ambiguous > 0
        then coalesce(outbox.due_at, excluded.due_at) else excluded.due_at end,
      state = 'pending', attempts = 0, last_error = null, until = excluded.until,
      asker = excluded.asker, waits_for = null,
      updated_at = excluded.updated_at`.execute(db);
}

interface Candidate {
  seq: number;
  lane: string;
  due_at: number;
}

/**
 * When a claimed row is due if nothing more is heard of this claim: a message that may have been sent before keeps the
 * pause that it would have if this try came to nothing as well, so that who takes over does not send one more copy as
 * soon as the lease is over.
 */
function dueAfterLoss(now: Instant, pauses: number[]) {
  const last = pauses.at(-1);
  if (last === undefined) return sql`due_at`;
  const tries = sql`ambiguous + case when lease_id is not null then 1 else 0 end`;
  const cases = pauses.map((ms, index) => sql`when ${sql.lit(index)} then cast(${now + ms} as bigint)`);
  return sql`case when kind <> 'message' or activity_id is not null or ${tries} = 0 then due_at
    else case ${tries} ${sql.join(cases, sql` `)} else cast(${now + last} as bigint) end end`;
}

/** See `StoreOperations`. */
export async function putMessages(executor: Executor, messages: OutgoingMessage[], now: Instant): Promise<void> {
  const entries = messages.map(({ id, conversationId, thread, card, until, asker }): OutboxEntry => {
    const rest = { until: until ?? now + MATTERS, asker: asker ?? null };
    return { id, kind: 'message', lane: conversationId, thread, card, ...rest };
  });
  await putOutbox(executor, entries, now);
}

async function findMessage(
  { db }: Executor,
  id: string,
): Promise<Pick<OutgoingMessage, 'conversationId' | 'thread'> | null> {
  const row = await db
    .selectFrom('outbox')
    .select(['lane', 'thread'])
    .where('id', '=', id)
    .where('kind', '=', 'message')
    .executeTakeFirst();
  return row ? { conversationId: row.lane, thread: fromJson(row.thread) } : null;
}

async function deliveryStatuses({ db, dialect }: Executor, ids: string[]): Promise<DeliveryStatus[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('outbox')
    .select(['id', 'state', 'attempts', 'due_at', 'last_error'])
    .where(dialect.within('id', 'text', ids))
    .execute();
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    attempts: row.attempts,
    dueAt: row.due_at,
    lastError: row.last_error,
  }));
}

async function claimDeliveries(
  executor: Executor,
  now: Instant,
  limit: number,
  leaseId: string,
  leaseMs: number,
  pauses: number[] = [],
): Promise<Delivery[]> {
  return atomically(
    executor,
    async (inner) => {
      // One claim at a time, over all replicas: the order in a conversation and the count in a mailbox are decided
      // from other rows' leases.
      await inner.dialect.enter(inner.db, 'outbox');
      const candidates = [
        ...(await messageCandidates(inner, whole(now), { limit, leaseMs })),
        ...(await reminderCandidates(inner, whole(now), { limit, leaseMs })),
      ];
      const chosen = candidates.toSorted((a, b) => a.due_at - b.due_at || a.seq - b.seq).slice(0, limit);
      if (chosen.length === 0) return [];
      const seqs = chosen.map((candidate) => candidate.seq);
      const { rows } = await sql<OutboxRow>`
      with picked as materialized (
        select seq from outbox where ${inner.dialect.within('seq', 'bigint', seqs)} and state = 'pending'
        and ${leaseOver(inner.dialect, 'lease_until', leaseMs)} ${inner.dialect.lock('update skip locked')}
      )
      update outbox set attempts = attempts + 1, updated_at = ${whole(now)}, due_at = ${dueAfterLoss(whole(now), pauses)},
        ambiguous = ambiguous + case when lease_id is not null and kind = 'message' then 1 else 0 end,
        lease_id = ${leaseId}, lease_until = ${inner.dialect.clock} + ${whole(leaseMs)}
      where seq in (select seq from picked) returning *`.execute(inner.db);
      const place = new Map(seqs.map((seq, index) => [seq, index]));
      return rows.toSorted((a, b) => (place.get(a.seq) ?? 0) - (place.get(b.seq) ?? 0)).map(toDelivery);
    },
    { waits: false },
  );
}

/** What is kept of a message that is over. */
function settledCard({ card }: Delivery): string | null {
  return card === null ? null : withoutFeedLinks(toJson(card));
}

async function completeDelivery(
  { db }: Executor,
  delivery: Delivery,
  result: { activityId: string | null },
): Promise<{ activityId: string | null } | null> {
  // Whoever told of another message meanwhile was first; ours may say something newer, so that theirs is to be
  // replaced.
  const isOurs = sql`activity_id is not distinct from ${plain(delivery.activityId)}`;
  const isDone = sql`version = ${delivery.version} and ${isOurs}`;
  const { rows } = await sql<{ activity_id: string | null }>`update outbox set
      activity_id = case when ${isOurs} then coalesce(${plain(result.activityId)}, activity_id) else activity_id end,
      lease_id = null, lease_until = null,
      due_at = case when ${isDone} then null else updated_at end,
      last_error = case when ${isDone} then null else last_error end,
      card = case when ${isDone} then ${settledCard(delivery)} else card end,
      state = case when ${isDone} then 'done' else 'pending' end
    where id = ${delivery.id} and lease_id = ${delivery.leaseId} returning activity_id`.execute(db);
  return rows[0] ? { activityId: rows[0].activity_id } : null;
}

async function noteActivity({ db }: Executor, id: string, activityId: string, now: Instant): Promise<string | null> {
  const { rows } = await sql<{ activity_id: string | null }>`update outbox set
      due_at = case when state = 'pending' and activity_id is null then cast(${whole(now)} as bigint) else due_at end,
      activity_id = coalesce(activity_id, ${plain(activityId)})
    where id = ${id} returning activity_id`.execute(db);
  return rows[0]?.activity_id ?? null;
}

async function failDelivery(
  { db }: Executor,
  delivery: Delivery,
  failure: { error: string; retryAt: Instant | null; ambiguous: boolean; waitsFor?: Waiting | null },
): Promise<boolean> {
  // Giving up concerns the version that was tried: a newer one stays pending, due since it was put.
  const { rows } = await sql`update outbox set
      lease_id = null, lease_until = null, ambiguous = ambiguous + ${failure.ambiguous ? 1 : 0},
      last_error = ${plain(failure.error.slice(0, ERROR_LENGTH))}, waits_for = ${failure.waitsFor ?? null},
      due_at = case when cast(${whole(failure.retryAt)} as bigint) is not null then cast(${whole(failure.retryAt)} as bigint)
        when version = ${delivery.version} then null else updated_at end,
      card = case when cast(${whole(failure.retryAt)} as bigint) is null and version = ${delivery.version}
        then ${settledCard(delivery)} else card end,
      state = case when cast(${whole(failure.retryAt)} as bigint) is null and version = ${delivery.version}
        then 'failed' else 'pending' end
    where id = ${delivery.id} and lease_id = ${delivery.leaseId} returning seq`.execute(db);
  return rows.length === 1;
}

async function cardsAfter({ db }: Executor, { id }: Pick<Delivery, 'id'>): Promise<Card[]> {
  const { rows } = await sql<{ card: string }>`select o.card from outbox o join outbox first on first.id = ${id}
    where o.lane = first.lane and o.seq > first.seq and o.kind = 'message' and o.state <> 'failed' and o.card is not null
    order by o.seq`.execute(db);
  return rows.map(({ card }) => fromJson<Card>(card));
}

/** Deletes messages that were done with, or given up, before `before`. */
export async function pruneOutbox({ db }: Executor, before: Instant): Promise<void> {
  await sql`delete from outbox where state in ('done', 'failed') and kind = 'message' and updated_at < ${whole(before)}`.execute(
    db,
  );
  // Put while their conversation was being deleted: nobody will ever claim them.
  await sql`delete from outbox where state = 'pending' and kind = 'message' and updated_at < ${whole(before)}
    and not exists (select 1 from conversations c where c.id = outbox.lane)`.execute(db);
}

/** Whoever held a lease is gone; what it was sending may have arrived. */
export async function voidOutboxLeases({ db }: Executor): Promise<void> {
  await sql`update outbox set lease_id = null, lease_until = null,
    ambiguous = ambiguous + case when kind = 'message' then 1 else 0 end where lease_id is not null`.execute(db);
}

/** See `StoreOperations`. */
export async function releaseMessages(
  { db }: Executor,
  { channel, conversationId }: { channel: string; conversationId?: string },
  waiting: Waiting,
  now: Instant,
): Promise<void> {
  // Ids of conversations begin with their channel.
  const lanes = conversationId === undefined ? sql`lane like ${`${channel}:%`}` : sql`lane = ${conversationId}`;
  await sql`update outbox set due_at = ${whole(now)}, waits_for = null
    where ${lanes} and kind = 'message' and state = 'pending' and waits_for = ${waiting}`.execute(db);
}

/** The effects on their way out; see `StoreOperations` and, for claims, `Store`. */
export function createOutbox(executor: Executor) {
  return {
    operations: bound(executor, { putMessages, findMessage, deliveryStatuses, releaseMessages }),
    claims: bound(executor, { claimDeliveries, completeDelivery, noteActivity, failDelivery, cardsAfter }),
  };
}

/**
 * The lanes in which rows of this kind are pending, found by hopping through the index from lane to lane: what a claim
 * costs depends on the number of lanes, not on how many rows wait in each.
 */
function lanesOf(kind: 'message' | 'reminder') {
  return sql`lanes(lane) as (
    select min(o.lane) from outbox o where o.state = 'pending' and o.kind = ${sql.lit(kind)}
    union all
    select (select min(o.lane) from outbox o where o.state = 'pending' and o.kind = ${sql.lit(kind)} and o.lane > lanes.lane)
    from lanes where lanes.lane is not null
  )`;
}

/** Due, or last touched by a clock that has been set back since: when it would be due by now nobody knows. */
function isDue(row: 'o' | 'p', now: Instant) {
  return sql`(${sql.ref(`${row}.due_at`)} <= ${now} or ${sql.ref(`${row}.updated_at`)} > ${now + SKEW})`;
}

/**
 * Of each living conversation its oldest pending message, if that is due and nothing of the conversation is on its way;
 * one that somebody waits for goes before the others, and one whose next try is a while away does not hold up those
 * behind it. The conditions are written as a set made once and as look-ups per lane: as joins, PostgreSQL runs them in
 * nested loops while it has no statistics.
 */
async function messageCandidates(
  { db, dialect }: Executor,
  now: Instant,
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`with recursive ${lanesOf('message')}
    select o.seq, o.lane, o.due_at from lanes
    join outbox o on o.seq = (select p.seq from outbox p where p.state = 'pending' and p.kind = 'message' and p.lane = lanes.lane
      and (p.due_at <= ${now + WAITED_FOR} or ${isDue('p', now)})
      order by case when p.asker is null then 1 else 0 end, p.seq limit 1)
    where ${isDue('o', now)} and lanes.lane not in (select l.lane from outbox l
      where l.lease_id is not null and l.kind = 'message' and ${leaseRuns(dialect, 'l.lease_until', leaseMs)})
    and (select c.id from conversations c where c.id = lanes.lane and c.gone_at is null) is not null
    order by o.due_at, o.seq limit ${limit}`.execute(db);
  return rows;
}

/** Of each mailbox its earliest due reminders, as many as may be on their way beside those that are. */
async function reminderCandidates(
  { db, dialect }: Executor,
  now: Instant,
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Promise<Candidate[]> {
  // Lanes that lose a candidate below hold two, so twice the limit leaves enough.
  const { rows } = await sql<Candidate>`with recursive ${lanesOf('reminder')}
    select o.seq, o.lane, o.due_at from lanes
    join outbox o on o.seq in (select p.seq from outbox p where p.state = 'pending' and p.kind = 'reminder' and p.lane = lanes.lane
      and ${isDue('p', now)} and ${leaseOver(dialect, 'p.lease_until', leaseMs)}
      order by p.due_at, p.seq limit ${sql.lit(REMINDERS_PER_MAILBOX)})
    where (select count(*) from outbox l where l.lease_id is not null and l.kind = 'reminder' and l.lane = lanes.lane
      and ${leaseRuns(dialect, 'l.lease_until', leaseMs)}) < ${sql.lit(REMINDERS_PER_MAILBOX)}
    order by o.due_at, o.seq limit ${2 * limit}`.execute(db);
  if (rows.length === 0) return [];
  const leased = await sql<{ lane: string; leased: number }>`select lane, count(*) as leased from outbox
    where lease_id is not null and kind = 'reminder' and ${leaseRuns(dialect, 'lease_until', leaseMs)} group by lane`.execute(
    db,
  );
  const inFlight = new Map(leased.rows.map((row) => [row.lane, row.leased]));
  return rows.filter(({ lane }) => {
    const taken = inFlight.get(lane) ?? 0;
    inFlight.set(lane, taken + 1);
    return taken < REMINDERS_PER_MAILBOX;
  });
}
