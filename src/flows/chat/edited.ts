import type { CardAction } from '../../core/card.ts';
import { parseCommand, type Command, type TypedCommand } from '../../core/chat/command.ts';
import type { Say } from '../../core/language/language.ts';
import { sayTo } from '../../core/language/language.ts';
import { enumerate, prose } from '../../core/language/wording.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Inbound } from '../../core/model/inbound.ts';
import type { Watch } from '../../core/model/watch.ts';
import { displayTarget, typedTarget } from '../../core/targets/target.ts';
import { uuidOf } from '../uuid-of.ts';
import type { CommandContext, Reply } from './commands/reply.ts';

/** Stands between a message's id and what tells its later texts apart. */
const MARK = '~edit~';
/** Buttons on one answer. */
const MOST_BUTTONS = 5;

/** What is remembered of an answered message for the case that somebody edits it. */
interface Kept {
  /** Tells commands apart. */
  digest: string;
  /** What it changed beside watches of its own; null: nothing. */
  verb: string | null;
  /** What it stopped watching. */
  unwatched: string[];
}

/** The id under which a message was first taken in; its answer belongs to that. */
export function originalOf(inboundId: string): string {
  return inboundId.split(MARK, 1)[0]!;
}

function isEdit({ id }: Pick<Inbound, 'id'>): boolean {
  return id.includes(MARK);
}

/** The same for texts that ask for the same. */
export function digestOf({ text, mentions }: Pick<Inbound, 'text' | 'mentions'>): string {
  const people = mentions.filter(({ isGroup }) => !isGroup).map((mention) => mention.text);
  const { ignored: _ignored, ...command } = parseCommand(text, sayTo(null), people);
  return uuidOf(JSON.stringify([command, mentions.map(({ id }) => id)]));
}

/** An edited message as one of its own: the same however often it is delivered. */
export function asEdit(inbound: Inbound): Inbound {
  return { ...inbound, id: `${inbound.id}${MARK}${digestOf(inbound)}` };
}

/** What a command changes apart from its watches: these know which message they are from. */
function changing(command: TypedCommand): boolean {
  if (command.verb === 'remind' || command.verb === 'thresholds') return command.policy !== null;
  if (command.verb === 'owner') return command.person !== null;
  if (command.verb === 'copies') return command.change !== null;
  if (command.verb === 'note') return command.note !== undefined;
  if (command.verb === 'tag') return command.tags.length > 0;
  if (command.verb === 'untag' || command.verb === 'import') return true;
  if (command.verb === 'ack' || command.verb === 'unack') return true;
  if (command.verb === 'snooze') return command.until !== null;
  if (command.verb === 'installing') return command.on !== null;
  if (command.verb === 'settings') return command.value !== null;
  if (command.verb === 'forget') return true;
  if (command.verb === 'operators') return command.what === 'forget' || command.what === 'default';
  if (command.verb === 'trust') return command.what !== 'list';
  if (command.verb === 'calendar') return command.what !== 'tell';
  return command.verb === 'unwatch' && command.targets === 'all';
}

/** What is kept of a message when it is answered, as text. */
export function keptOf(inbound: Inbound, command: TypedCommand): string {
  const targets = command.verb === 'unwatch' && command.targets !== 'all' ? command.targets : [];
  const unwatched = targets.flatMap((target) => ('uri' in target ? [target.uri] : []));
  const kept: Kept = { digest: digestOf(inbound), verb: changing(command) ? command.verb : null, unwatched };
  return JSON.stringify(kept);
}

/** Reads it; null where nothing is kept, as of messages that an earlier version of the bot answered. */
export function readKept(text: string): Kept | null {
  return text.startsWith('{"digest":') ? (JSON.parse(text) as Kept) : null;
}

/** Watches that earlier texts of an edited message began and the last one does not name. */
function leftOver(inbound: Inbound, command: Command, watches: Watch[]): Watch[] {
  const targets = 'targets' in command ? command.targets : [];
  if (command.verb === 'unwatch' && targets === 'all') return [];
  const named = new Set(Array.isArray(targets) ? targets.flatMap((one) => ('uri' in one ? [one.uri] : [])) : []);
  const original = originalOf(inbound.id);
  return watches.filter(
    ({ createdBy, uri }) =>
      createdBy !== null && createdBy !== inbound.id && originalOf(createdBy) === original && !named.has(uri),
  );
}

function stopAction({ id, uri }: Watch, say: Say): CardAction {
  const label = say('button.stop', { target: displayTarget(uri) });
  return { kind: 'execute', label, action: { name: 'unwatch-left', data: { watch: id } }, style: 'destructive' };
}

function againAction(uri: string, say: Say): CardAction {
  const label = say('button.watch-again', { target: displayTarget(uri) });
  return { kind: 'execute', label, action: { name: 'watch-again', data: { uri } } };
}

/**
 * The answer to an edited message, with what its earlier texts did and how that is undone; other answers as they are.
 */
export async function tellingLeft(
  { store }: CommandContext,
  { inbound, command, say }: { inbound: Inbound; command: Command; say: Say },
  conversation: Conversation,
  reply: Reply,
): Promise<Reply> {
  if (!isEdit(inbound)) return reply;
  const kept = readKept((await store.findInbound(originalOf(inbound.id)))?.text ?? '');
  const watches = await store.listWatches(conversation.id);
  const left = leftOver(inbound, command, watches);
  const watched = new Set(watches.map(({ uri }) => uri));
  const named = 'targets' in command && Array.isArray(command.targets) ? command.targets : [];
  const again = new Set(command.verb === 'watch' ? named.flatMap((one) => ('uri' in one ? [one.uri] : [])) : []);
  const gone = (kept?.unwatched ?? []).filter((uri) => !watched.has(uri) && !again.has(uri));
  const sentences: string[] = [];
  const names = left.map(({ uri }) => displayTarget(uri));
  if (left.length > 0) sentences.push(say('edited.watched', { targets: enumerate(names, 10, say) }));
  if (gone.length > 0) {
    const typed = `watch ${gone.map((uri) => typedTarget(uri)).join(' ')}`;
    sentences.push(say('edited.unwatched', { targets: enumerate(gone.map(displayTarget), 10, say), typed }));
  }
  if (kept?.verb) sentences.push(say('edited.other', { verb: kept.verb }));
  if (sentences.length === 0) return reply;
  const { card } = reply;
  const actions = [
    ...(card.actions ?? []),
    ...left.slice(0, MOST_BUTTONS).map((watch) => stopAction(watch, say)),
    ...gone.slice(0, MOST_BUTTONS).map((uri) => againAction(uri, say)),
  ];
  const text = [...(card.text ?? []), ...sentences.map((sentence) => prose(sentence, say))];
  return { ...reply, card: { ...card, text, ...(actions.length > 0 ? { actions } : {}) } };
}
