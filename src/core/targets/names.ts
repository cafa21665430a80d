/** What can be seen of a text, on one line. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

/** The same name, however its letters are written. */
export function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
