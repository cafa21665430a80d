import { DAY } from '../../core/time.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { WorkingTime } from '../../core/model/reminder.ts';
import type { FlowContext } from '../context.ts';
import { markDestinations } from './destinations.ts';
import type { Planner } from './planner.ts';

export interface WorkingHours {
  /**
   * Asks the service when a mailbox's person works; where that has changed, their reminders are planned anew, which is
   * waited for. Throws DeliveryError.
   */
  ask(mailbox: string): Promise<void>;
  /** The same unless it was asked within a day; that it is not to be seen is taken for an answer. */
  refresh(mailbox: string): Promise<void>;
}

/** When the people of mailboxes work, as the calendar's service tells it. */
export function createWorkingHours(context: FlowContext, planner: Pick<Planner, 'planned'>): WorkingHours {
  const { store, calendar, now } = context;
  const refreshing = new Map<string, Promise<void>>();

  async function note(mailbox: string, workingTime: WorkingTime | null): Promise<void> {
    const destination = { calendar: 'graph' as const, mailbox };
    await store.transaction(async (operations) => {
      const before = await operations.getWorkingTime(mailbox);
      // Also that it is not to be seen is kept: it is asked for once a day, and not at each write.
      await operations.setWorkingTime(mailbox, workingTime, now());
      if (JSON.stringify(before?.workingTime ?? null) !== JSON.stringify(workingTime))
        await markDestinations(context, operations, [destination], null);
    });
    await planner.planned([destination]);
  }

  async function ask(mailbox: string): Promise<void> {
    await note(mailbox, await calendar!.workingTime(mailbox));
  }

  async function refreshOnce(mailbox: string): Promise<void> {
    const known = await store.getWorkingTime(mailbox);
    if (!calendar || (known && now() - known.fetchedAt < DAY)) return;
    try {
      await ask(mailbox);
    } catch (error) {
      // What is refused is not known; the events need not wait for it.
      if (!(error instanceof DeliveryError) || error.code !== 'refused') throw error;
      await note(mailbox, null);
    }
  }

  function refresh(mailbox: string): Promise<void> {
    const under = refreshing.get(mailbox);
    if (under) return under;
    const refresh = refreshOnce(mailbox).finally(() => refreshing.delete(mailbox));
    refreshing.set(mailbox, refresh);
    return refresh;
  }

  return { ask, refresh };
}
