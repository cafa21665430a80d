import type { Outcome, Telling } from '../../core/alerts/incident-desk.ts';
import type { Card } from '../../core/card.ts';
import { withoutActions } from '../../core/chat/cards/elsewhere.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { WatchFacts } from '../../core/model/watch.ts';
import { isApplication } from '../../core/targets/target.ts';
import type { FlowContext } from '../context.ts';
import { uuidOf } from '../uuid-of.ts';
import type { Known } from './situation.ts';

/** A person's own chat with the bot (Actor.id), where there is one besides this conversation. */
export type OwnChat = (near: Conversation, personId: string) => Promise<Conversation | null>;

/** A message with those of its parts that its readers hear of. */
export interface Sending {
  id: string;
  conversation: Conversation;
  parts: Telling[];
}

/** Whether these applications belong, in the directory too, to whoever they have as owner here. */
async function areOwned({ store }: FlowContext, watches: WatchFacts[]): Promise<boolean> {
  const rows = new Map(
    (await store.getTargets(watches.map(({ watch }) => watch.targetId))).map((row) => [row.id, row]),
  );
  return watches.every(({ watch }) => {
    const mailbox = watch.ownerMailbox?.toLowerCase();
    const owners = rows.get(watch.targetId)?.observation?.application?.owners ?? [];
    return (
      mailbox !== undefined && owners.some(({ id, address }) => id === mailbox || address?.toLowerCase() === mailbox)
    );
  });
}

/** Where a part is told: who owns an application in the directory hears of it in their own chat, and nobody else needs to. */
async function placeOf(context: FlowContext, known: Known, part: Telling, ownChat: OwnChat): Promise<Conversation> {
  const { conversation } = known;
  const ids = new Set([...part.members.map(({ view }) => view.targetId), ...part.over]);
  const watches = known.facts.filter(({ watch }) => ids.has(watch.targetId));
  const [first] = watches;
  if (!first || conversation.kind === 'personal') return conversation;
  const { ownerId } = first.watch;
  const isOfOne = watches.every(({ watch }) => isApplication(watch.uri) && watch.ownerId === ownerId);
  if (!isOfOne || !(await areOwned(context, watches))) return conversation;
  return (await ownChat(conversation, ownerId)) ?? conversation;
}

/** What is sent, message by message, and the incidents with the message that shows each. */
export async function addressed(
  context: FlowContext,
  known: Known,
  outcome: Outcome,
  ownChat: OwnChat,
): Promise<{ outcome: Outcome; sendings: Sending[] }> {
  const { send, changed } = outcome;
  const sendings = new Map<string, Sending>();
  const moved = new Map<string, string>();
  for (const part of send?.parts ?? []) {
    const conversation = await placeOf(context, known, part, ownChat);
    const isHere = conversation.id === known.conversation.id;
    const id = isHere ? send!.id : uuidOf(`${send!.id} ${conversation.id}`);
    const sending = sendings.get(id) ?? { id, conversation, parts: [] };
    sending.parts.push(part);
    sendings.set(id, sending);
    if (!isHere) moved.set(part.incident.id, id);
  }
  const named = (id: string | null, own: string): string | null => (id === send?.id ? own : id);
  const shown = changed.map((incident) => {
    const own = moved.get(incident.id);
    const { message, first } = incident;
    return own === undefined ? incident : { ...incident, message: named(message, own), first: named(first, own) };
  });
  return { outcome: { ...outcome, changed: shown }, sendings: [...sendings.values()] };
}

/** What its buttons do belongs to the conversation where something is watched: elsewhere only links are left. */
export function inOwnChat(card: Card): Card {
  const { mentions: _crowd, actions = [], groups, ...rest } = card;
  const bare = groups ? { groups: groups.map(withoutActions) } : {};
  return { ...rest, ...bare, actions: actions.filter(({ kind }) => kind === 'open') };
}
