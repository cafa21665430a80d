import { type ConversationReference, type TurnContext } from 'botbuilder';
import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import { isLoopbackUrl } from '../../http/loopback.ts';
import { withoutThread } from './activity.ts';
import type { TeamsAdapter } from './adapter.ts';
import type { Connector } from './connector.ts';

/**
 * What we keep of a conversation: the SDK's reference, and the app id whose token vouched for its serviceUrl (null:
 * local mode).
 */
const referenceSchema = z.looseObject({
  vouchedFor: z.string().nullable(),
  serviceUrl: z.string().min(1),
  conversation: z.looseObject({ id: z.string().min(1) }),
});

/** The thread below a message of a channel; null where the reference is unreadable. */
export function threadAt(stored: unknown, activityId: string): string | null {
  const parsed = referenceSchema.safeParse(stored);
  return parsed.success ? `${parsed.data.conversation.id};messageid=${activityId}` : null;
}

/** Turns that the bot begins by itself, in conversations that it has stored. `appId` is null in local mode. */
export function createProactive(options: { adapter: TeamsAdapter; connector: Connector; appId: string | null }) {
  const { adapter, connector, appId } = options;

  /** Throws DeliveryError `refused` when the reference is unreadable, or not to be trusted. */
  function referenceFor(stored: unknown, thread: unknown): Partial<ConversationReference> {
    const parsed = referenceSchema.safeParse(stored);
    if (!parsed.success) throw new DeliveryError('refused', 'The stored conversation reference is unreadable.');
    const { vouchedFor, ...reference } = parsed.data;
    // The bearer token goes to this address: only one that a token for this very bot vouched for, or loopback without a
    // token.
    const isSafe = appId === null ? isLoopbackUrl(reference.serviceUrl) : vouchedFor === appId;
    if (!isSafe) throw new DeliveryError('refused', 'The stored conversation belongs to another bot registration.');
    const { conversation } = reference;
    const isThread = typeof thread === 'string' && withoutThread(thread) === conversation.id;
    return {
      ...reference,
      conversation: { ...conversation, id: isThread ? thread : conversation.id },
    } as Partial<ConversationReference>;
  }

  /** Runs `act` in a proactive turn. Its error is caught inside the turn, where the SDK cannot swallow or wrap it. */
  async function inConversation<T>(
    reference: Partial<ConversationReference>,
    act: (context: TurnContext) => Promise<T>,
    late?: (activityId: string) => void,
  ): Promise<T> {
    return connector.pass(async () => {
      let outcome: { value: T } | { error: unknown } | undefined;
      await adapter.continueConversationAsync(appId ?? '', reference, async (context) => {
        try {
          outcome = { value: await act(context) };
        } catch (error) {
          outcome = { error };
        }
      });
      if (!outcome) throw new Error('The SDK did not run the turn.');
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    }, late);
  }

  return { referenceFor, inConversation };
}

export type Proactive = ReturnType<typeof createProactive>;
