import type { X509Certificate } from 'node:crypto';
import type { Fault } from '../../core/certificates/certificate.ts';
import { outsideConstraints } from './name-constraints.ts';
import { ownFaults } from './own-faults.ts';
import type { Path } from './path.ts';
import { partsOf } from './revocation/certificate-parts.ts';
import { contentOf, elementAt, fewChildrenOf, INTEGER } from './revocation/der.ts';
import { subjectOf } from './x509.ts';

const BASIC_CONSTRAINTS = Buffer.from('551d13', 'hex');
/** What authorities may be, and do not tell servers. */
const OF_LEAVES = new Set<Fault['code']>(['key-usage', 'authority', 'must-staple', 'raw-name']);

function pathLengthOf(certificate: X509Certificate): number {
  try {
    const value = partsOf(certificate).extension(BASIC_CONSTRAINTS);
    const length = value && fewChildrenOf(value, elementAt(value, 0)).find(({ tag }) => tag === INTEGER);
    return length ? Number.parseInt(`0${contentOf(value, length).toString('hex')}`, 16) : Infinity;
  } catch {
    return Infinity;
  }
}

/** What an authority on the path does not allow below it; `index` of them stand between it and the leaf. */
function limitFault(leaf: X509Certificate, issuers: Path['issuers'], index: number): Fault | null {
  const { certificate } = issuers[index]!;
  // Those that were issued by themselves, for another key, do not count (RFC 5280 section 4.2.1.9).
  const below = issuers.slice(0, index).filter(({ certificate: { subject, issuer } }) => subject !== issuer).length;
  const issuer = subjectOf(certificate);
  if (pathLengthOf(certificate) < below) return { code: 'path-length', issuer };
  const outside = outsideConstraints(leaf, certificate);
  return outside === null ? null : { code: 'name-constraint', issuer, detail: outside };
}

/**
 * What is wrong with the certificates of a path by their own bytes: the leaf, and the issuers above it. A trust anchor
 * is taken as it is, but for what it does not allow below it. `pretender`: what issued the top of the path, and is no
 * authority; `namesake`: what is called as
 * its issuer, and has another key. Never throws.
 */
export function faultsOf(leaf: X509Certificate, { issuers, pretender, namesake }: Path): Fault[] {
  const found = ownFaults(leaf);
  for (const [index, { certificate, from }] of issuers.entries()) {
    const own = from === 'anchor' ? [] : ownFaults(certificate).filter(({ code }) => !OF_LEAVES.has(code));
    const limit = limitFault(leaf, issuers, index);
    for (const fault of own) found.push({ ...fault, issuer: subjectOf(certificate) });
    if (limit) found.push(limit);
  }
  const detail = subjectOf(issuers.at(-1)?.certificate ?? leaf);
  if (pretender) found.push({ code: 'issuer-no-ca', issuer: subjectOf(pretender), detail });
  if (namesake) found.push({ code: 'other-key', issuer: subjectOf(namesake), detail });
  return found;
}

/** The faults of one look: what has to be stapled is one where it was not. */
export function withStaple(faults: Fault[], isStapled: boolean): Fault[] {
  return faults.flatMap((fault) => {
    if (fault.code !== 'must-staple') return [fault];
    return isStapled ? [] : [{ ...fault, code: 'no-staple' as const }];
  });
}
