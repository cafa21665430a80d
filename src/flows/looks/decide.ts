import { NOBODY } from '../../core/model/forgetting.ts';
import type { Card, CardAction, Mention } from '../../core/card.ts';
import { alertCard } from '../../core/chat/cards/alert.ts';
import type { Observation } from '../../core/certificates/certificate.ts';
import type { Item } from '../../core/certificates/item.ts';
import { advance, carryOver, withOtherTimes } from '../../core/certificates/state.ts';
import { effectsOf, policyOf, type WatchEffects } from '../../core/alerts/alerts.ts';
import { nextLook } from '../../core/alerts/next-look.ts';
import { eventsOf } from '../../core/alerts/target-events.ts';
import type { Look } from '../../core/alerts/findings.ts';
import { helpFirst } from '../../core/chat/persona.ts';
import { inZone, sayTo, type Say } from '../../core/language/language.ts';
import type { Episode, ObservationCommit, TargetRow, WatchContext } from '../../core/model/watch.ts';
import type { OutgoingMessage } from '../../core/model/delivery.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';
import type { Destination } from '../../core/reminders/destination.ts';
import { sound } from '../../core/sound.ts';
import { itemsOf } from '../../core/certificates/verdict.ts';
import type { FlowContext } from '../context.ts';
import { inSight, soundActions, watchActions } from '../reminders/view.ts';
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

/** An alert on its way, and what its buttons depend on. */
export interface Alert {
  message: OutgoingMessage;
  look: Look;
  watchContext: WatchContext;
  say: Say;
}

/** In which zone an alert tells its times: the reader's in a personal chat, else that of the conversation. */
function zoneOf({ defaultTimeZone }: FlowContext['settings'], { watch, conversation }: WatchContext): string {
  const { timeZone } = conversation.settings;
  const isPersonal = conversation.kind === 'personal';
  const zones = isPersonal ? [watch.ownerTimeZone, timeZone] : [timeZone, watch.ownerTimeZone];
  return [...zones, defaultTimeZone].find((zone) => typeof zone === 'string' && isTimeZone(zone)) ?? 'UTC';
}

/** The buttons of an alert; good news need but one. `destination` is where the reminders of its watch's owner go. */
export function alertActions(
  context: FlowContext,
  { message, look, watchContext, say }: Alert,
  destination: Destination | null,
): CardAction[] {
  const { watch } = watchContext;
  if (message.card.tone === 'good') {
    const action = { name: 'show', data: { watch: watch.id } };
    return [{ kind: 'execute', label: say('button.show'), action }];
  }
  const now = context.now();
  const { holidays } = context;
  const { outlookUrl } = context.settings;
  const leaf = look.certificates.get(look.state.leaf ?? '');
  const policy = policyOf(watchContext);
  const { observation } = look;
  const timeZone = watch.ownerTimeZone;
  const actions = soundActions(context, watch, () =>
    watchActions(
      { watch, destination, leaf, reminders: [] },
      { policy, timeZone, now, say, holidays, observation, outlookUrl },
    ),
  );
  return inSight(helpFirst(message.card, actions));
}

/**
 * Who is mentioned in an alert: the owner, and the group that `settings alerts-to` names. A direct chat notifies its
 * person by itself.
 */
function mentionsOf({ watch, conversation }: WatchContext): Mention[] {
  if (conversation.kind === 'personal') return [];
  const { alertsTo } = conversation.settings;
  const owner: Mention = { kind: 'person', id: watch.ownerId, name: watch.ownerName };
  return [
    ...(watch.ownerId === NOBODY.ownerId ? [] : [owner]),
    ...(alertsTo ? [{ kind: 'group' as const, ...alertsTo }] : []),
  ];
}

function alertOf(
  context: FlowContext,
  effects: WatchEffects,
  look: Look,
  watchContext: WatchContext,
  say: Say,
): Alert | null {
  if (effects.items.length === 0) return null;
  const policy = policyOf(watchContext);
  const card: Card = alertCard(effects.items, look, {
    now: context.now(),
    policy,
    actions: [],
    say,
    mentions: mentionsOf(watchContext),
    owner: watchContext.watch.ownerId === NOBODY.ownerId ? '' : watchContext.watch.ownerName,
    persona: watchContext.conversation.settings.persona,
  });
  const message = { id: context.uuid(), conversationId: watchContext.conversation.id, thread: null, card };
  return { message, look, watchContext, say };
}

/** Episodes of a watch as they will be after these effects. */
function episodesAfter(before: Episode[], effects: WatchEffects, now: number): Episode[] {
  const open = before.filter(({ finding }) => !effects.closed.includes(finding));
  const told = open.map((episode) =>
    effects.toldEpisodes.includes(episode.finding) ? { ...episode, toldAt: now } : episode,
  );
  return [...told, ...effects.opened];
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

/** A look as it was stored, with what is known from those before it; the look itself where another came after it. */
export function asStored({ observation: last }: Pick<TargetRow, 'observation'>, seen: Observation): Observation {
  return last?.at === seen.at && last.uri === seen.uri ? last : seen;
}

/** Decides what one look means for its target and all its watches. Pure but for clock, chance and ids. */
export function decide(
  context: FlowContext,
  seen: Seen,
  row: TargetRow,
  watches: WatchContext[],
  known: Map<string, Item>,
): { commit: ObservationCommit; look: Look; alerts: Alert[]; concerned: WatchContext[] } {
  const now = context.now();
  const { grace } = context.settings;
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
    told: [],
    episodesOpened: [],
    episodesTold: [],
    episodesClosed: [],
    messages: [],
    marked: [],
    history: [],
  };
  const after: { policy: ReturnType<typeof policyOf>; episodes: Episode[] }[] = [];
  const alerts: Alert[] = [];
  const concerned: WatchContext[] = [];
  const forWatch = (watchContext: WatchContext) => {
    const watchId = watchContext.watch.id;
    // An alert has no asker: it speaks the language of whoever set up the watch.
    const say = inZone(sayTo(watchContext.watch.ownerLocale), zoneOf(context.settings, watchContext));
    const own: Look = { ...look, observation: ownView(context, watchContext.conversation, observation) };
    const effects = effectsOf(own, watchContext, { quiet: seen.quiet.has(watchId), now, say, grace });
    const alert = alertOf(context, effects, own, watchContext, say);
    return { watchContext, watchId, effects, alert };
  };
  const leftOut = (error: unknown, { watch, episodes }: WatchContext): void => {
    context.log.error({ err: error, watch: watch.id, target: watch.targetId }, 'a look could not be told to a watch');
    // It is looked at again all the same.
    after.push({ policy: null, episodes });
  };
  for (const { watchContext, watchId, effects, alert } of sound(watches, forWatch, leftOut)) {
    commit.history!.push(...eventsOf(look, watchContext, effects, now));
    commit.told.push(...effects.told.map((key) => ({ watchId, key })));
    commit.episodesOpened.push(...effects.opened);
    commit.episodesTold.push(...effects.toldEpisodes.map((finding) => ({ watchId, finding, toldAt: now })));
    commit.episodesClosed.push(...effects.closed.map((finding) => ({ watchId, finding })));
    if (alert) {
      alerts.push(alert);
      commit.messages.push(alert.message);
    }
    // A new leaf concerns everybody who watches the target, a new stage or finding changes what the event says.
    const told = [effects.told, effects.opened, effects.closed].some((each) => each.length > 0);
    if (change.leafChanged || told) concerned.push(watchContext);
    after.push({ policy: policyOf(watchContext), episodes: episodesAfter(watchContext.episodes, effects, now) });
  }
  commit.dueAt = nextLook(look, after, {
    interval: context.settings.probeInterval,
    now,
    random: context.random(),
    grace,
  });
  return { commit, look, alerts, concerned };
}
