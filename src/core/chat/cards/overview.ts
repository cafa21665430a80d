import type { Card, CardAction, Row } from '../../card.ts';
import { shortDay } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import { shorten } from '../../language/wording.ts';
import type { ConversationCount, OrphanedWatch } from '../../model/overview.ts';
import { briefTarget } from '../../targets/target.ts';
import type { Instant } from '../../time.ts';
import { sentenceCard, typeAction } from './replies.ts';
import { capital, groupOf } from './rows.ts';

/** Rows on one page. */
const PAGE_ROWS = 15;

/** What is called by its name alone: a person's own chat has none that others are to read. */
function placeName({ kind, name }: Pick<ConversationCount, 'kind' | 'name'>, say: Say): string {
  if (kind === 'personal') return say('operators.conversations.direct');
  return shorten(name ?? '', 80) || say('operators.conversations.nameless');
}

/** One page of many rows; `typed`: the command that shows it, to which the number of the page is added. */
function pagedCard(
  { title, sentence, heading, rows }: { title: string; sentence: string; heading: string; rows: Row[] },
  { page: wanted, typed, say }: { page: number; typed: string; say: Say },
): Card {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const page = Math.min(Math.max(1, wanted), pages);
  const actions: (CardAction | null)[] = [
    page > 1 ? typeAction(say('button.previous'), `${typed} ${page - 1}`) : null,
    page < pages ? typeAction(say('button.next'), `${typed} ${page + 1}`) : null,
  ];
  const buttons = actions.filter((one) => one !== null);
  const shown = rows.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS);
  return sentenceCard(title, sentence, say, {
    ...(shown.length > 0 ? { groups: [groupOf({ heading, rows: shown })] } : {}),
    ...(pages > 1 ? { footnote: say('list.at-page', { page, pages }), actions: buttons } : {}),
  });
}

/** `operators conversations`. `page` counts from 1 and is clamped. */
export function conversationsCard(
  counts: ConversationCount[],
  { page, now, say }: { page: number; now: Instant; say: Say },
): Card {
  const alive = counts.filter(({ goneAt }) => goneAt === null);
  const watches = counts.reduce((sum, each) => sum + each.watches, 0);
  const rows = counts.map((each): Row => {
    const date = shortDay(each.goneAt ?? each.seenAt, { now, say });
    const key = each.goneAt === null ? 'operators.conversations.seen' : 'operators.conversations.gone';
    return {
      name: capital(placeName(each, say)),
      sub: `${capital(each.channel)} · ${say(key, { date })}`,
      date: String(each.watches),
    };
  });
  const values = { number: alive.length, gone: counts.length - alive.length, watches };
  const of = {
    title: say('operators.conversations', values),
    sentence: '',
    heading: say('operators.conversations.heading'),
    rows,
  };
  return pagedCard(of, { page, typed: 'operators conversations', say });
}

/** `operators orphaned`. `page` counts from 1 and is clamped. */
export function orphanedCard(watches: OrphanedWatch[], { page, say }: { page: number; say: Say }): Card {
  const rows = watches.map(({ uri, kind, conversation, ownerName, state }): Row => {
    const owner =
      state === 'missing' || state === 'disabled'
        ? say(`operators.orphaned.${state}`, { name: shorten(ownerName, 60) || say('person.somebody') })
        : say('list.no-owner');
    return { name: briefTarget(uri), sub: capital(`${owner} · ${placeName({ kind, name: conversation }, say)}`) };
  });
  const number = watches.length;
  const of = {
    title: say('operators.orphaned.title', { number }),
    sentence: number === 0 ? '' : say('operators.orphaned', { number }),
    heading: say('operators.orphaned.heading'),
    rows,
  };
  return pagedCard(of, { page, typed: 'operators orphaned', say });
}
