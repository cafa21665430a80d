import { bound } from './bound.ts';
import { plain, whole, type Executor } from './dialect.ts';
import type { AuditEntry } from '../core/model/conversation.ts';

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
  return rows.map((row) => ({
    at: row.at,
    conversationId: row.conversation_id,
    actorId: row.actor_id,
    actorName: row.actor_name,
    verb: row.verb,
    subject: row.subject,
  }));
}

/** Who changed what; see `StoreOperations`. */
export function createAudit(executor: Executor) {
  return bound(executor, { recordAudit, listAudit });
}
