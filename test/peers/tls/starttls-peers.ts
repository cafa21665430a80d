import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { Issued } from '../../../demo/certificates.ts';
import type { Failure } from '../../../src/core/certificates/certificate.ts';
import type { StarttlsScheme } from '../../../src/core/targets/endpoint.ts';
import { failureOf } from '../../../src/sources/tls/failure.ts';
import { askForTls } from '../../../src/sources/tls/starttls.ts';
import { PreludeError } from '../../../src/sources/tls/wire.ts';

const TIMEOUT = 3000;

/**
 * What a scripted peer does, one after the other: it sends something, or waits until what it received matches from
 * beginning to end. Of bytes it takes no more than these: what follows may be TLS already.
 */
export type Step = string | Buffer | { hear: RegExp | Buffer };

/** What it does when the steps are done. */
export type Ending = 'tls' | 'close' | 'reset' | 'silence';

export interface Manner {
  ending: Ending;
  /** Sends byte by byte, each in a segment of its own. */
  bytewise?: boolean;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

async function say(socket: Socket, step: string | Buffer, bytewise: boolean): Promise<void> {
  const bytes = Buffer.from(step);
  if (!bytewise) {
    socket.write(bytes);
    return;
  }
  for (const byte of bytes) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await nextTurn();
  }
}

/** Waits for `hear`; false when the connection ends before. */
function heard(socket: Socket, { hear }: { hear: RegExp | Buffer }): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let text = '';
  const closed = (): void => resolve(false);
  function received(): void {
    if (Buffer.isBuffer(hear)) {
      const bytes = socket.read(hear.length) as Buffer | null;
      if (bytes?.equals(hear)) resolve(true);
      return;
    }
    for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null)
      text += chunk.toString('latin1');
    if (hear.test(text)) resolve(true);
  }
  socket.on('readable', received);
  socket.once('close', closed);
  return promise.finally(() => {
    socket.removeListener('readable', received);
    socket.removeListener('close', closed);
  });
}

/** Plays one connection of a scripted peer. Resolves with its side of TLS, where it comes to that. */
export async function play(
  socket: Socket,
  steps: readonly Step[],
  { ending, bytewise = false }: Manner,
  issued?: Issued,
): Promise<TLSSocket | null> {
  socket.setNoDelay(true);
  for (const step of steps) {
    if (typeof step === 'string' || Buffer.isBuffer(step)) await say(socket, step, bytewise);
    else if (!(await heard(socket, step))) return null;
  }
  if (ending === 'close') socket.end();
  if (ending === 'reset') socket.resetAndDestroy();
  if (ending === 'tls' && issued) {
    const secure = new TLSSocket(socket, { isServer: true, key: issued.keyPem, cert: issued.chainPem });
    secure.on('error', () => {});
    return secure;
  }
  if (ending !== 'tls') socket.resume();
  return null;
}

/** Steps with something after the last thing that is said, in the same segment. */
export function withInjected(steps: readonly Step[], injected: string | Buffer): Step[] {
  const last = steps.findLastIndex((step) => typeof step === 'string' || Buffer.isBuffer(step));
  return steps.map((step, index) =>
    index === last ? Buffer.concat([Buffer.from(step as string | Buffer), Buffer.from(injected)]) : step,
  );
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** MySQL's packet of a payload. */
export function mysqlPacket(payload: Buffer, sequence = 0): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, payload]);
}

/** HandshakeV10 with the lower capability flags. */
export function mysqlGreeting({ version = '8.4.3', flags = 0xffff } = {}): Buffer {
  const lower = Buffer.alloc(2);
  lower.writeUInt16LE(flags);
  return mysqlPacket(
    Buffer.concat([
      hex('0a'),
      Buffer.from(`${version}\0`),
      hex('07000000'),
      Buffer.from('abcdefgh\0'),
      lower,
      hex('ff 0200 ffc1 15 00000000000000000000'),
      Buffer.from('ijklmnopqrst\0mysql_native_password\0'),
    ]),
  );
}

/** One element of BER; `long` writes its length in four bytes, as Active Directory does. */
export function ber(tag: number, value: Buffer, long = false): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  const head = long ? Buffer.concat([hex('84'), length]) : Buffer.of(value.length);
  return Buffer.concat([Buffer.of(tag), head, value]);
}

/** LDAP's answer to an extended request. */
export function ldapAnswer(
  result: number,
  {
    text = '',
    id = 1,
    long = false,
    more = Buffer.alloc(0),
    tag = 0x78,
  }: { text?: string; id?: number; long?: boolean; more?: Buffer; tag?: number } = {},
): Buffer {
  const fields = [ber(0x0a, Buffer.of(result)), ber(4, Buffer.alloc(0)), ber(4, Buffer.from(text)), more];
  const response = ber(tag, Buffer.concat(fields), long);
  return ber(0x30, Buffer.concat([ber(2, Buffer.of(id)), response]), long);
}

/** RDP's connection confirm, with what is negotiated. */
export function rdpConfirm(negotiated: Buffer): Buffer {
  const length = 11 + negotiated.length;
  return Buffer.concat([Buffer.of(3, 0, 0, length, length - 5), hex('d0 0000 1234 00'), negotiated]);
}

export const RDP = {
  request: hex('03000013 0ee0000000 0000 01000800 03000000'),
  tls: hex('02 00 0800 01000000'),
  hybrid: hex('02 1f 0800 02000000'),
  plain: hex('02 00 0800 00000000'),
  notAllowed: hex('03 00 0800 02000000'),
};

/** StartTLS as message 1. */
const LDAP_REQUEST = Buffer.concat([hex('301d 020101 7718 8016'), Buffer.from('1.3.6.1.4.1.1466.20037')]);
const POSTGRES_REQUEST = hex('00000008 04d2162f');
/** Protocol 4.1, TLS, and no user. */
const MYSQL_REQUEST = hex(`200000 01 01aa0800 00000001 2d ${'00'.repeat(23)}`);

const STREAM =
  "<?xml version='1.0'?><stream:stream from='localhost' id='1' version='1.0' xmlns:stream='http://etherx.jabber.org/streams'>";
const STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
export const XMPP = {
  stream: STREAM,
  asks: /^<\?xml version='1\.0'\?><stream:stream to='localhost' version='1\.0' xmlns='jabber:client' xmlns:stream='[^']+'>$/,
  asksAsServer:
    /^<\?xml version='1\.0'\?><stream:stream to='localhost' version='1\.0' xmlns='jabber:server' xmlns:stream='[^']+'>$/,
  starttls: new RegExp(`^${STARTTLS}$`),
  features: `<stream:features>${STARTTLS}<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>`,
  proceed: "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
};

export const ASKS = {
  ehlo: { hear: /^EHLO certbot\.invalid\r\n$/ },
  ehloAgain: { hear: /^EHLO \[127\.0\.0\.1\]\r\n$/ },
  lhlo: { hear: /^LHLO certbot\.invalid\r\n$/ },
  starttls: { hear: /^STARTTLS\r\n$/ },
  imapCapability: { hear: /^a1 CAPABILITY\r\n$/ },
  imapStarttls: { hear: /^a2 STARTTLS\r\n$/ },
  capa: { hear: /^CAPA\r\n$/ },
  stls: { hear: /^STLS\r\n$/ },
  auth: { hear: /^AUTH TLS\r\n$/ },
  ldap: { hear: LDAP_REQUEST },
  postgres: { hear: POSTGRES_REQUEST },
  mysql: { hear: MYSQL_REQUEST },
  xmpp: { hear: XMPP.asks },
  xmppServer: { hear: XMPP.asksAsServer },
  xmppStarttls: { hear: XMPP.starttls },
  capabilities: { hear: /^CAPABILITIES\r\n$/ },
  modeReader: { hear: /^MODE READER\r\n$/ },
  cap: { hear: /^CAP LS 302\r\nPING certbot\r\n$/ },
  rdp: { hear: RDP.request },
} satisfies Record<string, Step>;

/** How an ordinary server of each protocol gets to TLS. Nothing else than what is named here is ever said to it. */
export const OFFERING: Record<StarttlsScheme, readonly Step[]> = {
  smtp: [
    '220 mail.example ESMTP\r\n',
    ASKS.ehlo,
    '250-mail.example\r\n250-PIPELINING\r\n250-STARTTLS\r\n250 8BITMIME\r\n',
    ASKS.starttls,
    '220 2.0.0 Ready to start TLS\r\n',
  ],
  lmtp: ['220 mail.example LMTP\r\n', ASKS.lhlo, '250-mail.example\r\n250 STARTTLS\r\n', ASKS.starttls, '220 go\r\n'],
  imap: [
    '* OK IMAP4rev1 ready\r\n',
    ASKS.imapCapability,
    '* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n',
    ASKS.imapStarttls,
    'a2 OK Begin TLS negotiation now\r\n',
  ],
  pop3: ['+OK ready\r\n', ASKS.capa, '+OK\r\nTOP\r\nSTLS\r\nUIDL\r\n.\r\n', ASKS.stls, '+OK begin\r\n'],
  ftp: ['220 (vsFTPd 3.0.3)\r\n', ASKS.auth, '234 Proceed with negotiation.\r\n'],
  ldap: [ASKS.ldap, ldapAnswer(0)],
  postgres: [ASKS.postgres, 'S'],
  mysql: [mysqlGreeting(), ASKS.mysql],
  xmpp: [ASKS.xmpp, `${XMPP.stream}${XMPP.features}`, ASKS.xmppStarttls, XMPP.proceed],
  'xmpp-server': [ASKS.xmppServer, `${XMPP.stream}${XMPP.features}`, ASKS.xmppStarttls, XMPP.proceed],
  sieve: [
    '"IMPLEMENTATION" "Dovecot Pigeonhole"\r\n"SIEVE" "fileinto reject"\r\n"STARTTLS"\r\n"VERSION" "1.0"\r\nOK "ready."\r\n',
    ASKS.starttls,
    'OK "Begin TLS negotiation now."\r\n',
  ],
  nntp: [
    '200 news.example ready\r\n',
    ASKS.capabilities,
    '101 Capability list:\r\nVERSION 2\r\nREADER\r\nSTARTTLS\r\n.\r\n',
    ASKS.starttls,
    '382 Continue with TLS negotiation\r\n',
  ],
  irc: [
    ':irc.example NOTICE * :*** Looking up your hostname...\r\n',
    ASKS.cap,
    ':irc.example CAP * LS :multi-prefix tls sasl=PLAIN\r\n:irc.example 451 * :You have not registered\r\n',
    ASKS.starttls,
    ':irc.example 670 * :STARTTLS successful, go ahead with TLS handshake\r\n',
  ],
  rdp: [ASKS.rdp, rdpConfirm(RDP.tls)],
};

/** What is seen of a server: the fingerprint of its certificate, or what went wrong. */
export async function lookThrough(port: number, scheme: StarttlsScheme, name = 'localhost'): Promise<string | Failure> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })), TIMEOUT);
  let over: Socket = socket;
  try {
    await once(socket, 'connect');
    await askForTls(socket, scheme, name);
    const secure = connectTls({ socket, servername: 'localhost', rejectUnauthorized: false });
    over = secure;
    await once(secure, 'secureConnect');
    return secure.getPeerX509Certificate()!.fingerprint256.replaceAll(':', '').toLowerCase();
  } catch (error) {
    if (error instanceof PreludeError) return error.failure;
    return failureOf(error as NodeJS.ErrnoException, '127.0.0.1', networkInterfaces);
  } finally {
    clearTimeout(timer);
    over.destroy();
  }
}
