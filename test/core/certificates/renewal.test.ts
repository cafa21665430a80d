import assert from 'node:assert/strict';
import type { Certificate } from '../../../src/core/certificates/certificate.ts';
import { renewalOf } from '../../../src/core/certificates/renewal.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

const OLD = certificate('old', { dnsNames: ['a.example', 'b.example'], ipAddresses: ['192.0.2.1'] });

describe('a certificate that took the place of another', () => {
  const names: [string, string[], string[], { lost: string[]; gained: string[] }][] = [
    ['with the same names in another order', ['b.example', 'a.example'], ['192.0.2.1'], { lost: [], gained: [] }],
    ['without one of the names', ['a.example'], ['192.0.2.1'], { lost: ['b.example'], gained: [] }],
    ['without the address', ['a.example', 'b.example'], [], { lost: ['192.0.2.1'], gained: [] }],
    ['with one name more', ['a.example', 'b.example', 'c.example'], ['192.0.2.1'], { lost: [], gained: ['c.example'] }],
    ['with a wildcard that covers them', ['*.example'], ['192.0.2.1'], { lost: [], gained: ['*.example'] }],
    [
      'with a wildcard that covers none of them',
      ['*.a.example'],
      ['192.0.2.1'],
      { lost: ['a.example', 'b.example'], gained: ['*.a.example'] },
    ],
  ];
  for (const [name, dnsNames, ipAddresses, expected] of names) {
    it(`${name} has lost and gained what that says`, () => {
      const { lost, gained } = renewalOf(OLD, certificate('new', { dnsNames, ipAddresses }));
      assert.deepEqual({ lost, gained }, expected);
    });
  }

  it('covers one label of any length by a wildcard, and a name without a dot by none', () => {
    const names = certificate('old', { dnsNames: ['www.shop.example', 'a.b.shop.example', 'localhost'] });
    const wild = certificate('wild', { dnsNames: ['*.shop.example', '*'] });
    assert.deepEqual(renewalOf(names, wild).lost, ['a.b.shop.example', 'localhost']);
  });

  it('does not cover a wildcard by single names', () => {
    const wild = certificate('wild', { dnsNames: ['*.example'] });
    assert.deepEqual(renewalOf(wild, certificate('new', { dnsNames: ['a.example'] })).lost, ['*.example']);
  });

  it('has lost nothing that anybody knows of, where names were cut', () => {
    const cut = certificate('cut', { dnsNames: ['x.example'], names: 5000 });
    assert.deepEqual(renewalOf(OLD, cut).lost, []);
    assert.deepEqual(renewalOf(cut, OLD).lost, []);
  });

  const SERVER = { key: ['digitalSignature', 'keyEncipherment'], purposes: ['serverAuth', 'clientAuth'] };
  const uses: [string, Certificate['uses'], Certificate['uses'], string[], key?: string][] = [
    ['the same', SERVER, SERVER, []],
    ['no clientAuth', SERVER, { ...SERVER, purposes: ['serverAuth'] }, ['clientAuth']],
    [
      'clientAuth, of any',
      { ...SERVER, purposes: ['anyExtendedKeyUsage'] },
      { ...SERVER, purposes: ['serverAuth'] },
      ['clientAuth'],
    ],
    ['any purpose', SERVER, { ...SERVER, purposes: ['anyExtendedKeyUsage'] }, []],
    ['no word of purposes', SERVER, { ...SERVER, purposes: null }, []],
    ['purposes where the one before had no word of them', { ...SERVER, purposes: null }, SERVER, []],
    ['no serverAuth, which is a finding of its own', SERVER, { ...SERVER, purposes: ['clientAuth'] }, []],
    [
      'no purpose of which only the number is known',
      { ...SERVER, purposes: ['serverAuth', '1.2.3'] },
      { ...SERVER, purposes: ['serverAuth'] },
      ['1.2.3'],
    ],
    [
      'no gate, as nothing asks for it',
      { ...SERVER, purposes: ['2.16.840.1.113730.4.1'] },
      { ...SERVER, purposes: ['serverAuth'] },
      [],
    ],
    ['a key that signs only', SERVER, { ...SERVER, key: ['digitalSignature'] }, ['keyEncipherment']],
    ['a key of another kind that signs only', SERVER, { ...SERVER, key: ['digitalSignature'] }, [], 'RSA 2048'],
    ['both less', SERVER, { key: ['digitalSignature'], purposes: ['serverAuth'] }, ['clientAuth', 'keyEncipherment']],
    ['nothing known', SERVER, undefined, []],
    ['all known, where nothing was', undefined, { ...SERVER, purposes: ['serverAuth'] }, []],
  ];
  for (const [name, before, after, expected, key = OLD.key] of uses)
    it(`with ${name} has lost ${expected.length === 0 ? 'no use' : expected.join(', ')}`, () => {
      const [from, to] = [before, after].map((one) => certificate('uses', one ? { uses: one } : {}));
      assert.deepEqual(renewalOf({ ...from!, key }, to!).lostUses, expected);
    });

  it('says whether the key, the issuer and the end are others', () => {
    const next = certificate('new', { spki: OLD.spki, issuer: 'Other CA', notAfter: OLD.notAfter - DAY });
    const { rekeyed, issuerChanged, later } = renewalOf(OLD, next);
    assert.deepEqual({ rekeyed, issuerChanged, later }, { rekeyed: false, issuerChanged: true, later: false });
    const same = renewalOf(OLD, certificate('another key', { issuer: OLD.issuer }));
    assert.deepEqual([same.rekeyed, same.issuerChanged], [true, false]);
    assert.equal(renewalOf(OLD, certificate('as long', { notAfter: OLD.notAfter })).later, false);
    assert.equal(renewalOf(OLD, certificate('newer', { notAfter: NOW + 900 * DAY })).later, true);
  });
});
