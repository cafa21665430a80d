import assert from 'node:assert/strict';
import { parseExchangers, parseTarget, withOverride } from '../../../src/core/targets/endpoint.ts';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { briefTarget, displayTarget, formatTarget, readTarget, typedTarget } from '../../../src/core/targets/target.ts';
import { EN } from '../../support/certificate-facts.ts';

/** As many characters as a host name may have. */
const LONGEST = [63, 63, 63, 61].map((length) => 'a'.repeat(length)).join('.');

const PASTED: [string, string][] = [
  ['example.com', 'tls://example.com:443'],
  ['EXAMPLE.com.', 'tls://example.com:443'],
  ['example.com:8443', 'tls://example.com:8443'],
  ['https://example.com/x?y', 'tls://example.com:443'],
  ['https://user:secret@example.com:444/x#y', 'tls://example.com:444'],
  ['http://example.com', 'tls://example.com:443'],
  ['http://example.com:80/', 'tls://example.com:443'],
  ['http://example.com:8080', 'tls://example.com:8080'],
  ['smtps://mail.example.com', 'tls://mail.example.com:465'],
  ['ldaps://dc.example.com', 'tls://dc.example.com:636'],
  ['smtp://mail.example.com:587', 'smtp://mail.example.com:587'],
  ['smtp://mail.example.com:465', 'tls://mail.example.com:465'],
  ['submission://mail.example.com:465', 'tls://mail.example.com:465'],
  ['imap://mail.example.com:993', 'tls://mail.example.com:993'],
  ['pop3://mail.example.com:995', 'tls://mail.example.com:995'],
  ['ldap://dc.example.com:636', 'tls://dc.example.com:636'],
  ['ftp://files.example.com:990', 'tls://files.example.com:990'],
  ['smtp://mail.example.com:443', 'smtp://mail.example.com:443'],
  ['imap://mail.example.com:143', 'imap://mail.example.com:143'],
  ['[2001:db8::1]:443', 'tls://[2001:db8::1]:443'],
  ['2001:DB8:0::1', 'tls://[2001:db8::1]:443'],
  ['https://[::1]:8443/', 'tls://[::1]:8443'],
  ['192.0.2.7:443', 'tls://192.0.2.7:443'],
  ['müller.example', 'tls://xn--mller-kva.example:443'],
  ['<https://example.com|example.com>', 'tls://example.com:443'],
  ['<https://example.com:8443/a|a>', 'tls://example.com:8443'],
  ['[example.com](https://example.com)', 'tls://example.com:443'],
  ['“example.com”,', 'tls://example.com:443'],
  ['example.com:8443.', 'tls://example.com:8443'],
  ['_sip.example.com', 'tls://_sip.example.com:443'],
  ['localhost:3443', 'tls://localhost:3443'],
  ['  example.com ', 'tls://example.com:443'],
  ['((example.com:8443))', 'tls://example.com:8443'],
  ['„“example.com”', 'tls://example.com:443'],
  ['<https://example.com>', 'tls://example.com:443'],
  ['example.com.:8443', 'tls://example.com:8443'],
  ['example.com:', 'tls://example.com:443'],
  ['example.com:1', 'tls://example.com:1'],
  ['example.com:65535', 'tls://example.com:65535'],
  ['example.com/a/b?c=d#e', 'tls://example.com:443'],
  ['https:///example.com', 'tls://example.com:443'],
  ['https://user@example.com', 'tls://example.com:443'],
  ['user@example.com/x', 'tls://example.com:443'],
  ['example.com/mailto:ops', 'tls://example.com:443'],
  ['[192.0.2.7]:8443', 'tls://192.0.2.7:8443'],
  ['[2001:db8::1]', 'tls://[2001:db8::1]:443'],
  ['::1', 'tls://[::1]:443'],
  ['web1', 'tls://web1:443'],
  ['1and1.example', 'tls://1and1.example:443'],
  [`${'a'.repeat(63)}.example`, `tls://${'a'.repeat(63)}.example:443`],
  [LONGEST, `tls://${LONGEST}:443`],
  ['ws://example.com:80', 'tls://example.com:443'],
  ['https://example.com:80', 'tls://example.com:80'],
  ['mail.example.com:25', 'smtp://mail.example.com:25'],
  ['mail.example.com:587', 'smtp://mail.example.com:587'],
  ['https://mail.example.com:25', 'tls://mail.example.com:25'],
  ['turns:turn.example.com?transport=tcp', 'tls://turn.example.com:5349'],
  ['sips:anna@voice.example.com:5071;transport=tcp', 'tls://voice.example.com:5071'],
  ['sips:8443', 'tls://sips:8443'],
];

/** What each scheme means where no port is typed. */
const SCHEMES: [string, string, number][] = [
  ['tls', 'tls', 443],
  ['https', 'tls', 443],
  ['wss', 'tls', 443],
  ['ws', 'tls', 443],
  ['smtps', 'tls', 465],
  ['submissions', 'tls', 465],
  ['imaps', 'tls', 993],
  ['pop3s', 'tls', 995],
  ['ldaps', 'tls', 636],
  ['ftps', 'tls', 990],
  ['nntps', 'tls', 563],
  ['ircs', 'tls', 6697],
  ['xmpps', 'tls', 5223],
  ['rediss', 'tls', 6379],
  ['mqtts', 'tls', 8883],
  ['amqps', 'tls', 5671],
  ['turns', 'tls', 5349],
  ['stuns', 'tls', 5349],
  ['sips', 'tls', 5061],
  ['ipps', 'tls', 631],
  ['rtsps', 'tls', 322],
  ['SMTP', 'smtp', 25],
  ['submission', 'smtp', 587],
  ['lmtp', 'lmtp', 24],
  ['imap', 'imap', 143],
  ['pop3', 'pop3', 110],
  ['pop', 'pop3', 110],
  ['ftp', 'ftp', 21],
  ['ldap', 'ldap', 389],
  ['postgres', 'postgres', 5432],
  ['postgresql', 'postgres', 5432],
  ['mysql', 'mysql', 3306],
  ['mariadb', 'mysql', 3306],
  ['xmpp', 'xmpp', 5222],
  ['xmpp-client', 'xmpp', 5222],
  ['xmpp-server', 'xmpp-server', 5269],
  ['sieve', 'sieve', 4190],
  ['managesieve', 'sieve', 4190],
  ['nntp', 'nntp', 119],
  ['news', 'nntp', 119],
  ['irc', 'irc', 6667],
  ['rdp', 'rdp', 3389],
];

const WRONG: [string, RegExp][] = [
  ['', /target is missing/],
  ['ops@example.com', /e-mail address.*`example\.com`/],
  ['mailto:ops@example.com', /e-mail address/],
  ['example.com:99999', /port “99999”/],
  ['example.com:0', /port “0”/],
  ['example.com:https', /port “https”/],
  ['*.example.com', /wildcard.*`www\.example\.com`/],
  ['300.1.1.1', /IPv4/],
  ['10.1', /IPv4/],
  ['0x7f.1', /IPv4/],
  ['2130706433', /IPv4/],
  ['fe80::1%eth0', /IPv6/],
  ['[2001:db8::g]', /IPv6/],
  ['a..b', /empty part/],
  ['-a.example', /“-a” in “-a\.example”/],
  [`${'a'.repeat(64)}.example`, /63 characters/],
  ['gopher://example.com', /scheme “gopher:\/\/”/],
  ['exa mple', /valid part|not a host name/],
  ['https://', /host name is missing/],
  [':443', /host name is missing/],
  ['example.com:443x', /port “443x”/],
  ['example.com:x443', /port “x443”/],
  ['example.com:65536', /port “65536”/],
  ['[192.0.2.77', /“\[192\.0\.2\.77” is not an IPv6 address/],
  ['192.0.2.77]', /“192\.0\.2\.77\]” is not a host name/],
  ['[example.com]', /IPv6/],
  ['x[::1]:443', /IPv6/],
  ['[::1]x', /IPv6/],
  ['see:https://a.example', /IPv6/],
  ['see[a](https://a.example)', /not a valid part|not a host name/],
  ['[a](https://a.example)b', /IPv6/],
  ['see<https://a.example>', /not a valid part|not a host name/],
  ['<https://a.example>b', /not a valid part|not a host name/],
  ['a)b.example', /not a valid part|not a host name/],
  ['a-.example', /“a-” in “a-\.example”/],
  [`${LONGEST}a`, /is not a host name/],
  [`-${'a'.repeat(59)}.example`, /“-a{59}” in “-a{56}…”/],
  [`-${'a'.repeat(60)}.example`, /“-a{56}…” in “-a{56}…”/],
];

describe('a target', () => {
  for (const [text, uri] of PASTED) {
    it(`reads ${JSON.stringify(text)} as ${uri}`, () => {
      const parsed = parseTarget(text, EN);
      assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem);
      assert.equal(formatTarget(parsed.target), uri);
      assert.deepEqual(readTarget(uri), parsed.target);
    });
  }

  for (const [typed, scheme, port] of SCHEMES)
    it(`with the scheme ${typed} alone is looked at by ${scheme} on port ${port}`, () => {
      const parsed = parseTarget(`${typed}://host.example`, EN);
      assert.deepEqual(parsed, { ok: true, target: { scheme, host: 'host.example', port } });
    });

  for (const [text, sentence] of WRONG) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const parsed = parseTarget(text, EN);
      assert.ok(!parsed.ok);
      assert.match(parsed.problem, sentence);
    });
  }

  const exchangers: [string, string | RegExp | null][] = [
    ['mx:example.com', 'example.com'],
    ['MX:Example.COM.', 'example.com'],
    ['mx://example.com', 'example.com'],
    ['mx:müller.example', 'xn--mller-kva.example'],
    ['`mx:example.com`,', 'example.com'],
    ['mx:<https://example.com|example.com>', 'example.com'],
    ['mx:[example.com](http://example.com/)', 'example.com'],
    ['mx:http://example.com/', 'example.com'],
    ['mx:_dmarc.example.com', '_dmarc.example.com'],
    [' mx:example.com ', 'example.com'],
    ['<mx:example.com|mx:example.com>', 'example.com'],
    ['example.com', null],
    ['mx.example.com', null],
    ['smtp-mx:example.com', null],
    ['mx:25', null],
    ['smtp://mx:25', null],
    ['mx:', /does not name a mail domain.*`mx:example\.com`/],
    ['mx:example.com:25', /^“mx:example\.com:25” names a port, but mail exchangers are looked at on port 25/],
    ['mx:*.example.com', /does not name a mail domain/],
    ['mx:192.0.2.7', /does not name a mail domain/],
    ['mx:127.1', /does not name a mail domain/],
    ['mx:[2001:db8::1]', /does not name a mail domain/],
    ['mx:2001:db8::1', /does not name a mail domain/],
    ['mx:a:b:25', /does not name a mail domain/],
    ['mx:example.com:25x', /does not name a mail domain/],
    ['mx:anna@example.com', /does not name a mail domain/],
    ['mx:example.com/path', /does not name a mail domain/],
    ['mx:a..b', /does not name a mail domain/],
    ['mx:-a.example', /does not name a mail domain/],
    [`mx:${'a'.repeat(300)}`, /does not name a mail domain/],
  ];
  for (const [text, expected] of exchangers)
    it(`${JSON.stringify(text.slice(0, 60))} ${typeof expected === 'string' ? `means the mail exchangers of ${expected}` : expected ? 'says what is wrong' : 'means no mail exchangers'}`, () => {
      const parsed = parseExchangers(text, EN);
      if (typeof expected === 'string') assert.deepEqual(parsed, { ok: true, domain: expected });
      else if (expected === null) assert.equal(parsed, null);
      else assert.match(parsed && !parsed.ok ? parsed.problem : 'no problem', expected);
    });

  it('keeps the address and the name that override it', () => {
    const parsed = parseTarget('10.1.2.3', EN);
    assert.ok(parsed.ok);
    const full = withOverride(parsed.target, { address: '2001:DB8::7', servername: 'Internal.Example' }, EN);
    assert.ok(full.ok);
    const uri = formatTarget(full.target);
    assert.equal(uri, 'tls://10.1.2.3:443?address=2001%3Adb8%3A%3A7&sni=internal.example');
    assert.deepEqual(readTarget(uri), full.target);
    assert.equal(displayTarget(uri), '10.1.2.3 @2001:db8::7 as internal.example');
  });

  const overrides: [string, Parameters<typeof withOverride>[1], string, string][] = [
    ['an address', { address: '[2001:db8::7]' }, '?address=2001%3Adb8%3A%3A7', ' @2001:db8::7'],
    ['a name', { servername: 'internal.example' }, '?sni=internal.example', ' as internal.example'],
    ['nothing', {}, '', ''],
  ];
  for (const [name, override, query, shown] of overrides)
    it(`may be overridden by ${name}`, () => {
      const full = withOverride({ scheme: 'smtp', host: 'a.example', port: 25 }, override, EN);
      assert.ok(full.ok);
      const uri = formatTarget(full.target);
      assert.equal(uri, `smtp://a.example:25${query}`);
      assert.deepEqual(readTarget(uri), full.target);
      assert.equal(displayTarget(uri), `smtp://a.example:25${shown}`);
    });

  const wrongOverrides: [Parameters<typeof withOverride>[1], RegExp][] = [
    [{ address: '' }, /^After “@” comes the IP address/],
    [{ address: 'b.example' }, /^“b\.example” after “@” is not an IP address/],
    [{ servername: '' }, /^After “as” comes the name/],
    [{ servername: 'a..b' }, /^“a\.\.b” has an empty part/],
  ];
  for (const [override, sentence] of wrongOverrides)
    it(`says what is wrong with ${JSON.stringify(override)}`, () => {
      const full = withOverride({ scheme: 'tls', host: 'a.example', port: 443 }, override, EN);
      assert.match(full.ok ? 'nothing' : full.problem, sentence);
    });

  for (const uri of [
    'no uri',
    'tls://a.example',
    'tls://a.example:443/x',
    'see tls://a.example:443',
    'tls://a.example:x',
  ])
    it(`is not read from ${JSON.stringify(uri)}, which no target is stored as`, () =>
      assert.throws(() => readTarget(uri), new RegExp(`not a canonical target URI: ${uri}`)));

  for (const [uri, shown, typed] of [
    ['tls://a.example:443', 'a.example', 'a.example'],
    ['tls://a.example:8443', 'a.example:8443', 'a.example:8443'],
    ['tls://192.0.2.7:443', '192.0.2.7', '192.0.2.7'],
    ['tls://[2001:db8::1]:443', '[2001:db8::1]', '[2001:db8::1]'],
    ['tls://[2001:db8::443]:8443', '[2001:db8::443]:8443', '[2001:db8::443]:8443'],
    ['tls://a.example:443?address=2001%3Adb8%3A%3A443', 'a.example @2001:db8::443', 'a.example @2001:db8::443'],
    ['tls://192.0.2.7:443?sni=b.example', '192.0.2.7 as b.example', '192.0.2.7 as b.example'],
    ['tls://a.example:25', 'tls://a.example:25', 'tls://a.example:25'],
    ['smtp://a.example:443', 'smtp://a.example:443', 'smtp://a.example:443'],
    ['smtp://mail.example:25', 'smtp://mail.example:25', 'smtp://mail.example:25'],
    ['tls://intranet:443', 'intranet', 'intranet:443'],
    ['tls://all:443', 'all', 'all:443'],
  ] as const)
    it(`${uri} is shown without the port that everybody means, and can be typed`, () => {
      assert.deepEqual([displayTarget(uri), briefTarget(uri), typedTarget(uri)], [shown, shown, typed]);
      const command = parseCommand(`unwatch ${typed}`, EN);
      assert.deepEqual(command.verb === 'unwatch' && command.targets, [{ text: typed.split(' ')[0], uri }]);
    });

  it('is shown with its own letters', () => {
    assert.equal(displayTarget('tls://xn--mller-kva.example:443'), 'müller.example');
  });
});
