import type { Understood, WatchView } from '../../../core/chat/cards/list.ts';
import { filterWords, foundWords, isMeant, readFilter } from '../../../core/chat/list/filter.ts';
import type { Calendar } from '../../../core/chat/list/periods.ts';
import { PERSON_WORD } from '../../../core/chat/people-words.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Mentioned } from '../../../core/model/people.ts';
import type { Instant } from '../../../core/time.ts';
import type { CommandContext } from './reply.ts';

/** The filter with everybody whom it mentions by id; “mine” is whose it was when it was typed. */
export function withPersons(filter: string, mentions: Mentioned[], self: string): string {
  return filter
    .replaceAll(PERSON_WORD, (_word, index: string) => {
      const id = mentions[Number(index)]?.id;
      return id === undefined ? '' : `person:${id}`;
    })
    .replaceAll(/(?<=^|\s)(?:mine|meine|my)(?=\s|$)/g, `person:${self}`);
}

/** How dates in words are read here; without a region of holidays: by the language. */
export function calendarHere(
  { dayNamed }: Pick<CommandContext, 'dayNamed'>,
  { settings: { holidays } }: Conversation,
  { now, say }: { now: Instant; say: Say },
): Calendar {
  const region = holidays === undefined || holidays === 'none' ? null : holidays;
  const { language, zone = 'UTC' } = say;
  return { now, zone, language, dayNamed: (name, year) => dayNamed(region, name, year) };
}

/** What the filter of a list means among these watches; null: all of them. */
export function understoodFilter(
  context: Pick<CommandContext, 'dayNamed'>,
  conversation: Conversation,
  views: WatchView[],
  options: { filter: string; now: Instant; say: Say; self: string },
): Understood | null {
  const { now, say, self } = options;
  if (options.filter === '') return null;
  const calendar = calendarHere(context, conversation, { now, say });
  const filter = readFilter(options.filter, { ...calendar, self });
  const words = filterWords(filter, { views, now, say });
  if (words === '') return null;
  const understood: Understood = {
    matches: (view) => isMeant(filter, view, now, say),
    found: (number, year) => foundWords(filter, { number, views, now, say, ...(year ? { year } : {}) }),
    // The sentence that has them puts them in quotes.
    words: words.replaceAll(/[“”„]/g, ''),
  };
  return understood;
}
