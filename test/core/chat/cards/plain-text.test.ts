import assert from 'node:assert/strict';
import type { Card } from '../../../../src/core/card.ts';
import { plainText } from '../../../../src/core/chat/cards/plain-text.ts';

describe('a card as plain text', () => {
  it('says everything in the order in which it is read, what is hidden elsewhere as well', () => {
    const text = plainText({
      language: 'en',
      summary: 'Urgent: shop.example expires in 7 days.',
      state: { symbol: '⚠️', word: 'Urgent' },
      title: 'shop.example expires in 7 days',
      tone: 'warning',
      lead: ['Sun 1 Nov, ', { text: '23:59', bold: true }],
      bar: { from: '3 Aug', to: '1 Nov', gone: 0.9 },
      todo: { task: 'Renew it.', then: 'I notice by myself.' },
      facts: [{ label: 'Owner', value: 'Ada' }],
      groups: [
        {
          symbol: '⛔',
          heading: 'Now',
          text: ['One cause.'],
          rows: [{ name: 'a.example', sub: 'Expired', date: '12 Oct', distance: '3 days ago' }, { name: 'b.example' }],
          chart: { title: 'x', bars: [{ label: 'Oct', value: 3 }] },
          more: 'And 3 more.',
        },
      ],
      details: [{ label: 'Issued by', value: 'E7' }],
      footnote: 'Times are UTC.',
      actions: [{ kind: 'open', label: 'Open', url: 'https://a.example/' }],
    });
    assert.deepEqual(text.split('\n'), [
      '⚠️ Urgent: shop.example expires in 7 days',
      'Sun 1 Nov, 23:59',
      'Renew it. I notice by myself.',
      'Owner: Ada',
      '⛔ Now',
      'One cause.',
      '– a.example 12 Oct, 3 days ago · Expired',
      '– b.example',
      'Oct: 3',
      'And 3 more.',
      'Issued by: E7',
      'Times are UTC.',
      'Open: https://a.example/',
    ]);
  });

  const DATES = { label: 'Until', value: '1 Nov 2026' };
  for (const [what, parts, said] of [
    ['facts', { facts: [DATES] }, 'Until: 1 Nov 2026'],
    ['details', { details: [DATES] }, 'Until: 1 Nov 2026'],
    ['rows', { groups: [{ heading: 'Now', rows: [{ name: 'a.example' }] }] }, 'Now\n– a.example'],
    ['progress', { progress: { done: 1, total: 2 } }, '1 of 2'],
  ] as const)
    it(`leaves out its summary where ${what} say the same`, () => {
      const card: Card = { language: 'en', summary: 'One of 2 ends.', title: 'One of 2', tone: 'neutral' };
      assert.equal(plainText({ ...card, ...structuredClone(parts) } as Card), `One of 2\n${said}`);
    });

  it('says a title once that its summary repeats, and no numbers that wait behind a button of their own', () => {
    const card: Card = { language: 'en', summary: 'Nothing was done: No.', title: 'No', tone: 'warning' };
    const state = { symbol: '⚠️', word: 'Nothing was done' };
    assert.equal(plainText({ ...card, state }), '⚠️ Nothing was done: No');
    const groups = [{ heading: 'Numbers', toggle: 'Numbers', rows: [{ name: 'Oct', date: '3' }] }];
    assert.equal(plainText({ ...card, state, groups }), '⚠️ Nothing was done: No');
  });

  it('says its summary where the title has nothing beside it', () => {
    const text = plainText({ language: 'en', summary: 'All is well.', title: 'Fine', tone: 'good' });
    assert.equal(text, 'Fine\nAll is well.');
  });
});
