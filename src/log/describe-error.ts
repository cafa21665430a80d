import { randomBytes } from 'node:crypto';

/** Eight hex digits that a person can read out and an operator can find in the log. */
export function newErrorId(): string {
  return randomBytes(4).toString('hex');
}

/**
 * What of an error goes into the log: type, message, code, stack and the same of its causes. Other properties are left
 * out on purpose: errors of HTTP clients carry whole requests, with their Authorization header.
 */
export function describeError(error: unknown, depth = 3): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, 500) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause !== undefined && depth > 0 ? { cause: describeError(error.cause, depth - 1) } : {};
  return {
    type: error.name,
    message: error.message.slice(0, 500),
    ...code,
    stack: error.stack?.slice(0, 4000),
    ...cause,
  };
}
