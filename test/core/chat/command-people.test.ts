import assert from 'node:assert/strict';
import { parseCommand, type TypedCommand as Command } from '../../../src/core/chat/command.ts';
import { sayIn } from '../../../src/core/language/language.ts';

const say = sayIn('en');
const EXAMPLE = { text: 'example.com', uri: 'tls://example.com:443' };
const OTHER = { text: 'other.example', uri: 'tls://other.example:443' };
const first = { kind: 'mention' as const, index: 0 };
const second = { kind: 'mention' as const, index: 1 };
const me = { kind: 'self' as const };

const anna = { kind: 'address' as const, address: 'anna@contoso.example' };
/** How people type the setting that says whom alerts mention. */
const ALERTS_TO = ['alerts-to', 'alerts to', 'Alert TO:', 'alerts to=', 'alert-to', 'alertsto:'];

function read(text: string, mentions: string[] = []): Command {
  return parseCommand(text, say, mentions);
}

describe('a command about people', () => {
  const cases: [string, string[], Command][] = [
    ['owner example.com', [], { verb: 'owner', targets: [EXAMPLE], person: null }],
    ['owner example.com Anna Example', ['Anna Example'], { verb: 'owner', targets: [EXAMPLE], person: first }],
    ['owner example.com @Anna Example', ['Anna Example'], { verb: 'owner', targets: [EXAMPLE], person: first }],
    ['owner example.com @U123', ['@U123'], { verb: 'owner', targets: [EXAMPLE], person: first }],
    ['owner example.com to @anna', ['@anna'], { verb: 'owner', targets: [EXAMPLE], person: first }],
    ['OWNER all @anna', ['@anna'], { verb: 'owner', targets: 'all', person: first }],
    ['owner example.com other.example me', [], { verb: 'owner', targets: [EXAMPLE, OTHER], person: me }],
    ['owner example.com @me', [], { verb: 'owner', targets: [EXAMPLE], person: me }],
    [
      'owner example.com Anna@Contoso.example',
      [],
      { verb: 'owner', targets: [EXAMPLE], person: { kind: 'address', address: 'anna@contoso.example' } },
    ],
    // A name that is part of the target as well.
    ['owner example.com example', ['example'], { verb: 'owner', targets: [EXAMPLE], person: first }],
    // A name that the target has after it.
    [
      'remind also Example for example.com',
      ['Example'],
      { verb: 'copies', change: 'add', people: [first], targets: [EXAMPLE] },
    ],
    ['remind also [x](y) *b*', ['[x](y) *b*'], { verb: 'copies', change: 'add', people: [first], targets: null }],
    ['owner example.com İpek', ['İpek'], { verb: 'owner', targets: [EXAMPLE], person: first }],
    ['remind also', [], { verb: 'copies', change: null, people: [], targets: null }],
    ['remind also @anna', ['@anna'], { verb: 'copies', change: 'add', people: [first], targets: null }],
    [
      'remind also Anna Example and Bob for example.com',
      ['Anna Example and', 'Bob'],
      { verb: 'copies', change: 'add', people: [first, second], targets: [EXAMPLE] },
    ],
    ['remind also me for all', [], { verb: 'copies', change: 'add', people: [me], targets: null }],
    ['remind not @anna', ['@anna'], { verb: 'copies', change: 'remove', people: [first], targets: null }],
    [
      'remind also a@b.example, c@d.example',
      [],
      {
        verb: 'copies',
        change: 'add',
        people: [
          { kind: 'address', address: 'a@b.example' },
          { kind: 'address', address: 'c@d.example' },
        ],
        targets: null,
      },
    ],
    ['remind also Anna@corp', ['Anna@corp'], { verb: 'copies', change: 'add', people: [first], targets: null }],
    // A mention without a name, and one that does not stand in the text.
    ['remind also @anna', ['@anna', '@'], { verb: 'copies', change: 'add', people: [first], targets: null }],
    // The first word is a target, however it is written.
    [
      'owner @ada.example.com @ada',
      ['@ada'],
      { verb: 'owner', targets: [{ text: '@ada.example.com', uri: 'tls://ada.example.com:443' }], person: first },
    ],
    ['owner example.com', ['@ghost'], { verb: 'owner', targets: [EXAMPLE], person: null }],
    [
      'owner example.com @person10',
      Array.from({ length: 11 }, (_, index) => `@person${index}`),
      { verb: 'owner', targets: [EXAMPLE], person: { kind: 'mention', index: 10 } },
    ],
    [
      'owner example.com @203.0.113.7 myself',
      [],
      {
        verb: 'owner',
        targets: [{ text: 'example.com', uri: 'tls://example.com:443?address=203.0.113.7' }],
        person: me,
      },
    ],
    ['remind also mailto:Anna@Contoso.example', [], { verb: 'copies', change: 'add', people: [anna], targets: null }],
    [
      'remind also forest@b.example x@b.for',
      [],
      {
        verb: 'copies',
        change: 'add',
        people: [
          { kind: 'address', address: 'forest@b.example' },
          { kind: 'address', address: 'x@b.for' },
        ],
        targets: null,
      },
    ],
    ['remind also mich für example.com', [], { verb: 'copies', change: 'add', people: [me], targets: [EXAMPLE] }],
    ['remind also ich FUER example.com', [], { verb: 'copies', change: 'add', people: [me], targets: [EXAMPLE] }],
    ['remind also for example.com', [], { verb: 'copies', change: null, people: [], targets: [EXAMPLE] }],
    [
      'remind not me for all example.com',
      [],
      {
        verb: 'copies',
        change: 'remove',
        people: [me],
        targets: [EXAMPLE],
        ignored: ['all'],
      },
    ],
    ['remind 60d 3d', [], read('remind 60d 3d')],
    ['calendar', [], { verb: 'calendar', what: 'tell' }],
    ['calendar reset', [], { verb: 'calendar', what: 'reset' }],
    ['calendar connect', [], { verb: 'calendar', what: 'connect' }],
    ['Calendar DISCONNECT', [], { verb: 'calendar', what: 'disconnect' }],
    ['calendar example.com', [], { verb: 'events', target: EXAMPLE }],
    ['settings', [], { verb: 'settings', key: null, value: null }],
    ['settings freeze', [], { verb: 'settings', key: 'freeze', value: null }],
    [
      'settings freeze 2026-12-18..2027-01-06',
      [],
      { verb: 'settings', key: 'freeze', value: '2026-12-18..2027-01-06' },
    ],
    ['settings holidays CH-ZH', [], { verb: 'settings', key: 'holidays', value: 'CH-ZH' }],
    ['settings timezone: Europe/Berlin', [], { verb: 'settings', key: 'timezone', value: 'Europe/Berlin' }],
    ['settings operators here', [], { verb: 'settings', key: 'operators', value: 'here' }],
    ['settings freeze 2026-12-18 2027-01-06', [], { verb: 'settings', key: 'freeze', value: '2026-12-18 2027-01-06' }],
    ['settings freeze to me', [], { verb: 'settings', key: 'freeze', value: 'to me' }],
    ...ALERTS_TO.map((text): [string, string[], Command] => [
      `settings ${text} @anna`,
      [],
      { verb: 'settings', key: 'alerts-to', value: '@anna' },
    ]),
    ...(
      [
        ['zone', 'timezone'],
        ['Time-Zone', 'timezone'],
        ['freezes', 'freeze'],
        ['holiday=', 'holidays'],
      ] as const
    ).map(([text, key]): [string, string[], Command] => [
      `settings ${text} x`,
      [],
      { verb: 'settings', key, value: 'x' },
    ]),
  ];
  for (const [text, mentions, expected] of cases)
    it(`“${text}” is read`, () => assert.deepEqual(read(text, mentions), expected));

  const problems: [string, string[], RegExp][] = [
    ['owner', [], /“owner example\.com”|`owner example\.com`/],
    ['owner all @anna', [], /“@anna” is nobody I can find/],
    ['owner example.com @anna @bob', ['@anna', '@bob'], /one owner/],
    ['remind also somebody', [], /“somebody” is nobody I can find/],
    ['remind not', [], /Who\?/],
    ['remind also me for', [], /Type for example `remind also @person for example\.com`/],
    ['remind NOT me for', [], /Type for example `remind not @person for example\.com`/],
    [`owner example.com @${'x'.repeat(40)}`, [], /“@x{39}” is nobody/],
    [`remind also ${'x'.repeat(41)}`, [], /“x{40}” is nobody/],
    ['remind also @ @anna', ['@anna', '@'], /“@” is nobody/],
    ['remind also acme', [], /“acme” is nobody/],
    ['remind also media', [], /“media” is nobody/],
    ['remind also <a@b.example', [], /“<a@b\.example” is nobody/],
    ['remind also a@b.example>', [], /“a@b\.example>” is nobody/],
    ['settings alerts', [], /“alerts” is not a setting/],
    ['settings xalerts to me', [], /“xalerts” is not a setting/],
    ['settings alertsx to me', [], /“alertsx” is not a setting/],
    ['settings alerts into me', [], /“alerts” is not a setting/],
    ['settings alerts too me', [], /“alerts” is not a setting/],
    ['settings free:ze x', [], /“free:ze” is not a setting/],
    [`settings ${'x'.repeat(41)}`, [], /“x{40}” is not a setting/],
    ['calendar soon', [], /“soon” is not something/],
    ['calendar example.com other.example', [], /one target/],
    ['settings colour blue', [], /“colour” is not a setting.*timezone, holidays, freeze, mailbox, operators/],
  ];
  for (const [text, mentions, expected] of problems) {
    it(`“${text}” is answered with what to type instead`, () => {
      const command = read(text, mentions);
      assert.equal(command.verb, 'problem');
      assert.match(command.verb === 'problem' ? command.sentence : '', expected);
    });
  }
});
