import assert from 'node:assert/strict';
import { parseCommand as parse, type TypedCommand as Command } from '../../../src/core/chat/command.ts';
import { EN } from '../../support/certificate-facts.ts';

function parseCommand(text: string): Command {
  return parse(text, EN);
}

function uris(command: Command): string[] {
  assert.ok('targets' in command && Array.isArray(command.targets));
  return command.targets.map((target) => {
    if ('uri' in target) return target.uri;
    if ('problem' in target) return `! ${target.problem}`;
    return 'exchangersOf' in target ? `mx:${target.exchangersOf}` : `${target.named.prefix}:${target.named.name}`;
  });
}

const VERBS: [string, Command['verb']][] = [
  ['watch example.com', 'watch'],
  ['WATCH example.com', 'watch'],
  ['Watch&nbsp;example.com', 'watch'],
  ['watch: example.com', 'watch'],
  ['/watch example.com', 'watch'],
  ['check example.com', 'check'],
  ['example.com', 'check'],
  ['localhost:3443', 'check'],
  ['unwatch all', 'unwatch'],
  ['list', 'list'],
  ['show example.com', 'show'],
  ['remind 60d 3d', 'remind'],
  ['calendar reset', 'calendar'],
  ['trust', 'trust'],
  ['trust list', 'trust'],
  ['Trust: add', 'trust'],
  ['trust remove 1', 'trust'],
  ['trust me', 'problem'],
  ['trust remove', 'problem'],
  ['-----BEGIN CERTIFICATE----- MIIB', 'problem'],
  ['help', 'help'],
  ['', 'help'],
  ['?', 'help'],
  ['hello', 'courtesy'],
  ['watch', 'problem'],
  ['calendar delete', 'problem'],
  ['watch example.com remind soon', 'problem'],
  ['remind 1d 2d 3d 4d 5d 6d 7d', 'problem'],
];

function target(host: string, query = '', text = host): { text: string; uri: string } {
  return { text, uri: `tls://${host}:443${query}` };
}

const A = target('a.example');
const B = target('b.example');
const AT = { text: 'a.example', uri: 'tls://a.example:443?address=203.0.113.7' };
const AS = { text: 'a.example', uri: 'tls://a.example:443?sni=internal' };
const DAYS = [1, 2, 3, 4, 5, 6].map((days) => ({ kind: 'duration' as const, ms: days * 86_400_000 }));

const READ: [string, Command][] = [
  ['  list ', { verb: 'list', filter: '' }],
  ['list  Foo\n\n BAR', { verb: 'list', filter: 'foo bar' }],
  ['wa\u200Btch a.example', { verb: 'watch', targets: [A], policy: null }],
  ['watch!! a.example', { verb: 'watch', targets: [A], policy: null }],
  ['watch\ra.example\rwatch b.example', { verb: 'watch', targets: [A, B], policy: null }],
  ['watch\r\na.example\r\n\r\nb.example', { verb: 'watch', targets: [A, B], policy: null }],
  ['watch a.example,b.example;', { verb: 'watch', targets: [A, B], policy: null }],
  ['watch a.example https://a.example', { verb: 'watch', targets: [A], policy: null }],
  [
    'check <https://a.example/?q=1,2|a.example>',
    { verb: 'check', targets: [target('a.example', '', 'https://a.example/?q=1,2')] },
  ],
  [
    'check mx:a.example mx:b.example',
    {
      verb: 'check',
      targets: [
        { text: 'mx:a.example', exchangersOf: 'a.example' },
        { text: 'mx:b.example', exchangersOf: 'b.example' },
      ],
    },
  ],
  ['a.example ask', { verb: 'check', targets: [A], ignored: ['ask'] }],
  ['hi watch a.example', { verb: 'watch', targets: [A], policy: null }],
  ['a.example\n\nb.example', { verb: 'check', targets: [A, B] }],
  ['a.example @203.0.113.7', { verb: 'check', targets: [AT] }],
  ['a.example AS internal', { verb: 'check', targets: [AS] }],
  ['a.example as internal b.example', { verb: 'check', targets: [AS, B] }],
  ['localhost', { verb: 'check', targets: [target('localhost')] }],
  ['un.watch', { verb: 'check', targets: [target('un.watch')] }],
  ['unwatch ALL', { verb: 'unwatch', targets: 'all' }],
  ['unwatch all a.example', { verb: 'unwatch', targets: [A], ignored: ['all'] }],
  ['unwatch a.example', { verb: 'unwatch', targets: [A] }],
  ['remind', { verb: 'remind', policy: null }],
  ['Remind DEFAULT', { verb: 'remind', policy: 'default' }],
  ['remind 1d 2d,3d;4d 5d 6d 24h', { verb: 'remind', policy: DAYS }],
  ['watch a.example REMIND 1d', { verb: 'watch', targets: [A], policy: [DAYS[0]!] }],
  ['trust', { verb: 'trust', what: 'list' }],
  ['trust LIST', { verb: 'trust', what: 'list' }],
  ['trust add: MIIB', { verb: 'trust', what: 'add', text: 'MIIB' }],
  ['trust \n rm  1 ', { verb: 'trust', what: 'remove', which: '1' }],
  ['trust remove Demo\n\nRoot', { verb: 'trust', what: 'remove', which: 'Demo Root' }],
];

const LONG = 'x'.repeat(41);

/** What is wrong with a message, and what to type instead. */
const PROBLEMS: [string, RegExp][] = [
  ['watch', /Type for example `watch example\.com`/],
  ['watch remind 3d', /Type for example `watch example\.com`/],
  ['check', /Type for example `check example\.com`/],
  ['unwatch', /Type for example `unwatch example\.com`/],
  ['show', /Type for example `show example\.com`/],
  ['owner me', /Type for example `owner example\.com`/],
  ['show a.example b.example', /`show` takes one target/],
  ['watch a.example remind', /^After `remind` comes when to alert/],
  [`remind ${LONG}`, /^“x{40}” is not a length of time/],
  ['remind alsome', /^“alsome” is not a length of time/],
  ['remind cannot', /^“cannot” is not a length of time/],
  ['remind default 3d', /^“default” is not a length of time/],
  ['calendar reset now', /^“reset now” is not something `calendar` knows/],
  [`calendar ${LONG}`, /^“x{40}” is not something/],
  ['trust list all', /^“list all” is not something `trust` knows/],
  ['trust rmx 1', /^“rmx 1” is not something/],
  ['trust xrm 1', /^“xrm 1” is not something/],
  [`trust ${LONG}`, /^“x{40}” is not something/],
  ['-----BEGIN TRUSTED CERTIFICATE----- MIIB', /`trust add`/],
  ['-----BEGIN PKCS7----- MIIB', /`trust add`/],
  ['flurb...', /^“flurb\.\.\.” is not a command/],
  ['flurb:', /^“flurb:” is not a command/],
  ['mylocalhost', /is not a command/],
  ['localhosts', /is not a command/],
  ['@anna a.example', /is not a command/],
  ['foo as a.example', /is not a command/],
  ['unwacth a.example', /Did you mean `unwatch a\.example`/],
  ['hepl', /Did you mean `help`/],
  ['hlp', /Did you mean `help`/],
  ['wxxxh a.example', /Type `help` to see all commands/],
  ['hex', /Type `help` to see all commands/],
  [LONG, /^“x{40}” is not a command/],
  [`wacth ${'y'.repeat(300)}`, /Did you mean `watch y{194}`/],
];

describe('a command', () => {
  for (const [text, expected] of READ)
    it(`${JSON.stringify(text)} is read to the end`, () => assert.deepEqual(parseCommand(text), expected));

  for (const [text, sentence] of PROBLEMS)
    it(`${JSON.stringify(text.slice(0, 60))} is answered with ${sentence}`, () => {
      const command = parseCommand(text);
      assert.match(command.verb === 'problem' ? command.sentence : command.verb, sentence);
    });

  it('says of each target what is wrong with it, once', () => {
    assert.deepEqual(
      uris(parseCommand('watch a..b mx:*.example.com a..b c..d')).map((one) => one.slice(0, 20)),
      ['! “a..b” has an empt', '! “mx:*.example.com”', '! “c..d” has an empt'],
    );
  });

  it('takes 1,000 targets', () => {
    const hosts = Array.from({ length: 1000 }, (_, index) => `h${index}.example`);
    assert.equal(uris(parseCommand(`watch ${hosts.join(' ')}`)).length, 1000);
  });

  for (const [text, verb] of VERBS) {
    it(`reads ${JSON.stringify(text)} as ${verb}`, () => {
      assert.equal(parseCommand(text).verb, verb);
    });
  }

  it('takes several targets from one line or one per line, each once', () => {
    const expected = ['tls://a.example:443', 'tls://b.example:443', 'tls://c.example:8443'];
    assert.deepEqual(uris(parseCommand('watch a.example b.example, c.example:8443 https://a.example')), expected);
    assert.deepEqual(uris(parseCommand('watch\na.example\nb.example\nc.example:8443')), expected);
    assert.deepEqual(uris(parseCommand('watch a.example\nwatch b.example\nwatch c.example:8443')), expected);
  });

  it('keeps the good targets beside a bad one', () => {
    const [good, bad] = uris(parseCommand('watch a.example *.b.example'));
    assert.equal(good, 'tls://a.example:443');
    assert.match(bad!, /^! .*wildcard/);
  });

  it('pins an address and overrides the name', () => {
    assert.deepEqual(uris(parseCommand('watch a.example @203.0.113.7 10.1.2.3 as b.example')), [
      'tls://a.example:443?address=203.0.113.7',
      'tls://10.1.2.3:443?sni=b.example',
    ]);
  });

  const unfinished: [string, RegExp][] = [
    ['watch a.example @', /^After “@” comes the IP address/],
    ['watch a.example as', /^After “as” comes the name/],
  ];
  for (const [text, sentence] of unfinished) {
    it(`says what is missing in “${text}”`, () => {
      const command = parseCommand(text);
      assert.ok(command.verb === 'watch');
      const [target] = command.targets;
      assert.equal(command.targets.length, 1);
      assert.match(target && 'problem' in target ? target.problem : '', sentence);
    });
  }

  it('takes the mail exchangers of a domain for one target, wherever targets are many', () => {
    assert.deepEqual(uris(parseCommand('watch mx:example.com a.example MX:Example.com.')), [
      'mx:example.com',
      'tls://a.example:443',
    ]);
    for (const text of ['mx:example.com', 'check mx:example.com', 'unwatch mx:example.com', 'owner mx:example.com'])
      assert.deepEqual(uris(parseCommand(text)), ['mx:example.com'], text);
    assert.deepEqual(uris(parseCommand('remind also me for mx:example.com')), ['mx:example.com']);
    assert.deepEqual(uris(parseCommand('watch mx:example.com remind 5d')), ['mx:example.com']);
  });

  it('takes mail exchangers neither for one target nor at one address', () => {
    for (const verb of ['show', 'calendar']) {
      const command = parseCommand(`${verb} mx:example.com`);
      assert.ok(command.verb === 'problem');
      assert.match(command.sentence, new RegExp(`^\`${verb}\` takes one target, and example\\.com may have several`));
    }
    for (const text of ['watch mx:example.com @203.0.113.7', 'watch mx:example.com as mail.example.com'])
      assert.match(uris(parseCommand(text))[0]!, /^! All mail exchangers .*Type `mx:example\.com` alone/);
  });

  it('reads thresholds as durations and shares', () => {
    const command = parseCommand('watch a.example remind 60d, 10% 90m');
    assert.ok(command.verb === 'watch');
    assert.deepEqual(command.policy, [
      { kind: 'duration', ms: 60 * 86_400_000 },
      { kind: 'share', percent: 10 },
      { kind: 'duration', ms: 90 * 60_000 },
    ]);
  });

  const kind: [string, Command][] = [
    ...[
      'Hi',
      'hello',
      'Hello!',
      'Hallo',
      'hallo 👋',
      'Hey there',
      'Guten Morgen',
      'Moin moin',
      'Grüß Gott!',
      'servus, bot',
    ].map((text): [string, Command] => [text, { verb: 'courtesy', what: 'greeting' }]),
    ...['thanks', 'Thanks!', 'Thank you very much.', 'ok thanks', 'danke', 'Danke schön', 'vielen Dank 🙏', 'thx'].map(
      (text): [string, Command] => [text, { verb: 'courtesy', what: 'thanks' }],
    ),
    ...['Hilfe', 'hilfe!', 'Was kannst du?', 'What can you do?', 'help me'].map((text): [string, Command] => [
      text,
      { verb: 'help' },
    ]),
  ];
  for (const [text, expected] of kind)
    it(`takes “${text}” for a kind word, or for help`, () => assert.deepEqual(parseCommand(text), expected));

  it('takes nothing else for a kind word', () => {
    for (const text of ['hi wtch example.com', 'thanksgiving', 'hey you', 'morgenland', 'dankbar'])
      assert.equal(parseCommand(text).verb, 'problem', text);
    for (const text of ['hello.example', 'danke.de']) assert.equal(parseCommand(text).verb, 'check', text);
  });

  it('suggests the nearest command for a typing error', () => {
    const command = parseCommand('wacth example.com');
    assert.ok(command.verb === 'problem');
    assert.match(command.sentence, /Did you mean `watch example\.com`/);
  });

  it('refuses more than 1,000 targets and does nothing', () => {
    const command = parseCommand(`watch ${Array.from({ length: 1001 }, (_, index) => `h${index}.example`).join(' ')}`);
    assert.ok(command.verb === 'problem');
    assert.match(command.sentence, /1,001.*Nothing was done/);
  });

  it('hands on what stands behind “trust add” as it was pasted', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB+/==\n-----END CERTIFICATE-----';
    assert.deepEqual(parseCommand(`trust add ${pem}`), { verb: 'trust', what: 'add', text: pem });
    assert.deepEqual(parseCommand(`trust add\n${pem}\n`), { verb: 'trust', what: 'add', text: pem });
    assert.deepEqual(parseCommand(`TRUST ${pem}`), { verb: 'trust', what: 'add', text: pem });
    assert.deepEqual(parseCommand('trust add'), { verb: 'trust', what: 'add', text: '' });
  });

  it('takes what is to be trusted no longer by number, fingerprint or name', () => {
    for (const which of ['1', 'all', 'AB:CD:EF', 'Demo Root R1'])
      assert.deepEqual(parseCommand(`trust remove  ${which}`), { verb: 'trust', what: 'remove', which });
    assert.deepEqual(parseCommand('trust delete 2'), { verb: 'trust', what: 'remove', which: '2' });
  });

  it('answers a private key in any command with what to do, and does not repeat it', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIESECRET\n-----END RSA PRIVATE KEY-----';
    for (const text of [
      key,
      `trust add ${key}`,
      `trsut ${key}`,
      `watch ${key}`,
      `trust add ${key.replaceAll(' ', '\u00a0')}`,
    ]) {
      const command = parseCommand(text);
      assert.ok(command.verb === 'problem', text);
      assert.match(command.sentence, /private key.*compromised/);
      assert.doesNotMatch(command.sentence, /SECRET/);
    }
  });

  it('says how a certificate that stands alone is added', () => {
    const command = parseCommand('——BEGIN CERTIFICATE—— MIIB');
    assert.ok(command.verb === 'problem');
    assert.match(command.sentence, /`trust add`/);
  });
});
