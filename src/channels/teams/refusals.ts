import { DeliveryError, type DeliveryFailure } from '../../core/errors.ts';

/**
 * What the service's own codes mean where its status would say something else (Teams, "Send proactive messages" and
 * "Bot error codes").
 */
const CODES = new Map<string, DeliveryFailure>([
  ['ServiceError', 'unavailable'],
  ['ConversationNotFound', 'unreachable'],
  ['BotNotInConversationRoster', 'unreachable'],
  ['InvalidBotApiHost', 'credentials'],
  ['BotNotRegistered', 'credentials'],
  ['AuthorizationDenied', 'credentials'],
  ['Throttled', 'throttled'],
]);

/** Codes look like this; what does not is no code. */
const CODE = /^[\w.-]{1,80}$/;

/** The JSON object that a text holds; null when it holds none. */
export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/**
 * What the connector itself says in an answer that is no success: its code, or an empty string where it has words
 * alone. Null: the answer is not the connector's, but of somebody between it and us.
 */
function codeOf(text: string): string | null {
  const body = objectOf(text);
  if (!body) return null;
  const error = typeof body['error'] === 'object' && body['error'] !== null ? body['error'] : body;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && CODE.test(code)) return code;
  return typeof code === 'string' || typeof message === 'string' ? '' : null;
}

function meaningOf(method: string, status: number, code: string | null): DeliveryFailure {
  if (status === 429) return 'throttled';
  if (status === 503 || status === 408 || status === 412) return 'unavailable';
  if (status >= 500) return 'ambiguous';
  const known = CODES.get(code ?? '');
  // What does not let a message be changed may let it be sent anew.
  const isRefusedChange = (method === 'PUT' || method === 'DELETE') && status === 403 && code !== null;
  const isChange = isRefusedChange || (method !== 'POST' && (status === 404 || status === 405));
  if (known && !isChange) return known;
  if (status === 401) return 'credentials';
  // Or it is too large for whoever answers.
  if (status === 413 || isChange) return 'refused';
  if (code === null) return 'unavailable';
  return status === 403 || status === 404 ? 'unreachable' : 'refused';
}

/**
 * What an answer of the Bot Framework connector means for a delivery; null: it was carried out. 403 and 404 of a post
 * are about the conversation, of a change to a message about that message. After 500, 502 and 504 it may have been
 * carried out all the same. `wait` is in milliseconds.
 */
export function connectorError(
  method: string,
  { status, text, wait }: { status: number; text: string; wait?: number | undefined },
): DeliveryError | null {
  if (status < 300) {
    if (text.trim() === '' || objectOf(text)) return null;
    return new DeliveryError('unavailable', `Something that is no answer of the connector came to ${method}.`, {
      status,
      peerCode: `HTTP ${status}`,
    });
  }
  const code = codeOf(text);
  const peerCode = code || `HTTP ${status}`;
  const message = `The Bot Framework connector answered ${status} to ${method}${code ? ` (${code})` : ''}.`;
  return new DeliveryError(meaningOf(method, status, code), message, { status, retryAfter: wait, peerCode });
}

/**
 * What Microsoft's identity platform calls a client that it does not take for who it says it is (RFC 6749, section
 * 5.2).
 */
const UNTRUSTED = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_grant',
  'invalid_resource',
  'access_denied',
]);

/** A send that failed before its request left, mostly while the access token was fetched. */
export function tokenError(error: unknown): DeliveryError {
  const { errorCode, message } = (error ?? {}) as { errorCode?: unknown; message?: unknown };
  const aadsts = /AADSTS\d{1,10}/.exec(typeof message === 'string' ? message.slice(0, 2000) : '')?.[0];
  if (typeof errorCode === 'string' && UNTRUSTED.has(errorCode))
    return new DeliveryError('credentials', 'Microsoft does not accept the credentials of the bot.', {
      cause: error,
      peerCode: aadsts ?? errorCode,
    });
  return new DeliveryError('unavailable', 'The Bot Framework SDK failed to send.', { cause: error });
}
