import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { elsewhereCard, leavingCard } from '../../../src/core/chat/cards/elsewhere.ts';
import { plainText } from '../../../src/core/chat/cards/plain-text.ts';
import { EN, NOW } from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

const OPEN = { kind: 'open' as const, label: 'File', url: 'https://bot.example/event.ics' };
const PRESS = { kind: 'execute' as const, label: 'Show', action: { name: 'show-row', data: { watch: 1 } } };

/** A card that has everything. */
const FULL: Card = {
  language: 'en',
  summary: 'A summary',
  title: 'A title',
  tone: 'warning',
  text: ['First.', 'Second.'],
  facts: [{ label: 'Expires', value: '2027-03-14' }],
  groups: [{ heading: 'Fine: 1', rows: [{ name: 'a.example', sub: 'Bob', actions: [PRESS] }] }],
  mentions: [{ kind: 'person', id: '29:bob', name: 'Bob' }],
  progress: { done: 1, total: 3 },
  footnote: 'A footnote.',
  actions: [PRESS, OPEN],
  about: { kind: 'alert', facts: [] },
};

describe('a card that is shown elsewhere', () => {
  const options = { where: 'Ops', link: null, why: 'unreachable' as const, peerCode: null };

  it('says where it belongs, mentions nobody, and keeps only the buttons that open something', () => {
    const { mentions: _mentions, ...rest } = FULL;
    assert.deepEqual(elsewhereCard(FULL, options), {
      ...rest,
      text: [
        'This alert belongs in Ops, where I cannot write at the moment, so I tell you here. I keep trying there.',
        'First.',
        'Second.',
      ],
      groups: [{ heading: 'Fine: 1', rows: [{ name: 'a.example', sub: 'Bob' }] }],
      actions: [OPEN],
      about: { kind: 'alert', facts: [], elsewhere: true },
    });
  });

  it('has nothing that the card itself has not', () => {
    const bare: Card = { language: 'en', summary: 'A summary', title: 'A title', tone: 'good', actions: [PRESS] };
    const shown = elsewhereCard(bare, options);
    assert.deepEqual(Object.keys(shown).toSorted(), ['language', 'summary', 'text', 'title', 'tone']);
    assert.equal(shown.text!.length, 1);
  });

  it('links to where it belongs, behind what it opens itself', () => {
    const link = 'https://chat.example/ops';
    const button = { kind: 'open', label: 'Open that conversation', url: link };
    assert.deepEqual(elsewhereCard(FULL, { ...options, link }).actions, [OPEN, button]);
    const { actions: _actions, ...without } = FULL;
    assert.deepEqual(elsewhereCard(without, { ...options, link }).actions, [button]);
  });

  const reasons: [Parameters<typeof elsewhereCard>[1], string][] = [
    [
      { ...options, why: 'refused', peerCode: 'channel_not_found' },
      'This alert belongs in Ops, where it was not accepted (channel_not_found), so I tell you here.',
    ],
    [
      { ...options, why: 'outlived', where: null },
      'This alert belongs in another conversation, where it could not be delivered, so I tell you here.',
    ],
    [
      { ...options, why: 'answer', where: 'x'.repeat(81), peerCode: 'c'.repeat(61) },
      `You asked me in ${'x'.repeat(79)}…, where I cannot write at the moment (${'c'.repeat(59)}…). Here is my answer.`,
    ],
  ];
  for (const [given, sentence] of reasons)
    it(`says “${sentence.slice(0, 80)}”`, () => assert.equal(elsewhereCard(FULL, given).text![0], sentence));
});

describe('the warning before what is kept of a conversation is deleted', () => {
  const place = { name: 'Ops', goneAt: NOW - 20 * DAY };
  const until = NOW + 10 * DAY;

  const told = (uris: string[], of: Parameters<typeof leavingCard>[0] = place): Card =>
    leavingCard(of, { uris, until, now: NOW }, EN);

  it('says when what is deleted, since when, and how to keep it', () => {
    const card = told(['tls://a.example:443']);
    assert.equal(card.title.replaceAll('\u{a0}', ' '), 'A watch is deleted on Wed 2 Dec');
    assert.equal(
      card.text![0]!.replaceAll('\u{a0}', ' '),
      'I was removed from Ops on 2 Nov, and delete what I keep of it then: a.example, and the reminders.',
    );
    assert.equal(card.tone, 'warning');
    assert.match(card.text![1]!, /“watch a\.example”\.$/);
  });

  const numbers: [number, string][] = [
    [5, 'h0.example, h1.example, h2.example, h3.example, h4.example, and'],
    [6, 'h0.example, h1.example, h2.example, h3.example, h4.example …, and'],
  ];
  for (const [number, words] of numbers)
    it(`names at most five of ${number} targets`, () => {
      const card = told(Array.from({ length: number }, (_, index) => `tls://h${index}.example:443`));
      assert.ok(card.text![0]!.includes(words), card.text![0]);
      assert.ok(card.title.startsWith(`${number} watches are`), card.title);
    });

  it('does without a name and without targets', () => {
    const card = told([], { name: null, goneAt: null });
    assert.match(card.text![0]!, /^I was removed from another conversation on 2\u00a0Dec,/);
    assert.match(card.text![1]!, /“watch example\.com”\.$/);
    const long = told([], { ...place, name: 'x'.repeat(81) });
    assert.ok(long.text![0]!.includes(`${'x'.repeat(79)}… on`), long.text![0]);
  });
});

describe('a card as plain text', () => {
  it('says everything that people read, line by line', () => {
    assert.equal(
      plainText(FULL),
      [
        'A title',
        'First.',
        'Second.',
        '1 of 3',
        'Expires: 2027-03-14',
        'Fine: 1',
        '– a.example · Bob',
        'A footnote.',
        'File: https://bot.example/event.ics',
      ].join('\n'),
    );
  });

  it('without paragraphs has the summary', () => {
    assert.equal(
      plainText({ language: 'en', summary: 'A summary', title: 'A title', tone: 'good' }),
      'A title\nA summary',
    );
  });

  it('makes control characters go, and with them what reverses the line', () => {
    const card: Card = { language: 'en', summary: 'A summary', title: 'evil\u202Emoc\u0007', tone: 'good' };
    assert.equal(plainText(card), 'evilmoc\nA summary');
  });

  const rest = 'The rest is left out: this message was too long.';

  it('leaves out what no chat would take, and says so', () => {
    const text = ['x'.repeat(7000), 'y'.repeat(2000), 'z'];
    assert.equal(
      plainText({ language: 'en', summary: 's', title: 't', tone: 'good', text }),
      ['t', 'x'.repeat(7000), rest].join('\n'),
    );
  });

  for (const [over, isWhole] of [
    [0, true],
    [1, false],
  ] as const)
    it(`of ${8000 + over} characters ${isWhole ? 'is whole' : 'is not whole'}`, () => {
      // The title, the line, a line feed behind each, and room for the word about the rest.
      const line = 'x'.repeat(8000 + over - rest.length - 't\n\n'.length);
      const text = plainText({ language: 'en', summary: 's', title: 't', tone: 'good', text: [line] });
      assert.equal(text, isWhole ? `t\n${line}` : `t\n${rest}`);
    });
});
