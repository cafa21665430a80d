import type { About, Fact } from '../../about.ts';
import type { Card, CardAction, Group, LifetimeBar, Mention, Tone } from '../../card.ts';
import { alertKey, type AlertItem } from '../../alerts/alerts.ts';
import { askedName, fixedSentence, isMixed, type Look } from '../../alerts/findings.ts';
import { isCertificate } from '../../certificates/certificate.ts';
import type { Finding } from '../../certificates/finding.ts';
import type { Item } from '../../certificates/item.ts';
import { mixedOf } from '../../certificates/mixed.ts';
import type { Threshold } from '../../certificates/stages.ts';
import type { Instant } from '../../time.ts';
import { judgeAll, presentedOf } from '../../certificates/verdict.ts';
import type { Facts } from '../../items/item-words.ts';
import { inPlace } from '../../items/listed.ts';
import { wordsAt, wordsOf } from '../../items/words.ts';
import { shortInstant } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import type { Persona } from '../../model/conversation.ts';
import { openingOf } from '../persona.ts';
import { capital, enumerate, fullStop, shorten } from '../../language/wording.ts';
import { briefTarget, displayTarget, endpointOf } from '../../targets/target.ts';
import { STATE_SYMBOL } from '../stage-look.ts';
import { addressGroups, areListed, type TargetContext } from './addresses.ts';
import { addressesOf, findingHead, mixedHead, renewedHead, stageHead, unseenHead, type Head } from './head.ts';
import { allAlertsFact, expiresFact, lifetimeBar, nextAlertFact, untilPhrase, untilSentence } from './lifetime.ts';
import { detailsOf, headSummary } from './observation.ts';
import { zonedOnce } from './zone-once.ts';

/** One thing that an alert says. */
export interface AlertPart {
  head: Head;
  bar?: LifetimeBar | undefined;
  facts: Facts;
  details: Facts;
  /** The head tells when it ends, or that matters no more. */
  isEndTold: boolean;
  /** The same as a paragraph, below something weightier. */
  paragraph: string;
  about: Fact;
}

type Context = TargetContext & { look: Look };

function paragraphOf({ word, sentence, lead = '', todo }: Head, target: string, addition = lead): string {
  const lines = [`${capital(word)}:`, fullStop(sentence(target)), addition, todo?.task ?? ''];
  return lines.filter((line) => line !== '').join(' ');
}

/** `addition`: instead of the lead, where this is a paragraph. */
type Said = Omit<AlertPart, 'paragraph' | 'about'> & { addition?: string };

function stagePart({ boundary, certificate, altLeaf }: Extract<AlertItem, { kind: 'stage' }>, context: Context): Said {
  const { now, say, look } = context;
  const head = stageHead(certificate, look.observation, { stage: boundary.stage, isSound: false }, context);
  const isOneOfTwo = altLeaf === true && isCertificate(certificate);
  const which = isOneOfTwo ? [say('lead.one-of-two', { key: certificate.key })] : [];
  const lead = [which.length > 0 ? fullStop(head.lead ?? '') : head.lead, ...which].join(' ');
  return {
    head: { ...head, lead, more: [...which, ...head.more] },
    bar: lifetimeBar(certificate, { now, say }),
    facts: [],
    details: [],
    isEndTold: true,
    addition: '',
  };
}

function renewedPart(item: Extract<AlertItem, { kind: 'renewed' }>, target: string, context: Context): Said {
  const { to } = item;
  const { now, say, look } = context;
  const { observation } = look;
  const addresses = addressesOf(observation, to);
  const words = wordsAt(to, [observation.uri]).renewed({ ...item, addresses }, target, { now, say });
  const place = (name: string): string => inPlace(observation, to, name, say);
  return {
    head: renewedHead(words, to, { ...context, place }),
    bar: lifetimeBar(to, { now, say }),
    facts: words.facts,
    details: words.details,
    isEndTold: true,
    addition: words.news,
  };
}

function lostNamesPart({ names }: Extract<AlertItem, { kind: 'lost-names' }>, { say }: Context): Said {
  const number = names.length;
  const shown = names.map((name) => shorten(name, 80));
  const lead = say('lead.lost-names', { names: enumerate(shown, 10, say) });
  const title = (name: string): string => say('title.lost-names', { target: name, number });
  const head: Head = {
    word: say('state.lost-names'),
    symbol: STATE_SYMBOL.grave,
    tone: 'attention',
    title,
    lead,
    todo: { task: say('alert.lost-names.advice') },
    sentence: (name) => fullStop(title(name)),
    more: [lead],
  };
  return { head, facts: [], details: [], isEndTold: false };
}

function usesOf({ uses }: Extract<AlertItem, { kind: 'lost-uses' }>, say: Say): string {
  return enumerate(
    uses.map((use) => shorten(use, 80)),
    5,
    say,
  );
}

/** What the certificate before allowed and its successor does not. */
function lostUsesPart(item: Extract<AlertItem, { kind: 'lost-uses' }>, { say }: Context): Said {
  const title = (target: string): string => say('title.lost-uses', { target, uses: usesOf(item, say) });
  const lead = say('lead.lost-uses');
  const head: Head = {
    word: say('state.lost-uses'),
    symbol: STATE_SYMBOL.lesser,
    tone: 'warning',
    title,
    lead,
    todo: { task: say(item.uses.includes('clientAuth') ? 'alert.lost-uses.client' : 'alert.lost-uses.advice') },
    sentence: (target) => fullStop(title(target)),
    more: [lead],
  };
  return { head, facts: [], details: [], isEndTold: false };
}

/** What a renewal took away, as it is said of all that present the new certificate, and what to do; null: nothing. */
export function lostWords(items: AlertItem[], context: Context): { lead: string; task: string } | null {
  const leads: string[] = [];
  const tasks: string[] = [];
  for (const item of items) {
    if (item.kind !== 'lost-names' && item.kind !== 'lost-uses') continue;
    const { head } = item.kind === 'lost-names' ? lostNamesPart(item, context) : lostUsesPart(item, context);
    const uses = item.kind === 'lost-uses' ? usesOf(item, context.say) : null;
    leads.push(uses === null ? (head.lead ?? '') : context.say('lead.lost-uses.several', { uses }));
    tasks.push(head.todo?.task ?? '');
  }
  return leads.length === 0 ? null : { lead: leads.join(' '), task: tasks[0]! };
}

/** What an application had was deleted: nobody has to renew it. */
function deletedPart(names: string[], say: Say): Said {
  const number = names.length;
  const lead = say('credential.gone.lead', { names: enumerate(names, 5, say), number });
  const title = (target: string): string => say('credential.gone.title', { target, number });
  const head: Head = {
    word: say('credential.gone.state'),
    symbol: STATE_SYMBOL.fine,
    tone: 'good',
    title,
    lead,
    sentence: (name) => fullStop(title(name)),
    more: [lead],
  };
  return { head, facts: [], details: [], isEndTold: false };
}

/** Something is not listed any more, and nothing took its place. */
function gonePart({ items }: Extract<AlertItem, { kind: 'gone' }>, { now, say, look }: Context): Said {
  const number = items.length;
  const names = items.map((item) => {
    const name = isCertificate(item) ? item.subject : wordsOf(item).lastKnown(item, { now, say });
    return shorten(name, 80) || say('fact.no-subject');
  });
  if (look.observation.application) return deletedPart(names, say);
  const lead = say('document.gone.lead', { names: enumerate(names, 5, say), number });
  const title = (target: string): string => say('document.gone.title', { target, number });
  const head: Head = {
    word: say('document.gone.state'),
    symbol: STATE_SYMBOL.lesser,
    tone: 'warning',
    title,
    lead,
    todo: { task: say('document.gone.advice') },
    sentence: (name) => fullStop(title(name)),
    more: [lead],
  };
  return { head, facts: [], details: [], isEndTold: false };
}

/** A sentence that begins with the target, or with that something is fixed there, without that. */
function withoutTarget(sentence: string, uri: string): string {
  const place = `${displayTarget(uri)}: `;
  const at = sentence.indexOf(place);
  return capital(at === -1 ? sentence : sentence.slice(at + place.length));
}

function fixedPart(finding: string, leaf: Item | undefined, context: Context): Said {
  const { say, look } = context;
  const isReachable = finding === 'unreachable';
  const isEndpoint = endpointOf(look.observation.uri) !== null;
  const title = (name: string): string =>
    say(isReachable ? (isEndpoint ? 'title.answers' : 'title.readable') : 'title.fixed', { target: name });
  const until = leaf ? untilSentence(leaf, context) : '';
  const lead = isReachable
    ? leaf
      ? fullStop(capital(untilPhrase(leaf, context)))
      : ''
    : withoutTarget(fixedSentence(finding, look.observation.uri, say), look.observation.uri);
  const head: Head = {
    word: say(isReachable ? (isEndpoint ? 'state.reachable' : 'state.readable') : 'state.fixed'),
    symbol: STATE_SYMBOL.fine,
    tone: 'good',
    title,
    ...(lead === '' ? {} : { lead }),
    sentence: (name) => fullStop(title(name)),
    more: [until, ...(isReachable ? [] : [lead])],
  };
  return { head, facts: [], details: [], isEndTold: isReachable };
}

/** When it last answered, and until when what it presented then is valid. */
function lastSeenFact(leaf: Item | undefined, context: Context): Facts {
  const { look, now, say } = context;
  const { answeredAt } = look.state;
  if (answeredAt === null) return leaf ? expiresFact(leaf, context) : [];
  const seen = shortInstant(answeredAt, { now, say });
  const value = leaf ? say('fact.last-seen', { seen, until: untilPhrase(leaf, context) }) : seen;
  return [{ label: say('label.last-seen'), value }];
}

function unreachablePart(leaf: Item | undefined, context: Context): Said {
  const { look, say } = context;
  const head = unseenHead(look.observation, Math.max(1, look.state.failures), say);
  const todo = { task: head.todo?.task ?? say('todo.away'), then: say('todo.then-answers-kept') };
  const more = leaf ? [untilSentence(leaf, context)] : [];
  return {
    head: { ...head, word: endpointOf(look.observation.uri) ? say('condition.unreachable') : head.word, todo, more },
    facts: lastSeenFact(leaf, context),
    details: [],
    isEndTold: true,
  };
}

/** Something that the look alone does not show, such as that an address has grown silent. */
function otherHead(item: Extract<AlertItem, { kind: 'finding' }>, leaf: Item | undefined, context: Context): Head {
  const { say, look } = context;
  const name = item.finding.startsWith('address:') ? 'address' : item.finding === 'downgraded' ? 'downgraded' : null;
  const lead = withoutTarget(item.sentence, look.observation.uri);
  const title = (target: string): string => say(name ? `title.${name}` : 'title.refused', { target });
  return {
    word: name ? say(`state.${name}`) : say('condition.untrusted'),
    symbol: STATE_SYMBOL[name ? 'lesser' : 'grave'],
    tone: name ? 'warning' : 'attention',
    title,
    lead,
    todo: { task: item.advice },
    sentence: (target) => (name === 'address' ? `${target}: ${lead}` : fullStop(title(target))),
    more: [...(leaf ? [untilSentence(leaf, context)] : []), ...(name === 'address' ? [] : [lead])],
  };
}

function findingPart(item: Extract<AlertItem, { kind: 'finding' }>, leaf: Item | undefined, context: Context): Said {
  const { now, say, look } = context;
  const { observation } = look;
  if (item.finding === 'unreachable') return unreachablePart(leaf, context);
  const mixed = mixedOf(observation, now, say);
  const judged = judgeAll(observation, askedName(observation.uri), now, say).get(item.finding as Finding['code']);
  const head =
    mixed?.code === item.finding
      ? mixedHead(mixed, displayTarget(observation.uri), context)
      : judged
        ? findingHead(judged, observation, leaf, context)
        : otherHead(item, leaf, context);
  const todo = head.todo && { then: say('todo.then-right'), ...head.todo };
  const isEndTold = judged !== undefined && !judged.grave;
  return { head: { ...head, ...(todo ? { todo } : {}) }, facts: [], details: [], isEndTold };
}

function saidOf(item: AlertItem, leaf: Item | undefined, context: Context): Said {
  if (item.kind === 'stage') return stagePart(item, context);
  if (item.kind === 'renewed') return renewedPart(item, briefTarget(context.look.observation.uri), context);
  if (item.kind === 'gone') return gonePart(item, context);
  if (item.kind === 'lost-names') return lostNamesPart(item, context);
  if (item.kind === 'lost-uses') return lostUsesPart(item, context);
  return item.kind === 'fixed' ? fixedPart(item.finding, leaf, context) : findingPart(item, leaf, context);
}

/** What the alert says of one item, for programs. */
function factOf(item: AlertItem, target: string): Fact {
  const { kind } = item;
  if (kind === 'stage') return { target, kind, value: alertKey(item.certificate.fingerprint, item.boundary) };
  if (kind === 'renewed') return { target, kind, value: item.to.fingerprint };
  if (kind === 'gone') return { target, kind, value: item.items[0]!.fingerprint };
  if (kind === 'lost-names') return { target, kind, value: String(item.names.length) };
  if (kind === 'lost-uses') return { target, kind, value: String(item.uses.length) };
  return { target, kind, value: item.finding };
}

function leavesOf({ state, certificates }: Look): Item[] {
  return state.leaves.flatMap((fingerprint) => certificates.get(fingerprint) ?? []);
}

/** What is to be said of one target, in the order of the items. */
export function alertParts(items: AlertItem[], look: Look, context: TargetContext): AlertPart[] {
  const { uri } = look.observation;
  const [leaf] = leavesOf(look);
  return items.map((item) => {
    const { addition, ...said } = saidOf(item, leaf, { ...context, look });
    return { ...said, paragraph: paragraphOf(said.head, briefTarget(uri), addition), about: factOf(item, uri) };
  });
}

const WORST_FIRST: Tone[] = ['attention', 'warning', 'notice', 'neutral', 'held', 'good'];

/** What stands around the parts of an alert. */
export interface AlertFrame {
  /** The target that the weightiest part is about. */
  uri: string;
  facts: Facts;
  groups: Group[];
  details: Facts;
  actions: CardAction[];
  mentions: Mention[];
  /** That addresses differ is the news, and leads. */
  isMixture?: boolean | undefined;
}

/** The weightiest first. That addresses differ stands below a stage, unless that is the news (`isMixture`). */
function worstFirst(parts: AlertPart[], isMixture = false): AlertPart[] {
  const weightOf = ({ head }: AlertPart): number => WORST_FIRST.indexOf(head.tone);
  const stage = Math.min(...parts.filter(({ about }) => about.kind === 'stage').map((part) => weightOf(part)));
  const orderOf = (part: AlertPart): number => {
    const isBeside = !isMixture && stage < Infinity && part.about.kind === 'finding' && isMixed(part.about.value);
    return isBeside ? Math.max(weightOf(part), stage + 0.5) : weightOf(part);
  };
  return parts.toSorted((a, b) => orderOf(a) - orderOf(b));
}

/** What is to be done about another part as well is said once, above. */
function withoutTask(paragraph: string, { todo }: Head): string {
  const said = ` ${todo?.task}`;
  return todo && paragraph.endsWith(said) ? paragraph.slice(0, -said.length) : paragraph;
}

/**
 * One alert for all these parts: the weightiest gives state, title and summary, the others are a paragraph each. Who has
 * to act is mentioned, where there is something to do: good news mention nobody.
 */
export function partsCard(parts: AlertPart[], frame: AlertFrame, say: Say): Card {
  const [first, ...rest] = worstFirst(parts, frame.isMixture);
  const { head, bar } = first!;
  const { uri, facts, groups, details, actions, mentions } = frame;
  const about: About = { kind: 'alert', facts: parts.map((part) => part.about) };
  const card: Card = {
    language: say.language,
    summary: headSummary(head, uri, say),
    state: { symbol: head.symbol, word: capital(head.word) },
    title: head.title(briefTarget(uri)),
    tone: head.tone,
    ...(head.lead ? { lead: head.lead } : {}),
    ...(bar && groups.length === 0 ? { bar } : {}),
    ...(head.todo ? { todo: head.todo } : {}),
    ...(rest.length > 0 ? { text: rest.map(({ paragraph }) => withoutTask(paragraph, head)) } : {}),
    facts: [...first!.facts, ...facts],
    ...(groups.length > 0 ? { groups } : {}),
    details: [...rest.flatMap((part) => part.facts), ...parts.flatMap((part) => part.details), ...details],
    ...(mentions.length > 0 && head.tone !== 'good' ? { mentions } : {}),
    actions,
    about,
  };
  return zonedOnce(card, say);
}

/**
 * One alert card for everything that one look has to say to one watch. `owner`: the name of who is responsible, empty
 * where nobody is known.
 */
export function alertCard(
  items: AlertItem[],
  look: Look,
  options: {
    now: Instant;
    policy: Threshold[] | null;
    actions: CardAction[];
    say: Say;
    mentions?: Mention[];
    owner?: string;
    persona?: Persona | undefined;
    /** That addresses differ is the news. */
    isMixture?: boolean;
  },
): Card {
  const { now, policy, actions, say, mentions = [], owner = '', persona, isMixture } = options;
  const context = { now, policy, say };
  const { observation } = look;
  const [leaf] = leavesOf(look);
  const parts = alertParts(items, look, context);
  const [worst] = worstFirst(parts, isMixture);
  const isGood = parts.every(({ head }) => head.tone === 'good');
  const isEndTold = parts.some((part) => part.isEndTold);
  const groups = isGood ? [] : addressGroups(observation, mixedOf(observation, now, say), context);
  const isExpiring = leaf !== undefined && !isEndTold && groups.length === 0;
  const hasSeen = presentedOf(observation).length > 0 || observation.item !== undefined;
  // A mention names them.
  const isMentioned = mentions.some(({ kind, name }) => kind === 'person' && name === owner);
  const facts = [
    ...(isExpiring ? expiresFact(leaf, context) : []),
    ...(isGood || owner === '' || isMentioned ? [] : [{ label: say('label.owner'), value: shorten(owner, 80) }]),
    ...(isGood ? [] : nextAlertFact(leaf, context)),
  ];
  const details = [
    ...detailsOf(observation, leaf, { isEndTold: !hasSeen || isEndTold, hasGroup: areListed(groups, say) }, context),
    ...allAlertsFact(leaf, context),
  ];
  const card = partsCard(parts, { uri: observation.uri, facts, groups, details, actions, mentions, isMixture }, say);
  return { ...card, ...openingOf(persona, { item: items[parts.indexOf(worst!)]!, tone: card.tone }, say) };
}
