import { planReminders } from '../core/calendar-plan.ts';
import { settledOf, type TargetState } from '../core/change.ts';
import type { Certificate, Observation } from '../core/certificate.ts';
import { policyOf, verdictOf } from '../core/effects.ts';
import { languageOf, sayIn } from '../core/language.ts';
import type { Conversation, Recipient, Reminder, StoreOperations, TargetRow, Watch } from '../core/ports.ts';
import { defaultWorkingTime, type Wanted, type WorkingTime } from '../core/reminder.ts';
import {
  destinationsOf,
  distinctRoutes,
  ownerMailboxOf,
  routeKey,
  type Circumstances,
  type Destination,
  type Owned,
  type Route,
} from '../core/route.ts';
import type { FlowContext } from './context.ts';
import { ownView } from './trust.ts';

/** What a plan takes from looks that are not stored yet, by target. */
export interface Pending {
  states: Map<number, TargetState>;
  observations: Map<number, Observation>;
  certificates: Map<string, Certificate>;
}

/** A watch with the conversation that it belongs to. */
export type Placed = { watch: Watch; conversation: Conversation };
type Joined = Placed & { target: TargetRow };

/** A watch whose reminders go to a place, and for whom. */
export type Destined = Joined & { destination: Destination };

/** Rounds of planning until what several processes do at once has settled. */
const MOST_ROUNDS = 5;

const NOTHING_PENDING: Pending = { states: new Map(), observations: new Map(), certificates: new Map() };

async function circumstancesOf(
  { settings }: FlowContext,
  operations: StoreOperations,
  placed: { watch: Owned; conversation: Conversation }[],
  recipients: Recipient[],
): Promise<Circumstances> {
  const owners = placed.map(({ watch, conversation }) => ownerMailboxOf(watch, conversation, settings.calendarMailbox));
  const mailboxes = [
    ...new Set([...owners, ...recipients.map(({ mailbox }) => mailbox)].filter((mailbox) => mailbox !== null)),
  ];
  const known = mailboxes.length > 0 && settings.calendar === 'graph';
  const connections = known ? await operations.getConnections(mailboxes) : [];
  const states = known ? await operations.getMailboxStates(mailboxes) : [];
  const { calendar, calendarMailbox, ownAccess, mailboxesOpenTo } = settings;
  return {
    calendar,
    calendarMailbox,
    ownAccess,
    mailboxesOpenTo,
    connections: new Map(connections.map((one) => [one.mailbox, one])),
    states: new Map(states.map((one) => [one.mailbox, one])),
  };
}

/** Where the reminders of each of these watches go, in their order; null for one of which it is not known yet. */
async function destinationsFor(
  context: FlowContext,
  operations: StoreOperations,
  placed: { watch: Owned; conversation: Conversation }[],
): Promise<(Destination[] | null)[]> {
  if (placed.length === 0) return [];
  const conversations = [...new Set(placed.map(({ conversation }) => conversation.id))];
  const recipients = await operations.listRecipients(conversations);
  const byConversation = Map.groupBy(recipients, ({ conversationId }) => conversationId);
  const circumstances = await circumstancesOf(context, operations, placed, recipients);
  return placed.map(({ watch, conversation }) =>
    destinationsOf(watch, conversation, byConversation.get(conversation.id) ?? [], circumstances),
  );
}

/** Everywhere the reminders of these watches go, each place once. What is not known yet is left out. */
export async function routesOf(context: FlowContext, operations: StoreOperations, placed: Placed[]): Promise<Route[]> {
  const destinations = await destinationsFor(context, operations, placed);
  return distinctRoutes(destinations.flatMap((each) => (each ?? []).map(({ route }) => route)));
}

/** Where the reminders of one watch's owner go; null while it is not known and when calendars are off. */
export async function ownRouteOf(
  context: FlowContext,
  operations: StoreOperations,
  placed: { watch: Owned; conversation: Conversation },
): Promise<Route | null> {
  const [destinations] = await destinationsFor(context, operations, [placed]);
  return destinations?.[0]?.route ?? null;
}

/** The watches whose reminders go there, each with whom it goes there for; null while that is not known of one that may be among them. */
export async function destinedFor(
  context: FlowContext,
  operations: StoreOperations,
  route: Route,
): Promise<Destined[] | null> {
  const shared = route.calendar === 'graph' && context.settings.calendarMailbox === route.mailbox;
  const joined = shared
    ? await operations.listAllWatches()
    : await operations.listWatchesByMailbox(route.calendar, route.mailbox);
  const destinations = await destinationsFor(context, operations, joined);
  const found: Destined[] = [];
  for (const [index, one] of joined.entries()) {
    const each = destinations[index];
    if (!each) return null;
    const destination = each.find((candidate) => routeKey(candidate.route) === routeKey(route));
    if (destination) found.push({ ...one, destination });
  }
  return found;
}

type Draft = Omit<Wanted, 'certificate' | 'targets'> & { targets: Set<string> };

function merge(into: string[], more: string[]): void {
  for (const one of more) if (!into.includes(one)) into.push(one);
}

function draftOf({ destination, conversation }: Destined, context: FlowContext): Draft {
  return {
    targets: new Set<string>(),
    policies: [],
    language: languageOf(destination.locale),
    replaced: [],
    verdict: [],
    link: context.messengers.get(conversation.channel)?.link(conversation) ?? null,
    holidays: [],
    freezes: [],
  };
}

async function wantedOf(
  context: FlowContext,
  operations: StoreOperations,
  destined: Destined[],
  pending: Pending,
): Promise<Wanted[]> {
  const byPrint = new Map<string, Draft>();
  // In the order of the watches: the first of a certificate decides in which language its events are written and what they link to.
  for (const one of destined.toSorted((a, b) => a.watch.id - b.watch.id)) {
    const { watch, conversation, target } = one;
    const state = pending.states.get(target.id) ?? target.state;
    for (const { leaf, replaced } of settledOf(state)) {
      const draft = byPrint.get(leaf) ?? draftOf(one, context);
      byPrint.set(leaf, draft);
      draft.targets.add(target.uri);
      draft.policies.push(policyOf({ watch, conversation }));
      if (replaced) merge(draft.replaced, [replaced]);
      const observation = ownView(context, conversation, pending.observations.get(target.id) ?? target.observation);
      merge(draft.verdict, verdictOf(observation, target.uri, { now: context.now(), say: sayIn(draft.language) }));
      const region = conversation.settings.holidays ?? context.settings.holidays;
      if (region !== null && region !== 'none') merge(draft.holidays, [region]);
      for (const freeze of conversation.settings.freezes ?? []) {
        if (!draft.freezes.some(({ from, to }) => from === freeze.from && to === freeze.to)) draft.freezes.push(freeze);
      }
    }
  }
  const missing = [...byPrint.keys()].filter((fingerprint) => !pending.certificates.has(fingerprint));
  const stored = missing.length > 0 ? await operations.getCertificates(missing) : [];
  const certificates = new Map([
    ...pending.certificates,
    ...stored.map((one): [string, Certificate] => [one.fingerprint, one]),
  ]);
  const wanted: Wanted[] = [];
  for (const [fingerprint, { targets, ...draft }] of byPrint) {
    const certificate = certificates.get(fingerprint);
    if (certificate) wanted.push({ certificate, targets: [...targets].toSorted(), ...draft });
  }
  return wanted;
}

/** Of the mailbox itself; where that is not known, nine to five in the zone of its conversation, of its person, or of the bot. */
export async function workingTimeOf(
  { settings }: FlowContext,
  operations: StoreOperations,
  route: Route,
  destined: { conversation: Conversation; timeZone: string | null }[],
): Promise<WorkingTime> {
  const stored = route.calendar === 'graph' ? await operations.getWorkingTime(route.mailbox) : null;
  if (stored?.workingTime) return stored.workingTime;
  const set = destined.find(({ conversation }) => conversation.settings.timeZone)?.conversation.settings.timeZone;
  const own = destined.find(({ timeZone }) => timeZone)?.timeZone;
  return defaultWorkingTime(set ?? own ?? settings.defaultTimeZone);
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
  const destined = await destinedFor(context, operations, route);
  if (!destined) return [];
  const wanted = await wantedOf(context, operations, destined, pending);
  const existing = await operations.listReminders(route.calendar, route.mailbox);
  const people = destined.map(({ conversation, destination: { timeZone } }) => ({ conversation, timeZone }));
  const workingTime = await workingTimeOf(context, operations, route, people);
  const { holidays, uuid } = context;
  return planReminders({ ...route, wanted, existing, workingTime, holidays, now: context.now(), uuid });
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

/** Does something that changes where the reminders of these watches go, and plans both where they went and where they go. Returns those places. */
export async function rerouted(
  context: FlowContext,
  operations: StoreOperations,
  read: () => Promise<Placed[]>,
  change: () => Promise<void>,
): Promise<Route[]> {
  const before = await routesOf(context, operations, await read());
  await change();
  const after = await routesOf(context, operations, await read());
  // First where they go to: a reader in between sees them twice rather than not at all.
  const routes = distinctRoutes([...after, ...before]);
  await replanMailboxes(context, operations, routes);
  return routes;
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

/** Every place where reminders are or should be. */
export async function allRoutes(context: FlowContext): Promise<Route[]> {
  const { store } = context;
  const known: Route[] = [];
  for (const calendar of ['graph', 'ics'] as const)
    for (const mailbox of await store.listReminderMailboxes(calendar)) known.push({ calendar, mailbox });
  return distinctRoutes([...(await routesOf(context, store, await store.listAllPlaces())), ...known]);
}
