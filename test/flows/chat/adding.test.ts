import assert from 'node:assert/strict';
import sinon from 'sinon';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';

describe('what is watched', () => {
  let chat: PlainChat;
  /** When its next look was due each time that a look was about to be stored. */
  let dues: (number | null)[];
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
    dues = [];
    const { observer } = chat.bot.flows;
    const { commitLook } = observer;
    sinon.stub(observer, 'commitLook').callsFake(async (...look) => {
      dues.push(await dueAt());
      return commitLook(...look);
    });
  });
  afterEach(async () => {
    sinon.restore();
    await chat.bot.close();
  });

  const dueAt = async () => (await chat.bot.store.findTarget('tls://a.example:443'))!.dueAt;

  it('is looked at soon, also where the bot ends before its first look is stored', async () => {
    const begun = Date.now();
    await chat.say('watch a.example');
    const due = dues[0] ?? 0;
    assert.ok(due > begun && due <= Date.now() + 60_000, String(due));
  });

  it('and was watched before is looked at when it would have been', async () => {
    await chat.say('watch a.example');
    const due = await dueAt();
    await chat.say('watch a.example');
    assert.deepEqual([dues.length, dues[1]], [2, due]);
  });
});
