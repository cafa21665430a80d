import assert from 'node:assert/strict';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { DE, EN } from '../../support/certificate-facts.ts';

/** What each target of a command is: the day and the name, the canonical URI, or what is wrong. */
function targetsOf(text: string, mentions: string[] = []): string[] {
  const command = parseCommand(text, EN, mentions);
  if (command.verb === 'problem') return [`!! ${command.sentence}`];
  const targets = 'target' in command ? [command.target] : 'targets' in command ? command.targets : null;
  assert.ok(Array.isArray(targets), command.verb);
  return targets.map((target) => {
    if ('problem' in target) return `! ${target.problem}`;
    if ('named' in target) return `${target.named.given ?? '–'} ${target.named.name}`;
    return 'uri' in target ? target.uri : target.exchangersOf;
  });
}

const LONGEST = 'x'.repeat(200);

const TAKEN: [string, ...string[]][] = [
  ['watch date:2027-03-01 Code-signing token', '2027-03-01 Code-signing token'],
  ['WATCH DATE:2027-03-01 Token', '2027-03-01 Token'],
  ['watch date: 2027-03-01   Token  A', '2027-03-01 Token A'],
  ['watch date:2027-03-01&nbsp;Token', '2027-03-01 Token'],
  ['watch date:2027-03-01: Token', '2027-03-01 Token'],
  ['watch date:2027-03-01, Token', '2027-03-01 Token'],
  ['watch date:2027-03-01 – Token', '2027-03-01 Token'],
  ['watch date:2027-03-01 Token, spare, for Berlin', '2027-03-01 Token, spare, for Berlin'],
  ['watch date:2027-03-01 "Token, spare"', '2027-03-01 Token, spare'],
  ['watch date:2027-03-01 „Token A“', '2027-03-01 Token A'],
  ['watch date:2027-03-01 “Token A”', '2027-03-01 Token A'],
  ['watch date:2027-03-01 «Token A»', '2027-03-01 Token A'],
  ['watch "date:2027-03-01 Token"', '2027-03-01 Token'],
  ['watch `date:2027-03-01 Token`', '2027-03-01 Token'],
  ['watch date:2027-03-01 "A" and "B"', '2027-03-01 "A" and "B"'],
  ["watch date:2027-03-01 Anna's token", "2027-03-01 Anna's token"],
  ['watch date:2027-03-01 "open', '2027-03-01 "open'],
  ['watch date:2027-03-01 example.com', '2027-03-01 example.com'],
  ['watch date:2027-03-01 https://a.example/x?y', '2027-03-01 https://a.example/x?y'],
  ['watch date:2027-03-01 unwatch all', '2027-03-01 unwatch all'],
  ['watch date:2027-03-01 mx:example.com @192.0.2.1 as b', '2027-03-01 mx:example.com @192.0.2.1 as b'],
  ['watch date:2027-03-01 remind Bob of it', '2027-03-01 remind Bob of it'],
  ['watch date:2027-03-01 Schlüssel 日本 🔑', '2027-03-01 Schlüssel 日本 🔑'],
  ['watch date:2027-03-01 🔑', '2027-03-01 🔑'],
  ['watch date:2027-03-01 <b>@Bob</b> [x](http://y)', '2027-03-01 <b>@Bob</b> [x](http://y)'],
  ['watch date:2027-03-01 \u202Eevil\u2066', '2027-03-01 evil'],
  ['watch date:2027-03-01 a\ud800b', '2027-03-01 a\ufffdb'],
  [`watch date:2027-03-01 ${LONGEST}`, `2027-03-01 ${LONGEST}`],
  ['date:2027-03-01 Token', '2027-03-01 Token'],
  ['check date:2027-03-01 Token', '2027-03-01 Token'],
  ['show date:Token A', '– Token A'],
  ['unwatch date:all', '– all'],
  ['unwatch date:"1.2.2027 Token"', '– 1.2.2027 Token'],
  ['calendar date:2027-03-01 Token', '2027-03-01 Token'],
  ['watch date:443', 'tls://date:443'],
  ['watch date:2027', '– 2027'],
  ['watch https://a.example/?date:2027-03-01', 'tls://a.example:443'],
  // Several.
  ['watch date:2027-03-01 A\ndate:2027-04-01 B', '2027-03-01 A', '2027-04-01 B'],
  ['watch\ndate:2027-03-01 A\nwatch date:2027-04-01 B', '2027-03-01 A', '2027-04-01 B'],
  ['watch date:2027-03-01 A, date:2027-04-01 B', '2027-03-01 A', '2027-04-01 B'],
  ['watch date:2027-03-01 "A" date:2027-04-01 "B"', '2027-03-01 A', '2027-04-01 B'],
  ['watch date:2027-03-01 "A", a.example', '2027-03-01 A', 'tls://a.example:443'],
  ['watch a.example date:2027-03-01 A\nb.example', 'tls://a.example:443', '2027-03-01 A', 'tls://b.example:443'],
  ['watch date:2027-03-01 A\ndate:2027-03-01 A', '2027-03-01 A'],
  ['date:2027-03-01 A\nb.example', '2027-03-01 A', 'tls://b.example:443'],
];

const REFUSED: [string, RegExp][] = [
  ['date:01.03.2027 Token', /“01\.03\.2027” is another way\. Type `date:2027-03-01 Token`/],
  ['date:1.3.2027 Token', /Type `date:2027-03-01 Token`/],
  ['date:2027/03/01 Token', /Type `date:2027-03-01 Token`/],
  ['date:2027-3-1 "Token A"', /Type `date:2027-03-01 Token A`/],
  ['date:20270301 Token', /Type `date:2027-03-01 Token`/],
  ['date:20270301', /Type `date:2027-03-01 Code-signing token`/],
  ['date:03/01/2027 Token', /“03\/01\/2027” is not a day as it is typed here\. .*`watch date:2030-03-01 Code/],
  ['date:27-03-01 Token', /“27-03-01” is not a day/],
  ['date:31.02.2027 Token', /“31\.02\.2027” is not a day/],
  ['date:2027-02-30 Token', /The calendar has no day “2027-02-30”/],
  ['date:2027-13-01 Token', /The calendar has no day “2027-13-01”/],
  [
    'date:2027-03-01T12:00Z Token',
    /Only whole days are taken, without a time or a zone\. Type `date:2027-03-01 Token`/,
  ],
  ['date:2027-03-01+02:00 Token', /Only whole days/],
  ['date:2027-03-01Z Token', /Only whole days/],
  ['date:2027-03-01 12:00 Token', /Only whole days .* Type `date:2027-03-01 Token`/],
  ['date:2027-03-01 at 10:00 Token', /Only whole days/],
  ['date:2027-03-01 um 10 Uhr Token', /Only whole days/],
  ['date:2027-03-01 10am Token', /Only whole days/],
  ['date:2027-03-01', /Type its name behind the day, such as `date:2027-03-01 Code-signing token`/],
  ['date:2027-03-01 ""', /What is it about\?/],
  ['date:2027-03-01 —', /What is it about\?/],
  ['date:', /“date:” is not a day/],
  [`date:2027-03-01 ${LONGEST}x`, /The name is 201 characters long, and 200 is the most/],
  [`date:2027-03-01 ${', '.repeat(100_000)}`, /characters long/],
];

describe('a day that is typed', () => {
  for (const [text, ...expected] of TAKEN)
    it(`is read from ${JSON.stringify(text.slice(0, 70))}`, () => assert.deepEqual(targetsOf(text), expected));

  for (const [typed, expected] of REFUSED)
    it(`is refused with what to type: ${typed.slice(0, 40)}`, () => {
      const [first, ...more] = targetsOf(`watch ${typed}`);
      assert.ok(first!.startsWith('! '), first);
      assert.match(first!, expected);
      assert.deepEqual(more, []);
      const german = parseCommand(`watch ${typed}`, DE);
      assert.ok(german.verb === 'watch' && 'problem' in german.targets[0]!);
      assert.notEqual(`! ${german.targets[0].problem}`, first);
    });

  it('goes with thresholds behind it', () => {
    for (const text of ['Token remind 30d 3d', '"Token" remind 30d,3d', '"remind 3 people" REMIND 30d 3d']) {
      const command = parseCommand(`watch date:2027-03-01 ${text}`, EN);
      assert.ok(command.verb === 'watch' && command.policy?.length === 2, text);
    }
  });

  it('has its owner behind it, mentioned or not', () => {
    const owners: [string, string[], string, object | null][] = [
      ['date:Token A me', [], '– Token A', { kind: 'self' }],
      ['date:"Token me" me', [], '– Token me', { kind: 'self' }],
      ['date:Token A to anna@example.com', [], '– Token A', { kind: 'address', address: 'anna@example.com' }],
      ['date:Token A to @Bob Bo', ['@Bob Bo'], '– Token A', { kind: 'mention', index: 0 }],
      ['date:Token, A @Bob', ['@Bob'], '– Token, A', { kind: 'mention', index: 0 }],
      ['date:Token A', [], '– Token A', null],
    ];
    for (const [text, mentions, target, person] of owners) {
      assert.deepEqual(targetsOf(`owner ${text}`, mentions), [target], text);
      const command = parseCommand(`owner ${text}`, EN, mentions);
      assert.deepEqual('person' in command && command.person, person, text);
    }
    assert.deepEqual(targetsOf('remind also @Bob for date:Token A', ['@Bob']), ['– Token A']);
    assert.deepEqual(targetsOf('remind not me for date:A\ndate:B'), ['– A', '– B']);
  });

  it('is named whole in what was perhaps meant', () => {
    assert.match(targetsOf('wacth date:2027-03-01 Token A')[0]!, /Did you mean `watch date:2027-03-01 Token A`/);
  });

  it('of hostile length is read in good time', () => {
    for (const text of ['date:"a ', 'date:2027-03-01 a ', ', ', 'date', '" '])
      targetsOf(`watch date:2027-03-01 ${text.repeat(200_000 / text.length)}`);
  }).timeout(10_000);
});
