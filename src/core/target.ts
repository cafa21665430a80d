import { domainToASCII, domainToUnicode } from 'node:url';
import ipaddr from 'ipaddr.js';

/** What is looked at. */
export interface Target {
  /** How it is looked at; today always "tls": a direct TLS handshake. */
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
export type ParsedTarget = { ok: true; target: Target } | { ok: false; problem: string };

/** Schemes people paste, with the port each means. All are looked at by direct TLS. */
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
};

/** Schemes that need STARTTLS, with their ports: they parse, so that the answer can name them. */
const STARTTLS_SCHEMES: Record<string, number> = {
  smtp: 25,
  submission: 587,
  lmtp: 24,
  imap: 143,
  pop3: 110,
  ftp: 21,
  ldap: 389,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  xmpp: 5222,
  sieve: 4190,
  nntp: 119,
  irc: 6667,
  rdp: 3389,
};

const EXAMPLE = 'Type a host name such as `example.com` or `example.com:8443`.';

/** Undoes what chats do to a link: `<https://a.example|a.example>`, `<https://a.example>`, `[a](https://a.example)`, quotes, trailing commas. */
function unwrap(text: string): string {
  let inner = text.trim();
  inner = inner.replace(/^[`'"“”„‚‘’«»(]+/, '').replace(/[`'"“”„‚‘’«»,;.!]+$/, '');
  const markdown = /^\[[^\]]*\]\(([^)\s]+)\)$/.exec(inner);
  if (markdown) return markdown[1]!;
  const slack = /^<([^|>]+)(?:\|[^>]*)?>$/.exec(inner);
  if (slack) return slack[1]!;
  return inner.replace(/\)+$/, '');
}

function problem(sentence: string): ParsedTarget {
  return { ok: false, problem: sentence };
}

function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `“${shown}”`;
}

/** Canonical literal address, or null. Only the full dotted form counts as IPv4: `127.1` and `0x7f000001` do not. */
export function canonicalAddress(text: string): string | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare).toString();
  if (bare.includes(':') && !bare.includes('%') && ipaddr.IPv6.isValid(bare)) {
    return ipaddr.IPv6.parse(bare).toRFC5952String();
  }
  return null;
}

type ParsedHost = { ok: true; host: string } | { ok: false; problem: string };

/** Host name to A-labels (RFC 5891, UTS 46 as the URL standard applies it), lower case, no trailing dot; or a literal address. */
function parseHost(text: string): ParsedHost {
  const address = canonicalAddress(text);
  if (address) return { ok: true, host: address };
  const fail = (sentence: string): ParsedHost => ({ ok: false, problem: sentence });
  if (text === '') return fail(`The host name is missing. ${EXAMPLE}`);
  if (text.startsWith('[') || text.includes(':')) {
    return fail(`${quote(text)} is not an IPv6 address. Type it in brackets, such as \`[2001:db8::1]:443\`.`);
  }
  if (text.startsWith('*.')) {
    const host = `www.${text.slice(2)}`;
    return fail(
      `${quote(text)} is a wildcard, which nobody can connect to. Type a host that uses it, such as \`${host}\`.`,
    );
  }
  const incomplete = `${quote(text)} is not a complete IPv4 address. Type four numbers from 0 to 255, such as \`192.0.2.10\`.`;
  if (/^[\d.]+$/.test(text)) return fail(incomplete);
  const ascii = domainToASCII(text).replace(/\.$/, '');
  if (ascii === '' || ascii.length > 253) return fail(`${quote(text)} is not a host name. ${EXAMPLE}`);
  if (ipaddr.IPv4.isValid(ascii)) return fail(incomplete);
  for (const label of ascii.split('.')) {
    if (label === '') return fail(`${quote(text)} has an empty part between two dots. ${EXAMPLE}`);
    if (label.length > 63)
      return fail(`${quote(label)} is longer than the 63 characters that a part of a host name may have. ${EXAMPLE}`);
    if (!/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(label)) {
      return fail(`${quote(label)} in ${quote(text)} is not a valid part of a host name. ${EXAMPLE}`);
    }
  }
  return { ok: true, host: ascii };
}

interface Pieces {
  scheme: string | null;
  authority: string;
}

function split(text: string): Pieces {
  const match = /^([a-z][a-z0-9+.-]*):\/\/+([^/?#]*)/i.exec(text);
  if (match) return { scheme: match[1]!.toLowerCase(), authority: match[2]! };
  return { scheme: null, authority: text.replace(/[/?#].*$/s, '') };
}

function splitPort(authority: string): { host: string; port: string | null } {
  const bracketed = /^(\[[^\]]*\])(?::(.*))?$/.exec(authority);
  if (bracketed) return { host: bracketed[1]!, port: bracketed[2] ?? null };
  if ((authority.match(/:/g)?.length ?? 0) > 1) return { host: authority, port: null };
  const at = authority.lastIndexOf(':');
  return at < 0 ? { host: authority, port: null } : { host: authority.slice(0, at), port: authority.slice(at + 1) };
}

function defaultPort(scheme: string | null): number | null {
  if (scheme === null || scheme === 'http' || scheme === 'ws') return 443;
  return DIRECT_SCHEMES[scheme] ?? STARTTLS_SCHEMES[scheme] ?? null;
}

/**
 * Parses one target as people paste it: `example.com`, `example.com:8443`, `https://example.com/x?y`, `http://example.com` (port 443, since
 * chats link bare names so), `smtps://mail.example.com`, `[2001:db8::1]:443`, `müller.example`, Slack's `<https://example.com|example.com>`.
 */
export function parseTarget(text: string): ParsedTarget {
  const inner = unwrap(text);
  if (inner === '') return problem(`The target is missing. ${EXAMPLE}`);
  if (/^mailto:/i.test(inner) || (/^[^/:@\s]+@[^/@\s]+$/.test(inner) && !inner.startsWith('@'))) {
    const host = inner.replace(/^.*@/s, '');
    return problem(`${quote(inner)} is an e-mail address. Type the host name alone, such as \`${host}\`.`);
  }
  const { scheme, authority } = split(inner);
  const port = defaultPort(scheme);
  if (port === null) {
    return problem(
      `The scheme ${quote(`${scheme}://`)} is not one this bot knows. Type \`https://\`, or the host name alone, such as \`example.com:8443\`.`,
    );
  }
  const pieces = splitPort(authority.replace(/^.*@/s, ''));
  const host = parseHost(pieces.host);
  if (!host.ok) return host;
  const typed = pieces.port === null || pieces.port === '' ? null : pieces.port;
  if (typed !== null && (!/^\d{1,5}$/.test(typed) || Number(typed) < 1 || Number(typed) > 65535)) {
    return problem(
      `The port ${quote(typed)} is not a number from 1 to 65535. Type it after the host, such as \`example.com:8443\`.`,
    );
  }
  const plainWeb = (scheme === 'http' || scheme === 'ws') && typed === '80';
  const target: Target = {
    scheme: scheme !== null && scheme in STARTTLS_SCHEMES ? scheme : 'tls',
    host: host.host,
    port: typed === null || plainWeb ? port : Number(typed),
  };
  return { ok: true, target };
}

/** Adds `@address` (connect there) or `as name` (ask for that name) to a target; the sentence when it is neither. */
export function withOverride(target: Target, override: { address?: string; servername?: string }): ParsedTarget {
  const result = { ...target };
  if (override.address === '')
    return problem('After “@” comes the IP address to connect to, such as `example.com @203.0.113.7`.');
  if (override.servername === '')
    return problem('After “as” comes the name to ask for, such as `10.1.2.3 as www.example.com`.');
  if (override.address !== undefined) {
    const address = canonicalAddress(override.address);
    if (!address)
      return problem(
        `${quote(override.address)} after “@” is not an IP address. Type it such as \`example.com @203.0.113.7\`.`,
      );
    result.address = address;
  }
  if (override.servername !== undefined) {
    const name = parseHost(override.servername);
    if (!name.ok) return name;
    result.servername = name.host;
  }
  return { ok: true, target: result };
}

function bracket(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The canonical URI, e.g. `tls://example.com:443?address=203.0.113.7&sni=www.example.com`: one target, one text. */
export function formatTarget(target: Target): string {
  const parameters = new URLSearchParams();
  if (target.address !== undefined) parameters.set('address', target.address);
  if (target.servername !== undefined) parameters.set('sni', target.servername);
  const query = parameters.size > 0 ? `?${parameters.toString()}` : '';
  return `${target.scheme}://${bracket(target.host)}:${target.port}${query}`;
}

/** Reads a canonical URI back. Throws on text that `formatTarget` cannot have written. */
export function readTarget(uri: string): Target {
  const match = /^([a-z][a-z0-9]*):\/\/(\[[^\]]+\]|[^:/?]+):(\d+)(?:\?(.*))?$/.exec(uri);
  if (!match) throw new Error(`not a canonical target URI: ${uri}`);
  const parameters = new URLSearchParams(match[4] ?? '');
  const target: Target = { scheme: match[1]!, host: match[2]!.replace(/^\[|\]$/g, ''), port: Number(match[3]) };
  const address = parameters.get('address');
  const servername = parameters.get('sni');
  if (address !== null) target.address = address;
  if (servername !== null) target.servername = servername;
  return target;
}

/** How a target is shown to people: `example.com:443`, with U-labels, and `@address` or `as name` where given. */
export function displayTarget(uri: string): string {
  const target = readTarget(uri);
  const host = target.host.includes('xn--') ? domainToUnicode(target.host) || target.host : target.host;
  const scheme = target.scheme === 'tls' ? '' : `${target.scheme}://`;
  const address = target.address === undefined ? '' : ` @${target.address}`;
  const servername = target.servername === undefined ? '' : ` as ${target.servername}`;
  return `${scheme}${bracket(host)}:${target.port}${address}${servername}`;
}
