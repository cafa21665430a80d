import type { CardAction } from '../../core/card.ts';
import type { WatchView } from '../../core/cards/list.ts';
import type { Certificate, Instant } from '../../core/certificate.ts';
import { policyOf } from '../../core/effects.ts';
import type { Say } from '../../core/language.ts';
import { outlookLink } from '../../core/outlook-link.ts';
import type { Threshold } from '../../core/policy.ts';
import type { Conversation, DeliveryStatus, Reminder, StoreOperations, Watch } from '../../core/ports.ts';
import { defaultWorkingTime, planEvent } from '../../core/reminder.ts';
import { isoMinute, localMinute, shorten } from '../../core/wording.ts';
import type { FlowContext } from '../context.ts';
import { routeOf } from '../plan.ts';

/** Watches with what is known of their targets. */
export async function viewsOf(
  operations: StoreOperations,
  conversation: Conversation,
  watches: Watch[],
): Promise<WatchView[]> {
  const targets = new Map(
    (await operations.getTargets(watches.map(({ targetId }) => targetId))).map((row) => [row.id, row]),
  );
  const prints = [...new Set([...targets.values()].flatMap(({ state }) => state?.leaves ?? []))];
  const certificates = new Map((await operations.getCertificates(prints)).map((one) => [one.fingerprint, one]));
  return watches.flatMap((watch) => {
    const target = targets.get(watch.targetId);
    if (!target) return [];
    const leaves = (target.state?.leaves ?? []).flatMap((print) => certificates.get(print) ?? []);
    return [{ watch, target, leaves, policy: policyOf({ watch, conversation }) }];
  });
}

/** The reminders of one watch's certificate, with how far their delivery is. */
export async function remindersOf(
  context: FlowContext,
  watch: Watch,
  leaf: string | null,
): Promise<{ reminder: Reminder; status: DeliveryStatus | null }[]> {
  const route = routeOf(context.settings, watch);
  if (!route || leaf === null) return [];
  const all = await context.store.listReminders(route.calendar, route.mailbox);
  const own = all.filter(({ fingerprint, wanted }) => fingerprint === leaf && wanted);
  const statuses = new Map(
    (await context.store.deliveryStatuses(own.map(({ id }) => id))).map((status) => [status.id, status]),
  );
  return own.map((reminder) => ({ reminder, status: statuses.get(reminder.id) ?? null }));
}

function placeOf({ calendar, event }: Reminder, status: DeliveryStatus | null, say: Say): string {
  const instant = localMinute(event.start, event.zone);
  if (calendar === 'ics') return say('reminder.feed', { instant });
  if (!status || status.state === 'done') return say('reminder.outlook', { instant });
  const { lastError, attempts, dueAt } = status;
  if (lastError === null) return say('reminder.queued', { instant });
  const values = { instant, attempts, error: shorten(lastError, 160) };
  if (dueAt === null) return say('reminder.tried', values);
  return say('reminder.retried', { ...values, next: isoMinute(dueAt) });
}

/** One fact per reminder: when, and where it is. */
export function reminderFacts(
  reminders: { reminder: Reminder; status: DeliveryStatus | null }[],
  say: Say,
): { label: string; value: string }[] {
  return reminders
    .toSorted((a, b) => a.reminder.event.start - b.reminder.event.start)
    .map(({ reminder, status }) => ({
      label: say(`label.reminder-${reminder.kind}`),
      value: placeOf(reminder, status, say),
    }));
}

/** A button that opens Outlook on the web with the renew event filled in; it needs no permission at all. Empty for expired certificates. */
export function outlookAction(
  leaf: Certificate | undefined,
  uri: string,
  options: {
    policy: Threshold[] | null;
    timeZone: string | null;
    now: Instant;
    say: Say;
    planned?: Reminder | undefined;
  },
): CardAction[] {
  if (!leaf || leaf.notAfter <= options.now) return [];
  const wanted = { certificate: leaf, targets: [uri], policies: [options.policy], language: options.say.language };
  const event =
    options.planned?.event ??
    planEvent('renew', wanted, defaultWorkingTime(options.timeZone), { now: options.now, kept: null });
  return [{ kind: 'open', label: options.say('button.outlook'), url: outlookLink(event) }];
}
