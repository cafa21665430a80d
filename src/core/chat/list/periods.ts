import * as chronoDe from 'chrono-node/de';
import * as chronoEn from 'chrono-node/en';
import { DateTime } from 'luxon';
import type { Language } from '../../language/language.ts';
import type { Instant } from '../../time.ts';

/** What words about dates are read against. */
export interface Calendar {
  now: Instant;
  /** IANA zone in which days begin. */
  zone: string;
  language: Language;
  /** The ISO date in a year of a day with a name, such as “christmas” or “ostern”; null when there is none. */
  dayNamed: (name: string, year: number) => string | null;
}

/** Whole days: from the beginning of the first to the beginning of the one after the last. */
export interface Period {
  from: DateTime;
  to: DateTime;
}

type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** UTF-16 units of a date in words; longer is none, and is shown to no parser. */
const LONGEST = 50;

const MONTHS = [
  'january jan januar jänner jaenner',
  'february feb februar',
  'march mar märz maerz mär mrz',
  'april apr',
  'may mai',
  'june jun juni',
  'july jul juli',
  'august aug',
  'september sep sept',
  'october oct oktober okt',
  'november nov',
  'december dec dezember dez',
];
const MONTH_OF = new Map(MONTHS.flatMap((words, index) => words.split(' ').map((word) => [word, index + 1] as const)));

const UNITS: [Unit, RegExp][] = [
  ['day', /^(?:days?|tage?n?|d)$/],
  ['week', /^(?:weeks?|wochen?|w)$/],
  ['month', /^(?:months?|monate?n?s?)$/],
  ['quarter', /^(?:quarters?|quartale?n?s?)$/],
  ['year', /^(?:years?|jahre?n?s?|y)$/],
];

const NUMBERS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  thirty: 30,
  sixty: 60,
  ninety: 90,
  ein: 1,
  eine: 1,
  einem: 1,
  einer: 1,
  einen: 1,
  zwei: 2,
  drei: 3,
  vier: 4,
  fünf: 5,
  sechs: 6,
  sieben: 7,
  acht: 8,
  neun: 9,
  zehn: 10,
  zwölf: 12,
  dreißig: 30,
  sechzig: 60,
  neunzig: 90,
};

const ORDINALS = [
  /^(?:first|1st|erste[snmr]?)$/,
  /^(?:second|2nd|zweite[snmr]?)$/,
  /^(?:third|3rd|dritte[snmr]?)$/,
  /^(?:fourth|4th|vierte[snmr]?)$/,
];
const ARTICLE = /^(?:the|of|der|die|das|dem|den|des|im|vom|zum)$/;
const THIS = /^(?:this|current|diese[rsnm]?|aktuelle[rsnm]?|laufende[rsnm]?)$/;
const NEXT = /^(?:next|coming|following|upcoming|nächste[rsnm]?|naechste[rsnm]?|kommende[rsnm]?|folgende[rsnm]?)$/;
const LAST = /^(?:last|past|previous|letzte[rsnm]?|vergangene[rsnm]?|vorige[rsnm]?)$/;

/** The unit that a word is; null when it is none. */
export function unitOf(word: string | undefined): Unit | null {
  return UNITS.find(([, form]) => form.test(word ?? ''))?.[0] ?? null;
}

/** A number in digits or in words; null when it is none. */
export function numberOf(word: string | undefined): number | null {
  if (word === undefined) return null;
  return /^\d{1,4}$/.test(word) ? Number(word) : (NUMBERS[word] ?? null);
}

/** Whether a word says that what follows is the next, or the last, of its kind. */
export function sideOf(word: string | undefined): 'this' | 'next' | 'last' | null {
  if (word === undefined) return null;
  if (THIS.test(word)) return 'this';
  if (NEXT.test(word)) return 'next';
  return LAST.test(word) ? 'last' : null;
}

function nowIn({ now, zone }: Calendar): DateTime {
  return DateTime.fromMillis(now, { zone });
}

function whole(day: DateTime, unit: Unit): Period {
  const from = day.startOf(unit);
  return { from, to: from.plus({ [unit]: 1 }) };
}

/** The period itself, or that of the year after where it is over. */
function comingOf(make: (year: number) => Period | null, calendar: Calendar): Period | null {
  const { year } = nowIn(calendar);
  const first = make(year);
  return first && first.to.toMillis() > calendar.now ? first : (make(year + 1) ?? first);
}

function inYear(year: string | undefined, make: (year: number) => Period | null, calendar: Calendar): Period | null {
  if (year === undefined) return comingOf(make, calendar);
  return /^(?:19|20|21)\d\d$/.test(year) ? make(Number(year)) : null;
}

function monthOf([month, year, more]: string[], calendar: Calendar): Period | null {
  const number = MONTH_OF.get(month?.replace(/\.$/, '') ?? '');
  if (number === undefined || more !== undefined) return null;
  const make = (of: number): Period =>
    whole(DateTime.fromObject({ year: of, month: number }, { zone: calendar.zone }), 'month');
  return inYear(year, make, calendar);
}

function quarterOf(words: string[], calendar: Calendar): Period | null {
  const [first = '', ...rest] = words;
  const ordinal = ORDINALS.findIndex((form) => form.test(first)) + 1;
  const text = ordinal > 0 ? [String(ordinal), ...rest].join(' ') : words.join(' ');
  const found = /^(?:q([1-4])|([1-4])\.? ?(?:quarter|quartal))s?(?: (\d{4}))?$/.exec(text);
  if (!found) return null;
  const quarter = Number(found[1] ?? found[2]);
  const make = (year: number): Period =>
    whole(DateTime.fromObject({ year, month: quarter * 3 - 2 }, { zone: calendar.zone }), 'quarter');
  return inYear(found[3], make, calendar);
}

/** This week, next month, last year; the weekend of a week. */
function relativeOf([side, what, more]: string[], calendar: Calendar): Period | null {
  const way = sideOf(side);
  if (way === null || more !== undefined) return null;
  const step = { last: -1, this: 0, next: 1 }[way];
  if (/^(?:weekend|wochenende)$/.test(what ?? '')) {
    const { from, to } = whole(nowIn(calendar).plus({ week: step }), 'week');
    return { from: from.plus({ days: 5 }), to };
  }
  const unit = unitOf(what);
  return unit === null ? null : whole(nowIn(calendar).plus({ [unit]: step }), unit);
}

/** The end of March, Jahresende, Mitte Mai: a day of a period. */
function partOf(words: string[], calendar: Calendar): Period | null {
  const joined = /^(monats|jahres|quartals|wochen)(ende|anfang)$/.exec(words[0] ?? '');
  const unit =
    joined && ({ monats: 'month', jahres: 'year', quartals: 'quarter', wochen: 'week' } as const)[joined[1]!];
  const [part] = words;
  const isEnd = joined ? joined[2] === 'ende' : /^(?:end|ende)$/.test(part ?? '');
  const isMiddle = /^(?:mid|middle|mitte)$/.test(part ?? '');
  if (!joined && !isEnd && !isMiddle && !/^(?:beginning|start|anfang|beginn)$/.test(part ?? '')) return null;
  const rest = words.slice(1);
  while (ARTICLE.test(rest[0] ?? '')) rest.shift();
  const current = unitOf(rest[0]);
  let period: Period | null = null;
  if (unit) period = rest.length === 0 ? whole(nowIn(calendar), unit) : null;
  else period = current && rest.length === 1 ? whole(nowIn(calendar), current) : periodOf(rest, calendar);
  if (!period) return null;
  if (isEnd) return whole(period.to.minus({ days: 1 }), 'day');
  return whole(isMiddle ? period.from.plus({ days: 14 }) : period.from, 'day');
}

function namedOf(words: string[], calendar: Calendar): Period | null {
  const last = words.at(-1)!;
  const hasYear = words.length > 1 && /^20\d\d$/.test(last);
  const name = (hasYear ? words.slice(0, -1) : words).join(' ');
  const make = (year: number): Period | null => {
    const date = calendar.dayNamed(name, year);
    return date === null ? null : whole(DateTime.fromISO(date, { zone: calendar.zone }), 'day');
  };
  return inYear(hasYear ? last : undefined, make, calendar);
}

/** `1.3.`, as German has it: a day of a month without its year. */
function numericDay(text: string, calendar: Calendar): Period | null {
  const [, day, month] = /^(\d{1,2})\.(\d{1,2})\.$/.exec(text) ?? [];
  if (day === undefined) return null;
  return comingOf((year) => {
    const date = DateTime.fromObject({ year, month: Number(month), day: Number(day) }, { zone: calendar.zone });
    return date.isValid ? whole(date, 'day') : null;
  }, calendar);
}

/** A day as chrono reads it, in the languages of people here; null where that is not all of the text. */
function typedDay(text: string, calendar: Calendar): Period | null {
  const { zone, language } = calendar;
  const local = nowIn(calendar);
  const reference = { instant: local.toJSDate(), timezone: local.offset };
  const english = [chronoEn.GB, chronoEn.casual];
  for (const parser of language === 'de' ? [chronoDe.casual, ...english] : [...english, chronoDe.casual]) {
    const [found] = parser.parse(text, reference, { forwardDate: true });
    if (!found || found.text.length !== text.length) continue;
    const { start } = found;
    if (found.end || !(start.isCertain('day') || start.isCertain('weekday'))) continue;
    const [year, month, day] = [start.get('year')!, start.get('month')!, start.get('day')!];
    const date = DateTime.fromObject({ year, month, day }, { zone });
    if (date.isValid) return whole(date, 'day');
  }
  return null;
}

/** The days that these words (lower case) name, all of them; null when they name none. */
export function periodOf(words: string[], calendar: Calendar): Period | null {
  const rest = [...words];
  while (ARTICLE.test(rest[0] ?? '')) rest.shift();
  if (/^(?:year|jahre?)$/.test(rest[0] ?? '') && rest.length === 2) rest.shift();
  const text = rest.join(' ');
  if (text === '' || text.length > LONGEST) return null;
  const year = /^20\d\d$/.test(text)
    ? whole(DateTime.fromObject({ year: Number(text) }, { zone: calendar.zone }), 'year')
    : null;
  return (
    year ??
    monthOf(rest, calendar) ??
    quarterOf(rest, calendar) ??
    relativeOf(rest, calendar) ??
    partOf(rest, calendar) ??
    namedOf(rest, calendar) ??
    numericDay(text, calendar) ??
    // What is neither a day nor a month by itself is no date: chrono takes “2 weeks” and times of day for some.
    (/^(?:\d{1,4}|.*\b(?:weeks?|months?|years?|days?|tage?n?|wochen?|monate?n?|jahre?n?|am|pm))$/.test(text)
      ? null
      : typedDay(text, calendar))
  );
}

/** The same of the past: a month or a day without its year is the last one that has begun. */
export function pastPeriodOf(words: string[], calendar: Calendar): Period | null {
  const found = periodOf(words, calendar);
  if (!found || found.from.toMillis() <= calendar.now || words.some((word) => /^\d{4}$/.test(word))) return found;
  const back = { years: 1 };
  return { from: found.from.minus(back), to: found.to.minus(back) };
}
