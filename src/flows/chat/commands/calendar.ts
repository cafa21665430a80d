import type { CardAction } from '../../../core/card.ts';
import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import { zonedOnce } from '../../../core/chat/cards/zone-once.ts';
import type { Command } from '../../../core/chat/command.ts';
import { shortDay, shortInstant } from '../../../core/language/dates.ts';
import { inZone, type Say } from '../../../core/language/language.ts';
import type { Reminder } from '../../../core/model/reminder.ts';
import { outlookLink, outlookSubscriptionLink, webcalLink } from '../../../core/reminders/outlook-link.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import { briefTarget } from '../../../core/targets/target.ts';
import { findPerson } from '../../people/recipients.ts';
import { fileUrl } from '../../reminders/event-file.ts';
import { feedToken } from '../../reminders/feed-token.ts';
import { feedName } from '../../reminders/feed.ts';
import { notWatched } from './look.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';
import { reminderFacts, remindersOf, zoneOf } from '../../reminders/view.ts';

/** When an event is, in the zone of what is said, which is named unless it takes the whole day. */
function whenOf({ start, allDay, zone }: Reminder['event'], now: number, say: Say): string {
  if (allDay) return shortDay(start, { now, say: inZone(say, zone), weekday: true });
  return shortInstant(start, { now, say, zoned: true });
}

/** `calendar`: where the reminders are; `calendar reset` makes a new feed address. */
export async function calendar(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'calendar' }>,
): Promise<Reply> {
  const { settings, store } = context;
  const { say } = request;
  if (command.what === 'connect' || command.what === 'disconnect') return signing(context, request, command.what);
  if (settings.calendar === 'none')
    return forAsker(sentenceCard(say('calendar.none.title'), say('calendar.none'), say));
  if (settings.publicUrl === null)
    return forAsker(sentenceCard(say('calendar.no-address.title'), say('calendar.no-address'), say));
  const now = context.now();
  const isReset = command.what === 'reset';
  const token = await store.transaction(async (operations) => {
    if (isReset) {
      await operations.revokeFeeds(conversation.id, now);
      await operations.recordAudit([auditOf(context, request.inbound, 'calendar', 'reset')]);
    }
    return feedToken(context, operations, conversation.id);
  });
  const url = `${settings.publicUrl}/calendar/${token}.ics`;
  const { outlookUrl } = settings;
  const name = feedName(conversation, say);
  await context.planner.planned([{ calendar: 'ics', mailbox: conversation.id }]);
  const reminders = (await store.listReminders('ics', conversation.id)).filter(({ wanted }) => wanted);
  const coming = reminders
    .map(({ event }) => event)
    // One that has begun comes no more, unless it takes the whole of today.
    .filter(({ start, end, allDay }) => (allDay ? end : start) > now)
    .toSorted((a, b) => a.start - b.start);
  const [next] = coming;
  const number = reminders.length;
  const content = next
    ? say('calendar.next', { number, subject: next.subject, instant: whenOf(next, now, say) })
    : say('calendar.empty', { number });
  const written = settings.calendar === 'graph' ? [say('calendar.outlook')] : [];
  return {
    // Whoever has the address can read the feed: no need to show it to more people than asked.
    forAsker: true,
    card: sentenceCard(say(isReset ? 'calendar.new-title' : 'calendar.title'), content, say, {
      summary: say('calendar.summary', { number }),
      more: [...written, say('calendar.subscribe', { url }), say('calendar.webcal', { url: webcalLink(url) })],
      footnote: `${say(isReset ? 'calendar.revoked' : 'calendar.secret')} ${say('calendar.pace')}`,
      actions: [
        {
          kind: 'open',
          label: say('button.subscribe-outlook'),
          url: outlookSubscriptionLink({ url, name }, outlookUrl),
        },
        { kind: 'open', label: say('button.open-feed'), url },
      ],
    }),
  };
}

/**
 * `calendar connect` and `calendar disconnect`: a matter between one person and the bot, so that it is settled in their
 * own chat.
 */
async function signing(
  context: CommandContext,
  { inbound, say }: Request,
  what: 'connect' | 'disconnect',
): Promise<Reply> {
  const { conversation, actor } = inbound;
  if (conversation.kind === 'personal') return forAsker(await context.signing[what](actor, conversation, say));
  const { conversation: direct } = await findPerson(
    context,
    { id: actor.id, directoryId: null, address: null },
    conversation,
    say,
  );
  const card = await context.signing[what](actor, direct, say);
  return {
    ...forAsker(sentenceCard(say(`${what}.elsewhere.title`), say(`${what}.elsewhere`), say)),
    async commit(operations) {
      await operations.rememberConversation(direct, context.now());
      const message = { id: context.uuid(), conversationId: direct.id, thread: null, card };
      await operations.putMessages([message], context.now());
    },
  };
}

/** `calendar <target>`: the events of one watch, where they are, and what to take them away with. */
export async function events(
  context: CommandContext,
  { say }: Request,
  conversation: Conversation,
  { target }: Extract<Command, { verb: 'events' }>,
): Promise<Reply> {
  const { store, settings } = context;
  if (settings.calendar === 'none')
    return forAsker(sentenceCard(say('calendar.none.title'), say('calendar.none'), say));
  if ('problem' in target) return forAsker(problemCard(target.problem, say));
  const watch = await store.findWatch(conversation.id, target.uri);
  if (!watch) {
    const watches = await store.listWatches(conversation.id);
    return forAsker(problemCard(notWatched(target.uri, watches, say), say));
  }
  const [row] = await store.getTargets([watch.targetId]);
  const { reminders } = await remindersOf(context, { watch, conversation }, row?.state ?? null);
  const found = reminders.toSorted((a, b) => a.reminder.event.start - b.reminder.event.start);
  const shown = briefTarget(watch.uri);
  if (found.length === 0)
    return forAsker(sentenceCard(say('events.title', { target: shown, number: 0 }), say('events.none'), say));
  const actions: CardAction[] = [];
  for (const { reminder } of found) {
    const { kind, event, calendar } = reminder;
    actions.push({ kind: 'open', label: say(`button.outlook-${kind}`), url: outlookLink(event, settings.outlookUrl) });
    const file = calendar === 'ics' ? await fileUrl(context, store, reminder) : null;
    if (file !== null) actions.push({ kind: 'open', label: say(`button.file-${kind}`), url: file });
  }
  const spoken = inZone(say, zoneOf(context, { reminders: found, conversation, own: watch.ownerTimeZone }));
  const facts = reminderFacts(context, found, spoken);
  const title = say('events.title', { target: shown, number: found.length });
  return forAsker(zonedOnce(sentenceCard(title, '', say, { facts, actions }), spoken));
}
