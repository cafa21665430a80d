import { type Card, type CardFact, type Group, type Row, textOf } from '../../card.ts';
import { sayIn } from '../../language/language.ts';
import { fullStop } from '../../language/wording.ts';
import { visibleText } from '../../language/text.ts';

/** UTF-16 units: any chat takes so much, and nobody reads more without a table. */
const MOST = 8000;

function factLine({ label, value }: CardFact): string {
  return `${label}: ${value}`;
}

function rowLine({ name, sub, date, distance }: Row): string {
  const when = [date, distance].filter(Boolean).join(', ');
  return ['–', [textOf(name), when].filter(Boolean).join(' '), ...(sub ? ['·', sub] : [])].join(' ');
}

function groupLines({ symbol, heading, text = [], rows = [], facts = [], chart, more }: Group): string[] {
  const title = [symbol, heading].filter(Boolean).join(' ');
  return [
    ...(title === '' ? [] : [title]),
    ...text.map(textOf),
    ...rows.map(rowLine),
    ...facts.map(factLine),
    ...(chart?.bars ?? []).map(({ label, value }) => `${label}: ${value}`),
    ...(more ? [more] : []),
  ];
}

/**
 * Everything that a card says, as lines of plain text without markup: for a chat that does not take the card. Unsafe
 * characters are made visible.
 */
export function plainText(card: Card): string {
  const { state, lead, todo, text = [], facts = [], groups = [], details = [], progress } = card;
  const say = sayIn(card.language);
  const open = (card.actions ?? []).flatMap((action) =>
    action.kind === 'open' ? [`${action.label}: ${action.url}`] : [],
  );
  // Nothing is hidden here: what waits behind a button stands above in other words.
  const shown = groups.filter(({ toggle }) => toggle === undefined);
  const named = state ? `${state.word}: ${card.title}` : card.title;
  const isSaid = [card.title, named].some((title) => fullStop(title) === fullStop(card.summary));
  const said = [
    ...(lead === undefined ? [] : [textOf(lead)]),
    ...(todo ? [[todo.task, todo.then].filter(Boolean).join(' ')] : []),
    ...text,
    ...(progress ? [say('channel.progress', { ...progress })] : []),
    ...facts.map(factLine),
    ...shown.flatMap(groupLines),
    ...details.map(factLine),
  ];
  const lines = [
    ...(card.opening === undefined ? [] : [card.opening]),
    state ? `${state.symbol} ${named}` : named,
    // What it says in one sentence is in its parts already.
    ...(said.length > 0 || isSaid ? said : [card.summary]),
    ...(card.footnote === undefined ? [] : [card.footnote]),
    ...open,
  ].map(visibleText);
  const rest = say('channel.rest-left-out');
  let length = rest.length;
  const kept = lines.filter((line) => (length += line.length + 1) <= MOST);
  return [...kept, ...(kept.length < lines.length ? [rest] : [])].join('\n');
}
