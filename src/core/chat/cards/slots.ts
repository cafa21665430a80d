import type { Card } from '../../card.ts';
import { clockTime, shortDay, shortInstant, zoneWords } from '../../language/dates.ts';
import type { Instant } from '../../time.ts';
import { inZone, type Say } from '../../language/language.ts';
import type { Watch } from '../../model/watch.ts';
import { briefTarget } from '../../targets/target.ts';
import { zoneFootnote } from './needs.ts';
import { sentenceCard } from './replies.ts';

/** Free half-hours, one button each. `until`: before which stage of the certificate they are. */
export function slotsCard(
  slots: Instant[],
  options: { watch: Watch; zone: string; now: Instant; until: Instant; say: Say; note?: string },
): Card {
  const { watch, zone, now, until, note } = options;
  const say = inZone(options.say, zone);
  const values = { target: briefTarget(watch.uri), until: shortDay(until, { now, say, weekday: true }) };
  const more = note ? { more: [note] } : {};
  if (slots.length === 0)
    return sentenceCard(say('slots.none.title', values), say('slots.none', values), say, { tone: 'warning', ...more });
  return sentenceCard(say('slots.title', values), say('slots.offer', values), say, {
    ...more,
    footnote: zoneFootnote(say),
    actions: slots.map((start) => ({
      kind: 'execute',
      label: shortInstant(start, { now, say, year: false }),
      action: { name: 'choose-slot', data: { watch: watch.id, start } },
    })),
  });
}

/** In place of the offer. */
export function bookedCard(options: {
  watch: Watch;
  start: Instant;
  zone: string;
  now: Instant;
  /** It is in Outlook already, and not only queued. */
  written: boolean;
  say: Say;
}): Card {
  const { watch, start, zone, now, written } = options;
  const say = inZone(options.say, zone);
  const when = { now, say, weekday: true };
  const title = say('slots.booked.title', { target: briefTarget(watch.uri), day: shortDay(start, when) });
  const clock = `${clockTime(start, say)} ${zoneWords(say)}`;
  return sentenceCard(title, say(written ? 'slots.booked' : 'slots.booked-queued', { clock }), say, {
    tone: 'good',
    state: { symbol: '✅', word: say('slots.booked.state') },
  });
}
