import type { Generated, Selectable } from 'kysely';

/**
 * The tables, as both databases have them. Instants are whole milliseconds in 64-bit integers, truth values are 0 and
 * 1, structured values are JSON in text columns (never queried into, so that both databases treat them alike).
 */
export interface Schema {
  conversations: ConversationsTable;
  inbound: InboundTable;
  targets: TargetsTable;
  target_states: TargetStatesTable;
  watches: WatchesTable;
  incidents: IncidentsTable;
  episodes: EpisodesTable;
  certificates: CertificatesTable;
  sightings: SightingsTable;
  reminders: RemindersTable;
  working_times: WorkingTimesTable;
  marks: MarksTable;
  mark_parts: MarkPartsTable;
  outbox: OutboxTable;
  feed_addresses: FeedAddressesTable;
  audit: AuditTable;
  history: HistoryTable;
  exports: ExportsTable;
  removed_watches: RemovedWatchesTable;
  installations: InstallationsTable;
  recipients: RecipientsTable;
  rates: RatesTable;
  connections: ConnectionsTable;
  mailbox_states: MailboxStatesTable;
  operator_findings: OperatorFindingsTable;
  bot_values: BotValuesTable;
  forgettings: ForgettingsTable;
}

interface ConversationsTable {
  id: string;
  channel: string;
  kind: string;
  tenant_id: string | null;
  name: string | null;
  reference: string;
  policy: string | null;
  /** Null: none. */
  settings: string | null;
  /** The shared mailbox in the settings. */
  mailbox: string | null;
  created_at: number;
  /** When the channel last told us about it; the instant from which a revival is dated. */
  seen_at: number;
  gone_at: number | null;
  /** The Teams team whose channel it is. */
  team_id: string | null;
  /** Since when an event says that nobody may write there. */
  closed_at: number | null;
  /** When its owners were told that it will be deleted. */
  warned_at: number | null;
}

interface Lease {
  /** Fence. Stays after the lease ran out, until the row is claimed anew or completed. */
  lease_id: string | null;
  /** By the database's clock. */
  lease_until: number | null;
}

interface InboundTable extends Lease {
  seq: Generated<number>;
  id: string;
  conversation_id: string;
  conversation: string;
  thread: string;
  aside: string;
  actor: string;
  mentions: string;
  attachments: string;
  text: string;
  received_at: number;
  state: 'pending' | 'done';
  attempts: number;
}

interface TargetsTable extends Lease {
  id: Generated<number>;
  uri: string;
  due_at: number | null;
}

/** Apart from `targets`, so that a claim does not rewrite kilobytes of JSON. */
interface TargetStatesTable {
  target_id: number;
  state: string;
  observation: string;
  /** When the observation was made; null in rows older than the column. */
  looked_at: number | null;
}

interface WatchesTable {
  id: Generated<number>;
  conversation_id: string;
  target_id: number;
  owner_id: string;
  owner_name: string;
  owner_mailbox: string | null;
  owner_time_zone: string | null;
  /** This and the next are null in rows older than the columns. */
  owner_locale: string | null;
  owner_tenant_id: string | null;
  policy: string | null;
  created_at: number;
  created_by: string;
  /** Watch.domains, with spaces between them; null: none. */
  domains: string | null;
  note: string | null;
  /** With spaces between them; null: none. */
  tags: string | null;
}

/** What can be taken back for a while. */
interface RemovedWatchesTable {
  id: string;
  conversation_id: string;
  watches: string;
  until: number;
}

/** See core/model/incident.ts. */
interface IncidentsTable {
  id: string;
  conversation_id: string;
  cause: string;
  opened_at: number;
  closed_at: number | null;
  how: 'fixed' | 'left' | null;
  told: string;
  message: string | null;
  first_message: string | null;
  sent_at: number | null;
  edited_at: number | null;
  taken_by: string | null;
  snoozed_until: number | null;
  installs_at: number | null;
}

interface EpisodesTable {
  watch_id: number;
  finding: string;
  cause: string;
  opened_at: number;
  sure_at: number | null;
}

interface CertificatesTable {
  fingerprint: string;
  certificate: string;
  saved_at: number;
}

interface SightingsTable {
  target_id: number;
  address: string;
  fingerprint: string;
  first_at: number;
  last_at: number;
}

interface RemindersTable {
  id: string;
  calendar: 'graph' | 'ics';
  mailbox: string;
  fingerprint: string;
  kind: string;
  event: string;
  basis: string;
  wanted: number;
  written_hash: string | null;
  event_id: string | null;
  etag: string | null;
  answered_start: number | null;
  transaction_id: string;
  create_body: string | null;
  chosen: string | null;
  deleted: 'asked' | 'declined' | 'over' | null;
  question: string | null;
  sequence: number;
  created_at: number;
  updated_at: number;
}

/** What has to be worked out anew, by who does it (`queue`) and what it is (`key`). */
interface MarksTable extends Lease {
  queue: string;
  key: string;
  /** Grows with every mark. */
  version: number;
  /** The version of the last mark of everything; marks since are of the parts in mark_parts alone. */
  whole_version: number;
  /** The version that was worked off last; smaller than `version`: there is something to do. */
  done: number;
  /** 1: a matter of routine, which goes after everything else. */
  routine: number;
  due_at: number;
}

interface MarkPartsTable {
  queue: string;
  key: string;
  part: string;
  /** Of the mark that named it last. */
  version: number;
}

interface WorkingTimesTable {
  mailbox: string;
  working_time: string;
  fetched_at: number;
}

interface OutboxTable extends Lease {
  /** Order in which messages of one conversation go out. */
  seq: Generated<number>;
  id: string;
  kind: 'message' | 'reminder';
  /** What must not be overrun: the conversation of a message, the mailbox of a reminder. */
  lane: string;
  thread: string;
  card: string | null;
  activity_id: string | null;
  version: number;
  state: 'pending' | 'done' | 'failed';
  due_at: number | null;
  attempts: number;
  ambiguous: number;
  last_error: string | null;
  created_at: number;
  /** Last put or claim. */
  updated_at: number;
  /** When it last became pending. */
  pending_since: number;
  /** From when on it need not be sent; null = always. */
  until: number | null;
  /** Whom it answers (Actor.id); null = nobody. */
  asker: string | null;
  /** Why the last try failed, where something may happen that ends the wait: see `Waiting`. */
  waits_for: string | null;
}

interface FeedAddressesTable {
  /** Of the token, SHA-256 in hexadecimal digits. */
  hash: string;
  conversation_id: string;
  /** What the token is derived from; null where it cannot be shown again. */
  seed: string | null;
  created_at: number;
  revoked_at: number | null;
}

interface AuditTable {
  seq: Generated<number>;
  at: number;
  conversation_id: string;
  actor_id: string;
  actor_name: string;
  verb: string;
  subject: string;
}

interface HistoryTable {
  seq: Generated<number>;
  at: number;
  conversation_id: string;
  uri: string;
  /** TargetEvent, as JSON. */
  event: string;
}

interface ExportsTable {
  hash: string;
  conversation_id: string;
  language: string;
  until: number;
}

interface InstallationsTable {
  channel: string;
  tenant_id: string;
  sealed: string;
  installed_at: number;
}

interface RecipientsTable {
  id: string;
  conversation_id: string;
  /** Empty: every watch of the conversation. */
  uri: string;
  role: 'owner' | 'copy';
  person_id: string;
  name: string;
  mailbox: string | null;
  time_zone: string | null;
  locale: string | null;
  tenant_id: string | null;
  state: 'asked' | 'accepted' | 'declined' | 'never';
  asked_by: string;
  asked_at: number;
  question: string | null;
}

interface RatesTable {
  key: string;
  since: number;
  number: number;
}

interface ConnectionsTable {
  mailbox: string;
  channel: string;
  person_id: string;
  conversation_id: string;
  state: 'connected' | 'leaving' | 'closed' | 'lost';
  changed_at: number;
}

interface MailboxStatesTable {
  mailbox: string;
  state: 'fine' | 'missing' | 'disabled';
  name: string | null;
  manager: string | null;
  checked_at: number;
}

interface OperatorFindingsTable {
  key: string;
  opened_at: number;
}

/** Single values of the bot as a whole. */
interface BotValuesTable {
  key: string;
  value: string;
}

/** People who are being forgotten. */
interface ForgettingsTable {
  id: string;
  /** KnownPerson. */
  person: string;
  reply: string | null;
  begun_at: number;
}

export type RecipientRow = Selectable<RecipientsTable>;
export type ConnectionRow = Selectable<ConnectionsTable>;
export type MailboxStateRow = Selectable<MailboxStatesTable>;
export type ConversationRow = Selectable<ConversationsTable>;
export type InboundRow = Selectable<InboundTable>;
export type WatchRow = Selectable<WatchesTable>;
export type InstallationRow = Selectable<InstallationsTable>;
export type ReminderRow = Selectable<RemindersTable>;
export type AuditRow = Selectable<AuditTable>;
export type IncidentRow = Selectable<IncidentsTable>;
export type OutboxRow = Selectable<OutboxTable>;
