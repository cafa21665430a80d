/** Links may be wrapped several times, by the mail system of each who forwarded them. */
const MOST_WRAPS = 5;
/** UTF-16 units; nothing longer is a link that somebody clicks. */
const LONGEST_LINK = 16_000;

type Unwrapping = (url: URL) => string | null;

/** What stands in the first of these parameters of the query. */
function parameter(...names: string[]): Unwrapping {
  return ({ searchParams }) => names.map((name) => searchParams.get(name)).find(Boolean) ?? null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Base64 in either alphabet; null when it is none. */
function fromBase64(text: string): string | null {
  try {
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return null;
  }
}

/** Proofpoint's three versions: the query as it is; with its own escapes; between double underscores. */
function proofpoint(url: URL): string | null {
  const typed = url.searchParams.get('u');
  if (url.pathname.startsWith('/v1/')) return typed;
  if (url.pathname.startsWith('/v2/')) return typed && decoded(typed.replaceAll('-', '%').replaceAll('_', '/'));
  const [, address, signs] = /^\/v3\/__(.+?)__;([^!]*)/.exec(url.href.slice(url.origin.length)) ?? [];
  if (address === undefined) return null;
  // A double slash may have become one on the way.
  return withSigns(address, fromBase64(signs ?? '') ?? '').replace(/^([a-z]+:)\/+/i, '$1//');
}

/** How many signs a letter behind two stars stands for, beginning with two (Proofpoint's version 3). */
const RUNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A link whose signs stand beside it, one for each star. */
function withSigns(address: string, signs: string): string {
  let next = 0;
  return address.replaceAll(/\*(?:\*([\w-]))?/g, (_star, letter: string | undefined) => {
    const count = letter === undefined ? 1 : RUNS.indexOf(letter) + 2;
    next += count;
    return signs.slice(next - count, next);
  });
}

/** The last part of the path is the link. */
function lastOfPath({ pathname }: URL): string | null {
  return decoded(pathname.slice(pathname.lastIndexOf('/') + 1));
}

function sophos({ searchParams }: URL): string | null {
  const encoded = searchParams.get('u');
  const address = encoded && fromBase64(encoded);
  return address && /^https?:\/\//i.test(address) ? address : searchParams.get('d');
}

function avanan(url: URL): string | null {
  return /\/___(.+?)___/.exec(url.href)?.[1] ?? url.searchParams.get('o');
}

/** Links of these hold nothing but a number, if not what `unwrapping` finds; the host itself means nobody's server. */
interface Rewriter {
  host: RegExp;
  /** Where its links begin; other paths are its own. */
  path: RegExp;
  unwrapping: Unwrapping;
}

/** Mail systems, chats and search engines that put links of their own in the place of others'. */
const REWRITERS: Rewriter[] = [
  {
    host: /\.safelinks\.protection\.(?:outlook\.com|office365\.us|partner\.outlook\.cn)$/,
    path: /^\//,
    unwrapping: parameter('url'),
  },
  {
    host: /^statics\.teams\.(?:cdn\.(?:office|live)\.net|microsoft\.(?:com|us))$/,
    path: /safelinks/,
    unwrapping: parameter('url'),
  },
  { host: /^urldefense(?:\.proofpoint)?\.(?:com|us)$/, path: /^\/v\d\//, unwrapping: proofpoint },
  { host: /(?:^|\.)mimecast(?:protect)?\.com$/, path: /^\/[sr]\//, unwrapping: parameter('url', 'domain') },
  { host: /^linkprotect\.cudasvc\.com$/, path: /^\/url$/, unwrapping: parameter('a') },
  { host: /^secure-web\.cisco\.com$/, path: /^\/./, unwrapping: lastOfPath },
  { host: /\.protection\.sophos\.com$/, path: /^\//, unwrapping: sophos },
  { host: /(?:^|\.)avanan\.(?:click|url-protection\.com)$/, path: /^\/v\d\//, unwrapping: avanan },
  { host: /\.trendmicro\.(?:com|eu)$/, path: /\/wis\/clicktime\//, unwrapping: parameter('url') },
  {
    host: /^(?:protect2?\.fireeye\.com|clicktime\.symantec\.com|link\.zixcentral\.com)$/,
    path: /^\/./,
    unwrapping: parameter('u'),
  },
  {
    host: /^deref-(?:gmx|web|web-02|mail|1und1)\.(?:net|de|com)$/,
    path: /^\/mail\//,
    unwrapping: parameter('redirectUrl'),
  },
  {
    host: /^outlook\.(?:office|office365|live|cloud)\.(?:com|microsoft)$/,
    path: /\/safelink\.html$/,
    unwrapping: parameter('url'),
  },
  { host: /./, path: /^\/fmlurlsvc\//, unwrapping: parameter('url') },
  { host: /^(?:www\.)?google\.[a-z.]{2,6}$/, path: /^\/url$/, unwrapping: parameter('q', 'url') },
  { host: /^slack-redir\.net$/, path: /^\/link$/, unwrapping: parameter('url') },
  { host: /^lm?\.facebook\.com$/, path: /^\/l\.php$/, unwrapping: parameter('u') },
  { host: /^(?:www\.)?linkedin\.com$/, path: /^\/(?:redir\/redirect|safety\/go)\/?$/, unwrapping: parameter('url') },
  { host: /^(?:www\.)?youtube\.com$/, path: /^\/redirect$/, unwrapping: parameter('q') },
];

function once(text: string): { address: string | null } | null {
  const url = text.length <= LONGEST_LINK && /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  const rewriter = url && REWRITERS.find(({ host, path }) => host.test(url.hostname) && path.test(url.pathname));
  if (!url || !rewriter) return null;
  // A visit to the host alone is no link that was put in the place of another.
  if (url.pathname === '/' && url.search === '') return null;
  const found = rewriter.unwrapping(url)?.trim();
  return { address: found && /^[^\s<>"]{1,16000}$/.test(found) ? found : null };
}

/**
 * The link that stands behind one that a mail system or chat put in its place, however often it was wrapped; other text
 * as it is. Null: such a link does not tell what it stands for.
 */
export function withoutRewriting(text: string): string | null {
  let address = text;
  for (let round = 0; round < MOST_WRAPS; round += 1) {
    const inner = once(address);
    if (!inner) return address;
    if (inner.address === null) return null;
    ({ address } = inner);
  }
  return address;
}
