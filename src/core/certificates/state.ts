import { hasPassed, type Instant, DAY, HOUR } from '../time.ts';
import {
  isCertificate,
  type AddressResult,
  type Failure,
  type Observation,
  type Presented,
  type Shown,
} from './certificate.ts';
import { inOrder, settle, type Known, type Replacement } from './current-leaf.ts';
import type { DocumentFacts, Item } from './item.ts';
import { advanceListed, type ListedState } from './listed.ts';
import { isPlain, recurring, remember, type SeenLeaf } from './alternation.ts';
import { itemsOf, otherTimesOf, presentedItems, presentedOf, shownBy } from './verdict.ts';

/** What we carry about a target from look to look. */
export interface TargetState {
  /** Fingerprint of the current leaf: it stays until no address presents it any more. */
  leaf: string | null;
  /**
   * Distinct leaves presented at the last look at which any address answered, and by addresses only briefly silent;
   * earliest notAfter first.
   */
  leaves: string[];
  /** Per address: what it presented last (null = never answered), and its failures in a row. */
  addresses: Record<string, AddressState>;
  /** Looks in a row at which no address answered although one could be seen from here. */
  failures: number;
  /** When an address last answered; null = never. */
  answeredAt: Instant | null;
  /** The current leaf before this one; null (or missing, in states of earlier versions) when there was none. */
  replaced?: string | null;
  /**
   * Where addresses have certificates for two kinds of keys: the current leaf of the other kind than `leaf`, and the
   * one before it. Missing in states of earlier versions, as what follows.
   */
  altLeaf?: { leaf: string; replaced: string | null } | null;
  /** When a look last was thorough (Observation.thorough). */
  thoroughAt?: Instant | null;
  /** What is remembered of leaves that come and go, in the order in which they came; missing where all is steady. */
  seen?: SeenLeaf[];
  /** Where the target is a document: everything that it lists, which all counts as current. */
  listed?: ListedState[];
}

/** What is carried about one address. */
export interface AddressState {
  /** The leaf that most clients see. */
  fingerprint: string | null;
  /** The leaf for clients that take the other kind of key only. */
  other?: string | null;
  failures: number;
  /** The newest version of TLS that it spoke, e.g. "TLSv1.3". */
  best?: string;
}

/** What is new since the previous look. */
export interface Change {
  /** Settled leaves that were replaced: mostly none, two when both certificates of an endpoint were. */
  replaced: Replacement[];
  /** A current leaf differs from before, the first one included: reminders need planning. */
  leafChanged: boolean;
  /** What a document does not list any more, where nothing took its place. Fingerprints. */
  gone?: string[];
  /** It listed things before: what is new among them is no beginning. */
  isBeside?: true;
}

export const UNSEEN: TargetState = { leaf: null, leaves: [], addresses: {}, failures: 0, answeredAt: null };

/** How many failures in a row make a finding. */
export const FAILURES_TO_TELL = 3;

/**
 * Thorough looks come at least this far apart by themselves: a day, less what the looks are jittered by. Milliseconds.
 */
const THOROUGH_EVERY = 0.95 * DAY;
/** How likely a look is thorough where none was yet, however short the interval. */
const LEAST_CHANCE = 0.02;

/** So many certificates are shown that are not presented just now, those that end first. */
const MOST_AT_OTHER_TIMES = 8;

const VERSIONS = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Whether one version of TLS is older than another; false where one of them is not known. */
export function isOlder(protocol: string, than: string): boolean {
  const [a, b] = [VERSIONS.indexOf(protocol), VERSIONS.indexOf(than)];
  return a >= 0 && a < b;
}

/** The endpoint has answered, with something that is wrong by itself: that is no failure to reach it. */
export function isAnswer({ code }: Failure): boolean {
  return code === 'no-starttls' || code === 'injected';
}

/**
 * A family without a route from here, or an address that policy refuses: it says nothing about the endpoint, so it is
 * neither an answer nor a failure.
 */
export function saysNothing(result: AddressResult): boolean {
  return result.kind === 'failed' && (result.failure.code === 'no-route' || result.failure.code === 'policy');
}

/** The look came to nothing by our own fault, such as a prober process that died. */
export function isOurFault({ failure }: Observation): boolean {
  return failure?.code === 'internal';
}

/**
 * The look told something about the endpoint: a name that did not resolve does, addresses that cannot be seen from here
 * do not.
 */
function saysSomething({ addresses, failure }: Observation): boolean {
  return failure !== undefined || addresses.some((result) => !saysNothing(result));
}

/** The results of addresses that answered, be it without TLS, and what they present at other times. */
export function answeringOf(observation: Observation): AddressResult[] {
  const answering = observation.addresses.filter((result) => result.kind === 'presented' || isAnswer(result.failure));
  return [...answering, ...otherTimesOf(observation)];
}

function presentedState(known: AddressState, { chain, other, protocol }: Presented): AddressState {
  const best = known.best !== undefined && !isOlder(known.best, protocol) ? known.best : protocol;
  return {
    fingerprint: chain[0].fingerprint,
    // What could not be found out is taken to be as it was.
    ...(other !== undefined
      ? { other: other?.chain[0].fingerprint ?? null }
      : known.other !== undefined
        ? { other: known.other }
        : {}),
    failures: 0,
    best,
  };
}

function nextAddresses(previous: TargetState, observation: Observation): TargetState['addresses'] {
  const addresses: TargetState['addresses'] = {};
  for (const result of observation.addresses) {
    const known = previous.addresses[result.address] ?? { fingerprint: null, failures: 0 };
    if (result.kind === 'presented') addresses[result.address] = presentedState(known, result);
    else if (saysNothing(result)) addresses[result.address] = { ...known, failures: 0 };
    else addresses[result.address] = { ...known, failures: isAnswer(result.failure) ? 0 : known.failures + 1 };
  }
  return addresses;
}

/**
 * Nobody takes back a revocation by keeping silent: until the authority says otherwise, what it said of this chain
 * stands.
 */
function withRevocation<T extends Shown>(shown: T, known: Shown | null | undefined): T {
  const said = known?.revocation;
  if (said?.status !== 'revoked' || shown.revocation?.status === 'good') return shown;
  if (known!.chain[0].fingerprint !== shown.chain[0].fingerprint) return shown;
  const isThere = [...shown.chain, ...(shown.issuers ?? [])].some(({ subject }) => subject === said.subject);
  return isThere ? { ...shown, revocation: said } : shown;
}

/** To say again when something ends makes no other thing of it. */
function withItem(seen: Observation, known: Item | null): Observation {
  const isNew = seen.item && seen.item.notAfter !== known?.notAfter;
  return isNew ? seen : { ...seen, item: known ?? seen.item ?? null };
}

/** Since when a document has had its end: as long as it says the same, since a look first saw that. */
function withSince(document: DocumentFacts, at: Instant, known: DocumentFacts | undefined): DocumentFacts {
  const { validUntil } = document;
  if (!validUntil) return document;
  return { ...document, since: (known?.validUntil?.at === validUntil.at ? known.since : null) ?? at };
}

/**
 * Takes over from the look before what only a thorough look finds out, address by address: as long as the address (or,
 * for one that is new, any) presents the same leaf, or where this look tried in vain. Also what was said of a
 * revocation, while nobody says otherwise; and what ends when it did, where nothing newer is said; and since when a
 * document has had its end.
 */
export function carryOver(seen: Observation, previous: Observation | null): Observation {
  if (seen.leadsTo) return seen;
  if (seen.item === null && (previous?.listed || previous?.leadsTo))
    return { ...previous, at: seen.at, duration: seen.duration };
  if (seen.item !== undefined) return withItem(seen, previous?.item ?? null);
  if (seen.document) return { ...seen, document: withSince(seen.document, seen.at, previous?.document) };
  const inVain = seen.thorough && presentedOf(seen).some(({ other }) => other === undefined);
  const observation: Observation = inVain ? { ...seen, thorough: 'partly' } : seen;
  if (!previous) return observation;
  const last = presentedOf(previous);
  const byAddress = new Map(last.map((presented) => [presented.address, presented]));
  const byLeaf = new Map(last.map((presented) => [presented.chain[0].fingerprint, presented]));
  const away = new Map((previous.atOtherTimes ?? []).map((presented) => [presented.chain[0].fingerprint, presented]));
  const addresses = observation.addresses.map((result): AddressResult => {
    if (result.kind === 'failed') return result;
    const { fingerprint } = result.chain[0];
    // One that comes and goes is known from when it was there last.
    const known = away.get(fingerprint) ?? byAddress.get(result.address) ?? byLeaf.get(fingerprint);
    if (!known) return result;
    const isSame = known.chain[0].fingerprint === fingerprint;
    const { other = isSame || observation.thorough ? known.other : undefined } = result;
    const { clientCertificate = isSame ? known.clientCertificate : undefined } = result;
    const isCarried = other !== result.other || clientCertificate !== result.clientCertificate;
    const late = isSame && !observation.thorough && known.brokenOff?.late ? { brokenOff: known.brokenOff } : {};
    return {
      ...late,
      ...withRevocation(result, known),
      ...(other === undefined ? {} : { other: other && withRevocation(other, known.other) }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      ...(isCarried ? { thoroughAt: known.thoroughAt ?? previous.at } : {}),
    };
  });
  return { ...observation, addresses };
}

/**
 * A look together with what the target presents at other times, from this look itself or from the one before, as the
 * state that follows it tells.
 */
export function withOtherTimes(seen: Observation, previous: Observation | null, state: TargetState): Observation {
  const { atOtherTimes = [], alternating: _none, ...observation } = seen;
  const recurs = recurring(state.seen);
  const now = new Set(presentedOf(observation).flatMap((one) => shownBy(one).map(({ chain }) => chain[0].fingerprint)));
  const known = [...atOtherTimes, ...(previous ? [...presentedOf(previous), ...(previous.atOtherTimes ?? [])] : [])];
  const kept = state.leaves
    .filter((leaf) => recurs.includes(leaf) && !now.has(leaf))
    .slice(0, MOST_AT_OTHER_TIMES)
    .flatMap((leaf) => known.find(({ chain }) => chain[0].fingerprint === leaf) ?? alone(known, leaf));
  if (recurs.length === 0) return observation;
  return { ...observation, alternating: true, ...(kept.length > 0 ? { atOtherTimes: kept } : {}) };
}

/** Where it is known as the certificate for the other kind of key only. */
function alone(known: Presented[], leaf: string): Presented[] {
  const { address, other } = known.find((one) => one.other?.chain[0].fingerprint === leaf) ?? {};
  return address !== undefined && other ? [{ kind: 'presented', address, ...other }] : [];
}

/** Whether a look saw another certificate than the one that came last. */
export function presentsOlder(observation: Observation, { seen = [] }: TargetState): boolean {
  const latest = seen.at(-1)?.leaf;
  return presentedItems(observation).some(({ fingerprint }) => fingerprint !== latest);
}

/** The leaves that only thorough looks see. */
export function othersOf(state: TargetState): string[] {
  return [...new Set(Object.values(state.addresses).flatMap(({ other }) => other ?? []))];
}

/**
 * Whether the next look has to be thorough: the last such is a day ago, or the certificate that only a thorough look
 * sees is in the stage of renewal (`isDue`), so that its renewal is noticed in time. Where there was none yet, it comes
 * within about a day, by `random` in [0, 1): many targets that are new at the same time do not take twice the work at
 * once. `interval` between looks, in milliseconds.
 */
export function needsThorough(
  state: TargetState | null,
  options: { now: Instant; interval: number; random: number; isDue: (fingerprint: string) => boolean },
): boolean {
  const { now, interval, random, isDue } = options;
  if (!state || (state.thoroughAt ?? null) === null) return random < Math.max(interval / DAY, LEAST_CHANCE);
  if (hasPassed(state.thoroughAt!, THOROUGH_EVERY, now)) return true;
  const others = othersOf(state);
  // Where addresses differ in it, the next look has to see whether they still do.
  return others.length > 1 || others.some((fingerprint) => isDue(fingerprint));
}

/**
 * Whether an address presents a leaf that it did not at the look before: what else there is at it is worth a thorough
 * look.
 */
export function presentsNew(observation: Observation, state: TargetState | null): boolean {
  if (!state || state.leaf === null) return false;
  const known = new Set(Object.values(state.addresses).map(({ fingerprint }) => fingerprint));
  const back = recurring(state.seen);
  // An address that is new may show what others do: names whose addresses change all the time are not worth more.
  return presentedOf(observation).some(({ address, chain }) => {
    const before = state.addresses[address];
    if (back.includes(chain[0].fingerprint)) return false;
    return before ? before.fingerprint !== chain[0].fingerprint : !known.has(chain[0].fingerprint);
  });
}

/**
 * A second look at what was new in the first, together with what an address showed in the first alone: where it shows
 * what is known again now, several servers answer behind it.
 */
export function together(first: Observation, second: Observation, state: TargetState | null): Observation {
  const shown = new Map(presentedOf(second).map((one) => [one.address, one]));
  const turned = presentedOf(first).filter(({ address, chain }) => {
    const again = shown.get(address);
    if (!again || state?.addresses[address]?.fingerprint !== again.chain[0].fingerprint) return false;
    return shownBy(again).every((one) => one.chain[0].fingerprint !== chain[0].fingerprint);
  });
  const atOtherTimes = [...turned, ...(second.atOtherTimes ?? [])];
  return atOtherTimes.length > 0 ? { ...second, atOtherTimes } : second;
}

/** Leaves that addresses present, or presented before they fell silent for a moment; earliest end first. */
function heldLeaves(seen: Item[], addresses: TargetState['addresses'], certificates: Known): string[] {
  const held = new Set(seen.map(({ fingerprint }) => fingerprint));
  for (const { fingerprint, other, failures } of Object.values(addresses)) {
    if (failures >= FAILURES_TO_TELL) continue;
    for (const print of failures === 0 ? [other] : [fingerprint, other])
      if (typeof print === 'string' && certificates.has(print)) held.add(print);
  }
  return inOrder([...held], certificates);
}

/** What is remembered before a look; of leaves of which nothing was: that they are there. */
function rememberedBefore({ seen = [], leaf, leaves, altLeaf, answeredAt }: TargetState): SeenLeaf[] {
  const plain = leaves.filter((print) => !seen.some((one) => one.leaf === print));
  const lastAt = answeredAt ?? 0;
  const steady = { cameAt: 0, lastAt, run: 1, away: 0, recurs: false, other: false };
  return [
    ...plain.map((print) => ({ leaf: print, ...steady, told: print === leaf || print === altLeaf?.leaf })),
    ...seen,
  ];
}

function sightOf(
  before: TargetState,
  observation: Observation,
  { addresses, present }: { addresses: TargetState['addresses']; present: string[] },
): Parameters<typeof remember>[1] {
  const of = ({ fingerprint, other }: AddressState): string[] =>
    [fingerprint, other].filter((print) => typeof print === 'string');
  const failing = observation.addresses.filter(({ kind }) => kind === 'failed');
  const mains = new Set(Object.values(addresses).map(({ fingerprint }) => fingerprint));
  const others = [...othersOf(before), ...othersOf({ ...before, addresses })].filter((print) => !mains.has(print));
  const away = observation.atOtherTimes ?? [];
  const alternating = away.flatMap(({ address, chain }) => {
    const now = addresses[address]?.fingerprint;
    return [chain[0].fingerprint, ...(typeof now === 'string' ? [now] : [])];
  });
  return {
    at: observation.at,
    thorough: Boolean(observation.thorough),
    present: [...present, ...away.map(({ chain }) => chain[0].fingerprint)],
    others: new Set(others),
    silent: new Set(failing.flatMap(({ address }) => (addresses[address] ? of(addresses[address]) : []))),
    alternating: new Set(alternating),
  };
}

/** When a look was thorough; one that was so only partly is made again after an hour. */
function thoroughInstant({ thorough, at }: Observation, before: TargetState): Instant | null {
  if (!thorough) return before.thoroughAt ?? null;
  return thorough === 'partly' ? at - THOROUGH_EVERY + HOUR : at;
}

/** The state of a target that lists several things. A document may come from several servers, a directory does not. */
function advanceListing(
  before: TargetState,
  { listed = [], document, at }: Observation,
  known: Known,
): { state: TargetState; change: Change } {
  const was = before.listed ?? [];
  const certificates = new Map([...known, ...listed.map(({ item }): [string, Item] => [item.fingerprint, item])]);
  const next = advanceListed(was, listed, certificates, { isSure: !document });
  const leaves = next.listed.map(({ leaf }) => leaf);
  const state = { ...before, leaf: leaves[0] ?? null, leaves, failures: 0, answeredAt: at, listed: next.listed };
  const leafChanged = leaves.length !== was.length || was.some(({ leaf }) => !leaves.includes(leaf));
  return {
    state,
    change: { replaced: next.replaced, leafChanged, gone: next.gone, ...(was.length > 0 ? { isBeside: true } : {}) },
  };
}

/** What was there is gone, and nothing came in its place. */
function nothingEnds({ leaf }: TargetState, { at }: Observation): { state: TargetState; change: Change } {
  return { state: { ...UNSEEN, answeredAt: at }, change: { replaced: [], leafChanged: leaf !== null } };
}

/**
 * The next state of a target from the previous one and what was just seen (with what `carryOver` adds). An address that
 * fails keeps its last leaf until its third failure in a row; addresses that left the DNS are forgotten. A look that
 * cannot see an address from here breaks the row; one that came to nothing by our own fault changes nothing. While
 * nothing answers, the last known leaves stay: unreachable is not expired. `known` must hold the certificates of
 * `previous.leaves`.
 */
export function advance(
  previous: TargetState | null,
  observation: Observation,
  known: Known,
): { state: TargetState; change: Change } {
  const before = previous ?? UNSEEN;
  if (isOurFault(observation)) return { state: before, change: { replaced: [], leafChanged: false } };
  const seen = presentedItems(observation);
  if (observation.leadsTo) return nothingEnds(before, observation);
  if (observation.listed) return advanceListing(before, observation, known);
  if (seen.length === 0) {
    const addresses = observation.addresses.length > 0 ? nextAddresses(before, observation) : before.addresses;
    const answered = observation.addresses.some((result) => result.kind === 'failed' && isAnswer(result.failure));
    const failures = saysSomething(observation) && !answered ? before.failures + 1 : 0;
    const answeredAt = answered ? observation.at : before.answeredAt;
    return {
      state: { ...before, addresses, failures, answeredAt },
      change: { replaced: [], leafChanged: false },
    };
  }
  const addresses = nextAddresses(before, observation);
  const certificates = new Map([
    ...known,
    ...itemsOf(observation).map((leaf): [string, Item] => [leaf.fingerprint, leaf]),
  ]);
  const present = heldLeaves(seen, addresses, certificates);
  const remembered = isCertificate(seen[0]!)
    ? remember(rememberedBefore(before), sightOf(before, observation, { addresses, present }))
    : [];
  const leaves = inOrder([...present, ...recurring(remembered)], certificates);
  const settled = settle(before, { leaves, addresses, certificates, remembered });
  const { leaf, altLeaf, replaced } = settled;
  const altReplaced = replaced.find(({ to }) => to === altLeaf)?.from ?? before.altLeaf?.replaced ?? null;
  const heard = [leaf, altLeaf, ...replaced.map(({ to }) => to)];
  const next = remembered.map((one) => (heard.includes(one.leaf) && !one.told ? { ...one, told: true } : one));
  const old = before.altLeaf?.leaf ?? null;
  return {
    state: {
      leaf,
      leaves,
      addresses,
      failures: 0,
      answeredAt: observation.at,
      replaced: (leaf === before.leaf ? before.replaced : before.leaf) ?? null,
      altLeaf: altLeaf === null ? null : { leaf: altLeaf, replaced: altReplaced },
      thoroughAt: thoroughInstant(observation, before),
      ...(isPlain(next, leaves) ? {} : { seen: next }),
    },
    change: { replaced, leafChanged: leaf !== before.leaf || altLeaf !== old },
  };
}

/** The current leaves of a target, each with the one before it: certificates that reminders belong to. */
export function currentLeaves(state: TargetState | null): { leaf: string; replaced: string | null }[] {
  if (!state?.leaf) return [];
  if (state.listed) return state.listed;
  return [{ leaf: state.leaf, replaced: state.replaced ?? null }, ...(state.altLeaf ? [state.altLeaf] : [])];
}
