import assert from 'node:assert/strict';
import { appHomeOpened, appMention, conversationEvent, directMessage, memberEvent } from '../../peers/slack/events.ts';
import { slashCommand } from '../../peers/slack/requests.ts';
import { startSlackStage, type SlackStage } from '../../support/slack-stage.ts';

type Payload = Record<string, any>;

const REFUSED = 'This bot does not serve your organisation.';

/** An event's envelope as Slack sends it for another workspace than the bot's own. */
function envelopeOf(teamId: string, enterpriseId: string | null = null): Payload {
  const authorization = { team_id: teamId, enterprise_id: enterpriseId, user_id: 'U0BOT', is_bot: true };
  return {
    team_id: teamId,
    enterprise_id: enterpriseId,
    authorizations: [{ ...authorization, is_enterprise_install: false }],
  };
}

describe('a Slack bot with ALLOWED_TENANTS', () => {
  let stage: SlackStage;

  beforeEach(async () => {
    // Ids are written as people write them.
    stage = await startSlackStage({ settings: { allowedWorkspaces: ['t0acme', 'E0LINKED'] } });
    stage.serve('example.com', 60);
  });
  afterEach(() => stage.end());

  /** Everything in this store that another workspace can have left behind. */
  async function kept(teamId: string): Promise<unknown[]> {
    const { store } = stage.bot;
    const ids = ['C0OPS', 'D0ALICE', 'D0BOB'].map((place) => `slack:${teamId}:${place}`);
    const known = await Promise.all(ids.map((id) => store.findConversation(id)));
    return known.filter((conversation) => conversation !== null);
  }

  function said(): string[] {
    return [...stage.cards('C0OPS'), ...stage.cards('D0ALICE')].map(({ text, summary }) => summary || text);
  }

  const foreign: [string, Payload, string[]][] = [
    ['a mention', appMention('<@U0BOT> watch example.com', { team: 'T0OTHER' }), [REFUSED]],
    ['a direct message', directMessage('watch example.com', { team: 'T0OTHER' }), [REFUSED]],
    ['an opened Home tab', appHomeOpened(), []],
    ['an opened chat', appHomeOpened({ tab: 'messages' }), []],
    ['an invitation to a channel', memberEvent('member_joined_channel'), []],
    ['a channel that is open again', conversationEvent('channel_unarchive'), []],
  ];
  for (const [name, event, answers] of foreign)
    it(`does nothing for ${name} of another workspace but say so where something was typed`, async () => {
      await stage.event(event, envelopeOf('T0OTHER'));
      assert.deepEqual(said(), answers);
      assert.deepEqual(await kept('T0OTHER'), []);
      assert.equal(stage.slack.home('U0ALICE'), undefined);
    });

  it('does nothing for a slash command of another workspace but say so to the asker alone', async () => {
    const url = stage.slack.responseUrl({ channel: 'C0OPS', user: 'U0ALICE' });
    const command = slashCommand('watch example.com', url, { team_id: 'T0OTHER' });
    const { answer } = await stage.slack.socket.sendEnvelope('slash_commands', command);
    await stage.settled();
    assert.deepEqual(answer, { response_type: 'ephemeral', text: REFUSED });
    assert.deepEqual([said(), stage.whispers('U0ALICE')], [[], []]);
    assert.deepEqual(await kept('T0OTHER'), []);
  });

  it('does nothing for a press in another workspace, though what is pressed is there', async () => {
    const card = await stage.say('watch example.com');
    const edits = stage.slack.callsOf('chat.update').length;
    await stage.press('Look again now', card!, { team: 'T0OTHER' });
    await stage.slack.until(() => stage.whispers('U0BOB').length === 1, 'an answer');
    await stage.settled();
    assert.equal(stage.slack.ephemerals('U0BOB')[0]!.text, REFUSED);
    assert.equal(stage.slack.callsOf('chat.update').length, edits);
    assert.deepEqual(await kept('T0OTHER'), []);
  });

  const served: [string, Payload][] = [
    ['its own workspace', {}],
    ['a workspace of an organisation that is named', envelopeOf('T0OTHER', 'E0LINKED')],
  ];
  for (const [name, envelope] of served)
    it(`serves ${name}`, async () => {
      assert.match(
        (await stage.say('watch example.com', { envelope }))!.summary,
        /^Watching example\.com: fine, valid until /,
      );
      await stage.event(appHomeOpened({ user: 'U0BOB', channel: 'D0BOB' }), envelope);
      await stage.slack.until(() => JSON.stringify(stage.slack.home('U0BOB') ?? '').includes('example.com'), 'the tab');
    });
});
