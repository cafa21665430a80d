import type { Card, CardAction, Tone } from '../../card.ts';
import { askedName, placed } from '../../alerts/findings.ts';
import { isCertificate, type Observation, type Presented } from '../../certificates/certificate.ts';
import { failurePhrase } from '../../certificates/failure-phrase.ts';
import type { Item } from '../../certificates/item.ts';
import { mixedOf, type Mixed } from '../../certificates/mixed.ts';
import { isUnderscored } from '../../certificates/name-finding.ts';
import { stageAt } from '../../certificates/stages.ts';
import { answeringOf, isAnswer, saysNothing } from '../../certificates/state.ts';
import { itemsOf, judgeAll, presentedOf } from '../../certificates/verdict.ts';
import { atRest } from '../../items/at-rest.ts';
import { applicationFacts } from '../../items/credential.ts';
import type { Facts, Speaking } from '../../items/item-words.ts';
import { wordsOf } from '../../items/words.ts';
import { shortInstant } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { capital, enumerate, shorten } from '../../language/wording.ts';
import { briefTarget, displayTarget, endpointOf } from '../../targets/target.ts';
import { isWithinHorizon, type Instant } from '../../time.ts';
import { addressFact, addressGroups, areListed, presentsFacts, type TargetContext } from './addresses.ts';
import {
  findingHead,
  fitting,
  SUMMARY_LENGTH,
  holdersOf,
  mixedHead,
  restHead,
  stageHead,
  unseenHead,
  type Head,
} from './head.ts';
import { expiresFact, itEnds, lifetimeBar } from './lifetime.ts';
import { listedGroups } from './listed.ts';
import { zonedOnce } from './zone-once.ts';

export type { TargetContext } from './addresses.ts';
export { leftBehind, reasonFor } from './head.ts';
export { alertsPhrase, policyPhrase } from './lifetime.ts';

/** How long a target may be where a sentence has to stay short; a host name may have 253 characters. */
const SHORT = [100, 70, 40];

/** A sentence about a target, of which as little is left out as the sentence has to be short. */
function aboutShort(uri: string, tell: (target: string) => string): string {
  const told = SHORT.map((most) => tell(shorten(briefTarget(uri), most)));
  return told.find(({ length }) => length <= SUMMARY_LENGTH) ?? told.at(-1)!;
}

/** As it stands behind a colon: English goes on with a small letter, German with what it is. */
function midSentence(text: string, { language }: Say): string {
  return language === 'en' ? text.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase()) : text;
}

/** `Urgent: shop.example.com expires in 7 days, on Sun 1 Nov 2026.` */
export function headSummary(
  { word, sentence, more }: Pick<Head, 'word' | 'sentence' | 'more'>,
  uri: string,
  say: Say,
): string {
  return aboutShort(uri, (target) => {
    const told = sentence(target);
    const values = { state: capital(word), sentence: told.startsWith(target) ? told : midSentence(told, say) };
    return fitting([say('summary.state', values), ...more]);
  });
}

type Judged = ReturnType<typeof judgeAll>;

/** What a look shows as a whole: the weightiest thing first. */
interface Verdict {
  head: Head;
  leaf: Item | undefined;
  mixed: Mixed | null;
  /** Everything else that is wrong, a paragraph each. */
  rest: string[];
  /** The title or the lead says when it ends. */
  isEndTold: boolean;
}

function restOf(judged: Judged, mixed: Mixed | null, observation: Observation, say: Say): Map<string, string> {
  const answering = answeringOf(observation);
  const lines = [...judged.values()].map((finding): [string, string] => [
    finding.code,
    `✕ ${placed(finding, answering, say)} ${finding.advice}`,
  ]);
  if (mixed) lines.push([mixed.code, `✕ ${mixed.sentence} ${mixed.advice}`]);
  return new Map(lines);
}

/** Expired before what clients refuse, that before what is due soon, that before what is worth mending. */
export function verdictOf(observation: Observation, context: TargetContext): Verdict {
  const { policy, now, say } = context;
  const [leaf] = itemsOf(observation);
  const judged = judgeAll(observation, askedName(observation.uri), now, say);
  const mixed = mixedOf(observation, now, say);
  const rest = restOf(judged, mixed, observation, say);
  const found = [...judged.values()];
  const [worst] = [...found.filter(({ grave }) => grave), ...found.filter(({ grave }) => !grave)];
  const stage = leaf ? stageAt(leaf, policy, now) : 'fine';
  const isPressing = stage === 'urgent' || stage === 'critical';
  const of = { leaf, mixed };
  function without(code: string): string[] {
    rest.delete(code);
    return [...rest.values()];
  }
  if (worst && (!leaf || (worst.grave && stage !== 'expired') || (stage !== 'expired' && !isPressing && !mixed)))
    return {
      ...of,
      head: findingHead(worst, observation, leaf, context),
      rest: without(worst.code),
      isEndTold: !worst.grave,
    };
  if (!leaf) {
    const resting = atRest(observation, say);
    const head = resting ? restHead(resting, say) : unseenHead(observation, null, say);
    return { ...of, head, rest: [], isEndTold: true };
  }
  if (mixed && stage !== 'expired' && !isPressing) {
    const head = mixedHead(mixed, displayTarget(observation.uri), context);
    return { ...of, head, rest: without(mixed.code), isEndTold: false };
  }
  const isSound = rest.size === 0;
  // What to do says it.
  if (mixed && holdersOf(mixed, leaf)) rest.delete(mixed.code);
  return {
    ...of,
    head: stageHead(leaf, observation, { stage, isSound }, context),
    rest: [...rest.values()],
    isEndTold: true,
  };
}

/** How it looks as a whole: the worst of stage and findings. */
export function toneOf(observation: Observation, context: TargetContext): Tone {
  return verdictOf(observation, context).head.tone;
}

/**
 * The one plain sentence about a target, such as `Fine: example.com is valid until Sun 14 Mar 2027, in 112 days.`
 */
export function summarise(observation: Observation, context: TargetContext): string {
  return headSummary(verdictOf(observation, context).head, observation.uri, context.say);
}

/** What only thorough looks find out, with its time where it was another look than this one. */
function foundOut(sentence: string, { thoroughAt }: Presented, { now, say }: TargetContext): string {
  if (thoroughAt === undefined) return sentence;
  return say('verdict.as-of', { sentence, date: shortInstant(thoroughAt, { now, say }) });
}

/** What is worth knowing and not wrong. */
function notes(observation: Observation, context: TargetContext): Facts {
  const { say } = context;
  const presented = presentedOf(observation);
  const lines: string[] = [];
  const asked = askedName(observation.uri);
  if (presented.some((shown) => isUnderscored(shown, asked))) lines.push(say('verdict.underscore', { asked }));
  const altLeaf = presented.find(({ other }) => other);
  if (altLeaf) {
    const keys = { first: altLeaf.chain[0].key, second: altLeaf.other!.chain[0].key };
    lines.push(foundOut(say('verdict.alt-leaves', keys), altLeaf, context));
  }
  const demanding = presented.find(({ clientCertificate }) => clientCertificate);
  if (demanding) lines.push(foundOut(say('verdict.client-certificate'), demanding, context));
  else if (presented.some(({ asksCertificate }) => asksCertificate)) lines.push(say('verdict.asks-certificate'));
  return lines.map((value) => ({ label: say('label.remark'), value }));
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
  return [...groups.values()].map(({ family, reason, addresses }) =>
    say('verdict.failing', { family, reason, addresses: enumerate(addresses, 4, say) }),
  );
}

/** Everything that is behind _More_: addresses, certificate, chain, fingerprint. */
export function detailsOf(
  observation: Observation,
  leaf: Item | undefined,
  { isEndTold, hasGroup }: { isEndTold: boolean; hasGroup: boolean },
  context: TargetContext,
): Facts {
  const { now, say } = context;
  const addresses = hasGroup ? null : addressFact(observation, context);
  const idn = endpointOf(observation.uri)?.host ?? '';
  const isExact = leaf === undefined || !isCertificate(leaf) || isEndTold || !isWithinHorizon(leaf.notAfter, now);
  return [
    ...(addresses && !addresses.isTelling ? [addresses.fact] : []),
    ...(isExact ? [] : [{ label: say('label.expires'), value: wordsOf(leaf).instant(leaf, { now, say }) }]),
    ...(leaf ? wordsOf(leaf).facts(leaf, observation, { now, say }) : []),
    ...presentsFacts(observation, context),
    ...(idn.includes('xn--') ? [{ label: say('label.dns-name'), value: idn }] : []),
    ...notes(observation, context),
  ];
}

/** Since when it is watched, and by whom, where that is said. */
export function watchedFact(
  { createdAt }: { createdAt: Instant },
  name: string,
  { now, say }: Speaking,
): Facts[number] {
  const date = shortInstant(createdAt, { now, say });
  const value = name ? say('fact.since-by', { date, name: shorten(name, 80) }) : say('fact.since', { date });
  return { label: say('label.watched-since'), value };
}

/** What a command knows besides what was observed. */
export interface Extra {
  /** It has just begun to be watched, or was before; `shown`: it is, and that need not be said. */
  watching?: 'new' | 'already' | 'shown';
  /** Instead of what the look tells. */
  head?: Head;
  facts?: Facts;
  details?: Facts;
  text?: string[];
  actions?: CardAction[];
  footnote?: string;
}

function stateOf(head: Head, watching: Extra['watching'], say: Say): Card['state'] {
  const word = capital(head.word);
  // What is to be done is followed by that it is watched.
  if (!watching || watching === 'shown' || (head.todo && head.todo.then === undefined))
    return { symbol: head.symbol, word };
  const key = watching === 'new' ? 'state.watched' : 'state.watched-already';
  return { symbol: head.symbol, word: say(key, { state: word }) };
}

function summaryOf({ head, leaf }: Verdict, uri: string, watching: Extra['watching'], context: TargetContext): string {
  const { say } = context;
  if (!watching || watching === 'shown') return headSummary(head, uri, say);
  const already = watching === 'already' ? 'yes' : 'no';
  const word = midSentence(head.word, say);
  const more = leaf && head.lead && head.tone === 'attention' && head.more.length > 1 ? [head.lead] : [];
  return aboutShort(uri, (target) => {
    const values = { already, target, word };
    if (!leaf) return fitting([say('summary.watching-unseen', values), head.lead ?? '']);
    return fitting([say('summary.watching', { ...values, rest: itEnds(leaf, context) }), ...more]);
  });
}

/** What the bot does by itself, where nobody said it yet. */
function todoOf(head: Head, leaf: Item | undefined, watching: Extra['watching'], say: Say): Card['todo'] | undefined {
  if (!head.todo) return undefined;
  // What is not watched is not looked at again.
  if (watching === undefined) return { task: head.todo.task };
  if (head.todo.then !== undefined) return head.todo;
  if (!leaf) return { ...head.todo, then: say('todo.then-answers') };
  return { ...head.todo, then: say(watching === 'new' ? 'todo.then-watched' : 'todo.then-right') };
}

/** The card about one target: `check`, the answer to `watch`, and the body of `show`. */
export function observationCard(observation: Observation, context: TargetContext, extra: Extra = {}): Card {
  const { now, say } = context;
  const { watching } = extra;
  const verdict = verdictOf(observation, context);
  const { leaf, mixed, rest } = verdict;
  const head = extra.head ?? verdict.head;
  const groups = [...addressGroups(observation, mixed, context), ...listedGroups(observation, context)];
  const isFine = leaf !== undefined && verdict.isEndTold && stageAt(leaf, context.policy, now) === 'fine';
  const bar =
    leaf && verdict.isEndTold && (groups.length === 0 || observation.listed)
      ? lifetimeBar(leaf, { now, say })
      : undefined;
  const todo = todoOf(head, leaf, watching, say);
  const own = applicationFacts(observation, say);
  const telling = !areListed(groups, say) ? addressFact(observation, context) : null;
  const { addresses, outOf } = observation;
  const text = [
    ...failingLines(observation, say),
    ...rest,
    ...(outOf === undefined ? [] : [say('addresses.part', { number: addresses.length, total: outOf })]),
    ...(extra.text ?? []),
  ];
  const told = { isEndTold: verdict.isEndTold && !isFine, hasGroup: areListed(groups, say) };
  const card: Card = {
    language: say.language,
    summary: summaryOf({ ...verdict, head }, observation.uri, watching, context),
    state: stateOf(head, watching, say)!,
    title: head.title(briefTarget(observation.uri)),
    tone: head.tone,
    ...(head.lead ? { lead: head.lead } : {}),
    ...(bar ? { bar } : {}),
    ...(todo ? { todo } : {}),
    ...(text.length > 0 ? { text } : {}),
    facts: [
      ...(leaf && !verdict.isEndTold && (groups.length === 0 || observation.listed) ? expiresFact(leaf, context) : []),
      ...own.facts,
      ...(extra.facts ?? []),
      ...(telling?.isTelling ? [telling.fact] : []),
    ],
    ...(groups.length > 0 ? { groups } : {}),
    details: [...detailsOf(observation, leaf, told, context), ...own.details, ...(extra.details ?? [])],
    actions: extra.actions ?? [],
    ...(extra.footnote ? { footnote: extra.footnote } : {}),
  };
  return zonedOnce(card, say);
}
