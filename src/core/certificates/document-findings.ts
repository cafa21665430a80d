import { isDated, type Instant } from '../time.ts';
import type { Say } from '../language/language.ts';
import { minuteWithYear, shorten } from '../language/wording.ts';
import { isCertificate, type Observation } from './certificate.ts';
import { finding, type Finding } from './finding.ts';
import type { DocumentFacts, DocumentFault, Item } from './item.ts';
import { isWeakKey } from './requirements.ts';
import { stageAt } from './stages.ts';

/** Of these nobody is kept from using the rest of the document. */
const LESSER = new Set<DocumentFault['code']>(['wrong-thumbprint', 'unreadable-key', 'issuer-mismatch']);

/**
 * That a document is over, or will be soon by the measure of how long it was to last: whoever publishes one anew all the
 * time is left in peace.
 */
function endFinding({ validUntil, since }: DocumentFacts, now: Instant, say: Say): Finding | null {
  if (!validUntil || !isDated(validUntil.at)) return null;
  const { at, of = '' } = validUntil;
  const stage = stageAt({ notBefore: since ?? now, notAfter: at }, null, now);
  if (stage === 'fine') return null;
  // How long that is from now would change what stands in events every day.
  const values = { date: minuteWithYear(at, say), of: shorten(of, 100) || 'none' };
  if (stage === 'expired') return finding('document-expired', say('finding.document-expired', values), say);
  return finding('document-expiring', say('finding.document-expiring', values), say, { grave: false });
}

function faultFinding(code: DocumentFault['code'], faults: DocumentFault[], say: Say): Finding {
  const details = [...new Set(faults.map(({ detail }) => shorten(detail, 80) || say('document.nameless')))];
  const values = { detail: details.slice(0, 3).join(', '), number: details.length, more: details.length - 3 };
  return finding(code, say(`finding.${code}`, values), say, { grave: !LESSER.has(code) });
}

/**
 * What is wrong with a document and what it lists, each code once. Who signed a certificate does not matter there: the
 * document itself vouches for it.
 */
export function documentFindings({ document, listed = [] }: Observation, now: Instant, say: Say): Finding[] {
  if (!document) return [];
  const found: (Finding | null)[] = [endFinding(document, now, say)];
  for (const [code, faults] of Map.groupBy(document.faults, (fault) => fault.code))
    found.push(faultFinding(code, faults, say));
  const certificates = listed.flatMap(({ item }) => (isCertificate(item) ? [item] : []));
  const early = certificates.find(({ notBefore }) => isDated(notBefore) && notBefore > now);
  if (early) {
    const values = {
      subject: shorten(early.subject, 100) || say('no-name'),
      date: minuteWithYear(early.notBefore, say),
    };
    found.push({
      code: 'not-yet-valid',
      grave: false,
      sentence: say('finding.document-early', values),
      advice: say('advice.document-early'),
      item: early.fingerprint,
    });
  }
  const weak = listed.find(({ item }) => 'key' in item && isWeakKey(String(item.key)));
  if (weak) {
    const { subject, name, key } = weak.item as Item & { subject?: string; name?: string; key: string };
    const values = { subject: shorten(subject ?? name ?? '', 100) || say('no-name'), key };
    found.push({ ...finding('weak-key', say('finding.weak-key', values), say), item: weak.item.fingerprint });
  }
  if (document.total !== undefined) {
    const values = { number: listed.length, total: document.total };
    found.push(finding('document-part', say('finding.document-part', values), say, { grave: false }));
  }
  return found.filter((one) => one !== null);
}
