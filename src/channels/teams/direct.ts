import type { ConversationReference, TurnContext } from 'botbuilder';
import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { Actor, PersonReference } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import { withoutThread } from './activity.ts';
import type { Proactive } from './proactive.ts';

/**
 * The most pages of a roster that are looked through for an address; a page has up to 500 members, a team up to 25,000.
 */
const MOST_PAGES = 60;
const PAGE = 500;

const text = z.string().nullish().catch(undefined);

/** A member of a roster (Teams, "Get Teams specific context for your bot", single member details). */
const memberSchema = z.object({
  id: z.string().min(1),
  name: text,
  objectId: text,
  aadObjectId: text,
  email: text,
  userPrincipalName: text,
  tenantId: text,
});

type Member = z.infer<typeof memberSchema>;

/** What is used of the SDK's connector client. */
interface Roster {
  conversations: {
    getConversationMember(conversationId: string, memberId: string): Promise<unknown>;
    getConversationPagedMembers(
      conversationId: string,
      options: { pageSize: number; continuationToken?: string },
    ): Promise<unknown>;
    createConversation(parameters: object): Promise<unknown>;
  };
}

const pageSchema = z.object({ members: z.array(z.unknown()).catch([]), continuationToken: text });
const createdSchema = z.object({ id: z.string().min(1) });

function actorOf(member: Member, tenantId: string | null): Actor {
  return {
    id: member.id,
    name: member.name ?? '',
    mailbox: member.aadObjectId || member.objectId || null,
    timeZone: null,
    locale: null,
    tenantId: member.tenantId || tenantId,
    notice: null,
  };
}

/**
 * Asking the roster changes nothing and opening a chat twice gives the same one, so that no failure of these is
 * ambiguous.
 */
function repeatable(error: unknown): unknown {
  if (!(error instanceof DeliveryError) || error.code !== 'ambiguous') return error;
  return new DeliveryError('unavailable', error.message, { cause: error.cause, status: error.status });
}

function hasAddress({ email, userPrincipalName }: Member, address: string): boolean {
  return [email, userPrincipalName].some((one) => one?.toLowerCase() === address.toLowerCase());
}

/** The SDK's client of the connector, in a turn. */
export function clientOf<Client>(context: TurnContext): Client {
  return context.turnState.get((context.adapter as unknown as { ConnectorClientKey: symbol }).ConnectorClientKey);
}

async function memberBy(roster: Roster, conversationId: string, id: string): Promise<Member | null> {
  try {
    return memberSchema.safeParse(await roster.conversations.getConversationMember(conversationId, id)).data ?? null;
  } catch (error) {
    // Unknown ids are 404 or 400 here; that the conversation itself is gone comes out when it is written to.
    if (error instanceof DeliveryError && [400, 404].includes(error.status ?? 0)) return null;
    // Whoever is shut out of a conversation cannot ask who is in it; that they are there is known from what they
    // wrote.
    if (error instanceof DeliveryError && error.code === 'unreachable') return { id };
    throw error;
  }
}

async function memberWith(roster: Roster, conversationId: string, address: string): Promise<Member | null> {
  const direct = await memberBy(roster, conversationId, address);
  if (direct && hasAddress(direct, address)) return direct;
  let continuationToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const options = { pageSize: PAGE, ...(continuationToken ? { continuationToken } : {}) };
    let answer: unknown;
    try {
      answer = await roster.conversations.getConversationPagedMembers(conversationId, options);
    } catch (error) {
      if (error instanceof DeliveryError && error.permanent) return null;
      throw error;
    }
    const { members, continuationToken: next } = pageSchema.parse(answer);
    for (const one of members) {
      const member = memberSchema.safeParse(one).data;
      if (member && hasAddress(member, address)) return member;
    }
    if (!next) return null;
    continuationToken = next;
  }
  return null;
}

async function find(
  roster: Roster,
  conversationId: string,
  { id, directoryId, address }: PersonReference,
): Promise<Member | null> {
  for (const known of [id, directoryId]) {
    const member = known === null ? null : await memberBy(roster, conversationId, known);
    if (member) return member;
  }
  const member = address === null ? null : await memberWith(roster, conversationId, address);
  // A manager need not be a member here: Teams opens chats by directory id as well.
  return member ?? (directoryId === null ? null : { id: directoryId, aadObjectId: directoryId });
}

async function open(
  roster: Roster,
  reference: Partial<ConversationReference>,
  member: Member,
  tenantId: string | null,
): Promise<string> {
  const parameters = {
    isGroup: false,
    bot: reference.bot,
    members: [{ id: member.id }],
    ...(tenantId === null ? {} : { tenantId, channelData: { tenant: { id: tenantId } } }),
  };
  try {
    return createdSchema.parse(await roster.conversations.createConversation(parameters)).id;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    if (!error.permanent) throw error;
    throw new DeliveryError('refused', 'Teams lets me open no chat with this person: they have to add the app first.', {
      cause: error,
      status: error.status,
    });
  }
}

async function direct(
  { proactive, appId }: DirectChatsOptions,
  person: PersonReference,
  near: ConversationInput,
): Promise<Met> {
  const reference = proactive.referenceFor(near.reference, null);
  const conversationId = reference.conversation?.id ?? '';
  const finding = proactive.inConversation(reference, async (context) => {
    const roster = clientOf<Roster>(context);
    const found = await find(roster, conversationId, person);
    if (!found) throw new DeliveryError('refused', 'Nobody in this conversation is known by that.');
    if (found.id === reference.bot?.id) throw new DeliveryError('refused', 'That is me, and I have no calendar.');
    const isHere = near.kind === 'personal' && reference.user?.id === found.id;
    return [found, isHere ? conversationId : await open(roster, reference, found, near.tenantId)] as const;
  });
  const [member, chatId] = await finding.catch((error: unknown) => {
    throw repeatable(error);
  });
  const actor = actorOf(member, near.tenantId);
  if (chatId === conversationId) return { actor, conversation: near };
  const user = { id: member.id, name: actor.name, ...(actor.mailbox ? { aadObjectId: actor.mailbox } : {}) };
  const conversation = {
    id: chatId,
    conversationType: 'personal',
    ...(near.tenantId === null ? {} : { tenantId: near.tenantId }),
  };
  return {
    actor,
    conversation: {
      id: `teams:${withoutThread(chatId)}`,
      channel: 'teams',
      kind: 'personal',
      tenantId: near.tenantId,
      name: null,
      reference: { ...reference, conversation, user, vouchedFor: appId },
    },
  };
}

/** Who somebody is, and their own chat with the bot. */
interface Met {
  actor: Actor;
  conversation: ConversationInput;
}

interface DirectChatsOptions {
  proactive: Proactive;
  /** Null in local mode. */
  appId: string | null;
}

/** People of a conversation, and their own chats with the bot. */
export function createDirectChats(options: DirectChatsOptions) {
  return {
    /** See Messenger.direct. */
    direct: (person: PersonReference, near: ConversationInput): Promise<Met> => direct(options, person, near),
  };
}

export type DirectChats = ReturnType<typeof createDirectChats>;

const linkedSchema = z.object({
  conversation: z.object({ id: z.string().min(1) }),
  bot: z.object({ id: z.string() }).nullish().catch(undefined),
});

const messageSchema = linkedSchema.extend({ aadGroupId: z.uuid().optional().catch(undefined) });

/**
 * A deep link to the conversation in Teams (Teams, "Deep link to a Teams chat" and "… to a channel"); null when the
 * reference is unreadable. `appId` is null in local mode; `teams` is the address of Teams on the web.
 */
export function linkTo(
  { kind, name, tenantId, reference }: ConversationInput,
  { appId, teams }: { appId: string | null; teams: string },
): string | null {
  const parsed = linkedSchema.safeParse(reference).data;
  if (!parsed) return null;
  const id = encodeURIComponent(withoutThread(parsed.conversation.id));
  const base = `${teams}/l`;
  if (kind === 'channel') {
    const tenant = tenantId === null ? '' : `?tenantId=${encodeURIComponent(tenantId)}`;
    return `${base}/channel/${id}/${encodeURIComponent(name || 'channel')}${tenant}`;
  }
  if (kind === 'group') return `${base}/chat/${id}/conversations`;
  const bot = appId === null ? parsed.bot?.id : `28:${appId}`;
  return bot ? `${base}/chat/0/0?users=${encodeURIComponent(bot)}` : null;
}

/** A message of a person, by the id under which it was taken in. */
const TAKEN_IN = /:(\d{10,17})(?:~|$)/;

/**
 * A deep link to a message (Teams, "Deep link to navigate to channel conversation" and "… to chat messages"); null where
 * its conversation has an id that Teams itself does not know, as people's chats with bots do, and for what is no
 * message.
 */
export function messageLinkTo(
  { kind, tenantId, reference }: ConversationInput,
  inboundId: string,
  { teams }: { teams: string },
): string | null {
  const parsed = messageSchema.safeParse(reference).data;
  const message = TAKEN_IN.exec(inboundId)?.[1];
  if (!parsed || message === undefined || !parsed.conversation.id.startsWith('19:')) return null;
  const base = `${teams}/l/message/${encodeURIComponent(withoutThread(parsed.conversation.id))}/${message}`;
  if (kind === 'group') return `${base}?context=${encodeURIComponent(JSON.stringify({ contextType: 'chat' }))}`;
  if (kind !== 'channel') return null;
  const about = new URLSearchParams({
    ...(tenantId === null ? {} : { tenantId }),
    ...(parsed.aadGroupId === undefined ? {} : { groupId: parsed.aadGroupId }),
    parentMessageId: message,
    createdTime: message,
  });
  return `${base}?${about.toString()}`;
}

/**
 * A deep link to a person's chat with the bot, with a text in the compose box ("Deep link to start a new chat",
 * message); null for other conversations, in which no link writes.
 */
export function draftLinkTo(
  conversation: ConversationInput,
  text: string,
  options: { appId: string | null; teams: string },
): string | null {
  const link = conversation.kind === 'personal' ? linkTo(conversation, options) : null;
  return link === null ? null : `${link}&message=${encodeURIComponent(text)}`;
}

const personalSchema = z.object({ user: z.object({ id: z.string().min(1) }) });

/** See Messenger.personOf. */
export function personOf({ kind, reference }: ConversationInput): string | null {
  return kind === 'personal' ? (personalSchema.safeParse(reference).data?.user.id ?? null) : null;
}
