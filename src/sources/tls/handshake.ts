import { constants, type X509Certificate } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect, createSecureContext, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls';
import type { Failure } from '../../core/certificates/certificate.ts';
import type { StarttlsScheme } from '../../core/targets/target.ts';
import { brokenOffByPeer, detailText, failureOf } from './failure.ts';
import { ProxyError } from './proxy.ts';
import { askForTls } from './starttls.ts';
import { PreludeError } from './wire.ts';

/** A chain longer than this is cut: no real one comes near it. */
const LONGEST_CHAIN = 20;
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
 * Kinds of keys that a server may have a certificate for, each with the signatures that a client offers which takes no
 * other (RFC 8446 section 4.2.3).
 */
const SIGNATURES = {
  rsa: 'rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1',
  ec: 'ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:ed448:ECDSA+SHA1',
} as const;
/**
 * And the suites before TLS 1.3, whose authentication is part of them (RFC 8422 section 2): versions below 1.2 know no
 * other way to choose.
 */
const SUITES = { rsa: 'aRSA', ec: 'aECDSA' } as const;
/** Of TLS 1.3, the cheapest first: most servers take what the client prefers, and nothing of worth is sent. */
const SUITES_13 = 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384';

export type KeyKind = keyof typeof SIGNATURES;

/**
 * Which context a handshake needs: certificates of one kind of key alone, any that are to be verified, any whose chain
 * is known anyway.
 */
type Context = KeyKind | 'any' | 'unverified';

/**
 * The context that all handshakes share: making one with the bundled roots costs milliseconds. Old protocols and weak
 * ciphers are offered as well, since a server that speaks nothing else still has a certificate worth looking at;
 * everything else still negotiates TLS 1.3. `only`: certificates with that kind of key alone are taken. `roots`: PEM;
 * without them Node's own; none at all: nothing is verified, which saves a tenth of the work.
 */
export function createProbeContext({ only, roots }: { only?: KeyKind; roots?: string[] } = {}): SecureContext {
  return createSecureContext({
    // An authority may be trusted without the one above it.
    ...(roots ? { ca: roots, allowPartialTrustChain: true } : {}),
    minVersion: 'TLSv1',
    ciphers: `${SUITES_13}:${only ? SUITES[only] : 'DEFAULT'}:@SECLEVEL=0`,
    ...(only ? { sigalgs: SIGNATURES[only] } : {}),
    // Only the first gets a key share at once; the rest is for servers that insist. Post-quantum groups are left out:
    // servers prefer them, at the cost of a second round, and no secret is ever sent.
    ecdhCurve: 'X25519:P-256:P-384:P-521:X448',
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

/**
 * The chain as sent. `getPeerX509Certificate` hands over its certificate once: a second call on the same socket finds
 * nothing.
 */
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

/** Where to, and as whom. */
export interface HandshakeRequest {
  /** A literal address; it has been checked. */
  address: string;
  port: number;
  /** The name (sent as SNI) or address that the certificate has to name. */
  asked: string;
  /** "tls", or the protocol in which TLS is asked for. */
  scheme: string;
  /** Milliseconds for everything. */
  timeout: number;
  /** Certificates with that kind of key alone are taken. */
  only?: KeyKind;
  /** The chain is not verified: it is expected to be one whose verdict is known. */
  unverified?: boolean;
  /**
   * Waits a moment for the answer to our last message: a server that demands a client certificate says so only then
   * (RFC 8446 section 4.4.2.4).
   */
  patient?: boolean;
  /** Told when all work is done and only patience is left. */
  shaken?: () => void;
  /** Opens the connection, in place of one straight to the address. */
  tunnel?: (signal: AbortSignal) => Promise<Socket>;
}

/** What a handshake saw. */
export interface Seen {
  protocol: string;
  /** As sent, leaf first, never empty. */
  sent: X509Certificate[];
  /** What OpenSSL's verification said, see Trust; null when it was not asked. */
  trust: string | null;
  nameMatches: boolean;
  /** A stapled OCSP response (RFC 6066 section 8), DER. */
  staple: Buffer | null;
  /** It demands a client certificate; undefined where nobody waited to find out. */
  clientCertificate?: boolean;
}

/** How long a patient handshake waits for what the server says to our last message, in milliseconds. */
const ACCEPTED_AFTER = 400;

/**
 * Servers that want a client certificate break off with certificate_required (RFC 8446 section 6.2), before TLS 1.3
 * mostly with handshake_failure. What they present has been seen by then, so it is not our offer that they refuse.
 */
function demandsCertificate({ code = '' }: NodeJS.ErrnoException): boolean {
  return /ALERT_(?:CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|NO_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(
    code,
  );
}

/** What went wrong, as the look reports it. */
function failureFor(error: unknown, address: string): Failure {
  if (error instanceof PreludeError || error instanceof ProxyError) return error.failure;
  return failureOf(error as NodeJS.ErrnoException, address, networkInterfaces);
}

async function connected(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  socket.once('error', reject);
  try {
    await promise;
  } finally {
    socket.removeListener('connect', resolve);
    socket.removeListener('error', reject);
  }
}

/** Makes one handshake after the other, sharing the contexts. `roots`: trust anchors in place of Node's own, PEM. */
export function createHandshake({ roots }: { roots?: string[] } = {}) {
  const contexts = new Map<Context, SecureContext>();
  const floods = createFloodWatch();

  function contextFor({ only, unverified }: HandshakeRequest): SecureContext {
    const name = only ?? (unverified ? 'unverified' : 'any');
    const known = contexts.get(name);
    if (known) return known;
    const trusted = name === 'unverified' ? [] : roots;
    const made = createProbeContext({ ...(only ? { only } : {}), ...(trusted ? { roots: trusted } : {}) });
    contexts.set(name, made);
    return made;
  }

  /** The TLS side of a connection. */
  function shake(
    request: HandshakeRequest,
    over: Pick<ConnectionOptions, 'socket' | 'host' | 'port'>,
    finish: (seen: Seen | Failure) => void,
  ): TLSSocket {
    const { address, asked, patient, unverified } = request;
    const socket = connect({
      ...over,
      ...(isIP(asked) === 0 ? { servername: asked } : {}),
      secureContext: contextFor(request),
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      requestOCSP: true,
      minDHSize: 1,
    });
    // Node would build its legacy tree of the whole chain for its own name check, a quarter of the time: we judge the
    // name ourselves.
    socket.getPeerCertificate = (() => ({})) as unknown as TLSSocket['getPeerCertificate'];
    const began = performance.now();
    let staple: Buffer | null = null;
    let seen: Seen | null = null;

    function look(): Seen | null {
      const sent = chainOf(socket);
      if (sent.length === 0) return null;
      const trust = unverified ? null : trustOf(socket);
      return { protocol: socket.getProtocol() ?? 'unknown', sent, trust, nameMatches: names(sent[0]!, asked), staple };
    }
    function finishSeen(otherwise: Failure, more: Partial<Seen> = {}): void {
      try {
        seen ??= look();
        finish(seen ? { ...seen, ...more } : otherwise);
      } catch (error) {
        finish({ code: 'handshake', detail: detailText((error as Error).message) });
      }
    }
    const nothingSent: Failure = { code: 'handshake', detail: 'the server sent no certificate' };
    socket.once('OCSPResponse', (response: Buffer | null) => {
      staple = response && response.length > 0 ? Buffer.from(response) : null;
    });
    // Only with a listener from the beginning are tickets told.
    if (patient) socket.on('session', () => {});
    socket.once('secureConnect', () => {
      if (!patient || socket.getProtocol() !== 'TLSv1.3') {
        finishSeen(nothingSent, patient ? { clientCertificate: false } : {});
        return;
      }
      seen = look();
      request.shaken?.();
      // A ticket or data show that the server has accepted us without a certificate; an alert comes as an error, below.
      const accepted = (): void => {
        clearTimeout(timer);
        finishSeen(nothingSent, { clientCertificate: false });
      };
      // Silence for long enough is consent, too, unless the way there and back takes long.
      const took = performance.now() - began;
      const timer = setTimeout(accepted, Math.max(ACCEPTED_AFTER, 3 * took));
      socket.once('session', accepted);
      socket.once('data', accepted);
      socket.once('close', () => clearTimeout(timer));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const failure = failureOf(error, address, networkInterfaces);
      // A server that demands a client certificate ends a TLS 1.2 handshake with an alert, after it has shown its own.
      // Where it is we who give up, on a signature that does not fit for instance, nothing shows that the chain is the
      // peer's own.
      if (brokenOffByPeer(error)) finishSeen(failure, demandsCertificate(error) ? { clientCertificate: true } : {});
      else finish(failure);
    });
    socket.once('close', () => {
      if (seen) finishSeen(nothingSent);
      else finish({ code: 'reset', detail: 'closed' });
    });
    return socket;
  }

  /** The plain side of a connection: through the proxy, and up to where the server is ready for TLS. */
  async function prepare(
    request: HandshakeRequest,
    hold: (socket: Socket) => void,
    signal: AbortSignal,
  ): Promise<Socket> {
    const { address, port, scheme, asked, tunnel } = request;
    const socket = tunnel ? await tunnel(signal) : connectTcp({ host: address, port });
    hold(socket);
    if (!tunnel) await connected(socket);
    if (scheme !== 'tls') await askForTls(socket, scheme as StarttlsScheme, asked);
    return socket;
  }

  /**
   * Connects and looks at what is presented. Ends within `timeout` milliseconds, whatever the peer does. Throws only on
   * a port or address that cannot be one.
   */
  function handshake(request: HandshakeRequest): Promise<Seen | Failure> {
    const { address, port, scheme, timeout, tunnel } = request;
    const { promise, resolve } = Promise.withResolvers<Seen | Failure>();
    const sockets: Socket[] = [];
    let giveUp: AbortController | null = null;
    let watched: TLSSocket | null = null;
    let done = false;
    function finish(result: Seen | Failure): void {
      if (done) return;
      done = true;
      clearTimeout(timer);
      if (watched) floods.remove(watched);
      giveUp?.abort();
      // The TLS side before what it stands on: the other way round Node 24 ends with a segmentation fault.
      for (const socket of sockets.toReversed()) socket.destroy();
      resolve(result);
    }
    function hold(socket: Socket): void {
      sockets.push(socket);
      socket.on('error', () => {});
      if (done) socket.destroy();
    }
    function begin(over: Pick<ConnectionOptions, 'socket' | 'host' | 'port'>): void {
      watched = shake(request, over, finish);
      sockets.push(watched);
      floods.add(watched, () => finish({ code: 'handshake', detail: 'the peer sent far more than a handshake' }));
    }
    const timer = setTimeout(() => finish({ code: 'timeout' }), timeout);
    if (scheme === 'tls' && !tunnel) begin({ host: address, port });
    else {
      giveUp = new AbortController();
      prepare(request, hold, giveUp.signal).then(
        (socket) => {
          if (!done) begin({ socket });
        },
        (error: unknown) => finish(failureFor(error, address)),
      );
    }
    return promise;
  }

  return handshake;
}

/** Whether a handshake failed. */
export function isFailure(result: Seen | Failure): result is Failure {
  return 'code' in result;
}
