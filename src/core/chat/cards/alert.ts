import type { About, Fact } from '../../about.ts';
import type { Card, CardAction, Mention, Tone } from '../../card.ts';
import type { Certificate } from '../../certificates/certificate.ts';
import type { Instant } from '../../time.ts';
import { alertKey, type AlertItem } from '../../alerts/alerts.ts';
import { fixedSentence, type Look } from '../../alerts/findings.ts';
import type { Say } from '../../language/language.ts';
import { renewalOf } from '../../certificates/renewal.ts';
import { displayTarget } from '../../targets/target.ts';
import { enumerate, expiryValues, fullStop, isoMinute, shorten } from '../../language/wording.ts';
import { STAGE_LOOK } from '../stage-look.ts';
import { addressTable, policyPhrase } from './observation.ts';
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

/** Target, end of validity and issuer, as arguments of a message. */
function expiryOf({ notAfter, issuer }: Certificate, target: string, now: Instant, say: Say): Record<string, string> {
  return { ...expiryValues(notAfter, now, say), target, issuer: shorten(issuer, 80) };
}

function stagePart(
  { boundary, certificate, altLeaf }: Extract<AlertItem, { kind: 'stage' }>,
  target: string,
  now: Instant,
  say: Say,
): Part {
  const { stage } = boundary;
  const expired = stage === 'expired';
  const sentence = say('summary.expires', expiryOf(certificate, target, now, say));
  return {
    title: expired
      ? say('alert.expired.title', { target })
      : say('alert.expires.title', { target, stage: say(`stage.${stage}`) }),
    tone: STAGE_LOOK[stage].tone,
    sentence: altLeaf ? say('alert.alt-leaf', { sentence, key: certificate.key }) : sentence,
    advice: say(expired ? 'alert.expired.advice' : 'alert.expires.advice'),
    dated: true,
  };
}

function renewedPart(
  { from, to }: Extract<AlertItem, { kind: 'renewed' }>,
  target: string,
  now: Instant,
  say: Say,
): Part {
  const renewal = from && renewalOf(from, to);
  const name = !renewal || renewal.later ? 'renewed' : 'replaced';
  const more: string[] = [];
  if (renewal) more.push(say(renewal.rekeyed ? 'alert.new-key' : 'alert.same-key'));
  if (from && renewal?.issuerChanged)
    more.push(
      say('alert.new-issuer', {
        from: shorten(from.issuer, 80) || say('none'),
        to: shorten(to.issuer, 80) || say('none'),
      }),
    );
  if (renewal && renewal.gained.length > 0)
    more.push(say('alert.gained-names', { names: namesOf(renewal.gained, say) }));
  return {
    title: say(`alert.${name}.title`, { target }),
    tone: name === 'renewed' ? 'good' : 'warning',
    sentence: say(`alert.${name}`, expiryOf(to, target, now, say)),
    advice: [say('alert.everywhere'), ...more].join(' '),
    dated: true,
  };
}

function namesOf(names: string[], say: Say): string {
  return enumerate(
    names.map((name) => shorten(name, 80)),
    10,
    say,
  );
}

function lostNamesPart({ names }: Extract<AlertItem, { kind: 'lost-names' }>, target: string, say: Say): Part {
  return {
    title: say('alert.lost-names.title', { target }),
    tone: 'attention',
    sentence: say('alert.lost-names', { target, names: namesOf(names, say), number: names.length }),
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
  if (item.kind === 'renewed') return renewedPart(item, target, now, say);
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
    value: say('fact.expires', { date: isoMinute(leaf.notAfter), issuer: shorten(leaf.issuer, 80) }),
  }));
  const rest = parts.filter((part) => part !== first);
  const known = leaves[0];
  const table =
    look.observation.addresses.length > 1 ? addressTable(look.observation, { policy, now, say }) : undefined;
  const summary =
    first.dated || !known
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
    facts: [...facts, { label: say('label.alerts'), value: policyPhrase(policy, say) }],
    ...(table ? { table } : {}),
    ...(mentions.length > 0 && parts.some(({ tone }) => tone !== 'good') ? { mentions } : {}),
    actions,
    about,
  };
}
