import type { About } from '../../about.ts';
import type { Card, CardAction } from '../../card.ts';
import { wordsOf } from '../../items/words.ts';
import type { Instant } from '../../time.ts';
import type { Say } from '../../language/language.ts';
import type { Watch } from '../../model/watch.ts';
import { sound, type LeftOut } from '../../sound.ts';
import { connects, displayTarget } from '../../targets/target.ts';
import { shorten } from '../../language/wording.ts';
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
import { sentenceCard, typeAction } from './replies.ts';

export { conditionOf, sortViews, type WatchView } from './needs.ts';

/** Rows on one page of `list`. */
export const PAGE_ROWS = 15;
/** Buttons in sight. */
const MOST_BUTTONS = 3;
/** What a filter means: which watches, and how it was understood. */
export interface Understood {
  matches: (view: WatchView) => boolean;
  /** `12 of 58 expire before 25 Dec`; with `year`, days have it. */
  found: (number: number, year?: boolean) => string;
  /** The filter in words. */
  words: string;
}

function holds(view: WatchView, filter: string): boolean {
  if (filter === '') return true;
  const { uri, ownerName } = view.watch;
  const ofLeaves = view.leaves.flatMap((leaf) => wordsOf(leaf).found(leaf));
  const text = [displayTarget(uri), uri, ownerName, ...ofLeaves];
  return text.some((part) => part.toLowerCase().includes(filter.toLowerCase()));
}

/**
 * Buttons to other pages. `isOthers`: the list holds watches of others than the reader, so that those of theirs alone
 * are fewer.
 */
function pageActions(
  { page, pages, finePage }: Paging,
  { filter, isOthers, fine, say }: { filter: string; isOthers: boolean; fine: number; say: Say },
): CardAction[] {
  const to = (label: string, target: number, of = filter): CardAction => ({
    kind: 'execute',
    label,
    action: { name: 'list-page', data: { page: target, filter: of } },
  });
  const isNext = page < pages && finePage !== page + 1;
  return [
    ...(page > 1 ? [to(say('button.previous'), page - 1)] : []),
    ...(isNext ? [to(say('button.next'), page + 1)] : []),
    ...(finePage === null ? [] : [to(say('button.show-fine', { number: fine }), finePage)]),
    ...(page === 1 && filter === '' && isOthers ? [to(say('button.mine'), 1, 'mine')] : []),
    to(say('button.refresh'), page),
  ].slice(0, MOST_BUTTONS);
}

/**
 * What can be done with one row of a list. A filter that would make the button too heavy is left out: the whole list
 * comes back then.
 */
function rowActions(watch: Watch, page: number, filter: string, say: Say): CardAction[] {
  const data = { watch: watch.id, page, ...(filter.length > 0 && filter.length <= 70 ? { filter } : {}) };
  const again: CardAction = {
    kind: 'execute',
    label: say('button.again'),
    action: { name: 'show-row', data: { watch: watch.id, fresh: true } },
  };
  return [
    { kind: 'execute', label: say('button.show'), action: { name: 'show-row', data: { watch: watch.id } } },
    ...(connects(watch.uri) ? [again] : []),
    { kind: 'execute', label: say('button.unwatch'), action: { name: 'unwatch-row', data }, style: 'destructive' },
  ];
}

/** What a page of `list` says, for programs. */
function aboutList(shown: WatchView[], total: number): About {
  return { kind: 'answer', verb: 'list', targets: shown.map(({ watch }) => watch.uri), total };
}

function nothingCard(views: WatchView[], filter: string, words: string[], say: Say): Card {
  const about = aboutList([], 0);
  if (views.length === 0) return { ...sentenceCard(say('list.empty.title'), say('list.empty'), say), about };
  const title = say('list.no-match', { number: views.length, filter: shorten(filter, 60) });
  const all = typeAction(say('button.open-list'), 'list');
  const more = { more: words, ...(all ? { actions: [all] } : {}) };
  return { ...sentenceCard(title, say('list.all'), say, more), about };
}

/**
 * `list`: groups by need, what is broken first. `page` counts from 1 and is clamped; `reader`: the person's id who
 * reads it. A row that cannot be shown is left out, with a word, and told to `leftOut`.
 */
export function listCard(
  views: WatchView[],
  options: {
    filter: string;
    /** Missing: the filter is text to look for. */
    understood?: Understood | null;
    page: number;
    now: Instant;
    say: Say;
    reader?: string;
    leftOut: LeftOut<WatchView>;
  },
): Card {
  const { filter, understood, now, say, reader } = options;
  const broken = counted(options.leftOut);
  const { leftOut } = broken;
  const isMeant = understood?.matches ?? ((view: WatchView) => holds(view, filter));
  const found = [...sound(views, (view) => (isMeant(view) ? [view] : []), leftOut)].flat();
  const needs = needsOf(found, { now, say, leftOut });
  if (needs.judged.length === 0) {
    return nothingCard(views, understood?.words ?? filter, broken.words(say), say);
  }
  const owner = ({ watch }: WatchView): string => shorten(watch.ownerName, 40) || say('list.no-owner');
  const owners = new Set(found.map(({ watch }) => watch.ownerId));
  const { groups, shown, paging, isTimed } = groupsOf(needs, {
    page: options.page,
    perPage: PAGE_ROWS,
    now,
    say,
    // What is the same in every row is not worth saying in each.
    about: (view) => (owners.size > 1 ? [owner(view)] : []),
    actions: ({ watch }, page) => rowActions(watch, page, filter, say),
    leftOut,
  });
  const isOthers = reader !== undefined && owners.has(reader) && owners.size > 1;
  const { page, pages } = paging;
  const words = broken.words(say);
  const only = filter === '' ? '' : say('list.only', { filter: shorten(filter, 60) });
  const number = needs.judged.length;
  const footnote = [
    ...(pages > 1 ? [say('list.at-page', { page, pages })] : []),
    say('list.how'),
    ...(isTimed ? [zoneFootnote(say)] : []),
  ];
  return {
    language: say.language,
    summary: needsSummary(needs, { now, say, found: understood?.found(number, true) ?? only }),
    title: understood?.found(number) ?? titleOf(needs, say),
    tone: 'neutral',
    ...(filter === '' || understood ? {} : { lead: only }),
    ...(words.length > 0 ? { text: words } : {}),
    groups,
    footnote: footnote.join(' '),
    actions: pageActions(paging, { filter, isOthers, fine: needs.count('fine'), say }),
    about: aboutList(shown, needs.judged.length),
  };
}
