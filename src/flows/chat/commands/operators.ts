import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { LEFT, type KnownPerson } from '../../../core/model/forgetting.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import { shorten } from '../../../core/language/wording.ts';
import { DeliveryError } from '../../../core/errors.ts';
import { extentOf, forget, personKnownBy } from '../../people/forget.ts';
import { namesOf } from '../../directory-names.ts';
import { allowance } from './allow.ts';
import { forgottenCard } from './forget.ts';
import { defaults, overview } from './overview.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';

type OperatorsCommand = Extract<Command, { verb: 'operators' }>;
type Named = Extract<OperatorsCommand, { what: 'forget' }>['person'];

/** By what they are looked for: a mention, an address, or whatever was typed, which may be a name or an id. */
async function wanted(
  context: CommandContext,
  { inbound }: Request,
  person: Named,
): Promise<Pick<KnownPerson, 'ids' | 'mailboxes' | 'names'>> {
  if (person.kind === 'self') {
    const { id, mailbox } = inbound.actor;
    return { ids: [id], mailboxes: mailbox === null ? [] : [mailbox], names: [] };
  }
  if (person.kind === 'mention')
    return {
      ids: inbound.mentions.slice(person.index, person.index + 1).map(({ id }) => id),
      mailboxes: [],
      names: [],
    };
  if (person.kind === 'name') return { ids: [person.name], mailboxes: [person.name], names: [person.name] };
  const { address } = person;
  const names = await namesOf(context, address);
  const mailboxes = [address, ...(names ? [names.id, ...names.addresses] : [])];
  return { ids: [], mailboxes, names: [] };
}

/** Who has an address, where only their chat knows it. */
async function idByChat(context: CommandContext, { inbound }: Request, person: Named): Promise<string[]> {
  if (person.kind !== 'address') return [];
  try {
    const reference = { id: null, directoryId: null, address: person.address };
    const found = await context.messengers.get(inbound.conversation.channel)?.direct(reference, inbound.conversation);
    return found ? [found.actor.id] : [];
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return [];
  }
}

/** Different people among what was found, each with everything by which they are known. */
async function peopleBy(context: CommandContext, request: Request, person: Named): Promise<KnownPerson[]> {
  let by = await wanted(context, request, person);
  let traces = await context.store.findTraces(by);
  if (traces.length === 0) {
    by = { ...by, ids: [...by.ids, ...(await idByChat(context, request, person))] };
    traces = by.ids.length > 0 ? await context.store.findTraces(by) : [];
  }
  const found: KnownPerson[] = [];
  for (const { id, mailbox } of traces) {
    const isKnown = found.some(
      ({ ids, mailboxes }) => (id !== null && ids.includes(id)) || (mailbox !== null && mailboxes.includes(mailbox)),
    );
    if (isKnown || (id === null && mailbox === null)) continue;
    const mailboxes = [...(mailbox === null ? [] : [mailbox]), ...(person.kind === 'address' ? by.mailboxes : [])];
    found.push(await personKnownBy(context, { ids: id === null ? [] : [id], mailboxes, names: [] }));
  }
  return found;
}

function typed(person: Named, { inbound }: Request): string {
  if (person.kind === 'name') return person.name;
  if (person.kind === 'address') return person.address;
  return person.kind === 'mention' ? (inbound.mentions[person.index]?.text ?? '@') : inbound.actor.name;
}

async function forgetNamed(context: CommandContext, request: Request, named: Named): Promise<Reply> {
  const { say, inbound, replyId } = request;
  const people = await peopleBy(context, request, named);
  const text = shorten(typed(named, request), 80);
  if (people.length > 1) {
    const lines = people.map(({ names, ids, mailboxes }) => `${names[0] ?? '–'} (${ids[0] ?? mailboxes[0] ?? '–'})`);
    const values = { text, number: people.length, people: lines.slice(0, 5).join(', ') };
    return forAsker(problemCard(say('operators.forget.several', values), say));
  }
  const [person] = people;
  if (!person) return forAsker(problemCard(say('operators.forget.nobody', { text }), say));
  const extent = await extentOf(context.store, person);
  return {
    card: forgottenCard(extent, say, { who: 'other' }),
    async commit(operations) {
      await forget(context, operations, person, { reply: replyId, message: inbound.id });
      await operations.recordAudit([auditOf(context, inbound, 'forget', LEFT.name)]);
    },
  };
}

/** What concerns the whole bot; in the operators' conversation alone. */
export async function operators(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: OperatorsCommand,
): Promise<Reply> {
  const { say } = request;
  if (command.what === 'allow' || command.what === 'deny') return allowance(context, request, conversation, command);
  const place = await context.operators.conversation();
  if (place?.id !== conversation.id) return forAsker(problemCard(say('operators.only'), say));
  if (command.what === 'forget') return forgetNamed(context, request, command.person);
  if (command.what === 'default') return defaults(context, request, command.key, command.value);
  return overview(context, request, command);
}
