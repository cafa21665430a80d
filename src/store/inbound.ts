import { sql } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { Actor, Mentioned } from '../core/model/people.ts';
import type { Attachment, Inbound } from '../core/model/inbound.ts';
import type { ConversationInput } from '../core/model/conversation.ts';
import { bound } from './bound.ts';
import { atomically, fromJson, leaseOver, leaseRuns, plain, toJson, whole, type Executor } from './dialect.ts';
import type { InboundRow } from './schema.ts';

/** What an actor consists of since `0002_people`; rows accepted before it lack these. */
const UNKNOWN = { locale: null, tenantId: null, notice: null } satisfies Partial<Actor>;

/** What is kept of a message that is over. */
const OVER = {
  state: 'done',
  text: '',
  actor: 'null',
  conversation: 'null',
  mentions: '[]',
  attachments: '[]',
  aside: 'null',
  thread: 'null',
  lease_id: null,
  lease_until: null,
} as const;

function toInbound(row: InboundRow): Inbound {
  return {
    id: row.id,
    conversation: fromJson<ConversationInput>(row.conversation),
    thread: fromJson(row.thread),
    ephemeral: fromJson(row.aside),
    actor: { ...UNKNOWN, ...fromJson<Omit<Actor, keyof typeof UNKNOWN>>(row.actor) },
    text: row.text,
    mentions: fromJson<Mentioned[]>(row.mentions),
    attachments: fromJson<Attachment[]>(row.attachments),
    receivedAt: row.received_at,
  };
}

/**
 * Messages wait for those before them in their lane. Usually that is their conversation; one that others may pass has
 * left it. Ids of conversations have a colon.
 */
function passedLane(conversationId: string): string {
  return `passed ${conversationId}`;
}

function stoppedLane(conversationId: string): string {
  return `stopped ${conversationId}`;
}

/** All lanes in which messages of a conversation may be. */
export function lanesOf(conversationId: string): string[] {
  return [conversationId, passedLane(conversationId), stoppedLane(conversationId)];
}

async function acceptInbound({ db }: Executor, inbound: Inbound): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('inbound')
    .values({
      id: inbound.id,
      conversation_id: inbound.conversation.id,
      conversation: toJson(inbound.conversation),
      thread: toJson(inbound.thread),
      aside: toJson(inbound.ephemeral),
      actor: toJson(inbound.actor),
      mentions: toJson(inbound.mentions),
      attachments: toJson(inbound.attachments),
      text: plain(inbound.text),
      received_at: whole(inbound.receivedAt),
      state: 'pending',
      attempts: 0,
      lease_id: null,
      lease_until: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function acceptedAmong({ db }: Executor, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('inbound').select('id').where('id', 'in', ids).execute();
  return rows.map(({ id }) => id);
}

async function claimInbound(
  executor: Executor,
  limit: number,
  leaseId: string,
  leaseMs: number,
): Promise<{ inbound: Inbound; attempts: number }[]> {
  return atomically(
    executor,
    async (inner) => {
      // One claim at a time, over all replicas: else a message committed late (with the lower number) and its
      // successor could go to two of them.
      await inner.dialect.enter(inner.db, 'inbound');
      const { rows } = await sql<InboundRow>`
      with picked as materialized (
        select i.seq from inbound i
        where i.state = 'pending' and ${leaseOver(inner.dialect, 'i.lease_until', leaseMs)}
        and not exists (select 1 from inbound o where o.state = 'pending' and o.conversation_id = i.conversation_id
          and (o.seq < i.seq or (o.seq > i.seq and ${leaseRuns(inner.dialect, 'o.lease_until', leaseMs)})))
        order by i.seq limit ${limit} ${inner.dialect.lock('update skip locked')}
      )
      update inbound set lease_id = ${leaseId}, lease_until = ${inner.dialect.clock} + ${whole(leaseMs)}, attempts = attempts + 1
      where seq in (select seq from picked) returning *`.execute(inner.db);
      return rows
        .toSorted((a, b) => a.seq - b.seq)
        .map((row) => ({ inbound: toInbound(row), attempts: row.attempts - 1 }));
    },
    { waits: false },
  );
}

async function extendInbound(
  { db, dialect }: Executor,
  id: string,
  leaseId: string,
  leaseMs: number,
): Promise<boolean> {
  const { rows } = await sql`update inbound set lease_until = ${dialect.clock} + ${whole(leaseMs)}
    where id = ${id} and lease_id = ${leaseId} and state = 'pending' returning seq`.execute(db);
  return rows.length === 1;
}

async function moveToBackground(
  { db }: Executor,
  { id, conversation }: Pick<Inbound, 'id' | 'conversation'>,
  leaseId: string,
): Promise<boolean> {
  const lane = passedLane(conversation.id);
  const lanes = [conversation.id, lane];
  const { rows } = await sql`update inbound set conversation_id = ${lane}
    where id = ${id} and lease_id = ${leaseId} and state = 'pending' and conversation_id in (${sql.join(lanes)})
    and not exists (select 1 from inbound o where o.conversation_id = ${lane} and o.state = 'pending' and o.id <> ${id})
    returning seq`.execute(db);
  return rows.length === 1;
}

async function hasBackground({ db }: Executor, conversationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('inbound')
    .select('seq')
    .where('conversation_id', '=', passedLane(conversationId))
    .where('state', '=', sql.lit('pending'))
    .executeTakeFirst();
  return row !== undefined;
}

async function stopBackground({ db }: Executor, conversationId: string): Promise<number> {
  const { rows } = await sql`update inbound set conversation_id = ${stoppedLane(conversationId)}
    where conversation_id = ${passedLane(conversationId)} and state = 'pending' returning seq`.execute(db);
  return rows.length;
}

async function isStopped({ db }: Executor, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('inbound')
    .select(['conversation_id', 'state'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.state === 'pending' && row.conversation_id.startsWith(stoppedLane(''));
}

async function postponeInbound(
  { db, dialect }: Executor,
  id: string,
  leaseId: string,
  delayMs: number,
): Promise<boolean> {
  const { rows } =
    await sql`update inbound set lease_until = ${dialect.clock} + ${whole(delayMs)}, attempts = attempts - 1
    where id = ${id} and lease_id = ${leaseId} and state = 'pending' returning seq`.execute(db);
  return rows.length === 1;
}

async function completeInbound({ db }: Executor, id: string, leaseId: string, kept = ''): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('inbound')
    .set({ ...OVER, text: plain(kept) })
    .where('id', '=', id)
    .where('lease_id', '=', leaseId)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function dropInbound({ db }: Executor, id: string): Promise<void> {
  await db.updateTable('inbound').set(OVER).where('id', '=', id).where('state', '=', 'pending').execute();
}

async function findInbound({ db }: Executor, id: string): Promise<{ state: 'pending' | 'done'; text: string } | null> {
  const row = await db.selectFrom('inbound').select(['state', 'text']).where('id', '=', id).executeTakeFirst();
  return row ?? null;
}

async function keepOfInbound({ db }: Executor, id: string, kept: string): Promise<void> {
  await db
    .updateTable('inbound')
    .set({ text: plain(kept) })
    .where('id', '=', id)
    .where('state', '=', sql.lit('done'))
    .execute();
}

async function pruneInbound({ db }: Executor, before: Instant): Promise<void> {
  await db
    .deleteFrom('inbound')
    .where('state', '=', sql.lit('done'))
    .where('received_at', '<', whole(before))
    .execute();
}

/** The messages to the bot, kept until they are answered; see `StoreOperations`. */
export function createInbound(executor: Executor) {
  return bound(executor, {
    acceptInbound,
    acceptedAmong,
    claimInbound,
    extendInbound,
    moveToBackground,
    hasBackground,
    stopBackground,
    isStopped,
    postponeInbound,
    completeInbound,
    dropInbound,
    findInbound,
    keepOfInbound,
    pruneInbound,
  });
}
