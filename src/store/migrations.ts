import { sql } from 'kysely';
import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import type { Dialect, Executor } from './dialect.ts';

/**
 * Brings the schema up to date; throws when that fails. Replicas that start together wait for each other (kysely takes an advisory lock on
 * PostgreSQL; a SQLite file has one process). SQLite cannot roll back half a migration here, so every statement may be run again.
 */
export async function migrate({ db, dialect }: Executor): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(dialect) } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error('The database schema could not be brought up to date.', { cause: error });
}

function migrations(dialect: Dialect): Record<string, Migration> {
  return { '0001_initial': { up: (db: Kysely<unknown>) => createSchema(db, dialect) } };
}

type Table = CreateTableBuilder<string, never>;
type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;

const required: Column = (column) => column.notNull();
const key: Column = (column) => column.primaryKey();
const owned: (reference: string) => Column = (reference) => (column) =>
  column.notNull().references(reference).onDelete('cascade');

async function createSchema(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  async function table(name: string, build: (table: Table) => Table): Promise<void> {
    await build(db.schema.createTable(name).ifNotExists() as unknown as Table).execute();
  }
  /** A row number that only grows. */
  function numbered(table: Table, name: string): Table {
    if (dialect.name === 'postgres') return table.addColumn(name, 'bigserial', key) as unknown as Table;
    return table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement()) as unknown as Table;
  }
  function columns(table: Table, type: 'text' | 'bigint', build: Column | null, ...names: string[]): Table {
    for (const name of names) table = table.addColumn(name, type, build ?? ((column) => column)) as unknown as Table;
    return table;
  }
  const text = (table: Table, ...names: string[]) => columns(table, 'text', required, ...names);
  const number = (table: Table, ...names: string[]) => columns(table, 'bigint', required, ...names);
  const textOrNull = (table: Table, ...names: string[]) => columns(table, 'text', null, ...names);
  const numberOrNull = (table: Table, ...names: string[]) => columns(table, 'bigint', null, ...names);
  const leased = (table: Table) => numberOrNull(textOrNull(table, 'lease_id'), 'lease_until');

  await table('conversations', (t) => {
    t = text(columns(t, 'text', key, 'id'), 'channel', 'kind', 'reference');
    t = textOrNull(t, 'tenant_id', 'name', 'policy');
    return numberOrNull(number(t, 'created_at', 'seen_at'), 'gone_at');
  });
  await sql`create index if not exists conversations_gone on conversations (gone_at) where gone_at is not null`.execute(
    db,
  );

  await table('inbound', (t) => {
    t = columns(numbered(t, 'seq'), 'text', (column) => column.notNull().unique(), 'id');
    t = text(t, 'conversation_id', 'conversation', 'thread', 'actor', 'text', 'state');
    return leased(number(t, 'received_at', 'attempts'));
  });
  await sql`create index if not exists inbound_pending on inbound (seq) where state = 'pending'`.execute(db);
  await sql`create index if not exists inbound_lane on inbound (conversation_id, seq) where state = 'pending'`.execute(
    db,
  );
  await sql`create index if not exists inbound_done on inbound (received_at) where state = 'done'`.execute(db);

  await table('targets', (t) => {
    t = columns(numbered(t, 'id'), 'text', (column) => column.notNull().unique(), 'uri');
    return leased(numberOrNull(t, 'due_at'));
  });
  // Covers a claim and a count without touching the rows that are leased.
  await sql`create index if not exists targets_due on targets (due_at, lease_until) where due_at is not null`.execute(
    db,
  );
  await table('target_states', (t) => {
    t = columns(t, 'bigint', (column) => owned('targets.id')(column).primaryKey(), 'target_id');
    return text(t, 'state', 'observation');
  });

  await table('watches', (t) => {
    t = columns(numbered(t, 'id'), 'text', owned('conversations.id'), 'conversation_id');
    t = columns(t, 'bigint', (column) => column.notNull().references('targets.id'), 'target_id');
    t = text(t, 'owner_id', 'owner_name', 'created_by');
    t = number(textOrNull(t, 'owner_mailbox', 'owner_time_zone', 'policy'), 'created_at');
    return t.addUniqueConstraint('watches_once', ['conversation_id', 'target_id'] as never[]);
  });
  await sql`create index if not exists watches_target on watches (target_id)`.execute(db);
  await sql`create index if not exists watches_mailbox on watches (owner_mailbox) where owner_mailbox is not null`.execute(
    db,
  );
  await table('told', (t) => {
    t = text(columns(t, 'bigint', owned('watches.id'), 'watch_id'), 'key');
    t = number(textOrNull(t, 'fingerprint'), 'told_at');
    return t.addPrimaryKeyConstraint('told_pk', ['watch_id', 'key'] as never[]);
  });
  await table('episodes', (t) => {
    t = text(columns(t, 'bigint', owned('watches.id'), 'watch_id'), 'finding');
    t = numberOrNull(number(t, 'opened_at'), 'told_at');
    return t.addPrimaryKeyConstraint('episodes_pk', ['watch_id', 'finding'] as never[]);
  });

  await table('certificates', (t) => number(text(columns(t, 'text', key, 'fingerprint'), 'certificate'), 'saved_at'));
  await sql`create index if not exists certificates_saved on certificates (saved_at)`.execute(db);
  await table('sightings', (t) => {
    t = text(columns(t, 'bigint', owned('targets.id'), 'target_id'), 'address', 'fingerprint');
    t = number(t, 'first_at', 'last_at');
    return t.addPrimaryKeyConstraint('sightings_pk', ['target_id', 'address', 'fingerprint'] as never[]);
  });
  await sql`create index if not exists sightings_fingerprint on sightings (fingerprint)`.execute(db);

  await table('reminders', (t) => {
    t = text(columns(t, 'text', key, 'id'), 'calendar', 'mailbox', 'fingerprint', 'kind', 'event', 'basis');
    t = textOrNull(text(t, 'transaction_id'), 'written_hash', 'event_id', 'etag', 'create_body');
    return number(t, 'wanted', 'sequence', 'created_at', 'updated_at');
  });
  await sql`create index if not exists reminders_mailbox on reminders (calendar, mailbox)`.execute(db);
  await sql`create index if not exists reminders_fingerprint on reminders (fingerprint)`.execute(db);
  await table('working_times', (t) => number(text(columns(t, 'text', key, 'mailbox'), 'working_time'), 'fetched_at'));

  await table('outbox', (t) => {
    t = columns(numbered(t, 'seq'), 'text', (column) => column.notNull().unique(), 'id');
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

  await table('feeds', (t) => {
    return numberOrNull(number(text(columns(t, 'text', key, 'token'), 'conversation_id'), 'created_at'), 'revoked_at');
  });
  await sql`create unique index if not exists feeds_live on feeds (conversation_id) where revoked_at is null`.execute(
    db,
  );
  await table('audit', (t) => {
    return number(text(numbered(t, 'seq'), 'conversation_id', 'actor_id', 'actor_name', 'verb', 'subject'), 'at');
  });
  await sql`create index if not exists audit_conversation on audit (conversation_id, at, seq)`.execute(db);
}
