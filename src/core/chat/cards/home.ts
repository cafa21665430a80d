import type { Card, CardAction } from '../../card.ts';
import type { Instant } from '../../time.ts';
import type { Say } from '../../language/language.ts';
import type { Conversation } from '../../model/conversation.ts';
import { shorten } from '../../language/wording.ts';
import type { LeftOut } from '../../sound.ts';
import {
  counted,
  groupsOf,
  needsOf,
  needsSummary,
  titleOf,
  zoneFootnote,
  type Paging,
  type WatchView,
} from './needs.ts';

/** One of a person's watches, with the conversation it belongs to. */
export interface OwnedView extends WatchView {
  conversation: Conversation;
}

/** Rows on one page of a person's own list. */
const PAGE_ROWS = 15;

function placeOf({ kind, name }: Conversation, say: Say): string {
  if (kind === 'personal') return say('home.direct');
  if (name) return shorten(name, 60);
  return say(kind === 'group' ? 'home.group' : 'home.channel');
}

function pageActions({ page, pages, finePage }: Paging, fine: number, say: Say): CardAction[] {
  const to = (label: string, target: number): CardAction => ({
    kind: 'execute',
    label,
    action: { name: 'home-page', data: { page: target } },
  });
  const isNext = page < pages && finePage !== page + 1;
  return [
    ...(page > 1 ? [to(say('button.previous'), page - 1)] : []),
    ...(isNext ? [to(say('button.next'), page + 1)] : []),
    ...(finePage === null ? [] : [to(say('button.show-fine', { number: fine }), finePage)]),
    to(say('button.refresh'), page),
  ];
}

/**
 * Everything one person watches, in whichever conversation, by need. `page` counts from 1 and is clamped. A row that
 * cannot be shown is left out, with a word, and told to `leftOut`.
 */
export function homeCard(
  views: OwnedView[],
  options: { page: number; now: Instant; say: Say; leftOut: LeftOut<OwnedView> },
): Card {
  const { now, say } = options;
  const { language } = say;
  const broken = counted(options.leftOut);
  const { leftOut } = broken;
  const needs = needsOf(views, { now, say, leftOut });
  if (needs.judged.length === 0) {
    return {
      language,
      summary: `${say('home.empty.title')}. ${say('home.empty')}`,
      title: say('home.empty.title'),
      tone: 'neutral',
      text: [say('home.empty'), say('home.help'), ...broken.words(say)],
      actions: pageActions({ page: 1, pages: 1, finePage: null }, 0, say),
    };
  }
  const { groups, paging, isTimed } = groupsOf(needs, {
    page: options.page,
    perPage: PAGE_ROWS,
    now,
    say,
    about: ({ conversation }) => [placeOf(conversation, say)],
    conversation: ({ conversation }) => (conversation.kind === 'personal' ? undefined : conversation.id),
    leftOut,
  });
  const { page, pages } = paging;
  const words = broken.words(say);
  const footnote = [
    ...(pages > 1 ? [say('list.at-page', { page, pages })] : []),
    ...(isTimed ? [zoneFootnote(say)] : []),
  ];
  return {
    language,
    summary: needsSummary(needs, { now, say }),
    title: titleOf(needs, say),
    tone: 'neutral',
    ...(words.length > 0 ? { text: words } : {}),
    groups,
    ...(footnote.length > 0 ? { footnote: footnote.join(' ') } : {}),
    actions: pageActions(paging, needs.count('fine'), say),
  };
}
