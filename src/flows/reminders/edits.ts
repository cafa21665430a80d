import { chosenStart } from '../../core/reminders/plan.ts';
import { backCard, copiedCard, deletedCard, movedCard } from '../../core/chat/cards/edits.ts';
import type { Card } from '../../core/card.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import { sayTo, type Say } from '../../core/language/language.ts';
import type { Actor } from '../../core/model/people.ts';
import type { CalendarEntry, Place, Reminder } from '../../core/model/reminder.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { briefTarget } from '../../core/targets/target.ts';
import { localDate, startOfDate } from '../../core/reminders/working-days.ts';
import { enumerate } from '../../core/language/wording.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import { destinedFor, markDestinations } from './destinations.ts';
import type { Planner } from './planner.ts';
import type { Destined } from './wanted.ts';

/** One message for everything of one mailbox that was deleted and concerns one conversation. */
type Question = { conversation: Conversation; locale: string | null; reminders: Reminder[] };

/** Under which it is kept that an event is a copy that somebody made, and that this was told. */
export function copyKey(eventId: string): string {
  return `copy/${eventId}`;
}

/** The watch that speaks for a reminder: the first one of those that it is about. */
function speakerOf(reminder: Reminder, destined: Destined[]): Destined | null {
  const concerned = destined.filter(({ target }) => reminder.event.targets.includes(target.uri));
  return concerned.toSorted((a, b) => a.watch.id - b.watch.id)[0] ?? null;
}

/** Where it is dealt with what people do to events. */
interface Desk {
  context: FlowContext;
  deliverer: Pick<Deliverer, 'kick'>;
  planner: Pick<Planner, 'planned'>;
}

async function conversationFor({ context }: Desk, speaker: Destined): Promise<string> {
  const { store, now, log } = context;
  const { conversation, addressee, watch } = speaker;
  // A copy is its person's own matter: others need not read what they did to it.
  if (addressee.personId === watch.ownerId) return conversation.id;
  try {
    const direct = await context.messengers
      .get(conversation.channel)
      ?.direct({ id: addressee.personId, directoryId: null, address: null }, conversation);
    if (!direct) return conversation.id;
    await store.rememberConversation(direct.conversation, now());
    return direct.conversation.id;
  } catch (error) {
    log.warn({ err: error }, 'the own chat of a person is out of reach; their conversation is told');
    return conversation.id;
  }
}

/** The still unchanged row that was looked at; null when it has changed meanwhile and has to be looked at anew. */
async function current(operations: StoreOperations, seen: Reminder): Promise<Reminder | null> {
  // Locked: another replica may be looking at the same mailbox.
  const row = await operations.lockReminder(seen.id);
  const same =
    row?.wanted &&
    row.deleted === null &&
    row.fingerprint === seen.fingerprint &&
    row.transactionId === seen.transactionId;
  return same ? row : null;
}

/**
 * The event stands at a time that a person chose: that is the reminder's time from now on, within reason. Told once.
 */
async function respectMove(desk: Desk, seen: Reminder, to: Place): Promise<void> {
  const { context, planner, deliverer } = desk;
  const { store, now, uuid } = context;
  const { start: found, allDay } = to;
  const destination = { calendar: 'graph' as const, mailbox: seen.mailbox };
  const destined = await destinedFor(context, store, destination);
  // Nothing is planned there now, so that the event would be found moved again at once: the next look sees it.
  if (!destined) return;
  const speaker = speakerOf(seen, destined);
  const conversationId = speaker && (await conversationFor(desk, speaker));
  await store.transaction(async (operations) => {
    // First, as whoever stores a plan does: those who take the two in another order would wait for each other.
    const scope = { targets: [], fingerprints: [seen.fingerprint] };
    await markDestinations(context, operations, [destination], scope);
    const row = await current(operations, seen);
    const [certificate] = row ? await operations.getCertificates([row.fingerprint]) : [];
    if (!row || !certificate) return;
    const { zone, start: planned } = row.event;
    const latest = chosenStart(to, { certificate, planned, now: now() });
    const date = allDay ? localDate(latest, zone) : undefined;
    const start = date === undefined ? latest : startOfDate(date, zone);
    const { chosen } = row;
    const known = chosen?.start === start && chosen.date === date && (found === start || chosen.found === found);
    await operations.setReminderChoice(row.id, {
      ...row,
      chosen: {
        start,
        showAs: chosen?.showAs ?? row.event.showAs ?? 'free',
        ...(found === start ? {} : { found }),
        ...(date === undefined ? {} : { date }),
      },
    });
    if (known || !speaker || !conversationId) return;
    const say = sayTo(speaker.addressee.locale);
    const card = movedCard(row, { found, start, allDay, certificate, now: now(), say });
    await operations.putMessages([{ id: uuid(), conversationId, thread: null, card }], now());
  });
  await planner.planned([destination]);
  // Also where the plan stays as it is: an event that was moved too far is moved back.
  await store.requeueReminders([seen.id], now());
  deliverer.kick();
}

async function askOnce({ context }: Desk, question: Question & { conversationId: string }): Promise<void> {
  const { store, now, uuid } = context;
  const id = uuid();
  const say = sayTo(question.locale);
  await store.transaction(async (operations) => {
    const asked: Reminder[] = [];
    for (const seen of question.reminders) {
      const row = await current(operations, seen);
      if (!row) continue;
      asked.push(row);
      await operations.setReminderChoice(row.id, { ...row, deleted: 'asked', question: id });
    }
    if (asked.length === 0) return;
    const card = deletedCard(asked, { question: id, say });
    await operations.putMessages([{ id, conversationId: question.conversationId, thread: null, card }], now());
  });
}

/**
 * Events that people deleted are not written again by themselves: the chat asks, once for everything that went at
 * once. What is over needs no question.
 */
async function askAboutDeleted(desk: Desk, mailbox: string, reminders: Reminder[]): Promise<void> {
  const { context, deliverer } = desk;
  const { store, now } = context;
  const destined = (await destinedFor(context, store, { calendar: 'graph', mailbox })) ?? [];
  const questions = new Map<string, Question & { conversationId: string }>();
  for (const reminder of reminders) {
    if (reminder.event.end <= now()) {
      await store.transaction(async (operations) => {
        const row = await current(operations, reminder);
        if (row) await operations.setReminderChoice(row.id, { ...row, deleted: 'over', question: null });
      });
      continue;
    }
    const speaker = speakerOf(reminder, destined);
    if (!speaker) continue;
    const key = `${speaker.conversation.id}\n${speaker.addressee.personId}`;
    const { conversation, addressee } = speaker;
    const known = questions.get(key) ?? {
      conversation,
      conversationId: await conversationFor(desk, speaker),
      locale: addressee.locale,
      reminders: [],
    };
    known.reminders.push(reminder);
    questions.set(key, known);
  }
  for (const question of questions.values()) await askOnce(desk, question);
  deliverer.kick();
}

/** The question about events that are there again goes, or asks about those that are still gone. */
async function withdraw(
  { context }: Desk,
  operations: StoreOperations,
  { question, rows, say }: { question: string; rows: Reminder[]; say: Say },
): Promise<void> {
  const place = await operations.findMessage(question);
  if (!place) return;
  const open = await operations.listRemindersByQuestion(question);
  const card = open.length > 0 ? deletedCard(open, { question, say }) : backCard(rows, say);
  await operations.putMessages([{ id: question, ...place, card }], context.now());
}

/** Events that people deleted, or that a mailbox did not show for a while, are there again: so is everything here. */
async function takeBack(desk: Desk, mailbox: string, reminders: Reminder[]): Promise<void> {
  const { context, deliverer } = desk;
  const { store, now, uuid } = context;
  const destined = (await destinedFor(context, store, { calendar: 'graph', mailbox })) ?? [];
  for (const [question, seen] of Map.groupBy(reminders, (reminder) => reminder.question)) {
    const speaker = speakerOf(seen[0]!, destined);
    const conversationId = speaker && (await conversationFor(desk, speaker));
    const say = sayTo(speaker?.addressee.locale ?? null);
    await store.transaction(async (operations) => {
      const rows: Reminder[] = [];
      for (const { id, deleted, fingerprint, transactionId } of seen) {
        const row = await operations.lockReminder(id);
        if (!row?.wanted || row.deleted !== deleted || row.question !== question) continue;
        if (row.fingerprint !== fingerprint || row.transactionId !== transactionId) continue;
        rows.push(row);
        await operations.setReminderChoice(id, { ...row, deleted: null, question: null });
      }
      await operations.requeueReminders(
        rows.map(({ id }) => id),
        now(),
      );
      if (question !== null && rows.length > 0) await withdraw(desk, operations, { question, rows, say });
      // Who said no and took the event out of the trash wants it after all.
      const declined = rows.filter(({ deleted }) => deleted === 'declined');
      if (declined.length === 0 || !conversationId) return;
      await operations.putMessages(
        [{ id: uuid(), conversationId, thread: null, card: backCard(declined, say) }],
        now(),
      );
    });
  }
  deliverer.kick();
}

/** Copies that people made of events are theirs: they are left alone, which is said once. */
async function tellCopies(
  desk: Desk,
  mailbox: string,
  copies: { reminder: Reminder; entry: CalendarEntry }[],
): Promise<void> {
  const { context, deliverer } = desk;
  const { store, now, uuid } = context;
  const destined = (await destinedFor(context, store, { calendar: 'graph', mailbox })) ?? [];
  const told = new Map<string, { conversationId: string; locale: string | null; copies: typeof copies }>();
  for (const copy of copies) {
    const speaker = speakerOf(copy.reminder, destined);
    if (!speaker) continue;
    const { locale } = speaker.addressee;
    const conversationId = await conversationFor(desk, speaker);
    const known = told.get(conversationId) ?? { conversationId, locale, copies: [] };
    known.copies.push(copy);
    told.set(conversationId, known);
  }
  for (const { conversationId, locale, copies: found } of told.values()) {
    const id = uuid();
    // By whose mailbox it is, so that it can be forgotten with them.
    const value = `${mailbox} ${id}`;
    await store.transaction(async (operations) => {
      const fresh: Reminder[] = [];
      for (const { reminder, entry } of found)
        if ((await operations.ensureValue(copyKey(entry.eventId), () => value)) === value) fresh.push(reminder);
      if (fresh.length === 0) return;
      const card = copiedCard(fresh, sayTo(locale));
      await operations.putMessages([{ id, conversationId, thread: null, card }], now());
    });
  }
  deliverer.kick();
}

/** What people do to our events in Outlook: moving one chooses its time, deleting one is a question. */
export interface Edits {
  /**
   * The event stands at a time that a person chose: that is the reminder's time from now on, within reason. Told once.
   */
  respectMove(seen: Reminder, to: Place): Promise<void>;
  /** Asks the chat about events that people deleted, once for everything that went at once. */
  askAboutDeleted(mailbox: string, reminders: Reminder[]): Promise<void>;
  /** Events that people deleted, or that a mailbox did not show for a while, are there again: so is everything here. */
  takeBack(mailbox: string, reminders: Reminder[]): Promise<void>;
  /** Copies that people made of events are theirs: they are left alone, which is said once. */
  tellCopies(mailbox: string, copies: { reminder: Reminder; entry: CalendarEntry }[]): Promise<void>;
}

export function createEdits(context: FlowContext, helpers: Pick<Desk, 'deliverer' | 'planner'>): Edits {
  const desk: Desk = { context, ...helpers };
  return {
    respectMove: (seen, to) => respectMove(desk, seen, to),
    askAboutDeleted: (mailbox, reminders) => askAboutDeleted(desk, mailbox, reminders),
    takeBack: (mailbox, reminders) => takeBack(desk, mailbox, reminders),
    tellCopies: (mailbox, copies) => tellCopies(desk, mailbox, copies),
  };
}

/**
 * The answer to "keep reminding in Outlook?". Null: it is not this person's to answer; “answered”: nothing is
 * left to answer. A mailbox of their own is
 * answered for by its person alone, a shared one by everybody in a conversation whose reminders it holds.
 */
export async function answerDeleted(
  context: FlowContext & { deliverer: Deliverer },
  options: { conversation: Conversation; actor: Actor; question: string; keep: boolean },
  say: Say,
): Promise<Card | 'answered' | null> {
  const { store, settings, uuid, now, deliverer } = context;
  const { conversation, actor, question, keep } = options;
  const asked = await store.listRemindersByQuestion(question);
  const [first] = asked;
  // Answered already, or renewed or gone since.
  if (!first) return 'answered';
  const destination = { calendar: 'graph' as const, mailbox: first.mailbox };
  const destined = (await destinedFor(context, store, destination)) ?? [];
  const isShared = first.mailbox === (conversation.settings.mailbox ?? settings.calendarMailbox);
  const own = destined.some(({ addressee }) => addressee.personId === actor.id);
  const here = destined.some((one) => one.conversation.id === conversation.id);
  if (!own && !(isShared && here)) return null;
  await store.transaction(async (operations) => {
    const rows = await operations.listRemindersByQuestion(question);
    for (const row of rows) {
      // Under an identity of its own: a replayed one would be answered with the event that was deleted.
      if (keep) await operations.remakeReminder(row.id, { ...row, transactionId: uuid() }, now());
      else await operations.setReminderChoice(row.id, { ...row, deleted: 'declined', question: null });
    }
    await operations.recordAudit([
      {
        at: now(),
        conversationId: conversation.id,
        actorId: actor.id,
        actorName: actor.name,
        verb: keep ? 'keep-event' : 'drop-event',
        subject: [...new Set(rows.flatMap(({ event }) => event.targets))].join(' ').slice(0, 500),
      },
    ]);
  });
  deliverer.kick();
  const subjects = [...new Set(asked.flatMap(({ event }) => event.targets.map(briefTarget)))];
  const values = { subjects: enumerate(subjects, 10, say) };
  return keep
    ? sentenceCard(say('edit.kept.title'), say('edit.kept', values), say, { tone: 'good' })
    : sentenceCard(say('edit.dropped.title'), say('edit.dropped', values), say);
}
