/** Bad input: carries the one sentence to show to the person, which says what was wrong and what to type instead. */
export class UserError extends Error {
  readonly code = 'USER_ERROR';
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'UserError';
  }
}

/**
 * Why an effect did not reach its destination.
 * - `gone`: there is no such mailbox.
 * - `unreachable`: nothing gets into that conversation for now (blocked, archived, no member any more …), which others may end at any time.
 * - `credentials`: the peer does not take us for who we are, or lacks a permission of ours; nothing gets anywhere until that is mended.
 * - `refused`: the peer understood and does not take this very message or request.
 * - `throttled`: the peer asks to wait.
 * - `unavailable`: certainly not carried out (no connection, 503, somebody in between who answered instead); try again.
 * - `ambiguous`: it may have been carried out: the request left, and no answer came or one that says nothing of that (500, 504).
 */
export type DeliveryFailure =
  'gone' | 'unreachable' | 'credentials' | 'refused' | 'throttled' | 'unavailable' | 'ambiguous';

/** Those of which the next try within seconds knows no better. */
const PERMANENT = new Set<DeliveryFailure>(['gone', 'unreachable', 'credentials', 'refused']);

/** Thrown by messengers and calendars when an effect did not (certainly) happen. `retryAfter` is in milliseconds. */
export class DeliveryError extends Error {
  readonly code: DeliveryFailure;
  readonly retryAfter: number | undefined;
  /** HTTP status of the peer's answer, if there was one. */
  readonly status: number | undefined;
  /** The permission that the bot would need and lacks, by the name it has in the channel, e.g. "files:read". */
  readonly lacks: string | undefined;
  /** The peer's own word for it, e.g. "BotDisabledByAdmin". */
  readonly peerCode: string | undefined;
  constructor(
    code: DeliveryFailure,
    message: string,
    options: ErrorOptions & {
      retryAfter?: number | undefined;
      status?: number | undefined;
      lacks?: string | undefined;
      peerCode?: string | undefined;
    } = {},
  ) {
    super(message, options);
    this.name = 'DeliveryError';
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.status = options.status;
    this.lacks = options.lacks;
    this.peerCode = options.peerCode;
  }

  /** True when trying again at once cannot help. */
  get permanent(): boolean {
    return PERMANENT.has(this.code);
  }
}

/**
 * Thrown by the store when its database takes or answers nothing for now: it is away, full, read-only, damaged or too
 * slow. Nothing is known to have been stored; the same can be asked again later. `cause` is the database's own error.
 */
export class StoreError extends Error {
  readonly code = 'STORE_AWAY';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
  }
}

/** An error with its causes and what it gathers, outermost first; ten at most. */
export function errorsIn(error: unknown): Error[] {
  const errors: Error[] = [];
  for (let each = error; each instanceof Error && errors.length < 10; each = each.cause) {
    errors.push(each);
    if (each instanceof AggregateError) errors.push(...each.errors.flatMap(errorsIn));
  }
  return errors;
}

/** The codes of an error, of its causes and of what it gathers, outermost first. */
export function errorCodes(error: unknown): string[] {
  return errorsIn(error).flatMap((each) => ('code' in each && typeof each.code === 'string' ? [each.code] : []));
}
