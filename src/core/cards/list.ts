import type { Card, CardAction, Tone } from '../card.ts';
import type { Certificate, Instant } from '../certificate.ts';
import { askedName } from '../effects.ts';
import { stageAt, type Threshold } from '../policy.ts';
import type { TargetRow, Watch } from '../ports.ts';
import { displayTarget, readTarget } from '../target.ts';
import { judgeAll } from '../verdict.ts';
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

/** What a watch is in, in one symbol and a few words. */
export function conditionOf({ target, leaves, policy }: WatchView, now: Instant): { tone: Tone; text: string } {
  if (!target.observation || !target.state) return { tone: 'neutral', text: '… not looked at yet' };
  const [leaf] = leaves;
  const findings = [...judgeAll(target.observation, askedName(readTarget(target.uri)), now).keys()];
  const unreachable = target.state.failures > 0 ? 'unreachable' : null;
  const words = [unreachable, ...findings].filter((word) => word !== null).map((word) => word.replaceAll('-', ' '));
  if (!leaf) return { tone: 'attention', text: `✖ ${words.join(', ') || 'nothing seen'}` };
  const { tone, symbol, word } = STAGE_LOOK[stageAt(leaf, policy, now)];
  if (words.length === 0) return { tone, text: `${symbol} ${word}` };
  return { tone: 'attention', text: word === 'fine' ? `✖ ${words.join(', ')}` : `✖ ${word}, ${words.join(', ')}` };
}

function matches(view: WatchView, filter: string): boolean {
  if (filter === '') return true;
  const [leaf] = view.leaves;
  const text = [
    displayTarget(view.watch.uri),
    view.watch.uri,
    view.watch.ownerName,
    leaf?.issuer ?? '',
    ...(leaf?.dnsNames ?? []),
  ];
  return text.some((part) => part.toLowerCase().includes(filter));
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

/** The table of `list`: one page, first to expire first. `page` counts from 1 and is clamped. */
export function listCard(views: WatchView[], options: { filter: string; page: number; now: Instant }): Card {
  const { filter, now } = options;
  const found = sortViews(views.filter((view) => matches(view, filter)));
  if (views.length === 0) {
    const summary = 'This conversation watches nothing yet. Type for example “watch example.com”.';
    return { summary, title: 'Nothing watched yet', tone: 'neutral', text: [summary] };
  }
  if (found.length === 0) {
    const summary = `None of the ${count(views.length, 'watch').replace(/watchs$/, 'watches')} here matches “${shorten(filter, 60)}”.`;
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
  const total = `${found.length} ${found.length === 1 ? 'watch' : 'watches'}${matching}`;
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
        const [leaf] = view.leaves;
        const condition = conditionOf(view, now);
        const expires = leaf ? `${isoDate(leaf.notAfter)} (${relative(leaf.notAfter, now)})` : '–';
        return {
          cells: [
            { text: displayTarget(view.watch.uri) },
            { text: expires },
            condition,
            { text: shorten(view.watch.ownerName, 40) || '–' },
          ],
        };
      }),
    },
    actions: pageActions(page, pages, filter),
  };
}
