import { z } from 'zod';
import { fingerprintOf } from '../../core/alerts/causes.ts';
import { snoozeLimit } from '../../core/alerts/snooze.ts';
import type { Card } from '../../core/card.ts';
import { UserError } from '../../core/errors.ts';
import type { Say } from '../../core/language/language.ts';
import { shorten } from '../../core/language/wording.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import { LOOKED, type Incident } from '../../core/model/incident.ts';
import type { InboundAction } from '../../core/model/inbound.ts';
import { DAY, SECOND, type Instant } from '../../core/time.ts';
import type { CommandContext } from './commands/reply.ts';

/** The card that shows it is waited for no longer than this. */
const SHOWN_WITHIN = 2 * SECOND;

const incidentData = z.object({ incident: z.string().max(64) });

type Press = InboundAction & { say: Say };

async function incidentOf({ store }: CommandContext, conversation: Conversation, press: Press): Promise<Incident> {
  const data = incidentData.safeParse(press.action.data);
  const incident = data.success ? await store.findIncident(conversation.id, data.data.incident) : null;
  if (!incident || incident.closedAt !== null) throw new UserError(press.say('incident.closed'));
  return incident;
}

/** Changes an incident while nobody else decides on it, and shows its new card. Null: it is shown elsewhere. */
async function change(
  context: CommandContext,
  conversation: Conversation,
  incident: Incident,
  work: (operations: Parameters<Parameters<CommandContext['store']['transaction']>[0]>[0]) => Promise<void>,
): Promise<Card | null> {
  const { store, now, notifier } = context;
  await store.transaction(async (operations) => {
    await operations.lockIncidents(conversation.id);
    await work(operations);
    await operations.mark('alerts', [{ key: conversation.id, part: LOOKED }], { now: now() });
  });
  await notifier.workedOff([conversation.id], SHOWN_WITHIN);
  context.deliverer.kick();
  const id = (await store.findIncident(conversation.id, incident.id))?.message ?? null;
  const [message] = id === null ? [] : await store.getMessages([id]);
  return message?.card ?? null;
}

/** Somebody has it. Of two who say so at once the first one does, which the other one is told. */
export async function takeIncident(
  context: CommandContext,
  conversation: Conversation,
  press: Press,
): Promise<Card | null> {
  const incident = await incidentOf(context, conversation, press);
  const { actor, say } = press;
  const by = { id: actor.id, name: actor.name };
  return change(context, conversation, incident, async (operations) => {
    if (await operations.takeIncident(incident.id, by)) return;
    const other = (await operations.findIncident(conversation.id, incident.id))?.takenBy ?? null;
    if (other === null) throw new UserError(say('incident.closed'));
    if (other.id !== by.id) throw new UserError(say('incident.taken', { name: shorten(other.name, 60) }));
  });
}

/** Until when it can be kept silent about: a day, less where something of it comes earlier. */
async function untilOf(
  { store, now }: CommandContext,
  conversation: Conversation,
  { cause }: Incident,
): Promise<Instant> {
  const wanted = now() + DAY;
  const print = fingerprintOf(cause);
  const [item] = print === null ? [] : await store.getCertificates([print]);
  if (!item) return wanted;
  const watches = await store.listWatches(conversation.id);
  const policies = [conversation.policy, ...watches.map(({ policy }) => policy ?? conversation.policy)];
  return Math.min(wanted, ...policies.map((policy) => snoozeLimit(item, policy, now())));
}

/** Nothing more is said of it for a day, unless there is news. */
export async function snoozeIncident(
  context: CommandContext,
  conversation: Conversation,
  press: Press,
): Promise<Card | null> {
  const incident = await incidentOf(context, conversation, press);
  const until = await untilOf(context, conversation, incident);
  if (until <= context.now()) throw new UserError(press.say('incident.too-late'));
  return change(context, conversation, incident, async (operations) => {
    if (!(await operations.snoozeIncident(incident.id, until))) throw new UserError(press.say('incident.closed'));
  });
}
