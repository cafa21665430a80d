import { sound, type LeftOut } from '../sound.ts';
import type { Item } from '../certificates/item.ts';
import { type Instant, DAY, isInCalendars, isWithinHorizon } from '../time.ts';
import type { Holidays, Place, Reminder, ReminderKind, Wanted, WorkingTime } from '../model/reminder.ts';
import { planEvent, planningBasis, plannedSlot } from './plan-event.ts';

const KINDS: ReminderKind[] = ['renew', 'expiry'];

export interface PlanInput {
  calendar: Reminder['calendar'];
  mailbox: string;
  /** Every certificate this mailbox should be reminded of. */
  wanted: Wanted[];
  /** Every reminder row of this mailbox. */
  existing: Reminder[];
  workingTime: WorkingTime;
  holidays: Holidays;
  now: Instant;
  /** A fresh UUID at each call. */
  uuid: () => string;
  /** Hears of a certificate whose events cannot be planned: what is there of them stays as it is. */
  leftOut: LeftOut<Wanted>;
}

/**
 * Where an event stays that a person put at `found`: there, but not later than a day before notAfter; when that has
 * passed already, not later than it was planned. One that was planned later and only takes its whole day now is not
 * later than it was.
 */
export function chosenStart(
  { start: found, allDay }: Place,
  { certificate, planned, now }: { certificate: Pick<Item, 'notAfter'>; planned: Instant; now: Instant },
): Instant {
  if (allDay && found <= planned && planned - found < DAY) return found;
  const latest = certificate.notAfter - DAY;
  if (found <= latest) return found;
  return latest > now ? latest : Math.min(found, planned);
}

function byAge(a: Reminder, b: Reminder): number {
  return a.createdAt - b.createdAt || compareText(a.id, b.id);
}

/** Of texts that differ. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** The first to expire first. */
function byEnd({ certificate: a }: Wanted, { certificate: b }: Wanted): number {
  return a.notAfter - b.notAfter || compareText(a.fingerprint, b.fingerprint);
}

/**
 * The certificates whose events stand for those that are replacing them, by the fingerprint of the new one: endpoints
 * are renewed one by one, and a person who has half of them done needs no second pair of events for the next renewal
 * yet. Only while the old one is wanted, has not expired, and ends before the new one is due.
 */
function standIns({ wanted, workingTime, holidays, now }: PlanInput): Map<string, Wanted> {
  const byPrint = new Map(wanted.map((want) => [want.certificate.fingerprint, want]));
  const found = new Map<string, Wanted>();
  for (const want of wanted.toSorted(byEnd)) {
    const replaced = want.replaced.flatMap((fingerprint) => byPrint.get(fingerprint) ?? []);
    const current = replaced.filter(({ certificate }) => certificate.notAfter > now).toSorted(byEnd);
    if (current.length === 0) continue;
    const slot = plannedSlot(want, workingTime, holidays);
    const old = current.find(({ certificate }) => slot !== null && slot > certificate.notAfter);
    // The old one ends before the new one, so that it was decided first whether it has events of its own.
    if (old) found.set(want.certificate.fingerprint, found.get(old.certificate.fingerprint) ?? old);
  }
  return found;
}

/**
 * The rows of one kind that have no certificate any more, for those that need some: rather one that stands than one
 * that is on its way out, and the oldest.
 */
function spareRows(rows: Reminder[], prints: Set<string>) {
  // Who clears away what is over has said nothing about the next certificate.
  const free = rows
    .filter(({ fingerprint, deleted }) => !prints.has(fingerprint) && deleted !== 'over')
    .toSorted((a, b) => Number(b.wanted) - Number(a.wanted));
  const rank = new Map(free.map((row, index) => [row, index]));
  const byPrint = Map.groupBy(free, ({ fingerprint }) => fingerprint);
  const byTarget = new Map<string, Reminder[]>();
  for (const row of free) {
    for (const uri of new Set(row.event.targets)) {
      const known = byTarget.get(uri);
      if (known) known.push(row);
      else byTarget.set(uri, [row]);
    }
  }
  const first = (candidates: (Reminder | undefined)[]): Reminder | null =>
    candidates
      .filter((row) => row !== undefined)
      .reduce<Reminder | null>((best, row) => (best === null || rank.get(row)! < rank.get(best)! ? row : best), null);
  const unused = (list: Reminder[] | undefined): Reminder | undefined => list?.find((row) => rank.has(row));

  /** One that it replaced, else one that was presented by one of its targets; null when there is none. */
  return function take({ replaced, targets }: Wanted): Reminder | null {
    const row =
      first(replaced.map((fingerprint) => unused(byPrint.get(fingerprint)))) ??
      first(targets.map((uri) => unused(byTarget.get(uri))));
    if (row) rank.delete(row);
    return row;
  };
}

/**
 * Which rows become those of which certificate: its own, else those of one that is no longer wanted and that it
 * replaced, or that was presented by one of its targets.
 */
function basesOf(kind: ReminderKind, planned: Wanted[], existing: Reminder[]): Map<Wanted, Reminder> {
  const rows = existing.filter((row) => row.kind === kind).toSorted(byAge);
  const owned = new Map(rows.toReversed().map((row) => [row.fingerprint, row]));
  const bases = new Map<Wanted, Reminder>();
  for (const want of planned) {
    const own = owned.get(want.certificate.fingerprint);
    if (own) bases.set(want, own);
  }
  const take = spareRows(rows, new Set(planned.map(({ certificate }) => certificate.fingerprint)));
  for (const want of planned.filter((each) => !bases.has(each)).toSorted(byEnd)) {
    const row = take(want);
    if (row) bases.set(want, row);
  }
  return bases;
}

/** Text that is equal exactly when two events are. */
function content(reminder: Pick<Reminder, 'event' | 'fingerprint' | 'wanted'>): string {
  const { event } = reminder;
  return JSON.stringify([
    reminder.fingerprint,
    reminder.wanted,
    event.subject,
    event.start,
    event.end,
    event.allDay,
    event.zoneName,
    event.reminderMinutes,
    event.body,
    event.blocks,
    event.importance,
    event.showAs ?? 'free',
    event.link?.text,
    event.link?.url,
    event.targets,
  ]);
}

function draft(
  input: PlanInput,
  kind: ReminderKind,
  wanted: Wanted,
  { base, renewed }: { base: Reminder | null; renewed: string[] },
): Reminder {
  const { workingTime, holidays, now, uuid } = input;
  const { fingerprint } = wanted.certificate;
  const basis = planningBasis(wanted, workingTime, holidays);
  const same = base?.fingerprint === fingerprint ? base : null;
  const chosen = same?.chosen ?? null;
  const isKept = same !== null && same.basis === basis && isInCalendars(same.event.start);
  const kept = isKept ? same.event : null;
  const event = planEvent(kind, wanted, workingTime, { now, holidays, kept, chosen, renewed });
  // One that was given up gets an identity of its own: a replayed one would be answered with the event that we perhaps
  // removed, and which may be gone with its row by the time this is stored.
  const identity = base?.wanted === false ? { transactionId: uuid(), createBody: null, eventId: null, etag: null } : {};
  if (base) return { ...base, ...identity, fingerprint, event, basis, wanted: true, chosen };
  return {
    id: uuid(),
    calendar: input.calendar,
    mailbox: input.mailbox,
    fingerprint,
    kind,
    event,
    basis,
    wanted: true,
    writtenHash: null,
    eventId: null,
    etag: null,
    answeredStart: null,
    transactionId: uuid(),
    createBody: null,
    sequence: 0,
    chosen: null,
    deleted: null,
    question: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** So many certificates are planned in one step: just after a start each takes milliseconds. */
const STEP = 4;

/**
 * Compares the reminders that should exist in one mailbox with those that do, and returns the rows to store: new ones,
 * changed ones (sequence raised) and ones no longer wanted (`wanted: false`). One certificate is one pair of events
 * however many targets present it. While endpoints are renewed one by one the old certificate's pair stands for the new
 * one as well; once nothing presents the old one any more, the new certificate adopts its rows: renewal moves events.
 * What a person chose goes with the certificate; what a person deleted stays deleted. Ends beyond the horizon have no
 * events. In steps of a few milliseconds,
 * between which the caller may do something else: the reminders of thousands of certificates take longer.
 */
export function* planReminders(input: PlanInput): Generator<undefined, Reminder[]> {
  const { existing, now } = input;
  // Of an end that is no date, or centuries away, nobody is reminded.
  const wanted = input.wanted.filter(({ certificate }) => isWithinHorizon(certificate.notAfter, now));
  const standing = standIns({ ...input, wanted });
  const planned = wanted.filter(({ certificate }) => !standing.has(certificate.fingerprint));
  const renewed = renewedBeside(wanted, standing);
  const result: Reminder[] = [];
  const used = new Set<string>();
  for (const kind of KINDS) {
    yield;
    const bases = basesOf(kind, planned, existing);
    const drafted = (want: Wanted) => {
      const base = bases.get(want) ?? null;
      // What cannot be planned stays as it is.
      if (base) used.add(base.id);
      return { base, next: draft(input, kind, want, { base, renewed: renewed(want) }) };
    };
    let index = 0;
    for (const { base, next } of sound(planned, drafted, input.leftOut)) {
      if (index % STEP === STEP - 1) yield;
      index += 1;
      if (base && content(base) === content(next)) continue;
      result.push(base ? { ...next, sequence: base.sequence + 1, updatedAt: now } : next);
    }
  }
  for (const row of existing)
    if (row.wanted && !used.has(row.id))
      result.push({ ...row, wanted: false, sequence: row.sequence + 1, updatedAt: now });
  return result;
}

/** For each certificate, the targets of all those that it stands for. */
function renewedBeside(wanted: Wanted[], standing: Map<string, Wanted>): (want: Wanted) => string[] {
  const others = Map.groupBy(wanted, ({ certificate }) => standing.get(certificate.fingerprint));
  return (want) => [...new Set((others.get(want) ?? []).flatMap(({ targets }) => targets))].toSorted();
}
