import { DeliveryError } from '../../core/errors.ts';

/** What Microsoft Graph answered to one call, whatever the status. */
export interface GraphAnswer {
  status: number;
  /** Graph's error code such as `ErrorItemNotFound`; null on success or when the answer named none. */
  code: string | null;
  /** Milliseconds that the service asks us to wait, if it does. */
  retryAfter: number | undefined;
  /** Parsed JSON; undefined when there was none. */
  body: unknown;
}

export type GraphMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Codes by which Exchange and the directory say that there is no such (usable) mailbox, or no such person. */
const NO_MAILBOX = new Set([
  'ErrorInvalidUser',
  'ErrorMailboxNotFound',
  'ErrorNonExistentMailbox',
  'ErrorUserNotFound',
  'MailboxNotFound',
  'MailboxNotEnabledForRESTAPI',
  'MailboxNotSupportedForRESTAPI',
  'ResourceNotFound',
  'Request_ResourceNotFound',
]);

/** Exchange cannot open the mailbox just now, whatever the status it says so with. */
const STORE_UNAVAILABLE = 'ErrorMailboxStoreUnavailable';

/**
 * The id of one item is not one of this mailbox, or of none (any more): says nothing of the mailbox and its other
 * items.
 */
export const INVALID_ITEM = 'ErrorInvalidMailboxItemId';

/** True when the answer says that the mailbox (or person) itself is not there, rather than something in it. */
export function meansNoMailbox({ status, code }: GraphAnswer): boolean {
  return status === 404 && code !== null && NO_MAILBOX.has(code);
}

/**
 * True when the item a call was about no longer exists: 404, 410, or 403 `ErrorCannotDeleteObject`, which Exchange
 * answers for deleted events.
 */
export function meansGone(answer: GraphAnswer): boolean {
  if (answer.status === 404) return !meansNoMailbox(answer) && answer.code !== STORE_UNAVAILABLE;
  return answer.status === 410 || (answer.status === 403 && answer.code === 'ErrorCannotDeleteObject');
}

/** Codes by which Exchange says that nothing more fits into a mailbox (EWS "ResponseCode"), whatever the status. */
const FULL = new Set(['ErrorQuotaExceeded', 'ErrorMessageSizeExceeded', 'ErrorInsufficientStorage']);
const INSUFFICIENT_STORAGE = 507;

/** True when the mailbox is full: a person has to make room there. */
export function meansFull({ status, code }: GraphAnswer): boolean {
  return status === INSUFFICIENT_STORAGE || (status >= 400 && code !== null && FULL.has(code));
}

const MENDING_FULL = 'the mailbox is full: its person has to make room, or its quota has to be raised';

const MENDING: Record<number, string> = {
  401: 'the sign-in of this person is not accepted any more: they can sign in again with "calendar connect"',
  403: 'grant the app Calendars.ReadWrite (and MailboxSettings.Read) with admin consent, and check access policies for this mailbox',
  404: 'no such mailbox: check the mailbox id (CALENDAR_MAILBOX or the owner of the watch) and that it has an Exchange Online licence',
};

/**
 * The DeliveryError for an answer that is no success. A full mailbox is `refused`, whatever the status; 429 is
 * `throttled`, no such mailbox `gone`, 408, 423 and everything from 500 on `unavailable` (a POST that got one may
 * nevertheless have stored its event, so look up by tag before creating again), 409 of a POST `ambiguous`, the rest
 * `refused` with what to mend.
 */
export function answerFailure(answer: GraphAnswer, method: GraphMethod): DeliveryError {
  const { status, retryAfter } = answer;
  const told = `Microsoft Graph answered ${status}${answer.code === null ? '' : ` ${answer.code}`}`;
  if (meansFull(answer)) return new DeliveryError('refused', `${told}: ${MENDING_FULL}`, { status });
  if (status === 429) return new DeliveryError('throttled', told, { status, retryAfter });
  if (status === 409 && method === 'POST') return new DeliveryError('ambiguous', told, { status, retryAfter });
  const passes = status >= 500 || status < 400 || [408, 409, 412, 423].includes(status);
  if (passes || answer.code === STORE_UNAVAILABLE) {
    return new DeliveryError('unavailable', told, { status, retryAfter });
  }
  const mending = MENDING[status];
  const code = meansNoMailbox(answer) ? 'gone' : 'refused';
  return new DeliveryError(code, mending === undefined ? told : `${told}: ${mending}`, { status });
}

/**
 * Codes of faults that strike before the first byte of a request: name resolution, TCP connect, the server's
 * certificate.
 */
const BEFORE_SENDING =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)$/;

/** No answer within the deadline, to a call that may simply be repeated. */
export class TookTooLong extends DeliveryError {}

function causeOf(error: unknown): { code: string | null; beforeSending: boolean } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return { code: null, beforeSending: false };
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (typeof code !== 'string') return { code: cause.name === 'TimeoutError' ? 'timeout' : null, beforeSending: false };
  return { code, beforeSending: BEFORE_SENDING.test(code) || syscall === 'connect' };
}

/**
 * The DeliveryError for a call that got no (whole) answer. A POST or PATCH that may have left is `ambiguous`; reads and
 * deletes may simply be repeated, so they are `unavailable`, like everything that failed before sending. The original
 * error is not kept: its text can quote headers.
 */
export function networkFailure(error: unknown, method: GraphMethod): DeliveryError {
  const { code, beforeSending } = causeOf(error);
  const detail = code === null ? '' : ` (${code})`;
  if (beforeSending) return new DeliveryError('unavailable', `Microsoft Graph cannot be reached${detail}`);
  const changes = method === 'POST' || method === 'PATCH';
  if (code === 'timeout' && !changes) return new TookTooLong('unavailable', `Microsoft Graph did not answer${detail}`);
  return new DeliveryError(changes ? 'ambiguous' : 'unavailable', `Microsoft Graph did not answer${detail}`);
}
