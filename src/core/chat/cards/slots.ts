import { DateTime } from 'luxon';
import type { Card } from '../../card.ts';
import type { Instant } from '../../time.ts';
import type { Say } from '../../language/language.ts';
import type { Watch } from '../../model/watch.ts';
import { displayTarget } from '../../targets/target.ts';
import { isoMinute, localMinute } from '../../language/wording.ts';
import { sentenceCard } from './replies.ts';

/** `Mon 30 Nov, 10:00` in the zone, as the language has it. */
function slotLabel(start: Instant, zone: string, say: Say): string {
  const time = DateTime.fromMillis(start, { zone, locale: say.language });
  return time.toFormat(say.language === 'de' ? "ccc d. LLL, HH:mm 'Uhr'" : 'ccc d LLL, HH:mm');
}

/** Free half-hours, one button each. `until`: before which stage of the certificate they are. */
export function slotsCard(
  slots: Instant[],
  options: { watch: Watch; zone: string; until: Instant; say: Say; note?: string },
): Card {
  const { watch, zone, until, say, note } = options;
  const target = displayTarget(watch.uri);
  const values = {
    target,
    zone,
    until: slots.length > 0 ? isoMinute(until, { zone }) : localMinute(until, zone),
    number: slots.length,
  };
  const sentence = say(slots.length > 0 ? 'slots.offer' : 'slots.none', values);
  return sentenceCard(say('slots.title', { target }), sentence, say, {
    tone: 'notice',
    ...(note ? { more: [note] } : {}),
    actions: slots.map((start) => ({
      kind: 'execute',
      label: slotLabel(start, zone, say),
      action: { name: 'choose-slot', data: { watch: watch.id, start } },
    })),
  });
}

/** In place of the offer. */
export function bookedCard(options: {
  watch: Watch;
  start: Instant;
  zone: string;
  /** It is in Outlook already, and not only queued. */
  written: boolean;
  say: Say;
}): Card {
  const { watch, start, zone, written, say } = options;
  const target = displayTarget(watch.uri);
  const values = { target, when: slotLabel(start, zone, say), zone };
  return sentenceCard(say('slots.booked.title'), say(written ? 'slots.booked' : 'slots.booked-queued', values), say, {
    tone: 'good',
  });
}
