import type { X509Certificate } from 'node:crypto';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import ipaddr from 'ipaddr.js';
import type { AddressResult, Certificate, Failure, FailureCode } from '../../core/certificate.ts';
import { fingerprintOf, readCertificate } from './x509.ts';

/** A chain longer than this is cut: no real one comes near it. */
const LONGEST_CHAIN = 20;
/** Certificates seen lately are not parsed again: nearly every look sees what the last one saw. */
const REMEMBERED = 5000;

const CODES: Record<string, FailureCode> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'timeout',
  EHOSTDOWN: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  EINVAL: 'no-route',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_DATA_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_RECORD_TOO_SMALL: 'not-tls',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  ERR_SSL_UNKNOWN_PROTOCOL: 'not-tls',
  ERR_SSL_RECORD_LAYER_FAILURE: 'not-tls',
};

/**
 * The one context of all handshakes: making one with the bundled roots costs milliseconds. Old protocols and weak ciphers are offered as well, since a
 * server that speaks nothing else still has a certificate worth looking at; everything else still negotiates TLS 1.3.
 */
export function createProbeContext(): SecureContext {
  return createSecureContext({ minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0', ecdhCurve: 'X25519:P-256:P-384' });
}

function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 200);
}

function failureOf(error: NodeJS.ErrnoException): Failure {
  const code = error.code ?? 'unknown';
  if (code in CODES) return { code: CODES[code]!, detail: code };
  return {
    code: 'handshake',
    detail: visible(code.startsWith('ERR_SSL_') ? code.slice('ERR_SSL_'.length) : `${code} ${error.message}`),
  };
}

/** Verification result where no `authorizationError` was set because the handshake broke off: asked of the socket's handle itself. */
function trustOf(socket: TLSSocket): string {
  if (socket.authorized) return 'trusted';
  if (socket.authorizationError) return String(socket.authorizationError);
  const { _handle: handle } = socket as unknown as {
    _handle?: { verifyError?: () => (Error & { code?: string }) | null | undefined };
  };
  const error = handle?.verifyError?.();
  return error ? (error.code ?? visible(error.message)) : 'trusted';
}

/** Makes one handshake after the other, sharing the context and the memory of parsed certificates. */
export function createHandshake(context: SecureContext) {
  const remembered = new Map<string, Certificate>();

  function read(certificate: X509Certificate): Certificate {
    const fingerprint = fingerprintOf(certificate);
    const known = remembered.get(fingerprint);
    if (known) return known;
    const parsed = readCertificate(certificate);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(fingerprint, parsed);
    return parsed;
  }

  /** The chain as sent. `getPeerX509Certificate` hands over its certificate once: a second call on the same socket finds nothing. */
  function chainOf(socket: TLSSocket): [X509Certificate, ...X509Certificate[]] | null {
    const leaf = socket.getPeerX509Certificate();
    if (!leaf) return null;
    const chain: [X509Certificate, ...X509Certificate[]] = [leaf];
    const seen = new Set([leaf.fingerprint256]);
    for (let next = leaf.issuerCertificate; next && chain.length < LONGEST_CHAIN; next = next.issuerCertificate) {
      if (seen.has(next.fingerprint256)) break;
      seen.add(next.fingerprint256);
      chain.push(next);
    }
    return chain;
  }

  function judge(socket: TLSSocket, address: string, asked: string): AddressResult | null {
    const chain = chainOf(socket);
    if (!chain) return null;
    const [leaf] = chain;
    const matches = ipaddr.isValid(asked) ? leaf.checkIP(asked) : leaf.checkHost(asked, { subject: 'never' });
    const [first, ...rest] = chain.map((certificate) => read(certificate));
    return {
      kind: 'presented',
      address,
      protocol: socket.getProtocol() ?? 'unknown',
      chain: [first!, ...rest],
      trust: trustOf(socket),
      nameMatches: matches !== undefined,
    };
  }

  /**
   * Connects to a literal address and looks at what it presents. `asked` is the name (sent as SNI) or address that the certificate has to name. Ends
   * within `timeout` milliseconds, whatever the peer does. Never throws.
   */
  function handshake(address: string, port: number, asked: string, timeout: number): Promise<AddressResult> {
    const { promise, resolve } = Promise.withResolvers<AddressResult>();
    const socket = connect({
      host: address,
      port,
      ...(ipaddr.isValid(asked) ? {} : { servername: asked }),
      secureContext: context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    // Node would build its legacy tree of the whole chain for its own name check, a quarter of the time: we judge the name ourselves.
    socket.getPeerCertificate = (() => ({})) as unknown as TLSSocket['getPeerCertificate'];
    let done = false;
    function finish(result: AddressResult): void {
      if (done) return;
      done = true;
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    }
    function fail(failure: Failure): void {
      finish({ kind: 'failed', address, failure });
    }
    function finishJudged(otherwise: Failure): void {
      if (done) return;
      try {
        const result = judge(socket, address, asked);
        if (result) finish(result);
        else fail(otherwise);
      } catch (error) {
        fail({ code: 'handshake', detail: visible((error as Error).message) });
      }
    }
    const timer = setTimeout(() => fail({ code: 'timeout' }), timeout);
    socket.once('secureConnect', () => finishJudged({ code: 'handshake', detail: 'the server sent no certificate' }));
    // A server that demands a client certificate ends a TLS 1.2 handshake with an alert, after it has shown its own.
    socket.on('error', (error: NodeJS.ErrnoException) => finishJudged(failureOf(error)));
    socket.once('close', () => fail({ code: 'reset', detail: 'closed' }));
    return promise;
  }

  return handshake;
}
