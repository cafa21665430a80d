import assert from 'node:assert/strict';
import { sayIn } from '../../../src/core/language/language.ts';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { entraKind } from '../../../src/core/targets/entra.ts';
import { displayTarget, identityOf, readTarget, restrictionOf, typedTarget } from '../../../src/core/targets/target.ts';

const say = sayIn('en');
const ID = '0b1c2d3e-1111-4000-8000-00000000be7a';
const PAYROLL = `entra://${ID}/Payroll`;

/** What a message is taken for, and of which names. */
function meant(text: string): unknown {
  const command = parseCommand(text, say);
  const targets = 'targets' in command && Array.isArray(command.targets) ? command.targets : [];
  return [command.verb, ...targets.map((one) => ('named' in one ? [one.named.prefix, one.named.name] : one.text))];
}

describe('a target of Entra', () => {
  const TYPED: Record<string, unknown> = {
    'watch entra': ['watch', ['entra', '']],
    'Watch Entra': ['watch', ['entra', '']],
    'watch entra:': ['watch', ['entra', '']],
    'watch entra.': ['watch', ['entra', '']],
    'watch entra:all': ['watch', ['entra', '']],
    'watch entra remind 30d': ['watch', ['entra', '']],
    'überwache entra': ['watch', ['entra', '']],
    'watch entra:Payroll': ['watch', ['entra', 'Payroll']],
    'watch entra:"Payroll, old"': ['watch', ['entra', 'Payroll, old']],
    'watch entra: Pay roll remind 30d 7d': ['watch', ['entra', 'Pay roll']],
    [`check entra:${ID}`]: ['check', ['entra', ID]],
    'watch example.com entra': ['watch', 'example.com', ['entra', '']],
    'watch entra:443': ['watch', 'entra:443'],
    'watch entra.example.com': ['watch', 'entra.example.com'],
  };
  for (const [text, expected] of Object.entries(TYPED)) it(`“${text}”`, () => assert.deepEqual(meant(text), expected));

  it('is one text, which is read back whatever the name', () => {
    for (const name of ['Payroll', "O'Hara / Söhne", 'a%2fb', '\u202eevil', '', '\uD800', 'x'.repeat(500)]) {
      const uri = entraKind.format({ scheme: 'entra', app: ID, name });
      assert.equal(entraKind.format(entraKind.read(uri)), uri, name);
      assert.ok(displayTarget(uri).length < 150);
      assert.doesNotMatch(displayTarget(uri), /\u202e/);
    }
    assert.throws(() => readTarget('entra://payroll'));
  });

  it('is the same by its id, whatever it is called', () => {
    assert.equal(identityOf(PAYROLL), identityOf(`entra://${ID}/Wages`));
    assert.notEqual(identityOf(PAYROLL), identityOf('entra://all'));
  });

  it('is typed so that it is read again', () => {
    for (const name of ['Payroll', 'Pay, roll', 'a "b"', 'x remind 3d y']) {
      const uri = entraKind.format({ scheme: 'entra', app: ID, name });
      const [, named] = meant(`watch ${typedTarget(uri)}`) as [string, [string, string]];
      const settled = entraKind.naming!.settle(
        { prefix: 'entra', name: named[1], given: null },
        { now: 0, place: 'p', known: [uri], mayBeNew: true },
        say,
      );
      assert.deepEqual(settled, { uri }, name);
    }
  });

  it('alone is the organisation’s', () => {
    assert.deepEqual([PAYROLL, 'tls://a.example:443', 'date://x/y'].map(restrictionOf), ['entra', null, null]);
  });
});
