import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eventHash } from '../../../src/calendars/graph/event.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import type { Reminder } from '../../../src/core/model/reminder.ts';
import { startFakeGraph, type FakeGraph, type GraphFault } from '../../peers/graph/graph.ts';
import { makeEvent, makeReminder, tryWrite, makeCalendar, makeClock } from '../../peers/graph/reminder.ts';
import { seeded } from '../../support/seeded.ts';

const REMINDERS = 30;
const MAILBOXES = 5;
const ROUNDS = 5;

const FAULTS: GraphFault[] = [
  { kind: 'drop-before' },
  { kind: 'drop-after' },
  { kind: 'error-after' },
  { kind: 'error-after', status: 503 },
  { kind: 'answer', status: 429, retryAfter: 1 },
  { kind: 'answer', status: 429 },
  { kind: 'answer', status: 503 },
  { kind: 'answer', status: 412 },
];

describe('the Graph calendar under random faults', () => {
  let graph: FakeGraph;
  let calendar: Calendar;
  let clock: ReturnType<typeof makeClock>;

  beforeEach(async () => {
    graph = await startFakeGraph({ pageSize: 3 });
    graph.trust();
    clock = makeClock();
    calendar = makeCalendar(graph.url, { now: clock.now });
  });
  afterEach(() => graph.close());

  /** Tries until it succeeds or patience ends, as after a crash: what was kept is all that the next round knows. */
  async function persist(work: () => Promise<unknown>, tries: number): Promise<void> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        assert.ok(error instanceof DeliveryError && !error.permanent, `unexpected: ${String(error)}`);
        if (error.code === 'throttled') clock.forward(error.retryAfter ?? 0);
      }
    }
  }

  for (const seed of [1, 20_270_301, 4_000_000_007]) {
    it(`ends with exactly one right event per reminder, and nobody else's touched (seed ${seed})`, async () => {
      const random = seeded(seed);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const names = Array.from({ length: MAILBOXES }, (_, index) => `user${index}@example.com`);
      const reminders = Array.from({ length: REMINDERS }, (_, index) =>
        makeReminder({ mailbox: names[index % MAILBOXES]! }),
      );
      const others = makeCalendar(graph.url, { installation: 'another', now: clock.now });
      for (const mailbox of names) {
        graph.mailbox(mailbox).addForeign();
        await others.write(makeReminder({ mailbox }), async () => {});
      }
      const foreign = names.flatMap((name) => graph.events(name));
      const foreignIds = new Set(foreign.map(({ id }) => id));
      const ours = (mailbox: string) => graph.events(mailbox).filter(({ id }) => !foreignIds.has(id));

      function wish(reminder: Reminder, round: number, start: number): void {
        reminder.event = makeEvent({ subject: `Renew certificate: ${round}`, start, end: start + 1_800_000 });
      }
      const anyDay = () => Date.UTC(2027, Math.floor(random() * 12), 1 + Math.floor(random() * 28), 8);

      /** A person deletes, copies, touches, renames or moves one of the events. */
      function meddle(): void {
        const mailbox = pick(names);
        const event = pick(ours(mailbox));
        if (!event) return;
        const hands = graph.mailbox(mailbox);
        const deeds = [
          () => hands.delete(event.id),
          () => foreignIds.add(hands.duplicate(event.id)),
          () => hands.touch(event.id),
          () => hands.rename(event.id, 'mine'),
          () => hands.move(event.id, anyDay()),
          () => hands.moveToOtherCalendar(event.id),
        ];
        pick(deeds)();
      }

      /** What the flows make of an outcome: a moved event is wanted where it is, a deleted one is made anew. */
      async function follow(reminder: Reminder, round: number): Promise<void> {
        const outcome = await tryWrite(calendar, reminder);
        if (outcome.kind === 'written') return;
        if (outcome.kind === 'moved') wish(reminder, round, outcome.to.start);
        else Object.assign(reminder, { eventId: null, createBody: null, transactionId: randomUUID() });
        await follow(reminder, round);
      }

      let struck = 0;
      graph.setChaos(() => {
        if (random() > 0.4) return null;
        struck += 1;
        return pick(FAULTS);
      });
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const reminder of reminders) if (random() < 0.5) wish(reminder, round, anyDay());
        await Promise.all(reminders.map((reminder) => persist(() => follow(reminder, round), 3)));
        for (let times = 0; times < 6; times += 1) meddle();
      }
      assert.ok(struck > 100, `only ${struck} faults struck`);

      graph.setChaos(null);
      clock.forward(3_600_000);
      await Promise.all(reminders.map((reminder) => follow(reminder, ROUNDS)));
      for (const name of names) {
        const wanted = reminders.filter((reminder) => reminder.mailbox === name);
        const events = ours(name);
        assert.deepEqual(events.map(({ tag }) => tag).toSorted(), wanted.map(({ id }) => id).toSorted());
        for (const reminder of wanted) {
          const event = events.find(({ tag }) => tag === reminder.id);
          assert.equal(event?.id, reminder.eventId);
          assert.equal(event?.hash, eventHash(reminder.event));
          assert.equal(event?.subject, reminder.event.subject);
          assert.equal(event?.start, reminder.event.start);
        }
        const listed = (await calendar.list(name)).map(({ eventId }) => eventId).filter((id) => !foreignIds.has(id));
        const there = new Set(listed);
        const expected = events.filter(({ id }) => there.has(id)).map(({ id }) => id);
        assert.deepEqual(listed.toSorted(), expected.toSorted());
      }

      graph.setChaos(() => (random() > 0.4 ? null : pick(FAULTS)));
      await Promise.all(reminders.map((reminder) => persist(() => calendar.remove(reminder), 3)));
      graph.setChaos(null);
      clock.forward(3_600_000);
      await Promise.all(reminders.map((reminder) => calendar.remove(reminder)));
      const left = names.flatMap((name) => graph.events(name));
      const untouched = left.filter(({ id }) => foreign.some((one) => one.id === id));
      assert.deepEqual(untouched, foreign);
      assert.equal(left.length, foreignIds.size, 'copies that people made stay');
      assert.ok(names.every((name) => graph.load(name).mostAtOnce <= 4));
      assert.deepEqual(graph.violations, []);
    });
  }
});
