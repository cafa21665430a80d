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
 * - `gone`: the destination no longer exists or has blocked us; never try again.
 * - `refused`: the peer understood and said no (400, 401, 403 of a calendar …); trying again changes nothing.
 * - `throttled`: the peer asks to wait.
 * - `unavailable`: certainly not carried out (no connection, 5xx); try again.
 * - `ambiguous`: it may have been carried out: the request left and no answer came.
 */
export type DeliveryFailure = 'gone' | 'refused' | 'throttled' | 'unavailable' | 'ambiguous';

/** Thrown by messengers and calendars when an effect did not (certainly) happen. `retryAfter` is in milliseconds. */
export class DeliveryError extends Error {
  readonly code: DeliveryFailure;
  readonly retryAfter: number | undefined;
  /** HTTP status of the peer's answer, if there was one. */
  readonly status: number | undefined;
  /** The permission that the bot would need and lacks, by the name it has in the channel, e.g. "files:read". */
  readonly lacks: string | undefined;
  constructor(
    code: DeliveryFailure,
    message: string,
    options: ErrorOptions & {
      retryAfter?: number | undefined;
      status?: number | undefined;
      lacks?: string | undefined;
    } = {},
  ) {
    super(message, options);
    this.name = 'DeliveryError';
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.status = options.status;
    this.lacks = options.lacks;
  }

  /** True when trying again cannot help. */
  get permanent(): boolean {
    return this.code === 'gone' || this.code === 'refused';
  }
}

/**
 * Thrown by the store when its database takes or answers nothing for now: it is away, full, read-only, damaged or too slow. Nothing is known to
 * have been stored; the same can be asked again later. `cause` is the database's own error.
 */
export class StoreError extends Error {
  readonly code = 'STORE_AWAY';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
  }
}
