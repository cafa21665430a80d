import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, with a slash at its end. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The text of a file of the project. */
export function read(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}

/** Every document of the project, by its path from there, sorted. */
export function documents(): string[] {
  const found = globSync(['*.md', 'docs/**/*.md', 'src/**/*.md', 'test/**/*.md'], { cwd: PROJECT });
  return found.map((file) => file.replaceAll('\\', '/')).toSorted();
}

/** A document without what stands in code blocks. */
function prose(text: string): string {
  return text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
}

/** The anchor that a heading gets, as GitHub makes it. */
function slug(heading: string): string {
  const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
  return shown
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** The anchors of a document. A heading that is there again gets a number. */
export function anchors(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, heading] of prose(text).matchAll(/^#{1,6} +(.+)$/gm)) {
    const first = slug(heading!);
    let anchor = first;
    for (let again = 1; found.has(anchor); again++) anchor = `${first}-${again}`;
    found.add(anchor);
  }
  return found;
}

/**
 * What a document links to and shows: targets as they are written, and the labels of reference links that are defined
 * nowhere.
 */
export function links(text: string): { targets: string[]; pictures: string[]; undefinedLabels: string[] } {
  const plain = prose(text).replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()<]/g, ' '));
  const pictures = [
    ...[...plain.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
    ...[...plain.matchAll(/<(?:img|source)\s[^>]*src(?:set)?="([^"]+)"/g)].map(([, target]) => target!),
  ];
  const defined = new Map(
    [...plain.matchAll(/^ {0,3}\[([^\]]+)\]: +(\S+)$/gm)].map(([, label, target]) => [label!.toLowerCase(), target!]),
  );
  const inline = [...plain.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  const used = [...plain.matchAll(/\[([^\][]+)\](?:\[([^\]]*)\])?(?![(:[])/g)]
    // A box to tick is no link.
    .filter(([, shown]) => !/^[ x]$/.test(shown!))
    .map(([, shown, label]) => (label || shown!).replaceAll(/\s+/g, ' ').toLowerCase());
  return {
    targets: [...inline, ...defined.values()],
    pictures,
    undefinedLabels: used.filter((label) => !defined.has(label)),
  };
}

/** What is wrong with a relative target of a document, or null. Addresses with a scheme are not looked at. */
export function linkProblem(document: string, target: string): string | null {
  if (/^[a-z][a-z\d+.-]*:/i.test(target)) return null;
  const [path = '', anchor] = target.split('#', 2);
  const file = path === '' ? document : posix.join(dirname(document).replaceAll('\\', '/'), decodeURIComponent(path));
  if (!existsSync(join(PROJECT, file))) return `${document}: ${target}: there is no ${file}`;
  if (anchor === undefined) return null;
  return anchors(read(file)).has(anchor) ? null : `${document}: ${target}: ${file} has no such heading`;
}

/** The cells of every table row of a text, without the lines between heads and bodies. */
export function tableRows(text: string): string[][] {
  const rows = prose(text)
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line));
  return rows.map((row) =>
    row
      .slice(1, row.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

/** What stands below a heading, up to the next one of its level or above. The heading is given with its marks. */
export function section(text: string, heading: string): string {
  const level = heading.indexOf(' ');
  const at = text.indexOf(`\n${heading}\n`);
  if (at < 0) throw new Error(`there is no “${heading}”`);
  const rest = text.slice(at + heading.length + 2);
  const end = new RegExp(`^#{1,${level}} `, 'm').exec(rest);
  return end ? rest.slice(0, end.index) : rest;
}

/** The text in back quotes where it is all that a cell says; null otherwise. */
export function code(cell: string | undefined): string | null {
  return /^`([^`]+)`$/.exec(cell ?? '')?.[1] ?? null;
}
