import type { Card, Row } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { prose, shorten } from '../../language/wording.ts';
import { sound, type LeftOut } from '../../sound.ts';
import { briefTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';
import { endOf, sortViews, type WatchView } from './needs.ts';
import { sentenceCard } from './replies.ts';
import { capital, groupOf } from './rows.ts';

/** Watches that the question lists; of more it says how many. */
const MOST_ROWS = 15;

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
  const row = ({ watch, leaves }: WatchView): Row => {
    const { sub, ...end } = endOf(leaves[0], { now, say, isDay: true });
    const parts = [shorten(watch.ownerName, 40), sub ?? ''].filter((part) => part !== '');
    return {
      name: briefTarget(watch.uri),
      ...(parts.length > 0 ? { sub: capital(parts.join(' · ')) } : {}),
      ...end,
    };
  };
  return sentenceCard(say('unwatch.ask.title', { number }), prose(say('unwatch.ask.how', { number }), say), say, {
    tone: 'warning',
    state: { symbol: '⚠️', word: say('state.question') },
    more: stopped ? [say('unwatch.stopped')] : [],
    groups: [
      groupOf({
        heading: say('unwatch.ask.which'),
        rows: [...sound(sortViews(views).slice(0, MOST_ROWS), row, leftOut)],
        ...(rest > 0 ? { more: say('unwatch.ask.more', { number: rest }) } : {}),
      }),
    ],
    actions: [
      {
        kind: 'execute',
        label: say('button.unwatch-all', { number }),
        action: { name: 'unwatch-all', data: { upTo } },
        style: 'destructive',
      },
    ],
  });
}

/** Everything that was asked about is stopped; `kept`: how many watches came after the question. */
export function unwatchedAllCard(number: number, kept: number, say: Say): Card {
  const title = kept === 0 ? say('unwatch.all.title') : say('unwatch.some.title', { number });
  const more = kept === 0 ? [] : [say('unwatch.kept', { number: kept })];
  return sentenceCard(title, say('unwatch.all', { number }), say, { tone: 'good', more });
}
