import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { StoreError } from '../core/errors.ts';
import { withoutFeedLinks } from './feed-links.ts';
import { toldIntoIncidents } from './told-into-incidents.ts';
import { isDeadlock, isGone, type Dialect, type Executor } from './dialect.ts';

/**
 * Brings the schema up to date; throws when that fails, or when a newer version did it. Replicas that start together wait
 * for each other (kysely takes an advisory lock on PostgreSQL; a SQLite file has one process). SQLite cannot roll back
 * half a migration here, so every statement may be run again.
 */
export async function migrate({ db, dialect }: Executor): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(dialect) } });
  for (let attempt = 1; ; attempt++) {
    const { error } = await migrator.migrateToLatest();
    if (!error) return;
    if (error instanceof StoreError) throw error;
    const newer = newerMigration(error);
    if (newer !== null)
      throw new Error(
        `The database was brought up to date by a newer version of the bot (${newer}), which this one does not know: start that version again, or restore a backup of the time before it.`,
        { cause: error },
      );
    // Altering two tables can end in a deadlock with a replica of the older version that is still at work. And kysely
    // looks at all tables before it waits for its lock: one of them may go meanwhile, with the migration of another.
    if (attempt >= 3 || !(isDeadlock(error) || isGone(error))) {
      throw new Error('The database schema could not be brought up to date.', { cause: error });
    }
  }
}

/** The migration that made kysely refuse, which only a newer version has; null where it is about something else. */
function newerMigration(error: unknown): string | null {
  const { message = '' } = error as Partial<Error>;
  return /previously executed migration (\S+) is missing/.exec(message)?.[1] ?? null;
}

/**
 * All migrations in kysely's shape; they run in the order of their names. What is released is never changed, only
 * followed by another.
 */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return {
    '0001_initial': { up: (db: Kysely<unknown>) => createSchema(db, dialect) },
    '0002_people': { up: (db: Kysely<unknown>) => addPeople(db, dialect) },
    '0003_calendar': { up: (db: Kysely<unknown>) => addCalendar(db, dialect) },
    '0004_attachments': { up: (db: Kysely<unknown>) => addAttachments(db, dialect) },
    '0005_outlived': { up: (db: Kysely<unknown>) => addOutlived(db, dialect) },
    '0006_elsewhere': { up: (db: Kysely<unknown>) => addElsewhere(db, dialect) },
    '0007_answered': { up: (db: Kysely<unknown>) => addAnswered(db, dialect) },
    '0008_marks': { up: (db: Kysely<unknown>) => addMarks(db) },
    '0009_feeds': { up: (db: Kysely<unknown>) => hideFeeds(db, dialect) },
    '0010_rates': { up: (db: Kysely<unknown>) => addRates(db, dialect) },
    '0011_forgetting': { up: (db: Kysely<unknown>) => addForgetting(db) },
    '0012_overview': { up: (db: Kysely<unknown>) => addOverview(db, dialect) },
    '0013_incidents': { up: (db: Kysely<unknown>) => addIncidents(db, dialect) },
    '0014_presses': { up: (db: Kysely<unknown>) => addPresses(db, dialect) },
  };
}

interface Migrating {
  db: Kysely<unknown>;
  dialect: Dialect;
}

type Table = CreateTableBuilder<string, never>;
type Build = (table: Table) => Table;
type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;

const required: Column = (column) => column.notNull();
const key: Column = (column) => column.primaryKey();
const owned: (reference: string) => Column = (reference) => (column) =>
  column.notNull().references(reference).onDelete('cascade');

function columns(table: Table, type: 'text' | 'bigint', build: Column | null, ...names: string[]): Table {
  for (const name of names) table = table.addColumn(name, type, build ?? ((column) => column)) as unknown as Table;
  return table;
}

const text = (table: Table, ...names: string[]) => columns(table, 'text', required, ...names);
const number = (table: Table, ...names: string[]) => columns(table, 'bigint', required, ...names);
const textOrNull = (table: Table, ...names: string[]) => columns(table, 'text', null, ...names);
const numberOrNull = (table: Table, ...names: string[]) => columns(table, 'bigint', null, ...names);
const leased = (table: Table) => numberOrNull(textOrNull(table, 'lease_id'), 'lease_until');

async function makeTable(db: Kysely<unknown>, name: string, build: Build): Promise<void> {
  await build(db.schema.createTable(name).ifNotExists() as unknown as Table).execute();
}

/** Adds a column to a table, unless it has it. */
async function addColumn(
  { db, dialect }: Migrating,
  table: string,
  { name, type }: { name: string; type: 'text' | 'bigint' },
  build: Column = (column) => column,
): Promise<void> {
  if (dialect.name === 'sqlite') {
    // SQLite knows no `if not exists` here (https://sqlite.org/lang_altertable.html).
    const { rows } = await sql`select 1 from pragma_table_info(${table}) where name = ${name}`.execute(db);
    if (rows.length > 0) return;
    await db.schema.alterTable(table).addColumn(name, type, build).execute();
    return;
  }
  await db.schema
    .alterTable(table)
    .addColumn(name, type, (column) => build(column).ifNotExists())
    .execute();
}

function addText(executor: Migrating, table: string, name: string, build: Column): Promise<void> {
  return addColumn(executor, table, { name, type: 'text' }, build);
}

/** A row number that only grows. */
function numbered(dialect: Dialect, table: Table, name: string): Table {
  if (dialect.name === 'postgres') return table.addColumn(name, 'bigserial', key) as unknown as Table;
  return table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement()) as unknown as Table;
}

async function createSchema(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeConversations(db, dialect);
  await makeTargets(db, dialect);
  await makeWatches(db, dialect);
  await makeCertificates(db);
  await makeReminders(db);
  await makeOutbox(db, dialect);
  await makeFeeds(db);
  await makeAudit(db, dialect);
}

async function makeConversations(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeTable(db, 'conversations', (t) => {
    t = text(columns(t, 'text', key, 'id'), 'channel', 'kind', 'reference');
    t = textOrNull(t, 'tenant_id', 'name', 'policy');
    return numberOrNull(number(t, 'created_at', 'seen_at'), 'gone_at');
  });
  await sql`create index if not exists conversations_gone on conversations (gone_at) where gone_at is not null`.execute(
    db,
  );

  await makeTable(db, 'inbound', (t) => {
    t = columns(numbered(dialect, t, 'seq'), 'text', (column) => column.notNull().unique(), 'id');
    t = text(t, 'conversation_id', 'conversation', 'thread', 'actor', 'text', 'state');
    return leased(number(t, 'received_at', 'attempts'));
  });
  await sql`create index if not exists inbound_pending on inbound (seq) where state = 'pending'`.execute(db);
  await sql`create index if not exists inbound_lane on inbound (conversation_id, seq) where state = 'pending'`.execute(
    db,
  );
  await sql`create index if not exists inbound_done on inbound (received_at) where state = 'done'`.execute(db);
}

async function makeTargets(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeTable(db, 'targets', (t) => {
    t = columns(numbered(dialect, t, 'id'), 'text', (column) => column.notNull().unique(), 'uri');
    return leased(numberOrNull(t, 'due_at'));
  });
  // Covers a claim and a count without touching the rows that are leased.
  await sql`create index if not exists targets_due on targets (due_at, lease_until) where due_at is not null`.execute(
    db,
  );
  await makeTable(db, 'target_states', (t) => {
    t = columns(t, 'bigint', (column) => owned('targets.id')(column).primaryKey(), 'target_id');
    return text(t, 'state', 'observation');
  });
}

async function makeWatches(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeTable(db, 'watches', (t) => {
    t = columns(numbered(dialect, t, 'id'), 'text', owned('conversations.id'), 'conversation_id');
    t = columns(t, 'bigint', (column) => column.notNull().references('targets.id'), 'target_id');
    t = text(t, 'owner_id', 'owner_name', 'created_by');
    t = number(textOrNull(t, 'owner_mailbox', 'owner_time_zone', 'policy'), 'created_at');
    return t.addUniqueConstraint('watches_once', ['conversation_id', 'target_id'] as never[]);
  });
  await sql`create index if not exists watches_target on watches (target_id)`.execute(db);
  await sql`create index if not exists watches_mailbox on watches (owner_mailbox) where owner_mailbox is not null`.execute(
    db,
  );
  await makeTable(db, 'told', (t) => {
    t = text(columns(t, 'bigint', owned('watches.id'), 'watch_id'), 'key');
    t = number(textOrNull(t, 'fingerprint'), 'told_at');
    return t.addPrimaryKeyConstraint('told_pk', ['watch_id', 'key'] as never[]);
  });
  await makeTable(db, 'episodes', (t) => {
    t = text(columns(t, 'bigint', owned('watches.id'), 'watch_id'), 'finding');
    t = numberOrNull(number(t, 'opened_at'), 'told_at');
    return t.addPrimaryKeyConstraint('episodes_pk', ['watch_id', 'finding'] as never[]);
  });
}

async function makeCertificates(db: Kysely<unknown>): Promise<void> {
  await makeTable(db, 'certificates', (t) =>
    number(text(columns(t, 'text', key, 'fingerprint'), 'certificate'), 'saved_at'),
  );
  await sql`create index if not exists certificates_saved on certificates (saved_at)`.execute(db);
  await makeTable(db, 'sightings', (t) => {
    t = text(columns(t, 'bigint', owned('targets.id'), 'target_id'), 'address', 'fingerprint');
    t = number(t, 'first_at', 'last_at');
    return t.addPrimaryKeyConstraint('sightings_pk', ['target_id', 'address', 'fingerprint'] as never[]);
  });
  await sql`create index if not exists sightings_fingerprint on sightings (fingerprint)`.execute(db);
}

async function makeReminders(db: Kysely<unknown>): Promise<void> {
  await makeTable(db, 'reminders', (t) => {
    t = text(columns(t, 'text', key, 'id'), 'calendar', 'mailbox', 'fingerprint', 'kind', 'event', 'basis');
    t = textOrNull(text(t, 'transaction_id'), 'written_hash', 'event_id', 'etag', 'create_body');
    return number(t, 'wanted', 'sequence', 'created_at', 'updated_at');
  });
  await sql`create index if not exists reminders_mailbox on reminders (calendar, mailbox)`.execute(db);
  await sql`create index if not exists reminders_fingerprint on reminders (fingerprint)`.execute(db);
  await makeTable(db, 'working_times', (t) =>
    number(text(columns(t, 'text', key, 'mailbox'), 'working_time'), 'fetched_at'),
  );
}

async function makeOutbox(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeTable(db, 'outbox', (t) => {
    t = columns(numbered(dialect, t, 'seq'), 'text', (column) => column.notNull().unique(), 'id');
    t = textOrNull(text(t, 'kind', 'lane', 'thread', 'state'), 'card', 'activity_id', 'last_error');
    t = number(t, 'version', 'attempts', 'ambiguous', 'created_at', 'updated_at', 'pending_since');
    return leased(numberOrNull(t, 'due_at'));
  });
  await sql`create index if not exists outbox_messages on outbox (lane, seq) where state = 'pending' and kind = 'message'`.execute(
    db,
  );
  await sql`create index if not exists outbox_reminders on outbox (lane, due_at, seq) where state = 'pending' and kind = 'reminder'`.execute(
    db,
  );
  await sql`create index if not exists outbox_leased on outbox (kind, lane) where lease_id is not null`.execute(db);
  await sql`create index if not exists outbox_lane on outbox (lane)`.execute(db);
  await sql`create index if not exists outbox_settled on outbox (updated_at) where state in ('done', 'failed')`.execute(
    db,
  );
}

async function makeFeeds(db: Kysely<unknown>): Promise<void> {
  await makeTable(db, 'feeds', (t) => {
    return numberOrNull(number(text(columns(t, 'text', key, 'token'), 'conversation_id'), 'created_at'), 'revoked_at');
  });
  await sql`create unique index if not exists feeds_live on feeds (conversation_id) where revoked_at is null`.execute(
    db,
  );
}

async function makeAudit(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeTable(db, 'audit', (t) => {
    return number(
      text(numbered(dialect, t, 'seq'), 'conversation_id', 'actor_id', 'actor_name', 'verb', 'subject'),
      'at',
    );
  });
  await sql`create index if not exists audit_conversation on audit (conversation_id, at, seq)`.execute(db);
}

/** What is known of people grows, answers for one of them, and organisations that install the bot by themselves. */
async function addPeople(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addText({ db, dialect }, 'watches', 'owner_locale', (column) => column);
  await addText({ db, dialect }, 'watches', 'owner_tenant_id', (column) => column);
  // Who watched before belonged, as far as anybody knew, to the organisation of the conversation.
  await sql`update watches set owner_tenant_id = (select tenant_id from conversations where conversations.id = watches.conversation_id)
    where owner_tenant_id is null`.execute(db);
  await sql`create index if not exists watches_owner on watches (owner_id)`.execute(db);
  await addText({ db, dialect }, 'inbound', 'aside', (column) => column.notNull().defaultTo('null'));
  await makeTable(db, 'installations', (t) => {
    t = number(text(t, 'channel', 'tenant_id', 'sealed'), 'installed_at');
    return t.addPrimaryKeyConstraint('installations_pk', ['channel', 'tenant_id'] as never[]);
  });
}

/** People around reminders, what they did to events, and what the bot knows of itself. */
async function addCalendar(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const executor = { db, dialect };
  await addText(executor, 'conversations', 'settings', (column) => column);
  // Beside the JSON, since watches are looked up by it.
  await addText(executor, 'conversations', 'mailbox', (column) => column);
  await sql`create index if not exists conversations_mailbox on conversations (mailbox) where mailbox is not null`.execute(
    db,
  );
  await addText(executor, 'inbound', 'mentions', (column) => column.notNull().defaultTo('[]'));
  for (const name of ['chosen', 'deleted', 'question']) await addText(executor, 'reminders', name, (column) => column);
  await sql`create index if not exists reminders_question on reminders (question) where question is not null`.execute(
    db,
  );
  await makeTable(db, 'recipients', (t) => {
    t = columns(columns(t, 'text', key, 'id'), 'text', owned('conversations.id'), 'conversation_id');
    t = text(t, 'uri', 'role', 'person_id', 'name', 'state', 'asked_by');
    t = textOrNull(t, 'mailbox', 'time_zone', 'locale', 'tenant_id');
    t = number(t, 'asked_at');
    return t.addUniqueConstraint('recipients_once', ['conversation_id', 'uri', 'role', 'person_id'] as never[]);
  });
  await sql`create index if not exists recipients_mailbox on recipients (mailbox) where mailbox is not null`.execute(
    db,
  );
  await sql`create index if not exists recipients_person on recipients (person_id)`.execute(db);
  await makeTable(db, 'connections', (t) => {
    t = text(columns(t, 'text', key, 'mailbox'), 'channel', 'person_id', 'conversation_id', 'state');
    return number(t, 'changed_at');
  });
  await sql`create index if not exists connections_state on connections (state)`.execute(db);
  await makeTable(db, 'mailbox_states', (t) => {
    return number(textOrNull(text(columns(t, 'text', key, 'mailbox'), 'state'), 'name', 'manager'), 'checked_at');
  });
  await makeTable(db, 'operator_findings', (t) => number(columns(t, 'text', key, 'key'), 'opened_at'));
  await makeTable(db, 'bot_values', (t) => text(columns(t, 'text', key, 'key'), 'value'));
}

/** Files that came with a message. */
async function addAttachments(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addText({ db, dialect }, 'inbound', 'attachments', (column) => column.notNull().defaultTo('[]'));
}

/** How long messages matter. */
async function addOutlived(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addColumn({ db, dialect }, 'outbox', { name: 'until', type: 'bigint' });
}

/** Teams and what is known of their channels, and what messages wait for. */
async function addElsewhere(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const executor = { db, dialect };
  await addText(executor, 'conversations', 'team_id', (column) => column);
  await addColumn(executor, 'conversations', { name: 'closed_at', type: 'bigint' });
  await addColumn(executor, 'conversations', { name: 'warned_at', type: 'bigint' });
  await sql`create index if not exists conversations_team on conversations (team_id) where team_id is not null`.execute(
    db,
  );
  await addText(executor, 'outbox', 'asker', (column) => column);
  await addText(executor, 'outbox', 'waits_for', (column) => column);
}

/** Where the calendar's service said that events stand. */
async function addAnswered(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addColumn({ db, dialect }, 'reminders', { name: 'answered_start', type: 'bigint' });
}

/** What has to be worked out anew. */
async function addMarks(db: Kysely<unknown>): Promise<void> {
  await makeTable(db, 'marks', (t) => {
    t = leased(number(text(t, 'queue', 'key'), 'version', 'whole_version', 'done', 'routine', 'due_at'));
    return t.addPrimaryKeyConstraint('marks_pk', ['queue', 'key'] as never[]);
  });
  await sql`create index if not exists marks_due on marks (queue, routine, due_at) where done < version`.execute(db);
  await makeTable(db, 'mark_parts', (t) => {
    t = number(text(t, 'queue', 'key', 'part'), 'version');
    return t.addPrimaryKeyConstraint('mark_parts_pk', ['queue', 'key', 'part'] as never[]);
  });
}

/** How often something happened lately, of which domains watches are mail exchangers, and which questions are open. */
async function addRates(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeTable(db, 'rates', (t) => number(columns(t, 'text', key, 'key'), 'since', 'number'));
  await addText({ db, dialect }, 'watches', 'domains', (column) => column);
  await addText({ db, dialect }, 'recipients', 'question', (column) => column);
}

/**
 * Feeds are known by hashes of their tokens, so that a copy of the database opens none; what was given out goes on
 * working. The old table goes, with what was in it.
 */
async function hideFeeds(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await makeTable(db, 'feed_addresses', (t) => {
    t = textOrNull(text(columns(t, 'text', key, 'hash'), 'conversation_id'), 'seed');
    return numberOrNull(number(t, 'created_at'), 'revoked_at');
  });
  await sql`create unique index if not exists feed_addresses_live on feed_addresses (conversation_id)
    where revoked_at is null and seed is not null`.execute(db);
  // Or the tokens would stay readable in pages of the file that are no longer used.
  if (dialect.name === 'sqlite') await sql`pragma secure_delete = on`.execute(db);
  await forgetFeedLinks(db);
  await moveFeeds(db);
  if (dialect.name === 'sqlite') await sql`pragma secure_delete = off`.execute(db);
}

/** Messages that are over are kept for a month; addresses of calendars stand in some. */
async function forgetFeedLinks(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ id: string; card: string }>`select id, card from outbox
    where state in ('done', 'failed') and card like '%calendar%.ics%'`.execute(db);
  for (const { id, card } of rows)
    await sql`update outbox set card = ${withoutFeedLinks(card)} where id = ${id} and state in ('done', 'failed')`.execute(
      db,
    );
}

async function moveFeeds(db: Kysely<unknown>): Promise<void> {
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === 'feeds')) return;
  type Old = { token: string; conversation_id: string; created_at: number; revoked_at: number | null };
  const { rows } = await sql<Old>`select token, conversation_id, created_at, revoked_at from feeds`.execute(db);
  for (const { token, conversation_id: conversationId, created_at: madeAt, revoked_at: revokedAt } of rows)
    await sql`insert into feed_addresses (hash, conversation_id, seed, created_at, revoked_at)
      values (${createHash('sha256').update(token).digest('hex')}, ${conversationId}, null, ${madeAt}, ${revokedAt})
      on conflict (hash) do nothing`.execute(db);
  await sql`drop table feeds`.execute(db);
}

/** What conversations are alerted about, by cause; what they were told so far goes over to it. */
async function addIncidents(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  const executor = { db, dialect };
  await makeTable(db, 'incidents', (t) => {
    t = columns(columns(t, 'text', key, 'id'), 'text', owned('conversations.id'), 'conversation_id');
    t = numberOrNull(
      number(text(t, 'cause', 'told'), 'opened_at'),
      'closed_at',
      'sent_at',
      'edited_at',
      'snoozed_until',
    );
    t = textOrNull(t, 'how', 'message', 'first_message', 'taken_by');
    return t.addUniqueConstraint('incidents_once', ['conversation_id', 'cause'] as never[]);
  });
  await addColumn(executor, 'target_states', { name: 'looked_at', type: 'bigint' });
  await addText(executor, 'episodes', 'cause', (column) => column.notNull().defaultTo(''));
  await addColumn(executor, 'episodes', { name: 'sure_at', type: 'bigint' });
  await toldIntoIncidents(db);
}

/** People who are being forgotten; and who wrote what was answered is not kept any more. */
async function addForgetting(db: Kysely<unknown>): Promise<void> {
  await makeTable(db, 'forgettings', (t) => {
    t = text(columns(t, 'text', key, 'id'), 'person');
    return number(textOrNull(t, 'reply'), 'begun_at');
  });
  await sql`update inbound set actor = 'null', conversation = 'null' where state = 'done'`.execute(db);
}

/** Notes and tags of watches, what becomes of them, and since when that is written down. */
async function addOverview(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addText({ db, dialect }, 'watches', 'note', (column) => column);
  await addText({ db, dialect }, 'watches', 'tags', (column) => column);
  await makeTable(db, 'history', (t) => {
    return number(text(numbered(dialect, t, 'seq'), 'conversation_id', 'uri', 'event'), 'at');
  });
  await sql`create index if not exists history_target on history (conversation_id, uri, at)`.execute(db);
  await sql`create index if not exists history_at on history (at)`.execute(db);
  await sql`insert into bot_values (key, value) values ('history-since', ${String(Date.now())})
    on conflict (key) do nothing`.execute(db);
  await makeTable(db, 'exports', (t) =>
    number(text(columns(t, 'text', key, 'hash'), 'conversation_id', 'language'), 'until'),
  );
}

/** When what mends an incident is installed, and watches whose end can be taken back. */
async function addPresses(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await addColumn({ db, dialect }, 'incidents', { name: 'installs_at', type: 'bigint' });
  await makeTable(db, 'removed_watches', (t) => {
    t = columns(columns(t, 'text', key, 'id'), 'text', owned('conversations.id'), 'conversation_id');
    return number(text(t, 'watches'), 'until');
  });
}
