import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { StarttlsScheme } from '../../../src/core/targets/endpoint.ts';
import { askForTls } from '../../../src/sources/tls/starttls.ts';
import { ber, ldapAnswer, mysqlGreeting, mysqlPacket, RDP, rdpConfirm, XMPP } from '../../peers/tls/starttls-peers.ts';

type Said = string | Buffer;

/**
 * What comes of a server that says all of this, whatever it is told, and then closes: "ahead", or why not. And what it
 * was told.
 */
async function outcomeOf(
  scheme: StarttlsScheme,
  said: Said[],
  name = 'localhost',
): Promise<{ outcome: string; told: string }> {
  let told = '';
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      told += chunk.toString('latin1');
      done();
    },
  });
  socket.push(Buffer.concat(said.map((each) => Buffer.from(each))));
  // What goes ahead finds it open; what waits for more is told that nothing will come.
  const timer = setImmediate(() => setImmediate(() => socket.push(null)));
  try {
    await askForTls(socket as unknown as Socket, scheme, name);
    return { outcome: 'ahead', told };
  } catch (error) {
    const { failure, code } = error as { failure?: { code: string; detail?: string }; code: string };
    return { outcome: failure ? `${failure.code}: ${failure.detail}` : code, told };
  } finally {
    clearImmediate(timer);
    socket.destroy();
  }
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const LDAP = 'protocol: an answer that is not LDAP’s';
const RDP_NONE = 'protocol: an answer that is not RDP’s';
const MYSQL = 'protocol: a greeting that is not MySQL’s';
const ZEROES = ber(0x04, Buffer.alloc(0));
const SUCCESS = ber(0x0a, Buffer.of(0));

/** LDAP's answer made of these bytes. */
function message(...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([
    content.length < 0x80 ? Buffer.of(0x30, content.length) : Buffer.of(0x30, 0x81, content.length),
    content,
  ]);
}

/** The greeting of MySQL as another packet than the first. */
function laterGreeting(): Buffer {
  const greeting = mysqlGreeting();
  greeting[3] = 1;
  return greeting;
}

/** A confirmation of RDP with other bytes at these places. */
function confirmWith(at: number, ...bytes: number[]): Buffer {
  const confirm = Buffer.from(rdpConfirm(RDP.tls));
  confirm.set(bytes, at);
  return confirm;
}

const IRC = { ahead: ':i 670 * :go\r\n', cap: ':i CAP * LS :tls\r\n' };

const cases: [StarttlsScheme, what: string, said: Said[], outcome: string][] = [
  [
    'smtp',
    'knows EHLO and not us, by a code that is none',
    ['220 m\r\n354 go on\r\n250 STARTTLS\r\n'],
    'protocol: 354',
  ],
  ['smtp', 'does not know the command', ['220 m\r\n500 what?\r\n250 STARTTLS\r\n'], 'no-starttls: 500'],
  ['smtp', 'has to go when TLS is asked for', ['220 m\r\n250-m\r\n250 STARTTLS\r\n421 bye\r\n'], 'turned-away: 421'],
  [
    'smtp',
    'says a single byte more than that it goes ahead',
    ['220 m\r\n250-m\r\n250 STARTTLS\r\n220 go\r\nX'],
    'injected: 1 bytes after the go-ahead',
  ],
  ['ftp', 'has to go when TLS is asked for', ['220 hi\r\n421 bye\r\n'], 'turned-away: 421'],
  ['nntp', 'has to go when it is asked what it can', ['200 hi\r\n400 bye\r\n'], 'turned-away: 400'],
  ['nntp', 'has to go when TLS is asked for', ['200 hi\r\n101 \r\nSTARTTLS\r\n.\r\n400 bye\r\n'], 'turned-away: 400'],
  ['nntp', 'writes in lower case what it can', ['200 hi\r\n101 \r\nstarttls\r\n.\r\n382 go\r\n'], 'ahead'],
  ['nntp', 'has no readers', ['200 hi\r\n101 \r\nMODE-READER\r\n.\r\n502 none\r\n'], 'no-starttls: 502'],
  [
    'nntp',
    'forbids readers to post',
    ['200 hi\r\n101 \r\nMODE-READER\r\n.\r\n201 read\r\n101 \r\nSTARTTLS\r\n.\r\n382 go\r\n'],
    'ahead',
  ],
  ['imap', 'does not tell what it can', ['* OK\r\na1 NO\r\n'], 'turned-away: NO'],
  ['imap', 'answers anything', ['* OK [CAPABILITY STARTTLS]\r\na2 PERHAPS\r\n'], 'protocol: undefined'],
  ['pop3', 'can something of a similar name', ['+OK\r\n+OK\r\nSTLSX\r\n.\r\n+OK\r\n'], 'no-starttls: CAPA: no STLS'],
  ['sieve', 'tells what it can once more', ['"STARTTLS"\r\nOK\r\n"SIEVE"\r\n'], 'protocol: undefined'],
  ['xmpp', 'closes the stream', [XMPP.stream, '</stream:stream>'], 'protocol: it closed the stream'],
  [
    'xmpp',
    'has tags without end',
    [XMPP.stream.replace('id=', `more='${`${'x'.repeat(20)}>`.repeat(450)}' id=`), XMPP.features, XMPP.proceed],
    'protocol: a tag does not end',
  ],
  ['irc', 'sends an empty line first', ['\r\n', IRC.cap, IRC.ahead], 'ahead'],
  ['irc', 'greets as a mail server does', ['220 mail\r\n', IRC.cap, IRC.ahead], 'protocol: 220'],
  ['irc', 'says of TLS where it is', [':i CAP * LS :tls=6697\r\n', IRC.ahead], 'ahead'],
  ['irc', 'writes TLS in capitals', [':i CAP * LS :TLS\r\n', IRC.ahead], 'ahead'],
  ['irc', 'calls it by its command', [':i CAP * LS :starttls\r\n', IRC.ahead], 'ahead'],
  ['irc', 'writes in lower case what it does not know', [':i 421 * cap :what?\r\n', IRC.ahead], 'ahead'],
  ['postgres', 'fails at great length', ['E', hex('00ffffff')], 'protocol: an error that is not PostgreSQL’s'],
  ['postgres', 'fails at a length that is none', ['E', hex('00000003')], 'protocol: an error that is not PostgreSQL’s'],
  ['mysql', 'has a version without end', [mysqlPacket(Buffer.alloc(60, 0x0a))], MYSQL],
  [
    'mysql',
    'breaks off within its capabilities',
    [mysqlPacket(Buffer.concat([hex('0a 38 00'), Buffer.alloc(14)]))],
    MYSQL,
  ],
  ['mysql', 'greets as if that were not the first', [laterGreeting()], MYSQL],
  ['ldap', 'says yes', [message(ber(2, Buffer.of(1)), ber(0x78, Buffer.concat([SUCCESS, ZEROES, ZEROES])))], 'ahead'],
  [
    'ldap',
    'writes no length',
    [message(ber(2, Buffer.of(1)), hex('7880'), SUCCESS, ZEROES, ZEROES, Buffer.alloc(123))],
    LDAP,
  ],
  ['ldap', 'breaks off within a length', [message(ber(2, Buffer.of(1)), hex('7884'))], LDAP],
  ['ldap', 'is shorter than it says', [message(ber(2, Buffer.of(1)), hex('7820'), SUCCESS, ZEROES, ZEROES)], LDAP],
  [
    'ldap',
    'numbers its messages by words',
    [message(ber(4, Buffer.of(1)), ber(0x78, Buffer.concat([SUCCESS, ZEROES, ZEROES])))],
    LDAP,
  ],
  [
    'ldap',
    'has a result of two bytes',
    [message(ber(2, Buffer.of(1)), ber(0x78, Buffer.concat([ber(0x0a, Buffer.of(0, 0)), ZEROES, ZEROES])))],
    LDAP,
  ],
  ['ldap', 'answers another request', [ldapAnswer(0, { tag: 0x61 })], LDAP],
  ['ldap', 'says yes to another message', [ldapAnswer(0, { id: 2 })], 'protocol: an answer to something else'],
  ['rdp', 'chooses CredSSP with an early answer', [rdpConfirm(hex('02 00 0800 08000000'))], 'ahead'],
  ['rdp', 'confirms nothing', [confirmWith(5, 0xe0)], RDP_NONE],
  ['rdp', 'negotiates something else', [confirmWith(11, 9)], RDP_NONE],
  ['rdp', 'is of another version', [confirmWith(0, 4)], RDP_NONE],
  ['rdp', 'has a length that is none', [confirmWith(2, 0, 10)], RDP_NONE],
  ['rdp', 'goes on and on', [Buffer.concat([confirmWith(2, 0x02, 0x05), Buffer.alloc(0x205 - 19)])], RDP_NONE],
  ['rdp', 'fails for a reason without a name', [rdpConfirm(hex('03 00 0800 63000000'))], 'no-starttls: failure 99'],
];

describe('What a server answers that is asked for TLS', () => {
  for (const [scheme, what, said, expected] of cases)
    it(`by ${scheme}, and ${what}: ${expected}`, async () => {
      assert.equal((await outcomeOf(scheme, said)).outcome, expected);
    });
});

describe('What a server is told that is asked for TLS', () => {
  for (const [name, sends] of [
    ['mail.example', true],
    ['xn--mnchen-3ya.example', true],
    ['192.0.2.1', false],
    ['2001:db8::1', false],
    ["o'hara.example", false],
  ] as const)
    it(`by xmpp at ${name} is ${sends ? 'that name' : 'no name'}`, async () => {
      const { told } = await outcomeOf('xmpp', [], name);
      assert.equal(/ to='([^']*)'/.exec(told)?.[1], sends ? name : undefined);
    });

  it('by irc, and pings: the same, whatever the letters, and no more than fits into a line', async () => {
    for (const [ping, pong] of [
      ['ping :x', 'PONG :x'],
      [`:i PING ${'x'.repeat(490)}`, `PONG ${'x'.repeat(400)}`],
    ] as const) {
      const { told, outcome } = await outcomeOf('irc', [`${ping}\r\n`, IRC.cap, IRC.ahead]);
      assert.equal(outcome, 'ahead');
      assert.ok(told.includes(`\r\n${pong}\r\n`), told);
    }
  });
});
