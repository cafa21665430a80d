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

/** Is this an http(s) URL whose host is loopback? */
export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return false;
  return isLoopbackHost(url.host);
}
