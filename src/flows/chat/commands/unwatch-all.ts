import type { WatchView } from '../../../core/chat/cards/list.ts';
import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import { unwatchAllCard, unwatchedAllCard } from '../../../core/chat/cards/unwatch-all.ts';
import type { Card } from '../../../core/card.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { InboundAction } from '../../../core/model/inbound.ts';
import type { Watch } from '../../../core/model/watch.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import { hasPassed, HOUR } from '../../../core/time.ts';
import { viewsOf } from '../../reminders/view.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { removeWatches } from './unwatch.ts';

/** How long “unwatch all yes” answers the question, milliseconds. */
const MATTERS = HOUR;

/** The watches that a question was about; later ones have higher ids. */
function askedAbout(watches: Watch[], upTo: number): Watch[] {
  return watches.filter(({ id }) => id <= upTo);
}

/** Ends what is still adding watches; resolves with what is watched then, to which it adds nothing more. */
function stopAdding({ store }: CommandContext, id: string): Promise<{ watches: Watch[]; stopped: boolean }> {
  return store.transaction(async (operations) => {
    await operations.lockWatches(id);
    const stopped = (await operations.stopBackground(id)) > 0;
    return { watches: await operations.listWatches(id), stopped };
  });
}

/** Notes until which watch was asked about, or that nothing is asked any more. */
async function note(
  { now }: CommandContext,
  operations: StoreOperations,
  id: string,
  upTo: number | null,
): Promise<void> {
  const conversation = await operations.lockConversation(id);
  if (!conversation) return;
  const { unwatchAsked: _before, ...others } = conversation.settings;
  const settings = upTo === null ? others : { ...others, unwatchAsked: { upTo, at: now() } };
  await operations.setConversationSettings(id, settings);
}

/**
 * `unwatch all`: ends a running bulk command at once, and asks whether everything that is watched here is to go; `sure`
 * is the answer, in words.
 */
export async function unwatchAll(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  sure: boolean,
): Promise<Reply> {
  const { say, inbound } = request;
  const { id, settings } = conversation;
  const asked = settings.unwatchAsked;
  const now = context.now();
  if (sure && asked && !hasPassed(asked.at, MATTERS, now)) {
    const watches = await context.store.listWatches(id);
    const gone = askedAbout(watches, asked.upTo);
    if (gone.length > 0)
      return {
        card: unwatchedAllCard(gone.length, watches.length - gone.length, say),
        async commit(operations) {
          await operations.lockWatches(id);
          await removeWatches(context, inbound, operations, askedAbout(await operations.listWatches(id), asked.upTo));
          await note(context, operations, id, null);
        },
      };
  }
  const { watches, stopped } = await stopAdding(context, id);
  if (watches.length === 0 && !stopped) return forAsker(problemCard(say('unwatch.nothing'), say));
  if (watches.length === 0)
    return {
      card: sentenceCard(say('unwatch.all.title'), say('unwatch.stopped'), say, { tone: 'good' }),
    };
  const upTo = Math.max(...watches.map((watch) => watch.id));
  const views = await viewsOf(context, context.store, conversation, watches);
  const leftOut = (error: unknown, { watch }: WatchView): void =>
    context.log.error({ err: error, watch: watch.id }, 'a row of a question could not be shown');
  return {
    card: unwatchAllCard(views, { upTo, stopped, now, say, leftOut }),
    commit: (operations) => note(context, operations, id, upTo),
  };
}

/** The button of the question. Null: nothing of what it asked about is watched any more. */
export async function confirmUnwatchAll(
  context: CommandContext,
  press: Pick<InboundAction, 'conversation' | 'actor'>,
  upTo: number,
  say: Say,
): Promise<Card | null> {
  const { id } = press.conversation;
  const card = await context.store.transaction(async (operations) => {
    await operations.lockWatches(id);
    const watches = await operations.listWatches(id);
    const gone = askedAbout(watches, upTo);
    if (gone.length === 0) return null;
    await removeWatches(context, press, operations, gone);
    await note(context, operations, id, null);
    return unwatchedAllCard(gone.length, watches.length - gone.length, say);
  });
  context.planner.kick();
  context.deliverer.kick();
  return card;
}
