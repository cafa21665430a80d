import { bulkCard } from '../../../core/chat/cards/bulk.ts';
import { listCard, type WatchView } from '../../../core/chat/cards/list.ts';
import { allAlertsFact, nextAlertFact } from '../../../core/chat/cards/lifetime.ts';
import { observationCard, watchedFact } from '../../../core/chat/cards/observation.ts';
import { ownFacts } from '../../../core/chat/cards/notes.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Card } from '../../../core/card.ts';
import type { Observation } from '../../../core/certificates/certificate.ts';
import type { Instant } from '../../../core/time.ts';
import type { Command } from '../../../core/chat/command.ts';
import { inZone, type Say } from '../../../core/language/language.ts';
import { formatThreshold, type Threshold } from '../../../core/certificates/stages.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { TargetRow, Watch } from '../../../core/model/watch.ts';
import { alsoShowing } from '../../../core/items/also.ts';
import { wordsOf } from '../../../core/items/words.ts';
import { connects, displayTarget, typedTarget } from '../../../core/targets/target.ts';
import { itemsOf } from '../../../core/certificates/verdict.ts';
import { shortInstant } from '../../../core/language/dates.ts';
import { enumerate, relative, shorten } from '../../../core/language/wording.ts';
import { distance } from 'fastest-levenshtein';
import { forbidden, lookAtMany, lookResult, refusedPort, unsupported } from './bulk.ts';
import { domainsOf, namingDomains } from './exchangers.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { asStored } from '../../looks/decide.ts';
import { understoodFilter, withPersons } from './list-filter.ts';
import { tellable } from '../outsiders.ts';
import { ownView } from '../../trusted-view.ts';
import {
  fileAction,
  inSight,
  outlookAction,
  reminderParts,
  remindersOf,
  soundActions,
  stopAction,
  viewsOf,
  watchActions,
  zoneOf,
} from '../../reminders/view.ts';

/** Targets that show the same, as far as they are named. */
const MOST_ALSO = 10;

/** More letters than this apart nobody mistypes. */
const NEAR = 6;

/** What is watched under nearly the same name; null when nothing is. */
function nearestOf(uri: string, watches: Watch[]): string | null {
  let nearest: { uri: string; away: number } | null = null;
  for (const watch of watches) {
    if (Math.abs(watch.uri.length - uri.length) > NEAR) continue;
    const away = distance(watch.uri, uri);
    if (away <= NEAR && away < (nearest?.away ?? Infinity)) nearest = { uri: watch.uri, away };
  }
  return nearest?.uri ?? null;
}

/**
 * The sentence for a target that is not watched here, with the nearest one that is; where very many are told of, that is
 * not looked for.
 */
export function notWatched(uri: string, watches: Watch[], say: Say, { isOneOfMany = false } = {}): string {
  const nearest = isOneOfMany ? null : nearestOf(uri, watches);
  const target = displayTarget(uri);
  if (nearest === null) {
    if (!connects(uri)) return say('not-watched.other', { target });
    return say(watches.length > 0 ? 'not-watched.far' : 'not-watched.nothing', { target, typed: typedTarget(uri) });
  }
  return say('not-watched.near', { target, nearest: displayTarget(nearest) });
}

/**
 * A look by hand at a target that somebody watches is as good as one by the tick: store it. Resolves with what is known
 * together with it.
 */
async function commitIfWatched(
  context: CommandContext,
  { inbound }: Pick<Request, 'inbound'>,
  conversation: Conversation,
  { uri, observation }: { uri: string; observation: Observation },
): Promise<Observation> {
  const target = await context.store.findTarget(uri);
  // Part of its addresses tells nothing of the others.
  if (!target || target.dueAt === null || observation.outOf !== undefined) return observation;
  // The answer tells this conversation what holds, unless it is for the asker's eyes alone.
  const own = inbound.ephemeral === null ? await context.store.findWatch(conversation.id, uri) : null;
  await context.observer.commitLook(
    { targetId: target.id, leaseId: null, observation, quiet: new Set(own ? [own.id] : []) },
    { urgent: true },
  );
  return asStored((await context.store.findTarget(uri)) ?? target, observation);
}

/**
 * The sentence when the budget has no look left for another `wait` milliseconds, and what to type then; without a
 * command it was a button.
 */
export function spent(
  { budget: { perMinute } }: Pick<CommandContext, 'budget'>,
  wait: number,
  command: { verb: 'check' | 'watch'; uri: string; policy?: Threshold[] | 'default' | null } | null,
  say: Say,
): string {
  const values = { number: perMinute, seconds: Math.ceil(wait / 1000) };
  if (!command) return say('budget.spent', values);
  const { verb, policy } = command;
  const target = displayTarget(command.uri);
  const words = policy === 'default' ? policy : policy?.map(formatThreshold).join(' ');
  const remind = words ? ` remind ${words}` : '';
  return say(`budget.spent-${verb}`, { ...values, target, command: `${verb} ${typedTarget(command.uri)}${remind}` });
}

/** `check`: looks now, stores no watch, tells everything that was presented. */
export async function check(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'check' }>,
): Promise<Reply> {
  const { targets } = command;
  const { say } = request;
  const [only] = targets;
  const { policy } = conversation;
  if (targets.length > 1 || !only || domainsOf(targets).length > 0) {
    const results = await lookAtMany(context, request, {
      asking: conversation,
      verb: 'check',
      targets,
      policy,
      store: async (looks) =>
        looks.map(({ uri, observation }) =>
          lookResult(context, uri, observation, {
            ownView: (seen) => ownView(context, conversation, seen),
            policy,
            now: context.now(),
            outcome: 'checked',
            say,
          }),
        ),
    });
    return forAsker(namingDomains(bulkCard(results, { now: context.now(), say }), targets, say));
  }
  if ('problem' in only) return forAsker(problemCard(only.problem, say));
  const refused = refusedPort(context, only.uri, say);
  if (refused !== null) return forAsker(problemCard(refused, say));
  const wait = connects(only.uri) ? context.budget.take(conversation.id) : 0;
  if (wait > 0) return forAsker(problemCard(spent(context, wait, { verb: 'check', uri: only.uri }, say), say));
  const seen = await context.observer.look(only.uri, undefined, { given: only.given, asking: conversation });
  context.budget.charge(conversation.id, seen);
  if (!seen) return forAsker(problemCard(unsupported(only.uri, say), say));
  const now = context.now();
  // What somebody only tries is not to change what is watched.
  const tried = forbidden(seen) || only.given !== undefined;
  const stored = tried
    ? seen
    : await commitIfWatched(context, request, conversation, { uri: only.uri, observation: seen });
  const observation = ownView(context, conversation, stored);
  const [leaf] = itemsOf(observation);
  const { holidays } = context;
  const { outlookUrl } = context.settings;
  const timeZone = request.inbound.actor.timeZone;
  const actions = outlookAction(leaf, only.uri, { policy, timeZone, now, say, holidays, observation, outlookUrl });
  const watched = await context.store.findWatch(conversation.id, only.uri);
  const unkept = connects(only.uri) ? 'check.once' : 'check.unkept';
  const footnote = watched ? undefined : say(unkept, { typed: typedTarget(only.uri, only.given) });
  const spoken = inZone(say, zoneOf(context, { reminders: [], conversation, own: timeZone }));
  const more = { actions, ...(footnote ? { footnote } : {}) };
  return forAsker(observationCard(observation, { policy, now, say: spoken }, more));
}

/** When it was looked at, and when it will be. */
function lookFacts({ observation, dueAt }: TargetRow, now: Instant, say: Say): { label: string; value: string }[] {
  const { at } = observation!;
  const next = dueAt === null ? 'none' : dueAt <= now ? 'now' : relative(dueAt, now, say);
  const values = { instant: shortInstant(at, { now, say }), when: relative(at, now, say), next };
  return [{ label: say('label.looked-at'), value: say('fact.looked-at', values) }];
}

/** Who reads a card: somebody of another organisation is told of nothing that is this one's. */
interface Reader {
  say: Say;
  isOutsider: boolean;
}

/** What else the conversation watches that shows the same certificates, or others of the same keys. */
async function alsoFacts(
  context: CommandContext,
  conversation: Conversation,
  shown: WatchView,
  { say, isOutsider }: Reader,
): Promise<{ label: string; value: string }[]> {
  const all = tellable(await context.store.listWatches(conversation.id), isOutsider);
  const watches = all.filter(({ id }) => id !== shown.watch.id);
  const views = watches.length > 0 ? await viewsOf(context, context.store, conversation, watches) : [];
  const also = alsoShowing(shown, views, say);
  return also.length > 0 ? [{ label: say('label.also'), value: enumerate(also, MOST_ALSO, say) }] : [];
}

/** The card of `show` for one watch, from what is stored. */
export async function showCard(
  context: CommandContext,
  conversation: Conversation,
  watch: Watch,
  { say, isOutsider }: Reader,
): Promise<Card> {
  const now = context.now();
  const [view] = await viewsOf(context, context.store, conversation, [watch]);
  const shown = displayTarget(watch.uri);
  if (!view?.target.observation) return problemCard(say('show.not-yet', { target: shown }), say);
  const { target, leaves, policy } = view;
  const observation = target.observation!;
  const { destination, reminders } = await remindersOf(context, { watch, conversation }, target.state);
  const [leaf] = leaves;
  const spoken = inZone(say, zoneOf(context, { reminders, conversation, own: watch.ownerTimeZone }));
  const judged = { policy, now, say: spoken };
  const owner = shorten(watch.ownerName, 80) || say('fact.owner-unknown');
  const facts = [{ label: say('label.owner'), value: owner }];
  if (leaf && itemsOf(observation).length === 0) {
    facts.push({
      label: say('label.last-known'),
      value: wordsOf(leaf).lastKnown(leaf, { now, say: spoken }),
    });
  }
  const placing = reminderParts(context, reminders, spoken);
  facts.push(...placing.facts, ...nextAlertFact(leaf, judged));
  if (connects(watch.uri)) facts.push(...lookFacts(target, now, spoken));
  facts.push(...ownFacts(watch, say), ...(await alsoFacts(context, conversation, view, { say, isOutsider })));
  const details = [...placing.details, ...allAlertsFact(leaf, judged), watchedFact(watch, '', judged)];
  const rows = reminders.map(({ reminder }) => reminder);
  const { holidays } = context;
  const { outlookUrl } = context.settings;
  const timeZone = watch.ownerTimeZone;
  return observationCard(observation, judged, {
    watching: 'shown',
    facts,
    details,
    actions: inSight([
      ...soundActions(context, watch, () =>
        watchActions(
          { watch, destination, reminders: rows, leaf },
          { policy, timeZone, now, say, holidays, observation, outlookUrl },
        ),
      ),
      ...(await fileAction(context, rows, say)),
      stopAction(watch, say),
    ]),
  });
}

/** `show`: everything about one watched target. */
export async function show(
  context: CommandContext,
  { say, inbound }: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'show' }>,
): Promise<Reply> {
  const { target } = command;
  if ('problem' in target) return forAsker(problemCard(target.problem, say));
  const watch = await context.store.findWatch(conversation.id, target.uri);
  if (watch)
    return forAsker(await showCard(context, conversation, watch, { say, isOutsider: !!inbound.actor.outsider }));
  const watches = await context.store.listWatches(conversation.id);
  return forAsker(problemCard(notWatched(target.uri, watches, say), say));
}

/** One page of `list`; the buttons of the card come back here. */
export async function listPage(
  context: CommandContext,
  conversation: Conversation,
  options: { filter: string; page: number; say: Say; self: string; isOutsider: boolean },
): Promise<Card> {
  const watches = await context.store.listWatches(conversation.id);
  const told = tellable(watches, options.isOutsider);
  const views = await viewsOf(context, context.store, conversation, told);
  const leftOut = (error: unknown, { watch }: WatchView): void =>
    context.log.error({ err: error, watch: watch.id, target: watch.targetId }, 'a row of a list could not be shown');
  const now = context.now();
  // Whoever turns the page sees those of whoever asked for theirs.
  const filter = withPersons(options.filter, [], options.self);
  const understood = understoodFilter(context, conversation, views, { ...options, filter, now });
  const shown = understood === null ? '' : filter;
  return listCard(views, { ...options, filter: shown, understood, now, reader: options.self, leftOut });
}

/** `list`, as it was typed: whoever is mentioned is known by their id from here on, since buttons carry the filter. */
export async function list(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'list' }>,
): Promise<Reply> {
  const { id: self, outsider } = inbound.actor;
  const filter = withPersons(command.filter, inbound.mentions, self);
  return forAsker(await listPage(context, conversation, { filter, page: 1, say, self, isOutsider: !!outsider }));
}
