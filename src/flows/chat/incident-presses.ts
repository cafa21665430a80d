import { z } from 'zod';
import { SNOOZES } from '../../core/reminders/quiet-times.ts';
import type { Card } from '../../core/card.ts';
import { ALL_OF_MESSAGE, firstCard } from '../../core/chat/cards/incident-presses.ts';
import { sentenceCard } from '../../core/chat/cards/replies.ts';
import { UserError } from '../../core/errors.ts';
import { shortInstant } from '../../core/language/dates.ts';
import { inZone, type Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { InboundAction } from '../../core/model/inbound.ts';
import type { Watch } from '../../core/model/watch.ts';
import { connects, typedTarget } from '../../core/targets/target.ts';
import { installingReply } from './commands/installing.ts';
import { spent } from './commands/look.ts';
import type { CommandContext } from './commands/reply.ts';
import {
  giveBack,
  havers,
  instantMeant,
  limitOf,
  namesOfWatches,
  newestCard,
  notGivenBack,
  openIncidents,
  snooze,
  take,
  takerName,
  watchesOf,
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

/** What a button is about: one incident, or all that its message shows. */
interface Pressed {
  incidents: [OpenIncident, ...OpenIncident[]];
  watches: Watch[];
  /** The message with the button; null: any. */
  message: string | null;
  from: string | null;
}

async function pressedOf(context: CommandContext, conversation: Conversation, press: Press): Promise<Pressed> {
  const data = incidentData.safeParse(press.action.data);
  const open = data.success ? await openIncidents(context, conversation) : [];
  const { incident: id, message = '', from = null } = data.data ?? {};
  const [first, ...others] = open.filter(({ incident }) => {
    return id === ALL_OF_MESSAGE ? incident.message === message : incident.id === id;
  });
  if (!first) throw new UserError(press.say('incident.closed'));
  const incidents: Pressed['incidents'] = [first, ...others];
  return { incidents, watches: watchesOf(incidents), message: message || null, from };
}

/** Speaks in the zone of the alert. */
function cardsSay(
  context: CommandContext,
  conversation: Conversation,
  { watches }: Pick<Pressed, 'watches'>,
  say: Say,
): Say {
  return inZone(say, zoneOf(context, { reminders: [], conversation, own: watches[0]?.ownerTimeZone ?? null }));
}

function newest(context: CommandContext, conversation: Conversation, pressed: Pressed) {
  const { incidents, message } = pressed;
  return newestCard(context, conversation, { id: incidents[0].incident.id, message });
}

/** The card as it stands now in the place of the pressed one; from an older one: a sentence beside it. */
async function shown(
  context: CommandContext,
  conversation: Conversation,
  { pressed, title, say }: { pressed: Pressed; title: string; say: Say },
): Promise<Card | 'later' | { beside: Card }> {
  const card = await newest(context, conversation, pressed);
  return card ?? { beside: sentenceCard(title, say('incident.newest'), say, { tone: 'good' }) };
}

/** “later”: the card is edited in a moment. */
type Answer = Promise<Card | 'later' | { beside: Card } | { typed: string; mention?: string }>;
type Doing = (context: CommandContext, conversation: Conversation, press: Press) => Answer;

/** Somebody has it. Of two who say so at once the first one does, which the other one is told. */
async function onTake(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const { actor, say } = press;
  const { incidents, watches, from } = pressed;
  const lost = await take(context, conversation, incidents, { actor, say, from });
  const [first, ...others] = havers(lost, say);
  const rest = incidents.filter((one) => !lost.some(({ of }) => of === one));
  if (first && rest.every(({ incident }) => incident.takenBy?.id === actor.id))
    return { beside: firstCard(first, say, others) };
  const title = say('ack.title', { name: takerName(actor, say), targets: namesOfWatches(watches, say) });
  return shown(context, conversation, { pressed, title, say });
}

async function onGiveBack(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const { actor, say } = press;
  const refused = await giveBack(context, conversation, pressed.incidents, { actor, say });
  if (refused.length === pressed.incidents.length) throw new UserError(notGivenBack(refused, say).join(' '));
  const title = say('unack.title', { targets: namesOfWatches(pressed.watches, say) });
  return shown(context, conversation, { pressed, title, say });
}

/** Nothing more is said of it until then, unless there is news. */
async function onSnooze(context: CommandContext, conversation: Conversation, press: Press): Answer {
  const pressed = await pressedOf(context, conversation, press);
  const say = cardsSay(context, conversation, pressed, press.say);
  const data = untilData.safeParse(press.action.data);
  const now = context.now();
  const limit = Math.min(...pressed.incidents.map((one) => limitOf(context, conversation, one)));
  const which = data.success ? data.data.until : 'tomorrow';
  const { actor } = press;
  const wanted = await instantMeant(context, conversation, which, { actor, say, watches: pressed.watches, limit });
  const until = Math.min(limit, wanted ?? limit);
  if (until <= now) throw new UserError(say('incident.too-late'));
  const incidents = pressed.incidents.map(({ incident }) => incident);
  await snooze(context, conversation, { incidents, until }, { actor, say });
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
  const { actor } = press;
  const { incidents, from } = pressed;
  const answer = await installingReply(context, conversation, incidents, { actor, say, at: data.data.at, from });
  const card = answer.isFirst ? await newest(context, conversation, pressed) : null;
  return card ?? { beside: answer.card };
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
