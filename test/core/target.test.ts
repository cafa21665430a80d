import assert from 'node:assert/strict';
import {
  displayTarget,
  formatTarget,
  parseExchangers,
  parseTarget,
  readTarget,
  withOverride,
} from '../../src/core/target.ts';
import { EN } from '../support/certificate-facts.ts';

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
    ['example.com', null],
    ['mx.example.com', null],
    ['mx:25', null],
    ['smtp://mx:25', null],
    ['mx:', /does not name a mail domain.*`mx:example\.com`/],
    ['mx:example.com:25', /^“mx:example\.com:25” names a port, but mail exchangers are looked at on port 25/],
    ['mx:*.example.com', /does not name a mail domain/],
    ['mx:192.0.2.7', /does not name a mail domain/],
    ['mx:127.1', /does not name a mail domain/],
    ['mx:[2001:db8::1]', /does not name a mail domain/],
    ['mx:2001:db8::1', /does not name a mail domain/],
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
    assert.equal(displayTarget(uri), '10.1.2.3:443 @2001:db8::7 as internal.example');
  });

  it('is shown with its own letters', () => {
    assert.equal(displayTarget('tls://xn--mller-kva.example:443'), 'müller.example:443');
  });
});
