import { historyCard } from '../../../core/chat/cards/history.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { prose } from '../../../core/language/wording.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import { RETENTION } from '../../../core/model/retention.ts';
import { briefTarget } from '../../../core/targets/target.ts';
import { notWatched } from './look.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

/** Entries that are read of each kind. */
const MOST = 500;

/** `history`: what became of one target as this conversation saw it, be it watched here still or no more. */
export async function history(
  context: CommandContext,
  { say }: Request,
  conversation: Conversation,
  { target }: Extract<Command, { verb: 'history' }>,
): Promise<Reply> {
  if ('problem' in target) return forAsker(problemCard(prose(target.problem, say), say));
  const { uri } = target;
  const { store } = context;
  const now = context.now();
  const since = now - RETENTION.history;
  const watch = await store.findWatch(conversation.id, uri);
  const events = (await store.listHistory(conversation.id, uri, MOST)).filter(({ at }) => at >= since);
  const own = await store.listAuditOf(conversation.id, uri, since, MOST);
  if (!watch && events.length === 0 && own.length === 0) {
    const watches = await store.listWatches(conversation.id);
    const nowhere = say('history.nothing', { target: briefTarget(uri) });
    return forAsker(problemCard(watches.length > 0 ? notWatched(uri, watches, say) : nowhere, say));
  }
  // What holds for all of the conversation counts from when this one was watched.
  const begun = Math.min(watch?.createdAt ?? Infinity, ...own.map(({ at }) => at), ...events.map(({ at }) => at));
  const shared = (await store.listAuditOf(conversation.id, null, Math.max(since, begun), MOST)).filter(
    (entry) =>
      !own.some(({ at, subject, verb }) => at === entry.at && subject === entry.subject && verb === entry.verb),
  );
  const done = [...own, ...shared];
  return forAsker(historyCard(uri, { events, done, watched: watch !== null }, { now, say, id: watch?.id ?? null }));
}
