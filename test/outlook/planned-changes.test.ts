import assert from 'node:assert/strict';
import type { Store } from '../../src/core/ports/store.ts';
import { destinationKey, type Destination } from '../../src/core/reminders/destination.ts';
import { afterTest } from '../support/after-test.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { carriedBy } from '../support/wired-people.ts';
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts';

const anna = personOf('anna');
const MAILBOX: Destination = { calendar: 'graph', mailbox: 'anna' };

async function start(hosts: string[]): Promise<WiredOutlook> {
  const it_ = await startWiredOutlook({ people: [anna] });
  afterTest(() => it_.close());
  it_.graph.mailbox('anna').setOwner('anna@example.com');
  for (const host of hosts)
    await it_.watching(anna, host, certificate(host, { notBefore: NOW - 59 * DAY, notAfter: NOW + 31 * DAY }));
  return it_;
}

/** The parts that were marked of the mailbox while nobody plans; null: everything, undefined: nothing. */
async function markedBy({ bot }: WiredOutlook, change: () => Promise<unknown>): Promise<string[] | null | undefined> {
  await bot.flows.planner.close();
  await change();
  const key = destinationKey(MAILBOX);
  const claimed = await bot.store.claimMark('reminders', { now: NOW + DAY, leaseId: 'test', leaseMs: MINUTE, key });
  return claimed?.parts;
}

/** From now on, which operations each transaction has called, in order. */
function recorded(store: Store): string[][] {
  const transactions: string[][] = [];
  const { transaction } = store;
  store.transaction = (work, options) => {
    const called: string[] = [];
    transactions.push(called);
    return transaction(
      (operations) =>
        work(
          new Proxy(operations, {
            get(target, name, receiver) {
              called.push(String(name));
              return Reflect.get(target, name, receiver) as unknown;
            },
          }),
        ),
      options,
    );
  };
  return transactions;
}

describe('what commands have planned anew', () => {
  const HOSTS = ['a.example', 'b.example', 'c.example'];

  it('is what has to do with the watches that go, also after nothing tells any more what they presented', async () => {
    const it_ = await start(HOSTS);
    const target = await it_.bot.store.findTarget('tls://b.example:443');
    const parts = await markedBy(it_, () => it_.say(anna, 'unwatch b.example'));
    assert.deepEqual(parts, [`certificate ${certificate('b.example').fingerprint}`, `target ${target!.id}`]);
  });

  it('is everything where the zone of a conversation changes, since others may go by it', async () => {
    const it_ = await start(HOSTS);
    assert.equal(await markedBy(it_, () => it_.say(anna, 'settings timezone Asia/Tokyo')), null);
  });

  it('is what a conversation watches where it changes something else', async () => {
    const it_ = await start(HOSTS);
    const parts = await markedBy(it_, () => it_.say(anna, 'settings holidays none'));
    assert.equal(parts?.length, 3);
  });
});

describe('what a person chose', () => {
  it('by moving an event is stored after its mark, as plans are, so that the two do not wait for each other', async () => {
    const it_ = await start(['example.com']);
    const transactions = recorded(it_.bot.store);
    const { renew } = it_.pair('anna');
    it_.graph.mailbox('anna').move(renew.id, renew.start - 3 * DAY);
    await it_.look('anna');
    const [chosen, ...others] = transactions.filter((called) => called.includes('setReminderChoice'));
    assert.deepEqual([chosen?.slice(0, 2), others], [['mark', 'lockReminder'], []]);
  });

  it('by booking a slot is as well', async () => {
    const it_ = await start(['example.com']);
    await it_.later(10 * DAY + 8 * HOUR);
    assert.ok(carriedBy(it_.latest(CHANNEL), 'Book a slot'));
    await it_.press(anna, 'Book a slot');
    const transactions = recorded(it_.bot.store);
    await it_.press(anna, /\d\d:\d\d/, chatOf(anna));
    const [chosen] = transactions.filter((called) => called.includes('setReminderChoice'));
    assert.equal(chosen?.[0], 'mark');
  });
});

describe('an event that was given up', () => {
  it('and is removed while it is wanted again is made anew, not sought where it was', async () => {
    const it_ = await start(['example.com']);
    const { store, flows, context } = it_.bot;
    const [watch] = await store.listWatches(CHANNEL.id);
    const rows = await store.listReminders('graph', 'anna');
    assert.ok(rows.every(({ eventId }) => eventId !== null));
    // Not wanted, and not removed yet.
    await store.putReminders(
      rows.map((row) => ({ ...row, wanted: false })),
      NOW,
    );
    const { getCertificates } = store;
    store.getCertificates = async (prints) => {
      const found = await getCertificates(prints);
      // As by a delivery that was under way when the plan began to read.
      await store.deleteReminders(rows.map(({ id }) => id));
      return found;
    };
    await store.mark('reminders', [{ key: destinationKey(MAILBOX), part: `target ${watch!.targetId}` }], {
      now: context.now(),
    });
    assert.equal(await flows.planner.planned([MAILBOX]), true);
    const after = await store.listReminders('graph', 'anna');
    assert.deepEqual(
      after.map(({ wanted, eventId, etag }) => [wanted, eventId, etag]),
      [
        [true, null, null],
        [true, null, null],
      ],
    );
  });
});
