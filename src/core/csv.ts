import { DateTime } from 'luxon';
import type { Instant } from './time.ts';

/** What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), in its wide forms too. */
const FORMULA = /^\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A quote before it makes it text; others read one more character, which does no harm. */
function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** A line of comma-separated values with its end (RFC 4180). Nothing in it is taken for a formula. */
export function csvLine(cells: string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** An instant as programs read it (ISO 8601, UTC). */
export function csvTime(at: Instant): string {
  return DateTime.fromMillis(at, { zone: 'utc' }).toISO() ?? '';
}
