import { lastInstant } from '../../../core/alerts/snooze.ts';
import type { Card } from '../../../core/card.ts';
import { sentenceCard } from '../../../core/chat/cards/replies.ts';
import { UserError } from '../../../core/errors.ts';
import { shortInstant } from '../../../core/language/dates.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Taker } from '../../../core/model/incident.ts';
import type { Actor } from '../../../core/model/people.ts';
import type { Instant } from '../../../core/time.ts';
import { placeSlot } from '../../reminders/slots.ts';
import { changing, namesOfWatches, takerName, type OpenIncident } from '../open-incidents.ts';
import type { CommandContext } from './reply.ts';
import { auditOf } from './unwatch.ts';

/** Puts the appointment where the reminders are, as far as they are this person's or everybody's. */
async function place(
  context: CommandContext,
  conversation: Conversation,
  incidents: OpenIncident[],
  { actor, at }: { actor: Actor; at: Instant },
): Promise<'graph' | 'ics' | null> {
  let placed: 'graph' | 'ics' | null = null;
  for (const { watches } of incidents)
    for (const watch of watches) {
      const where = await placeSlot(context, { watch, conversation }, { start: at, actor });
      if (placed !== 'graph' && where !== null) placed = where;
    }
  return placed;
}

/**
 * Somebody says when they install what mends it: they have it, an appointment is made, and nothing is said until then.
 * Throws UserError where it would be too late, or is over.
 */
export async function installingReply(
  context: CommandContext,
  conversation: Conversation,
  incidents: OpenIncident[],
  { actor, say, at }: { actor: Actor; say: Say; at: Instant },
): Promise<Card> {
  const now = context.now();
  if (at <= now) throw new UserError(say('snooze.past'));
  const last = Math.min(...incidents.flatMap(({ item }) => (item && item.notAfter > now ? [lastInstant(item)] : [])));
  if (at > last) throw new UserError(say('installing.late', { date: shortInstant(last, { now, say, zoned: true }) }));
  const by: Taker = { id: actor.id, name: actor.name, since: now };
  await changing(context, conversation, async (operations) => {
    let over = 0;
    for (const { incident } of incidents) {
      const found = await operations.findIncident(conversation.id, incident.id);
      const taker = found?.takenBy?.id === actor.id ? found.takenBy : by;
      if (await operations.planInstallation(incident.id, taker, at))
        await operations.recordAudit([auditOf(context, { conversation, actor }, 'installing', incident.cause)]);
      else over += 1;
    }
    if (over === incidents.length) throw new UserError(say('incident.closed'));
  });
  const where = await place(context, conversation, incidents, { actor, at });
  const watches = new Map(incidents.flatMap((one) => one.watches).map((watch) => [watch.id, watch]));
  const values = {
    name: takerName(actor, say),
    date: shortInstant(at, { now, say, zoned: true }),
    targets: namesOfWatches([...watches.values()], say),
  };
  const sentence = say(
    where === 'graph' ? 'installing.outlook' : where === 'ics' ? 'installing.feed' : 'installing.here',
  );
  const state = { symbol: '👀', word: say('incident.word.taken', { name: values.name }) };
  return sentenceCard(say('installing.title', values), sentence, say, { tone: 'held', state });
}
