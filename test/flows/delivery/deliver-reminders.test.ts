import assert from 'node:assert/strict';
import type { Calendar, WriteOutcome } from '../../../src/core/ports/calendar.ts';
import type { Place, Reminder, WorkingTime } from '../../../src/core/model/reminder.ts';
import { DeliveryError, type DeliveryFailure } from '../../../src/core/errors.ts';
import { defaultWorkingTime } from '../../../src/core/reminders/plan-event.ts';
import { createDeliverer, type DeliveryEvents } from '../../../src/flows/delivery/deliver.ts';
import { afterTest } from '../../support/after-test.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { makeReminder } from '../../peers/graph/reminder.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { createWorkingHours } from '../../../src/flows/reminders/working-hours.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const MAILBOX = 'ada@example.com';
const NINE_TO_FIVE = defaultWorkingTime('Europe/Berlin');
const WRITTEN = { eventId: 'e1', etag: 'W/1', hash: 'hash', start: NOW };

function failure(code: DeliveryFailure): DeliveryError {
  return new DeliveryError(code, 'no');
}

/** What the calendar answers; each may throw. */
interface Answers {
  write?: (reminder: Reminder, keep: (body: string) => Promise<void>) => Promise<WriteOutcome> | WriteOutcome;
  remove?: (reminder: Reminder) => Promise<void> | void;
  workingTime?: () => Promise<WorkingTime | null>;
  /** What it means that a mailbox is missing, and that something is to go from one. */
  missing?: () => Promise<void> | void;
  back?: () => Promise<void> | void;
}

/**
 * A deliverer by itself over a store, with a calendar that answers as it is told. The working time of the mailbox is
 * known since now.
 */
async function start(answers: Answers = {}, options: { hasCalendar?: boolean } = {}) {
  let now = NOW;
  const bot = await createWiredBot({ sources: [], now: () => now, uuid: () => crypto.randomUUID() });
  afterTest(() => bot.close());
  const { store } = bot;
  const calls: string[] = [];
  const told: unknown[] = [];
  const outcomes: string[] = [];
  const calendar = {
    kind: 'graph',
    async write(reminder, keep) {
      calls.push('write');
      return (await answers.write?.(reminder, keep)) ?? { kind: 'written', written: WRITTEN };
    },
    async remove(reminder) {
      calls.push('remove');
      await answers.remove?.(reminder);
    },
    async workingTime(mailbox) {
      calls.push(`working time of ${mailbox}`);
      return answers.workingTime ? answers.workingTime() : NINE_TO_FIVE;
    },
  } satisfies Partial<Calendar> as unknown as Calendar;
  const { hasCalendar = true } = options;
  const context = { ...bot.context, calendar: hasCalendar ? calendar : null };
  const hours = createWorkingHours(context, bot.flows.planner);
  const events: DeliveryEvents = {
    givenUp: async () => void told.push('given up'),
    shutOut: async () => (told.push('shut out'), false),
    credentialsRefused: async () => void told.push('credentials refused'),
    credentialsTaken: async () => void told.push('credentials taken'),
    moved: async ({ id }, to) => void told.push(['moved', id, to]),
    deleted: (mailbox) => void told.push(['deleted', mailbox]),
    async mailboxMissing(mailbox) {
      told.push(['missing', mailbox]);
      await answers.missing?.();
    },
    mailboxBack: async () => answers.back?.(),
    hours: (mailbox) => hours.refresh(mailbox),
  };
  const deliverer = createDeliverer(
    {
      ...context,
      meter: { ...bot.context.meter, delivered: (_kind, outcome) => void outcomes.push(outcome) },
    },
    events,
  );
  afterTest(() => deliverer.close());
  await store.setWorkingTime(MAILBOX, NINE_TO_FIVE, now);

  return {
    store,
    deliverer,
    calls,
    told,
    outcomes,
    async put(overrides: Partial<Reminder> = {}): Promise<Reminder> {
      const reminder = makeReminder({ mailbox: MAILBOX, createdAt: now, updatedAt: now, ...overrides });
      await store.putReminders([reminder], now);
      await store.requeueReminders([reminder.id], now);
      return reminder;
    },
    async after(ms: number): Promise<void> {
      now += ms;
      await deliverer.run();
    },
    statusOf: async ({ id }: Reminder) => (await store.deliveryStatuses([id]))[0],
  };
}

describe('a reminder on its way into a calendar', () => {
  it('is written, and it is kept under which id', async () => {
    const { store, put, after, calls, told } = await start();
    const reminder = await put();
    await after(0);
    assert.deepEqual(calls, ['write']);
    assert.equal((await store.getReminder(reminder.id))!.eventId, 'e1');
    assert.deepEqual(told, []);
  });

  it('waits where no calendar is configured, wanted or not', async () => {
    const { put, after, statusOf } = await start({}, { hasCalendar: false });
    const reminders = [await put(), await put({ wanted: false, fingerprint: 'cd'.repeat(32) })];
    await after(0);
    for (const reminder of reminders) {
      const status = await statusOf(reminder);
      assert.equal(status!.state, 'pending');
      assert.match(status!.lastError!, /no calendar is configured/);
    }
  });

  it('that a person deleted is not written, nor is anything asked for it', async () => {
    const { store, put, after, calls, statusOf } = await start();
    const reminder = await put({ mailbox: 'bob@example.com' });
    await store.setReminderChoice(reminder.id, { ...reminder, deleted: 'declined' });
    await after(0);
    assert.deepEqual(calls, []);
    assert.equal((await statusOf(reminder))!.state, 'done');
  });

  it('that a person deletes just then is not written', async () => {
    const { store, put, after, calls } = await start();
    const reminder = await put();
    const { getWorkingTime } = store;
    store.getWorkingTime = async (mailbox) => {
      await store.setReminderChoice(reminder.id, { ...reminder, deleted: 'asked', question: 'q' });
      return getWorkingTime(mailbox);
    };
    await after(0);
    assert.deepEqual(calls, []);
  });

  it('that the plan does not have any more, made with the working time that has just come, is not written but goes', async () => {
    const { put, after, calls } = await start();
    await put({ mailbox: 'bob@example.com' });
    await after(0);
    assert.deepEqual(calls, ['working time of bob@example.com', 'remove']);
  });

  it('that is found moved or deleted is told, and not kept as written', async () => {
    const to: Place = { start: NOW + HOUR, allDay: false };
    let outcome: WriteOutcome = { kind: 'moved', to };
    const { store, put, after, told } = await start({ write: () => outcome });
    const reminder = await put();
    await after(0);
    outcome = { kind: 'deleted' };
    await store.requeueReminders([reminder.id], NOW);
    await after(0);
    assert.deepEqual(told, [
      ['moved', reminder.id, to],
      ['deleted', MAILBOX],
    ]);
    assert.equal((await store.getReminder(reminder.id))!.eventId, null);
  });

  it('keeps the body that it is made with, unless it has another identity by then', async () => {
    for (const isRemade of [false, true]) {
      let tries = 0;
      const { store, put, after } = await start({
        async write(written, keep) {
          tries += 1;
          if (isRemade && tries === 1)
            await store.remakeReminder(written.id, { transactionId: crypto.randomUUID(), chosen: null }, NOW);
          await keep('body');
          return { kind: 'written', written: WRITTEN };
        },
      });
      const reminder = await put();
      await after(0);
      const kept = async () => {
        const { createBody, eventId } = (await store.getReminder(reminder.id))!;
        return [createBody, eventId, tries];
      };
      assert.deepEqual(await kept(), isRemade ? [null, null, 1] : ['body', 'e1', 1]);
      if (!isRemade) continue;
      await after(HOUR);
      assert.deepEqual(await kept(), ['body', 'e1', 2]);
    }
  });

  for (const code of ['gone', 'refused', 'credentials', 'unavailable', 'ambiguous', 'throttled'] as const)
    it(`that fails as ${code} ${code === 'gone' ? 'tells that the mailbox is missing' : 'tells nothing of the mailbox'}, and is tried again`, async () => {
      const { put, after, told, statusOf } = await start({ write: () => Promise.reject(failure(code)) });
      const reminder = await put();
      await after(0);
      assert.deepEqual(told, code === 'gone' ? [['missing', MAILBOX]] : []);
      assert.equal((await statusOf(reminder))!.state, 'pending');
      assert.equal((await statusOf(reminder))!.lastError, 'no');
    });

  it('whose mailbox is missing is done with when it is not wanted there any more', async () => {
    const { store, put, after, calls, outcomes } = await start({
      write: () => Promise.reject(failure('gone')),
      missing: () => store.putReminders([{ ...reminder, wanted: false }], NOW),
    });
    const reminder = await put();
    await after(0);
    assert.deepEqual(outcomes, ['done', 'done']);
    assert.deepEqual(calls, ['write', 'remove']);
  });

  it('without an answer says that Outlook is away', async () => {
    let isAway = true;
    const { put, after, deliverer } = await start({
      write: () => (isAway ? Promise.reject(failure('unavailable')) : { kind: 'written', written: WRITTEN }),
    });
    await put();
    await after(0);
    assert.deepEqual([...deliverer.away()], [['outlook', NOW]]);
    isAway = false;
    await after(HOUR);
    assert.equal(deliverer.away().size, 0);
  });
});

describe('the working time of a mailbox', () => {
  const asked = [`working time of ${MAILBOX}`];
  for (const [name, age, calls] of [
    ['is not asked for again within a day', DAY - 1, ['write']],
    ['is asked for again after a day', DAY, asked],
  ] as const)
    it(name, async () => {
      const bot = await start();
      await bot.put();
      await bot.after(age);
      assert.deepEqual(bot.calls.slice(0, 1), calls);
      const at = NOW + (age < DAY ? 0 : age);
      assert.deepEqual(await bot.store.getWorkingTime(MAILBOX), { workingTime: NINE_TO_FIVE, fetchedAt: at });
    });

  it('is asked for once by reminders that go there at once', async () => {
    let isRead = 0;
    const both = Promise.withResolvers<void>();
    const { store, put, after, calls } = await start({
      async workingTime() {
        await both.promise;
        return NINE_TO_FIVE;
      },
    });
    const { getReminder } = store;
    store.getReminder = async (id) => {
      const found = await getReminder(id);
      isRead += 1;
      if (isRead === 2) both.resolve();
      return found;
    };
    for (const fingerprint of ['ab', 'cd']) await put({ fingerprint: fingerprint.repeat(32) });
    await after(DAY);
    assert.equal(calls.filter((call) => call === asked[0]).length, 1);
  });

  it('that is refused is not known for a day, and the reminders go on', async () => {
    const { store, put, after, calls, statusOf } = await start({
      workingTime: () => Promise.reject(failure('refused')),
    });
    const reminder = await put();
    await after(DAY);
    assert.deepEqual(await store.getWorkingTime(MAILBOX), { workingTime: null, fetchedAt: NOW + DAY });
    assert.notEqual((await statusOf(reminder))?.lastError, 'no');
    await put();
    await after(DAY - 1);
    assert.equal(calls.filter((call) => call === asked[0]).length, 1);
  });

  for (const code of ['gone', 'credentials', 'unreachable', 'unavailable', 'ambiguous', 'throttled'] as const)
    it(`that cannot be asked for (${code}) stays as it was known, and is asked for at the next try`, async () => {
      const { store, put, after, calls, statusOf } = await start({
        workingTime: () => Promise.reject(failure(code)),
      });
      const reminder = await put();
      await after(DAY);
      assert.deepEqual(await store.getWorkingTime(MAILBOX), { workingTime: NINE_TO_FIVE, fetchedAt: NOW });
      assert.equal((await statusOf(reminder))!.lastError, 'no');
      await after(HOUR);
      assert.deepEqual(calls, [...asked, ...asked]);
    });
});

describe('a reminder that is to go', () => {
  const LONG = 30 * DAY;
  const cases: [name: string, eventId: string | null, age: number, code: DeliveryFailure | null, left: boolean][] = [
    ['goes with its event', 'e1', 0, null, false],
    ['goes with a mailbox where it never was', null, 0, 'gone', false],
    ['waits for a month for its mailbox, which may come back with the event', 'e1', LONG, 'gone', true],
    ['goes after a month without its mailbox', 'e1', LONG + 1, 'gone', false],
    ['that never was there waits while the calendar is away', null, LONG + 1, 'unavailable', true],
    ['waits while the calendar refuses, however long', 'e1', LONG + 1, 'refused', true],
  ];
  for (const [name, eventId, age, code, isLeft] of cases)
    it(name, async () => {
      const { store, put, after, statusOf } = await start({
        remove: () => (code ? Promise.reject(failure(code)) : undefined),
      });
      const reminder = await put();
      if (eventId) await store.setReminderWritten(reminder, { ...WRITTEN, eventId });
      await store.putReminders([{ ...reminder, wanted: false }], NOW);
      await after(age);
      assert.equal((await store.getReminder(reminder.id)) !== null, isLeft);
      if (isLeft) assert.equal((await statusOf(reminder))!.state, 'pending');
    });

  it('is not looked for where its mailbox is still missing', async () => {
    const { store, put, after, calls } = await start({ back: () => Promise.reject(failure('gone')) });
    const reminder = await put();
    await store.setReminderWritten(reminder, WRITTEN);
    await store.putReminders([{ ...reminder, wanted: false }], NOW);
    await after(0);
    assert.deepEqual(calls, []);
    assert.notEqual(await store.getReminder(reminder.id), null);
  });

  it('stays where it is wanted again because its mailbox is back', async () => {
    const { store, put, after, calls } = await start({ back: () => store.putReminders([wanted], NOW) });
    const wanted = makeReminder({ mailbox: MAILBOX });
    await put({ ...wanted, wanted: false });
    await after(0);
    assert.ok(!calls.includes('remove'));
    assert.equal((await store.getReminder(wanted.id))!.wanted, true);
  });

  it('stays, to be written anew, where it is wanted again while its event goes', async () => {
    const { store, put, after, calls } = await start({ remove: () => store.putReminders([wanted], NOW) });
    const wanted = makeReminder({ mailbox: MAILBOX });
    await put({ ...wanted, wanted: false });
    await after(0);
    assert.deepEqual(calls, ['remove', 'write']);
    assert.equal((await store.getReminder(wanted.id))!.wanted, true);
  });
});
