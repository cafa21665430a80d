import { notedCard, notesCard, taggedCard, tagsCard, tagsOfCard } from '../../../core/chat/cards/notes.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { MOST_TAGS } from '../../../core/chat/typed-overview.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { briefTarget } from '../../../core/targets/target.ts';
import { named } from './people.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';

/** Those of the watches that are there still, as they are by now. */
async function present(operations: StoreOperations, conversation: Conversation, watches: Watch[]): Promise<Watch[]> {
  const ids = new Set(watches.map(({ id }) => id));
  return (await operations.listWatches(conversation.id)).filter(({ id }) => ids.has(id));
}

/** Notes something of watches, in a transaction, and writes down who did. */
export async function putNote(
  context: CommandContext,
  { inbound }: Pick<Request, 'inbound'>,
  operations: StoreOperations,
  { watches, note }: { watches: Watch[]; note: string | null },
): Promise<void> {
  const changed = watches.filter((watch) => (watch.note ?? null) !== note);
  await operations.setWatchNote(
    changed.map(({ id }) => id),
    note,
  );
  await operations.recordAudit(
    changed.map(({ uri }) => auditOf(context, inbound, 'note', note === null ? uri : `${uri} ${note}`)),
  );
}

/** Puts tags on watches or takes them off, in a transaction, and writes down who did. Without tags: all of them. */
export async function putTags(
  context: CommandContext,
  { inbound }: Pick<Request, 'inbound'>,
  operations: StoreOperations,
  { change, watches, tags }: { change: 'tag' | 'untag'; watches: Watch[]; tags: string[] },
): Promise<void> {
  for (const { id, uri, tags: own = [] } of watches) {
    const after =
      change === 'tag'
        ? [...new Set([...own, ...tags])].slice(0, MOST_TAGS)
        : own.filter((tag) => tags.length > 0 && !tags.includes(tag));
    if (after.length === own.length) continue;
    await operations.setWatchTags(id, after);
    const difference =
      change === 'tag' ? after.filter((tag) => !own.includes(tag)) : own.filter((tag) => !after.includes(tag));
    const subject = [uri, ...difference.map((tag) => `#${tag}`)].join(' ');
    await operations.recordAudit([auditOf(context, inbound, change, subject)]);
  }
}

/** `note`: what people want to be known of targets. */
export async function note(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'note' }>,
): Promise<Reply> {
  const { say } = request;
  const found = named(command.targets, await context.store.listWatches(conversation.id), say);
  if ('sentence' in found) return forAsker(problemCard(found.sentence, say));
  const { watches } = found;
  const { note: text } = command;
  if (text === undefined) return forAsker(notesCard(watches, say));
  return {
    card: notedCard(watches, text, say),
    commit: async (operations) =>
      putNote(context, request, operations, { watches: await present(operations, conversation, watches), note: text }),
  };
}

/** `tag` and `untag`: words by which targets are found together. */
export async function tag(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'tag' | 'untag' }>,
): Promise<Reply> {
  const { say } = request;
  const { verb: change, tags, targets } = command;
  const all = await context.store.listWatches(conversation.id);
  if (targets === null) return forAsker(tagsCard(all, say));
  const found = named(targets, all, say);
  if ('sentence' in found) return forAsker(problemCard(found.sentence, say));
  const { watches } = found;
  if (change === 'tag' && tags.length === 0) return forAsker(tagsOfCard(watches, say));
  const full = watches.find(({ tags: own = [] }) => change === 'tag' && new Set([...own, ...tags]).size > MOST_TAGS);
  if (full) return forAsker(problemCard(say('tag.full', { target: briefTarget(full.uri), most: MOST_TAGS }), say));
  return {
    card: taggedCard(change, watches, tags, say),
    commit: async (operations) =>
      putTags(context, request, operations, {
        change,
        watches: await present(operations, conversation, watches),
        tags,
      }),
  };
}
