import { isCertificate, type Certificate } from './certificate.ts';
import type { Item } from './item.ts';
import { recurring, type SeenLeaf } from './alternation.ts';

/** A leaf that is presented nowhere any more, and what came in its place. Fingerprints. */
export interface Replacement {
  from: string;
  to: string;
}

/** Certificates by their fingerprints. */
export type Known = Map<string, Item>;

/** What counted as presented before, and what was current of it. Fingerprints, as in TargetState. */
interface Before {
  leaf: string | null;
  leaves: string[];
  altLeaf?: { leaf: string } | null;
  seen?: SeenLeaf[];
}

/** What counts as presented now, the first to end first, and what each address presents. */
interface About {
  leaves: string[];
  addresses: Record<string, { fingerprint: string | null; other?: string | null }>;
  certificates: Known;
  remembered: SeenLeaf[];
}

/** RSA, EC …: a server has one certificate for each kind of key that its clients may insist on. */
export function kindOfKey({ key }: Pick<Certificate, 'key'>): string {
  return key.split(' ')[0]!;
}

/** What can take the place of what: certificates by their kind of key. */
function kindOfItem(item: Item): string {
  return isCertificate(item) ? kindOfKey(item) : item.kind!;
}

/** Those that are known, each once, the first to end first. */
export function inOrder(fingerprints: string[], certificates: Known): string[] {
  const known = [...new Set(fingerprints)].filter((fingerprint) => certificates.has(fingerprint));
  return known.toSorted((a, b) => certificates.get(a)!.notAfter - certificates.get(b)!.notAfter || a.localeCompare(b));
}

/** Leaves of the other kind of key than the settled one, at addresses that have both kinds. */
function altLeavesOf(leaf: string, leaves: string[], addresses: About['addresses'], certificates: Known): string[] {
  const kind = (fingerprint: string): string => kindOfItem(certificates.get(fingerprint)!);
  const paired = new Set(
    Object.values(addresses).flatMap(({ fingerprint, other }) =>
      typeof other === 'string' && fingerprint !== null ? [fingerprint, other] : [],
    ),
  );
  return leaves.filter((fingerprint) => paired.has(fingerprint) && kind(fingerprint) !== kind(leaf));
}

/** Of certificates that nobody has heard of yet, the one that takes the place of another that is gone for good. */
function unheardOf(gone: string, leaves: string[], remembered: SeenLeaf[], certificates: Known): string | null {
  const kind = (fingerprint: string): string => kindOfItem(certificates.get(fingerprint)!);
  const latest = remembered.filter(({ leaf, told }) => !told && leaves.includes(leaf)).toReversed();
  const old = certificates.get(gone);
  return (latest.find(({ leaf }) => old && kind(leaf) === kindOfItem(old)) ?? latest[0])?.leaf ?? null;
}

/** The current leaves of a target: of two kinds of keys where addresses have both. */
interface Settled {
  leaf: string;
  altLeaf: string | null;
  replaced: Replacement[];
}

/** While certificates come and go: the one that ends first is current, whichever is presented just now. */
function settleRecurring(before: Before, about: About, recurs: Set<string>): Settled {
  const { leaves, addresses, certificates, remembered } = about;
  const kind = (fingerprint: string): string => kindOfItem(certificates.get(fingerprint)!);
  const old = before.altLeaf?.leaf ?? null;
  const replaced = replacedOf(before, leaves, (gone) => unheardOf(gone, leaves, remembered, certificates));
  const current = [before.leaf, old, ...replaced.map(({ to }) => to)];
  // What is seen for the first time may never come again.
  const lasting = leaves.filter((print) => recurs.has(print) || current.includes(print));
  const leaf = lasting[0] ?? leaves[0]!;
  const paired = altLeavesOf(leaf, leaves, addresses, certificates);
  const hasTwo = old !== null || paired.length > 0;
  const altLeaf = hasTwo ? (lasting.find((print) => kind(print) !== kind(leaf)) ?? paired[0] ?? null) : null;
  return { leaf, altLeaf, replaced };
}

function replacedOf(
  { leaf, altLeaf }: Before,
  leaves: string[],
  successorOf: (gone: string) => string | null,
): Replacement[] {
  const replaced: Replacement[] = [];
  for (const from of [leaf, altLeaf?.leaf ?? null]) {
    const to = from === null || leaves.includes(from) ? null : successorOf(from);
    if (to !== null && !replaced.some((one) => one.to === to)) replaced.push({ from: from!, to });
  }
  return replaced;
}

/** The current leaves from what is presented, and those whose place they took. */
export function settle(before: Before, about: About): Settled {
  const { leaves, addresses, certificates, remembered } = about;
  const recurs = new Set(recurring(remembered));
  const recurred = recurring(before.seen);
  const hasGone = recurred.some(
    (print) => !leaves.includes(print) && (print === before.leaf || print === before.altLeaf?.leaf),
  );
  if (recurs.size > 0 || hasGone) return settleRecurring(before, about, recurs);
  // Beside the current leaf there may have been others all along: the one that is new has replaced it, before all one
  // of the same kind of key.
  const arrived = leaves.filter((fingerprint) => !before.leaves.includes(fingerprint));
  const successorOf = (fingerprint: string, among: string[]): string | undefined => {
    const old = certificates.get(fingerprint);
    return among.find((one) => old && kindOfItem(certificates.get(one)!) === kindOfItem(old)) ?? among[0];
  };
  const stays = before.leaf !== null && leaves.includes(before.leaf);
  const leaf = stays ? before.leaf! : leaves[0]!;
  const replaced: Replacement[] = [];
  if (before.leaf !== null && !stays)
    replaced.push({ from: before.leaf, to: successorOf(before.leaf, arrived) ?? leaves[0]! });
  const settled = replaced[0] && before.altLeaf ? replaced[0].to : leaf;
  const altLeaves = altLeavesOf(settled, leaves, addresses, certificates);
  const old = before.altLeaf?.leaf ?? null;
  const altLeaf = old !== null && altLeaves.includes(old) ? old : (altLeaves[0] ?? null);
  if (old !== null && altLeaf !== null && !leaves.includes(old)) replaced.push({ from: old, to: altLeaf });
  return { leaf: settled, altLeaf, replaced };
}
