import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { FindingCode } from '../../src/core/certificates/finding.ts';
import { tlv } from '../peers/tls/revocation-pki.ts';
import {
  alternativeNames,
  authority,
  common,
  derCertificate,
  ecKeys,
  extension,
  keyUsage,
  mustStaple,
  nameConstraints,
  nameOf,
  OID,
  oid,
  pemOf,
  purposes,
  rsaKeys,
  type DerKeys,
  type DerRequest,
} from './der-certificate.ts';

/** The host that odd certificates are for. */
export const HOST = 'h.localhost';

/** How the end of validity is: a date to be reminded of, none, one that stands for no end, one too far away. */
export type End = 'dated' | 'undated' | 'endless' | 'far' | 'long past';

/** A certificate that is not what it should be. */
export interface Odd {
  name: string;
  leaf: DerRequest;
  /** What the server is called, where it is not HOST. */
  asked?: string;
  /** The authority that issues the leaf is made so. */
  issuer?: DerRequest;
  /** A second authority between that and the root, made so. */
  above?: DerRequest;
  /** Findings, in the order of weight, where the root is trusted. */
  findings: FindingCode[];
  /** What is said of the first. */
  sentence?: RegExp;
  end?: End;
}

const san = alternativeNames(HOST);
const plain = [san];

function dates(text: string, notAfter: Buffer | string, more: Partial<Odd> = {}): Odd {
  const findings: FindingCode[] = ['no-date'];
  return { name: `an end that is ${text}`, leaf: { notAfter, extensions: plain }, findings, end: 'undated', ...more };
}

const NO_DATE = /^The certificate's end of validity is no date/;

const ENDS: Odd[] = [
  ...(
    [
      ['at hour 24', '270101240000Z'],
      ['at second 60', '270101235960Z'],
      ['at minute 60', '270101236000Z'],
      ['30 February', '270230000000Z'],
      ['29 February of a year that has none', '270229000000Z'],
      ['in month 99', '279901000000Z'],
      ['in month 0', '270001000000Z'],
      ['on day 0', '270100000000Z'],
      ['made of letters', 'abcdefghijklZ'],
      ['made of signs', '-1-1-1-1-1-1Z'],
      ['with a zone', '270101000000+0100'],
      ['a GeneralizedTime with a fraction', '20990101000000.5Z'],
      ['a GeneralizedTime in month 13', '20991301000000Z'],
      ['a GeneralizedTime on 31 April', '20990431000000Z'],
      ['a GeneralizedTime with a zone', '20990101000000+0100'],
      ['31 December 9999 at second 60', '99991231235960Z'],
    ] as [string, Buffer | string][]
  ).map(([text, notAfter]) => dates(text, notAfter, { sentence: NO_DATE })),
  dates('31 December 9999, which stands for none', '99991231235959Z', { findings: [], end: 'endless' }),
  dates('a second before that', '99991231235958Z', { findings: [], end: 'far' }),
  dates('in the year 3000', '30000101000000Z', { findings: [], end: 'far' }),
  dates('in a hundred years', '21260101000000Z', { findings: [], end: 'far' }),
  dates('29 February 2048', '480229000000Z', { findings: [], end: 'dated' }),
  dates('a GeneralizedTime before 2050', '20270201000000Z', { findings: [], end: 'dated' }),
  dates('in 1950', '500101000000Z', {
    leaf: { notBefore: '500101000000Z', notAfter: '500601000000Z', extensions: plain },
    findings: [],
    end: 'long past',
  }),
  dates('in the year 0', '00000601000000Z', {
    leaf: { notBefore: '00000101000000Z', notAfter: '00000601000000Z', extensions: plain },
    findings: [],
    end: 'long past',
  }),
  {
    name: 'a beginning that is no date',
    leaf: { notBefore: '269901000000Z', extensions: plain },
    findings: ['no-date'],
    sentence: /^The certificate's beginning of validity is no date/,
  },
  {
    name: 'a beginning that never comes',
    leaf: { notBefore: '99991231235959Z', notAfter: '99991231235959Z', extensions: plain },
    findings: ['no-date'],
    sentence: /^The certificate's beginning of validity is no date/,
    end: 'endless',
  },
  {
    name: 'an end before its beginning',
    leaf: { notBefore: '270201000000Z', notAfter: '270101000000Z', extensions: plain },
    findings: ['never-valid'],
    sentence: /^The certificate is never valid: it ends \(Fri\s1\sJan\s2027, 00:00 UTC\) before it begins/,
  },
  {
    name: 'two ends that are no dates',
    leaf: { notBefore: '999999999999Z', notAfter: '999999999999Z', extensions: plain },
    findings: ['no-date'],
    sentence: NO_DATE,
    end: 'undated',
  },
];

const RSA = rsaKeys();
const WEAK = rsaKeys(1024);

const EXTENSIONS: Odd[] = [
  {
    name: 'an RSA key for key encipherment alone',
    leaf: { keys: RSA, extensions: [san, keyUsage(2)] },
    findings: ['key-usage'],
    sentence: /does not allow digital signatures \(keyEncipherment\), which browsers demand/,
  },
  {
    name: 'an EC key for key agreement alone',
    leaf: { extensions: [san, keyUsage(4)] },
    findings: ['key-usage'],
    sentence: /\(keyAgreement\)/,
  },
  { name: 'a key usage without bits', leaf: { extensions: [san, keyUsage()] }, findings: ['key-usage'] },
  { name: 'a key for non-repudiation', leaf: { extensions: [san, keyUsage(1)] }, findings: ['key-usage'] },
  {
    name: 'a key usage with the ninth bit',
    leaf: { extensions: [san, keyUsage(4, 8)] },
    findings: ['key-usage'],
    sentence: /\(keyAgreement, decipherOnly\)/,
  },
  { name: 'a key usage with signatures and more', leaf: { extensions: [san, keyUsage(0, 2, 4)] }, findings: [] },
  {
    name: 'must-staple',
    leaf: { extensions: [san, mustStaple()] },
    findings: ['no-staple'],
    sentence: /demands that the server staples an OCSP response/,
  },
  {
    name: 'CA:TRUE',
    leaf: { extensions: [san, authority()] },
    findings: ['leaf-is-ca'],
    sentence: /is that of an authority \(CA:TRUE\)/,
  },
  { name: 'CA:FALSE', leaf: { extensions: [san, authority(false)] }, findings: [] },
  {
    name: 'its names twice',
    leaf: { extensions: [san, alternativeNames('other.localhost')] },
    findings: ['repeated-extension'],
    sentence: /has its subject alternative names twice/,
  },
  {
    name: 'its purposes twice',
    leaf: { extensions: [san, purposes(OID.serverAuth), purposes(OID.serverAuth)] },
    findings: ['repeated-extension'],
    sentence: /has the extension extKeyUsage twice/,
  },
  {
    name: 'its constraints twice',
    leaf: { extensions: [san, authority(false), authority(false)] },
    findings: ['repeated-extension'],
    sentence:
      /has the extension basicConstraints twice; each may stand there once \(RFC 5280\), and clients refuse it\.$/,
  },
  {
    name: 'a key identifier of its issuer that cannot be read',
    leaf: { extensions: [san, extension('551d23', Buffer.from('30ff', 'hex'))] },
    findings: ['unreadable-extension'],
    sentence: /cannot be read \(authorityKeyIdentifier\)/,
  },
  {
    name: 'places of its list that cannot be read',
    leaf: { extensions: [san, extension('551d1f', Buffer.from('3003', 'hex'))] },
    findings: ['unreadable-extension'],
  },
  {
    name: 'purposes without servers',
    leaf: { extensions: [san, purposes(OID.clientAuth, OID.codeSigning)] },
    findings: ['wrong-purpose'],
    sentence: /its extended key usage is clientAuth, codeSigning, without serverAuth/,
  },
  {
    name: 'any purpose, which stands for no server',
    leaf: { extensions: [san, purposes(OID.anyPurpose)] },
    findings: ['wrong-purpose'],
    sentence: /anyExtendedKeyUsage/,
  },
  {
    name: 'a purpose that nobody knows',
    leaf: { extensions: [san, purposes(OID.unknown)] },
    findings: ['wrong-purpose'],
    sentence: /is 1\.2\.3\.4\.9999, without/,
  },
  {
    name: 'any purpose beside that of servers',
    leaf: { extensions: [san, purposes(OID.anyPurpose, OID.serverAuth)] },
    findings: [],
  },
  {
    name: 'a critical extension that nobody knows',
    leaf: { extensions: [san, extension(OID.unknown, tlv(5), true)] },
    findings: ['critical-extension'],
    sentence: /do not know \(1\.2\.3\.4\.9999, critical\)/,
  },
  {
    name: 'such an extension that is not critical',
    leaf: { extensions: [san, extension(OID.unknown, tlv(5))] },
    findings: [],
  },
  {
    name: 'names that cannot be read',
    leaf: { extensions: [extension(OID.alternativeName, Buffer.from('307f01', 'hex'))] },
    findings: ['unreadable-extension'],
    sentence: /cannot be read \(subjectAltName\)/,
  },
  {
    name: 'a key usage that cannot be read',
    leaf: { extensions: [san, extension(OID.keyUsage, Buffer.from('03', 'hex'))] },
    findings: ['unreadable-extension'],
  },
];

const PATHS: Odd[] = [
  {
    name: 'an issuer that is no authority',
    leaf: { extensions: plain },
    issuer: { extensions: [authority(false)] },
    findings: ['issuer-no-ca'],
    sentence: /“issuer” has issued “odd”, and is no authority/,
  },
  {
    name: 'an issuer that says nothing of being one',
    leaf: { extensions: plain },
    issuer: {},
    findings: ['issuer-no-ca'],
  },
  {
    name: 'an issuer whose name constraints cannot be read',
    leaf: { extensions: plain },
    issuer: { extensions: [authority(), extension(OID.nameConstraints, Buffer.from('30', 'hex'), true)] },
    findings: ['unreadable-extension'],
    sentence: /^“issuer” above it in the chain has an extension that cannot be read \(nameConstraints\)/,
  },
  {
    name: 'a signature by another key than that of its issuer',
    leaf: { signer: ecKeys(), extensions: plain },
    findings: ['untrusted'],
    sentence:
      /^“odd” names “root” as its issuer, and is not signed by the key of the “root” that is sent or known here/,
  },
  {
    name: 'a signature by an authority that was set up anew, below one that is sent',
    leaf: { signer: ecKeys(), extensions: plain },
    issuer: { extensions: [authority()] },
    findings: ['untrusted'],
    sentence: /^“odd” names “issuer” as its issuer/,
  },
  {
    name: 'an issuer whose key may not sign certificates',
    leaf: { extensions: plain },
    issuer: { extensions: [authority(), keyUsage(0)] },
    findings: ['issuer-no-ca'],
  },
  {
    name: 'a name beyond what its issuer may issue for',
    leaf: { extensions: plain },
    issuer: { extensions: [authority(), nameConstraints({ permitted: ['example.com'] })] },
    findings: ['name-constraint'],
    sentence: /“issuer” above it in the chain may not issue for h\.localhost/,
  },
  {
    name: 'a name that its issuer may not issue for',
    leaf: { extensions: [alternativeNames(HOST, 'fine.example')] },
    issuer: { extensions: [authority(), nameConstraints({ excluded: ['example', 'localhost'] })] },
    findings: ['name-constraint'],
  },
  {
    name: 'a name that its issuer may issue for',
    leaf: { extensions: plain },
    issuer: { extensions: [authority(), nameConstraints({ permitted: ['localhost'], excluded: ['x.localhost'] })] },
    findings: [],
  },
  {
    name: 'an issuer with an extension that nobody knows',
    leaf: { extensions: plain },
    issuer: { extensions: [authority(), extension(OID.unknown, tlv(5), true)] },
    findings: ['critical-extension'],
    sentence: /^“issuer” above it in the chain has an extension/,
  },
  {
    name: 'an issuer that is not meant to issue for servers',
    leaf: { extensions: plain },
    issuer: { extensions: [authority(), purposes(OID.clientAuth)] },
    findings: ['wrong-purpose'],
    sentence: /^“issuer” above it in the chain is not meant to issue for servers/,
  },
  {
    name: 'an authority below one that may have none',
    leaf: { extensions: plain },
    issuer: { extensions: [authority()] },
    above: {
      extensions: [
        extension(OID.basicConstraints, tlv(0x30, tlv(1, Buffer.from([0xff])), tlv(2, Buffer.from([0]))), true),
      ],
    },
    findings: ['path-length'],
    sentence: /“above” in the chain may not have so many authorities below it/,
  },
  {
    name: 'an issuer whose end is no date',
    leaf: { extensions: plain },
    issuer: { notAfter: '279901000000Z', extensions: [authority()] },
    findings: ['expired-issuer'],
    sentence: /The validity of an issuer in the chain, “issuer”, has no date/,
  },
  {
    name: 'an issuer without a defined end, above a leaf without one',
    leaf: { notAfter: '99991231235959Z', extensions: plain },
    issuer: { notAfter: '99991231235959Z', extensions: [authority()] },
    findings: [],
    end: 'endless',
  },
];

function named(name: string, sans: Buffer | null, findings: FindingCode[], sentence?: RegExp, asked?: string): Odd {
  return {
    name,
    leaf: sans ? { extensions: [sans] } : {},
    findings,
    ...(sentence ? { sentence } : {}),
    ...(asked ? { asked } : {}),
  };
}

const NAMES: Odd[] = [
  named(
    'an address as a DNS name',
    alternativeNames('127.0.0.1'),
    ['wrong-name'],
    /names the address 127\.0\.0\.1 as a DNS name/,
    '127.0.0.1',
  ),
  named(
    'an address of version 6 as a DNS name',
    alternativeNames('::1'),
    ['wrong-name'],
    /names the address ::1 as a DNS name/,
    '::1',
  ),
  named(
    'a blank behind its name',
    alternativeNames(`${HOST} `),
    ['wrong-name'],
    /names “h\.localhost ”, which is not h\.localhost to the letter/,
  ),
  named('a blank before its name', alternativeNames(` ${HOST}`), ['wrong-name'], /to the letter/),
  named('a blank within its name', alternativeNames('h .localhost'), ['wrong-name'], /to the letter/),
  named('a line feed in its name', alternativeNames(`${HOST}\n`), ['wrong-name'], /names “h\.localhost ”, which/),
  named('a dot behind its name', alternativeNames(`${HOST}.`), ['wrong-name'], /to the letter/),
  named('a URL as its name', alternativeNames(`https://${HOST}/`), ['wrong-name'], /to the letter/),
  named('a port in its name', alternativeNames(`${HOST}:8443`), ['wrong-name'], /to the letter/),
  named(
    'raw UTF-8 in its name',
    alternativeNames('mü.localhost'),
    ['raw-name'],
    /names mü\.localhost in letters beyond ASCII; clients look for xn--m-eha\.localhost/,
    'xn--m-eha.localhost',
  ),
  named('raw UTF-8 in another name', alternativeNames(HOST, 'mü.localhost'), ['raw-name'], /not written as DNS has it/),
  named(
    'Latin-1 in another name',
    alternativeNames(HOST, { tag: 0x82, value: Buffer.from('m\xfc.localhost', 'latin1') }),
    ['raw-name'],
  ),
  named('an IDN as it should be', alternativeNames('xn--m-eha.localhost'), [], undefined, 'xn--m-eha.localhost'),
  named(
    'NUL in its name',
    alternativeNames(`${HOST}\0.evil.example`),
    ['wrong-name'],
    /does not name h\.localhost: it is for h\.localhost\uFFFD\.evil\.example/,
  ),
  named('an address of five bytes', alternativeNames(HOST, Buffer.from([1, 2, 3, 4, 5])), ['unreadable-extension']),
  named('an empty name', alternativeNames(HOST, ''), []),
  named('an empty name alone', alternativeNames(''), ['wrong-name'], /it names no host at all/),
  named(
    'a wildcard below a top-level domain',
    alternativeNames('*.localhost'),
    ['wrong-name'],
    /names \*\.localhost, a wildcard directly below a top-level domain/,
  ),
  named('no names, and another common name', null, ['wrong-name'], /names no host at all/),
  {
    ...named('no names but a common one', null, ['wrong-name'], /as its common name only/),
    leaf: { subject: common(HOST) },
  },
  {
    ...named('version 1', null, ['wrong-name'], /as its common name only/),
    leaf: { version: null, subject: common(HOST) },
  },
  named(
    'a wildcard for a name with an underscore',
    alternativeNames('*.example.com'),
    [],
    undefined,
    'my_host.example.com',
  ),
  named(
    'a wildcard for two labels',
    alternativeNames('*.example.com'),
    ['wrong-name'],
    /it is for \*\.example\.com/,
    'a.my_host.example.com',
  ),
  named(
    'a wildcard within a label',
    alternativeNames('h*.localhost.example'),
    ['wrong-name'],
    /it is for h\*/,
    'hh.localhost.example',
  ),
  named(
    'three thousand names',
    alternativeNames(...Array.from({ length: 3000 }, (_, at) => `n${at}.example`), HOST),
    [],
  ),
  named(
    'markup in its names',
    alternativeNames(HOST, '*bold*.example', '<!channel>', '[x](http://y.example)', '{{DATE(2027-01-01)}}'),
    [],
  ),
  { name: 'an empty subject', leaf: { subject: nameOf(), issuer: common('root'), extensions: plain }, findings: [] },
  { name: 'a subject of blanks', leaf: { subject: common('   '), extensions: plain }, findings: [] },
  {
    name: 'a subject with bytes that are no text',
    leaf: { subject: common('\ud800\u202e\u0007'), extensions: plain },
    findings: [],
  },
  {
    name: 'a subject of ten thousand letters',
    leaf: { subject: common('x'.repeat(10_000)), extensions: plain },
    findings: [],
  },
  { name: 'a negative serial number', leaf: { serial: Buffer.from([0x80]), extensions: plain }, findings: [] },
  { name: 'the serial number 0', leaf: { serial: Buffer.from([0]), extensions: plain }, findings: [] },
  {
    name: 'a serial number of a hundred bytes',
    leaf: { serial: Buffer.alloc(100, 0x7f), extensions: plain },
    findings: [],
  },
];

const SHA1_PSS = { digest: 'sha1', saltLength: 20 };
const SHA256 = tlv(0x30, oid('608648016503040201'), tlv(5));

function pss(...parameters: Buffer[]): Buffer {
  return tlv(0x30, oid('2a864886f70d01010a'), tlv(0x30, ...parameters));
}

/** The SubjectPublicKeyInfo of a key on a curve without a name that OpenSSL knows. */
const NO_CURVE = tlv(
  0x30,
  tlv(0x30, oid('2a8648ce3d0201'), oid('2a0304ce0f')),
  tlv(3, Buffer.from([0, 4, ...Array.from({ length: 64 }, () => 7)])),
);

const KEYS: Odd[] = [
  {
    name: 'an RSA key of 1024 bits',
    leaf: { keys: WEAK, extensions: plain },
    findings: ['weak-key'],
    sentence: /too weak \(RSA 1024\)/,
  },
  {
    name: 'a key on P-224',
    leaf: { keys: ecKeys('secp224r1'), extensions: plain },
    findings: ['weak-key'],
    sentence: /\(EC secp224r1\)/,
  },
  { name: 'a key on secp256k1', leaf: { keys: ecKeys('secp256k1'), extensions: plain }, findings: [] },
  { name: 'a key on Brainpool', leaf: { keys: ecKeys('brainpoolP256r1'), extensions: plain }, findings: [] },
  { name: 'a key on a curve that nobody knows', leaf: { spki: NO_CURVE, extensions: plain }, findings: [] },
  {
    name: 'a key of Ed25519',
    leaf: { keys: generateKeyPairSync('ed25519') as DerKeys, extensions: plain },
    findings: [],
  },
  {
    name: 'RSASSA-PSS with SHA-1, by its parameters',
    leaf: { algorithm: pss(tlv(0xa0, tlv(0x30, oid('2b0e03021a'), tlv(5)))), signing: SHA1_PSS, extensions: plain },
    findings: ['weak-signature'],
    sentence: /\(rsassaPss with SHA-1\)/,
  },
  {
    name: 'RSASSA-PSS with SHA-1, by default',
    leaf: { algorithm: pss(), signing: SHA1_PSS, extensions: plain },
    findings: ['weak-signature'],
    sentence: /\(rsassaPss with SHA-1\)/,
  },
  {
    name: 'RSASSA-PSS with SHA-256',
    leaf: {
      algorithm: pss(tlv(0xa0, SHA256), tlv(0xa1, tlv(0x30, oid('2a864886f70d010108'), SHA256))),
      signing: { digest: 'sha256', saltLength: 20 },
      extensions: plain,
    },
    findings: [],
  },
  {
    name: 'sha1WithRSAEncryption',
    leaf: { algorithm: tlv(0x30, oid('2a864886f70d010105'), tlv(5)), signing: { digest: 'sha1' }, extensions: plain },
    findings: ['weak-signature'],
  },
];

/** Certificates that are not what they should be, of every kind. */
export const ODD: Odd[] = [...ENDS, ...EXTENSIONS, ...PATHS, ...NAMES, ...KEYS];

/** An odd certificate as it is sent, below a root. */
export interface OddChain {
  /** Leaf first, without the root. */
  sent: X509Certificate[];
  keys: DerKeys;
  rootPem: string;
}

const ROOT = rsaKeys();

/** Issues an odd certificate, whose chain is good at `now` but for what is odd about it. */
export function issueOdd({ leaf, issuer, above }: Pick<Odd, 'leaf' | 'issuer' | 'above'>, now: number): OddChain {
  const root = { subject: common('root'), keys: ROOT, extensions: [authority()] };
  let parent: { subject: Buffer; keys: DerKeys } = root;
  const sent: Buffer[] = [];
  for (const [name, request] of [
    ['above', above],
    ['issuer', issuer],
  ] as const) {
    if (!request) continue;
    const next = { subject: common(name), keys: ecKeys(), ...request };
    sent.unshift(derCertificate({ issuer: parent.subject, signer: parent.keys, ...next }, now));
    parent = next;
  }
  const keys = leaf.keys ?? ecKeys();
  sent.unshift(derCertificate({ issuer: parent.subject, signer: parent.keys, ...leaf, keys }, now));
  return {
    sent: sent.map((der) => new X509Certificate(der)),
    keys,
    rootPem: pemOf(derCertificate(root, now)),
  };
}

/** Names of issuers, and what they are called. */
export const ISSUERS: [name: string, issuer: Buffer, called: string][] = [
  ['no attribute', nameOf(), 'no name'],
  ['an empty common name', common(''), 'no name'],
  ['a common name of blanks', common('  '), 'no name'],
  ['an empty common name and an organisation', nameOf([OID.organization, 'Widgets'], [OID.commonName, '']), 'Widgets'],
  ['a unit alone', nameOf([OID.unit, 'IT']), 'OU=IT'],
  ['an empty organisation and a country', nameOf([OID.organization, ''], [OID.country, 'DE', 0x13]), 'C=DE'],
  ['control characters', common('\u0007\u202e'), 'no name'],
];
