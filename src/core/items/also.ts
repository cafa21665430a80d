import { isCertificate, type Observation } from '../certificates/certificate.ts';
import { isKey, type Item } from '../certificates/item.ts';
import type { Say } from '../language/language.ts';
import { displayTarget } from '../targets/target.ts';
import { shownAs } from './listed.ts';

/** A target, with what it shows. */
interface Showing {
  watch: { uri: string };
  target: { observation: Observation | null };
  leaves: Item[];
}

/** The public key of an item; empty where it has none that is known. */
function keyOf(item: Item): string {
  if (isCertificate(item)) return item.spki;
  return isKey(item) ? item.spki : '';
}

/**
 * Where else the same certificate stands, and after those where another one of the same key does: handshakes, key sets
 * and metadata know both by the same digests.
 */
export function alsoShowing({ leaves }: Pick<Showing, 'leaves'>, others: Showing[], say: Say): string[] {
  const prints = new Set(leaves.map(({ fingerprint }) => fingerprint));
  const keys = new Set(leaves.map(keyOf).filter((key) => key !== ''));
  const same: string[] = [];
  const sameKey: string[] = [];
  for (const { watch, target, leaves: shown } of others) {
    const equal = shown.find(({ fingerprint }) => prints.has(fingerprint));
    const found = equal ?? shown.find((item) => keys.has(keyOf(item)));
    if (!found) continue;
    const { observation } = target;
    const where = observation ? shownAs(observation, found, say) : displayTarget(watch.uri);
    if (equal) same.push(where);
    else sameKey.push(say('show.also-key', { target: where }));
  }
  return [...same, ...sameKey];
}
