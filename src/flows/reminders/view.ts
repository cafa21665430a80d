import type { CardAction } from '../../core/card.ts';
import type { WatchView } from '../../core/chat/cards/list.ts';
import { toneOf } from '../../core/chat/cards/observation.ts';
import type { Item } from '../../core/certificates/item.ts';
import type { Observation } from '../../core/certificates/certificate.ts';
import { isInCalendars, isWithinHorizon, type Instant } from '../../core/time.ts';
import { policyOf } from '../../core/alerts/alerts.ts';
import { renewAction } from '../../core/chat/cards/renewal.ts';
import { shouldBeRenewed } from '../../core/renewal/help.ts';
import { verdictOf } from '../../core/alerts/findings.ts';
import type { Facts, Speaking } from '../../core/items/item-words.ts';
import { inZone, type Say } from '../../core/language/language.ts';
import { outlookLink } from '../../core/reminders/outlook-link.ts';
import { stageAt, type Threshold } from '../../core/certificates/stages.ts';
import { sound } from '../../core/sound.ts';
import { currentLeaves, type TargetState } from '../../core/certificates/state.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { DeliveryStatus } from '../../core/model/delivery.ts';
import type { Holidays, Reminder, Wanted } from '../../core/model/reminder.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';
import type { Episode, Watch, JoinedWatch } from '../../core/model/watch.ts';
import { defaultWorkingTime, planEvent } from '../../core/reminders/plan-event.ts';
import { connects } from '../../core/targets/target.ts';
import { shortDay, shortInstant } from '../../core/language/dates.ts';
import { shorten } from '../../core/language/wording.ts';
import type { FlowContext } from '../context.ts';
import type { Destination } from '../../core/reminders/destination.ts';
import { ownDestinationOf } from './destinations.ts';
import type { Planner } from './planner.ts';
import { ownView } from '../trusted-view.ts';
import { fileUrl } from './event-file.ts';

/** Since when findings are open. */
export function sinceOf(episodes: Episode[] = []): Map<string, Instant> {
  return new Map(episodes.map(({ finding, openedAt }) => [finding, openedAt]));
}

/** Watches with what is known of their targets. */
export async function viewsOf(
  context: Pick<FlowContext, 'anchors' | 'log'>,
  operations: StoreOperations,
  conversation: Conversation,
  watches: Watch[],
): Promise<WatchView[]> {
  const targets = new Map(
    (await operations.getTargets(watches.map(({ targetId }) => targetId))).map((row) => [row.id, row]),
  );
  const prints = [...new Set([...targets.values()].flatMap(({ state }) => state?.leaves ?? []))];
  const certificates = new Map((await operations.getCertificates(prints)).map((one) => [one.fingerprint, one]));
  const episodes = await operations.listEpisodes(watches.map(({ id }) => id));
  return watches.flatMap((watch) => {
    const target = targets.get(watch.targetId);
    if (!target) return [];
    const seen = { ...target, observation: viewOf(context, conversation, watch, target.observation) };
    const leaves = (target.state?.leaves ?? []).flatMap((print) => certificates.get(print) ?? []);
    const since = sinceOf(episodes.get(watch.id));
    return [{ watch, target: seen, leaves, policy: policyOf({ watch, conversation }), since }];
  });
}

/** The look as the conversation sees it; where that cannot be made, as everybody does. */
function viewOf(
  context: Pick<FlowContext, 'anchors' | 'log'>,
  conversation: Conversation,
  watch: Watch,
  observation: Observation | null,
): Observation | null {
  try {
    return ownView(context, conversation, observation);
  } catch (error) {
    const fields = { err: error, watch: watch.id, target: watch.targetId };
    context.log.error(fields, 'a look could not be judged by what its conversation trusts');
    return observation;
  }
}

/** A reminder, with how far its delivery is. */
type Tracked = { reminder: Reminder; status: DeliveryStatus | null };

/**
 * Where the reminders of one watch's owner go, and those of its certificate once they are planned; while others still
 * present the old one, that one's.
 */
export async function remindersOf(
  context: FlowContext & { planner: Pick<Planner, 'planned'> },
  placed: JoinedWatch,
  state: TargetState | null,
): Promise<{ destination: Destination | null; reminders: Tracked[] }> {
  const destination = await ownDestinationOf(context, context.store, placed);
  if (!destination || !state?.leaf) return { destination, reminders: [] };
  await context.planner.planned([destination]);
  const settled = currentLeaves(state);
  const prints = settled.flatMap(({ leaf, replaced }) => (replaced ? [leaf, replaced] : [leaf]));
  const all = (await context.store.listReminders(destination.calendar, destination.mailbox, prints)).filter(
    ({ wanted }) => wanted,
  );
  const own = settled.flatMap(({ leaf, replaced }) => {
    const current = all.filter(({ fingerprint }) => fingerprint === leaf);
    return current.length > 0 ? current : all.filter(({ fingerprint }) => fingerprint === replaced);
  });
  const statuses = new Map(
    (await context.store.deliveryStatuses(own.map(({ id }) => id))).map((status) => [status.id, status]),
  );
  return {
    destination,
    reminders: own.map((reminder) => ({ reminder, status: statuses.get(reminder.id) ?? null })),
  };
}

/** When an event is, in the zone of what is said; a whole day is that of its own zone. */
function whenOf({ start, allDay = false, zone }: Reminder['event'], { now, say }: Speaking): string {
  if (!allDay) return shortInstant(start, { now, say });
  return say('event.all-day', { date: shortDay(start, { now, say: inZone(say, zone), weekday: true }) });
}

function placeOf(
  { calendar, event, deleted }: Reminder,
  status: DeliveryStatus | null,
  { now, say }: Speaking,
): string {
  if (!isInCalendars(event.start)) throw new RangeError('an event at no time that calendars have');
  const instant = whenOf(event, { now, say });
  if (deleted !== null) return say(deleted === 'asked' ? 'reminder.asked' : 'reminder.declined');
  if (calendar === 'ics') return say('reminder.feed', { instant });
  if (!status || status.state === 'done') return say('reminder.outlook', { instant });
  const { lastError, attempts, dueAt } = status;
  if (lastError === null) return say('reminder.queued', { instant });
  const values = { instant, attempts, error: shorten(lastError, 160) };
  if (dueAt === null) return say('reminder.tried', values);
  return say('reminder.retried', { ...values, next: shortInstant(dueAt, { now, say }) });
}

/**
 * The zone in which a card tells its times: that of the reminders on it, else the one in which they would be. `own`:
 * the zone of the person whose they are.
 */
export function zoneOf(
  { settings: { defaultTimeZone } }: Pick<FlowContext, 'settings'>,
  { reminders, conversation, own }: { reminders: Tracked[]; conversation: Conversation; own: string | null },
): string {
  const zones = [reminders[0]?.reminder.event.zone, conversation.settings.timeZone, own, defaultTimeZone];
  return zones.find((zone) => typeof zone === 'string' && isTimeZone(zone)) ?? 'UTC';
}

/** Reminders that a card tells of: a document may list very many certificates. */
const MOST_SHOWN = 8;

/** When each reminder is, and where; in the order of time. */
function toldReminders(
  { log, now }: Pick<FlowContext, 'log' | 'now'>,
  reminders: Tracked[],
  say: Say,
): { kind: Reminder['kind']; fact: Facts[number] }[] {
  const sorted = reminders.toSorted((a, b) => a.reminder.event.start - b.reminder.event.start).slice(0, MOST_SHOWN);
  const told = sound(
    sorted,
    ({ reminder, status }) => ({
      kind: reminder.kind,
      fact: { label: say(`label.reminder-${reminder.kind}`), value: placeOf(reminder, status, { now: now(), say }) },
    }),
    (error, { reminder: { id } }) => log.error({ err: error, reminder: id }, 'a reminder could not be shown'),
  );
  return [...told];
}

/** One fact per reminder. */
export function reminderFacts(...about: Parameters<typeof toldReminders>): Facts {
  return toldReminders(...about).map(({ fact }) => fact);
}

/** The same, where those of the expiry, which nobody needs at once, stand behind _More_. */
export function reminderParts(...about: Parameters<typeof toldReminders>): { facts: Facts; details: Facts } {
  const told = toldReminders(...about);
  const ofKind = (wanted: Reminder['kind']): Facts =>
    told.filter(({ kind }) => kind === wanted).map(({ fact }) => fact);
  return { facts: ofKind('renew'), details: ofKind('expiry') };
}

/** The buttons of a watch's card; none where they cannot be made, since what the card says matters more. */
export function soundActions({ log }: Pick<FlowContext, 'log'>, watch: Watch, make: () => CardAction[]): CardAction[] {
  const failed = (error: unknown): void =>
    log.error({ err: error, watch: watch.id }, 'the buttons of a watch could not be made');
  return [...sound([watch], make, failed)].flat();
}

/**
 * A button that opens Outlook on the web with the renew event filled in; it needs no permission at all. Empty for
 * expired certificates.
 */
export function outlookAction(
  leaf: Item | undefined,
  uri: string,
  options: {
    policy: Threshold[] | null;
    timeZone: string | null;
    now: Instant;
    say: Say;
    planned?: Reminder | undefined;
    holidays: Holidays;
    /** What the endpoint presented when it was last looked at. */
    observation: Observation | null;
    /** FlowContext.settings.outlookUrl. */
    outlookUrl: string;
  },
): CardAction[] {
  const { now, say, policy, timeZone, holidays, observation, outlookUrl } = options;
  if (!leaf || leaf.notAfter <= now || !isWithinHorizon(leaf.notAfter, now)) return [];
  const wanted: Wanted = {
    certificate: leaf,
    targets: [uri],
    policies: [policy],
    language: say.language,
    replaced: [],
    verdict: verdictOf(observation, uri, { now, say }),
    link: null,
    holidays: [],
    freezes: [],
  };
  const event =
    options.planned?.event ??
    planEvent('renew', wanted, defaultWorkingTime(timeZone), { now, kept: null, chosen: null, holidays });
  return [{ kind: 'open', label: say('button.outlook'), url: outlookLink(event, outlookUrl) }];
}

/**
 * A button that offers the owner free times for the renewal, where their reminders are in Outlook. Whether there is an
 * event that can be moved there is found out when it is pressed.
 */
export function bookAction(
  { watch, destination, leaf }: { watch: Watch; destination: Destination | null; leaf: Item | undefined },
  { now, say }: { now: Instant; say: Say },
): CardAction[] {
  if (destination?.calendar !== 'graph' || !leaf || leaf.notAfter <= now) return [];
  if (!isWithinHorizon(leaf.notAfter, now)) return [];
  return [{ kind: 'execute', label: say('button.book'), action: { name: 'book-slots', data: { watch: watch.id } } }];
}

/** Two buttons stay in sight beside _More_, behind which the others are. */
export function inSight(actions: CardAction[]): CardAction[] {
  return actions.map((action, index) => (index < 2 || action.kind === 'choose' ? action : { ...action, isRare: true }));
}

/** A button that ends a watch, and tells everybody. */
export function stopAction({ id }: Watch, say: Say): CardAction {
  const action = { name: 'unwatch-left', data: { watch: id } };
  return { kind: 'execute', label: say('button.unwatch'), action, style: 'destructive', isRare: true };
}

/**
 * The buttons of a card about one watch, the most useful first: where it is due, book a slot; where something is wrong,
 * look again; then add to Outlook. `reminders` are those of its owner as far as they are known, and `destination` where
 * they go.
 */
export function watchActions(
  {
    reminders,
    ...about
  }: { watch: Watch; destination: Destination | null; reminders: Reminder[]; leaf: Item | undefined },
  options: Omit<Parameters<typeof outlookAction>[2], 'planned'>,
): CardAction[] {
  const planned = reminders.find(({ kind }) => kind === 'renew');
  const { watch, leaf } = about;
  const { policy, now, say, observation } = options;
  const request = { name: 'show', data: { watch: watch.id, fresh: true } } as const;
  const again: CardAction = { kind: 'execute', label: say('button.again'), action: request };
  const isDue = leaf !== undefined && stageAt(leaf, policy, now) !== 'fine';
  const isWrong = observation !== null && ['attention', 'warning'].includes(toneOf(observation, { policy, now, say }));
  const book = bookAction(about, options);
  const looking = connects(watch.uri) ? [again] : [];
  const how = leaf ? [renewAction(watch, say, { isRare: !shouldBeRenewed(leaf, now) })] : [];
  const outlook = outlookAction(leaf, watch.uri, { ...options, planned });
  const useful = isDue ? [...book, ...looking] : [...looking, ...book];
  const [first, ...rest] = [...useful, ...how, ...outlook];
  if (!first) return [];
  return [first.kind === 'execute' && (isDue || isWrong) ? { ...first, style: 'positive' } : first, ...rest];
}

/** A button that gives the renew event as a file, where nothing is written into Outlook. */
export async function fileAction(context: FlowContext, reminders: Reminder[], say: Say): Promise<CardAction[]> {
  const renew = reminders.find(({ calendar, kind, wanted }) => calendar === 'ics' && kind === 'renew' && wanted);
  if (!renew) return [];
  const url = await fileUrl(context, context.store, renew);
  return url === null ? [] : [{ kind: 'open', label: say('button.file'), url }];
}
