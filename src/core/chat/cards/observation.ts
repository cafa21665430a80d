import type { Card, CardAction, Table, Tone } from '../../card.ts';
import {
  isCertificate,
  type AddressResult,
  type Observation,
  type Presented,
  type Shown,
} from '../../certificates/certificate.ts';
import { DAY, HORIZON_YEARS, HOUR, isDated, isWithinHorizon, MINUTE, type Instant } from '../../time.ts';
import { askedName, placed } from '../../alerts/findings.ts';
import type { Say } from '../../language/language.ts';
import { boundaries, stageAt, type Threshold } from '../../certificates/stages.ts';
import { displayTarget, endpointOf } from '../../targets/target.ts';
import { answeringOf, isAnswer, saysNothing } from '../../certificates/state.ts';
import { isUnderscored } from '../../certificates/name-finding.ts';
import { mixedOf } from '../../certificates/mixed.ts';
import type { Finding } from '../../certificates/finding.ts';
import { judge, judgeAll, itemsOf, otherTimesOf, presentedOf, shownBy } from '../../certificates/verdict.ts';
import { endDay, enumerate, expiryValues, fullStop, isoDate, isoMinute, shorten } from '../../language/wording.ts';
import { failurePhrase } from '../../certificates/failure-phrase.ts';
import type { Facts, Speaking } from '../../items/item-words.ts';
import { wordsOf } from '../../items/words.ts';
import type { Item } from '../../certificates/item.ts';
import { STAGE_LOOK } from '../stage-look.ts';

/** What people need to know of a target besides what was presented. */
export interface TargetContext {
  policy: Threshold[] | null;
  now: Instant;
  say: Say;
}

/**
 * The one plain sentence about a target, such as `example.com:443 expires 2027-03-14 (in 112 days), issued by Let's
 * Encrypt E7`.
 */
export function summarise(observation: Observation, now: Instant, say: Say): string {
  const target = displayTarget(observation.uri);
  const [leaf] = itemsOf(observation);
  if (!leaf) return say('summary.unseen', { target, reason: reasonFor(observation, say) });
  const asked = askedName(observation.uri);
  const [finding] = judgeAll(observation, asked, now, say).values();
  const base = wordsOf(leaf).ends(leaf, target, { now, say });
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
  const [leaf] = itemsOf(observation);
  if (!leaf) return 'attention';
  const findings = [...judgeAll(observation, askedName(observation.uri), now, say).values()];
  const { tone } = STAGE_LOOK[stageAt(leaf, policy, now)];
  if (findings.some(({ grave }) => grave)) return 'attention';
  const lesser = findings.length > 0 || mixedOf(observation, now, say) !== null;
  return lesser && tone !== 'attention' ? 'warning' : tone;
}

/** A finding's symbol: clients refuse what it is about, or it is worth mending. */
function symbolOf({ grave }: Finding): string {
  return grave ? '✖' : '▲';
}

/** What only thorough looks find out, with its time where it was another look than this one. */
function foundOut(sentence: string, { thoroughAt }: Presented, say: Say): string {
  return thoroughAt === undefined ? sentence : say('verdict.as-of', { sentence, date: isoMinute(thoroughAt, say) });
}

/** What is worth knowing and not wrong. */
function remarks(observation: Observation, leaf: Item, { now, say }: TargetContext): string[] {
  const presented = presentedOf(observation);
  const lines: string[] = [];
  const asked = askedName(observation.uri);
  const { state } = expiryValues(leaf.notAfter, now, say);
  const isFar = state === 'endless' || (state === 'valid' && !isWithinHorizon(leaf.notAfter, now));
  if (isFar) lines.push(`ℹ ${say('verdict.far-end', { state, years: HORIZON_YEARS })}`);
  if (presented.some((shown) => isUnderscored(shown, asked))) lines.push(`ℹ ${say('verdict.underscore', { asked })}`);
  const altLeaf = presented.find(({ other }) => other);
  if (altLeaf) {
    const keys = { first: altLeaf.chain[0].key, second: altLeaf.other!.chain[0].key };
    lines.push(`ℹ ${foundOut(say('verdict.alt-leaves', keys), altLeaf, say)}`);
  }
  const demanding = presented.find(({ clientCertificate }) => clientCertificate);
  if (demanding) lines.push(`ℹ ${foundOut(say('verdict.client-certificate'), demanding, say)}`);
  else if (presented.some(({ asksCertificate }) => asksCertificate)) lines.push(`ℹ ${say('verdict.asks-certificate')}`);
  return lines;
}

/** Addresses that fail while others present something, family by family where none of one answers. */
function failingLines(observation: Observation, say: Say): string[] {
  const presented = presentedOf(observation);
  if (presented.length === 0) return [];
  const groups = new Map<string, { family: string; reason: string; addresses: string[] }>();
  for (const result of observation.addresses) {
    if (result.kind === 'presented' || isAnswer(result.failure) || saysNothing(result)) continue;
    const isOf6 = result.address.includes(':');
    const isWhole = presented.every(({ address }) => address.includes(':') !== isOf6);
    const family = isWhole ? (isOf6 ? 'IPv6' : 'IPv4') : 'some';
    const reason = failurePhrase(result.failure, say);
    const group = groups.get(`${family} ${reason}`) ?? { family, reason, addresses: [] };
    groups.set(`${family} ${reason}`, group);
    group.addresses.push(result.address);
  }
  return [...groups.values()].map(({ family, reason, addresses }) => {
    const values = { family, reason, addresses: enumerate(addresses, 4, say) };
    return `ℹ ${say('verdict.failing', values)}`;
  });
}

function findingLines(observation: Observation, { now, say }: TargetContext): string[] {
  const asked = askedName(observation.uri);
  const lines: string[] = [];
  const answering = answeringOf(observation);
  for (const finding of judgeAll(observation, asked, now, say).values()) {
    lines.push(`${symbolOf(finding)} ${placed(finding, answering, say)} ${finding.advice}`);
  }
  const mixed = mixedOf(observation, now, say);
  if (mixed) lines.push(`▲ ${mixed.sentence} ${mixed.advice}`);
  return lines;
}

/**
 * Of two certificates of one server, for two kinds of key, the one that is due while the other was renewed: the keys of
 * both. Null where it is not so.
 */
export function leftBehind(
  observation: Observation,
  leaf: Item,
  { policy, now }: Pick<TargetContext, 'policy' | 'now'>,
): { key: string; renewed: string } | null {
  if (!isCertificate(leaf) || stageAt(leaf, policy, now) === 'fine') return null;
  for (const { chain, other } of presentedOf(observation)) {
    const both = other ? [chain[0], other.chain[0]] : [];
    const renewed = both.find(({ fingerprint }) => fingerprint !== leaf.fingerprint);
    const isOne = both.some(({ fingerprint }) => fingerprint === leaf.fingerprint);
    if (isOne && renewed && stageAt(renewed, policy, now) === 'fine') return { key: leaf.key, renewed: renewed.key };
  }
  return null;
}

function verdictLines(observation: Observation, leaf: Item, context: TargetContext): string[] {
  const { policy, now, say } = context;
  const stage = stageAt(leaf, policy, now);
  const words = wordsOf(leaf);
  const lines: string[] = [];
  if (stage === 'expired') lines.push(`✖ ${words.over(leaf, say)}`);
  const late = leftBehind(observation, leaf, context);
  if (late) lines.push(`${STAGE_LOOK[stage].symbol} ${say('verdict.left-behind', late)}`);
  lines.push(...findingLines(observation, context));
  const failing = failingLines(observation, say);
  const { symbol } = STAGE_LOOK[stage];
  const due = stage === 'fine' || stage === 'expired' ? '' : words.due(say(`stage.${stage}`), say);
  if (lines.length === 0)
    lines.push([symbol, due, words.fine(due !== '', say)].filter((part) => part !== '').join(' '));
  else if (due && !late) lines.push(`${symbol} ${due}`);
  else if (due) lines[0] = `${lines[0]} ${due}`;
  return [...failing, ...lines, ...remarks(observation, leaf, context)];
}

function shownRow(
  address: string,
  shown: Shown,
  asked: string,
  context: TargetContext & { seenAt?: Instant },
): Table['rows'][number] {
  const { policy, now, say, seenAt } = context;
  const leaf = shown.chain[0];
  const presents = `${leaf.key}, ${shown.protocol === 'TLSv1' ? 'TLSv1.0' : shown.protocol}, ${leaf.fingerprint.slice(0, 8)}…`;
  const findings = judge(shown, asked, now, say);
  const stage = stageAt(leaf, policy, now);
  const { tone, symbol } = STAGE_LOOK[stage];
  const stageText = `${symbol} ${say(`stage.${stage}`)}`;
  const [worst] = findings;
  const found = findings.map(({ code }) => say(`condition.${code}`)).join(', ');
  const verdict = worst
    ? [`${symbolOf(worst)} ${found}`, ...(stage === 'fine' ? [] : [stageText])].join(' · ')
    : stageText;
  return {
    cells: [
      { text: address },
      { text: verdict, tone: worst?.grave ? 'attention' : worst && tone === 'good' ? 'warning' : tone },
      { text: endDay(leaf.notAfter, say) },
      { text: seenAt === undefined ? presents : say('fact.as-of', { presents, date: isoMinute(seenAt, say) }) },
    ],
  };
}

/** A row for each certificate that an address presents, or one that says why it presents none. */
function addressRows(result: AddressResult, asked: string, context: TargetContext): Table['rows'] {
  if (result.kind === 'presented')
    return shownBy(result).map((shown) => {
      const at = shown === result.other ? result.thoroughAt : undefined;
      return shownRow(result.address, shown, asked, { ...context, ...(at === undefined ? {} : { seenAt: at }) });
    });
  const quiet = result.failure.code === 'no-route';
  const text = `${quiet ? '–' : '✖'} ${failurePhrase(result.failure, context.say)}`;
  return [
    {
      cells: [{ text: result.address }, { text, tone: quiet ? 'neutral' : 'attention' }, { text: '–' }, { text: '–' }],
    },
  ];
}

/** Address by address: what it presents, or why it does not. */
export function addressTable(observation: Observation, context: TargetContext): Table | undefined {
  if (observation.addresses.length === 0) return undefined;
  const asked = askedName(observation.uri);
  const { say } = context;
  return {
    columns: [
      // In a narrow card a date and a fingerprint stay on one line each.
      { title: say('column.address'), weight: 9 },
      { title: say('column.verdict'), weight: 9 },
      { title: say('column.expires'), weight: 9 },
      { title: say('column.presents'), weight: 10 },
    ],
    rows: [
      ...observation.addresses.flatMap((result) => addressRows(result, asked, context)),
      ...otherTimesOf(observation).flatMap((one) => {
        return addressRows({ ...one, address: say('fact.at-other-times', { address: one.address }) }, asked, context);
      }),
    ],
  };
}

function thresholdPhrase(threshold: Threshold, say: Say): string {
  if (threshold.kind === 'share') return say('policy.share', { percent: threshold.percent });
  const [unit, one] = (
    [
      ['days', DAY],
      ['hours', HOUR],
    ] as const
  ).find(([, length]) => threshold.ms % length === 0) ?? ['minutes', MINUTE];
  return say(`length.${unit}`, { number: Math.round(threshold.ms / one) });
}

/**
 * What a policy says, in words: that it is the default, or the person's own thresholds, such as `60 days, 14 days and
 * 10% of the lifetime before expiry`.
 */
export function policyPhrase(policy: Threshold[] | null, say: Say): string {
  if (!policy) return say('policy.default');
  const phrases = policy.map((threshold) => thresholdPhrase(threshold, say));
  return say('policy.own', { thresholds: enumerate(phrases, 10, say) });
}

/** To the minute where a day would say too little: near now, or near the end. */
function boundaryDate(at: Instant, { notAfter }: Item, { now, say }: Speaking): string {
  return at - now < 2 * DAY || notAfter - at < 2 * DAY ? isoMinute(at, say) : isoDate(at, say);
}

/** When alerts about this item are still to come; the rule, while it is not known. */
export function alertsPhrase(leaf: Item | undefined, policy: Threshold[] | null, { now, say }: Speaking): string {
  if (!leaf || !isDated(leaf.notAfter)) return policyPhrase(policy, say);
  if (leaf.notAfter <= now) return say('alerts.over');
  if (!isWithinHorizon(leaf.notAfter, now)) return say('alerts.far', { years: HORIZON_YEARS });
  const coming = boundaries(leaf, policy).filter(({ at, key }) => at > now && key !== 'expired');
  const dates = [...new Set(coming.map(({ at }) => boundaryDate(at, leaf, { now, say })))];
  return dates.length === 0 ? say('alerts.last') : say('alerts.dates', { dates: dates.join(', ') });
}

/** In which zone the times of a card are, where that is not said with each. */
export function zoneFacts(say: Say): Facts {
  return say.zone === undefined ? [] : [{ label: say('label.time-zone'), value: say.zone }];
}

/** The card about one target: `check`, the answer to `watch`, and the body of `show`. */
export function observationCard(
  observation: Observation,
  context: TargetContext,
  extra: { title?: string; facts?: Facts; text?: string[]; actions?: CardAction[]; footnote?: string } = {},
): Card {
  const { now, say } = context;
  const [leaf] = itemsOf(observation);
  const table = addressTable(observation, context);
  const idn = endpointOf(observation.uri)?.host ?? '';
  const card: Card = {
    language: say.language,
    summary: summarise(observation, now, say),
    title: extra.title ?? displayTarget(observation.uri),
    tone: toneOf(observation, context),
    text: [],
    facts: [...(leaf ? wordsOf(leaf).facts(leaf, observation, { now, say }) : []), ...(extra.facts ?? [])],
    actions: extra.actions ?? [],
  };
  if (idn.includes('xn--')) card.facts!.push({ label: say('label.dns-name'), value: idn });
  card.facts!.push(...zoneFacts(say));
  if (!leaf) {
    const lines = findingLines(observation, context);
    card.text!.push(...(lines.length > 0 ? lines : [`✖ ${fullStop(card.summary)}`]));
  } else card.text!.push(...verdictLines(observation, leaf, context));
  const { addresses, outOf } = observation;
  if (outOf !== undefined) card.text!.push(say('addresses.part', { number: addresses.length, total: outOf }));
  card.text!.push(...(extra.text ?? []));
  if (table) card.table = table;
  if (extra.footnote) card.footnote = extra.footnote;
  return card;
}
