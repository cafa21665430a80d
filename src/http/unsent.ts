/** Errors of a connection that was never made, by Node's and undici's codes: name resolution, TCP connect, the server's certificate. */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/;

/** The codes of an error, of its causes and of what it gathers, outermost first; ten at most. */
export function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  for (let each = error; each instanceof Error && codes.length < 10; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') codes.push(each.code);
    if (each instanceof AggregateError) codes.push(...each.errors.flatMap(errorCodes));
  }
  return codes;
}

/** Did a fetch fail before the first byte of its request was sent? Otherwise the peer may have acted on it. */
export function neverSent(error: unknown): boolean {
  return errorCodes(error).some((code) => NOT_SENT.test(code));
}
