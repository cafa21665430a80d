import type { Group, Row } from '../../card.ts';
import { isCertificate, type Observation } from '../../certificates/certificate.ts';
import type { Item, Key } from '../../certificates/item.ts';
import { stageAt } from '../../certificates/stages.ts';
import { placePhrase } from '../../items/listed.ts';
import { shortInstant } from '../../language/dates.ts';
import { capital, relative, shorten } from '../../language/wording.ts';
import { briefTarget } from '../../targets/target.ts';
import { DAY, HOUR, isDated, MINUTE } from '../../time.ts';
import type { TargetContext } from './addresses.ts';
import { endOf } from './needs.ts';

/** Rows of what a document lists, those that end first. */
const MOST_ROWS = 20;

function rowOf(observation: Observation, item: Item, { policy, now, say }: TargetContext): Row {
  const what = isCertificate(item) ? item.subject : (item as Key).key;
  const stage = stageAt(item, policy, now);
  const { sub: end, ...when } = endOf(item, { now, say });
  const parts = [
    shorten(what, 80) || say('fact.no-subject'),
    ...(stage === 'fine' ? [] : [say(`stage.${stage}`)]),
    ...(end === undefined ? [] : [end]),
  ];
  const name = capital(placePhrase(observation, item, say)) || briefTarget(observation.uri);
  return { name, sub: parts.join(' · '), ...when };
}

function lengthWords(length: number, say: TargetContext['say']): string {
  const unit = length >= DAY ? 'days' : length >= HOUR ? 'hours' : 'minutes';
  const number = Math.max(1, Math.round(length / { days: DAY, hours: HOUR, minutes: MINUTE }[unit]));
  return say(`length.${unit}`, { number });
}

/** Everything that a document lists, and how long it holds; nothing for other targets. */
export function listedGroups(observation: Observation, context: TargetContext): Group[] {
  const { listed = [], document } = observation;
  if (!document) return [];
  const { now, say } = context;
  const items = listed.map(({ item }) => item).toSorted((a, b) => a.notAfter - b.notAfter);
  const { validUntil, cachedFor } = document;
  const text: string[] = [];
  if (validUntil && isDated(validUntil.at)) {
    const { at } = validUntil;
    text.push(say('document.valid-until', { date: shortInstant(at, { now, say }), when: relative(at, now, say) }));
  }
  if (cachedFor !== undefined) text.push(say('document.cached', { length: lengthWords(cachedFor, say) }));
  const more = items.length - MOST_ROWS;
  return [
    {
      heading: say('document.heading', { number: items.length }),
      ...(text.length > 0 ? { text } : {}),
      rows: items.slice(0, MOST_ROWS).map((item) => rowOf(observation, item, context)),
      ...(more > 0 ? { more: say('document.more', { number: more }) } : {}),
    },
  ];
}
