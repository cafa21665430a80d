import { sql, type SqlBool } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { Threshold } from '../core/certificates/stages.ts';
import type { Conversation } from '../core/model/conversation.ts';
import type { JoinedWatch, Watch, WatchContext } from '../core/model/watch.ts';
import { toConversation } from './conversations.ts';
import { atomically, fromJson, plain, toJson, whole, type Executor } from './dialect.ts';
import { deleteRecipientsOf } from './people.ts';
import type { WatchRow } from './schema.ts';
import { createTargets, dropUnwatched, lockTargets, restTargets } from './targets.ts';
import { episodesOf, insertTold, toldOf } from './told.ts';

function toWatch(row: WatchRow & { uri: string }): Watch {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    targetId: row.target_id,
    uri: row.uri,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    ownerMailbox: row.owner_mailbox,
    ownerTimeZone: row.owner_time_zone,
    ownerLocale: row.owner_locale,
    ownerTenantId: row.owner_tenant_id,
    policy: row.policy === null ? null : fromJson<Threshold[]>(row.policy),
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}

/** The watches of the store; see `StoreOperations`. */
export function createWatches(executor: Executor) {
  const { db, dialect } = executor;

  function joined() {
    return db
      .selectFrom('watches')
      .innerJoin('targets', 'targets.id', 'watches.target_id')
      .selectAll('watches')
      .select('targets.uri');
  }

  async function findWatch(conversationId: string, uri: string): Promise<Watch | null> {
    const row = await joined()
      .where('watches.conversation_id', '=', conversationId)
      .where('targets.uri', '=', uri)
      .executeTakeFirst();
    return row ? toWatch(row) : null;
  }

  async function addWatch(watch: Omit<Watch, 'id'>): Promise<{ watch: Watch; created: boolean }> {
    return atomically(executor, async (inner) => {
      // The row behind watch.targetId may have been deleted as unwatched since the caller read it.
      const target = await createTargets(inner).operations.ensureTarget(watch.uri);
      const inserted = await inner.db
        .insertInto('watches')
        .values({
          conversation_id: watch.conversationId,
          target_id: target.id,
          owner_id: watch.ownerId,
          owner_name: plain(watch.ownerName),
          owner_mailbox: plain(watch.ownerMailbox),
          owner_time_zone: plain(watch.ownerTimeZone),
          owner_locale: plain(watch.ownerLocale),
          owner_tenant_id: plain(watch.ownerTenantId),
          policy: watch.policy === null ? null : toJson(watch.policy),
          created_at: whole(watch.createdAt),
          created_by: watch.createdBy,
        })
        .onConflict((conflict) => conflict.columns(['conversation_id', 'target_id']).doNothing())
        .returning('id')
        .executeTakeFirst();
      const stored = await createWatches(inner).findWatch(watch.conversationId, watch.uri);
      if (!stored) throw new Error('A watch vanished while it was added.');
      return { watch: stored, created: inserted !== undefined };
    });
  }

  async function removeWatches(ids: number[]): Promise<void> {
    if (ids.length === 0) return;
    await atomically(executor, async (inner) => {
      const rows = await inner.db
        .selectFrom('watches')
        .select('target_id')
        .distinct()
        .where(dialect.within('id', 'bigint', ids))
        .execute();
      const targets = rows.map((row) => row.target_id);
      await lockTargets(inner, targets);
      await deleteRecipientsOf(inner, ids);
      await inner.db
        .deleteFrom('watches')
        .where(dialect.within('id', 'bigint', ids))
        .execute();
      await dropUnwatched(inner, targets);
      await restTargets(inner, targets);
    });
  }

  async function setWatchPolicy(ids: number[], policy: Threshold[] | null): Promise<void> {
    if (ids.length === 0) return;
    const text = policy === null ? null : toJson(policy);
    await db
      .updateTable('watches')
      .set({ policy: text })
      .where(dialect.within('id', 'bigint', ids))
      .execute();
  }

  async function setWatchOwner(
    id: number,
    owner: Pick<Watch, 'ownerId' | 'ownerName' | 'ownerMailbox' | 'ownerTimeZone' | 'ownerLocale' | 'ownerTenantId'>,
  ): Promise<void> {
    await db
      .updateTable('watches')
      .set({
        owner_id: owner.ownerId,
        owner_name: plain(owner.ownerName),
        owner_mailbox: plain(owner.ownerMailbox),
        owner_time_zone: plain(owner.ownerTimeZone),
        owner_locale: plain(owner.ownerLocale),
        owner_tenant_id: plain(owner.ownerTenantId),
      })
      .where('id', '=', id)
      .execute();
  }

  async function listWatches(conversationId: string): Promise<Watch[]> {
    const rows = await joined().where('watches.conversation_id', '=', conversationId).orderBy('watches.id').execute();
    return rows.map(toWatch);
  }

  async function countWatches(conversationId: string): Promise<number> {
    const row = await db
      .selectFrom('watches')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('conversation_id', '=', conversationId)
      .executeTakeFirstOrThrow();
    return row.count;
  }

  async function lockWatches(conversationId: string): Promise<number> {
    await sql`select id from conversations where id = ${conversationId} ${dialect.lock('no key update')}`.execute(db);
    return countWatches(conversationId);
  }

  async function conversationsOf(watches: { conversation_id: string }[]): Promise<Map<string, Conversation>> {
    const ids = [...new Set(watches.map((watch) => watch.conversation_id))];
    if (ids.length === 0) return new Map();
    const rows = await db
      .selectFrom('conversations')
      .selectAll()
      .where(dialect.within('id', 'text', ids))
      .execute();
    return new Map(rows.map((row) => [row.id, toConversation(row)]));
  }

  async function listWatchContexts(targetIds: number[]): Promise<WatchContext[]> {
    if (targetIds.length === 0) return [];
    const rows = await joined()
      .where(dialect.within('watches.target_id', 'bigint', targetIds))
      .orderBy('watches.id')
      .execute();
    const conversations = await conversationsOf(rows);
    const alive = rows.filter((row) => conversations.get(row.conversation_id)?.goneAt === null);
    const ids = alive.map((row) => row.id);
    const [told, episodes] = [await toldOf(executor, ids, targetIds), await episodesOf(executor, ids)];
    return alive.map((row) => ({
      watch: toWatch(row),
      conversation: conversations.get(row.conversation_id)!,
      told: new Set(told.get(row.id)),
      episodes: episodes.get(row.id) ?? [],
    }));
  }

  async function placesOf(rows: (WatchRow & { uri: string })[]): Promise<Omit<JoinedWatch, 'target'>[]> {
    const conversations = await conversationsOf(rows);
    return rows.flatMap((row) => {
      const conversation = conversations.get(row.conversation_id);
      return conversation ? [{ watch: toWatch(row), conversation }] : [];
    });
  }

  async function withTargets(places: Omit<JoinedWatch, 'target'>[]): Promise<JoinedWatch[]> {
    const targetIds = [...new Set(places.map(({ watch }) => watch.targetId))];
    const targets = await createTargets(executor).operations.getTargets(targetIds);
    const targetById = new Map(targets.map((target) => [target.id, target]));
    // A watch removed between these reads has lost its target: it is no longer listed.
    return places.flatMap((place) => {
      const target = targetById.get(place.watch.targetId);
      return target ? [{ ...place, target }] : [];
    });
  }

  /**
   * One look-up per way in, each by its own index: an "or" over three tables is a scan of all watches on both
   * databases.
   */
  function idsIn(mailbox: string) {
    return sql<{ id: number }>`
      select id from watches where owner_mailbox = ${mailbox}
      union select w.id from conversations c join watches w on w.conversation_id = c.id where c.mailbox = ${mailbox}
      union select w.id from recipients r join watches w on w.conversation_id = r.conversation_id join targets t on t.id = w.target_id
        where r.mailbox = ${mailbox} and r.role = 'copy' and r.state = 'accepted' and (r.uri = '' or r.uri = t.uri)`;
  }

  async function listWatchIds(
    calendar: 'graph' | 'ics',
    mailbox: string | null,
    targetIds?: number[],
  ): Promise<number[]> {
    let query = db.selectFrom('watches').select('id').orderBy('id');
    if (mailbox !== null && calendar === 'ics') query = query.where('conversation_id', '=', mailbox);
    if (mailbox !== null && calendar === 'graph') query = query.where(sql<SqlBool>`id in (${idsIn(mailbox)})`);
    if (targetIds) query = query.where(dialect.within('target_id', 'bigint', targetIds));
    return (await query.execute()).map(({ id }) => id);
  }

  async function getPlaces(ids: number[]): Promise<Omit<JoinedWatch, 'target'>[]> {
    if (ids.length === 0) return [];
    return placesOf(
      await joined()
        .where(dialect.within('watches.id', 'bigint', ids))
        .orderBy('watches.id')
        .execute(),
    );
  }

  async function getWatches(ids: number[]): Promise<JoinedWatch[]> {
    return withTargets(await getPlaces(ids));
  }

  async function listWatchesByMailbox(calendar: 'graph' | 'ics', mailbox: string | null): Promise<JoinedWatch[]> {
    return getWatches(await listWatchIds(calendar, mailbox));
  }

  async function listWatchesByOwner(channel: string, tenantId: string | null, ownerId: string): Promise<JoinedWatch[]> {
    const rows = await joined()
      .innerJoin('conversations', 'conversations.id', 'watches.conversation_id')
      .where('watches.owner_id', '=', ownerId)
      .where('conversations.channel', '=', channel)
      .where('conversations.tenant_id', tenantId === null ? 'is' : '=', tenantId)
      .orderBy('watches.id')
      .execute();
    const watches = await withTargets(await placesOf(rows));
    return watches.filter(({ conversation }) => conversation.goneAt === null);
  }

  async function ownerZoneOf(conversationId: string): Promise<string | null> {
    const row = await db
      .selectFrom('watches')
      .select('owner_time_zone')
      .where('conversation_id', '=', conversationId)
      .where('owner_time_zone', 'is not', null)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    return row?.owner_time_zone ?? null;
  }

  async function markTold(entries: { watchId: number; key: string }[], now: Instant): Promise<void> {
    await insertTold(executor, entries, now);
  }

  return {
    addWatch,
    removeWatches,
    setWatchPolicy,
    setWatchOwner,
    listWatches,
    countWatches,
    lockWatches,
    findWatch,
    listWatchContexts,
    listWatchesByOwner,
    listWatchesByMailbox,
    listWatchIds,
    getWatches,
    ownerZoneOf,
    getPlaces,
    markTold,
  };
}
