import type { Card, CardAction } from '../card.ts';
import type { Instant } from '../certificate.ts';
import type { Conversation } from '../ports.ts';
import { displayTarget } from '../target.ts';
import { count, expiryPhrase, shorten } from '../wording.ts';
import { conditionOf, expiryCell, sortViews, type WatchView } from './list.ts';

/** One of a person's watches, with the conversation it belongs to. */
export interface OwnedView extends WatchView {
  conversation: Conversation;
}

/** Rows on one page of a person's own list. */
const PAGE_ROWS = 30;

function placeOf({ kind, name }: Conversation): string {
  if (kind === 'personal') return 'direct chat';
  if (name) return shorten(name, 60);
  return kind === 'group' ? 'a group chat' : 'a channel';
}

function pageActions(page: number, pages: number): CardAction[] {
  const to = (label: string, target: number): CardAction => ({
    kind: 'execute',
    label,
    action: { name: 'home-page', data: { page: target } },
  });
  const actions: CardAction[] = [];
  if (page > 1) actions.push(to('◀ Previous', page - 1));
  if (page < pages) actions.push(to('Next ▶', page + 1));
  return [...actions, to('Refresh', page)];
}

/** Everything one person watches, in whichever conversation, first to expire first. `page` counts from 1 and is clamped. */
export function homeCard(views: OwnedView[], options: { page: number; now: Instant }): Card {
  const { now } = options;
  if (views.length === 0) {
    const summary = 'You watch nothing yet. Write “watch example.com” to me, or mention me in a channel.';
    return {
      summary,
      title: 'Your certificates',
      tone: 'neutral',
      text: [summary, 'Type “help” in a message to me to see everything else.'],
      actions: pageActions(1, 1),
    };
  }
  const found = sortViews(views) as OwnedView[];
  const pages = Math.ceil(found.length / PAGE_ROWS);
  const page = Math.min(Math.max(1, Math.floor(options.page) || 1), pages);
  const first = found.find(({ leaves }) => leaves.length > 0);
  const next = first
    ? `; the first to expire is ${displayTarget(first.watch.uri)}, which ${expiryPhrase(first.leaves[0]!.notAfter, now)}`
    : '';
  const summary = `You watch ${count(found.length, 'target')}${next}`;
  return {
    summary,
    title: pages > 1 ? `Your certificates, page ${page} of ${pages}` : 'Your certificates',
    tone: 'neutral',
    text: [summary],
    table: {
      columns: [
        { title: 'Target', weight: 5 },
        { title: 'Expires', weight: 3 },
        { title: 'State', weight: 3 },
        { title: 'Where', weight: 3 },
      ],
      rows: found.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS).map((view) => ({
        cells: [
          { text: displayTarget(view.watch.uri) },
          { text: expiryCell(view.leaves[0], now) },
          conditionOf(view, now),
          {
            text: placeOf(view.conversation),
            ...(view.conversation.kind === 'personal' ? {} : { conversation: view.conversation.id }),
          },
        ],
      })),
    },
    actions: pageActions(page, pages),
  };
}
