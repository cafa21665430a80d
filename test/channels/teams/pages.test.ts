import assert from 'node:assert/strict';
import { type Card, type Group, textOf } from '../../../src/core/card.ts';
import { adaptiveCard, cardLength, ROOM, ROOM_OF_OLDER } from '../../../src/channels/teams/cards.ts';
import { pagesOf } from '../../../src/channels/teams/pages.ts';
import { cpuTime } from '../../support/cpu-time.ts';

const base: Card = { language: 'en', summary: 'All of it.', title: 'Everything', tone: 'warning' };

const listOf = (count: number, text = 'host'): Group[] => [
  {
    heading: 'Watched',
    rows: Array.from({ length: count }, (_each, index) => ({
      name: `${text}-${index}.example:443`,
      sub: 'Ada Lovelace',
      date: '1 Nov',
      distance: '17 days',
    })),
  },
];
const words = (count: number, word: string) =>
  Array.from({ length: count }, (_each, index) => `${word}${index}`).join(' ');
const actions: Card['actions'] = [
  { kind: 'execute', label: 'Look again', action: { name: 'show-row', data: { watch: 7 } } },
  { kind: 'open', label: 'Open', url: 'https://example.com' },
];

/** What is read on pages, in order: words of texts and facts, and parts of groups. */
function readOn(pages: Card[]): { texts: string[]; values: string[]; cells: unknown[]; details: string[] } {
  return {
    texts: pages.flatMap(({ text = [] }) => text.flatMap((each) => each.split(/\s+/))),
    values: pages.flatMap(({ facts = [] }) => facts.flatMap(({ value }) => value.split(/\s+/))),
    cells: pages
      .flatMap(({ groups = [] }) =>
        groups.flatMap(({ text = [], rows = [], facts = [], more = '' }) => [
          ...text.map(textOf).flatMap((each) => each.split(/\s+/)),
          ...rows.flatMap(({ name, sub, date, distance }) => [textOf(name), sub, date, distance]),
          ...facts.flatMap(({ value }) => value.split(/\s+/)),
          more,
        ]),
      )
      .filter(Boolean),
    details: pages.flatMap(({ details = [] }) => details.flatMap(({ value }) => value.split(/\s+/))),
  };
}

describe('pages of a card', () => {
  const cards: [name: string, card: Card][] = [
    ['a long table', { ...base, groups: listOf(120), actions, footnote: 'hint' }],
    ['a table of other letters', { ...base, groups: listOf(120, 'müller-\u4f60\u597d-😀'), actions }],
    [
      'many paragraphs',
      { ...base, text: Array.from({ length: 150 }, (_each, index) => `line ${index} ${words(20, 'x')}`) },
    ],
    ['one endless paragraph', { ...base, text: [words(9000, 'word')], actions }],
    ['one endless fact', { ...base, facts: [{ label: 'Names', value: words(6000, '*.example') }], actions }],
    [
      'everything at once',
      {
        ...base,
        language: 'de',
        progress: { done: 1, total: 2 },
        text: [words(3000, 'a'), 'b'],
        facts: [
          { label: 'Namen', value: words(2000, 'c') },
          { label: 'Aussteller', value: 'd' },
        ],
        groups: listOf(60),
        about: { kind: 'answer', verb: 'list', targets: ['tls://a.example:443'] },
        actions,
      },
    ],
    [
      'many groups, and details behind them',
      {
        ...base,
        state: { symbol: '⚠️', word: 'Urgent' },
        lead: 'Sun 1 Nov, 23:59',
        bar: { from: '3 Aug', to: '1 Nov', gone: 0.9 },
        todo: { task: 'Renew it.' },
        groups: Array.from({ length: 30 }, (_each, index) => ({
          symbol: '⛔',
          heading: `Cause ${index}`,
          text: [`because of ${words(20, 'c')}`],
          rows: listOf(6)[0]!.rows!,
          facts: [{ label: 'Issuer', value: words(20, 'f') }],
          more: `and more of ${index}`,
        })),
        details: Array.from({ length: 40 }, (_each, index) => ({ label: 'Names', value: words(20, `d${index}x`) })),
        actions,
      },
    ],
    [
      'much that has to be escaped',
      { ...base, text: ['"\\*_[]'.repeat(3000)], facts: [{ label: '*', value: '\\`"'.repeat(3000) }] },
    ],
  ];
  for (const [name, card] of cards) {
    for (const [limit, room] of [
      ['100 kB', ROOM],
      ['28 kB', ROOM_OF_OLDER],
    ] as const) {
      it(`of ${name} have room in messages of ${limit}, and lose nothing`, () => {
        const pages = pagesOf(card, room);
        assert.ok(pages.length > 1 || cardLength(card) <= room);
        for (const page of pages) {
          assert.ok(cardLength(page) <= room, `${cardLength(page)} characters`);
          assert.equal(
            adaptiveCard(page, null, { room }).body.length,
            adaptiveCard(page, null, { room: Infinity }).body.length,
          );
        }
        const [read, whole] = [readOn(pages), readOn([card])];
        assert.equal(read.cells.join(' '), whole.cells.join(' '));
        assert.equal(read.texts.join(''), whole.texts.join(''));
        assert.equal(read.details.join(''), whole.details.join(''));
        assert.equal(read.values.join(''), whole.values.join(''));
        assert.deepEqual(
          pages.map(({ actions }) => actions),
          [...pages.slice(1).map(() => undefined), card.actions],
        );
        assert.deepEqual(pages.at(-1)!.footnote, card.footnote);
      });

      it(`of ${name} in messages of ${limit} are no more than it takes`, () => {
        const pages = pagesOf(card, room);
        const least = Math.ceil(cardLength(card) / room);
        assert.ok(pages.length <= 1.4 * least + 1, `${pages.length} instead of ${least}`);
      });
    }
  }

  it('have the heading of a group on each page that shows a part of it, and the state on all', () => {
    const pages = pagesOf({ ...base, state: { symbol: '⚠️', word: 'Urgent' }, groups: listOf(200) }, ROOM_OF_OLDER);
    assert.ok(pages.length > 1);
    for (const { groups = [], state } of pages) {
      assert.deepEqual(
        groups.map(({ heading }) => heading),
        ['Watched'],
      );
      assert.equal(state?.word, 'Urgent');
    }
  });

  it('say which they are, and carry what is said to programs once', () => {
    const about: Card['about'] = { kind: 'answer', verb: 'check' };
    const pages = pagesOf({ ...base, about, groups: listOf(400) }, ROOM_OF_OLDER);
    const { length } = pages;
    assert.deepEqual(
      pages.map(({ title }) => title),
      pages.map((_page, index) => `Everything (page ${index + 1} of ${length})`),
    );
    assert.deepEqual(
      pages.map(({ summary }) => summary),
      ['All of it.', ...pages.slice(1).map((_page, index) => `All of it. (page ${index + 2} of ${length})`)],
    );
    assert.deepEqual(
      pages.map((page) => page.about),
      [about, ...pages.slice(1).map(() => undefined)],
    );
    assert.match(
      pagesOf({ ...base, language: 'de', groups: listOf(400) }, ROOM_OF_OLDER)[1]!.title,
      /^Everything \(Seite 2 von \d+\)$/,
    );
  });

  it('carry once what notifies, what shows progress and what invites to sign in', () => {
    const mentions = [{ kind: 'person' as const, id: '29:bob', name: 'Bob' }];
    const once = { mentions, progress: { done: 1, total: 2 }, signIn: { label: 'Sign in' } };
    const pages = pagesOf({ ...base, ...once, groups: listOf(400) }, ROOM_OF_OLDER);
    const nothing = pages.slice(1).map(() => undefined);
    assert.deepEqual(
      pages.map((page) => page.mentions),
      [mentions, ...nothing],
    );
    assert.deepEqual(
      pages.map((page) => page.progress),
      [once.progress, ...nothing],
    );
    assert.deepEqual(
      pages.map((page) => page.signIn),
      [...nothing, once.signIn],
    );
  });

  it('say an endless title as the first paragraph, and cut labels and footnotes that have no end', () => {
    const title = 't'.repeat(400);
    const facts = [{ label: 'l'.repeat(300), value: 'v' }];
    const pages = pagesOf({ ...base, title, facts, footnote: 'f'.repeat(50_000) }, ROOM_OF_OLDER);
    assert.equal(pages[0]!.text?.[0], title);
    assert.equal(pages[0]!.facts?.[0]?.label, `${'l'.repeat(199)}…`);
    assert.equal(pages.at(-1)!.footnote, `${'f'.repeat(1499)}…`);
  });

  it('cut no character in two', () => {
    const pages = pagesOf({ ...base, text: [`x${'😀'.repeat(20_000)}`] }, ROOM_OF_OLDER);
    for (const paragraph of pages.flatMap(({ text = [] }) => text)) assert.ok(paragraph.isWellFormed());
  });

  it('of a card that has room is the card itself', () => {
    const card = { ...base, groups: listOf(3), actions };
    assert.deepEqual(pagesOf(card, ROOM), [card]);
  });

  it('of a megabyte are twenty, the last of which says that something is missing', () => {
    const text = Array.from({ length: 500 }, () => 'x'.repeat(2000));
    const pages = pagesOf(
      { ...base, title: 'x'.repeat(100_000), summary: 'x'.repeat(100_000), text, actions },
      ROOM_OF_OLDER,
    );
    assert.ok(pages.length <= 21);
    for (const page of pages) assert.ok(cardLength(page) <= ROOM_OF_OLDER, String(cardLength(page)));
    assert.ok(pages.some((page) => page.text?.includes('The rest is left out: this message was too long.')));
    assert.deepEqual(pages.at(-1)!.actions, actions);
  });

  it('put buttons that have no room beside the last lines on a page of their own', () => {
    const heavy = Array.from({ length: 6 }, (_each, index) => ({
      kind: 'execute' as const,
      label: `Button ${index}`,
      action: { name: 'x', data: { filter: 'y'.repeat(500) } },
    }));
    for (let count = 60; count < 80; count += 1) {
      const pages = pagesOf({ ...base, groups: listOf(count), actions: heavy }, ROOM_OF_OLDER);
      for (const page of pages) assert.ok(cardLength(page) <= ROOM_OF_OLDER);
      assert.deepEqual(pages.at(-1)!.actions, heavy);
    }
  });

  it('are made in little time', () => {
    const took = cpuTime(() => pagesOf({ ...base, groups: listOf(1000) }, ROOM_OF_OLDER));
    assert.ok(took < 500, `${took} ms`);
  });
});
