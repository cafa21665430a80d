import type { Card, CardAction, Table, Tone } from '../card.ts';
import { TRUSTED, type AddressResult, type Certificate, type Instant, type Observation } from '../certificate.ts';
import { askedName } from '../effects.ts';
import type { Say } from '../language.ts';
import { formatThreshold, stageAt, type Threshold } from '../policy.ts';
import { displayTarget, readTarget } from '../target.ts';
import { judge, judgeAll, leavesOf, presentedOf } from '../verdict.ts';
import {
  enumerate,
  expiryValues,
  failurePhrase,
  fullStop,
  isoDate,
  isoMinute,
  relative,
  shorten,
  STAGE_LOOK,
} from '../wording.ts';

/** What people need to know of a target besides what was presented. */
export interface TargetContext {
  policy: Threshold[] | null;
  now: Instant;
  say: Say;
}

type Facts = { label: string; value: string }[];

/** The one plain sentence about a target, such as `example.com:443 expires 2027-03-14 (in 112 days), issued by Let's Encrypt E7`. */
export function summarise(observation: Observation, now: Instant, say: Say): string {
  const target = displayTarget(observation.uri);
  const [leaf] = leavesOf(observation);
  if (!leaf) return say('summary.unseen', { target, reason: reasonFor(observation, say) });
  const asked = askedName(readTarget(observation.uri));
  const [finding] = judgeAll(observation, asked, now, say).values();
  const issuer = shorten(leaf.issuer, 80);
  const base = say('summary.expires', { ...expiryValues(leaf.notAfter, now, say), target, issuer });
  return finding ? `${fullStop(base)} ${shorten(finding.sentence, 200)}` : base;
}

/** Why nothing was presented, in words. */
export function reasonFor(observation: Observation, say: Say): string {
  if (observation.failure) return failurePhrase(observation.failure, say);
  const failed = observation.addresses.filter((result) => result.kind === 'failed');
  const reasons = new Map<string, string[]>();
  for (const { address, failure } of failed) {
    const phrase = failurePhrase(failure, say);
    reasons.set(phrase, [...(reasons.get(phrase) ?? []), address]);
  }
  return [...reasons].map(([phrase, addresses]) => `${phrase} (${enumerate(addresses, 4, say)})`).join('; ');
}

/** How it looks as a whole: the worst of stage and findings. */
export function toneOf(observation: Observation, { policy, now, say }: TargetContext): Tone {
  const [leaf] = leavesOf(observation);
  if (!leaf) return 'attention';
  const asked = askedName(readTarget(observation.uri));
  if (judgeAll(observation, asked, now, say).size > 0) return 'attention';
  return STAGE_LOOK[stageAt(leaf, policy, now)].tone;
}

function verdictLines(observation: Observation, leaf: Certificate, { policy, now, say }: TargetContext): string[] {
  const stage = stageAt(leaf, policy, now);
  const asked = askedName(readTarget(observation.uri));
  const lines: string[] = [];
  const [, second] = leavesOf(observation);
  if (stage === 'expired') lines.push(`✖ ${say('verdict.expired', { date: isoMinute(leaf.notAfter) })}`);
  for (const { sentence, advice, addresses } of judgeAll(observation, asked, now, say).values()) {
    const some = addresses.length < presentedOf(observation).length;
    const found = some ? say('verdict.some', { addresses: enumerate(addresses, 4, say), sentence }) : sentence;
    lines.push(`✖ ${found} ${advice}`);
  }
  if (second) lines.push(`▲ ${say('verdict.differing')}`);
  const { symbol } = STAGE_LOOK[stage];
  const due = stage === 'fine' || stage === 'expired' ? '' : say('verdict.due', { stage: say(`stage.${stage}`) });
  if (lines.length > 0) return due ? [...lines, `${symbol} ${due}`] : lines;
  return [`${symbol} ${say('verdict.good')} ${due}`.trim()];
}

function names(leaf: Certificate, say: Say): string {
  const all = [...leaf.dnsNames, ...leaf.ipAddresses].map((name) => shorten(name, 100));
  if (all.length === 0) return say('none');
  const shown = all.slice(0, 10).join(', ');
  return all.length > 10 ? say('fact.names', { names: shown, number: all.length }) : shown;
}

/** `AB:CD:…` as browsers and openssl show a SHA-256 fingerprint, in four groups, so that narrow cards can wrap it. */
function colons(hex: string): string {
  const groups = hex.toUpperCase().match(/.{1,16}/g) ?? [];
  return groups.map((group) => group.match(/../g)?.join(':') ?? group).join(' ');
}

function chainLines(chain: Certificate[], say: Say): string {
  return chain
    .map(({ subject, dnsNames, notAfter }, index) =>
      say('fact.certificate', {
        position: index + 1,
        subject: shorten(subject || (dnsNames[0] ?? say('fact.no-subject')), 80),
        date: isoDate(notAfter),
      }),
    )
    .join(' ← ');
}

/** Everything about what was presented, as label and value. */
export function certificateFacts(observation: Observation, now: Instant, say: Say): Facts {
  const presented = presentedOf(observation);
  const [leaf] = leavesOf(observation);
  if (!leaf) return [];
  const first = presented.find(({ chain }) => chain[0].fingerprint === leaf.fingerprint)!;
  const untrusted = first.trust === TRUSTED ? presented.find((result) => result.trust !== TRUSTED) : first;
  const chain = chainLines(first.chain, say);
  const when = relative(leaf.notAfter, now, say);
  return [
    { label: say('label.expires'), value: say('fact.instant', { date: isoMinute(leaf.notAfter), when }) },
    { label: say('label.valid-from'), value: isoMinute(leaf.notBefore) },
    { label: say('label.issuer'), value: shorten(leaf.issuer, 200) || say('none') },
    { label: say('label.subject'), value: shorten(leaf.subject, 200) || say('none') },
    { label: say('label.names'), value: names(leaf, say) },
    { label: say('label.key'), value: leaf.key },
    {
      label: say('label.chain'),
      value: untrusted
        ? say('fact.untrusted', { chain, reason: shorten(untrusted.trust, 80) })
        : say('fact.trusted', { chain }),
    },
    { label: say('label.serial-number'), value: leaf.serialNumber },
    { label: say('label.fingerprint'), value: `SHA-256 ${colons(leaf.fingerprint)}` },
  ];
}

function addressRow(result: AddressResult, asked: string, context: TargetContext): Table['rows'][number] {
  const { policy, now, say } = context;
  if (result.kind === 'failed') {
    const quiet = result.failure.code === 'no-route';
    return {
      cells: [
        { text: result.address },
        { text: `${quiet ? '–' : '✖'} ${failurePhrase(result.failure, say)}`, tone: quiet ? 'neutral' : 'attention' },
        { text: '–' },
        { text: '–' },
      ],
    };
  }
  const leaf = result.chain[0];
  const findings = judge(result, asked, now, say);
  const stage = stageAt(leaf, policy, now);
  const { tone, symbol } = STAGE_LOOK[stage];
  const verdict =
    findings.length > 0
      ? `✖ ${findings.map(({ code }) => say(`condition.${code}`)).join(', ')}`
      : `${symbol} ${say(`stage.${stage}`)}`;
  return {
    cells: [
      { text: result.address },
      { text: verdict, tone: findings.length > 0 ? 'attention' : tone },
      { text: isoDate(leaf.notAfter) },
      { text: `${result.protocol}, ${leaf.fingerprint.slice(0, 8)}…` },
    ],
  };
}

/** Address by address: what it presents, or why it does not. */
export function addressTable(observation: Observation, context: TargetContext): Table | undefined {
  if (observation.addresses.length === 0) return undefined;
  const asked = askedName(readTarget(observation.uri));
  const { say } = context;
  return {
    columns: [
      { title: say('column.address'), weight: 3 },
      { title: say('column.verdict'), weight: 4 },
      { title: say('column.expires'), weight: 3 },
      { title: say('column.presents'), weight: 3 },
    ],
    rows: observation.addresses.map((result) => addressRow(result, asked, context)),
  };
}

function thresholdPhrase(threshold: Threshold, say: Say): string {
  const percent = formatThreshold(threshold);
  return threshold.kind === 'share' ? say('policy.share', { percent }) : percent;
}

/** What a policy says, in words: that it is the default, or the person's own thresholds, such as `60d, 14d and 10% of the lifetime before expiry`. */
export function policyPhrase(policy: Threshold[] | null, say: Say): string {
  if (!policy) return say('policy.default');
  const phrases = policy.map((threshold) => thresholdPhrase(threshold, say));
  return say('policy.own', { thresholds: enumerate(phrases, 10, say) });
}

/** The card about one target: `check`, the answer to `watch`, and the body of `show`. */
export function observationCard(
  observation: Observation,
  context: TargetContext,
  extra: { title?: string; facts?: Facts; text?: string[]; actions?: CardAction[]; footnote?: string } = {},
): Card {
  const { now, say } = context;
  const [leaf] = leavesOf(observation);
  const table = addressTable(observation, context);
  const idn = readTarget(observation.uri).host;
  const card: Card = {
    language: say.language,
    summary: summarise(observation, now, say),
    title: extra.title ?? displayTarget(observation.uri),
    tone: toneOf(observation, context),
    text: [],
    facts: [...certificateFacts(observation, now, say), ...(extra.facts ?? [])],
    actions: extra.actions ?? [],
  };
  if (idn.includes('xn--')) card.facts!.push({ label: say('label.dns-name'), value: idn });
  if (!leaf) card.text!.push(`✖ ${fullStop(card.summary)}`);
  else card.text!.push(...verdictLines(observation, leaf, context));
  card.text!.push(...(extra.text ?? []));
  if (table) card.table = table;
  if (extra.footnote) card.footnote = extra.footnote;
  return card;
}
