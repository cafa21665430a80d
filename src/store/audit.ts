import { sql } from 'kysely';
import type { AuditEntry } from '../core/model/conversation.ts';
import type { Instant } from '../core/time.ts';
import { bound } from './bound.ts';
import { plain, whole, type Executor } from './dialect.ts';
import type { AuditRow } from './schema.ts';

/** An entry as the domain knows it. */
export function toAuditEntry(row: AuditRow): AuditEntry {
  return {
    at: row.at,
    conversationId: row.conversation_id,
    actorId: row.actor_id,
    actorName: row.actor_name,
    verb: row.verb,
    subject: row.subject,
  };
}

async function recordAudit({ db }: Executor, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({
    at: whole(entry.at),
    conversation_id: entry.conversationId,
    actor_id: entry.actorId,
    actor_name: plain(entry.actorName),
    verb: entry.verb,
    subject: plain(entry.subject),
  }));
  await db.insertInto('audit').values(rows).execute();
}

/** Newest first. */
async function listAudit({ db }: Executor, conversationId: string, limit: number): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toAuditEntry);
}

async function listAuditOf(
  { db }: Executor,
  conversationId: string,
  uri: string | null,
  since: Instant,
  limit: number,
): Promise<AuditEntry[]> {
  const word = `% ${(uri ?? '').replaceAll(/[%_!]/g, '!$&')} %`;
  const isOfAll = sql<boolean>`(verb = 'trust' or (verb = 'remind' and subject not like '% for %')
    or (verb in ('ask-owner', 'ask-copy', 'owner', 'copy', 'decline') and (subject = 'all' or subject like 'all %')))`;
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('at', '>=', whole(since))
    .where(uri === null ? isOfAll : sql<boolean>`(' ' || subject || ' ') like ${word} escape '!'`)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toAuditEntry);
}

/** Who changed what; see `StoreOperations`. */
export function createAudit(executor: Executor) {
  return bound(executor, { recordAudit, listAudit, listAuditOf });
}
