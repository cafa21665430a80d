import { createHash } from 'node:crypto';

/** A body that is longer is nobody's notes: it is left as it is. Characters. */
const LONGEST = 1_000_000;

/** Elements that end a line of text. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body br center dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre ' +
    'section table tbody td tfoot th thead tr ul head style script title'
  ).split(' '),
);
/** Elements that go with the line that they hold. */
const WRAPPERS = new Set(['p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
/** Elements whose text is not shown. */
const UNSHOWN = new Set(['head', 'style', 'script', 'title']);

/**
 * Comments that nothing ends go on to the end, as in browsers; for each beginning of one the rest would be searched for
 * its end otherwise.
 */
const TAG = /<!--[\s\S]*?(?:-->|$)|<!\[[^>]*(?:>|$)|<(\/?)([a-z][\w:-]*)(?![\w:-])(?:"[^"]*"|'[^']*'|[^'"<>])*>/gi;

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', szlig: 'ß' };

/** HTML text without tags as the text that it shows; letters may lose their accents. */
export function plainOf(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined)
      return NAMED[name] ?? /^([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring)$/i.exec(name)?.[1] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
  });
}

/**
 * What a line is recognised by: a hash of its letters and digits, so that quotes, spaces and the way in which a service
 * or a client writes them down do not matter. Null for a line without any.
 */
export function printOf(line: string): string | null {
  const letters = line.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]+/gu, '');
  if (letters === '') return null;
  return createHash('sha256').update(letters.toLowerCase()).digest('hex').slice(0, 8);
}

interface Tag {
  name: string;
  isEnd: boolean;
  from: number;
  to: number;
}

/** A line of text as it is shown, and where it stands in the HTML between two tags of blocks. */
interface Line {
  text: string;
  hasPicture: boolean;
  from: number;
  to: number;
  before: Tag | null;
  after: Tag | null;
  inParagraph: boolean;
}

function linesOf(html: string): Line[] {
  const lines: Line[] = [];
  let line = { text: '', hasPicture: false, from: 0, before: null as Tag | null, inParagraph: false };
  let unshown: string | null = null;
  let read = 0;
  function end(to: number, after: Tag | null): void {
    lines.push({ ...line, text: plainOf(line.text).trim(), to, after });
    let { inParagraph } = line;
    if (after && after.name !== 'br') inParagraph = after.name === 'p' && !after.isEnd;
    line = { text: '', hasPicture: false, from: after?.to ?? to, before: after, inParagraph };
  }
  for (const match of html.matchAll(TAG)) {
    const from = match.index;
    if (unshown === null) line.text += html.slice(read, from);
    read = from + match[0].length;
    const name = match[2]?.toLowerCase();
    if (name === undefined) continue;
    const isEnd = match[1] === '/';
    if (unshown !== null && !(isEnd && name === unshown)) continue;
    if (UNSHOWN.has(name)) unshown = isEnd ? null : name;
    if (name === 'img') line.hasPicture = true;
    if (BLOCKS.has(name)) end(from, { name, isEnd, from, to: read });
  }
  if (unshown === null) line.text += html.slice(read);
  end(html.length, null);
  return lines;
}

/** The prints of the lines of a body (HTML). */
export function printsIn(html: string): string[] {
  return linesOf(html).flatMap(({ text }) => printOf(text) ?? []);
}

/** What goes with a line: the element that holds it alone, or its line break. */
function rangeOf({ from, to, before, after }: Line): { from: number; to: number; isWhole: boolean } {
  const isWhole = before && after && !before.isEnd && after.isEnd && before.name === after.name;
  if (isWhole && WRAPPERS.has(before.name)) return { from: before.from, to: after.to, isWhole: true };
  if (after?.name === 'br') return { from, to: after.to, isWhole: false };
  return { from: before?.name === 'br' ? before.from : from, to, isWhole: false };
}

/**
 * A body (HTML, as the service holds it) in which our lines are replaced, and nothing else: what people and Teams wrote
 * beside and between them stays. `known`: the prints of the lines that we wrote; `fresh`: the new ones, HTML without a
 * block around them. The new lines alone where there is nothing else; null where nothing of ours is left: then somebody
 * took it out.
 */
export function withOurLines(html: string, known: ReadonlySet<string>, fresh: string[]): string | null {
  const paragraphs = fresh.map((line) => `<p>${line}</p>`).join('\n');
  if (html.length > LONGEST) return null;
  const lines = linesOf(html);
  const isOurs = ({ text }: Line): boolean => known.has(printOf(text) ?? '');
  const ours = lines.filter(isOurs);
  if (ours.length === 0) return null;
  if (lines.every((line) => (line.text === '' || isOurs(line)) && !line.hasPicture)) return paragraphs;
  let result = '';
  let copied = 0;
  for (const [index, line] of ours.entries()) {
    const { from, to, isWhole } = rangeOf(line);
    result += html.slice(copied, from);
    if (index === 0) {
      const isInline = !isWhole && line.inParagraph;
      // The break that goes with a line stands before it where that is the last of its paragraph.
      const [above, below] = [from < line.from ? '<br>' : '', line.after?.name === 'br' ? '<br>' : ''];
      result += isInline ? `${above}${fresh.join('<br>')}${below}` : paragraphs;
    }
    copied = to;
  }
  return result + html.slice(copied);
}
