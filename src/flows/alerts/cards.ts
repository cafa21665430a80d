import {
  alertItems,
  findingsInOrder,
  goneTogether,
  inOrder,
  overItems,
  policyOf,
  type AlertItem,
} from '../../core/alerts/alerts.ts';
import { fingerprintOf } from '../../core/alerts/causes.ts';
import type { Look } from '../../core/alerts/findings.ts';
import type { Standing, Telling } from '../../core/alerts/incident-desk.ts';
import { lastInstant, limitFor } from '../../core/alerts/snooze.ts';
import { appointmentChoices, snoozeChoices } from '../../core/reminders/quiet-times.ts';
import { nextBoundary, type Boundary } from '../../core/certificates/stages.ts';
import type { Card, CardAction, Mention } from '../../core/card.ts';
import { alertCard, lostWords } from '../../core/chat/cards/alert.ts';
import { withoutActions } from '../../core/chat/cards/elsewhere.ts';
import { unseenHead, type Head } from '../../core/chat/cards/head.ts';
import { digestCard, incidentCard, type IncidentPart, type IncidentRow } from '../../core/chat/cards/incident.ts';
import { ALL_OF_MESSAGE, heldCard, incidentActions } from '../../core/chat/cards/incident-presses.ts';
import { inZone, sayTo, type Say } from '../../core/language/language.ts';
import { helpFirst } from '../../core/chat/persona.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';
import { NOBODY } from '../../core/model/forgetting.ts';
import type { Item } from '../../core/certificates/item.ts';
import type { Taker } from '../../core/model/incident.ts';
import type { WatchFacts } from '../../core/model/watch.ts';
import type { Instant } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { isApplication } from '../../core/targets/target.ts';
import { destinationsOfEach, ownDestinationOf } from '../reminders/destinations.ts';
import { inSight, soundActions, stopAction, watchActions } from '../reminders/view.ts';
import { ownView } from '../trusted-view.ts';
import type { Known } from './situation.ts';
import { workDaysOf } from './work-days.ts';

/** Buttons of an alert, beside More. */
const MOST_BUTTONS = 5;
/** So many people are mentioned in one message. */
const MOST_MENTIONED = 5;

/** What a message shows: all parts of one that is sent, or how the parts of one that is edited stand. */
type Parts = (Standing | Telling)[];

interface Desk {
  context: FlowContext;
  known: Known;
  byTarget: Map<number, WatchFacts>;
}

function isTelling(part: Standing): part is Telling {
  return 'news' in part;
}

/** The only watch that a message is about; null: it is about several. */
function onlyWatch({ byTarget }: Desk, parts: Parts): WatchFacts | null {
  const targets = new Set(parts.flatMap(({ members, over }) => [...members.map(({ view }) => view.targetId), ...over]));
  const [first] = targets;
  return targets.size === 1 && first !== undefined ? (byTarget.get(first) ?? null) : null;
}

/**
 * Who is mentioned in an alert: the owners, and the group that `settings alerts-to` names. A direct chat notifies its
 * person by itself.
 */
function mentionsOf({ known }: Desk, watches: WatchFacts[]): Mention[] {
  const { conversation } = known;
  if (conversation.kind === 'personal') return [];
  const { alertsTo } = conversation.settings;
  const owners = new Map(watches.map(({ watch }) => [watch.ownerId, watch.ownerName]));
  owners.delete(NOBODY.ownerId);
  const named = [...owners].slice(0, MOST_MENTIONED).map(([id, name]): Mention => ({ kind: 'person', id, name }));
  return [...named, ...(alertsTo ? [{ kind: 'group' as const, ...alertsTo }] : [])];
}

/** The zone of the calendar that holds somebody's reminders, as their answers have it. */
async function calendarZone({ context, known }: Desk, watch: WatchFacts['watch']): Promise<string | null> {
  const { store } = context;
  const destination = await ownDestinationOf(context, store, { watch, conversation: known.conversation });
  if (destination?.calendar !== 'graph') return null;
  return (await store.getWorkingTime(destination.mailbox))?.workingTime?.zone ?? null;
}

/**
 * How an alert speaks, which has no asker: in the language of whoever set up the watch; in the zone of their calendar
 * in their own chat, else in the one that the conversation has set, else in theirs.
 */
async function spoken(desk: Desk, watch: WatchFacts['watch']): Promise<Say> {
  const { context, known } = desk;
  const { kind, settings } = known.conversation;
  const ofCalendar = kind === 'personal' ? await calendarZone(desk, watch) : null;
  const zones = [ofCalendar, settings.timeZone, watch.ownerTimeZone, context.settings.defaultTimeZone];
  const zone = zones.find((one) => one && isTimeZone(one));
  return inZone(sayTo(watch.ownerLocale), zone ?? 'UTC');
}

/** Good news need but one button. */
function showAction({ watch }: WatchFacts, say: Say): CardAction {
  return { kind: 'execute', label: say('button.show'), action: { name: 'show', data: { watch: watch.id } } };
}

/** Cards have room for six buttons, of which one is More: those in sight and the choices stay before others. */
function roomFor(actions: CardAction[]): CardAction[] {
  const isFirst = (each: CardAction): boolean => each.kind === 'choose' || !each.isRare;
  const kept = new Set(
    [...actions.filter(isFirst), ...actions.filter((each) => !isFirst(each))].slice(0, MOST_BUTTONS),
  );
  return actions.filter((each) => kept.has(each));
}

/** Of several primary buttons the first one stays that. */
function onePrimary(actions: CardAction[]): CardAction[] {
  const first = actions.findIndex((each) => each.kind === 'execute' && each.style === 'positive');
  return actions.map((each, index) => {
    if (each.kind !== 'execute' || each.style !== 'positive' || index === first) return each;
    const { style: _style, ...rest } = each;
    return rest;
  });
}

async function lookOf({ context, known }: Desk, { watch, state }: WatchFacts): Promise<Look | null> {
  const [row] = await context.store.getTargets([watch.targetId]);
  if (!row?.observation || !state) return null;
  const observation = ownView(context, known.conversation, row.observation);
  const certificates = new Map(known.certificates);
  return { observation, state, change: { replaced: [], leafChanged: false }, certificates };
}

/** Certificates that were told of may be presented nowhere any more. */
async function withOld({ context }: Desk, look: Look, parts: Parts): Promise<Look> {
  const prints = parts.flatMap(({ incident }) => fingerprintOf(incident.cause) ?? []);
  const missing = prints.filter((print) => !look.certificates.has(print));
  if (missing.length > 0)
    for (const item of await context.store.getCertificates(missing)) look.certificates.set(item.fingerprint, item);
  return look;
}

/** The buttons of an alert about one watch. */
async function actionsOf({ context, known }: Desk, { watch }: WatchFacts, look: Look, say: Say): Promise<CardAction[]> {
  const { holidays, store } = context;
  const { conversation } = known;
  const [[destination = null] = []] = await destinationsOfEach(context, store, [{ watch, conversation }]);
  const leaf = look.certificates.get(look.state.leaf ?? '');
  const policy = policyOf({ watch, conversation });
  const { outlookUrl } = context.settings;
  const options = { policy, timeZone: watch.ownerTimeZone, now: context.now(), say, holidays, outlookUrl };
  return soundActions(context, watch, () =>
    watchActions({ watch, destination, leaf, reminders: [] }, { ...options, observation: look.observation }),
  );
}

/** The certificate (or whatever ends) that an incident is about; it may be presented nowhere any more. */
async function itemOf({ context, known }: Desk, { incident }: Standing): Promise<Item | undefined> {
  const print = fingerprintOf(incident.cause);
  if (print === null) return undefined;
  return known.certificates.get(print) ?? (await context.store.getCertificates([print]))[0];
}

/** The incidents of a message that are open. */
function openOf(parts: Parts): Parts {
  return parts.filter(({ incident }) => incident.closedAt === null);
}

/** Who has all of these; null: nobody, or somebody has some of them. */
function takerOf(parts: Parts): Taker | null {
  const [first, ...others] = parts.map(({ incident }) => incident.takenBy);
  return first && others.every((taker) => taker?.id === first.id) ? first : null;
}

/** Whether somebody of these may have their free time looked up. */
async function isInOutlook({ context, known, byTarget }: Desk, parts: Parts): Promise<boolean> {
  const watch = parts.flatMap(({ members }) => members.flatMap(({ view }) => byTarget.get(view.targetId) ?? []))[0];
  if (!watch || !context.calendar) return false;
  const placed = { watch: watch.watch, conversation: known.conversation };
  return (await ownDestinationOf(context, context.store, placed))?.calendar === 'graph';
}

/** The buttons of what a message is about, which do something with all of it, and of its only target. */
async function own(desk: Desk, parts: Parts, about: CardAction[], say: Say): Promise<CardAction[]> {
  const open = openOf(parts);
  const [part] = open;
  if (!part) return about;
  const { context, known, byTarget } = desk;
  const now = context.now();
  const limits: { limit: Instant; next: Boundary | null; last: Instant | null }[] = [];
  for (const one of open) {
    const item = await itemOf(desk, one);
    const watches = one.members.flatMap(({ view }) => byTarget.get(view.targetId)?.watch ?? []);
    const policies = watches.map((watch) => policyOf({ watch, conversation: known.conversation }));
    const next = item ? nextBoundary(item, policies[0] ?? null, now) : null;
    limits.push({ limit: limitFor(item, policies, now), next, last: item ? lastInstant(item) : null });
  }
  const days = workDaysOf(context, known.conversation, say);
  const limit = Math.min(...limits.map((one) => one.limit));
  const next = limits.find((one) => one.limit === limit)?.next ?? null;
  const lasts = limits.flatMap(({ last }) => last ?? []);
  const isRenewable = lasts.length === open.length;
  const doable = {
    ...{ incident: open.length === 1 ? part.incident.id : ALL_OF_MESSAGE, message: part.incident.message },
    ...{ takenBy: takerOf(open), isRenewable },
    snoozes: snoozeChoices(days, { now, limit, isSlotOwn: await isInOutlook(desk, open) }),
    stage: next?.at === limit ? next.stage : null,
    appointments: isRenewable ? appointmentChoices(days, { now, last: Math.min(...lasts) }) : [],
  };
  return incidentActions(doable, about, { now, say });
}

/** When the owner has booked the time to renew it. */
async function bookedFor({ context, known, byTarget }: Desk, { incident, members }: Standing): Promise<number | null> {
  const print = fingerprintOf(incident.cause);
  const watch = byTarget.get(members[0]?.view.targetId ?? -1)?.watch;
  if (print === null || !watch || incident.takenBy === null) return null;
  const { store, now } = context;
  const destination = await ownDestinationOf(context, store, { watch, conversation: known.conversation });
  if (!destination) return null;
  const reminders = await store.listReminders(destination.calendar, destination.mailbox, [print]);
  const renew = reminders.find(({ kind, wanted, chosen }) => kind === 'renew' && wanted && chosen !== null);
  const start = renew?.chosen?.start ?? null;
  return start !== null && start > now() ? start : null;
}

/** Who has what a message is about. */
async function held(desk: Desk, card: Card, parts: Parts, say: Say): Promise<Card> {
  const open = openOf(parts);
  const [part, ...others] = open;
  if (!part) return card;
  const isMissed = open.some((one) => isTelling(one) && one.isMissed);
  const text = [...(isMissed ? [say('installing.missed')] : []), ...(card.text ?? [])];
  const booked = others.length === 0 ? await bookedFor(desk, part) : null;
  const shown = text.length > 0 ? { ...card, text } : card;
  const { snoozedUntil, installsAt } = part.incident;
  const isSame = others.every(({ incident }) => incident.snoozedUntil === snoozedUntil);
  const isInstalled = others.every(({ incident }) => incident.installsAt === installsAt);
  return heldCard(
    shown,
    {
      takenBy: takerOf(open),
      snoozedUntil: isSame ? snoozedUntil : null,
      installsAt: isInstalled ? installsAt : null,
      booked,
    },
    { now: desk.context.now(), say },
  );
}

async function alertOf(desk: Desk, facts: WatchFacts, parts: Parts, isMentioning: boolean): Promise<Card | null> {
  const { context, known } = desk;
  const found = await lookOf(desk, facts);
  if (!found) return null;
  const look = await withOld(desk, found, parts);
  const say = await spoken(desk, facts.watch);
  const now = context.now();
  const options = { now, say, grace: context.settings.grace };
  const said = parts.flatMap((part): AlertItem[] => {
    const { incident, members } = part;
    if (members.length === 0) return overItems(look, incident.cause, incident.told.findings);
    const open = members.flatMap((member) => member.items.filter((item) => item.isSure || member.view.isQuiet));
    const fresh = isTelling(part) ? part.fresh : [];
    const about = alertItems(look, [...fresh, ...open.filter((item) => !fresh.includes(item))], options);
    return inOrder(about);
  });
  const items = goneTogether(said);
  if (items.length === 0) return null;
  const policy = policyOf({ watch: facts.watch, conversation: known.conversation });
  const isOpen = parts.some(({ incident }) => incident.closedAt === null);
  const { persona } = known.conversation.settings;
  const mentions = isMentioning ? mentionsOf(desk, [facts]) : [];
  const owner = facts.watch.ownerId === NOBODY.ownerId ? '' : facts.watch.ownerName;
  const isMixture = parts.some((part) => isTelling(part) && part.news === 'finding');
  const card = alertCard(items, look, { now, policy, actions: [], say, mentions, owner, persona, isMixture });
  // What is over, and is looked for a few times more, asks for nothing: nobody has to have it.
  if (!isOpen || card.tone === 'good') return { ...card, actions: [showAction(facts, say)] };
  // Looking again keeps the alert what it is, so that it has a button of its own.
  const others = (await actionsOf(desk, facts, look, say)).filter((each) => {
    return each.kind !== 'execute' || each.action.name !== 'show';
  });
  // Where there is room for six buttons alone, those come first that nothing else does.
  const about = [stopAction(facts.watch, say), ...others];
  const isTaken = takerOf(openOf(parts)) !== null;
  const buttons = await own(desk, parts, about, say);
  const all = roomFor(inSight(onePrimary(isTaken ? buttons : helpFirst(card, buttons))));
  return held(desk, { ...card, actions: all }, parts, say);
}

function rowsOf({ byTarget }: Desk, targets: number[]): IncidentRow[] {
  return targets.flatMap((targetId) => {
    const watch = byTarget.get(targetId)?.watch;
    return watch ? [{ uri: watch.uri, owner: watch.ownerName, watch: watch.id }] : [];
  });
}

/** Why a directory tells nothing: that is the same for all applications. */
function unreadOf({ observation }: Look, say: Say): Head | null {
  return isApplication(observation.uri) ? unseenHead(observation, null, say) : null;
}

async function partOf(desk: Desk, part: Standing, say: Say): Promise<IncidentPart> {
  const { context, known, byTarget } = desk;
  const { incident, members, over } = part;
  const items = members.flatMap((member) => member.items);
  const [worst = null] = items.flatMap(({ boundary }) => boundary ?? []).toSorted((a, b) => b.at - a.at);
  const item = await itemOf(desk, part);
  const findings = members.length > 0 ? items.flatMap(({ finding }) => finding ?? []) : incident.told.findings;
  const first = members.find((member) => member.items.some(({ finding }) => finding !== null));
  const facts = worst === null && first ? byTarget.get(first.view.targetId) : undefined;
  const look = facts ? await lookOf(desk, facts) : null;
  const told = look ? alertItems(look, first!.items, { now: context.now(), say }) : [];
  const [advice = ''] = told.flatMap((one) => {
    if (one.kind === 'gone') return [say('document.gone.advice')];
    return one.kind === 'finding' ? [one.advice] : [];
  });
  const unread = findings.includes('unreachable') && look ? unreadOf(look, say) : null;
  const lost = look && lostWords(told, { look, policy: null, now: context.now(), say });
  return {
    cause: incident.cause,
    incident: { id: incident.id, message: incident.message },
    rows: rowsOf(
      desk,
      members.map(({ view }) => view.targetId),
    ),
    over: rowsOf(desk, over),
    boundary: worst,
    item: item ?? null,
    findings: findingsInOrder(findings),
    advice: lost?.task ?? unread?.todo?.task ?? advice,
    reason: lost?.lead ?? unread?.lead ?? null,
    isClosed: incident.closedAt !== null,
    takenBy: incident.takenBy?.name ?? null,
    total: known.views.length,
  };
}

/**
 * What a message says of its parts; null: nothing that could be said. `isMentioning`: it is sent, and there is something
 * to do.
 */
export async function cardOf(
  context: FlowContext,
  known: Known,
  parts: Parts,
  { isMentioning }: { isMentioning: boolean },
): Promise<Card | null> {
  const desk: Desk = { context, known, byTarget: new Map(known.facts.map((facts) => [facts.watch.targetId, facts])) };
  const only = onlyWatch(desk, parts);
  const alert = only ? await alertOf(desk, only, parts, isMentioning) : null;
  // What the last look did not show once more is told all the same: it counts as told.
  if (only && (alert || !isMentioning)) return alert;
  const watches = parts.flatMap(({ members, over }) =>
    [...members.map(({ view }) => view.targetId), ...over].flatMap((targetId) => desk.byTarget.get(targetId) ?? []),
  );
  if (watches.length === 0) return null;
  const say = await spoken(desk, watches[0]!.watch);
  const shown: IncidentPart[] = [];
  for (const part of parts) shown.push(await partOf(desk, part, say));
  const options = { now: context.now(), say, ...(isMentioning ? { mentions: mentionsOf(desk, watches) } : {}) };
  const [first] = shown;
  const actions = roomFor(inSight(await own(desk, parts, [], say)));
  if (shown.length > 1) {
    // Who has all of it stands above, and not once more in each group.
    const isHeld = takerOf(openOf(parts)) !== null;
    const untaken = shown.map(({ incident: _incident, ...part }) => ({ ...part, takenBy: null }));
    return held(desk, digestCard(isHeld ? untaken : shown, { ...options, actions }), parts, say);
  }
  const { persona } = known.conversation.settings;
  return held(desk, incidentCard(first!, { ...options, actions, persona }), parts, say);
}

/** An alert that another has followed, or that is about nothing that is watched here any more. */
export function overtakenCard(card: Card, key: 'incident.older' | 'incident.left'): Card {
  const { actions: _actions, mentions: _mentions, groups, ...rest } = card;
  return { ...rest, ...(groups ? { groups: groups.map(withoutActions) } : {}), footnote: sayTo(card.language)(key) };
}
