import { createRequire } from 'node:module';
import type HolidayCalendar from 'date-holidays';
import type { Language } from '../../core/language/language.ts';
import type { Holidays } from '../../core/model/reminder.ts';
import { DAY } from '../../core/time.ts';

type Library = typeof HolidayCalendar;

/** Regions to name where somebody has typed one that does not exist. */
export const EXAMPLE_REGIONS: readonly string[] = ['DE', 'DE-BY', 'AT', 'CH-ZH', 'GB-ENG', 'US-NY'];

/** What the package has data or rules for; the calendars of the moon end there. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2100;

const load = createRequire(import.meta.url);

/** The package takes 38 MB and is needed by few: it is loaded when it is first asked. */
function library(): Library {
  return load('date-holidays') as Library;
}

/** The own key that is spelled so but for letter case; null when there is none. */
function keyLike(keys: Record<string, unknown> | null | undefined, text: string): string | null {
  return Object.keys(keys ?? {}).find((key) => key.toUpperCase() === text.toUpperCase()) ?? null;
}

/** Country, state and part of it, as the package names them; null when it knows none such. */
function partsOf(text: string): [string, string?, string?] | null {
  const parts = /^\s*([a-z]{2})(?:-([a-z0-9]{1,20})(?:-([a-z0-9]{1,20}))?)?\s*$/i.exec(text);
  if (!parts) return null;
  const directory = new (library())();
  const country = keyLike(directory.getCountries(), parts[1]!);
  if (country === null || parts[2] === undefined) return country === null ? null : [country];
  const state = keyLike(directory.getStates(country), parts[2]);
  if (state === null || parts[3] === undefined) return state === null ? null : [country, state];
  const region = keyLike(directory.getRegions(country, state), parts[3]);
  return region === null ? null : [country, state, region];
}

/**
 * A region whose public holidays are known, in its normal form such as "DE-BY": a country (ISO 3166-1 alpha-2), a state
 * of it (mostly ISO 3166-2), and a part of that, in any letter case. Null when there is none such.
 */
export function isRegion(text: string): string | null {
  return partsOf(text)?.join('-') ?? null;
}

/**
 * Local dates on which the holiday covers noon. One begins at local midnight, or at noon when it is half a day off,
 * which is a working day here.
 */
function datesOf({ date, start, end }: { date: string; start: Date; end: Date }): string[] {
  const local = Date.parse(`${date.slice(0, 10)}T${date.slice(11, 19)}Z`);
  const dates: string[] = [];
  // Lengths differ by the hour of a change of clocks, which noon is far from.
  for (
    let noon = Math.floor(local / DAY) * DAY + DAY / 2;
    noon < local + (end.getTime() - start.getTime());
    noon += DAY
  )
    if (noon > local) dates.push(new Date(noon).toISOString().slice(0, 10));
  return dates;
}

/**
 * Public holidays as `date-holidays` knows them: of type `public` only, named in the language where they have a name in
 * it, else in English, else in their own. What is unknown (regions, years before 1970 or after 2100) has none. Answers
 * are kept.
 */
export function createHolidays(): Holidays {
  const answers = new Map<string, { date: string; name: string }[]>();
  const calendars = new Map<string, HolidayCalendar | null>();

  function calendarOf(region: string, language: Language): HolidayCalendar | null {
    const key = `${region}\n${language}`;
    let calendar = calendars.get(key);
    if (calendar === undefined) {
      const [country, state, part] = partsOf(region) ?? [];
      const options = { languages: [language, 'en'], types: ['public' as const] };
      calendar = country === undefined ? null : new (library())(country, state as string, part as string, options);
      calendars.set(key, calendar);
    }
    return calendar;
  }

  function holidaysIn(region: string, year: number, language: Language): { date: string; name: string }[] {
    const calendar = calendarOf(region, language);
    const found = new Map<string, string>();
    // One that began in the last days of the year before may last into this one.
    for (const each of [year - 1, year]) {
      for (const holiday of calendar?.getHolidays(each) ?? []) {
        if (holiday.type !== 'public') continue;
        for (const date of datesOf(holiday))
          if (Number(date.slice(0, 4)) === year && !found.has(date)) found.set(date, holiday.name);
      }
    }
    return [...found].map(([date, name]) => ({ date, name })).toSorted((a, b) => (a.date < b.date ? -1 : 1));
  }

  return function holidays(region, year, language) {
    if (!Number.isInteger(year) || year < FIRST_YEAR || year > LAST_YEAR) return [];
    const key = `${region}\n${year}\n${language}`;
    const known = answers.get(key) ?? holidaysIn(region, year, language);
    answers.set(key, known);
    return known;
  };
}
