import { DateTime } from 'luxon';
import type { Failure, Instant } from './certificate.ts';
import type { Tone } from './card.ts';
import type { Stage } from './policy.ts';
import { shorten as cut } from './text.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

/** `2027-03-14`, in UTC. */
export function isoDate(at: Instant): string {
  return DateTime.fromMillis(at, { zone: 'utc' }).toFormat('yyyy-MM-dd');
}

/** `2027-03-14 12:00 UTC`. */
export function isoMinute(at: Instant): string {
  return DateTime.fromMillis(at, { zone: 'utc' }).toFormat("yyyy-MM-dd HH:mm 'UTC'");
}

/** `2027-03-14 09:00 (Europe/Berlin)`: local time with its zone shown. */
export function localMinute(at: Instant, zone: string): string {
  const local = DateTime.fromMillis(at, { zone });
  if (!local.isValid || zone === 'utc' || zone === 'UTC') return isoMinute(at);
  return `${local.toFormat('yyyy-MM-dd HH:mm')} (${zone})`;
}

/** `count(3, 'target')` is `3 targets`, `count(1, 'watch')` is `1 watch`, `count(2, 'watch')` is `2 watches`. */
export function count(number: number, unit: string): string {
  const plural = /(?:s|x|ch|sh)$/.test(unit) ? 'es' : 's';
  return `${number} ${unit}${number === 1 ? '' : plural}`;
}

/** A length of time in words, rounded down: days from two days on, hours below that, minutes below two hours. */
export function inWords(ms: number): string {
  const length = Math.abs(ms);
  if (length >= 2 * DAY) return count(Math.floor(length / DAY), 'day');
  if (length >= 2 * HOUR) return count(Math.floor(length / HOUR), 'hour');
  if (length >= 2 * MINUTE) return count(Math.floor(length / MINUTE), 'minute');
  return count(Math.floor(length / 1000), 'second');
}

/** `in 112 days`, `5 hours ago`; `just now` in the first minute after. */
export function relative(at: Instant, now: Instant): string {
  if (at > now) return `in ${inWords(Math.max(1000, at - now))}`;
  return now - at < MINUTE ? 'just now' : `${inWords(now - at)} ago`;
}

/** `expires 2027-03-14 (in 112 days)` or `expired 2026-11-01 (21 days ago)`; with the time of day when less than two days away. */
export function expiryPhrase(notAfter: Instant, now: Instant): string {
  const near = Math.abs(notAfter - now) < 2 * DAY;
  const date = near ? isoMinute(notAfter) : isoDate(notAfter);
  return `${notAfter <= now ? 'expired' : 'expires'} ${date} (${relative(notAfter, now)})`;
}

/** How a stage looks: tone, symbol and word, so that colour is never alone (WCAG 2.2, 1.4.1). */
export const STAGE_LOOK: Record<Stage, { tone: Tone; symbol: string; word: string }> = {
  fine: { tone: 'good', symbol: '✓', word: 'fine' },
  notice: { tone: 'notice', symbol: '◔', word: 'notice' },
  urgent: { tone: 'warning', symbol: '▲', word: 'urgent' },
  critical: { tone: 'attention', symbol: '‼', word: 'critical' },
  expired: { tone: 'attention', symbol: '✖', word: 'expired' },
};

const FAILURES: Record<Failure['code'], string> = {
  policy: "this bot's policy does not allow connecting there",
  'no-route': 'not visible from here, since this machine has no route to that address family',
  refused: 'connection refused',
  timeout: 'no answer in time',
  reset: 'the peer closed the connection before showing a certificate',
  'not-tls': 'something answered, but it does not speak TLS',
  handshake: 'the TLS handshake failed',
  'name-not-found': 'the host name does not exist in DNS',
  resolver: 'the DNS resolver did not answer',
  internal: 'the probe itself failed; it will be tried again',
};

/** A failure in words, with its technical detail where that adds something. */
export function failurePhrase(failure: Failure): string {
  const detail = failure.detail && failure.code === 'handshake' ? ` (${shorten(failure.detail, 120)})` : '';
  return `${FAILURES[failure.code]}${detail}`;
}

/** `a, b and c`; beyond `most`, `a, b and 7 more`. */
export function enumerate(items: string[], most = 10): string {
  if (items.length <= 1) return items[0] ?? '';
  const shown = items.length > most ? items.slice(0, most) : items.slice(0, -1);
  const last = items.length > most ? `${items.length - most} more` : items.at(-1)!;
  return `${shown.join(', ')} and ${last}`;
}

/** Shortens untrusted text for a place that has room for `most` UTF-16 units, and makes spaces of what would not show or would break the line. */
export function shorten(text: string, most: number): string {
  const visible = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .trim();
  return cut(visible, most);
}

/** The text as a sentence that ends: `issued by Example Inc.` already does. */
export function fullStop(text: string): string {
  return /[.!?…][”"')]*$/.test(text) ? text : `${text}.`;
}

/** Typographic quotes instead of the back quotes of Markdown: cards are plain text. */
export function prose(text: string): string {
  return text.replaceAll(/`([^`]+)`/g, '“$1”');
}
