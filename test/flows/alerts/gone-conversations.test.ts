import assert from 'node:assert/strict';
import { alertRules } from '../../../src/core/alerts/rules.ts';
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts';
import { moveConversation } from '../../../src/flows/chat/membership.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { CHANNEL, chatOf, personOf, startWiredOutlook, type WiredOutlook } from '../../support/wired-outlook.ts';

const anna = personOf('anna');
/** Stages begin 22.5, 7 and 2 days before its end. */
const LEAF = certificate('leaf', { notAfter: NOW + 60 * DAY });

describe('alerts of a conversation', () => {
  let it_: WiredOutlook;
  beforeEach(async () => {
    it_ = await startWiredOutlook({
      people: [anna],
      settings: { calendar: 'none', alerts: alertRules(6 * HOUR, MINUTE) },
    });
  });
  afterEach(() => it_.close());

  const titles = (id: string): string[] =>
    it_.posts.filter(({ conversationId }) => conversationId === id).map(({ card }) => card.title);

  it('that comes back tell what began while it was gone, though another has had the look', async () => {
    const { store } = it_.bot;
    await it_.watching(anna, 'example.com', LEAF);
    await it_.watching(anna, 'example.com', LEAF, chatOf(anna));
    await it_.later(30 * DAY);
    await store.setConversationGone(CHANNEL.id, it_.now());
    await it_.later(8 * DAY);
    await it_.passing(2 * MINUTE);
    assert.equal(titles(chatOf(anna).id).length, 2);
    assert.equal(titles(CHANNEL.id).length, 1);
    await store.rememberConversation(CHANNEL, it_.now());
    await store.setConversationGone(CHANNEL.id, null);
    await it_.passing(2 * MINUTE);
    assert.match(titles(CHANNEL.id)[1] ?? 'nothing', /^example\.com expires in/);
  });

  it('that gets another id tell under it what was waiting to be told', async () => {
    await it_.watching(anna, 'example.com', LEAF);
    await it_.later(38 * DAY);
    assert.equal(titles(CHANNEL.id).length, 1, 'it waits for others');
    const moved = { ...CHANNEL, id: 'plain:moved' };
    await moveConversation(it_.bot.context, CHANNEL.id, moved);
    await it_.passing(2 * MINUTE);
    assert.match(titles(moved.id)[0] ?? 'nothing', /^example\.com expires in/);
  });
});
