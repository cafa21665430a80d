import type { Card } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { prose, shorten } from '../../language/wording.ts';
import { sound, type LeftOut } from '../../sound.ts';
import { displayTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';
import { expiryCell, sortViews, type WatchView } from './list.ts';
import { sentenceCard } from './replies.ts';

/** Watches that the question lists; of more it says how many. */
const MOST_ROWS = 20;

/**
 * What `unwatch all` would stop, and whether it is meant. `upTo`: the highest id among these watches, so that what comes
 * later is not stopped by the answer.
 */
export function unwatchAllCard(
  views: WatchView[],
  options: { upTo: number; stopped: boolean; now: Instant; say: Say; leftOut: LeftOut<WatchView> },
): Card {
  const { upTo, stopped, now, say, leftOut } = options;
  const number = views.length;
  const rest = number - MOST_ROWS;
  const question = say('unwatch.ask', { number });
  const row = (view: WatchView): NonNullable<Card['table']>['rows'][number] => ({
    cells: [
      { text: displayTarget(view.watch.uri) },
      { text: expiryCell(view.leaves[0], now, say) },
      { text: shorten(view.watch.ownerName, 40) || '–' },
    ],
  });
  return {
    language: say.language,
    summary: question,
    title: say('unwatch.ask.title', { number }),
    tone: 'warning',
    text: [...(stopped ? [say('unwatch.stopped')] : []), question, prose(say('unwatch.ask.how', { number }), say)],
    table: {
      columns: [
        { title: say('column.target'), weight: 5 },
        { title: say('column.expires'), weight: 4 },
        { title: say('column.owner'), weight: 3 },
      ],
      rows: [...sound(sortViews(views).slice(0, MOST_ROWS), row, leftOut)],
    },
    ...(rest > 0 ? { footnote: say('unwatch.ask.more', { number: rest }) } : {}),
    actions: [
      {
        kind: 'execute',
        label: say('button.unwatch-all', { number }),
        action: { name: 'unwatch-all', data: { upTo } },
        style: 'destructive',
      },
    ],
  };
}

/** Everything that was asked about is stopped; `kept`: how many watches came after the question. */
export function unwatchedAllCard(number: number, kept: number, say: Say): Card {
  const title = kept === 0 ? say('unwatch.all.title') : say('unwatch.some.title');
  const more = kept === 0 ? [] : [say('unwatch.kept', { number: kept })];
  return sentenceCard(title, say('unwatch.all', { number }), say, { tone: 'good', more });
}
