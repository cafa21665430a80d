import { z } from 'zod';
import { SNOOZES, snoozeUntil } from '../../core/reminders/quiet-times.ts';
import type { Card } from '../../core/card.ts';
import { firstCard } from '../../core/chat/cards/incident-presses.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import { UserError } from '../../core/errors.ts';
import { shortInstant } from '../../core/language/dates.ts';
import { inZone, type Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { InboundAction } from '../../core/model/inbound.ts';
import { connects, typedTarget } from '../../core/targets/target.ts';
import { workDaysOf } from '../alerts/work-days.ts';
import { installingReply } from './commands/installing.ts';
import { spent } from './commands/look.ts';
import type { CommandContext } from './commands/reply.ts';
import {
  giveBack,
  limitOf,
  namesOfWatches,
  newestCard,
  openIncidents,
  snooze,
  take,
  takerName,
  type OpenIncident,
} from './open-incidents.ts';
import { zoneOf } from '../reminders/view.ts';

/** `message`: the one with the button; `from`: who had it as far as it showed. */
const incidentData = z.object({
  incident: z.string().max(64),
  message: z.string().max(64).default(''),
  from: z.string().max(200).nullish(),
});
const untilData = z.object({ until: z.enum(SNOOZES).default('tomorrow') });
const personData = z.object({ person: z.string().min(1).max(200) });
const atData = z.object({ at: z.coerce.number().int().positive() });

/** So many targets are looked at for one press; the others are due at once. */
const MOST_LOOKS = 20;

type Press = InboundAction & { say: Say };

interface Pressed extends OpenIncident {
  /** The message with the button; null: any. */
  message: string | null;
  from: string | null;
}

async function pressedOf(context: CommandContext, conversation: Conversation, press: Press): Promise<Pressed> {
  const data = incidentData.safeParse(press.action.data);
  const open = data.success ? await openIncidents(context, conversation) : [];
  const found = open.find(({ incident }) => incident.id === data.data?.incident);
  if (!found || !data.data) throw new UserError(press.say('incident.closed'));
  return { ...found, message: data.data.message || null, from: data.data.from ?? null };
}

/** Speaks in the zone of the alert. */
function cardsSay(context: CommandContext, conversation: Conversation, { watches }: OpenIncident, say: Say): Say {
  return inZone(say, zoneOf(context, { reminders: [], conversation, own: watches[0]?.ownerTimeZone ?? null }));
}

/** The card as it stands now in the place of the pressed one; from an older one: a sentence beside it. */
async function shown(
  context: CommandContext,
  conversation: Conversation,
  { pressed, title, say }: { pressed: Pressed; title: string; say: Say },
): Promise<Card | { beside: Card }> {
  const card = await newestCard(context, conversation, { id: pressed.incident.id, message: pressed.message });
  return card ?? { beside: sentenceCard(title, say('incident.newest'), say, { tone: 'good' }) };
}

type Answer = Promise<Card | { beside: Card } | { typed: string; mention?: string }>;
type Doing = (context: CommandContext, conversation: Conversation, press: Press) => Answer;

/** Somebody has it. Of two who say so at once the first one does, which the other one is told. */
async function onTake(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const { actor, say } = press;
  const first = await take(context, conversation, pressed.incident, { actor, say, from: pressed.from });
  const targets = namesOfWatches(pressed.watches, say);
  if (first) return { beside: firstCard({ name: takerName(first, say), targets }, say) };
  const title = say('ack.title', { name: takerName(actor, say), targets });
  return shown(context, conversation, { pressed, title, say });
}

async function onGiveBack(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const { actor, say } = press;
  const targets = namesOfWatches(pressed.watches, say);
  const refused = await giveBack(context, conversation, pressed.incident, { actor, say });
  if (refused === 'nobody') throw new UserError(say('unack.nobody', { targets }));
  if (refused) throw new UserError(say('unack.other', { name: takerName(refused, say), targets }));
  return shown(context, conversation, { pressed, title: say('unack.title', { targets }), say });
}

/** Nothing more is said of it until then, unless there is news. */
async function onSnooze(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const say = cardsSay(context, conversation, pressed, press.say);
  const data = untilData.safeParse(press.action.data);
  const now = context.now();
  const limit = limitOf(context, conversation, pressed);
  const days = workDaysOf(context, conversation, say);
  const wanted = snoozeUntil(data.success ? data.data.until : 'tomorrow', days, { now, limit });
  const until = Math.min(limit, wanted ?? limit);
  if (until <= now) throw new UserError(say('incident.too-late'));
  await snooze(context, conversation, { incidents: [pressed.incident], until }, { actor: press.actor, say });
  const title = say('snooze.title', {
    targets: namesOfWatches(pressed.watches, say),
    date: shortInstant(until, { now, say }),
  });
  return shown(context, conversation, { pressed, title, say });
}

/** As if the presser had typed it: the person is asked in their own chat. */
async function onAssign(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const { watches } = await pressedOf(context, conversation, press);
  const data = personData.safeParse(press.action.data);
  if (!data.success) throw new UserError(press.say('person.not-mentioned'));
  return { typed: `owner ${watches.map(({ uri }) => typedTarget(uri)).join('\n')} @person`, mention: data.data.person };
}

async function onDone(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const { watches } = await pressedOf(context, conversation, press);
  return { typed: `done ${watches.map(({ uri }) => typedTarget(uri)).join('\n')}` };
}

/** Looks at everything that it is about; whatever is new is told to everybody by its card. */
async function onLookAgain(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const { say } = press;
  const looked = pressed.watches.filter(({ uri }) => connects(uri));
  for (const { targetId, uri } of looked.slice(0, MOST_LOOKS)) {
    const wait = context.budget.take(conversation.id);
    if (wait > 0) throw new UserError(spent(context, wait, null, say));
    const observation = await context.observer.look(uri);
    context.budget.charge(conversation.id, observation);
    if (!observation || observation.outOf !== undefined) {
      await context.store.setTargetDue([targetId], context.now());
      continue;
    }
    await context.observer.commitLook({ targetId, leaseId: null, observation, quiet: new Set() }, { urgent: true });
  }
  const rest = looked.slice(MOST_LOOKS).map(({ targetId }) => targetId);
  if (rest.length > 0) await context.store.setTargetDue(rest, context.now());
  await context.notifier.workedOff([conversation.id], 2000);
  const title = say('done.looked', { targets: namesOfWatches(pressed.watches, say) });
  return shown(context, conversation, { pressed, title, say });
}

async function onInstalling(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const data = atData.safeParse(press.action.data);
  if (!data.success) throw new UserError(press.say('incident.closed'));
  const say = cardsSay(context, conversation, pressed, press.say);
  const beside = await installingReply(context, conversation, [pressed], { actor: press.actor, say, at: data.data.at });
  return (await newestCard(context, conversation, { id: pressed.incident.id, message: pressed.message })) ?? { beside };
}

/** What the buttons of alerts do, by their names. */
export const INCIDENT_PRESSES: Record<string, Doing> = {
  take: onTake,
  'give-back': onGiveBack,
  snooze: onSnooze,
  assign: onAssign,
  done: onDone,
  'look-again': onLookAgain,
  installing: onInstalling,
};
