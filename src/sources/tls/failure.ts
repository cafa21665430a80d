import type { networkInterfaces } from 'node:os';
import { isIPv6 } from 'node:net';
import type { Failure, FailureCode } from '../../core/certificates/certificate.ts';

const CODES: Record<string, FailureCode> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'timeout',
  EHOSTDOWN: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ENETRESET: 'reset',
  ENOTCONN: 'reset',
  ENETUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  // A route of type blackhole, and one of type prohibit or a local firewall that rejects.
  EINVAL: 'no-route',
  EACCES: 'no-route',
  EPERM: 'no-route',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_DATA_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_RECORD_TOO_SMALL: 'not-tls',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  ERR_SSL_UNKNOWN_PROTOCOL: 'not-tls',
  ERR_SSL_RECORD_LAYER_FAILURE: 'not-tls',
  ERR_SSL_BAD_RECORD_TYPE: 'not-tls',
  // OpenSSL takes 100 kB of certificates, as most clients do.
  ERR_SSL_EXCESSIVE_MESSAGE_SIZE: 'oversized',
};

/** Text of a peer or of OpenSSL for one line: no control or invisible characters, at most 200 characters. */
export function detailText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed();
}

function hasGlobalIpv6(interfaces: ReturnType<typeof networkInterfaces>): boolean {
  return Object.values(interfaces).some((addresses) =>
    addresses?.some(({ family, internal, address }) => family === 'IPv6' && !internal && !/^fe[89ab]/i.test(address)),
  );
}

/**
 * What a socket or OpenSSL reported about one address. `interfaces` tells a host that is down from an address family
 * that this machine does not have.
 */
export function failureOf(
  error: NodeJS.ErrnoException & { reason?: string; library?: string },
  address: string,
  interfaces: typeof networkInterfaces,
): Failure {
  const code = error.code ?? '';
  if (code === 'EHOSTUNREACH' && isIPv6(address) && !hasGlobalIpv6(interfaces()))
    return { code: 'no-route', detail: code };
  // An alert, too, whatever version OpenSSL names it after.
  if (code.startsWith('ERR_SSL_') && code.endsWith('_UNRECOGNIZED_NAME'))
    return { code: 'unknown-name', detail: 'unrecognized_name' };
  // Of a handshake only the certificates are ASN.1.
  if (/^(?:asn1|asn\.1|x509)/i.test(error.library ?? ''))
    return { code: 'unreadable-certificate', detail: detailText(error.reason ?? code) };
  const known = CODES[code];
  if (known !== undefined) return { code: known, detail: code };
  if (code === '' || code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    const reason = error.reason?.replace(/^(?:sslv3|tlsv1|tlsv13|ssl\/tls) (?:alert )?/, 'alert ');
    return {
      code: 'handshake',
      detail: detailText(reason ?? (code.replace(/^ERR_(?:SSL|TLS)_/, '') || error.message)),
    };
  }
  return { code: 'internal', detail: detailText(`${code} ${error.message}`) };
}

/** Did the peer break off, rather than we? Only then is what it presented before worth showing. */
export function brokenOffByPeer(error: NodeJS.ErrnoException): boolean {
  const code = error.code ?? '';
  // An alert in plain text where TLS 1.3 is encrypted already is of no type that may come there.
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_SSL_BAD_RECORD_TYPE' || isAlert(error);
}

/** Did the peer say that it breaks off (RFC 8446 section 6.2)? */
export function isAlert({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL_') && code.includes('ALERT');
}
