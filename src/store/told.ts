import { sql } from 'kysely';
import type { Instant } from '../core/time.ts';
import type { Episode } from '../core/model/watch.ts';
import type { Executor } from './dialect.ts';

/** The certificate an alert key is about: the SHA-256 in it, if there is one. */
function fingerprintIn(key: string): string | null {
  return /[0-9a-f]{64}/.exec(key)?.[0] ?? null;
}

/** Marks alerts as told, once each; entries of watches that are gone are skipped. */
export async function insertTold(
  { db, dialect }: Executor,
  entries: { watchId: number; key: string }[],
  now: Instant,
): Promise<void> {
  if (entries.length === 0) return;
  const rows = dialect.relation(
    { watch_id: 'bigint', key: 'text', fingerprint: 'text', told_at: 'bigint' },
    entries.map(({ watchId, key }) => [watchId, key, fingerprintIn(key), now]),
  );
  await sql`insert into told (watch_id, key, fingerprint, told_at)
    select v.watch_id, v.key, v.fingerprint, v.told_at from ${rows} v
    where exists (select 1 from watches w where w.id = v.watch_id)
    on conflict (watch_id, key) do nothing`.execute(db);
}

/** Keys told per watch: those about no certificate, and those about certificates in the state of one of the targets. */
export async function toldOf(
  { db, dialect }: Executor,
  watchIds: number[],
  targetIds: number[],
): Promise<Map<number, string[]>> {
  if (watchIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('told')
    .select(['watch_id', 'key', 'fingerprint'])
    .where(dialect.within('watch_id', 'bigint', watchIds))
    .execute();
  if (rows.length === 0) return new Map();
  const states = await db
    .selectFrom('target_states')
    .select('state')
    .where(dialect.within('target_id', 'bigint', targetIds))
    .execute();
  const current = new Set(states.flatMap(({ state }) => state.match(/[0-9a-f]{64}/g) ?? []));
  const relevant = rows.filter(({ fingerprint }) => fingerprint === null || current.has(fingerprint));
  return grouped(
    relevant,
    (row) => row.watch_id,
    (row) => row.key,
  );
}

/** Open episodes per watch, in the order in which they opened. */
export async function episodesOf({ db, dialect }: Executor, watchIds: number[]): Promise<Map<number, Episode[]>> {
  if (watchIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('episodes')
    .selectAll()
    .where(dialect.within('watch_id', 'bigint', watchIds))
    .orderBy('opened_at')
    .execute();
  return grouped(
    rows,
    (row) => row.watch_id,
    (row): Episode => ({ watchId: row.watch_id, finding: row.finding, openedAt: row.opened_at, toldAt: row.told_at }),
  );
}

function grouped<R, K, V>(rows: R[], keyOf: (row: R) => K, valueOf: (row: R) => V): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(valueOf(row));
    else groups.set(keyOf(row), [valueOf(row)]);
  }
  return groups;
}
