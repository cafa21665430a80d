import { closeSync, fstatSync, lstatSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { uptime } from 'node:os';
import { basename } from 'node:path';
import type { Log } from '../core/ports/log.ts';
import { touchPrivate } from './private-files.ts';

type Sqlite = typeof import('better-sqlite3');

/** https://sqlite.org/fileformat2.html, "WAL File Format": the log's header and the header of each frame, bytes. */
const HEADER = 32;
const FRAME = 24;
/** The last bit says in which order bytes are summed. */
const MAGIC = 0x377f0682;
const VERSION = 3_007_000;

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

/** The error that tells whoever runs the bot that its database is damaged, and what to do. */
function damage(file: string, what: string, options?: ErrorOptions): Error {
  const name = basename(file);
  return new Error(
    `The database ${file} is damaged (${what}): move it away together with ${name}-wal and ${name}-shm, put your last backup in its place, or nothing to begin anew, and start again.`,
    options,
  );
}

function logDamage(file: string, what: string): Error {
  return new Error(
    `The database ${file} has a damaged log, ${file}-wal (${what}): put your last backup in the place of both, or move the log alone away to go on without what was said in the minute before the end, and start again.`,
  );
}

/** The checksum of "WAL File Format", over whole pairs of 32-bit words, going on from `sums`. */
function summed(sums: [number, number], data: DataView, from: number, to: number, isLittle: boolean): [number, number] {
  let [a, b] = sums;
  for (let at = from; at < to; at += 8) {
    a = (a + data.getUint32(at, isLittle) + b) >>> 0;
    b = (b + data.getUint32(at + 4, isLittle) + a) >>> 0;
  }
  return [a, b];
}

type BrokenFrame = null | 'header' | { frame: number; frames: number };

/**
 * What is wrong with a write-ahead log: null when nothing is, its header, or the first frame (from 1) that cannot be
 * read although committed ones follow it. SQLite itself takes the log to end there, without a word. What cannot be told
 * from an end that is as it should be: damage to the last commit, and a log that was cut off.
 */
export function brokenFrameOf(path: string): BrokenFrame {
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const header = headerOf(fd);
      const broken = brokenIn(fd, header);
      // A bot that is at work may have begun its log anew while it was read.
      if (broken === null || header.equals(headerOf(fd))) return broken;
    }
  } finally {
    closeSync(fd);
  }
}

function headerOf(fd: number): Buffer<ArrayBuffer> {
  const header = Buffer.from(new ArrayBuffer(HEADER));
  readSync(fd, header, 0, HEADER, 0);
  return header;
}

function brokenIn(fd: number, bytes: Buffer<ArrayBuffer>): BrokenFrame {
  const { size } = fstatSync(fd);
  // Not begun: it is emptied, and its header comes with the first frame.
  if (size <= HEADER) return null;
  const header = new DataView(bytes.buffer);
  const [magic, pageSize] = [header.getUint32(0), header.getUint32(8)];
  const isLittle = magic === MAGIC;
  const isPower = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
  let sums = summed([0, 0], header, 0, 24, isLittle);
  const isSummed = sums[0] === header.getUint32(24) && sums[1] === header.getUint32(28);
  if ((!isLittle && magic !== MAGIC + 1) || header.getUint32(4) !== VERSION || !isPower || !isSummed) return 'header';
  const [first, second] = [header.getUint32(16), header.getUint32(20)];
  const frames = Math.floor((size - HEADER) / (FRAME + pageSize));
  const data = new DataView(new ArrayBuffer(FRAME + pageSize));
  let broken = 0;
  for (let frame = 1; frame <= frames; frame += 1) {
    readSync(fd, data, 0, broken > 0 ? FRAME : data.byteLength, HEADER + (frame - 1) * data.byteLength);
    // Frames of the time before the log was begun anew have other salts.
    const isOwn = data.getUint32(8) === first && data.getUint32(12) === second;
    const isCommit = data.getUint32(4) !== 0;
    // What follows without a commit was never told to anybody: rolled back, or on its way when the process ended.
    if (broken > 0 && isOwn && isCommit) return { frame: broken, frames };
    if (broken > 0) continue;
    sums = summed(summed(sums, data, 0, 8, isLittle), data, FRAME, data.byteLength, isLittle);
    if (!isOwn || sums[0] !== data.getUint32(16) || sums[1] !== data.getUint32(20)) broken = frame;
  }
  return null;
}

/**
 * Whether the machine went down since the file was last written, by its own clock: the last tenth of a second is then
 * written in any order.
 */
function wentDownSince(path: string): boolean {
  return statSync(path).mtimeMs < Date.now() - uptime() * 1000;
}

/**
 * To be called before SQLite opens a file, be it to read alone: of an empty one it would delete the log, and of a
 * damaged log it would leave out the end, both without a word. Throws one sentence; `log` hears of an end that is
 * rightly left out.
 */
export function checkSizesAndLog(file: string, log: Pick<Log, 'warn'>): void {
  const wal = `${file}-wal`;
  const [size, walSize] = [sizeOf(file), sizeOf(wal) ?? 0];
  if (size === null && walSize > HEADER)
    throw new Error(
      `The database ${file} is not there, but its log ${wal} is: put back the file, or move the log away.`,
    );
  // It has a page from its beginning on: see makeFile.
  if (size === 0) throw damage(file, 'the file is empty');
  if (walSize === 0) return;
  const broken = brokenFrameOf(wal);
  if (broken === null) return;
  if (broken === 'header') throw logDamage(file, 'its header cannot be read');
  if (!wentDownSince(wal)) throw logDamage(file, `frame ${broken.frame} of ${broken.frames} cannot be read`);
  log.warn(
    { file: wal, ...broken },
    'the machine went down while the database was written; what was not on the disk yet is left out',
  );
}

/** Makes a database file, whole or not at all, so that one without content is known to have lost it. */
function makeFile(Sqlite: Sqlite, file: string, log: Log): void {
  // A link that leads nowhere yet is SQLite's to follow.
  if (lstatSync(file, { throwIfNoEntry: false })) return;
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  touchPrivate(fresh);
  const connection = new Sqlite(fresh);
  connection.pragma('journal_mode = WAL');
  connection.close();
  renameSync(fresh, file);
  log.info({ file }, 'there was no database yet; an empty one was made');
}

/**
 * Reads every page (https://sqlite.org/pragma.html#pragma_quick_check). The texts within a row have no checksum: who
 * changes them is not found out.
 */
function checkPages(Sqlite: Sqlite, file: string): void {
  // Another connection would carry the log into a damaged file when it is closed.
  const connection = new Sqlite(file, { readonly: true });
  try {
    const [first] = connection.pragma('quick_check(1)') as { quick_check: string }[];
    if (first?.quick_check === 'ok') return;
    const complaint = first?.quick_check.replace(/^\*\*\* in database main \*\*\*\s*/, '').replaceAll(/\s+/g, ' ');
    throw damage(file, complaint ?? 'nothing can be read');
  } finally {
    connection.close();
  }
}

/**
 * To be called before the file is opened, by whoever has its lock: makes it where there is none, and throws one
 * sentence, which names the file and says what to do, when it is empty, a page of it is damaged, its log is damaged, or
 * the log is there alone.
 */
export function checkFile(Sqlite: Sqlite, file: string, log: Log): void {
  checkSizesAndLog(file, log);
  makeFile(Sqlite, file, log);
  checkPages(Sqlite, file);
}

/**
 * What SQLite says of a file that is none of its own, or that it cannot make sense of, as the same sentence; any other
 * error as it is.
 */
export function explained(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code !== 'SQLITE_NOTADB' && !code.startsWith('SQLITE_CORRUPT')) return error;
  return damage(file, (error as Error).message, { cause: error });
}
