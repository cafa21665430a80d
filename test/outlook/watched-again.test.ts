import assert from 'node:assert/strict';
import type { Watch } from '../../src/core/model/watch.ts';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { kindsIn, PAIR } from '../support/wired-people.ts';
import { DAY } from '../../src/core/time.ts';

const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const anna = personOf('anna');
/** Anna, while her channel does not tell her mailbox. */
const unknown = personOf('anna', { mailbox: null });
const bob = personOf('bob');

describe('a target that is watched again', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({ people: [anna, bob] });
  });
  afterEach(() => it_.close());

  async function watch(): Promise<Watch> {
    const [only, ...more] = await it_.bot.store.listWatches(CHANNEL.id);
    assert.deepEqual(more, []);
    return only!;
  }

  async function inFeed(): Promise<number> {
    return (await it_.bot.store.listReminders('ics', CHANNEL.id)).filter(({ wanted }) => wanted).length;
  }

  it('by its owner, whose mailbox is known by now, has its reminders moved there, in the language they had', async () => {
    await it_.watching(unknown, 'example.com', LEAF);
    assert.equal(await inFeed(), 2);
    const card = await it_.say(
      { ...anna, name: 'Anna B.', locale: 'de-DE', timeZone: 'Asia/Tokyo' },
      'watch example.com',
    );
    assert.match(JSON.stringify(card.facts), /, in Outlook/);
    assert.deepEqual([kindsIn(it_, 'anna'), await inFeed()], [PAIR, 0]);
    const { ownerId, ownerName, ownerMailbox, ownerTimeZone, ownerLocale } = await watch();
    assert.deepEqual(
      [ownerId, ownerName, ownerMailbox, ownerTimeZone, ownerLocale],
      ['id-anna', 'Anna B.', 'anna', 'Asia/Tokyo', 'en-GB'],
    );
  });

  it('by its owner, who has another mailbox by now, has its reminders moved from the old one', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.say({ ...anna, mailbox: 'anna.new' }, 'watch example.com');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'anna.new')], [[], PAIR]);
  });

  it('by its owner, of whose organisation more is known by now, is of that organisation', async () => {
    await it_.watching({ ...anna, tenantId: null }, 'example.com', LEAF);
    await it_.say(anna, 'watch example.com');
    assert.equal((await watch()).ownerTenantId, 'tenant');
  });

  it('by its owner, whose mailbox is not told this time, stays as it is', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.say(unknown, 'watch example.com');
    assert.deepEqual([kindsIn(it_, 'anna'), await inFeed()], [PAIR, 0]);
    assert.equal((await watch()).ownerMailbox, 'anna');
  });

  it('by its owner, of whom nothing is new, keeps its name and zone', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.say({ ...anna, name: 'Anna B.' }, 'watch example.com');
    assert.equal((await watch()).ownerName, 'anna');
  });

  it('by somebody else stays its owner’s', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.say(bob, 'watch example.com');
    assert.deepEqual([kindsIn(it_, 'anna'), kindsIn(it_, 'bob')], [PAIR, []]);
    assert.equal((await watch()).ownerId, anna.id);
  });
});
