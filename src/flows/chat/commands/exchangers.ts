import type { TargetArgument, TypedTarget } from '../../../core/chat/typed-targets.ts';
import { textOf, type Card } from '../../../core/card.ts';
import type { Say } from '../../../core/language/language.ts';
import { unicodeHost } from '../../../core/targets/endpoint.ts';
import { endpointOf, formatTarget } from '../../../core/targets/target.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { enumerate } from '../../../core/language/wording.ts';
import type { CommandContext } from './reply.ts';

/** Port of SMTP between mail servers (RFC 5321 section 4.5.4.2). */
const SMTP_PORT = 25;

/** The mail exchangers of a domain as targets, or why there are none. */
export async function exchangersOf(
  { mail, log }: CommandContext,
  { text, exchangersOf: domain }: Extract<TypedTarget, { exchangersOf: string }>,
  say: Say,
): Promise<TargetArgument[]> {
  const answer = await mail.exchangers(domain);
  if ('hosts' in answer)
    return answer.hosts.map((host) => ({
      text,
      uri: formatTarget({ scheme: 'smtp', host, port: SMTP_PORT }),
      domains: [domain],
    }));
  log.debug({ failure: answer.failure }, 'mail exchangers were not found');
  return [{ text, problem: say(`mx.${answer.failure}`, { domain: unicodeHost(domain) }) }];
}

/**
 * The targets that a conversation watches as mail exchangers of a domain, or as mail servers with names in it; or the
 * sentence that there are none.
 */
export function watchedExchangers(
  watches: Watch[],
  { text, exchangersOf: domain }: Extract<TypedTarget, { exchangersOf: string }>,
  say: Say,
): TargetArgument[] {
  const typed = watches.filter(({ domains = [] }) => domains.includes(domain));
  const isNamedSo = ({ uri }: Watch): boolean => {
    const endpoint = uri.startsWith('smtp:') ? endpointOf(uri) : null;
    return endpoint?.port === SMTP_PORT && (endpoint.host === domain || endpoint.host.endsWith(`.${domain}`));
  };
  const found = typed.length > 0 ? typed : watches.filter(isNamedSo);
  if (found.length === 0) return [{ text, problem: say('mx.not-watched', { domain: unicodeHost(domain) }) }];
  return found.map(({ uri }) => ({ text, uri, domains: [domain] }));
}

/** The domains whose mail exchangers are among the targets, each once. */
export function domainsOf(targets: TargetArgument[]): string[] {
  return [...new Set(targets.flatMap((target) => ('uri' in target ? (target.domains ?? []) : [])))];
}

/** The summarising card of a command, with the domains named whose mail exchangers it is about. */
export function namingDomains(card: Card, targets: TargetArgument[], say: Say): Card {
  const domains = domainsOf(targets);
  if (domains.length === 0) return card;
  const all = targets.every((target) => 'uri' in target && target.domains !== undefined);
  const values = { all: String(all), domains: enumerate(domains.map(unicodeHost), 5, say) };
  const named = say('mx.named', values);
  const lead = card.lead === undefined ? named : `${textOf(card.lead)} ${named}`;
  return { ...card, summary: say('mx.summary', { ...values, summary: card.summary }), lead };
}
