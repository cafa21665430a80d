import { bulkCard } from '../../core/cards/bulk.ts';
import { listCard } from '../../core/cards/list.ts';
import { observationCard, policyPhrase } from '../../core/cards/observation.ts';
import { problemCard } from '../../core/cards/replies.ts';
import type { Card } from '../../core/card.ts';
import type { Command } from '../../core/command.ts';
import type { Conversation, Watch } from '../../core/ports.ts';
import { displayTarget } from '../../core/target.ts';
import { leavesOf } from '../../core/verdict.ts';
import { expiryPhrase, isoMinute, relative, shorten } from '../../core/wording.ts';
import { distance } from 'fastest-levenshtein';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { outlookAction, reminderFacts, remindersOf, viewsOf } from './view.ts';
import { forbidden, lookAtMany, lookResult, unsupported } from './watch.ts';

/** The sentence for a target that is not watched here, with the nearest one that is. */
export function notWatched(uri: string, watches: Watch[]): string {
  const [nearest] = watches
    .map((watch) => ({ uri: watch.uri, away: distance(watch.uri, uri) }))
    .toSorted((a, b) => a.away - b.away);
  const sentence = `${displayTarget(uri)} is not watched in this conversation.`;
  if (!nearest) return `${sentence} Nothing is yet: type “watch ${displayTarget(uri)}” to begin.`;
  if (nearest.away > 6)
    return `${sentence} Type “list” to see what is, or “check ${displayTarget(uri)}” to look at it once.`;
  return `${sentence} Did you mean ${displayTarget(nearest.uri)}?`;
}

/** A look by hand at a target that somebody watches is as good as one by the tick: store it. */
async function settleIfWatched(
  context: CommandContext,
  uri: string,
  observation: Parameters<CommandContext['observer']['settle']>[0]['observation'],
): Promise<void> {
  const target = await context.store.findTarget(uri);
  if (!target || target.dueAt === null) return;
  await context.observer.settle(
    { targetId: target.id, leaseId: null, observation, quiet: new Set() },
    { urgent: true },
  );
}

/** `check`: looks now, stores no watch, tells everything that was presented. */
export async function check(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'check' }>,
): Promise<Reply> {
  const { targets } = command;
  const [only] = targets;
  const { policy } = conversation;
  if (targets.length > 1 || !only) {
    const results = await lookAtMany(context, request, {
      verb: 'Checking',
      targets,
      policy,
      store: async (looks) =>
        looks.map(({ uri, observation }) =>
          lookResult(uri, observation, { policy, now: context.now(), outcome: 'checked' }),
        ),
    });
    return forAsker(bulkCard(results));
  }
  if ('problem' in only) return forAsker(problemCard(only.problem));
  const observation = await context.observer.look(only.uri);
  if (!observation) return forAsker(problemCard(unsupported(only.uri)));
  const now = context.now();
  if (!forbidden(observation)) await settleIfWatched(context, only.uri, observation);
  const [leaf] = leavesOf(observation);
  const actions = outlookAction(leaf, only.uri, { policy, timeZone: request.inbound.actor.timeZone, now });
  const watched = await context.store.findWatch(conversation.id, only.uri);
  const footnote = watched ? undefined : `Looked once. To be reminded, type “watch ${displayTarget(only.uri)}”.`;
  return forAsker(observationCard(observation, { policy, now }, { actions, ...(footnote ? { footnote } : {}) }));
}

/** The card of `show` for one watch, from what is stored. */
export async function showCard(context: CommandContext, conversation: Conversation, watch: Watch): Promise<Card> {
  const now = context.now();
  const [view] = await viewsOf(context.store, conversation, [watch]);
  const shown = displayTarget(watch.uri);
  if (!view?.target.observation)
    return problemCard(`${shown} is watched, but has not been looked at yet. Try again in a moment.`);
  const { target, leaves, policy } = view;
  const observation = target.observation!;
  const reminders = await remindersOf(context, watch, target.state?.leaf ?? null);
  const [leaf] = leaves;
  const facts: { label: string; value: string }[] = [];
  if (leaf && leavesOf(observation).length === 0) {
    facts.push({
      label: 'Last known',
      value: `${shorten(leaf.subject, 80)}, ${expiryPhrase(leaf.notAfter, now)}, issued by ${shorten(leaf.issuer, 80)}`,
    });
  }
  facts.push({ label: 'Looked at', value: `${isoMinute(observation.at)} (${relative(observation.at, now)})` });
  if (target.dueAt !== null) {
    const when = target.dueAt <= now ? 'now' : `${isoMinute(target.dueAt)} (${relative(target.dueAt, now)})`;
    facts.push({ label: 'Next look', value: when });
  }
  facts.push(...reminderFacts(reminders));
  facts.push({ label: 'Alerts', value: policyPhrase(policy) });
  facts.push({
    label: 'Owner',
    value: `${shorten(watch.ownerName, 80) || 'unknown'}, since ${isoMinute(watch.createdAt)}`,
  });
  const planned = reminders.find(({ reminder }) => reminder.kind === 'renew')?.reminder;
  return observationCard(
    observation,
    { policy, now },
    {
      title: shown,
      facts,
      actions: [
        { kind: 'execute', label: 'Look again now', action: { name: 'show', data: { watch: watch.id, fresh: true } } },
        ...outlookAction(leaf, watch.uri, { policy, timeZone: watch.ownerTimeZone, now, planned }),
      ],
    },
  );
}

/** `show`: everything about one watched target. */
export async function show(
  context: CommandContext,
  conversation: Conversation,
  command: Extract<Command, { verb: 'show' }>,
): Promise<Reply> {
  const { target } = command;
  if ('problem' in target) return forAsker(problemCard(target.problem));
  const watch = await context.store.findWatch(conversation.id, target.uri);
  if (!watch) return forAsker(problemCard(notWatched(target.uri, await context.store.listWatches(conversation.id))));
  return forAsker(await showCard(context, conversation, watch));
}

/** One page of `list`; the buttons of the card come back here. */
export async function listPage(
  context: CommandContext,
  conversation: Conversation,
  filter: string,
  page: number,
): Promise<Card> {
  const views = await viewsOf(context.store, conversation, await context.store.listWatches(conversation.id));
  return listCard(views, { filter, page, now: context.now() });
}
