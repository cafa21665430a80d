import type { Reminder, WrittenEvent, WorkingTime } from '../model/reminder.ts';
import type { Card } from '../card.ts';
import type { Item } from '../certificates/item.ts';
import type { Instant } from '../time.ts';
import type { Delivery, DeliveryStatus, OutgoingMessage, StoredMessage, Waiting } from '../model/delivery.ts';
import type { Threshold } from '../certificates/stages.ts';
import type {
  ConversationInput,
  Conversation,
  ConversationSettings,
  AuditEntry,
  OperatorFinding,
  Installation,
} from '../model/conversation.ts';
import type { StoredAnchor } from '../model/anchors.ts';
import type { Forgetting, KnownPerson } from '../model/forgetting.ts';
import type { ExportAddress, HistoryEntry } from '../model/history.ts';
import type { Allowance, ConversationCount, Failure, Lateness, OrphanedWatch } from '../model/overview.ts';
import type { Inbound } from '../model/inbound.ts';
import type { Incident, Taker } from '../model/incident.ts';
import type { ClaimedMark, Mark, MarkQueue } from '../model/mark.ts';
import type {
  DueTarget,
  Episode,
  JoinedTarget,
  ObservationCommit,
  Sighting,
  TargetRow,
  Watch,
  WatchContext,
  WatchFacts,
} from '../model/watch.ts';
import type { Recipient, Connection, MailboxState } from '../model/people.ts';

/**
 * An address of a feed: what its token is derived from, together with a key that is not in the store, and the token's
 * hash.
 */
export interface LiveFeed {
  seed: string;
  hash: string;
}

/** Conversations, what is set for them, and whether they are still there. */
export interface ConversationTables {
  /**
   * Inserts or refreshes (reference, name, tenant, team); leaves policy and createdAt; does not revive a gone one. What
   * waits for the conversation is due now, and nobody is said to keep us from writing there any more: its channel has
   * just spoken of it.
   */
  rememberConversation(input: ConversationInput, now: Instant): Promise<Conversation>;
  findConversation(id: string): Promise<Conversation | null>;
  /** Conversations of a channel whose ids end so, oldest first. */
  listConversationsBySuffix(channel: string, suffix: string): Promise<Conversation[]>;
  /** The same, and nobody else changes it before this transaction ends. */
  lockConversation(id: string): Promise<Conversation | null>;
  /**
   * Marks gone (deliveries stop, its targets are no longer due unless others watch) or, with null, revives (targets due
   * at once, messages as well).
   */
  setConversationGone(id: string, at: Instant | null): Promise<void>;
  setConversationPolicy(id: string, policy: Threshold[] | null): Promise<void>;
  setConversationSettings(id: string, settings: ConversationSettings): Promise<void>;
  /** Gives a conversation that is known another name. */
  renameConversation(id: string, name: string): Promise<void>;
  /** Its owners have been told that it will be deleted. */
  setConversationWarned(id: string, at: Instant): Promise<void>;
  /** The channel has given a conversation another id: everything of it goes on under that one. */
  moveConversation(from: string, to: ConversationInput, now: Instant): Promise<void>;
  /** People's own chats with the bot, in living conversations of one organisation. */
  listPersonalConversations(channel: string, tenantId: string | null): Promise<Conversation[]>;
  /** Conversations gone since before `before`. */
  listGoneConversations(before: Instant): Promise<Conversation[]>;
  /**
   * Deletes conversation, watches, episodes, incidents, feeds, outbox messages, pending inbound, audit of it. Reminders are
   * left to the caller.
   */
  deleteConversation(id: string): Promise<void>;
}

/** Messages to the bot, from when they come in until they are answered. */
export interface InboundTable {
  /** Stores the message as pending. False, and nothing stored, when that id is known: a repeated delivery. */
  acceptInbound(inbound: Inbound): Promise<boolean>;
  /** Those of these ids that were accepted, and are not forgotten yet. */
  acceptedAmong(ids: string[]): Promise<string[]>;
  /**
   * Claims pending messages, oldest first, never two of one conversation at a time. `attempts` counts earlier claims.
   */
  claimInbound(limit: number, leaseId: string, leaseMs: number): Promise<{ inbound: Inbound; attempts: number }[]>;
  /** Prolongs the lease of a long-running command; false when it was lost. */
  extendInbound(id: string, leaseId: string, leaseMs: number): Promise<boolean>;
  /**
   * Later messages of the conversation wait no longer for this one, whose work takes minutes. One message of a
   * conversation at a time may be passed: false when there is one already, or when the lease was lost. It stays so when
   * it is claimed again.
   */
  moveToBackground(inbound: Pick<Inbound, 'id' | 'conversation'>, leaseId: string): Promise<boolean>;
  /** Whether there is a message that others may pass, at work or waiting for the next start. */
  hasBackground(conversationId: string): Promise<boolean>;
  /**
   * The message of the conversation that others may pass is to end as soon as it can. Returns how many (none or one).
   */
  stopBackground(conversationId: string): Promise<number>;
  /** Whether `stopBackground` was said of this message. */
  isStopped(id: string): Promise<boolean>;
  /**
   * Gives a claimed message back for `delayMs` milliseconds; this claim does not count as an attempt. False when the
   * lease was lost.
   */
  postponeInbound(id: string, leaseId: string, delayMs: number): Promise<boolean>;
  /**
   * Marks it answered; `kept` takes the place of its text, and who wrote it, its attachments and where its answer went are
   * blanked. False when the lease was lost (then roll back).
   */
  completeInbound(id: string, leaseId: string, kept?: string): Promise<boolean>;
  /** A message that was accepted is not run. */
  dropInbound(id: string): Promise<void>;
  /** A message that is known, whatever its state: its text, or what is kept of it. */
  findInbound(id: string): Promise<{ state: 'pending' | 'done'; text: string } | null>;
  /** Changes what is kept of an answered message. */
  keepOfInbound(id: string, kept: string): Promise<void>;
  /** Forgets answered messages received before `before`. */
  pruneInbound(before: Instant): Promise<void>;
}

/** What is looked at, and who watches it. */
export interface WatchTables {
  /** Inserts the target if it is new; returns its row either way. */
  ensureTarget(uri: string): Promise<TargetRow>;
  findTarget(uri: string): Promise<TargetRow | null>;
  /** What the living conversations trust that watch these targets (`trust add`), by URI, a hundred of each at most. */
  listWatchersAnchors(uris: string[]): Promise<Map<string, StoredAnchor[]>>;
  getTargets(ids: number[]): Promise<TargetRow[]>;
  /** Inserts; the existing watch and `created: false` when the conversation already watches the target. */
  addWatch(watch: Omit<Watch, 'id'>): Promise<{ watch: Watch; created: boolean }>;
  /**
   * Deletes watches with their episodes; targets nobody alive watches are no longer due. Returns the
   * fingerprints of what their targets have presented, which nothing tells any more once nobody watches them.
   */
  removeWatches(ids: number[]): Promise<string[]>;
  /** Keeps what was removed, so that it can be taken back until then; once for each id (UUID). */
  keepRemoved(removed: { id: string; conversationId: string; watches: Watch[]; until: Instant }): Promise<void>;
  /** Takes out what was kept by that id; null: nothing, or it is too late. Of two at once only one gets it. */
  takeRemoved(conversationId: string, which: { id: string; now: Instant }): Promise<Watch[] | null>;
  setWatchPolicy(ids: number[], policy: Threshold[] | null): Promise<void>;
  /** Makes somebody the owner of these, or notes what is known of the owner by now. */
  setWatchOwner(
    ids: number[],
    owner: Pick<Watch, 'ownerId' | 'ownerName' | 'ownerMailbox' | 'ownerTimeZone' | 'ownerLocale' | 'ownerTenantId'>,
  ): Promise<void>;
  /** Replaces Watch.domains. */
  setWatchDomains(id: number, domains: string[]): Promise<void>;
  /** What people noted of these watches; null: nothing. */
  setWatchNote(ids: number[], note: string | null): Promise<void>;
  setWatchTags(id: number, tags: string[]): Promise<void>;
  listWatches(conversationId: string): Promise<Watch[]>;
  countWatches(conversationId: string): Promise<number>;
  /** Open episodes per watch, in the order in which they opened. */
  listEpisodes(watchIds: number[]): Promise<Map<number, Episode[]>>;
  /**
   * The same, and no other transaction that asks so goes on before this one ends: who adds watches up to a limit counts
   * with it.
   */
  lockWatches(conversationId: string): Promise<number>;
  findWatch(conversationId: string, uri: string): Promise<Watch | null>;
  /** Watches that this person owns in living conversations of one organisation, with conversation and target. */
  listWatchesByOwner(channel: string, tenantId: string | null, ownerId: string): Promise<JoinedTarget[]>;
  /** Watches of these targets in conversations that are not gone, with what effects need. */
  listWatchContexts(targetIds: number[]): Promise<WatchContext[]>;
  /**
   * Every watch that may have reminders in this mailbox, gone conversations included: by its owner's mailbox, by its
   * conversation's settings, or by an accepted copy. For "ics": all of that conversation. `mailbox` null: all there are
   * (for CALENDAR_MAILBOX).
   */
  listWatchesByMailbox(calendar: 'graph' | 'ics', mailbox: string | null): Promise<JoinedTarget[]>;
  /** The ids of those watches in ascending order; of these targets alone, and the first alone, where that is said. */
  listWatchIds(
    calendar: 'graph' | 'ics',
    mailbox: string | null,
    only?: { targets?: number[] | undefined; limit?: number },
  ): Promise<number[]>;
  /** These watches, in the order of their ids; those that are gone are left out. */
  getWatches(ids: number[]): Promise<JoinedTarget[]>;
  /** The zone of the first watch in this conversation whose owner has one; null when none has. */
  ownerZoneOf(conversationId: string): Promise<string | null>;
  /** The same without what was seen of their targets, which is most of it. */
  getPlaces(ids: number[]): Promise<Omit<JoinedTarget, 'target'>[]>;
  setTargetDue(ids: number[], dueAt: Instant): Promise<void>;
}

/** What endpoints have presented. */
export interface CertificateTables {
  getCertificates(fingerprints: string[]): Promise<Item[]>;
  listSightings(targetId: number): Promise<Sighting[]>;
  /** What any of these targets has ever presented. */
  fingerprintsOf(targetIds: number[]): Promise<string[]>;
  /** The targets that have ever presented any of these, `limit` of them at most. */
  targetsOf(fingerprints: string[], limit: number): Promise<number[]>;
}

/** Whose reminders go where beside the owners' own, and what is known of mailboxes. */
export interface PeopleTables {
  /**
   * Inserts, or replaces the one with the same conversation, URI, role and person (which keeps its id). Returns what is
   * stored.
   */
  putRecipient(recipient: Recipient): Promise<Recipient>;
  findRecipient(id: string): Promise<Recipient | null>;
  /** Of these conversations, in the order in which they were asked. */
  listRecipients(conversationIds: string[]): Promise<Recipient[]>;
  /** Of this person in that channel, whatever the conversation and the state. */
  listRecipientsByPerson(channel: string, personId: string): Promise<Recipient[]>;
  deleteRecipients(ids: string[]): Promise<void>;
  putConnection(connection: Connection): Promise<void>;
  getConnections(mailboxes: string[]): Promise<Connection[]>;
  /** In this state, whatever the mailbox. */
  listConnections(state: Connection['state']): Promise<Connection[]>;
  deleteConnection(mailbox: string): Promise<void>;
  putMailboxState(state: MailboxState): Promise<void>;
  getMailboxStates(mailboxes: string[]): Promise<MailboxState[]>;
}

/** Forgetting people. */
export interface ForgettingTables {
  /** Whoever is known by one of these, once for each way in which they are kept. Case of letters does not matter. */
  findTraces(
    person: Pick<KnownPerson, 'ids' | 'mailboxes' | 'names'>,
  ): Promise<{ id: string | null; name: string | null; mailbox: string | null }[]>;
  /** Everything by which the person of these ids and mailboxes is known. */
  knownPerson(given: Pick<KnownPerson, 'ids' | 'mailboxes' | 'names'>): Promise<KnownPerson>;
  /** The ids of the watches that they own, and of what is watched in their own chats. */
  watchesOfPerson(person: KnownPerson): Promise<number[]>;
  recipientsOfPerson(person: KnownPerson): Promise<{ id: string; conversationId: string }[]>;
  /** Conversations whose settings name them. */
  placesOfPerson(person: KnownPerson): Promise<string[]>;
  /**
   * Takes them out of records, messages and settings that were made by `before`. Of their own messages `message` stays,
   * and of those to them `reply`.
   */
  scrub(person: KnownPerson, options: { before: Instant; reply: string | null; message: string | null }): Promise<void>;
  /** Deletes what is kept of mailboxes, and of events in them. */
  forgetMailboxes(mailboxes: string[]): Promise<void>;
  /** Whether nothing was said in a conversation since, and nothing is watched there. */
  isQuietSince(conversationId: string, at: Instant): Promise<boolean>;
  putForgetting(forgetting: Forgetting): Promise<void>;
  listForgettings(): Promise<Forgetting[]>;
  deleteForgetting(id: string): Promise<void>;
}

/** The bot as a whole, for whoever runs it. */
export interface OverviewTables {
  /** All conversations, those that watch most first. */
  conversationCounts(): Promise<ConversationCount[]>;
  /** Where operators have allowed what is the organisation's (ConversationSettings.allowed). */
  allowances(): Promise<Allowance[]>;
  /** Watches in living conversations whose owner is `nobody` (Watch.ownerId), or has left. */
  orphanedWatches(nobody: string): Promise<OrphanedWatch[]>;
  /** What has been due since before `before`. */
  lateness(before: Instant): Promise<Lateness>;
  /** Deliveries that have failed since, or are tried again, by their errors; the most frequent first. */
  failuresSince(since: Instant, limit: number): Promise<Failure[]>;
  /** Records of all conversations, oldest first, from behind the one of that number. */
  auditAfter(after: number, limit: number): Promise<(AuditEntry & { seq: number; conversation: string | null })[]>;
  /** Values whose keys begin so. */
  listValues(prefix: string): Promise<{ key: string; value: string }[]>;
}

/** Findings about the bot itself, and its few single values. */
export interface BotTables {
  /** Opens a finding. False when it is open already. */
  openOperatorFinding(finding: OperatorFinding): Promise<boolean>;
  /** Closes it. False when it was not open. */
  closeOperatorFinding(key: string): Promise<boolean>;
  listOperatorFindings(): Promise<OperatorFinding[]>;
  /**
   * Notes that something happens once more. Returns how often it has, since it did for the first time within the last
   * `within` milliseconds: 1 the first time.
   */
  countWithin(key: string, within: number, now: Instant): Promise<number>;
  /** Forgets what happened for the first time before that. */
  pruneRates(before: Instant): Promise<void>;
  /** One value of the bot as a whole, such as "operators" (conversation id); null when unset. */
  getValue(key: string): Promise<string | null>;
  /** Null deletes it. */
  setValue(key: string, value: string | null): Promise<void>;
  /** The value, made by `make` when there is none: the same for all replicas. */
  ensureValue(key: string, make: () => string): Promise<string>;
}

/** Calendar events as they should be and as they were written. */
export interface ReminderTables {
  /** Oldest first; of these certificates alone, where they are given. */
  listReminders(calendar: 'graph' | 'ics', mailbox: string, fingerprints?: string[]): Promise<Reminder[]>;
  /** Their ids, likewise. */
  listReminderIds(calendar: 'graph' | 'ics', mailbox: string, fingerprints?: string[]): Promise<string[]>;
  /** These reminders, oldest first. */
  getReminders(ids: string[]): Promise<Reminder[]>;
  getReminder(id: string): Promise<Reminder | null>;
  /** The same, and nobody else changes it before this transaction ends. */
  lockReminder(id: string): Promise<Reminder | null>;
  /** Those whose `question` is this message. */
  listRemindersByQuestion(question: string): Promise<Reminder[]>;
  /**
   * Inserts or replaces desired state; for "graph" also makes its outbox row due now (version + 1). What was written,
   * its transactionId and, while the certificate stays, what people decided are left as they are: a plan made from an
   * older reading must not take them back. Of one that is wanted again the event's id and creating body are forgotten,
   * since its removal may have begun, and its transactionId is the given one.
   */
  putReminders(reminders: Reminder[], now: Instant): Promise<void>;
  /** What a person decided about the event; putReminders leaves it alone while the certificate stays. */
  setReminderChoice(id: string, choice: Pick<Reminder, 'chosen' | 'deleted' | 'question'>): Promise<void>;
  /**
   * The reminder gets an event of its own, as if none had ever been written: a new transactionId, nothing written, no
   * question; due now.
   */
  remakeReminder(id: string, remade: Pick<Reminder, 'transactionId' | 'chosen'>, now: Instant): Promise<void>;
  /**
   * Stores the creating body before it is sent. False, and nothing stored, when the reminder has another transactionId
   * by now: then it must not be sent.
   */
  keepCreateBody(reminder: Pick<Reminder, 'id' | 'transactionId'>, createBody: string): Promise<boolean>;
  /** Notes what was written; nothing when the reminder has another transactionId by now. */
  setReminderWritten(reminder: Pick<Reminder, 'id' | 'transactionId'>, written: WrittenEvent): Promise<void>;
  /**
   * Makes the outbox rows of these graph reminders due now (version + 1), so that they are compared with the mailbox
   * and repaired.
   */
  requeueReminders(ids: string[], now: Instant): Promise<void>;
  deleteReminders(ids: string[]): Promise<void>;
  /** Mailboxes that have reminders of a calendar. */
  listReminderMailboxes(calendar: 'graph' | 'ics'): Promise<string[]>;
  /** Last known working time of a mailbox, null inside when the service would not say; null when it was never asked. */
  getWorkingTime(mailbox: string): Promise<{ workingTime: WorkingTime | null; fetchedAt: Instant } | null>;
  setWorkingTime(mailbox: string, workingTime: WorkingTime | null, fetchedAt: Instant): Promise<void>;
}

/** What has to be worked out anew, since facts have changed. */
export interface MarkTables {
  /**
   * Has these keys worked out anew, each as a whole or in parts. Marks of a key come together until somebody claims it;
   * those that come afterwards are worked off after that. What is a matter of routine goes after everything else.
   */
  mark(queue: MarkQueue, marks: Mark[], when: { now: Instant; isRoutine?: boolean }): Promise<void>;
  /**
   * Prolongs the lease of a claimed key. False when it was lost: then nothing may be stored any more, and the
   * transaction that asks is rolled back.
   */
  holdMark(claim: ClaimedMark, leaseMs: number): Promise<boolean>;
  /**
   * Which of these keys are still to be worked off. `done`: what is worked off by now. `isDue`: somebody works on it, or
   * it may be claimed; else it was put off.
   */
  pendingMarks(
    queue: MarkQueue,
    keys: string[],
    now: Instant,
  ): Promise<{ key: string; version: number; done: number; isDue: boolean }[]>;
  /** These keys are not there any more: what is marked of them goes, and whoever works on one has lost it. */
  forgetMarks(queue: MarkQueue, keys: string[]): Promise<void>;
}

/** What conversations are alerted about; see core/model/incident.ts. */
export interface IncidentTables {
  /** Oldest first. */
  listIncidents(conversationId: string): Promise<Incident[]>;
  findIncident(conversationId: string, id: string): Promise<Incident | null>;
  /** Inserts them, or replaces those of the same conversation and cause, which keep their ids. */
  putIncidents(incidents: Incident[]): Promise<void>;
  deleteIncidents(ids: string[]): Promise<void>;
  /** Nobody else decides on incidents of this conversation before this transaction ends, if they ask so as well. */
  lockIncidents(conversationId: string): Promise<void>;
  /** False: it is closed, or somebody else has it than `from` (null, missing: nobody). */
  takeIncident(id: string, by: Taker, from?: Taker | null): Promise<boolean>;
  /** False: it is closed, or somebody else has it. */
  releaseIncident(id: string, from: Taker): Promise<boolean>;
  /** Somebody has it, and installs at that instant what mends it. False: it is closed. */
  planInstallation(id: string, by: Taker, at: Instant): Promise<boolean>;
  /** False: it is closed. */
  snoozeIncident(id: string, until: Instant): Promise<boolean>;
  /** What alerts depend on, of these watches, in ascending order of their ids. */
  getWatchFacts(ids: number[]): Promise<WatchFacts[]>;
  /** Messages that were put and are not forgotten yet, whatever their state, as they were put last. */
  getMessages(ids: string[]): Promise<StoredMessage[]>;
  /** Takes back those of these messages that nobody has begun to send. Returns their ids. */
  withdrawMessages(ids: string[]): Promise<string[]>;
}

/** Messages on their way to conversations. */
export interface OutboxTable {
  /**
   * Inserts the message, or replaces the card of the one with that id (version + 1); either way it is pending and due
   * at `now`. One that may have been sent, by a try without an answer, keeps the pause before its next try.
   */
  putMessages(messages: OutgoingMessage[], now: Instant): Promise<void>;
  deliveryStatuses(ids: string[]): Promise<DeliveryStatus[]>;
  /** Makes those messages of a channel, or of one of its conversations, due now that wait for this. */
  releaseMessages(where: { channel: string; conversationId?: string }, waiting: Waiting, now: Instant): Promise<void>;
  /** Where a message that was put goes; null when it is not known (any more). */
  findMessage(id: string): Promise<Pick<OutgoingMessage, 'conversationId' | 'thread'> | null>;
}

/** Addresses of feeds. */
export interface FeedTable {
  /** The feed of a conversation whose address can be shown, `fresh` where there was none. */
  ensureFeed(conversationId: string, fresh: LiveFeed, now: Instant): Promise<LiveFeed>;
  /** The same, or null where there is none. */
  findLiveFeed(conversationId: string): Promise<LiveFeed | null>;
  /** The address of that hash goes on working, and cannot be shown any more. */
  hideFeed(hash: string): Promise<void>;
  /** Revokes all feed addresses of the conversation. */
  revokeFeeds(conversationId: string, now: Instant): Promise<void>;
  /** The conversation whose feed has a token of that hash. */
  findFeed(hash: string): Promise<string | null>;
}

/** Organisations that installed the bot by themselves, and teams. */
export interface InstallationTable {
  /** Inserts or replaces the installation of that channel and tenant. */
  saveInstallation(installation: Installation): Promise<void>;
  findInstallation(channel: string, tenantId: string): Promise<Installation | null>;
  deleteInstallation(channel: string, tenantId: string): Promise<void>;
  listInstallations(channel: string): Promise<Installation[]>;
  /**
   * Marks every living conversation of that channel and tenant as gone, as `setConversationGone` does. Returns how
   * many.
   */
  setTenantGone(channel: string, tenantId: string, at: Instant): Promise<number>;
  /**
   * Revives every gone conversation of that channel and tenant: it has the bot again. Those that are really gone are
   * found out anew. Returns how many.
   */
  reviveTenant(channel: string, tenantId: string, now: Instant): Promise<number>;
  /**
   * The same with the conversations of a team, which need not be remembered under its id: its first channel has the
   * team's own.
   */
  setTeamGone(channel: string, team: string, at: Instant): Promise<number>;
  /** And opens those that were said to be closed. */
  reviveTeam(channel: string, team: string, now: Instant): Promise<number>;
  /** Nobody may write to the conversations of that team, from now on. */
  closeTeam(channel: string, team: string, at: Instant): Promise<void>;
}

/** What became of targets, as one conversation saw it. Rows are only added, and go when they are old. */
export interface HistoryTable {
  recordHistory(entries: HistoryEntry[]): Promise<void>;
  /** What is known of one target in a conversation, newest first. */
  listHistory(conversationId: string, uri: string, limit: number): Promise<HistoryEntry[]>;
  /** Everything of a conversation from `since` on, oldest first. */
  historySince(conversationId: string, since: Instant): Promise<HistoryEntry[]>;
  /**
   * Who did what to a target in a conversation, newest first: entries whose subject has its URI as a word; null: what
   * concerns all targets there.
   */
  listAuditOf(conversationId: string, uri: string | null, since: Instant, limit: number): Promise<AuditEntry[]>;
}

/** Addresses under which what a conversation watches can be had as a file, by hashes of their tokens. */
export interface ExportTable {
  putExport(address: ExportAddress): Promise<void>;
  findExport(hash: string): Promise<ExportAddress | null>;
}

/** Who did what. */
export interface AuditTable {
  recordAudit(entries: AuditEntry[]): Promise<void>;
  listAudit(conversationId: string, limit: number): Promise<AuditEntry[]>;
}

/** Reads and writes that may run alone or inside one transaction. All instants are milliseconds. */
export interface StoreOperations
  extends
    ConversationTables,
    InboundTable,
    WatchTables,
    CertificateTables,
    PeopleTables,
    ForgettingTables,
    OverviewTables,
    BotTables,
    ReminderTables,
    MarkTables,
    IncidentTables,
    OutboxTable,
    FeedTable,
    InstallationTable,
    HistoryTable,
    ExportTable,
    AuditTable {}

/** The store. One implementation over SQLite and PostgreSQL. Lease times run on the database's clock. */
export interface Store extends StoreOperations {
  /** Resolves when everything stored by now survives a power failure. */
  kept(): Promise<void>;
  /** Resolves when nothing that was deleted by now stands in a file of the database any more, as far as that is ours. */
  wiped(): Promise<void>;
  /**
   * Runs `work` in one transaction; rolls back when it throws. Never wait for the network inside. With `waits: false` a
   * power failure within the next tenth of a second may undo it (the end of the process cannot): for what would only be
   * done once more.
   */
  transaction<T>(work: (operations: StoreOperations) => Promise<T>, options?: { waits?: boolean }): Promise<T>;
  /**
   * Claims targets due at `now`, earliest first, for `leaseMs`. Those due later than `longestWait` milliseconds from
   * now, which no look is ever put ahead, are due as well: the clock has been set back since. So are, here and in the
   * other claims, leases over that end later than any could.
   */
  claimTargets(
    now: Instant,
    limit: number,
    leaseId: string,
    leaseMs: number,
    longestWait?: number,
  ): Promise<DueTarget[]>;
  /**
   * Ends leases of claimTargets where no look is stored under them: the targets come due as they stand. Leases that
   * were lost are none.
   */
  releaseTargets(claims: { targetId: number; leaseId: string }[]): Promise<void>;
  /**
   * Stores a group of looks in one transaction. A look whose lease was lost, or whose target's state has moved on since
   * `previous`, is skipped whole. Returns the target ids that were stored. Certificates and sightings are derived from
   * the observations.
   */
  commitObservations(commits: ObservationCommit[], now: Instant): Promise<number[]>;
  /** Claims the key that has been due for longest, or this `key` if it is due; null when there is none. */
  claimMark(
    queue: MarkQueue,
    lease: { now: Instant; leaseId: string; leaseMs: number; key?: string },
  ): Promise<ClaimedMark | null>;
  /**
   * Ends a claim: its marks are worked off, or are due again at `retryAt`. Worked off, the key is marked anew for
   * `nextAt` where that is given. What was marked meanwhile is due. Nothing when the lease was lost.
   */
  completeMark(claim: ClaimedMark, retryAt?: Instant | null, nextAt?: Instant | null): Promise<void>;
  /** Forgets keys of which nothing is to be done. */
  pruneMarks(): Promise<void>;
  /**
   * Claims due deliveries, oldest first; of one conversation only its oldest pending message; of one mailbox at most
   * two reminders; none of conversations that are gone (unless kind "reminder"). A row whose earlier claim never
   * completed counts one more `ambiguous`. `pauses`, in milliseconds by the number of such tries (the last for all
   * above): a message that may have been sent before is not claimed earlier after this claim, even when it is lost.
   */
  claimDeliveries(
    now: Instant,
    limit: number,
    leaseId: string,
    leaseMs: number,
    pauses?: number[],
  ): Promise<Delivery[]>;
  /**
   * Marks done, unless the desired state moved on (version): then it stays pending and due. Null when the lease was
   * lost, and nothing is stored; else which message is the delivery's now: another than the given one where
   * `noteActivity` told of it meanwhile (then the row stays pending as well).
   */
  completeDelivery(
    delivery: Delivery,
    result: { activityId: string | null },
  ): Promise<{ activityId: string | null } | null>;
  /**
   * Notes the message of a delivery whose answer came late: it will be replaced, and not sent again. What waits for its
   * next try is due at `now`. Returns which message is the delivery's now: another than the given one where a later try
   * was told of first; null where the row is gone.
   */
  noteActivity(id: string, activityId: string, now: Instant): Promise<string | null>;
  /**
   * Puts it back for `retryAt`, or with null gives it up (state failed). `ambiguous` adds one to that count;
   * `waitsFor`: what may end its wait earlier.
   */
  failDelivery(
    delivery: Delivery,
    failure: { error: string; retryAt: Instant | null; ambiguous: boolean; waitsFor?: Waiting | null },
  ): Promise<boolean>;
  /** The cards of messages of this delivery's conversation that were put after it and not given up, oldest first. */
  cardsAfter(delivery: Pick<Delivery, 'id'>): Promise<Card[]>;
  /** Deletes done and failed message rows last changed before `before`. */
  pruneDeliveries(before: Instant): Promise<void>;
  /** Deletes records, sightings, unanswered questions and what is known of mailboxes, when they are kept no longer. */
  pruneKept(now: Instant): Promise<void>;
  /** Voids all leases: a single process that starts anew owns everything (SQLite). No-op on PostgreSQL. */
  voidLeases(): Promise<void>;
  /** Numbers for /metrics: watches, targets, pending deliveries, … */
  statistics(): Promise<{
    conversations: number;
    watches: number;
    targets: number;
    pendingDeliveries: number;
    oldestPendingAt: Instant | null;
  }>;
  /** Writes something small and waits until it is kept; throws when the store takes no writes. */
  beat(now: Instant): Promise<void>;
  close(): Promise<void>;
}
