import { instantOf } from './contract.ts';

export type Json = Record<string, unknown>;

/** What the stand-in answers; no body = an empty one. */
export interface Reply {
  status: number;
  body?: Json;
}

/** Exchange keeps no fragment as it was: it wraps it into a document and writes entities its own way. */
export function rewriteHtml(content: string): string {
  const text = content.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll(/\r?\n/g, '\r\n');
  // A document that it made itself is one already.
  if (text.startsWith('<html>')) return text;
  const head = '<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>';
  return `<html>${head}\r\n<body>\r\n${text}\r\n</body>\r\n</html>\r\n`;
}

/** An instant (ms) as Graph writes it. */
export function graphTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000Z`;
}

/** An instant (ms) as a dateTimeTimeZone in UTC. */
export function atUtc(ms: number): { dateTime: string; timeZone: string } {
  return { dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' };
}

/** Any dateTimeTimeZone as Graph answers it unless asked otherwise: in UTC, with seven digits of a second. */
export function utcTime(value: unknown): Json {
  return { dateTime: `${new Date(instantOf(value)).toISOString().slice(0, -1)}0000`, timeZone: 'UTC' };
}

/** An error as Graph tells it. */
export function replyError(status: number, code: string, message = `stand-in: ${code}`): Reply {
  return { status, body: { error: { code, message } } };
}

/** The item (not the mailbox) is not there. */
export const NOT_FOUND = () => replyError(404, 'ErrorItemNotFound');
