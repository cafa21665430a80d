import type { Incident, Told } from '../model/incident.ts';
import { NOTHING_TOLD } from '../model/incident.ts';
import { MINUTE, type Instant } from '../time.ts';
import { findingKind, fingerprintOf, isGone, kindOfCause, NETWORK, type Cause, type OpenItem } from './causes.ts';
import {
  isOnlyPassing,
  isTold,
  overOf,
  tell,
  wake,
  type Desk,
  type Member,
  type News,
  type Outcome,
  type Situation,
  type WatchView,
} from './incident-desk.ts';
import { appointmentOf } from './appointment.ts';
import { isMixed } from './findings.ts';
import { closings, compose, edited } from './incident-messages.ts';
import { FAILURES_TO_LOOK_AROUND, type AlertRules } from './rules.ts';

/** What trusting an authority may end. */
const OF_TRUST = new Set(['private-ca', 'self-signed', 'incomplete-chain', 'expired-issuer', 'untrusted']);
const GRAVE = new Set(['revoked', 'incomplete-chain', 'wrong-name', 'private-ca', 'self-signed', 'untrusted']);

/** All parts of all causes: a host that is down has its stages with its certificate. */
function gather({ watches, network }: Situation): Map<Cause, Member[]> {
  const byCause = new Map<Cause, Member[]>();
  const add = (cause: Cause, view: WatchView, item: OpenItem): void => {
    const members = byCause.get(cause) ?? [];
    byCause.set(cause, members);
    const last = members.at(-1);
    if (last?.view === view) last.items.push(item);
    else members.push({ view, items: [item] });
  };
  for (const view of watches)
    for (const item of view.items) {
      const isSilent = item.kind === 'unreachable';
      const isSure = item.isSure && !(isSilent && network.isDoubtful(view.targetId));
      add(item.cause, view, { ...item, isSure });
      if (isSilent && network.state === 'open') add(NETWORK, view, { ...item, cause: NETWORK, isSure: true });
    }
  return byCause;
}

function sureOf(members: Member[]): Member[] {
  return members.flatMap(({ view, items }) => {
    const sure = items.filter(({ isSure }) => isSure || view.isQuiet);
    return sure.length > 0 ? [{ view, items: sure }] : [];
  });
}

/** The incident of a cause that is there: the one that is open, or the next. */
function opened(desk: Desk, cause: Cause, members: Member[]): Incident {
  const { known, conversationId, now, uuid } = desk;
  const last = known.get(cause);
  if (last && last.closedAt === null) return last;
  const fresh = { openedAt: now, closedAt: null, how: null };
  const anew = { told: NOTHING_TOLD, message: null, takenBy: null, snoozedUntil: null, installsAt: null };
  // Whoever watches again what they knew of has not forgotten it; what is back after it was mended is news.
  const named = [...new Set([...(last?.told.named ?? []), ...members.map(({ view }) => view.targetId)])];
  const next: Incident = last
    ? { ...last, ...fresh, ...(last.how === 'left' ? { told: { ...last.told, named } } : anew) }
    : {
        ...{ id: uuid(), conversationId, cause, ...fresh, ...anew },
        ...{ first: null, sentAt: null, editedAt: null },
      };
  known.set(cause, next);
  return next;
}

/** When what was told and is gone counts as gone, from when it was first missed. */
function settling(cause: Cause, rules: AlertRules): { looks: number[]; ends: number } {
  const kind = kindOfCause(cause);
  if (kind === 'network') return { looks: [], ends: 0 };
  if (kind === 'certificate') return { looks: rules.confirm, ends: rules.confirm.at(-1) ?? 0 };
  if (kind === 'host') return { looks: [], ends: rules.hostSettles };
  return { looks: [rules.over], ends: rules.over };
}

/**
 * Of the targets that were named, those where the cause is gone; of each it is noted since when, and it is looked for
 * again. Resolves to whether all of them have been missed for long enough.
 */
function follow(desk: Desk, incident: Incident, members: Member[]): { incident: Incident; isSettled: boolean } {
  const { now, rules, watched } = desk;
  const { cause, told } = incident;
  if (isOnlyPassing(told)) return { incident, isSettled: true };
  const present = new Set(members.map(({ view }) => view.targetId));
  const { looks, ends } = settling(cause, rules);
  const left: Told['left'] = {};
  let isSettled = true;
  let { progressAt } = told;
  for (const targetId of told.named) {
    const view = watched.get(targetId);
    if (!view || present.has(targetId)) continue;
    const since = told.left[targetId];
    if (since === undefined) progressAt = now;
    left[targetId] = since ?? now;
    const missed = now - left[targetId]!;
    const last = left[targetId]! + (looks.at(-1) ?? 0);
    // That the network is back is known without a look at each of the targets.
    const isSeen = (view.lookedAt ?? 0) >= last || kindOfCause(cause) === 'network';
    if (missed >= ends && isSeen) continue;
    isSettled = false;
    for (const each of looks) {
      const at = left[targetId]! + each;
      if (at <= now && (view.lookedAt ?? 0) < at) desk.looks.add(targetId);
      wake(desk, at);
    }
    wake(desk, missed < ends ? left[targetId]! + ends : now + desk.rules.editEvery);
  }
  const named = told.named.filter((targetId) => watched.has(targetId));
  const next = { ...told, ...withoutEnded(desk, told, members), named, left, progressAt };
  return { incident: { ...incident, told: next }, isSettled };
}

/** A finding that comes back after it was over for a while is news, also where its certificate has other troubles. */
function withoutEnded(desk: Desk, told: Told, members: Member[]): Pick<Told, 'findings' | 'ended'> {
  const { now, rules } = desk;
  const open = new Set(members.flatMap(({ items }) => items.map(({ kind }) => kind)));
  const ended: Told['ended'] = {};
  const findings = told.findings.filter((finding) => {
    if (open.has(findingKind(finding)) || open.size === 0) return true;
    const since = told.ended[finding] ?? now;
    if (now - since >= rules.over && told.ended[finding] !== undefined) return false;
    ended[finding] = since;
    wake(desk, since + rules.over);
    return true;
  });
  return { findings, ended };
}

/** Where part of a told certificate's endpoints have another, the rest is looked at more often for some hours. */
function hasten(desk: Desk, { cause, told }: Incident, members: Member[]): void {
  const { now, rules } = desk;
  if (fingerprintOf(cause) === null || told.progressAt === null || Object.keys(told.left).length === 0) return;
  if (now - told.progressAt >= rules.partly.for) return;
  for (const { view } of members) {
    const due = Math.max(told.progressAt, (view.lookedAt ?? 0) + rules.partly.every);
    if (due <= now) desk.looks.add(view.targetId);
    wake(desk, due);
  }
}

function close(desk: Desk, incident: Incident): void {
  const { now, known, dropped } = desk;
  const { cause, told, takenBy, message } = incident;
  known.delete(cause);
  if (!isTold(told) && incident.message === null) {
    dropped.push(incident.id);
    return;
  }
  const how = told.named.length > 0 ? 'fixed' : 'left';
  const kinds = told.findings.map((finding) => findingKind(finding));
  const isActedOn = takenBy !== null && (told.rank >= 3 || kinds.some((kind) => GRAVE.has(kind)));
  // Where an answer alone told of it there is no message to say that it is over, but somebody who waits for that. (Of
  // what may be over because they have just said whom to trust, their answer tells.)
  const isAwaited = message === null && (told.rank > 0 || kinds.some((kind) => !OF_TRUST.has(kind)));
  const { verified = false, ...rest } = told;
  // That something is gone was told, and is how it ends.
  const isSaid = verified || isOnlyPassing(told) || told.findings.some((finding) => isGone(finding));
  const closing = how === 'fixed' && (isActedOn || isAwaited) && !isSaid ? { closing: true as const } : {};
  const over = told.named;
  const closed: Incident = {
    ...{ ...incident, closedAt: now, how, snoozedUntil: null, installsAt: null },
    told: { ...rest, pending: null, left: {}, ...closing },
  };
  const standing = { incident: closed, members: [], over };
  known.set(cause, closed);
  desk.standings.set(cause, standing);
}

/**
 * Whether a message about something else has said it: the notice of a short life is its urgent stage as well, whoever
 * knows that addresses differ knows what is still to be renewed, and of two backends a stage tells what one of them has.
 */
function isImplied({ told, message }: Incident, { kind, boundary, isBrief }: OpenItem): boolean {
  if (message === null) return false;
  const knowsMixed = told.findings.some((finding) => isMixed(findingKind(finding)));
  if (boundary?.key === 'urgent') return isBrief === true && told.boundaries.includes('notice');
  if (boundary) return boundary.key === 'notice' && knowsMixed;
  return isMixed(kind) && (knowsMixed || (kind === 'alternating' && told.rank > 0));
}

/** What of an incident nobody was told yet. */
function untold(incident: Incident, members: Member[]): { fresh: OpenItem[]; joined: OpenItem[] } {
  const { told } = incident;
  const fresh: OpenItem[] = [];
  const joined: OpenItem[] = [];
  for (const { view, items } of members)
    for (const item of items) {
      const { kind, boundary, rank, isLive } = item;
      const isNew = boundary
        ? !told.boundaries.includes(boundary.key) && rank >= told.rank
        : !told.findings.some((finding) => findingKind(finding) === kind);
      const isKnown = told.named.includes(view.targetId) && isImplied(incident, item);
      if (isNew && isLive && !isKnown) fresh.push(item);
      // An edit would tell nobody; at other stages the next message names it.
      const matters = rank >= 3 || kind === 'revoked';
      if (!isNew && isLive && matters && !told.named.includes(view.targetId)) joined.push(item);
    }
  return { fresh, joined };
}

/** Until when something new has to wait; looks at what was not looked at lately. */
function readyAt(desk: Desk, incident: Incident, members: Member[], since: Instant, isPressing: boolean): Instant {
  const { now, rules, watches, network } = desk;
  const kind = kindOfCause(incident.cause);
  let at = since + (isPressing || isTold(incident.told) ? 0 : rules.groupWait);
  if (kind === 'certificate' || kind === 'issuer') {
    const stale = members.filter(({ view: { lookedAt } }) => {
      return lookedAt !== null && lookedAt < since && now - lookedAt > rules.fresh;
    });
    if (stale.length > 0 && now < since + rules.lookWait) {
      for (const { view } of stale) desk.looks.add(view.targetId);
      // The looks tell when they have ended; where one does not, nobody waits for ever.
      at = Math.max(at, since + rules.lookWait);
      wake(desk, now + rules.editEvery);
    }
  }
  if (kind !== 'host') return at;
  if (network.state !== 'fine') return Infinity;
  const begin = watches.some(({ items }) => items.some((item) => item.kind === 'unreachable' && !item.isSure));
  return begin && now < since + rules.siblings ? Math.max(at, since + rules.siblings) : at;
}

function consider(desk: Desk, incident: Incident, members: Member[]): Incident {
  const { now } = desk;
  const appointment = appointmentOf(desk, incident, members);
  const { fresh: all, joined } = untold(incident, members);
  const fresh =
    appointment === 'ahead' ? all.filter(({ boundary }) => boundary === null || boundary.stage === 'expired') : all;
  const isMissed = appointment === 'missed';
  const isOver = incident.snoozedUntil !== null && now >= incident.snoozedUntil;
  if (incident.snoozedUntil !== null) wake(desk, incident.snoozedUntil);
  const news = [...fresh, ...joined];
  const answered = members.filter(({ view }) => view.isQuiet);
  const isAnswered =
    news.length > 0 &&
    members.every(({ view, items }) => {
      return view.isQuiet || !items.some((item) => news.includes(item));
    });
  if (answered.length > 0 && (isAnswered || news.length === 0)) return { ...incident, told: tell(incident, answered) };
  if (news.length === 0 && !isMissed && !(isOver && incident.takenBy === null)) {
    const snoozedUntil = isOver ? null : incident.snoozedUntil;
    return { ...incident, snoozedUntil, told: { ...incident.told, pending: null } };
  }
  const since = incident.told.pending ?? now;
  const isPressing = news.some(({ kind, boundary }) => kind === 'revoked' || boundary?.stage === 'expired');
  const waiting = { ...incident, told: { ...incident.told, pending: since } };
  const at = readyAt(desk, waiting, members, since, isPressing);
  if (now >= at) {
    const first = fresh.length > 0 ? (fresh.some(({ boundary }) => boundary) ? 'stage' : 'finding') : null;
    const reason: News = first ?? (isMissed ? 'not-installed' : joined.length > 0 ? 'members' : 'snooze');
    desk.ready.push({ incident: waiting, members, over: [], news: reason, fresh: news, since, isPressing, isMissed });
  } else if (at < Infinity) {
    if (at - now <= desk.rules.groupWait) desk.soon = Math.min(desk.soon, at);
    wake(desk, at);
  }
  return waiting;
}

function settle(desk: Desk, cause: Cause): void {
  const { byCause, known, network } = desk;
  const members = byCause.get(cause) ?? [];
  const sure = sureOf(members);
  const before = known.get(cause);
  const isOpen = before !== undefined && before.closedAt === null;
  // Whoever cannot see anything has nothing to say of a single host.
  if (!isOpen && kindOfCause(cause) === 'host' && network.state !== 'fine') return;
  if (!isOpen && sure.length === 0) return;
  const { incident, isSettled } = follow(desk, opened(desk, cause, members), members);
  const wasTold = isTold(incident.told);
  if (sure.length === 0 && !(wasTold && (members.length > 0 || !isSettled))) {
    close(desk, incident);
    return;
  }
  hasten(desk, incident, members);
  const next = sure.length > 0 ? consider(desk, incident, sure) : incident;
  known.set(cause, next);
  desk.standings.set(cause, { incident: next, members, over: overOf(next, members) });
}

/** Those that were closed long ago are forgotten. */
function forget(desk: Desk): void {
  const { known, now, rules, dropped } = desk;
  for (const [cause, { id, closedAt }] of known) {
    if (closedAt === null) continue;
    wake(desk, closedAt + rules.remembered);
    if (now - closedAt < rules.remembered) continue;
    known.delete(cause);
    dropped.push(id);
  }
}

/** So many are looked at. */
const MOST_AROUND = 200;

/** Where one host begins to fail, others are looked at: perhaps all of them do. */
function lookAround(desk: Desk): void {
  const { watches, now } = desk;
  if (!watches.some(({ failures }) => failures === FAILURES_TO_LOOK_AROUND)) return;
  const stale = watches.filter(
    ({ lookedAt, failures }) => failures === 0 && lookedAt !== null && now - lookedAt > 2 * MINUTE,
  );
  for (const { targetId } of stale.slice(0, MOST_AROUND)) desk.looks.add(targetId);
}

/**
 * The incidents that should stand in a conversation, compared with those that do, and what has to be sent and edited for
 * that: one message for one cause, another for a new stage or a new kind of finding alone, and one in a while for the
 * conversation as a whole.
 */
export function incidentsOf(situation: Situation): Outcome {
  const desk: Desk = {
    ...situation,
    byCause: gather(situation),
    watched: new Map(situation.watches.map((view) => [view.targetId, view])),
    known: new Map(situation.incidents.map((incident) => [incident.cause, incident])),
    standings: new Map(),
    ready: [],
    soon: Infinity,
    looks: new Set(),
    wakeAt: null,
    dropped: [],
  };
  const open = situation.incidents.filter(({ closedAt }) => closedAt === null).map(({ cause }) => cause);
  for (const cause of new Set([...desk.byCause.keys(), ...open])) settle(desk, cause);
  for (const [cause, incident] of desk.known)
    if (!desk.standings.has(cause)) desk.standings.set(cause, { incident, members: [], over: incident.told.named });
  closings(desk);
  const { send, followed } = compose(desk);
  const edits = edited(desk);
  forget(desk);
  lookAround(desk);
  const before = new Map(situation.incidents.map((incident) => [incident.id, JSON.stringify(incident)]));
  const changed = [...desk.known.values()].filter((incident) => before.get(incident.id) !== JSON.stringify(incident));
  const shown = new Set([...desk.standings.values()].map(({ incident }) => incident.message));
  return {
    changed,
    dropped: desk.dropped,
    send,
    edits,
    followed: followed.filter((id) => !shown.has(id)),
    looks: [...desk.looks],
    wakeAt: desk.wakeAt,
  };
}
