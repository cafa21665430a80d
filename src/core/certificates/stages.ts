import type { Item } from './item.ts';
import { type Instant, DAY, HOUR, isDated, isWithinHorizon, MINUTE } from '../time.ts';

/** How urgent a certificate's expiry is. `fine` before the first threshold. */
export type Stage = 'fine' | 'notice' | 'urgent' | 'critical' | 'expired';

/** When to speak before notAfter: a length of time, or a share of the certificate's lifetime. */
export type Threshold = { kind: 'duration'; ms: number } | { kind: 'share'; percent: number };

/** A point before (or at) notAfter from which a stage holds. */
export interface Boundary {
  stage: Exclude<Stage, 'fine'>;
  /**
   * Names the threshold in alert keys: "notice", "urgent" … for the default policy, "60d" or "10%" for own ones,
   * "expired".
   */
  key: string;
  at: Instant;
}

type Validity = Pick<Item, 'notBefore' | 'notAfter'>;

/** In milliseconds; a year where the beginning is no date. */
function lifetimeOf({ notBefore, notAfter }: Validity): number {
  return isDated(notBefore) ? Math.max(0, notAfter - notBefore) : 365 * DAY;
}

/**
 * The default thresholds in milliseconds before notAfter, from the lifetime L = notAfter - notBefore: min(L/4, 30 d),
 * min(15 % L, 7 d), min(5 % L, 2 d). Lifetimes shrink (CA/B BR 6.3.2: 200 days since March 2026, 100 from 2027, 47 from
 * 2029), so shares come before days.
 */
function defaultBoundaries({ notBefore, notAfter }: Validity): Boundary[] {
  const lifetime = lifetimeOf({ notBefore, notAfter });
  return [
    { stage: 'notice', key: 'notice', at: notAfter - Math.min(lifetime / 4, 30 * DAY) },
    { stage: 'urgent', key: 'urgent', at: notAfter - Math.min(lifetime * 0.15, 7 * DAY) },
    { stage: 'critical', key: 'critical', at: notAfter - Math.min(lifetime * 0.05, 2 * DAY) },
  ];
}

function lengthOf(threshold: Threshold, validity: Validity): number {
  if (threshold.kind === 'duration') return threshold.ms;
  return (lifetimeOf(validity) * threshold.percent) / 100;
}

function ownBoundaries(thresholds: Threshold[], validity: Validity): Boundary[] {
  const ordered = thresholds
    .map((threshold) => ({ key: formatThreshold(threshold), at: validity.notAfter - lengthOf(threshold, validity) }))
    .toSorted((a, b) => a.at - b.at);
  return ordered.map(({ key, at }, index) => {
    const stage = index === 0 ? 'notice' : index === ordered.length - 1 ? 'critical' : 'urgent';
    return { stage, key, at };
  });
}

/**
 * All boundaries of a certificate in time order, "expired" last. `policy` null means the default; otherwise one to six
 * thresholds, of which the earliest is `notice`, the last `critical`, those between `urgent`.
 */
export function boundaries(validity: Validity, policy: Threshold[] | null): Boundary[] {
  const before = policy ? ownBoundaries(policy, validity) : defaultBoundaries(validity);
  return [...before, { stage: 'expired', key: 'expired', at: validity.notAfter }];
}

/**
 * The boundaries already passed at `now`, in time order. A boundary holds from its instant on. None of what has no end,
 * or one beyond the horizon: a share of its lifetime would be centuries.
 */
export function passedBoundaries(validity: Validity, policy: Threshold[] | null, now: Instant): Boundary[] {
  if (validity.notAfter > now && !isWithinHorizon(validity.notAfter, now)) return [];
  return boundaries(validity, policy).filter(({ at }) => at <= now);
}

/** The stage that holds at `now`. */
export function stageAt(validity: Validity, policy: Threshold[] | null, now: Instant): Stage {
  return passedBoundaries(validity, policy, now).at(-1)?.stage ?? 'fine';
}

/** The next boundary after `now`, or null when it has expired. */
export function nextBoundary(validity: Validity, policy: Threshold[] | null, now: Instant): Boundary | null {
  return boundaries(validity, policy).find(({ at }) => at > now) ?? null;
}

/** Units as people write them in English and German; a month is 30 days, a year 365. Milliseconds. */
const UNITS: [RegExp, number][] = [
  [/^m(?:ins?|inutes?|inuten?)?$/i, MINUTE],
  [/^(?:h(?:rs?|ours?)?|std|stunden?)$/i, HOUR],
  [/^(?:d(?:ays?)?|tage?n?)$/i, DAY],
  [/^(?:w(?:ks?|eeks?)?|wochen?)$/i, 7 * DAY],
  [/^(?:mo(?:s|nths?)?|monate?n?)$/i, 30 * DAY],
  [/^(?:y(?:rs?|ears?)?|jahre?n?)$/i, 365 * DAY],
];

/**
 * A length of time as people type it: `90m`, `12h`, `3d`, `2w`, `30 days`, `2 Wochen`, `1 month`. Milliseconds, or null
 * when it is none.
 */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,6})\s{0,9}([a-z]{1,10})\.?$/i.exec(text.trim());
  const unit = match && UNITS.find(([words]) => words.test(match[2]!));
  return unit ? Number(match[1]) * unit[1] || null : null;
}

/** One threshold as people type it: a duration, or a share of the lifetime such as `10%`. Null when it is none. */
export function parseThreshold(text: string): Threshold | null {
  const share = /^(\d{1,2}(?:\.\d)?)\s{0,9}(?:%|percent|prozent)$/i.exec(text.trim());
  if (share) {
    const percent = Number(share[1]);
    return percent > 0 ? { kind: 'share', percent } : null;
  }
  const ms = parseDuration(text);
  return ms === null || ms > 3650 * DAY ? null : { kind: 'duration', ms };
}

/** The shortest text that `parseThreshold` reads back: "60d", "12h", "90m", "10%". */
export function formatThreshold(threshold: Threshold): string {
  if (threshold.kind === 'share') return `${threshold.percent}%`;
  if (threshold.ms % DAY === 0) return `${threshold.ms / DAY}d`;
  if (threshold.ms % HOUR === 0) return `${threshold.ms / HOUR}h`;
  return `${Math.round(threshold.ms / MINUTE)}m`;
}
