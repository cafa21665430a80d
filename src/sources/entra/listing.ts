import type { FailureCode } from '../../core/certificates/certificate.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { ReadDirectory } from '../../core/ports/directory.ts';
import { recordsIn } from './records.ts';

export const PERMISSION = 'Application.Read.All';

/** Pages of one list: a directory of a hundred thousand applications has as many. */
const MOST_PAGES = 1100;
const MOST_RECORDS = 200_000;

/** What keeps from reading, as a look tells it. */
export class Unread extends Error {
  readonly code: FailureCode;
  readonly detail: string | undefined;
  constructor(code: FailureCode, detail?: string) {
    super(detail ?? code);
    this.name = 'Unread';
    this.code = code;
    this.detail = detail;
  }
}

/** Why there was no answer, or none that can be used. */
function unread(error: unknown): Unread {
  if (error instanceof Unread) return error;
  if (!(error instanceof DeliveryError)) return new Unread('internal');
  if (error.code === 'throttled') return new Unread('throttled');
  return new Unread('service', error.message.slice(0, 200));
}

/** One answer; null: there is no such thing. Throws Unread. */
export async function readOne(read: ReadDirectory, path: string): Promise<Record<string, unknown> | null> {
  let answer: Awaited<ReturnType<ReadDirectory>>;
  try {
    answer = await read(path);
  } catch (error) {
    throw unread(error);
  }
  const { status, code, body } = answer;
  if (status === 401 || status === 403) throw new Unread('lacks-permission', PERMISSION);
  if (status === 404) return null;
  if (status === 429) throw new Unread('throttled');
  if (status !== 200) throw new Unread('service', `HTTP ${status}${code === null ? '' : ` ${code}`}`);
  if (typeof body !== 'object' || body === null) throw new Unread('service', 'no JSON object');
  return body as Record<string, unknown>;
}

/** All records of a list, page after page. Throws Unread, also where the pages come to no end. */
export async function readAll(read: ReadDirectory, path: string): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  const seen = new Set<string>();
  let next: string | null = path;
  while (next !== null) {
    if (seen.has(next) || seen.size >= MOST_PAGES || records.length > MOST_RECORDS)
      throw new Unread('service', 'pages without end');
    seen.add(next);
    const page: Record<string, unknown> | null = await readOne(read, next);
    if (page === null || !Array.isArray(page['value'])) throw new Unread('service', 'no list');
    for (const record of recordsIn(page['value'])) records.push(record);
    const link = page['@odata.nextLink'];
    next = typeof link === 'string' && link !== '' ? link : null;
  }
  return records;
}
