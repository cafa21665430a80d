import { PreludeError } from '../wire.ts';

/** It speaks the protocol and does not turn to TLS. `why`: what is missing, in our words, or a code; no words of its own. */
export function noTls(why: string): PreludeError {
  return new PreludeError({ code: 'no-starttls', detail: why });
}

/** It does not speak the protocol. `why`: what is wrong, in our words. */
export function notSpoken(why: string): PreludeError {
  return new PreludeError({ code: 'protocol', detail: why });
}

/** It does not speak the protocol. Of what it said, which anybody may have written, people are shown a reply code. */
export function strange(said: string): PreludeError {
  const code = /^[1-5]\d\d(?=[ -]|$)/.exec(said)?.[0];
  return new PreludeError({ code: 'protocol', ...(code === undefined ? {} : { detail: code }) });
}

/** It speaks the protocol, and sends us away. `code`: as the protocol numbers or names it; nothing else of its words. */
export function turnedAway(code: string): PreludeError {
  return new PreludeError({ code: 'turned-away', detail: code });
}

/** It speaks the protocol, and serves another name than that which it was asked for. */
export function unknownName(condition: string): PreludeError {
  return new PreludeError({ code: 'unknown-name', detail: condition });
}

/** Codes that say why (RFC 5530 section 3, RFC 2449 section 8, RFC 3206, RFC 5804 section 1.3). Others are anybody's text. */
const CODES = new Set([
  ...['UNAVAILABLE', 'AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED', 'PRIVACYREQUIRED', 'CONTACTADMIN'],
  ...['NOPERM', 'INUSE', 'SERVERBUG', 'CLIENTBUG', 'CANNOT', 'LIMIT', 'OVERQUOTA', 'ALERT'],
  ...['SYS/TEMP', 'SYS/PERM', 'IN-USE', 'LOGIN-DELAY', 'AUTH'],
  ...['TRYLATER', 'REFERRAL', 'ENCRYPT-NEEDED', 'AUTH-TOO-WEAK', 'TRANSITION-NEEDED'],
]);

/**
 * The status of an answer in words, with the code that may stand after it in brackets: `BYE [UNAVAILABLE]`,
 * `-ERR [SYS/TEMP]`, `BYE (TRYLATER)`.
 */
export function statusOf(said: string): string {
  const [status = '', open, code = '', close] =
    /^(?:\* )?(-ERR|NO|BAD|BYE|PREAUTH)\b(?: ?([[(])([A-Z/-]{1,24})([\])]))?/i.exec(said)?.slice(1) ?? [];
  const why = CODES.has(code.toUpperCase()) ? ` ${open}${code}${close}` : '';
  return `${status}${why}`.toUpperCase();
}
