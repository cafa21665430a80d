import type { FlowContext } from '../context.ts';

/**
 * A mailbox lets the bot in (again): whatever waits there after a failed try is tried now, and not when its pause ends.
 */
export async function tryWaiting({ store, now }: Pick<FlowContext, 'store' | 'now'>, mailbox: string): Promise<void> {
  const statuses = await store.deliveryStatuses(await store.listReminderIds('graph', mailbox));
  const waiting = statuses.filter(({ state, lastError }) => state === 'pending' && lastError !== null);
  if (waiting.length === 0) return;
  await store.requeueReminders(
    waiting.map(({ id }) => id),
    now(),
  );
}
