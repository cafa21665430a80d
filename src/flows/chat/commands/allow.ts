import { z } from 'zod';
import type { Card } from '../../../core/card.ts';
import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import type { OperatorsCommand } from '../../../core/chat/typed-rights.ts';
import { UserError } from '../../../core/errors.ts';
import { sayTo, type Say } from '../../../core/language/language.ts';
import { enumerate, shorten } from '../../../core/language/wording.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { InboundAction } from '../../../core/model/inbound.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import { folded } from '../../../core/targets/names.ts';
import { RESTRICTED, restrictionOf } from '../../../core/targets/target.ts';
import { uuidOf } from '../../uuid-of.ts';
import { foreignRefusal } from '../allowances.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf, removeWatches } from './unwatch.ts';

type AllowCommand = Extract<OperatorsCommand, { what: 'allow' | 'deny' }>;

const pressed = z.object({ conversation: z.string().max(500), source: z.enum(RESTRICTED as [string, ...string[]]) });

/** What a conversation is called where others read it. */
export function placeOf({ kind, name }: Pick<Conversation, 'kind' | 'name'>, say: Say): string {
  if (kind === 'personal') return say('operators.conversations.direct');
  return shorten(name ?? '', 80) || say('operators.conversations.nameless');
}

type Doer = Pick<InboundAction, 'conversation' | 'actor'>;

/** Allows it, or ends it together with what is watched of it there; says how many watches ended. */
async function decide(
  context: CommandContext,
  operations: StoreOperations,
  { by, conversation, source, allow }: { by: Doer; conversation: Conversation; source: string; allow: boolean },
): Promise<number> {
  const current = await operations.lockConversation(conversation.id);
  if (!current) return 0;
  const { allowed = [], ...others } = current.settings;
  const next = [...allowed.filter((one) => one !== source), ...(allow ? [source] : [])];
  await operations.setConversationSettings(current.id, { ...others, ...(next.length > 0 ? { allowed: next } : {}) });
  const subject = `${allow ? 'allow' : 'deny'} ${source} ${current.id}`;
  await operations.recordAudit([auditOf(context, by, 'operators', subject)]);
  if (allow) return 0;
  const ended = (await operations.listWatches(current.id)).filter(({ uri }) => restrictionOf(uri) === source);
  await removeWatches(context, { ...by, conversation: current }, operations, ended);
  return ended.length;
}

/** The conversation that is meant by its name or id; or the sentence for none, or several. */
async function named(
  { store }: CommandContext,
  where: string,
  say: Say,
): Promise<{ conversation: Conversation } | { sentence: string }> {
  const wanted = folded(where);
  const counts = (await store.conversationCounts()).filter(({ goneAt }) => goneAt === null);
  const exact = counts.filter(({ id }) => id === where || id.endsWith(`:${where}`));
  const found = exact.length > 0 ? exact : counts.filter(({ name }) => name !== null && folded(name) === wanted);
  const [only, ...more] = found;
  const conversation = only && more.length === 0 ? await store.findConversation(only.id) : null;
  if (conversation) return { conversation };
  const ids = found.map(({ id }) => shorten(id, 120));
  const text = shorten(where, 60);
  if (ids.length > 1) return { sentence: say('allowance.several', { text, ids: enumerate(ids, 5, say) }) };
  return { sentence: say('allowance.nowhere', { text }) };
}

/** The tenant's own alone: nobody can allow it elsewhere. */
function notHome({ settings }: CommandContext, { channel, tenantId }: Conversation, say: Say): string | null {
  return settings.isHome(channel, tenantId) ? null : say('allowance.home');
}

async function fromOperators(
  context: CommandContext,
  request: Request,
  here: Conversation,
  { what, source, where }: AllowCommand,
): Promise<Reply> {
  const { say, inbound } = request;
  const meant = where === null ? { conversation: here } : await named(context, where, say);
  if ('sentence' in meant) return forAsker(problemCard(meant.sentence, say));
  const { conversation } = meant;
  const allow = what === 'allow';
  const foreign = where === null ? foreignRefusal(context, inbound, say) : notHome(context, conversation, say);
  if (allow && foreign !== null) return forAsker(problemCard(foreign, say));
  const place = where === null ? say('allowance.here') : placeOf(conversation, say);
  const card = sentenceCard(say('allowance.title'), say(`allowance.${what}`, { source, place }), say, {
    tone: 'good',
    more: allow ? [say('allowance.next', { source })] : [],
  });
  return {
    card,
    async commit(operations) {
      await decide(context, operations, { by: inbound, conversation, source, allow });
    },
  };
}

/** Asked for outside the operators' conversation: they decide, in theirs. */
async function askOperators(
  context: CommandContext,
  { say, inbound }: Request,
  here: Conversation,
  { source }: AllowCommand,
): Promise<Reply> {
  const operators = await context.operators.conversation();
  const foreign = foreignRefusal(context, inbound, say);
  if (foreign !== null) return forAsker(problemCard(foreign, say));
  if (!operators) return forAsker(problemCard(say('allowance.no-operators'), say));
  if (here.settings.allowed?.includes(source))
    return forAsker(sentenceCard(say('allowance.title'), say('allowance.already', { source }), say));
  const theirs = sayTo(await context.operators.locale());
  const data = { conversation: here.id, source };
  const values = { name: shorten(inbound.actor.name, 80), source, place: placeOf(here, theirs) };
  const question = sentenceCard(theirs('allowance.title'), theirs('allowance.question', values), theirs, {
    tone: 'notice',
    more: [theirs('allowance.question.what', { source })],
    actions: [
      { kind: 'execute', label: theirs('button.allow'), action: { name: 'allow-source', data } },
      { kind: 'execute', label: theirs('button.deny'), action: { name: 'deny-source', data } },
    ],
  });
  return {
    card: sentenceCard(say('allowance.title'), say('allowance.asked', { source }), say, { tone: 'notice' }),
    async commit(operations) {
      const id = uuidOf(`allowance ${source} ${here.id} ${inbound.id}`);
      await operations.putMessages([{ id, conversationId: operators.id, thread: null, card: question }], context.now());
    },
  };
}

/** `operators allow entra here`, `operators deny entra here`. */
export async function allowance(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: AllowCommand,
): Promise<Reply> {
  const operators = await context.operators.conversation();
  if (operators?.id === conversation.id) return fromOperators(context, request, conversation, command);
  const { say } = request;
  if (command.where !== null) return forAsker(problemCard(say('operators.only'), say));
  if (command.what === 'deny')
    return forAsker(problemCard(say('allowance.deny-where', { source: command.source }), say));
  return askOperators(context, request, conversation, command);
}

/** A press on the operators' question. What the button carries is untrusted: in their conversation alone it counts. */
export async function answerAllowance(
  context: CommandContext,
  press: InboundAction & { say: Say },
  allow: boolean,
): Promise<Card> {
  const { say, actor } = press;
  const operators = await context.operators.conversation();
  const data = pressed.safeParse(press.action.data);
  const conversation = data.success ? await context.store.findConversation(data.data.conversation) : null;
  if (!data.success || !conversation || operators?.id !== press.conversation.id || actor.outsider)
    throw new UserError(say('stale'));
  const foreign = notHome(context, conversation, say);
  if (allow && foreign !== null) throw new UserError(foreign);
  const { source } = data.data;
  await context.store.transaction(async (operations) => {
    await decide(context, operations, { by: press, conversation, source, allow });
    const theirs = sayTo(await operations.getValue('operators-locale'));
    const told = sentenceCard(
      theirs('allowance.title'),
      theirs(allow ? 'allowance.allowed' : 'allowance.denied', { source }),
      theirs,
      { tone: allow ? 'good' : 'neutral' },
    );
    await operations.putMessages(
      [{ id: context.uuid(), conversationId: conversation.id, thread: null, card: told }],
      context.now(),
    );
  });
  context.deliverer.kick();
  context.planner.kick();
  const values = { source, place: placeOf(conversation, say), name: shorten(actor.name, 80) };
  return sentenceCard(say('allowance.title'), say(allow ? 'allowance.allow-by' : 'allowance.deny-by', values), say, {
    tone: allow ? 'good' : 'neutral',
  });
}
