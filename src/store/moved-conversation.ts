import { sql } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { ConversationInput } from '../core/model/conversation.ts';
import { atomically, plain, toJson, whole, type Executor } from './dialect.ts';
import { lanesOf } from './inbound.ts';
import { setTargetDue } from './targets.ts';

/** Where ids of conversations stand in other tables, as they are. */
const COLUMNS = [
  ['feed_addresses', 'conversation_id'],
  ['audit', 'conversation_id'],
  ['history', 'conversation_id'],
  ['exports', 'conversation_id'],
  ['removed_watches', 'conversation_id'],
  ['connections', 'conversation_id'],
] as const;

/**
 * Carries everything of a conversation over to another id, under which a message may have arrived already: what both
 * have stays as the new one has it. A feed of the old one stays in force; the reminders of feeds go by the
 * conversation's id as well.
 */
export async function moveConversation(
  executor: Executor,
  from: string,
  to: ConversationInput,
  now: Instant,
): Promise<void> {
  if (from === to.id) return;
  await atomically(executor, async (inner) => {
    const { db } = inner;
    const { rows } = await sql`insert into conversations
      (id, channel, kind, tenant_id, name, reference, policy, settings, mailbox, created_at, seen_at, gone_at, team_id, closed_at, warned_at)
      select ${to.id}, channel, kind, tenant_id, coalesce(${plain(to.name)}, name), ${toJson(to.reference ?? null)}, policy,
        settings, mailbox, created_at, ${whole(now)}, null, team_id, null, null
      from conversations where id = ${from}
      on conflict (id) do update set policy = coalesce(conversations.policy, excluded.policy),
        settings = coalesce(conversations.settings, excluded.settings), mailbox = coalesce(conversations.mailbox, excluded.mailbox)
      returning id`.execute(db);
    if (rows.length === 0) return;
    await sql`update watches set conversation_id = ${to.id} where conversation_id = ${from}
      and target_id not in (select w.target_id from watches w where w.conversation_id = ${to.id})`.execute(db);
    await sql`update recipients set conversation_id = ${to.id} where conversation_id = ${from} and not exists (
      select 1 from recipients r where r.conversation_id = ${to.id} and r.uri = recipients.uri and r.role = recipients.role
        and r.person_id = recipients.person_id)`.execute(db);
    // One conversation has one that can be shown; the other goes on working.
    await sql`update feed_addresses set seed = null where conversation_id = ${to.id} and exists (
      select 1 from feed_addresses f where f.conversation_id = ${from} and f.revoked_at is null and f.seed is not null)`.execute(
      db,
    );
    await sql`update incidents set conversation_id = ${to.id} where conversation_id = ${from}
      and cause not in (select i.cause from incidents i where i.conversation_id = ${to.id})`.execute(db);
    for (const [table, column] of COLUMNS)
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${to.id} where ${sql.ref(column)} = ${from}`.execute(
        db,
      );
    await sql`update reminders set mailbox = ${to.id} where calendar = 'ics' and mailbox = ${from} and not exists (
      select 1 from reminders r where r.calendar = 'ics' and r.mailbox = ${to.id}
        and r.fingerprint = reminders.fingerprint and r.kind = reminders.kind)`.execute(db);
    await sql`delete from reminders where calendar = 'ics' and mailbox = ${from}`.execute(db);
    await sql`update outbox set lane = ${to.id} where kind = 'message' and lane = ${from}`.execute(db);
    const [plainLane, ...others] = lanesOf(from);
    const targets = lanesOf(to.id);
    for (const [index, lane] of [plainLane, ...others].entries())
      await sql`update inbound set conversation_id = ${targets[index]} where conversation_id = ${lane}`.execute(db);
    await sql`update bot_values set value = ${to.id} where value = ${from}`.execute(db);
    await sql`delete from conversations where id = ${from}`.execute(db);
    // What only conversations watched that were gone is watched again, where this one is not.
    const resting = await sql<{ id: number }>`select t.id from targets t join watches w on w.target_id = t.id
      join conversations c on c.id = w.conversation_id
      where c.id = ${to.id} and c.gone_at is null and t.due_at is null`.execute(db);
    await setTargetDue(
      inner,
      resting.rows.map(({ id }) => id),
      now,
    );
  });
}
