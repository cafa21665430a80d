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

/**
 * Reads from a connected socket, in bounds: at most `most` bytes in all, 8 KB a line, 1,000 lines, no NUL in text.
 * Beyond them reads reject with PreludeError (`protocol`); with the socket's own error, or ECONNRESET, when it ends.
 * There is no deadline: whoever destroys the socket ends a read.
 */
export function createWire(socket: Socket, { most = MOST_BYTES }: { most?: number } = {}): Wire {
  // One buffer that grows: a peer that sends byte by byte causes no copying of everything that came before.
  let store = Buffer.allocUnsafe(2048);
  let start = 0;
  let end = 0;
  let scanned = 0;
  let received = 0;
  let lines = 0;
  let failure: Error | null = null;
  let wake: (() => void) | null = null;

  function awaken(): void {
    wake?.();
    wake = null;
  }

  function fail(error: Error): void {
    failure ??= error;
    awaken();
  }

  function append(chunk: Buffer): void {
    if (end + chunk.length > store.length) {
      const held = store.subarray(start, end);
      const size = Math.max(2 * (held.length + chunk.length), store.length);
      store = Buffer.concat([held, Buffer.allocUnsafe(size - held.length)], size);
      end = held.length;
      start = 0;
    }
    chunk.copy(store, end);
    end += chunk.length;
    received += chunk.length;
  }

  function drain(): void {
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) {
      append(chunk);
      if (received > most) {
        fail(broken('what it says before TLS does not end'));
        return;
      }
    }
  }

  function readable(): void {
    if (failure) return;
    drain();
    awaken();
  }
  const closed = (): void => fail(closedByPeer());

  /** Waits until `find` tells how many bytes are wanted, which may be undefined so far. */
  async function take(find: () => number | undefined): Promise<Buffer> {
    for (;;) {
      const length = find();
      if (length !== undefined) {
        const taken = Buffer.from(store.subarray(start, start + length));
        start += length;
        scanned = 0;
        return taken;
      }
      if (failure) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function readBytes(count: number): Promise<Buffer> {
    // They would never all be taken.
    if (count > most) throw broken('what it says before TLS does not end');
    return take(() => (end - start >= count ? count : undefined));
  }

  async function readUntil(delimiter: string): Promise<string> {
    lines += 1;
    if (lines > MOST_LINES) throw broken('what it says before TLS does not end');
    const wanted = delimiter.charCodeAt(0);
    const text = await take(() => {
      const held = store.subarray(start, end);
      const found = held.indexOf(wanted, scanned);
      const fresh = held.subarray(scanned, found < 0 ? held.length : found);
      // No text protocol has it: another one speaks here, and might never send what is waited for.
      if (fresh.includes(0)) throw broken('binary data in place of text');
      if ((found < 0 ? held.length : found) > LONGEST_LINE) throw broken('a line does not end');
      scanned = held.length;
      return found < 0 ? undefined : found + 1;
    });
    return text.toString('utf8');
  }

  socket.on('readable', readable);
  socket.once('error', fail);
  socket.once('end', closed);
  socket.once('close', closed);
  if (socket.destroyed || socket.readableEnded) closed();

  return {
    readLine: async () => withoutEnd(await readUntil('\n')),
    readBytes,
    readUntil,
    write(data) {
      if (socket.writable) socket.write(data);
    },
    release() {
      if (!failure) drain();
      socket.removeListener('readable', readable);
      socket.removeListener('error', fail);
      socket.removeListener('end', closed);
      socket.removeListener('close', closed);
      socket.pause();
      return Buffer.from(store.subarray(start, end));
    },
  };
}
