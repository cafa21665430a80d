import assert from 'node:assert/strict';
import { textsIn } from '../../src/channels/texts.ts';

describe('what a card or blocks of somebody else say', () => {
  it('is every text and address, in order', () => {
    const card = {
      body: [
        { type: 'TextBlock', text: 'first' },
        { type: 'FactSet', facts: [{ title: 'Host', value: 'a.example' }] },
      ],
      actions: [{ type: 'Action.OpenUrl', title: 'Open', url: 'https://b.example' }],
      $schema: 'http://schema.example',
    };
    assert.deepEqual(textsIn(card), ['first', 'Host', 'a.example', 'Open', 'https://b.example']);
  });

  for (const [name, tree] of [
    ['nothing', null],
    ['a text', 'text'],
    ['numbers in place of texts', { text: 7, title: null, value: {} }],
  ] as const)
    it(`is nothing in ${name}`, () => assert.deepEqual(textsIn(tree), []));

  it('ends, however deep or wide it is', () => {
    let deep: unknown = { text: 'bottom' };
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
    assert.deepEqual(textsIn(deep), []);
    assert.ok(textsIn(Array.from({ length: 300_000 }, () => ({ text: 'x' }))).length <= 20_000);
    assert.equal(textsIn({ text: 'x'.repeat(500_000), body: [{ text: 'more' }] }).join('').length, 256 * 1024);
  });
});
