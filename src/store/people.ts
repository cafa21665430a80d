import { sql } from 'kysely';
import type { Connection, DirectoryPerson, MailboxState, Recipient } from '../core/model/people.ts';
import { bound } from './bound.ts';
import { fromJson, plain, toJson, whole, type Executor } from './dialect.ts';
import type { ConnectionRow, MailboxStateRow, RecipientRow } from './schema.ts';

function toRecipient(row: RecipientRow): Recipient {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    uri: row.uri === '' ? null : row.uri,
    role: row.role,
    personId: row.person_id,
    name: row.name,
    mailbox: row.mailbox,
    timeZone: row.time_zone,
    locale: row.locale,
    tenantId: row.tenant_id,
    state: row.state,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    ...(row.question === null ? {} : { question: row.question }),
  };
}

function toConnection(row: ConnectionRow): Connection {
  return {
    mailbox: row.mailbox,
    channel: row.channel,
    personId: row.person_id,
    conversationId: row.conversation_id,
    state: row.state,
    changedAt: row.changed_at,
  };
}

function toMailboxState(row: MailboxStateRow): MailboxState {
  return {
    mailbox: row.mailbox,
    state: row.state,
    name: row.name,
    manager: row.manager === null ? null : fromJson<NonNullable<DirectoryPerson['manager']>>(row.manager),
    checkedAt: row.checked_at,
  };
}

async function putRecipient({ db }: Executor, recipient: Recipient): Promise<Recipient> {
  const { uri } = recipient;
  const values = {
    name: plain(recipient.name),
    mailbox: plain(recipient.mailbox),
    time_zone: plain(recipient.timeZone),
    locale: plain(recipient.locale),
    tenant_id: plain(recipient.tenantId),
    state: recipient.state,
    asked_by: plain(recipient.askedBy),
    asked_at: whole(recipient.askedAt),
    question: recipient.question ?? null,
  };
  const row = await db
    .insertInto('recipients')
    .values({
      id: recipient.id,
      conversation_id: recipient.conversationId,
      uri: uri ?? '',
      role: recipient.role,
      person_id: recipient.personId,
      ...values,
    })
    .onConflict((conflict) => conflict.columns(['conversation_id', 'uri', 'role', 'person_id']).doUpdateSet(values))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toRecipient(row);
}

async function findRecipient({ db }: Executor, id: string): Promise<Recipient | null> {
  const row = await db.selectFrom('recipients').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toRecipient(row) : null;
}

async function listRecipients({ db, dialect }: Executor, conversationIds: string[]): Promise<Recipient[]> {
  if (conversationIds.length === 0) return [];
  const rows = await db
    .selectFrom('recipients')
    .selectAll()
    .where(dialect.within('conversation_id', 'text', conversationIds))
    .orderBy('asked_at')
    .orderBy('id')
    .execute();
  return rows.map(toRecipient);
}

async function listRecipientsByPerson({ db }: Executor, channel: string, personId: string): Promise<Recipient[]> {
  const rows = await db
    .selectFrom('recipients')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('asked_at')
    .orderBy('id')
    .execute();
  return rows.map(toRecipient).filter(({ conversationId }) => conversationId.startsWith(`${channel}:`));
}

async function deleteRecipients({ db, dialect }: Executor, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .deleteFrom('recipients')
    .where(dialect.within('id', 'text', ids))
    .execute();
}

async function putConnection({ db }: Executor, connection: Connection): Promise<void> {
  const values = {
    channel: connection.channel,
    person_id: connection.personId,
    conversation_id: connection.conversationId,
    state: connection.state,
    changed_at: whole(connection.changedAt),
  };
  await db
    .insertInto('connections')
    .values({ mailbox: connection.mailbox, ...values })
    .onConflict((conflict) => conflict.column('mailbox').doUpdateSet(values))
    .execute();
}

async function getConnections({ db, dialect }: Executor, mailboxes: string[]): Promise<Connection[]> {
  if (mailboxes.length === 0) return [];
  const rows = await db
    .selectFrom('connections')
    .selectAll()
    .where(dialect.within('mailbox', 'text', mailboxes))
    .orderBy('mailbox')
    .execute();
  return rows.map(toConnection);
}

async function listConnections({ db }: Executor, state: Connection['state']): Promise<Connection[]> {
  const rows = await db.selectFrom('connections').selectAll().where('state', '=', state).orderBy('mailbox').execute();
  return rows.map(toConnection);
}

async function deleteConnection({ db }: Executor, mailbox: string): Promise<void> {
  await db.deleteFrom('connections').where('mailbox', '=', mailbox).execute();
}

async function putMailboxState({ db }: Executor, state: MailboxState): Promise<void> {
  const values = {
    state: state.state,
    name: plain(state.name),
    manager: state.manager === null ? null : toJson(state.manager),
    checked_at: whole(state.checkedAt),
  };
  await db
    .insertInto('mailbox_states')
    .values({ mailbox: state.mailbox, ...values })
    .onConflict((conflict) => conflict.column('mailbox').doUpdateSet(values))
    .execute();
}

async function getMailboxStates({ db, dialect }: Executor, mailboxes: string[]): Promise<MailboxState[]> {
  if (mailboxes.length === 0) return [];
  const rows = await db
    .selectFrom('mailbox_states')
    .selectAll()
    .where(dialect.within('mailbox', 'text', mailboxes))
    .orderBy('mailbox')
    .execute();
  return rows.map(toMailboxState);
}

/** Whom reminders go to, and what is known of their mailboxes; see `StoreOperations`. */
export function createPeople(executor: Executor) {
  return bound(executor, {
    putRecipient,
    findRecipient,
    listRecipients,
    listRecipientsByPerson,
    deleteRecipients,
    putConnection,
    getConnections,
    listConnections,
    deleteConnection,
    putMailboxState,
    getMailboxStates,
  });
}

/** Deletes the recipients that are about these watches alone. */
export async function deleteRecipientsOf({ db, dialect }: Executor, watchIds: number[]): Promise<void> {
  await sql`delete from recipients where id in (select r.id from watches w
    join targets t on t.id = w.target_id
    join recipients r on r.conversation_id = w.conversation_id and r.uri = t.uri
    where ${dialect.within('w.id', 'bigint', watchIds)})`.execute(db);
}
