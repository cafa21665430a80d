import { constants, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { AddressResult, Certificate, Failure } from '../../core/certificate.ts';
import { brokenOffByPeer, detailText, failureOf } from './failure.ts';
import { fingerprintOf, readCertificate } from './x509.ts';

/** A chain longer than this is cut: no real one comes near it. */
const LONGEST_CHAIN = 20;
/** Certificates seen lately are not parsed again, nearly every look sees what the last one saw: up to this many bytes of DER. */
const REMEMBERED = 4 * 1024 * 1024;
/** More than this before the end of a handshake is no handshake: OpenSSL takes 100 KB of certificates at most. */
const MOST_BYTES = 256 * 1024;
const FLOOD_CHECK = 50;

/** Parts of a socket that Node does not document; each may be missing in another version. */
interface Internals {
  _handle?: {
    /** Verification result where no `authorizationError` was set because the handshake broke off. */
    verifyError?: () => (Error & { code?: string }) | null | undefined;
    /** The TCP handle: `socket.bytesRead` counts what was decrypted only. */
    _parent?: { bytesRead?: number };
  };
}

/**
 * The one context of all handshakes: making one with the bundled roots costs milliseconds. Old protocols and weak ciphers are offered as well, since a
 * server that speaks nothing else still has a certificate worth looking at; everything else still negotiates TLS 1.3.
 */
export function createProbeContext(): SecureContext {
  return createSecureContext({
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
    // Only the first gets a key share at once; the rest is for servers that insist.
    ecdhCurve: 'X25519:P-256:P-384:P-521:X448:X25519MLKEM768',
    // Servers without secure renegotiation (RFC 5746) still have a certificate.
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  });
}

function trustOf(socket: TLSSocket): string {
  if (socket.authorized) return 'trusted';
  if (socket.authorizationError) return String(socket.authorizationError);
  const error = (socket as unknown as Internals)._handle?.verifyError?.();
  return error ? (error.code ?? detailText(error.message)) : 'trusted';
}

/** The chain as sent. `getPeerX509Certificate` hands over its certificate once: a second call on the same socket finds nothing. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerX509Certificate();
  while (next && chain.length < LONGEST_CHAIN) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

/** RFC 9525: subject alternative names only, a wildcard only as the whole left-most label. */
function names(leaf: X509Certificate, asked: string): boolean {
  if (isIP(asked) !== 0) return leaf.checkIP(asked) !== undefined;
  return leaf.checkHost(asked, { subject: 'never', partialWildcards: false }) !== undefined;
}

/** One timer for all handshakes under way, which ends those that are sent more than a handshake can be. */
function createFloodWatch() {
  const watched = new Map<TLSSocket, () => void>();
  let timer: NodeJS.Timeout | undefined;

  function check(): void {
    for (const [socket, flooded] of watched) {
      if (((socket as unknown as Internals)._handle?._parent?.bytesRead ?? 0) > MOST_BYTES) flooded();
    }
  }

  return {
    add(socket: TLSSocket, flooded: () => void): void {
      watched.set(socket, flooded);
      timer ??= setInterval(check, FLOOD_CHECK);
    },
    remove(socket: TLSSocket): void {
      watched.delete(socket);
      if (watched.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** Makes one handshake after the other, sharing the context and the memory of parsed certificates. */
export function createHandshake(context: SecureContext) {
  const remembered = new Map<string, Certificate>();
  let rememberedBytes = 0;
  const floods = createFloodWatch();

  function read(certificate: X509Certificate): Certificate {
    const fingerprint = fingerprintOf(certificate);
    const known = remembered.get(fingerprint);
    if (known) return known;
    const parsed = readCertificate(certificate);
    rememberedBytes += certificate.raw.length;
    if (rememberedBytes > REMEMBERED) {
      remembered.clear();
      rememberedBytes = certificate.raw.length;
    }
    remembered.set(fingerprint, parsed);
    return parsed;
  }

  function judge(socket: TLSSocket, address: string, asked: string): AddressResult | null {
    const sent = chainOf(socket);
    const [leaf, ...rest] = sent.map((certificate) => read(certificate));
    if (!leaf) return null;
    return {
      kind: 'presented',
      address,
      protocol: socket.getProtocol() ?? 'unknown',
      chain: [leaf, ...rest],
      trust: trustOf(socket),
      nameMatches: names(sent[0]!, asked),
    };
  }

  /**
   * Connects to a literal address and looks at what it presents. `asked` is the name (sent as SNI) or address that the certificate has to name. Ends
   * within `timeout` milliseconds, whatever the peer does. Throws only on a port or address that cannot be one.
   */
  function handshake(address: string, port: number, asked: string, timeout: number): Promise<AddressResult> {
    const { promise, resolve } = Promise.withResolvers<AddressResult>();
    const socket = connect({
      host: address,
      port,
      ...(isIP(asked) === 0 ? { servername: asked } : {}),
      secureContext: context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      minDHSize: 1,
    });
    // Node would build its legacy tree of the whole chain for its own name check, a quarter of the time: we judge the name ourselves.
    socket.getPeerCertificate = (() => ({})) as unknown as TLSSocket['getPeerCertificate'];
    let done = false;
    function finish(result: AddressResult): void {
      if (done) return;
      done = true;
      clearTimeout(timer);
      floods.remove(socket);
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
        fail({ code: 'handshake', detail: detailText((error as Error).message) });
      }
    }
    const timer = setTimeout(() => fail({ code: 'timeout' }), timeout);
    floods.add(socket, () => fail({ code: 'handshake', detail: 'the peer sent far more than a handshake' }));
    socket.once('secureConnect', () => finishJudged({ code: 'handshake', detail: 'the server sent no certificate' }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const failure = failureOf(error, address, networkInterfaces);
      // A server that demands a client certificate ends a TLS 1.2 handshake with an alert, after it has shown its own. Where it is we who give up,
      // on a signature that does not fit for instance, nothing shows that the chain is the peer's own.
      if (brokenOffByPeer(error)) finishJudged(failure);
      else fail(failure);
    });
    socket.once('close', () => fail({ code: 'reset', detail: 'closed' }));
    return promise;
  }

  return handshake;
}
