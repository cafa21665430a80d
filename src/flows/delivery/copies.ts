import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../../core/backoff.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Delivery } from '../../core/model/delivery.ts';
import { SECOND } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { untilStored } from '../queue/until-stored.ts';
import { placeOf } from './to-chats.ts';

/** Tries to take back an extra copy; afterwards it stays. Pauses in milliseconds. */
const TRIES_TO_TAKE_BACK = 4;
const PAUSES_TO_TAKE_BACK = { first: 2 * SECOND, longest: 60 * SECOND, factor: 6 };

/** Messages that may have arrived more than once; they are looked after while other deliveries go on. */
export interface Copies {
  /**
   * A message of which it was not known whether it arrived: it will be the delivery's only one, or is taken back where
   * another is known already.
   */
  arrivedAfterAll(delivery: Delivery, activityId: string): void;
  /** Removes a message of which there is another copy. */
  takeBack(delivery: Delivery, activityId: string): void;
}

/** The service may be away just now, as it was when the copy came about. */
async function takeBack(context: FlowContext, delivery: Delivery, activityId: string): Promise<void> {
  const { log } = context;
  for (let failures = 0; failures < TRIES_TO_TAKE_BACK; failures += 1) {
    await sleep(backoff(failures, PAUSES_TO_TAKE_BACK), undefined, { ref: false });
    try {
      const { conversation, messenger } = await placeOf(context, delivery);
      if (!conversation || !messenger) return;
      await messenger.remove(conversation, activityId, { thread: delivery.thread });
      return log.info({ delivery: delivery.id }, 'an extra copy of a message was taken back');
    } catch (error) {
      if (error instanceof DeliveryError && error.permanent) return;
    }
  }
  log.warn({ delivery: delivery.id }, 'an extra copy of a message could not be taken back');
}

/** Looks after copies; `kick`: a message is to be sent again, in the place of the one that arrived. */
export function createCopies(context: FlowContext, kick: () => void): Copies {
  const { store, log, now } = context;

  function background(delivery: Delivery, work: Promise<void>): void {
    work.catch((error: unknown) => log.warn({ err: error, delivery: delivery.id }, 'a copy could not be looked after'));
  }

  async function settle(delivery: Delivery, activityId: string): Promise<void> {
    const current = await untilStored(() => store.noteActivity(delivery.id, activityId, now()));
    if (current !== null && current !== activityId) await takeBack(context, delivery, activityId);
    else kick();
  }

  return {
    arrivedAfterAll: (delivery, activityId) => background(delivery, settle(delivery, activityId)),
    takeBack: (delivery, activityId) => background(delivery, takeBack(context, delivery, activityId)),
  };
}
