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

/** The same text for the same place. */
function placeKey({ use, of = '' }: ListedPlace): string {
  return `${use} ${of.slice(0, 200)}`;
}

function isBeside({ places }: ListedState, { places: others }: ListedState): boolean {
  return places.some((place) => others.includes(place));
}

/**
 * What a document lists after a look, and what became of what it listed before. What stood where something new stands now
 * was replaced by it. What is gone without that may have been left out by one of several servers, and counts only when
 * the next look misses it too: then the newest of what stands beside it is taken to be its successor, as when keys are
 * announced before they are used; without any it is `gone`.
 */
export function advanceListed(
  before: ListedState[],
  listed: Listed[],
  known: Known,
): { listed: ListedState[]; replaced: Replacement[]; gone: string[] } {
  const now = new Map<string, ListedState>();
  for (const { item, places } of listed) {
    const leaf = item.fingerprint;
    const old = before.find((one) => one.leaf === leaf);
    now.set(leaf, { leaf, replaced: old?.replaced ?? null, places: places.map(placeKey) });
  }
  const arrived = [...now.values()].filter(({ leaf }) => !before.some((one) => one.leaf === leaf));
  const present = [...now.values()];
  const replaced: Replacement[] = [];
  const gone: string[] = [];
  const newest = (states: ListedState[]): ListedState | undefined => {
    const begins = ({ leaf }: ListedState): number => known.get(leaf)?.notAfter ?? 0;
    return states.toSorted((a, b) => begins(b) - begins(a))[0];
  };
  for (const old of before.filter(({ leaf }) => !now.has(leaf))) {
    const heirs = arrived.filter((one) => isBeside(one, old));
    const heir = heirs.find(({ leaf }) => !replaced.some(({ to }) => to === leaf)) ?? heirs[0];
    const successor = heir ?? (old.missed ? newest(present.filter((one) => isBeside(one, old))) : undefined);
    if (successor) {
      successor.replaced = old.leaf;
      replaced.push({ from: old.leaf, to: successor.leaf });
    } else if (old.missed) gone.push(old.leaf);
    else now.set(old.leaf, { ...old, missed: true });
  }
  const states = inOrder([...now.keys()], known).map((leaf) => now.get(leaf)!);
  return { listed: states, replaced, gone };
}
