import type { Wire } from '../wire.ts';
import { noTls, notSpoken, strange, turnedAway } from './refusals.ts';

/** SSLRequest (PostgreSQL documentation, "Message Formats"): length 8, code 80877103. */
const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex');
const LONGEST_ERROR = 4096;

/**
 * The SQLSTATE of an ErrorResponse: fields with a letter each of which C is the code; before version 3 of the protocol,
 * text alone.
 */
async function readPostgresError(wire: Wire): Promise<string> {
  const first = await wire.readBytes(1);
  if (first[0] !== 0) {
    // Others say "ERROR" as well.
    if ((first.toString('latin1') + (await wire.readUntil('\n'))).startsWith('RROR')) throw strange('');
    return 'ERROR';
  }
  const length = (await wire.readBytes(3)).readUIntBE(0, 3) - 4;
  if (length < 0 || length > LONGEST_ERROR) throw notSpoken('an error that is not PostgreSQL’s');
  const fields = (await wire.readBytes(length)).toString('utf8').split('\0');
  return fields.find((field) => /^C[0-9A-Z]{5}$/.test(field))?.slice(1) ?? 'ERROR';
}

/**
 * PostgreSQL's "SSL Session Encryption": exactly one byte answers; what follows it in plain text must never be read
 * (CVE-2021-23222).
 */
export async function postgres(wire: Wire): Promise<void> {
  wire.write(SSL_REQUEST);
  const answer = (await wire.readBytes(1)).toString('latin1');
  if (answer === 'S') return;
  if (answer === 'N') throw noTls('the server does not accept TLS');
  if (answer === 'E') throw turnedAway(await readPostgresError(wire));
  throw notSpoken('the answer to SSLRequest is neither S nor N');
}

/** Capabilities of the client/server protocol. */
const CLIENT = {
  longPassword: 0x1,
  protocol41: 0x200,
  ssl: 0x800,
  transactions: 0x2000,
  secureConnection: 0x8000,
  pluginAuth: 0x80000,
};
const OURS = Object.values(CLIENT).reduce((all, flag) => all | flag, 0);
const ERROR_PACKET = 0xff;
const GREETING_10 = 10;
const AUTH_SWITCH = 0xfe;
const SIGNED_IN = 0;
const COM_QUIT = Buffer.of(1);
/** Nobody's account: a name that says in the server's log who it was. */
const NOBODY = 'certificate-check';

/** Error packet: 0xff, a number, perhaps `#` and five characters of SQLSTATE, text. */
function mysqlError(payload: Buffer): Error {
  return payload.length >= 3
    ? turnedAway(String(payload.readUInt16LE(1)))
    : notSpoken('a greeting that is not MySQL’s');
}

/**
 * The flags of the greeting (HandshakeV10): lower 16 bits. MariaDB's prefix "5.5.5-" is part of its version text, which
 * does not matter here.
 */
function mysqlFlags(payload: Buffer): number {
  const version = payload.indexOf(0, 1);
  // Thread id, first part of the scramble, a zero.
  const at = version + 1 + 4 + 8 + 1;
  if (version < 0 || at + 2 > payload.length) throw notSpoken('a greeting that is not MySQL’s');
  return payload.readUInt16LE(at);
}

/**
 * MySQL and MariaDB, "Protocol::HandshakeV10" and "Protocol::SSLRequest": the server does not answer the latter, TLS
 * begins at once.
 */
export async function mysql(wire: Wire): Promise<void> {
  const header = await wire.readBytes(4);
  const length = header.readUIntLE(0, 3);
  // Text of another protocol would be a length of millions.
  if (length === 0 || length > LONGEST_ERROR) throw notSpoken('a greeting that is not MySQL’s');
  const payload = await wire.readBytes(length);
  if (payload[0] === ERROR_PACKET) throw mysqlError(payload);
  if (payload[0] !== GREETING_10 || header[3] !== 0) throw notSpoken('a greeting that is not MySQL’s');
  if ((mysqlFlags(payload) & CLIENT.ssl) === 0) throw noTls('the server does not accept TLS');
  wire.write(packet(OPENING, 1));
}

function packet(payload: Buffer, sequence: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
}

/** What SSLRequest is, and HandshakeResponse41 begins with. */
const OPENING = Buffer.alloc(32);
OPENING.writeUInt32LE(OURS, 0);
OPENING.writeUInt32LE(0x1000000, 4);
// utf8mb4_general_ci, which every version knows.
OPENING[8] = 45;

/**
 * "Protocol::HandshakeResponse41" of nobody without a password. A connection that ends without one counts as a
 * connection error, and after `max_connect_errors` of them (100) the server blocks our address; a refused sign-in does
 * not count.
 */
export const MYSQL_NOBODY = packet(Buffer.concat([OPENING, Buffer.from(`${NOBODY}\0\0mysql_native_password\0`)]), 2);

/**
 * What we say to the answer: no password to "Protocol::AuthSwitchRequest", after which the refusal comes; COM_QUIT where
 * anybody may sign in; nothing to a refusal.
 */
export function mysqlReply(answer: Buffer): Buffer | null {
  if (answer[4] === AUTH_SWITCH) return packet(Buffer.alloc(0), (answer[3]! + 1) & 0xff);
  return answer[4] === SIGNED_IN ? packet(COM_QUIT, 0) : null;
}
