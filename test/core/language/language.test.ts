import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { IntlMessageFormat } from 'intl-messageformat';
import { languageOf, sayIn, sayTo, speakIn, type Language } from '../../../src/core/language/language.ts';
import { de } from '../../../src/core/language/messages/de.ts';
import { en, type MessageKey } from '../../../src/core/language/messages/en.ts';

const KEYS = Object.keys(en) as MessageKey[];

/** Messages that read the same in both languages. */
const ALIKE: MessageKey[] = [
  ...(['finding.about', 'fact.instant', 'reminder.outlook', 'bulk.group', 'bulk.some', 'remind.tell'] as const),
  ...(['fact.due', 'fact.last-seen', 'fact.when', 'label.sha-256', 'summary.state'] as const),
  ...(['key.label.spki', 'document.in', 'label.app-owners'] as const),
  'operators.status.version',
  ...([
    'doctor.slack',
    'doctor.slack-socket',
    'doctor.teams',
    'doctor.graph',
    'doctor.dns',
    'doctor.handshake',
  ] as const),
];

type Elements = ReturnType<IntlMessageFormat['getAst']>;

/** The arguments of a message with what they decide on, e.g. `number: plural`, `state: expired other`. */
function argumentsOf(text: string, language: Language): string[] {
  const found = new Set<string>();
  function walk(elements: Elements): void {
    for (const element of elements) {
      // Type 0 is literal text.
      if (!('value' in element) || Number(element.type) === 0) continue;
      const options = 'options' in element && element.options ? element.options : {};
      const choices = 'pluralType' in element ? [] : Object.keys(options);
      // A number may be inflected in one language and not in the other.
      found.add([element.value, ...choices].join(' '));
      for (const { value } of Object.values(options)) walk(value);
    }
  }
  walk(new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst());
  return [...found].toSorted();
}

/** What a message tells to type. */
function typedIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, typed]) => typed!).toSorted();
}

/** Values for every argument of a message, so chosen that each of its branches comes up. */
function samplesFor(text: string): Record<string, string | number>[] {
  const names = argumentsOf(text, 'en').map((argument) => argument.split(' ')[0]!);
  return [0, 1, 2, 1234].flatMap((number) =>
    ['expired', 'valid'].map((state) =>
      Object.fromEntries(names.map((name): [string, string | number] => [name, name === 'state' ? state : number])),
    ),
  );
}

describe('the language', () => {
  const tags: [string | null | undefined, Language][] = [
    ['de', 'de'],
    ['de-DE', 'de'],
    ['de-AT', 'de'],
    ['de_CH', 'de'],
    ['DE-de', 'de'],
    ['de-Latn-DE-1996', 'de'],
    [' de-DE\n', 'de'],
    ['en', 'en'],
    ['en-US', 'en'],
    ['en-DE', 'en'],
    ['den', 'en'],
    ['nds-DE', 'en'],
    ['fr-FR', 'en'],
    ['', 'en'],
    [null, 'en'],
    [undefined, 'en'],
  ];
  for (const [tag, language] of tags) {
    it(`of ${JSON.stringify(tag)} is ${language}`, () => {
      assert.equal(languageOf(tag), language);
      assert.equal(sayTo(tag ?? null).language, language);
    });
  }
});

describe('the catalogues', () => {
  it('say each message in one place', async () => {
    for (const catalogue of ['en', 'de']) {
      const folder = new URL(`../../../src/core/language/messages/${catalogue}/`, import.meta.url);
      const keys: string[] = [];
      for (const file of await readdir(folder)) {
        const parts = (await import(new URL(file, folder).href)) as Record<string, object>;
        keys.push(...Object.values(parts).flatMap(Object.keys));
      }
      assert.ok(keys.length > 100);
      assert.deepEqual(
        keys.filter((key, index) => keys.indexOf(key) !== index),
        [],
        catalogue,
      );
    }
  });

  it('have the same messages', () => {
    assert.deepEqual(Object.keys(de).toSorted(), Object.keys(en).toSorted());
  });

  for (const key of KEYS) {
    it(`say “${key}” with the same arguments and the same things to type`, () => {
      assert.deepEqual(argumentsOf(de[key], 'de'), argumentsOf(en[key], 'en'));
      assert.deepEqual(typedIn(de[key]), typedIn(en[key]));
    });
  }

  for (const language of ['en', 'de'] as const) {
    it(`fill in every message in ${language}`, () => {
      const say = sayIn(language);
      for (const key of KEYS) {
        for (const values of samplesFor(en[key])) {
          const text = say(key, values);
          assert.doesNotMatch(text, /[{}]|undefined|null|NaN| {2}/, `${key}: ${text}`);
          assert.notEqual(text.trim(), '', key);
        }
      }
    });

    it(`refuse a message in ${language} whose arguments are missing`, () => {
      assert.throws(() => sayIn(language)('unwatch.title'));
    });
  }

  it('leave nothing untranslated', () => {
    const alike = KEYS.filter((key) => de[key] === en[key]);
    assert.deepEqual(alike.toSorted(), ALIKE.toSorted());
  });

  it('quote in German as German does, and in English as English does', () => {
    for (const key of KEYS) {
      assert.doesNotMatch(de[key], /”|"|‚|«|“[^“”„]*”/, de[key]);
      assert.equal(de[key].split('„').length, de[key].split('“').length, de[key]);
      assert.doesNotMatch(en[key], /„|"/, en[key]);
      assert.equal(en[key].split('“').length, en[key].split('”').length, en[key]);
    }
  });

  it('address nobody in German, but for Clippy, who is like that', () => {
    for (const key of KEYS.filter((one) => !one.startsWith('clippy.')))
      assert.doesNotMatch(de[key], /\b(?:Sie|Ihr(?:e[mnrs]?)?|[Dd]u|[Dd]eine?[mnrs]?)\b/, de[key]);
  });

  it('end sentences in German where they end in English', () => {
    for (const key of KEYS) {
      // Abbreviations end with a full stop in German alone.
      const ends = (text: string): boolean => /(?<!Std|Min)[.?!]$/.test(text.replaceAll(/\}+$/g, ''));
      assert.equal(ends(de[key]), ends(en[key]), `${key}: ${de[key]}`);
    }
  });

  it('never read a value as a message or as markup', () => {
    for (const text of ['{number, plural, other {x}}', "'{'", '<b>bold</b>', '#', "it's"]) {
      assert.equal(sayIn('en')('quoted', { text }), `“${text}”`);
      assert.equal(sayIn('de')('quoted', { text }), `„${text}“`);
    }
  });

  it('are parsed once each, however often they are said', () => {
    let reads = 0;
    const own = {
      get greeting() {
        reads += 1;
        return 'Hello {name}, <b>you</b>';
      },
    };
    const say = speakIn<'greeting'>({ en: own, de: own })('en');
    assert.equal(say('greeting', { name: 'Ada' }), 'Hello Ada, <b>you</b>');
    assert.equal(say('greeting', { name: 'Grace' }), 'Hello Grace, <b>you</b>');
    assert.equal(reads, 1);
  });

  it('group large numbers as the language does', () => {
    for (const [language, number] of [
      ['en', '1,001'],
      ['de', '1.001'],
    ] as const)
      assert.ok(sayIn(language)('command.too-many', { number: 1001 }).includes(`${number}`));
  });
});
