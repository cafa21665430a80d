import type { Card } from '../../core/card.ts';
import { problemCard, sentenceCard } from '../../core/chat/cards/replies.ts';
import { DeliveryError } from '../../core/errors.ts';
import { sayTo, type Say } from '../../core/language/language.ts';
import type { Actor, Connection } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { accountOf, isSomebodyElse } from '../../core/reminders/token-account.ts';
import { shorten } from '../../core/language/wording.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import { namesOf } from '../directory-names.ts';
import { rerouted } from '../reminders/destinations.ts';
import type { Planner } from '../reminders/planner.ts';
import type { Destination } from '../../core/reminders/destination.ts';

/** How long an answer waits for the calendar. Milliseconds. */
const CALENDAR_TIMEOUT = 3000;

export interface SignIns {
  /** `calendar connect`, typed by this person; `direct` is their own chat. */
  connect(actor: Actor, direct: ConversationInput, say: Say): Promise<Card>;
  /** They signed in. */
  signedIn(direct: ConversationInput, actor: Actor): Promise<void>;
  /** `calendar disconnect`: their events go, then the sign-in. */
  disconnect(actor: Actor, direct: ConversationInput, say: Say): Promise<Card>;
  /** The token service has no token for a connected person any more: they are told, once. */
  lost(connection: Connection): Promise<void>;
  /** Signs out people whose events are all gone. */
  finishLeaving(): Promise<void>;
}

/** Where sign-ins are dealt with. */
interface Desk extends FlowContext {
  deliverer: Deliverer;
  planner: Pick<Planner, 'planned'>;
}

/** Who wants to open their calendar, from their own chat. */
interface Asked {
  actor: Actor;
  direct: ConversationInput;
  /** What they had said before. */
  before: Connection | undefined;
  say: Say;
}

/** Changes what is said of a mailbox, and plans anew whatever concerns it. */
async function change(
  desk: Desk,
  mailbox: string,
  act: (operations: StoreOperations) => Promise<void>,
): Promise<Destination[]> {
  const destinations = await desk.store.transaction(async (operations) => {
    const placed = await operations.getPlaces(await operations.listWatchIds('graph', mailbox));
    return rerouted(desk, operations, placed, async () => {
      await act(operations);
      return placed;
    });
  });
  await desk.planner.planned(destinations);
  desk.deliverer.kick();
  return destinations;
}

function connectionOf(
  { mailbox, id: personId }: Actor,
  { channel, id: conversationId }: ConversationInput,
  { state, changedAt }: Pick<Connection, 'state' | 'changedAt'>,
): Connection {
  return { mailbox: mailbox!, channel, personId, conversationId, state, changedAt };
}

async function putConnection(
  desk: Desk,
  actor: Actor,
  { direct, state }: { direct: ConversationInput; state: Connection['state'] },
): Promise<Destination[]> {
  const { now } = desk;
  return change(desk, actor.mailbox!, async (operations) => {
    await operations.rememberConversation(direct, now());
    await operations.putConnection(connectionOf(actor, direct, { state, changedAt: now() }));
  });
}

/** What was said of the mailbox before counts again. */
async function restore(operations: StoreOperations, mailbox: string, before: Connection | undefined): Promise<void> {
  if (before) await operations.putConnection(before);
  else await operations.deleteConnection(mailbox);
}

/**
 * Why a token is not used that does not say whose it is: it does not open their mailbox, which is tried before
 * anything is planned there. Null: it does, or that cannot be found out now.
 */
async function unopened(desk: Desk, { actor, direct, before, say }: Asked): Promise<string | null> {
  const { store, calendar, now } = desk;
  const mailbox = actor.mailbox!;
  if (!calendar || before?.state === 'connected') return null;
  try {
    await store.transaction(async (operations) => {
      await operations.rememberConversation(direct, now());
      await operations.putConnection(connectionOf(actor, direct, { state: 'connected', changedAt: now() }));
    });
    return (await calendar.opens(mailbox)) ? null : say('connect.unopened');
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return null;
  } finally {
    await store.transaction((operations) => restore(operations, mailbox, before));
  }
}

/** Why a token is not used; null: it is the person's own, as far as can be found out. */
async function objectionTo(desk: Desk, token: string, asked: Asked): Promise<string | null> {
  const { actor, say } = asked;
  const mailbox = actor.mailbox!;
  const account = accountOf(token);
  if (!account) return unopened(desk, asked);
  // Two object ids need no names.
  const names = account.id !== null && !mailbox.includes('@') ? null : await namesOf(desk, mailbox);
  if (!isSomebodyElse(account, mailbox, names)) return null;
  const [address] = account.addresses;
  return say('connect.other', { account: address === undefined ? '' : ` (${shorten(address, 80)})` });
}

/** Signs out whoever signed in, and asks once more for the person themselves. */
async function refuse(desk: Desk, reason: string, { actor, direct, before, say }: Asked): Promise<Card> {
  const { signIns, log, now } = desk;
  const mailbox = actor.mailbox!;
  // Where it cannot be signed out now, it is judged again whenever it is asked for.
  await signIns
    .get(direct.channel)
    ?.signOut(actor.id)
    .catch((error: unknown) => log.warn({ err: error }, 'an account that is somebody else’s could not be signed out'));
  await change(desk, mailbox, async (operations) => {
    await operations.rememberConversation(direct, now());
    if (before?.state !== 'connected') return restore(operations, mailbox, before);
    await operations.putConnection({ ...before, state: 'lost', changedAt: now() });
  });
  const card = sentenceCard(say('connect.other.title'), reason, say, { tone: 'warning' });
  return { ...card, signIn: { label: say('button.sign-in') } };
}

/** The token is the person's own, and counts from now on; or it is refused. Returns what tells of it. */
async function completeSignIn(
  desk: Desk,
  token: string | null,
  { actor, direct, say }: Omit<Asked, 'before'>,
): Promise<{ card: Card; isOwn: boolean }> {
  const [before] = await desk.store.getConnections([actor.mailbox!]);
  const asked = { actor, direct, before, say };
  const reason = token === null ? null : await objectionTo(desk, token, asked);
  if (reason !== null) return { card: await refuse(desk, reason, asked), isOwn: false };
  await putConnection(desk, actor, { direct, state: 'connected' });
  return { card: connectedCard(say), isOwn: true };
}

function connectedCard(say: Say): Card {
  return sentenceCard(say('connect.done.title'), say('connect.done'), say, { tone: 'good' });
}

async function connect(desk: Desk, { actor, direct, say }: Omit<Asked, 'before'>): Promise<Card> {
  const { store, signIns, settings, now } = desk;
  const { mailbox } = actor;
  if (settings.calendar !== 'graph') return problemCard(say('connect.no-graph', { calendar: settings.calendar }), say);
  if (mailbox === null) return problemCard(say('connect.no-mailbox'), say);
  const signIn = signIns.get(direct.channel);
  if (!signIn) {
    const open = settings.ownAccess && settings.mailboxesOpenTo(direct.channel, actor.tenantId) !== false;
    if (!open) return problemCard(say('connect.not-offered'), say);
    // Nothing to sign in to: taking back an earlier "disconnect" is all there is to do.
    await change(desk, mailbox, (operations) => operations.deleteConnection(mailbox));
    return sentenceCard(say('connect.done.title'), say('connect.by-permission'), say, { tone: 'good' });
  }
  try {
    const token = await signIn.token(actor.id);
    if (token !== null) return (await completeSignIn(desk, token, { actor, direct, say })).card;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return problemCard(say('connect.unreachable', { reason: shorten(error.message, 200) }), say);
  }
  await store.rememberConversation(direct, now());
  return { ...sentenceCard(say('connect.title'), say('connect'), say), signIn: { label: say('button.sign-in') } };
}

/** Null also while the token service does not answer: then the token is judged when it is used. */
async function tokenOf({ signIns }: Desk, { id }: Actor, { channel }: ConversationInput): Promise<string | null> {
  try {
    return (await signIns.get(channel)?.token(id)) ?? null;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return null;
  }
}

async function signedIn(desk: Desk, direct: ConversationInput, actor: Actor): Promise<void> {
  const { store, deliverer, now, uuid } = desk;
  if (actor.mailbox === null) return;
  const [known] = await store.getConnections([actor.mailbox]);
  const say = sayTo(actor.locale);
  const { card, isOwn } = await completeSignIn(desk, await tokenOf(desk, actor, direct), { actor, direct, say });
  // Channels tell it more than once.
  if (isOwn && known?.state === 'connected') return;
  await store.putMessages([{ id: uuid(), conversationId: direct.id, thread: null, card }], now());
  deliverer.kick();
}

async function finish({ store, signIns, now }: Desk, connection: Connection): Promise<void> {
  const left = await store.listReminders('graph', connection.mailbox);
  if (left.length > 0) return;
  await signIns.get(connection.channel)?.signOut(connection.personId);
  await store.transaction(async (operations) => {
    const [known] = await operations.getConnections([connection.mailbox]);
    // Meanwhile they may have thought better of it.
    if (known?.state !== 'leaving' || known.changedAt !== connection.changedAt) return;
    await operations.putConnection({ ...known, state: 'closed', changedAt: now() });
  });
}

async function finishLeaving(desk: Desk): Promise<void> {
  for (const connection of await desk.store.listConnections('leaving')) {
    await finish(desk, connection).catch((error: unknown) =>
      desk.log.warn({ err: error }, 'a person could not be signed out yet; it will be tried again'),
    );
  }
}

async function disconnect(desk: Desk, { actor, direct, say }: Omit<Asked, 'before'>): Promise<Card> {
  const { store, deliverer, settings } = desk;
  const { mailbox } = actor;
  if (settings.calendar !== 'graph' || mailbox === null) return problemCard(say('disconnect.nothing'), say);
  const before = await store.listReminders('graph', mailbox);
  await putConnection(desk, actor, { direct, state: 'leaving' });
  await deliverer.tried(
    before.map(({ id }) => id),
    CALENDAR_TIMEOUT,
  );
  await finishLeaving(desk);
  const [after] = await store.getConnections([mailbox]);
  const done = after?.state === 'closed';
  return sentenceCard(say('disconnect.title'), say(done ? 'disconnect.done' : 'disconnect.under-way'), say, {
    tone: 'good',
    more: [say('disconnect.feed')],
  });
}

/** The person's language, as far as anything of theirs tells. */
async function localeOf(
  operations: StoreOperations,
  { channel, mailbox, personId }: Connection,
): Promise<string | null> {
  const owned = await operations.listWatchesByMailbox('graph', mailbox);
  const copies = await operations.listRecipientsByPerson(channel, personId);
  const watch = owned.find(({ watch: { ownerId } }) => ownerId === personId)?.watch;
  return watch?.ownerLocale ?? copies.find(({ locale }) => locale !== null)?.locale ?? null;
}

async function lost({ store, deliverer, now, uuid }: Desk, connection: Connection): Promise<void> {
  const told = await store.transaction(async (operations) => {
    const [known] = await operations.getConnections([connection.mailbox]);
    if (known?.state !== 'connected') return false;
    await operations.putConnection({ ...known, state: 'lost', changedAt: now() });
    const say = sayTo(await localeOf(operations, known));
    const card = sentenceCard(say('connect.lost.title'), say('connect.lost'), say, { tone: 'warning' });
    await operations.putMessages(
      [{ id: uuid(), conversationId: connection.conversationId, thread: null, card }],
      now(),
    );
    return true;
  });
  if (told) deliverer.kick();
}

/** People opening their own calendar to the bot, and closing it. */
export function createSignIns(context: FlowContext, helpers: Pick<Desk, 'deliverer' | 'planner'>): SignIns {
  const desk: Desk = { ...context, ...helpers };
  return {
    connect: (actor, direct, say) => connect(desk, { actor, direct, say }),
    signedIn: (direct, actor) => signedIn(desk, direct, actor),
    disconnect: (actor, direct, say) => disconnect(desk, { actor, direct, say }),
    lost: (connection) => lost(desk, connection),
    finishLeaving: () => finishLeaving(desk),
  };
}
