import type { Card, CardAction, Tone } from '../card.ts';
import type { Instant } from '../certificate.ts';
import { fixedSentence, type AlertItem, type Look } from '../effects.ts';
import { displayTarget } from '../target.ts';
import { expiryPhrase, fullStop, isoMinute, shorten, STAGE_LOOK } from '../wording.ts';
import { addressTable, policyPhrase } from './observation.ts';
import type { Threshold } from '../policy.ts';

interface Part {
  title: string;
  tone: Tone;
  /** The sentence for summary and text. */
  sentence: string;
  advice: string;
}

function stagePart(item: Extract<AlertItem, { kind: 'stage' }>, shown: string, now: Instant): Part {
  const { boundary, certificate } = item;
  const { tone, word } = STAGE_LOOK[boundary.stage];
  const expired = boundary.stage === 'expired';
  return {
    title: expired ? `Certificate expired: ${shown}` : `Certificate expires (${word}): ${shown}`,
    tone,
    sentence: `${shown} ${expiryPhrase(certificate.notAfter, now)}, issued by ${shorten(certificate.issuer, 80)}`,
    advice: expired
      ? 'Clients refuse it now. Install a new certificate at once.'
      : 'Renew it and install the new certificate; the bot notices by itself.',
  };
}

/** The sentence of a finding with the target in it: `It is …` becomes `example.com:443 is …`, others follow a colon. */
function aboutTarget(shown: string, sentence: string): string {
  if (sentence.startsWith('It ')) return `${shown} ${sentence.slice('It '.length)}`;
  return `${shown}: ${sentence}`;
}

function partOf(item: AlertItem, uri: string, now: Instant): Part {
  const shown = displayTarget(uri);
  if (item.kind === 'stage') return stagePart(item, shown, now);
  if (item.kind === 'renewed') {
    const later = !item.from || item.to.notAfter > item.from.notAfter;
    const same = item.from?.spki === item.to.spki ? 'The key is the same as before.' : 'The key is new as well.';
    const key = item.from ? ` ${same}` : '';
    const verb = later ? 'was renewed' : 'presents another certificate, which expires no later than the old one';
    return {
      title: later ? `Certificate renewed: ${shown}` : `Certificate replaced: ${shown}`,
      tone: later ? 'good' : 'warning',
      sentence: `${shown} ${verb}: the new certificate ${expiryPhrase(item.to.notAfter, now)}, issued by ${shorten(item.to.issuer, 80)}`,
      advice: `It arrived on every address that answers.${key}`,
    };
  }
  if (item.kind === 'fixed') {
    const title = item.finding === 'unreachable' ? `Reachable again: ${shown}` : `Fixed: ${shown}`;
    return { title, tone: 'good', sentence: fixedSentence(item.finding, uri).replace(/\.$/, ''), advice: '' };
  }
  const unreachable = item.finding === 'unreachable';
  return {
    title: unreachable ? `Unreachable: ${shown}` : `Something is wrong: ${shown}`,
    tone: 'attention',
    sentence: aboutTarget(shown, item.sentence).replace(/\.$/, ''),
    advice: item.advice,
  };
}

/** One alert card for everything that one look has to say to one watch; the weightiest item gives title and summary. */
export function alertCard(
  items: AlertItem[],
  look: Look,
  options: { now: Instant; policy: Threshold[] | null; actions: CardAction[] },
): Card {
  const { now, policy, actions } = options;
  const uri = look.observation.uri;
  const parts = items.map((item) => partOf(item, uri, now));
  const first = parts.find(({ tone }) => tone === 'attention') ?? parts[0]!;
  const leaves = look.state.leaves.flatMap((fingerprint) => look.certificates.get(fingerprint) ?? []);
  const facts = leaves.slice(0, 3).map((leaf) => ({
    label: 'Expires',
    value: `${isoMinute(leaf.notAfter)}, issued by ${shorten(leaf.issuer, 80)}`,
  }));
  const rest = parts.filter((part) => part !== first);
  const known = leaves[0];
  const dates =
    items.some((item) => item.kind === 'finding' || item.kind === 'fixed') &&
    known &&
    first.sentence.indexOf(' expire') < 0;
  const table = look.observation.addresses.length > 1 ? addressTable(look.observation, { policy, now }) : undefined;
  return {
    summary: dates ? `${first.sentence}; the certificate ${expiryPhrase(known.notAfter, now)}` : first.sentence,
    title: first.title,
    tone: first.tone,
    text: [
      fullStop(first.sentence),
      first.advice,
      ...rest.flatMap(({ sentence, advice }) => [fullStop(sentence), advice]),
    ].filter((line) => line !== ''),
    facts: [...facts, { label: 'Alerts', value: policyPhrase(policy) }],
    ...(table ? { table } : {}),
    actions,
  };
}
