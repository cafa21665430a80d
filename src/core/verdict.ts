import { TRUSTED, type Certificate, type Instant, type Observation, type Presented } from './certificate.ts';
import { enumerate, isoMinute, shorten } from './wording.ts';

/** What can be wrong with a presented chain, expiry of the leaf apart (that is a stage). */
export type FindingCode =
  'not-yet-valid' | 'wrong-name' | 'self-signed' | 'private-ca' | 'incomplete-chain' | 'expired-issuer' | 'untrusted';

/** Something wrong, with what to do about it. */
export interface Finding {
  code: FindingCode;
  /** One plain sentence. Contains untrusted text. */
  sentence: string;
  advice: string;
}

/** OpenSSL verification results (X509_V_ERR_*, openssl-verification-options(1)) that say the top of the chain could not be found. */
const ISSUER_MISSING = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function chainFinding({ chain, trust }: Presented, now: Instant): Finding | null {
  const leaf = chain[0];
  // The name is judged by itself.
  if (trust === TRUSTED || trust === 'ERR_TLS_CERT_ALTNAME_INVALID') return null;
  if (trust === 'DEPTH_ZERO_SELF_SIGNED_CERT' || (chain.length === 1 && leaf.selfSigned)) {
    return {
      code: 'self-signed',
      sentence: 'The certificate is self-signed: no authority vouches for it, and clients will refuse it.',
      advice: 'Install a certificate from an authority that the clients trust.',
    };
  }
  if (trust === 'SELF_SIGNED_CERT_IN_CHAIN') {
    return {
      code: 'private-ca',
      sentence: `The chain ends at “${shorten(chain.at(-1)!.subject, 100)}”, an authority that this bot does not trust.`,
      advice: 'If it is your own authority, give its root to the bot (NODE_EXTRA_CA_CERTS).',
    };
  }
  if (trust === 'CERT_HAS_EXPIRED' || trust === 'CERT_NOT_YET_VALID') {
    if (leaf.notAfter <= now || leaf.notBefore > now) return null;
    const culprit = chain.slice(1).find((certificate) => certificate.notAfter <= now || certificate.notBefore > now);
    const name = culprit ? `“${shorten(culprit.subject, 100)}”` : 'an issuer';
    return {
      code: 'expired-issuer',
      sentence: `The certificate itself is in time, but ${name} in its chain is not, so the chain does not verify.`,
      advice: "Install the authority's current intermediate certificates.",
    };
  }
  if (ISSUER_MISSING.has(trust)) {
    const top = chain.at(-1)!;
    return {
      code: 'incomplete-chain',
      sentence: `The chain is incomplete: the server does not send “${shorten(top.issuer, 100)}”, which issued “${shorten(top.subject, 100)}”, and the bot does not know it.`,
      advice: 'Configure the server to send the intermediate certificates as well (often a file called fullchain).',
    };
  }
  return {
    code: 'untrusted',
    sentence: `The chain does not verify (${shorten(trust, 80)}).`,
    advice: 'Compare the installed chain with the one your authority delivers.',
  };
}

function nameFinding(presented: Presented, asked: string): Finding | null {
  if (presented.nameMatches) return null;
  const leaf = presented.chain[0];
  const names = [...leaf.dnsNames, ...leaf.ipAddresses].map((name) => shorten(name, 80));
  const has = names.length === 0 ? 'it names no host at all' : `it is for ${enumerate(names, 5)}`;
  return {
    code: 'wrong-name',
    sentence: `The certificate does not name ${asked}: ${has}.`,
    advice: `Install a certificate whose subject alternative names include ${asked}.`,
  };
}

/** What is wrong with what one address presented, in the order of weight. `asked` is the name (or address) the client wanted. Empty = nothing. */
export function judge(presented: Presented, asked: string, now: Instant): Finding[] {
  const leaf = presented.chain[0];
  const findings: Finding[] = [];
  if (leaf.notBefore > now) {
    findings.push({
      code: 'not-yet-valid',
      sentence: `The certificate is not valid before ${isoMinute(leaf.notBefore)}.`,
      advice: 'Check the clock of the machine that issued it, or wait until it is valid.',
    });
  }
  const name = nameFinding(presented, asked);
  if (name) findings.push(name);
  const chain = chainFinding(presented, now);
  if (chain) findings.push(chain);
  return findings;
}

/** All findings over all addresses of an observation, each code once, with the addresses that show it. */
export function judgeAll(
  observation: Observation,
  asked: string,
  now: Instant,
): Map<FindingCode, Finding & { addresses: string[] }> {
  const found = new Map<FindingCode, Finding & { addresses: string[] }>();
  for (const presented of presentedOf(observation)) {
    for (const finding of judge(presented, asked, now)) {
      const known = found.get(finding.code);
      if (known) known.addresses.push(presented.address);
      else found.set(finding.code, { ...finding, addresses: [presented.address] });
    }
  }
  return found;
}

/** The addresses that presented a chain. */
export function presentedOf(observation: Observation): Presented[] {
  return observation.addresses.filter((result) => result.kind === 'presented');
}

/** Distinct leaves presented, the first to expire first. */
export function leavesOf(observation: Observation): Certificate[] {
  const leaves = new Map(presentedOf(observation).map(({ chain }) => [chain[0].fingerprint, chain[0]]));
  return [...leaves.values()].toSorted((a, b) => a.notAfter - b.notAfter || a.fingerprint.localeCompare(b.fingerprint));
}
