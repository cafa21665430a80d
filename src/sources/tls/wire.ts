import type { Socket } from 'node:net';
import type { Failure } from '../../core/certificates/certificate.ts';

/** Read in all before TLS: real servers need less than four of these kilobytes. */
const MOST_BYTES = 64 * 1024;
/**
 * A line, or an XML tag. RFC 5321 section 4.5.3.1.5 allows replies 512 bytes a line; capability lists of IMAP are
 * longer.
 */
const LONGEST_LINE = 8 * 1024;
const MOST_LINES = 1000;

/** Thrown inside a prelude; carries what the look reports. */
export class PreludeError extends Error {
  readonly code = 'PRELUDE';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.detail ?? failure.code);
    this.name = 'PreludeError';
    this.failure = failure;
  }
}

/** The plain-text part of a connection, for one reader at a time. */
export interface Wire {
  /** One line, without its CR LF or LF. */
  readLine(): Promise<string>;
  readBytes(count: number): Promise<Buffer>;
  /** Text up to and including a delimiter of one ASCII character. */
  readUntil(delimiter: string): Promise<string>;
  /** Sends; after the connection has ended it does nothing, since the next read says so. */
  write(data: string | Buffer): void;
  /**
   * Leaves the socket paused and without listeners of ours, ready for `tls.connect({ socket })`; returns what came and
   * nobody read.
   */
  release(): Buffer;
}

function broken(detail: string): PreludeError {
  return new PreludeError({ code: 'protocol', detail });
}

/**
 * A line without its LF and the CRs before it, of which some servers send two. No pattern: one would look at each CR of
 * thousands as a beginning.
 */
function withoutEnd(line: string): string {
  let length = line.length - 1;
  while (line[length - 1] === '\r') length -= 1;
  return line.slice(0, length);
}

/** What a connection ends with that its peer closed. */
export function closedByPeer(): NodeJS.ErrnoException {
  return Object.assign(new Error('the peer closed the connection'), { code: 'ECONNRESET' });
}

/** What comes in on a socket. */
interface Inflow {
  socket: Socket;
  /** Bytes at most, in all. */
  most: number;
  /** One buffer that grows: a peer that sends byte by byte causes no copying of everything that came before. */
  store: Buffer;
  /** What nobody read yet stands between them in `store`. */
  start: number;
  end: number;
  /** Bytes after `start` in which a delimiter was looked for already. */
  scanned: number;
  /** Bytes in all. */
  received: number;
  /** Lines that were asked for. */
  lines: number;
  /** Why nothing comes any more. */
  failure: Error | null;
  /** Wakes the reader. */
  wake: (() => void) | null;
}

function heldOf({ store, start, end }: Inflow): Buffer {
  return store.subarray(start, end);
}

function awaken(inflow: Inflow): void {
  inflow.wake?.();
  inflow.wake = null;
}

function fail(inflow: Inflow, error: Error): void {
  inflow.failure ??= error;
  awaken(inflow);
}

function append(inflow: Inflow, chunk: Buffer): void {
  if (inflow.end + chunk.length > inflow.store.length) {
    const held = heldOf(inflow);
    const size = Math.max(2 * (held.length + chunk.length), inflow.store.length);
    inflow.store = Buffer.concat([held, Buffer.allocUnsafe(size - held.length)], size);
    inflow.end = held.length;
    inflow.start = 0;
  }
  chunk.copy(inflow.store, inflow.end);
  inflow.end += chunk.length;
  inflow.received += chunk.length;
}

/** Takes in what the socket has. */
function drain(inflow: Inflow): void {
  const { socket, most } = inflow;
  for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
    append(inflow, chunk);
    if (inflow.received > most) {
      fail(inflow, broken('what it says before TLS does not end'));
      return;
    }
  }
}

/** Waits until `find` tells how many bytes are wanted, which may be undefined so far. */
async function take(inflow: Inflow, find: () => number | undefined): Promise<Buffer> {
  for (;;) {
    const length = find();
    if (length !== undefined) {
      const taken = Buffer.from(inflow.store.subarray(inflow.start, inflow.start + length));
      inflow.start += length;
      inflow.scanned = 0;
      return taken;
    }
    if (inflow.failure) throw inflow.failure;
    await new Promise<void>((resolve) => {
      inflow.wake = resolve;
    });
  }
}

async function readBytes(inflow: Inflow, count: number): Promise<Buffer> {
  // They would never all be taken.
  if (count > inflow.most) throw broken('what it says before TLS does not end');
  return take(inflow, () => (inflow.end - inflow.start >= count ? count : undefined));
}

async function readUntil(inflow: Inflow, delimiter: string): Promise<string> {
  inflow.lines += 1;
  if (inflow.lines > MOST_LINES) throw broken('what it says before TLS does not end');
  const wanted = delimiter.charCodeAt(0);
  const text = await take(inflow, () => {
    const held = heldOf(inflow);
    const found = held.indexOf(wanted, inflow.scanned);
    const fresh = held.subarray(inflow.scanned, found < 0 ? held.length : found);
    // No text protocol has it: another one speaks here, and might never send what is waited for.
    if (fresh.includes(0)) throw broken('binary data in place of text');
    if ((found < 0 ? held.length : found) > LONGEST_LINE) throw broken('a line does not end');
    inflow.scanned = held.length;
    return found < 0 ? undefined : found + 1;
  });
  return text.toString('utf8');
}

/**
 * Reads from a connected socket, in bounds: at most `most` bytes in all, 8 KB a line, 1,000 lines, no NUL in text.
 * Beyond them reads reject with PreludeError (`protocol`); with the socket's own error, or ECONNRESET, when it ends.
 * There is no deadline: whoever destroys the socket ends a read.
 */
export function createWire(socket: Socket, { most = MOST_BYTES }: { most?: number } = {}): Wire {
  const inflow: Inflow = {
    socket,
    most,
    store: Buffer.allocUnsafe(2048),
    start: 0,
    end: 0,
    scanned: 0,
    received: 0,
    lines: 0,
    failure: null,
    wake: null,
  };

  function readable(): void {
    if (inflow.failure) return;
    drain(inflow);
    awaken(inflow);
  }
  const failed = (error: Error): void => fail(inflow, error);
  const closed = (): void => fail(inflow, closedByPeer());

  socket.on('readable', readable);
  socket.once('error', failed);
  socket.once('end', closed);
  socket.once('close', closed);
  if (socket.destroyed || socket.readableEnded) closed();

  return {
    readLine: async () => withoutEnd(await readUntil(inflow, '\n')),
    readBytes: (count) => readBytes(inflow, count),
    readUntil: (delimiter) => readUntil(inflow, delimiter),
    write(data) {
      if (socket.writable) socket.write(data);
    },
    release() {
      if (!inflow.failure) drain(inflow);
      socket.removeListener('readable', readable);
      socket.removeListener('error', failed);
      socket.removeListener('end', closed);
      socket.removeListener('close', closed);
      socket.pause();
      return Buffer.from(heldOf(inflow));
    },
  };
}
