import type { Card, CardAction, Table } from '../../card.ts';
import type { Instant } from '../../time.ts';
import type { Say } from '../../language/language.ts';
import type { Conversation } from '../../model/conversation.ts';
import { displayTarget } from '../../targets/target.ts';
import { shorten } from '../../language/wording.ts';
import { sound, type LeftOut } from '../../sound.ts';
import { conditionOf, counted, expiryCell, firstToExpire, sortViews, type WatchView } from './list.ts';

/** One of a person's watches, with the conversation it belongs to. */
export interface OwnedView extends WatchView {
  conversation: Conversation;
}

/** Rows on one page of a person's own list. */
const PAGE_ROWS = 30;

function placeOf({ kind, name }: Conversation, say: Say): string {
  if (kind === 'personal') return say('home.direct');
  if (name) return shorten(name, 60);
  return say(kind === 'group' ? 'home.group' : 'home.channel');
}

function pageActions(page: number, pages: number, say: Say): CardAction[] {
  const to = (label: string, target: number): CardAction => ({
    kind: 'execute',
    label,
    action: { name: 'home-page', data: { page: target } },
  });
  const actions: CardAction[] = [];
  if (page > 1) actions.push(to(say('button.previous'), page - 1));
  if (page < pages) actions.push(to(say('button.next'), page + 1));
  return [...actions, to(say('button.refresh'), page)];
}

/**
 * Everything one person watches, in whichever conversation, first to expire first. `page` counts from 1 and is clamped.
 * A row that cannot be shown is left out, with a word, and told to `leftOut`.
 */
export function homeCard(
  views: OwnedView[],
  options: { page: number; now: Instant; say: Say; leftOut: LeftOut<OwnedView> },
): Card {
  const { now, say } = options;
  const { language } = say;
  if (views.length === 0) {
    const summary = say('home.empty');
    return {
      language,
      summary,
      title: say('home.title'),
      tone: 'neutral',
      text: [summary, say('home.help')],
      actions: pageActions(1, 1, say),
    };
  }
  const found = sortViews(views) as OwnedView[];
  const pages = Math.ceil(found.length / PAGE_ROWS);
  const page = Math.min(Math.max(1, Math.floor(options.page) || 1), pages);
  const broken = counted(options.leftOut);
  const { leftOut } = broken;
  const row = (view: OwnedView): Table['rows'][number] => ({
    cells: [
      { text: displayTarget(view.watch.uri) },
      { text: expiryCell(view.leaves[0], now, say) },
      conditionOf(view, now, say),
      {
        text: placeOf(view.conversation, say),
        ...(view.conversation.kind === 'personal' ? {} : { conversation: view.conversation.id }),
      },
    ],
  });
  const rows = [...sound(found.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS), row, leftOut)];
  const summary = firstToExpire(say('home.total', { number: found.length }), found, { now, say, leftOut });
  return {
    language,
    summary,
    title: pages > 1 ? say('home.page', { page, pages }) : say('home.title'),
    tone: 'neutral',
    text: [summary, ...broken.words(say)],
    table: {
      columns: [
        { title: say('column.target'), weight: 5 },
        { title: say('column.expires'), weight: 3 },
        { title: say('column.state'), weight: 3 },
        { title: say('column.where'), weight: 3 },
      ],
      rows,
    },
    actions: pageActions(page, pages, say),
  };
}
