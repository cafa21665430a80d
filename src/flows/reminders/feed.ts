import { languageOf, sayIn, type Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { EventWriter } from '../../core/ports/calendar.ts';
import type { FlowContext } from '../context.ts';
import { eventFile } from './event-file.ts';
import { tokenHash } from './feed-token.ts';

export interface Feeds {
  /** The feed that a token opens; null when nobody has that token. */
  feed(token: string): Promise<ReturnType<EventWriter['feed']> | null>;
  /** The file of one event, by the id and the seal in its address; null when that is nobody's (any more). */
  event(reminderId: string, seal: string): Promise<string | null>;
}

/** What the feed of a conversation is called, in calendar programs. */
export function feedName(conversation: Pick<Conversation, 'name'> | null, say: Say): string {
  return conversation?.name ? say('feed.name-of', { conversation: conversation.name }) : say('feed.name');
}

/** What calendar programs get of the reminders that are written to no mailbox, as `writer` writes it. */
export function createFeeds(context: FlowContext, writer: EventWriter): Feeds {
  const { store, log } = context;
  return {
    async feed(token) {
      const conversationId = await store.findFeed(tokenHash(token));
      if (conversationId === null) return null;
      const conversation = await store.findConversation(conversationId);
      const reminders = (await store.listReminders('ics', conversationId)).filter(({ wanted }) => wanted);
      const name = feedName(conversation, sayIn(languageOf(reminders[0]?.event.language)));
      return writer.feed({
        name,
        reminders,
        leftOut: (error, { id }) => log.error({ err: error, reminder: id }, 'an event of a feed could not be written'),
      });
    },
    async event(reminderId, seal) {
      const reminder = await eventFile(context, reminderId, seal);
      return reminder && writer.event(reminder);
    },
  };
}
