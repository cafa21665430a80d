import { canonicalAddress } from '../targets/endpoint.ts';
import { MARKS } from '../targets/target.ts';
import { prefixOf, type Word } from './words.ts';

/** UTF-16 units: more is no target, and no link to one. */
const LONGEST_WORD = 8000;
/** Lines that may stand below the words that end a letter. */
const LONGEST_SIGNATURE = 12;

/** What stands around words, and in front of them in lists: no part of any target. */
const OPENING = new Set('`\'"“”„‚‘’«»‹›「」『』【】({<~•◦▪‣·→►▶☐☑✓✔–—>');
const CLOSING = new Set('`\'"“”„‚‘’«»‹›「」『』【】)}>~,;.!?…*');
/** What closes, with what opens it: together inside of a word they are its own. */
const PAIRS: Record<string, string> = { ']': '[', '}': '{', ')': '(' };
const ORNAMENT = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u20e3]/u;
/** A word without any of these is markup. */
const SAYS_SOMETHING = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** `jwks:https://…` */
const MARKED = new RegExp(String.raw`^(?:${MARKS})[+:]https?:`, 'i');

/** One thing on a line. */
export interface Piece {
  kind: 'named' | 'target' | 'address' | 'as' | 'number' | 'port' | 'dash' | 'word';
  /** What it says, without markup. */
  text: string;
  /** As it stands there. */
  typed: string;
  line: number;
}

/** A target with what stands behind it: the text to parse, `@address` and `as name`; or a word that is none. */
export type Reading =
  | { kind: 'named'; text: string }
  | { kind: 'target'; text: string; override: { address?: string; servername?: string } }
  | { kind: 'word'; typed: string; line: number };

/** Punctuation of East Asian keyboards as that of others: `，` `：` `．` `８４４３`. */
function halfWidth(text: string): string {
  if (!/[\u3000-\u3002\uff01-\uff5e\uff61\uff64]/.test(text)) return text;
  return text
    .replaceAll(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[、､]/g, ',')
    .replaceAll(/[。｡]/g, '.');
}

/** Whether brackets that a word begins with belong to an IPv6 address. */
function beginsWithAddress(text: string): boolean {
  return /^\[[\da-f]{0,4}:[\da-f:.]{1,45}\]/i.test(text);
}

/** A word without what people and programs set around words. */
function bare(part: string): string {
  const signs = Array.from(part);
  let from = 0;
  let to = signs.length;
  while (from < to) {
    const sign = signs[from]!;
    const isStar = sign === '*' && signs[from + 1] !== '.';
    const isBracket = sign === '[' && !beginsWithAddress(signs.slice(from, from + 50).join(''));
    if (!OPENING.has(sign) && !isStar && !isBracket && !ORNAMENT.test(sign)) break;
    from += 1;
  }
  while (to > from) {
    const sign = signs[to - 1]!;
    const before = signs[to - 2];
    const opener = PAIRS[sign];
    const isKept = opener === undefined ? sign === '*' && before === '.' : signs.lastIndexOf(opener) >= from;
    const isColon = sign === ':' && before !== ':';
    if (isKept || !(CLOSING.has(sign) || isColon || opener !== undefined || ORNAMENT.test(sign))) break;
    to -= 1;
  }
  while (to - from > 2 && signs[from] === '_' && signs[to - 1] === '_') [from, to] = [from + 1, to - 1];
  return signs.slice(from, to).join('');
}

/** Where the path of a link begins that a text begins with; -1 where another word comes first. */
function pathFrom(text: string): number {
  const scheme = /^[^,;/?#]{0,60}:\/\//.exec(text)?.[0].length ?? 0;
  const at = text.slice(scheme).search(/[/?#,;]/);
  return at < 0 || /[,;]/.test(text.charAt(scheme + at)) ? -1 : scheme + at;
}

/** `web{1,2}.example.com`, `{a,b}.example.com`: `{"a.example","b.example"}` is a list. */
const SEVERAL =
  /^[\w.-]{1,253}[[{][\w.,-]{1,253}[\]}][\w.:-]{0,253}$|^[[{][\w.,-]{1,253}[\]}][\w-]{0,63}\.[\w.:-]{1,253}$/;

/** The parts of a word between commas and semicolons; those in the path of a link are its own. */
function partsOf(word: string): string[] {
  if (SEVERAL.test(word)) return [word];
  const parts: string[] = [];
  let rest = word;
  while (rest !== '') {
    const path = pathFrom(rest);
    const from = Math.max(path, 0);
    const end = rest.slice(from).search(path < 0 ? /[,;]/ : /[,;](?=["'`]|[a-z][a-z0-9+.-]{0,20}:\/\/)/i);
    const at = end < 0 ? rest.length : from + end;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return parts.filter((part) => part !== '');
}

/** Whether a word without markup looks like a target: it has a dot or a colon where targets have them. */
export function looksLikeTarget(word: string): boolean {
  const text = bare(word);
  if (/^localhost$/i.test(text)) return true;
  if (text.length > LONGEST_WORD || /^[-+#]|^:[^:]|^\.|\.{3}|…/.test(text)) return false;
  const isAbbreviation = /^(?:\p{L}\.)+\p{L}$/u.test(text);
  // Times, dates and figures.
  const isFigure =
    /^(?:\d{1,2}(?::\d{2}){1,2}|\d+[.]\d+|\d{1,2}\.\d{1,2}\.\d{2,4}|v\d+(?:\.\d+)+|(?:\d{4}-\d{2}-\d{2}t)?\d{1,2}:\d{2}(?::\d{2}(?:[.]\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?)$/i.test(
      text,
    );
  // Without a scheme what stands before the path has to be a host by itself.
  const host = /^[a-z][a-z0-9+.-]{0,20}:\/\//i.test(text) ? text : text.split(/[/?#]/, 1)[0]!;
  return /[.:]/.test(host) && /[\p{L}\p{N}:]/u.test(text) && !isAbbreviation && !isFigure;
}

function pieceOf(part: string, line: number): Piece | null {
  const text = bare(part);
  const piece = (kind: Piece['kind'], said = text): Piece => ({ kind, text: said, typed: part, line });
  if (SEVERAL.test(part)) return piece('target', part);
  if (/^@/.test(part)) return piece('address', bare(part.slice(1)));
  if (/^(?:[-–—‐…]|\.\.)$/.test(part)) return piece('dash');
  if (!SAYS_SOMETHING.test(part)) return text === '::' ? piece('target') : null;
  if (/^(?:as|--?(?:servername|sni))$/i.test(text)) return piece('as');
  const port = /^(?:ports?[:=]|:)(\d{1,5})(?:\/tcp)?$/i.exec(text);
  if (port) return piece('port', port[1]);
  if (/^(?:ports?|tcp)$/i.test(text)) return piece('port', '');
  // Digits on keycaps are emoji.
  const number = /\u20e3/.test(part) ? null : /^(\d{1,5})(?:\/tcp)?$/i.exec(text);
  if (number) return piece('number', number[1]);
  // HOST=a.example, --host=a.example
  const [, value] = /^-{0,2}[\w-]{1,60}=(.+)$/.exec(text) ?? [];
  if (value !== undefined && looksLikeTarget(value)) return piece('target', bare(value));
  if (MARKED.test(text)) return piece('target');
  // DNS:a.example, Host:a.example:8443; no port is called so.
  const [, labelled] =
    /^(?!mx:|mailto:|(?:turns|stuns|sips):)[a-z]{1,15}:([^\d/:@][^@]*|\d{1,3}(?:\.\d{1,3}){3}.*)$/i.exec(text) ?? [];
  if (labelled?.split('/', 1)[0]!.includes('.') && looksLikeTarget(labelled)) return piece('target', labelled);
  // A slash is easily lost, and so is the space behind a bullet.
  if (/^https?:\/[^/]/i.test(text)) return piece('target', text.replace(':/', '://'));
  if (/^-[^-\s]{1,253}\.[^-]/.test(text) && looksLikeTarget(text.slice(1))) return piece('target', text.slice(1));
  return piece(looksLikeTarget(text) ? 'target' : 'word');
}

/** The words of a text as what they are. What is markup alone is none of them. */
export function piecesOf(words: readonly Word[]): Piece[] {
  return words.flatMap(({ text, line }): Piece[] => {
    if (prefixOf(text) !== null) return [{ kind: 'named', text, typed: text, line }];
    // What is behind the name in a long address counts for nothing.
    return partsOf(halfWidth(text)).flatMap((part) => pieceOf(part.slice(0, LONGEST_WORD), line) ?? []);
  });
}

const CLOSINGS =
  /^(?:-{2,3}|_{3,}|(?:(?:many )?thanks (?:and|&) )?(?:(?:best|kind(?:est)?|warm(?:est)?) )?regards|best(?: wishes)?|cheers|(?:yours )?(?:sincerely|faithfully|truly)|(?:many )?thanks(?: again| in advance)?|thank you(?: very much)?|thx|br|kr|(?:(?:mit )?(?:freundlich|best|viel|lieb|schön|herzlich|sonnig)e[nr]? )?(?:gruß|grüße|grüßen|gruss|gruesse|gruessen|grüsse|grüssen)(?: (?:aus|von|vom) .{1,40})?|herzlichst|hochachtungsvoll|mfg|vg|lg|danke(?:schön)?(?: im voraus)?|(?:vielen|besten) dank|sent from my .{1,40}|get outlook for .{1,40}|gesendet von .{1,40}|von meinem .{1,40} gesendet)(?: [/|] .{1,60})?$/i;

/** Above a mail that is answered. */
const ANSWERED =
  /^(?:on .{6,150} wrote|am .{6,150} schrieb\b.{0,100}):$|^-{2,12} ?(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht)\b/i;
/** The head of such a mail: its first line, and one that follows. */
const SENDER = /^(?:from|von): ./i;
const SENT = /^(?:sent|date|to|gesendet|datum|an): ./i;

/** What stands on each line; of long ones the beginning. */
function linesOf(words: readonly Word[]): Map<number, string> {
  const lines = new Map<number, string>();
  for (const { text, line } of words) {
    const before = lines.get(line);
    if ((before?.length ?? 0) < 200) lines.set(line, before === undefined ? text : `${before} ${text}`);
  }
  return lines;
}

/** The line from which on a text is the signature below it, or the mail that it answers; infinity where it has none. */
function signatureFrom(words: readonly Word[], targets: readonly Piece[]): number {
  const lines = [...linesOf(words)];
  const last = lines.at(-1)?.[0] ?? 0;
  for (const [index, [line, text]] of lines.entries()) {
    if (index === 0) continue;
    const isHead = SENDER.test(text) && SENT.test(lines[index + 1]?.[1] ?? '');
    if ((isHead || ANSWERED.test(text)) && targets[0] && targets[0].line < line) return line;
    if (last - line <= LONGEST_SIGNATURE && CLOSINGS.test(text.replaceAll(/[,.!]/g, '').trim())) return line;
  }
  return Infinity;
}

const UNIT =
  /^(?:%|percent|prozent|s|secs?|seconds?|m|mins?|minutes?|minuten?|h|hrs?|hours?|std|stunden?|d|days?|tage?n?|w|weeks?|wochen?|months?|monate?n?|years?|jahre?n?)$/i;

/** Whether a target may have its port behind it: it has none itself, and no path. */
function lacksPort({ text }: Piece): boolean {
  return (
    canonicalAddress(text) !== null ||
    (/^(?:[a-z][a-z0-9+.-]{0,20}:\/\/)?(?:\[[^\]]{1,60}\]|[^\s/:?#@]+)$/i.test(text) && !/^mx:/i.test(text))
  );
}

function portOf(text: string): string | null {
  const port = Number(text);
  return text !== '' && port >= 1 && port <= 65_535 ? String(port) : null;
}

/** What stands between a target and the word “port”. */
const JOINS = /^(?:on|at|via|using|with|auf|an|am|über|ueber|mit|unter)$/i;

/** The port behind a target, and how many pieces it takes. */
function portBehind(pieces: readonly Piece[], at: number): { port: string; length: number } | null {
  const target = pieces[at]!;
  if (!pieces[at + 1] || !lacksPort(target)) return null;
  // "a.example on port 8443"
  const isJoined =
    pieces[at + 2]?.kind === 'port' && pieces[at + 1]!.line === target.line && JOINS.test(pieces[at + 1]!.text);
  const joined = isJoined ? portBehind([target, ...pieces.slice(at + 2, at + 5)], 0) : null;
  if (joined) return { ...joined, length: joined.length + 1 };
  const [first, second] = [pieces[at + 1]!, pieces[at + 2]];
  if (first.kind === 'port' && portOf(first.text)) return { port: portOf(first.text)!, length: 1 };
  // "port: 8443" may be the next line.
  if (first.kind === 'port' && second?.kind === 'number' && second.line === first.line && portOf(second.text))
    return { port: portOf(second.text)!, length: 2 };
  if (first.kind !== 'number' || first.line !== target.line || !portOf(first.text)) return null;
  const isLast = second?.line !== first.line;
  const isMeasured = !isLast && second.kind === 'word' && UNIT.test(second.text);
  // "2." numbers what follows.
  const isOrdinal = !isLast && /[.)]$/.test(first.typed);
  return isMeasured || isOrdinal ? null : { port: portOf(first.text)!, length: 1 };
}

/** A line that is a name without a dot and a port, such as `intranet 8443`: then that is meant. */
function isHostAndPort(pieces: readonly Piece[], at: number): boolean {
  const [host, ...rest] = pieces.slice(at, at + 4).filter(({ line }) => line === pieces[at]!.line);
  if (!host || pieces[at - 1]?.line === host.line || !/^[a-z][a-z0-9-]*$/.test(host.text)) return false;
  const [first, second] = rest;
  if (rest.length === 2) return first?.kind === 'port' && first.text === '' && second?.kind === 'number';
  if (rest.length !== 1) return false;
  const isPort = first?.kind === 'port' && first.text !== '';
  return isPort || (first?.kind === 'number' && (/[\d-]/.test(host.text) || Number(first.text) >= 100));
}

function isBetween({ kind, text }: Piece): boolean {
  return kind === 'dash' || (kind === 'word' && /^(?:to|through|bis)$/i.test(text));
}

/** The address that a target is, with or without a port. */
function addressIn({ text }: Piece): string | null {
  return canonicalAddress(text.replace(/^([\d.]{7,15}):\d{1,5}$/, '$1'));
}

/**
 * A range that goes on behind an address (`10.0.0.1 - 10.0.0.9`, `10.0.0.0 /24`, `10.0.0.0 255.255.255.0`), and how
 * many pieces that takes.
 */
function rangeBehind(pieces: readonly Piece[], at: number): { text: string; length: number } | null {
  const first = pieces[at]!;
  const [next, last] = pieces.slice(at + 1, at + 3).filter(({ line }) => line === first.line);
  const address = addressIn(first);
  if (!next || address === null) return null;
  // “@255.0.0.0” is an address to connect to.
  const isMask = next.kind !== 'address' && /^(?:\/\d{1,3}|\/?255(?:\.\d{1,3}){3})$/.test(next.text);
  if (isMask) return { text: `${address}/${next.text.replace('/', '')}`, length: 1 };
  if (!last || !isBetween(next)) return null;
  const isLast = last.kind === 'target' ? addressIn(last) : last.kind === 'number' && Number(last.text) < 256;
  return isLast ? { text: `${address}-${last.text}`, length: 2 } : null;
}

/**
 * Lines below a heading that has a port among its columns: the only number on such a line is the port of its target.
 */
function underHeading(pieces: readonly Piece[]): Piece[] {
  const lines = [...Map.groupBy(pieces, ({ line }) => line).values()];
  const heading = lines.findIndex(
    (line) => line.length > 1 && line.every(({ kind }) => kind === 'word' || kind === 'port') && line.some(isColumn),
  );
  return lines.flatMap((line, index) => {
    const targets = line.filter(({ kind }) => kind === 'target');
    const numbers = line.filter(({ kind }) => kind === 'number');
    const [target, number] = [targets[0], numbers[0]];
    if (heading < 0 || index < heading || !target || !number || targets.length + numbers.length > 2) return line;
    if (UNIT.test(line[line.indexOf(number) + 1]?.text ?? '')) return line;
    return line.flatMap((piece) => {
      if (piece === number) return [];
      return piece === target ? [piece, { ...number, kind: 'port' as const }] : [piece];
    });
  });
}

function isColumn({ kind, text }: Piece): boolean {
  return kind === 'port' && text === '';
}

/** What “as” begins that has nothing to do with names. */
const PROSE = /^(?:well|soon|usual|always|before|it|a|an|the|of|to|if|far|long)$/i;

/** `@address` and `as name` behind a target; `at` is where what follows begins. */
function overridesBehind(
  pieces: readonly Piece[],
  from: number,
  { isProse }: { isProse: boolean },
): { override: { address?: string; servername?: string }; at: number } {
  const override: { address?: string; servername?: string } = {};
  let at = from;
  for (;;) {
    const [piece, next] = [pieces[at], pieces[at + 1]];
    if (piece?.kind === 'address') {
      override.address = piece.text;
      at += 1;
    } else if (piece?.kind === 'as' && !(isProse && next && PROSE.test(next.text))) {
      override.servername = next?.text ?? '';
      at += 2;
    } else return { override, at };
  }
}

/** Reads what a text names, in its order: targets, each with what belongs to it, and the words that are none. */
export function readPieces(words: readonly Word[]): Reading[] {
  const pieces = underHeading(piecesOf(words));
  const end = signatureFrom(
    words,
    pieces.filter(({ kind }) => kind === 'target' || kind === 'named'),
  );
  const found: Reading[] = [];
  let at = 0;
  while (at < pieces.length) {
    const piece = pieces[at]!;
    const isSignature = piece.line >= end;
    const isTarget =
      piece.kind === 'target' ||
      (piece.kind === 'address' && /\w\.\w/.test(piece.text)) ||
      (piece.kind === 'word' && isHostAndPort(pieces, at));
    if (piece.kind === 'named' && !isSignature) {
      found.push({ kind: 'named', text: piece.text });
      at += 1;
    } else if (isTarget && !isSignature) {
      const last = rangeBehind(pieces, at);
      const port = last === null ? portBehind(pieces, at) : null;
      const isAddress6 = port !== null && piece.text.includes(':') && canonicalAddress(piece.text) !== null;
      const text =
        piece.kind === 'address' ? piece.typed : isAddress6 ? `[${canonicalAddress(piece.text)}]` : piece.text;
      const behind = overridesBehind(pieces, at + 1 + (last ?? port ?? { length: 0 }).length, {
        isProse: port === null && lacksPort(piece),
      });
      const full = last?.text ?? text;
      found.push({ kind: 'target', text: port ? `${full}:${port.port}` : full, override: behind.override });
      ({ at } = behind);
    } else {
      if (piece.kind !== 'dash') found.push({ kind: 'word', typed: piece.typed, line: piece.line });
      at += 1;
    }
  }
  return found;
}

/** Words that are no targets, as they were typed: those that stand together, together. */
export function notTaken(readings: readonly Reading[]): string[] {
  const runs: string[] = [];
  let line: number | null = null;
  for (const reading of readings) {
    if (reading.kind !== 'word') {
      line = null;
      continue;
    }
    if (reading.line === line) runs.push(`${runs.pop()!} ${reading.typed}`);
    else runs.push(reading.typed);
    ({ line } = reading);
  }
  return [
    ...new Set(runs.map((run) => (/\s|^:/.test(run) ? run : run.replace(/^["'`([{<]{1,20}|["'`)\]}>:]{1,20}$/g, '')))),
  ];
}
