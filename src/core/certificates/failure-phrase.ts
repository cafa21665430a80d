import type { Failure } from './certificate.ts';
import type { Say } from '../language/language.ts';
import { shorten } from '../language/wording.ts';

/**
 * Replies that ask to come again: of SMTP, FTP and NNTP (not IRC's bans), MySQL, PostgreSQL, LDAP, XMPP; and in brackets
 * of IMAP, POP3 and ManageSieve.
 */
const LATER =
  /^(?:4(?!6[356]$)\d\d|1040|1203|1226|53.{3}|57P03|busy|unavailable|resource-constraint|system-shutdown|connection-timeout)$|[[(](?:UNAVAILABLE|INUSE|LIMIT|SYS\/TEMP|IN-USE|LOGIN-DELAY|TRYLATER)[\])]$/;

/** A server that speaks its protocol to send us away, by its reply code. */
function turnedAway(detail: string, say: Say): string {
  const kind = detail === '1129' ? 'blocked' : detail === '1130' ? 'denied' : LATER.test(detail) ? 'later' : 'away';
  return say('failure.turned-away', { kind, detail: shorten(detail, 60) });
}

/** A server that serves other names than the one that it was asked for. */
function unknownName(detail: string, say: Say): string {
  const kind = detail === 'unnamed' || detail === 'unrecognized_name' ? detail : 'domain';
  return say('failure.unknown-name', { kind, detail: shorten(detail, 60) });
}

/** A failure in words, with its technical detail where that adds something. */
export function failurePhrase({ code, detail }: Failure, say: Say): string {
  if (code === 'nameless') return say('failure.nameless', { detail: shorten(detail ?? '', 120) });
  if (code === 'turned-away') return turnedAway(detail ?? '', say);
  if (code === 'unknown-name') return unknownName(detail ?? '', say);
  // As DNS calls it (RFC 1035), not c-ares.
  if (code === 'dns-error') return say('failure.dns-error', { detail: shorten(detail ?? '', 120).replace(/^E/, '') });
  if (code === 'alias-not-found') return say('failure.alias-not-found', { detail: shorten(detail ?? '', 120) });
  if (code === 'http') return say('failure.http', { status: shorten(detail ?? '', 40) });
  if (code === 'document') return say('failure.document', { detail: detail ?? '' });
  if (code === 'lacks-permission') return say('failure.lacks-permission', { detail: shorten(detail ?? '', 60) });
  if (code === 'policy' && detail === 'port') return say('failure.port');
  if (
    detail &&
    (code === 'handshake' || code === 'incompatible' || code === 'protocol' || code === 'proxy' || code === 'service')
  )
    return say(`failure.${code}-detail`, { detail: shorten(detail, 120) });
  return say(`failure.${code}`);
}
