import type { Card } from '../../core/card.ts';
import { languageOf, sayIn, type Language, type Say } from '../../core/language/language.ts';
import { rowsIn, withoutRowActions, withRows } from '../card-parts.ts';
import { shortened } from '../shortened.ts';
import { type Arrangement, arranged, MORE } from './actions.ts';
import { fact, footnote, group, head, lifetime, paragraph, progress, rich, todo } from './elements.ts';
import { escapeMarkdown, plain } from './markup.ts';
import { mentioned } from './mentions.ts';

export { ACTION_KEY, DELIVERY_KEY } from './actions.ts';

/** An Adaptive Card, version 1.5, as plain JSON (https://adaptivecards.io/explorer). */
export interface AdaptiveCard {
  type: 'AdaptiveCard';
  $schema: string;
  version: '1.5';
  lang: Language;
  speak: string;
  fallbackText: string;
  body: object[];
  actions?: object[];
  msteams?: { entities: object[] };
}

/** Content type of the attachment that carries an Adaptive Card. */
export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';
/**
 * The largest message that Teams takes, bytes of its JSON in UTF-16 (Teams, "Format your bot messages"), and what older
 * hosts take.
 */
const LARGEST = 100_000;
const LARGEST_OF_OLDER = 28_000;
/**
 * What is left for the rest of a message: who is written to by whom, what the message says for programs. Characters.
 */
const ENVELOPE = 3500;
/** Room for a card and its summary in one message, in characters (UTF-16 units, two bytes each). */
export const ROOM = LARGEST / 2 - ENVELOPE;
export const ROOM_OF_OLDER = LARGEST_OF_OLDER / 2 - ENVELOPE;
/** As long as a delivery id is. */
const SOME_ID = '00000000-0000-0000-0000-000000000000';

/** In the card's language. Cards that an earlier version stored name none. */
function sayFor({ language }: Card): Say {
  return sayIn(languageOf(language));
}

/** How a card is sent: with the delivery id in its buttons, and whether whom it concerns is mentioned. */
interface Sending {
  deliveryId: string | null;
  isMentioning: boolean;
}

/** Certificate, addresses, choices, rare buttons: shown when _More_ is pressed. */
function hiddenPart({ details = [] }: Card, { hidden }: Arrangement): object[] {
  const items = [...details.map((each, index) => fact(each, index === 0)), ...hidden];
  return items.length === 0
    ? []
    : [{ type: 'Container', id: MORE, isVisible: false, spacing: 'Large', separator: true, items }];
}

function render(card: Card, { deliveryId, isMentioning }: Sending, leftOut: string[]): AdaptiveCard {
  const say = sayFor(card);
  const { text = [], facts = [], groups = [] } = card;
  const ids = groups.map(({ toggle }, index) => (toggle ? `group-${index}` : null));
  const arrangement = arranged({
    actions: card.actions,
    deliveryId,
    toggles: groups.flatMap(({ toggle }, index) => (toggle ? [{ label: toggle, id: ids[index]! }] : [])),
    hasDetails: (card.details ?? []).length > 0,
    more: say('channel.more'),
  });
  const concerned = mentioned(card.mentions ?? [], isMentioning, say);
  const between = [
    ...(card.bar ? [lifetime(card.bar, card.tone)] : []),
    ...(card.todo ? [todo(card.todo)] : []),
    ...text.map(paragraph),
    ...(concerned ? [concerned.line] : []),
    ...(card.progress ? [progress(card.progress, say)] : []),
    ...facts.map((each, index) => fact(each, index === 0)),
  ];
  const body = [
    ...(card.opening === undefined ? [] : [paragraph(card.opening)]),
    head(card),
    ...between,
    ...groups.map((each, index) =>
      group(each, { id: ids[index]!, isTop: index === 0 && between.length === 0 }, arrangement.buttons),
    ),
    ...leftOut.map((line) => rich(line, { spacing: 'Medium' }, { italic: true })),
    ...hiddenPart(card, arrangement),
    ...(card.footnote ? [footnote(card.footnote)] : []),
  ];
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang: say.language,
    // May be SSML, so a "<" would start an element.
    speak: plain(card.summary).replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
    fallbackText: escapeMarkdown(card.summary),
    body,
    ...(arrangement.shown.length > 0 ? { actions: arrangement.shown } : {}),
    ...(concerned?.entities.length ? { msteams: { entities: concerned.entities } } : {}),
  };
}

function lengthOf(rendered: AdaptiveCard, { summary }: Card): number {
  return JSON.stringify(rendered).length + JSON.stringify(summary).length;
}

/** How much of a message a whole card takes: characters of its JSON and of its summary's. */
export function cardLength(card: Card): number {
  return lengthOf(render(card, { deliveryId: SOME_ID, isMentioning: true }, []), card);
}

/** The rendering with as many rows as fit, or null when it has no room even without any. */
function withFittingRows(card: Card, sending: Sending, leftOut: string[], room: number): AdaptiveCard | null {
  const all = rowsIn(card);
  const fits = (rendered: AdaptiveCard): boolean => lengthOf(rendered, card) <= room;
  const cutAt = (count: number): AdaptiveCard => {
    const hidden = all - count;
    const more = hidden > 0 ? [sayFor(card)('channel.rows-left-out', { number: hidden })] : [];
    return render(withRows(card, count), sending, [...more, ...leftOut]);
  };
  if (!fits(cutAt(0))) return null;
  let [low, high] = [0, all];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(cutAt(middle))) low = middle;
    else high = middle - 1;
  }
  return cutAt(low);
}

/**
 * A card as Adaptive Card 1.5. All text is escaped for its place. A card that takes more than `room` (see ROOM), and
 * that is not told in pages, is cut: rows can no more be selected, then long texts, then rows, then paragraphs and facts, each time with a line that
 * says how many are left out. `deliveryId` goes into the data of its buttons. `isMentioning`: whom it concerns is
 * mentioned, which notifies them, instead of named.
 */
export function adaptiveCard(
  card: Card,
  deliveryId: string | null,
  { room = ROOM, isMentioning = false } = {},
): AdaptiveCard {
  const sending = { deliveryId, isMentioning };
  const whole = render(card, sending, []);
  if (lengthOf(whole, card) <= room) return whole;
  // What is selected with a row can be typed: half of its length.
  const bare = render(withoutRowActions(card), sending, []);
  if (lengthOf(bare, card) <= room) return bare;
  const say = sayFor(card);
  for (const [length, count] of [
    [1000, 50],
    [300, 20],
    [100, 10],
  ] as const) {
    const short = shortened(card, { length, count });
    const lines = short.leftOut > 0 ? [say('channel.lines-left-out', { number: short.leftOut })] : [];
    const cut = withFittingRows(short.card, sending, lines, room);
    if (cut) return cut;
  }
  const {
    actions: _actions,
    groups: _groups,
    details: _details,
    ...rest
  } = shortened(card, { length: 100, count: 3 }).card;
  return render(rest, sending, [say('channel.rest-left-out')]);
}
