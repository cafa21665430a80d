import { sql } from 'kysely';
import type { Incident, Taker, Told } from '../core/model/incident.ts';
import type { Card } from '../core/card.ts';
import type { StoredMessage } from '../core/model/delivery.ts';
import type { WatchFacts } from '../core/model/watch.ts';
import type { Instant } from '../core/time.ts';
import { bound } from './bound.ts';
import { fromJson, toJson, whole, type Executor } from './dialect.ts';
import type { IncidentRow } from './schema.ts';
import { stateFromJson } from './target-state.ts';
import { episodesOf } from './episodes.ts';
import { getPlaces } from './watches.ts';

function toIncident(row: IncidentRow): Incident {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    cause: row.cause,
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    how: row.how,
    told: fromJson<Told>(row.told),
    message: row.message,
    first: row.first_message,
    sentAt: row.sent_at,
    editedAt: row.edited_at,
    takenBy: row.taken_by === null ? null : fromJson<Taker>(row.taken_by),
    snoozedUntil: row.snoozed_until,
    installsAt: row.installs_at,
  };
}

async function listIncidents({ db }: Executor, conversationId: string): Promise<Incident[]> {
  const rows = await db
    .selectFrom('incidents')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('opened_at')
    .orderBy('id')
    .execute();
  return rows.map(toIncident);
}

async function findIncident({ db }: Executor, conversationId: string, id: string): Promise<Incident | null> {
  const row = await db
    .selectFrom('incidents')
    .selectAll()
    .where('id', '=', id)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst();
  return row ? toIncident(row) : null;
}

async function putIncidents({ db, dialect }: Executor, incidents: Incident[]): Promise<void> {
  if (incidents.length === 0) return;
  const rows = dialect.relation(
    {
      ...{ id: 'text', conversation_id: 'text', cause: 'text', opened_at: 'bigint', closed_at: 'bigint', how: 'text' },
      ...{ told: 'text', message: 'text', first_message: 'text', sent_at: 'bigint', edited_at: 'bigint' },
      ...{ taken_by: 'text', snoozed_until: 'bigint', installs_at: 'bigint' },
    },
    incidents.map((one) => [
      ...[one.id, one.conversationId, one.cause, one.openedAt, one.closedAt, one.how],
      ...[toJson(one.told), one.message, one.first, one.sentAt, one.editedAt],
      ...[one.takenBy === null ? null : toJson(one.takenBy), one.snoozedUntil, one.installsAt],
    ]),
  );
  await sql`insert into incidents (id, conversation_id, cause, opened_at, closed_at, how, told, message, first_message,
      sent_at, edited_at, taken_by, snoozed_until, installs_at)
    select v.id, v.conversation_id, v.cause, v.opened_at, v.closed_at, v.how, v.told, v.message, v.first_message,
      v.sent_at, v.edited_at, v.taken_by, v.snoozed_until, v.installs_at
    from ${rows} v where exists (select 1 from conversations c where c.id = v.conversation_id)
    on conflict (conversation_id, cause) do update set opened_at = excluded.opened_at, closed_at = excluded.closed_at,
      how = excluded.how, told = excluded.told, message = excluded.message, first_message = excluded.first_message,
      sent_at = excluded.sent_at, edited_at = excluded.edited_at, taken_by = excluded.taken_by,
      snoozed_until = excluded.snoozed_until, installs_at = excluded.installs_at`.execute(db);
}

async function deleteIncidents({ db, dialect }: Executor, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .deleteFrom('incidents')
    .where(dialect.within('id', 'text', ids))
    .execute();
}

async function lockIncidents({ db, dialect }: Executor, conversationId: string): Promise<void> {
  await sql`select id from conversations where id = ${conversationId} ${dialect.lock('no key update')}`.execute(db);
}

async function takeIncident({ db }: Executor, id: string, by: Taker, from: Taker | null = null): Promise<boolean> {
  const before = from === null ? sql`taken_by is null` : sql`taken_by = ${toJson(from)}`;
  const { rows } = await sql`update incidents set taken_by = ${toJson(by)}, snoozed_until = null, installs_at = null,
    edited_at = null where id = ${id} and closed_at is null and ${before} returning id`.execute(db);
  return rows.length === 1;
}

async function releaseIncident({ db }: Executor, id: string, from: Taker): Promise<boolean> {
  const { rows } = await sql`update incidents set taken_by = null, installs_at = null, edited_at = null
    where id = ${id} and closed_at is null and taken_by = ${toJson(from)} returning id`.execute(db);
  return rows.length === 1;
}

async function planInstallation({ db }: Executor, id: string, by: Taker, at: Instant): Promise<boolean> {
  const { rows } = await sql`update incidents set taken_by = ${toJson(by)}, installs_at = ${whole(at)},
    snoozed_until = null, edited_at = null where id = ${id} and closed_at is null returning id`.execute(db);
  return rows.length === 1;
}

async function snoozeIncident({ db }: Executor, id: string, until: Instant): Promise<boolean> {
  const { rows } = await sql`update incidents set snoozed_until = ${whole(until)}, edited_at = null
    where id = ${id} and closed_at is null returning id`.execute(db);
  return rows.length === 1;
}

async function getWatchFacts(executor: Executor, ids: number[]): Promise<WatchFacts[]> {
  const { db, dialect } = executor;
  const watches = (await getPlaces(executor, ids)).map(({ watch }) => watch);
  if (watches.length === 0) return [];
  const targets = watches.map(({ targetId }) => targetId);
  const rows = await db
    .selectFrom('target_states')
    .select(['target_id', 'state', 'looked_at'])
    .where(dialect.within('target_id', 'bigint', targets))
    .execute();
  const known = new Map(rows.map((row) => [row.target_id, row]));
  const episodes = await episodesOf(
    executor,
    watches.map(({ id }) => id),
  );
  return watches.map((watch) => {
    const row = known.get(watch.targetId);
    return {
      watch,
      state: row ? stateFromJson(row.state) : null,
      lookedAt: row?.looked_at ?? null,
      episodes: episodes.get(watch.id) ?? [],
    };
  });
}

async function getMessages({ db, dialect }: Executor, ids: string[]): Promise<StoredMessage[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('outbox')
    .select(['id', 'lane', 'activity_id', 'card', 'thread'])
    .where('kind', '=', 'message')
    .where(dialect.within('id', 'text', ids))
    .execute();
  return rows.map(({ id, lane: conversationId, activity_id: activityId, card, thread }) => {
    const shown = card === null ? null : fromJson<Card>(card);
    return { id, conversationId, activityId, card: shown, thread: fromJson(thread) };
  });
}

async function withdrawMessages({ db, dialect }: Executor, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string }>`delete from outbox where ${dialect.within('id', 'text', ids)}
    and kind = 'message' and state = 'pending' and activity_id is null and ambiguous = 0 and lease_id is null
    returning id`.execute(db);
  return rows.map(({ id }) => id);
}

/** Incidents, and what depends on them; see `StoreOperations`. */
export function createIncidents(executor: Executor) {
  return bound(executor, {
    listIncidents,
    findIncident,
    putIncidents,
    deleteIncidents,
    lockIncidents,
    takeIncident,
    releaseIncident,
    planInstallation,
    snoozeIncident,
    getWatchFacts,
    getMessages,
    withdrawMessages,
  });
}
