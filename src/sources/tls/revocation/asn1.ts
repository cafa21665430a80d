/** An extension longer than this is not read: it names more places than anybody asks. */
const LONGEST_EXTENSION = 8 * 1024;
/** What is parsed comes from peers: no deeper and no more elements than real ones have. */
const LIMITS = { berOptions: { maxDepth: 30, maxNodes: 4000 } };

/** Where a certificate's CRL is. */
export interface DistributionPoint {
  /** With http or https. */
  uris: string[];
  /** Its CRL covers every reason for which a certificate is revoked. */
  everyReason: boolean;
}

/** The PKI library, loaded when the first certificate needs it: it takes about 15 MB. */
export async function loadAsn1() {
  const [{ AsnConvert, AsnParser, OctetString }, x509, ocsp] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
    import('@peculiar/asn1-ocsp'),
  ]);

  /** Throws on what does not match the schema. */
  function parse<T>(der: Uint8Array, target: new () => T): T {
    return AsnParser.parse(der, target, LIMITS);
  }

  /** URIs with http or https, in order, each once. */
  function webAddresses(names: readonly (InstanceType<typeof x509.GeneralName> | undefined)[]): string[] {
    const uris = names.flatMap((name) => name?.uniformResourceIdentifier ?? []);
    return [...new Set(uris.filter((uri) => /^https?:\/\//i.test(uri)))];
  }

  /**
   * The web addresses of an access method (RFC 5280 section 4.2.2.1) from the value of the AIA extension. Throws on
   * what is none.
   */
  function accessAddresses(value: Buffer, method: string): string[] {
    if (value.length > LONGEST_EXTENSION) return [];
    const descriptions = parse(value, x509.AuthorityInfoAccessSyntax);
    return webAddresses(
      descriptions.filter(({ accessMethod }) => accessMethod === method).map(({ accessLocation }) => accessLocation),
    );
  }

  /**
   * Points that name web addresses and whose CRL comes from the certificate's own issuer. Throws on what is no such
   * extension.
   */
  function distributionPoints(value: Buffer): DistributionPoint[] {
    if (value.length > LONGEST_EXTENSION) return [];
    return [...parse(value, x509.CRLDistributionPoints)]
      .filter(({ cRLIssuer }) => cRLIssuer === undefined)
      .map(({ distributionPoint, reasons }) => ({
        uris: webAddresses(distributionPoint?.fullName ?? []),
        everyReason: reasons === undefined,
      }))
      .filter(({ uris }) => uris.length > 0);
  }

  return {
    AsnConvert,
    OctetString,
    x509,
    ocsp,
    parse,
    webAddresses,
    accessAddresses,
    distributionPoints,
  };
}

export type Asn1 = Awaited<ReturnType<typeof loadAsn1>>;
