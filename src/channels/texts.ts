/** Of a card or of blocks that somebody posted no more is read than this. */
const MOST_NODES = 20_000;
const MOST_CHARACTERS = 256 * 1024;

/** Fields that hold what people read, or where a link leads, in Adaptive Cards, Block Kit and Slack's attachments. */
const FIELDS = new Set(['text', 'title', 'title_link', 'value', 'url', 'pretext', 'fallback']);

/**
 * Texts and addresses in a tree of blocks or card elements that somebody else posted, in their order. Untrusted; what
 * is beyond all measure is left out.
 */
export function textsIn(tree: unknown): string[] {
  const texts: string[] = [];
  const open: unknown[] = [tree];
  let room = MOST_CHARACTERS;
  for (let seen = 0; open.length > 0 && seen < MOST_NODES && room > 0; seen += 1) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'string' || !FIELDS.has(key)) continue;
      texts.push(value.slice(0, room));
      room -= value.length;
    }
    open.push(...(Array.isArray(node) ? node : Object.values(node)).slice(0, MOST_NODES).toReversed());
  }
  return texts;
}
