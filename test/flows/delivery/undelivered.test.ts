import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError, type DeliveryFailure } from '../../../src/core/errors.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Messenger } from '../../../src/core/ports/channel.ts';
import { afterTest } from '../../support/after-test.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const card: Card = { language: 'en', summary: 'An alert.', title: 'An alert', tone: 'attention' };

function place(name: string): ConversationInput {
  return { id: `plain:${name}`, channel: 'plain', kind: 'channel', tenantId: null, name, reference: {} };
}

/** A bot whose chat refuses what goes to some conversations; the operators' conversation is called "ops". */
async function start(refuses: Record<string, DeliveryFailure>, known = ['ops', 'one', 'two', 'three']) {
  let now = NOW;
  const bot = await createWiredBot({
    sources: [],
    now: () => now,
    settings: { operatorConversation: 'plain:ops' },
  });
  afterTest(() => bot.close());
  const shown = new Map<string, Card>();
  const messenger: Messenger = {
    channel: 'plain',
    async send(conversation, sent, { deliveryId }) {
      const code = refuses[conversation.name ?? ''];
      if (code) throw new DeliveryError(code, 'no', { status: 400, peerCode: 'too bad' });
      shown.set(`${conversation.name} ${deliveryId}`, sent);
      return { activityId: `${conversation.name} ${deliveryId}` };
    },
    async update(_conversation, activityId, sent) {
      shown.set(activityId, sent);
    },
    remove: () => Promise.resolve(),
    identify: (actor) => Promise.resolve(actor),
    direct: () => Promise.reject(new DeliveryError('refused', 'nobody')),
    download: () => Promise.reject(new Error('no files here')),
    personOf: () => null,
    link: () => null,
  };
  await bot.join(messenger);
  for (const name of known) await bot.store.rememberConversation(place(name), NOW);
  return {
    bot,
    /** The operators' conversation is known from now on. */
    appear: () => bot.store.rememberConversation(place('ops'), now),
    /** Sends an alert to a conversation. */
    async alert(name: string): Promise<void> {
      const id = crypto.randomUUID();
      await bot.store.putMessages([{ id, conversationId: `plain:${name}`, thread: null, card }], now);
      await bot.settled();
      await bot.settled();
    },
    /** Lets time pass, an hour at a time. */
    async later(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += HOUR) {
        now += HOUR;
        await bot.settled();
      }
      await bot.settled();
    },
    told: () => [...shown].filter(([key]) => key.startsWith('ops ')).map(([, one]) => one),
  };
}

describe('what did not arrive', () => {
  it('is told to the operators in one message a day, which grows', async () => {
    const { alert, later, told } = await start({ one: 'refused', two: 'refused' });
    await alert('one');
    await later(2 * HOUR);
    assert.deepEqual(told(), [], 'it is still tried');
    await later(DAY);
    assert.equal(told().length, 1);
    assert.match(told()[0]!.summary, /One conversation did not get everything/);
    assert.match(told()[0]!.text!.join('\n'), /^one: the service refused a message for a day.*too-bad/m);
    await alert('three');
    await alert('two');
    await alert('two');
    await later(2 * DAY);
    assert.equal(told().length, 2);
    assert.match(told()[1]!.text!.join('\n'), /two: the service refused/);
    assert.equal(told()[1]!.text!.length, 2);
  });

  it('is told as soon as there is somebody to tell', async () => {
    const { bot, alert, later, told, appear } = await start({ one: 'refused' }, ['one']);
    await alert('one');
    await later(DAY + 2 * HOUR);
    const missed = () => told().filter(({ summary }) => /did not get everything/.test(summary));
    assert.deepEqual(missed(), []);
    await appear();
    await bot.round();
    assert.equal(missed().length, 1);
    await bot.round();
    await later(2 * HOUR);
    await bot.round();
    assert.equal(missed().length, 1);
  });

  it('is remembered until its day is over, and then forgotten', async () => {
    const { bot, alert, later, told } = await start({ one: 'refused', two: 'refused' });
    const kept = async () => (await bot.store.listOperatorFindings()).length;
    await alert('one');
    await later(DAY + HOUR);
    await later(2 * HOUR);
    await bot.flows.operators.selfCheck();
    assert.deepEqual([told().length, await kept()], [1, 1]);
    await later(2 * DAY + HOUR);
    await bot.flows.operators.selfCheck();
    assert.equal(await kept(), 0);
  });

  it('is not told to operators who cannot be told either', async () => {
    const { alert, later, told } = await start({ ops: 'refused' });
    await alert('ops');
    await alert('one');
    await later(2 * DAY);
    assert.deepEqual(told(), []);
  });
});
