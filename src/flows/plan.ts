import { planReminders } from '../core/calendar-plan.ts';
import type { TargetState } from '../core/change.ts';
import type { Certificate } from '../core/certificate.ts';
import { policyOf } from '../core/effects.ts';
import { languageOf } from '../core/language.ts';
import type { Conversation, Reminder, StoreOperations, TargetRow, Watch } from '../core/ports.ts';
import { defaultWorkingTime, type Wanted, type WorkingTime } from '../core/reminder.ts';
import type { FlowContext } from './context.ts';

/** Where a watch's reminders go. */
export interface Route {
  calendar: Reminder['calendar'];
  /** graph: the mailbox. ics: the conversation's id. */
  mailbox: string;
}

/** What a plan takes from a look that is not stored yet. */
export interface Pending {
  states: Map<number, TargetState>;
  certificates: Map<string, Certificate>;
}

type Joined = { watch: Watch; conversation: Conversation; target: TargetRow };

/** Rounds of planning until what several processes do at once has settled. */
const MOST_ROUNDS = 5;

const NOTHING_PENDING: Pending = { states: new Map(), certificates: new Map() };

/** Whether the owner may have events in mailboxes; undefined while that is not known. */
function isOpen(
  settings: FlowContext['settings'],
  { conversationId, ownerTenantId }: Pick<Watch, 'ownerTenantId' | 'conversationId'>,
): boolean | undefined {
  // Conversation ids begin with their channel (ConversationInput.id).
  return settings.mailboxesOpenTo(conversationId.replace(/:.*$/s, ''), ownerTenantId);
}

/**
 * Where this watch's reminders go; null when calendars are off. Without a known mailbox, and for people of another organisation than the mailboxes',
 * the conversation's feed serves. While it is not known whose they are, the answer is where they may be; nothing is planned from it then.
 */
export function routeOf(
  settings: FlowContext['settings'],
  watch: Pick<Watch, 'ownerMailbox' | 'ownerTenantId' | 'conversationId'>,
): Route | null {
  if (settings.calendar === 'none') return null;
  const written = settings.calendar === 'graph' && isOpen(settings, watch) !== false;
  const mailbox = written ? (settings.calendarMailbox ?? watch.ownerMailbox) : null;
  return mailbox === null ? { calendar: 'ics', mailbox: watch.conversationId } : { calendar: 'graph', mailbox };
}

/** Routes without repetition. */
export function distinctRoutes(routes: (Route | null)[]): Route[] {
  const found = new Map<string, Route>();
  for (const route of routes) if (route) found.set(`${route.calendar}\n${route.mailbox}`, route);
  return [...found.values()];
}

/** The watches whose reminders go there; null while that is not known of one that may be among them. */
async function joinedFor(context: FlowContext, operations: StoreOperations, route: Route): Promise<Joined[] | null> {
  const { settings } = context;
  const shared = route.calendar === 'graph' && settings.calendarMailbox !== null;
  const joined = shared
    ? await operations.listAllWatches()
    : await operations.listWatchesByMailbox(route.calendar, route.mailbox);
  if (settings.calendar === 'graph' && joined.some(({ watch }) => isOpen(settings, watch) === undefined)) return null;
  return joined.filter(({ watch }) => {
    const own = routeOf(settings, watch);
    return own?.calendar === route.calendar && own.mailbox === route.mailbox;
  });
}

async function wantedOf(operations: StoreOperations, joined: Joined[], pending: Pending): Promise<Wanted[]> {
  const byPrint = new Map<string, Pick<Wanted, 'policies' | 'language'> & { targets: Set<string> }>();
  // In the order of the watches: the first of a certificate decides in which language its events are written.
  for (const { watch, conversation, target } of joined.toSorted((a, b) => a.watch.id - b.watch.id)) {
    const leaf = (pending.states.get(target.id) ?? target.state)?.leaf;
    if (!leaf) continue;
    const language = languageOf(watch.ownerLocale);
    const entry = byPrint.get(leaf) ?? { targets: new Set<string>(), policies: [], language };
    entry.targets.add(target.uri);
    entry.policies.push(policyOf({ watch, conversation }));
    byPrint.set(leaf, entry);
  }
  const missing = [...byPrint.keys()].filter((fingerprint) => !pending.certificates.has(fingerprint));
  const stored = missing.length > 0 ? await operations.getCertificates(missing) : [];
  const certificates = new Map([
    ...pending.certificates,
    ...stored.map((one): [string, Certificate] => [one.fingerprint, one]),
  ]);
  const wanted: Wanted[] = [];
  for (const [fingerprint, { targets, policies, language }] of byPrint) {
    const certificate = certificates.get(fingerprint);
    if (certificate) wanted.push({ certificate, targets: [...targets].toSorted(), policies, language });
  }
  return wanted;
}

async function workingTimeOf(operations: StoreOperations, route: Route, joined: Joined[]): Promise<WorkingTime> {
  const stored = route.calendar === 'graph' ? await operations.getWorkingTime(route.mailbox) : null;
  return (
    stored?.workingTime ??
    defaultWorkingTime(joined.find(({ watch }) => watch.ownerTimeZone)?.watch.ownerTimeZone ?? null)
  );
}

/**
 * The reminder rows of one mailbox that have to be stored so that it holds what it should. Reads only. None while it is not known whose reminders belong
 * there: what is there stays, rather than being deleted and made anew at every start.
 */
export async function planMailbox(
  context: FlowContext,
  operations: StoreOperations,
  route: Route,
  pending: Pending = NOTHING_PENDING,
): Promise<Reminder[]> {
  const joined = await joinedFor(context, operations, route);
  if (!joined) return [];
  const wanted = await wantedOf(operations, joined, pending);
  const existing = await operations.listReminders(route.calendar, route.mailbox);
  const workingTime = await workingTimeOf(operations, route, joined);
  return planReminders({ ...route, wanted, existing, workingTime, now: context.now(), uuid: context.uuid });
}

/** Plans and stores: after a command that changed watches or policies. Feed rows nobody wants go at once. Returns how many rows it changed. */
export async function replanMailboxes(
  context: FlowContext,
  operations: StoreOperations,
  routes: Route[],
): Promise<number> {
  let changes = 0;
  for (const route of routes) {
    const changed = await planMailbox(context, operations, route);
    await operations.putReminders(changed, context.now());
    const gone = changed.filter(({ calendar, wanted }) => calendar === 'ics' && !wanted);
    await operations.deleteReminders(gone.map(({ id }) => id));
    changes += changed.length;
  }
  return changes;
}

/**
 * Plans again until nothing changes. A plan made from what another process was just replacing (another target of the same mailbox, a watch) may
 * have been stored after that process's own: whoever stored last finds out here.
 */
export async function settleMailboxes(context: FlowContext, routes: Route[]): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS && routes.length > 0; round += 1) {
    const changes = await context.store.transaction((operations) => replanMailboxes(context, operations, routes));
    if (changes === 0) return;
  }
}
