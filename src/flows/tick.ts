import type { DueTarget } from '../core/ports.ts';
import type { FlowContext } from './context.ts';
import type { Commander } from './command.ts';
import type { Deliverer } from './deliver.ts';
import { forgetGone } from './membership.ts';
import type { Observer } from './observe.ts';
import type { MailboxLooks } from './mailbox-looks.ts';
import type { Operators } from './operators.ts';
import type { Precedence } from './precedence.ts';
import type { Owners } from './owners.ts';
import { allRoutes, settleMailboxes } from './plan.ts';
import type { SignIns } from './sign-in.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Claims are small, so that people who chat wait in between. */
const CLAIMED_AT_ONCE = 32;
/** How long the end waits for looks under way: silent hosts take longer, and their looks are made again. */
const CLOSE_WITHIN = 2 * SECOND;

export interface Tick {
  start(): void;
  /** Plans all reminders again with the next round: something that decides where they go has become known. */
  planAgain(): void;
  /** When the last round ended well; null before the first. For /readyz. */
  lastAt(): number | null;
  /** Stops claiming and waits for looks under way, at most two seconds. */
  close(): Promise<void>;
}

/** Every second (more often where looks come that close together): takes up messages, looks at what is due, sends what is due; once a day tidies up. */
export function createTick(
  context: FlowContext & {
    observer: Observer;
    deliverer: Deliverer;
    commander: Commander;
    looks: MailboxLooks;
    owners: Owners;
    operators: Operators;
    signing: SignIns;
    precedence: Precedence;
  },
): Tick {
  const { store, observer, deliverer, commander, looks, owners, operators, signing, precedence, settings, log } =
    context;
  const active = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | null = null;
  let claiming: Promise<void> | null = null;
  const least = Math.min(CLAIMED_AT_ONCE, settings.looksAtOnce / 4);
  let closed = false;
  let lastAt: number | null = null;
  let tidyAt = 0;
  let recheckAt = 0;

  async function observeOne(row: DueTarget, leaseId: string): Promise<void> {
    const observation = await observer.look(row.uri, row.state);
    if (!observation) {
      log.warn({ target: row.id }, 'no source observes the scheme of this target');
      return;
    }
    // The end came in between: the target comes due again when the lease ends.
    if (closed && observation.failure?.code === 'internal') return;
    await observer.settle({ targetId: row.id, leaseId, observation, quiet: new Set() });
  }

  /** Claims as many due targets as there is room for; when they are done and more is waiting, goes on without waiting for the next second. */
  async function claimRound(): Promise<void> {
    await precedence.giveWay();
    while (!closed) {
      const room = settings.looksAtOnce - active.size;
      if (room < least) return;
      const leaseId = context.uuid();
      const limit = Math.min(room, CLAIMED_AT_ONCE);
      const rows = await store.claimTargets(context.now(), limit, leaseId, settings.lease);
      for (const row of rows) {
        const one: Promise<void> = observeOne(row, leaseId)
          .catch((error: unknown) => log.error({ err: error, target: row.id }, 'a look failed'))
          .finally(() => {
            active.delete(one);
            if (settings.looksAtOnce - active.size >= least) void claim();
          });
        active.add(one);
      }
      if (rows.length < limit) return;
      await precedence.giveWay();
    }
  }

  function claim(): Promise<void> {
    claiming ??= claimRound()
      .catch((error: unknown) => log.error({ err: error }, 'due targets could not be claimed'))
      .finally(() => {
        claiming = null;
      });
    return claiming;
  }

  async function tidy(): Promise<void> {
    const now = context.now();
    if (now < tidyAt) return;
    tidyAt = now + DAY * (0.95 + 0.1 * context.random());
    await store.pruneInbound(now - 7 * DAY);
    await store.pruneDeliveries(now - 30 * DAY);
    const forgotten = await forgetGone(context);
    log.info({ forgotten }, 'tidied up');
    // Thousands of watches take a while.
    background(planAll(), 'reminders could not be planned anew; tomorrow they are');
    // These ask peers, who may take their time; a round of the tick does not wait for them.
    background(operators.selfCheck(), 'the bot could not look after itself');
  }

  /** Desired state once more for every mailbox: settings may have changed while the process was down. */
  async function planAll(): Promise<void> {
    const pause = (): Promise<unknown> => precedence.giveWay();
    const routes = await allRoutes(context, pause);
    for (const route of routes) {
      if (closed) return;
      await settleMailboxes(context, [route], { pause });
    }
    deliverer.kick();
    log.info({ mailboxes: routes.length }, 'reminders are planned');
  }

  function background(work: Promise<void>, failure: string): void {
    const one: Promise<void> = work
      .catch((error: unknown) => log.warn({ err: error }, failure))
      .finally(() => active.delete(one));
    active.add(one);
  }

  /** Mailboxes that were missing come back when somebody is given a licence, or is let in again. */
  function recheckOwners(): void {
    const now = context.now();
    if (now < recheckAt) return;
    recheckAt = now + HOUR * (0.95 + 0.1 * context.random());
    background(owners.recheck(), 'owners whose mailboxes were missing could not be looked up');
  }

  function planAgain(): void {
    tidyAt = 0;
  }

  async function round(): Promise<void> {
    try {
      await store.ping();
      commander.kick();
      deliverer.kick();
      await claim();
      await tidy();
      looks.kick();
      recheckOwners();
      await signing.finishLeaving();
      await operators.retell();
      lastAt = context.now();
    } catch (error) {
      log.error({ err: error }, 'a round of the tick failed');
    }
  }

  function start(): void {
    let busy = false;
    const beat = (): void => {
      if (busy || closed) return;
      busy = true;
      void round().finally(() => {
        busy = false;
      });
    };
    // An interval of a second or two would otherwise come out up to a second longer.
    timer = setInterval(beat, Math.min(SECOND, settings.probeInterval / 4));
    beat();
  }

  async function close(): Promise<void> {
    closed = true;
    if (timer) clearInterval(timer);
    await claiming;
    const looking = looks.close();
    const late = Promise.withResolvers<void>();
    const patience = setTimeout(late.resolve, CLOSE_WITHIN);
    await Promise.race([Promise.all([...active, looking]), late.promise]);
    clearTimeout(patience);
    await observer.drain();
  }

  return { start, planAgain, lastAt: () => lastAt, close };
}
