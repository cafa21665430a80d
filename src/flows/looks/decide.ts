import type { Observation } from '../../core/certificates/certificate.ts';
import type { Item } from '../../core/certificates/item.ts';
import { advance, carryOver, withOtherTimes } from '../../core/certificates/state.ts';
import { effectsOf, begunStages, concernsAlerts, policyOf, type WatchEffects } from '../../core/alerts/alerts.ts';
import { eventsOf } from '../../core/alerts/target-events.ts';
import { nextLook } from '../../core/alerts/next-look.ts';
import { askedName, type Look } from '../../core/alerts/findings.ts';
import { answeredPart, LOOKED } from '../../core/model/incident.ts';
import { sayIn, sayTo } from '../../core/language/language.ts';
import type { Episode, ObservationCommit, TargetRow, WatchContext } from '../../core/model/watch.ts';
import { sound } from '../../core/sound.ts';
import { itemsOf, judgeAll } from '../../core/certificates/verdict.ts';
import type { Instant } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { ownView } from '../trusted-view.ts';

/** No look takes longer, in milliseconds. */
const OUTDATED_WITHIN = 10 * 60_000;

/** A look that waits to be stored. */
export interface Seen {
  targetId: number;
  leaseId: string | null;
  observation: Observation;
  /** Watches whose conversation learns everything from an answer that is being written anyway. */
  quiet: ReadonlySet<number>;
}

/** Episodes of a watch as they will be after these effects. */
function episodesAfter(before: Episode[], effects: WatchEffects, now: number): Episode[] {
  const open = before.filter(({ finding }) => !effects.closed.includes(finding));
  const sure = open.map((episode) => (effects.sure.includes(episode.finding) ? { ...episode, sureAt: now } : episode));
  return [...sure, ...effects.opened];
}

/**
 * A look that took long may come after a newer one: what it saw is no news any more. (Where the clock was set back, the
 * stored look is from the future.)
 */
export function isOutdated({ observation }: Seen, { observation: last }: TargetRow): boolean {
  // What somebody said is news whenever it arrives.
  if (observation.item) return false;
  return last !== null && last.at > observation.at && last.at - observation.at < OUTDATED_WITHIN;
}

/** What a look shows that a conversation may have to be told. */
function tellable(observation: Observation, now: Instant): string {
  const { uri, failure } = observation;
  const prints = itemsOf(observation).map(({ fingerprint }) => fingerprint);
  const codes = judgeAll(observation, askedName(uri), now, sayIn('en')).keys();
  return JSON.stringify([[...new Set([...prints, ...codes])].toSorted(), failure?.code ?? null]);
}

/** Whether an answer about a look that is not stored tells what the stored one shows as well. */
export function tellsAsMuch({ observation }: Seen, { observation: last }: TargetRow, now: Instant): boolean {
  return last !== null && tellable(observation, now) === tellable(last, now);
}

/** A look as it was stored, with what is known from those before it; the look itself where another came after it. */
export function asStored({ observation: last }: Pick<TargetRow, 'observation'>, seen: Observation): Observation {
  return last?.at === seen.at && last.uri === seen.uri ? last : seen;
}

/**
 * Decides what one look means for its target and all its watches: what is open about them, and whose reminders and
 * whose alerts have to be worked out anew. Pure but for clock and chance.
 */
export function decide(
  context: FlowContext,
  seen: Seen,
  row: TargetRow,
  watches: WatchContext[],
  known: Map<string, Item>,
): { commit: ObservationCommit; concerned: WatchContext[] } {
  const now = context.now();
  const { grace, alerts } = context.settings;
  const { twice } = alerts;
  const carried = carryOver(seen.observation, row.observation);
  const { state, change } = advance(row.state, carried, known);
  const observation = withOtherTimes(carried, row.observation, state);
  const presented = itemsOf(observation);
  const certificates = new Map([...known, ...presented.map((item): [string, Item] => [item.fingerprint, item])]);
  const look: Look = { observation, state, change, certificates };
  const commit: ObservationCommit = {
    targetId: seen.targetId,
    leaseId: seen.leaseId,
    previous: row.state,
    observation,
    state,
    dueAt: null,
    episodesOpened: [],
    episodesSure: [],
    episodesClosed: [],
    marked: [],
    history: [],
    alerted: [],
  };
  const after: { policy: ReturnType<typeof policyOf>; episodes: Episode[] }[] = [];
  const concerned: WatchContext[] = [];
  const lastAt = row.observation?.at ?? null;
  const forWatch = (watchContext: WatchContext) => {
    const say = sayTo(watchContext.watch.ownerLocale);
    const own: Look = { ...look, observation: ownView(context, watchContext.conversation, observation) };
    const quiet = seen.quiet.has(watchContext.watch.id);
    const policy = policyOf(watchContext);
    // What an answer tells of a stage is no news.
    const begun = quiet ? [] : begunStages(look, policy, lastAt, now);
    const effects = effectsOf(own, watchContext, { quiet, now, say, grace, twice });
    const events = eventsOf(look, watchContext, { effects, begun }, now);
    return { watchContext, quiet, policy, begun, effects, events };
  };
  const leftOut = (error: unknown, { watch, episodes }: WatchContext): void => {
    context.log.error({ err: error, watch: watch.id, target: watch.targetId }, 'a look could not be told to a watch');
    // It is looked at again all the same.
    after.push({ policy: null, episodes });
  };
  for (const { watchContext, quiet, policy, begun, effects, events } of sound(watches, forWatch, leftOut)) {
    const { id: watchId, conversationId: key } = watchContext.watch;
    commit.history!.push(...events);
    commit.episodesOpened.push(...effects.opened);
    commit.episodesSure.push(...effects.sure.map((finding) => ({ watchId, finding, sureAt: now })));
    commit.episodesClosed.push(...effects.closed.map((finding) => ({ watchId, finding })));
    const changes = [effects.opened, effects.sure, effects.closed].some((each) => each.length > 0);
    const hasChanged = changes || change.leafChanged || begun.length > 0;
    // What an answer tells is not told again.
    if (quiet) commit.alerted.push({ key, part: answeredPart(watchId) });
    else if (concernsAlerts(look, row.state, { effects, begun, policy, episodes: watchContext.episodes }, now))
      commit.alerted.push({ key, part: LOOKED });
    // A new leaf concerns everybody who watches the target, a new stage or finding changes what the event says.
    if (hasChanged) concerned.push(watchContext);
    after.push({ policy, episodes: episodesAfter(watchContext.episodes, effects, now) });
  }
  commit.dueAt = nextLook(look, after, {
    interval: context.settings.probeInterval,
    now,
    random: context.random(),
    grace,
    twice,
  });
  return { commit, concerned };
}
