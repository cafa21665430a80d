import type { Item } from '../certificates/item.ts';
import { nextBoundary, type Threshold } from '../certificates/stages.ts';
import { DAY, isDated, type Instant } from '../time.ts';

/**
 * Until when a certificate may be kept silent about at most: not past its next stage, nor past a day before its end (of
 * short lives: 15 %).
 */
export function snoozeLimit(item: Item, policy: Threshold[] | null, now: Instant): Instant {
  return Math.min(lastInstant(item), nextBoundary(item, policy, now)?.at ?? now);
}

/** So long before its end whatever mends it has to be there at the latest: a day, 15 % of short lives. */
export function lastInstant({ notBefore, notAfter }: Pick<Item, 'notBefore' | 'notAfter'>): Instant {
  const lifetime = isDated(notBefore) ? Math.max(0, notAfter - notBefore) : 365 * DAY;
  return notAfter - Math.min(DAY, 0.15 * lifetime);
}

/** What has no end by itself, such as an outage, is not kept silent about for longer. */
const LONGEST = 14 * DAY;

/** The same for everybody who has it: the earliest. Without an item that ends: two weeks. */
export function limitFor(item: Item | undefined, policies: (Threshold[] | null)[], now: Instant): Instant {
  if (!item || policies.length === 0) return now + LONGEST;
  return Math.min(...policies.map((policy) => snoozeLimit(item, policy, now)));
}
