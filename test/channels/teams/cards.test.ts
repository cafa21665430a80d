import assert from 'node:assert/strict';
import type { Card, Group, Tone } from '../../../src/core/card.ts';
import { adaptiveCard, cardLength, ROOM, ROOM_OF_OLDER } from '../../../src/channels/teams/cards.ts';
import { cardActivity } from '../../../src/channels/teams/messenger.ts';
import { clip, escapeMarkdown, plain } from '../../../src/channels/teams/markup.ts';

const HOSTILE =
  '[Pay now](https://evil.example) **bold** _it_ `code` <b>x</b> {{DATE(2020-01-01T00:00:00Z)}} \u202ecod.exe';

function card(partial: Partial<Card> = {}): Card {
  return {
    language: 'en',
    summary: 'example.com:443 expires 2027-03-14',
    title: 'example.com:443',
    tone: 'neutral',
    ...partial,
  };
}

/** Every object inside, the value itself included. */
function* inside(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const each of Object.values(value)) yield* inside(each);
}

const ofType = (value: unknown, type: string) => [...inside(value)].filter((each) => each['type'] === type);
/** Bytes of JSON, as Teams counts them. */
const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value), 'utf16le');

const listOf = (rows: number, text = 'a'): Group[] => [
  {
    symbol: '🔔',
    heading: 'Soon',
    rows: Array.from({ length: rows }, (_each, index) => ({
      name: `${text}${index}`,
      sub: `Ada ${index}`,
      date: `${index % 28} Nov`,
      distance: `${index} days`,
    })),
  },
];
/** Texts of an element, as they are read. */
const textIn = (value: unknown): string =>
  ofType(value, 'TextRun')
    .map(({ text }) => String(text))
    .join('')
    .replaceAll('\u{a0}', ' ');

describe('an Adaptive Card', () => {
  const cards: Record<string, Card> = {
    'with nothing but a title': card(),
    'with everything': card({
      tone: 'warning',
      text: ['one', 'two'],
      facts: [{ label: 'Issuer', value: "Let's Encrypt E7" }],
      groups: listOf(3),
      progress: { done: 120, total: 400 },
      footnote: 'hint',
      actions: [
        { kind: 'execute', label: 'Stop', action: { name: 'unwatch', data: { watch: 1 } }, style: 'destructive' },
        { kind: 'open', label: 'Open', url: 'https://example.com' },
      ],
    }),
    'with hostile text everywhere': card({
      title: HOSTILE,
      summary: HOSTILE,
      text: [HOSTILE],
      facts: [{ label: HOSTILE, value: HOSTILE }],
      groups: [{ heading: HOSTILE, text: [HOSTILE], rows: [{ name: HOSTILE, sub: HOSTILE }], more: HOSTILE }],
      footnote: HOSTILE,
    }),
    'with a thousand rows': card({ groups: listOf(1000) }),
    'with a megabyte of text': card({
      summary: 'x'.repeat(100_000),
      title: 'x'.repeat(100_000),
      text: Array.from({ length: 500 }, () => '✓'.repeat(2000)),
      facts: Array.from({ length: 500 }, () => ({ label: 'l'.repeat(500), value: 'v'.repeat(500) })),
      groups: listOf(100, 'y'.repeat(500)),
    }),
    'with a footnote of a megabyte': card({ groups: listOf(3), footnote: 'f'.repeat(1_000_000) }),
    'with buttons that have no room': card({
      groups: listOf(3),
      actions: [{ kind: 'execute', label: 'Stop', action: { name: 'unwatch', data: { note: 'n'.repeat(100_000) } } }],
    }),
  };
  for (const [name, each] of Object.entries(cards)) {
    for (const [limit, room] of [
      [100_000, ROOM],
      [28_000, ROOM_OF_OLDER],
    ] as const) {
      it(`${name} stays below ${limit} bytes of a message where it is not told in pages`, () => {
        const bytes = size(cardActivity(each, '5d3c2a4e-0000-4000-8000-000000000001', { room }));
        assert.ok(bytes < limit - 4000, `${bytes} bytes`);
      });
    }

    it(`${name} is valid and version 1.5`, () => {
      const rendered = adaptiveCard(each, '5d3c2a4e-0000-4000-8000-000000000001');
      assert.equal(rendered.type, 'AdaptiveCard');
      assert.equal(rendered.version, '1.5');
      assert.ok(rendered.body.length > 0);
      assert.ok(rendered.fallbackText && rendered.speak);
      const known =
        /^(?:AdaptiveCard|Container|TextBlock|RichTextBlock|TextRun|ColumnSet|Column|ActionSet|Input\.ChoiceSet|Chart\.VerticalBar|Data\.Query|Action\.(?:Execute|Submit|OpenUrl|ToggleVisibility))$/;
      for (const part of inside(rendered)) if (typeof part['type'] === 'string') assert.match(part['type'], known);
      for (const run of ofType(rendered, 'TextRun')) assert.equal(typeof run['text'], 'string');
    });

    it(`${name} shows no untrusted text as markup`, () => {
      const rendered = adaptiveCard(each, null);
      const blocks = ofType(rendered, 'TextBlock').map((block) => String(block['text']));
      for (const text of [...blocks, rendered.fallbackText]) {
        assert.doesNotMatch(text, /(?<!\\)[[\]*_`<>]/);
      }
      assert.doesNotMatch(JSON.stringify(rendered), /\{\{|\u202e/);
    });
  }

  it('says its tone by a symbol and not by colour alone', () => {
    const symbols = (['good', 'notice', 'warning', 'attention'] as Tone[]).map((tone) => {
      const [heading] = ofType(adaptiveCard(card({ tone }), null), 'TextBlock');
      return String(heading!['text']).split(' ')[0];
    });
    assert.equal(new Set(symbols).size, 4);
    assert.ok(!symbols.includes('example.com:443'));
  });

  it('is coloured by its tone, and plain where that is neutral', () => {
    const boxes = (['good', 'notice', 'warning', 'attention', 'neutral'] as Tone[]).map((tone) => {
      const [box] = ofType(adaptiveCard(card({ tone }), null), 'Container');
      return box?.['style'];
    });
    assert.deepEqual(boxes, ['good', 'accent', 'warning', 'attention', undefined]);
  });

  const bars: [done: number, total: number, expected: string][] = [
    [0, 400, '●───────────────────── 0 of 400'],
    [120, 400, '══════●─────────────── 120 of 400'],
    [400, 400, '═════════════════════● 400 of 400'],
    [500, 400, '═════════════════════● 500 of 400'],
    [0, 0, '═════════════════════● 0 of 0'],
  ];
  for (const [done, total, expected] of bars) {
    it(`shows progress ${done} of ${total} as text`, () => {
      assert.equal(textIn(adaptiveCard(card({ progress: { done, total } }), null)), expected);
    });
  }

  it('gives a button its verb, data and delivery id, also in the fallback for old clients', () => {
    const action = { name: 'unwatch', data: { watch: 7, uri: 'tls://example.com:443' } };
    const actions: Card['actions'] = [{ kind: 'execute', label: 'Stop', action, style: 'destructive' }];
    const [button] = adaptiveCard(card({ actions }), 'delivery-1').actions as any[];
    const data = { watch: 7, uri: 'tls://example.com:443', certbotAction: 'unwatch', certbotDeliveryId: 'delivery-1' };
    assert.equal(button.type, 'Action.Execute');
    assert.equal(button.verb, 'unwatch');
    assert.equal(button.style, 'destructive');
    assert.deepEqual(button.data, data);
    assert.equal(button.fallback.type, 'Action.Submit');
    assert.equal(button.fallback.style, 'destructive');
    assert.deepEqual(button.fallback.data, data);
  });

  it('lets no button carry another action than its own', () => {
    const action = { name: 'show', data: { certbotAction: 'unwatch', certbotDeliveryId: 'delivery-2' } };
    const actions: Card['actions'] = [{ kind: 'execute', label: 'Show', action }];
    const [button] = adaptiveCard(card({ actions }), 'delivery-1').actions as any[];
    assert.deepEqual(button.data, { certbotAction: 'show', certbotDeliveryId: 'delivery-1' });
  });

  it('has six buttons at most, three of them in sight, with short and plain labels', () => {
    const actions: Card['actions'] = Array.from({ length: 8 }, (_each, index) => ({
      kind: 'open',
      label: `\u202e${index}${'x'.repeat(200)}`,
      url: 'https://example.com/',
    }));
    const content = adaptiveCard(card({ actions }), null);
    const titles = (all: unknown) =>
      (all as { title: string }[]).map(({ title }) => title.replaceAll('\u200b', '').slice(0, 3));
    assert.deepEqual(titles(content.actions), ['0xx', '1xx', 'Mor']);
    assert.deepEqual(titles(ofType(content, 'ActionSet')[0]!['actions']), ['2xx', '3xx', '4xx']);
    for (const { title } of content.actions as { title: string }[]) assert.ok(title.length <= 100);
  });

  it('is spoken without markup', () => {
    assert.equal(adaptiveCard(card({ summary: 'R&D <b>\u202e' }), null).speak, 'R&amp;D &lt;b>');
  });

  describe('says whom it concerns', () => {
    const bob = { kind: 'person' as const, id: '29:bob', name: 'Bob' };
    const lineOf = (content: any): unknown => content.body[1].text ?? textIn(content.body[1]);

    it('with a mention and its entity, where it is posted', () => {
      const content = adaptiveCard(card({ mentions: [bob] }), null, { isMentioning: true });
      assert.equal(lineOf(content), 'For <at>Bob</at>');
      const entity = { type: 'mention', text: '<at>Bob</at>', mentioned: { id: '29:bob', name: 'Bob' } };
      assert.deepEqual(content.msteams, { entities: [entity] });
    });

    it('by name alone, where it is changed', () => {
      const content = adaptiveCard(card({ language: 'de', mentions: [bob] }), null);
      assert.deepEqual([lineOf(content), content.msteams], ['Für @Bob', undefined]);
    });

    const names: [string, string][] = [
      ['Ödön O’Neill-Smith, Jr.', 'Ödön O Neill-Smith, Jr.'],
      ['<at>Everyone</at> **x**', 'at Everyone at x'],
      ['[a](https://evil.example)', 'a https evil.example'],
    ];
    for (const [name, shown] of names)
      it(`with a name in which nothing is markup: ${name}`, () => {
        const content = adaptiveCard(card({ mentions: [{ ...bob, name }] }), null, { isMentioning: true });
        assert.equal(lineOf(content), `For <at>${shown}</at>`);
      });

    it('and mentions neither groups nor who has no name or id', () => {
      const mentions = [
        { kind: 'group' as const, id: 'S0OPS', name: 'ops' },
        { ...bob, name: '' },
        { ...bob, id: '' },
      ];
      const content = adaptiveCard(card({ mentions }), null, { isMentioning: true });
      assert.deepEqual([lineOf(content), content.msteams], ['For @ops @29:bob @Bob', undefined]);
    });

    it('with a name of at most 80 characters, and with what is no markup where it is not mentioned', () => {
      const mentions = [{ ...bob, name: 'B'.repeat(100) }];
      const content = adaptiveCard(card({ mentions }), null, { isMentioning: true });
      assert.equal(lineOf(content), `For <at>${'B'.repeat(79)}…</at>`);
      assert.equal(lineOf(adaptiveCard(card({ mentions: [{ ...bob, name: '[a](b)' }] }), null)), 'For @[a](b)');
    });
  });

  it('opens web addresses only', () => {
    const actions: Card['actions'] = [
      'https://example.com/',
      'http://example.com/',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'nonsense',
    ].map((url) => ({ kind: 'open', label: 'Open', url }));
    const urls = (adaptiveCard(card({ actions }), null).actions as { url: string }[]).map(({ url }) => url);
    assert.deepEqual(urls, ['https://example.com/', 'http://example.com/']);
  });

  it('is counted in the characters of its JSON and of its summary, however many bytes they have elsewhere', () => {
    for (const text of ['abc', 'äöü', '✓✓✓', '"\\"', '😀x'])
      assert.equal(
        2 * cardLength(card({ text: [text], summary: text })),
        size(adaptiveCard(card({ text: [text], summary: text }), null)) + size(text),
        text,
      );
  });

  it('says how many rows it left out', () => {
    const rendered = adaptiveCard(card({ groups: listOf(1000) }), null);
    const rows = ofType(rendered, 'ColumnSet').length;
    assert.ok(rows > 20);
    const lines = ofType(rendered, 'TextRun').map((run) => String(run['text']));
    assert.ok(
      lines.some((line) => line.startsWith(`${1000 - rows} more rows are left out`)),
      lines.at(-1),
    );
  });

  it('says how many lines it left out', () => {
    const text = Array.from({ length: 200 }, () => 'x'.repeat(2000));
    const lines = ofType(adaptiveCard(card({ text }), null), 'TextRun').map((run) => String(run['text']));
    assert.ok(
      lines.some((line) => line.startsWith('180 more lines are left out')),
      lines.at(-1),
    );
    const facts = Array.from({ length: 100 }, () => ({ label: 'l', value: 'v'.repeat(2000) }));
    const both = ofType(adaptiveCard(card({ text, facts }), null), 'TextRun').map((run) => String(run['text']));
    assert.ok(
      both.some((line) => line.startsWith('260 more lines are left out')),
      both.at(-1),
    );
  });

  it('is whole where it just has room, and cuts long texts first where it has not', () => {
    const text = Array.from({ length: 3 }, () => 'x'.repeat(2000));
    const id = '5d3c2a4e-0000-4000-8000-000000000001';
    const shown = (room: number): number[] =>
      ofType(adaptiveCard(card({ text }), id, { room }), 'TextRun').map(
        (run) => String(run['text']).replaceAll('\u200b', '').length,
      );
    const room = cardLength(card({ text }));
    assert.deepEqual(shown(room), [2000, 2000, 2000]);
    assert.deepEqual(shown(room - 1), [1000, 1000, 1000]);
    assert.deepEqual(shown(2500), [300, 300, 300]);
  });

  it('says both what rows and what lines it left out', () => {
    const text = Array.from({ length: 200 }, () => 'x'.repeat(2000));
    const lines = ofType(adaptiveCard(card({ text, groups: listOf(1000) }), null), 'TextRun');
    const italic = lines.filter((run) => run['italic']).map((run) => String(run['text']));
    assert.deepEqual(
      italic.map((line) => line.replace(/^\d+ /, '').split(' are')[0]),
      ['more rows', 'more lines'],
    );
  });

  it('is without its table and buttons where those alone have no room, and says so', () => {
    const rendered = adaptiveCard(cards['with buttons that have no room']!, null);
    assert.equal(rendered.actions, undefined);
    assert.deepEqual(ofType(rendered, 'ColumnSet'), []);
    assert.deepEqual(
      ofType(rendered, 'TextRun').map((run) => run['text']),
      ['The rest is left out: this message was too long.'],
    );
  });

  it('names its language, and says its own words in it', () => {
    const text = Array.from({ length: 200 }, () => 'x'.repeat(2000));
    const parts: Partial<Card> = { text, groups: listOf(1000), progress: { done: 1, total: 2 } };
    const rendered = adaptiveCard(card({ ...parts, language: 'de' }), null);
    assert.equal(rendered.lang, 'de');
    const lines = ofType(rendered, 'TextRun').map((run) => String(run['text']));
    for (const pattern of [/^\u{a0}1 von 2$/u, /^\d+ weitere Zeilen fehlen: /, /^\d+ weitere Absätze fehlen: /])
      assert.ok(
        lines.some((line) => pattern.test(line)),
        String(pattern),
      );
    assert.equal(adaptiveCard(card(), null).lang, 'en');
  });

  it('that an earlier version stored is English', () => {
    const { language: _language, ...stored } = card({ progress: { done: 1, total: 2 } });
    const rendered = adaptiveCard(stored as Card, null);
    assert.equal(rendered.lang, 'en');
    assert.match(textIn(rendered), / 1 of 2$/);
  });
});

describe('escaping', () => {
  const markdown: [text: string, expected: string][] = [
    ['example.com:443 expires 2027-03-14 (in 112 days)', 'example.com:443 expires 2027-03-14 (in 112 days)'],
    ["Let's Encrypt E7", "Let's Encrypt E7"],
    ['*.example.com', '\\*.example.com'],
    ['_acme.example.com', '\\_acme.example.com'],
    ['[a](http://b)', '\\[a\\](http://b)'],
    ['a\\*b', 'a\\\\\\*b'],
    ['# heading', '\\# heading'],
    ['- item\n+ item', '\\- item\n\\+ item'],
    ['1. item', '1\\. item'],
    ['192.0.2.1 refuses', '192.0.2.1 refuses'],
    ['2001:db8::1', '2001:db8::1'],
    ['{{TIME(x)}}', '{ {TIME(x)}}'],
    ['{{TIME(x)}} {{DATE(x)}}', '{ {TIME(x)}} { {DATE(x)}}'],
    ['a\u0000\u001b[31mb', 'a \\[31mb'],
  ];
  for (const [text, expected] of markdown) {
    it(`of ${JSON.stringify(text)} for Markdown`, () => assert.equal(escapeMarkdown(text), expected));
  }

  it('for plain places takes out what deceives the eye', () => {
    assert.equal(plain('moc.elpmaxe\u202e \u200bx\r\ny'), 'moc.elpmaxe x \ny');
  });

  it('cuts no character in two', () => {
    assert.equal(clip('ab😀cd', 4), 'ab…');
    assert.equal(clip('abcd', 4), 'abcd');
  });
});
