import type { Instant } from '../core/time.ts';
import type { LiveFeed } from '../core/ports/store.ts';
import { bound } from './bound.ts';
import { atomically, whole, type Executor } from './dialect.ts';

async function findLiveFeed({ db }: Executor, conversationId: string): Promise<LiveFeed | null> {
  const row = await db
    .selectFrom('feed_addresses')
    .select(['seed', 'hash'])
    .where('conversation_id', '=', conversationId)
    .where('revoked_at', 'is', null)
    .where('seed', 'is not', null)
    .executeTakeFirst();
  return row ? { seed: row.seed!, hash: row.hash } : null;
}

async function ensureFeed(
  executor: Executor,
  conversationId: string,
  fresh: LiveFeed,
  now: Instant,
): Promise<LiveFeed> {
  return atomically(executor, async (inner) => {
    const known = await findLiveFeed(inner, conversationId);
    if (known) return known;
    await inner.db
      .insertInto('feed_addresses')
      .values({ ...fresh, conversation_id: conversationId, created_at: whole(now), revoked_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const made = await findLiveFeed(inner, conversationId);
    if (!made) throw new Error('A calendar feed vanished while it was made.');
    return made;
  });
}

async function hideFeed({ db }: Executor, hash: string): Promise<void> {
  await db.updateTable('feed_addresses').set({ seed: null }).where('hash', '=', hash).execute();
}

async function revokeFeeds({ db }: Executor, conversationId: string, now: Instant): Promise<void> {
  await db
    .updateTable('feed_addresses')
    .set({ revoked_at: whole(now) })
    .where('conversation_id', '=', conversationId)
    .where('revoked_at', 'is', null)
    .execute();
}

async function findFeed({ db }: Executor, hash: string): Promise<string | null> {
  const row = await db
    .selectFrom('feed_addresses')
    .select('conversation_id')
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row?.conversation_id ?? null;
}

/** What is known of the secret addresses of calendar feeds, which are not in here; see `StoreOperations`. */
export function createFeeds(executor: Executor) {
  return bound(executor, { ensureFeed, findLiveFeed, hideFeed, revokeFeeds, findFeed });
}
