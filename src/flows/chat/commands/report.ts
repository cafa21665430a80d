import { reportCard } from '../../../core/chat/cards/report.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import type { Command } from '../../../core/chat/command.ts';
import { numberOf, pastPeriodOf, unitOf, type Calendar } from '../../../core/chat/list/periods.ts';
import type { Conversation } from '../../../core/model/conversation.ts';
import { RETENTION } from '../../../core/model/retention.ts';
import { reportOf, type ReportPeriod } from '../../../core/chat/overview/report.ts';
import { DAY } from '../../../core/time.ts';
import { viewsOf } from '../../reminders/view.ts';
import { calendarHere } from './list-filter.ts';
import { tellable } from '../outsiders.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';

/** Days that are told of when nobody says how many. */
const USUAL = 90;
const DAYS = { day: 1, week: 7, month: 30, quarter: 91, year: 365 };
const LEADING =
  /^(?:for|of|over|about|the|last|past|previous|since|in|on|für|über|der|die|den|des|letzte[rsnm]?|vergangene[rsnm]?|im|jahr|year|from|von)$/;

const TO_COME = /^(?:next|coming|upcoming|following|tomorrow|nächste[rsnm]?|kommende[rsnm]?|folgende[rsnm]?|morgen)$/;

function lastDays(days: number, now: number): ReportPeriod {
  return { from: now - days * DAY, to: now, days };
}

/** What `report` is asked about: the last days, or a period such as a year; null: that cannot be read. */
function periodIn(span: string, calendar: Calendar): ReportPeriod | null {
  const { now } = calendar;
  const words = span
    .replaceAll(/[,;!?]/g, ' ')
    .split(' ')
    .filter((word) => word !== '');
  if (words.length === 0) return lastDays(USUAL, now);
  // What is to come stands in every report.
  if (words.some((word) => TO_COME.test(word))) return null;
  const named = pastPeriodOf(words, calendar);
  const rest = [...words];
  while (rest.length > 1 && LEADING.test(rest[0]!)) rest.shift();
  const [first = '', second] = rest;
  const short = /^(\d{1,4})([dwmy])?$/.exec(first);
  const unit = short?.[2] === 'm' ? 'month' : short?.[2] ? unitOf(short[2]) : unitOf(second);
  const number = short ? Number(short[1]) : numberOf(first);
  const isYear = short !== null && second === undefined && short[2] === undefined && number! >= 1900;
  const isLength = number !== null && !isYear && rest.length <= 2 && (unit !== null || second === undefined);
  if (isLength) {
    const days = number * DAYS[unit ?? 'day'];
    return days > 0 && days <= RETENTION.history / DAY ? lastDays(days, now) : null;
  }
  const found = named ?? pastPeriodOf(rest, calendar);
  const period = found && { from: found.from.toMillis(), to: found.to.toMillis() };
  return period && period.from < now ? period : null;
}

async function historySince(context: CommandContext, conversation: Conversation): Promise<number> {
  const known = Number((await context.store.getValue('history-since')) ?? 0);
  return Math.max(known, conversation.createdAt);
}

/** `report`: what lapsed, what was renewed in time, and what is to come. */
export async function report(
  context: CommandContext,
  { inbound, say }: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'report' }>,
): Promise<Reply> {
  const now = context.now();
  const { zone = 'UTC' } = say;
  const period = periodIn(command.span, calendarHere(context, conversation, { now, say }));
  if (!period) return forAsker(problemCard(say('report.period', { text: command.span.slice(0, 40) }), say));
  const isOutsider = !!inbound.actor.outsider;
  const watches = tellable(await context.store.listWatches(conversation.id), isOutsider);
  const views = await viewsOf(context, context.store, conversation, watches);
  const history = tellable(await context.store.historySince(conversation.id, now - RETENTION.history), isOutsider);
  if (views.length === 0 && history.length === 0)
    return forAsker(problemCard(`${say('list.empty.title')}. ${say('list.empty')}`, say));
  const since = await historySince(context, conversation);
  return forAsker(reportCard(reportOf(views, history, { period, now, zone, since }), { now, say }));
}
