import { IANAZone } from 'luxon';
import { findIana } from 'windows-iana';

/**
 * By far most of the zones that are asked about. What is not among them takes a formatter made for the question, and
 * every message brings the zone of its sender.
 */
const COMMON = new Set(Intl.supportedValuesOf('timeZone'));

/** Whether a zone is one of the tz database that is known here, by whichever of its names and in whichever case. */
export function isTimeZone(name: string): boolean {
  return name === 'UTC' || COMMON.has(name) || IANAZone.isValidZone(name);
}

/** Cities and areas as people write them, without their continent: `berlin`, `new york`, `zurich`. */
const BY_CITY = new Map<string, string | null>();
for (const zone of COMMON) {
  const city = plain(zone.slice(zone.lastIndexOf('/') + 1));
  BY_CITY.set(city, BY_CITY.has(city) ? null : zone);
}

/** What German calls cities and zones that the tz database calls otherwise. */
const GERMAN = new Map([
  ['wien', 'Europe/Vienna'],
  ['brussel', 'Europe/Brussels'],
  ['kopenhagen', 'Europe/Copenhagen'],
  ['prag', 'Europe/Prague'],
  ['warschau', 'Europe/Warsaw'],
  ['rom', 'Europe/Rome'],
  ['mez', 'CET'],
  ['mesz', 'CET'],
]);

/** Where cities are that have more than one name. */
const AREAS = ['Africa', 'America', 'Asia', 'Atlantic', 'Australia', 'Europe', 'Indian', 'Pacific'];

/** Lower case, one kind of space, no marks above letters. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase();
}

/** A name of the tz database in the case in which it is written there. */
function written(name: string): string {
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
  if (timeZone.toLowerCase() === name.toLowerCase()) return timeZone;
  // What is another name of a zone stays that: CET is not Brussels to those who typed it.
  if (!name.includes('/'))
    return /\d|^.{1,4}$/.test(name) ? name.toUpperCase() : name.replace(/^./, (letter) => letter.toUpperCase());
  return name
    .toLowerCase()
    .replaceAll(/(?<=^|[/_-])(?!(?:of|es|au)(?:[/_-]|$))./g, (letter) => letter.toUpperCase())
    .replace(/^Us(?=\/)/, 'US');
}

/**
 * The zone that somebody typed, as the tz database names it: its own names in any case, a city alone (`Berlin`), and
 * the names of Windows (`W. Europe Standard Time`). Null when it is none, or one of several.
 */
export function zoneOf(text: string): string | null {
  const typed = text.trim();
  if (typed.length > 100) return null;
  const name = [typed, typed.replaceAll(' ', '_')].find((one) => isTimeZone(one));
  if (name !== undefined) return written(name);
  const words = plain(typed).replace(/ (?:daylight|summer) time$/, ' standard time');
  const titled = words.replaceAll(/(?<=^|[ .(-])[a-z]/g, (letter) => letter.toUpperCase());
  const initials = titled.replace(/^[a-z]{2,3}(?= )/i, (letters) => letters.toUpperCase());
  const [windows] = [typed, titled, initials].flatMap((one) => findIana(one));
  if (windows !== undefined) return windows;
  // As Windows and Outlook show them: the zone of the first city.
  const [, cities] = /^\(utc[^()]{0,10}\) ?([^()]+)$/i.exec(typed) ?? [];
  if (cities !== undefined)
    return (
      cities
        .split(',')
        .map(zoneOf)
        .find((zone) => zone !== null) ?? null
    );
  const german = GERMAN.get(words);
  if (german !== undefined) return german;
  const city = plain(typed.slice(typed.lastIndexOf('/') + 1));
  const known = BY_CITY.get(city);
  if (known !== undefined) return known;
  const other = AREAS.map((area) => `${area}/${city.replaceAll(' ', '_')}`).find((one) => isTimeZone(one));
  return other === undefined ? null : written(other);
}
