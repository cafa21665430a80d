import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { selfSigned, type Issued } from '../../../demo/certificates.ts';
import type { Failure } from '../../../src/core/certificates/certificate.ts';
import { STARTTLS_SCHEMES, type StarttlsScheme } from '../../../src/core/targets/endpoint.ts';
import { askForTls } from '../../../src/sources/tls/starttls.ts';
import {
  ASKS,
  ber,
  ldapAnswer,
  lookThrough,
  mysqlGreeting,
  mysqlPacket,
  OFFERING,
  play,
  RDP,
  rdpConfirm,
  withInjected,
  XMPP,
  type Manner,
  type Step,
} from '../../peers/tls/starttls-peers.ts';
import { createPeers } from '../../peers/tls/tls-peers.ts';

const HTTP = 'HTTP/1.1 400 Bad Request\r\n\r\n';
const SSH = 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n';
const TLS_ALERT = Buffer.from('15030100020246', 'hex');

describe('Asking for TLS in plain text', () => {
  const peers = createPeers();
  let issued: Issued;

  before(async () => {
    issued = await selfSigned({ names: ['localhost'] });
  });
  after(() => peers.close());

  /** Looks at a peer that plays the steps. */
  async function lookAt(
    scheme: StarttlsScheme,
    steps: readonly Step[],
    manner: Manner = { ending: 'silence' },
    name?: string,
  ): Promise<string | Failure> {
    const { port } = await peers.tcp((socket) => void play(socket, steps, manner, issued));
    return lookThrough(port, scheme, name);
  }

  for (const scheme of STARTTLS_SCHEMES) {
    describe(`with ${scheme}, of a server that`, () => {
      it('offers it, sees the certificate', async () => {
        assert.equal(await lookAt(scheme, OFFERING[scheme], { ending: 'tls' }), issued.fingerprint);
      });

      it('says everything byte by byte, sees the certificate', async () => {
        assert.equal(await lookAt(scheme, OFFERING[scheme], { ending: 'tls', bytewise: true }), issued.fingerprint);
      });

      it('sends bytes after its go-ahead, refuses them', async () => {
        const steps = withInjected(OFFERING[scheme], '220 mine\r\n');
        assert.deepEqual(await lookAt(scheme, steps, { ending: 'tls' }), {
          code: 'injected',
          detail: '10 bytes after the go-ahead',
        });
      });

      it('sends bytes after its go-ahead in a segment of their own, refuses them or finds no TLS', async () => {
        const steps = withInjected(OFFERING[scheme], '220 mine\r\n');
        const seen = (await lookAt(scheme, steps, { ending: 'tls', bytewise: true })) as Failure;
        assert.ok(['injected', 'not-tls'].includes(seen.code), JSON.stringify(seen));
      });

      it('closes or resets at each step, says so', async () => {
        for (const ending of ['close', 'reset'] as const) {
          const looks = OFFERING[scheme].map((_, step) => lookAt(scheme, OFFERING[scheme].slice(0, step), { ending }));
          for (const [step, seen] of (await Promise.all(looks)).entries())
            assert.equal((seen as Failure).code, 'reset', `${ending} before step ${step}: ${JSON.stringify(seen)}`);
        }
      });

      it('closes after its go-ahead, says so', async () => {
        const seen = (await lookAt(scheme, OFFERING[scheme], { ending: 'close' })) as Failure;
        assert.equal(seen.code, 'reset', JSON.stringify(seen));
      });

      it('sends binary data of another protocol, says that it does not speak this one', async () => {
        assert.equal(((await lookAt(scheme, [TLS_ALERT])) as Failure).code, 'protocol');
      });

      it('answers as HTTP or SSH, says that it does not speak this one', async () => {
        // Its first letter alone is PostgreSQL's go-ahead.
        for (const greeting of scheme === 'postgres' ? [HTTP] : [HTTP, SSH]) {
          const seen = (await lookAt(scheme, [greeting])) as Failure;
          assert.equal(seen.code, 'protocol', `${greeting}: ${JSON.stringify(seen)}`);
        }
      });

      it('sends a line that does not end, gives up', async () => {
        const begun = Buffer.concat([beginningOf(scheme), Buffer.alloc(70_000, 'A')]);
        assert.equal(((await lookAt(scheme, [begun])) as Failure).code, 'protocol');
      });
    });
  }

  /** What is ordinary until it goes on and on. */
  function beginningOf(scheme: StarttlsScheme): Buffer {
    const first = OFFERING[scheme].find((step) => typeof step === 'string' || Buffer.isBuffer(step));
    const bytes = Buffer.from(first as string | Buffer);
    return bytes.subarray(0, Math.min(bytes.length - 1, 4));
  }

  describe('sees the certificate of a server that', () => {
    const features = (inside: string): string => `${XMPP.stream}<stream:features>${inside}</stream:features>`;
    const offering: [StarttlsScheme, string, Step[]][] = [
      [
        'smtp',
        'greets with many lines, some of them empty',
        [
          '220-mail.example ESMTP\r\n220-\r\n220-We do not authorize the use of this system\r\n220 \r\n',
          ...OFFERING.smtp.slice(1),
        ],
      ],
      [
        'smtp',
        'ends lines by LF alone',
        OFFERING.smtp.map((step) => (typeof step === 'string' ? step.replaceAll('\r', '') : step)),
      ],
      [
        'smtp',
        'writes its keywords in lower case',
        ['220 m\r\n', ASKS.ehlo, '250-m\r\n250 starttls\r\n', ASKS.starttls, '220\r\n'],
      ],
      ['smtp', 'goes ahead in many lines', [...OFFERING.smtp.slice(0, -1), '220-now\r\n220 go\r\n']],
      [
        'smtp',
        'wants names that resolve',
        ['220 m\r\n', ASKS.ehlo, '450 4.7.1 Host not found\r\n', ASKS.ehloAgain, ...OFFERING.smtp.slice(2)],
      ],
      [
        'imap',
        'tells its capabilities in the greeting',
        ['* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] Dovecot\r\n', ASKS.imapStarttls, 'a2 OK go\r\n'],
      ],
      [
        'imap',
        'tells in the greeting capabilities that are not all of them',
        ['* OK [CAPABILITY IMAP4rev1] hello\r\n', ...OFFERING.imap.slice(1)],
      ],
      [
        'imap',
        'sends literals, and lines that nobody asked for',
        [
          '* OK {7}\r\na1 OK\r\n done\r\n',
          ASKS.imapCapability,
          '* OK [ALERT] maintenance at {4}\r\nnoon\r\n* CAPABILITY IMAP4rev1 starttls\r\na1 OK done\r\n',
          ASKS.imapStarttls,
          '* OK still here\r\na2 ok go\r\n',
        ],
      ],
      ['pop3', 'does not know CAPA', ['+OK <1@x>\r\n', ASKS.capa, '-ERR unknown\r\n', ASKS.stls, '+OK\r\n']],
      [
        'ftp',
        'greets with many lines of any kind',
        ['220-Welcome\r\n  indented\r\n221 not the end\r\n220-still not\r\n220 now\r\n', ...OFFERING.ftp.slice(1)],
      ],
      ['ftp', 'announces its greeting', ['120 in 0 minutes\r\n', ...OFFERING.ftp]],
      ['ldap', 'writes lengths in the long form', [ASKS.ldap, ldapAnswer(0, { long: true })]],
      [
        'ldap',
        'names the response',
        [ASKS.ldap, ldapAnswer(0, { more: ber(0x8a, Buffer.from('1.3.6.1.4.1.1466.20037')) })],
      ],
      ['mysql', 'is MariaDB', [mysqlGreeting({ version: '5.5.5-10.11.19-MariaDB-0+deb12u1' }), ASKS.mysql]],
      [
        'xmpp',
        'sends each tag with line breaks, quotes and a “>” in values',
        [
          ASKS.xmpp,
          `<?xml version="1.0"?>\n<stream:stream\n id="a>b'c" version="1.0"\n>`,
          `\n<stream:features>\n<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls">\n<required/>\n</starttls>\n</stream:features>`,
          ASKS.xmppStarttls,
          "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'></proceed>",
        ],
      ],
      [
        'xmpp',
        'uses another prefix for the stream',
        [
          ASKS.xmpp,
          "<s:stream id='>' version='1.0' xmlns:s='http://etherx.jabber.org/streams'><s:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></s:features>",
          ASKS.xmppStarttls,
          XMPP.proceed,
        ],
      ],
      [
        'xmpp-server',
        'tells other features first',
        [
          ASKS.xmppServer,
          features("<dialback xmlns='urn:xmpp:features:dialback'/><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
          ASKS.xmppStarttls,
          XMPP.proceed,
        ],
      ],
      [
        'sieve',
        'sends its capabilities as literals',
        [
          '"IMPLEMENTATION" {8}\r\nOK "no"\n\r\n{8}\r\nstarttls\r\nOK (TAG {3}\r\nabc) "ready"\r\n',
          ASKS.starttls,
          'ok\r\n',
        ],
      ],
      [
        'nntp',
        'does not know CAPABILITIES',
        ['201 no posting\r\n', ASKS.capabilities, '500 what?\r\n', ASKS.starttls, '382 go\r\n'],
      ],
      [
        'nntp',
        'offers it to readers only',
        [
          '200 feeds\r\n',
          ASKS.capabilities,
          '101 list\r\nVERSION 2\r\nIHAVE\r\nMODE-READER\r\n.\r\n',
          ASKS.modeReader,
          '200 readers\r\n',
          ...OFFERING.nntp.slice(1),
        ],
      ],
      [
        'irc',
        'wants a PONG, and tells its capabilities in several lines',
        [
          ASKS.cap,
          'PING :1234\r\n',
          { hear: /^PONG :1234\r\n$/ },
          ':i CAP * LS * :multi-prefix sasl\r\n:i CAP * LS :tls server-time\r\n',
          ASKS.starttls,
          ':i PONG i :certbot\r\n:i NOTICE * :*** one moment\r\n@time=now :i 670 * :go\r\n',
        ],
      ],
      [
        'irc',
        'does not know CAP',
        [ASKS.cap, ':i 421 * CAP :Unknown command\r\n', ASKS.starttls, ':i 670 you :go\r\n'],
      ],
      ['rdp', 'chooses CredSSP, which is in TLS too', [ASKS.rdp, rdpConfirm(RDP.hybrid)]],
    ];
    for (const [scheme, does, steps] of offering) {
      it(`speaks ${scheme} and ${does}`, async () => {
        assert.equal(await lookAt(scheme, steps, { ending: 'tls' }), issued.fingerprint);
        assert.equal(await lookAt(scheme, steps, { ending: 'tls', bytewise: true }), issued.fingerprint);
      });
    }
  });

  describe('tells from “does not speak it” that a server does not offer TLS which', () => {
    const withoutStarttls = (scheme: StarttlsScheme): Step[] =>
      OFFERING[scheme]
        .slice(0, -2)
        .map((step) =>
          typeof step === 'string'
            ? step.replace(/ tls\b|<starttls[^>]*>|250-STARTTLS\r\n|STARTTLS |STLS\r\n|"?STARTTLS"?\r\n/, '')
            : step,
        );
    const refusing: [StarttlsScheme, string, Step[], string][] = [
      ['smtp', 'lists no STARTTLS', withoutStarttls('smtp'), 'EHLO: no STARTTLS'],
      ['smtp', 'names itself STARTTLS', ['220 m\r\n', ASKS.ehlo, '250 STARTTLS\r\n'], 'EHLO: no STARTTLS'],
      ['smtp', 'knows no EHLO', ['220 m\r\n', ASKS.ehlo, '502 unknown\r\n'], '502'],
      ['smtp', 'refuses STARTTLS', [...OFFERING.smtp.slice(0, -1), '502 5.5.1 no\r\n'], '502'],
      [
        'smtp',
        'cannot at the moment',
        [...OFFERING.smtp.slice(0, -1), '454-4.7.0 TLS not\r\n454 available\r\n'],
        '454',
      ],
      ['lmtp', 'lists no STARTTLS', ['220 m\r\n', ASKS.lhlo, '250-m\r\n250 8BITMIME\r\n'], 'LHLO: no STARTTLS'],
      ['lmtp', 'refuses STARTTLS', [...OFFERING.lmtp.slice(0, -1), '500 no\r\n'], '500'],
      ['imap', 'lists no STARTTLS', withoutStarttls('imap'), 'CAPABILITY: no STARTTLS'],
      ['imap', 'says NO', [...OFFERING.imap.slice(0, -1), 'a2 NO TLS is off\r\n'], 'NO'],
      ['imap', 'says BAD', [...OFFERING.imap.slice(0, -1), 'a2 BAD what?\r\n'], 'BAD'],
      ['imap', 'has signed us in already', ['* PREAUTH welcome\r\n'], 'PREAUTH'],
      ['pop3', 'lists no STLS', withoutStarttls('pop3'), 'CAPA: no STLS'],
      ['pop3', 'refuses STLS', [...OFFERING.pop3.slice(0, -1), '-ERR no\r\n'], '-ERR'],
      ['pop3', 'knows neither', ['+OK\r\n', ASKS.capa, '-ERR what?\r\n', ASKS.stls, '-ERR what?\r\n'], '-ERR'],
      ['ftp', 'does not know AUTH', ['220 hi\r\n', ASKS.auth, '530 Please login with USER and PASS.\r\n'], '530'],
      ['ftp', 'cannot at the moment', ['220 hi\r\n', ASKS.auth, '431 not now\r\n'], '431'],
      [
        'ldap',
        'does not know the operation',
        [ASKS.ldap, ldapAnswer(2, { text: 'unsupported extended operation' })],
        'protocolError',
      ],
      ['ldap', 'cannot at the moment', [ASKS.ldap, ldapAnswer(52)], 'unavailable'],
      [
        'ldap',
        'refers to another',
        [ASKS.ldap, ldapAnswer(10, { more: ber(0xa3, ber(4, Buffer.from('ldap://other/'))) })],
        'referral',
      ],
      ['postgres', 'says N', [ASKS.postgres, 'N'], 'the server does not accept TLS'],
      ['mysql', 'lacks the capability', [mysqlGreeting({ flags: 0xf7ff })], 'the server does not accept TLS'],
      ['xmpp', 'lists no starttls', withoutStarttls('xmpp'), 'no starttls among its features'],
      ['xmpp', 'has no features', [ASKS.xmpp, `${XMPP.stream}<stream:features/>`], 'no starttls among its features'],
      [
        'xmpp',
        'is older than features',
        [ASKS.xmpp, "<stream:stream from='localhost'>", { hear: /^<\/stream:stream>$/ }, '</stream:stream>'],
        'a stream without features',
      ],
      [
        'xmpp',
        'refuses',
        [...OFFERING.xmpp.slice(0, -1), "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"],
        'starttls: failure',
      ],
      ['xmpp-server', 'lists no starttls', withoutStarttls('xmpp-server'), 'no starttls among its features'],
      ['sieve', 'lists no STARTTLS', withoutStarttls('sieve'), 'no STARTTLS among its capabilities'],
      ['sieve', 'says NO', [...OFFERING.sieve.slice(0, -1), 'NO "TLS is off"\r\n'], 'NO'],
      ['nntp', 'lists no STARTTLS', withoutStarttls('nntp'), 'CAPABILITIES: no STARTTLS'],
      ['nntp', 'refuses', [...OFFERING.nntp.slice(0, -1), '580 cannot\r\n'], '580'],
      [
        'irc',
        'keeps silent before one has registered, but for PING',
        [ASKS.cap, ':i 451 * PING :Register first\r\n'],
        'CAP LS: no answer',
      ],
      [
        'irc',
        'refuses everything, and does not say what',
        [
          ASKS.cap,
          ':i 451 * :Register first\r\n',
          ':i 451 * :Register first\r\n',
          ASKS.starttls,
          ':i 451 * :Register first\r\n',
        ],
        '451',
      ],
      ['irc', 'lists no tls', [ASKS.cap, ':i CAP * LS :sasl\r\n'], 'CAP LS: no tls'],
      ['irc', 'refuses', [...OFFERING.irc.slice(0, -1), ':i 691 * :STARTTLS failure\r\n'], '691'],
      [
        'irc',
        'knows neither',
        [ASKS.cap, ':i 451 * CAP :Register first\r\n', ASKS.starttls, ':i 451 * STARTTLS :Register first\r\n'],
        '451',
      ],
      ['rdp', 'has RDP’s own security only', [ASKS.rdp, rdpConfirm(Buffer.alloc(0))], 'RDP without TLS'],
      ['rdp', 'chooses RDP’s own security', [ASKS.rdp, rdpConfirm(RDP.plain)], 'RDP without TLS'],
      ['rdp', 'does not allow it', [ASKS.rdp, rdpConfirm(RDP.notAllowed)], 'SSL_NOT_ALLOWED_BY_SERVER'],
    ];
    for (const [scheme, does, steps, detail] of refusing) {
      it(`speaks ${scheme} and ${does}`, async () => {
        assert.deepEqual(await lookAt(scheme, steps), { code: 'no-starttls', detail });
      });
    }
  });

  describe('tells by no more than its reply code what became of a server that', () => {
    const error = (text: string): Buffer =>
      mysqlPacket(Buffer.concat([Buffer.of(0xff, 0x69, 0x04), Buffer.from(text)]));
    const failed = Buffer.from('SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0');
    const postgresError = Buffer.concat([Buffer.from([0x45, 0, 0, 0, failed.length + 4]), failed]);
    const sending: [StarttlsScheme, string, Step[], string][] = [
      ['smtp', 'sends us away', ['554-mail.example\r\n554 Your address is on a list\r\n'], 'turned-away: 554'],
      [
        'smtp',
        'knows nobody of our names',
        ['220 m\r\n', ASKS.ehlo, '550 not found\r\n', ASKS.ehloAgain, '550 no literals\r\n'],
        'turned-away: 550',
      ],
      ['smtp', 'is too busy', ['421 later\r\n'], 'turned-away: 421'],
      ['smtp', 'is too busy for EHLO', ['220 m\r\n', ASKS.ehlo, '421 later\r\n'], 'turned-away: 421'],
      ['smtp', 'changes its mind inside of a reply', ['220-m\r\n221 bye\r\n'], 'protocol: 221'],
      ['smtp', 'has to go inside of a reply', ['220-m\r\n421 bye\r\n'], 'turned-away: 421'],
      ['smtp', 'forwards to another', ['220 m\r\n', ASKS.ehlo, '354 go on\r\n'], 'protocol: 354'],
      ['lmtp', 'sends us away', ['421 later\r\n'], 'turned-away: 421'],
      ['imap', 'says BYE', ['* BYE too many connections\r\n'], 'turned-away: BYE'],
      ['imap', 'says BYE and why', ['* BYE [UNAVAILABLE] <b>later</b>\r\n'], 'turned-away: BYE [UNAVAILABLE]'],
      ['imap', 'says BYE and much', [`* BYE [${'A'.repeat(60)}] x\r\n`], 'turned-away: BYE'],
      ['imap', 'says BYE later', ['* OK\r\n', ASKS.imapCapability, '* BYE idle\r\n'], 'turned-away: BYE'],
      ['pop3', 'sends us away', ['-ERR go\r\n'], 'turned-away: -ERR'],
      ['pop3', 'sends us away for now', ['-ERR [SYS/TEMP] go\r\n'], 'turned-away: -ERR [SYS/TEMP]'],
      ['ftp', 'sends us away', ['421 Too many connections\r\n'], 'turned-away: 421'],
      ['ftp', 'sends us away for good', ['530-not\r\n530 you\r\n'], 'turned-away: 530'],
      ['nntp', 'sends us away', ['502 no permission\r\n'], 'turned-away: 502'],
      ['nntp', 'sends us away for now', ['400 loadavg too high\r\n'], 'turned-away: 400'],
      ['sieve', 'sends us away', ['BYE "shutting down"\r\n'], 'turned-away: BYE'],
      ['sieve', 'sends us away for now', ['BYE (TRYLATER) "full"\r\n'], 'turned-away: BYE (TRYLATER)'],
      ['sieve', 'sends us away when asked', [...OFFERING.sieve.slice(0, -1), 'BYE\r\n'], 'turned-away: BYE'],
      ['irc', 'sends us away', [ASKS.cap, 'ERROR :Closing Link: banned\r\n'], 'turned-away: ERROR'],
      ['irc', 'has banned us', [ASKS.cap, ':i 465 * :You are banned\r\n'], 'turned-away: 465'],
      ['ldap', 'disconnects', [ASKS.ldap, ldapAnswer(52, { id: 0, text: 'going down' })], 'turned-away: unavailable'],
      ['mysql', 'blocks us', [error('Host is blocked')], 'turned-away: 1129'],
      ['mysql', 'blocks us, with an SQLSTATE', [error('#HY000Host is blocked')], 'turned-away: 1129'],
      ['postgres', 'has no room', [ASKS.postgres, postgresError], 'turned-away: 53300'],
      ['postgres', 'is older than TLS', [ASKS.postgres, 'Ecould not fork\n\0'], 'turned-away: ERROR'],
      ['postgres', 'is none', [ASKS.postgres, 'ERROR\r\n'], 'protocol: undefined'],
      [
        'xmpp',
        'does not serve that name',
        [
          ASKS.xmpp,
          `${XMPP.stream}<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`,
        ],
        'unknown-name: host-unknown',
      ],
      [
        'xmpp',
        'has no stream for us',
        [ASKS.xmpp, '<stream:stream><stream:error><improper-addressing/></stream:error></stream:stream>'],
        'unknown-name: improper-addressing',
      ],
      [
        'xmpp',
        'has no room',
        [ASKS.xmpp, `${XMPP.stream}<stream:error><resource-constraint/></stream:error></stream:stream>`],
        'turned-away: resource-constraint',
      ],
      [
        'xmpp',
        'names no reason that there is',
        [ASKS.xmpp, `${XMPP.stream}<stream:error><${'x'.repeat(41)}/></stream:error></stream:stream>`],
        'turned-away: error',
      ],
      [
        'smtp',
        'sends control characters, markup and ends of lines',
        ['554 \u001b[31m<b>no</b>\u202e\r\t*x*\r\n'],
        'turned-away: 554',
      ],
    ];
    for (const [scheme, does, steps, detail] of sending) {
      it(`speaks ${scheme} and ${does}`, async () => {
        const seen = (await lookAt(scheme, steps)) as Failure;
        assert.equal(`${seen.code}: ${seen.detail}`, detail);
      });
    }

    const greetings = [
      ...['SSH-2.0-SECRET', '-ERR SECRET', '-NOAUTH SECRET', '+OK SECRET', '+SECRET', '$6', 'HTTP/1.1 400 SECRET'],
      ...[
        '220 SECRET',
        '220-SECRET\r\n220 SECRET',
        '554 5.7.1 SECRET',
        '421SECRET',
        '999 SECRET',
        '554-a\r\n555 SECRET',
      ],
      ...['* BYE SECRET', '* PREAUTH SECRET', '* NO [ALERT] SECRET', '* BYESECRET', '*SECRET', 'a1 NO SECRET'],
      ...[
        'NO "SECRET"',
        'BYE (SECRET) "SECRET"',
        'NO-SECRET',
        '"SECRET"',
        ':SECRET 421 SECRET :SECRET',
        'ERROR :SECRET',
      ],
      ...[
        ':SECRET 691 * :SECRET',
        '@SECRET :SECRET 451 :SECRET',
        '200 SECRET\r\n502 SECRET',
        'SECRET',
        '\u001b[31mSECRET',
      ],
      ...[
        '<SECRET>',
        '<stream:stream version="1.0"><SECRET/>',
        '<stream:stream><stream:error><SECRET/></stream:error>',
      ],
      ...['<?SECRET?><stream:stream version="1.0"><features><SECRET/></features><failure>SECRET</failure>', 'ESECRET'],
      ...['ready\r\nSECRET', '220 m\r\n250-SECRET\r\n250 SECRET\r\n502 SECRET', '* OK SECRET\r\na1 BAD SECRET'],
      ...['+OK SECRET\r\n-ERR SECRET\r\n-ERR SECRET', '220 SECRET\r\n530 SECRET', '\u0000SECRET', 'N SECRET'],
    ];
    for (const scheme of STARTTLS_SCHEMES)
      it(`speaks whatever it may where ${scheme} is expected`, async () => {
        for (const greeting of greetings) {
          const seen = await lookAt(scheme, [`${greeting}\r\n`], { ending: 'close' });
          assert.doesNotMatch(JSON.stringify(seen), /SECRET/, greeting);
        }
      });
  });

  describe('does not wait for the end of', () => {
    const many = (text: string): string => text.repeat(20_000);
    const endless: [StarttlsScheme, Step[]][] = [
      ['smtp', [many('220-still\r\n')]],
      ['lmtp', [many('220-\r\n')]],
      ['imap', ['* OK\r\n', ASKS.imapCapability, many('* OK more\r\n')]],
      ['pop3', ['+OK\r\n', ASKS.capa, '+OK\r\n', many('X\r\n')]],
      ['ftp', ['220-\r\n', many('\n')]],
      ['ldap', [ASKS.ldap, Buffer.concat([Buffer.from('30847fffffff', 'hex'), Buffer.alloc(100_000)])]],
      ['postgres', [ASKS.postgres, `E${many('more ')}`]],
      ['mysql', [mysqlPacket(Buffer.alloc(100_000, 10))]],
      ['xmpp', [ASKS.xmpp, `${XMPP.stream}<stream:features>`, many('<x/>')]],
      ['xmpp-server', [ASKS.xmppServer, `${XMPP.stream}<stream:features>`, many("'<x a='>'/>")]],
      ['sieve', [many('"X" "y"\r\n')]],
      ['nntp', ['200\r\n', ASKS.capabilities, '101\r\n', many('X\r\n')]],
      ['irc', [ASKS.cap, many(':i NOTICE * :x\r\n')]],
      ['rdp', [ASKS.rdp, Buffer.concat([Buffer.from('0300ffff', 'hex'), Buffer.alloc(100_000)])]],
    ];
    for (const [scheme, steps] of endless) {
      it(`what a server of ${scheme} says`, async () => {
        const seen = (await lookAt(scheme, steps)) as Failure;
        assert.equal(seen.code, 'protocol', JSON.stringify(seen));
      });
    }
  });

  it('does not wait for a literal that is too long to be read', async () => {
    for (const [scheme, literal] of [
      ['imap', '* OK {99999999}\r\n'],
      ['sieve', '{99999999}\r\n'],
    ] as const)
      assert.equal(((await lookAt(scheme, [literal])) as Failure).code, 'protocol');
  });

  describe('refuses what comes in the turn after the go-ahead, in a segment of its own, from a server of', () => {
    /** A socket whose peer answers at once, and injects something as soon as it has said that TLS may begin. */
    function socketOf(scheme: StarttlsScheme): Socket {
      const steps = [...OFFERING[scheme]];
      const socket = new Duplex({
        read() {},
        write(_chunk, _encoding, done) {
          done();
          if (typeof steps[0] === 'object' && !Buffer.isBuffer(steps[0])) steps.shift();
          speak();
        },
      });
      function speak(): void {
        for (let step = steps[0]; typeof step === 'string' || Buffer.isBuffer(step); step = steps[0]) {
          socket.push(step);
          steps.shift();
        }
        if (steps.length === 0) setImmediate(() => socket.push('220 mine\r\n'));
      }
      speak();
      return socket as unknown as Socket;
    }

    for (const scheme of STARTTLS_SCHEMES) {
      it(scheme, async () => {
        await assert.rejects(askForTls(socketOf(scheme), scheme, 'localhost'), {
          code: 'PRELUDE',
          failure: { code: 'injected', detail: '10 bytes after the go-ahead' },
        });
      });
    }
  });

  it('sends XMPP servers no name when there is none', async () => {
    const steps = [
      { hear: /^<\?xml version='1\.0'\?><stream:stream version='1\.0' xmlns='jabber:client'/ },
      ...OFFERING.xmpp.slice(1),
    ];
    for (const address of ['127.0.0.1', '::1'])
      assert.equal(await lookAt('xmpp', steps, { ending: 'tls' }, address), issued.fingerprint);
  });

  it('ends at once when the socket is destroyed, at each step of each protocol', async () => {
    for (const scheme of STARTTLS_SCHEMES) {
      for (let step = 0; step < OFFERING[scheme].length; step += 1) {
        const { port } = await peers.tcp(
          (socket) => void play(socket, OFFERING[scheme].slice(0, step), { ending: 'silence' }),
        );
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        const asked = askForTls(socket, scheme, 'localhost');
        setImmediate(() => socket.destroy());
        await assert.rejects(asked, { code: 'ECONNRESET' });
        assert.equal(socket.listenerCount('readable') + socket.listenerCount('error'), 0);
      }
    }
  });
});
