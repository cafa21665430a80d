import type { About } from '../src/core/about.ts';
import type { ActionRequest, Card } from '../src/core/card.ts';
import { DeliveryError } from '../src/core/errors.ts';
import type { ConversationInput } from '../src/core/model/conversation.ts';
import type { Actor } from '../src/core/model/people.ts';
import type { Messenger } from '../src/core/ports/channel.ts';
import type { Instant } from '../src/core/time.ts';

/** What notifies people, or changes in silence what they have. */
export interface Arrival {
  at: Instant;
  id: string;
  isEdit: boolean;
  about: About | undefined;
  summary: string;
}

export const ANNA: Actor = {
  id: 'plain:anna',
  name: 'Anna',
  mailbox: null,
  timeZone: 'Europe/Berlin',
  locale: 'en-GB',
  tenantId: 'tenant',
  notice: null,
};

export const OPERATIONS: ConversationInput = {
  id: 'plain:operations',
  channel: 'plain',
  kind: 'channel',
  tenantId: 'tenant',
  name: 'Operations',
  reference: {},
};

/** The button by which somebody says that they have it. */
function takes({ actions = [] }: Card): ActionRequest | null {
  const found = actions.find((action) => action.kind === 'execute' && /^(?:take|ack)$/.test(action.action.name));
  return found?.kind === 'execute' ? found.action : null;
}

/**
 * A channel that notes what arrives; nothing does while `isAway`. `posted` hears of each message that can be answered by
 * taking it in hand.
 */
export function createPlainChat(options: {
  now: () => Instant;
  isAway: () => boolean;
  posted: (take: ActionRequest | null) => void;
}) {
  const { now, isAway, posted } = options;
  const arrivals: Arrival[] = [];

  function arrive(id: string, card: Card, isEdit: boolean): void {
    if (isAway()) throw new DeliveryError('unavailable', 'the chat is out of reach');
    arrivals.push({ at: now(), id, isEdit, about: card.about, summary: card.summary });
  }

  const messenger: Messenger = {
    channel: 'plain',
    async send(_conversation, card) {
      const activityId = `message-${arrivals.length + 1}`;
      arrive(activityId, card, false);
      if (card.about?.kind === 'alert') posted(takes(card));
      return { activityId };
    },
    async update(_conversation, activityId, card) {
      arrive(activityId, card, true);
    },
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody else is here')),
    download: () => Promise.reject(new DeliveryError('refused', 'nobody attaches files here')),
    personOf: () => null,
    link: () => null,
    async remove() {},
  };
  return { messenger, arrivals };
}
