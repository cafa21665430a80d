import { MOST_TARGETS, type Command, type TypedCommand } from '../../../core/chat/command.ts';
import type { TargetArgument, TypedTarget } from '../../../core/chat/typed-targets.ts';
import { UserError } from '../../../core/errors.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Named } from '../../../core/targets/kind.ts';
import { namingOf } from '../../../core/targets/target.ts';
import { uuidOf } from '../../uuid-of.ts';
import { exchangersOf, watchedExchangers } from './exchangers.ts';
import type { CommandContext } from './reply.ts';

/** Domains that are asked about at once for one command. */
const DOMAINS_AT_ONCE = 16;

/** Which targets the names of a command stand for in a conversation. */
async function namesIn(
  { store, now }: CommandContext,
  conversationId: string,
  { verb, isNamed }: { verb: TypedCommand['verb']; isNamed: boolean },
  say: Say,
): Promise<(text: string, named: Named) => TargetArgument> {
  const known = isNamed ? (await store.listWatches(conversationId)).map(({ uri }) => uri) : [];
  // What is watched no more has a past all the same.
  if (isNamed && verb === 'history') known.push(...(await store.historySince(conversationId, 0)).map(({ uri }) => uri));
  const where = { now: now(), place: uuidOf(conversationId), known, mayBeNew: verb === 'watch' || verb === 'check' };
  return (text, named) => {
    const meant = namingOf(named.prefix).settle(named, where, say);
    // The next line may spell it otherwise.
    if ('uri' in meant) known.push(meant.uri);
    return { text, ...meant };
  };
}

/** Twice the same is once; one that serves several domains knows each; of two things told of one target neither counts. */
function joined(known: TargetArgument, one: TargetArgument, say: Say): TargetArgument {
  if (!('uri' in known && 'uri' in one)) return known;
  if (known.given !== one.given) return { text: one.text, problem: say('target.told-twice', { text: known.text }) };
  return one.domains ? { ...known, domains: [...(known.domains ?? []), ...one.domains] } : known;
}

/** Verbs that look at what is meant; others are about what is watched already, and ask nobody else. */
const LOOKING = new Set<TypedCommand['verb']>(['watch', 'check']);

/**
 * What a domain's mail exchangers are: to those who look at them, what the DNS says; else what is watched as such here.
 */
async function exchangersFor(
  context: CommandContext,
  conversationId: string,
  verb: TypedCommand['verb'],
  say: Say,
): Promise<(target: Extract<TypedTarget, { exchangersOf: string }>) => Promise<TargetArgument[]>> {
  if (LOOKING.has(verb)) return (target) => exchangersOf(context, target, say);
  const watches = await context.store.listWatches(conversationId);
  return (target) => Promise.resolve(watchedExchangers(watches, target, say));
}

/** What is typed, each with what it stands for. */
async function meantBy(
  context: CommandContext,
  conversationId: string,
  typed: { verb: TypedCommand['verb']; targets: TypedTarget[] },
  say: Say,
): Promise<TargetArgument[]> {
  const { verb, targets } = typed;
  const isNamed = targets.some((target) => 'named' in target);
  const nameOf = await namesIn(context, conversationId, { verb, isNamed }, say);
  const answers = new Map<TypedTarget, TargetArgument[]>();
  const pending = targets.filter((target) => 'exchangersOf' in target);
  const exchangers = pending.length > 0 ? await exchangersFor(context, conversationId, verb, say) : null;
  async function work(): Promise<void> {
    for (let next = pending.shift(); next; next = pending.shift()) answers.set(next, await exchangers!(next));
  }
  await Promise.all(Array.from({ length: DOMAINS_AT_ONCE }, work));
  function standsFor(target: TypedTarget): TargetArgument[] {
    if ('named' in target) return [nameOf(target.text, target.named)];
    return 'exchangersOf' in target ? (answers.get(target) ?? []) : [target];
  }
  const found = new Map<string, TargetArgument>();
  for (const target of targets)
    for (const one of standsFor(target)) {
      const key = 'uri' in one ? one.uri : one.text;
      const known = found.get(key);
      found.set(key, known ? joined(known, one, say) : one);
    }
  if (found.size > MOST_TARGETS) throw new UserError(say('command.too-many', { number: found.size }));
  return [...found.values()];
}

/**
 * The command with the targets that are meant: the mail exchangers of the domains that it names (`mx:example.com`), what
 * its names stand for in the conversation; a target that comes more than once counts once. Throws UserError when they
 * are too many.
 */
export async function withMeant(
  context: CommandContext,
  conversationId: string,
  command: TypedCommand,
  say: Say,
): Promise<Command> {
  const { verb } = command;
  if ('target' in command) {
    const [target] = await meantBy(context, conversationId, { verb, targets: [command.target] }, say);
    return { ...command, target: target! };
  }
  if (!('targets' in command) || command.targets === 'all' || command.targets === null) return command as Command;
  return {
    ...command,
    targets: await meantBy(context, conversationId, { verb, targets: command.targets }, say),
  } as Command;
}
