import assert from 'node:assert/strict';
import { said } from '../../support/said.ts';
import { createWillingSource, startPlainChat, type PlainChat } from './plain-chat.ts';

describe('a button that types a command', () => {
  let chat: PlainChat;
  beforeEach(async () => {
    chat = await startPlainChat({ source: createWillingSource().source });
  });
  afterEach(() => chat.bot.close());

  async function type(text: string): Promise<string[]> {
    const before = chat.posts.length;
    assert.equal(await chat.pressed({ name: 'type', data: { text } }), null);
    await chat.bot.round();
    return chat.posts.slice(before).map(said);
  }

  it('has it run as if the presser had typed it', async () => {
    assert.equal((await type('watch a.example')).length, 1);
    assert.deepEqual(await chat.uris(), ['tls://a.example:443']);
    const [help] = await type('help topics');
    assert.match(help!, /^Help by topic\./);
  });

  it('is there for every command of a card that has such buttons, which all are understood', async () => {
    for (const text of ['help', 'help topics', 'help settings', 'hepl'])
      for (const action of (await chat.say(text)).actions ?? []) {
        assert.ok(action.kind === 'execute' && action.action.name === 'type');
        const [answer] = await type(String(action.action.data['text']));
        assert.doesNotMatch(answer!, /is not a command/);
      }
  });

  for (const data of [{}, { text: '' }, { text: 'x'.repeat(1001) }, { text: 7 }])
    it(`takes nothing else: ${JSON.stringify(data).slice(0, 30)}`, async () => {
      await chat.pressed({ name: 'type', data: data as Record<string, string> });
      await chat.bot.round();
      assert.match(said(chat.posts.at(-1)!), /belongs to something that is no longer there/);
    });
});
