import type { Card } from '../../core/card.ts';
import { problemCard } from '../../core/chat/cards/replies.ts';
import type { Say } from '../../core/language/language.ts';
import { MINUTE } from '../../core/time.ts';
import type { Inbound } from '../../core/model/inbound.ts';
import type { StoreOperations } from '../../core/ports/store.ts';
import type { FlowContext } from '../context.ts';

/** Who has written or pressed too often within a minute, and how often they may; `isFirst`: they do not know yet. */
export interface OverRate {
  who: 'person' | 'conversation';
  most: number;
  isFirst: boolean;
}

/** Notes a message or a press; null while neither the person nor the conversation has had too many within a minute. */
export async function overRate(
  { settings, now }: Pick<FlowContext, 'settings' | 'now'>,
  operations: Pick<StoreOperations, 'countWithin'>,
  { actor, conversation }: Pick<Inbound, 'actor' | 'conversation'>,
): Promise<OverRate | null> {
  const { person, conversation: most } = settings.messageRate;
  const byPerson = await operations.countWithin(`person ${conversation.channel} ${actor.id}`, MINUTE, now());
  // Whoever goes on alone leaves room to the others.
  if (byPerson > person) return { who: 'person', most: person, isFirst: byPerson === person + 1 };
  const byAll = await operations.countWithin(`conversation ${conversation.id}`, MINUTE, now());
  return byAll > most ? { who: 'conversation', most, isFirst: byAll === most + 1 } : null;
}

/** What they are told, once. */
export function overRateCard({ who, most }: OverRate, say: Say): Card {
  return problemCard(say(`rate.${who}`, { most }), say);
}
