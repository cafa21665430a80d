import { sql } from 'kysely';
import type { Instant } from '../core/time.ts';
import { bound } from './bound.ts';
import { atomically, whole, type Executor } from './dialect.ts';

async function ensureFeed(
  executor: Executor,
  conversationId: string,
  newToken: () => string,
  now: Instant,
): Promise<string> {
  return atomically(executor, async (inner) => {
    const live = () =>
      inner.db
        .selectFrom('feeds')
        .select('token')
        .where('conversation_id', '=', conversationId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
    const known = await live();
    if (known) return known.token;
    const values = [newToken(), conversationId, whole(now)];
    await sql`insert into feeds (token, conversation_id, created_at) values (${sql.join(values)})
      on conflict (conversation_id) where revoked_at is null do nothing`.execute(inner.db);
    const made = await live();
    if (!made) throw new Error('A calendar feed vanished while it was made.');
    return made.token;
  });
}

async function revokeFeeds({ db }: Executor, conversationId: string, now: Instant): Promise<void> {
  await db
    .updateTable('feeds')
    .set({ revoked_at: whole(now) })
    .where('conversation_id', '=', conversationId)
    .where('revoked_at', 'is', null)
    .execute();
}

async function findFeed({ db }: Executor, token: string): Promise<string | null> {
  const row = await db
    .selectFrom('feeds')
    .select('conversation_id')
    .where('token', '=', token)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row?.conversation_id ?? null;
}

/** The secret addresses of calendar feeds; see `StoreOperations`. */
export function createFeeds(executor: Executor) {
  return bound(executor, { ensureFeed, revokeFeeds, findFeed });
}
