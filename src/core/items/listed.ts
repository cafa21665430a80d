import type { Observation } from '../certificates/certificate.ts';
import type { Item, ListedPlace } from '../certificates/item.ts';
import type { Say } from '../language/language.ts';
import { enumerate, shorten } from '../language/wording.ts';
import { displayTarget } from '../targets/target.ts';

const MOST_PLACES = 3;

function placeWords({ use, of = '', name = '' }: ListedPlace, say: Say): string {
  return say('document.place', { use, of: shorten(of, 100) || 'none', name: shorten(name, 40) || 'none' });
}

/** Each place once: what is for signatures and for encryption of the same is for both. */
function merged(places: ListedPlace[]): ListedPlace[] {
  const groups = Map.groupBy(places, ({ use, of = '', name = '' }) => JSON.stringify([of, name, use === 'document']));
  return [...groups.values()].map((group) => {
    const [first] = group as [ListedPlace];
    return group.every(({ use }) => use === first.use) ? first : { ...first, use: 'both' };
  });
}

/** What something is that a document lists, such as `signing, key “a1”`; empty where it lists nothing of the kind. */
export function placePhrase({ listed = [] }: Observation, { fingerprint }: Item, say: Say): string {
  const places = listed.find(({ item }) => item.fingerprint === fingerprint)?.places ?? [];
  const phrases = new Set(merged(places).map((place) => placeWords(place, say)));
  return enumerate([...phrases], MOST_PLACES, say);
}

/** A target as it is given, with where in it something stands, where it shows several things. */
export function inPlace(observation: Observation, item: Item, target: string, say: Say): string {
  const place = placePhrase(observation, item, say);
  if (place === '') return target;
  // `login.example.com (JWKS)` has brackets already.
  const [, name = target, kind] = /^(.*) \((\w+)\)$/.exec(target) ?? [];
  return say('document.in', { target: name, place: kind === undefined ? place : `${kind}: ${place}` });
}

/** The same with the target as cards show it. */
export function shownAs(observation: Observation, item: Item, say: Say): string {
  return inPlace(observation, item, displayTarget(observation.uri), say);
}
