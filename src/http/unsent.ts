/**
 * Errors of a connection that was never made, by Node's and undici's codes: name resolution, TCP connect, the proxy,
 * the server's certificate.
 */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|PROXY|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/;

/** An error with its causes and what it gathers, outermost first; ten at most. */
function errorsIn(error: unknown): Error[] {
  const errors: Error[] = [];
  for (let each = error; each instanceof Error && errors.length < 10; each = each.cause) {
    errors.push(each);
    if (each instanceof AggregateError) errors.push(...each.errors.flatMap(errorsIn));
  }
  return errors;
}

function codeOf(error: Error): string[] {
  return 'code' in error && typeof error.code === 'string' ? [error.code] : [];
}

/** The codes of an error, of its causes and of what it gathers, outermost first. */
export function errorCodes(error: unknown): string[] {
  return errorsIn(error).flatMap(codeOf);
}

/**
 * A connection that broke in its TLS handshake (Node's message; the code is that of any reset), or on which nothing was
 * written (undici's SocketError).
 */
function brokeUnused(error: Error): boolean {
  if (/before secure TLS connection was established/.test(error.message)) return true;
  const { socket } = error as { socket?: { bytesWritten?: unknown } };
  return socket?.bytesWritten === 0;
}

/** Did a fetch fail before the first byte of its request was sent? Otherwise the peer may have acted on it. */
export function neverSent(error: unknown): boolean {
  return errorsIn(error).some((each) => brokeUnused(each) || codeOf(each).some((code) => NOT_SENT.test(code)));
}
