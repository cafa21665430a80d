import { detailText } from '../failure.ts';
import { PreludeError } from '../wire.ts';

/** It speaks the protocol and does not turn to TLS. `said`: its own words or what is missing, as they are. */
export function noTls(said: string): PreludeError {
  return new PreludeError({ code: 'no-starttls', detail: detailText(said) });
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

/**
 * The status of an answer in words, with the code that may stand after it in brackets (RFC 5530, RFC 2449, RFC 5804):
 * `BYE [UNAVAILABLE]`, `-ERR [SYS/TEMP]`, `BYE (TRYLATER)`.
 */
export function statusOf(said: string): string {
  const [status = '', code] = /^(?:\* )?([A-Z-]{1,8})(?: ?([[(][A-Z/-]{1,24}[\])]))?/i.exec(said)?.slice(1) ?? [];
  return (code === undefined ? status : `${status} ${code}`).toUpperCase();
}
