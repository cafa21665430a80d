import { domainToASCII, domainToUnicode } from 'node:url';
import ipaddr from 'ipaddr.js';
import type { Say } from '../language/language.ts';
import { shorten, trimmedEnd } from '../language/text.ts';
import type { TargetKind } from './kind.ts';
import { withoutRewriting } from './rewritten.ts';

/** Something that shows certificates in a TLS handshake. */
export interface EndpointTarget {
  /**
   * How it is looked at: "tls" is a direct TLS handshake, the others ask for TLS in plain text first
   * (STARTTLS_SCHEMES).
   */
  scheme: string;
  /** A-label host name in lower case without trailing dot, or a literal IP address (IPv6 without brackets). */
  host: string;
  port: number;
  /** Literal address to connect to instead of resolving `host`. */
  address?: string;
  /** Name to ask for (SNI) and to judge by, instead of `host`. */
  servername?: string;
}

/** A parse result: the target, or the sentence that says which part is wrong and what to type instead. */
export type ParsedTarget = { ok: true; target: EndpointTarget } | { ok: false; problem: string };

/** What a name means that is typed alone; it is not said of targets. */
const USUAL_PORT = 443;

/** Schemes that mean TLS from the first byte, with the port each means. */
const DIRECT_SCHEMES: Record<string, number> = {
  tls: 443,
  https: 443,
  wss: 443,
  smtps: 465,
  submissions: 465,
  imaps: 993,
  pop3s: 995,
  ldaps: 636,
  ftps: 990,
  nntps: 563,
  ircs: 6697,
  xmpps: 5223,
  rediss: 6379,
  mqtts: 8883,
  amqps: 5671,
  turns: 5349,
  stuns: 5349,
  sips: 5061,
  ipps: 631,
  rtsps: 322,
};

/**
 * Protocols that begin in plain text and turn to TLS (STARTTLS and its like), with their ports; the first is meant when
 * none is typed.
 */
const STARTTLS_PORTS = {
  smtp: [25, 587],
  lmtp: [24],
  imap: [143],
  pop3: [110],
  ftp: [21],
  ldap: [389],
  postgres: [5432],
  mysql: [3306],
  xmpp: [5222],
  'xmpp-server': [5269],
  sieve: [4190],
  nntp: [119],
  irc: [6667],
  rdp: [3389],
} as const satisfies Record<string, readonly number[]>;

export type StarttlsScheme = keyof typeof STARTTLS_PORTS;

/** The schemes of targets whose TLS is asked for in plain text. */
export const STARTTLS_SCHEMES = Object.keys(STARTTLS_PORTS) as StarttlsScheme[];

/** Other names of theirs, with the port each means. */
const SAME_SCHEMES: Record<string, { scheme: StarttlsScheme; port: number }> = {
  submission: { scheme: 'smtp', port: 587 },
  postgresql: { scheme: 'postgres', port: 5432 },
  mariadb: { scheme: 'mysql', port: 3306 },
  'xmpp-client': { scheme: 'xmpp', port: 5222 },
  managesieve: { scheme: 'sieve', port: 4190 },
  pop: { scheme: 'pop3', port: 110 },
  news: { scheme: 'nntp', port: 119 },
};

/**
 * Ports that mean TLS from the first byte, whatever the scheme says: `smtp://mail.example.com:465` is what others write
 * for `smtps://`.
 */
const DIRECT_PORTS = new Set(
  Object.entries(DIRECT_SCHEMES).flatMap(([scheme, port]) => (['tls', 'https', 'wss'].includes(scheme) ? [] : [port])),
);
/** Schemes that are written without slashes as well (RFC 7064, RFC 7065, RFC 3261 section 19.1). */
const WITHOUT_SLASHES = /^(turns|stuns|sips):(?!\d+$)([^/?#;]+)/i;

/** More than a range has, however it is written. UTF-16 units. */
const LONGEST_RANGE = 300;
const OPENING = /^[`'"“”„‚‘’«»(]+/;

/**
 * Undoes what chats do to a link: `<https://a.example|a.example>`, `<https://a.example>`, `[a](https://a.example)`,
 * quotes, trailing commas.
 */
export function unwrap(text: string): string {
  let inner = text.trim();
  inner = trimmedEnd(inner.replace(OPENING, ''), /[`'"“”„‚‘’«»,;.!]/);
  const markdown = /^\[[^\]]*\]\(([^)\s]+)\)$/.exec(inner);
  if (markdown) return markdown[1]!;
  const slack = /^<([^|>]+)(?:\|[^>]*)?>$/.exec(inner);
  if (slack) return slack[1]!;
  return trimmedEnd(inner, /\)/);
}

function problem(sentence: string): ParsedTarget {
  return { ok: false, problem: sentence };
}

/** What somebody typed, as a problem quotes it. */
function cited(text: string): string {
  return text.length > 60 ? shorten(text, 58) : text;
}

/** Canonical literal address, or null. Only the full dotted form counts as IPv4: `127.1` and `0x7f000001` do not. */
export function canonicalAddress(text: string): string | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare).toString();
  if (!bare.includes('%') && ipaddr.IPv6.isValid(bare)) return ipaddr.IPv6.parse(bare).toRFC5952String();
  return null;
}

type ParsedHost = { ok: true; host: string } | { ok: false; problem: string };

/**
 * Host name to A-labels (RFC 5891, UTS 46 as the URL standard applies it), lower case, no trailing dot; or a literal
 * address.
 */
function parseHost(text: string, say: Say): ParsedHost {
  const address = canonicalAddress(text);
  if (address) return { ok: true, host: address };
  const fail = (sentence: string): ParsedHost => ({ ok: false, problem: sentence });
  if (text === '') return fail(say('target.no-host'));
  if (text.startsWith('[') || text.includes(':')) {
    return fail(say('target.no-ipv6', { text: cited(text) }));
  }
  if (text.includes('*') && /^[\w*.-]+$/.test(text)) {
    const labels = text.split('.').map((label) => (label.includes('*') ? 'www' : label));
    return fail(say('target.wildcard', { text: cited(text), host: labels.join('.') }));
  }
  const incomplete = say('target.no-ipv4', { text: cited(text) });
  if (/^[\d.]+$/.test(text)) return fail(incomplete);
  const ascii = domainToASCII(text).replace(/\.$/, '');
  if (ascii === '' || ascii.length > 253) return fail(say('target.not-a-host', { text: cited(text) }));
  if (ipaddr.IPv4.isValid(ascii)) return fail(incomplete);
  for (const label of ascii.split('.')) {
    if (label === '') return fail(say('target.empty-label', { text: cited(text) }));
    if (label.length > 63) return fail(say('target.long-label', { label: cited(label) }));
    if (!/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(label)) {
      return fail(say('target.wrong-label', { label: cited(label), text: cited(text) }));
    }
  }
  return { ok: true, host: ascii };
}

/**
 * The sentence for what names many addresses, hosts or ports at once, or may be read in two ways; null for anything else.
 * Unicode's dashes join ranges as well.
 */
function severalIn(text: string, say: Say): string | null {
  if (text.length > LONGEST_RANGE) return null;
  const [, network] = /^(?:https?:\/\/)?([^/]+)\/(?:\d{1,3}|255(?:\.\d{1,3}){3})$/i.exec(text) ?? [];
  if (network !== undefined && !/:\/\//.test(text) && canonicalAddress(network))
    return say('target.range', { text: cited(text), first: canonicalAddress(network)! });
  const [, first, last] = /^([\da-f.:]+)[-‐-―](?:[\da-f.:]+|\*)$/i.exec(text.replace('..', '-')) ?? [];
  if (first !== undefined && last === undefined && canonicalAddress(first))
    return say('target.range', { text: cited(text), first: canonicalAddress(first)! });
  if (/^\d{1,3}(?:\.(?:\d{1,3}|[*x])){3}$/i.test(text) && /[*x]/i.test(text))
    return say('target.range', { text: cited(text), first: text.replaceAll(/[*x]/gi, '1') });
  const [, host, port] = /^([^/:?#]+|\[[^\]]+\]):(\d{1,5})[-‐-―]\d{1,5}$/.exec(text) ?? [];
  if (host !== undefined) return say('target.range', { text: cited(text), first: `${host}:${port}` });
  const [, before, begins, after] = /^([\w.-]*)[[{](\d+)(?:[-‐-―]|\.\.)\d+[\]}]([\w.:-]*)$/.exec(text) ?? [];
  if (begins !== undefined) return say('target.range', { text: cited(text), first: `${before}${begins}${after}` });
  const [, start, one, end] = /^([\w.-]*)[[{]([\w.-]{1,63}),[\w.,-]+[\]}]([\w.:-]*)$/.exec(text) ?? [];
  if (one !== undefined) return say('target.range', { text: cited(text), first: `${start}${one}${end}` });
  const [, address, number] = /^([\da-f:]*:):?(\d{2,5})$/i.exec(text) ?? [];
  const outer = address?.replace(/:$/, '');
  if (!outer || !canonicalAddress(text) || Number(number) > 65_535) return null;
  return canonicalAddress(outer)
    ? say('target.which', {
        text: cited(text),
        address: canonicalAddress(text)!,
        host: canonicalAddress(outer)!,
        port: number!,
      })
    : null;
}

interface Pieces {
  scheme: string | null;
  authority: string;
}

function split(text: string): Pieces {
  const match = /^([a-z][a-z0-9+.-]*):\/\/+([^/?#]*)/i.exec(text);
  const bare = match ?? WITHOUT_SLASHES.exec(text);
  if (bare) return { scheme: bare[1]!.toLowerCase(), authority: bare[2]! };
  return { scheme: null, authority: text.split(/[/?#]/, 1)[0]! };
}

function splitPort(authority: string): { host: string; port: string | null } {
  const bracketed = /^(\[[^\]]*\])(?::(.*))?$/.exec(authority);
  if (bracketed) return { host: bracketed[1]!, port: bracketed[2] ?? null };
  if ((authority.match(/:/g)?.length ?? 0) > 1) return { host: authority, port: null };
  const at = authority.lastIndexOf(':');
  return at < 0 ? { host: authority, port: null } : { host: authority.slice(0, at), port: authority.slice(at + 1) };
}

function isStarttls(scheme: string): scheme is StarttlsScheme {
  return Object.hasOwn(STARTTLS_PORTS, scheme);
}

function defaultPort(scheme: string | null): number | null {
  if (scheme === null || scheme === 'http' || scheme === 'ws') return USUAL_PORT;
  if (isStarttls(scheme)) return STARTTLS_PORTS[scheme][0];
  if (Object.hasOwn(SAME_SCHEMES, scheme)) return SAME_SCHEMES[scheme]!.port;
  return Object.hasOwn(DIRECT_SCHEMES, scheme) ? DIRECT_SCHEMES[scheme]! : null;
}

/**
 * How a target is looked at: by the scheme that was typed, else by its well-known port; never guessed from what the
 * peer says.
 */
function schemeFor(typed: string | null, port: number): string {
  if (typed === null)
    return STARTTLS_SCHEMES.find((scheme) => (STARTTLS_PORTS[scheme] as readonly number[]).includes(port)) ?? 'tls';
  const scheme = Object.hasOwn(SAME_SCHEMES, typed) ? SAME_SCHEMES[typed]!.scheme : typed;
  return isStarttls(scheme) && !DIRECT_PORTS.has(port) ? scheme : 'tls';
}

/**
 * Parses one target as people paste it: `example.com`, `example.com:8443`, `https://example.com/x?y`,
 * `http://example.com` (port 443, since chats link bare names so), `smtps://mail.example.com`, `[2001:db8::1]:443`,
 * `müller.example`, Slack's `<https://example.com|example.com>`.
 */
export function parseTarget(text: string, say: Say): ParsedTarget {
  const link = unwrap(text);
  if (link === '') return problem(say('target.missing'));
  const inner = withoutRewriting(link);
  if (inner === null) return problem(say('target.rewritten', { text: cited(link) }));
  const several = severalIn(inner, say);
  if (several !== null) return problem(several);
  if (/^mailto:/i.test(inner) || /^[^/:@\s]+@[^/@\s]+$/.test(inner)) {
    return problem(say('target.mail', { text: cited(inner), host: inner.replace(/^.*@/s, '') }));
  }
  const { scheme, authority } = split(inner.replace(/^jdbc:(?=[a-z])/i, ''));
  const port = defaultPort(scheme);
  if (scheme === null && /^[\w.-]+:\/\//.test(inner))
    return problem(say('target.scheme', { scheme: cited(`${authority}//`) }));
  if (port === null) return problem(say('target.scheme', { scheme: cited(`${scheme}://`) }));
  const pieces = splitPort(authority.replace(/^.*@/s, ''));
  const host = parseHost(pieces.host, say);
  if (!host.ok) return host;
  const typed = pieces.port === '' ? null : pieces.port;
  if (typed !== null && (!/^\d{1,5}$/.test(typed) || Number(typed) < 1 || Number(typed) > 65535)) {
    return problem(say('target.port', { port: cited(typed) }));
  }
  const plainWeb = (scheme === 'http' || scheme === 'ws') && typed === '80';
  const meant = typed === null || plainWeb ? port : Number(typed);
  return { ok: true, target: { scheme: schemeFor(scheme, meant), host: host.host, port: meant } };
}

/** A parse result of `mx:`: the domain whose mail exchangers are meant (A-labels), or the sentence. */
export type ParsedExchangers = { ok: true; domain: string } | { ok: false; problem: string };

/**
 * Parses `mx:example.com`, which stands for the mail exchangers of a domain, also where a chat made a link of the
 * domain in it. Null when it is nothing of the kind: `mx:25` is a host called "mx".
 */
export function parseExchangers(text: string, say: Say): ParsedExchangers | null {
  const bare = text.trim();
  const typed = /^mx:(?:\/\/)?(.*)$/is.exec(bare.startsWith('<') ? unwrap(bare) : bare.replace(OPENING, ''));
  if (!typed || /^\d{1,5}$/.test(typed[1]!)) return null;
  const rest = unwrap(typed[1]!)
    .replace(/^https?:\/\//i, '')
    .replace(/\/$/, '');
  const fail = (key: 'target.mx' | 'target.mx-port'): ParsedExchangers => ({
    ok: false,
    problem: say(key, { text: cited(`mx:${rest}`) }),
  });
  const [, host, port] = /^([^:]*)(:\d*)?$/.exec(rest) ?? [];
  if (host === undefined || canonicalAddress(host) || /[*@/?#]/.test(host)) return fail('target.mx');
  const parsed = parseHost(host, say);
  if (!parsed.ok) return fail('target.mx');
  return port === undefined ? { ok: true, domain: parsed.host } : fail('target.mx-port');
}

/** Adds `@address` (connect there) or `as name` (ask for that name) to a target; the sentence when it is neither. */
export function withOverride(
  target: EndpointTarget,
  override: { address?: string; servername?: string },
  say: Say,
): ParsedTarget {
  const result = { ...target };
  if (override.address === '') return problem(say('target.address-missing'));
  if (override.servername === '') return problem(say('target.name-missing'));
  if (override.address !== undefined) {
    const address = canonicalAddress(override.address);
    if (!address) return problem(say('target.address', { text: cited(override.address) }));
    result.address = address;
  }
  if (override.servername !== undefined) {
    const name = parseHost(override.servername, say);
    if (!name.ok) return name;
    result.servername = name.host;
  }
  return { ok: true, target: result };
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The canonical URI, e.g. `tls://example.com:443?address=203.0.113.7&sni=www.example.com`: one endpoint, one text. */
export function formatEndpoint(target: EndpointTarget): string {
  const parameters = new URLSearchParams();
  if (target.address !== undefined) parameters.set('address', target.address);
  if (target.servername !== undefined) parameters.set('sni', target.servername);
  const query = parameters.size > 0 ? `?${parameters.toString()}` : '';
  return `${target.scheme}://${bracket(target.host)}:${target.port}${query}`;
}

function readEndpoint(uri: string): EndpointTarget {
  const match = /^([a-z][a-z0-9-]*):\/\/(\[[^\]]+\]|[^:/?]+):(\d+)(?:\?(.*))?$/.exec(uri);
  if (!match) throw new Error(`not a canonical target URI: ${uri}`);
  const target: EndpointTarget = { scheme: match[1]!, host: match[2]!.replace(/^\[|\]$/g, ''), port: Number(match[3]) };
  // Most have no parameters, and every look reads its target several times.
  if (match[4] === undefined) return target;
  const parameters = new URLSearchParams(match[4]);
  const address = parameters.get('address');
  const servername = parameters.get('sni');
  if (address !== null) target.address = address;
  if (servername !== null) target.servername = servername;
  return target;
}

/** A host name with U-labels where it has A-labels, as people read it. */
export function unicodeHost(host: string): string {
  return host.includes('xn--') ? domainToUnicode(host) || host : host;
}

/**
 * `example.com`, or `example.com:8443` where the port is not the usual one, with U-labels, and `@address` or `as name`
 * where given. `port`: the usual one stands there as well.
 */
function displayEndpoint(target: EndpointTarget, { port }: { port: boolean } = { port: false }): string {
  const host = bracket(unicodeHost(target.host));
  const isPlain = target.scheme === 'tls';
  // Without a scheme the port alone would say another.
  const scheme = isPlain && schemeFor(null, target.port) === 'tls' ? '' : `${target.scheme}://`;
  const shown = isPlain && target.port === USUAL_PORT && !port ? host : `${host}:${target.port}`;
  const address = target.address === undefined ? '' : ` @${target.address}`;
  const servername = target.servername === undefined ? '' : ` as ${target.servername}`;
  return `${scheme}${shown}${address}${servername}`;
}

/** What is connected to. */
export const endpointKind: TargetKind<EndpointTarget> = {
  schemes: ['tls', ...STARTTLS_SCHEMES],
  connects: true,
  format: formatEndpoint,
  read: readEndpoint,
  display: (target) => displayEndpoint(target),
  brief: (target) => displayEndpoint(target),
  // A name without a dot is a word of a sentence: its port says that it is a target.
  typed: (target) => displayEndpoint(target, { port: !/[.:]/.test(target.host) }),
};
