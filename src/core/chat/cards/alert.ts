import type { About, Fact } from '../../about.ts';
import type { Card, CardAction, Mention, Tone } from '../../card.ts';
import { isCertificate } from '../../certificates/certificate.ts';
import { wordsOf } from '../../items/words.ts';
import { isDated, type Instant } from '../../time.ts';
import { alertKey, type AlertItem } from '../../alerts/alerts.ts';
import { fixedSentence, type Look } from '../../alerts/findings.ts';
import type { Say } from '../../language/language.ts';
import { displayTarget } from '../../targets/target.ts';
import { enumerate, expiryValues, fullStop, shorten } from '../../language/wording.ts';
import { STAGE_LOOK } from '../stage-look.ts';
import { addressTable, alertsPhrase } from './observation.ts';
import type { Threshold } from '../../certificates/stages.ts';

interface Part {
  title: string;
  tone: Tone;
  /** The sentence for summary and text. */
  sentence: string;
  advice: string;
  /** Whether the sentence says when the certificate expires. */
  dated: boolean;
}

function stagePart(
  { boundary, certificate, altLeaf }: Extract<AlertItem, { kind: 'stage' }>,
  target: string,
  now: Instant,
  say: Say,
): Part {
  const { stage } = boundary;
  const words = wordsOf(certificate);
  const sentence = words.ends(certificate, target, { now, say });
  const isOneOfTwo = altLeaf === true && isCertificate(certificate);
  return {
    ...words.stage(certificate, target, stage, say),
    tone: STAGE_LOOK[stage].tone,
    sentence: isOneOfTwo ? say('alert.alt-leaf', { sentence, key: certificate.key }) : sentence,
    dated: true,
  };
}

function lostNamesPart({ names }: Extract<AlertItem, { kind: 'lost-names' }>, target: string, say: Say): Part {
  return {
    title: say('alert.lost-names.title', { target }),
    tone: 'attention',
    sentence: say('alert.lost-names', {
      target,
      names: enumerate(
        names.map((name) => shorten(name, 80)),
        10,
        say,
      ),
      number: names.length,
    }),
    advice: say('alert.lost-names.advice'),
    dated: false,
  };
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function partOf(item: AlertItem, uri: string, now: Instant, say: Say): Part {
  const target = displayTarget(uri);
  if (item.kind === 'stage') return stagePart(item, target, now, say);
  if (item.kind === 'renewed') return { ...wordsOf(item.to).renewed(item, target, { now, say }), dated: true };
  if (item.kind === 'lost-names') return lostNamesPart(item, target, say);
  const unreachable = item.finding === 'unreachable';
  if (item.kind === 'fixed') {
    const title = say(unreachable ? 'alert.reachable.title' : 'alert.fixed.title', { target });
    const sentence = withoutStop(fixedSentence(item.finding, uri, say));
    return { title, tone: 'good', sentence, advice: '', dated: false };
  }
  return {
    title: say(unreachable ? 'alert.unreachable.title' : 'alert.wrong.title', { target }),
    tone: 'attention',
    sentence: withoutStop(item.sentence),
    advice: item.advice,
    dated: item.dated,
  };
}

/** What the alert says of one item, for programs. */
function factOf(item: AlertItem, target: string): Fact {
  const { kind } = item;
  if (kind === 'stage') return { target, kind, value: alertKey(item.certificate.fingerprint, item.boundary) };
  if (kind === 'renewed') return { target, kind, value: item.to.fingerprint };
  if (kind === 'lost-names') return { target, kind, value: String(item.names.length) };
  return { target, kind, value: item.finding };
}

/**
 * One alert card for everything that one look has to say to one watch; the weightiest item gives title and summary.
 * `mentions` are those who have to act, where there is something to do: good news mention nobody.
 */
export function alertCard(
  items: AlertItem[],
  look: Look,
  options: { now: Instant; policy: Threshold[] | null; actions: CardAction[]; say: Say; mentions?: Mention[] },
): Card {
  const { now, policy, actions, say, mentions = [] } = options;
  const uri = look.observation.uri;
  const parts = items.map((item) => partOf(item, uri, now, say));
  const first = parts.find(({ tone }) => tone === 'attention') ?? parts[0]!;
  const leaves = look.state.leaves.flatMap((fingerprint) => look.certificates.get(fingerprint) ?? []);
  const facts = leaves.slice(0, 3).map((leaf) => ({
    label: say('label.expires'),
    value: wordsOf(leaf).end(leaf, say),
  }));
  const rest = parts.filter((part) => part !== first);
  const known = leaves[0];
  const { addresses, alternating } = look.observation;
  const table = addresses.length > 1 || alternating ? addressTable(look.observation, { policy, now, say }) : undefined;
  const summary =
    first.dated || !known || !isDated(known.notAfter)
      ? first.sentence
      : say('alert.with-dates', { ...expiryValues(known.notAfter, now, say), sentence: first.sentence });
  const about: About = { kind: 'alert', facts: items.map((item) => factOf(item, uri)) };
  return {
    language: say.language,
    summary,
    title: first.title,
    tone: first.tone,
    text: [
      fullStop(first.sentence),
      first.advice,
      ...rest.flatMap(({ sentence, advice }) => [fullStop(sentence), advice]),
    ].filter((line) => line !== ''),
    facts: [...facts, { label: say('label.alerts'), value: alertsPhrase(leaves[0], policy, { now, say }) }],
    ...(table ? { table } : {}),
    ...(mentions.length > 0 && parts.some(({ tone }) => tone !== 'good') ? { mentions } : {}),
    actions,
    about,
  };
}
