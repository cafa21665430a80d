import type { Observation } from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import { itemsOf, shownBy } from '../certificates/verdict.ts';

/** What a look says of somebody's word that a certificate was renewed. */
export interface Verified {
  /** `silent`: nothing answered. */
  outcome: 'all' | 'some' | 'none' | 'silent';
  /** Addresses that still present the old one, that present another, and that do not answer. */
  old: string[];
  fresh: string[];
  away: string[];
  /** What is there now. */
  next: Item | null;
}

/** Whether `old` (a fingerprint) is gone from every address. An address that does not answer says nothing. */
export function verified(observation: Observation, old: string | null): Verified {
  const { item } = observation;
  const found: Verified = { outcome: 'silent', old: [], fresh: [], away: [], next: null };
  if (item) {
    const isNew = item.fingerprint !== old;
    return { ...found, outcome: isNew ? 'all' : 'none', next: item };
  }
  for (const result of observation.addresses) {
    if (result.kind !== 'presented') found.away.push(result.address);
    else if (shownBy(result).some(({ chain }) => chain[0].fingerprint === old)) found.old.push(result.address);
    else found.fresh.push(result.address);
  }
  const next = itemsOf(observation).filter(({ fingerprint }) => fingerprint !== old);
  found.next = next.toSorted((a, b) => b.notAfter - a.notAfter)[0] ?? null;
  if (found.old.length > 0) found.outcome = found.fresh.length > 0 ? 'some' : 'none';
  else if (found.fresh.length > 0) found.outcome = 'all';
  return found;
}
