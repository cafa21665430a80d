import { inZone, sayTo, type Say } from '../../core/language/language.ts';
import type { Conversation, ConversationInput } from '../../core/model/conversation.ts';
import type { Actor } from '../../core/model/people.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';
import type { FlowContext } from '../context.ts';

/**
 * How somebody is answered: in their language, with all times in one zone: the one that the conversation has set
 * (`stored`: it as far as it is known), else, in their own chat, where nobody else reads, theirs. Whoever tells a time
 * names the zone once (`zoneWords`).
 */
export function sayFor(
  { settings: { defaultTimeZone } }: Pick<FlowContext, 'settings'>,
  { locale, timeZone }: Pick<Actor, 'locale' | 'timeZone'>,
  { kind }: Pick<ConversationInput, 'kind'>,
  stored: Pick<Conversation, 'settings'> | null,
): Say {
  const own = kind === 'personal' ? timeZone : null;
  const zone = [stored?.settings.timeZone, own, defaultTimeZone].find((one) => one && isTimeZone(one));
  return inZone(sayTo(locale), zone ?? 'UTC');
}
