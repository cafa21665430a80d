import type { IncomingMessage } from 'node:http';

/** The host of a URL authority ("localhost:3978", "[::1]") as WHATWG URL normalises it, or null when it is none. */
function normalisedHost(authority: string): string | null {
  if (!/^[^/?#@\\\s]+$/.test(authority)) return null;
  return URL.parse(`http://${authority}`)?.hostname ?? null;
}

/**
 * Is this `Host` header value (host with optional port) a loopback name or address: localhost, 127.0.0.0/8 or [::1]
 * (RFC 6761 6.3, RFC 1122
 * 3.2.1.3, RFC 4291 2.5.3)? A page on another origin that rebinds its name to 127.0.0.1 still sends its own name here.
 */
export function isLoopbackHost(authority: string | undefined): boolean {
  if (!authority) return false;
  const host = normalisedHost(authority);
  return host === 'localhost' || host === '[::1]' || (host !== null && /^127\.\d+\.\d+\.\d+$/.test(host));
}

/** Is this an address that a server can be bound to without being reached from elsewhere? */
export function isLoopbackAddress(host: string): boolean {
  return isLoopbackHost(host.includes(':') ? `[${host}]` : host);
}

/** Is this an http(s) URL whose host is loopback? */
export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return false;
  return isLoopbackHost(url.host);
}

/**
 * Did a web page of somebody else send this request? Browsers say so, by `Origin` (RFC 6454 section 7.3) of what can
 * change or read something, and by `Sec-Fetch-…` (Fetch Metadata) also of what cannot. Following a link is nobody's
 * request but the person's. What is no browser sends neither.
 */
export function isOfOtherPage({ headers, method }: Pick<IncomingMessage, 'headers' | 'method'>): boolean {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined) {
    const page = URL.parse(origin);
    const own = host === undefined ? null : URL.parse(`${page?.protocol}//${host}`);
    if (!page || !['http:', 'https:'].includes(page.protocol) || page.host !== own?.host) return true;
  }
  if (site === undefined || site === 'none' || site === 'same-origin') return false;
  return method !== 'GET' || headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document';
}

/**
 * May a request pass where nobody is authenticated but by being on this machine? Not what a page of somebody else sends,
 * by itself or under a name that it has rebound to this machine.
 */
export function isFromHere(request: Pick<IncomingMessage, 'headers' | 'method'>): boolean {
  return isLoopbackHost(request.headers.host) && !isOfOtherPage(request);
}
