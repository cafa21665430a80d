import { lastInstant } from '../../../core/alerts/snooze.ts';
import type { Card } from '../../../core/card.ts';
import { firstCard } from '../../../core/chat/cards/incident-presses.ts';
import { sentenceCard } from '../../../core/chat/cards/replies.ts';
import { UserError } from '../../../core/errors.ts';
import { shortInstant } from '../../../core/language/dates.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Taker } from '../../../core/model/incident.ts';
import type { Actor } from '../../../core/model/people.ts';
import type { Instant } from '../../../core/time.ts';
import { placeSlot } from '../../reminders/slots.ts';
import { changing, havers, namesOf, takerName, type OpenIncident } from '../open-incidents.ts';
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
 * What somebody else has, but for `from`, stays theirs, and the answer tells whose it is. Throws UserError where it
 * would be too late, or is over.
 */
export async function installingReply(
  context: CommandContext,
  conversation: Conversation,
  incidents: OpenIncident[],
  { actor, say, at, from }: { actor: Actor; say: Say; at: Instant; from: string | null },
): Promise<{ card: Card; isFirst: boolean }> {
  const now = context.now();
  if (at <= now) throw new UserError(say('snooze.past'));
  const last = Math.min(...incidents.flatMap(({ item }) => (item && item.notAfter > now ? [lastInstant(item)] : [])));
  if (at > last) throw new UserError(say('installing.late', { date: shortInstant(last, { now, say, zoned: true }) }));
  const by: Taker = { id: actor.id, name: actor.name, since: now };
  const theirs: { of: OpenIncident; by: Taker }[] = [];
  await changing(context, conversation, async (operations) => {
    let over = 0;
    for (const of of incidents) {
      const { incident } = of;
      const { takenBy = null } = (await operations.findIncident(conversation.id, incident.id)) ?? {};
      if (takenBy !== null && takenBy.id !== actor.id && takenBy.id !== from) {
        theirs.push({ of, by: takenBy });
        continue;
      }
      const taker = takenBy?.id === actor.id ? takenBy : by;
      if (await operations.planInstallation(incident.id, taker, at))
        await operations.recordAudit([auditOf(context, { conversation, actor }, 'installing', incident.cause)]);
      else over += 1;
    }
    if (over === incidents.length) throw new UserError(say('incident.closed'));
  });
  const mine = incidents.filter((one) => !theirs.some(({ of }) => of === one));
  const [first, ...others] = havers(theirs, say);
  if (mine.length === 0 && first) return { card: firstCard(first, say, others), isFirst: false };
  const where = await place(context, conversation, mine, { actor, at });
  const values = {
    name: takerName(actor, say),
    date: shortInstant(at, { now, say, zoned: true }),
    targets: namesOf(mine, say),
  };
  const sentence = say(
    where === 'graph' ? 'installing.outlook' : where === 'ics' ? 'installing.feed' : 'installing.here',
  );
  const state = { symbol: '👀', word: say('incident.word.taken', { name: values.name }) };
  const more = (first ? [first, ...others] : []).map((one) => say('ack.first', one));
  return {
    card: sentenceCard(say('installing.title', values), sentence, say, { tone: 'held', state, more }),
    isFirst: true,
  };
}
