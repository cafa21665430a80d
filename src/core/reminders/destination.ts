import type { Connection, MailboxState, Recipient } from '../model/people.ts';
import type { Conversation } from '../model/conversation.ts';
import type { Reminder } from '../model/reminder.ts';
import type { Watch } from '../model/watch.ts';

/** Where reminders go. */
export interface Destination {
  calendar: Reminder['calendar'];
  /** graph: the mailbox. ics: the conversation's id. */
  mailbox: string;
}

/** For whom reminders of one watch go somewhere, with what the planning takes from that person. */
export interface Addressee {
  destination: Destination;
  /** Actor.id. */
  personId: string;
  locale: string | null;
  timeZone: string | null;
}

/** What of a watch decides where its reminders go. */
export type Owned = Pick<
  Watch,
  'uri' | 'conversationId' | 'ownerId' | 'ownerMailbox' | 'ownerTenantId' | 'ownerLocale' | 'ownerTimeZone'
>;

/** What decides where reminders go, beside the watch. */
export interface Circumstances {
  calendar: 'graph' | 'ics' | 'none';
  /** One mailbox for everybody; null = the owners' own. */
  calendarMailbox: string | null;
  /** The bot has a permission of its own, not only those of people who signed in. */
  ownAccess: boolean;
  /**
   * Whether people of that organisation may have events in the mailboxes that the bot reaches by itself. Undefined
   * while it is not known.
   */
  mailboxesOpenTo: (channel: string, tenantId: string | null) => boolean | undefined;
  connections: Map<string, Connection>;
  states: Map<string, MailboxState>;
}

/** Of every watch of a conversation: people who said yes to a copy of these reminders. */
export function copiesOf(recipients: Recipient[], watch: Pick<Watch, 'conversationId' | 'uri'>): Recipient[] {
  return recipients.filter(
    ({ role, state, conversationId, uri }) =>
      role === 'copy' &&
      state === 'accepted' &&
      conversationId === watch.conversationId &&
      (uri === null || uri === watch.uri),
  );
}

/** Conversation ids begin with their channel (ConversationInput.id). */
function channelOf(conversationId: string): string {
  return conversationId.split(':', 1)[0]!;
}

/**
 * Whether the mailbox may be written to: by its person's own token, or by the bot's permission. Undefined while that is
 * not known.
 */
function isOpen(
  mailbox: string,
  { channel, tenantId }: { channel: string; tenantId: string | null },
  circumstances: Circumstances,
): boolean | undefined {
  const { ownAccess, mailboxesOpenTo, connections, states } = circumstances;
  const state = connections.get(mailbox)?.state;
  if (state === 'leaving' || state === 'closed') return false;
  const known = states.get(mailbox)?.state ?? 'fine';
  if (known !== 'fine') return false;
  if (state === 'connected') return true;
  if (ownAccess) return mailboxesOpenTo(channel, tenantId);
  // Their sign-in has ended, and they have been told: what is in the calendar stays, and what changes waits for them.
  return state === 'lost';
}

/**
 * The mailbox that the owner's reminders would go to: the conversation's shared one, everybody's, or the owner's own.
 */
export function ownerMailboxOf(
  watch: Pick<Watch, 'ownerMailbox'>,
  { settings }: Pick<Conversation, 'settings'>,
  calendarMailbox: string | null,
): string | null {
  return settings.mailbox ?? calendarMailbox ?? watch.ownerMailbox;
}

/**
 * Where the reminders of a watch go: first for its owner (their mailbox, or the conversation's feed when it cannot be
 * written to), then for everybody who accepted a copy; each place once. Null while it is not known of one of them;
 * empty when calendars are off.
 */
export function addresseesOf(
  watch: Owned,
  conversation: Pick<Conversation, 'settings'>,
  recipients: Recipient[],
  circumstances: Circumstances,
): Addressee[] | null {
  const { calendar, calendarMailbox } = circumstances;
  if (calendar === 'none') return [];
  const channel = channelOf(watch.conversationId);
  const found = new Map<string, Addressee>();
  const owner = { personId: watch.ownerId, locale: watch.ownerLocale, timeZone: watch.ownerTimeZone };
  const mailbox = calendar === 'graph' ? ownerMailboxOf(watch, conversation, calendarMailbox) : null;
  const open = mailbox !== null && isOpen(mailbox, { channel, tenantId: watch.ownerTenantId }, circumstances);
  if (open === undefined) return null;
  const destination: Destination = open
    ? { calendar: 'graph', mailbox }
    : { calendar: 'ics', mailbox: watch.conversationId };
  found.set(destinationKey(destination), { destination, ...owner });
  for (const copy of calendar === 'graph' ? copiesOf(recipients, watch) : []) {
    if (copy.mailbox === null) continue;
    const accessible = isOpen(copy.mailbox, { channel, tenantId: copy.tenantId }, circumstances);
    if (accessible === undefined) return null;
    const copied: Destination = { calendar: 'graph', mailbox: copy.mailbox };
    if (!accessible || found.has(destinationKey(copied))) continue;
    const { personId, locale, timeZone } = copy;
    found.set(destinationKey(copied), { destination: copied, personId, locale, timeZone });
  }
  return [...found.values()];
}

/** Text that is equal exactly for equal destinations. */
export function destinationKey({ calendar, mailbox }: Destination): string {
  return `${calendar}\n${mailbox}`;
}

/** The destination with this key. */
export function destinationOf(key: string): Destination {
  const [calendar, mailbox] = key.split('\n', 2) as [Destination['calendar'], string];
  return { calendar, mailbox };
}

/** Destinations without repetition. */
export function distinctDestinations(destinations: (Destination | null)[]): Destination[] {
  const found = new Map<string, Destination>();
  for (const destination of destinations) if (destination) found.set(destinationKey(destination), destination);
  return [...found.values()];
}
