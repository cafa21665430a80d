import assert from 'node:assert/strict';
import { stateFromJson, stateToJson } from '../../src/store/target-state.ts';

describe('the state of a target in the store', () => {
  const STORED = '{"leaf":"ec","replaced":null,"twin":{"leaf":"rsa","replaced":"old"},"leaves":["ec","rsa"]}';

  it('is read as an earlier version stored it, which called the leaf with the other kind of key a twin', () => {
    assert.deepEqual(stateFromJson(STORED), {
      leaf: 'ec',
      replaced: null,
      altLeaf: { leaf: 'rsa', replaced: 'old' },
      leaves: ['ec', 'rsa'],
    });
  });

  it('is stored again letter by letter, since rows are compared as text', () => {
    assert.equal(stateToJson(stateFromJson(STORED)), STORED);
  });
});
