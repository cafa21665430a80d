import { hasCome, REMEMBERED, SECOND, MINUTE, HOUR, DAY } from '../core/time.ts';
import { longestWait } from '../core/alerts/next-look.ts';
import { isOurFault } from '../core/certificates/state.ts';
import { StoreError } from '../core/errors.ts';
import type { DueTarget } from '../core/model/watch.ts';
import type { FlowContext } from './context.ts';
import type { Commander } from './chat/inbox.ts';
import type { Deliverer } from './delivery/deliver.ts';
import { forgetGone } from './chat/membership.ts';
import type { Observer } from './looks/observe.ts';
import type { MailboxAudits } from './reminders/mailbox-audit.ts';
import type { Operators } from './chat/operators.ts';
import type { Precedence } from './queue/precedence.ts';
import type { Owners } from './people/owners.ts';
import { allDestinations, settleMailboxes } from './reminders/destinations.ts';
import type { SignIns } from './people/sign-in.ts';
import { untilStored } from './queue/until-stored.ts';
import { within } from '../timing/within.ts';

/** Claims are small, so that people who chat wait in between. */
const CLAIMED_AT_ONCE = 32;
/** Between two writes that only tell whether the store takes any, milliseconds. */
const BEAT_EVERY = 10 * SECOND;
/** How long the end waits for looks under way: silent hosts take longer, and their looks are made again. */
const CLOSE_WITHIN = 2 * SECOND;

/** What /readyz and /healthz ask: lengths of time in milliseconds, null where it has not happened yet. */
export interface Pulse {
  /** Since the store last took a write, and the error of the last one if that failed. */
  written: { ago: number | null; error: unknown };
  /** Since targets were last claimed (or none was due), or a look ended. */
  looks: number | null;
  /** Since deliveries were last claimed (or none was due), or one ended. */
  deliveries: number | null;
}

export interface Tick {
  start(): void;
  /** Once what happens every second; resolves when all of it has ended. */
  beat(): Promise<void>;
  /** Plans all reminders again with the next round: something that decides where they go has become known. */
  planAgain(): void;
  pulse(): Pulse;
  /** Stops claiming and waits for looks under way, at most two seconds. */
  close(): Promise<void>;
}

/**
 * Every second (more often where looks come that close together): takes up messages, looks at what is due, sends what
 * is due; once a day tidies up.
 */
export function createTick(
  context: FlowContext & {
    observer: Observer;
    deliverer: Deliverer;
    commander: Commander;
    audits: MailboxAudits;
    owners: Owners;
    operators: Operators;
    signing: SignIns;
    precedence: Precedence;
  },
): Tick {
  const { store, observer, deliverer, commander, audits, owners, operators, signing, precedence, settings, log } =
    context;
  const active = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | null = null;
  let claiming: Promise<void> | null = null;
  const least = Math.min(CLAIMED_AT_ONCE, settings.looksAtOnce / 4);
  let closed = false;
  let lookedAt: number | null = null;
  /** Claims fail each second then: the first one is told. */
  let isStoreAway = false;
  const written: { at: number | null; error: unknown } = { at: null, error: null };
  let tidyAt = 0;
  let recheckAt = 0;

  async function observeOne(row: DueTarget, leaseId: string): Promise<void> {
    const observation = await observer.look(row.uri, row.state);
    if (!observation) {
      log.warn({ target: row.id }, 'no source observes the scheme of this target');
      return;
    }
    // Our own fault tells nothing about the endpoint: it comes due again when the lease ends.
    if (isOurFault(observation)) return;
    await observer.commitLook({ targetId: row.id, leaseId, observation, quiet: new Set() });
  }

  /**
   * Claims as many due targets as there is room for; when they are done and more is waiting, goes on without waiting
   * for the next second.
   */
  async function claimRound(): Promise<void> {
    await precedence.yieldToChat();
    while (!closed) {
      const room = settings.looksAtOnce - active.size;
      if (room < least) return;
      const leaseId = context.uuid();
      const limit = Math.min(room, CLAIMED_AT_ONCE);
      const longest = longestWait(settings.probeInterval);
      const rows = await store.claimTargets(context.now(), limit, leaseId, settings.lease, longest);
      lookedAt = performance.now();
      isStoreAway = false;
      for (const row of rows) {
        const one: Promise<void> = observeOne(row, leaseId)
          .catch((error: unknown) => log.error({ err: error, target: row.id }, 'a look failed'))
          .finally(() => {
            active.delete(one);
            lookedAt = performance.now();
            if (settings.looksAtOnce - active.size >= least) void claim();
          });
        active.add(one);
      }
      if (rows.length < limit) return;
      await precedence.yieldToChat();
    }
  }

  function claim(): Promise<void> {
    claiming ??= claimRound()
      .catch((error: unknown) => {
        const isAway = error instanceof StoreError;
        if (!isAway || !isStoreAway) log.error({ err: error }, 'due targets could not be claimed');
        isStoreAway = isAway;
      })
      .finally(() => {
        claiming = null;
      });
    return claiming;
  }

  async function tidy(): Promise<void> {
    const now = context.now();
    if (!hasCome(tidyAt, now, 1.05 * DAY)) return;
    // Until it has ended well it is tried again.
    const again = now + MINUTE;
    tidyAt = again;
    await store.pruneInbound(now - REMEMBERED);
    await store.pruneDeliveries(now - 30 * DAY);
    const forgotten = await forgetGone(context, operators);
    // Meanwhile somebody may have asked for another plan.
    if (tidyAt === again) tidyAt = now + DAY * (0.95 + 0.1 * context.random());
    log.info({ forgotten }, 'tidied up');
    // Thousands of watches take a while.
    background(untilStored(planAll), 'reminders could not be planned anew; tomorrow they are');
    // These ask peers, who may take their time; a round of the tick does not wait for them.
    background(operators.selfCheck(), 'the bot could not look after itself');
  }

  /** Desired state once more for every mailbox: settings may have changed while the process was down. */
  async function planAll(): Promise<void> {
    const pause = (): Promise<unknown> => precedence.yieldToChat();
    const destinations = await allDestinations(context, pause);
    for (const destination of destinations) {
      if (closed) return;
      await settleMailboxes(context, [destination], { pause });
    }
    deliverer.kick();
    log.info({ mailboxes: destinations.length }, 'reminders are planned');
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
    if (!hasCome(recheckAt, now, 1.05 * HOUR)) return;
    recheckAt = now + HOUR * (0.95 + 0.1 * context.random());
    background(owners.recheck(), 'owners whose mailboxes were missing could not be looked up');
  }

  function planAgain(): void {
    tidyAt = 0;
  }

  /**
   * Writes where nothing else would tell whether the store takes writes: every so often, and again and again while it
   * takes none.
   */
  async function beatStore(): Promise<void> {
    if (written.error === null && written.at !== null && performance.now() - written.at < BEAT_EVERY) return;
    try {
      await store.beat(context.now());
      if (written.error !== null) log.info({}, 'the store keeps what is written again');
      written.at = performance.now();
      written.error = null;
    } catch (error) {
      if (written.error === null) log.error({ err: error }, 'the store keeps nothing');
      written.error = error;
    }
  }

  /** What a beat does, each by itself: one that waits for an answer of the store holds up nothing else. */
  const duties: { work: () => Promise<void>; failure: string; running: Promise<void> | null }[] = [
    { work: beatStore, failure: 'the store could not be asked whether it takes writes', running: null },
    { work: claim, failure: 'due targets could not be claimed', running: null },
    { work: tidy, failure: 'tidying up failed; it is tried again', running: null },
    { work: signing.finishLeaving, failure: 'calendars that are to be left could not be left yet', running: null },
    { work: operators.retell, failure: 'the operators could not be told yet', running: null },
  ];

  async function beat(): Promise<void> {
    if (closed) return;
    commander.kick();
    deliverer.kick();
    audits.kick();
    recheckOwners();
    for (const duty of duties) {
      duty.running ??= duty
        .work()
        .catch((error: unknown) => {
          if (!(error instanceof StoreError)) log.error({ err: error }, duty.failure);
        })
        .finally(() => {
          duty.running = null;
        });
    }
    await Promise.all(duties.flatMap(({ running }) => running ?? []));
  }

  function start(): void {
    // An interval of a second or two would otherwise come out up to a second longer.
    timer = setInterval(() => void beat(), Math.min(SECOND, settings.probeInterval / 4));
    void beat();
  }

  function pulse(): Pulse {
    const since = (at: number | null): number | null => (at === null ? null : performance.now() - at);
    return {
      written: { ago: since(written.at), error: written.error },
      looks: since(lookedAt),
      deliveries: deliverer.idleFor(),
    };
  }

  async function close(): Promise<void> {
    closed = true;
    if (timer) clearInterval(timer);
    await claiming;
    const looking = audits.close();
    await within(Promise.all([...active, looking]), CLOSE_WITHIN, () => {});
    await observer.drain();
  }

  return { start, beat, planAgain, pulse, close };
}
