import { sql } from 'kysely';
import { boundObservation } from '../core/certificates/bounds.ts';
import type { Observation } from '../core/certificates/certificate.ts';
import type { Instant } from '../core/time.ts';
import { itemsOf, presentedItems, shownBy } from '../core/certificates/verdict.ts';
import type { ObservationCommit, Sighting } from '../core/model/watch.ts';
import { bound } from './bound.ts';
import { recordSightings, saveCertificates } from './certificates.ts';
import { atomically, toJson, type Executor } from './dialect.ts';
import { recordHistory } from './history.ts';
import { mark } from './marks.ts';
import { lockTargets, watchedAlive } from './targets.ts';
import { stateToJson } from './target-state.ts';

async function commitObservations(executor: Executor, commits: ObservationCommit[], now: Instant): Promise<number[]> {
  if (commits.length === 0) return [];
  return atomically(
    executor,
    async (inner) => {
      const stored = new Set<number>();
      for (const round of rounds(commits)) {
        for (const targetId of await commitRound(inner, round, now)) stored.add(targetId);
      }
      return [...stored];
    },
    { waits: false },
  );
}

/** Stores groups of looks; see `Store.commitObservations`. */
export function createObservations(executor: Executor) {
  return bound(executor, { commitObservations });
}

/** Splits the group so that no round has two looks at one target, and later looks come in later rounds. */
function rounds(commits: ObservationCommit[]): ObservationCommit[][] {
  const seen = new Map<number, number>();
  const result: ObservationCommit[][] = [];
  for (const commit of commits) {
    const index = seen.get(commit.targetId) ?? 0;
    seen.set(commit.targetId, index + 1);
    const round = result[index];
    if (round) round.push(commit);
    else result.push([commit]);
  }
  return result;
}

async function commitRound(executor: Executor, round: ObservationCommit[], now: Instant): Promise<number[]> {
  const fences = await lockTargets(
    executor,
    round.map((commit) => commit.targetId),
    'no key update',
  );
  const held = round.filter(({ targetId, leaseId }) => {
    return fences.has(targetId) && (leaseId === null || fences.get(targetId) === leaseId);
  });
  const commits = await upToDate(executor, held);
  if (commits.length === 0) return [];

  await updateTargets(executor, commits);
  await saveCertificates(
    executor,
    commits.flatMap(({ observation }) => itemsOf(observation)),
    now,
  );
  await recordSightings(
    executor,
    commits.flatMap(({ targetId, observation }) => sightingsOf(targetId, observation)),
  );
  await updateFindings(executor, commits);
  await recordHistory(
    executor,
    commits.flatMap(({ history = [] }) => history),
  );
  await mark(
    executor,
    'reminders',
    commits.flatMap((commit) => commit.marked),
    { now },
  );
  await mark(
    executor,
    'alerts',
    commits.flatMap((commit) => commit.alerted),
    { now },
  );
  return commits.map((commit) => commit.targetId);
}

/**
 * Those whose (locked) target still has the state they were decided from: else two processes would tell the same news.
 */
async function upToDate({ db, dialect }: Executor, commits: ObservationCommit[]): Promise<ObservationCommit[]> {
  const ids = commits.filter(({ previous }) => previous !== undefined).map(({ targetId }) => targetId);
  if (ids.length === 0) return commits;
  const rows = await db
    .selectFrom('target_states')
    .select(['target_id', 'state'])
    .where(dialect.within('target_id', 'bigint', ids))
    .execute();
  const states = new Map(rows.map((row) => [row.target_id, row.state]));
  return commits.filter(({ targetId, previous }) => {
    if (previous === undefined) return true;
    return (states.get(targetId) ?? null) === (previous === null ? null : stateToJson(previous));
  });
}

async function updateTargets({ db, dialect }: Executor, commits: ObservationCommit[]): Promise<void> {
  const states = dialect.relation(
    { target_id: 'bigint', state: 'text', observation: 'text', looked_at: 'bigint' },
    commits.map(({ targetId, state, observation }) => [
      targetId,
      stateToJson(state),
      toJson(boundObservation(observation)),
      observation.at,
    ]),
  );
  await sql`insert into target_states (target_id, state, observation, looked_at)
    select v.target_id, v.state, v.observation, v.looked_at from ${states} v where true order by v.target_id
    on conflict (target_id) do update set state = excluded.state, observation = excluded.observation,
      looked_at = excluded.looked_at`.execute(db);

  const resting = await unwatched(
    { db, dialect },
    commits.filter(({ leaseId }) => leaseId !== null).map(({ targetId }) => targetId),
  );
  const schedule = dialect.relation(
    { id: 'bigint', fence: 'text', due_at: 'bigint' },
    commits.map(({ targetId, leaseId, dueAt }) => {
      return [targetId, leaseId, resting.has(targetId) ? null : dueAt];
    }),
  );
  await sql`update targets set due_at = v.due_at,
      lease_id = case when v.fence is null then targets.lease_id else null end,
      lease_until = case when v.fence is null then targets.lease_until else null end
    from ${schedule} v where v.id = targets.id`.execute(db);
}

/**
 * Between claim and commit the last watch of a target may have gone: it is not to be due again. (A command's look is
 * stored as it says.) Where that seems so, watches that are just being added are waited for.
 */
async function unwatched(executor: Executor, ids: number[]): Promise<Set<number>> {
  const watched = await watchedAlive(executor, ids);
  const doubtful = ids.filter((id) => !watched.has(id));
  if (doubtful.length === 0) return new Set();
  await lockTargets(executor, doubtful);
  const added = await watchedAlive(executor, doubtful);
  return new Set(doubtful.filter((id) => !added.has(id)));
}

function sightingsOf(targetId: number, observation: Observation): Sighting[] {
  const { addresses, at } = observation;
  // Plans find by sightings what belongs together; what is not seen in a handshake has no address.
  const items = addresses.length === 0 ? presentedItems(observation) : [];
  if (items.length > 0)
    return items.map(({ fingerprint }) => ({ targetId, address: '', fingerprint, firstAt: at, lastAt: at }));
  return addresses.flatMap((result) => {
    if (result.kind !== 'presented') return [];
    const { address } = result;
    return shownBy(result).map(({ chain }) => {
      return { targetId, address, fingerprint: chain[0].fingerprint, firstAt: at, lastAt: at };
    });
  });
}

/** Findings that are open; those of watches removed since the look began are skipped. */
async function updateFindings({ db, dialect }: Executor, commits: ObservationCommit[]): Promise<void> {
  const opened = commits.flatMap((commit) => commit.episodesOpened);
  const sure = commits.flatMap((commit) => commit.episodesSure);
  const closed = commits.flatMap((commit) => commit.episodesClosed);

  const ids = [...new Set(opened.map(({ watchId }) => watchId))];
  if (ids.length > 0) {
    // Held to the end, so that no watch goes between the check and the insert that refers to it.
    await sql`select id from watches where ${dialect.within('id', 'bigint', ids)} order by id ${dialect.lock('key share')}`.execute(
      db,
    );
  }
  if (closed.length > 0) {
    const rows = dialect.relation(
      { watch_id: 'bigint', finding: 'text' },
      closed.map(({ watchId, finding }) => [watchId, finding]),
    );
    await sql`delete from episodes where (watch_id, finding) in (select v.watch_id, v.finding from ${rows} v)`.execute(
      db,
    );
  }
  if (opened.length > 0) {
    const rows = dialect.relation(
      { watch_id: 'bigint', finding: 'text', cause: 'text', opened_at: 'bigint', sure_at: 'bigint' },
      opened.map(({ watchId, finding, cause, openedAt, sureAt }) => [watchId, finding, cause, openedAt, sureAt]),
    );
    await sql`insert into episodes (watch_id, finding, cause, opened_at, sure_at)
      select v.watch_id, v.finding, v.cause, v.opened_at, v.sure_at from ${rows} v
      where exists (select 1 from watches w where w.id = v.watch_id)
      on conflict (watch_id, finding) do nothing`.execute(db);
  }
  if (sure.length > 0) {
    const rows = dialect.relation(
      { watch_id: 'bigint', finding: 'text', sure_at: 'bigint' },
      sure.map(({ watchId, finding, sureAt }) => [watchId, finding, sureAt]),
    );
    await sql`update episodes set sure_at = v.sure_at from ${rows} v
      where v.watch_id = episodes.watch_id and v.finding = episodes.finding`.execute(db);
  }
}
