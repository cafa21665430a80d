import { failurePhrase } from '../../../core/certificates/failure-phrase.ts';
import type { Command, TypedCommand } from '../../../core/chat/command.ts';
import { MOST_TARGETS } from '../../../core/chat/with-targets.ts';
import type { TargetArgument, TypedTarget } from '../../../core/chat/typed-targets.ts';
import { UserError } from '../../../core/errors.ts';
import type { Say } from '../../../core/language/language.ts';
import { shorten } from '../../../core/language/wording.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Inbound } from '../../../core/model/inbound.ts';
import type { Named } from '../../../core/targets/kind.ts';
import { namingOf, RESTRICTED } from '../../../core/targets/target.ts';
import { allowanceRefusal } from '../allowances.ts';
import { uuidOf } from '../../uuid-of.ts';
import { exchangersOf, watchedExchangers } from './exchangers.ts';
import type { CommandContext } from './reply.ts';

/** Domains that are asked about at once for one command. */
const DOMAINS_AT_ONCE = 16;

/** A command as it was typed, by whom and where. */
interface Asking {
  conversation: Conversation;
  inbound: Inbound;
  say: Say;
}

/** Verbs that tell something of what is watched: like those that look, they are refused where nothing may be told. */
const TELLING = new Set<TypedCommand['verb']>(['watch', 'check', 'show', 'events', 'renew', 'history']);

/** What a source knows under a name; or why it is not known. */
async function foundBy({ sources }: CommandContext, named: Named, name: string, say: Say): Promise<Meant> {
  const source = sources.find(({ schemes, find }) => find && schemes.includes(named.prefix));
  const found = (await source?.find?.(name)) ?? { failure: { code: 'no-access' as const } };
  const cited = shorten(name, 60);
  if ('failure' in found)
    return [{ problem: say('source.not-asked', { name: cited, reason: failurePhrase(found.failure, say) }) }];
  if (found.uris.length === 0) return [{ problem: say('source.not-found', { name: cited }) }];
  return found.uris.map((uri) => ({ uri }));
}

type Meant = ({ uri: string; given?: string } | { problem: string })[];

/** Which targets the names of a command stand for in a conversation. */
async function namesIn(
  context: CommandContext,
  { conversation, inbound, say }: Asking,
  { verb, isNamed }: { verb: TypedCommand['verb']; isNamed: boolean },
): Promise<(text: string, named: Named) => Promise<TargetArgument[]>> {
  const { store, now } = context;
  const known = isNamed ? (await store.listWatches(conversation.id)).map(({ uri }) => uri) : [];
  // What is watched no more has a past all the same.
  if (isNamed && verb === 'history')
    known.push(...(await store.historySince(conversation.id, 0)).map(({ uri }) => uri));
  const where = { now: now(), place: uuidOf(conversation.id), known, mayBeNew: LOOKING.has(verb) };
  async function meantBy(named: Named): Promise<Meant> {
    const source = named.prefix;
    const refusal =
      RESTRICTED.includes(source) && TELLING.has(verb)
        ? allowanceRefusal(context, conversation, { source, asked: inbound }, say)
        : null;
    if (refusal !== null) return [{ problem: refusal }];
    const meant = namingOf(source).settle(named, where, say);
    if ('sought' in meant) return foundBy(context, named, meant.sought, say);
    return 'uris' in meant ? meant.uris.map((uri) => ({ uri })) : [meant];
  }
  return async (text, named) => {
    const meant = await meantBy(named);
    // The next line may spell it otherwise.
    for (const one of meant) if ('uri' in one) known.push(one.uri);
    return meant.map((one) => ({ text, ...one }));
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
  { conversation, say }: Asking,
  verb: TypedCommand['verb'],
): Promise<(target: Extract<TypedTarget, { exchangersOf: string }>) => Promise<TargetArgument[]>> {
  if (LOOKING.has(verb)) return (target) => exchangersOf(context, target, say);
  const watches = await context.store.listWatches(conversation.id);
  return (target) => Promise.resolve(watchedExchangers(watches, target, say));
}

/** What is typed, each with what it stands for. */
async function meantBy(
  context: CommandContext,
  asking: Asking,
  typed: { verb: TypedCommand['verb']; targets: TypedTarget[] },
): Promise<TargetArgument[]> {
  const { say } = asking;
  const { verb, targets } = typed;
  const isNamed = targets.some((target) => 'named' in target);
  const nameOf = await namesIn(context, asking, { verb, isNamed });
  const answers = new Map<TypedTarget, TargetArgument[]>();
  const pending = targets.filter((target) => 'exchangersOf' in target);
  const exchangers = pending.length > 0 ? await exchangersFor(context, asking, verb) : null;
  async function work(): Promise<void> {
    for (let next = pending.shift(); next; next = pending.shift()) answers.set(next, await exchangers!(next));
  }
  await Promise.all(Array.from({ length: DOMAINS_AT_ONCE }, work));
  async function standsFor(target: TypedTarget): Promise<TargetArgument[]> {
    if ('named' in target) return nameOf(target.text, target.named);
    return 'exchangersOf' in target ? (answers.get(target) ?? []) : [target];
  }
  const found = new Map<string, TargetArgument>();
  for (const target of targets)
    for (const one of await standsFor(target)) {
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
export async function withMeant(context: CommandContext, asking: Asking, command: TypedCommand): Promise<Command> {
  const { verb } = command;
  if ('target' in command) {
    const [target, more] = await meantBy(context, asking, { verb, targets: [command.target] });
    // Of all of a kind, what leads to them.
    const isAll = 'named' in command.target && command.target.named.name === '';
    if (more && !isAll) throw new UserError(asking.say('source.several', { name: shorten(command.target.text, 60) }));
    return { ...command, target: target! };
  }
  if (!('targets' in command) || command.targets === 'all' || command.targets === null) return command as Command;
  return { ...command, targets: await meantBy(context, asking, { verb, targets: command.targets }) } as Command;
}
