import assert from 'node:assert/strict';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { EN } from '../../support/certificate-facts.ts';

function read(text: string): { verb: string; targets: string[]; ignored: string[] } {
  const command = parseCommand(text, EN);
  assert.ok('targets' in command && Array.isArray(command.targets), JSON.stringify(command));
  const targets = command.targets.map((target) => {
    if ('uri' in target) return target.uri;
    return 'problem' in target ? `! ${target.problem}` : target.text;
  });
  return { verb: command.verb, targets, ignored: command.ignored ?? [] };
}

/** What is pasted behind `watch`, the targets that are meant, and the words that are named as none. */
const PASTED: [string, string[], string[]][] = [
  [
    'Server\tPort\tOwner\nmail.example\t8443\tAnna\nweb.example\t443\tBob',
    ['tls://mail.example:8443', 'tls://web.example:443'],
    ['Server Port Owner', 'Anna', 'Bob'],
  ],
  [
    'Host\tNote\tPort\na.example\tshop\t8443\nb.example\tmail\t25\nc.example\t\t',
    ['tls://a.example:8443', 'smtp://b.example:25', 'tls://c.example:443'],
    ['Host Note Port', 'shop', 'mail'],
  ],
  ['\nPort;Host\n8443;a.example', ['tls://a.example:8443'], ['Port Host']],
  ['Host Port\na.example 30 days', ['tls://a.example:443'], ['Host Port', '30 days']],
  ['a.example on port 8443', ['tls://a.example:8443'], []],
  ['a.example auf Port 8443, b.example', ['tls://a.example:8443', 'tls://b.example:443'], []],
  ['intranet.example via port', ['tls://intranet.example:443'], ['via port']],
  [
    '2026-11-30T12:00:00Z x509: expired: a.example:8443',
    ['tls://a.example:8443'],
    ['2026-11-30T12:00:00Z x509: expired:'],
  ],
  ['10:33:21.123 a.example', ['tls://a.example:443'], ['10:33:21.123']],
  ['jdbc:postgresql://db.example:5433/app', ['postgres://db.example:5433'], []],
  ['\n; b.example\n<!-- c.example -->\n/* d.example */\na.example', ['tls://a.example:443'], []],
  ['a.example ; b.example', ['tls://a.example:443', 'tls://b.example:443'], []],
  ['https://a.example/*/x b.example/*/', ['tls://a.example:443', 'tls://b.example:443'], []],
  [
    'a.example\nThanks and best regards,\nAnna\nwww.company.example',
    ['tls://a.example:443'],
    ['Thanks and best regards', 'Anna', 'www.company.example'],
  ],
  ['a.example\nViele Grüße aus Bonn\nb.example', ['tls://a.example:443'], ['Viele Grüße aus Bonn', 'b.example']],
  [
    'a.example\nFrom: Anna\nSent: Monday\nSubject: b.example',
    ['tls://a.example:443'],
    ['From: Anna', 'Sent: Monday', 'Subject: b.example'],
  ],
  [
    'a.example\nAm 30.11.2026 um 10:00 schrieb Anna:\n> b.example',
    ['tls://a.example:443'],
    ['Am 30.11.2026 um 10:00 schrieb Anna:', 'b.example'],
  ],
  ['\nFrom: Anna\nSent: Monday\nb.example', ['tls://b.example:443'], ['From: Anna', 'Sent: Monday']],
  ['https://deref-gmx.net/mail/client/x/?redirectUrl=https%3A%2F%2Fa.example', ['tls://a.example:443'], []],
  ['https://outlook.office.com/mail/safelink.html?url=https://a.example&corid=1', ['tls://a.example:443'], []],
];

/** What names many at once, as one target that is refused, and what its sentence begins with. */
const SEVERAL: [string, string][] = [
  ['10.0.0.0 255.255.255.0', '“10.0.0.0/255.255.255.0” names several'],
  ['10.0.0.0/255.255.255.0', '“10.0.0.0/255.255.255.0” names several'],
  ['10.0.0.0 /24', '“10.0.0.0/24” names several'],
  ['10.0.0.1 - 9', '“10.0.0.1-9” names several'],
  ['10.0.0.1..10.0.0.9', '“10.0.0.1..10.0.0.9” names several'],
  ['10.0.0.1:443 - 10.0.0.9:443', '“10.0.0.1-10.0.0.9:443” names several'],
  ['web{1,2,3}.example', '“web{1,2,3}.example” names several'],
  ['{a,b}.example.com', '“{a,b}.example.com” names several'],
  ['web[01,02].example', '“web[01,02].example” names several'],
  ['www.*.example', '“www.*.example” is a wildcard'],
  ['web*.example.com:8443', '“web*.example.com” is a wildcard'],
  ['__proto__://a.example', 'The scheme “__proto__://” is not one'],
];

/** Sentences with the verb at their end, and what they mean. */
const SPOKEN: [string, string, string[]][] = [
  ['kannst du a.example überwachen? Danke!', 'watch', ['tls://a.example:443']],
  ['a.example prüfen! Vielen Dank im Voraus.', 'check', ['tls://a.example:443']],
  ['a.example nicht mehr überwachen', 'unwatch', ['tls://a.example:443']],
  ['bitte nicht mehr a.example überwachen', 'unwatch', ['tls://a.example:443']],
  ['erinnere mich 14 Tage vorher an a.example', 'thresholds', ['tls://a.example:443']],
  ['remind me 10 days before a.example', 'thresholds', ['tls://a.example:443']],
];

describe('what is pasted', () => {
  for (const [text, targets, ignored] of PASTED)
    it(`${JSON.stringify(text)} is read as ${targets.length} targets`, () =>
      assert.deepEqual(read(`watch ${text}`), { verb: 'watch', targets, ignored }));

  for (const [text, beginning] of SEVERAL)
    it(`${JSON.stringify(text)} is refused`, () => {
      const { targets } = read(`watch ${text}`);
      assert.deepEqual(targets.length, 1);
      assert.ok(targets[0]!.startsWith(`! ${beginning}`), targets[0]);
    });

  it('“{a.example,b.example}” is a list', () =>
    assert.deepEqual(read('watch {a.example,b.example}').targets, ['tls://a.example:443', 'tls://b.example:443']));

  for (const [text, verb, targets] of SPOKEN)
    it(`“${text}” means ${verb}`, () => assert.deepEqual(read(text), { verb, targets, ignored: [] }));

  for (const key of ['constructor', '__proto__', 'toString'])
    it(`“settings ${key}” is no setting`, () => assert.equal(parseCommand(`settings ${key} x`, EN).verb, 'problem'));
});
