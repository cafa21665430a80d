import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import {
  createAuthority,
  selfSigned,
  type Authority,
  type DistinguishedName,
  type LeafRequest,
} from '../../../demo/certificates.ts';
import { isReasonable, readCertificate } from '../../../src/sources/tls/x509.ts';
import {
  authority as authorityOf,
  derCertificate,
  ecKeys,
  extension,
  keyUsage,
  OID,
  purposes,
} from '../../support/der-certificate.ts';
import { root, sign } from '../../peers/tls/pki.ts';

describe('A certificate read from DER', () => {
  let authority: Authority;
  before(async () => {
    authority = await createAuthority("CN=E7, O=Let's Encrypt");
  });

  async function issue(request: LeafRequest) {
    const { certPem } = await authority.issue(request);
    return { read: readCertificate(new X509Certificate(certPem)), node: new X509Certificate(certPem) };
  }

  it('has its facts', async () => {
    const notBefore = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
    const notAfter = new Date(Date.UTC(2026, 3, 2, 3, 4, 5));
    const issued = await authority.issue({
      names: ['a.example', '*.a.example'],
      ips: ['192.0.2.1', '2001:db8::1'],
      notBefore,
      notAfter,
    });
    const read = readCertificate(new X509Certificate(issued.certPem));
    assert.deepEqual(
      { ...read, spki: read.spki.length, serialNumber: read.serialNumber.slice(0, 2) },
      {
        fingerprint: issued.fingerprint,
        spki: 64,
        subject: 'a.example',
        issuer: "Let's Encrypt E7",
        serialNumber: '0a',
        signature: 'ecdsa-with-SHA256',
        notBefore: notBefore.getTime(),
        notAfter: notAfter.getTime(),
        dnsNames: ['a.example', '*.a.example'],
        ipAddresses: ['192.0.2.1', '2001:db8::1'],
        key: 'EC P-256',
        selfSigned: false,
        uses: { key: null, purposes: ['serverAuth'] },
      },
    );
  });

  describe('tells what it may be used for', () => {
    const [bits, named] = [keyUsage(0, 2), purposes(OID.serverAuth, OID.clientAuth)];
    const uses: [string, Buffer[], unknown][] = [
      [
        'by both extensions',
        [bits, named],
        { key: ['digitalSignature', 'keyEncipherment'], purposes: ['serverAuth', 'clientAuth'] },
      ],
      ['by its purposes alone', [named], { key: null, purposes: ['serverAuth', 'clientAuth'] }],
      [
        'by the number of an unknown one',
        [purposes('2b0601040182370a0304')],
        { key: null, purposes: ['1.3.6.1.4.1.311.10.3.4'] },
      ],
      ['by none', [], undefined],
      ['not by what cannot be read', [extension(OID.keyUsage, Buffer.from('03', 'hex'))], undefined],
      ['not as an authority', [authorityOf(), keyUsage(5, 6)], undefined],
    ];
    for (const [name, extensions, expected] of uses)
      it(name, () => {
        const der = derCertificate({ keys: ecKeys(), extensions }, Date.UTC(2026, 0, 1));
        assert.deepEqual(readCertificate(new X509Certificate(der)).uses, expected);
      });
  });

  it('keeps names with commas, quotes, line feeds and forged entries apart', async () => {
    const names = [
      'b,c"d.example',
      'x\ny',
      'a.example, DNS:evil.example',
      'DNS:x, IP Address:1.2.3.4',
      '\\',
      '😀.example',
      'last.example',
    ];
    const { read } = await issue({ names, ips: ['192.0.2.1'], subject: [{ CN: ['x'] }] });
    // An IA5String has seven bits: the factory writes the emoji as something else, which need only not disturb its
    // neighbours.
    const lower = names.map((name) => name.toLowerCase());
    assert.deepEqual(read.dnsNames.toSpliced(5, 1), lower.toSpliced(5, 1));
    assert.deepEqual(read.ipAddresses, ['192.0.2.1']);
  });

  it('skips alternative names of other kinds and keeps those after them', async () => {
    const { read } = await issue({
      names: ['after.example'],
      otherNames: [
        { type: 'email', value: 'a@b.example' },
        { type: 'url', value: 'https://x.example/a,b' },
        { type: 'dn', value: 'CN=DNS:dn.example, O=b' },
        { type: 'id', value: '1.2.3.4' },
        { type: 'upn', value: 'u@p.example' },
      ],
    });
    assert.deepEqual(read.dnsNames, ['after.example']);
    assert.deepEqual(read.ipAddresses, []);
  });

  it('replaces NUL, which not every store takes, and bounds long names', async () => {
    const { read } = await issue({ names: ['a\0b.example', `${'x'.repeat(5000)}.example`], subject: [{ CN: ['x'] }] });
    assert.equal(read.dnsNames[0], 'a\uFFFDb.example');
    assert.equal(read.dnsNames[1]!.length, 300);
  });

  it('has no alternative names when the DER has none', async () => {
    const { read } = await issue({ subject: [{ CN: ['only.example'] }] });
    assert.deepEqual([read.dnsNames, read.ipAddresses, read.subject], [[], [], 'only.example']);
  });

  const subjects: [DistinguishedName, string][] = [
    [[{ O: ['Widgets'] }, { CN: ['w.example'] }], 'w.example'],
    [[{ C: ['DE'] }, { O: ['Widgets, Inc.'] }], 'C=DE, O=Widgets, Inc.'],
    [[{ CN: [{ utf8String: 'a, b + c = "d" <e>; \\ #f ' }] }], 'a, b + c = "d" <e>; \\ #f '],
    [[{ CN: ['two'], OU: ['parts'] }], 'two'],
    [[{ CN: [''] }, { O: ['Widgets'] }], 'CN=, O=Widgets'],
    [[{ CN: ['Müller 証明書'] }], 'Müller 証明書'],
    [[{ CN: ['line\nfeed'] }], 'line\nfeed'],
    [[], ''],
  ];
  for (const [subject, expected] of subjects)
    it(`shows the subject ${JSON.stringify(subject)} as ${JSON.stringify(expected)}`, async () => {
      assert.equal((await issue({ names: ['x.example'], subject })).read.subject, expected);
    });

  const issuers: [DistinguishedName, string][] = [
    [[{ C: ['US'] }, { O: ["Let's Encrypt"] }, { CN: ['E7'] }], "Let's Encrypt E7"],
    [[{ O: ['DigiCert Inc'] }, { CN: ['DigiCert Inc Global CA'] }], 'DigiCert Inc Global CA'],
    [[{ O: ['Widgets, Inc.'] }, { CN: [{ utf8String: 'Root "1"' }] }], 'Widgets, Inc. Root "1"'],
    [[{ O: ['DIGICERT'] }, { CN: ['DigiCert Global CA'] }], 'DigiCert Global CA'],
    [[{ CN: ['Home CA'] }], 'Home CA'],
    [[{ O: ['Widgets'] }], 'Widgets'],
    [[{ C: ['DE'] }, { OU: ['IT'] }], 'C=DE, OU=IT'],
  ];
  for (const [name, expected] of issuers)
    it(`shows the issuer ${JSON.stringify(name)} as ${expected}`, async () => {
      const other = await createAuthority(name);
      const { certPem } = await other.issue({ names: ['x.example'] });
      assert.equal(readCertificate(new X509Certificate(certPem)).issuer, expected);
    });

  it('names an RSA key', async () => {
    assert.equal((await issue({ names: ['x.example'], key: 'rsa' })).read.key, 'RSA 2048');
  });

  it('tells a self-signed one from one that merely bears the name of its issuer', async () => {
    const own = await selfSigned({ names: ['x.example'] });
    assert.equal(readCertificate(new X509Certificate(own.certPem)).selfSigned, true);
    const pretender = await authority.issue({
      names: ['x.example'],
      subject: [{ CN: ['E7'] }, { O: ["Let's Encrypt"] }],
    });
    const read = new X509Certificate(pretender.certPem);
    assert.equal(read.subject, read.issuer);
    assert.equal(readCertificate(read).selfSigned, false);
    const other = await sign({ subject: 'CN=one' });
    const renamed = await sign({ subject: 'CN=other', keys: other.keys, issuer: other });
    assert.equal(readCertificate(renamed.x509).selfSigned, false, 'by its own key under another name');
  });

  it('names a curve that hardly anybody uses as OpenSSL does', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    const issuer = await root('CN=Top');
    const { x509 } = await sign({ subject: 'CN=odd', issuer, publicKey: spki });
    assert.equal(readCertificate(x509).key, 'EC secp256k1');
  });

  const keys: [number, bigint, boolean][] = [
    [8192, 65_537n, true],
    [8193, 65_537n, false],
    [2048, 0xffff_ffffn, true],
    [2048, 0x1_0000_0000n, false],
  ];
  for (const [modulusLength, publicExponent, expected] of keys) {
    it(`${expected ? 'is' : 'is not'} checked with a key of ${modulusLength} bits and the exponent ${publicExponent}`, () => {
      const asymmetricKeyDetails = { modulusLength, publicExponent };
      assert.equal(isReasonable({ asymmetricKeyDetails } as KeyObject), expected);
    });
  }
});
