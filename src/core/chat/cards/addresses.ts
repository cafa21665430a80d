import type { Group, Row } from '../../card.ts';
import { askedName } from '../../alerts/findings.ts';
import {
  isCertificate,
  type AddressResult,
  type Certificate,
  type Observation,
  type Presented,
  type Shown,
} from '../../certificates/certificate.ts';
import { failurePhrase } from '../../certificates/failure-phrase.ts';
import type { Mixed } from '../../certificates/mixed.ts';
import { protocolName } from '../../certificates/protocol.ts';
import { stageAt, type Threshold } from '../../certificates/stages.ts';
import { judge, otherTimesOf, presentedEver, shownBy } from '../../certificates/verdict.ts';
import type { Facts, Speaking } from '../../items/item-words.ts';
import type { Say } from '../../language/language.ts';
import { shortDay, shortInstant } from '../../language/dates.ts';
import { enumerate, lengthLeft, relative } from '../../language/wording.ts';
import { DAY, ENDLESS, isDated, isWithinHorizon } from '../../time.ts';

/** What people need to know of a target besides what was presented. */
export interface TargetContext extends Speaking {
  policy: Threshold[] | null;
}

/** Addresses that are enumerated in one place. */
const MOST = 16;
/** From this distance on a day has its year. */
const FAR = 183 * DAY;

/** What addresses have in common: what they present, and what is to be said of it. */
interface Alike {
  addresses: string[];
  symbol: '✓' | '✕' | '–';
  phrase: string;
  leaf?: Certificate;
  /** The leaf's, where an address has another as well. */
  key?: string;
}

function verdictOf(shown: Shown, asked: string, { policy, now, say }: TargetContext): Omit<Alike, 'addresses'> {
  const [leaf] = shown.chain;
  const stage = stageAt(leaf, policy, now);
  const found = judge(shown, asked, now, say).map(({ code }) => say(`condition.${code}`));
  const phrases = stage === 'fine' && found.length > 0 ? found : [...found, say(`stage.${stage}`)];
  return { symbol: stage === 'fine' && found.length === 0 ? '✓' : '✕', phrase: phrases.join(', '), leaf };
}

function presentedLines(
  result: Presented,
  context: TargetContext,
  of: { asked: string; mixed: Mixed | null },
): Alike[] {
  const { say, now } = context;
  const { asked, mixed } = of;
  return shownBy(result).map((shown) => {
    const verdict = verdictOf(shown, asked, context);
    const [leaf] = shown.chain;
    const phrases = [verdict.phrase];
    const key = result.other ? { key: leaf.key } : {};
    if (mixed?.code === 'partly-renewed' && verdict.symbol === '✓') {
      const isOld = leaf.fingerprint === mixed.old.fingerprint;
      return {
        ...verdict,
        ...key,
        addresses: [result.address],
        symbol: isOld ? '✕' : '✓',
        phrase: say(isOld ? 'row.old' : 'row.new'),
      };
    }
    if (mixed?.code === 'partly-renewed')
      phrases.unshift(say(leaf.fingerprint === mixed.old.fingerprint ? 'row.old' : 'row.new'));
    if (shown === result.other && result.thoroughAt !== undefined)
      phrases.push(say('fact.seen', { date: shortInstant(result.thoroughAt, { now, say }) }));
    return { ...verdict, ...key, addresses: [result.address], phrase: phrases.join(' · ') };
  });
}

function linesOf(result: AddressResult, context: TargetContext, of: { asked: string; mixed: Mixed | null }): Alike[] {
  if (result.kind === 'presented') return presentedLines(result, context, of);
  const symbol = result.failure.code === 'no-route' ? '–' : '✕';
  return [{ addresses: [result.address], symbol, phrase: failurePhrase(result.failure, context.say) }];
}

/** Address by address what it presents, or why it does not; those of which the same is to be said in one. */
function alikeOf(observation: Observation, mixed: Mixed | null, context: TargetContext): Alike[] {
  const of = { asked: askedName(observation.uri), mixed };
  const { say } = context;
  const lines = [
    ...observation.addresses.flatMap((result) => linesOf(result, context, of)),
    ...otherTimesOf(observation).flatMap((one) =>
      linesOf({ ...one, address: say('fact.at-other-times', { address: one.address }) }, context, of),
    ),
  ];
  const groups = new Map<string, Alike>();
  for (const line of lines) {
    const key = [line.symbol, line.phrase, line.leaf?.fingerprint ?? ''].join('\n');
    const known = groups.get(key);
    if (known) known.addresses.push(...line.addresses);
    else groups.set(key, { ...line, addresses: [...line.addresses] });
  }
  const order = { '✕': 0, '✓': 1, '–': 2 };
  return [...groups.values()].toSorted((a, b) => order[a.symbol] - order[b.symbol]);
}

/** A day and how far it is, as a narrow column can hold them: the year in the place of the distance. */
function columns({ notAfter }: Certificate, { now, say }: Speaking): Pick<Row, 'date' | 'distance'> {
  if (!isDated(notAfter) || notAfter >= ENDLESS || !isWithinHorizon(notAfter, now)) return {};
  const date = shortDay(notAfter, { now, say, year: false });
  if (Math.abs(notAfter - now) > FAR) return { date, distance: shortDay(notAfter, { now, say, year: true }).slice(-4) };
  return { date, distance: lengthLeft(notAfter, now, say) ?? relative(notAfter, now, say) };
}

function rowOf({ addresses, symbol, phrase, leaf, key }: Alike, isByKey: boolean, context: TargetContext): Row {
  const { now, say } = context;
  const beside = leaf ? columns(leaf, context) : {};
  const end = leaf && beside.date === undefined ? ` · ${shortDay(leaf.notAfter, { now, say })}` : '';
  const name = isByKey && key ? key : enumerate(addresses, MOST, say);
  const which = key && !isByKey ? ` · ${key}` : '';
  return { name, sub: `${symbol} ${phrase}${which}${end}`, ...beside };
}

/** Where addresses differ, what each presents; else nothing, since it is said of all of them. */
export function addressGroups(observation: Observation, mixed: Mixed | null, context: TargetContext): Group[] {
  const alike = alikeOf(observation, mixed, context);
  const presents = alike.some(({ leaf }) => leaf !== undefined);
  if (!presents || alike.filter(({ symbol }) => symbol !== '–').length < 2) return [];
  // Of two certificates that each address has, it is they that differ.
  const isByKey = new Set(alike.map(({ addresses }) => addresses.join(' '))).size === 1;
  if (isByKey && alike.every(({ symbol }) => symbol === '✓')) return [];
  const heading = context.say(isByKey ? 'group.certificates' : 'group.addresses');
  return [{ heading, rows: alike.map((one) => rowOf(one, isByKey, context)) }];
}

/** Whether the groups name every address. */
export function areListed(groups: Group[], say: Say): boolean {
  return groups.some(({ heading }) => heading === say('group.addresses'));
}

/** Which addresses there are, where they do not differ; `isTelling`: some of them cannot be seen from here. */
export function addressFact(
  observation: Observation,
  context: TargetContext,
): { fact: Facts[number]; isTelling: boolean } | null {
  const { say } = context;
  const label = say('label.addresses');
  const alike = alikeOf(observation, null, context);
  const seen = [...new Set(alike.filter(({ symbol }) => symbol !== '–').flatMap(({ addresses }) => addresses))];
  const unseen = alike.filter(({ symbol }) => symbol === '–').flatMap(({ addresses }) => addresses);
  const shown = enumerate(seen, MOST, say);
  const others = say('fact.unseen-from-here', { number: unseen.length, addresses: enumerate(unseen, MOST, say) });
  if (seen.length === 0) return unseen.length === 0 ? null : { fact: { label, value: others }, isTelling: false };
  if (unseen.length > 0) {
    const value = say('fact.present-it', { number: seen.length, addresses: shown, others });
    return { fact: { label, value }, isTelling: true };
  }
  const isPresented = alike.some(({ leaf }) => leaf !== undefined);
  const value = seen.length > 1 && isPresented ? say('fact.present-same', { addresses: shown }) : shown;
  return { fact: { label, value }, isTelling: false };
}

/** Where several certificates are presented, each with its key and fingerprint, and where. */
export function presentsFacts(observation: Observation, { now, say }: TargetContext): Facts {
  const seen = new Map<string, { leaf: Certificate; protocol: string; addresses: string[] }>();
  for (const presented of presentedEver(observation))
    for (const { chain, protocol } of shownBy(presented)) {
      const key = `${chain[0].fingerprint} ${protocol}`;
      const one = seen.get(key) ?? { leaf: chain[0], protocol, addresses: [] };
      if (!one.addresses.includes(presented.address)) one.addresses.push(presented.address);
      seen.set(key, one);
    }
  if (seen.size < 2) return [];
  const isEverywhere = new Set([...seen.values()].map(({ addresses }) => addresses.join(' '))).size === 1;
  return [...seen.values()]
    .filter(({ leaf }) => isCertificate(leaf))
    .map(({ leaf, protocol, addresses }) => ({
      label: say('label.presents'),
      value: say('fact.presents', {
        key: leaf.key,
        protocol: protocolName(protocol),
        print: leaf.fingerprint.slice(0, 8),
        date: shortDay(leaf.notAfter, { now, say }),
        addresses: isEverywhere ? 'none' : enumerate(addresses, 4, say),
      }),
    }));
}
