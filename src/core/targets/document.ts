import { domainToUnicode } from 'node:url';
import type { Say } from '../language/language.ts';
import { shorten } from '../language/text.ts';
import { unwrap } from './endpoint.ts';
import type { TargetKind } from './kind.ts';
import { withoutRewriting } from './rewritten.ts';

/** A document that lists keys, or whose publisher says where it is. */
export interface DocumentTarget {
  /** Of what kind it is, and that it comes by https: `jwks+https`. */
  scheme: string;
  /** Its address, as the URL standard writes it, without a fragment. */
  url: string;
}

/** UTF-16 units: what servers take, by and large. */
const LONGEST_URL = 1000;

/** The address that a text is, or what is wrong with it. */
function readUrl(text: string, prefix: string, say: Say): { url: string } | { problem: string } {
  const cited = shorten(text, 60);
  const link = withoutRewriting(text);
  if (link === null) return { problem: say('target.rewritten', { text: cited }) };
  if (/^http:\/\//i.test(link)) return { problem: say('document.plain', { prefix, rest: shorten(link.slice(7), 60) }) };
  const full = /^https:\/\//i.test(link) ? link : `https://${link.replace(/^\/+/, '')}`;
  const url = URL.parse(full);
  const isOther = /^[a-z][a-z0-9+.-]*:\/\//i.test(link) && !/^https:/i.test(link);
  if (!url || isOther || url.hostname === '') return { problem: say('document.address', { text: cited, prefix }) };
  if (url.username !== '' || url.password !== '') return { problem: say('document.credentials') };
  url.hash = '';
  if (url.href.length > LONGEST_URL) return { problem: say('document.long', { most: LONGEST_URL }) };
  return { url: url.href };
}

function shown({ scheme, url }: DocumentTarget): string {
  const { hostname, host } = new URL(url);
  const unicode = hostname.includes('xn--') ? domainToUnicode(hostname) || hostname : hostname;
  const text = `${scheme.slice(0, scheme.indexOf('+'))}+${url.replace(host, host.replace(hostname, unicode))}`;
  return /^[^/]*\/\/[^/]*\/$/.test(text) ? text.slice(0, -1) : text;
}

/** Documents that are typed as `<prefix>+https://…`; also `<prefix>:https://…`, and without `https://`. */
export function documentKind(prefix: string): TargetKind<DocumentTarget> {
  const scheme = `${prefix}+https`;
  return {
    schemes: [scheme],
    connects: true,
    format: ({ url }) => `${prefix}+${url}`,
    read(uri) {
      if (!uri.startsWith(`${scheme}://`)) throw new Error(`not a canonical target URI: ${uri}`);
      return { scheme, url: uri.slice(prefix.length + 1) };
    },
    display: shown,
    brief: ({ url }) => `${new URL(url).host} (${prefix.toUpperCase()})`,
    typed: shown,
    mark: prefix,
    parse(text, say) {
      const typed = unwrap(text);
      const match = new RegExp(String.raw`^${prefix}(?:\+|:(?=https?:|//))(.*)$`, 'is').exec(typed);
      if (!match) return null;
      const read = readUrl(unwrap(match[1]!), prefix, say);
      return 'problem' in read ? read : { uri: `${prefix}+${read.url}` };
    },
  };
}
