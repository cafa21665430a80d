import { createHash, X509Certificate } from 'node:crypto';
import type { Instant } from '../../../core/time.ts';
import type { Asn1 } from './asn1.ts';
import { partsOf } from './certificate-parts.ts';
import { bytesOf, childrenOf, contentOf, context, elementAt, sequenceOf, unpadded } from './der.ts';
import { verifies } from './signature.ts';
import { reasonName, validUntil, type Statement } from './statement.ts';

export const REQUEST_TYPE = 'application/ocsp-request';
export const RESPONSE_TYPE = 'application/ocsp-response';

/** Longer responses are none: real ones have a few kilobytes, certificates included. */
const LONGEST_RESPONSE = 100 * 1024;
/** Certificates of a response that may be the responder's. */
const MOST_RESPONDERS = 4;
const SHA1 = '1.3.14.3.2.26';
const HASHES: Record<string, string> = { [SHA1]: 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256' };

function digest(algorithm: string, data: Buffer): Buffer {
  return createHash(algorithm).update(data).digest();
}

/**
 * The DER of a request for one certificate (RFC 6960 section 4.1). SHA-1 is what every responder knows (RFC 9654 names
 * no other); no nonce, so that answers may be cached.
 */
export function ocspRequest(asn1: Asn1, certificate: X509Certificate, issuer: X509Certificate): Buffer {
  const { AsnConvert, OctetString, ocsp, x509 } = asn1;
  const { serial, issuer: issuerName } = partsOf(certificate);
  const padded = serial[0]! >= 0x80 ? Buffer.concat([Buffer.alloc(1), serial]) : serial;
  const request = new ocsp.OCSPRequest({
    tbsRequest: new ocsp.TBSRequest({
      requestList: [
        new ocsp.Request({
          reqCert: new ocsp.CertID({
            hashAlgorithm: new x509.AlgorithmIdentifier({ algorithm: SHA1, parameters: null }),
            issuerNameHash: new OctetString(digest('sha1', issuerName)),
            issuerKeyHash: new OctetString(digest('sha1', partsOf(issuer).publicKey)),
            serialNumber: new Uint8Array(padded).buffer,
          }),
        }),
      ],
    }),
  });
  return Buffer.from(AsnConvert.serialize(request));
}

/**
 * Whether a certificate of the response may sign for the issuer (RFC 6960 section 4.2.2.2): issued by that issuer
 * itself, for this purpose, in time.
 */
function isResponder(candidate: X509Certificate, issuer: X509Certificate, purpose: string, now: Instant): boolean {
  if (!candidate.keyUsage?.includes(purpose)) return false;
  if (candidate.validFromDate.getTime() > now || candidate.validToDate.getTime() <= now) return false;
  return candidate.checkIssued(issuer) && candidate.verify(issuer.publicKey);
}

function isSigned(response: Buffer, issuer: X509Certificate, purpose: string, now: Instant): boolean {
  const [data, algorithm, signature, certificates] = sequenceOf(response);
  if (!data || !algorithm || !signature) return false;
  const signed = (key: X509Certificate): boolean =>
    verifies(
      bytesOf(response, algorithm),
      key.publicKey,
      bytesOf(response, data),
      contentOf(response, signature).subarray(1),
    );
  if (signed(issuer)) return true;
  if (certificates?.tag !== context(0)) return false;
  let tried = 0;
  for (const element of childrenOf(response, elementAt(response, certificates.content, certificates.end))) {
    tried += 1;
    if (tried > MOST_RESPONDERS) return false;
    const candidate = new X509Certificate(bytesOf(response, element));
    if (isResponder(candidate, issuer, purpose, now) && signed(candidate)) return true;
  }
  return false;
}

/**
 * What an OCSP response says of a certificate, when it counts: it is about this certificate, signed by the issuer or by
 * a responder that the issuer authorized, and neither stale nor from the future (RFC 6960 section 3.2). Anything else,
 * "unknown" and errors such as tryLater included, is null. Never throws.
 */
export function readOcspResponse(
  asn1: Asn1,
  der: Buffer,
  about: { certificate: X509Certificate; issuer: X509Certificate; now: Instant },
): Statement | null {
  const { ocsp, parse } = asn1;
  const { certificate, issuer, now } = about;
  if (der.length > LONGEST_RESPONSE) return null;
  try {
    const { responseStatus, responseBytes } = parse(der, ocsp.OCSPResponse);
    if (Number(responseStatus) !== 0 || responseBytes?.responseType !== ocsp.id_pkix_ocsp_basic) return null;
    const basic = Buffer.from(responseBytes.response.buffer);
    const { responses, responseExtensions } = parse(basic, ocsp.BasicOCSPResponse).tbsResponseData;
    if (responseExtensions?.some(({ critical }) => critical)) return null;
    const { serial, issuer: issuerName } = partsOf(certificate);
    const { publicKey } = partsOf(issuer);
    const single = responses.find(({ certID }) => {
      const algorithm = HASHES[certID.hashAlgorithm.algorithm];
      return (
        algorithm !== undefined &&
        unpadded(Buffer.from(certID.serialNumber)).equals(serial) &&
        digest(algorithm, issuerName).equals(Buffer.from(certID.issuerNameHash.buffer)) &&
        digest(algorithm, publicKey).equals(Buffer.from(certID.issuerKeyHash.buffer))
      );
    });
    if (!single || single.singleExtensions?.some(({ critical }) => critical)) return null;
    const { certStatus, thisUpdate, nextUpdate } = single;
    const until = validUntil(thisUpdate, nextUpdate, now);
    if (until === null || !isSigned(basic, issuer, ocsp.id_kp_OCSPSigning, now)) return null;
    const heard = { thisUpdate: thisUpdate.getTime(), until };
    if (certStatus.revoked) {
      const { revocationTime, revocationReason } = certStatus.revoked;
      const reason = reasonName(revocationReason?.reason);
      return { status: 'revoked', at: revocationTime.getTime(), ...(reason ? { reason } : {}), ...heard };
    }
    return certStatus.good === undefined ? null : { status: 'good', ...heard };
  } catch {
    return null;
  }
}
