import type { Card } from '../../../core/card.ts';
import { firstCard } from '../../../core/chat/cards/incident-presses.ts';
import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { snoozeNamed } from '../../../core/chat/typed-incidents.ts';
import { instantIn } from '../../../core/chat/typed-times.ts';
import { shortInstant } from '../../../core/language/dates.ts';
import { inZone, type Say } from '../../../core/language/language.ts';
import { enumerate, shorten } from '../../../core/language/wording.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import type { Actor } from '../../../core/model/people.ts';
import { typedTarget } from '../../../core/targets/target.ts';
import type { Instant } from '../../../core/time.ts';
import { zoneOf } from '../../reminders/view.ts';
import {
  giveBack,
  havers,
  instantMeant,
  limitOf,
  MOST_NAMES,
  namesOf,
  namesOfWatches,
  notGivenBack,
  openIncidents,
  snooze,
  take,
  takerName,
  type OpenIncident,
} from '../open-incidents.ts';
import { installingReply } from './installing.ts';
import { tellable } from '../outsiders.ts';
import { calendarHere } from './list-filter.ts';
import { named } from './people.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

type Said = Extract<Command, { verb: 'ack' | 'unack' | 'snooze' | 'installing' }>;

const SAID = new Set<Command['verb']>(['ack', 'unack', 'snooze', 'installing']);

export function isSaidOfIncidents(command: Command): command is Said {
  return SAID.has(command.verb);
}

/** What is meant: the incidents of these targets, the only one that is open; or the sentence that asks which. */
export async function meantIncidents(
  context: CommandContext,
  conversation: Conversation,
  { verb, targets }: Pick<Said | Extract<Command, { verb: 'done' }>, 'verb' | 'targets'>,
  { actor, say }: { actor: Actor; say: Say },
): Promise<{ incidents: OpenIncident[] } | { sentence: string }> {
  const isOutsider = !!actor.outsider;
  const open = (await openIncidents(context, conversation)).filter(({ watches }) => {
    return tellable(watches, isOutsider).length === watches.length;
  });
  if (targets === 'all' && open.length > 0) return { incidents: open };
  if (targets === null || targets === 'all') {
    if (open.length === 0) return { sentence: say('incidents.none') };
    if (open.length === 1) return { incidents: open };
    const all = open.map(({ watches }) => namesOfWatches(watches, say)).filter((names) => names !== '');
    const first = open.find(({ watches }) => watches.length > 0)?.watches[0];
    const typed = `${verb} ${first ? typedTarget(first.uri) : 'example.com'}`;
    return {
      sentence: say('incidents.which', { number: open.length, targets: enumerate(all, MOST_NAMES, say), typed }),
    };
  }
  const found = named(targets, tellable(await context.store.listWatches(conversation.id), isOutsider), say);
  if ('sentence' in found) return found;
  const ids = new Set(found.watches.map(({ id }) => id));
  const incidents = open.filter(({ watches }) => watches.some(({ id }) => ids.has(id)));
  if (incidents.length === 0)
    return { sentence: say('incidents.none-of', { targets: namesOfWatches(found.watches, say) }) };
  return { incidents };
}

/** `ack`: somebody has it. Whoever comes later is told who was first. */
async function ack(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
  incidents: OpenIncident[],
): Promise<Card> {
  const { actor } = inbound;
  const lost = await take(context, conversation, incidents, { actor, say, from: null });
  const mine = incidents.filter((one) => !lost.some(({ of }) => of === one));
  const [first, ...others] = havers(lost, say);
  if (mine.length === 0 && first) return firstCard(first, say, others);
  const sentences = (first ? [first, ...others] : []).map((one) => say('ack.first', one));
  const title = namesOf(mine, say);
  const state = { symbol: '👀', word: say('incident.word.taken', { name: takerName(actor, say) }) };
  return sentenceCard(title, say('ack.sentence'), say, { tone: 'held', state, more: sentences });
}

async function unack(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
  incidents: OpenIncident[],
): Promise<Card> {
  const refused = await giveBack(context, conversation, incidents, { actor: inbound.actor, say });
  const given = incidents.filter((one) => !refused.some(({ of }) => of === one));
  const refusals = notGivenBack(refused, say);
  if (given.length === 0) return problemCard(refusals.join(' '), say);
  const title = say('unack.title', { targets: namesOf(given, say) });
  return sentenceCard(title, say('unack.sentence'), say, { tone: 'good', more: refusals });
}

/** When a day of work begins, in minutes after midnight, where somebody names a day alone. */
const MORNING = 9 * 60;

/** The instant that somebody typed; null where it is not understood. */
export function typedInstant(
  context: CommandContext,
  conversation: Conversation,
  { text, say }: { text: string; say: Say },
): Instant | null {
  return instantIn(text, calendarHere(context, conversation, { now: context.now(), say }), MORNING);
}

async function snoozing(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
  { incidents, until: text }: { incidents: OpenIncident[]; until: string | null },
): Promise<Card> {
  if (text === null) return problemCard(say('snooze.what'), say);
  const now = context.now();
  const limit = Math.min(...incidents.map((one) => limitOf(context, conversation, one)));
  const which = snoozeNamed(text);
  const { actor } = inbound;
  const watches = incidents.flatMap((one) => one.watches);
  const wanted = which
    ? await instantMeant(context, conversation, which, { actor, say, watches, limit })
    : typedInstant(context, conversation, { text, say });
  if (wanted === null) return problemCard(say('snooze.unread', { text: shorten(text, 60) }), say);
  if (wanted <= now) return problemCard(say('snooze.past'), say);
  const until = Math.min(wanted, limit);
  if (until <= now) return problemCard(say('incident.too-late'), say);
  const all = incidents.map(({ incident }) => incident);
  await snooze(context, conversation, { incidents: all, until }, { actor, say });
  const date = shortInstant(until, { now, say, zoned: true });
  const title = say('snooze.title', { targets: namesOf(incidents, say), date });
  const more = until < wanted ? [say('snooze.limited', { date })] : [];
  return sentenceCard(title, say('snooze.sentence'), say, { tone: 'good', more });
}

/** What people say of alerts without pressing their buttons. */
export async function saidOfIncidents(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Said,
): Promise<Reply> {
  const zone = zoneOf(context, { reminders: [], conversation, own: request.inbound.actor.timeZone });
  const say = inZone(request.say, zone);
  const meant = await meantIncidents(context, conversation, command, { actor: request.inbound.actor, say });
  if ('sentence' in meant) return forAsker(problemCard(meant.sentence, say));
  // Of all of them one gives back what is one's own.
  const own = meant.incidents.filter(({ incident }) => incident.takenBy?.id === request.inbound.actor.id);
  const isOwn = command.verb === 'unack' && command.targets === 'all' && own.length > 0;
  const incidents = isOwn ? own : meant.incidents;
  const spoken = { ...request, say };
  if (command.verb === 'ack') return { card: await ack(context, spoken, conversation, incidents) };
  if (command.verb === 'unack') return { card: await unack(context, spoken, conversation, incidents) };
  if (command.verb === 'snooze')
    return { card: await snoozing(context, spoken, conversation, { incidents, until: command.until }) };
  const target = typedTarget(incidents[0]?.watches[0]?.uri ?? 'tls://example.com:443');
  if (command.on === null) return forAsker(problemCard(say('installing.what', { target }), say));
  const at = typedInstant(context, conversation, { text: command.on, say });
  if (at === null)
    return forAsker(problemCard(say('installing.unread', { text: shorten(command.on, 60), target }), say));
  const { actor } = request.inbound;
  return { card: (await installingReply(context, conversation, incidents, { actor, say, at, from: null })).card };
}
