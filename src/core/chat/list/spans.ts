import { DateTime } from 'luxon';
import { shortDay } from '../../language/dates.ts';
import type { Say } from '../../language/language.ts';
import type { Instant } from '../../time.ts';
import { numberOf, periodOf, sideOf, unitOf, type Calendar, type Period } from './periods.ts';

/** When something ends: from `from` on, before `to`. `shape`: how people said it. */
export interface Span {
  from: Instant | null;
  to: Instant | null;
  shape: 'before' | 'until' | 'after' | 'from' | 'between' | 'on';
}

/** What a text begins with, and how many words that takes. */
export interface Taken<T> {
  value: T;
  count: number;
}

/** Words of the longest date. */
const MOST_WORDS = 5;

const BEFORE = /^(?:before|vor)$/;
const UNTIL = /^(?:until|till|til|by|through|to|bis|spätestens|spaetestens)$/;
const AFTER = /^(?:after|nach)$/;
const FROM = /^(?:from|since|starting|ab|von|vom|seit)$/;
const BETWEEN = /^(?:between|zwischen)$/;
const WITHIN = /^(?:in|within|during|over|innerhalb|binnen|während|on|am|at|im|an|zu|for|für)$/;
const LINK = /^(?:the|of|der|die|das|den|dem|von|zum|zur|am|to)$/;
const DURING = /^(?:in|within|during|over|the|of|innerhalb|binnen|während|den|der|die|von|im)$/;

function on({ from, to }: Period): Span {
  const isDay = to.diff(from, 'days').days <= 1.1;
  return { from: from.toMillis(), to: to.toMillis(), shape: isDay ? 'on' : 'between' };
}

/** The longest date that begins at a word. */
function dateAt(words: string[], at: number, calendar: Calendar): Taken<Period> | null {
  for (let count = Math.min(MOST_WORDS, words.length - at); count > 0; count -= 1) {
    const value = periodOf(words.slice(at, at + count), calendar);
    if (value) return { value, count };
  }
  return null;
}

/** Skips words that stand between a preposition and its date. */
function behind(words: string[], at: number, link: RegExp): number {
  let next = at;
  while (next < words.length && link.test(words[next]!)) next += 1;
  return next;
}

/** The next 30 days, in zwei Wochen, 30d; of the past with “last”. */
function lengthAt(words: string[], at: number, { now, zone }: Calendar): Taken<Span> | null {
  let next = behind(words, at, DURING);
  const isMore =
    /^(?:more|mehr|later|länger|spätestens)$/.test(words[next] ?? '') && /^(?:than|als)$/.test(words[next + 1] ?? '');
  const isLess = /^(?:less|weniger|fewer)$/.test(words[next] ?? '') && /^(?:than|als)$/.test(words[next + 1] ?? '');
  if (isMore || isLess) next += 2;
  const side = sideOf(words[next]);
  if (side !== null) next += 1;
  const short = /^(\d{1,4})([dwy])$/.exec(words[next] ?? '');
  const number = short ? Number(short[1]) : numberOf(words[next]);
  const unit = short ? unitOf(short[2]) : unitOf(words[next + 1]);
  if (number === null || unit === null) return null;
  const count = next + (short ? 1 : 2) - at;
  const local = DateTime.fromMillis(now, { zone });
  if (side === 'last')
    return {
      value: {
        from: local
          .minus({ [unit]: number })
          .startOf('day')
          .toMillis(),
        to: now,
        shape: 'from',
      },
      count,
    };
  const end = local.plus({ [unit]: number });
  if (isMore) return { value: { from: end.endOf('day').toMillis() + 1, to: null, shape: 'after' }, count };
  return { value: { from: now, to: end.endOf('day').toMillis() + 1, shape: 'until' }, count };
}

function betweenAt(words: string[], at: number, calendar: Calendar): Taken<Span> | null {
  const first = dateAt(words, at, calendar);
  if (!first) return null;
  const link = at + first.count;
  if (!/^(?:and|und|to|until|till|bis|through|-|–)$/.test(words[link] ?? '')) return null;
  const from = behind(words, link + 1, LINK);
  const second = dateAt(words, from, calendar);
  if (!second) return null;
  // “From December to March” goes on in the year after.
  const isLater = second.value.from >= first.value.from;
  const to = isLater ? second.value.to : second.value.to.plus({ years: 1 });
  const value: Span = { from: first.value.from.toMillis(), to: to.toMillis(), shape: 'between' };
  return { value, count: from + second.count - at };
}

/** Later than 1 June, früher als Ostern. */
function comparedAt(words: string[], at: number, calendar: Calendar): Taken<Span> | null {
  const [word = '', than = ''] = words.slice(at, at + 2);
  const isLater = /^(?:later|longer|später|länger)$/.test(word);
  if (!(isLater || /^(?:earlier|sooner|früher|eher)$/.test(word)) || !/^(?:than|als)$/.test(than)) return null;
  const date = dateAt(words, at + 2, calendar);
  if (!date) return null;
  const { from, to } = date.value;
  const value: Span = isLater
    ? { from: to.toMillis(), to: null, shape: 'after' }
    : { from: null, to: from.toMillis(), shape: 'before' };
  return { value, count: 2 + date.count };
}

/**
 * When something is to end, as far as a text says so from this word (lower case, without punctuation) on: `before
 * christmas`, `bis 1. märz`, `in the next 30 days`, `nächste woche`, `2027`. Null: it says nothing of that.
 */
export function spanAt(words: string[], at: number, calendar: Calendar): Taken<Span> | null {
  const compared = comparedAt(words, at, calendar);
  if (compared) return compared;
  const word = words[at]!;
  const length = lengthAt(words, at, calendar);
  if (length) return length;
  const isBetween = BETWEEN.test(word);
  if (isBetween || FROM.test(word)) {
    const from = behind(words, at + 1, LINK);
    const both = betweenAt(words, from, calendar);
    if (both) return { value: both.value, count: from - at + both.count };
    if (isBetween) return null;
  }
  const shape = (
    [
      ['before', BEFORE],
      ['until', UNTIL],
      ['after', AFTER],
      ['from', FROM],
      ['on', WITHIN],
    ] as const
  ).find(([, form]) => form.test(word))?.[0];
  const from = shape === undefined ? at : behind(words, at + 1, LINK);
  const date = dateAt(words, from, calendar) ?? (shape === undefined ? null : dateAt(words, at + 1, calendar));
  if (!date) return null;
  const start = date.value.from.toMillis();
  const end = date.value.to.toMillis();
  const count = from - at + date.count;
  // Before the end of a month is until it is over.
  const isEnd = shape === 'before' && words.slice(from, from + date.count).some((one) => /(?:^end|ende)$/.test(one));
  if (isEnd) return { value: { from: null, to: end, shape: 'until' }, count };
  if (shape === 'before') return { value: { from: null, to: start, shape }, count };
  if (shape === 'until') return { value: { from: null, to: end, shape }, count };
  if (shape === 'after') return { value: { from: end, to: null, shape }, count };
  if (shape === 'from') return { value: { from: start, to: null, shape }, count };
  const range = shape === undefined ? betweenAt(words, at, calendar) : null;
  return range ?? { value: on(date.value), count };
}

/** `before 25 Dec`, `from 1 Mar to 31 Mar`. */
export function spanWords({ from, to, shape }: Span, now: Instant, say: Say, { year = false } = {}): string {
  const day = (at: Instant): string => shortDay(at, { now, say, ...(year ? { year } : {}) });
  const first = from === null ? '' : day(shape === 'after' ? from - 1 : from);
  const last = to === null ? '' : day(shape === 'before' ? to : to - 1);
  return say(`filter.${shape}`, { first, last });
}

/** Whether something that ends then is meant. What is over already is not, where people speak of what is to come. */
export function isWithin(
  { from, to, shape }: Span,
  end: Instant,
  { now, past }: { now: Instant; past: boolean },
): boolean {
  const isOpen = shape === 'before' || shape === 'until';
  if (to !== null && end >= to) return false;
  if (isOpen && to !== null && to > now) return past || end > now;
  return from === null || end >= from;
}
