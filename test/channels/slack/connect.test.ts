import assert from 'node:assert/strict';
import { ACME, type WorkspaceSpec } from '../../peers/slack/workspaces.ts';
import { startSlackStage, type SlackStage } from '../../support/slack-stage.ts';

type Payload = Record<string, any>;

/**
 * Acme belongs to an organisation, and shares #deal with another company, whose Eve is in it, and with Sue of a sibling
 * workspace.
 */
const SHARED: WorkspaceSpec = {
  ...ACME,
  enterprise: { id: 'E0ORG', name: 'Org' },
  users: [
    ...ACME.users!,
    { id: 'U9EVE', team_id: 'T9EVIL', name: 'eve', email: 'eve@evil.example' },
    { id: 'U8GUEST', name: 'guest', is_restricted: true },
    {
      id: 'W0SUE',
      team_id: 'T0SIBLING',
      name: 'sue',
      enterprise_user: { id: 'W0SUE', enterprise_id: 'E0ORG', enterprise_name: 'Org', teams: ['T0SIBLING'] },
    },
  ],
  conversations: [...ACME.conversations!, { id: 'C0DEAL', name: 'deal', teams: ['T0ACME', 'T9EVIL', 'T0SIBLING'] }],
};
const ENVELOPE = {
  is_ext_shared_channel: true,
  enterprise_id: 'E0ORG',
  authorizations: [
    { enterprise_id: 'E0ORG', team_id: 'T0ACME', user_id: 'U0BOT', is_bot: true, is_enterprise_install: false },
  ],
};

describe('a channel that another company shares (Slack Connect)', () => {
  let stage: SlackStage;

  beforeEach(async () => {
    stage = await startSlackStage({ workspaces: [SHARED] });
    for (const host of ['example.com', 'eve.example']) stage.serve(host, 60);
  });
  afterEach(() => stage.end());

  function say(user: string, text: string, partial: Payload = {}): Promise<{ text: string; summary: string }> {
    const teams: Record<string, string> = { U9EVE: 'T9EVIL', W0SUE: 'T0SIBLING' };
    const team = teams[user] ?? 'T0ACME';
    const given = { user, channel: 'C0DEAL', team, user_team: team, source_team: team, envelope: ENVELOPE, ...partial };
    return stage.say(text, given) as Promise<{ text: string; summary: string }>;
  }
  const eve = (text: string, partial?: Payload): Promise<{ text: string }> => say('U9EVE', text, partial);

  async function watched(place = 'C0DEAL'): Promise<string[]> {
    return (await stage.bot.store.listWatches(`slack:T0ACME:${place}`)).map(({ uri }) => uri);
  }

  it('answers its strangers what they ask', async () => {
    await say('U0BOB', 'watch example.com');
    for (const [text, answer] of [
      ['list', /The one that is watched is fine/],
      ['show example.com', /Owner: bob/],
      ['check example.com', /Expires/],
      ['help', /watch example\.com/],
      ['settings', /Time zone/],
      ['remind', /default/],
      ['owner example.com', /bob/],
      ['remind also', /this bot writes into none/],
      ['trust', /trust/],
      ['calendar example.com', /Reminder/],
    ] as const)
      assert.match((await eve(text)).text, answer, text);
  });

  const refused: [string, RegExp][] = [
    ['unwatch all', /another organisation than yours/],
    ['unwatch example.com', /Somebody else owns example\.com/],
    ['watch example.com remind 3d', /Somebody else owns example\.com/],
    ['remind 3d', /another organisation than yours/],
    ['remind default', /another organisation than yours/],
    ['remind also me', /another organisation than yours/],
    ['remind also <@U0ALICE> for example.com', /another organisation than yours/],
    ['remind not <@U0ALICE>', /another organisation than yours/],
    ['owner example.com me', /Somebody else owns example\.com/],
    ['owner all me', /Somebody else owns example\.com/],
    ['settings timezone Asia/Tokyo', /another organisation than yours/],
    ['settings freeze 2030-01-01..2030-01-05', /another organisation than yours/],
    ['settings mailbox eve@evil.example', /another organisation than yours/],
    ['settings operators here', /tells its operators/],
    ['settings operators default', /tells its operators/],
    ['trust remove all', /another organisation than yours/],
    ['calendar', /whoever has it reads everything/],
    ['calendar reset', /whoever has it reads everything/],
  ];
  for (const [text, answer] of refused)
    it(`refuses its strangers: ${text}`, async () => {
      await say('U0BOB', 'watch example.com');
      const before = await stage.bot.store.findConversation('slack:T0ACME:C0DEAL');
      assert.match((await eve(text)).text, answer);
      assert.deepEqual(await watched(), ['tls://example.com:443']);
      assert.deepEqual(await stage.bot.store.findConversation('slack:T0ACME:C0DEAL'), before);
      const [watch] = await stage.bot.store.listWatches('slack:T0ACME:C0DEAL');
      assert.deepEqual([watch?.ownerId, watch?.policy], ['U0BOB', null]);
      assert.ok(!/\/calendar\/[\w-]+\.ics/.test(JSON.stringify(stage.cards('C0DEAL'))), 'the feed is shown');
    });

  it('lets its strangers change what they own', async () => {
    await eve('watch eve.example');
    assert.deepEqual(await watched(), ['tls://eve.example:443']);
    assert.match((await eve('watch eve.example remind 3d')).text, /Next alert: notice, on/);
    await eve('unwatch eve.example');
    assert.deepEqual(await watched(), []);
  });

  it('is theirs to change for its own people, a guest and people of the same organisation', async () => {
    for (const user of ['U0ALICE', 'U8GUEST', 'W0SUE']) {
      await say('U0BOB', 'watch example.com');
      await say(user, 'unwatch all');
      await say(user, 'unwatch all yes');
      assert.deepEqual(await watched(), [], user);
      await say(user, `settings timezone ${user === 'W0SUE' ? 'Asia/Tokyo' : 'Europe/Berlin'}`);
    }
    const conversation = await stage.bot.store.findConversation('slack:T0ACME:C0DEAL');
    assert.equal(conversation?.settings.timeZone, 'Asia/Tokyo');
  });

  const tellings: [string, Payload][] = [
    ['in the message alone', { user: 'U0STRANGE', team: 'T9EVIL', user_team: undefined, source_team: undefined }],
    ['by user_team, the message being sent from here', { user: 'U9EVE', team: 'T0ACME', source_team: 'T0ACME' }],
    ['by users.info alone', { user: 'U9EVE', team: undefined, user_team: undefined, source_team: undefined }],
    ['by users.info against the message', { user: 'U9EVE', team: 'T0ACME', user_team: 'T0ACME' }],
  ];
  for (const [name, partial] of tellings)
    it(`knows its strangers ${name}`, async () => {
      await say('U0BOB', 'watch example.com');
      await eve('unwatch all', partial);
      await eve('unwatch all yes', partial);
      assert.deepEqual(await watched(), ['tls://example.com:443']);
    });

  it('takes for a stranger whom Slack calls one', async () => {
    stage.slack.world.addUser('T0ACME', { id: 'U7ODD', name: 'odd', is_stranger: true });
    await say('U0BOB', 'watch example.com');
    await say('U7ODD', 'unwatch all');
    await say('U7ODD', 'unwatch all yes');
    assert.deepEqual(await watched(), ['tls://example.com:443']);
  });

  it('cannot be where operators are told', async () => {
    assert.match((await say('U0BOB', 'settings operators here')).text, /other organisations read this conversation/);
    assert.match((await say('U0BOB', 'settings operators')).text, /Operators: none/);
  });

  it('gives strangers no power over the bot in their own chat either, where everything else is theirs', async () => {
    const own = { channel: 'D9EVE' };
    stage.slack.world.addConversation('T0ACME', { id: 'D9EVE', kind: 'im', user: 'U9EVE' });
    assert.match((await eve('settings operators here', own)).text, /tells its operators/);
    await eve('watch eve.example', own);
    assert.match((await eve('calendar', own)).text, /\.ics/);
    assert.match((await eve('settings timezone Asia/Tokyo', own)).text, /Asia\/Tokyo/);
    await eve('unwatch all', own);
    await eve('unwatch all yes', own);
    assert.deepEqual(await watched('D9EVE'), []);
  });

  describe('and its buttons', () => {
    const places: [string, Payload][] = [
      ['where the bot is', { team: { id: 'T0ACME' } }],
      ['where they come from', { team: { id: 'T9EVIL' } }],
      ['neither', { team: null }],
    ];
    for (const [name, partial] of places)
      it(`show, and change nothing of others, for a stranger whose press names the workspace ${name}`, async () => {
        await say('U0BOB', 'watch example.com');
        await say('U0BOB', 'list');
        const list = stage.cards('C0DEAL').at(-1)!;
        const pressing = { user: 'U9EVE', team: 'T9EVIL', partial };
        await stage.press('Stop watching', list, pressing);
        await stage.until(() => stage.cards('C0DEAL').some(({ text }) => /Somebody else owns example/.test(text)));
        assert.deepEqual(await watched(), ['tls://example.com:443']);
        await stage.press('Show', list, pressing);
        await stage.until(() => stage.cards('C0DEAL').some(({ text }) => /Owner: bob/.test(text)));
      });

    it('stop what a stranger owns', async () => {
      await eve('watch eve.example');
      await eve('list');
      await stage.press('Stop watching', stage.cards('C0DEAL').at(-1)!, { user: 'U9EVE', team: 'T9EVIL' });
      await stage.until(async () => (await watched()).length === 0);
    });
  });
});
