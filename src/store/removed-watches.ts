import type { Watch } from '../core/model/watch.ts';
import type { Instant } from '../core/time.ts';
import { bound } from './bound.ts';
import { fromJson, toJson, whole, type Executor } from './dialect.ts';

async function keepRemoved(
  { db }: Executor,
  removed: { id: string; conversationId: string; watches: Watch[]; until: Instant },
): Promise<void> {
  const { id, conversationId, watches, until } = removed;
  await db
    .insertInto('removed_watches')
    .values({ id, conversation_id: conversationId, watches: toJson(watches), until: whole(until) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

async function takeRemoved(
  { db }: Executor,
  conversationId: string,
  { id, now }: { id: string; now: Instant },
): Promise<Watch[] | null> {
  const row = await db
    .deleteFrom('removed_watches')
    .where('id', '=', id)
    .where('conversation_id', '=', conversationId)
    .returning(['watches', 'until'])
    .executeTakeFirst();
  return row && row.until > now ? fromJson<Watch[]>(row.watches) : null;
}

/** Watches whose end can be taken back for a while; see `StoreOperations`. */
export function createRemovedWatches(executor: Executor) {
  return bound(executor, { keepRemoved, takeRemoved });
}
