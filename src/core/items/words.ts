import { isCertificate } from '../certificates/certificate.ts';
import type { Item, ItemKind } from '../certificates/item.ts';
import { isApplication, isDocument } from '../targets/target.ts';
import { certificateWords } from './certificate.ts';
import { applicationWords, credentialWords } from './credential.ts';
import { dateWords } from './date.ts';
import { documentWords } from './document.ts';
import type { ItemWords } from './item-words.ts';
import { keyWords } from './key.ts';

/** How every kind of item is spoken of. */
const WORDS = {
  certificate: certificateWords,
  credential: credentialWords,
  date: dateWords,
  key: keyWords,
} as Record<ItemKind, ItemWords<Item>>;

/** How an item is spoken of. */
export function wordsOf({ kind = 'certificate' }: Item): ItemWords<Item> {
  return WORDS[kind];
}

/** How it is spoken of where these targets (URIs) alone show it: with certificates, that matters. */
export function wordsAt(item: Item, uris: string[]): ItemWords<Item> {
  if (!isCertificate(item) || uris.length === 0) return wordsOf(item);
  if (uris.every(isDocument)) return documentWords as ItemWords<Item>;
  return uris.every(isApplication) ? (applicationWords as ItemWords<Item>) : wordsOf(item);
}
