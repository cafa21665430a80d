import type { Card, Tone } from '../../card.ts';
import { placed } from '../../alerts/findings.ts';
import { isCertificate, type FailureCode, type Observation } from '../../certificates/certificate.ts';
import { failurePhrase } from '../../certificates/failure-phrase.ts';
import type { Finding } from '../../certificates/finding.ts';
import type { Item } from '../../certificates/item.ts';
import { mixedOf, type Mixed } from '../../certificates/mixed.ts';
import { stageAt, type Stage } from '../../certificates/stages.ts';
import { answeringOf, saysNothing } from '../../certificates/state.ts';
import { presentedOf, shownBy } from '../../certificates/verdict.ts';
import { capital, dayWithYear, enumerate, expiryValues, fullStop, lengthLeft } from '../../language/wording.ts';
import type { Say } from '../../language/language.ts';
import type { MessageKey } from '../../language/messages/en.ts';
import type { RenewedWords } from '../../items/item-words.ts';
import type { atRest } from '../../items/at-rest.ts';
import { inPlace } from '../../items/listed.ts';
import { wordsAt } from '../../items/words.ts';
import { endpointOf } from '../../targets/target.ts';
import { HORIZON_YEARS, isWithinHorizon, type Instant } from '../../time.ts';
import { STAGE_LOOK, STATE_SYMBOL } from '../stage-look.ts';
import type { TargetContext } from './addresses.ts';
import { endSentence, endTitle, untilSentence } from './lifetime.ts';

/** What a card about a target begins with. */
export interface Head {
  /** With its first letter as in the middle of a sentence. */
  word: string;
  symbol: string;
  tone: Tone;
  /** `target` as it is shown in titles. */
  title: (target: string) => string;
  lead?: string;
  todo?: Card['todo'];
  /** For a locked phone: a whole sentence about the target, and what may follow it where there is room. */
  sentence: (target: string) => string;
  more: string[];
}

/** How many characters a locked phone shows of a message. */
export const SUMMARY_LENGTH = 160;
/** Less than this of a sentence tells nothing. */
const LEAST = 40;

/** As many of the sentences, in their order, as there is room for; the first always, the last one shortened. */
export function fitting([first = '', ...rest]: string[]): string {
  let text = first;
  for (const sentence of rest) {
    const room = SUMMARY_LENGTH - text.length - 1;
    if (sentence === '' || room < LEAST) continue;
    const [cut] = sentence.length <= room ? [sentence] : (/^.*(?= )/su.exec(sentence.slice(0, room - 1)) ?? []);
    if (cut === undefined) continue;
    text = `${text} ${cut}${cut === sentence ? '' : '…'}`;
  }
  return text;
}

const STATES = {
  'private-ca': 'state.private-ca',
  'self-signed': 'state.self-signed',
  untrusted: 'state.untrusted',
  'incomplete-chain': 'state.incomplete-chain',
  downgraded: 'state.downgraded',
} as const;

/** What a finding is called in the state of a card. */
function stateWord(code: Finding['code'] | Mixed['code'] | 'downgraded', say: Say): string {
  const key = Object.hasOwn(STATES, code) ? STATES[code as keyof typeof STATES] : null;
  return key ? say(key) : say(`condition.${code as Finding['code']}`);
}

/** Clients differ in whether they take it. */
const SOME_REFUSE = new Set<Finding['code']>([
  'incomplete-chain',
  'leaf-is-ca',
  'no-staple',
  'key-usage',
  'raw-name',
  'rare-tls',
  'wrong-order',
]);

function findingTitle({ code }: Pick<Finding, 'code'>, { uri }: Observation, target: string, say: Say): string {
  if (!endpointOf(uri)) return say('title.wrong', { target });
  if (code === 'not-yet-valid' || code === 'broken-off' || code === 'no-starttls' || code === 'injected')
    return say(`title.${code}`, { target });
  return say(SOME_REFUSE.has(code) ? 'title.some-refuse' : 'title.refused', { target });
}

/** Something is wrong with what is presented. Grave, the title says so; else it stays with the end of validity. */
export function findingHead(
  finding: Finding & { addresses: string[] },
  observation: Observation,
  leaf: Item | undefined,
  context: TargetContext,
): Head {
  const { say } = context;
  const { code, grave, advice } = finding;
  const lead = placed(finding, answeringOf(observation), say);
  const isEnding = !grave && leaf !== undefined;
  const title = (target: string): string =>
    isEnding
      ? endTitle(leaf, inPlace(observation, leaf, target, say), context)
      : findingTitle(finding, observation, target, say);
  return {
    word: stateWord(code, say),
    symbol: STATE_SYMBOL[grave ? 'grave' : 'lesser'],
    tone: grave ? 'attention' : 'warning',
    title,
    lead,
    todo: { task: advice },
    sentence: (target) =>
      isEnding ? endSentence(leaf, inPlace(observation, leaf, target, say), context) : fullStop(title(target)),
    more: [...(isEnding || !leaf ? [] : [untilSentence(leaf, context)]), lead],
  };
}

/** Addresses present different certificates, or one does at different times. */
export function mixedHead(mixed: Mixed, target: string, context: TargetContext): Head {
  const { now, say } = context;
  const { code, old, holders } = mixed;
  const word = stateWord(code, say);
  const base = { word, symbol: STATE_SYMBOL.lesser, tone: 'warning' as const };
  if (code === 'partly-renewed') {
    const held = holders.length;
    const until = expiryValues(old.notAfter, now, say).state;
    const values = { held, holders: holders[0]!, until, date: dayWithYear(old.notAfter, say), state: '' };
    return {
      ...base,
      title: (name) => say('title.partly-renewed', { target: name, held }),
      todo: {
        task: say('todo.partly-renewed', { holders: enumerate(holders, 4, say) }),
        then: say('todo.then-right'),
      },
      sentence: (name) => say('summary.partly-renewed', { ...values, target: name }).replace(/^: /, ''),
      more: [],
    };
  }
  const lead = mixed.sentence.replace(`${target}: `, '').replace(target, say('lead.it'));
  const title = (name: string): string => say(`title.${code}`, { target: name });
  return {
    ...base,
    title,
    lead,
    todo: { task: mixed.advice },
    sentence: (name) => fullStop(title(name)),
    more: [untilSentence(old, context), lead],
  };
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

/** How many addresses present this very item. */
export function addressesOf(observation: Observation, { fingerprint }: Item): number {
  const own = presentedOf(observation).filter((one) =>
    shownBy(one).some(({ chain }) => chain[0].fingerprint === fingerprint),
  );
  return new Set(own.map(({ address }) => address)).size;
}

/** The addresses that still present this one after a renewal; null where it is not so. */
export function holdersOf(mixed: Mixed | null, { fingerprint }: Item): string[] | null {
  return mixed?.code === 'partly-renewed' && mixed.old.fingerprint === fingerprint ? mixed.holders : null;
}

function isFarAway({ notAfter }: Item, now: Instant): boolean {
  return notAfter > now && !isWithinHorizon(notAfter, now);
}

/** The lead of a stage: when it ends, or how much is left; what that means; and that all else is good. */
function stageLead(leaf: Item, stage: Stage, sound: string, context: TargetContext & { uri: string }): string {
  const { now, say, uri } = context;
  const words = wordsAt(leaf, [uri]);
  if (stage !== 'fine') {
    const sentences = [words.meaning(stage, say), capital(sound)].filter((sentence) => sentence !== '');
    const instant = words.instant(leaf, { now, say });
    return sentences.length === 0 ? instant : [`${instant}.`, ...sentences].join(' ');
  }
  if (isFarAway(leaf, now)) {
    const { state } = expiryValues(leaf.notAfter, now, say);
    return [say('verdict.far-end', { state, years: HORIZON_YEARS }), capital(sound)].filter(Boolean).join(' ');
  }
  const left = lengthLeft(leaf.notAfter, now, say);
  if (left === null) return capital(sound);
  return sound === '' ? `${left}.` : say('lead.left', { left, good: sound });
}

/** Nothing is wrong but that it is in this stage. `isSound`: nothing else is wrong, which is said then. */
export function stageHead(
  leaf: Item,
  observation: Observation,
  { stage, isSound }: { stage: Stage; isSound: boolean },
  context: TargetContext,
): Head {
  const { now, say } = context;
  const { uri } = observation;
  const words = wordsAt(leaf, [uri]);
  const late = leftBehind(observation, leaf, context);
  const lead = stageLead(leaf, stage, isSound ? words.sound(observation, stage, say) : '', { ...context, uri });
  const todo = stage === 'fine' ? undefined : words.todo(stage, addressesOf(observation, leaf), say);
  const behind = holdersOf(mixedOf(observation, now, say), leaf);
  const task = behind
    ? say('todo.partly-renewed', { holders: enumerate(behind, 4, say) })
    : late
      ? say('todo.left-behind', late)
      : todo?.task;
  return {
    word: say(`stage.${stage}`),
    symbol: STATE_SYMBOL[stage],
    tone: STAGE_LOOK[stage].tone,
    title: (target) => endTitle(leaf, inPlace(observation, leaf, target, say), context),
    lead: [lead, ...(late ? [say('verdict.left-behind', late)] : [])].join(lead.endsWith('.') ? ' ' : '. '),
    ...(todo && task ? { todo: { ...todo, task } } : {}),
    sentence: (target) => endSentence(leaf, inPlace(observation, leaf, target, say), context),
    more: [words.meaning(stage, say)],
  };
}

/** Another item took the place of what was there. */
export function renewedHead(
  words: RenewedWords,
  to: Item,
  context: TargetContext & { place?: (target: string) => string },
): Head {
  const { place = (target) => target } = context;
  const { state, isGood, title, lead, news, todo } = words;
  return {
    word: state,
    symbol: STATE_SYMBOL[isGood ? 'fine' : 'lesser'],
    tone: isGood ? 'good' : 'warning',
    title: (target) => title ?? endTitle(to, place(target), context),
    lead,
    ...(todo ? { todo } : {}),
    sentence: (target) => endSentence(to, place(target), context),
    more: [news],
  };
}

/** It could be looked at, and nothing of it ends. */
export function restHead({ title, sentence }: NonNullable<ReturnType<typeof atRest>>, say: Say): Head {
  return {
    word: say('stage.fine'),
    symbol: STATE_SYMBOL.fine,
    tone: 'neutral',
    title,
    lead: sentence,
    sentence: (target) => fullStop(title(target)),
    more: [sentence],
  };
}

const SILENT = new Set<FailureCode>(['refused', 'timeout']);
const NAMES = new Set<FailureCode>(['name-not-found', 'no-addresses', 'alias-loop', 'alias-not-found']);
const AWAY = new Set<FailureCode>(['dns-error', 'resolver', 'proxy', 'policy', 'no-route']);

/** What was asked answered, and not with what can be read. */
const UNREAD = new Map<FailureCode, MessageKey>([
  ['document', 'todo.server'],
  ['http', 'todo.server'],
  ['lacks-permission', 'todo.permission'],
  ['no-access', 'todo.access'],
  ['gone', 'todo.gone'],
  ['service', 'todo.wait'],
  ['throttled', 'todo.wait'],
]);

function unseenWords(code: FailureCode, say: Say): { word: string; title: (target: string) => string; task: string } {
  const title =
    code === 'internal'
      ? 'title.unchecked'
      : UNREAD.has(code)
        ? 'title.unread'
        : SILENT.has(code)
          ? 'title.silent'
          : NAMES.has(code) || AWAY.has(code)
            ? 'title.unreachable'
            : 'title.no-certificate';
  const own = {
    'title.unchecked': [say('state.unchecked'), say('todo.internal')],
    'title.unread': [say('state.unread'), say(UNREAD.get(code) ?? 'todo.server')],
    'title.silent': [say('condition.unreachable'), say('todo.unreachable')],
    'title.unreachable': [say('condition.unreachable'), say(NAMES.has(code) ? 'todo.name' : 'todo.away')],
    'title.no-certificate': [say('state.no-certificate'), say('todo.server')],
  }[title];
  return { word: own[0]!, title: (target) => say(title, { target }), task: own[1]! };
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

/** The same without the addresses where it is so of all of them. */
function commonReason(observation: Observation, say: Say): string {
  const failed = observation.addresses.filter((result) => result.kind === 'failed');
  const phrases = [...new Set(failed.map(({ failure }) => failurePhrase(failure, say)))];
  return phrases.length === 1 ? phrases[0]! : reasonFor(observation, say);
}

/** Nothing was presented. `looks`: how many in a row, where somebody counts. */
export function unseenHead(observation: Observation, looks: number | null, say: Say): Head {
  const failed = observation.addresses.filter((result) => result.kind === 'failed');
  const failure = observation.failure ?? (failed.find((result) => !saysNothing(result)) ?? failed[0])?.failure;
  const { word, title, task } = unseenWords(failure?.code ?? 'timeout', say);
  const reason = commonReason(observation, say) || say('failure.none');
  return {
    word,
    symbol: STATE_SYMBOL.grave,
    tone: 'attention',
    title,
    lead: looks === null ? fullStop(capital(reason)) : say('lead.looks', { number: looks, reason }),
    todo: { task },
    sentence: (target) => `${title(target)}: ${fullStop(reason)}`,
    more: [],
  };
}
