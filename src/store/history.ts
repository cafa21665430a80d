import { sql } from 'kysely';
import type { ExportAddress, HistoryEntry, TargetEvent } from '../core/model/history.ts';
import type { Instant } from '../core/time.ts';
import { bound } from './bound.ts';
import { fromJson, toJson, whole, type Executor } from './dialect.ts';

/** Appends to what became of targets. */
export async function recordHistory({ db, dialect }: Executor, entries: HistoryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = dialect.relation(
    { conversation_id: 'text', uri: 'text', event: 'text', at: 'bigint' },
    entries.map(({ conversationId, uri, event, at }) => [conversationId, uri, toJson(event), whole(at)]),
  );
  await sql`insert into history (conversation_id, uri, event, at)
    select v.conversation_id, v.uri, v.event, v.at from ${rows} v`.execute(db);
}

function toEntry(row: { conversation_id: string; uri: string; event: string; at: number }): HistoryEntry {
  return {
    conversationId: row.conversation_id,
    uri: row.uri,
    at: row.at,
    event: fromJson<TargetEvent>(row.event),
  };
}

async function listHistory(
  { db }: Executor,
  conversationId: string,
  uri: string,
  limit: number,
): Promise<HistoryEntry[]> {
  const rows = await db
    .selectFrom('history')
    .select(['conversation_id', 'uri', 'event', 'at'])
    .where('conversation_id', '=', conversationId)
    .where('uri', '=', uri)
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toEntry);
}

async function historySince({ db }: Executor, conversationId: string, since: Instant): Promise<HistoryEntry[]> {
  const rows = await db
    .selectFrom('history')
    .select(['conversation_id', 'uri', 'event', 'at'])
    .where('conversation_id', '=', conversationId)
    .where('at', '>=', whole(since))
    .orderBy('at')
    .orderBy('seq')
    .execute();
  return rows.map(toEntry);
}

async function putExport({ db }: Executor, { hash, conversationId, language, until }: ExportAddress): Promise<void> {
  // An earlier address opens nothing any more.
  await db.deleteFrom('exports').where('conversation_id', '=', conversationId).execute();
  await db
    .insertInto('exports')
    .values({ hash, conversation_id: conversationId, language, until: whole(until) })
    .execute();
}

async function findExport({ db }: Executor, hash: string): Promise<ExportAddress | null> {
  const row = await db.selectFrom('exports').selectAll().where('hash', '=', hash).executeTakeFirst();
  if (!row) return null;
  const { conversation_id: conversationId, language, until } = row;
  return { hash, conversationId, language: language === 'de' ? 'de' : 'en', until };
}

/** What became of targets, and addresses of files about them; see `StoreOperations`. */
export function createHistory(executor: Executor) {
  return bound(executor, { recordHistory, listHistory, historySince, putExport, findExport });
}
