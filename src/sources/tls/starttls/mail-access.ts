import type { Wire } from '../wire.ts';
import { noTls, statusOf, strange, turnedAway } from './refusals.ts';
import { readBlock } from './replies.ts';

/**
 * A line with the literals in it, each as a quoted string would be: `{5}` CR LF `abcde` (RFC 9051 section 4.3, RFC 5804
 * section 4).
 */
async function readWithLiterals(wire: Wire): Promise<string> {
  let line = await wire.readLine();
  for (let literal = /\{(\d{1,9})\+?\}$/.exec(line); literal; literal = /\{(\d{1,9})\+?\}$/.exec(line)) {
    const text = (await wire.readBytes(Number(literal[1]))).toString('utf8');
    line = `${line.slice(0, literal.index)}"${text.replaceAll(/["\\]/g, '')}"${await wire.readLine()}`;
  }
  return line;
}

/** Untagged lines up to the answer that has the tag. */
async function readTagged(wire: Wire, tag: string): Promise<{ answer: string; untagged: string[] }> {
  const untagged: string[] = [];
  for (;;) {
    const line = await readWithLiterals(wire);
    if (line.startsWith(`${tag} `)) return { answer: line.slice(tag.length + 1), untagged };
    if (/^\* BYE\b/i.test(line)) throw turnedAway(statusOf(line));
    if (!line.startsWith('* ')) throw strange(line);
    untagged.push(line);
  }
}

/** Whether a list of capabilities, as a response or as a code in brackets, has STARTTLS; undefined: there is none. */
function capability(line: string): boolean | undefined {
  const list = /^\* (?:CAPABILITY\b|OK \[CAPABILITY\b)([^\]]*)/i.exec(line)?.[1];
  return list?.toUpperCase().split(/\s+/).includes('STARTTLS');
}

/** RFC 9051 sections 6.2.1 and 7.1, RFC 2595. */
export async function imap(wire: Wire): Promise<void> {
  const greeting = await readWithLiterals(wire);
  // Signed in already: STARTTLS is a command of the state before.
  if (/^\* PREAUTH\b/i.test(greeting)) throw noTls(statusOf(greeting));
  if (/^\* BYE\b/i.test(greeting)) throw turnedAway(statusOf(greeting));
  if (!/^\* OK\b/i.test(greeting)) throw strange(greeting);
  if (capability(greeting) !== true) {
    wire.write('a1 CAPABILITY\r\n');
    const { answer, untagged } = await readTagged(wire, 'a1');
    if (!/^OK\b/i.test(answer)) throw /^(?:NO|BAD)\b/i.test(answer) ? turnedAway(statusOf(answer)) : strange(answer);
    if (!untagged.some((line) => capability(line) === true)) throw noTls('CAPABILITY: no STARTTLS');
  }
  wire.write('a2 STARTTLS\r\n');
  const { answer } = await readTagged(wire, 'a2');
  if (!/^OK\b/i.test(answer)) throw /^(?:NO|BAD)\b/i.test(answer) ? noTls(statusOf(answer)) : strange(answer);
}

async function readStatus(wire: Wire): Promise<{ ok: boolean; said: string }> {
  const said = await wire.readLine();
  const status = /^(\+OK|-ERR)(?:\s|$)/i.exec(said)?.[1];
  if (status === undefined) throw strange(said);
  return { ok: status.startsWith('+'), said };
}

/** RFC 1939, 2449 (CAPA) and 2595 section 4 (STLS). */
export async function pop3(wire: Wire): Promise<void> {
  const greeting = await readStatus(wire);
  if (!greeting.ok) throw turnedAway(statusOf(greeting.said));
  wire.write('CAPA\r\n');
  // Servers without CAPA may have STLS nevertheless.
  if ((await readStatus(wire)).ok) {
    const offered = (await readBlock(wire)).some((line) => /^STLS(?:\s|$)/i.test(line));
    if (!offered) throw noTls('CAPA: no STLS');
  }
  wire.write('STLS\r\n');
  const answer = await readStatus(wire);
  if (!answer.ok) throw noTls(statusOf(answer.said));
}

/** RFC 5804 section 1.2: OK, NO or BYE, perhaps with a code and a text. */
const SIEVE_ANSWER = /^(OK|NO|BYE)(?:[\s(]|$)/i;

/** ManageSieve (RFC 5804 sections 1.7 and 2.2): the greeting is the list of capabilities. */
export async function sieve(wire: Wire): Promise<void> {
  let offered = false;
  let line = await readWithLiterals(wire);
  for (; !SIEVE_ANSWER.test(line); line = await readWithLiterals(wire)) {
    const name = /^"([^"]*)"/.exec(line)?.[1];
    if (name === undefined) throw strange(line);
    if (name.toUpperCase() === 'STARTTLS') offered = true;
  }
  if (!/^OK/i.test(line)) throw turnedAway(statusOf(line));
  if (!offered) throw noTls('no STARTTLS among its capabilities');
  wire.write('STARTTLS\r\n');
  const answer = await readWithLiterals(wire);
  const status = SIEVE_ANSWER.exec(answer)?.[1]?.toUpperCase();
  if (status === undefined) throw strange(answer);
  if (status === 'BYE') throw turnedAway(statusOf(answer));
  if (status !== 'OK') throw noTls(statusOf(answer));
}
