import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCommand } from '../../../src/core/chat/command.ts';
import { formatThreshold, parseThreshold } from '../../../src/core/certificates/stages.ts';
import { STARTTLS_SCHEMES } from '../../../src/core/targets/endpoint.ts';
import { displayTarget, typedTarget } from '../../../src/core/targets/target.ts';
import type { TypedTarget } from '../../../src/core/chat/typed-targets.ts';
import { zoneOf } from '../../../src/core/model/time-zone.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { DE, EN } from '../../support/certificate-facts.ts';

const VERBS = [
  'watch',
  'check',
  'unwatch',
  'list',
  'show',
  'remind',
  'owner',
  'calendar',
  'settings',
  'trust',
  'prüfe',
];
/** What texts are made of where it matters. */
const PARTS = [
  ...['a.example', 'b.example:8443', '[::1]:443', '::1', '10.0.0.0/24', 'https://a.example/x,y;z', 'mx:a.example'],
  ...['date:2027-03-01 Token', 'please', 'and', '(prod)', '8443', 'port', 'as', '@', '@10.0.0.1', '#', '//', '|', '"'],
  ...[
    '\n',
    '\t',
    ', ',
    ';',
    '{',
    '}',
    '[',
    ']',
    '```',
    '> ',
    '- ',
    '1. ',
    ':',
    '…',
    '、',
    '：',
    '🙂',
    ':tada:',
    '\uE000',
  ],
  ...[
    'remind',
    'for',
    'default',
    '30',
    'days',
    '10%',
    'me',
    'all',
    '--',
    'Thanks',
    '<',
    '>',
    '*',
    '_',
    '\u0000',
    '\ud800',
  ],
];

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...PARTS, ' ', ' ', ...VERBS), { maxLength: 30 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...PARTS, ...VERBS), { maxLength: 20 }).map((parts) => parts.join(' ')),
);

const label = fc.stringMatching(/^[a-z][a-z0-9]{1,9}$/);
const host = fc.oneof(
  fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.')),
  fc.ipV4(),
  fc.constantFrom('localhost', 'xn--mller-kva.example', '_dmarc.a.example', '2001:db8::1', '::1', 'intranet'),
);
const endpoint = fc.record(
  {
    scheme: fc.constantFrom('tls', ...STARTTLS_SCHEMES),
    host,
    port: fc.integer({ min: 1, max: 65_535 }),
    address: fc.ipV4(),
    servername: fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.')),
  },
  { requiredKeys: ['scheme', 'host', 'port'] },
);

/** Words that are no target, whatever stands around them. */
const word = fc
  .stringMatching(/^[A-Za-zäöüß]{2,12}$/)
  .filter(
    (text) =>
      !/^(?:as|to|bis|through|port|ports|tcp|localhost|remind|all|best|regards|cheers|thanks|sincerely|mfg|vg|lg|gruß|grüße|danke|thx)$/i.test(
        text,
      ),
  )
  .filter((text) => parseCommand(`${text}.example`, EN).verb === 'check' && parseCommand(text, EN).verb !== 'list')
  .filter((text) => !/^(?:erinner|prüf|überw|beob|entf|lösch|zeig|list|test)/i.test(text));

function targetsOf(text: string): TypedTarget[] {
  const command = parseCommand(text, EN);
  assert.ok(command.verb === 'watch', text);
  assert.equal(command.ignored, undefined, text);
  return command.targets;
}

describe('whatever is typed', () => {
  it('is read, and never throws', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('', ...VERBS), (text, verb) => {
        for (const say of [EN, DE]) assert.ok(parseCommand(`${verb} ${text}`, say, ['@Ada']).verb);
      }),
      { numRuns: 2000 },
    );
  });

  it('is read in good time, however much it is', () => {
    for (const text of [
      'owner | ',
      'watch a ',
      'watch [',
      'watch a.example _',
      'check ,;',
      'remind also <a|',
      'watch date:"a ',
    ]) {
      const [verb, part] = [text.slice(0, text.indexOf(' ') + 1), text.slice(text.indexOf(' ') + 1)];
      const took = cpuTime(() => parseCommand(verb + part.repeat(250_000 / part.length), EN));
      assert.ok(took < 2500, `${text}: ${took} ms`);
    }
  }).timeout(20_000);

  it('names what it takes for no target word for word', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            word,
            label.map((name) => `${name}.example`),
          ),
          { minLength: 1, maxLength: 12 },
        ),
        (words) => {
          const command = parseCommand(`check ${words.join(' ')}`, EN);
          const others = words.filter((one) => !one.includes('.'));
          const named = command.verb === 'problem' ? command.sentence : (command.ignored ?? []).join(' ');
          for (const one of others) assert.ok(named.includes(one), `${one} in ${named}`);
          if (command.verb !== 'check') return assert.equal(others.length, words.length);
          const uris = new Set(words.filter((one) => one.includes('.')).map((one) => `tls://${one}:443`));
          assert.deepEqual(new Set(command.targets.map((target) => ('uri' in target ? target.uri : target))), uris);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is itself where it is the form in which the bot shows a target', () => {
    fc.assert(
      fc.property(endpoint, ({ scheme, host: name, port, address, servername }) => {
        const bracketed = name.includes(':') ? `[${name}]` : name;
        const overrides = `${address ? ` @${address}` : ''}${servername ? ` as ${servername}` : ''}`;
        const [first] = targetsOf(`watch ${scheme}://${bracketed}:${port}${overrides}`);
        assert.ok(first && 'uri' in first);
        for (const text of [displayTarget(first.uri), typedTarget(first.uri)]) {
          const [again, ...more] = targetsOf(`watch ${text}`);
          assert.ok(again && 'uri' in again, text);
          assert.equal(again.uri, first.uri, text);
          assert.deepEqual(more, []);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is itself where it is a length of time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3650 }), fc.constantFrom('d', 'h', 'm', '%'), (number, unit) => {
        const threshold = parseThreshold(`${number}${unit}`);
        if (!threshold) return assert.ok(unit === '%' && number > 99);
        assert.deepEqual(parseThreshold(formatThreshold(threshold)), threshold);
        const command = parseCommand(`remind ${formatThreshold(threshold)} for a.example`, EN);
        assert.ok(command.verb === 'thresholds');
        assert.deepEqual(command.policy, [threshold]);
      }),
    );
  });

  it('is itself where it is a zone of the tz database', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) assert.equal(zoneOf(zone.toLowerCase()), zone);
  });
});
