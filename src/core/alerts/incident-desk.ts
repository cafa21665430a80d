import type { Incident, Told } from '../model/incident.ts';
import type { Instant } from '../time.ts';
import { fingerprintOf, isPassing, type Cause, type OpenItem } from './causes.ts';
import type { AlertRules } from './rules.ts';

/** A watch of the conversation, and what is open about it. */
export interface WatchView {
  watchId: number;
  targetId: number;
  /** Null: it was never looked at. */
  lookedAt: Instant | null;
  /** Looks in a row at which nothing answered. */
  failures: number;
  items: OpenItem[];
  /** What its addresses presented at the last look, by fingerprint; missing: nothing that could differ. */
  addresses?: Record<string, string | null>;
  /** An answer is telling all that holds of it. */
  isQuiet: boolean;
}

/** The bot's own network, as far as this process can tell. */
export interface Network {
  state: 'fine' | 'suspected' | 'open';
  /** It has failed too rarely since the network was away: that says nothing of the target. */
  isDoubtful: (targetId: number) => boolean;
}

/** Why something is sent. */
export type News = 'stage' | 'finding' | 'members' | 'snooze' | 'not-installed' | 'closed';

/** A watch as part of an incident. */
export interface Member {
  view: WatchView;
  items: OpenItem[];
}

/** How an incident stands. */
export interface Standing {
  incident: Incident;
  /** Who has it now. */
  members: Member[];
  /** The ids of the targets that had it, and have it no more. */
  over: number[];
}

/** A part of a message that is sent. */
export interface Telling extends Standing {
  news: News;
  /** What of it is new. */
  fresh: OpenItem[];
  /** It was to be installed by now. */
  isMissed?: boolean;
}

export interface Situation {
  conversationId: string;
  watches: WatchView[];
  /** Those that are open, and those closed for less than a week. */
  incidents: Incident[];
  network: Network;
  rules: AlertRules;
  now: Instant;
  uuid: () => string;
}

export interface Outcome {
  /** Those that are to be stored. */
  changed: Incident[];
  /** The ids of those that are to be forgotten. */
  dropped: string[];
  /** One message: with several parts it is a digest. */
  send: { id: string; parts: Telling[] } | null;
  /** Messages that are to show how these stand. */
  edits: { id: string; parts: Standing[] }[];
  /** Messages that another has followed. */
  followed: string[];
  /** Ids of targets that are to be looked at now. */
  looks: number[];
  /** When to ask again; null: when something has changed. */
  wakeAt: Instant | null;
}

/** The situation, and what has been decided so far. */
export interface Desk extends Situation {
  byCause: Map<Cause, Member[]>;
  watched: Map<number, WatchView>;
  known: Map<Cause, Incident>;
  standings: Map<Cause, Standing>;
  ready: (Telling & { since: Instant; isPressing: boolean })[];
  /** When the next one that waits for its own sake will be ready. */
  soon: Instant;
  looks: Set<number>;
  wakeAt: Instant | null;
  dropped: string[];
}

/** Asks for being asked again then. */
export function wake(desk: Desk, at: Instant): void {
  if (at > desk.now && (desk.wakeAt === null || at < desk.wakeAt)) desk.wakeAt = at;
}

/** Whether anybody was told anything of it. */
export function isTold({ boundaries, findings }: Told): boolean {
  return boundaries.length + findings.length > 0;
}

/** Nothing was told but what a look saw go. */
export function isOnlyPassing({ rank, findings }: Told): boolean {
  return rank === 0 && findings.length > 0 && findings.every((finding) => isPassing(finding));
}

/** As if all of this had been told. */
export function tell({ told }: Incident, members: Member[]): Told {
  const items = members.flatMap(({ items }) => items);
  const boundaries = items.flatMap(({ boundary }) => boundary?.key ?? []);
  const findings = items.flatMap(({ finding }) => finding ?? []);
  return {
    ...told,
    boundaries: [...new Set([...told.boundaries, ...boundaries])],
    findings: [...new Set([...told.findings, ...findings])],
    rank: Math.max(told.rank, ...items.map(({ rank }) => rank)),
    named: [...new Set([...told.named, ...members.map(({ view }) => view.targetId)])],
    pending: null,
  };
}

/** The ids of targets that were named and have the cause no more. */
export function overOf({ told }: Incident, members: Member[]): number[] {
  const present = new Set(members.map(({ view }) => view.targetId));
  return told.named.filter((targetId) => !present.has(targetId));
}

/** Where a certificate is, and is no more, of the only target that has it; nothing where its addresses are alike. */
function differing(cause: Cause, members: Member[]): string[] {
  const [only, ...others] = members;
  const print = fingerprintOf(cause);
  if (!only || others.length > 0 || print === null) return [];
  const all = Object.entries(only.view.addresses ?? {}).map(
    ([address, one]) => `${one === print ? '=' : '-'}${address}`,
  );
  return all.some((one) => one.startsWith('=')) && all.some((one) => one.startsWith('-')) ? all.toSorted() : [];
}

/** What a message shows of an incident: while that stays the same, it stays as it is. */
export function shownOf({ incident, members, over }: Standing): string {
  const { closedAt, how, takenBy, snoozedUntil, installsAt } = incident;
  const items = members.flatMap(({ items }) => items.filter(({ isSure }) => isSure));
  const kinds = [...new Set(items.map(({ kind, boundary }) => boundary?.key ?? kind))].toSorted();
  // What joins is shown once it is sure: until then nobody was told of it.
  const named = new Set(incident.told.named);
  const present = members
    .filter(({ view, items }) => named.has(view.targetId) || items.some(({ isSure }) => isSure))
    .map(({ view }) => view.targetId);
  const isOfRenewal = isOnlyPassing(incident.told);
  const ids = [...new Set([...present, ...(isOfRenewal ? incident.told.named : [])])].toSorted((a, b) => a - b);
  // That time has passed since is no news.
  if (isOfRenewal) return JSON.stringify([ids, takenBy?.id ?? null, snoozedUntil]);
  const shown = [closedAt !== null, how, kinds, ids, over, takenBy?.id ?? null, snoozedUntil];
  const addresses = differing(incident.cause, members);
  return JSON.stringify([...shown, ...(installsAt === null && addresses.length === 0 ? [] : [installsAt, addresses])]);
}
