import { DateTime } from 'luxon';
import { DAY, HOUR, type Instant } from '../src/core/time.ts';
import { livesOf, uriOf, type Host, type Life, type Year } from './world.ts';

/** Working hours: Monday to Friday, 9 to 17. */
const FIRST_HOUR = 9;
const LAST_HOUR = 17;
const FRIDAY = 5;
/** So many of them have to be left where a certificate is valid for so long. */
const HOURS_LEFT = 12;
const LONG = 30 * DAY;

/** Working hours between two instants, in a time zone (IANA). */
export function workingHours(from: Instant, until: Instant, zone: string): number {
  let hours = 0;
  for (
    let day = DateTime.fromMillis(from, { zone }).startOf('day');
    day.toMillis() < until;
    day = day.plus({ days: 1 })
  ) {
    if (day.weekday > FRIDAY) continue;
    const begin = Math.max(from, day.set({ hour: FIRST_HOUR }).toMillis());
    const end = Math.min(until, day.set({ hour: LAST_HOUR }).toMillis());
    hours += Math.max(0, end - begin) / HOUR;
  }
  return hours;
}

/** A certificate that is still presented when little of its life is left. */
export interface Risk {
  host: Host;
  life: Life;
}

function lifetimeOf({ certificate }: Life): number {
  return certificate.notAfter - certificate.notBefore;
}

/** Those that end within the year: presented when the smaller of 5 % of their life and two days is left. */
export function risksOf(host: Host, year: Pick<Year, 'from' | 'until'>): Risk[] {
  const lives = livesOf(host.addresses, year).filter((life) => {
    const { notAfter } = life.certificate;
    const critical = notAfter - Math.min(0.05 * lifetimeOf(life), 2 * DAY);
    return notAfter < year.until && life.spans.some(([from, until]) => from <= critical && critical < until);
  });
  return lives.map((life) => ({ host, life }));
}

/** Something that was sent about the end of certificates. */
export interface Telling {
  at: Instant;
  /** The targets that it names, with the fingerprint of the certificate that ends. */
  ends: { target: string; fingerprint: string }[];
}

/**
 * Whether people heard of it while there was time: the smaller of 12 hours and 5 % of the life before the end, and for
 * lives of 30 days or more twelve working hours before it.
 */
export function isTold({ host, life }: Risk, tellings: Telling[], zone: string): boolean {
  const { notAfter, fingerprint } = life.certificate;
  const target = uriOf(host);
  const lifetime = lifetimeOf(life);
  const deadline = notAfter - Math.min(12 * HOUR, 0.05 * lifetime);
  return tellings.some(({ at, ends }) => {
    if (at > deadline || !ends.some((end) => end.target === target && end.fingerprint === fingerprint)) return false;
    return lifetime < LONG || workingHours(at, notAfter, zone) >= HOURS_LEFT;
  });
}
