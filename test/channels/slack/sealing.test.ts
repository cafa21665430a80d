import assert from 'node:assert/strict';
import { createSeal } from '../../../src/channels/slack/sealing.ts';

describe('sealing', () => {
  const seal = createSeal('first-key');

  it('gives back what was sealed, in any script and of any length', () => {
    for (const plain of ['', 'xoxb-1', 'Zertifikat für Kölle 🎉', 'x'.repeat(100_000)]) {
      assert.equal(seal.unseal(seal.seal(plain, 'slack:T1'), 'slack:T1'), plain);
    }
  });

  it('shows nothing of the text and never seals it the same way twice', () => {
    const one = seal.seal('xoxb-secret', 'slack:T1');
    const two = seal.seal('xoxb-secret', 'slack:T1');
    assert.match(one, /^v1\.[\w-]+$/);
    assert.notEqual(one, two);
    assert.ok(!Buffer.from(one.slice(3), 'base64url').includes('xoxb'));
  });

  it('does not open what belongs to another workspace', () => {
    assert.equal(seal.unseal(seal.seal('text', 'slack:T1'), 'slack:T2'), null);
  });

  it('does not open with another key', () => {
    assert.equal(createSeal('other').unseal(seal.seal('text', 'slack:T1'), 'slack:T1'), null);
  });

  it('does not open when any single byte was changed', () => {
    const bytes = Buffer.from(seal.seal('text', 'slack:T1').slice(3), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      assert.equal(seal.unseal(`v1.${changed.toString('base64url')}`, 'slack:T1'), null, `byte ${index}`);
    }
  });

  for (const text of ['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'plain', 'v1.ä', '{"token":"x"}', `v1.${'A'.repeat(37)}`]) {
    it(`answers ${JSON.stringify(text)} with null`, () => {
      assert.equal(seal.unseal(text, 'slack:T1'), null);
      assert.equal(seal.reseal(text, 'slack:T1'), null);
    });
  }

  it('does not open when cut short', () => {
    const sealed = seal.seal('some longer text', 'slack:T1');
    for (let length = 0; length < sealed.length; length += 1) {
      assert.equal(seal.unseal(sealed.slice(0, length), 'slack:T1'), null);
    }
  });

  for (const keys of ['second-key,first-key', ' second-key ,\n first-key ']) {
    it(`seals with the first and opens with every key of ${JSON.stringify(keys)}`, () => {
      const rotated = createSeal(keys);
      assert.equal(rotated.unseal(seal.seal('old', 'c'), 'c'), 'old');
      assert.equal(createSeal('second-key').unseal(rotated.seal('new', 'c'), 'c'), 'new');
      assert.equal(seal.unseal(rotated.seal('new', 'c'), 'c'), null);
    });
  }

  it('moves content to the first key and leaves alone what is there already', () => {
    const rotated = createSeal('second-key,first-key');
    const resealed = rotated.reseal(seal.seal('old', 'c'), 'c')!;
    assert.equal(createSeal('second-key').unseal(resealed, 'c'), 'old');
    assert.equal(rotated.reseal(resealed, 'c'), resealed);
  });

  it('derives secrets that differ by purpose and by first key alone', () => {
    const [secret = '', ...older] = seal.deriveSecrets('oauth');
    assert.match(secret, /^[\w-]{43}$/);
    assert.equal(createSeal('first-key,older').deriveSecrets('oauth')[0], secret);
    assert.notEqual(seal.deriveSecrets('other')[0], secret);
    assert.deepEqual(createSeal('older,first-key').deriveSecrets('oauth')[1], secret);
    assert.deepEqual(older, []);
  });

  for (const keys of ['', ' , ']) {
    it(`refuses ${JSON.stringify(keys)}, which holds no key`, () => {
      assert.throws(() => createSeal(keys), /SECRET_KEY/);
    });
  }
});
