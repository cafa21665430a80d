import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { instantOf, validityOf } from '../../../src/sources/tls/validity.ts';
import { ENDLESS, UNDATED } from '../../../src/core/time.ts';
import { derCertificate } from '../../support/der-certificate.ts';

const UTC = 0x17;
const GENERALIZED = 0x18;

/** Tag, content, and the instant in ISO 8601; null: it is no date. */
const TIMES: [tag: number, text: string, instant: string | null][] = [
  [UTC, '270101120000Z', '2027-01-01T12:00:00.000Z'],
  [UTC, '491231235959Z', '2049-12-31T23:59:59.000Z'],
  [UTC, '500101000000Z', '1950-01-01T00:00:00.000Z'],
  [UTC, '991231235959Z', '1999-12-31T23:59:59.000Z'],
  [UTC, '240229000000Z', '2024-02-29T00:00:00.000Z'],
  [UTC, '000229000000Z', '2000-02-29T00:00:00.000Z'],
  [UTC, '250229000000Z', null],
  [UTC, '270101240000Z', null],
  [UTC, '270101006000Z', null],
  [UTC, '270101000060Z', null],
  [UTC, '271301000000Z', null],
  [UTC, '270431000000Z', null],
  [UTC, '2701010000Z', null],
  [UTC, '270101000000', null],
  [UTC, '270101000000z', null],
  [UTC, '270101000000Z\n', null],
  [UTC, ' 70101000000Z', null],
  [UTC, '270101000000+0000', null],
  [UTC, '20270101000000Z', null],
  [UTC, '', null],
  [GENERALIZED, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
  [GENERALIZED, '20270101000000Z', '2027-01-01T00:00:00.000Z'],
  [GENERALIZED, '00000101000000Z', '0000-01-01T00:00:00.000Z'],
  [GENERALIZED, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
  [GENERALIZED, '21000229000000Z', null],
  [GENERALIZED, '20500101000000.0Z', null],
  [GENERALIZED, '20500101000000', null],
  [GENERALIZED, '205001010000Z', null],
  [GENERALIZED, '270101000000Z', null],
  [0x16, '270101000000Z', null],
];

describe('A time in a certificate', () => {
  for (const [tag, text, instant] of TIMES)
    it(`of the tag ${tag}, ${JSON.stringify(text)}, is ${instant ?? 'no date'}`, () => {
      const at = instantOf({ tag, content: Buffer.from(text, 'latin1') });
      assert.equal(at, instant === null ? UNDATED : Date.parse(instant));
    });

  it('is read at both ends of the validity', () => {
    const der = derCertificate({ notBefore: '260101000000Z', notAfter: '99991231235959Z' }, 0);
    assert.deepEqual(validityOf(new X509Certificate(der)), { notBefore: Date.UTC(2026, 0, 1), notAfter: ENDLESS });
  });

  it('is taken as OpenSSL reads it where a certificate is not in DER', () => {
    const read = { raw: Buffer.from([0x30, 0x80]), validFromDate: new Date(0), validToDate: new Date(Number.NaN) };
    assert.deepEqual(validityOf(read as X509Certificate), { notBefore: 0, notAfter: UNDATED });
  });
});
