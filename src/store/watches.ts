import { sql, type SqlBool } from 'kysely';
import type { Threshold } from '../core/certificates/stages.ts';
import type { Conversation } from '../core/model/conversation.ts';
import type { JoinedTarget, Watch, WatchContext } from '../core/model/watch.ts';
import { fingerprintsOf } from './certificates.ts';
import { bound } from './bound.ts';
import { toConversation } from './conversations.ts';
import { atomically, fromJson, plain, toJson, whole, type Executor } from './dialect.ts';
import { deleteRecipientsOf } from './people.ts';
import type { WatchRow } from './schema.ts';
import { dropUnwatched, ensureTarget, getTargets, lockTargets, restTargets } from './targets.ts';
import { episodesOf } from './episodes.ts';

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
    ...(row.domains === null ? {} : { domains: row.domains.split(' ') }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.tags === null ? {} : { tags: row.tags.split(' ') }),
  };
}

function joined({ db }: Executor) {
  return db
    .selectFrom('watches')
    .innerJoin('targets', 'targets.id', 'watches.target_id')
    .selectAll('watches')
    .select('targets.uri');
}

async function findWatch(executor: Executor, conversationId: string, uri: string): Promise<Watch | null> {
  const row = await joined(executor)
    .where('watches.conversation_id', '=', conversationId)
    .where('targets.uri', '=', uri)
    .executeTakeFirst();
  return row ? toWatch(row) : null;
}

async function addWatch(executor: Executor, watch: Omit<Watch, 'id'>): Promise<{ watch: Watch; created: boolean }> {
  return atomically(executor, async (inner) => {
    // The row behind watch.targetId may have been deleted as unwatched since the caller read it.
    const target = await ensureTarget(inner, watch.uri);
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
        domains: domainsColumn(watch.domains ?? []),
      })
      .onConflict((conflict) => conflict.columns(['conversation_id', 'target_id']).doNothing())
      .returning('id')
      .executeTakeFirst();
    const stored = await findWatch(inner, watch.conversationId, watch.uri);
    if (!stored) throw new Error('A watch vanished while it was added.');
    return { watch: stored, created: inserted !== undefined };
  });
}

function domainsColumn(domains: string[]): string | null {
  return domains.length > 0 ? domains.join(' ') : null;
}

async function setWatchDomains({ db }: Executor, id: number, domains: string[]): Promise<void> {
  await db
    .updateTable('watches')
    .set({ domains: domainsColumn(domains) })
    .where('id', '=', id)
    .execute();
}

async function setWatchNote({ db, dialect }: Executor, ids: number[], note: string | null): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('watches')
    .set({ note: plain(note) })
    .where(dialect.within('id', 'bigint', ids))
    .execute();
}

async function setWatchTags({ db }: Executor, id: number, tags: string[]): Promise<void> {
  await db
    .updateTable('watches')
    .set({ tags: tags.length > 0 ? tags.join(' ') : null })
    .where('id', '=', id)
    .execute();
}

async function removeWatches(executor: Executor, ids: number[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return atomically(executor, async (inner) => {
    const rows = await inner.db
      .selectFrom('watches')
      .select('target_id')
      .distinct()
      .where(inner.dialect.within('id', 'bigint', ids))
      .execute();
    const targets = rows.map((row) => row.target_id);
    await lockTargets(inner, targets);
    // Not before: a look that is being stored may add to it.
    const presented = await fingerprintsOf(inner, targets);
    await deleteRecipientsOf(inner, ids);
    await inner.db
      .deleteFrom('watches')
      .where(inner.dialect.within('id', 'bigint', ids))
      .execute();
    await dropUnwatched(inner, targets);
    await restTargets(inner, targets);
    return presented;
  });
}

async function setWatchPolicy({ db, dialect }: Executor, ids: number[], policy: Threshold[] | null): Promise<void> {
  if (ids.length === 0) return;
  const text = policy === null ? null : toJson(policy);
  await db
    .updateTable('watches')
    .set({ policy: text })
    .where(dialect.within('id', 'bigint', ids))
    .execute();
}

async function setWatchOwner(
  { db, dialect }: Executor,
  ids: number[],
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
    .where(dialect.within('id', 'bigint', ids))
    .execute();
}

async function listWatches(executor: Executor, conversationId: string): Promise<Watch[]> {
  const rows = await joined(executor)
    .where('watches.conversation_id', '=', conversationId)
    .orderBy('watches.id')
    .execute();
  return rows.map(toWatch);
}

async function countWatches({ db }: Executor, conversationId: string): Promise<number> {
  const row = await db
    .selectFrom('watches')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('conversation_id', '=', conversationId)
    .executeTakeFirstOrThrow();
  return row.count;
}

async function lockWatches(executor: Executor, conversationId: string): Promise<number> {
  await sql`select id from conversations where id = ${conversationId} ${executor.dialect.lock('no key update')}`.execute(
    executor.db,
  );
  return countWatches(executor, conversationId);
}

async function conversationsOf(
  { db, dialect }: Executor,
  watches: { conversation_id: string }[],
): Promise<Map<string, Conversation>> {
  const ids = [...new Set(watches.map((watch) => watch.conversation_id))];
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('conversations')
    .selectAll()
    .where(dialect.within('id', 'text', ids))
    .execute();
  return new Map(rows.map((row) => [row.id, toConversation(row)]));
}

async function listWatchContexts(executor: Executor, targetIds: number[]): Promise<WatchContext[]> {
  if (targetIds.length === 0) return [];
  const rows = await joined(executor)
    .where(executor.dialect.within('watches.target_id', 'bigint', targetIds))
    .orderBy('watches.id')
    .execute();
  const conversations = await conversationsOf(executor, rows);
  const alive = rows.filter((row) => conversations.get(row.conversation_id)?.goneAt === null);
  const episodes = await episodesOf(
    executor,
    alive.map((row) => row.id),
  );
  return alive.map((row) => ({
    watch: toWatch(row),
    conversation: conversations.get(row.conversation_id)!,
    episodes: episodes.get(row.id) ?? [],
  }));
}

async function placesOf(
  executor: Executor,
  rows: (WatchRow & { uri: string })[],
): Promise<Omit<JoinedTarget, 'target'>[]> {
  const conversations = await conversationsOf(executor, rows);
  return rows.flatMap((row) => {
    const conversation = conversations.get(row.conversation_id);
    return conversation ? [{ watch: toWatch(row), conversation }] : [];
  });
}

async function withTargets(executor: Executor, places: Omit<JoinedTarget, 'target'>[]): Promise<JoinedTarget[]> {
  const targetIds = [...new Set(places.map(({ watch }) => watch.targetId))];
  const targets = await getTargets(executor, targetIds);
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
  { db, dialect }: Executor,
  calendar: 'graph' | 'ics',
  mailbox: string | null,
  { targets, limit }: { targets?: number[] | undefined; limit?: number } = {},
): Promise<number[]> {
  let query = db.selectFrom('watches').select('id').orderBy('id');
  if (mailbox !== null && calendar === 'ics') query = query.where('conversation_id', '=', mailbox);
  if (mailbox !== null && calendar === 'graph') query = query.where(sql<SqlBool>`id in (${idsIn(mailbox)})`);
  if (targets) query = query.where(dialect.within('target_id', 'bigint', targets));
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(({ id }) => id);
}

/** See `StoreOperations`. */
export async function getPlaces(executor: Executor, ids: number[]): Promise<Omit<JoinedTarget, 'target'>[]> {
  if (ids.length === 0) return [];
  return placesOf(
    executor,
    await joined(executor)
      .where(executor.dialect.within('watches.id', 'bigint', ids))
      .orderBy('watches.id')
      .execute(),
  );
}

async function getWatches(executor: Executor, ids: number[]): Promise<JoinedTarget[]> {
  return withTargets(executor, await getPlaces(executor, ids));
}

async function listWatchesByMailbox(
  executor: Executor,
  calendar: 'graph' | 'ics',
  mailbox: string | null,
): Promise<JoinedTarget[]> {
  return getWatches(executor, await listWatchIds(executor, calendar, mailbox));
}

async function listWatchesByOwner(
  executor: Executor,
  channel: string,
  tenantId: string | null,
  ownerId: string,
): Promise<JoinedTarget[]> {
  const rows = await joined(executor)
    .innerJoin('conversations', 'conversations.id', 'watches.conversation_id')
    .where('watches.owner_id', '=', ownerId)
    .where('conversations.channel', '=', channel)
    .where('conversations.tenant_id', tenantId === null ? 'is' : '=', tenantId)
    .orderBy('watches.id')
    .execute();
  const watches = await withTargets(executor, await placesOf(executor, rows));
  return watches.filter(({ conversation }) => conversation.goneAt === null);
}

async function ownerZoneOf({ db }: Executor, conversationId: string): Promise<string | null> {
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

/** The watches of the store; see `StoreOperations`. */
export function createWatches(executor: Executor) {
  return bound(executor, {
    addWatch,
    removeWatches,
    setWatchPolicy,
    setWatchOwner,
    setWatchDomains,
    setWatchNote,
    setWatchTags,
    listWatches,
    countWatches,
    lockWatches,
    findWatch,
    listWatchContexts,
    listEpisodes: episodesOf,
    listWatchesByOwner,
    listWatchesByMailbox,
    listWatchIds,
    getWatches,
    ownerZoneOf,
    getPlaces,
  });
}
