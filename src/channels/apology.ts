import { UserError } from '../core/errors.ts';
import type { Say } from '../core/language/language.ts';
import type { Log } from '../core/ports/log.ts';
import { describeError, newErrorId } from '../log/describe-error.ts';

/**
 * The sentence for a person about whom something failed: a UserError's own, else one with an error id that stands in
 * the log beside `what` failed.
 */
export function createApology(log: Log) {
  return function sentenceFor(error: unknown, what: string, say: Say): string {
    if (error instanceof UserError) return error.message;
    const errorId = newErrorId();
    log.error({ errorId, err: describeError(error) }, what);
    return say('channel.failed', { errorId });
  };
}
