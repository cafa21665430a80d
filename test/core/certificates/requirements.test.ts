import assert from 'node:assert/strict';
import {
  isOverlong,
  isWeakKey,
  isWeakSignature,
  lifetimeAllowed,
} from '../../../src/core/certificates/requirements.ts';
import { DAY } from '../../../src/core/time.ts';

describe('the lifetime of a public certificate', () => {
  // Day of issue, days allowed (BR 6.3.2).
  const limits: [string, number][] = [
    ['2012-07-01', 1827],
    ['2015-03-31', 1827],
    ['2015-04-01', 1188],
    ['2018-02-28', 1188],
    ['2018-03-01', 825],
    ['2020-08-31', 825],
    ['2020-09-01', 398],
    ['2026-03-14', 398],
    ['2026-03-15', 200],
    ['2027-03-14', 200],
    ['2027-03-15', 100],
    ['2029-03-14', 100],
    ['2029-03-15', 47],
  ];
  for (const [day, allowed] of limits) {
    const notBefore = Date.parse(`${day}T00:00:00Z`);
    it(`that was issued on ${day} may be ${allowed} days, both ends included, and no second more`, () => {
      const longest = notBefore + allowed * DAY - 1000;
      assert.deepEqual(lifetimeAllowed({ notBefore, notAfter: longest }), { days: allowed, allowed });
      assert.equal(isOverlong({ notBefore, notAfter: longest }), false);
      assert.equal(isOverlong({ notBefore, notAfter: longest + 1000 }), true);
    });
  }

  it('had no limit before July 2012', () => {
    const notBefore = Date.UTC(2012, 5, 30);
    assert.equal(isOverlong({ notBefore, notAfter: notBefore + 7300 * DAY }), false);
  });
});

describe('a key', () => {
  const weak = ['RSA 512', 'RSA 1024', 'RSA 2047', 'EC secp224r1', 'EC prime192v1', 'EC sect163k1', 'DSA'];
  const strong = [
    'RSA 2048',
    'RSA 16384',
    'EC P-256',
    'EC P-521',
    'EC secp256k1',
    'Ed25519',
    'Ed448',
    'unknown',
    'RSA ?',
  ];
  for (const key of weak) it(`of ${key} is weak`, () => assert.equal(isWeakKey(key), true));
  for (const key of strong) it(`of ${key} is not weak`, () => assert.equal(isWeakKey(key), false));
});

describe('a signature', () => {
  const weak = [
    'sha1WithRSAEncryption',
    'ecdsa-with-SHA1',
    'dsaWithSHA1',
    'md5WithRSAEncryption',
    'md2WithRSAEncryption',
  ];
  const strong = [
    'sha256WithRSAEncryption',
    'ecdsa-with-SHA384',
    'sha512WithRSAEncryption',
    'ED25519',
    'rsassaPss',
    '',
  ];
  for (const name of weak) it(`by ${name} is weak`, () => assert.equal(isWeakSignature(name), true));
  for (const name of strong)
    it(`by ${name || 'something unknown'} is not weak`, () => assert.equal(isWeakSignature(name), false));
});
