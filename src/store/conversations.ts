import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { Threshold } from '../core/certificates/stages.ts';
import type {
  Conversation,
  ConversationInput,
  ConversationKind,
  ConversationSettings,
} from '../core/model/conversation.ts';
import { bound } from './bound.ts';
import { LOOKED } from '../core/model/incident.ts';
import { forgetMarks, mark } from './marks.ts';
import { atomically, fromJson, plain, toJson, whole, type Executor } from './dialect.ts';
import { lanesOf } from './inbound.ts';
import { moveConversation } from './moved-conversation.ts';
import { releaseMessages } from './outbox.ts';
import type { ConversationRow } from './schema.ts';
import { dropUnwatched, lockTargets, restTargets } from './targets.ts';

const WEEK = 7 * 86_400_000;

/** A conversation as the domain knows it. */
export function toConversation(row: ConversationRow): Conversation {
  return {
    id: row.id,
    channel: row.channel,
    kind: row.kind as ConversationKind,
    tenantId: row.tenant_id,
    team: row.team_id,
    name: row.name,
    reference: fromJson(row.reference),
    createdAt: row.created_at,
    goneAt: row.gone_at,
    closedAt: row.closed_at,
    warnedAt: row.warned_at,
    policy: row.policy === null ? null : fromJson<Threshold[]>(row.policy),
    settings: row.settings === null ? {} : fromJson<ConversationSettings>(row.settings),
  };
}

async function rememberConversation(executor: Executor, input: ConversationInput, now: Instant): Promise<Conversation> {
  const reference = input.reference ?? null;
  const row = await executor.db
    .insertInto('conversations')
    .values({
      id: input.id,
      channel: input.channel,
      kind: input.kind,
      tenant_id: input.tenantId,
      name: plain(input.name),
      reference: toJson(reference),
      policy: null,
      settings: null,
      mailbox: null,
      created_at: whole(now),
      seen_at: whole(now),
      gone_at: null,
      team_id: plain(input.team ?? null),
      closed_at: null,
      warned_at: null,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        channel: eb.ref('excluded.channel'),
        kind: eb.ref('excluded.kind'),
        seen_at: eb.ref('excluded.seen_at'),
        // Lifecycle activities repeat and may lack any of these: what is known stays.
        tenant_id: eb.fn.coalesce('excluded.tenant_id', 'conversations.tenant_id'),
        name: eb.fn.coalesce('excluded.name', 'conversations.name'),
        team_id: eb.fn.coalesce('excluded.team_id', 'conversations.team_id'),
        closed_at: null,
        reference: reference === null ? eb.ref('conversations.reference') : eb.ref('excluded.reference'),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  await releaseLane(executor, input.id, now);
  return toConversation(row);
}

async function findConversation({ db }: Executor, id: string): Promise<Conversation | null> {
  const row = await db.selectFrom('conversations').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toConversation(row) : null;
}

async function listConversationsBySuffix({ db }: Executor, channel: string, suffix: string): Promise<Conversation[]> {
  const rows = await db
    .selectFrom('conversations')
    .selectAll()
    .where('channel', '=', channel)
    .where(sql<string>`substr(id, length(id) - ${sql.lit(suffix.length - 1)})`, '=', suffix)
    .orderBy('created_at')
    .execute();
  return rows.map(toConversation);
}

async function lockConversation(executor: Executor, id: string): Promise<Conversation | null> {
  const { rows } = await sql<ConversationRow>`
    select * from conversations where id = ${id} ${executor.dialect.lock('no key update')}`.execute(executor.db);
  return rows[0] ? toConversation(rows[0]) : null;
}

async function setConversationGone(executor: Executor, id: string, at: Instant | null): Promise<void> {
  await atomically(executor, async (inner) => {
    if (at === null) await revive(inner, id);
    else await bury(inner, [id], at);
  });
}

function buryAll(executor: Executor, those: RawBuilder<unknown>, at: Instant): Promise<number> {
  return atomically(executor, async (inner) => {
    // Locked in the order of their ids, so that two of these at once wait for each other instead of ending in a
    // deadlock.
    const { rows } = await sql<{ id: string }>`select id from conversations where ${those} and gone_at is null
      order by id ${inner.dialect.lock('no key update')}`.execute(inner.db);
    return bury(
      inner,
      rows.map(({ id }) => id),
      at,
    );
  });
}

function reviveAll(executor: Executor, those: RawBuilder<unknown>, now: Instant): Promise<number> {
  return atomically(executor, async (inner) => {
    const { rows } = await sql<{ id: string }>`update conversations set seen_at = ${whole(now)}
      where ${those} and gone_at is not null returning id`.execute(inner.db);
    for (const { id } of rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))) await revive(inner, id);
    return rows.length;
  });
}

function ofTenant(channel: string, tenantId: string) {
  return sql`channel = ${channel} and tenant_id = ${tenantId}`;
}

function ofTeam(channel: string, team: string) {
  return sql`channel = ${channel} and (team_id = ${team} or id = ${`${channel}:${team}`})`;
}

function setTenantGone(executor: Executor, channel: string, tenantId: string, at: Instant): Promise<number> {
  return buryAll(executor, ofTenant(channel, tenantId), at);
}

function reviveTenant(executor: Executor, channel: string, tenantId: string, now: Instant): Promise<number> {
  return reviveAll(executor, ofTenant(channel, tenantId), now);
}

function setTeamGone(executor: Executor, channel: string, team: string, at: Instant): Promise<number> {
  return buryAll(executor, ofTeam(channel, team), at);
}

async function reviveTeam(executor: Executor, channel: string, team: string, now: Instant): Promise<number> {
  const { rows } = await sql<{ id: string }>`update conversations set closed_at = null
    where ${ofTeam(channel, team)} returning id`.execute(executor.db);
  for (const { id } of rows) await releaseLane(executor, id, now);
  return reviveAll(executor, ofTeam(channel, team), now);
}

async function closeTeam({ db }: Executor, channel: string, team: string, at: Instant): Promise<void> {
  await sql`update conversations set closed_at = ${whole(at)} where ${ofTeam(channel, team)}`.execute(db);
}

async function renameConversation({ db }: Executor, id: string, name: string): Promise<void> {
  await db
    .updateTable('conversations')
    .set({ name: plain(name) })
    .where('id', '=', id)
    .execute();
}

async function setConversationWarned({ db }: Executor, id: string, at: Instant): Promise<void> {
  await db
    .updateTable('conversations')
    .set({ warned_at: whole(at) })
    .where('id', '=', id)
    .execute();
}

async function listPersonalConversations(
  { db }: Executor,
  channel: string,
  tenantId: string | null,
): Promise<Conversation[]> {
  const { rows } = await sql<ConversationRow>`select * from conversations where channel = ${channel}
    and kind = 'personal' and gone_at is null and tenant_id is not distinct from ${plain(tenantId)}
    order by seen_at desc`.execute(db);
  return rows.map(toConversation);
}

async function setConversationPolicy({ db }: Executor, id: string, policy: Threshold[] | null): Promise<void> {
  const text = policy === null ? null : toJson(policy);
  await db.updateTable('conversations').set({ policy: text }).where('id', '=', id).execute();
}

async function setConversationSettings({ db }: Executor, id: string, settings: ConversationSettings): Promise<void> {
  const values = { settings: toJson(settings), mailbox: plain(settings.mailbox ?? null) };
  await db.updateTable('conversations').set(values).where('id', '=', id).execute();
}

async function listGoneConversations({ db }: Executor, before: Instant): Promise<Conversation[]> {
  const rows = await db
    .selectFrom('conversations')
    .selectAll()
    .where('gone_at', 'is not', null)
    .where('gone_at', '<', whole(before))
    .orderBy('gone_at')
    .execute();
  return rows.map(toConversation);
}

async function deleteConversation(executor: Executor, id: string): Promise<void> {
  await atomically(executor, async (inner) => {
    const targets = await targetsOf(inner, [id]);
    await lockTargets(inner, targets);
    await inner.db.deleteFrom('watches').where('conversation_id', '=', id).execute();
    await dropUnwatched(inner, targets);
    await restTargets(inner, targets);
    await inner.db.deleteFrom('feed_addresses').where('conversation_id', '=', id).execute();
    await inner.db.deleteFrom('outbox').where('lane', '=', id).where('kind', '=', 'message').execute();
    await inner.db
      .deleteFrom('inbound')
      .where('conversation_id', 'in', lanesOf(id))
      .where('state', '=', sql.lit('pending'))
      .execute();
    await inner.db.deleteFrom('audit').where('conversation_id', '=', id).execute();
    await inner.db.deleteFrom('history').where('conversation_id', '=', id).execute();
    await inner.db.deleteFrom('exports').where('conversation_id', '=', id).execute();
    await forgetMarks(inner, 'alerts', [id]);
    await inner.db.deleteFrom('conversations').where('id', '=', id).execute();
  });
}

/** The conversations of the store; see `StoreOperations`. */
export function createConversations(executor: Executor) {
  return bound(executor, {
    rememberConversation,
    findConversation,
    listConversationsBySuffix,
    lockConversation,
    setConversationGone,
    setTenantGone,
    reviveTenant,
    setTeamGone,
    reviveTeam,
    closeTeam,
    renameConversation,
    setConversationWarned,
    moveConversation,
    listPersonalConversations,
    setConversationPolicy,
    setConversationSettings,
    listGoneConversations,
    deleteConversation,
  });
}

async function targetsOf({ db, dialect }: Executor, conversationIds: string[]): Promise<number[]> {
  const rows = await db
    .selectFrom('watches')
    .select('target_id')
    .distinct()
    .where(dialect.within('conversation_id', 'text', conversationIds))
    .execute();
  return rows.map((row) => row.target_id);
}

/**
 * Keeps the first instant of those that are gone already: the time until their deletion counts from there. Returns how
 * many were not.
 */
async function bury(executor: Executor, ids: string[], at: Instant): Promise<number> {
  const buried = await executor.db
    .updateTable('conversations')
    .set({ gone_at: whole(at) })
    .where(executor.dialect.within('id', 'text', ids))
    .where('gone_at', 'is', null)
    .returning('id')
    .execute();
  if (buried.length === 0) return 0;
  const targets = await targetsOf(
    executor,
    buried.map(({ id }) => id),
  );
  await lockTargets(executor, targets);
  await restTargets(executor, targets);
  return buried.length;
}

/**
 * "At once" and "older than a week" are measured from when the channel last spoke of the conversation, which is the
 * instant of the revival when it is remembered first, as every turn does, and never later than now.
 */
async function revive(executor: Executor, id: string): Promise<void> {
  const revived = await executor.db
    .updateTable('conversations')
    .set({ gone_at: null, closed_at: null, warned_at: null })
    .where('id', '=', id)
    .where('gone_at', 'is not', null)
    .returning('seen_at')
    .executeTakeFirst();
  if (!revived) return;
  const targets = await targetsOf(executor, [id]);
  await lockTargets(executor, targets);
  await executor.db
    .updateTable('targets')
    .set({ due_at: revived.seen_at })
    .where(executor.dialect.within('id', 'bigint', targets))
    .where((eb) => eb.or([eb('due_at', 'is', null), eb('due_at', '>', revived.seen_at)]))
    .execute();
  await executor.db
    .updateTable('outbox')
    .set({ state: 'failed', due_at: null, last_error: 'older than a week when the conversation came back' })
    .where('lane', '=', id)
    .where('kind', '=', sql.lit('message'))
    .where('state', '=', sql.lit('pending'))
    .where('created_at', '<', revived.seen_at - WEEK)
    .execute();
  await releaseLane(executor, id, revived.seen_at);
  // What has begun meanwhile is no news to looks that others had made.
  await mark(executor, 'alerts', [{ key: id, part: LOOKED }], { now: revived.seen_at });
}

/** What waits until something gets into the conversation again is due. */
async function releaseLane(executor: Executor, id: string, now: Instant): Promise<void> {
  const [channel = ''] = id.split(':', 1);
  await releaseMessages(executor, { channel, conversationId: id }, 'conversation', now);
}
