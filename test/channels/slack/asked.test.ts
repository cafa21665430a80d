import assert from 'node:assert/strict';
import { createSlackChannel } from '../../../src/channels/slack/channel.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';
import { readSlack } from '../../support/slack-chat.ts';
import { appHomeOpened, appMention, directMessage, eventCallback } from '../../peers/slack/events.ts';
import { blockActions, slashCommand } from '../../peers/slack/requests.ts';
import { BOT_SCOPES } from '../../peers/slack/workspaces.ts';
import { setStage, type ChannelUnderTest } from '../contract/channel-under-test.ts';

type Stage = Awaited<ReturnType<typeof setStage>>;

/** Alice watches something in #ops; Bob has never written to the bot. */
describe('somebody who never wrote to the bot in Slack', () => {
  let slack: FakeSlack;
  let bot: Stage['bot'];
  let shared: Pick<ChannelUnderTest, 'settled'>;
  let channel: ReturnType<typeof createSlackChannel>;

  beforeEach(async () => {
    slack = await startFakeSlack();
    ({ bot, shared } = await setStage());
    channel = createSlackChannel({
      settings: {
        botToken: 'xoxb-acme',
        appToken: slack.appToken,
        signingSecret: null,
        apiUrl: slack.apiUrl,
        oauth: null,
        allowedWorkspaces: null,
        graphWorkspaces: [],
      },
      publicUrl: () => 'https://certbot.example',
      store: bot.store,
      inbox: bot.slackInbox,
      log: bot.context.log,
      now: () => Date.now(),
      random: bot.context.random,
    });
    await bot.join(channel.messenger);
    channel.start();
    await slack.socket.connected();
    await say('watch example.com');
  });
  afterEach(async () => {
    await channel.close();
    await bot.close();
    await slack.close();
    assert.deepEqual(slack.violations, []);
  });

  const cards = (place: string) => slack.messages(place).map((message) => readSlack(message));

  async function say(text: string): Promise<void> {
    await slack.socket.sendEnvelope('events_api', eventCallback(appMention(`<@U0BOT> ${text}`)));
    await shared.settled();
  }

  /** Bob presses a button of the newest message in his own chat. */
  async function press(label: string): Promise<void> {
    const message = slack.messages('D0BOB').at(-1)!;
    const responseUrl = slack.responseUrl({ channel: 'D0BOB', user: 'U0BOB', messageTs: message.ts });
    const edits = slack.callsOf('chat.update').length;
    await slack.socket.sendEnvelope('interactive', blockActions(label, { message, responseUrl, user: 'U0BOB' }));
    await slack.received(edits + 1, { method: 'chat.update' });
    await shared.settled();
  }

  async function ownerOf(): Promise<string | undefined> {
    return (await bot.store.listWatches('slack:T0ACME:C0OPS'))[0]?.ownerId;
  }

  it('is asked in their own chat, and answers with a button there', async () => {
    await say('owner example.com <@U0BOB>');
    const [asked] = cards('D0BOB');
    assert.match(asked?.text ?? '', /example\.com/);
    assert.deepEqual(asked?.buttons, ['Yes', 'No', 'Never ask from there']);
    assert.equal(await ownerOf(), 'U0ALICE');
    await press('Yes');
    assert.equal(await ownerOf(), 'U0BOB');
    const [answered, ...more] = cards('D0BOB');
    assert.deepEqual([answered?.buttons, more.length], [[], 0]);
  });

  it('is asked once more nowhere, and keeps their chat, when they write there later', async () => {
    await say('owner example.com <@U0BOB>');
    await press('No');
    assert.equal(await ownerOf(), 'U0ALICE');
    const opened = appHomeOpened({ user: 'U0BOB', channel: 'D0BOB', tab: 'messages' });
    await slack.socket.sendEnvelope('events_api', eventCallback(opened));
    await slack.socket.sendEnvelope(
      'events_api',
      eventCallback(directMessage('list', { channel: 'D0BOB', user: 'U0BOB' })),
    );
    await shared.settled();
    assert.equal((await bot.store.findConversation('slack:T0ACME:D0BOB'))?.kind, 'personal');
    const statistics = await bot.store.statistics();
    assert.equal(statistics.conversations, 2);
  });

  it('is found by a command that names them, as Slack sends it', async () => {
    const url = slack.responseUrl({ channel: 'C0OPS', user: 'U0ALICE' });
    await slack.socket.sendEnvelope('slash_commands', slashCommand('owner example.com <@U0BOB|bob>', url));
    await shared.settled();
    assert.equal(cards('D0BOB').length, 1);
  });

  it('is not asked when the bot may not open chats, and whoever named them is told which scope is missing', async () => {
    slack.world.grant(
      'T0ACME',
      'xoxb-acme',
      BOT_SCOPES.filter((scope) => !/^m?p?im:write$/.test(scope)),
    );
    await say('owner example.com <@U0BOB>');
    assert.equal(await ownerOf(), 'U0ALICE');
    assert.match(cards('C0OPS').at(-1)?.text ?? '', /lacks the scope im:write, which/);
    assert.deepEqual(cards('D0BOB'), []);
  });
});
