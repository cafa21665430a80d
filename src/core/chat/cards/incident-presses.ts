import { DateTime } from 'luxon';
import type { Snooze } from '../../reminders/quiet-times.ts';
import type { Card, CardAction } from '../../card.ts';
import type { Stage } from '../../certificates/stages.ts';
import { shortDay, shortInstant } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { shorten } from '../../language/wording.ts';
import type { Taker } from '../../model/incident.ts';
import type { Instant } from '../../time.ts';
import { sentenceCard } from './replies.ts';
import { namesZone, zonedOnce } from './zone-once.ts';

interface Options {
  now: Instant;
  say: Say;
}

/** In place of an incident's id: all that the message shows. */
export const ALL_OF_MESSAGE = 'all';

/** What can be done about an incident that is open, or about several. */
export interface Doable {
  /** Its id, or ALL_OF_MESSAGE. */
  incident: string;
  /** The delivery with the buttons. */
  message: string | null;
  takenBy: Taker | null;
  /** It is about something that can be renewed. */
  isRenewable: boolean;
  /** Until when it can be kept silent about; `stage`: that of the limit, where it is one. */
  snoozes: { which: Snooze; at: Instant }[];
  stage: Exclude<Stage, 'fine'> | null;
  /** When it could be installed. */
  appointments: Instant[];
}

function snoozeLabel(
  { which, at }: { which: Snooze; at: Instant },
  stage: Doable['stage'],
  { now, say }: Options,
): string {
  const date = shortInstant(at, { now, say });
  if (which === 'limit') {
    const day = shortDay(at, { now, say, weekday: true });
    return say('snooze.limit', { stage: stage === null ? 'none' : say(`stage.${stage}`), date: day });
  }
  if (which !== 'tomorrow') return say(`snooze.${which}`, { date });
  const zone = say.zone ?? 'utc';
  const isTomorrow = DateTime.fromMillis(now, { zone })
    .plus({ days: 1 })
    .hasSame(DateTime.fromMillis(at, { zone }), 'day');
  return say(isTomorrow ? 'snooze.tomorrow' : 'snooze.working-day', { date });
}

/** What can be done with an incident, the most useful first: `about` are the buttons of its only target. */
export function incidentActions(doable: Doable, about: CardAction[], options: Options): CardAction[] {
  const { incident, message, takenBy, isRenewable, snoozes, stage, appointments } = doable;
  const { now, say } = options;
  const data = { incident, message: message ?? '' };
  const press = (
    name: string,
    key: Parameters<Say>[0],
    more: Partial<CardAction & { kind: 'execute' }> = {},
  ): CardAction => {
    return { kind: 'execute', label: say(key), action: { name, data }, ...more };
  };
  const assign: CardAction = {
    kind: 'choose',
    ...{ label: say('button.assign'), prompt: say('assign.prompt'), input: 'person', options: 'people' },
    action: { name: 'assign', data },
  };
  const done = isRenewable ? [press('done', 'button.done', { isRare: true })] : [];
  if (takenBy !== null) {
    const from = { ...data, from: takenBy.id };
    const installing: CardAction = {
      kind: 'choose',
      ...{ label: say('button.installing'), prompt: say('installing.prompt'), input: 'at' },
      options: appointments.map((at) => ({ label: shortInstant(at, { now, say }), value: String(at) })),
      action: { name: 'installing', data: from },
    };
    return [
      { kind: 'execute', label: say('button.take-over'), action: { name: 'take', data: from } },
      { kind: 'execute', label: say('button.give-back'), action: { name: 'give-back', data: from } },
      ...(isRenewable && appointments.length > 0 ? [installing] : []),
      ...done,
      press('look-again', 'button.again', { isRare: true }),
      ...about,
    ];
  }
  const snooze: CardAction = {
    kind: 'choose',
    ...{ label: say('button.snooze'), prompt: say('snooze.prompt'), input: 'until' },
    options: snoozes.map((one) => ({ label: snoozeLabel(one, stage, options), value: one.which })),
    action: { name: 'snooze', data },
  };
  const isBooking = (each: CardAction): boolean => each.kind === 'execute' && each.action.name === 'book-slots';
  const book = about.filter((each) => isBooking(each));
  return [
    press('take', 'button.have-it', { style: 'positive' }),
    ...book,
    press('look-again', 'button.again', book.length > 0 ? { isRare: true } : {}),
    ...(snoozes.length > 0 ? [snooze] : []),
    assign,
    ...about.filter((each) => !isBooking(each)),
  ];
}

/** How it is handled by whoever has it. */
export interface Held {
  takenBy: Taker | null;
  snoozedUntil: Instant | null;
  installsAt: Instant | null;
  /** When the owner has booked the time for it in their calendar. */
  booked: Instant | null;
}

/** The same card, as it looks while somebody has it, or while nothing is said of it. */
export function heldCard(card: Card, { takenBy, snoozedUntil, installsAt, booked }: Held, { now, say }: Options): Card {
  const silent = snoozedUntil !== null && snoozedUntil > now;
  const date = silent ? shortInstant(snoozedUntil, { now, say, zoned: !namesZone(card, say) }) : '';
  const snoozed = silent ? { footnote: say('incident.snoozed', { date }) } : {};
  if (takenBy === null) return { ...card, ...snoozed };
  const { todo: _todo, mentions: _mentions, opening: _opening, ...rest } = card;
  const word = say('incident.word.taken', { name: shorten(takenBy.name, 60) || say('person.somebody') });
  const slot = installsAt ?? booked;
  const facts = [
    ...(takenBy.since === undefined
      ? []
      : [{ label: say('label.since'), value: shortInstant(takenBy.since, { now, say }) }]),
    ...(slot === null ? [] : [{ label: say('label.slot'), value: shortInstant(slot, { now, say }) }]),
    ...(card.facts ?? []).filter(({ label }) => label !== say('label.owner')),
  ];
  const before = card.state && `${card.state.word}: `;
  const said = before && card.summary.startsWith(before) ? card.summary.slice(before.length) : card.summary;
  const summary = said.startsWith(`${word}: `) ? said : `${word}: ${said}`;
  return zonedOnce({ ...rest, summary, state: { symbol: '👀', word }, tone: 'held', facts, ...snoozed }, say);
}

/** Somebody else was first; `others` were, of some. */
export function firstCard(
  first: { name: string; targets: string },
  say: Say,
  others: { name: string; targets: string }[] = [],
): Card {
  const state = { symbol: '👀', word: say('incident.word.taken', { name: first.name }) };
  const more = others.map(({ name, targets }) => say('ack.first', { name, targets }));
  return sentenceCard(say('ack.first', { name: first.name, targets: first.targets }), '', say, { state, more });
}
