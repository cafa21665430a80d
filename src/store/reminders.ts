import { sql } from 'kysely';
import { isDated, soundInstant, type Instant } from '../core/time.ts';
import type { Reminder, WrittenEvent, ReminderEvent, ReminderKind, WorkingTime } from '../core/model/reminder.ts';
import { bound } from './bound.ts';
import { atomically, fromJson, toJson, whole, type Executor } from './dialect.ts';
import { putOutbox, type OutboxEntry } from './outbox.ts';
import type { ReminderRow } from './schema.ts';

/** Its times as instants that there are: UNDATED for what is none. */
function boundEvent(event: ReminderEvent): ReminderEvent {
  return { ...event, start: soundInstant(event.start), end: soundInstant(event.end) };
}

function boundChosen(chosen: NonNullable<Reminder['chosen']>): Reminder['chosen'] {
  return isDated(soundInstant(chosen.start)) ? chosen : null;
}

function toReminder(row: ReminderRow): Reminder {
  return {
    id: row.id,
    calendar: row.calendar,
    mailbox: row.mailbox,
    fingerprint: row.fingerprint,
    kind: row.kind as ReminderKind,
    event: boundEvent(fromJson<ReminderEvent>(row.event)),
    basis: row.basis,
    wanted: row.wanted === 1,
    writtenHash: row.written_hash,
    eventId: row.event_id,
    etag: row.etag,
    answeredStart: row.answered_start,
    transactionId: row.transaction_id,
    createBody: row.create_body,
    chosen: row.chosen === null ? null : boundChosen(fromJson<NonNullable<Reminder['chosen']>>(row.chosen)),
    deleted: row.deleted,
    question: row.question,
    sequence: row.sequence,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A reminder belongs to (mailbox, certificate, kind). */
function purpose(reminder: Pick<Reminder, 'calendar' | 'mailbox' | 'fingerprint' | 'kind'>): string {
  return JSON.stringify([reminder.calendar, reminder.mailbox, reminder.fingerprint, reminder.kind]);
}

/** A reminder on its way to its mailbox, as the outbox has it. */
function entryOf({ id, mailbox }: Pick<Reminder, 'id' | 'mailbox'>): OutboxEntry {
  return { id, kind: 'reminder', lane: mailbox, thread: null, card: null, until: null, asker: null };
}

/** Oldest first. */
function ordered({ db }: Executor) {
  return db.selectFrom('reminders').orderBy('created_at').orderBy('id');
}

function inPlace(executor: Executor, calendar: 'graph' | 'ics', mailbox: string, fingerprints: string[] | undefined) {
  const all = ordered(executor).where('calendar', '=', calendar).where('mailbox', '=', mailbox);
  return fingerprints ? all.where(executor.dialect.within('fingerprint', 'text', fingerprints)) : all;
}

async function listReminders(
  executor: Executor,
  calendar: 'graph' | 'ics',
  mailbox: string,
  fingerprints?: string[],
): Promise<Reminder[]> {
  return (await inPlace(executor, calendar, mailbox, fingerprints).selectAll().execute()).map(toReminder);
}

async function listReminderIds(
  executor: Executor,
  calendar: 'graph' | 'ics',
  mailbox: string,
  fingerprints?: string[],
): Promise<string[]> {
  return (await inPlace(executor, calendar, mailbox, fingerprints).select('id').execute()).map(({ id }) => id);
}

async function getReminders(executor: Executor, ids: string[]): Promise<Reminder[]> {
  if (ids.length === 0) return [];
  const rows = await ordered(executor)
    .selectAll()
    .where(executor.dialect.within('id', 'text', ids))
    .execute();
  return rows.map(toReminder);
}

async function getReminder({ db }: Executor, id: string): Promise<Reminder | null> {
  const row = await db.selectFrom('reminders').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toReminder(row) : null;
}

/** See `StoreOperations`. */
export async function putReminders(executor: Executor, reminders: Reminder[], now: Instant): Promise<void> {
  if (reminders.length === 0) return;
  await atomically(executor, async (inner) => {
    const kept = await withoutTwins(inner, reminders);
    await upsert(inner, kept);
    const queued = kept.filter((reminder) => reminder.calendar === 'graph');
    await putOutbox(inner, queued.map(entryOf), now);
  });
}

async function lockReminder({ db, dialect }: Executor, id: string): Promise<Reminder | null> {
  const { rows } = await sql<ReminderRow>`select * from reminders where id = ${id} ${dialect.lock('update')}`.execute(
    db,
  );
  return rows[0] ? toReminder(rows[0]) : null;
}

async function listRemindersByQuestion(executor: Executor, question: string): Promise<Reminder[]> {
  const rows = await ordered(executor).selectAll().where('question', '=', question).execute();
  return rows.map(toReminder);
}

async function setReminderChoice(
  { db }: Executor,
  id: string,
  { chosen, deleted, question }: Pick<Reminder, 'chosen' | 'deleted' | 'question'>,
): Promise<void> {
  const values = { chosen: chosen === null ? null : toJson(chosen), deleted, question };
  await db.updateTable('reminders').set(values).where('id', '=', id).execute();
}

async function requeueReminders(executor: Executor, ids: string[], now: Instant): Promise<void> {
  if (ids.length === 0) return;
  await atomically(executor, async (inner) => {
    // Locked, so that a reminder that is being deleted leaves no outbox row behind.
    const { rows } = await sql<{ id: string; mailbox: string }>`
      select id, mailbox from reminders where ${inner.dialect.within('id', 'text', ids)} and calendar = 'graph'
      order by id ${inner.dialect.lock('key share')}`.execute(inner.db);
    await putOutbox(inner, rows.map(entryOf), now);
  });
}

async function remakeReminder(
  executor: Executor,
  id: string,
  { transactionId, chosen }: Pick<Reminder, 'transactionId' | 'chosen'>,
  now: Instant,
): Promise<void> {
  await atomically(executor, async (inner) => {
    await inner.db
      .updateTable('reminders')
      .set({
        transaction_id: transactionId,
        chosen: chosen === null ? null : toJson(chosen),
        deleted: null,
        question: null,
        event_id: null,
        etag: null,
        written_hash: null,
        answered_start: null,
        create_body: null,
        updated_at: whole(now),
      })
      .where('id', '=', id)
      .execute();
    await requeueReminders(inner, [id], now);
  });
}

async function keepCreateBody(
  executor: Executor,
  { id, transactionId }: Pick<Reminder, 'id' | 'transactionId'>,
  createBody: string,
): Promise<boolean> {
  return atomically(executor, async (inner) => {
    const { numUpdatedRows } = await inner.db
      .updateTable('reminders')
      .set({ create_body: createBody })
      .where('id', '=', id)
      .where('transaction_id', '=', transactionId)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  });
}

async function setReminderWritten(
  { db }: Executor,
  { id, transactionId }: Pick<Reminder, 'id' | 'transactionId'>,
  written: WrittenEvent,
): Promise<void> {
  await db
    .updateTable('reminders')
    .set({
      event_id: written.eventId,
      etag: written.etag,
      written_hash: written.hash,
      answered_start: whole(written.start),
    })
    .where('id', '=', id)
    .where('transaction_id', '=', transactionId)
    .execute();
}

async function deleteReminders(executor: Executor, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await atomically(executor, async (inner) => {
    await inner.db
      .deleteFrom('reminders')
      .where(inner.dialect.within('id', 'text', ids))
      .execute();
    await inner.db
      .deleteFrom('outbox')
      .where(inner.dialect.within('id', 'text', ids))
      .where('kind', '=', 'reminder')
      .execute();
  });
}

async function listReminderMailboxes({ db }: Executor, calendar: 'graph' | 'ics'): Promise<string[]> {
  const rows = await db
    .selectFrom('reminders')
    .select('mailbox')
    .distinct()
    .where('calendar', '=', calendar)
    .orderBy('mailbox')
    .execute();
  return rows.map((row) => row.mailbox);
}

async function getWorkingTime(
  { db }: Executor,
  mailbox: string,
): Promise<{ workingTime: WorkingTime | null; fetchedAt: Instant } | null> {
  const row = await db.selectFrom('working_times').selectAll().where('mailbox', '=', mailbox).executeTakeFirst();
  return row ? { workingTime: fromJson<WorkingTime | null>(row.working_time), fetchedAt: row.fetched_at } : null;
}

async function setWorkingTime(
  { db }: Executor,
  mailbox: string,
  workingTime: WorkingTime | null,
  fetchedAt: Instant,
): Promise<void> {
  const values = { working_time: toJson(workingTime), fetched_at: whole(fetchedAt) };
  await db
    .insertInto('working_times')
    .values({ mailbox, ...values })
    .onConflict((conflict) => conflict.column('mailbox').doUpdateSet(values))
    .execute();
}

/** The calendar events we keep; see `StoreOperations`. */
export function createReminders(executor: Executor) {
  return bound(executor, {
    listReminders,
    listReminderIds,
    getReminders,
    getReminder,
    lockReminder,
    listRemindersByQuestion,
    setReminderChoice,
    remakeReminder,
    requeueReminders,
    putReminders,
    keepCreateBody,
    setReminderWritten,
    deleteReminders,
    listReminderMailboxes,
    getWorkingTime,
    setWorkingTime,
  });
}

/**
 * Leaves out newcomers (unknown ids) whose purpose a wanted reminder serves already: two looks that planned at the same
 * time would otherwise put two events into the calendar. The last of several with one id counts.
 */
async function withoutTwins({ db, dialect }: Executor, reminders: Reminder[]): Promise<Reminder[]> {
  const batch = new Map(reminders.map((reminder) => [reminder.id, reminder]));
  const known = await db
    .selectFrom('reminders')
    .select('id')
    .where(dialect.within('id', 'text', [...batch.keys()]))
    .execute();
  const knownIds = new Set(known.map((row) => row.id));
  const newcomers = [...batch.values()].filter((reminder) => reminder.wanted && !knownIds.has(reminder.id));
  if (newcomers.length === 0) return [...batch.values()];

  for (const mailbox of [...new Set(newcomers.map((reminder) => reminder.mailbox))].toSorted()) {
    await dialect.enter(db, `reminders of ${mailbox}`);
  }
  const fingerprints = [...new Set(newcomers.map((reminder) => reminder.fingerprint))];
  const stored = await db
    .selectFrom('reminders')
    .select(['id', 'calendar', 'mailbox', 'fingerprint', 'kind'])
    .where(dialect.within('fingerprint', 'text', fingerprints))
    .where('wanted', '=', 1)
    .execute();
  const others = stored.filter((row) => !batch.has(row.id)).map((row) => ({ ...row, kind: row.kind as ReminderKind }));
  const updates = [...batch.values()].filter((reminder) => reminder.wanted && knownIds.has(reminder.id));
  const served = new Set([...others, ...updates].map(purpose));
  return [...batch.values()].filter((reminder) => {
    if (!newcomers.includes(reminder)) return true;
    if (served.has(purpose(reminder))) return false;
    served.add(purpose(reminder));
    return true;
  });
}

const COLUMNS = {
  id: 'text',
  calendar: 'text',
  mailbox: 'text',
  fingerprint: 'text',
  kind: 'text',
  event: 'text',
  basis: 'text',
  wanted: 'bigint',
  written_hash: 'text',
  event_id: 'text',
  etag: 'text',
  answered_start: 'bigint',
  transaction_id: 'text',
  create_body: 'text',
  chosen: 'text',
  deleted: 'text',
  question: 'text',
  sequence: 'bigint',
  created_at: 'bigint',
  updated_at: 'bigint',
} as const satisfies Record<keyof ReminderRow, 'text' | 'bigint'>;

/**
 * What was written to a mailbox, and under which transactionId, belongs to `keepCreateBody`, `setReminderWritten` and
 * `remakeReminder`, and what people decided to `setReminderChoice` while the certificate stays: a plan made from an
 * older reading must not take it back.
 */
async function upsert({ db, dialect }: Executor, reminders: Reminder[]): Promise<void> {
  if (reminders.length === 0) return;
  const names = Object.keys(COLUMNS);
  const rows = dialect.relation(
    COLUMNS,
    reminders.map((r) => [
      r.id,
      r.calendar,
      r.mailbox,
      r.fingerprint,
      r.kind,
      toJson(r.event),
      r.basis,
      r.wanted ? 1 : 0,
      r.writtenHash,
      r.eventId,
      r.etag,
      r.answeredStart,
      r.transactionId,
      r.createBody,
      r.chosen === null ? null : toJson(r.chosen),
      r.deleted,
      r.question,
      r.sequence,
      r.createdAt,
      r.updatedAt,
    ]),
  );
  const written = ['written_hash', 'answered_start'];
  // Wanted again: we ourselves may have removed the event by now, which is not to be taken for a person's doing. It is
  // found by its tag, or made anew, under an identity of its own.
  const identity = ['event_id', 'etag', 'create_body', 'transaction_id'];
  const choices = ['chosen', 'deleted', 'question'];
  const fixed = [...written, ...identity, ...choices, 'id', 'created_at'];
  const desired = names.filter((name) => !fixed.includes(name));
  const assignments = [
    ...desired.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`),
    ...identity.map(
      (name) => sql`${sql.ref(name)} = case
        when reminders.wanted = 0 and excluded.wanted = 1
        then ${name === 'transaction_id' ? sql.ref('excluded.transaction_id') : sql`null`}
        else ${sql.ref(`reminders.${name}`)} end`,
    ),
    ...choices.map(
      (name) => sql`${sql.ref(name)} = case
        when reminders.fingerprint = excluded.fingerprint
        then ${sql.ref(`reminders.${name}`)} else ${sql.ref(`excluded.${name}`)} end`,
    ),
  ];
  await sql`insert into reminders (${sql.join(names.map((name) => sql.ref(name)))})
    select ${sql.join(names.map((name) => sql.ref(`v.${name}`)))} from ${rows} v where true order by v.id
    on conflict (id) do update set ${sql.join(assignments)}`.execute(db);
}
