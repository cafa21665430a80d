import { hasPassed, type Instant, DAY } from '../../core/time.ts';
import type { GraphCall, GraphClient } from './client.ts';
import { TookTooLong, type GraphAnswer } from './failures.ts';

/** From one page size to the next smaller one; Graph's own default is ten. */
const SHRINK = 4;
const LEAST = 10;
/** After this long a mailbox is asked for whole pages again, milliseconds. */
const KEPT_FOR = DAY;

/**
 * The service took too long over the answer: smaller pages may be quick enough (Graph "Best practices": request less
 * with `$top`).
 */
const TOO_SLOW = new Set([408, 504]);
/** It is busy: the same once more at once would not help it. */
const BUSY = 503;

const TOP = /([?&](?:\$|%24)top=)(\d+)/i;

/** The `$top` of a path or address; null when it has none. */
function topOf(path: string): number | null {
  const match = TOP.exec(path);
  return match ? Number(match[2]) : null;
}

function withTop(path: string, top: number): string {
  return path.replace(TOP, `$1${top}`);
}

function smaller(top: number): number {
  return Math.max(LEAST, Math.floor(top / SHRINK));
}

/**
 * Calls that list are made with a smaller `$top` once the service has taken too long over a larger one (504, 408) or
 * was busy (503, no answer): after the former at once, down to pages of ten, unless it asked to wait; and for a day
 * from the start. A following page is asked for as the service linked to it, so that its trouble makes the next list
 * begin with smaller pages.
 */
export function withPageSizes(call: GraphClient['call'], now: () => Instant): GraphClient['call'] {
  /** The largest page by mailbox, where not everything goes. */
  const most = new Map<string, { top: number; at: Instant }>();

  function limitOf(key: string): number {
    const known = most.get(key);
    if (known && !hasPassed(known.at, KEPT_FOR, now())) return known.top;
    most.delete(key);
    return Infinity;
  }

  function shrink(key: string, top: number): void {
    most.set(key, { top: Math.min(limitOf(key), smaller(top)), at: now() });
  }

  return async function callInPages(request: GraphCall) {
    const { method, path } = request;
    const asked = method === 'GET' ? topOf(path) : null;
    if (asked === null) return call(request);
    const key = request.mailbox?.toLowerCase() ?? '';
    const isLink = !/^[/?]/.test(path);
    let top = isLink ? asked : Math.min(asked, limitOf(key));
    for (;;) {
      const tried = top;
      let answer: GraphAnswer;
      try {
        answer = await call({ ...request, path: isLink ? path : withTop(path, tried) });
      } catch (error) {
        // No answer within the deadline; the same once more would hold up whoever waits.
        if (error instanceof TookTooLong) shrink(key, tried);
        throw error;
      }
      if (!TOO_SLOW.has(answer.status) && answer.status !== BUSY) return answer;
      shrink(key, tried);
      top = smaller(tried);
      if (isLink || answer.status === BUSY || top >= tried || answer.retryAfter !== undefined) return answer;
    }
  };
}
