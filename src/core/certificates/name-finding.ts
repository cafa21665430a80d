import { domainToASCII } from 'node:url';
import type { Shown } from './certificate.ts';
import type { Finding } from './finding.ts';
import type { Say } from '../language/language.ts';
import { shorten as cut } from '../language/text.ts';
import { enumerate, shorten } from '../language/wording.ts';

/** A name without what people add to one by mistake: blanks, a protocol, a port, a path, the dot of the root. */
function bare(name: string): string {
  return name
    .replaceAll(/[\p{Cc}\p{Cf}\p{Z}\uFFFD]/gu, '')
    .replace(/^[a-z]{2,10}:\/\//, '')
    .split('/', 1)[0]!
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '');
}

/** A name on one line, with its blanks, which matter here. */
function withBlanks(name: string): string {
  return cut(name.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '), 80);
}

/** The name that was meant for `asked` and is not read as it, and how it differs. */
function nearName({ dnsNames, ipAddresses }: Shown['chain'][0], asked: string): { how: string; name: string } | null {
  const wanted = asked.toLowerCase();
  if (ipAddresses.includes(wanted)) return { how: 'read', name: wanted };
  const isAddress = /^[\d.]+$|:/.test(wanted);
  const [, parent] = /^[^.]+\.([a-z0-9-]+)$/.exec(wanted) ?? [];
  for (const name of dnsNames) {
    if (name === wanted) return { how: isAddress ? 'address' : 'read', name };
    // oxlint-disable-next-line no-control-regex
    if (/[^\0-\x7f]/.test(name) && domainToASCII(name) === wanted) return { how: 'raw', name };
    if (name === `*.${parent}`) return { how: 'top', name };
    if (bare(name) === wanted) return { how: isAddress ? 'address' : 'other', name };
  }
  return null;
}

/** That the leaf does not name what was asked for, and why clients do not find it there where it seems to. */
export function nameFinding({ chain: [leaf], nameMatches, faults }: Shown, asked: string, say: Say): Finding | null {
  if (nameMatches) return null;
  // Another finding says why no name was found.
  const isHidden = faults?.some(
    ({ code, detail, issuer }) =>
      (code === 'repeated-extension' || code === 'unreadable-extension') &&
      detail === 'subjectAltName' &&
      issuer === undefined,
  );
  if (isHidden) return null;
  const own = (sentence: string, advice: string): Finding => ({ code: 'wrong-name', grave: true, sentence, advice });
  const near = nearName(leaf, asked);
  if (near) {
    const values = { how: near.how, name: withBlanks(near.name), asked };
    const one = own(say('finding.near-name', values), say('advice.near-name', values));
    return near.how === 'raw' ? { ...one, code: 'raw-name' } : one;
  }
  const advice = say('advice.wrong-name', { asked });
  const names = [...leaf.dnsNames, ...leaf.ipAddresses]
    .filter((name) => name.trim() !== '')
    .map((name) => shorten(name, 80));
  if (names.length > 0) return own(say('finding.wrong-name', { asked, names: enumerate(names, 5, say) }), advice);
  const isCommon = leaf.subject.toLowerCase() === asked.toLowerCase();
  return own(say(isCommon ? 'finding.common-name' : 'finding.no-name', { asked }), advice);
}

/**
 * Whether a host with an underscore in its name is named by a wildcard alone, which not every client takes for it (RFC
 * 952 has no underscores).
 */
export function isUnderscored({ chain: [leaf], nameMatches }: Shown, asked: string): boolean {
  return nameMatches && asked.includes('_') && !leaf.dnsNames.includes(asked.toLowerCase());
}
