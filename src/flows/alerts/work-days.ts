import type { WorkDays } from '../../core/reminders/quiet-times.ts';
import type { Say } from '../../core/language/language.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import { defaultWorkingTime } from '../../core/reminders/plan-event.ts';
import { closuresOf } from '../../core/reminders/working-days.ts';
import type { FlowContext } from '../context.ts';

/** When people of a conversation work, in the zone of what is said. */
export function workDaysOf(
  { settings, holidays }: Pick<FlowContext, 'settings' | 'holidays'>,
  conversation: Conversation,
  say: Say,
): WorkDays {
  const region = conversation.settings.holidays ?? settings.holidays;
  const regions = region === null || region === 'none' ? [] : [region];
  // In a freeze nothing is changed, but people read.
  const closures = closuresOf({ holidays: regions, freezes: [], language: say.language }, holidays);
  return { working: defaultWorkingTime(say.zone ?? settings.defaultTimeZone), closures };
}
