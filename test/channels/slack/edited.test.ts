import assert from 'node:assert/strict';
import { messageChanged } from '../../peers/slack/events.ts';
import { startSlackStage, type SlackStage } from '../../support/slack-stage.ts';

const ALICE = { channel: 'D0ALICE', user: 'U0ALICE' };

describe('a message in a direct chat of Slack that is edited', () => {
  let stage: SlackStage;

  beforeEach(async () => {
    stage = await startSlackStage();
    for (const host of ['a.example', 'b.example']) stage.serve(host, 60);
  });
  afterEach(() => stage.end());

  /** The timestamp of the message whose texts these are, and what the bot has said when each was delivered. */
  async function edited(texts: string[], partial: Record<string, unknown> = {}): Promise<string[]> {
    const ts = (Date.now() / 1000).toFixed(6);
    await stage.say('watch a.example', { ...ALICE, ts });
    for (const text of texts) await stage.event(messageChanged(text, { ts, ...ALICE, ...partial }));
    return stage.cards('D0ALICE').map(({ text }) => text);
  }

  async function watched(): Promise<string[]> {
    const [conversation] = await stage.bot.store.listPersonalConversations('slack', 'T0ACME');
    return (await stage.bot.store.listWatches(conversation!.id)).map(({ uri }) => uri).toSorted();
  }

  it('is run anew, once, in place of the first answer', async () => {
    const cards = await edited(['watch b.example', 'watch b.example']);
    assert.equal(cards.length, 1);
    assert.match(cards[0]!, /ab jetzt überwacht: b\.example ist gültig/);
    assert.match(cards[0]!, /wurde bearbeitet.*a\.example wird weiter überwacht/s);
    assert.deepEqual(await watched(), ['tls://a.example:443', 'tls://b.example:443']);
  });

  it('is left alone when only its links unfold, when it is old, and when a bot wrote it', async () => {
    for (const partial of [{ edited: undefined }, { ts: '1500000000.000100' }, { bot_id: 'B0OTHER' }]) {
      const [card, ...more] = await edited(['watch b.example'], partial);
      assert.doesNotMatch(card!, /b\.example/);
      assert.deepEqual(
        more.filter((text) => text.includes('b.example')),
        [],
      );
    }
    assert.deepEqual(await watched(), ['tls://a.example:443']);
  });
});
