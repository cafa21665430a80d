import type { Card, State } from '../../card.ts';
import type { Instant } from '../../time.ts';
import type { Say } from '../../language/language.ts';
import type { Stage } from '../../certificates/stages.ts';
import type { AppCredential, AuthenticationProblem, MailboxRefusal } from '../../ports/calendar.ts';
import type { ConversationInput } from '../../model/conversation.ts';
import type { GivenUp } from '../../ports/log.ts';
import { shortDay } from '../../language/dates.ts';
import { relative, shorten } from '../../language/wording.ts';
import { STAGE_LOOK } from '../stage-look.ts';
import { capital } from './rows.ts';
import { sentenceCard } from './replies.ts';

/** Microsoft does not take the bot for who it says it is: no calendar can be written until somebody acts. */
export function graphRefusesCard({ what, code }: AuthenticationProblem, say: Say): Card {
  const sentence = say(`operators.graph.${what}`, { code: code === null ? '' : ` (${code})` });
  return sentenceCard(say('operators.graph.title'), sentence, say, {
    tone: 'attention',
    more: [say(`operators.graph.${what}.advice`), say('operators.graph.meanwhile')],
  });
}

/**
 * Mailboxes that do not let the bot in, or that are full; `shown` names them, and `isMore` says that there are others.
 */
export function mailboxesCard(
  why: MailboxRefusal['why'],
  options: { code: string | null; shown: string[]; isMore: boolean; say: Say },
): Card {
  const { code, shown, isMore, say } = options;
  const about = `operators.mailbox-${why}` as const;
  const values = { code: code === null ? '' : ` (${code})`, many: shown.length === 1 ? 'no' : 'yes' };
  const names = shown.map((name) => shorten(name, 120)).join(', ');
  const list = isMore ? say('operators.mailboxes.more', { names }) : say('operators.mailboxes', { names });
  return sentenceCard(say(`${about}.title`), say(about, values), say, {
    tone: 'attention',
    more: [list, say(`${about}.advice`), say('operators.mailboxes.meanwhile')],
  });
}

/** A secret or certificate of the bot itself is about to end, or has. */
export function credentialCard(
  { kind, name, variable, notAfter }: AppCredential,
  { stage, now, say }: { stage: Stage; now: Instant; say: Say },
): Card {
  const values = {
    kind,
    variable,
    name: shorten(name, 80) || '–',
    state: notAfter <= now ? 'expired' : 'valid',
    date: shortDay(notAfter, { now, say, year: true }),
    when: relative(notAfter, now, say),
  };
  const { tone } = STAGE_LOOK[stage];
  const symbol = stage === 'notice' ? '🔔' : stage === 'urgent' ? '⚠️' : stage === 'critical' ? '🚨' : '⛔';
  return sentenceCard(say('operators.credential.title', values), say('operators.credential', values), say, {
    tone,
    state: { symbol, word: capital(say(`stage.${stage}`)) },
    more: [say(`operators.credential.${kind}.advice`, values)],
  });
}

/** What was wrong with the bot itself is over. */
export function fixedState(say: Say): State {
  return { symbol: '✅', word: say('state.over') };
}

/** What people call the channels. */
const CHANNELS = new Map([
  ['teams', 'Microsoft Teams'],
  ['slack', 'Slack'],
]);

type ChatCredential = Pick<ConversationInput, 'channel' | 'tenantId'>;

function channelName({ channel }: ChatCredential): string {
  return CHANNELS.get(channel) ?? channel;
}

/**
 * A chat does not take the bot for who it says it is, or `lacks` names a permission that its app there does not have.
 */
export function chatRefusesCard(
  place: ChatCredential,
  { peerCode, lacks }: { peerCode: string | null; lacks: string | null },
  say: Say,
): Card {
  const values = { channel: channelName(place), code: inBrackets(lacks ?? peerCode), tenant: place.tenantId ?? '–' };
  const sentence = say(lacks === null ? 'operators.chat' : 'operators.chat.lacks', values);
  const advice = place.channel === 'slack' ? 'operators.chat.slack.advice' : 'operators.chat.teams.advice';
  return sentenceCard(say('operators.chat.title', values), sentence, say, {
    tone: 'attention',
    more: [say(advice, values)],
  });
}

/** It takes the bot again. */
export function chatAcceptsCard(place: ChatCredential, say: Say): Card {
  const title = say('operators.chat.fixed.title', { channel: channelName(place) });
  return sentenceCard(title, say('operators.chat.fixed'), say, { tone: 'good', state: fixedState(say) });
}

function inBrackets(code: string | null): string {
  return code === null ? '' : ` (${shorten(code, 60)})`;
}

/** Conversations that are named in one message; the others are counted. */
const MOST_NAMED = 10;

/**
 * Conversations that did not get a message which is not tried any more, each once per reason; `where` is a
 * conversation's name or id.
 */
export function undeliveredCard(missed: { where: string; reason: GivenUp; code: string | null }[], say: Say): Card {
  const named = missed.slice(0, MOST_NAMED).map(({ where, reason, code }) => {
    return say(`operators.undelivered.${reason}`, { where: shorten(where, 80), code: inBrackets(code) });
  });
  const count = missed.length - named.length;
  const more = count > 0 ? [say('operators.undelivered.more', { count })] : [];
  const conversations = new Set(missed.map(({ where }) => where)).size;
  const sentence = say('operators.undelivered', { count: conversations });
  return sentenceCard(say('operators.undelivered.title'), sentence, say, {
    tone: 'attention',
    more: [...named, ...more],
  });
}
