import assert from 'node:assert/strict';
import { appHomeOpened, appMention, directMessage } from '../../peers/slack/events.ts';
import { startSlackStage, type SlackStage } from '../../support/slack-stage.ts';
import { DAY } from '../../../src/core/time.ts';

describe('what Slack delivers again when nobody remembers it any more', () => {
  let stage: SlackStage;

  beforeEach(async () => {
    stage = await startSlackStage();
  });
  afterEach(() => stage.end());

  /** A timestamp of so many days ago. */
  function ago(days: number): string {
    return `${Math.floor((Date.now() - days * DAY) / 1000)}.000100`;
  }

  async function answered(event: Record<string, unknown>): Promise<number> {
    const before = stage.cards('C0OPS').length + stage.cards('D0ALICE').length;
    await stage.event(event);
    return stage.cards('C0OPS').length + stage.cards('D0ALICE').length - before;
  }

  it('does nothing: a mention that was answered, its record pruned, and that somebody edits', async () => {
    const mention = appMention('<@U0BOT> help');
    assert.equal(await answered(mention), 1);
    await stage.later(31 * DAY);
    await stage.bot.store.pruneInbound(Date.now() + DAY);
    await stage.bot.store.pruneDeliveries(Date.now() + DAY);
    const edited = { ...mention, edited: { user: 'U0ALICE', ts: ago(0) } };
    assert.equal(await answered(edited), 0);
    assert.equal(await answered(mention), 0);
  });

  const old: [string, Record<string, unknown>][] = [
    ['a mention', appMention('<@U0BOT> help', { ts: ago(8) })],
    ['a direct message', directMessage('help', { ts: ago(8) })],
    ['an event that is older than its message', directMessage('help', { event_ts: ago(30) })],
    ['an edit of today', appMention('<@U0BOT> help', { ts: ago(400), event_ts: ago(0), edited: { ts: ago(0) } })],
  ];
  for (const [name, event] of old) it(`does nothing: ${name}`, async () => assert.equal(await answered(event), 0));

  it('welcomes nobody who opened their chat long ago', async () => {
    const opened = appHomeOpened({ tab: 'messages', event_ts: ago(8) });
    assert.equal(await answered(opened), 0);
    assert.equal(await answered({ ...opened, event_ts: ago(0) }), 1);
  });

  it('but answers what is five days late', async () => {
    assert.equal(await answered(appMention('<@U0BOT> help', { ts: ago(5) })), 1);
  });
});
