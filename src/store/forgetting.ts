import { sql, type RawBuilder } from 'kysely';
import type { Card } from '../core/card.ts';
import { sayIn } from '../core/language/language.ts';
import type { ConversationSettings } from '../core/model/conversation.ts';
import { LEFT, type Forgetting, type KnownPerson } from '../core/model/forgetting.ts';
import type { DirectoryPerson } from '../core/model/people.ts';
import type { Instant } from '../core/time.ts';
import { bound } from './bound.ts';
import { fromJson, plain, toJson, whole, type Executor } from './dialect.ts';
import { replaced, replacedIn, termsOf } from './without-person.ts';

type Condition = RawBuilder<boolean>;

/** `in (…)` for a handful of values, of which there may be none. */
function among(column: string, values: string[]): Condition {
  return values.length === 0 ? sql`1 = 0` : sql`${sql.ref(column)} in (${sql.join(values)})`;
}

/** The same without regard to the case of letters. */
function amongAny(column: string, values: string[]): Condition {
  const lower = values.map((value) => sql`lower(${value})`);
  return values.length === 0 ? sql`1 = 0` : sql`lower(${sql.ref(column)}) in (${sql.join(lower)})`;
}

/** Whether one of these stands in a text, be it as JSON has it. */
function contains(column: string, terms: string[]): Condition {
  if (terms.length === 0) return sql`1 = 0`;
  const patterns = terms.map((term) => {
    const escaped = JSON.stringify(plain(term)).slice(1, -1).replaceAll(/[%_!]/g, '!$&');
    return sql`lower(${sql.ref(column)}) like lower(${`%${escaped}%`}) escape '!'`;
  });
  return sql`(${sql.join(patterns, sql` or `)})`;
}

interface Trace {
  id: string | null;
  name: string | null;
  mailbox: string | null;
}

/** Whoever a condition finds, wherever people are kept. */
async function tracesOf(
  { db }: Executor,
  condition: (columns: { id: string; name: string; mailbox: string }) => Condition,
): Promise<Trace[]> {
  const { rows } = await sql<Trace>`
    select owner_id as id, owner_name as name, owner_mailbox as mailbox from watches
      where ${condition({ id: 'owner_id', name: 'owner_name', mailbox: 'owner_mailbox' })}
    union select person_id, name, mailbox from recipients
      where ${condition({ id: 'person_id', name: 'name', mailbox: 'mailbox' })}
    union select person_id, null, mailbox from connections
      where ${condition({ id: 'person_id', name: 'person_id', mailbox: 'mailbox' })}
    union select null, name, mailbox from mailbox_states
      where ${condition({ id: 'mailbox', name: 'name', mailbox: 'mailbox' })}
    union select actor_id, actor_name, null from audit
      where ${condition({ id: 'actor_id', name: 'actor_name', mailbox: 'actor_id' })}`.execute(db);
  return rows.filter(({ id }) => id !== LEFT.id && id !== '');
}

function distinct(values: (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null && value !== ''))] as string[];
}

async function findTraces(
  executor: Executor,
  { ids, mailboxes, names }: Pick<KnownPerson, 'ids' | 'mailboxes' | 'names'>,
): Promise<Trace[]> {
  return tracesOf(executor, (columns) => {
    const either = [among(columns.id, ids), amongAny(columns.mailbox, mailboxes), amongAny(columns.name, names)];
    return sql`(${sql.join(either, sql` or `)})`;
  });
}

/** Own chats: those whose address names the person, and those that they signed in from. */
async function chatsOf({ db }: Executor, { ids, mailboxes }: Omit<KnownPerson, 'chats'>): Promise<string[]> {
  const quoted = [...ids, ...mailboxes].map((each) => JSON.stringify(each));
  const endings = ids.map((id) => sql`substr(id, length(id) - ${sql.lit(id.length)}) = ${`:${id}`}`);
  const { rows } = await sql<{ id: string }>`select id from conversations where kind = 'personal'
    and (${
      quoted.length === 0
        ? sql`1 = 0`
        : sql.join(
            quoted.map((each) => sql`reference like ${`%${each.replaceAll(/[%_!]/g, '!$&')}%`} escape '!'`),
            sql` or `,
          )
    }
      or ${endings.length === 0 ? sql`1 = 0` : sql.join(endings, sql` or `)}
      or id in (select conversation_id from connections where ${among('person_id', ids)}))`.execute(db);
  return rows.map(({ id }) => id);
}

async function knownPerson(
  executor: Executor,
  given: Pick<KnownPerson, 'ids' | 'mailboxes' | 'names'>,
): Promise<KnownPerson> {
  // Names are shared by many: who is meant is known by id and mailbox.
  const first = await findTraces(executor, { ...given, names: [] });
  const mailboxes = distinct([...given.mailboxes, ...first.map(({ mailbox }) => mailbox)]);
  const ids = distinct([...given.ids, ...first.map(({ id }) => id)]);
  const all = await findTraces(executor, { ids, mailboxes, names: [] });
  const person = {
    ids: distinct([...ids, ...all.map(({ id }) => id)]),
    mailboxes: distinct([...mailboxes, ...all.map(({ mailbox }) => mailbox)]),
    names: distinct([...given.names, ...all.map(({ name }) => name)]),
  };
  return { ...person, chats: await chatsOf(executor, person) };
}

async function watchesOfPerson({ db }: Executor, { ids, mailboxes, chats }: KnownPerson): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from watches where ${among('owner_id', ids)}
    or ${amongAny('owner_mailbox', mailboxes)} or ${among('conversation_id', chats)} order by id`.execute(db);
  return rows.map(({ id }) => id);
}

async function recipientsOfPerson(
  { db }: Executor,
  { ids, mailboxes }: KnownPerson,
): Promise<{ id: string; conversationId: string }[]> {
  const { rows } = await sql<{ id: string; conversationId: string }>`
    select id, conversation_id as "conversationId" from recipients
    where ${among('person_id', ids)} or ${amongAny('mailbox', mailboxes)}`.execute(db);
  return rows;
}

/** Conversations whose settings name the person, by id. */
async function placesOfPerson({ db }: Executor, person: KnownPerson): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from conversations where settings is not null
    and ${contains('settings', [...person.ids, ...person.mailboxes])}`.execute(db);
  return rows.map(({ id }) => id);
}

async function scrubAudit({ db }: Executor, { ids }: KnownPerson, terms: string[], before: Instant): Promise<void> {
  await sql`update audit set actor_id = ${LEFT.id}, actor_name = ${LEFT.name}
    where ${among('actor_id', ids)} and at <= ${whole(before)}`.execute(db);
  const { rows } = await sql<{ seq: number; subject: string }>`select seq, subject from audit
    where at <= ${whole(before)} and ${contains('subject', terms)}`.execute(db);
  for (const { seq, subject } of rows)
    await sql`update audit set subject = ${replaced(subject, terms, LEFT.name)} where seq = ${seq}`.execute(db);
}

/** What others noted of watches may name them; what could still be taken back is not kept. */
async function scrubNotes({ db }: Executor, terms: string[]): Promise<void> {
  await sql`delete from removed_watches`.execute(db);
  const { rows } = await sql<{ id: number; note: string }>`select id, note from watches
    where note is not null and ${contains('note', terms)}`.execute(db);
  for (const { id, note } of rows)
    await sql`update watches set note = ${replaced(note, terms, LEFT.name)} where id = ${id}`.execute(db);
}

/**
 * What was sent need not be known any more; what is still to be sent to others says “somebody who left”, and what was for
 * the person goes.
 */
async function scrubOutbox(
  { db }: Executor,
  { ids, chats }: KnownPerson,
  { terms, before, reply }: { terms: string[]; before: Instant; reply: string | null },
): Promise<void> {
  const made = sql`kind = 'message' and created_at <= ${whole(before)}`;
  const named = sql`(${contains('card', terms)} or ${contains('thread', terms)} or ${contains('last_error', terms)}
    or ${among('asker', ids)} or ${among('lane', chats)})`;
  await sql`update outbox set card = null, thread = 'null', asker = null, last_error = null
    where state <> 'pending' and ${made} and ${named}`.execute(db);
  await sql`delete from outbox where state = 'pending' and ${made} and id <> ${reply ?? ''}
    and (${among('asker', ids)} or ${among('lane', chats)})`.execute(db);
  const { rows } = await sql<{ id: string; card: string }>`select id, card from outbox
    where state = 'pending' and ${made} and id <> ${reply ?? ''} and ${contains('card', terms)}`.execute(db);
  for (const { id, card: text } of rows) {
    const card = fromJson<Card>(text);
    const mentions = card.mentions?.filter((mention) => !ids.includes(mention.id));
    const rest = { ...card, ...(mentions ? { mentions } : {}) };
    const scrubbed = toJson(replacedIn(rest, terms, sayIn(card.language)('person.left')));
    // One that is under way would bring back what it was claimed with.
    await sql`update outbox set card = ${scrubbed}, version = version + 1, last_error = null where id = ${id}`.execute(
      db,
    );
  }
}

async function scrubInbound(
  { db }: Executor,
  { ids, chats }: KnownPerson,
  { before, message }: { before: Instant; message: string | null },
): Promise<void> {
  const quoted = ids.map((id) => JSON.stringify(id));
  const theirs = sql`received_at <= ${whole(before)} and (${contains('actor', quoted)} or ${contains('mentions', quoted)}
    or ${among('conversation_id', chats)})`;
  await sql`update inbound set actor = 'null', conversation = 'null', mentions = '[]', conversation_id = ''
    where state = 'done' and ${theirs}`.execute(db);
  await sql`delete from inbound where state = 'pending' and id <> ${message ?? ''} and received_at <= ${whole(before)}
    and ${contains('actor', quoted)}`.execute(db);
}

/** Who trusted a certificate, and who may change settings. */
async function scrubSettings({ db }: Executor, { ids, mailboxes }: KnownPerson): Promise<void> {
  const { rows } = await sql<{ id: string; settings: string }>`select id, settings from conversations
    where settings is not null and ${contains('settings', [...ids, ...mailboxes])}`.execute(db);
  for (const { id, settings: text } of rows) {
    const { admins, anchors, mailbox, ...rest } = fromJson<ConversationSettings>(text);
    const isTheirs = mailboxes.some((each) => each.toLowerCase() === mailbox?.toLowerCase());
    const by = admins?.by && ids.includes(admins.by.id) ? null : (admins?.by ?? null);
    const settings: ConversationSettings = {
      ...rest,
      ...(mailbox === undefined || isTheirs ? {} : { mailbox }),
      ...(admins ? { admins: { by, people: admins.people.filter((one) => !ids.includes(one.id)) } } : {}),
      ...(anchors
        ? { anchors: anchors.map((one) => (ids.includes(one.addedBy.id) ? { ...one, addedBy: LEFT } : one)) }
        : {}),
    };
    await sql`update conversations set settings = ${toJson(settings)}, mailbox = ${settings.mailbox ?? null}
      where id = ${id}`.execute(db);
  }
}

async function scrubManagers({ db }: Executor, { mailboxes }: KnownPerson): Promise<void> {
  const { rows } = await sql<{ mailbox: string; manager: string }>`select mailbox, manager from mailbox_states
    where manager is not null and ${contains('manager', mailboxes)}`.execute(db);
  const known = new Set(mailboxes.map((each) => each.toLowerCase()));
  for (const { mailbox, manager } of rows) {
    const { id, address } = fromJson<NonNullable<DirectoryPerson['manager']>>(manager);
    if (known.has(id.toLowerCase()) || (address !== null && known.has(address.toLowerCase())))
      await sql`update mailbox_states set manager = null where mailbox = ${mailbox}`.execute(db);
  }
}

async function scrub(
  executor: Executor,
  person: KnownPerson,
  { before, reply, message }: { before: Instant; reply: string | null; message: string | null },
): Promise<void> {
  const { db } = executor;
  const { ids, mailboxes, names } = person;
  const terms = termsOf([...ids, ...mailboxes, ...names]);
  await scrubAudit(executor, person, terms, before);
  await scrubNotes(executor, terms);
  await scrubOutbox(executor, person, { terms, before, reply });
  await scrubInbound(executor, person, { before, message });
  await scrubSettings(executor, person);
  await scrubManagers(executor, person);
  await sql`update recipients set asked_by = ${LEFT.name}
    where asked_at <= ${whole(before)} and ${amongAny('asked_by', [...names, ...ids])}`.execute(db);
  await sql`update incidents set taken_by = ${toJson(LEFT)}
    where taken_by is not null and ${contains(
      'taken_by',
      ids.map((id) => JSON.stringify(id)),
    )}`.execute(db);
  await sql`delete from rates where ${contains('key', termsOf([...ids, ...person.chats]))}`.execute(db);
  await sql`delete from operator_findings where ${contains('key', termsOf([...ids, ...mailboxes, ...person.chats]))}`.execute(
    db,
  );
}

/** What is kept of mailboxes, with what was still to be done there. */
async function forgetMailboxes({ db }: Executor, mailboxes: string[]): Promise<void> {
  const keys = mailboxes.flatMap((mailbox) => [`graph\n${mailbox}`, `ics\n${mailbox}`]);
  await sql`delete from outbox where kind = 'reminder' and ${amongAny('lane', mailboxes)}`.execute(db);
  await sql`delete from reminders where ${amongAny('mailbox', mailboxes)}`.execute(db);
  for (const table of ['connections', 'mailbox_states', 'working_times'])
    await sql`delete from ${sql.table(table)} where ${amongAny('mailbox', mailboxes)}`.execute(db);
  // Events that a person copied; see copyKey.
  const copies = mailboxes.map((mailbox) => sql`substr(value, 1, ${sql.lit(mailbox.length + 1)}) = ${`${mailbox} `}`);
  if (copies.length > 0)
    await sql`delete from bot_values where key like 'copy/%' and (${sql.join(copies, sql` or `)})`.execute(db);
  for (const table of ['marks', 'mark_parts'])
    await sql`delete from ${sql.table(table)} where ${amongAny('key', keys)}`.execute(db);
}

/** Whether the chat was used since; else nothing of it may be kept. */
async function isQuietSince({ db }: Executor, id: string, at: Instant): Promise<boolean> {
  const { rows } = await sql`select 1 from conversations where id = ${id} and (seen_at > ${whole(at)}
    or exists (select 1 from watches w where w.conversation_id = conversations.id))`.execute(db);
  return rows.length === 0;
}

async function putForgetting({ db }: Executor, { id, person, reply, begunAt }: Forgetting): Promise<void> {
  await db
    .insertInto('forgettings')
    .values({ id, person: toJson(person), reply, begun_at: whole(begunAt) })
    .execute();
}

async function listForgettings({ db }: Executor): Promise<Forgetting[]> {
  const rows = await db.selectFrom('forgettings').selectAll().orderBy('begun_at').execute();
  return rows.map(({ id, person, reply, begun_at: begunAt }) => ({ id, person: fromJson(person), reply, begunAt }));
}

async function deleteForgetting({ db }: Executor, id: string): Promise<void> {
  await db.deleteFrom('forgettings').where('id', '=', id).execute();
}

/** Forgetting people; see `StoreOperations`. */
export function createForgetting(executor: Executor) {
  return bound(executor, {
    findTraces,
    knownPerson,
    watchesOfPerson,
    recipientsOfPerson,
    placesOfPerson,
    scrub,
    forgetMailboxes,
    isQuietSince,
    putForgetting,
    listForgettings,
    deleteForgetting,
  });
}
