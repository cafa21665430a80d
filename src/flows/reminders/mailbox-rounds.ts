import { backoff, jittered } from '../../core/backoff.ts';
import { hasPassed, SECOND, DAY } from '../../core/time.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { FlowContext } from '../context.ts';
import type { Deliverer } from '../delivery/deliver.ts';
import type { Edits } from './edits.ts';
import { createMailboxAuditor, SURE_AFTER, type MailboxAuditor, type MailboxOwners } from './mailbox-audit.ts';
import { tryWaiting } from './waiting-reminders.ts';
import type { WorkingHours } from './working-hours.ts';

/** Between two audits of a mailbox, however often endpoints are looked at. */
const LEAST = 30 * SECOND;
/** Who has a mailbox and when they work is asked once a day. */
const ASKED_EVERY = 0.9 * DAY;
/** Mailboxes looked at at once. */
const AT_ONCE = 4;
/** First audits after the start come within this time, one after the other by chance. */
const FIRST_WITHIN = 5 * SECOND;
/** After an audit that failed, unless the service asks for longer; doubling up to the longest. */
const AGAIN_AFTER = 60 * SECOND;
const AGAIN_AT_MOST = 3600 * SECOND;
/** What is refused gets mended by somebody, who then waits for it to go on. */
const AGAIN_IF_REFUSED = 600 * SECOND;

export interface MailboxAudits {
  /** Begins whatever is due; returns at once. */
  kick(): void;
  /** Audits one mailbox now; audits asked for while one is under way share the next. Never rejects. */
  audit(mailbox: string): Promise<void>;
  close(): Promise<void>;
}

interface Parts {
  edits: Edits;
  owners: MailboxOwners;
  hours: Pick<WorkingHours, 'ask'>;
  deliverer: Pick<Deliverer, 'kick'>;
}

/** When a mailbox is audited next: `wait` after `at`. */
interface Due {
  at: number;
  wait: number;
  failures: number;
  /** When it was last asked who has the mailbox and when they work. */
  askedAt: number;
}

/** What is audited when, and what is under way. */
interface Rounds {
  context: FlowContext;
  parts: Parts;
  auditor: MailboxAuditor;
  due: Map<string, Due>;
  running: Map<string, Promise<void>>;
  /** Audits that begin when the one under way ends. */
  next: Map<string, Promise<void>>;
  listing: Promise<void> | null;
  closed: boolean;
}

async function auditOnce({ context, parts, auditor, due }: Rounds, mailbox: string): Promise<void> {
  const { settings, log, now, random } = context;
  const { owners, hours, deliverer } = parts;
  const every = Math.min(DAY, Math.max(LEAST, settings.probeInterval));
  const { failures, askedAt: before } = due.get(mailbox) ?? { failures: 0, askedAt: 0 };
  let askedAt = before;
  try {
    if (hasPassed(askedAt, ASKED_EVERY, now())) {
      await owners.check(mailbox);
      await hours.ask(mailbox);
      askedAt = now();
    }
    const isSure = await auditor.audit(mailbox);
    // After a start, or after trouble: what waits there need not wait for the end of its pause.
    if (failures > 0 || before === 0) await tryWaiting(context, mailbox);
    const wait = isSure ? jittered(every, random()) : Math.min(SURE_AFTER, every);
    due.set(mailbox, { at: now(), wait, failures: 0, askedAt });
  } catch (error) {
    if (error instanceof DeliveryError && error.code === 'gone') await owners.missing(mailbox);
    const most = error instanceof DeliveryError && error.code === 'refused' ? AGAIN_IF_REFUSED : AGAIN_AT_MOST;
    const asked = error instanceof DeliveryError ? error.retryAfter : undefined;
    const wait = backoff(failures + 1, { first: AGAIN_AFTER, longest: most, asked, random: random() });
    due.set(mailbox, { at: now(), wait, failures: failures + 1, askedAt });
    log.warn({ err: error }, 'a mailbox could not be looked at; it will be tried again');
  } finally {
    deliverer.kick();
  }
}

function begun(rounds: Rounds, mailbox: string): Promise<void> {
  const { context, running } = rounds;
  const one = auditOnce(rounds, mailbox)
    .catch((error: unknown) => context.log.error({ err: error }, 'an audit of a mailbox failed'))
    .finally(() => running.delete(mailbox));
  running.set(mailbox, one);
  return one;
}

function audit(rounds: Rounds, mailbox: string): Promise<void> {
  const { running, next } = rounds;
  const under = running.get(mailbox);
  if (!under) return begun(rounds, mailbox);
  const waiting =
    next.get(mailbox) ??
    under.then(() => {
      next.delete(mailbox);
      return begun(rounds, mailbox);
    });
  next.set(mailbox, waiting);
  return waiting;
}

async function begin(rounds: Rounds): Promise<void> {
  const { context, auditor, due, running } = rounds;
  const { store, now, random } = context;
  const mailboxes = await store.listReminderMailboxes('graph');
  for (const mailbox of mailboxes)
    if (!due.has(mailbox)) due.set(mailbox, { at: now(), wait: FIRST_WITHIN * random(), failures: 0, askedAt: 0 });
  for (const [mailbox, { at, wait }] of due) {
    if (!mailboxes.includes(mailbox)) {
      due.delete(mailbox);
      auditor.forget(mailbox);
    } else if (hasPassed(at, wait, now()) && !running.has(mailbox) && running.size < AT_ONCE && !rounds.closed)
      void audit(rounds, mailbox).then(() => kick(rounds));
  }
}

function kick(rounds: Rounds): void {
  const { calendar, log } = rounds.context;
  if (!calendar || rounds.closed) return;
  rounds.listing ??= begin(rounds)
    .catch((error: unknown) => log.error({ err: error }, 'the mailboxes to audit could not be listed'))
    .finally(() => {
      rounds.listing = null;
    });
}

async function close(rounds: Rounds): Promise<void> {
  rounds.closed = true;
  await rounds.listing;
  await Promise.all([...rounds.running.values(), ...rounds.next.values()]);
}

/**
 * At the start, and then as often as endpoints are looked at, at least once a day: what is in a mailbox is compared
 * with what should be.
 */
export function createMailboxAudits(context: FlowContext, parts: Parts): MailboxAudits {
  const rounds: Rounds = {
    context,
    parts,
    auditor: createMailboxAuditor(context, parts),
    due: new Map(),
    running: new Map(),
    next: new Map(),
    listing: null,
    closed: false,
  };
  return {
    kick: () => kick(rounds),
    audit: (mailbox) => audit(rounds, mailbox),
    close: () => close(rounds),
  };
}
