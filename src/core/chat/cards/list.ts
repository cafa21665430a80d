import type { About } from '../../about.ts';
import type { Card, CardAction, Table, Tone } from '../../card.ts';
import { saysNothing } from '../../certificates/state.ts';
import { wordsOf } from '../../items/words.ts';
import type { Item } from '../../certificates/item.ts';
import type { Observation } from '../../certificates/certificate.ts';
import type { Instant } from '../../time.ts';
import { askedName } from '../../alerts/findings.ts';
import type { Say } from '../../language/language.ts';
import { stageAt, type Threshold } from '../../certificates/stages.ts';
import type { TargetRow, Watch } from '../../model/watch.ts';
import { mixedOf } from '../../certificates/mixed.ts';
import { sound, type LeftOut } from '../../sound.ts';
import { connects, displayTarget } from '../../targets/target.ts';
import { judgeAll } from '../../certificates/verdict.ts';
import { endPhrase, expiryValues, shorten } from '../../language/wording.ts';
import { STAGE_LOOK } from '../stage-look.ts';

/** A watch with what is known of its target. */
export interface WatchView {
  watch: Watch;
  target: TargetRow;
  /** Last known leaves, the first to expire first; empty when none was ever seen. */
  leaves: Item[];
  policy: Threshold[] | null;
}

/** Rows on one page of `list`. */
export const PAGE_ROWS = 15;

/**
 * Why the last look neither saw the endpoint nor failed to: its addresses are out of sight or out of bounds. Null when
 * that is not so.
 */
function unseen(observation: Observation, failures: number, say: Say): string | null {
  if (observation.item || failures > 0 || !observation.addresses.every((result) => saysNothing(result))) return null;
  const refused = observation.addresses.some((result) => result.kind === 'failed' && result.failure.code === 'policy');
  return say(refused ? 'condition.forbidden' : 'condition.out-of-sight');
}

/** What a watch is in, in one symbol and a few words. */
export function conditionOf(
  { target, leaves, policy }: WatchView,
  now: Instant,
  say: Say,
): { tone: Tone; text: string } {
  if (!target.observation || !target.state) return { tone: 'neutral', text: `… ${say('condition.new')}` };
  const [leaf] = leaves;
  const hidden = unseen(target.observation, target.state.failures, say);
  if (hidden && !leaf) return { tone: 'neutral', text: `– ${hidden}` };
  const findings = [...judgeAll(target.observation, askedName(target.uri), now, say).values()];
  const mixed = mixedOf(target.observation, now, say);
  const words = [...findings.map(({ code }) => code), ...(mixed ? [mixed.code] : [])].map((code) =>
    say(`condition.${code}`),
  );
  const grave = findings.some((finding) => finding.grave) || target.state.failures > 0;
  if (target.state.failures > 0) words.unshift(say('condition.unreachable'));
  if (!leaf) return { tone: 'attention', text: `✖ ${words.join(', ') || say('condition.nothing')}` };
  const stage = stageAt(leaf, policy, now);
  const { tone, symbol } = STAGE_LOOK[stage];
  const word = say(`stage.${stage}`);
  if (words.length === 0) return { tone, text: `${symbol} ${word}${hidden ? `, ${hidden}` : ''}` };
  const text = [...(stage === 'fine' ? [] : [word]), ...words].join(', ');
  if (grave || tone === 'attention') return { tone: 'attention', text: `✖ ${text}` };
  return { tone: 'warning', text: `▲ ${text}` };
}

function matches(view: WatchView, filter: string): boolean {
  if (filter === '') return true;
  const { uri, ownerName } = view.watch;
  const ofLeaves = view.leaves.flatMap((leaf) => wordsOf(leaf).found(leaf));
  const text = [displayTarget(uri), uri, ownerName, ...ofLeaves];
  return text.some((part) => part.toLowerCase().includes(filter.toLowerCase()));
}

/** Sorted by expiry of the first leaf; watches without a certificate come last, by name. */
export function sortViews(views: WatchView[]): WatchView[] {
  return views.toSorted((a, b) => {
    const [first, second] = [a.leaves[0]?.notAfter ?? Infinity, b.leaves[0]?.notAfter ?? Infinity];
    return first === second ? a.watch.uri.localeCompare(b.watch.uri) : first - second;
  });
}

function pageActions(page: number, pages: number, filter: string, say: Say): CardAction[] {
  const to = (label: string, target: number): CardAction => ({
    kind: 'execute',
    label,
    action: { name: 'list-page', data: { page: target, filter } },
  });
  const actions: CardAction[] = [];
  if (page > 1) actions.push(to(say('button.previous'), page - 1));
  if (page < pages) actions.push(to(say('button.next'), page + 1));
  if (actions.length > 0) actions.push(to(say('button.refresh'), page));
  return actions;
}

/**
 * What can be done with one row of a list. A filter that would make the button too heavy is left out: the whole list
 * comes back then.
 */
function rowActions(watch: Watch, page: number, filter: string, say: Say): CardAction[] {
  const data = { watch: watch.id, page, ...(filter.length > 0 && filter.length <= 40 ? { filter } : {}) };
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

/** When it expires, for a cell: `2027-03-14 (in 112 days)`, or “–” when nothing was ever seen. */
export function expiryCell(leaf: Item | undefined, now: Instant, say: Say): string {
  if (!leaf) return '–';
  return endPhrase(leaf.notAfter, now, say);
}

/** How many there are, and which of them is the first to expire where that is known. `views` are sorted. */
export function firstToExpire<T extends WatchView>(
  total: string,
  views: T[],
  { now, say, leftOut }: { now: Instant; say: Say; leftOut: LeftOut<T> },
): string {
  const dated = views.filter(({ leaves }) => leaves.length > 0);
  const sentence = ({ watch, leaves }: T): string =>
    say('list.first', { ...expiryValues(leaves[0]!.notAfter, now, say), total, target: displayTarget(watch.uri) });
  const [first] = sound(dated, sentence, leftOut);
  return first ?? total;
}

/** What a page of `list` says, for programs. */
function aboutList(shown: WatchView[], total: number): About {
  return { kind: 'answer', verb: 'list', targets: shown.map(({ watch }) => watch.uri), total };
}

/** Counts what is left out of a list, each once, and passes it on. */
export function counted<T>(leftOut: LeftOut<T>): { leftOut: LeftOut<T>; words(say: Say): string[] } {
  const broken = new Set<T>();
  return {
    leftOut(error, item) {
      if (!broken.has(item)) leftOut(error, item);
      broken.add(item);
    },
    words: (say) => (broken.size > 0 ? [say('list.left-out', { number: broken.size })] : []),
  };
}

/**
 * The table of `list`: one page, first to expire first. `page` counts from 1 and is clamped. A row that cannot be shown
 * is left out, with a word, and told to
 * `leftOut`.
 */
export function listCard(
  views: WatchView[],
  options: { filter: string; page: number; now: Instant; say: Say; leftOut: LeftOut<WatchView> },
): Card {
  const { filter, now, say } = options;
  const { language } = say;
  const broken = counted(options.leftOut);
  const { leftOut } = broken;
  const matching = [...sound(views, (view) => (matches(view, filter) ? [view] : []), leftOut)].flat();
  const found = sortViews(matching);
  if (views.length === 0) {
    const summary = say('list.empty');
    return {
      language,
      summary,
      title: say('list.empty.title'),
      tone: 'neutral',
      text: [summary],
      about: aboutList([], 0),
    };
  }
  if (found.length === 0) {
    const summary = say('list.no-match', { number: views.length, filter: shorten(filter, 60) });
    return {
      language,
      summary,
      title: say('list.no-match.title'),
      tone: 'neutral',
      text: [summary, say('list.all'), ...broken.words(say)],
      about: aboutList([], 0),
    };
  }
  const pages = Math.ceil(found.length / PAGE_ROWS);
  const page = Math.min(Math.max(1, Math.floor(options.page) || 1), pages);
  const shown = found.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
  const number = found.length;
  const total =
    filter === '' ? say('list.total', { number }) : say('list.matching', { number, filter: shorten(filter, 60) });
  const row = (view: WatchView): Table['rows'][number] => ({
    cells: [
      { text: displayTarget(view.watch.uri) },
      { text: expiryCell(view.leaves[0], now, say) },
      conditionOf(view, now, say),
      { text: shorten(view.watch.ownerName, 40) || '–' },
    ],
    actions: rowActions(view.watch, page, filter, say),
  });
  const rows = [...sound(shown, row, leftOut)];
  const summary = firstToExpire(total, found, { now, say, leftOut });
  const words = broken.words(say);
  return {
    language,
    summary,
    title: pages > 1 ? say('list.page', { total, page, pages }) : total,
    tone: 'neutral',
    table: {
      columns: [
        // In a narrow card a date stays on one line, and so does a word of a state.
        { title: say('column.target'), weight: 12 },
        { title: say('column.expires'), weight: 8 },
        { title: say('column.state'), weight: 8 },
        { title: say('column.owner'), weight: 5 },
      ],
      rows,
    },
    ...(words.length > 0 ? { text: words } : {}),
    actions: pageActions(page, pages, filter, say),
    about: aboutList(shown, number),
  };
}
