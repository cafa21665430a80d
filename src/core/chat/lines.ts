import { commandIn, infinitiveOf, type Verb } from './verbs.ts';

/** What begins an item of a list. */
const MARK = /^ ?(?:[-*+•◦▪]|\(?\d{1,3}[.)]) /;
/** UTF-16 units of a line that may be a command of its own. */
const LONGEST_LINE = 2000;

/**
 * Spaces of every kind become one kind, what cannot be seen goes, lines stay. A quotation in front of a message is what
 * it answers, and lines of comment in front say nothing; elsewhere, and where there is nothing else, they stay.
 */
export function normalise(text: string): string {
  const lines = text
    .replaceAll(/&nbsp;|&#160;/gi, ' ')
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF\u00AD]/g, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\S\n]+/g, ' ')
    .split('\n');
  const own = lines.findIndex((line) => !/^ ?(?:>|#|\/\/|$)/.test(line));
  return lines
    .slice(Math.max(own, 0))
    .map((line) => line.replace(/^(?: ?>)+ ?/, ''))
    .join('\n')
    .replace(/^[\s,;:!.–—-]{1,99}(?=\s)/, '')
    .trim();
}

/** The first line of a text without what begins an item of a list, where it is followed by a command. */
export function withoutMark(text: string): string {
  const rest = text.replace(MARK, '');
  return rest !== text && commandIn(rest.slice(0, LONGEST_LINE)).verb !== null ? rest : text;
}

/** The lines of a message that are commands of their own, with what they are; of a certificate, none is. */
export function commandLines(plain: string): { verb: Verb; rest: string; line: string }[] {
  return plain.split('\n').flatMap((typed) => {
    const line = typed.replace(MARK, '');
    const { verb, rest } = line.length > LONGEST_LINE ? { verb: null, rest: '' } : commandIn(line);
    return verb === null ? [] : [{ verb, rest, line }];
  });
}

/** What kind people add: `… überwachen? Danke!` */
const THANKS =
  /[.!?,]{1,3}\s{1,3}(?:vielen |besten )?(?:danke?|thanks|bitte)(?: schön| dir| euch| im voraus)?[.!]{0,3}$/i;

/** A verb behind targets, as German has it: `example.com bitte prüfen`. */
export function verbAtEnd(text: string): { verb: Verb; rest: string } | null {
  const typed = text.split('\n', 1)[0]!.slice(0, LONGEST_LINE).trim();
  const thanks = THANKS.exec(typed.slice(-60))?.[0].length ?? 0;
  const line = typed.slice(0, typed.length - thanks);
  const last = /(?:^|\s)(\p{L}{4,20})[.!?]{0,3}$/u.exec(line.slice(-60))?.[1];
  const verb = last === undefined ? null : infinitiveOf(last);
  if (verb === null) return null;
  const before = line.slice(0, line.lastIndexOf(last!));
  const targets = before.replace(/(?<=^|\s)(?:nicht (?:mehr|länger|weiter)(?=\s)|nicht\s{0,3}$)/i, ' ');
  const below = text.slice(text.split('\n', 1)[0]!.length);
  const isEnd = verb === 'watch' && targets !== before;
  return { verb: isEnd ? 'unwatch' : verb, rest: `${isEnd ? targets : before}${below}`.trim() };
}

/** Lines without the verb that each of them begins with. */
export function withoutRepeated(verb: Verb, text: string): string {
  return text
    .split('\n')
    .map((line, index) => {
      const again = index === 0 || line.length > LONGEST_LINE ? null : commandIn(line.replace(MARK, ''));
      return again?.verb === verb ? again.rest : line;
    })
    .join('\n');
}
