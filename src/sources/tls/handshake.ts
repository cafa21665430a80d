import type { X509Certificate } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect, TLSSocket, type ConnectionOptions, type SecureContext } from 'node:tls';
import type { BrokenOff, Failure, Rare } from '../../core/certificates/certificate.ts';
import type { StarttlsScheme } from '../../core/targets/endpoint.ts';
import { namesHost } from './alternative-names.ts';
import { createContexts, type KeyKind, type Offer } from './contexts.ts';
import { brokenOffByPeer, detailText, failureOf, isAlert } from './failure.ts';
import { sayGoodbye } from './goodbye.ts';
import { ProxyError } from './proxy.ts';
import { rareOf } from './rare.ts';
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
  /** What is offered; as common clients do unless given. */
  offer?: Offer;
  /** Told when everything before TLS is done. */
  begun?: () => void;
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
  /** What was offered; undefined: as common clients do. */
  offer?: Offer;
  /** What it takes that common clients do not offer. */
  rare?: Rare;
  /** It asks for a client certificate. */
  asksCertificate?: boolean;
  /** It demands a client certificate; undefined where nobody waited to find out. */
  clientCertificate?: boolean;
  /** It broke off, so that nobody can connect; perhaps before it had proven that the certificate is its own. */
  brokenOff?: BrokenOff;
}

/** How long a patient handshake waits for what the server says to our last message, in milliseconds. */
const ACCEPTED_AFTER = 400;

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

type Result = Seen | Failure;
/** What TLS is spoken over: a connection that there is, or one to be made. */
type Over = Pick<ConnectionOptions, 'socket' | 'host' | 'port'>;

/** The TLS side of a connection. */
interface Shaking {
  request: HandshakeRequest;
  socket: TLSSocket;
  /** As performance.now(). */
  began: number;
  staple: Buffer | null;
  /** The handshake is done: the peer has proven that its key belongs to what it showed. */
  done: boolean;
  seen: Seen | null;
  finish: (result: Result) => void;
}

const NOTHING_SENT: Failure = { code: 'handshake', detail: 'the server sent no certificate' };

function look({ request: { asked, unverified, offer = 'common' }, socket, staple }: Shaking): Seen | null {
  const sent = chainOf(socket);
  if (sent.length === 0) return null;
  const trust = unverified ? null : trustOf(socket);
  const seen = {
    protocol: socket.getProtocol() ?? 'unknown',
    sent,
    trust,
    nameMatches: namesHost(sent[0]!, asked),
    staple,
    // Only with a CertificateRequest a server tells which signatures it takes.
    ...((socket.getSharedSigalgs() ?? []).length > 0 ? { asksCertificate: true } : {}),
  };
  return offer === 'common' ? seen : { ...seen, offer, rare: rareOf(socket, offer, sent[0]!) };
}

function finishSeen(shaking: Shaking, otherwise: Failure, more: Partial<Seen> = {}): void {
  try {
    const seen = (shaking.seen ??= look(shaking));
    shaking.finish(seen ? { ...seen, ...more } : otherwise);
  } catch (error) {
    shaking.finish({ code: 'handshake', detail: detailText((error as Error).message) });
  }
}

/** Waits for what the server says to our last message. */
function waitForWord(shaking: Shaking): void {
  const { request, socket, began } = shaking;
  shaking.seen = look(shaking);
  request.shaken?.();
  // A ticket or data show that the server has accepted us without a certificate; an alert comes as an error, which
  // `failed` reads.
  const accepted = (): void => {
    clearTimeout(timer);
    finishSeen(shaking, NOTHING_SENT, { clientCertificate: false });
  };
  // Silence for long enough is consent, too, unless the way there and back takes long.
  const took = performance.now() - began;
  const timer = setTimeout(accepted, Math.max(ACCEPTED_AFTER, 3 * took));
  socket.once('session', accepted);
  socket.once('data', accepted);
  socket.once('close', () => clearTimeout(timer));
}

/**
 * Whether it broke off for want of a client certificate: certificate_required says so (RFC 8446 section 6.2). Any other
 * end does where it had asked for one (a CertificateRequest, without which OpenSSL knows no signatures of its peer's) and
 * has our answer, that we have none. Before TLS 1.2 a CertificateRequest has no signatures, and handshake_failure in
 * answer to our Finished has to do.
 */
function demandsCertificate({ socket, done }: Shaking, error: NodeJS.ErrnoException): boolean {
  const code = error.code ?? '';
  if (code.includes('ALERT_CERTIFICATE_REQUIRED')) return true;
  if (socket.getFinished() === undefined || (done && !isAlert(error))) return false;
  if (socket.getSharedSigalgs().length > 0) return true;
  return /^TLSv1(?:\.1)?$/.test(socket.getProtocol() ?? '') && /ALERT_(?:HANDSHAKE_FAILURE|BAD_CERT)/.test(code);
}

function failed(shaking: Shaking, error: NodeJS.ErrnoException): void {
  const failure = failureOf(error, shaking.request.address, networkInterfaces);
  // Where it is we who give up, on a signature that does not fit for instance, nothing shows that the chain is the
  // peer's own.
  if (!brokenOffByPeer(error)) shaking.finish(failure);
  else if (demandsCertificate(shaking, error)) finishSeen(shaking, failure, { clientCertificate: true });
  // It has hung up on somebody whom it had accepted.
  else if (shaking.done && !isAlert(error)) finishSeen(shaking, failure);
  else {
    const said = isAlert(error) ? (failure.detail ?? null) : null;
    finishSeen(shaking, failure, { brokenOff: { said, ...(shaking.done ? { late: true } : {}) } });
  }
}

/** Speaks TLS over a connection, and tells `finish` what came of it, perhaps several times. */
function shake(
  request: HandshakeRequest,
  secureContext: SecureContext,
  over: Over,
  finish: (result: Result) => void,
): TLSSocket {
  const { asked, patient } = request;
  const socket = connect({
    ...over,
    ...(isIP(asked) === 0 ? { servername: asked } : {}),
    secureContext,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    requestOCSP: true,
    minDHSize: 1,
  });
  // Node would build its legacy tree of the whole chain for its own name check, a quarter of the time: we judge the
  // name ourselves.
  socket.getPeerCertificate = (() => ({})) as unknown as TLSSocket['getPeerCertificate'];
  const shaking: Shaking = { request, socket, began: performance.now(), staple: null, done: false, seen: null, finish };
  socket.once('OCSPResponse', (response: Buffer | null) => {
    shaking.staple = response && response.length > 0 ? Buffer.from(response) : null;
  });
  // Only with a listener from the beginning are tickets told.
  if (patient) socket.on('session', () => {});
  socket.once('secureConnect', () => {
    shaking.done = true;
    if (patient && socket.getProtocol() === 'TLSv1.3') waitForWord(shaking);
    else finishSeen(shaking, NOTHING_SENT, patient ? { clientCertificate: false } : {});
  });
  // What there is to be known of a connection that ends is gone when its error is told, unless it is an alert that comes
  // after the handshake.
  socket._destroy = (error, destroyed) => {
    if (error) failed(shaking, error);
    TLSSocket.prototype._destroy.call(socket, error, destroyed);
  };
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (!socket.destroyed) failed(shaking, error);
  });
  socket.once('close', () => {
    if (shaking.seen) finishSeen(shaking, NOTHING_SENT);
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

/** What handshakes share. */
interface Shared {
  contextFor: ReturnType<typeof createContexts>;
  floods: ReturnType<typeof createFloodWatch>;
}

function handshake({ contextFor, floods }: Shared, request: HandshakeRequest): Promise<Result> {
  const { address, port, scheme, timeout, tunnel } = request;
  const { promise, resolve } = Promise.withResolvers<Result>();
  const sockets: Socket[] = [];
  let giveUp: AbortController | null = null;
  let watched: TLSSocket | null = null;
  let found: Result | null = null;
  function leave(): void {
    clearTimeout(timer);
    if (watched) floods.remove(watched);
    // The TLS side before what it stands on: the other way round Node 24 ends with a segmentation fault.
    for (const socket of sockets.toReversed()) socket.destroy();
    if (found) resolve(found);
  }
  function finish(result: Result): void {
    if (found) return;
    found = result;
    giveUp?.abort();
    if (watched && !isFailure(result)) void sayGoodbye(watched, scheme).then(leave);
    else leave();
  }
  function breakOff(failure: Failure): void {
    finish(failure);
    leave();
  }
  function hold(socket: Socket): void {
    sockets.push(socket);
    socket.on('error', () => {});
    if (found) socket.destroy();
  }
  function begin(over: Over): void {
    request.begun?.();
    watched = shake(request, contextFor(request), over, finish);
    sockets.push(watched);
    floods.add(watched, () => breakOff({ code: 'handshake', detail: 'the peer sent far more than a handshake' }));
  }
  const timer = setTimeout(() => breakOff({ code: 'timeout' }), timeout);
  if (scheme === 'tls' && !tunnel) begin({ host: address, port });
  else {
    giveUp = new AbortController();
    prepare(request, hold, giveUp.signal).then(
      (socket) => {
        if (!found) begin({ socket });
      },
      (error: unknown) => finish(failureFor(error, address)),
    );
  }
  return promise;
}

/**
 * Makes one handshake after the other, sharing the contexts. `roots`: trust anchors in place of Node's own, PEM. A
 * handshake connects and looks at what is presented. It ends within `timeout` milliseconds, whatever the peer does, and
 * throws only on a port or address that cannot be one.
 */
export function createHandshake(options: { roots?: string[] } = {}) {
  const shared: Shared = { contextFor: createContexts(options), floods: createFloodWatch() };
  return (request: HandshakeRequest): Promise<Result> => handshake(shared, request);
}

/** Whether a handshake failed. */
export function isFailure(result: Seen | Failure): result is Failure {
  return 'code' in result;
}
