import assert from 'node:assert/strict';
import type { Card, CardAction, Group, Mention, Row, Tone } from '../../../src/core/card.ts';
import { MOST_BLOCKS, messageOf } from '../../../src/channels/slack/blocks.ts';
import { pressValue, readPress } from '../../../src/channels/slack/press.ts';
import { blockFaults } from '../../peers/slack/blocks.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const HOSTILE =
  '<!channel> <@U123> <https://evil.example|bank> *bold* _it_ `code` &amp; {{DATE(2020-01-01)}} :tada: \u202ecod.exe \ud83d 😀';
const EMOJI = '👩‍👩‍👧🚀✅'.repeat(2000);
const HUGE = 'x'.repeat(10_000);

function card(partial: Partial<Card> = {}): Card {
  const base = { language: 'en', summary: 'example.com:443 expires 2027-03-14', title: 'example.com:443' };
  return { ...base, tone: 'neutral', ...partial } as Card;
}

type Json = Record<string, unknown>;

/** Every object inside, the value itself included. */
function* inside(value: unknown): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Json;
  for (const each of Object.values(value)) yield* inside(each);
}

const ofType = (value: unknown, type: string): Json[] => [...inside(value)].filter((each) => each['type'] === type);
const textsOf = (value: unknown): string[] =>
  [...inside(value)].map((each) => each['text']).filter((text) => typeof text === 'string');
const sizeOf = (value: unknown): number => textsOf(value).reduce((sum, text) => sum + text.length, 0);
const richTextOf = (value: unknown): string =>
  ofType(value, 'rich_text')
    .map((each) => textsOf(each).join(''))
    .join('\n');

/** Block Kit's own numbers, told anew: texts of each kind of thing, and elements of each kind of block. */
function assertWithinLimits({ text, blocks }: { text: string; blocks: unknown[] }): void {
  assert.ok(text.trim() !== '' && text.length <= 3000, `text of ${text.length}`);
  assert.ok(blocks.length > 0 && blocks.length <= 50, `${blocks.length} blocks`);
  assert.ok(Buffer.byteLength(JSON.stringify(blocks)) < 100_000, 'bytes');
  assert.ok(sizeOf(blocks) <= 13_000, `${sizeOf(blocks)} characters`);
  for (const each of textsOf(blocks)) {
    assert.notEqual(each, '');
    assert.ok(each.isWellFormed());
    assert.doesNotMatch(each, /[\u202a-\u202e\u2066-\u2069\u200b]/);
  }
  for (const block of blocks as Json[]) {
    const elements = (block['elements'] ?? []) as Json[];
    const length = sizeOf(block['type'] === 'section' ? block['text'] : block);
    if (block['type'] === 'header') assert.ok(textsOf(block).join('').length <= 150);
    else if (block['type'] === 'actions') assert.ok(elements.length > 0 && elements.length <= 25);
    else assert.ok(length > 0 && length <= 3000, `${length} characters in a ${String(block['type'])}`);
  }
  for (const menu of ofType(blocks, 'overflow')) {
    const options = menu['options'] as { text: { text: string }; value: string }[];
    assert.ok(options.length >= 1 && options.length <= 5);
    for (const { text, value } of options) assert.ok(text.text.length <= 75 && value.length <= 150);
  }
  for (const button of ofType(blocks, 'button')) {
    assert.ok(textsOf(button).join('').length <= 75);
    assert.ok(String(button['value'] ?? '').length <= 2000 && String(button['url'] ?? '').length <= 3000);
  }
  const ids = [...inside(blocks)].map((each) => each['action_id']).filter((id) => id !== undefined);
  assert.equal(new Set(ids).size, ids.length, 'an action_id repeats');
  assert.deepEqual(ofType(blocks, 'mrkdwn'), []);
  assert.deepEqual(blockFaults(blocks), []);
}

const show: CardAction = { kind: 'execute', label: 'Show', action: { name: 'show-row', data: { watch: 12 } } };

function rowsOf(count: number, text = 'host', actions?: CardAction[]): Row[] {
  return Array.from({ length: count }, (_each, index) => ({
    name: `${text}${index}`,
    sub: 'Expired · Ada',
    date: '1 Nov',
    distance: '17 days',
    ...(actions ? { actions } : {}),
  }));
}

function listOf(rows: Row[]): Group[] {
  return [{ heading: 'Watched', rows }];
}

function button(label: string, data: Record<string, string | number> = {}): CardAction {
  return { kind: 'execute', label, action: { name: 'press', data } };
}

function everywhere(text: string, count: number): Card {
  const times = Array.from({ length: count });
  const action = button(text, { text });
  const rows = times.map((_each, index) => ({
    name: index % 2 ? text : [{ text, bold: true }, text, { text, mono: true }],
    sub: text,
    date: text,
    distance: text,
    conversation: text,
    ...(index % 3 === 0 ? { actions: times.slice(0, 8).map(() => action) } : {}),
  }));
  const facts = times.map(() => ({ label: text, value: text }));
  const chart = { title: text, bars: times.map(() => ({ label: text, value: 7 })) };
  const group: Group = { symbol: text, heading: text, text: [text, [{ text }]], rows, facts, more: text, chart };
  return card({
    summary: text,
    title: text,
    tone: 'attention',
    text: times.map(() => text),
    lead: [text, { text, bold: true }],
    state: { symbol: text, word: text },
    bar: { from: text, to: text, gone: 0.5 },
    todo: { task: text, then: text },
    facts,
    details: facts,
    groups: [group, group],
    progress: { done: count, total: 2 },
    footnote: text,
    actions: times.map((_each, index) => (index % 2 ? action : { kind: 'open', label: text, url: text })),
  });
}

describe('a Slack message', () => {
  const cards: Record<string, Card> = {
    'with nothing but a title': card(),
    'with everything': card({
      tone: 'warning',
      text: ['one', 'two'],
      facts: [{ label: 'Issuer', value: "Let's Encrypt E7" }],
      groups: listOf(rowsOf(3)),
      progress: { done: 120, total: 400 },
      footnote: 'hint',
      actions: [button('Stop'), { kind: 'open', label: 'Open', url: 'https://example.com' }],
    }),
    'with 500 rows': card({ groups: listOf(rowsOf(500)) }),
    'with 500 rows that have menus': card({ groups: listOf(rowsOf(500, 'host', [show])) }),
    'with 500 rows of which every other has a menu': card({
      groups: listOf(rowsOf(250).flatMap((row) => [row, { ...row, actions: [show] }])),
    }),
    'with a row of 60 endless runs': card({
      groups: listOf([{ name: Array.from({ length: 60 }, () => ({ text: HUGE, bold: true })), actions: [show] }]),
    }),
    'with 300 groups': card({ groups: Array.from({ length: 300 }, () => listOf(rowsOf(3))).flat() }),
    'with 500 rows of 10,000 characters': card({ groups: listOf(rowsOf(500, HUGE)) }),
    'with 300 facts': card({ facts: Array.from({ length: 300 }, () => ({ label: 'Names', value: HUGE })) }),
    'with 300 short facts': card({ facts: Array.from({ length: 300 }, () => ({ label: 'a', value: 'b' })) }),
    'with paragraphs of 10,000 characters': card({ text: [HUGE, HUGE, HUGE], facts: [{ label: HUGE, value: HUGE }] }),
    'with a paragraph of 10,000 lines': card({ text: ['x\n'.repeat(10_000)] }),
    'with 10,000 paragraphs': card({ text: Array.from({ length: 10_000 }, () => 'x') }),
    'with lines that leave blocks half full': card({
      text: ['x', 'y'.repeat(2990), 'x', 'y'.repeat(2990), 'x', 'y'.repeat(2900)],
      groups: listOf(rowsOf(60, 'host', [show])),
    }),
    'with 100 buttons of 1,900 bytes': card({
      actions: Array.from({ length: 100 }, () => button('✓'.repeat(100), { text: '✓'.repeat(1900) })),
    }),
    'with empty texts': card({
      summary: '',
      title: '',
      text: ['', ' ', '\n'],
      facts: [{ label: '', value: '' }],
      groups: [
        { heading: '', rows: [{ name: '', sub: '', actions: [] }, { name: '', actions: [show] }, { name: [] }] },
        { heading: ' ', text: [''], facts: [{ label: '', value: '' }], more: ' ', chart: { title: '', bars: [] } },
      ],
      details: [{ label: '', value: '' }],
      lead: '',
      bar: { from: '', to: '', gone: 0 },
      todo: { task: '' },
      footnote: ' ',
      actions: [button('')],
    }),
    'with invisible texts only': everywhere('\u202e\u200b\u0007', 3),
  };
  for (const [name, text] of Object.entries({
    hostile: HOSTILE,
    huge: HUGE,
    emoji: EMOJI,
    'ampersand &': '&'.repeat(10_000),
  }))
    for (const count of [1, 4, 40, 300])
      cards[`with ${name} text everywhere, ${count} of each`] = everywhere(text, count);

  for (const [name, each] of Object.entries(cards)) {
    it(`${name} keeps every limit`, () => assertWithinLimits(messageOf(each)));
  }

  it('is made in little time, however much the card holds', () => {
    const took = cpuTime(() => messageOf(everywhere(HUGE, 500)));
    assert.ok(took < 3000, `${took} ms`);
  });

  it('says the summary in its text, escaped', () => {
    assert.equal(messageOf(card()).text, 'example.com:443 expires 2027-03-14');
    assert.equal(messageOf(card({ summary: '<!channel> R&D' })).text, '&lt;!channel&gt; R&amp;D');
  });

  it('says its title in its text where it has no summary, and something in any case', () => {
    assert.equal(messageOf(card({ summary: ' \u200b ', title: 'R&D' })).text, 'R&amp;D');
    assert.equal(messageOf(card({ summary: '', title: ' ' })).text, '–');
  });

  it('says as much of a long summary as Slack takes, also where its characters grow', () => {
    assert.equal(messageOf(card({ summary: HUGE })).text, `${'x'.repeat(2999)}…`);
    assert.equal(messageOf(card({ summary: '&'.repeat(3000) })).text, `${'&amp;'.repeat(599)}…`);
    assert.equal(messageOf(card({ summary: '&'.repeat(600) })).text, '&amp;'.repeat(600));
  });

  const mentioned: [what: string, mention: Mention, shown: Json][] = [
    ['a person', { kind: 'person', id: 'U0BOB', name: 'bob' }, { type: 'user', user_id: 'U0BOB' }],
    ['a person of an organisation', { kind: 'person', id: 'W0SUE', name: 'sue' }, { type: 'user', user_id: 'W0SUE' }],
    ['a group', { kind: 'group', id: 'S0OPS', name: '@ops' }, { type: 'usergroup', usergroup_id: 'S0OPS' }],
    ['a person whose id is none', { kind: 'person', id: 'nobody', name: 'bob' }, { type: 'text', text: ' @bob' }],
    ['a person by the id of a group', { kind: 'person', id: 'S0OPS', name: 'ops' }, { type: 'text', text: ' @ops' }],
    ['a group by the id of a person', { kind: 'group', id: 'U0BOB', name: '@bob' }, { type: 'text', text: ' @bob' }],
    ['nobody by name', { kind: 'person', id: 'nobody', name: '' }, { type: 'text', text: ' @nobody' }],
    [
      'somebody of a long name',
      { kind: 'person', id: 'nobody', name: HUGE },
      { type: 'text', text: ` @${'x'.repeat(79)}…` },
    ],
  ];
  for (const [what, mention, expected] of mentioned)
    it(`mentions ${what}`, () => {
      const { blocks } = messageOf(card({ mentions: [mention] }), { isMentioning: true });
      const [section] = ofType(blocks, 'rich_text_section');
      const elements = section!['elements'] as Json[];
      assert.deepEqual([elements[0], elements.at(-1)], [{ type: 'text', text: 'For' }, expected]);
      assertWithinLimits({ text: 'x', blocks });
    });

  it('names whom it concerns, and mentions nobody, unless it is told to', () => {
    const mentions = mentioned.map(([, mention]) => mention).slice(0, 3);
    const { blocks } = messageOf(card({ mentions }));
    assert.equal(richTextOf(blocks), 'For @bob @sue @ops');
    assert.equal(richTextOf(messageOf(card({ mentions: [] })).blocks), '');
    const both = messageOf(card({ mentions }), { isMentioning: true }).blocks;
    assert.deepEqual([ofType(both, 'user').length, ofType(both, 'usergroup').length], [2, 1]);
  });

  it('shows untrusted text as it is, where nothing is markup', () => {
    const text = '<!channel> *bold* _it_ `code` <https://evil.example|bank> {{DATE}}';
    const { blocks } = messageOf(
      card({ title: text, text: [text], facts: [{ label: 'x', value: text }], footnote: text }),
    );
    const types = blocks.map(({ type }) => type);
    assert.deepEqual(types, ['header', 'rich_text', 'rich_text', 'context']);
    for (const block of blocks) assert.ok(textsOf(block).includes(text), block.type);
    for (const type of ['mrkdwn', 'link', 'user', 'usergroup', 'broadcast', 'emoji'])
      assert.deepEqual(ofType(blocks, type), []);
  });

  it('makes no pictures of colons', () => {
    const { blocks } = messageOf(
      card({ title: '[2001:db8:ab::1]:443', footnote: ':tada:', groups: listOf(rowsOf(1, ':o:', [show])) }),
    );
    for (const text of ofType(blocks, 'plain_text')) assert.equal(text['emoji'], false);
  });

  it('says its tone by a symbol', () => {
    const symbols = (['good', 'notice', 'warning', 'attention'] as Tone[]).map((tone) => {
      const [header] = ofType(messageOf(card({ tone })).blocks, 'header');
      return textsOf(header).join('').split(' ')[0];
    });
    assert.deepEqual(symbols, ['✅', '🔔', '⚠️', '🚨']);
    assert.deepEqual(textsOf(messageOf(card()).blocks), ['example.com:443']);
  });

  it('shows paragraphs, progress and facts line by line', () => {
    const { blocks } = messageOf(
      card({
        text: ['One.', 'Two.'],
        progress: { done: 120, total: 400 },
        facts: [
          { label: 'Issuer', value: 'E7' },
          { label: 'Key', value: '' },
        ],
      }),
    );
    assert.equal(richTextOf(blocks), 'One.\nTwo.\n══════●─────────────── 120 of 400\nIssuer: E7\nKey: –');
    const bold = [...inside(blocks)].filter((each) => (each['style'] as Json | undefined)?.['bold'] === true);
    assert.deepEqual(
      bold.map((each) => each['text']),
      ['Issuer: ', 'Key: '],
    );
  });

  const bars: [done: number, total: number, expected: string][] = [
    [0, 400, '●───────────────────── 0 of 400'],
    [400, 400, '═════════════════════● 400 of 400'],
    [500, 400, '═════════════════════● 500 of 400'],
    [0, 0, '═════════════════════● 0 of 0'],
  ];
  for (const [done, total, expected] of bars) {
    it(`shows progress ${done} of ${total} as text`, () => {
      assert.equal(richTextOf(messageOf(card({ progress: { done, total } })).blocks), expected);
    });
  }

  describe('with groups', () => {
    it('whose rows can do nothing makes them a list below their heading, what they are about in bold', () => {
      const group: Group = {
        symbol: '⛔',
        heading: 'Now',
        text: ['One cause.'],
        rows: rowsOf(2),
        facts: [{ label: 'Issuer', value: 'E7' }],
        more: 'And 3 more.',
      };
      const { blocks } = messageOf(card({ groups: [group] }));
      assert.deepEqual(
        blocks.map(({ type }) => type),
        ['header', 'rich_text', 'context'],
      );
      const [text] = ofType(blocks, 'rich_text');
      assert.deepEqual(
        (text!['elements'] as Json[]).map(({ type }) => type),
        ['rich_text_section', 'rich_text_list', 'rich_text_section'],
      );
      const bullets = (ofType(text, 'rich_text_list')[0]!['elements'] as Json[]).map((each) => textsOf(each).join(''));
      assert.deepEqual(
        bullets,
        [0, 1].map((index) => `host${index} 1\u{a0}Nov, 17\u{a0}days · Expired · Ada`),
      );
      const bold = [...inside(blocks)].filter((each) => (each['style'] as Json | undefined)?.['bold'] === true);
      assert.deepEqual(
        bold.map((each) => each['text']),
        ['⛔ Now', 'host0', 'host1', 'Issuer: '],
      );
      assert.deepEqual(textsOf(blocks.at(-1)), ['And 3 more.']);
    });

    it('shows what can be typed as such', () => {
      const { blocks } = messageOf(card({ groups: listOf([{ name: [{ text: 'list', mono: true }] }]) }));
      const [run] = ofType(ofType(blocks, 'rich_text_list'), 'text');
      assert.deepEqual(run, { type: 'text', text: 'list', style: { code: true } });
    });

    it('has each row on one line, and something as its name', () => {
      const rows = [{ name: ' a\n\nb ', sub: '\u200b', date: 'x  y' }, { name: '\u200b' }];
      const [list] = ofType(messageOf(card({ groups: listOf(rows) })).blocks, 'rich_text_list');
      assert.deepEqual(
        (list!['elements'] as Json[]).map((each) => textsOf(each).join('')),
        ['a b x y', '–'],
      );
    });

    it('leaves out those that Teams hides until they are asked for', () => {
      const { blocks } = messageOf(card({ groups: [{ ...listOf(rowsOf(1))[0]!, toggle: 'The rest' }] }));
      assert.deepEqual(
        blocks.map(({ type }) => type),
        ['header'],
      );
    });

    it('whose rows can do something gives each a block with a menu that brings the action back', () => {
      const { blocks } = messageOf(card({ groups: listOf(rowsOf(2, 'host', [show])) }));
      const sections = ofType(blocks, 'section');
      assert.equal(sections.length, 2);
      assert.deepEqual(textsOf(sections[0]), ['host0\n1\u{a0}Nov, 17\u{a0}days · Expired · Ada', 'Show']);
      const [menu] = ofType(sections[0], 'overflow');
      const [option] = menu!['options'] as unknown[];
      assert.deepEqual(readPress({ type: 'overflow', selected_option: option }), {
        action: { name: 'show-row', data: { watch: 12 } },
      });
    });

    it('leaves out of a menu what is too heavy for it, and the menu when nothing remains', () => {
      const heavy = button('Heavy', { text: 'x'.repeat(150) });
      const some = messageOf(card({ groups: listOf(rowsOf(1, 'host', [heavy, show])) })).blocks;
      assert.equal(textsOf(ofType(some, 'overflow')).join(), 'Show');
      const none = messageOf(card({ groups: listOf(rowsOf(1, 'host', [heavy])) })).blocks;
      assert.equal(ofType(none, 'section').length, 1);
      assert.deepEqual(ofType(none, 'overflow'), []);
    });

    it('keeps the order of rows with and without menus', () => {
      const rows = [...rowsOf(2, 'a'), ...rowsOf(1, 'b', [show]), ...rowsOf(1, 'c')];
      const { blocks } = messageOf(card({ groups: listOf(rows) }));
      assert.deepEqual(
        blocks.map(({ type }) => type),
        ['header', 'rich_text', 'section', 'rich_text'],
      );
      const firsts = textsOf(blocks).flatMap((each) => /^[abc]\d/.exec(each) ?? []);
      assert.deepEqual(firsts, ['a0', 'a1', 'b0', 'c0']);
    });

    const conversations: [conversation: string, channel: string | null][] = [
      ['slack:T1:C0123ABC', 'C0123ABC'],
      ['slack:T1:D0123ABC', null],
      ['teams:19:abc', null],
      ['slack:T1:C0<!here>', null],
    ];
    for (const [conversation, channel] of conversations) {
      it(`names conversation ${conversation} ${channel ? 'by a link' : 'in words'}`, () => {
        const row = { name: 'host', sub: 'Fine · the place', conversation };
        const plainRows = messageOf(card({ groups: listOf([row]) })).blocks;
        assert.deepEqual(
          ofType(plainRows, 'channel').map((each) => each['channel_id']),
          channel ? [channel] : [],
        );
        assert.equal(richTextOf(plainRows).includes('the place'), channel === null);
        assert.equal(richTextOf(plainRows).includes('Fine'), true);
        const named = messageOf(card({ groups: listOf([{ name: 'the place', conversation }]) })).blocks;
        assert.equal(ofType(named, 'channel').length, channel ? 1 : 0);
        const menus = messageOf(card({ groups: listOf([{ ...row, actions: [show] }]) })).blocks;
        assert.match(textsOf(menus).join(), /Fine · the place/);
      });
    }

    it('says how many rows it left out', () => {
      for (const actions of [undefined, [show]]) {
        const { blocks } = messageOf(card({ groups: listOf(rowsOf(500, 'host', actions)) }));
        const visible = textsOf(blocks).filter((text) => /^host\d/.test(text)).length;
        assert.ok(visible >= 40, `${visible} rows`);
        assert.match(richTextOf(blocks), new RegExp(`${500 - visible} more rows are left out`));
      }
    });

    it('fills a message to its last block', () => {
      assert.equal(messageOf(card({ groups: listOf(rowsOf(100, 'host', [show])) })).blocks.length, MOST_BLOCKS);
    });

    it('shows some rows even when the text before them is long', () => {
      const text = Array.from({ length: 4 }, () => 'x'.repeat(2899));
      const facts = [{ label: 'Names', value: 'y'.repeat(300) }];
      const { blocks } = messageOf(card({ text, facts, groups: listOf(rowsOf(30)) }));
      assert.ok(textsOf(blocks).filter((each) => /^host\d/.test(each)).length >= 5);
    });
  });

  it('says how many lines it left out: paragraphs and facts', () => {
    const text = Array.from({ length: 200 }, () => 'x'.repeat(2000));
    const facts = Array.from({ length: 300 }, () => ({ label: 'Name', value: 'y'.repeat(2000) }));
    for (const partial of [{ text }, { facts }, { text, facts }, { text: text.slice(0, 5), facts }]) {
      const lines = richTextOf(messageOf(card(partial)).blocks).split('\n');
      const visible = lines.filter((line) => /^(?:x+…|Name: y+…)$/.test(line)).length;
      const all = (partial.text?.length ?? 0) + (partial.facts?.length ?? 0);
      assert.ok(visible > 0);
      assert.equal(lines.at(-1), `${all - visible} more lines are left out: this message was too long.`);
    }
  });

  describe('with buttons', () => {
    const styles: [style: 'positive' | 'destructive' | undefined, expected: string | undefined][] = [
      ['positive', 'primary'],
      ['destructive', 'danger'],
      [undefined, undefined],
    ];
    for (const [style, expected] of styles) {
      it(`draws style ${style} as ${expected}`, () => {
        const action: CardAction = { ...button('Stop', { watch: 7 }), ...(style ? { style } : {}) } as CardAction;
        const [drawn] = ofType(messageOf(card({ actions: [action] })).blocks, 'button');
        assert.equal(drawn!['style'], expected);
        assert.deepEqual(readPress(drawn), { action: { name: 'press', data: { watch: 7 } } });
      });
    }

    it('opens web addresses only', () => {
      const urls = [
        'https://example.com/',
        'http://example.com/',
        'javascript:alert(1)',
        'file:///etc/passwd',
        'nonsense',
        `https://a.example/${HUGE}`,
      ];
      const actions = urls.map((url): CardAction => ({ kind: 'open', label: 'Open', url }));
      const drawn = ofType(messageOf(card({ actions })).blocks, 'button');
      assert.deepEqual(
        drawn.map((each) => each['url']),
        ['https://example.com/', 'http://example.com/'],
      );
      assert.equal(readPress(drawn[0]), null);
    });

    it('draws what Slack takes to the last character, and leaves out what is longer', () => {
      const weighing = (length: number): CardAction => {
        const empty = pressValue({ name: 'press', data: { text: '' } }).length;
        return button('Heavy', { text: 'x'.repeat(length - empty) });
      };
      const { blocks } = messageOf(card({ actions: [weighing(2000), weighing(2001)] }));
      assert.equal(ofType(blocks, 'button').length, 1);
      const menus = messageOf(card({ groups: listOf(rowsOf(1, 'host', [weighing(150), weighing(151)])) })).blocks;
      assert.equal((ofType(menus, 'overflow')[0]!['options'] as unknown[]).length, 1);
      const address = 'https://a.example/';
      const urls = [3000, 3001].map((length) => address + 'x'.repeat(length - address.length));
      const links = messageOf(card({ actions: urls.map((url) => ({ kind: 'open', label: 'Open', url })) })).blocks;
      assert.equal(ofType(links, 'button').length, 1);
    });

    it('draws five at most, and others behind “…”', () => {
      const actions = Array.from({ length: 30 }, (_each, index) => button(`Press ${index}`));
      const { blocks } = messageOf(card({ actions }));
      const presses = (from: number, to: number) =>
        Array.from({ length: to - from }, (_each, index) => `Press ${from + index}`);
      assert.deepEqual(
        ofType(blocks, 'button').map((each) => textsOf(each).join()),
        presses(0, 5),
      );
      assert.deepEqual(textsOf(ofType(blocks, 'overflow')), presses(5, 10));
    });

    it('puts those that are rare behind “…”, and one alone beside the others', () => {
      const rare = (label: string) => ({ ...button(label), isRare: true }) as CardAction;
      const alone = messageOf(card({ actions: [rare('Stop'), button('Look')] })).blocks;
      assert.deepEqual(textsOf(ofType(alone, 'button')), ['Look', 'Stop']);
      const both = messageOf(card({ actions: [rare('Stop'), rare('Change'), button('Look')] })).blocks;
      assert.deepEqual(textsOf(ofType(both, 'button')), ['Look']);
      assert.deepEqual(textsOf(ofType(both, 'overflow')), ['Stop', 'Change']);
      const [, entry] = (ofType(both, 'overflow')[0]!['options'] as Json[]).values();
      assert.equal(readPress({ type: 'overflow', action_id: 'more', selected_option: entry })?.action.name, 'press');
    });

    it('makes menus of choices, in which the choice comes back under its name', () => {
      const choose = (input: string, options: Extract<CardAction, { kind: 'choose' }>['options']): CardAction => ({
        kind: 'choose',
        label: 'Later',
        prompt: 'Silent until',
        input,
        options,
        action: { name: 'snooze', data: { watch: 7 } },
      });
      const times = [
        { label: 'tomorrow', value: 'P1D' },
        { label: 'too long', value: 'x'.repeat(151) },
      ];
      const message = messageOf(
        card({ actions: [choose('until', times), choose('who', 'people'), choose('none', [])] }),
      );
      assertWithinLimits(message);
      const [times0] = ofType(message.blocks, 'static_select');
      const [option, ...others] = times0!['options'] as Json[];
      assert.deepEqual(others, []);
      assert.deepEqual(readPress({ ...times0, selected_option: option })?.action, {
        name: 'snooze',
        data: { watch: 7, until: 'P1D' },
      });
      const [people, ...none] = ofType(message.blocks, 'users_select');
      assert.deepEqual(none, []);
      assert.deepEqual(readPress({ ...people, selected_user: 'U0ADA' })?.action, {
        name: 'snooze',
        data: { watch: 7, who: 'U0ADA' },
      });
      assert.deepEqual(ofType(message.blocks, 'static_select').length, 1);
    });

    it('keeps them where no row has room', () => {
      const text = Array.from({ length: 9 }, () => HUGE);
      const rows = Array.from({ length: 900 }, () => ({ name: HUGE }));
      const { blocks } = messageOf(card({ text, groups: listOf(rows), actions: [button('Stop')] }));
      assert.match(richTextOf(blocks), /8\d\d more rows are left out/);
      assert.equal(ofType(blocks, 'button').length, 1);
    });

    it('has no row of buttons when none can be drawn', () => {
      const actions: CardAction[] = [{ kind: 'open', label: 'Open', url: 'javascript:0' }, button('x', { text: HUGE })];
      assert.deepEqual(ofType(messageOf(card({ actions })).blocks, 'actions'), []);
    });
  });
});

const UUID = '01234567-89ab-4cde-8f01-23456789abcd';
const BIG = Number.MAX_SAFE_INTEGER;

/** What cards of the calendar carry, at its longest. */
const carried: [name: string, data: Record<string, string | number>][] = [
  ['book-slots', { watch: BIG }],
  ['choose-slot', { watch: BIG, start: BIG }],
  ['accept-recipient', { recipient: UUID }],
  ['decline-recipient', { recipient: UUID }],
  ['ask-owner', { watch: BIG }],
  ['keep-event', { question: UUID }],
  ['drop-event', { question: UUID }],
];

describe('the buttons of the calendar in Slack', () => {
  const label = 'Donnerstag, 24. Dezember 2026, 13:30–14:00 Uhr (mitteleuropäische Normalzeit, UTC+1)';

  for (const [name, data] of carried) {
    const action: CardAction = { kind: 'execute', label, action: { name, data } };

    it(`carry ${name}, as buttons and as entries of a menu`, () => {
      const message = messageOf(card({ groups: listOf(rowsOf(2, 'host', [show, action])), actions: [action] }));
      assertWithinLimits(message);
      const [pressed] = ofType(message.blocks, 'button');
      assert.deepEqual(readPress(pressed)?.action, { name, data });
      const menus = ofType(message.blocks, 'overflow');
      assert.equal(menus.length, 2);
      for (const menu of menus) {
        const [, entry] = menu['options'] as Json[];
        assert.deepEqual(readPress({ type: 'overflow', selected_option: entry })?.action, { name, data });
      }
    });
  }

  const slots = [1, 2, 3].map((start): CardAction => ({
    kind: 'execute',
    label,
    action: { name: 'choose-slot', data: { watch: 7, start } },
    style: 'positive',
  }));
  const cancel: CardAction = { kind: 'execute', label: 'Not now', action: { name: 'show', data: { watch: 7 } } };
  const open: CardAction = {
    kind: 'open',
    label: 'Add to Outlook',
    url: `https://outlook.office.com/?subject=${'x'.repeat(900)}`,
  };

  it('stand in one row, in their order: three slots, one way back, and links', () => {
    const message = messageOf(card({ actions: [...slots, cancel, open, open] }));
    assertWithinLimits(message);
    const rows = ofType(message.blocks, 'actions');
    assert.equal(rows.length, 1);
    const elements = rows[0]!['elements'] as Json[];
    assert.deepEqual(
      elements.map((each) => readPress(each)?.action.data['start'] ?? each['url'] ?? 'back'),
      [1, 2, 3, 'back', (open as { url: string }).url, (open as { url: string }).url],
    );
    for (const [index, each] of elements.slice(0, 3).entries()) {
      assert.equal(each['style'], index === 0 ? 'primary' : undefined);
      assert.match(textsOf(each)[0]!, /^Donnerstag, 24\.\sDezember\s2026, 13:30–14:00/);
    }
  });

  it('stay below a card that is cut', () => {
    const message = messageOf(
      card({ text: [HUGE, HUGE], groups: listOf(rowsOf(500, HUGE)), actions: [...slots, cancel] }),
    );
    assertWithinLimits(message);
    assert.equal(ofType(message.blocks, 'button').length, 4);
  });
});

describe('an invitation to sign in', () => {
  it('is nothing that Slack shows: the text of the card says what to do', () => {
    const plain = card({ text: ['Reminders are in the calendar feed.'], actions: [button('Help')] });
    assert.deepEqual(messageOf({ ...plain, signIn: { label: 'Sign in' } }), messageOf(plain));
    assertWithinLimits(messageOf(card({ signIn: { label: HOSTILE } })));
  });
});
