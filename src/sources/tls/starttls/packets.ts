import type { Wire } from '../wire.ts';
import { noTls, notSpoken, turnedAway } from './refusals.ts';

/** LDAPMessage 1 with an extended request (RFC 4511 section 4.14.1) whose name is 1.3.6.1.4.1.1466.20037. */
const START_TLS = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
]);
const LONGEST_MESSAGE = 16 * 1024;
const BER = { integer: 0x02, enumerated: 0x0a, sequence: 0x30, extendedResponse: 0x78 };
/** RFC 4511 appendix A, those that an extended response of StartTLS has. */
const LDAP_RESULTS: Record<number, string> = {
  1: 'operationsError',
  2: 'protocolError',
  8: 'strongerAuthRequired',
  10: 'referral',
  12: 'unavailableCriticalExtension',
  13: 'confidentialityRequired',
  50: 'insufficientAccessRights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwillingToPerform',
  80: 'other',
};

/**
 * One element of BER as LDAP restricts it (RFC 4511 section 5.1: definite lengths) and what follows it; null where it
 * is none.
 */
function element(bytes: Buffer): { tag: number; value: Buffer; rest: Buffer } | null {
  const [tag, short] = bytes;
  if (tag === undefined || short === undefined || short === 0x80 || short > 0x84) return null;
  const more = short > 0x80 ? short - 0x80 : 0;
  if (bytes.length < 2 + more) return null;
  const length = more > 0 ? bytes.readUIntBE(2, more) : short;
  const from = 2 + more;
  if (from + length > bytes.length) return null;
  return { tag, value: bytes.subarray(from, from + length), rest: bytes.subarray(from + length) };
}

async function readMessage(wire: Wire): Promise<Buffer> {
  const head = await wire.readBytes(2);
  const short = head[1]!;
  if (head[0] !== BER.sequence || short === 0x80 || short > 0x84) throw notSpoken('an answer that is not LDAP’s');
  const more = short > 0x80 ? await wire.readBytes(short - 0x80) : null;
  const length = more ? more.readUIntBE(0, more.length) : short;
  if (length > LONGEST_MESSAGE) throw notSpoken('an answer that is not LDAP’s');
  return wire.readBytes(length);
}

/** RFC 4511 section 4.14. */
export async function ldap(wire: Wire): Promise<void> {
  wire.write(START_TLS);
  const id = element(await readMessage(wire));
  const response = id && element(id.rest);
  const result = response && element(response.value);
  if (
    id?.tag !== BER.integer ||
    response?.tag !== BER.extendedResponse ||
    result?.tag !== BER.enumerated ||
    result.value.length !== 1
  ) {
    throw notSpoken('an answer that is not LDAP’s');
  }
  const code = result.value[0]!;
  const name = LDAP_RESULTS[code] ?? `result ${code}`;
  const isOurs = id.value.length > 0 && id.value.readUIntBE(0, Math.min(id.value.length, 6)) === 1;
  // Message 0 is a notice that the server disconnects (RFC 4511 section 4.4.1).
  if (!isOurs) throw code === 0 ? notSpoken('an answer to something else') : turnedAway(name);
  if (code !== 0) throw noTls(name);
}

/**
 * TPKT (RFC 1006), X.224 connection request, RDP_NEG_REQ for PROTOCOL_SSL and PROTOCOL_HYBRID ([MS-RDPBCGR] 2.2.1.1).
 */
const CONNECTION_REQUEST = Buffer.from('030000130ee000000000000100080003000000', 'hex');
const CONNECTION_CONFIRM = 0xd0;
const NEGOTIATION = { response: 2, failure: 3 };
/** PROTOCOL_SSL, PROTOCOL_HYBRID, PROTOCOL_HYBRID_EX: all of them begin with TLS ([MS-RDPBCGR] 2.2.1.2.1). */
const OVER_TLS = new Set([1, 2, 8]);
/** [MS-RDPBCGR] 2.2.1.2.2. */
const RDP_FAILURES: Record<number, string> = {
  1: 'SSL_REQUIRED_BY_SERVER',
  2: 'SSL_NOT_ALLOWED_BY_SERVER',
  3: 'SSL_CERT_NOT_ON_SERVER',
  4: 'INCONSISTENT_FLAGS',
  5: 'HYBRID_REQUIRED_BY_SERVER',
  6: 'SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER',
};

/** [MS-RDPBCGR] 1.3.1.1 and 5.4.5: what comes after the connection confirm is TLS. */
export async function rdp(wire: Wire): Promise<void> {
  wire.write(CONNECTION_REQUEST);
  const head = await wire.readBytes(4);
  const length = head.readUInt16BE(2) - 4;
  if (head[0] !== 3 || length < 7 || length > 512) throw notSpoken('an answer that is not RDP’s');
  const confirm = await wire.readBytes(length);
  if ((confirm[1]! & 0xf0) !== CONNECTION_CONFIRM) throw notSpoken('an answer that is not RDP’s');
  const negotiation = confirm.subarray(7);
  // Servers from before there was a choice leave it out.
  if (negotiation.length < 8) throw noTls('RDP without TLS');
  const value = negotiation.readUInt32LE(4);
  if (negotiation[0] === NEGOTIATION.failure) throw noTls(RDP_FAILURES[value] ?? `failure ${value}`);
  if (negotiation[0] !== NEGOTIATION.response) throw notSpoken('an answer that is not RDP’s');
  if (!OVER_TLS.has(value)) throw noTls('RDP without TLS');
}
