import type { DeliveryError } from '../../core/errors.ts';
import type { Conversation } from '../../core/model/conversation.ts';
import type { Delivery } from '../../core/model/delivery.ts';
import { hasPassed, MINUTE, type Instant } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { untilStored } from '../queue/until-stored.ts';

/**
 * How long after a refusal of credentials what gets through elsewhere is no sign that they are taken again,
 * milliseconds.
 */
const MISTRUSTED_FOR = MINUTE;

/** What others are told of credentials. */
export interface CredentialEvents {
  /** A channel does not take us for who we are, or lacks a permission of ours. */
  credentialsRefused(conversation: Conversation, error: DeliveryError): Promise<void>;
  /** It does again. */
  credentialsTaken(conversation: Conversation): Promise<void>;
}

/** Whether channels take us for who we are. */
export interface Credentials {
  /** Nothing gets anywhere with these credentials. Told once; the next message that arrives there ends it. */
  refused(conversation: Conversation, error: DeliveryError): Promise<void>;
  /** A message got through: what waited for that need not wait any longer. */
  taken(conversation: Conversation, delivery: Delivery): Promise<void>;
}

/** Whose credentials speak in a conversation: those of its channel, or of its organisation there. */
function credentialOf({ channel, tenantId }: Conversation): string {
  return `${channel} ${tenantId ?? ''}`;
}

/** Remembers which credentials are taken; `kick`: what waited for that may be sent. */
export function createCredentials(
  { store, now }: FlowContext,
  events: CredentialEvents,
  kick: () => void,
): Credentials {
  /** Credentials that were taken when they were last used, and when others were refused last. */
  const trusted = new Set<string>();
  const mistrusted = new Map<string, Instant>();

  return {
    async refused(conversation, error) {
      const credential = credentialOf(conversation);
      const isNews = !mistrusted.has(credential);
      trusted.delete(credential);
      mistrusted.set(credential, now());
      if (isNews) await untilStored(() => events.credentialsRefused(conversation, error));
    },
    async taken(conversation, delivery) {
      const credential = credentialOf(conversation);
      if (trusted.has(credential)) return;
      // Where others are refused at the same time, this one says nothing of them: only one that was refused itself
      // does.
      const refusedAt = mistrusted.get(credential);
      const isBeside = refusedAt !== undefined && !hasPassed(refusedAt, MISTRUSTED_FOR, now());
      if (isBeside && delivery.attempts === 0) return;
      trusted.add(credential);
      mistrusted.delete(credential);
      await untilStored(() => store.releaseMessages({ channel: conversation.channel }, 'credentials', now()));
      await untilStored(() => events.credentialsTaken(conversation));
      kick();
    },
  };
}
