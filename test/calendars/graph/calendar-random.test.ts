import assert from 'node:assert/strict';
import { createGraphCalendar } from '../../../src/calendars/graph/calendar.ts';
import { eventHash } from '../../../src/calendars/graph/event.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Calendar, Reminder } from '../../../src/core/ports.ts';
import { startFakeGraph } from '../../support/fake-graph.ts';
import type { FakeGraph, GraphFault } from '../../support/fake-graph.ts';
import { makeEvent, makeReminder, tryWrite } from '../../support/graph-reminder.ts';

const REMINDERS = 30;
const MAILBOXES = 5;
const ROUNDS = 5;
const log = { debug() {}, warn() {} };

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return function next() {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FAULTS: GraphFault[] = [
  { kind: 'drop-before' },
  { kind: 'drop-after' },
  { kind: 'error-after' },
  { kind: 'error-after', status: 503 },
  { kind: 'answer', status: 429, retryAfter: 1 },
  { kind: 'answer', status: 503 },
  { kind: 'answer', status: 412 },
];

describe('the Graph calendar under random faults', () => {
  let graph: FakeGraph;
  let calendar: Calendar;

  beforeEach(async () => {
    graph = await startFakeGraph({ pageSize: 3 });
    graph.trust();
    calendar = createGraphCalendar({ baseUrl: graph.url, getToken: async () => 'token', log });
  });
  afterEach(() => graph.close());

  /** Tries until it succeeds or patience ends, as after a crash: what was kept is all that the next round knows. */
  async function persist(work: () => Promise<void>, tries: number): Promise<void> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        assert.ok(error instanceof DeliveryError && !error.permanent, `unexpected: ${String(error)}`);
      }
    }
  }

  for (const seed of [1, 20_270_301, 4_000_000_007]) {
    it(`ends with exactly one right event per reminder (seed ${seed})`, async () => {
      const random = seeded(seed);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const reminders = Array.from({ length: REMINDERS }, (_, index) =>
        makeReminder({ mailbox: `user${index % MAILBOXES}@example.com` }),
      );

      function wishSomethingElse(reminder: Reminder, round: number): void {
        const start = Date.UTC(2027, Math.floor(random() * 12), 1 + Math.floor(random() * 28), 8);
        reminder.event = makeEvent({ subject: `Renew certificate: round ${round}`, start, end: start + 1_800_000 });
      }

      /** A person deletes, copies or touches one of the events. */
      function meddle(): void {
        const mailbox = `user${Math.floor(random() * MAILBOXES)}@example.com`;
        const event = pick(graph.events(mailbox));
        if (event) graph.mailbox(mailbox)[pick(['delete', 'duplicate', 'touch'] as const)](event.id);
      }

      let struck = 0;
      graph.setChaos(() => {
        if (random() > 0.4) return null;
        struck += 1;
        return pick(FAULTS);
      });
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const reminder of reminders) if (random() < 0.5) wishSomethingElse(reminder, round);
        await Promise.all(reminders.map((reminder) => persist(() => tryWrite(calendar, reminder), 3)));
        for (let times = 0; times < 6; times += 1) meddle();
      }
      assert.ok(struck > 100, `only ${struck} faults struck`);

      graph.setChaos(null);
      await Promise.all(reminders.map((reminder) => tryWrite(calendar, reminder)));
      for (let mailbox = 0; mailbox < MAILBOXES; mailbox += 1) {
        const name = `user${mailbox}@example.com`;
        const wanted = reminders.filter((reminder) => reminder.mailbox === name);
        const events = graph.events(name);
        assert.deepEqual(events.map(({ tag }) => tag).toSorted(), wanted.map(({ id }) => id).toSorted());
        for (const reminder of wanted) {
          const event = events.find(({ tag }) => tag === reminder.id);
          assert.equal(event?.id, reminder.eventId);
          assert.equal(event?.hash, eventHash(reminder.event));
          assert.equal(event?.subject, reminder.event.subject);
          assert.equal(event?.start, reminder.event.start);
        }
      }

      graph.setChaos(() => (random() > 0.4 ? null : pick(FAULTS)));
      await Promise.all(reminders.map((reminder) => persist(() => calendar.remove(reminder), 3)));
      graph.setChaos(null);
      await Promise.all(reminders.map((reminder) => calendar.remove(reminder)));
      for (let mailbox = 0; mailbox < MAILBOXES; mailbox += 1) {
        assert.deepEqual(graph.events(`user${mailbox}@example.com`), []);
      }
      assert.deepEqual(graph.violations, []);
    });
  }
});
