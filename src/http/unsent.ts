import { errorCodes, errorsIn } from '../core/errors.ts';

/**
 * Errors of a connection that was never made, by Node's and undici's codes: name resolution, TCP connect, the proxy,
 * the server's certificate.
 */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|PROXY|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/;

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
  return errorsIn(error).some(brokeUnused) || errorCodes(error).some((code) => NOT_SENT.test(code));
}
