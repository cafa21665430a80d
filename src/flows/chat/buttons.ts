import { z } from 'zod';
import type { Card } from '../../core/card.ts';
import { errorCard, problemCard, sentenceCard } from '../../core/chat/cards/replies.ts';
import { withoutPrivateKeys } from '../../core/chat/private-key.ts';
import { StoreError, UserError } from '../../core/errors.ts';
import type { Say } from '../../core/language/language.ts';
import type { Conversation, ConversationInput } from '../../core/model/conversation.ts';
import type { InboundAction } from '../../core/model/inbound.ts';
import type { Mentioned } from '../../core/model/people.ts';
import type { Watch } from '../../core/model/watch.ts';
import { wordsOf } from '../../core/items/words.ts';
import { connects, displayTarget, typedTarget } from '../../core/targets/target.ts';
import { answerAllowance } from './commands/allow.ts';
import { forgetPresser } from './commands/forget.ts';
import { listPage, showCard, spent } from './commands/look.ts';
import type { CommandContext } from './commands/reply.ts';
import { renewalOfWatch } from './commands/renew.ts';
import { removeWatches, undoAction, watchAnew } from './commands/unwatch.ts';
import { confirmUnwatchAll } from './commands/unwatch-all.ts';
import { answerDeleted } from '../reminders/edits.ts';
import { INCIDENT_PRESSES } from './incident-presses.ts';
import { seen } from './membership.ts';
import { pressRefusedToOutsider } from './outsiders.ts';
import { overRate, overRateCard } from './rate.ts';
import { identifiedOrAsGiven } from '../people/identify.ts';
import { sayFor } from './speaking.ts';
import { questionRefused } from '../people/questions.ts';
import { answerQuestion, ask, findPerson, nameOf, subjectOf } from '../people/recipients.ts';
import { chooseSlot, elsewhereCard, notTheOwner, offerSlots } from '../reminders/slots.ts';

const pageData = z.object({
  page: z.coerce.number().int().min(1).max(100_000),
  filter: z.string().max(600).default(''),
});
const showData = z.object({ watch: z.coerce.number().int().positive(), fresh: z.coerce.boolean().default(false) });
const rowData = z.object({
  watch: z.coerce.number().int().positive(),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  filter: z.string().max(600).default(''),
});

const watchData = z.object({ watch: z.coerce.number().int().positive() });
const typedData = z.object({ text: z.string().min(1).max(1000) });
const againData = z.object({ uri: z.string().max(2000).transform(typedOf) });
const slotData = watchData.extend({ start: z.coerce.number().int().positive() });
const recipientData = z.object({ recipient: z.uuid(), asked: z.coerce.number().int().positive().optional() });
const allData = z.object({ upTo: z.coerce.number().int().positive() });
const undoData = z.object({ removed: z.uuid() });
const questionData = z.object({ question: z.uuid() });

/** How a target is typed that a button names; untrusted text stays as it is, and is refused as what is typed. */
function typedOf(uri: string): string {
  try {
    return typedTarget(uri);
  } catch {
    return uri.replaceAll(/\s+/g, ' ');
  }
}

/** A press under way, with the presser as far as their channel tells, and in their language. */
type Press = InboundAction & { say: Say };

/** The button belongs to something that is not there any more. */
function stale(say: Say): UserError {
  return new UserError(say('stale'));
}

async function watchOf({ store }: CommandContext, conversation: Conversation, id: number): Promise<Watch | undefined> {
  return (await store.listWatches(conversation.id)).find((one) => one.id === id);
}

/** Throws UserError when the budget of the conversation is spent, and when there is no way to look at the target. */
async function lookAgain(context: CommandContext, watch: Watch, say: Say): Promise<void> {
  const wait = connects(watch.uri) ? context.budget.take(watch.conversationId) : 0;
  // The pressed message stays as it is.
  if (wait > 0) throw new UserError(spent(context, wait, null, say));
  const observation = await context.observer.look(watch.uri);
  context.budget.charge(watch.conversationId, observation);
  if (!observation) throw new UserError(say('show.cannot', { target: displayTarget(watch.uri) }));
  // Part of its addresses tells nothing of the others: the next look goes over more of them.
  if (observation.outOf !== undefined) return context.store.setTargetDue([watch.targetId], context.now());
  // The person who pressed sees the result; whatever is new is still told to the whole conversation.
  await context.observer.commitLook(
    { targetId: watch.targetId, leaseId: null, observation, quiet: new Set() },
    { urgent: true },
  );
}

async function show(context: CommandContext, conversation: Conversation, { action, actor, say }: Press): Promise<Card> {
  const data = showData.safeParse(action.data);
  const watch = data.success ? await watchOf(context, conversation, data.data.watch) : undefined;
  if (!data.success || !watch) throw stale(say);
  if (data.data.fresh) await lookAgain(context, watch, say);
  return showCard(context, conversation, watch, { say, isOutsider: !!actor.outsider });
}

/** Said beside the pressed card, which may be an alert that others still need. */
async function tellRenewal(context: CommandContext, conversation: Conversation, press: Press): Promise<null> {
  const data = watchData.safeParse(press.action.data);
  const watch = data.success ? await watchOf(context, conversation, data.data.watch) : undefined;
  if (!watch) throw stale(press.say);
  const card = await renewalOfWatch(context, conversation, watch, press.say);
  await followUp(context, press, press.ephemeral ?? press.thread, card);
  return null;
}

async function turnPage(
  context: CommandContext,
  conversation: Conversation,
  { action, actor, say }: Press,
): Promise<Card> {
  const data = pageData.safeParse(action.data);
  if (!data.success) throw stale(say);
  return listPage(context, conversation, { ...data.data, self: actor.id, isOutsider: !!actor.outsider, say });
}

/** What a press says beside the pressed message is an answer to programs, and no alert. */
function answered(card: Card): Card {
  return { ...card, about: card.about ?? { kind: 'answer' } };
}

/** Says something beside the pressed message, which stays as it is. */
async function followUp(
  { store, uuid, now, deliverer }: CommandContext,
  { conversation, actor }: InboundAction,
  thread: unknown,
  card: Card,
): Promise<void> {
  const message = { id: uuid(), conversationId: conversation.id, thread, card: answered(card), asker: actor.id };
  await store.putMessages([message], now());
  deliverer.kick();
}

/**
 * Stops one watch of a list: everybody is told, and the list is shown without it. Pressed twice, the second only shows
 * the list.
 */
async function unwatchRow(context: CommandContext, conversation: Conversation, press: Press): Promise<Card> {
  const { say } = press;
  const data = rowData.safeParse(press.action.data);
  if (!data.success) throw stale(say);
  await stopWatching(context, conversation, { press, watch: data.data.watch });
  const { filter, page } = data.data;
  const { id: self, outsider } = press.actor;
  return listPage(context, conversation, { filter, page, self, isOutsider: !!outsider, say });
}

/** Stops a watch that an earlier text of an edited message began. The pressed message stays as it is. */
async function unwatchLeft(context: CommandContext, conversation: Conversation, press: Press): Promise<null> {
  const data = watchData.safeParse(press.action.data);
  const isThere = data.success && (await stopWatching(context, conversation, { press, watch: data.data.watch }));
  if (!isThere) throw stale(press.say);
  return null;
}

/** Watches again what an earlier text of an edited message stopped, as if the presser had typed it. */
function watchAgain(context: CommandContext, press: Press): Promise<null> {
  const data = againData.safeParse(press.action.data);
  if (!data.success) throw stale(press.say);
  return typeFor(context, { ...press, ephemeral: null }, `watch ${data.data.uri}`);
}

function typed(context: CommandContext, press: Press): Promise<null> {
  const data = typedData.safeParse(press.action.data);
  if (!data.success) throw stale(press.say);
  return typeFor(context, press, data.data.text);
}

/** Runs a command as if the presser had typed it: it is checked as one, and answered beside the pressed message. */
async function typeFor(
  { store, uuid }: CommandContext,
  press: Press,
  text: string,
  mentions: Mentioned[] = [],
): Promise<null> {
  const { conversation, thread, ephemeral, actor, receivedAt } = press;
  const message = { thread, ephemeral, mentions, attachments: [], conversation, actor, receivedAt };
  await store.acceptInbound({ ...message, id: `again:${uuid()}`, text: withoutPrivateKeys(text) });
  return null;
}

/** Stops a watch and tells everybody; false when it is not there any more. */
async function stopWatching(
  context: CommandContext,
  conversation: Conversation,
  { press, watch: id }: { press: Press; watch: number },
): Promise<boolean> {
  const { say } = press;
  const watch = await watchOf(context, conversation, id);
  if (watch) {
    const target = displayTarget(watch.uri);
    const [row] = await context.store.getTargets([watch.targetId]);
    const item = row?.observation?.item;
    const typed = typedTarget(watch.uri, item ? wordsOf(item).given(item) : undefined);
    const removed = context.uuid();
    const message = {
      id: context.uuid(),
      conversationId: conversation.id,
      thread: press.thread,
      card: answered(
        sentenceCard(say('unwatch.title', { target }), say('unwatch.undo', { typed }), say, {
          tone: 'good',
          actions: [undoAction(removed, say)],
        }),
      ),
    };
    await context.store.transaction(async (operations) => {
      await removeWatches(context, press, operations, [watch], removed);
      await operations.putMessages([message], context.now());
    });
    context.planner.kick();
    context.deliverer.kick();
  }
  return watch !== undefined;
}

/** Where something for the presser alone is said: their own chat. Null: it is this one. */
async function ownChat(
  context: CommandContext,
  { conversation, actor, say }: Press,
): Promise<ConversationInput | null> {
  if (conversation.kind === 'personal') return null;
  const reference = { id: actor.id, directoryId: null, address: null };
  return (await findPerson(context, reference, conversation, say)).conversation;
}

/** Free times are their owner's own business: they go to the owner's own chat, and to nobody else. */
async function bookSlots(context: CommandContext, conversation: Conversation, press: Press): Promise<Card | null> {
  const { say, actor } = press;
  const data = watchData.safeParse(press.action.data);
  const watch = data.success ? await watchOf(context, conversation, data.data.watch) : undefined;
  if (!watch) throw stale(say);
  const refused = notTheOwner(watch, actor, say);
  if (refused) {
    await followUp(context, press, press.ephemeral ?? press.thread, refused);
    return null;
  }
  const direct = await ownChat(context, press);
  const card = await offerSlots(context, { watch, conversation }, actor, say);
  if (!direct) {
    await followUp(context, press, press.thread, card);
    return null;
  }
  await context.store.rememberConversation(direct, context.now());
  await followUp(context, { ...press, conversation: direct }, null, card);
  await followUp(context, press, press.ephemeral ?? press.thread, elsewhereCard(watch, say));
  return null;
}

/** A time was chosen, in the owner's own chat; the watch may belong to another conversation. */
async function bookSlot(context: CommandContext, press: Press): Promise<Card> {
  const { say, actor, conversation: place } = press;
  const data = slotData.safeParse(press.action.data);
  if (!data.success || place.kind !== 'personal') throw stale(say);
  const found = (await context.store.listWatchesByOwner(place.channel, place.tenantId, actor.id)).find(
    ({ watch }) => watch.id === data.data.watch,
  );
  if (!found) throw stale(say);
  return chooseSlot(context, found, { start: data.data.start, actor }, say);
}

async function keepOrDrop(
  context: CommandContext,
  conversation: Conversation,
  press: Press,
  keep: boolean,
): Promise<Card | null> {
  const { say } = press;
  const data = questionData.safeParse(press.action.data);
  if (!data.success) throw stale(say);
  const { question } = data.data;
  const card = await answerDeleted(context, { conversation, actor: press.actor, question, keep }, say);
  if (card === 'answered') return answeredAlready(context, press);
  if (card !== null) return card;
  await followUp(context, press, press.ephemeral ?? press.thread, problemCard(say('edit.not-yours'), say));
  return null;
}

/** Asks the manager of an owner who is gone whether they take over everything of that owner in this conversation. */
async function askManager(context: CommandContext, conversation: Conversation, press: Press): Promise<Card> {
  const { say, actor } = press;
  const data = watchData.safeParse(press.action.data);
  const watch = data.success ? await watchOf(context, conversation, data.data.watch) : undefined;
  const [state] = watch?.ownerMailbox ? await context.store.getMailboxStates([watch.ownerMailbox]) : [];
  if (!watch || !state?.manager || state.state === 'fine') throw stale(say);
  const { id, address } = state.manager;
  const found = await findPerson(context, { id: null, directoryId: id, address }, press.conversation, say);
  const watches = await context.store.listWatches(conversation.id);
  const uris = watches.filter(({ ownerMailbox }) => ownerMailbox === watch.ownerMailbox).map(({ uri }) => uri);
  const proposal = { conversation, by: actor, role: 'owner', uris } as const;
  const refused = await questionRefused(context, proposal, found, say);
  if (refused !== null) throw new UserError(refused);
  await context.store.transaction((operations) => ask(context, operations, proposal, found));
  context.deliverer.kick();
  const values = {
    subject: subjectOf(uris, say),
    name: nameOf({ ...found.actor, name: found.actor.name || state.manager.name }),
  };
  return sentenceCard(say('owner.asked.title', values), say('owner.asked'), say);
}

/** Pressed once more, or too late: said beside the card, which may tell how the question was answered. */
async function answeredAlready(context: CommandContext, press: Press): Promise<null> {
  const { say } = press;
  const card = sentenceCard(say('edit.answered.title'), say('edit.answered'), say);
  await followUp(context, press, press.ephemeral ?? press.thread, card);
  return null;
}

async function reply(
  context: CommandContext,
  press: Press,
  { yes, never }: { yes: boolean; never: boolean },
): Promise<Card | null> {
  const data = recipientData.safeParse(press.action.data);
  if (!data.success) throw stale(press.say);
  const { recipient, asked: askedAt } = data.data;
  const card = await answerQuestion(context, press, { recipient, askedAt, yes, never }, press.say);
  return card ?? answeredAlready(context, press);
}

async function unwatchAsked(context: CommandContext, press: Press): Promise<Card | null> {
  const data = allData.safeParse(press.action.data);
  if (!data.success) throw stale(press.say);
  const card = await confirmUnwatchAll(context, press, data.data.upTo, press.say);
  return card ?? answeredAlready(context, press);
}

/** Who did not ask for it is told beside the question, which stays for whoever did. */
async function forgetOrTell(context: CommandContext, press: Press): Promise<Card | null> {
  const card = await forgetPresser(context, press, press.say);
  if (card.about?.kind !== 'answer') return card;
  await followUp(context, press, press.ephemeral ?? press.thread, card);
  return null;
}

/** A button of an alert. What takes longer runs as if it had been typed: it is stored, and run once. */
async function onIncident(context: CommandContext, conversation: Conversation, press: Press): Promise<Card | null> {
  const answer = await INCIDENT_PRESSES[press.action.name]!(context, conversation, press);
  if (answer === 'later') return null;
  if ('typed' in answer) {
    const { typed: text, mention } = answer;
    return typeFor(context, press, text, mention === undefined ? [] : [{ id: mention, text: '@person' }]);
  }
  if (!('beside' in answer)) return answer;
  await followUp(context, press, press.ephemeral ?? press.thread, answer.beside);
  return null;
}

/** Takes back, for some minutes, that something is not watched any more. */
async function undo(context: CommandContext, conversation: Conversation, press: Press): Promise<Card> {
  const data = undoData.safeParse(press.action.data);
  const card = data.success
    ? await watchAnew(context, press, { conversation, id: data.data.removed }, press.say)
    : null;
  if (!card) throw new UserError(press.say('undo.late'));
  return card;
}

/** Buttons that end watches. */
const ENDING = new Set(['unwatch-row', 'unwatch-all', 'unwatch-left']);

async function answer(context: CommandContext, press: Press): Promise<Card | null> {
  const { name } = press.action;
  const conversation = await seen(context, press.conversation);
  const watches = press.actor.outsider ? await context.store.listWatches(conversation.id) : [];
  const refusal =
    pressRefusedToOutsider(press, watches, press.say) ??
    (ENDING.has(name) ? await context.rights.refusal(press.actor, conversation, press.say) : null);
  if (refusal !== null) throw new UserError(refusal);
  if (name === 'list-page') return turnPage(context, conversation, press);
  if (name === 'forget-me') return forgetOrTell(context, press);
  if (name === 'show') return show(context, conversation, press);
  if (name === 'renew') return tellRenewal(context, conversation, press);
  if (name === 'unwatch-all') return unwatchAsked(context, press);
  if (name === 'unwatch-row') return unwatchRow(context, conversation, press);
  if (name === 'unwatch-left') return unwatchLeft(context, conversation, press);
  if (name === 'watch-again') return watchAgain(context, press);
  if (name === 'type') return typed(context, press);
  if (name === 'book-slots') return bookSlots(context, conversation, press);
  if (name === 'choose-slot') return bookSlot(context, press);
  if (name === 'accept-recipient' || name === 'decline-recipient' || name === 'never-ask')
    return reply(context, press, { yes: name === 'accept-recipient', never: name === 'never-ask' });
  if (Object.hasOwn(INCIDENT_PRESSES, name)) return onIncident(context, conversation, press);
  if (name === 'undo-unwatch') return undo(context, conversation, press);
  if (name === 'ask-owner') return askManager(context, conversation, press);
  if (name === 'allow-source' || name === 'deny-source')
    return answerAllowance(context, press, name === 'allow-source');
  if (name === 'keep-event' || name === 'drop-event')
    return keepOrDrop(context, conversation, press, name === 'keep-event');
  if (name !== 'show-row') throw stale(press.say);
  await followUp(context, press, press.ephemeral ?? press.thread, await show(context, conversation, press));
  return null;
}

/**
 * A button: checks that what it names belongs to the conversation it came from, acts, and returns the card that
 * replaces the pressed one, or null when the answer comes beside it. What the button carries is untrusted.
 */
export async function act(context: CommandContext, inbound: InboundAction): Promise<Card | null> {
  const { log } = context;
  const actor = await identifiedOrAsGiven(context, inbound.actor, inbound.conversation);
  const stored = await context.store.findConversation(inbound.conversation.id);
  const say = sayFor(context, actor, inbound.conversation, stored);
  const over = await overRate(context, context.store, inbound);
  if (over?.isFirst) await followUp(context, inbound, inbound.ephemeral ?? inbound.thread, overRateCard(over, say));
  if (over) return null;
  try {
    return await answer(context, { ...inbound, actor, say });
  } catch (error) {
    // The pressed message may be an alert that others still need: what went wrong is said beside it.
    const beside = (card: Card): Promise<void> => followUp(context, inbound, inbound.ephemeral ?? inbound.thread, card);
    if (error instanceof StoreError) throw error;
    if (error instanceof UserError) await beside(problemCard(error.message, say));
    else {
      const errorId = context.uuid().slice(0, 8);
      log.error({ err: error, errorId, action: inbound.action.name.slice(0, 40) }, 'a button failed');
      await beside(errorCard(errorId, say));
    }
    return null;
  }
}
