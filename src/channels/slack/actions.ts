import type { types } from '@slack/bolt';
import type { CardAction } from '../../core/card.ts';
import { plainText } from './pieces.ts';
import { choiceId, pressValue } from './press.ts';

const BUTTON_LENGTH = 75;
const BUTTON_VALUE = 2000;
const OPTION_VALUE = 150;
const PLACEHOLDER_LENGTH = 150;
const ACTION_ID = 255;
const MOST_CHOICES = 100;
const MOST_IN_MENU = 5;
const URL_LENGTH = 3000;
/** More than six at once nobody reads; the rest stands behind “…”. */
const MOST = 6;

type Element = types.Button | types.Overflow | types.StaticSelect | types.UsersSelect;

function isWebAddress(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '') && url.length <= URL_LENGTH;
}

function button(each: Exclude<CardAction, { kind: 'choose' }>, index: number): types.Button | null {
  const text = plainText(each.label, BUTTON_LENGTH);
  if (each.kind === 'open')
    return isWebAddress(each.url) ? { type: 'button', action_id: `link:${index}`, text, url: each.url } : null;
  const value = pressValue(each.action);
  if (value.length > BUTTON_VALUE) return null;
  const style = each.style === 'positive' ? 'primary' : each.style === 'destructive' ? 'danger' : null;
  return { type: 'button', action_id: `act:${index}`, text, value, ...(style ? { style } : {}) };
}

/** A menu that acts when something is chosen: what it does is in its id, since a person that is chosen has no value. */
function choice(each: Extract<CardAction, { kind: 'choose' }>, index: number): Element | null {
  const id = choiceId(each, index);
  if (id.length > ACTION_ID) return null;
  const placeholder = plainText(each.label, PLACEHOLDER_LENGTH);
  if (each.options === 'people') return { type: 'users_select', action_id: id, placeholder };
  const options = each.options
    .filter(({ value }) => value !== '' && value.length <= OPTION_VALUE)
    .slice(0, MOST_CHOICES)
    .map(({ label, value }) => ({ text: plainText(label, BUTTON_LENGTH), value }));
  return options.length > 0 ? { type: 'static_select', action_id: id, placeholder, options } : null;
}

/** What has room in the menu behind “…”. */
function isSmall(each: types.Button): boolean {
  return each.value !== undefined && each.value.length <= OPTION_VALUE;
}

/** Buttons and menus of a card, in their order; what is rare, or too much, stands behind “…” at the end. */
export function elementsOf(actions: CardAction[]): Element[] {
  const drawn: { one: Element; isRare: boolean }[] = actions.flatMap((each, index) => {
    const one = each.kind === 'choose' ? choice(each, index) : button(each, index);
    return one ? [{ one, isRare: each.kind !== 'choose' && (each.isRare ?? false) }] : [];
  });
  let hasPrimary = false;
  for (const { one } of drawn) {
    if (one.type !== 'button' || one.style !== 'primary') continue;
    if (hasPrimary) delete one.style;
    hasPrimary = true;
  }
  const often = drawn.filter(({ isRare }) => !isRare).map(({ one }) => one);
  const rare = drawn.filter(({ isRare }) => isRare).map(({ one }) => one);
  if (often.length + rare.length <= MOST && rare.length <= 1) return [...often, ...rare];
  const inSight = often.slice(0, MOST - 1);
  const behind = [...often.slice(inSight.length), ...rare].filter((one) => one.type === 'button');
  const menu = behind.filter(isSmall).slice(0, MOST_IN_MENU);
  const beside = behind.filter((one) => !menu.includes(one));
  if (menu.length < 2) return [...inSight, ...menu, ...beside].slice(0, MOST);
  const options = menu.map(({ text, value }) => ({ text, value: value! }) as types.PlainTextOption);
  const overflow: types.Overflow = { type: 'overflow', action_id: 'more', options };
  return [...[...inSight, ...beside].slice(0, MOST - 1), overflow];
}
