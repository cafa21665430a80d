import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { DeliveryError, errorCodes } from '../../core/errors.ts';
import { neverSent } from '../../http/unsent.ts';

/** Seconds to wait when Slack throttles without saying how long. */
const DEFAULT_WAIT = 30;

/** Nothing can be delivered there for now (docs.slack.dev, "chat.postMessage", errors). */
const UNREACHABLE = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'user_disabled',
  'user_not_in_channel',
  'team_not_found',
  'cannot_dm_bot',
  'messages_tab_disabled',
  'posting_to_channel_denied',
]);
/**
 * An administrator has restricted who may write there, or how (the same page): restricted_action,
 * restricted_action_read_only_channel and so on.
 */
const RESTRICTED = 'restricted_action';
/** The message that was to be changed is not there, or not ours to change any more. */
const MESSAGE_GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'cant_delete_message',
  'edit_window_closed',
  'cant_edit_message',
]);
/** About our own credentials, which get mended: what was to be said is still wanted then. */
const CREDENTIALS = new Set([
  'account_inactive',
  'not_authed',
  'invalid_auth',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'access_denied',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'team_access_not_granted',
  'two_factor_setup_required',
]);
const THROTTLED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const UNAVAILABLE = new Set([
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'org_login_required',
  'accesslimited',
]);
/** Slack says of these that some part of the work may have been done. */
const AMBIGUOUS = new Set(['internal_error', 'fatal_error']);

function isUnreachable(code: string): boolean {
  return UNREACHABLE.has(code) || code.startsWith(RESTRICTED);
}

/** Whether an error says that nothing of ours gets into that conversation, or into that thread. */
export function isShutOut(error: unknown): boolean {
  return isUnreachable(slackCode(error) ?? '');
}

/** Slack's own error code (`ok: false`) out of a DeliveryError, or null. */
export function slackCode(error: unknown): string | null {
  const { cause } = error instanceof DeliveryError ? error : { cause: error };
  return cause instanceof WebAPIPlatformError ? cause.data.error : null;
}

/** The scope that Slack says is missing; null when that was not the trouble. */
export function missingScope(error: unknown): string | null {
  const { cause } = error instanceof DeliveryError ? error : { cause: error };
  if (!(cause instanceof WebAPIPlatformError) || cause.data.error !== 'missing_scope') return null;
  const needed: unknown = (cause.data as { needed?: unknown }).needed;
  return typeof needed === 'string' ? needed : 'unknown';
}

/** A call that was refused for want of a scope, in a sentence that names it. */
export function lackOf(scope: string, method: string, cause?: unknown): DeliveryError {
  return new DeliveryError(
    'credentials',
    `The Slack app lacks the scope ${scope}, which ${method} needs: add it and install the app again.`,
    { cause, status: 401, lacks: scope, peerCode: `missing_scope: ${scope}` },
  );
}

/** What Slack's codes look like. The client gives the whole body as the code when it was no JSON. */
const CODE = /^[\w.:-]{1,100}$/;

/** A page of somebody in between; anything else may be what is left of an answer of Slack. */
function isForeign(body: unknown): boolean {
  return typeof body === 'string' && body.trimStart().startsWith('<');
}

function platformFailure(method: string, cause: WebAPIPlatformError): DeliveryError {
  const code: unknown = cause.data.error;
  if (typeof code !== 'string' || !CODE.test(code))
    return new DeliveryError(
      isForeign(code) ? 'unavailable' : 'ambiguous',
      `Something that is no answer of Slack came to ${method}.`,
    );
  const { retryAfter = DEFAULT_WAIT } = (cause.data.response_metadata ?? {}) as { retryAfter?: number };
  const sentence = `Slack answered ${code} to ${method}.`;
  const options = { cause, peerCode: code };
  if (isUnreachable(code)) return new DeliveryError('unreachable', sentence, options);
  if (MESSAGE_GONE.has(code)) return new DeliveryError('refused', sentence, { ...options, status: 404 });
  if (THROTTLED.has(code))
    return new DeliveryError('throttled', sentence, { ...options, status: 429, retryAfter: retryAfter * 1000 });
  if (UNAVAILABLE.has(code)) return new DeliveryError('unavailable', sentence, options);
  if (AMBIGUOUS.has(code)) return new DeliveryError('ambiguous', sentence, options);
  const scope = missingScope(cause);
  if (scope !== null) return lackOf(scope, method, cause);
  if (CREDENTIALS.has(code))
    return new DeliveryError('credentials', `${sentence} Check SLACK_BOT_TOKEN, or install the app again.`, {
      ...options,
      status: 401,
    });
  return new DeliveryError('refused', sentence, { ...options, status: 400 });
}

/** Retry-After as Slack sends it, in seconds, as milliseconds; undefined where there is none that can be read. */
function waitOf(header: string | null | undefined): number | undefined {
  return header && /^\s*\d{1,9}\s*$/.test(header) ? Number(header) * 1000 : undefined;
}

/**
 * Slack says what it refuses in an answer with status 200: most others come from somebody in between, or from a Slack
 * that is not well.
 */
function httpFailure(method: string, { statusCode: status, headers }: WebAPIHTTPError): DeliveryError {
  const sentence = `Slack answered HTTP ${status} to ${method}.`;
  const options = { status, peerCode: `HTTP ${status}`, retryAfter: waitOf(headers['retry-after']) };
  if (status === 413) return new DeliveryError('refused', sentence, options);
  return new DeliveryError(status >= 500 && status !== 503 ? 'ambiguous' : 'unavailable', sentence, options);
}

/** What a failed call of the Web API means for a delivery. */
export function apiFailure(method: string, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof WebAPIPlatformError) return platformFailure(method, error);
  if (error instanceof WebAPIRateLimitedError)
    return new DeliveryError('throttled', `Slack answered 429 to ${method}.`, {
      cause: error,
      status: 429,
      retryAfter: error.retryAfter * 1000,
    });
  if (error instanceof WebAPIHTTPError) return httpFailure(method, error);
  if (error instanceof WebAPIRequestError) {
    const [code = 'no answer'] = errorCodes(error.original);
    return neverSent(error.original)
      ? new DeliveryError('unavailable', `Slack could not be reached for ${method} (${code}).`, { cause: error })
      : new DeliveryError('ambiguous', `No answer came from Slack to ${method} (${code}).`, { cause: error });
  }
  // The client throws a bare Error for a 429 without Retry-After.
  if (error instanceof Error && /retry header/i.test(error.message))
    return new DeliveryError('throttled', `Slack answered 429 to ${method}.`, {
      status: 429,
      retryAfter: DEFAULT_WAIT * 1000,
    });
  // An answer that broke off, or none that can be read: Slack may have acted.
  return new DeliveryError('ambiguous', `The answer of Slack to ${method} could not be read.`, { cause: error });
}

/** What an HTTP status of a `response_url` means. 404 and 410: used up or older than 30 minutes. */
export function responseFailure(status: number, retryAfter: string | null): DeliveryError {
  const message = `Slack answered HTTP ${status} to an answer by response_url.`;
  const wait = waitOf(retryAfter);
  if (status === 429)
    return new DeliveryError('throttled', message, { status, retryAfter: wait ?? DEFAULT_WAIT * 1000 });
  if (status >= 500) return new DeliveryError('unavailable', message, { status, retryAfter: wait });
  return new DeliveryError('refused', message, { status });
}
