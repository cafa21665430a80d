import type { AddressResult, Observation, Revocation, Shown } from './certificate.ts';
import { isDated, soundInstant, type Instant } from '../time.ts';

interface Validity {
  notBefore: Instant;
  notAfter: Instant;
}

/** Its ends as instants that there are: what a row or a peer has instead is UNDATED. */
export function boundItem<T extends Validity>(item: T): T {
  // Rows are not trusted to have the shape they should.
  if (typeof item !== 'object' || item === null) return item;
  const notBefore = soundInstant(item.notBefore);
  const notAfter = soundInstant(item.notAfter);
  return notBefore === item.notBefore && notAfter === item.notAfter ? item : { ...item, notBefore, notAfter };
}

function boundRevocation({ at, ...rest }: Revocation): Revocation {
  return at !== undefined && at !== null && isDated(at) ? { at, ...rest } : rest;
}

function boundShown<T extends Shown>(shown: T): T {
  return {
    ...shown,
    chain: shown.chain.map((one) => boundItem(one)),
    ...(Array.isArray(shown.issuers) ? { issuers: shown.issuers.map((one) => boundItem(one)) } : {}),
    ...(shown.revocation ? { revocation: boundRevocation(shown.revocation) } : {}),
  };
}

function boundResult(result: AddressResult): AddressResult {
  if (result?.kind !== 'presented' || !Array.isArray(result.chain)) return result;
  const { other } = result;
  return { ...boundShown(result), ...(other && Array.isArray(other.chain) ? { other: boundShown(other) } : {}) };
}

/** The observation with instants that there are, on its way into the store and out of it. */
export function boundObservation(observation: Observation): Observation {
  if (typeof observation !== 'object' || observation === null) return observation;
  const { item, addresses, listed } = observation;
  return {
    ...observation,
    ...(Array.isArray(addresses) ? { addresses: addresses.map(boundResult) } : {}),
    ...(item ? { item: boundItem(item) } : {}),
    ...(Array.isArray(listed) ? { listed: listed.map((one) => ({ ...one, item: boundItem(one.item) })) } : {}),
  };
}
