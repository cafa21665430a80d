import type { Card, CardAction, Table, Tone } from '../card.ts';
import { TRUSTED, type AddressResult, type Certificate, type Instant, type Observation } from '../certificate.ts';
import { askedName } from '../effects.ts';
import { formatThreshold, stageAt, type Stage, type Threshold } from '../policy.ts';
import { displayTarget, readTarget } from '../target.ts';
import { judge, judgeAll, leavesOf, presentedOf } from '../verdict.ts';
import {
  enumerate,
  expiryPhrase,
  failurePhrase,
  fullStop,
  isoMinute,
  relative,
  shorten,
  STAGE_LOOK,
} from '../wording.ts';

/** What people need to know of a target besides what was presented. */
export interface TargetContext {
  policy: Threshold[] | null;
  now: Instant;
}

type Facts = { label: string; value: string }[];

/** The one plain sentence about a target, such as `example.com:443 expires 2027-03-14 (in 112 days), issued by Let's Encrypt E7`. */
export function summarise(observation: Observation, now: Instant): string {
  const shown = displayTarget(observation.uri);
  const [leaf] = leavesOf(observation);
  if (!leaf) return `${shown} could not be looked at: ${reasonFor(observation)}`;
  const asked = askedName(readTarget(observation.uri));
  const [finding] = judgeAll(observation, asked, now).values();
  const base = `${shown} ${expiryPhrase(leaf.notAfter, now)}, issued by ${shorten(leaf.issuer, 80)}`;
  return finding ? `${fullStop(base)} ${shorten(finding.sentence, 200)}` : base;
}

/** Why nothing was presented, in words. */
export function reasonFor(observation: Observation): string {
  if (observation.failure) return failurePhrase(observation.failure);
  const failed = observation.addresses.filter((result) => result.kind === 'failed');
  const reasons = new Map<string, string[]>();
  for (const { address, failure } of failed) {
    const phrase = failurePhrase(failure);
    reasons.set(phrase, [...(reasons.get(phrase) ?? []), address]);
  }
  return [...reasons].map(([phrase, addresses]) => `${phrase} (${enumerate(addresses, 4)})`).join('; ');
}

/** How it looks as a whole: the worst of stage and findings. */
export function toneOf(observation: Observation, { policy, now }: TargetContext): Tone {
  const [leaf] = leavesOf(observation);
  if (!leaf) return 'attention';
  const asked = askedName(readTarget(observation.uri));
  if (judgeAll(observation, asked, now).size > 0) return 'attention';
  return STAGE_LOOK[stageAt(leaf, policy, now)].tone;
}

function verdictLines(observation: Observation, stage: Stage, leaf: Certificate, now: Instant): string[] {
  const asked = askedName(readTarget(observation.uri));
  const lines: string[] = [];
  const [, second] = leavesOf(observation);
  if (stage === 'expired') lines.push(`✖ The certificate expired on ${isoMinute(leaf.notAfter)}. Renew it now.`);
  for (const { sentence, advice, addresses } of judgeAll(observation, asked, now).values()) {
    const where = addresses.length < presentedOf(observation).length ? `On ${enumerate(addresses, 4)}: ` : '';
    lines.push(`✖ ${where}${sentence} ${advice}`);
  }
  if (second)
    lines.push('▲ Its addresses present different certificates; the table shows which. The first to expire counts.');
  const { symbol, word } = STAGE_LOOK[stage];
  const due = stage === 'fine' || stage === 'expired' ? '' : `Renewal is due: stage “${word}”.`;
  if (lines.length > 0) return due ? [...lines, `${symbol} ${due}`] : lines;
  return [`${symbol} The name matches, the chain verifies, and the certificate is in time. ${due}`.trim()];
}

function names(leaf: Certificate): string {
  const all = [...leaf.dnsNames, ...leaf.ipAddresses].map((name) => shorten(name, 100));
  if (all.length === 0) return 'none';
  const shown = all.slice(0, 10).join(', ');
  return all.length > 10 ? `${shown} … (${all.length} names)` : shown;
}

/** `AB:CD:…` as browsers and openssl show a SHA-256 fingerprint, in four groups, so that narrow cards can wrap it. */
function colons(hex: string): string {
  const groups = hex.toUpperCase().match(/.{1,16}/g) ?? [];
  return groups.map((group) => group.match(/../g)?.join(':') ?? group).join(' ');
}

function chainLines(chain: Certificate[]): string {
  return chain
    .map(
      (certificate, index) =>
        `${index + 1}. ${shorten(certificate.subject || (certificate.dnsNames[0] ?? 'no subject'), 80)} (until ${isoMinute(certificate.notAfter).slice(0, 10)})`,
    )
    .join(' ← ');
}

/** Everything about what was presented, as label and value. */
export function certificateFacts(observation: Observation, now: Instant): Facts {
  const presented = presentedOf(observation);
  const [leaf] = leavesOf(observation);
  if (!leaf) return [];
  const first = presented.find(({ chain }) => chain[0].fingerprint === leaf.fingerprint)!;
  const untrusted = first.trust === TRUSTED ? presented.find((result) => result.trust !== TRUSTED) : first;
  const trust = untrusted ? `not trusted (${shorten(untrusted.trust, 80)})` : 'trusted';
  return [
    { label: 'Expires', value: `${isoMinute(leaf.notAfter)} (${relative(leaf.notAfter, now)})` },
    { label: 'Valid from', value: isoMinute(leaf.notBefore) },
    { label: 'Issuer', value: shorten(leaf.issuer, 200) || 'none' },
    { label: 'Subject', value: shorten(leaf.subject, 200) || 'none' },
    { label: 'Names', value: names(leaf) },
    { label: 'Key', value: leaf.key },
    { label: 'Chain', value: `${chainLines(first.chain)}: ${trust}` },
    { label: 'Serial number', value: leaf.serialNumber },
    { label: 'Fingerprint', value: `SHA-256 ${colons(leaf.fingerprint)}` },
  ];
}

function addressRow(result: AddressResult, asked: string, context: TargetContext): Table['rows'][number] {
  if (result.kind === 'failed') {
    const quiet = result.failure.code === 'no-route';
    return {
      cells: [
        { text: result.address },
        { text: `${quiet ? '–' : '✖'} ${failurePhrase(result.failure)}`, tone: quiet ? 'neutral' : 'attention' },
        { text: '–' },
        { text: '–' },
      ],
    };
  }
  const leaf = result.chain[0];
  const findings = judge(result, asked, context.now);
  const { tone, symbol, word } = STAGE_LOOK[stageAt(leaf, context.policy, context.now)];
  const verdict =
    findings.length > 0 ? `✖ ${findings.map(({ code }) => code.replaceAll('-', ' ')).join(', ')}` : `${symbol} ${word}`;
  return {
    cells: [
      { text: result.address },
      { text: verdict, tone: findings.length > 0 ? 'attention' : tone },
      { text: isoMinute(leaf.notAfter).slice(0, 10) },
      { text: `${result.protocol}, ${leaf.fingerprint.slice(0, 8)}…` },
    ],
  };
}

/** Address by address: what it presents, or why it does not. */
export function addressTable(observation: Observation, context: TargetContext): Table | undefined {
  if (observation.addresses.length === 0) return undefined;
  const asked = askedName(readTarget(observation.uri));
  return {
    columns: [
      { title: 'Address', weight: 3 },
      { title: 'Verdict', weight: 4 },
      { title: 'Expires', weight: 3 },
      { title: 'Presents', weight: 3 },
    ],
    rows: observation.addresses.map((result) => addressRow(result, asked, context)),
  };
}

function thresholdPhrase(threshold: Threshold): string {
  return threshold.kind === 'share' ? `${formatThreshold(threshold)} of the lifetime` : formatThreshold(threshold);
}

/** What a policy says, in words: that it is the default, or the person's own thresholds, such as `60d, 14d and 10% of the lifetime before expiry`. */
export function policyPhrase(policy: Threshold[] | null): string {
  if (!policy) return 'default (30, 7 and 2 days before expiry, later when the lifetime is short)';
  return `${enumerate(policy.map(thresholdPhrase))} before expiry`;
}

/** The card about one target: `check`, the answer to `watch`, and the body of `show`. */
export function observationCard(
  observation: Observation,
  context: TargetContext,
  extra: { title?: string; facts?: Facts; text?: string[]; actions?: CardAction[]; footnote?: string } = {},
): Card {
  const shown = displayTarget(observation.uri);
  const [leaf] = leavesOf(observation);
  const table = addressTable(observation, context);
  const idn = readTarget(observation.uri).host;
  const card: Card = {
    summary: summarise(observation, context.now),
    title: extra.title ?? shown,
    tone: toneOf(observation, context),
    text: [],
    facts: [...certificateFacts(observation, context.now), ...(extra.facts ?? [])],
    actions: extra.actions ?? [],
  };
  if (idn.includes('xn--')) card.facts!.push({ label: 'DNS name', value: idn });
  if (!leaf) card.text!.push(`✖ ${fullStop(card.summary)}`);
  else card.text!.push(...verdictLines(observation, stageAt(leaf, context.policy, context.now), leaf, context.now));
  card.text!.push(...(extra.text ?? []));
  if (table) card.table = table;
  if (extra.footnote) card.footnote = extra.footnote;
  return card;
}
