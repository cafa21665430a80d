import type { JoinedWatch } from '../../core/model/watch.ts';
import { hasCome, DAY, SECOND, type Instant } from '../../core/time.ts';
import { ownerlessCard } from '../../core/chat/cards/people.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import { DeliveryError } from '../../core/errors.ts';
import { sayTo } from '../../core/language/language.ts';
import type { DirectoryPerson, MailboxState } from '../../core/model/people.ts';
import type { OutgoingMessage } from '../../core/model/delivery.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import { ownerMailboxOf, type Destination } from '../../core/reminders/destination.ts';
import { everyPlace, rerouted } from '../reminders/destinations.ts';
import type { Planner } from '../reminders/planner.ts';
import type { MailboxOwners } from '../reminders/mailbox-audit.ts';
import { subjectOf } from './recipients.ts';

export interface Owners extends MailboxOwners {
  /** Looks whether mailboxes that were missing or whose people were disabled are back. */
  recheck(): Promise<void>;
}

/** From where owners are watched, and what is remembered there. */
interface Lookout extends FlowContext {
  deliverer: Pick<Deliverer, 'kick'>;
  planner: Pick<Planner, 'planned'>;
  /** Until when the directory is not asked again, since it does not let us see. */
  closedUntil: Instant;
}

/**
 * Shared mailboxes belong to nobody: their accounts are disabled by design (Microsoft 365, "About shared mailboxes").
 */
async function isShared({ store, settings }: Lookout, mailbox: string): Promise<boolean> {
  if (mailbox === settings.calendarMailbox) return true;
  const joined = await store.listWatchesByMailbox('graph', mailbox);
  return joined.some(({ conversation }) => conversation.settings.mailbox === mailbox);
}

async function watchesOf({ settings }: Lookout, operations: StoreOperations, mailbox: string): Promise<JoinedWatch[]> {
  const shared = settings.calendarMailbox === mailbox;
  return operations.getPlaces(await operations.listWatchIds('graph', shared ? null : mailbox));
}

/** One message for each conversation in which the mailbox's person owns watches. */
function messagesAbout({ settings, uuid }: Lookout, state: MailboxState, placed: JoinedWatch[]): OutgoingMessage[] {
  const owned = placed.filter(
    ({ watch, conversation }) =>
      conversation.goneAt === null && ownerMailboxOf(watch, conversation, settings.calendarMailbox) === state.mailbox,
  );
  const messages: OutgoingMessage[] = [];
  for (const [conversationId, each] of Map.groupBy(owned, ({ conversation }) => conversation.id)) {
    const [{ watch: first }] = each as [JoinedWatch];
    const say = sayTo(first.ownerLocale);
    const subject = subjectOf(
      each.map(({ watch }) => watch.uri),
      say,
    );
    const owner = first.ownerName || state.mailbox;
    const card =
      state.state === 'fine'
        ? sentenceCard(say('person.back.title', { owner }), say('person.back', { owner, subject }), say, {
            tone: 'good',
          })
        : ownerlessCard(state, { subject, owner, watch: first.id, say });
    messages.push({ id: uuid(), conversationId, thread: null, card });
  }
  return messages;
}

async function note(
  lookout: Lookout,
  mailbox: string,
  { state, person }: { state: MailboxState['state']; person: DirectoryPerson | null },
): Promise<void> {
  const { store, log, now } = lookout;
  const destinations: Destination[] = [];
  await store.transaction(async (operations) => {
    const [known] = await operations.getMailboxStates([mailbox]);
    const next: MailboxState = {
      mailbox,
      state,
      name: person?.name ?? known?.name ?? null,
      manager: person?.manager ?? known?.manager ?? null,
      checkedAt: now(),
    };
    if ((known?.state ?? 'fine') === state) {
      if (known) await operations.putMailboxState(next);
      return;
    }
    const placed = await watchesOf(lookout, operations, mailbox);
    const changed = await rerouted(lookout, operations, placed, async () => {
      await operations.putMailboxState(next);
      return placed;
    });
    destinations.push(...changed);
    await operations.putMessages(messagesAbout(lookout, next, placed), now());
  });
  if (destinations.length === 0) return;
  await lookout.planner.planned(destinations);
  log.info({ state }, 'what is known of the person of a mailbox has changed');
  lookout.deliverer.kick();
}

/** Undefined: the directory does not let us see. Null: there is no such person. */
async function look(lookout: Lookout, mailbox: string): Promise<DirectoryPerson | null | undefined> {
  const { calendar, now } = lookout;
  if (!calendar || !hasCome(lookout.closedUntil, now(), DAY)) return undefined;
  try {
    const person = await calendar.person(mailbox);
    if (person) return person;
    lookout.closedUntil = now() + DAY;
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryError && error.code === 'gone') return null;
    throw error;
  }
}

async function check(lookout: Lookout, mailbox: string): Promise<void> {
  if (await isShared(lookout, mailbox)) return;
  const person = await look(lookout, mailbox);
  // The directory may know its person by another name: the mailbox itself says whether it is there.
  if (person === null && (await isReallyMissing(lookout, mailbox)))
    return note(lookout, mailbox, { state: 'missing', person: null });
  if (person && !person.enabled) return note(lookout, mailbox, { state: 'disabled', person });
}

/** A single answer can be a slip of the service; everybody's reminders are not moved for that. */
async function isReallyMissing({ calendar }: Lookout, mailbox: string): Promise<boolean> {
  try {
    await calendar?.list(mailbox);
    return false;
  } catch (error) {
    return error instanceof DeliveryError && error.code === 'gone';
  }
}

async function missing(lookout: Lookout, mailbox: string): Promise<void> {
  if (!(await isReallyMissing(lookout, mailbox))) return;
  const person = (await isShared(lookout, mailbox)) ? undefined : await look(lookout, mailbox).catch(() => undefined);
  await note(lookout, mailbox, { state: 'missing', person: person ?? null });
}

async function recheckOne(lookout: Lookout, { mailbox, state }: MailboxState): Promise<void> {
  // Whether it is there says the mailbox itself, whatever the directory knows.
  if (state === 'missing') await lookout.calendar!.list(mailbox);
  const person = (await isShared(lookout, mailbox)) ? undefined : await look(lookout, mailbox);
  if (person && !person.enabled) return note(lookout, mailbox, { state: 'disabled', person });
  if (state === 'disabled' && !person) return;
  await note(lookout, mailbox, { state: 'fine', person: person ?? null });
}

async function back(lookout: Lookout, mailbox: string): Promise<void> {
  const [known] = await lookout.store.getMailboxStates([mailbox]);
  if (known?.state === 'missing') await recheckOne(lookout, known);
  // What was to go from there because it was missing is wanted again once that is planned, perhaps for somebody else who
  // has noticed it first.
  if (!(await lookout.planner.planned([{ calendar: 'graph', mailbox }])))
    throw new DeliveryError('throttled', 'what belongs into this mailbox is being planned', { retryAfter: SECOND });
}

async function recheck(lookout: Lookout): Promise<void> {
  const { store, calendar, settings, log } = lookout;
  if (!calendar) return;
  const mailboxes = new Set<string>();
  const conversations = new Set<string>();
  for await (const places of everyPlace(store)) {
    for (const { watch, conversation } of places) {
      const mailbox = ownerMailboxOf(watch, conversation, settings.calendarMailbox);
      if (mailbox !== null) mailboxes.add(mailbox);
      conversations.add(conversation.id);
    }
  }
  for (const { state, mailbox } of await store.listRecipients([...conversations]))
    if (state === 'accepted' && mailbox !== null) mailboxes.add(mailbox);
  const known = await store.getMailboxStates([...mailboxes]);
  for (const state of known) {
    if (state.state === 'fine') continue;
    await recheckOne(lookout, state).catch((error: unknown) =>
      log.debug({ err: error }, 'a mailbox that was missing is still out of reach'),
    );
  }
}

/**
 * Notices owners whose mailbox can hold no reminders: the chat is told, the feed takes over, and the manager is
 * proposed as the new owner.
 */
export function createOwners(context: FlowContext, helpers: Pick<Lookout, 'deliverer' | 'planner'>): Owners {
  const lookout: Lookout = { ...context, ...helpers, closedUntil: 0 };
  return {
    check: (mailbox) => check(lookout, mailbox),
    missing: (mailbox) => missing(lookout, mailbox),
    back: (mailbox) => back(lookout, mailbox),
    recheck: () => recheck(lookout),
  };
}
