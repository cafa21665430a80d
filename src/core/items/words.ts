import type { Item, ItemKind } from '../certificates/item.ts';
import { certificateWords } from './certificate.ts';
import { dateWords } from './date.ts';
import type { ItemWords } from './item-words.ts';

/** How every kind of item is spoken of. */
const WORDS: Record<ItemKind, ItemWords<Item>> = { certificate: certificateWords, date: dateWords };

/** How an item is spoken of. */
export function wordsOf({ kind = 'certificate' }: Item): ItemWords<Item> {
  return WORDS[kind];
}
