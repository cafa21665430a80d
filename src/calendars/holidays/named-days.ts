import { createRequire } from 'node:module';
import type HolidayCalendar from 'date-holidays';

const load = createRequire(import.meta.url);

/** Where a name is looked for that the region does not know: Thanksgiving in Germany, Easter Sunday in most of it. */
const ELSEWHERE = ['DE', 'GB', 'US', 'AT'];

/** What people call a day, by the names that the package has for it. */
const SAME: Record<string, string[]> = {
  'christmas day': [
    'christmas',
    'xmas',
    'x-mas',
    'christmas day',
    'weihnachten',
    'weihnachtstag',
    'weihnachtsfest',
    'feiertage',
    'feiertagen',
    'weihnachtsfeiertage',
    'weihnachtsfeiertagen',
    'the holidays',
    '1. weihnachtstag',
  ],
  'christmas eve': ['christmas eve', 'heiligabend', 'heilig abend', 'heiliger abend', 'weihnachtsabend'],
  'boxing day': ['boxing day', '2. weihnachtstag', 'zweiter weihnachtstag', 'stephanstag'],
  'easter sunday': ['easter', 'easter sunday', 'easter day', 'ostern', 'ostersonntag', 'osterfest'],
  'easter monday': ['easter monday', 'ostermontag'],
  'good friday': ['good friday', 'karfreitag'],
  'ascension day': ['ascension', 'ascension day', 'himmelfahrt', 'christi himmelfahrt', 'vatertag'],
  pentecost: ['pentecost', 'whitsun', 'whit sunday', 'pfingsten', 'pfingstsonntag'],
  'whit monday': ['whit monday', 'pfingstmontag'],
  'corpus christi': ['corpus christi', 'fronleichnam'],
  "new year's day": [
    'new year',
    'new years',
    "new year's",
    "new year's day",
    'new years day',
    'neujahr',
    'neujahrstag',
  ],
  "new year's eve": ["new year's eve", 'new years eve', 'silvester', 'sylvester'],
  'labour day': ['labour day', 'labor day', 'may day', 'tag der arbeit', 'maifeiertag', 'erster mai'],
  'national holiday': ['tag der deutschen einheit', 'nationalfeiertag', 'national holiday', 'national day'],
  'thanksgiving day': ['thanksgiving', 'thanksgiving day'],
  'independence day': ['independence day', 'fourth of july', '4th of july'],
  epiphany: ['epiphany', 'heilige drei könige', 'dreikönig', 'dreikönigstag'],
  "all saints' day": ["all saints' day", 'all saints', 'allerheiligen'],
  halloween: ['halloween'],
};
const KEY_OF = new Map(Object.entries(SAME).flatMap(([key, names]) => names.map((name) => [name, key] as const)));

function folded(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[’‘`´]/g, "'")
    .trim();
}

/**
 * Days by name as `date-holidays` knows them, free of work or not, in English and German: those of the region first,
 * then of others. The answer is an ISO date, or null where no calendar has that name in that year.
 */
export function createNamedDays(): (region: string | null, name: string, year: number) => string | null {
  const years = new Map<string, Map<string, string>>();

  function namesIn(region: string, year: number): Map<string, string> {
    const key = `${region} ${year}`;
    const known = years.get(key);
    if (known) return known;
    const Library = load('date-holidays') as typeof HolidayCalendar;
    const [country, state, part] = region.split('-') as [string, string, string];
    const found = new Map<string, string>();
    for (const language of ['en', 'de'])
      for (const { name, date } of new Library(country, state, part, { languages: [language, 'en'] }).getHolidays(
        year,
      )) {
        const own = folded(name);
        if (!found.has(own)) found.set(own, date.slice(0, 10));
      }
    years.set(key, found);
    return found;
  }

  return (region, name, year) => {
    const own = folded(name);
    const key = KEY_OF.get(own);
    // Few words are days: no calendar is made for the others unless the region has been set.
    const regions = [...(region === null ? [] : [region]), ...(key === undefined ? [] : ELSEWHERE)];
    if (own.length < 4 || year < 1970 || year > 2100) return null;
    for (const each of regions) {
      const names = namesIn(each, year);
      const date = names.get(own) ?? (key === undefined ? undefined : names.get(key));
      if (date !== undefined) return date;
    }
    return null;
  };
}
