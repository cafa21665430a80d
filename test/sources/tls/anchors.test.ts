// @peculiar/x509 needs its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { AnchorProblem } from '../../../src/core/model/anchors.ts';
import { createAnchorReader } from '../../../src/sources/tls/anchors.ts';
import { root, sign, type Signed } from '../../peers/tls/pki.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { DAY } from '../../../src/core/time.ts';

const reader = createAnchorReader();

function fingerprints(input: string | Uint8Array): string[] {
  const reading = reader.read(input);
  assert.ok(reading.ok, `refused: ${reading.ok ? '' : reading.problem}`);
  return reading.anchors.map(({ fingerprint }) => fingerprint);
}

function problemOf(input: string | Uint8Array): AnchorProblem | 'read' {
  const reading = reader.read(input);
  return reading.ok ? 'read' : reading.problem;
}

function bareOf({ certificate }: Signed): string {
  return Buffer.from(certificate.rawData).toString('base64');
}

function derOf({ certificate }: Signed): Buffer {
  return Buffer.from(certificate.rawData);
}

function privateKeys(): { pkcs8: string; pkcs1: string; sec1: string; encrypted: string; der: Buffer[] } {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const secret = { cipher: 'aes-256-cbc', passphrase: 'secret' };
  return {
    pkcs8: rsa.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pkcs1: rsa.export({ type: 'pkcs1', format: 'pem' }).toString(),
    sec1: ec.export({ type: 'sec1', format: 'pem' }).toString(),
    encrypted: ec.export({ type: 'pkcs8', format: 'pem', ...secret }).toString(),
    der: [
      rsa.export({ type: 'pkcs8', format: 'der' }),
      rsa.export({ type: 'pkcs1', format: 'der' }),
      ec.export({ type: 'sec1', format: 'der' }),
      ec.export({ type: 'pkcs8', format: 'der' }),
      ec.export({ type: 'pkcs8', format: 'der', ...secret }),
    ],
  };
}

describe('the reader of anchors', () => {
  let ca: Signed;
  let other: Signed;
  const keys = privateKeys();

  before(async () => {
    [ca, other] = await Promise.all([root('CN=Demo Root R1,O=Demo'), root('CN=Zweite Wurzel,O=Größe & Söhne')]);
  });

  describe('reads one certificate from', () => {
    const ways: [what: string, damage: (pem: string, bare: string) => string][] = [
      ['PEM as it was written', (pem) => pem],
      ['PEM with CR LF', (pem) => pem.replaceAll('\n', '\r\n')],
      ['PEM whose line ends became spaces', (pem) => pem.replaceAll('\n', ' ')],
      ['PEM without any line ends', (pem) => pem.replaceAll('\n', '')],
      ['PEM with non-breaking spaces', (pem) => pem.replaceAll(/[ \n]/g, '\u00a0')],
      [
        'PEM with entities',
        (pem) =>
          pem.replaceAll('\n', '&nbsp;').replaceAll('+', '&#43;').replaceAll('/', '&#x2F;').replaceAll('=', '&equals;'),
      ],
      ['PEM with entities encoded twice', (pem) => pem.replaceAll('+', '&amp;#43;').replaceAll('\n', '&amp;nbsp;')],
      ['PEM with line breaks in HTML', (pem) => `<pre>${pem.replaceAll('\n', '<br/>')}</pre>`],
      ['PEM in a fenced block', (pem) => `\`\`\`\n${pem}\`\`\``],
      ['PEM in quotes', (pem) => `“${pem}”`],
      ['PEM as somebody quoted it', (pem) => pem.replaceAll(/^/gm, '> ')],
      ['PEM with dashes for hyphens', (pem) => pem.replaceAll('-----', '–––')],
      ['PEM with long dashes and one hyphen', (pem) => pem.replaceAll('-----', '——-')],
      ['PEM whose dashes are gone', (pem) => pem.replaceAll('-', '')],
      ['PEM with invisible characters', (pem) => pem.replaceAll('\n', '\u200b\n\ufeff')],
      ['PEM as a string in JSON', (pem) => JSON.stringify({ ca: pem })],
      ['PEM with words around it', (pem) => `here is our CA: ${pem} thanks a lot`],
      ['PEM without its end', (pem) => pem.replace(/-----END[^]*/, '')],
      [
        'PEM with what OpenSSL prints before it',
        (pem) => `subject=CN = x\nBag Attributes\n    friendlyName: MIIB\n${pem}`,
      ],
      ['the same certificate twice', (pem) => pem + pem],
      ['bare base64', (_pem, bare) => bare],
      ['bare base64 in lines, with words before it', (_pem, bare) => `our CA: ${bare.replaceAll(/.{64}/g, '$&\n')}`],
      ['bare base64 without padding', (_pem, bare) => bare.replace(/=+$/, '')],
      [
        'OpenSSL’s own kind of PEM',
        (_pem, bare) =>
          `-----BEGIN TRUSTED CERTIFICATE-----\n${Buffer.concat([Buffer.from(bare, 'base64'), Buffer.from('3008300606042a030405', 'hex')]).toString('base64')}\n-----END TRUSTED CERTIFICATE-----`,
      ],
      [
        'PEM with more behind the certificate, in one block',
        (_pem, bare) =>
          `-----BEGIN CERTIFICATE-----\n${Buffer.concat([Buffer.from(bare, 'base64'), derOf(other)]).toString('base64')}\n-----END CERTIFICATE-----`,
      ],
      ['PEM with line ends by their name in HTML', (pem) => pem.replaceAll('\n', '&NewLine;')],
      ['PEM beside entities of no character', (pem) => `&#9999999; &#x110000; &#0; &nothing; ${pem}`],
      ['base64 of PEM, as Kubernetes keeps it', (pem) => `ca.crt: ${Buffer.from(pem).toString('base64')}`],
    ];
    for (const [what, damage] of ways)
      it(what, () => assert.deepEqual(fingerprints(damage(ca.pem, bareOf(ca))), [ca.fingerprint]));

    it('DER', () => assert.deepEqual(fingerprints(Buffer.from(ca.certificate.rawData)), [ca.fingerprint]));
    it('DER with words behind it', () =>
      assert.deepEqual(fingerprints(Buffer.concat([derOf(ca), Buffer.from('0 is what they begin with')])), [
        ca.fingerprint,
      ]));
    it('a file of PEM', () => assert.deepEqual(fingerprints(Buffer.from(ca.pem)), [ca.fingerprint]));
    it('a file in UTF-16', () =>
      assert.deepEqual(fingerprints(Buffer.from(`\ufeff${ca.pem}`, 'utf16le')), [ca.fingerprint]));
  });

  it('reads several in their order, from PEM, bare base64 and PKCS#7', () => {
    const both = [ca.fingerprint, other.fingerprint];
    assert.deepEqual(fingerprints(`${ca.pem} and ${other.pem}`), both);
    assert.deepEqual(fingerprints(`${bareOf(ca)}\n\n${bareOf(other)}`), both);
    assert.deepEqual(fingerprints(Buffer.concat([ca, other].map((one) => Buffer.from(one.certificate.rawData)))), both);
    const bundle = new x509.X509Certificates([ca.certificate, other.certificate]);
    assert.deepEqual(fingerprints(Buffer.from(bundle.export('raw'))).toSorted(), both.toSorted());
    assert.deepEqual(fingerprints(bundle.export('pem')).toSorted(), both.toSorted());
  });

  it('says what a certificate is: authority, name, validity, its own PEM', async () => {
    const leaf = await sign({ subject: 'CN=device.internal', notAfter: new Date(Date.UTC(2027, 0, 2, 3, 4, 5)) });
    const past = await sign({
      subject: 'CN=old',
      isCa: true,
      notBefore: new Date(Date.now() - 9 * DAY),
      notAfter: new Date(Date.now() - DAY),
    });
    const reading = reader.read(other.pem + leaf.pem + past.pem);
    assert.ok(reading.ok);
    const [first, second, third] = reading.anchors;
    assert.deepEqual(
      [first!.subject, first!.isCa, first!.selfSigned, first!.issuer],
      ['Zweite Wurzel', true, true, 'Größe & Söhne Zweite Wurzel'],
    );
    assert.deepEqual(
      [second!.isCa, second!.selfSigned, second!.notAfter],
      [false, true, Date.UTC(2027, 0, 2, 3, 4, 5)],
    );
    assert.ok(third!.notAfter < Date.now(), 'whether it is over is not for the reader to decide');
    assert.deepEqual(fingerprints(first!.pem), [other.fingerprint]);
  });

  it('keeps names short and storable', async () => {
    const strange = await root(`CN=${'x'.repeat(500)}`);
    const reading = reader.read(strange.pem);
    assert.ok(reading.ok);
    assert.ok(reading.anchors[0]!.subject.length <= 300);
  });

  describe('refuses private keys', () => {
    const texts: [what: string, text: (pem: string) => string][] = [
      ['PKCS#8', () => keys.pkcs8],
      ['PKCS#1', () => keys.pkcs1],
      ['EC', () => keys.sec1],
      ['encrypted', () => keys.encrypted],
      ['beside a certificate', (pem) => pem + keys.pkcs8],
      [
        'whose dashes and spaces a chat has changed',
        () => keys.pkcs8.replaceAll('-----', '—').replaceAll(' ', '\u00a0'),
      ],
      ['of OpenSSH', () => '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'],
      ['whose beginning is missing', () => keys.pkcs8.slice(40)],
      ['in bare base64', () => keys.pkcs8.replaceAll(/-----[^-]+-----/g, '')],
      ['in base64 of PEM', () => Buffer.from(keys.sec1).toString('base64')],
    ];
    for (const [what, text] of texts)
      it(what, () => {
        assert.equal(problemOf(text(ca.pem)), 'private-key');
        assert.equal(problemOf(Buffer.from(text(ca.pem))), 'private-key', 'as a file');
      });

    for (const [index, der] of keys.der.entries())
      it(`in DER (${index + 1})`, () => assert.equal(problemOf(der), 'private-key'));

    it('in DER behind a certificate', () =>
      assert.equal(problemOf(Buffer.concat([derOf(ca), keys.der[0]!])), 'private-key'));

    it('in DER, encrypted as PKCS#12 does it', () => {
      const head = '30820152301c060a2a864886f70d010c0103300e040800000000000000000202080004820130';
      assert.equal(problemOf(Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(0x130)])), 'private-key');
    });

    it('in PKCS#12', () => {
      const head = Buffer.from('30820404020103308203ca06092a864886f70d010701', 'hex');
      assert.equal(problemOf(Buffer.concat([head, Buffer.alloc(1100)])), 'pkcs12');
    });
  });

  describe('refuses', () => {
    const pemOf = (bytes: Buffer): string =>
      `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
    const inputs: [what: string, problem: AnchorProblem, input: () => string | Uint8Array][] = [
      ['nothing', 'none', () => ''],
      ['an empty file', 'none', () => new Uint8Array()],
      ['words', 'none', () => 'please trust our CA, MIIx'],
      ['an image', 'none', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
      ['a sign-in page', 'none', () => '<!doctype html><title>Sign in</title>'],
      ['a certificate that was cut', 'cut-off', () => ca.pem.slice(0, 400)],
      ['DER that was cut', 'cut-off', () => Buffer.from(ca.certificate.rawData).subarray(0, 200)],
      ['DER cut within its length', 'cut-off', () => Buffer.from('3082', 'hex')],
      ['a label without anything', 'unreadable', () => '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----'],
      ['noise in a label', 'unreadable', () => pemOf(Buffer.alloc(500, 7))],
      [
        'a SEQUENCE of noise',
        'unreadable',
        () => pemOf(Buffer.concat([Buffer.from('308201f4', 'hex'), Buffer.alloc(500, 7)])),
      ],
      [
        'a length of four gigabytes',
        'cut-off',
        () => pemOf(Buffer.concat([Buffer.from('3084ffffffff', 'hex'), Buffer.alloc(90)])),
      ],
      ['indefinite lengths', 'unreadable', () => pemOf(Buffer.concat([Buffer.from('3080', 'hex'), Buffer.alloc(90)]))],
      [
        'a certificate of 17 kB',
        'too-large',
        () => pemOf(Buffer.concat([Buffer.from('3082426804824264', 'hex'), Buffer.alloc(16_996)])),
      ],
      ['a bundle of no certificates', 'none', () => Buffer.from(new x509.X509Certificates([]).export('raw'))],
      [
        'base64 of text with base64 of PEM',
        'none',
        () => Buffer.from(`-----BEGIN TEXT-----\n${Buffer.from(ca.pem).toString('base64')}\n`).toString('base64'),
      ],
      ['a text of more than 64 kB', 'too-long', () => 'x'.repeat(65_537)],
      ['a file of more than 64 kB', 'too-long', () => new Uint8Array(65_537)],
      ['10,000 certificates', 'too-long', () => ca.pem.repeat(10_000)],
    ];
    for (const [what, problem, input] of inputs) it(what, () => assert.equal(problemOf(input()), problem));

    it('eleven certificates, and takes ten', async () => {
      const many = await Promise.all(Array.from({ length: 11 }, (_one, index) => sign({ subject: `CN=${index}` })));
      assert.equal(problemOf(many.map(({ pem }) => pem).join('')), 'too-many');
      assert.equal(
        fingerprints(
          many
            .slice(1)
            .map(({ pem }) => pem)
            .join(''),
        ).length,
        10,
      );
    });
  });

  it('is not slowed down by hostile text', () => {
    const pieces = ['BEGIN ', '-', '<a ', '&', 'MI', '=', 'BEGIN CERTIFICATE ', 'LS0tLS1CRUdJTi', 'BEGIN A '];
    const took = cpuTime(() => {
      for (const piece of pieces) reader.read(piece.repeat(Math.floor(65_000 / piece.length)));
    });
    assert.ok(took < 2000, `${took} ms`);
  });
});
