import type { Fault, Shown } from './certificate.ts';
import { finding, type Finding } from './finding.ts';
import type { Say } from '../language/language.ts';
import { shorten } from '../language/wording.ts';

/** For these OpenSSL refuses a chain, under names that tell nobody why. */
export const REFUSED = new Set<Fault['code']>([
  'wrong-purpose',
  'key-usage',
  'repeated-extension',
  'critical-extension',
  'unreadable-extension',
  'name-constraint',
  'path-length',
  'issuer-no-ca',
  'other-key',
]);

function findingOf({ code, detail = '', issuer }: Fault, say: Say): Finding | null {
  const who = issuer === undefined ? 'none' : shorten(issuer, 100) || say('no-name');
  const what = shorten(detail, 100);
  switch (code) {
    case 'must-staple':
      return null;
    case 'authority':
      return finding('leaf-is-ca', say('finding.leaf-is-ca'), say, { grave: false });
    case 'key-usage':
      return finding(code, say('finding.key-usage', { usage: what || say('none') }), say);
    case 'wrong-purpose': {
      const purposes = what || 'none';
      const own = issuer === undefined;
      return finding(
        code,
        say(own ? 'finding.wrong-purpose' : 'finding.wrong-purpose-issuer', { purposes, issuer: who }),
        say,
      );
    }
    case 'name-constraint':
      return finding(code, say('finding.name-constraint', { issuer: who, name: what }), say);
    case 'path-length':
      return finding(code, say('finding.path-length', { issuer: who }), say);
    case 'issuer-no-ca':
      return finding(code, say('finding.issuer-no-ca', { issuer: who, subject: what }), say);
    case 'other-key': {
      const sentence = say('finding.other-key', { issuer: who, subject: what });
      return { ...finding('untrusted', sentence, say), advice: say('advice.other-key') };
    }
    case 'repeated-extension': {
      const one = finding(code, say('finding.repeated-extension', { issuer: who, what }), say);
      return detail === 'subjectAltName' ? one : { ...one, advice: say('advice.unreadable-extension') };
    }
    case 'no-staple':
    case 'raw-name':
      return finding(code, say(`finding.${code}`), say);
    default:
      return finding(code, say(`finding.${code}`, { issuer: who, what }), say);
  }
}

/** What clients object to in the certificates of a chain; each code once. */
export function faultFindings({ faults = [] }: Shown, say: Say): Finding[] {
  const found = new Map<string, Finding>();
  for (const fault of faults) {
    const one = findingOf(fault, say);
    if (one && !found.has(one.code)) found.set(one.code, one);
  }
  return [...found.values()];
}
