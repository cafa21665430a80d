/** `TLS 1.0` for "TLSv1", as OpenSSL names versions: what they are called. */
export function protocolName(protocol: string): string {
  const match = /^(TLS|SSL)v(\d)(?:\.(\d))?$/.exec(protocol);
  return match ? `${match[1]} ${match[2]}.${match[3] ?? 0}` : protocol;
}
