import { withPeople } from '../people-words.ts';

/** UTF-16 units of a filter of lists: buttons carry it. */
const LONGEST_FILTER = 150;

/** A question that is a list: “what expires before Christmas?” */
export const ASKS_WHAT_ENDS =
  /^(?:(?:what|which|was|welche[rsnm]?)\s[^\n]{0,80}?)?(?:expir(?:es?|ing|ed)|läuft|laufen|ablaufende?|abgelaufen)(?=\s|[?.!]*$)/i;

/** What stands behind `list`, each mentioned person as one word. */
export function listFilter(rest: string, mentions: string[]): string {
  return withPeople(rest, mentions).replaceAll(/\s+/g, ' ').trim().toLowerCase().slice(0, LONGEST_FILTER);
}

/** The same behind `export`, which is CSV, whether somebody says so or not. */
export function exportFilter(rest: string, mentions: string[]): string {
  return listFilter(rest, mentions)
    .replace(
      /(?:^| )(?:(?:as|to|in|into|als|nach) )?(?:an? |eine? )?(?:csv|file|datei)(?:[ -](?:file|datei))?[.!]?$/,
      '',
    )
    .trim();
}
