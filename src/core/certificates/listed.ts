import { inOrder, type Known, type Replacement } from './current-leaf.ts';
import type { Listed, ListedPlace } from './item.ts';

/** What is carried from look to look of one thing that a document lists. */
export interface ListedState {
  /** Its fingerprint. */
  leaf: string;
  /** The one whose place it took. */
  replaced: string | null;
  /** Where it stands. */
  places: string[];
  /** The last look did not see it: the next one decides. */
  missed?: true;
}

/** The same texts for the same place: what is for both stands in the place of each. */
function placeKeys({ use, of = '' }: ListedPlace): string[] {
  const uses = use === 'both' ? ['signing', 'encryption'] : [use];
  return uses.map((one) => `${one} ${of.slice(0, 200)}`);
}

function isIn(places: string[], others: string[]): boolean {
  return places.some((place) => others.includes(place));
}

/**
 * What a document lists after a look, and what became of what it listed before. What stood where something new stands now
 * was replaced by it. What is gone without that may have been left out by one of several servers, and counts only when
 * the next look misses it too: then what stands beside it and ends last is taken to be its successor, as when keys are
 * announced before they are used; without any it is `gone`. `isSure`: nothing was left out.
 */
export function advanceListed(
  before: ListedState[],
  listed: Listed[],
  known: Known,
  { isSure = false }: { isSure?: boolean } = {},
): { listed: ListedState[]; replaced: Replacement[]; gone: string[] } {
  const now = new Map<string, ListedState>();
  for (const { item, places } of listed) {
    const leaf = item.fingerprint;
    const old = before.find((one) => one.leaf === leaf);
    now.set(leaf, { leaf, replaced: old?.replaced ?? null, places: [...new Set(places.flatMap(placeKeys))] });
  }
  const present = [...now.values()];
  const newPlaces = ({ leaf, places }: ListedState): string[] => {
    const known = before.find((one) => one.leaf === leaf)?.places ?? [];
    return places.filter((place) => !known.includes(place));
  };
  const replaced: Replacement[] = [];
  const gone: string[] = [];
  const lasting = (states: ListedState[]): ListedState | undefined => {
    const endOf = ({ leaf }: ListedState): number => known.get(leaf)?.notAfter ?? 0;
    return states.toSorted((a, b) => endOf(b) - endOf(a))[0];
  };
  // Of many things that nobody announces, such as secrets, only what began later was made to follow.
  const mayFollow = (one: ListedState, old: ListedState): boolean =>
    !isSure || (known.get(one.leaf)?.notBefore ?? 0) > (known.get(old.leaf)?.notBefore ?? 0);
  for (const old of before.filter(({ leaf }) => !now.has(leaf))) {
    // Back to the one before it: perhaps two servers answer in turn.
    const heirs = present.filter((one) => one.leaf !== old.replaced && isIn(newPlaces(one), old.places));
    const heir = heirs.find(({ leaf }) => !replaced.some(({ to }) => to === leaf)) ?? heirs[0];
    const isGone = old.missed === true || isSure;
    const beside = isGone ? present.filter((one) => isIn(one.places, old.places) && mayFollow(one, old)) : [];
    const successor = heir ?? lasting(beside);
    if (successor) {
      successor.replaced = old.leaf;
      replaced.push({ from: old.leaf, to: successor.leaf });
    } else if (isGone) gone.push(old.leaf);
    else now.set(old.leaf, { ...old, missed: true });
  }
  const isNew = ({ leaf }: ListedState): boolean => !before.some((one) => one.leaf === leaf);
  for (const one of present.filter((state) => isNew(state) && state.replaced === null)) {
    // What still stands elsewhere may have been replaced where it stands no more.
    const old = before.find(({ leaf, places }) => {
      const kept = now.get(leaf)?.places ?? [];
      return now.has(leaf) && places.some((place) => !kept.includes(place) && one.places.includes(place));
    });
    if (!old) continue;
    one.replaced = old.leaf;
    replaced.push({ from: old.leaf, to: one.leaf });
  }
  const states = inOrder([...now.keys()], known).map((leaf) => now.get(leaf)!);
  return { listed: states, replaced, gone };
}
