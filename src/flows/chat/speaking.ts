import { inZone, sayTo, type Say } from '../../core/language/language.ts';
import type { Conversation, ConversationInput } from '../../core/model/conversation.ts';
import type { Actor } from '../../core/model/people.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';
import type { FlowContext } from '../context.ts';

/**
 * How somebody is answered: in their language, with all times in one zone. In their own chat that is theirs; elsewhere,
 * where others read as well, the conversation's (`stored`: it as far as it is known). Whoever tells a time names the
 * zone once (`zoneWords`).
 */
export function sayFor(
  { settings: { defaultTimeZone } }: Pick<FlowContext, 'settings'>,
  { locale, timeZone }: Pick<Actor, 'locale' | 'timeZone'>,
  { kind }: Pick<ConversationInput, 'kind'>,
  stored: Pick<Conversation, 'settings'> | null,
): Say {
  const own = kind === 'personal' ? timeZone : null;
  const zone = [own, stored?.settings.timeZone, defaultTimeZone].find((one) => one && isTimeZone(one));
  return inZone(sayTo(locale), zone ?? 'UTC');
}
