import assert from 'node:assert/strict';
import type { Card } from '../../src/core/card.ts';
import { DeliveryError, type DeliveryFailure } from '../../src/core/errors.ts';
import type { ConversationInput, Messenger } from '../../src/core/ports.ts';
import { afterTest } from '../support/after-test.ts';
import { createWiredBot } from '../support/wired-bot.ts';

const NOW = Date.UTC(2027, 0, 15, 12);
const DAY = 86_400_000;
const card: Card = { language: 'en', summary: 'An alert.', title: 'An alert', tone: 'attention' };

function place(name: string): ConversationInput {
  return { id: `plain:${name}`, channel: 'plain', kind: 'channel', tenantId: null, name, reference: {} };
}

/** A bot whose chat refuses what goes to some conversations; the operators' conversation is called "ops". */
async function start(refuses: Record<string, DeliveryFailure>) {
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
      if (code) throw new DeliveryError(code, 'no', { status: code === 'gone' ? 404 : 400 });
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
    link: () => null,
  };
  bot.join(messenger);
  for (const name of ['ops', 'one', 'two', 'three']) await bot.store.rememberConversation(place(name), NOW);
  return {
    /** Sends an alert to a conversation. */
    async alert(name: string, after = 0): Promise<void> {
      now += after;
      const id = crypto.randomUUID();
      await bot.store.putMessages([{ id, conversationId: `plain:${name}`, thread: null, card }], now);
      await bot.settled();
      await bot.settled();
    },
    told: () => [...shown].filter(([key]) => key.startsWith('ops ')).map(([, one]) => one),
  };
}

describe('what did not arrive', () => {
  it('is told to the operators in one message a day, which grows', async () => {
    const { alert, told } = await start({ one: 'gone', two: 'refused' });
    await alert('one');
    assert.equal(told().length, 1);
    assert.match(told()[0]!.summary, /One conversation did not get everything/);
    assert.match(told()[0]!.text!.join('\n'), /one: the service says that the conversation is gone/);
    await alert('two');
    await alert('two');
    assert.equal(told().length, 1);
    assert.match(told()[0]!.summary, /2 conversations did not get everything/);
    assert.match(told()[0]!.text!.join('\n'), /two: the service refused a message/);
    await alert('three');
    assert.equal(told()[0]!.text!.length, 3);
    await alert('two', DAY);
    assert.equal(told().length, 2);
  });

  it('is not told to operators who cannot be told either', async () => {
    const { alert, told } = await start({ ops: 'refused' });
    await alert('ops');
    await alert('one');
    assert.deepEqual(told(), []);
  });
});
