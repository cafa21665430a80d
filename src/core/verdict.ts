import { TRUSTED, type Certificate, type Instant, type Observation, type Presented } from './certificate.ts';
import type { Say } from './language.ts';
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

/** A finding whose sentence and advice stand in the catalogue under its code. */
function plainFinding(
  code: 'self-signed' | 'private-ca' | 'incomplete-chain' | 'untrusted',
  values: Record<string, string>,
  say: Say,
): Finding {
  return { code, sentence: say(`finding.${code}`, values), advice: say(`advice.${code}`) };
}

function chainFinding({ chain, trust }: Presented, now: Instant, say: Say): Finding | null {
  const leaf = chain[0];
  // The name is judged by itself.
  if (trust === TRUSTED || trust === 'ERR_TLS_CERT_ALTNAME_INVALID') return null;
  if (trust === 'DEPTH_ZERO_SELF_SIGNED_CERT' || (chain.length === 1 && leaf.selfSigned)) {
    return plainFinding('self-signed', {}, say);
  }
  if (trust === 'SELF_SIGNED_CERT_IN_CHAIN') {
    return plainFinding('private-ca', { authority: shorten(chain.at(-1)!.subject, 100) }, say);
  }
  if (trust === 'CERT_HAS_EXPIRED' || trust === 'CERT_NOT_YET_VALID') {
    if (leaf.notAfter <= now || leaf.notBefore > now) return null;
    const culprit = chain.slice(1).find((certificate) => certificate.notAfter <= now || certificate.notBefore > now);
    const sentence = culprit
      ? say('finding.expired-issuer', { issuer: shorten(culprit.subject, 100) })
      : say('finding.expired-issuer-unknown');
    return { code: 'expired-issuer', sentence, advice: say('advice.expired-issuer') };
  }
  if (ISSUER_MISSING.has(trust)) {
    const top = chain.at(-1)!;
    const values = { issuer: shorten(top.issuer, 100), subject: shorten(top.subject, 100) };
    return plainFinding('incomplete-chain', values, say);
  }
  return plainFinding('untrusted', { reason: shorten(trust, 80) }, say);
}

function nameFinding(presented: Presented, asked: string, say: Say): Finding | null {
  if (presented.nameMatches) return null;
  const leaf = presented.chain[0];
  const names = [...leaf.dnsNames, ...leaf.ipAddresses].map((name) => shorten(name, 80));
  const sentence =
    names.length === 0
      ? say('finding.no-name', { asked })
      : say('finding.wrong-name', { asked, names: enumerate(names, 5, say) });
  return { code: 'wrong-name', sentence, advice: say('advice.wrong-name', { asked }) };
}

/** What is wrong with what one address presented, in the order of weight. `asked` is the name (or address) the client wanted. Empty = nothing. */
export function judge(presented: Presented, asked: string, now: Instant, say: Say): Finding[] {
  const leaf = presented.chain[0];
  const findings: Finding[] = [];
  if (leaf.notBefore > now) {
    findings.push({
      code: 'not-yet-valid',
      sentence: say('finding.not-yet-valid', { date: isoMinute(leaf.notBefore) }),
      advice: say('advice.not-yet-valid'),
    });
  }
  const name = nameFinding(presented, asked, say);
  if (name) findings.push(name);
  const chain = chainFinding(presented, now, say);
  if (chain) findings.push(chain);
  return findings;
}

/** All findings over all addresses of an observation, each code once, with the addresses that show it. */
export function judgeAll(
  observation: Observation,
  asked: string,
  now: Instant,
  say: Say,
): Map<FindingCode, Finding & { addresses: string[] }> {
  const found = new Map<FindingCode, Finding & { addresses: string[] }>();
  for (const presented of presentedOf(observation)) {
    for (const finding of judge(presented, asked, now, say)) {
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
