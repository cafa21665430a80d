// @peculiar/x509 needs its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { createHash, KeyObject, randomBytes, sign, webcrypto, X509Certificate } from 'node:crypto';
import * as ocsp from '@peculiar/asn1-ocsp';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { DAY } from '../../../src/core/time.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const ECDSA_SHA256 = new asn1.AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });

/** A certificate with its key. */
export interface Holder {
  name: string;
  certificate: X509Certificate;
  keys: webcrypto.CryptoKeyPair;
}

export interface CertificateRequest {
  ocsp?: string[];
  caIssuers?: string[];
  crl?: string[] | asn1.DistributionPoint[];
  serialNumber?: string;
  notBefore?: Date;
  notAfter?: Date;
  /** Extended key usages; "server" unless given. */
  usages?: string[];
  /** Whether it may issue certificates; with these key usages. */
  authority?: boolean;
  keyUsage?: number;
  keys?: webcrypto.CryptoKeyPair;
}

export function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

function extensionsOf(request: CertificateRequest): x509.Extension[] {
  const { ocsp: responders = [], caIssuers = [], crl = [], usages, authority } = request;
  const extensions: x509.Extension[] = [];
  if (authority) extensions.push(new x509.BasicConstraintsExtension(true, undefined, true));
  const usage = request.keyUsage ?? (authority ? x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign : null);
  if (usage !== null) extensions.push(new x509.KeyUsagesExtension(usage, true));
  if (usages?.length !== 0 && !authority) {
    extensions.push(new x509.ExtendedKeyUsageExtension(usages ?? [x509.ExtendedKeyUsage.serverAuth]));
  }
  if (responders.length + caIssuers.length > 0) {
    extensions.push(new x509.AuthorityInfoAccessExtension({ ocsp: responders, caIssuers }));
  }
  if (crl.length > 0) {
    const points = crl.map((point) => (typeof point === 'string' ? distributionPoint([point]) : point));
    extensions.push(new x509.CRLDistributionPointsExtension(points));
  }
  return extensions;
}

/** A distribution point that names web addresses. */
export function distributionPoint(uris: string[], more: Partial<asn1.DistributionPoint> = {}): asn1.DistributionPoint {
  const fullName = uris.map((uri) => new asn1.GeneralName({ uniformResourceIdentifier: uri }));
  return new asn1.DistributionPoint({
    distributionPoint: new asn1.DistributionPointName({ fullName }),
    ...more,
  });
}

/** Issues a certificate; signs itself when there is no issuer. */
export async function issue(name: string, issuer: Holder | null, request: CertificateRequest = {}): Promise<Holder> {
  const keys = request.keys ?? (await generateKeys());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: request.serialNumber ?? `0a${randomBytes(11).toString('hex')}`,
    subject: `CN=${name}`,
    issuer: `CN=${issuer?.name ?? name}`,
    notBefore: request.notBefore ?? new Date(Date.now() - 30 * DAY),
    notAfter: request.notAfter ?? new Date(Date.now() + 60 * DAY),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: EC,
    extensions: extensionsOf(request),
  });
  return { name, certificate: new X509Certificate(Buffer.from(certificate.rawData)), keys };
}

function tbsOf(certificate: X509Certificate): asn1.TBSCertificate {
  return AsnConvert.parse(certificate.raw, asn1.Certificate).tbsCertificate;
}

function signed(data: ArrayBuffer, signer: Holder): ArrayBuffer {
  const signature = sign('sha256', Buffer.from(data), KeyObject.from(signer.keys.privateKey));
  return new Uint8Array(signature).buffer;
}

function digest(algorithm: string, data: ArrayBuffer): OctetString {
  return new OctetString(createHash(algorithm).update(Buffer.from(data)).digest());
}

export interface OcspAnswer {
  status: 'good' | 'revoked' | 'unknown';
  at?: Date;
  reason?: asn1.CRLReasons;
  thisUpdate?: Date;
  /** Null: none. */
  nextUpdate?: Date | null;
  /** The issuer unless given. */
  signer?: Holder;
  certificates?: X509Certificate[];
  /** Hash of the certID. */
  hash?: 'sha1' | 'sha256';
  /** Spoils the signature. */
  forged?: boolean;
  critical?: boolean;
}

/** DER of an OCSP response about a certificate. */
export function ocspResponse(about: X509Certificate, issuer: Holder, answer: OcspAnswer): Buffer {
  const { signer = issuer, hash = 'sha1', certificates = [] } = answer;
  const issuerParts = tbsOf(issuer.certificate);
  const certStatus = {
    good: () => new ocsp.CertStatus({ good: null }),
    unknown: () => new ocsp.CertStatus({ unknown: null }),
    revoked: () =>
      new ocsp.CertStatus({
        revoked: new ocsp.RevokedInfo({
          revocationTime: answer.at ?? new Date(Date.now() - DAY),
          ...(answer.reason === undefined ? {} : { revocationReason: new asn1.CRLReason(answer.reason) }),
        }),
      }),
  }[answer.status]();
  const single = new ocsp.SingleResponse({
    certID: new ocsp.CertID({
      hashAlgorithm: new asn1.AlgorithmIdentifier({ algorithm: hash === 'sha1' ? SHA1 : SHA256, parameters: null }),
      issuerNameHash: digest(hash, AsnConvert.serialize(issuerParts.subject)),
      issuerKeyHash: digest(hash, issuerParts.subjectPublicKeyInfo.subjectPublicKey),
      serialNumber: tbsOf(about).serialNumber,
    }),
    certStatus,
    thisUpdate: answer.thisUpdate ?? new Date(Date.now() - 3_600_000),
    ...(answer.nextUpdate === null ? {} : { nextUpdate: answer.nextUpdate ?? new Date(Date.now() + DAY) }),
    ...(answer.critical
      ? {
          singleExtensions: [
            new asn1.Extension({
              extnID: '1.2.3.4',
              critical: true,
              extnValue: new OctetString(Buffer.from('0500', 'hex')),
            }),
          ],
        }
      : {}),
  });
  const tbsResponseData = new ocsp.ResponseData({
    responderID: new ocsp.ResponderID({ byName: tbsOf(signer.certificate).subject }),
    producedAt: answer.thisUpdate ?? new Date(),
    responses: [single],
  });
  const signature = signed(AsnConvert.serialize(tbsResponseData), signer);
  if (answer.forged) new Uint8Array(signature)[12]! ^= 1;
  const basic = new ocsp.BasicOCSPResponse({
    tbsResponseData,
    signatureAlgorithm: ECDSA_SHA256,
    signature,
    ...(certificates.length > 0
      ? { certs: certificates.map((certificate) => AsnConvert.parse(certificate.raw, asn1.Certificate)) }
      : {}),
  });
  return Buffer.from(
    AsnConvert.serialize(
      new ocsp.OCSPResponse({
        responseStatus: ocsp.OCSPResponseStatus.successful,
        responseBytes: new ocsp.ResponseBytes({
          responseType: ocsp.id_pkix_ocsp_basic,
          response: new OctetString(AsnConvert.serialize(basic)),
        }),
      }),
    ),
  );
}

/** DER of an OCSP response that only says why there is none. */
export function ocspError(status: ocsp.OCSPResponseStatus): Buffer {
  return Buffer.from(AsnConvert.serialize(new ocsp.OCSPResponse({ responseStatus: status })));
}

export function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80
      ? [length]
      : length < 0x10000
        ? [0x82, length >> 8, length & 0xff]
        : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

function utcTime(date: Date): Buffer {
  return tlv(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [tlv(1, Buffer.from([0xff]))] : [];
  return tlv(0x30, tlv(6, Buffer.from(oid, 'hex')), ...flag, tlv(4, value));
}

/** OIDs of extensions of CRLs and their entries, in hex. */
export const CRL_OIDS = { reason: '551d15', delta: '551d1b', scope: '551d1c', certificateIssuer: '551d1d' };

export interface CrlEntry {
  /** Hex. */
  serialNumber: string;
  at?: Date;
  reason?: number;
  extensions?: { oid: string; value: Buffer; critical: boolean }[];
}

export interface CrlRequest {
  entries?: CrlEntry[];
  thisUpdate?: Date;
  /** Null: none. */
  nextUpdate?: Date | null;
  extensions?: { oid: string; value: Buffer; critical: boolean }[];
  /** Who signs it; the issuer unless given. */
  signer?: Holder;
}

/** DER of a CRL, written byte by byte, so that it can be as long and as odd as wanted. */
export function crlOf(issuer: Holder, request: CrlRequest = {}): Buffer {
  const { entries = [], thisUpdate = new Date(Date.now() - 3_600_000), extensions = [], signer = issuer } = request;
  const nextUpdate = request.nextUpdate === undefined ? new Date(Date.now() + DAY) : request.nextUpdate;
  const algorithm = Buffer.from(AsnConvert.serialize(ECDSA_SHA256));
  const revoked = entries.map((entry) => {
    const more = [
      ...(entry.reason === undefined ? [] : [extension(CRL_OIDS.reason, tlv(0x0a, Buffer.from([entry.reason])))]),
      ...(entry.extensions ?? []).map(({ oid, value, critical }) => extension(oid, value, critical)),
    ];
    return tlv(
      0x30,
      tlv(2, Buffer.from(entry.serialNumber, 'hex')),
      utcTime(entry.at ?? new Date(Date.now() - DAY)),
      ...(more.length > 0 ? [tlv(0x30, ...more)] : []),
    );
  });
  const tbs = tlv(
    0x30,
    tlv(2, Buffer.from([1])),
    algorithm,
    Buffer.from(AsnConvert.serialize(tbsOf(issuer.certificate).subject)),
    utcTime(thisUpdate),
    ...(nextUpdate ? [utcTime(nextUpdate)] : []),
    ...(revoked.length > 0 ? [tlv(0x30, ...revoked)] : []),
    ...(extensions.length > 0
      ? [tlv(0xa0, tlv(0x30, ...extensions.map(({ oid, value, critical }) => extension(oid, value, critical))))]
      : []),
  );
  const signature = sign('sha256', tbs, KeyObject.from(signer.keys.privateKey));
  return tlv(0x30, tbs, algorithm, tlv(3, Buffer.from([0]), signature));
}

/** The critical extension that says what a CRL covers. */
export function crlScope(scope: Partial<asn1.IssuingDistributionPoint>): NonNullable<CrlRequest['extensions']>[number] {
  const value = Buffer.from(AsnConvert.serialize(new asn1.IssuingDistributionPoint(scope)));
  return { oid: CRL_OIDS.scope, value, critical: true };
}
