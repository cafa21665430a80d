import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
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

describe('what somebody watches, wherever', () => {
  it('is nothing at first, with a word about how to begin', () => {
    const card = homeCard([], OPTIONS);
    assert.equal(card.title, 'Your certificates');
    assert.equal(card.tone, 'neutral');
    assert.deepEqual(card.text, [card.summary, 'Type “help” in a message to me to see everything else.']);
    assert.deepEqual(buttons(card), [['Refresh', to(1)]]);
  });

  it('begins with what expires first, and tells how many there are', () => {
    const card = homeCard([owned('late.example', 112), owned('soon.example', 3)], OPTIONS);
    assert.equal(card.title, 'Your certificates');
    assert.equal(card.tone, 'neutral');
    assert.equal(
      card.summary,
      'You watch 2 targets; the first to expire is soon.example:443, which expires 2026-11-25 (in 3 days)',
    );
    assert.deepEqual(card.text, [card.summary]);
    assert.deepEqual(
      card.table!.columns.map(({ title }) => title),
      ['Target', 'Expires', 'State', 'Where'],
    );
    assert.deepEqual(
      card.table!.rows.map(({ cells }) => cells.slice(0, 3).map(({ text }) => text)),
      [
        ['soon.example:443', '2026-11-25 (in 3 days)', '▲ urgent'],
        ['late.example:443', '2027-03-14 (in 112 days)', '✓ fine'],
      ],
    );
    assert.deepEqual(buttons(card), [['Refresh', to(1)]]);
  });

  const places: [string, Partial<Conversation>, string][] = [
    ['a direct chat', { kind: 'personal', name: 'Alice' }, 'direct chat'],
    ['a channel with a name', { kind: 'channel', name: 'Ops' }, 'Ops'],
    ['a group with a long name', { kind: 'group', name: 'x'.repeat(61) }, `${'x'.repeat(59)}…`],
    ['a group without a name', { kind: 'group', name: null }, 'a group chat'],
    ['a channel without a name', { kind: 'channel', name: null }, 'a channel'],
  ];
  for (const [name, conversation, text] of places) {
    const isLinked = conversation.kind !== 'personal';
    it(`in ${name} says “${text.slice(0, 20)}”${isLinked ? ', and leads there' : ''}`, () => {
      const card = homeCard([owned('a.example', 112, conversation)], OPTIONS);
      assert.deepEqual(card.table!.rows[0]!.cells[3], {
        text,
        ...(isLinked ? { conversation: 'teams:19:ops' } : {}),
      });
    });
  }

  it('of one more than fit on a page has two', () => {
    const views = Array.from({ length: 31 }, (_, index) => owned(`h${index}.example`, 100));
    assert.equal(homeCard(views, OPTIONS).title, 'Your certificates, page 1 of 2');
    assert.equal(homeCard(views.slice(1), OPTIONS).title, 'Your certificates');
  });

  describe('of many', () => {
    const views = Array.from({ length: 61 }, (_, index) => owned(`h${index}.example`, 100 + index));
    const pages: [number, string, number, number, [string, number][]][] = [
      [
        1,
        '1 of 3',
        0,
        30,
        [
          ['Next ▶', 2],
          ['Refresh', 1],
        ],
      ],
      [
        2,
        '2 of 3',
        30,
        30,
        [
          ['◀ Previous', 1],
          ['Next ▶', 3],
          ['Refresh', 2],
        ],
      ],
      [
        3,
        '3 of 3',
        60,
        1,
        [
          ['◀ Previous', 2],
          ['Refresh', 3],
        ],
      ],
      [
        99,
        '3 of 3',
        60,
        1,
        [
          ['◀ Previous', 2],
          ['Refresh', 3],
        ],
      ],
      [
        0,
        '1 of 3',
        0,
        30,
        [
          ['Next ▶', 2],
          ['Refresh', 1],
        ],
      ],
      [
        Number.NaN,
        '1 of 3',
        0,
        30,
        [
          ['Next ▶', 2],
          ['Refresh', 1],
        ],
      ],
    ];
    for (const [page, title, first, number, expected] of pages)
      it(`shows page ${page} as ${title}, with buttons to those beside it`, () => {
        const card = homeCard(views, { ...OPTIONS, page });
        assert.equal(card.title, `Your certificates, page ${title}`);
        assert.equal(card.table!.rows.length, number);
        assert.equal(card.table!.rows[0]!.cells[0]!.text, `h${first}.example:443`);
        assert.match(card.summary, /^You watch 61 targets; the first to expire is h0\.example:443/);
        assert.deepEqual(
          buttons(card),
          expected.map(([label, target]) => [label, to(target)]),
        );
      });
  });

  it('leaves out what cannot be shown, with a word, and tells why', () => {
    const absurd = { ...owned('absurd.example', 3), watch: watchOf({ uri: 'no uri' }) };
    const leftOut: string[] = [];
    const card = homeCard([owned('fine.example', 112), absurd], {
      ...OPTIONS,
      leftOut: (_, { watch }) => leftOut.push(watch.uri),
    });
    assert.deepEqual(
      card.table!.rows.map(({ cells }) => cells[0]!.text),
      ['fine.example:443'],
    );
    assert.deepEqual(leftOut, ['no uri']);
    assert.match(card.text![1]!, /^One row could not be shown/);
  });
});
