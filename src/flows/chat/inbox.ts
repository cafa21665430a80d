import type { About } from '../../core/about.ts';
import { asLongAgain } from '../../core/backoff.ts';
import { hasPassed, HOUR } from '../../core/time.ts';
import { helpCard } from '../../core/chat/cards/help.ts';
import { errorCard, courtesyCard, problemCard } from '../../core/chat/cards/replies.ts';
import { parseCommand, type Command, type TypedCommand } from '../../core/chat/command.ts';
import { citedWords } from '../../core/chat/with-targets.ts';
import { StoreError, UserError } from '../../core/errors.ts';
import { sayTo, type Say } from '../../core/language/language.ts';
import { prose } from '../../core/language/wording.ts';
import { withoutPrivateKeys } from '../../core/chat/private-key.ts';
import type { Actor } from '../../core/model/people.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Inbound } from '../../core/model/inbound.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { check, list, show } from './commands/look.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './commands/reply.ts';
import { Interrupted } from '../looks/budget.ts';
import { createClaimLoop } from '../queue/claim-loop.ts';
import { asEdit, digestOf, keptOf, originalOf, readKept, tellingLeft } from './edited.ts';
import { refusedToOutsider } from './outsiders.ts';
import { welcomeLate } from './membership.ts';
import { overRate, overRateCard, type OverRate } from './rate.ts';
import { sayFor } from './speaking.ts';
import { changesWhatHolds } from './rights.ts';
import { identified, identifiedOrAsGiven } from '../people/identify.ts';
import { untilStored } from '../queue/until-stored.ts';
import { uuidOf } from '../uuid-of.ts';
import { calendar, events } from './commands/calendar.ts';
import { withMeant } from './commands/meant.ts';
import { forgetAsker } from './commands/forget.ts';
import { done } from './commands/done.ts';
import { isSaidOfIncidents, saidOfIncidents } from './commands/incidents.ts';
import { exportList } from './commands/export.ts';
import { history } from './commands/history.ts';
import { importList } from './commands/import.ts';
import { note, tag } from './commands/notes.ts';
import { report } from './commands/report.ts';
import { operators } from './commands/operators.ts';
import { withGivenOwner } from './commands/given-owner.ts';
import { copies, owner } from './commands/people.ts';
import { remind, thresholds } from './commands/remind.ts';
import { renew, whatIsDue } from './commands/renew.ts';
import { settings } from './commands/settings.ts';
import { trust } from './commands/trust.ts';
import { unwatch } from './commands/unwatch.ts';
import { unwatchAll } from './commands/unwatch-all.ts';
import { watch } from './commands/watch.ts';

/** A message that brought the process down this often is answered with an error instead of being run once more. */
const MOST_ATTEMPTS = 3;
/** How long a message waits for its channel to tell who wrote it, in milliseconds. */
const IDENTIFIED_WITHIN = 10 * 60_000;
/** Before the next try of a message whose writer the channel does not tell, milliseconds. */
const PAUSES = { least: 1000, most: 30_000 };
/** Messages under way at once. */
const AT_ONCE = 64;
/** How long an answer is of use to whoever asked, milliseconds. */
const MATTERS = HOUR;

export interface Commander {
  /**
   * Takes a message in: stored before it is worked on, so that no crash loses it, and once only however often it is
   * delivered.
   */
  receive(inbound: Inbound): Promise<void>;
  /** The same of a message that somebody edited. What asks for the same as before is not run again. */
  edited(inbound: Inbound): Promise<void>;
  /** Works off what is stored; resolves when nothing is left to claim. Never throws. */
  run(): Promise<void>;
  kick(): void;
  /** Stops claiming and waits for what is under way. */
  close(): Promise<void>;
}

/** A command under way, and what it asks for as it was typed. */
type TypedRequest = Request & { command: TypedCommand };

class LeaseLost extends Error {}

/** The delivery id of the answer to a message: a repeated run answers in the same place, and so does an edited text. */
export function replyIdOf(inboundId: string): string {
  return uuidOf(`reply ${originalOf(inboundId)}`);
}

async function answer(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Command,
): Promise<Reply> {
  const { say, inbound } = request;
  const isLimited = inbound.actor.outsider || conversation.settings.admins !== undefined;
  const watches = isLimited ? await context.store.listWatches(conversation.id) : [];
  const refusal =
    refusedToOutsider(command, inbound, conversation, watches, say) ??
    (changesWhatHolds(command, watches) ? await context.rights.refusal(inbound.actor, conversation, say) : null);
  if (refusal !== null) return forAsker(problemCard(refusal, say));
  if (command.verb === 'watch') {
    const reply = await watch(context, request, conversation, command);
    return withGivenOwner(context, request, conversation, { command, reply });
  }
  if (command.verb === 'check') return check(context, request, conversation, command);
  if (command.verb === 'unwatch') {
    const { targets, sure = false } = command;
    if (targets === 'all') return unwatchAll(context, request, conversation, sure);
    return unwatch(context, request, conversation, { targets });
  }
  if (command.verb === 'list') return list(context, request, conversation, command);
  if (command.verb === 'show') return show(context, request, conversation, command);
  if (command.verb === 'renew') return renew(context, request, conversation, command);
  if (command.verb === 'renew-what') return forAsker(await whatIsDue(context, request, conversation));
  if (command.verb === 'remind') return remind(context, request, conversation, command);
  if (command.verb === 'thresholds') return thresholds(context, request, conversation, command);
  if (command.verb === 'calendar') return calendar(context, request, conversation, command);
  if (command.verb === 'events') return events(context, request, conversation, command);
  if (command.verb === 'owner') return owner(context, request, conversation, command);
  if (command.verb === 'copies') return copies(context, request, conversation, command);
  if (command.verb === 'note') return note(context, request, conversation, command);
  if (command.verb === 'tag' || command.verb === 'untag') return tag(context, request, conversation, command);
  if (command.verb === 'history') return history(context, request, conversation, command);
  if (command.verb === 'report') return report(context, request, conversation, command);
  if (command.verb === 'export') return exportList(context, request, conversation, command);
  if (command.verb === 'import') return importList(context, request, conversation, command);
  if (command.verb === 'settings') return settings(context, request, conversation, command);
  if (command.verb === 'trust') return trust(context, request, conversation, command);
  if (command.verb === 'forget') return forgetAsker(context, request, conversation, command);
  if (command.verb === 'operators') return operators(context, request, conversation, command);
  if (command.verb === 'courtesy') {
    const { length } = await context.store.listWatches(conversation.id);
    return forAsker(courtesyCard(command.what, length, say));
  }
  if (command.verb === 'done') return done(context, request, conversation, command);
  if (isSaidOfIncidents(command)) return saidOfIncidents(context, request, conversation, command);
  if (command.verb === 'problem') return forAsker(problemCard(command.sentence, say, command));
  return forAsker(helpCard(command.about ?? '', say));
}

/** The answer, with the words that were taken for no target. */
function naming(ignored: string[], reply: Reply, say: Say): Reply {
  if (ignored.length === 0) return reply;
  const sentence = prose(say('command.not-taken', { words: citedWords(ignored, say) }), say);
  return { ...reply, card: { ...reply.card, text: [...(reply.card.text ?? []), sentence] } };
}

/** A message under way: by which claim, and how to leave its place in the loop to others. */
interface Claim {
  leaseId: string;
  /** What is left of it goes on beside the loop. */
  background: () => void;
}

/** Shows an answer that is not whole yet in the place where the whole one will be. */
function progressOf(context: CommandContext, inbound: Inbound, about: About): Request['progress'] {
  return async (card) => {
    // An answer for one person cannot be replaced in place everywhere: it comes once, when it is whole.
    if (inbound.ephemeral !== null) return;
    const now = context.now();
    await context.store.putMessages(
      [
        {
          id: replyIdOf(inbound.id),
          conversationId: inbound.conversation.id,
          thread: inbound.thread,
          card: { ...card, about },
          until: now + MATTERS,
          asker: inbound.actor.id,
        },
      ],
      now,
    );
    context.deliverer.kick();
  };
}

/** Lets the messages of the same conversation pass, once. */
function backgroundOf(
  context: CommandContext,
  inbound: Inbound,
  { about, leaseId, background }: Claim & { about: About },
): Request['runInBackground'] {
  const { store, deliverer } = context;
  let isInBackground = false;
  return async (card) => {
    if (isInBackground || !(await store.moveToBackground(inbound, leaseId))) return;
    isInBackground = true;
    background();
    if (inbound.ephemeral === null) return;
    // Nothing else is to be seen of it for minutes. The same message when the command is run again.
    const message = { conversationId: inbound.conversation.id, thread: inbound.ephemeral, card: { ...card, about } };
    const until = context.now() + MATTERS;
    const rest = { id: replyIdOf(`slow ${inbound.id}`), until, asker: inbound.actor.id };
    await store.putMessages([{ ...message, ...rest }], context.now());
    deliverer.kick();
  };
}

function requestOf(
  context: CommandContext,
  inbound: Inbound,
  conversation: Conversation | null,
  claim: Claim,
): TypedRequest {
  const say = sayFor(context, inbound.actor, inbound.conversation, conversation);
  const people = inbound.mentions.filter(({ isGroup, isOwner }) => !isGroup && !isOwner);
  const owner = inbound.mentions.find(({ isOwner }) => isOwner);
  const groups = inbound.mentions.filter(({ isGroup }) => isGroup);
  const command = parseCommand(
    inbound.text,
    say,
    people.map(({ text }) => text),
  );
  const about: About = { kind: 'progress', verb: command.verb, inbound: originalOf(inbound.id) };
  return {
    inbound: { ...inbound, mentions: people },
    groups,
    ...(owner ? { owner } : {}),
    command,
    replyId: replyIdOf(inbound.id),
    say,
    progress: progressOf(context, inbound, about),
    runInBackground: backgroundOf(context, inbound, { ...claim, about }),
  };
}

/** Who asks; null while the channel cannot be asked about them. After ten minutes what is known has to do. */
async function askerOf(context: CommandContext, { actor, conversation, receivedAt }: Inbound): Promise<Actor | null> {
  if (hasPassed(receivedAt, IDENTIFIED_WITHIN, context.now())) return identifiedOrAsGiven(context, actor, conversation);
  try {
    return await identified(context, actor, conversation);
  } catch (error) {
    context.log.warn({ err: error }, 'the channel does not tell who a person is; their message waits');
    return null;
  }
}

/** The longer a message has waited, the longer until the next try: from one second to thirty. */
function postpone({ store, now }: CommandContext, { id, receivedAt }: Inbound, leaseId: string): Promise<boolean> {
  return store.postponeInbound(id, leaseId, asLongAgain(now() - receivedAt, PAUSES));
}

async function replyTo(
  context: CommandContext,
  request: TypedRequest,
  conversation: Conversation | null,
  attempts: number,
): Promise<Reply> {
  const { log, meter } = context;
  const { inbound, command, say } = request;
  meter.commanded(command.verb);
  try {
    if (attempts >= MOST_ATTEMPTS) throw new Error(`given up after ${attempts} interrupted tries`);
    if (!conversation) throw new Error('the conversation is not known');
    const meant = await withMeant(context, { conversation, inbound, say }, command);
    const reply = naming(command.ignored ?? [], await answer(context, request, conversation, meant), say);
    return await tellingLeft(context, { inbound, command: meant, say }, conversation, reply);
  } catch (error) {
    if (error instanceof Interrupted || error instanceof StoreError) throw error;
    if (error instanceof UserError) return forAsker(problemCard(error.message, say));
    const errorId = context.uuid().slice(0, 8);
    log.error({ err: error, errorId, activity: inbound.id, verb: command.verb }, 'a command failed');
    return forAsker(errorCard(errorId, say, { typed: inbound.text }));
  }
}

/** Stores what a reply changes, the reply, and that its message is answered, in one; then plans what that calls for. */
async function complete(
  context: CommandContext,
  { inbound, command, replyId }: TypedRequest,
  { reply, leaseId }: { reply: Reply; leaseId: string },
): Promise<void> {
  const { store, log } = context;
  const { id } = inbound;
  const about: About = { kind: 'answer', verb: command.verb, inbound: originalOf(id) };
  const message = {
    id: replyId,
    conversationId: inbound.conversation.id,
    thread: reply.forAsker && inbound.ephemeral !== null ? inbound.ephemeral : inbound.thread,
    card: { ...reply.card, about: { ...about, ...reply.card.about } },
    until: context.now() + MATTERS,
    asker: inbound.actor.id,
  };
  await store.transaction(
    async (operations) => {
      await reply.commit?.(operations);
      await operations.putMessages([message], context.now());
      const kept = keptOf(inbound, command);
      if (!(await operations.completeInbound(id, leaseId, kept))) throw new LeaseLost();
      // The next edit is compared with this text.
      if (originalOf(id) !== id) await operations.keepOfInbound(originalOf(id), kept);
    },
    { waits: false },
  );
  await reply.after?.();
  context.planner.kick();
  log.info({ activity: id, delivery: replyId }, 'command answered');
}

/** What becomes of a message whose command did not come to its end. */
async function giveBack(
  { store, log }: CommandContext,
  id: string,
  { leaseId, error }: { leaseId: string; error: unknown },
): Promise<void> {
  // Whatever it has done so far is stored; the next start goes on with it, and this end does not count as a failure.
  if (error instanceof Interrupted) return void (await store.postponeInbound(id, leaseId, 0));
  if (error instanceof StoreError) {
    log.warn({ err: error, activity: id }, 'a command met a store that is away; it is run again when that is back');
    // Nor does this: without it the message would wait for the end of its lease.
    return void (await untilStored(() => store.postponeInbound(id, leaseId, 0)));
  }
  // Somebody else has taken it over (our lease ran out): their answer counts, and ours was rolled back.
  if (!(error instanceof LeaseLost))
    log.error({ err: error, activity: id }, 'a command could not be completed; it will be run again');
}

async function work(context: CommandContext, claimed: Inbound, claim: Claim & { attempts: number }): Promise<void> {
  const { store, deliverer, settings: limits } = context;
  const { id } = claimed;
  const { leaseId, attempts } = claim;
  const prolonging = setInterval(
    () => void store.extendInbound(id, leaseId, limits.lease).catch(() => undefined),
    limits.lease / 3,
  );
  try {
    const actor = await askerOf(context, claimed);
    if (!actor) return void (await postpone(context, claimed, leaseId));
    const conversation = await store.findConversation(claimed.conversation.id);
    const request = requestOf(context, { ...claimed, actor }, conversation, claim);
    const reply = await replyTo(context, request, conversation, attempts);
    await complete(context, request, { reply, leaseId });
  } catch (error) {
    await giveBack(context, id, { leaseId, error });
  } finally {
    clearInterval(prolonging);
    deliverer.kick();
  }
}

/**
 * Takes up a claimed message; resolves when it is done, or when what is left of it goes on in `beside`: work that takes
 * minutes must not take the place of others.
 */
function takeUp(
  context: CommandContext,
  beside: Set<Promise<void>>,
  { inbound, attempts, leaseId }: { inbound: Inbound; attempts: number; leaseId: string },
): Promise<void> {
  const passing = Promise.withResolvers<void>();
  let ended = false;
  function background(): void {
    if (!ended) beside.add(whole);
    passing.resolve();
  }
  const whole: Promise<void> = work(context, inbound, { attempts, leaseId, background }).finally(() => {
    ended = true;
    beside.delete(whole);
  });
  return Promise.race([whole, passing.promise]);
}

/** A message over the rate: it is not run, which is said once in the place of its answer. */
async function drop(
  { now }: CommandContext,
  operations: StoreOperations,
  { id, conversation, thread, ephemeral, actor }: Inbound,
  over: OverRate,
): Promise<void> {
  await operations.dropInbound(id);
  if (!over.isFirst) return;
  const card = overRateCard(over, sayTo(actor.locale));
  const message = { id: replyIdOf(id), conversationId: conversation.id, thread: ephemeral ?? thread, card };
  await operations.putMessages([{ ...message, until: now() + MATTERS, asker: actor.id }], now());
}

/** Stores a message, unless it is known; resolves when no power failure can lose it. `begin` is told of a new one. */
async function receive(context: CommandContext, received: Inbound, begin: () => void): Promise<void> {
  const { store, deliverer, log, now } = context;
  // Stored only until it is answered, and yet: a private key is not.
  const inbound = { ...received, text: withoutPrivateKeys(received.text) };
  const taken = await store.transaction(
    async (operations): Promise<'new' | 'known' | OverRate> => {
      const conversation = await operations.rememberConversation(inbound.conversation, now());
      // Whoever writes to us can be written to.
      if (conversation.goneAt !== null) await operations.setConversationGone(conversation.id, null);
      if (!(await operations.acceptInbound(inbound))) return 'known';
      const over = await overRate(context, operations, inbound);
      if (over) await drop(context, operations, inbound, over);
      else await welcomeLate(context, operations, conversation);
      return over ?? 'new';
    },
    { waits: false },
  );
  // Begun at once; acknowledged when no power failure can lose it.
  if (taken === 'new') begin();
  else if (taken === 'known') log.debug({ activity: inbound.id }, 'repeated delivery of a message that is known');
  else {
    log.info({ activity: inbound.id, over: taken.who }, 'a message over the rate is not run');
    deliverer.kick();
  }
  await store.kept();
}

/**
 * A message that somebody edited: its new text is run when it asks for something else than the one before, once. Of one
 * that is not known any more nobody can tell what it asked for, and whether that was done.
 */
async function receiveEdited(context: CommandContext, edited: Inbound, begin: () => void): Promise<void> {
  const known = await context.store.findInbound(edited.id);
  const digest =
    known?.state === 'pending' ? digestOf({ ...edited, text: known.text }) : readKept(known?.text ?? '')?.digest;
  if (digest === undefined || digest === digestOf(edited)) return;
  await receive(context, asEdit(edited), begin);
}

/** Runs the commands that people send. */
export function createCommander(context: CommandContext): Commander {
  const { store, settings: limits, log } = context;
  /** What goes on beside the loop. */
  const beside = new Set<Promise<void>>();
  const loop = createClaimLoop<Parameters<typeof takeUp>[2]>({
    atOnce: AT_ONCE,
    async claim(limit) {
      const leaseId = context.uuid();
      const claimed = await store.claimInbound(limit, leaseId, limits.lease);
      return claimed.map(({ inbound, attempts }) => ({ inbound, attempts, leaseId }));
    },
    work: (message) => takeUp(context, beside, message),
    failed: (error) => log.error({ err: error }, 'messages could not be claimed'),
  });
  return {
    receive: (inbound) => receive(context, inbound, loop.kick),
    edited: (inbound) => receiveEdited(context, inbound, loop.kick),
    run: loop.run,
    kick: loop.kick,
    async close() {
      // What waits for its budget would wait for minutes.
      context.budget.close();
      await loop.close();
      await Promise.all(beside);
    },
  };
}
