import { type Instant, DAY } from '../time.ts';

/** What is remembered of a leaf that a target presents, or presented lately. */
export interface SeenLeaf {
  /** Its fingerprint. */
  leaf: string;
  /** When it came, or came back last; 0 where that was before anything was remembered. */
  cameAt: Instant;
  lastAt: Instant;
  /** Looks in a row at which it was presented; negative: at which it could have been seen, and was not. */
  run: number;
  /** The longest that it was away before it came back, in milliseconds. */
  away: number;
  /** It comes and goes: while it is away it counts as presented at other times. */
  recurs: boolean;
  /** People have heard of it as the current one. */
  told: boolean;
  /** Thorough looks alone see it. */
  other: boolean;
}

/** What one look saw, by fingerprints. */
export interface Sight {
  at: Instant;
  thorough: boolean;
  /** What is presented, also by addresses that are silent for a moment. */
  present: string[];
  /** What thorough looks alone see. */
  others: ReadonlySet<string>;
  /** What was last seen at addresses that do not answer now: it is not known to have gone. */
  silent: ReadonlySet<string>;
  /** What one address presented at different moments of this very look. */
  alternating: ReadonlySet<string>;
}

/** So many looks in a row show that something has come to stay, or is gone. */
export const LOOKS_TO_SETTLE = 12;
/** Nothing is waited for longer than this, in milliseconds, however long it was away before. */
const LONGEST_WAIT = 14 * DAY;
/** For so long, in milliseconds, a leaf that is gone is known again. */
const MEMORY = 30 * DAY;
const MOST_REMEMBERED = 64;

/** Nothing has changed for long enough: twelve looks, and twice as long as it was ever away. */
function isSettled({ run, away }: SeenLeaf, since: Instant, at: Instant): boolean {
  return Math.abs(run) >= LOOKS_TO_SETTLE && at - since >= Math.min(2 * away, LONGEST_WAIT);
}

function presentedAgain(known: SeenLeaf, { at, thorough, others, alternating }: Sight): SeenLeaf {
  const isBack = known.run < 0;
  const isTakenToBe = others.has(known.leaf) && !thorough;
  const next = {
    ...known,
    cameAt: isBack ? at : known.cameAt,
    lastAt: at,
    run: isBack ? 1 : known.run + (isTakenToBe ? 0 : 1),
    away: isBack ? Math.max(known.away, at - known.lastAt) : known.away,
    other: others.has(known.leaf),
  };
  const recurs = known.recurs && !isSettled(next, next.cameAt, at);
  return { ...next, recurs: recurs || isBack || alternating.has(known.leaf) };
}

function notPresented(known: SeenLeaf, { at, silent, thorough }: Sight): SeenLeaf {
  const isUnseen = silent.has(known.leaf) || (known.other && !thorough);
  const next = { ...known, run: isUnseen ? known.run : Math.min(known.run, 0) - 1 };
  return { ...next, recurs: known.recurs && !isSettled(next, next.lastAt, at) };
}

/**
 * What is remembered of a target's leaves after a look, in the order in which they came. A leaf that was away and is
 * back recurs until it has settled: one that gave way to it may merely have been taken back. Bounded in number and in
 * time.
 */
export function remember(before: SeenLeaf[], sight: Sight): SeenLeaf[] {
  const { at, present, others, alternating } = sight;
  const known = before.filter(({ recurs, run, lastAt }) => recurs || run > 0 || at - lastAt <= MEMORY);
  const followed = known.map((one) =>
    present.includes(one.leaf) ? presentedAgain(one, sight) : notPresented(one, sight),
  );
  const arrived = present
    .filter((leaf) => !known.some((one) => one.leaf === leaf))
    .map((leaf) => {
      const state = { recurs: alternating.has(leaf), told: false, other: others.has(leaf) };
      return { leaf, cameAt: at, lastAt: at, run: 1, away: 0, ...state };
    });
  const remembered = [...followed, ...arrived];
  const latest = remembered
    .toSorted((a, b) => Number(b.recurs) - Number(a.recurs) || b.lastAt - a.lastAt)
    .slice(0, MOST_REMEMBERED);
  const kept = remembered.filter((one) => latest.includes(one));
  const isAlone = kept.filter(({ leaf, recurs }) => recurs || present.includes(leaf)).length < 2;
  // Of what is alone it does not matter how long it was away.
  return kept.map((one) => (isAlone && one.run >= LOOKS_TO_SETTLE ? { ...one, recurs: false } : one));
}

/** The leaves that come and go; none where all is steady. */
export function recurring(remembered: SeenLeaf[] | undefined): string[] {
  return (remembered ?? []).flatMap(({ leaf, recurs }) => (recurs ? [leaf] : []));
}

/**
 * Whether nothing has to be remembered: what is presented says it all.
 */
export function isPlain(remembered: SeenLeaf[], leaves: string[]): boolean {
  return leaves.length < 2 && remembered.every(({ leaf, recurs, away }) => leaves.includes(leaf) && !recurs && !away);
}

/** Those of them that the last look did not see. */
export function recurringAway(remembered: SeenLeaf[] | undefined): string[] {
  return (remembered ?? []).flatMap(({ leaf, recurs, run }) => (recurs && run < 0 ? [leaf] : []));
}
