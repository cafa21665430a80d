import type { Wire } from '../wire.ts';
import { noTls, strange, turnedAway } from './refusals.ts';

/** An answer that begins with three digits. */
interface Reply {
  code: number;
  /** What follows the digits, line by line. */
  lines: string[];
  /** All of it, for a failure's detail. */
  said: string;
}

const LINE = /^([1-5]\d\d)(?:([ -])(.*))?$/s;

/**
 * A reply of SMTP (RFC 5321 section 4.2.1: each line has the digits) or FTP (RFC 959 section 4.2: those between the
 * first line and the last may be anything).
 */
async function readReply(wire: Wire, style: 'smtp' | 'ftp' = 'smtp'): Promise<Reply> {
  const first = await wire.readLine();
  const [, digits, separator, text = ''] = LINE.exec(first) ?? [];
  if (digits === undefined) throw strange(first);
  const lines = [text];
  let more = separator === '-';
  while (more) {
    const line = await wire.readLine();
    const next = LINE.exec(line);
    if (style === 'smtp' && next?.[1] !== digits) throw refused({ code: Number(next?.[1] ?? 0), said: line });
    lines.push(next?.[1] === digits ? (next[3] ?? '') : line);
    more = next?.[1] !== digits || next[2] === '-';
  }
  return { code: Number(digits), lines, said: `${digits} ${lines.join(' ')}` };
}

/**
 * The names that we greet with: nobody's (RFC 6761 section 6.4), since we send no mail; and where names have to
 * resolve, an address as mail programs give it (RFC 5321 section 4.1.3).
 */
const OUR_NAMES = ['certbot.invalid', '[127.0.0.1]'];
/** It does not know the command, or closes the connection: another name is no use. */
const WHATEVER_NAME = new Set([421, 500, 502]);
/** Of a command, not of whoever gives it (RFC 5321 section 4.2.2). */
const NO_SUCH_COMMAND = new Set([500, 501, 502, 503, 504]);

/** What comes in place of a greeting or of an answer: the server sends us away, or something else speaks here. */
function refused({ code, said }: { code: number; said: string }): Error {
  return code >= 400 ? turnedAway(String(code)) : strange(said);
}

async function greet(wire: Wire, hello: 'EHLO' | 'LHLO'): Promise<Reply> {
  let first: Reply | null = null;
  for (const name of OUR_NAMES) {
    wire.write(`${hello} ${name}\r\n`);
    const offered = await readReply(wire);
    if (offered.code === 250) return offered;
    first ??= offered;
    if (WHATEVER_NAME.has(offered.code) || offered.code < 400) break;
  }
  throw NO_SUCH_COMMAND.has(first!.code) ? noTls(String(first!.code)) : refused(first!);
}

async function greetAndAsk(wire: Wire, hello: 'EHLO' | 'LHLO'): Promise<void> {
  const greeting = await readReply(wire);
  if (greeting.code !== 220) throw refused(greeting);
  const offered = await greet(wire, hello);
  if (!offered.lines.slice(1).some((line) => /^STARTTLS\s*$/i.test(line))) throw noTls(`${hello}: no STARTTLS`);
  wire.write('STARTTLS\r\n');
  const answer = await readReply(wire);
  // 421: it closes the connection, whatever was asked (RFC 5321 section 3.8).
  if (answer.code === 421) throw refused(answer);
  if (answer.code !== 220) throw noTls(String(answer.code));
}

/** RFC 5321 and 3207. */
export function smtp(wire: Wire): Promise<void> {
  return greetAndAsk(wire, 'EHLO');
}

/** RFC 2033: SMTP with another greeting. */
export function lmtp(wire: Wire): Promise<void> {
  return greetAndAsk(wire, 'LHLO');
}

/** RFC 4217. AUTH TLS is asked for without FEAT: not every server lists it, and every server answers it. */
export async function ftp(wire: Wire): Promise<void> {
  let greeting = await readReply(wire, 'ftp');
  // "Service ready in nnn minutes": the greeting proper follows.
  if (greeting.code === 120) greeting = await readReply(wire, 'ftp');
  if (greeting.code !== 220) throw refused(greeting);
  wire.write('AUTH TLS\r\n');
  const answer = await readReply(wire, 'ftp');
  if (answer.code === 421) throw refused(answer);
  if (answer.code !== 234) throw noTls(String(answer.code));
}

/** RFC 3977 and 4642. */
export async function nntp(wire: Wire): Promise<void> {
  const greeting = await readNews(wire);
  if (greeting.code !== 200 && greeting.code !== 201) throw refused(greeting);
  let capabilities = await readCapabilities(wire);
  // A server for feeds and readers turns to the latter only when told (RFC 3977 section 5.3).
  if (capabilities && !capabilities.has('STARTTLS') && capabilities.has('MODE-READER')) {
    wire.write('MODE READER\r\n');
    const reader = await readNews(wire);
    if (reader.code !== 200 && reader.code !== 201) throw noTls(String(reader.code));
    capabilities = await readCapabilities(wire);
  }
  if (capabilities && !capabilities.has('STARTTLS')) throw noTls('CAPABILITIES: no STARTTLS');
  wire.write('STARTTLS\r\n');
  const answer = await readNews(wire);
  if (answer.code === 400) throw refused(answer);
  if (answer.code !== 382) throw noTls(String(answer.code));
}

/** NNTP has single lines, after which a code tells whether a block of lines follows. */
async function readNews(wire: Wire): Promise<{ code: number; said: string }> {
  const said = await wire.readLine();
  const code = LINE.exec(said)?.[1];
  if (code === undefined) throw strange(said);
  return { code: Number(code), said };
}

/** Labels of the capabilities; null where the server does not know the command (RFC 977). */
async function readCapabilities(wire: Wire): Promise<Set<string> | null> {
  wire.write('CAPABILITIES\r\n');
  const answer = await readNews(wire);
  if (answer.code === 400) throw refused(answer);
  if (answer.code !== 101) return null;
  return new Set((await readBlock(wire)).map((line) => line.split(/\s/, 1)[0]!.toUpperCase()));
}

/** Lines up to the one that is a single dot (RFC 3977 section 3.1.1, RFC 1939 section 3). */
export async function readBlock(wire: Wire): Promise<string[]> {
  const lines: string[] = [];
  for (let line = await wire.readLine(); line !== '.'; line = await wire.readLine()) lines.push(line);
  return lines;
}
