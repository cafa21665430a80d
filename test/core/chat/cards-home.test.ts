import assert from 'node:assert/strict';
import { textOf, type Card } from '../../../src/core/card.ts';
import { homeCard, type OwnedView } from '../../../src/core/chat/cards/home.ts';
import { advance } from '../../../src/core/certificates/state.ts';
import type { Conversation } from '../../../src/core/model/conversation.ts';
import {
  certificate,
  conversationOf,
  EN,
  leaveNothingOut,
  NOW,
  observation,
  presented,
  watchOf,
} from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

/** Somebody's watch of a host whose certificate ends in so many days. */
function owned(host: string, days: number, conversation: Partial<Conversation> = {}): OwnedView {
  const uri = `tls://${host}:443`;
  const leaf = certificate(host, { notAfter: NOW + days * DAY });
  const seen = observation([presented('192.0.2.1', leaf)], { uri });
  return {
    watch: watchOf({ uri }),
    target: { id: 1, uri, dueAt: NOW, state: advance(null, seen, new Map()).state, observation: seen },
    leaves: [leaf],
    policy: null,
    conversation: conversationOf(conversation),
  };
}

const OPTIONS = { page: 1, now: NOW, say: EN, leftOut: leaveNothingOut };

function buttons(card: Card): unknown[] {
  return card.actions!.map((action) => (action.kind === 'execute' ? [action.label, action.action] : action));
}

function to(page: number) {
  return { name: 'home-page', data: { page } };
}

function groups(card: Card): string[][] {
  return card.groups!.map(({ heading, text = [], rows = [] }) =>
    [
      heading,
      ...text.map(textOf),
      ...rows.map(({ name, date = '', distance = '', sub = '' }) => [textOf(name), date, distance, sub].join('|')),
    ].map((line) => line.replaceAll('\u{a0}', ' ')),
  );
}

describe('what somebody watches, wherever', () => {
  it('is nothing at first, with a word about how to begin', () => {
    const card = homeCard([], OPTIONS);
    assert.equal(card.title, 'You watch nothing yet');
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(card.text, [
      'Write “watch example.com” to me, or mention me in a channel.',
      'Type “help” in a message to me to see everything else.',
    ]);
    assert.deepEqual(buttons(card), [['Refresh', to(1)]]);
  });

  it('begins with what needs it most, and tells where it is watched', () => {
    const views = [owned('late.example', 112, { name: 'Ops' }), owned('soon.example', 3, { kind: 'personal' })];
    const card = homeCard([...views, owned('gone.example', -3)], OPTIONS);
    assert.equal(card.title, '1 of 3 needs attention');
    assert.equal(card.tone, 'neutral');
    assert.equal(card.summary, '1 of 3 needs attention, 1 more expires within 30 days, 1 is fine.');
    assert.deepEqual(groups(card), [
      ['Now, and since when', 'gone.example|19 Nov|3 days ago|Expired · a channel'],
      ['Within 30 days: 1', 'soon.example|25 Nov|3 days|Direct chat'],
      ['Fine: 1', 'late.example|14 Mar|112 days|Ops'],
    ]);
    assert.deepEqual(buttons(card), [['Refresh', to(1)]]);
  });

  const places: [string, Partial<Conversation>, string][] = [
    ['a direct chat', { kind: 'personal', name: 'Alice' }, 'Direct chat'],
    ['a channel with a name', { kind: 'channel', name: 'Ops' }, 'Ops'],
    ['a group with a long name', { kind: 'group', name: 'x'.repeat(61) }, `X${'x'.repeat(58)}…`],
    ['a group without a name', { kind: 'group', name: null }, 'A group chat'],
    ['a channel without a name', { kind: 'channel', name: null }, 'A channel'],
  ];
  for (const [name, conversation, text] of places) {
    const isLinked = conversation.kind !== 'personal';
    it(`in ${name} says “${text.slice(0, 20)}”${isLinked ? ', and leads there' : ''}`, () => {
      const [row] = homeCard([owned('a.example', 112, conversation)], OPTIONS).groups![0]!.rows!;
      assert.equal(row!.sub, text);
      assert.equal(row!.conversation, isLinked ? 'teams:19:ops' : undefined);
    });
  }

  it('of more than fit on a page has several, with buttons to those beside it', () => {
    const views = Array.from({ length: 31 }, (_, index) => owned(`h${index}.example`, 100 + index));
    const pages = [1, 2, 3, 99, 0, Number.NaN].map((page) => {
      const card = homeCard(views, { ...OPTIONS, page });
      const [row] = card.groups![0]!.rows!;
      return [card.footnote, textOf(row!.name), card.groups![0]!.rows!.length, buttons(card)];
    });
    const [next, refresh] = [(page: number) => ['Next ▶', to(page)], (page: number) => ['Refresh', to(page)]];
    const first = ['Page 1 of 3.', 'h0.example', 15, [next(2), refresh(1)]];
    const last = ['Page 3 of 3.', 'h30.example', 1, [['◀ Previous', to(2)], refresh(3)]];
    const middle = ['Page 2 of 3.', 'h15.example', 15, [['◀ Previous', to(1)], next(3), refresh(2)]];
    assert.deepEqual(pages, [first, middle, last, last, first, first]);
  });

  it('leaves out what cannot be shown, with a word, and tells why', () => {
    const absurd = { ...owned('absurd.example', 3), watch: watchOf({ uri: 'no uri' }) };
    const leftOut: string[] = [];
    const card = homeCard([owned('fine.example', 112), absurd], {
      ...OPTIONS,
      leftOut: (_, { watch }) => leftOut.push(watch.uri),
    });
    assert.deepEqual(groups(card), [['Fine: 1', 'fine.example|14 Mar|112 days|A channel']]);
    assert.deepEqual(leftOut, ['no uri']);
    assert.match(card.text![0]!, /^One row could not be shown/);
  });
});
