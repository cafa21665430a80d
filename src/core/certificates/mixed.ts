import type { Certificate, Observation } from './certificate.ts';
import type { Item } from './item.ts';
import { type Instant, DAY } from '../time.ts';
import { kindOfKey } from './current-leaf.ts';
import type { Say } from '../language/language.ts';
import { displayTarget } from '../targets/target.ts';
import { itemsOf, presentedEver, shownBy } from './verdict.ts';
import { dayWithYear, enumerate, expiryValues } from '../language/wording.ts';

/** Different leaves on different addresses, or at different times. */
export interface Mixed {
  code: 'partly-renewed' | 'different-certificates' | 'alternating';
  /** Has the target in it, and when the first of them expires. */
  sentence: string;
  advice: string;
  /** The leaf to be replaced first (the first to end), and the addresses that present it. */
  old: Item;
  holders: string[];
}

interface Group {
  leaves: Map<string, Certificate>;
  /** By fingerprint. */
  holders: Map<string, string[]>;
}

function covers(a: Certificate, b: Certificate): boolean {
  return a.dnsNames.some((name) => b.dnsNames.includes(name)) || a.ipAddresses.some((ip) => b.ipAddresses.includes(ip));
}

/** Several servers answer in turn, or a renewal was taken back: what the target presents is a question of the moment. */
function alternatingOf(observation: Observation, now: Instant, say: Say): Mixed | null {
  const leaves: Iterable<Item> = differing(observation)?.leaves.values() ?? itemsOf(observation);
  const [first, ...others] = [...leaves].toSorted((a, b) => a.notAfter - b.notAfter);
  if (!first) return null;
  const code = 'alternating';
  const values = {
    target: displayTarget(observation.uri),
    number: others.length + 1,
    date: dayWithYear(first.notAfter, say),
    state: first.notAfter <= now ? 'expired' : 'valid',
  };
  return { code, sentence: say(`finding.${code}`, values), advice: say(`advice.${code}`), old: first, holders: [] };
}

function add({ leaves, holders }: Group, leaf: Certificate, address: string): void {
  leaves.set(leaf.fingerprint, leaf);
  holders.set(leaf.fingerprint, [...(holders.get(leaf.fingerprint) ?? []), address]);
}

/**
 * The leaves that have to be the same on every address: those of one kind of key. Where addresses have no kind in
 * common, what each shows to most clients has to be. Null when all is the same.
 */
function differing(observation: Observation): Group | null {
  const presented = presentedEver(observation);
  if (presented.length < 2) return null;
  const groups = new Map<string, Group>();
  const first: Group = { leaves: new Map(), holders: new Map() };
  const kinds: Set<string>[] = [];
  for (const one of presented) {
    add(first, one.chain[0], one.address);
    const own = new Set<string>();
    for (const { chain } of shownBy(one)) {
      const kind = kindOfKey(chain[0]);
      own.add(kind);
      const group = groups.get(kind) ?? { leaves: new Map(), holders: new Map() };
      groups.set(kind, group);
      add(group, chain[0], one.address);
    }
    kinds.push(own);
  }
  const mixed = [...groups.values()].find(({ leaves }) => leaves.size > 1);
  if (mixed) return mixed;
  const disjoint = kinds.some((a) => kinds.some((b) => a.isDisjointFrom(b)));
  return disjoint ? first : null;
}

/**
 * The one to be replaced first: that ends first, unless it was issued more than a day after one that outlives it
 * (lifetimes get shorter).
 */
function inOrder(leaves: Certificate[]): Certificate[] {
  const byEnd = leaves.toSorted((a, b) => a.notAfter - b.notAfter);
  const isNested = byEnd[0]!.notBefore > byEnd.at(-1)!.notBefore + DAY;
  return isNested ? leaves.toSorted((a, b) => a.notBefore - b.notBefore) : byEnd;
}

/**
 * What the addresses of a target present differently: partly renewed when one replaces the other (they share a name),
 * else different certificates; or what it presents at different times.
 */
export function mixedOf(observation: Observation, now: Instant, say: Say): Mixed | null {
  if (observation.alternating) return alternatingOf(observation, now, say);
  const group = differing(observation);
  if (!group) return null;
  const leaves = inOrder([...group.leaves.values()]);
  const old = leaves[0]!;
  const holders = group.holders.get(old.fingerprint)!;
  const values = {
    target: displayTarget(observation.uri),
    holders: enumerate(holders, 5, say),
    date: dayWithYear(old.notAfter, say),
    state: expiryValues(old.notAfter, now, say).state,
  };
  const next = leaves.at(-1)!;
  const isNewer = next.notAfter > old.notAfter || next.notBefore > old.notBefore;
  const replaces = leaves.every((leaf) => covers(leaf, old)) && isNewer;
  if (!replaces) {
    const code = 'different-certificates';
    return {
      code,
      sentence: say(`finding.${code}`, { ...values, number: leaves.length }),
      advice: say(`advice.${code}`),
      old,
      holders,
    };
  }
  const total = [...group.holders.values()].flat().length;
  const numbers = { total, renewed: total - holders.length, held: holders.length };
  const code = 'partly-renewed';
  const sentence = say(`finding.${code}`, { ...values, ...numbers });
  return { code, sentence, advice: say(`advice.${code}`), old, holders };
}
