import assert from 'node:assert/strict';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import type { WorkingTime } from '../../../src/core/model/reminder.ts';
import { destinationKey } from '../../../src/core/reminders/destination.ts';
import { defaultWorkingTime } from '../../../src/core/reminders/plan-event.ts';
import { DAY } from '../../../src/core/time.ts';
import { createWorkingHours } from '../../../src/flows/reminders/working-hours.ts';
import { afterTest } from '../../support/after-test.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';

const BERLIN = defaultWorkingTime('Europe/Berlin');
const TOKYO = defaultWorkingTime('Asia/Tokyo');
const KEY = destinationKey({ calendar: 'graph', mailbox: 'ada' });

/** The hours of mailboxes as the service tells them: `answer` is asked each time. */
async function start({ hasCalendar = true } = {}) {
  const clock = { now: NOW };
  const service = { answer: (): Promise<WorkingTime | null> => Promise.resolve(BERLIN) };
  const asked: string[] = [];
  const awaited: unknown[] = [];
  const calendar = {
    workingTime(mailbox: string) {
      asked.push(mailbox);
      return service.answer();
    },
  } as Partial<Calendar> as Calendar;
  const bot = await createWiredBot({
    ...{ sources: [], now: () => clock.now, calendar: hasCalendar ? calendar : null },
    settings: { calendar: 'graph' },
  });
  afterTest(() => bot.close());
  await bot.flows.planner.close();
  const { store } = bot;
  /** What is marked whenever somebody waits for a plan. */
  const planned = async (...given: unknown[]): Promise<boolean> => {
    awaited.push([...given, (await store.pendingMarks('reminders', [KEY], clock.now)).map(({ version }) => version)]);
    return true;
  };
  const hours = createWorkingHours(bot.context, { planned });

  /** The parts of what is marked of the mailbox, which is worked off with that; undefined where nothing is. */
  async function marked(): Promise<string[] | null | undefined> {
    const claim = await store.claimMark('reminders', { now: clock.now, leaseId: 'test', leaseMs: 1000, key: KEY });
    if (claim) await store.completeMark(claim);
    return claim?.parts;
  }
  const known = () => store.getWorkingTime('ada');
  return { clock, service, asked, awaited, hours, store, marked, known };
}

function refusal(): Promise<never> {
  return Promise.reject(new DeliveryError('refused', 'not to be seen'));
}

describe('the working hours of a mailbox', () => {
  it('are asked for and kept, all of its reminders are marked with that, and their plan is waited for', async () => {
    const { asked, awaited, hours, known, marked } = await start();
    await hours.ask('ada');
    assert.deepEqual([asked, await known()], [['ada'], { workingTime: BERLIN, fetchedAt: NOW }]);
    assert.deepEqual(awaited, [[[{ calendar: 'graph', mailbox: 'ada' }], [1]]]);
    assert.equal(await marked(), null, 'everything');
  });

  for (const [name, answers, expected] of [
    ['stay as they are', [BERLIN, { ...BERLIN }], undefined],
    ['change', [BERLIN, TOKYO], null],
    ['are not to be seen any more', [BERLIN, null], null],
    ['are not to be seen, as before', [null, null], undefined],
    ['are to be seen at last', [null, BERLIN], null],
  ] as const) {
    it(`are planned anew ${expected === null ? 'where' : 'not where'} they ${name}`, async () => {
      const { clock, service, hours, known, marked } = await start();
      for (const answer of answers) {
        await marked();
        clock.now += 1;
        service.answer = () => Promise.resolve(answer);
        await hours.ask('ada');
      }
      assert.deepEqual(await known(), { workingTime: answers[1], fetchedAt: clock.now });
      assert.equal(await marked(), expected);
    });
  }

  it('are not planned anew where they never were to be seen', async () => {
    const { service, hours, marked } = await start();
    service.answer = () => Promise.resolve(null);
    await hours.ask('ada');
    assert.equal(await marked(), undefined);
  });

  it('are waited for also where they stay as they are: something else may be marked', async () => {
    const { awaited, hours } = await start();
    await hours.ask('ada');
    await hours.ask('ada');
    assert.equal(awaited.length, 2);
  });

  it('are asked for once a day before something is written', async () => {
    const { clock, asked, hours, known } = await start();
    await hours.refresh('ada');
    clock.now += DAY - 1;
    await hours.refresh('ada');
    assert.equal(asked.length, 1);
    clock.now += 1;
    await hours.refresh('ada');
    assert.equal(asked.length, 2);
    assert.equal((await known())?.fetchedAt, clock.now);
  });

  it('are asked for once by all that write into one mailbox, and then by whoever comes a day later', async () => {
    const { clock, service, asked, hours } = await start();
    const { promise, resolve } = Promise.withResolvers<WorkingTime>();
    service.answer = () => promise;
    const all = ['ada', 'bob', 'ada'].map((mailbox) => hours.refresh(mailbox));
    while (asked.length < 2) await new Promise(setImmediate);
    resolve(BERLIN);
    await Promise.all(all);
    assert.deepEqual(asked, ['ada', 'bob']);
    clock.now += DAY;
    await hours.refresh('ada');
    assert.deepEqual(asked, ['ada', 'bob', 'ada']);
  });

  it('that are refused count as told for a day before something is written', async () => {
    const { clock, service, asked, awaited, hours, known, marked } = await start();
    await hours.ask('ada');
    await marked();
    service.answer = refusal;
    clock.now += DAY;
    await hours.refresh('ada');
    await hours.refresh('ada');
    assert.deepEqual(await known(), { workingTime: null, fetchedAt: clock.now });
    assert.deepEqual([asked.length, awaited.length, await marked()], [2, 2, null]);
  });

  it('that are refused are told to whoever asks for them, and nothing is noted', async () => {
    const { service, hours, known } = await start();
    service.answer = refusal;
    await assert.rejects(hours.ask('ada'), { code: 'refused' });
    assert.equal(await known(), null);
  });

  for (const error of [new DeliveryError('unavailable', 'away'), new DeliveryError('gone', 'gone'), new Error('no')]) {
    it(`hold up what is to be written where they cannot be asked for: ${error.message}`, async () => {
      const { service, asked, hours, known } = await start();
      service.answer = () => Promise.reject(error);
      await assert.rejects(hours.refresh('ada'), error);
      assert.equal(await known(), null);
      service.answer = () => Promise.resolve(BERLIN);
      await hours.refresh('ada');
      assert.equal(asked.length, 2, 'the next one asks again');
    });
  }

  it('are not asked for where there is no calendar', async () => {
    const { awaited, hours, known } = await start({ hasCalendar: false });
    await hours.refresh('ada');
    assert.deepEqual([awaited, await known()], [[], null]);
  });
});
