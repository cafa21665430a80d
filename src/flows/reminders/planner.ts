import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClaimedMark } from '../../core/model/mark.ts';
import type { Reminder, Wanted, WorkingTime } from '../../core/model/reminder.ts';
import { destinationKey, destinationOf, type Destination } from '../../core/reminders/destination.ts';
import { defaultWorkingTime } from '../../core/reminders/plan-event.ts';
import { planReminders } from '../../core/reminders/plan.ts';
import { SECOND } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';
import { createMarkedQueue, type Keep } from '../queue/marked-queue.ts';
import { chunksOf } from './chunks.ts';
import { destinedOf, firstAddressees, watchIdsAt } from './destinations.ts';
import { scopeFrom, scopeOf, type Scope } from './scope.ts';
import { gatherWanted } from './wanted.ts';

/** So many of the parts that were marked are planned together. */
const TOGETHER = 64;
/** So many of the first watches of a destination say in which zone it is where nothing else does. */
const SPEAKING = 50;
/** Whoever is told where reminders are waits for their plan no longer than this. */
const TOLD_WITHIN = 5 * SECOND;

export interface Planner {
  /** Plans what is marked; resolves when nothing is left to claim. Never throws. */
  run(): Promise<void>;
  kick(): void;
  /**
   * Resolves when the reminders of these destinations are planned as what was stored before the call has it; at the
   * latest after five seconds. What is not known yet is not waited for. Resolves to whether they are.
   */
  planned(destinations: Destination[]): Promise<boolean>;
  close(): Promise<void>;
}

type Pause = () => Promise<unknown>;

/**
 * Of the mailbox itself; where that is not known, nine to five in the zone that the first of its conversations set, that
 * the first of its people has, or that of the bot.
 */
export async function workingTimeOf(context: FlowContext, destination: Destination): Promise<WorkingTime> {
  const { store, settings } = context;
  const stored = destination.calendar === 'graph' ? await store.getWorkingTime(destination.mailbox) : null;
  if (stored?.workingTime) return stored.workingTime;
  const first = await firstAddressees(context, store, destination, SPEAKING);
  const set = first.find(({ conversation }) => conversation.settings.timeZone)?.conversation.settings.timeZone;
  const own = first.find(({ addressee }) => addressee.timeZone !== null)?.addressee.timeZone;
  return defaultWorkingTime(set ?? own ?? settings.defaultTimeZone);
}

/**
 * The reminder rows of a destination, or of a part of it, that have to be stored so that it holds what it should. Reads
 * only, without a transaction. Null while it is not known whose reminders belong there: what is there stays, rather
 * than being deleted and made anew at every start.
 */
export async function planDestination(
  context: FlowContext,
  destination: Destination,
  { scope = null, pause = () => Promise.resolve() }: { scope?: Scope | null; pause?: Pause } = {},
): Promise<Reminder[] | null> {
  const { store, holidays, uuid, log } = context;
  const { calendar, mailbox } = destination;
  // Before the watches: a reminder that is made meanwhile, by a replica of an earlier version, for a watch that is added
  // meanwhile, is not to be taken for one that nobody wants.
  const existing: Reminder[] = [];
  for (const ids of chunksOf(await store.listReminderIds(calendar, mailbox, scope?.fingerprints))) {
    existing.push(...(await store.getReminders(ids)));
    await pause();
  }
  const gathered = gatherWanted(context);
  for (const ids of chunksOf(await watchIdsAt(context, store, destination, { targets: scope?.targets }))) {
    const destined = await destinedOf(context, store, destination, ids);
    if (!destined) return null;
    for (const one of destined) gathered.add(one);
    await pause();
  }
  const wanted = await gathered.finish(store, pause);
  const workingTime = await workingTimeOf(context, destination);
  const leftOut = (error: unknown, { certificate: { fingerprint } }: Wanted): void =>
    log.error({ err: error, fingerprint }, 'the events of a certificate could not be planned; they stay as they are');
  const facts = { ...destination, wanted, existing, workingTime, holidays };
  const steps = planReminders({ ...facts, now: context.now(), uuid, leftOut });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pause();
  }
}

/** Stores what was planned, little by little, so that nobody is held up by a destination of thousands of watches. */
async function keepPlan({ now }: FlowContext, rows: Reminder[], keep: Keep, pause: Pause): Promise<void> {
  for (const some of chunksOf(rows)) {
    await keep(async (operations) => {
      await operations.putReminders(some, now());
      // Feed rows nobody wants go at once.
      const gone = some.filter(({ calendar, wanted }) => calendar === 'ics' && !wanted);
      await operations.deleteReminders(gone.map(({ id }) => id));
    });
    await pause();
  }
}

/** The parts that were marked, each with everything that has to do with it; null stands for all there is. */
async function* scopesOf({ store, meter }: FlowContext, parts: string[] | null): AsyncGenerator<Scope | null> {
  if (parts === null) {
    meter.planned('all');
    yield null;
    return;
  }
  for (const some of chunksOf(parts, TOGETHER)) {
    const scope = await scopeOf(store, scopeFrom(some));
    meter.planned(scope ? 'part' : 'too-much');
    yield scope;
    if (!scope) return;
  }
}

/**
 * Plans the reminders of destinations that were marked, one destination at a time, each by one process at a time.
 * `stored` is called when something was planned anew.
 */
export function createPlanner(context: FlowContext, { stored }: { stored: () => void }): Planner {
  const { store, settings, log, now, uuid, spent } = context;

  async function plan({ key, parts }: ClaimedMark, keep: Keep): Promise<boolean> {
    const destination = destinationOf(key);
    for await (const scope of scopesOf(context, parts)) {
      const rows = await planDestination(context, destination, { scope, pause: nextTurn });
      if (!rows) return false;
      await keepPlan(context, rows, keep, nextTurn);
      if (rows.length > 0) stored();
    }
    return true;
  }

  const { workedOff, ...queue } = createMarkedQueue({
    ...{ queue: 'reminders' as const, store, lease: settings.lease, now, uuid },
    work: plan,
    failed: (error) => log.warn({ err: error }, 'reminders could not be planned; it will be tried again'),
    spent,
  });

  function planned(destinations: Destination[]): Promise<boolean> {
    return workedOff(destinations.map(destinationKey), TOLD_WITHIN);
  }

  return { ...queue, planned };
}
