import assert from 'node:assert/strict';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Calendar } from '../../../src/core/ports/calendar.ts';
import type { Edits } from '../../../src/flows/reminders/edits.ts';
import { createMailboxAudits } from '../../../src/flows/reminders/mailbox-rounds.ts';
import type { Owners } from '../../../src/flows/people/owners.ts';
import { afterTest } from '../../support/after-test.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { SECOND, HOUR, DAY } from '../../../src/core/time.ts';

/**
 * Looks by themselves, at mailboxes in which nothing is; chance is always in the middle. `list` is what the service
 * answers.
 */
async function start(mailboxes: string[], list: (mailbox: string) => Promise<void>, probeInterval = 6 * HOUR) {
  let now = NOW;
  const happened: string[] = [];
  const note = (what: string) => async (mailbox: string) => void happened.push(`${what} ${mailbox}`);
  const calendar: Partial<Calendar> = {
    async list(mailbox) {
      await note('look')(mailbox);
      await list(mailbox);
      return [];
    },
  };
  const bot = await createWiredBot({
    sources: [],
    now: () => now,
    calendar: calendar as Calendar,
    settings: { calendar: 'graph', probeInterval },
  });
  afterTest(() => bot.close());
  const { store } = bot;
  store.listReminderMailboxes = async () => mailboxes;
  store.deliveryStatuses = async () => {
    happened.push('what waits is tried');
    return [];
  };
  const audits = createMailboxAudits(bot.context, {
    edits: {} as Edits,
    owners: { check: note('owner of'), back: async () => {}, missing: note('missing') } as unknown as Owners,
    hours: { ask: note('working time of') },
    deliverer: { kick: () => void happened.push('kick') },
  });

  /** Lets everything run that is ready to. */
  async function turns(): Promise<void> {
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  }

  /** What happens when so much time has passed and it is looked for what is due. */
  async function after(ms: number): Promise<string[]> {
    now += ms;
    happened.length = 0;
    audits.kick();
    await turns();
    return happened.filter((what) => what !== 'kick');
  }

  /** Nothing happens before so much time has passed, and then a look. */
  async function assertNext(ms: number): Promise<void> {
    assert.deepEqual(await after(ms - 1), [], `before ${ms} ms`);
    assert.ok((await after(1)).includes(`look ${mailboxes[0]}`), `after ${ms} ms`);
  }

  return { audits, happened, after, assertNext, turns };
}

const FIRST = 2.5 * SECOND;
/** What comes with the first look at a mailbox. */
const WHOLE = ['owner of anna', 'working time of anna', 'look anna', 'what waits is tried'];

describe('audits of mailboxes', () => {
  it('begin within seconds of the start, with who has it and when they work', async () => {
    const { after } = await start(['anna'], () => Promise.resolve());
    assert.deepEqual(await after(0), []);
    assert.deepEqual(await after(FIRST - 1), []);
    assert.deepEqual(await after(1), WHOLE);
  });

  it('come as often as endpoints are looked at, and ask who has it and when they work once a day', async () => {
    const { after, assertNext } = await start(['anna'], () => Promise.resolve());
    await after(0);
    await after(FIRST);
    await assertNext(6 * HOUR);
    for (let audits = 0; audits < 2; audits += 1) assert.deepEqual(await after(6 * HOUR), ['look anna']);
    assert.deepEqual(await after(6 * HOUR), WHOLE.slice(0, 3));
    assert.deepEqual(await after(6 * HOUR), ['look anna']);
  });

  for (const [name, interval, expected] of [
    ['at least once a day', 7 * DAY, DAY],
    ['half a minute apart at least', SECOND, 30 * SECOND],
  ] as const)
    it(`come ${name}`, async () => {
      const { after, assertNext } = await start(['anna'], () => Promise.resolve(), interval);
      await after(0);
      await after(FIRST);
      await assertNext(expected);
    });

  const failures: [string, DeliveryError, number[]][] = [
    ['of itself', new DeliveryError('unavailable', 'no'), [54, 108, 216, 432, 864, 1728, 3240, 3240]],
    ['by a refusal, which somebody mends', new DeliveryError('refused', 'no'), [54, 108, 216, 432, 540, 540]],
    [
      'and the service asks for a longer pause',
      new DeliveryError('unavailable', 'no', { retryAfter: 2 * HOUR }),
      [7200, 7200],
    ],
    ['and the service asks for a shorter pause', new DeliveryError('unavailable', 'no', { retryAfter: 1 }), [54, 108]],
  ];
  for (const [name, failure, pauses] of failures)
    it(`that fail ${name} come again after growing pauses, up to a limit, and as ever once they succeed`, async () => {
      let answer: () => Promise<void> = () => Promise.reject(failure);
      const { after, assertNext } = await start(['anna'], () => answer());
      await after(0);
      assert.deepEqual(await after(FIRST), WHOLE.slice(0, 3));
      for (const pause of pauses.slice(0, -1)) await assertNext(pause * SECOND);
      answer = () => Promise.resolve();
      assert.deepEqual((await after(pauses.at(-1)! * SECOND)).slice(-2), ['look anna', 'what waits is tried']);
      answer = () => Promise.reject(failure);
      await assertNext(6 * HOUR);
      await assertNext(pauses[0]! * SECOND);
    });

  it('tell of a mailbox that is not there, and of no other', async () => {
    const { after } = await start(['anna', 'bob'], (mailbox) =>
      Promise.reject(new DeliveryError(mailbox === 'anna' ? 'gone' : 'unavailable', 'no')),
    );
    await after(0);
    const happened = await after(FIRST);
    assert.deepEqual(
      happened.filter((what) => what.startsWith('missing')),
      ['missing anna'],
    );
  });

  it('are four at once, and the next begins when one ends', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const gates = new Map(names.map((name) => [name, Promise.withResolvers<void>()]));
    const { after, happened, turns, audits } = await start(names, (mailbox) => gates.get(mailbox)!.promise);
    const begun = (): string[] => happened.filter((what) => what.startsWith('look')).toSorted();
    await after(0);
    await after(FIRST);
    assert.deepEqual(begun(), ['look a', 'look b', 'look c', 'look d']);
    gates.get('b')!.resolve();
    await turns();
    assert.deepEqual(begun().slice(4), ['look e']);
    assert.deepEqual(await after(DAY), [], 'nor is one looked at that is being looked at');
    let ended = false;
    const closing = audits.close().then(() => (ended = true));
    for (const name of ['a', 'c', 'd']) gates.get(name)!.resolve();
    await turns();
    assert.equal(ended, false);
    gates.get('e')!.resolve();
    await closing;
    assert.deepEqual(begun(), [], 'none begins any more');
  });

  it('that were asked for while one was under way are made before the end', async () => {
    const gate = Promise.withResolvers<void>();
    const { audits, happened } = await start(['anna'], () => gate.promise);
    void audits.audit('anna');
    for (let times = 0; times < 3; times += 1) void audits.audit('anna');
    const closing = audits.close();
    gate.resolve();
    await closing;
    assert.deepEqual(
      happened.filter((what) => what === 'look anna' || what === 'kick'),
      ['look anna', 'kick', 'look anna', 'kick'],
    );
  });

  it('have what they brought about delivered, also when they failed', async () => {
    let fails = false;
    const { audits, happened } = await start(['anna'], async () => {
      if (fails) throw new DeliveryError('unavailable', 'no');
    });
    await audits.audit('anna');
    fails = true;
    await audits.audit('anna');
    assert.equal(happened.filter((what) => what === 'kick').length, 2);
  });
});
