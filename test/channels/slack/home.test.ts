import assert from 'node:assert/strict';
import type { Card, CardAction, Row } from '../../../src/core/card.ts';
import { homeView } from '../../../src/channels/slack/blocks.ts';
import { readPress } from '../../../src/channels/slack/press.ts';
import { viewFaults } from '../../peers/slack/blocks.ts';

const show: CardAction = { kind: 'execute', label: 'Show', action: { name: 'show-row', data: { watch: 12 } } };
const next: CardAction = { kind: 'execute', label: 'Next ▶', action: { name: 'home-page', data: { page: 2 } } };

function homeCard({ rows, text = 'host', actions }: { rows: number; text?: string; actions?: CardAction[] }): Card {
  const row = (index: number): Row => ({
    name: `${text}${index}`,
    sub: 'Fine · #ops',
    date: '1 Nov',
    distance: '17 days',
    conversation: 'slack:T1:C0123ABC',
    ...(actions ? { actions } : {}),
  });
  const card = {
    language: 'en',
    summary: `You watch ${rows} targets`,
    title: 'Your certificates',
    tone: 'neutral',
    text: [`You watch ${rows} targets`],
    groups: [{ heading: 'First to expire', rows: Array.from({ length: rows }, (_each, index) => row(index)) }],
    actions: [next],
  };
  return card as Card;
}

describe('a Home tab in Slack', () => {
  const cards: Record<string, Card> = {
    'without rows': homeCard({ rows: 0 }),
    'with 30 rows': homeCard({ rows: 30 }),
    'with 30 rows that have menus': homeCard({ rows: 30, actions: [show] }),
    'with 500 rows': homeCard({ rows: 500 }),
    'with 500 rows that have menus': homeCard({ rows: 500, actions: [show] }),
    'with 500 rows of hostile text': homeCard({
      rows: 500,
      text: '<!channel> *b* \u202e 😀'.repeat(500),
      actions: [show],
    }),
  };
  for (const [name, card] of Object.entries(cards)) {
    it(`${name} is one that Slack takes`, () => {
      const view = homeView(card);
      assert.deepEqual(viewFaults(view), []);
      assert.ok(view.blocks.length <= 100);
      assert.ok(Buffer.byteLength(JSON.stringify(view)) < 100_000);
    });
  }

  it('shows every row of a page with its menu, and the way to the next', () => {
    const { blocks } = homeView(homeCard({ rows: 90, actions: [show] }));
    assert.equal(blocks.filter(({ type }) => type === 'section').length, 90);
    const last = blocks.at(-1) as { elements: unknown[] };
    assert.deepEqual(readPress(last.elements[0]), { action: { name: 'home-page', data: { page: 2 } } });
  });

  it('links to the channels where one watches', () => {
    assert.match(JSON.stringify(homeView(homeCard({ rows: 1 }))), /"type":"channel","channel_id":"C0123ABC"/);
  });

  it('says how many rows it left out', () => {
    const { blocks } = homeView(homeCard({ rows: 500, actions: [show] }));
    const sections = blocks.filter(({ type }) => type === 'section').length;
    assert.match(JSON.stringify(blocks), new RegExp(`${500 - sections} more rows are left out`));
    assert.equal(blocks.length, 100);
  });
});
