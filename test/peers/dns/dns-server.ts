import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * A mail exchanger; a dot stands for the empty name of RFC 7505. A name may be no host name at all, since the DNS
 * carries any bytes.
 */
export interface DnsExchanger {
  priority: number;
  exchange: string;
}

/** What to answer to one question; null = nothing at all. */
export type DnsAnswer =
  | { addresses: string[] }
  | { alias: string }
  | { exchangers: DnsExchanger[] }
  | { code: 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' }
  | null;

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'MX';

const TYPES: Record<number, DnsType> = { 1: 'A', 5: 'CNAME', 15: 'MX', 28: 'AAAA' };
const CNAME = 5;
const RCODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 };

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function addressBytes(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head, tail] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head!.length - (tail?.length ?? 0) }, () => '0');
  const groups = [...head!, ...(address.includes('::') ? zeros : []), ...(tail ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function nameBytes(text: string): Buffer {
  const labels = text.split('.').filter((label) => label !== '');
  const name = labels.flatMap((label) => {
    const bytes = Buffer.from(label, 'latin1');
    return [Buffer.of(bytes.length), bytes];
  });
  return Buffer.concat([...name, Buffer.of(0)]);
}

/** RFC 1035 section 3.3.9: a preference and a name. */
function exchangerBytes({ priority, exchange }: DnsExchanger): Buffer {
  const preference = Buffer.alloc(2);
  preference.writeUInt16BE(priority);
  return Buffer.concat([preference, nameBytes(exchange)]);
}

function recordBytes(answer: NonNullable<DnsAnswer>): Buffer[] {
  if ('addresses' in answer) return answer.addresses.map(addressBytes);
  if ('alias' in answer) return [nameBytes(answer.alias)];
  return 'exchangers' in answer ? answer.exchangers.map(exchangerBytes) : [];
}

/** RFC 1035 section 4.1: the question repeated, then one record per answer whose name points back at it. */
function respond(query: Buffer, type: number, end: number, answer: NonNullable<DnsAnswer>): Buffer {
  const data = recordBytes(answer);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580 + ('code' in answer ? RCODES[answer.code] : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(data.length, 6);
  const records = data.map((bytes) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE('alias' in answer ? CNAME : type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([record, bytes]);
  });
  return Buffer.concat([header, query.subarray(12, end + 4), ...records]);
}

/** A name server on 127.0.0.1. `server` is what DNS_SERVERS takes. */
export async function startDnsServer(
  answer: (name: string, type: DnsType) => DnsAnswer,
): Promise<{ server: string; close: () => Promise<void> }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, end } = readName(query);
    const type = query.readUInt16BE(end);
    const given = answer(name, TYPES[type]!);
    if (given) socket.send(respond(query, type, end, given), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    server: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
