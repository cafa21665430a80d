import type { Group, Row } from '../../card.ts';
import { isCertificate, type Observation } from '../../certificates/certificate.ts';
import { isKey, type Item } from '../../certificates/item.ts';
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

/** What it is, where its place does not tell. */
function whatOf(item: Item, say: TargetContext['say']): string[] {
  if (isCertificate(item)) return [shorten(item.subject, 80) || say('fact.no-subject')];
  return isKey(item) ? [item.key] : [];
}

function rowOf(observation: Observation, item: Item, { policy, now, say }: TargetContext): Row {
  const stage = stageAt(item, policy, now);
  const { sub: end, ...when } = endOf(item, { now, say });
  const parts = [
    ...whatOf(item, say),
    ...(stage === 'fine' ? [] : [say(`stage.${stage}`)]),
    ...(end === undefined ? [] : [end]),
  ];
  const name = capital(placePhrase(observation, item, say)) || briefTarget(observation.uri);
  return { name, ...(parts.length > 0 ? { sub: parts.join(' · ') } : {}), ...when };
}

function lengthWords(length: number, say: TargetContext['say']): string {
  const unit = length >= DAY ? 'days' : length >= HOUR ? 'hours' : 'minutes';
  const number = Math.max(1, Math.round(length / { days: DAY, hours: HOUR, minutes: MINUTE }[unit]));
  return say(`length.${unit}`, { number });
}

/** Everything that a document lists and how long it holds, or that an application has; nothing for other targets. */
export function listedGroups(observation: Observation, context: TargetContext): Group[] {
  const { listed = [], document, application } = observation;
  if (!document && (!application || listed.length === 0)) return [];
  const { now, say } = context;
  const items = listed.map(({ item }) => item).toSorted((a, b) => a.notAfter - b.notAfter);
  const { validUntil, cachedFor } = document ?? {};
  const text: string[] = [];
  if (validUntil && isDated(validUntil.at)) {
    const { at } = validUntil;
    text.push(say('document.valid-until', { date: shortInstant(at, { now, say }), when: relative(at, now, say) }));
  }
  if (cachedFor !== undefined) text.push(say('document.cached', { length: lengthWords(cachedFor, say) }));
  const more = items.length - MOST_ROWS;
  return [
    {
      heading: say(document ? 'document.heading' : 'application.heading', { number: items.length }),
      ...(text.length > 0 ? { text } : {}),
      rows: items.slice(0, MOST_ROWS).map((item) => rowOf(observation, item, context)),
      ...(more > 0 ? { more: say('document.more', { number: more }) } : {}),
    },
  ];
}
