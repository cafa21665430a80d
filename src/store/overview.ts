import { sql } from 'kysely';
import type { AuditEntry, ConversationSettings } from '../core/model/conversation.ts';
import type { Allowance, ConversationCount, Failure, Lateness, OrphanedWatch } from '../core/model/overview.ts';
import type { Instant } from '../core/time.ts';
import { toAuditEntry } from './audit.ts';
import { bound } from './bound.ts';
import { fromJson, whole, type Executor } from './dialect.ts';

async function conversationCounts({ db }: Executor): Promise<ConversationCount[]> {
  const { rows } = await sql<ConversationCount>`
    select c.id, c.channel, c.kind, c.name, c.gone_at as "goneAt", c.seen_at as "seenAt", count(w.id) as watches
    from conversations c left join watches w on w.conversation_id = c.id
    group by c.id, c.channel, c.kind, c.name, c.gone_at, c.seen_at order by count(w.id) desc, c.id`.execute(db);
  return rows.map((row) => ({ ...row, watches: Number(row.watches) }));
}

async function allowances({ db }: Executor): Promise<Allowance[]> {
  const { rows } = await sql<Omit<Allowance, 'sources'> & { settings: string }>`
    select id, kind, name, settings from conversations
    where gone_at is null and settings like '%"allowed"%' order by id`.execute(db);
  return rows.flatMap(({ settings, ...place }) => {
    const { allowed: sources = [] } = fromJson<ConversationSettings>(settings);
    return sources.length > 0 ? [{ ...place, sources }] : [];
  });
}

async function orphanedWatches({ db }: Executor, nobody: string): Promise<OrphanedWatch[]> {
  const { rows } = await sql<OrphanedWatch>`
    select t.uri, c.id as "conversationId", c.kind, c.name as conversation, w.owner_name as "ownerName", s.state
    from watches w join targets t on t.id = w.target_id join conversations c on c.id = w.conversation_id
    left join mailbox_states s on s.mailbox = w.owner_mailbox
    where c.gone_at is null and (w.owner_id = ${nobody} or s.state in ('missing', 'disabled'))
    order by c.id, t.uri`.execute(db);
  return rows;
}

async function lateness({ db }: Executor, before: Instant): Promise<Lateness> {
  const at = whole(before);
  const { rows } = await sql<Lateness>`select
    (select count(*) from targets where due_at < ${at}) as looks,
    (select count(*) from inbound where state = 'pending' and received_at < ${at}) as commands,
    (select count(*) from outbox o where state = 'pending' and kind = 'message' and pending_since < ${at}
      and exists (select 1 from conversations c where c.id = o.lane and c.gone_at is null)) as messages,
    (select count(*) from outbox where state = 'pending' and kind = 'reminder' and pending_since < ${at}) as reminders,
    (select count(*) from marks where done < version and routine = 0 and due_at < ${at}) as plans`.execute(db);
  const [row] = rows as [Lateness];
  const { looks, commands, messages, reminders, plans } = row;
  return {
    looks: Number(looks),
    commands: Number(commands),
    messages: Number(messages),
    reminders: Number(reminders),
    plans: Number(plans),
  };
}

async function failuresSince({ db }: Executor, since: Instant, limit: number): Promise<Failure[]> {
  const { rows } = await sql<Failure>`select kind, coalesce(last_error, '') as error, count(*) as number from outbox
    where updated_at >= ${whole(since)} and (state = 'failed' or (state = 'pending' and last_error is not null))
    group by kind, coalesce(last_error, '') order by count(*) desc, coalesce(last_error, '') limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => ({ ...row, number: Number(row.number) }));
}

/** Oldest first, from behind `after` (0 = from the first). */
async function auditAfter(
  { db }: Executor,
  after: number,
  limit: number,
): Promise<(AuditEntry & { seq: number; conversation: string | null })[]> {
  const rows = await db
    .selectFrom('audit')
    .leftJoin('conversations', 'conversations.id', 'audit.conversation_id')
    .selectAll('audit')
    .select('conversations.name as conversation')
    .where('audit.seq', '>', after)
    .orderBy('audit.seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...toAuditEntry(row), seq: row.seq, conversation: row.conversation }));
}

/** Values whose keys begin so. */
async function listValues({ db }: Executor, prefix: string): Promise<{ key: string; value: string }[]> {
  return db
    .selectFrom('bot_values')
    .select(['key', 'value'])
    .where(sql<string>`substr(key, 1, ${sql.lit(prefix.length)})`, '=', prefix)
    .orderBy('key')
    .execute();
}

/** The bot as a whole; see `StoreOperations`. */
export function createOverview(executor: Executor) {
  return bound(executor, {
    conversationCounts,
    allowances,
    orphanedWatches,
    lateness,
    failuresSince,
    auditAfter,
    listValues,
  });
}
