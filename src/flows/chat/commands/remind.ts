import type { Card } from '../../../core/card.ts';
import { capital } from '../../../core/chat/cards/rows.ts';
import { rangesOf, wholeName } from '../../../core/language/name-ranges.ts';
import { policyPhrase } from '../../../core/chat/cards/observation.ts';
import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { findingKind } from '../../../core/alerts/causes.ts';
import { answeredPart, LOOKED } from '../../../core/model/incident.ts';
import { formatThreshold, passedBoundaries, type Threshold } from '../../../core/certificates/stages.ts';
import type { Say } from '../../../core/language/language.ts';
import { enumerate, fullStop } from '../../../core/language/wording.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Episode, Watch } from '../../../core/model/watch.ts';
import { briefTarget, displayTarget } from '../../../core/targets/target.ts';
import { destinationsOf, markDestinations, targetsOf } from '../../reminders/destinations.ts';
import { named } from './people.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';
import { viewsOf } from '../../reminders/view.ts';

/** Rows of one card. */
const MOST_ROWS = 15;

/**
 * Those of the watches about which something is open that nobody was told of: an answer about thresholds tells none of
 * it.
 */
async function withUntold(
  operations: StoreOperations,
  conversation: Conversation,
  watches: Watch[],
): Promise<Set<number>> {
  const incidents = await operations.listIncidents(conversation.id);
  const told = new Set(
    incidents
      .filter(({ closedAt }) => closedAt === null)
      .flatMap((incident) => incident.told.findings.map((finding) => `${incident.cause} ${findingKind(finding)}`)),
  );
  const episodes = await operations.listEpisodes(watches.map(({ id }) => id));
  const isUntold = ({ cause, finding }: Episode): boolean => !told.has(`${cause} ${findingKind(finding)}`);
  return new Set(watches.flatMap(({ id }) => (episodes.get(id)?.some(isUntold) ? [id] : [])));
}

/**
 * Watches whose thresholds have changed: what is due anew is looked at soon, and their reminders are planned anew.
 * `isTold`: the answer tells what the new thresholds have passed already.
 */
async function settle(
  context: CommandContext,
  operations: StoreOperations,
  { conversation, concerned, isTold }: { conversation: Conversation; concerned: Watch[]; isTold: boolean },
): Promise<void> {
  const now = context.now();
  // What is told by this answer alerts only when more comes of it.
  const untold = isTold ? await withUntold(operations, conversation, concerned) : null;
  const marks = concerned.map(({ id }) => {
    return { key: conversation.id, part: untold === null || untold.has(id) ? LOOKED : answeredPart(id) };
  });
  // The next boundary may lie before the next look that was planned: look soon and plan again. Before all marks, as
  // looks are stored.
  await operations.setTargetDue(
    concerned.map(({ targetId }) => targetId),
    now,
  );
  await operations.mark('alerts', marks, { now });
  const placed = concerned.map((watch) => ({ watch, conversation }));
  const destinations = await destinationsOf(context, operations, placed);
  await markDestinations(context, operations, destinations, targetsOf(concerned));
}

function typedPolicy(policy: Threshold[] | null): string {
  return policy ? policy.map(formatThreshold).join(' ') : 'default';
}

async function applyPolicy(
  context: CommandContext,
  request: Request,
  operations: StoreOperations,
  conversation: Conversation,
  policy: Threshold[] | null,
): Promise<void> {
  const watches = await operations.listWatches(conversation.id);
  const concerned = watches.filter((watch) => watch.policy === null);
  // First, as whoever stores alerts marks before it locks the conversation.
  await settle(context, operations, { conversation: { ...conversation, policy }, concerned, isTold: true });
  await operations.setConversationPolicy(conversation.id, policy);
  await operations.recordAudit([auditOf(context, request.inbound, 'remind', typedPolicy(policy))]);
}

/**
 * Gives watches thresholds of their own, in a transaction, and writes down who did; null: those of the conversation.
 * `isTold`: the answer tells what they have passed already.
 */
export async function putPolicy(
  context: CommandContext,
  request: Request,
  operations: StoreOperations,
  change: { conversation: Conversation; watches: Watch[]; policy: Threshold[] | null; isTold: boolean },
): Promise<void> {
  const { conversation, watches, policy, isTold } = change;
  await operations.setWatchPolicy(
    watches.map(({ id }) => id),
    policy,
  );
  const changed = watches.map((watch) => ({ ...watch, policy }));
  await settle(context, operations, { conversation, concerned: changed, isTold });
  await operations.recordAudit(
    watches.map(({ uri }) => auditOf(context, request.inbound, 'remind', `${typedPolicy(policy)} for ${uri}`)),
  );
}

/** What alerts already by new thresholds, in a sentence. */
async function dueSentences(
  context: CommandContext,
  conversation: Conversation,
  watches: Watch[],
  say: Say,
): Promise<string[]> {
  const views = await viewsOf(context, context.store, conversation, watches);
  const due = views.filter(
    ({ leaves, policy }) => leaves[0] && passedBoundaries(leaves[0], policy, context.now()).length > 0,
  );
  const targets = due
    .slice(0, 10)
    .map(({ watch }) => displayTarget(watch.uri))
    .join(', ');
  return due.length === 0 ? [] : [say(due.length > 10 ? 'remind.due-more' : 'remind.due', { targets })];
}

/** When some of the watches alert, those together that do so alike. */
function toldEach(watches: Watch[], conversation: Conversation, say: Say): Card {
  const alike = Map.groupBy(watches, ({ policy }) => policyPhrase(policy ?? conversation.policy, say));
  const rows = [...alike].flatMap(([policy, those]) =>
    rangesOf(
      those.map(({ uri }) => briefTarget(uri)),
      say,
    ).map((range) => ({ name: wholeName(range, say), sub: fullStop(capital(policy)) })),
  );
  const rest = rows.length - MOST_ROWS;
  const group = {
    heading: say('remind.each'),
    rows: rows.slice(0, MOST_ROWS),
    ...(rest > 0 ? { more: say('bulk.rest', { number: rest }) } : {}),
  };
  return sentenceCard(say('remind.title'), '', say, { groups: [group], footnote: say('remind.how') });
}

/** `remind … for …`: when some of the watches alert; without lengths of time it tells. */
export async function thresholds(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'thresholds' }>,
): Promise<Reply> {
  const { say } = request;
  const found = named(command.targets, await context.store.listWatches(conversation.id), say);
  if ('sentence' in found) return forAsker(problemCard(found.sentence, say));
  const { watches } = found;
  if (command.policy === null) {
    return forAsker(toldEach(watches, conversation, say));
  }
  const policy = command.policy === 'default' ? null : command.policy;
  const changed = watches.map((watch) => ({ ...watch, policy }));
  const targets = enumerate(
    watches.map(({ uri }) => displayTarget(uri)),
    10,
    say,
  );
  const values = { targets, policy: policyPhrase(policy ?? conversation.policy, say) };
  const title = say(policy === null ? 'remind.reset-for' : 'remind.changed-for', values);
  return {
    card: sentenceCard(title, '', say, {
      tone: 'good',
      more: await dueSentences(context, conversation, changed, say),
    }),
    async commit(operations) {
      const present = (await operations.listWatches(conversation.id)).filter(({ id }) =>
        watches.some((watch) => watch.id === id),
      );
      await putPolicy(context, request, operations, { conversation, watches: present, policy, isTold: true });
    },
  };
}

/** `remind`: when this conversation is alerted; without arguments it tells. */
export async function remind(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'remind' }>,
): Promise<Reply> {
  const { say } = request;
  if (command.policy === null) {
    const sentence = capital(say('remind.tell', { policy: policyPhrase(conversation.policy, say) }));
    return forAsker(sentenceCard(say('remind.title'), sentence, say, { footnote: say('remind.how') }));
  }
  const policy = command.policy === 'default' ? null : command.policy;
  const watches = await context.store.listWatches(conversation.id);
  const own = watches.filter((watch) => watch.policy !== null).length;
  const more = own > 0 ? [say('remind.own', { own, number: watches.length })] : [];
  const concerned = watches.filter((watch) => watch.policy === null);
  more.push(...(await dueSentences(context, { ...conversation, policy }, concerned, say)));
  const title = say('remind.changed.title', { policy: policyPhrase(policy, say) });
  return {
    card: sentenceCard(title, '', say, { tone: 'good', more }),
    commit: (operations) => applyPolicy(context, request, operations, conversation, policy),
  };
}
