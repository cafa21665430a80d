import type { Episode } from '../core/model/watch.ts';
import type { Executor } from './dialect.ts';

/** Open episodes per watch, in the order in which they opened. */
export async function episodesOf({ db, dialect }: Executor, watchIds: number[]): Promise<Map<number, Episode[]>> {
  if (watchIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('episodes')
    .selectAll()
    .where(dialect.within('watch_id', 'bigint', watchIds))
    .orderBy('opened_at')
    .execute();
  const episodes = rows.map((row): Episode => {
    const { watch_id: watchId, finding, cause, opened_at: openedAt, sure_at: sureAt } = row;
    return { watchId, finding, cause, openedAt, sureAt };
  });
  return Map.groupBy(episodes, ({ watchId }) => watchId);
}
