import type { Card, CardAction } from '../../core/card.ts';
import { clip, shown } from './markup.ts';

/** Keys of ours inside an action's data, beside what the card put there. */
export const DELIVERY_KEY = 'certbotDeliveryId';
export const ACTION_KEY = 'certbotAction';

/** More than three at once are too much on a phone; more than six end up behind a menu that some clients lack. */
const IN_SIGHT = 3;
const MOST = 6;
const LABEL_LENGTH = 100;
/** A row names all that it says. */
const ROW_LENGTH = 600;
const MOST_OPTIONS = 100;
/** Id of what the last button shows. */
export const MORE = 'more';
/** People of the conversation (learn.microsoft.com, "People Picker in Adaptive Cards"). */
const PEOPLE = 'graph.microsoft.com/users?scope=currentContext';

/** What all buttons of a card carry. */
export interface Buttons {
  deliveryId: string | null;
  /** The card has inputs out of sight: whatever does not send one says so, or an empty one would hold it up. */
  hasInputs: boolean;
}

type Pressed = Exclude<CardAction, { kind: 'choose' }>;
type Choose = Extract<CardAction, { kind: 'choose' }>;

function isWebAddress(url: string): boolean {
  return ['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '');
}

function execute(
  { label, action, style }: { label: string; action: Choose['action']; style?: string | undefined },
  deliveryId: string | null,
  isAlone: boolean,
): object {
  const { name, data } = action;
  const carried = { ...data, [ACTION_KEY]: name, ...(deliveryId ? { [DELIVERY_KEY]: deliveryId } : {}) };
  const looks = { ...(style ? { style } : {}), ...(isAlone ? { associatedInputs: 'none' } : {}) };
  return {
    type: 'Action.Execute',
    title: label,
    verb: name,
    data: carried,
    ...looks,
    // Older clients send the same as a message.
    fallback: { type: 'Action.Submit', title: label, data: carried, ...looks },
  };
}

function button(each: Pressed, { deliveryId, hasInputs }: Buttons): object | null {
  const label = clip(shown(each.label), LABEL_LENGTH);
  if (each.kind === 'open')
    return isWebAddress(each.url) ? { type: 'Action.OpenUrl', title: label, url: each.url } : null;
  return execute({ label, action: each.action, style: each.style }, deliveryId, hasInputs);
}

/** A button without its looks, by another name: what is selected with a row. Null for what leads nowhere. */
export function plainButton(each: Pressed, buttons: Buttons, label: string): object | null {
  const title = clip(shown(label), ROW_LENGTH);
  if (each.kind === 'open') return isWebAddress(each.url) ? { type: 'Action.OpenUrl', title, url: each.url } : null;
  return execute({ label: title, action: each.action }, buttons.deliveryId, buttons.hasInputs);
}

function toggle(label: string, id: string): object {
  return { type: 'Action.ToggleVisibility', title: clip(shown(label), LABEL_LENGTH), targetElements: [id] };
}

/** A choice above the button that sends it. What is chosen comes with the button's data, under the input's id. */
function choice({ label, prompt, input, options, action }: Choose, { deliveryId }: Buttons): object[] {
  const words = clip(shown(prompt), LABEL_LENGTH);
  const shownOptions = (options === 'people' ? [] : options).slice(0, MOST_OPTIONS).map((option) => ({
    title: clip(shown(option.label), LABEL_LENGTH),
    value: option.value,
  }));
  const choices =
    options === 'people'
      ? { placeholder: words, choices: [], 'choices.data': { type: 'Data.Query', dataset: PEOPLE } }
      : { choices: shownOptions, ...(shownOptions[0] ? { value: shownOptions[0].value } : {}) };
  return [
    { type: 'Input.ChoiceSet', id: input, label: words, style: 'compact', ...choices },
    {
      type: 'ActionSet',
      spacing: 'Small',
      actions: [execute({ label: clip(shown(label), LABEL_LENGTH), action }, deliveryId, false)],
    },
  ];
}

/** Which buttons stand where. */
export interface Arrangement {
  shown: object[];
  /** Choices, each above its button, and the row of buttons that are rare. */
  hidden: object[];
  buttons: Buttons;
}

/** Only the first is primary. */
function withOnePrimary(actions: CardAction[]): CardAction[] {
  const first = actions.findIndex((each) => each.kind === 'execute' && each.style === 'positive');
  return actions.map((each, index) => {
    if (each.kind !== 'execute' || each.style !== 'positive' || index === first) return each;
    const { style: _style, ...rest } = each;
    return rest;
  });
}

interface Wanted {
  actions: Card['actions'];
  deliveryId: string | null;
  /** Buttons that show a group, which has that id. */
  toggles: { label: string; id: string }[];
  /** There is something to hide besides buttons. */
  hasDetails: boolean;
  /** What the button is called that shows what is hidden. */
  more: string;
}

/**
 * Three buttons in sight, of which the first is the primary one and the last is _More_ where anything is hidden; six
 * in all.
 */
export function arranged({ actions: all = [], deliveryId, toggles, hasDetails, more }: Wanted): Arrangement {
  const actions = withOnePrimary(all);
  const chooses = actions.filter((each) => each.kind === 'choose');
  const buttons = { deliveryId, hasInputs: chooses.length > 0 };
  const drawn = (wanted: boolean) =>
    actions
      .filter((each): each is Pressed => each.kind !== 'choose' && (each.isRare ?? false) === wanted)
      .flatMap((each) => {
        const one = button(each, buttons);
        return one ? [{ one, isPrimary: each.kind === 'execute' && each.style === 'positive' }] : [];
      });
  const [often, rare] = [drawn(false), drawn(true)];
  const isHiding = hasDetails || chooses.length + rare.length > 0 || often.length + toggles.length > IN_SIGHT;
  const ordered = [
    ...often.filter(({ isPrimary }) => isPrimary).map(({ one }) => one),
    ...toggles.map(({ label, id }) => toggle(label, id)),
    ...often.filter(({ isPrimary }) => !isPrimary).map(({ one }) => one),
  ];
  const inSight = ordered.slice(0, isHiding ? IN_SIGHT - 1 : IN_SIGHT);
  const room = MOST - inSight.length - (isHiding ? 1 : 0);
  const choices = chooses.slice(0, room).flatMap((each) => choice(each, buttons));
  const rest = [...ordered.slice(inSight.length), ...rare.map(({ one }) => one)].slice(
    0,
    Math.max(0, room - chooses.length),
  );
  return {
    shown: isHiding ? [...inSight, toggle(more, MORE)] : inSight,
    hidden: [...choices, ...(rest.length > 0 ? [{ type: 'ActionSet', spacing: 'Medium', actions: rest }] : [])],
    buttons,
  };
}
