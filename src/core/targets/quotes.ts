/** Quotes as people and their keyboards set them: what opens one, and what may close it. */
export const QUOTES: Record<string, string> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“”',
  '”': '”',
  '‘': '’',
  '‚': '‘’',
  '’': '’',
  '«': '»',
  '»': '«',
};

/** A text without the quotes around the whole of it; others stay. */
export function unquoted(text: string): string {
  const plain = text.trim();
  const opening = plain.charAt(0);
  const closing = QUOTES[opening];
  const inner = plain.slice(1, -1);
  if (closing === undefined || plain.length < 3 || !closing.includes(plain.at(-1)!)) return plain;
  return new RegExp(`[${opening}${closing}]`).test(inner) ? plain : inner.trim();
}
