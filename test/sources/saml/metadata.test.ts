import assert from 'node:assert/strict';
import type { Issued } from '../../../demo/certificates.ts';
import { createListing } from '../../../src/sources/documents/listing.ts';
import { DocumentError } from '../../../src/sources/documents/download.ts';
import { readMetadata } from '../../../src/sources/saml/metadata.ts';
import { DAY, HOUR } from '../../../src/core/time.ts';
import { createAuthority } from '../../../demo/certificates.ts';
import { derOf } from '../../peers/web/document-peers.ts';
import { entities, entity, keyDescriptor, signature } from '../../peers/web/saml-metadata.ts';

describe('SAML metadata', () => {
  let a: Issued;
  let b: Issued;
  let c: Issued;
  const names = new Map<string, string>();
  before(async () => {
    const authority = await createAuthority('CN=Idp');
    [a, b, c] = [await authority.issue({}), await authority.issue({}), await authority.issue({})];
    for (const [name, leaf] of Object.entries({ a, b, c })) names.set(leaf.fingerprint, name);
  });

  /** What is listed, as `a signing https://idp.example`, sorted; then faults. */
  async function read(text: string | Buffer): Promise<{ listed: string[]; faults: string[]; ends: object }> {
    const listing = createListing(Date.now());
    const ends = await readMetadata(Buffer.from(text), listing);
    const { listed, document } = listing.finish();
    const lines = listed.flatMap(({ item, places }) =>
      places.map(({ use, of }) => `${names.get(item.fingerprint)} ${use} ${of ?? '–'}`),
    );
    return { listed: lines.toSorted(), faults: document.faults.map(({ code, detail }) => `${code} ${detail}`), ends };
  }
  async function refusal(text: string | Buffer): Promise<string | undefined> {
    const error: unknown = await read(text).then(
      () => assert.fail('it was read'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof DocumentError, String(error));
    assert.equal(error.failure.code, 'document');
    return error.failure.detail;
  }

  it('lists keys by what they are for; without a word, for both', async () => {
    const text = entity(
      'https://idp.example',
      keyDescriptor(a, 'signing'),
      keyDescriptor(b, 'encryption'),
      keyDescriptor(c),
    );
    assert.deepEqual((await read(text)).listed, [
      'a signing https://idp.example',
      'b encryption https://idp.example',
      'c both https://idp.example',
    ]);
  });

  it('takes the same certificate in several places as one', async () => {
    const text = entity(
      'https://idp.example',
      keyDescriptor(a, 'signing'),
      keyDescriptor(a, 'encryption'),
      keyDescriptor(a, 'signing'),
    );
    assert.deepEqual((await read(text)).listed, ['a encryption https://idp.example', 'a signing https://idp.example']);
  });

  it('tells the certificate that signs the document from the keys, and leaves its chain out', async () => {
    const text = entity('https://idp.example', signature(c, b), keyDescriptor(a, 'signing'));
    assert.deepEqual((await read(text)).listed, ['a signing https://idp.example', 'c document https://idp.example']);
    const many = entities(signature(c), entity('https://a.example', keyDescriptor(a)));
    assert.deepEqual((await read(many)).listed, ['a both https://a.example', 'c document –']);
  });

  it('reads every entity and role of a federation, nested ones too', async () => {
    const text = entities(
      entity('https://a.example', keyDescriptor(a, 'signing')),
      entities(entity('https://b.example', keyDescriptor(b, 'signing'), keyDescriptor(a, 'encryption'))),
    );
    assert.deepEqual((await read(text)).listed, [
      'a encryption https://b.example',
      'a signing https://a.example',
      'b signing https://b.example',
    ]);
  });

  it('reads it whatever the prefixes and line breaks, as CDATA, with a mark of byte order', async () => {
    const der = derOf(a).replaceAll(/(.{64})/g, '$1\r\n   ');
    const body = `<x:EntityDescriptor xmlns:x="urn:oasis:names:tc:SAML:2.0:metadata" entityID="e"><x:SPSSODescriptor><x:KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate><![CDATA[${der}]]></X509Certificate></X509Data></KeyInfo></x:KeyDescriptor></x:SPSSODescriptor></x:EntityDescriptor>`;
    assert.deepEqual((await read(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n${body}`)).listed, ['a signing e']);
    assert.deepEqual((await read(Buffer.from(`\uFEFF${body}`, 'utf16le'))).listed, ['a signing e']);
  });

  it('lists no certificates of other vocabularies', async () => {
    const text = entity('e', keyDescriptor(a)).replaceAll('urn:oasis:names:tc:SAML:2.0:metadata', 'urn:other');
    assert.equal(await refusal(text), 'saml');
    const own = `<Extensions xmlns="urn:x"><ds:X509Certificate xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${derOf(b)}</ds:X509Certificate></Extensions>`;
    assert.deepEqual((await read(entity('e', keyDescriptor(a), own))).listed, ['a both e']);
  });

  it('names what cannot be read, and goes on', async () => {
    const broken = keyDescriptor(a).replace(derOf(a), 'AAAA');
    assert.deepEqual(await read(entity('e', broken, keyDescriptor(b))), {
      listed: ['b both e'],
      faults: ['unreadable-key e'],
      ends: {},
    });
  });

  const ENDS: [string, string, object][] = [
    ['an end', 'validUntil="2027-01-01T00:00:00Z"', { validUntil: { at: Date.UTC(2027, 0, 1) } }],
    [
      'an end without a zone, which is UTC',
      'validUntil="2027-01-01T00:00:00"',
      { validUntil: { at: Date.UTC(2027, 0, 1) } },
    ],
    [
      'an end in a zone',
      'validUntil="2027-01-01T01:00:00.5+01:00"',
      { validUntil: { at: Date.UTC(2027, 0, 1) + 500 } },
    ],
    ['an end that is none', 'validUntil="soon"', {}],
    ['a time for copies', 'cacheDuration="P1DT2H"', { cachedFor: DAY + 2 * HOUR }],
    ['a time that is none', 'cacheDuration="-P1D"', {}],
  ];
  for (const [name, attributes, ends] of ENDS)
    it(`reads ${name}`, async () => {
      const text = entity('e', keyDescriptor(a)).replace('entityID', `${attributes} entityID`);
      assert.deepEqual((await read(text)).ends, ends);
    });

  it('says whose end it is where there are many', async () => {
    const early = entity('https://b.example', keyDescriptor(b)).replace(
      'entityID',
      'validUntil="2026-12-24T00:00:00Z" entityID',
    );
    const text = entities(entity('https://a.example', keyDescriptor(a)), early).replace(
      '<md:EntitiesDescriptor',
      '<md:EntitiesDescriptor validUntil="2027-01-01T00:00:00Z"',
    );
    assert.deepEqual((await read(text)).ends, { validUntil: { at: Date.UTC(2026, 11, 24), of: 'https://b.example' } });
  });

  describe('is refused', () => {
    const good = () => entity('e', keyDescriptor(a));
    const bomb = `<!DOCTYPE m [<!ENTITY a "${'x'.repeat(1000)}">${Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at} "${`&a${at === 0 ? '' : at - 1};`.repeat(10)}">`).join('')}]>`;
    const CASES: [string, () => string, string][] = [
      ['with a DTD', () => `<!DOCTYPE md:EntityDescriptor>${good()}`, 'dtd'],
      ['with an external DTD', () => `<!DOCTYPE x SYSTEM "file:///etc/passwd">${good()}`, 'dtd'],
      [
        'with an external entity',
        () => `<!DOCTYPE x [<!ENTITY e SYSTEM "http://169.254.169.254/">]>${good().replace('"e"', '"&e;"')}`,
        'dtd',
      ],
      ['with a billion laughs', () => bomb + good().replace('"e"', '"&a8;"'), 'dtd'],
      ['with an entity that nobody declared', () => good().replace('"e"', '"&nobody;"'), 'xml'],
      ['cut off', () => good().slice(0, -20), 'xml'],
      ['with tags that do not match', () => good().replace('</md:EntityDescriptor>', '</md:Other>'), 'xml'],
      ['with more behind its end', () => `${good()}<again/>`, 'xml'],
      [
        'with a prefix that nobody declared',
        () => good().replace('<md:IDPSSODescriptor', '<no:x/><md:IDPSSODescriptor'),
        'xml',
      ],
      ['very deep', () => entity('e', '<x>'.repeat(100_000)), 'xml'],
      [
        'with very many attributes',
        () => entity('e', `<x ${Array.from({ length: 200 }, (_, at) => `a${at}="1"`).join(' ')}/>`),
        'xml',
      ],
      ['when it is HTML', () => '<html><body/></html>', 'saml'],
      ['when it is an assertion', () => '<a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"/>', 'saml'],
      ['when it is JSON', () => '{"keys":[]}', 'xml'],
      ['when it is empty', () => '', 'xml'],
    ];
    for (const [name, text, detail] of CASES)
      it(name, async () => {
        assert.equal(await refusal(text()), detail);
      });
  });

  it('lets others have their turn, however large it is', async () => {
    let turns = 0;
    const timer = setInterval(() => void (turns += 1), 1);
    const many = Array.from({ length: 1000 }, (_, at) => entity(`https://${at}.example`, keyDescriptor(a)));
    const { listed } = await read(entities(...many));
    clearInterval(timer);
    assert.equal(listed.length, 20, 'places of one certificate are bounded');
    assert.ok(turns > 10);
  });
});
