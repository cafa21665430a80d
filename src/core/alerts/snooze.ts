import type { Item } from '../certificates/item.ts';
import { nextBoundary, type Threshold } from '../certificates/stages.ts';
import { DAY, isDated, type Instant } from '../time.ts';

/**
 * Until when a certificate may be kept silent about at most: not past its next stage, nor past a day before its end (of
 * short lives: 15 %).
 */
export function snoozeLimit(item: Item, policy: Threshold[] | null, now: Instant): Instant {
  const lifetime = isDated(item.notBefore) ? Math.max(0, item.notAfter - item.notBefore) : 365 * DAY;
  const last = item.notAfter - Math.min(DAY, 0.15 * lifetime);
  return Math.min(last, nextBoundary(item, policy, now)?.at ?? now);
}
