import assert from 'node:assert/strict';
import { createSlackChannel, type SlackInbox } from '../../../src/channels/slack/channel.ts';
import { conversationOf } from '../../../src/channels/slack/payload.ts';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Actor, PersonReference } from '../../../src/core/model/people.ts';
import type { ConversationInput } from '../../../src/core/model/conversation.ts';
import type { Inbound, InboundAction } from '../../../src/core/model/inbound.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';
import { appHomeOpened, appMention, directMessage, eventCallback } from '../../peers/slack/events.ts';
import { blockActions, slashCommand } from '../../peers/slack/requests.ts';
import { ACME, BOT_SCOPES, type SlackUser } from '../../peers/slack/workspaces.ts';

const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
const OPS = conversationOf({ teamId: 'T0ACME', enterpriseId: null }, 'C0OPS', { name: 'ops' });
const BOB: PersonReference = { id: 'U0BOB', directoryId: null, address: null };
const NOBODY: PersonReference = { id: null, directoryId: null, address: null };

const question: Card = {
  language: 'en',
  summary: 'Alice asks you to own example.com',
  title: 'Reminders in your calendar?',
  tone: 'notice',
  actions: [
    { kind: 'execute', label: 'Yes', action: { name: 'accept-recipient', data: { recipient: 'r1' } } },
    { kind: 'execute', label: 'No', action: { name: 'decline-recipient', data: { recipient: 'r1' } } },
  ],
};

/** What came in, as the flows see it. */
interface Seen {
  messages: Inbound[];
  actions: InboundAction[];
  installed: ConversationInput[];
}

describe("a person's own chat in Slack", () => {
  let slack: FakeSlack;
  let seen: Seen;
  const ends: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    slack = await startFakeSlack({ workspaces: [ACME, { id: 'T0OTHER', token: 'xoxb-other' }] });
    seen = { messages: [], actions: [], installed: [] };
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    const { violations } = slack;
    await slack.close();
    assert.deepEqual(violations, []);
  });

  /** The bot in Acme, by Socket Mode. */
  function channelOf({ scopes }: { scopes?: string[] } = {}) {
    if (scopes) slack.world.grant('T0ACME', 'xoxb-acme', scopes);
    const inbox = {
      conversationsIn: () => Promise.resolve([]),
      message: async (inbound: Inbound) => void seen.messages.push(inbound),
      async action(action: InboundAction) {
        seen.actions.push(action);
        return { ...question, title: 'Thank you', actions: [] };
      },
      installed: async (conversation: ConversationInput) => void seen.installed.push(conversation),
      recognised: () => {},
    } as unknown as SlackInbox;
    const channel = createSlackChannel({
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
      store: {} as never,
      inbox,
      log: silentLog,
      now: () => Date.now(),
      random: () => 0.5,
    });
    ends.push(() => channel.close());
    return channel;
  }

  const direct = (person: PersonReference, near = OPS) => channelOf().messenger.direct(person, near);

  async function refusalOf(asking: Promise<unknown>): Promise<DeliveryError> {
    const error: unknown = await asking.then(
      () => assert.fail('the person was found'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof DeliveryError, String(error));
    return error;
  }

  const bob: Actor = {
    id: 'U0BOB',
    name: 'bob',
    mailbox: 'bob@acme.example',
    timeZone: 'America/New_York',
    locale: 'en-US',
    tenantId: 'T0ACME',
    notice: null,
  };

  describe('is found', () => {
    const references: [string, PersonReference][] = [
      ['their id', BOB],
      ['their e-mail address', { ...NOBODY, address: 'bob@acme.example' }],
      [
        'their e-mail address in capitals, beside a directory id',
        { ...NOBODY, directoryId: 'x', address: 'Bob@ACME.example' },
      ],
    ];
    for (const [by, person] of references) {
      it(`by ${by}, with who they are`, async () => {
        const { actor, conversation } = await direct(person);
        assert.deepEqual(actor, bob);
        assert.deepEqual(conversation, {
          id: 'slack:T0ACME:D0BOB',
          channel: 'slack',
          kind: 'personal',
          tenantId: 'T0ACME',
          name: null,
          reference: {
            teamId: 'T0ACME',
            enterpriseId: null,
            isEnterpriseInstall: false,
            channelId: 'D0BOB',
            userId: 'U0BOB',
          },
        });
        assert.deepEqual(
          slack.callsOf('conversations.open').map((call) => call.arguments),
          [{ users: 'U0BOB' }],
        );
      });
    }

    it('though it exists already', async () => {
      const { conversation } = await direct({ ...BOB, id: 'U0ALICE' });
      assert.equal(conversation.id, 'slack:T0ACME:D0ALICE');
    });

    it('of a guest of another workspace, whose mailbox is not looked for', async () => {
      slack.world.addUser('T0ACME', { id: 'U0CAROL', team_id: 'T0OTHER', email: 'carol@acme.example' });
      const { actor, conversation } = await direct({ ...BOB, id: 'U0CAROL' });
      assert.deepEqual([actor.mailbox, actor.tenantId], [null, 'T0OTHER']);
      assert.match(actor.notice?.sentence ?? '', /not linked/);
      assert.deepEqual([conversation.id, conversation.tenantId], ['slack:T0ACME:D0CAROL', 'T0ACME']);
    });

    it('after a hiccup of each method', async () => {
      for (const method of ['users.lookupByEmail', 'users.info', 'conversations.open'])
        slack.fail({ kind: 'status', status: 503 }, { method, times: 1 });
      const { conversation } = await direct({ ...NOBODY, address: 'bob@acme.example' });
      assert.equal(conversation.id, 'slack:T0ACME:D0BOB');
    });
  });

  describe('cannot be had', () => {
    const people: [string, Partial<SlackUser>, RegExp][] = [
      ['of a deactivated account', { deleted: true }, /deactivated/],
      ['of a bot', { is_bot: true }, /is a bot/],
      ['of a stranger', { is_stranger: true }, /another Slack workspace/],
    ];
    for (const [name, user, says] of people) {
      it(`${name}, and nothing is opened`, async () => {
        slack.world.addUser('T0ACME', { id: 'U0CAROL', email: 'carol@acme.example', ...user });
        const { code, message } = await refusalOf(direct({ ...BOB, id: 'U0CAROL' }));
        assert.equal(code, 'refused');
        assert.match(message, says);
        const byAddress = await refusalOf(direct({ ...NOBODY, address: 'carol@acme.example' }));
        assert.equal(byAddress.code, 'refused');
        assert.match(byAddress.message, /nobody with this e-mail address/);
        assert.equal(slack.callsOf('conversations.open').length, 0);
      });
    }

    it('of the bot itself, and of Slackbot', async () => {
      slack.world.addUser('T0ACME', { id: 'USLACKBOT' });
      for (const id of ['U0BOT', 'USLACKBOT'])
        assert.match((await refusalOf(direct({ ...BOB, id }))).message, /is a bot/);
    });

    const unknown: [string, PersonReference, RegExp][] = [
      ['an id that Slack does not know', { ...BOB, id: 'U0NONE' }, /no such person/],
      ['an address that Slack does not know', { ...NOBODY, address: 'none@acme.example' }, /nobody with this e-mail/],
      ['a directory id alone', { ...NOBODY, directoryId: '00000000-0000-0000-0000-000000000001' }, /e-mail address/],
    ];
    for (const [name, person, says] of unknown) {
      it(`by ${name}`, async () => {
        const { code, message } = await refusalOf(direct(person));
        assert.equal(code, 'refused');
        assert.match(message, says);
      });
    }

    for (const error of [
      'user_not_visible',
      'user_disabled',
      'cannot_dm_bot',
      'invalid_user_combination',
      'restricted_action',
    ]) {
      it(`when Slack answers ${error} to the opening`, async () => {
        slack.fail({ kind: 'error', error }, { method: 'conversations.open' });
        const { code, message } = await refusalOf(direct(BOB));
        assert.equal(code, 'refused');
        assert.doesNotMatch(message, /_/);
      });
    }

    const lacking: [scope: string, person: PersonReference][] = [
      ['im:write', BOB],
      ['users:read', BOB],
      ['users:read.email', { ...NOBODY, address: 'bob@acme.example' }],
    ];
    for (const [scope, person] of lacking) {
      it(`without the scope ${scope}, which is named`, async () => {
        const channel = channelOf({ scopes: BOT_SCOPES.filter((each) => each !== scope && each !== 'mpim:write') });
        const { code, message } = await refusalOf(channel.messenger.direct(person, OPS));
        assert.equal(code, 'credentials');
        assert.ok(message.includes(`lacks the scope ${scope}, which `), message);
      });
    }

    it('now, when Slack throttles or is away', async () => {
      slack.fail({ kind: 'status', status: 429, retryAfter: 60 }, { method: 'conversations.open', times: 1 });
      const throttled = await refusalOf(direct(BOB));
      assert.deepEqual([throttled.code, throttled.retryAfter], ['throttled', 60_000]);
      slack.fail({ kind: 'status', status: 503 }, { method: 'users.lookupByEmail' });
      assert.equal((await refusalOf(direct({ ...NOBODY, address: 'bob@acme.example' }))).permanent, false);
    });

    it('now, when the answer is none of Slack', async () => {
      slack.fail({ kind: 'error', error: '', fields: { ok: true } }, { method: 'conversations.open' });
      assert.equal((await refusalOf(direct(BOB))).code, 'unavailable');
    });

    it('near a conversation whose reference is unreadable', async () => {
      assert.equal((await refusalOf(direct(BOB, { ...OPS, reference: {} }))).code, 'refused');
    });
  });

  describe('that the bot opened', () => {
    it('is the one from which messages, presses and the opened tab come', async () => {
      const channel = channelOf();
      channel.start();
      await slack.socket.connected();
      const { conversation } = await channel.messenger.direct(BOB, OPS);
      const stored = {
        ...conversation,
        createdAt: 0,
        goneAt: null,
        closedAt: null,
        warnedAt: null,
        policy: null,
        settings: {},
      };
      const { activityId } = await channel.messenger.send(stored, question, { deliveryId: 'd1', thread: null });
      const [message] = slack.messages('D0BOB');
      assert.equal(message?.ts, activityId);

      const responseUrl = slack.responseUrl({ channel: 'D0BOB', user: 'U0BOB', messageTs: message.ts });
      const press = blockActions('Yes', { message, responseUrl, user: 'U0BOB' });
      await slack.socket.sendEnvelope('interactive', press);
      await slack.until(() => slack.messages('D0BOB')[0]?.edited, 'the answer in place of the question');
      assert.match(JSON.stringify(slack.messages('D0BOB')[0]?.blocks), /Thank you/);
      const [action] = seen.actions;
      assert.deepEqual(action?.action, { name: 'accept-recipient', data: { recipient: 'r1' } });
      assert.deepEqual([action.conversation.id, action.conversation.kind], [conversation.id, 'personal']);
      assert.deepEqual([action.actor.id, action.actor.tenantId], ['U0BOB', 'T0ACME']);

      const opened = appHomeOpened({ user: 'U0BOB', channel: 'D0BOB', tab: 'messages' });
      await slack.socket.sendEnvelope('events_api', eventCallback(opened));
      const written = directMessage('list', { channel: 'D0BOB', user: 'U0BOB' });
      await slack.socket.sendEnvelope('events_api', eventCallback(written));
      assert.deepEqual(seen.installed, [conversation]);
      assert.deepEqual(seen.messages[0]?.conversation, conversation);
    });

    it('is not opened again for whoever writes there', async () => {
      const channel = channelOf();
      const near = conversationOf({ teamId: 'T0ACME', enterpriseId: null }, 'D0BOB', { type: 'im', userId: 'U0BOB' });
      const found = await channel.messenger.direct({ ...NOBODY, address: 'bob@acme.example' }, near);
      assert.deepEqual(found, { actor: bob, conversation: near });
      assert.equal(slack.callsOf('conversations.open').length, 0);
      const other = await channel.messenger.direct({ ...BOB, id: 'U0ALICE' }, near);
      assert.equal(other.conversation.id, 'slack:T0ACME:D0ALICE');
    });

    it('is not taken for a chat of two people in which somebody types a command', async () => {
      const channel = channelOf();
      channel.start();
      await slack.socket.connected();
      slack.world.addConversation('T0ACME', { id: 'D0PAIR', kind: 'im', user: 'U0ALICE', botIn: [] });
      const place = { channel_id: 'D0PAIR', channel_name: 'directmessage', user_id: 'U0BOB' };
      const url = slack.responseUrl({ channel: 'D0PAIR', user: 'U0BOB' });
      await slack.socket.sendEnvelope('slash_commands', slashCommand('owner a.example me', url, place));
      const near = seen.messages[0]!.conversation;
      assert.equal(near.kind, 'personal');
      assert.equal((await channel.messenger.direct(BOB, near)).conversation.id, 'slack:T0ACME:D0BOB');
    });
  });

  describe('is for whom a message mentions', () => {
    const said: [string, string, { id: string; text: string }[], string][] = [
      [
        'a mention in a channel',
        '<@U0BOT> owner a.example <@U0BOB>',
        [{ id: 'U0BOB', text: '@U0BOB' }],
        'owner a.example @U0BOB',
      ],
      ['nobody but the bot', '<@U0BOT> list', [], 'list'],
    ];
    for (const [name, text, mentions, read] of said) {
      it(name, async () => {
        const channel = channelOf();
        channel.start();
        await slack.socket.connected();
        await slack.socket.sendEnvelope('events_api', eventCallback(appMention(text)));
        assert.deepEqual([seen.messages[0]?.text, seen.messages[0]?.mentions], [read, mentions]);
      });
    }

    const commands: [string, { id: string; text: string }[], string][] = [
      ['owner a.example <@U0BOB|bob>', [{ id: 'U0BOB', text: '@bob' }], 'owner a.example @bob'],
      [
        'remind also <@U0BOB|bob> <@U0ALICE|alice>',
        [
          { id: 'U0BOB', text: '@bob' },
          { id: 'U0ALICE', text: '@alice' },
        ],
        'remind also @bob @alice',
      ],
      ['<@U0BOT|certbot> owner a.example <@U0BOB|bob>', [{ id: 'U0BOB', text: '@bob' }], 'owner a.example @bob'],
      ['<@U0BOB|bob> list', [{ id: 'U0BOB', text: '@bob' }], '@bob list'],
      ['watch <http://a.example|a.example>', [], 'watch a.example'],
    ];
    for (const [text, mentions, read] of commands) {
      it(`/certbot ${text}`, async () => {
        const channel = channelOf();
        channel.start();
        await slack.socket.connected();
        const url = slack.responseUrl({ channel: 'C0OPS', user: 'U0ALICE' });
        await slack.socket.sendEnvelope('slash_commands', slashCommand(text, url));
        assert.deepEqual([seen.messages[0]?.text, seen.messages[0]?.mentions], [read, mentions]);
      });
    }
  });
});
