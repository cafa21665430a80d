import { DateTime } from 'luxon';
import { isCertificate, TRUSTED, type Certificate } from '../../certificates/certificate.ts';
import { limitAt } from '../../certificates/lifetimes.ts';
import { presentedOf, shownBy } from '../../certificates/verdict.ts';
import type { WatchView } from '../cards/list.ts';
import type { HistoryEntry } from '../../model/history.ts';
import { type Instant, DAY, isWithinHorizon } from '../../time.ts';

/** Lives at most so long, and less than may be: whoever has such certificates has a program renew them. Milliseconds. */
const SHORT = 100 * DAY;
const SHORT_SHARE = 0.92;
/** Renewed with so much of its life left, when only programs do it. */
const EARLY_SHARE = 0.25;
/** Quarters that are looked ahead. */
const QUARTERS = 12;

/** How many renewals by hand are to come, as far as can be guessed. */
export interface ByHand {
  /** Beginnings of quarters, in the zone, with the renewals in them. */
  quarters: { from: Instant; number: number }[];
  /** Targets with certificates of public authorities that seem to be renewed by hand, by programs, and all others. */
  byHand: number;
  bySelf: number;
  others: number;
}

/** Whether a certificate is under the limits of public authorities: it says so itself, or its chain is trusted. */
function isPublic(leaf: Certificate, { target }: WatchView): boolean {
  if (leaf.publicPolicy !== undefined) return leaf.publicPolicy;
  const shown = target.observation ? presentedOf(target.observation).flatMap(shownBy) : [];
  return shown.some(({ chain: [own], trust }) => own.fingerprint === leaf.fingerprint && trust === TRUSTED);
}

/** Whether certificates of a target seem to be renewed by a program: they are short-lived, or were renewed early. */
function renewsItself({ notBefore, notAfter }: Certificate, past: HistoryEntry[]): boolean {
  const life = notAfter - notBefore;
  const allowed = (limitAt(notBefore)?.days ?? Infinity) * DAY;
  if (life <= SHORT && life <= allowed * SHORT_SHARE) return true;
  return past.some(({ event, at }) => {
    if (event.kind !== 'renewed' || !event.from) return false;
    const { from } = event;
    return from.notAfter - at >= EARLY_SHARE * (from.notAfter - from.notBefore);
  });
}

/** When a certificate will have to be renewed, again and again, each for as long as may be by then. */
function renewals({ notBefore, notAfter }: Certificate, now: Instant, until: Instant): Instant[] {
  const found: Instant[] = [];
  const life = notAfter - notBefore;
  for (let at = Math.max(notAfter, now); at < until && found.length < 200;) {
    found.push(at);
    at += Math.max(DAY, Math.min(life, (limitAt(at)?.days ?? Infinity) * DAY));
  }
  return found;
}

/**
 * The renewals by hand of the next three years, by quarter: one whenever a certificate ends, of public authorities, as
 * lifetimes shrink (BR 6.3.2). A certificate that several targets present is renewed once.
 */
export function renewalsByHand(
  views: WatchView[],
  history: HistoryEntry[],
  { now, zone }: { now: Instant; zone: string },
): ByHand {
  const first = DateTime.fromMillis(now, { zone }).startOf('quarter');
  const starts = Array.from({ length: QUARTERS + 1 }, (_one, index) => first.plus({ quarters: index }).toMillis());
  const numbers = Array.from({ length: QUARTERS }, () => 0);
  const past = Map.groupBy(history, ({ uri }) => uri);
  const counted = new Set<string>();
  const result = { byHand: 0, bySelf: 0, others: 0 };
  for (const view of views) {
    const leaf = view.leaves[0];
    if (!leaf || !isCertificate(leaf) || !isPublic(leaf, view) || !isWithinHorizon(leaf.notAfter, now)) {
      result.others += 1;
      continue;
    }
    if (renewsItself(leaf, past.get(view.watch.uri) ?? [])) {
      result.bySelf += 1;
      continue;
    }
    result.byHand += 1;
    if (counted.has(leaf.fingerprint)) continue;
    counted.add(leaf.fingerprint);
    for (const at of renewals(leaf, now, starts.at(-1)!)) {
      const index = starts.findLastIndex((start) => start <= at);
      if (index >= 0 && index < QUARTERS) numbers[index]! += 1;
    }
  }
  return { ...result, quarters: numbers.map((number, index) => ({ from: starts[index]!, number })) };
}
