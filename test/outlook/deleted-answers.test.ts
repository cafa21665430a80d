import assert from 'node:assert/strict';
import { certificate, NOW } from '../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../support/wired-outlook.ts';
import { carriedBy, kindsIn, PAIR, pressForged } from '../support/wired-people.ts';
import { MINUTE, DAY } from '../../src/core/time.ts';

const anna = personOf('anna');
const bob = personOf('bob');
const carla = personOf('carla');
const LEAF = certificate('first', { notAfter: NOW + 60 * DAY });
const KEEP = 'Keep reminding';
const REFUSED = /Only the person whose calendar it is can answer this/;

describe('the question about an event that was deleted in Outlook', () => {
  let it_: WiredOutlook;
  afterEach(() => it_.close());

  /** Deletes the renew event of a mailbox by hand; resolves with what the buttons of the question carry. */
  async function asked(mailbox: string, place = CHANNEL): Promise<Record<string, string | number | boolean>> {
    it_.graph.mailbox(mailbox).trash(it_.pair(mailbox).renew.id);
    for (const _look of [1, 2]) {
      it_.pass(MINUTE);
      await it_.look(mailbox);
    }
    return carriedBy(it_.latest(place), KEEP)!;
  }

  const ways = ['keep-event', 'drop-event'] as const;

  describe('of a person’s own mailbox', () => {
    beforeEach(async () => {
      it_ = await startWiredOutlook({ people: [anna, bob, carla] });
      await it_.watching(anna, 'example.com', LEAF);
    });

    const strangers = [
      ['somebody else in the channel', bob, CHANNEL],
      ['a stranger in a chat of their own', carla, chatOf(carla)],
    ] as const;
    for (const [who, actor, place] of strangers)
      for (const name of ways)
        it(`is not answered by ${who} (${name})`, async () => {
          const data = await asked('anna');
          assert.equal(await pressForged(it_, actor, place, { name, data }), null);
          assert.match(it_.latest(place).summary, REFUSED);
          assert.deepEqual(kindsIn(it_, 'anna'), [PAIR[0]]);
          await pressForged(it_, anna, CHANNEL, { name: 'keep-event', data });
          assert.deepEqual(kindsIn(it_, 'anna'), PAIR, 'it still stands for its person');
        });

    it('is not answered by somebody else who alone sees it, and who alone is told so', async () => {
      const data = await asked('anna');
      await pressForged(it_, bob, CHANNEL, { name: 'keep-event', data }, { ephemeral: 'for bob alone' });
      const { thread, card } = it_.posts.at(-1)!;
      assert.equal(thread, 'for bob alone');
      assert.match(card.summary, REFUSED);
    });

    it('is not answered by who watches the same in a chat of their own', async () => {
      await it_.watching(carla, 'example.com', LEAF, chatOf(carla));
      const data = await asked('anna');
      await pressForged(it_, carla, chatOf(carla), { name: 'keep-event', data });
      assert.match(it_.latest(chatOf(carla)).summary, REFUSED);
      assert.deepEqual(kindsIn(it_, 'anna'), [PAIR[0]]);
    });

    it('about somebody’s copy is not answered by the owner of the watch', async () => {
      await it_.say(anna, 'remind also @bob');
      await it_.press(bob, 'Yes, into my calendar', chatOf(bob));
      const data = await asked('bob', chatOf(bob));
      await pressForged(it_, anna, CHANNEL, { name: 'keep-event', data });
      assert.match(it_.latest(CHANNEL).summary, REFUSED);
      assert.deepEqual(kindsIn(it_, 'bob'), [PAIR[0]]);
    });

    it('is answered once, and a no stays a no', async () => {
      const data = await asked('anna');
      const card = await pressForged(it_, anna, CHANNEL, { name: 'drop-event', data });
      assert.match(card!.summary, /No more reminders in Outlook\. That is so for example\.com/);
      assert.equal(await pressForged(it_, anna, CHANNEL, { name: 'keep-event', data }), null);
      assert.match(it_.latest(CHANNEL).summary, /has been answered/);
      it_.pass(MINUTE);
      await it_.look('anna');
      assert.deepEqual(kindsIn(it_, 'anna'), [PAIR[0]]);
    });
  });

  const shared: [string, Parameters<typeof startWiredOutlook>[0], string | null][] = [
    ['of everybody', { settings: { calendarMailbox: 'ops@example.com' } }, null],
    ['of the conversation', {}, 'settings mailbox ops@example.com'],
  ];
  for (const [name, options, said] of shared)
    describe(`of a shared mailbox ${name}`, () => {
      beforeEach(async () => {
        it_ = await startWiredOutlook({ people: [anna, bob, carla], ...options });
        it_.graph.mailbox('ops@example.com').setPurpose('shared');
        if (said) await it_.say(anna, said);
        await it_.watching(anna, 'example.com', LEAF);
      });

      it('is answered by anybody in a conversation whose reminders are there', async () => {
        const data = await asked('ops@example.com');
        await pressForged(it_, bob, CHANNEL, { name: 'keep-event', data });
        assert.deepEqual(kindsIn(it_, 'ops@example.com'), PAIR);
      });

      for (const way of ways)
        it(`is not answered by a stranger from another chat (${way})`, async () => {
          const data = await asked('ops@example.com');
          await pressForged(it_, carla, chatOf(carla), { name: way, data });
          assert.match(it_.latest(chatOf(carla)).summary, REFUSED);
          assert.deepEqual(kindsIn(it_, 'ops@example.com'), [PAIR[0]]);
          await pressForged(it_, bob, CHANNEL, { name: 'keep-event', data });
          assert.deepEqual(kindsIn(it_, 'ops@example.com'), PAIR, 'the question still stands');
        });
    });
});
