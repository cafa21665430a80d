import {
  MOST_TARGETS,
  type Command,
  type TargetArgument,
  type TypedCommand,
  type TypedTarget,
} from '../../../core/chat/command.ts';
import type { Card } from '../../../core/card.ts';
import { UserError } from '../../../core/errors.ts';
import type { Say } from '../../../core/language/language.ts';
import { unicodeHost } from '../../../core/targets/endpoint.ts';
import { formatTarget } from '../../../core/targets/target.ts';
import { enumerate } from '../../../core/language/wording.ts';
import type { CommandContext } from './reply.ts';

/** Domains that are asked about at once for one command. */
const DOMAINS_AT_ONCE = 16;
/** Port of SMTP between mail servers (RFC 5321 section 4.5.4.2). */
const SMTP_PORT = 25;

async function exchangersOf(
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
 * Puts mail exchangers in the place of `mx:` targets. A target that comes more than once counts once, and knows every
 * domain that it serves.
 */
async function resolved(context: CommandContext, targets: TypedTarget[], say: Say): Promise<TargetArgument[]> {
  const answers = new Map<TypedTarget, TargetArgument[]>();
  const pending = targets.filter((target) => 'exchangersOf' in target);
  async function work(): Promise<void> {
    for (let next = pending.shift(); next; next = pending.shift())
      answers.set(next, await exchangersOf(context, next, say));
  }
  await Promise.all(Array.from({ length: DOMAINS_AT_ONCE }, work));
  const found = new Map<string, TargetArgument>();
  for (const target of targets)
    for (const one of 'exchangersOf' in target ? (answers.get(target) ?? []) : [target]) {
      const key = 'uri' in one ? one.uri : one.text;
      const known = found.get(key);
      if (!known) found.set(key, one);
      else if ('uri' in known && 'uri' in one && one.domains)
        found.set(key, { ...known, domains: [...(known.domains ?? []), ...one.domains] });
    }
  if (found.size > MOST_TARGETS) throw new UserError(say('command.too-many', { number: found.size }));
  return [...found.values()];
}

/**
 * The command with the mail exchangers of the domains that it names (`mx:example.com`) as its targets. Throws UserError
 * when they are too many.
 */
export async function withExchangers(context: CommandContext, command: TypedCommand, say: Say): Promise<Command> {
  if (!('targets' in command)) return command;
  const { targets } = command;
  if (targets === 'all' || targets === null) return command as Command;
  return { ...command, targets: await resolved(context, targets, say) } as Command;
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
  const title = say('mx.summary', { ...values, summary: card.summary });
  return { ...card, summary: title, title };
}
