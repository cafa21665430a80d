import type { Card, CardAction, Tone } from '../card.ts';
import type { Certificate, Instant, Observation } from '../certificate.ts';
import { askedName } from '../effects.ts';
import { stageAt, type Threshold } from '../policy.ts';
import type { TargetRow, Watch } from '../ports.ts';
import { displayTarget, readTarget } from '../target.ts';
import { judgeAll, presentedOf } from '../verdict.ts';
import { count, expiryPhrase, isoDate, relative, shorten, STAGE_LOOK } from '../wording.ts';

/** A watch with what is known of its target. */
export interface WatchView {
  watch: Watch;
  target: TargetRow;
  /** Last known leaves, the first to expire first; empty when none was ever seen. */
  leaves: Certificate[];
  policy: Threshold[] | null;
}

/** Rows on one page of `list`. */
export const PAGE_ROWS = 15;

/** Why the last look neither saw the endpoint nor failed to: its addresses are out of sight or out of bounds. Null when that is not so. */
function unseen(observation: Observation, failures: number): string | null {
  if (failures > 0 || presentedOf(observation).length > 0) return null;
  const refused = observation.addresses.some((result) => result.kind === 'failed' && result.failure.code === 'policy');
  return refused ? 'not allowed by policy' : 'not visible from here';
}

/** What a watch is in, in one symbol and a few words. */
export function conditionOf({ target, leaves, policy }: WatchView, now: Instant): { tone: Tone; text: string } {
  if (!target.observation || !target.state) return { tone: 'neutral', text: '… not looked at yet' };
  const [leaf] = leaves;
  const hidden = unseen(target.observation, target.state.failures);
  if (hidden && !leaf) return { tone: 'neutral', text: `– ${hidden}` };
  const findings = [...judgeAll(target.observation, askedName(readTarget(target.uri)), now).keys()];
  const unreachable = target.state.failures > 0 ? 'unreachable' : null;
  const words = [unreachable, ...findings].filter((word) => word !== null).map((word) => word.replaceAll('-', ' '));
  if (!leaf) return { tone: 'attention', text: `✖ ${words.join(', ') || 'nothing seen'}` };
  const { tone, symbol, word } = STAGE_LOOK[stageAt(leaf, policy, now)];
  if (words.length === 0) return { tone, text: `${symbol} ${word}${hidden ? `, ${hidden}` : ''}` };
  return { tone: 'attention', text: word === 'fine' ? `✖ ${words.join(', ')}` : `✖ ${word}, ${words.join(', ')}` };
}

function matches(view: WatchView, filter: string): boolean {
  if (filter === '') return true;
  const { uri, ownerName } = view.watch;
  const ofLeaves = view.leaves.flatMap(({ issuer, dnsNames }) => [issuer, ...dnsNames]);
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

function pageActions(page: number, pages: number, filter: string): CardAction[] {
  const to = (label: string, target: number): CardAction => ({
    kind: 'execute',
    label,
    action: { name: 'list-page', data: { page: target, filter } },
  });
  const actions: CardAction[] = [];
  if (page > 1) actions.push(to('◀ Previous', page - 1));
  if (page < pages) actions.push(to('Next ▶', page + 1));
  if (actions.length > 0) actions.push(to('Refresh', page));
  return actions;
}

/** What can be done with one row of a list. A filter that would make the button too heavy is left out: the whole list comes back then. */
function rowActions(watch: Watch, page: number, filter: string): CardAction[] {
  const data = { watch: watch.id, page, ...(filter.length > 0 && filter.length <= 40 ? { filter } : {}) };
  return [
    { kind: 'execute', label: 'Show', action: { name: 'show-row', data: { watch: watch.id } } },
    { kind: 'execute', label: 'Look again now', action: { name: 'show-row', data: { watch: watch.id, fresh: true } } },
    { kind: 'execute', label: 'Stop watching', action: { name: 'unwatch-row', data }, style: 'destructive' },
  ];
}

/** When it expires, for a cell: `2027-03-14 (in 112 days)`, or “–” when nothing was ever seen. */
export function expiryCell(leaf: Certificate | undefined, now: Instant): string {
  return leaf ? `${isoDate(leaf.notAfter)} (${relative(leaf.notAfter, now)})` : '–';
}

/** The table of `list`: one page, first to expire first. `page` counts from 1 and is clamped. */
export function listCard(views: WatchView[], options: { filter: string; page: number; now: Instant }): Card {
  const { filter, now } = options;
  const found = sortViews(views.filter((view) => matches(view, filter)));
  if (views.length === 0) {
    const summary = 'This conversation watches nothing yet. Type for example “watch example.com”.';
    return { summary, title: 'Nothing watched yet', tone: 'neutral', text: [summary] };
  }
  if (found.length === 0) {
    const wanted = `“${shorten(filter, 60)}”`;
    const summary =
      views.length === 1
        ? `The one watch here does not match ${wanted}.`
        : `None of the ${views.length} watches here matches ${wanted}.`;
    return { summary, title: 'No match', tone: 'neutral', text: [summary, 'Type “list” to see all.'] };
  }
  const pages = Math.ceil(found.length / PAGE_ROWS);
  const page = Math.min(Math.max(1, Math.floor(options.page) || 1), pages);
  const shown = found.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
  const first = found.find(({ leaves }) => leaves.length > 0);
  const next = first
    ? `; the first to expire is ${displayTarget(first.watch.uri)}, which ${expiryPhrase(first.leaves[0]!.notAfter, now)}`
    : '';
  const matching = filter === '' ? '' : ` matching “${shorten(filter, 60)}”`;
  const total = `${count(found.length, 'watch')}${matching}`;
  return {
    summary: `${total}${next}`,
    title: pages > 1 ? `${total}, page ${page} of ${pages}` : total,
    tone: 'neutral',
    table: {
      columns: [
        { title: 'Target', weight: 5 },
        { title: 'Expires', weight: 3 },
        { title: 'State', weight: 3 },
        { title: 'Owner', weight: 3 },
      ],
      rows: shown.map((view) => {
        return {
          cells: [
            { text: displayTarget(view.watch.uri) },
            { text: expiryCell(view.leaves[0], now) },
            conditionOf(view, now),
            { text: shorten(view.watch.ownerName, 40) || '–' },
          ],
          actions: rowActions(view.watch, page, filter),
        };
      }),
    },
    actions: pageActions(page, pages, filter),
  };
}
