import assert from 'node:assert/strict';
import { holdsPrivateKey, withoutPrivateKeys } from '../../../src/core/chat/private-key.ts';

const LEFT = '-----BEGIN PRIVATE KEY-----';
const KEY = '-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----';

describe('a private key in a text', () => {
  const texts: [text: string, left: string][] = [
    [KEY, LEFT],
    [`trust add ${KEY}`, `trust add ${LEFT}`],
    [`trust add\n${KEY}\nthanks`, `trust add ${LEFT}`],
    [`trust add ${KEY.replaceAll('-----', '—')}`, `trust add ${LEFT}`],
    [`trust add that of the lab: ${KEY}`, `trust add that of the lab: ${LEFT}`],
    [
      `trust add -----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${KEY}`,
      `trust add -----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE ${LEFT}`,
    ],
    [KEY.replaceAll('PRIVATE', 'RSA PRIVATE'), LEFT],
    [KEY.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'), LEFT],
    [KEY.replaceAll('PRIVATE', 'OPENSSH PRIVATE'), LEFT],
    [KEY.replaceAll('KEY-', 'KEY BLOCK-').replaceAll('PRIVATE', 'PGP PRIVATE'), LEFT],
    [KEY.replaceAll(' ', '\u00a0'), LEFT],
    [KEY.replaceAll('PRIVATE', 'SSH2 ENCRYPTED PRIVATE'), LEFT],
    [KEY.replaceAll(' ', '&nbsp;'), LEFT],
    [KEY.replaceAll(' ', '&#160;'), LEFT],
    [KEY.replaceAll(' ', String.raw`\r\n`), LEFT],
    [KEY.toLowerCase().replace('secret', 'SECRET'), LEFT],
    ['trust add SECRET -----END PRIVATE KEY-----', `trust add ${LEFT}`],
    ['trust  add\nSECRET -----END PRIVATE KEY-----', `trust  add ${LEFT}`],
    ['/trust SECRET/SECRET+SECRET== -----END PRIVATE KEY-----', `/trust ${LEFT}`],
    ['trust END PRIVATE KEY', `trust ${LEFT}`],
    ['SECRETSECRETSECRETSECRET\nSECRET\n-----END EC PRIVATE KEY-----', LEFT],
  ];
  for (const [text, left] of texts)
    it(`is taken out of ${JSON.stringify(text)}`, () => {
      assert.equal(holdsPrivateKey(text), true);
      assert.equal(withoutPrivateKeys(text), left);
      assert.equal(withoutPrivateKeys(left), left);
    });

  for (const text of [
    'trust add -----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'watch example.com',
    'where is my private key?',
    '-----BEGIN PUBLIC KEY-----',
    '',
  ])
    it(`is not found in ${JSON.stringify(text)}`, () => {
      assert.equal(holdsPrivateKey(text), false);
      assert.equal(withoutPrivateKeys(text), text);
    });
});
