import { hasCome, DAY, type Instant } from '../../core/time.ts';
import {
  chatAcceptsCard,
  chatRefusesCard,
  credentialCard,
  fixedState,
  graphRefusesCard,
  undeliveredCard,
} from '../../core/chat/cards/operators.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import type { About } from '../../core/about.ts';
import type { Card } from '../../core/card.ts';
import { DeliveryError } from '../../core/errors.ts';
import { inZone, sayTo, type Say } from '../../core/language/language.ts';
import { stageAt } from '../../core/certificates/stages.ts';
import type { AppCredential, AuthenticationProblem, MailboxRefusal } from '../../core/ports/calendar.ts';
import type { Conversation, ConversationInput } from '../../core/model/conversation.ts';
import type { GivenUp } from '../../core/ports/log.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import { createMailboxRefusals, isOfMailbox, type MailboxRefusals } from '../reminders/mailbox-refusals.ts';
import { uuidOf } from '../uuid-of.ts';
import { watchOwn } from './own-watches.ts';

/** Names of values in the store. */
const CONVERSATION = 'operators';
const LOCALE = 'operators-locale';

const GRAPH = 'graph-credentials';
/** Keys of findings about credentials that a chat does not take: this, and whose they are. */
const CHAT = 'chat-credentials';
/**
 * Keys of findings about messages that did not arrive: this, the day (since 1970), the reason (with the service's code)
 * and the conversation, with blanks between.
 */
const UNDELIVERED = 'undelivered';

/** The bot's own network, among findings. */
const NETWORK = 'network';
/** How often it is asked whether there is somebody to tell by now, milliseconds. */
const RETELL_EVERY = 60_000;

export interface Operators {
  /**
   * Where they are told what concerns them; null when nobody said so, or when the bot does not know the configured
   * conversation (yet).
   */
  conversation(): Promise<Conversation | null>;
  /** The language (BCP 47) of what they are told; null when nobody said. */
  locale(): Promise<string | null>;
  /** Makes a conversation theirs, or with null nobody's; `locale` is the language of what they are told. */
  move(conversation: Conversation | null, locale: string | null): Promise<void>;
  /** The service refuses the bot's own credentials: told once. */
  graphRefuses(problem: AuthenticationProblem): Promise<void>;
  graphAccepts(): Promise<void>;
  /** A chat refuses the bot's credentials, or something that it may not do with them: told once. */
  chatRefuses(place: ConversationInput, error: DeliveryError): Promise<void>;
  chatAccepts(place: ConversationInput): Promise<void>;
  /** A mailbox does not let the bot read or write: told in one message for all of them, as long as it lasts. */
  mailboxRefuses(mailbox: string, refusal: MailboxRefusal): Promise<void>;
  /** A mailbox lets the bot read or write. */
  mailboxAccepts(mailbox: string, what: MailboxRefusal['what']): Promise<void>;
  /**
   * A conversation did not get a message, and will not: told in one message a day, which grows with each conversation
   * and reason.
   */
  undelivered(conversationId: string, reason: GivenUp, peerCode: string | null): Promise<void>;
  /** So many targets fell silent at once: perhaps it is the bot that is cut off. */
  networkAway(targets: number): Promise<void>;
  networkBack(): Promise<void>;
  /** Tells what could not be told because there was nobody to tell; cheap when there is nothing. */
  retell(): Promise<void>;
  /** Once a day: the bot's own credentials, as far as the directory tells, and a watch of its own endpoint. */
  selfCheck(): Promise<void>;
}

/** What a message to the operators says, for programs. */
function aboutBot(kind: 'finding' | 'fixed', key: string): About {
  return { kind: 'operators', facts: [{ kind, value: key }] };
}

type CardOf = (say: Say) => Card;

/** Where the operators are told from, and what is remembered there. */
interface Desk extends FlowContext, Pick<Deliverer, 'kick'> {
  refusals: MailboxRefusals;
  /** What nobody was there to be told yet. */
  untold: Map<string, CardOf>;
  /** What is over, and not stored as such yet. */
  over: Map<string, CardOf>;
  /** What holds, as far as this process has found out. */
  holding: Map<string, CardOf>;
  /** Why Microsoft refuses the bot, as it was told last. */
  told: string | null;
  retellAt: Instant;
  /** The day whose messages that did not arrive nobody was there to be told of yet. */
  untoldDay: string | null;
  /** The directory could not be asked about the bot's credentials today. */
  isUnchecked: boolean;
}

async function conversation({ store, settings }: FlowContext): Promise<Conversation | null> {
  const { operatorConversation: configured } = settings;
  const stored = configured === null ? await store.getValue(CONVERSATION) : null;
  // A channel's own id is as good as ours, which has the channel before it.
  const ids = configured === null ? [stored] : [configured, `teams:${configured}`, `slack:${configured}`];
  for (const id of ids) {
    const known = id === null ? null : await store.findConversation(id);
    if (known && known.goneAt === null) return known;
  }
  return null;
}

async function language({ store, settings }: FlowContext): Promise<Say> {
  return inZone(sayTo(await store.getValue(LOCALE)), settings.defaultTimeZone);
}

async function tell(desk: Desk, key: string, cardOf: CardOf): Promise<void> {
  const { store, now } = desk;
  const place = await conversation(desk);
  if (!place) return;
  const card = { ...cardOf(await language(desk)), about: aboutBot('finding', key) };
  await store.transaction(async (operations) => {
    const isNew = await operations.openOperatorFinding({ key, openedAt: now() });
    // Another reason than before: what helps stands in the same message.
    const isOther = key === GRAPH && (desk.told ?? card.summary) !== card.summary;
    if (!isNew && !isOther) return;
    const finding = (await operations.listOperatorFindings()).find((one) => one.key === key);
    const id = uuidOf(`${key} ${finding?.openedAt} ${place.id}`);
    await operations.putMessages([{ id, conversationId: place.id, thread: null, card }], now());
  });
  // Only what is stored is told; meanwhile there may be something else to tell.
  if (desk.untold.get(key) === cardOf) desk.untold.delete(key);
  if (key === GRAPH) desk.told = card.summary;
  desk.kick();
}

/** Without somebody to tell, it waits until there is somebody. */
async function open(desk: Desk, key: string, cardOf: CardOf): Promise<void> {
  const { summary: reason } = cardOf(sayTo(null));
  desk.log.error({ finding: key, reason }, 'the operators of the bot have to act');
  desk.over.delete(key);
  desk.untold.set(key, cardOf);
  desk.holding.set(key, cardOf);
  await tell(desk, key, cardOf);
}

async function close(desk: Desk, key: string, cardOf: CardOf): Promise<void> {
  const { store, now, uuid } = desk;
  desk.untold.delete(key);
  desk.holding.delete(key);
  desk.over.set(key, cardOf);
  const place = await conversation(desk);
  const say = await language(desk);
  await store.transaction(async (operations) => {
    if (!(await operations.closeOperatorFinding(key)) || !place) return;
    const card = { ...cardOf(say), about: aboutBot('fixed', key) };
    await operations.putMessages([{ id: uuid(), conversationId: place.id, thread: null, card }], now());
  });
  if (desk.over.get(key) === cardOf) desk.over.delete(key);
  desk.kick();
}

function dayOf(at: Instant): string {
  return String(Math.floor(at / DAY));
}

/**
 * The message of that day, with everything that did not arrive on it, and without what the operators' own
 * conversation missed.
 */
async function tellUndelivered(desk: Desk, day: string): Promise<void> {
  const { store, now } = desk;
  desk.untoldDay = day;
  const place = await conversation(desk);
  if (!place) return;
  const prefix = `${UNDELIVERED} ${day} `;
  const keys = (await store.listOperatorFindings()).map(({ key }) => key).filter((key) => key.startsWith(prefix));
  const missed: Parameters<typeof undeliveredCard>[0] = [];
  for (const key of keys) {
    const [cause = '', ...id] = key.slice(prefix.length).split(' ');
    const [reason, code = null] = cause.split(':');
    const known = await store.findConversation(id.join(' '));
    if (known?.id !== place.id) missed.push({ where: known?.name ?? id.join(' '), reason: reason as GivenUp, code });
  }
  if (missed.length > 0) {
    const card = undeliveredCard(missed, await language(desk));
    const id = uuidOf(`${prefix}${place.id}`);
    await store.putMessages([{ id, conversationId: place.id, thread: null, card }], now());
    desk.kick();
  }
  desk.untoldDay = null;
}

async function undelivered(
  desk: Desk,
  conversationId: string,
  { reason, peerCode }: { reason: GivenUp; peerCode: string | null },
): Promise<void> {
  const openedAt = desk.now();
  const day = dayOf(openedAt);
  const cause = peerCode === null ? reason : `${reason}:${peerCode.replaceAll(/[^\w.-]+/g, '-')}`;
  const key = `${UNDELIVERED} ${day} ${cause} ${conversationId}`;
  if (await desk.store.openOperatorFinding({ key, openedAt })) await tellUndelivered(desk, day);
}

/** Days that are over are told. */
async function forgetUndelivered({ store, now }: FlowContext): Promise<void> {
  for (const { key, openedAt } of await store.listOperatorFindings())
    if (key.startsWith(`${UNDELIVERED} `) && now() - openedAt > 2 * DAY) await store.closeOperatorFinding(key);
}

async function checkCredentials(desk: Desk): Promise<void> {
  const { calendar, ownCredentials, now } = desk;
  let credentials: AppCredential[] | null;
  try {
    credentials = calendar ? await calendar.credentials() : null;
    // What the directory does not show, or has no record of, the bot itself may know.
    const own = await ownCredentials();
    credentials = credentials ? [...credentials, ...own.filter(({ kind }) => kind === 'token')] : own;
    desk.isUnchecked = false;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    // Perhaps refused just now for the very reason that is looked for: asked again until it answers.
    desk.isUnchecked = true;
    return;
  }
  for (const credential of credentials) {
    const stage = stageAt(credential, null, now());
    if (stage === 'fine') continue;
    await open(desk, credentialKey(credential, stage), (say) => credentialCard(credential, { stage, now: now(), say }));
  }
}

async function move(desk: Desk, place: Conversation | null, locale: string | null): Promise<void> {
  await desk.store.transaction(async (operations) => {
    await operations.setValue(CONVERSATION, place?.id ?? null);
    await operations.setValue(LOCALE, locale);
    // What is still wrong is told to the new ones as well.
    for (const { key } of await operations.listOperatorFindings())
      if (!key.startsWith(`${UNDELIVERED} `) && !isOfMailbox(key)) await operations.closeOperatorFinding(key);
  });
  desk.retellAt = 0;
  desk.untoldDay = dayOf(desk.now());
  desk.refusals.forOthers();
  for (const [key, cardOf] of desk.holding) desk.untold.set(key, cardOf);
}

async function retell(desk: Desk): Promise<void> {
  const { untold, over, refusals, now } = desk;
  const isNothing =
    untold.size === 0 && over.size === 0 && !refusals.isUntold() && !desk.isUnchecked && desk.untoldDay === null;
  if (isNothing || !hasCome(desk.retellAt, now(), RETELL_EVERY)) return;
  desk.retellAt = now() + RETELL_EVERY;
  if (desk.isUnchecked) await checkCredentials(desk);
  for (const [key, cardOf] of over) await close(desk, key, cardOf);
  for (const [key, cardOf] of untold) await tell(desk, key, cardOf);
  await refusals.retell();
  if (desk.untoldDay !== null) await tellUndelivered(desk, desk.untoldDay);
}

async function selfCheck(desk: Desk): Promise<void> {
  await forgetUndelivered(desk);
  await desk.refusals.tidy();
  const place = await conversation(desk);
  if (place && (await watchOwn(desk, place, await language(desk)))) desk.kick();
  await checkCredentials(desk);
}

/** Slack's workspaces each have a token of their own; elsewhere one credential opens everything. */
function chatKey({ channel, tenantId }: Pick<ConversationInput, 'channel' | 'tenantId'>): string {
  return channel === 'slack' ? `${CHAT}:${channel}/${tenantId ?? ''}` : `${CHAT}:${channel}`;
}

function credentialKey({ id }: AppCredential, stage: string): string {
  return `credential:${id}/${stage}`;
}

/** What concerns whoever runs the bot: told once in their conversation, and said to be over when it is. */
export function createOperators(context: FlowContext, { kick }: Pick<Deliverer, 'kick'>): Operators {
  const refusals = createMailboxRefusals(context, {
    conversation: () => conversation(context),
    language: () => language(context),
    kick,
    about: aboutBot,
  });
  const desk: Desk = {
    ...context,
    kick,
    refusals,
    untold: new Map(),
    over: new Map(),
    holding: new Map(),
    told: null,
    retellAt: 0,
    untoldDay: null,
    isUnchecked: false,
  };
  return {
    conversation: () => conversation(context),
    locale: () => context.store.getValue(LOCALE),
    move: (place, locale) => move(desk, place, locale),
    graphRefuses: (problem) => open(desk, GRAPH, (say) => graphRefusesCard(problem, say)),
    graphAccepts: () =>
      close(desk, GRAPH, (say) =>
        sentenceCard(say('operators.graph.fixed.title'), say('operators.graph.fixed'), say, {
          tone: 'good',
          state: fixedState(say),
        }),
      ),
    chatRefuses: (place, { peerCode = null, lacks = null }) =>
      open(desk, chatKey(place), (say) => chatRefusesCard(place, { peerCode, lacks }, say)),
    chatAccepts: (place) => close(desk, chatKey(place), (say) => chatAcceptsCard(place, say)),
    mailboxRefuses: refusals.refused,
    mailboxAccepts: refusals.accepted,
    undelivered: (conversationId, reason, peerCode) => undelivered(desk, conversationId, { reason, peerCode }),
    networkAway: (targets) =>
      open(desk, NETWORK, (say) =>
        sentenceCard(say('operators.network.title'), say('operators.network', { number: targets }), say, {
          tone: 'attention',
          more: [say('operators.network.advice')],
        }),
      ),
    networkBack: () =>
      close(desk, NETWORK, (say) =>
        sentenceCard(say('operators.network.fixed.title'), say('operators.network.fixed'), say, { tone: 'good' }),
      ),
    retell: () => retell(desk),
    selfCheck: () => selfCheck(desk),
  };
}
