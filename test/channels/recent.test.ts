import assert from 'node:assert/strict';
import { createRecent } from '../../src/channels/recent.ts';

describe('ids that came lately', () => {
  it('are new once', () => {
    const recent = createRecent();
    assert.deepEqual([recent.add('a'), recent.add('a'), recent.add('b'), recent.add('a')], [true, false, true, false]);
  });

  it('are new again when they were forgotten', () => {
    const recent = createRecent();
    recent.add('a');
    recent.add('b');
    recent.forget('a');
    assert.deepEqual([recent.add('b'), recent.add('a')], [false, true]);
  });

  it('are a bounded number, the oldest of which goes first', () => {
    const recent = createRecent(2);
    for (const id of ['a', 'b']) recent.add(id);
    assert.deepEqual([recent.add('a'), recent.add('b')], [false, false], 'as many as the limit are known');
    recent.add('c');
    assert.deepEqual([recent.add('b'), recent.add('c'), recent.add('a')], [false, false, true]);
  });

  it('are a thousand unless said otherwise', () => {
    const recent = createRecent();
    for (let index = 0; index < 1000; index += 1) recent.add(String(index));
    assert.equal(recent.add('0'), false);
    recent.add('1000');
    assert.equal(recent.add('0'), true);
  });
});
