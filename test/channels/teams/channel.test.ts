import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Card } from '../../../src/core/card.ts';
import { StoreError, UserError } from '../../../src/core/errors.ts';
import {
  type FakeConnector,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  TENANT,
} from '../../peers/teams/connector.ts';
import { afterTest } from '../../support/after-test.ts';
import { ANSWER, type Bot, keepingLog, startBot, stored } from './bot.ts';

const CHANNEL = '19:abc@thread.tacv2';
const inChannel = { id: `${CHANNEL};messageid=1700`, conversationType: 'channel', tenantId: TENANT, isGroup: true };
const inGroup = { id: '19:group@thread.v2', conversationType: 'groupChat', tenantId: TENANT, isGroup: true };

describe('the Teams channel in local mode', () => {
  let connector: FakeConnector;
  let bot: Bot;
  const post = (partial: Record<string, unknown> = {}) =>
    sendActivity(bot.url, teamsActivity(connector.serviceUrl, partial));

  beforeEach(async () => {
    connector = await startFakeConnector();
    bot = await startBot();
  });
  afterEach(async () => {
    await bot.close();
    await connector.close();
  });

  it('hands a message to the inbox, with who wrote it where', async () => {
    const { status, text } = await post({ id: '1700', text: 'watch example.com' });
    assert.equal(status, 200);
    assert.equal(text, '');
    const [inbound] = bot.messages;
    const { reference, ...conversation } = inbound!.conversation;
    assert.deepEqual(
      { ...inbound, conversation },
      {
        id: 'teams:a:personal-chat:1700',
        conversation: {
          id: 'teams:a:personal-chat',
          channel: 'teams',
          kind: 'personal',
          tenantId: TENANT,
          team: null,
          name: null,
        },
        thread: null,
        ephemeral: null,
        actor: {
          id: '29:alice',
          name: 'Alice',
          mailbox: '00000000-0000-0000-0000-0000000a11ce',
          timeZone: 'Europe/Berlin',
          locale: 'en-US',
          tenantId: TENANT,
          notice: null,
        },
        text: 'watch example.com',
        mentions: [],
        attachments: [],
        receivedAt: Date.UTC(2026, 10, 22, 10),
      },
    );
    assert.equal((reference as any).serviceUrl, connector.serviceUrl);
    assert.equal(connector.calls.length, 0);
  });

  it('strips the mention of the bot, and only that', async () => {
    await post({
      conversation: inChannel,
      text: '<at>Certbot</at>&nbsp;watch example.com for <at>Ada</at>',
      entities: [
        { type: 'mention', text: '<at>Certbot</at>', mentioned: { id: '28:bot', name: 'Certbot' } },
        { type: 'mention', text: '<at>Ada</at>', mentioned: { id: '29:ada', name: 'Ada' } },
      ],
    });
    assert.equal(bot.messages[0]!.text, 'watch example.com for Ada');
  });

  it('takes a comment on a forwarded message as what is said, and looks for files beside it', async () => {
    await post({
      text: 'check a.example\r\n\r\nwatch b.example',
      attachments: [
        {
          contentType: 'text/html',
          content:
            '<p>check a.example</p><blockquote itemtype="http://schema.skype.com/Forward"><p>watch b.example</p></blockquote>',
        },
      ],
    });
    assert.deepEqual([bot.messages[0]!.text, bot.messages[0]!.attachments], ['check a.example', []]);
  });

  const clientInfo = (locale: unknown) => [{ type: 'clientInfo', locale, timezone: 'Europe/Berlin' }];
  const locales: [name: string, partial: Record<string, unknown>, expected: string | null][] = [
    ['the activity', { locale: 'en-GB', entities: clientInfo('de-DE') }, 'en-GB'],
    ['its client where the activity names none', { locale: undefined, entities: clientInfo('de-DE') }, 'de-DE'],
    ['its client where the activity has an empty one', { locale: '', entities: clientInfo('fr-CH') }, 'fr-CH'],
    ['nobody', { locale: undefined, entities: clientInfo(7) }, null],
    ['nobody, without entities', { locale: undefined, entities: undefined }, null],
  ];
  for (const [name, partial, expected] of locales) {
    it(`takes the language from ${name}`, async () => {
      await post({ ...partial, text: 'x' });
      assert.equal(bot.messages[0]!.actor.locale, expected);
    });
  }

  it('keeps the thread of a channel message apart from its conversation', async () => {
    await post({
      conversation: inChannel,
      channelData: { channel: { id: CHANNEL, name: 'Ops' }, tenant: { id: TENANT } },
    });
    const { conversation, thread } = bot.messages[0]!;
    assert.equal(conversation.id, `teams:${CHANNEL}`);
    assert.equal(conversation.kind, 'channel');
    assert.equal(conversation.name, 'Ops');
    assert.equal((conversation.reference as any).conversation.id, CHANNEL);
    assert.equal((conversation.reference as any).user, undefined);
    assert.equal((conversation.reference as any).activityId, undefined);
    assert.equal(thread, `${CHANNEL};messageid=1700`);
  });

  it('gives a repeated delivery the same id', async () => {
    await post({ id: '42', text: 'list', conversation: inChannel });
    await post({ id: '42', text: 'list', conversation: inChannel });
    assert.deepEqual(new Set(bot.messages.map(({ id }) => id)), new Set([`teams:${CHANNEL}:42`]));
    assert.equal(bot.messages.length, 2);
  });

  it('takes messages without an id for different ones', async () => {
    for (let round = 0; round < 2; round += 1) await post({ id: undefined, text: 'list' });
    assert.equal(new Set(bot.messages.map(({ id }) => id)).size, 2);
  });

  it('hands an edited message on as such, under the id that it had', async () => {
    await post({ id: '1', text: 'watch example.com' });
    await post({
      id: '1',
      type: 'messageUpdate',
      channelData: { eventType: 'editMessage' },
      text: 'watch example.org',
    });
    assert.deepEqual(
      bot.edited.map(({ id, text }) => [id, text]),
      [[bot.messages[0]!.id, 'watch example.org']],
    );
  });

  it('takes other changes of a message as merely seen', async () => {
    await post({ type: 'messageUpdate', text: 'watch example.org' });
    assert.deepEqual([bot.messages.length, bot.edited.length], [0, 0]);
    assert.equal(bot.seen.length, 1);
  });

  const zones: [localTimezone: unknown, expected: string | null][] = [
    ['America/New_York', 'America/New_York'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['nonsense', 'Europe/Berlin'],
    [undefined, 'Europe/Berlin'],
  ];
  for (const [localTimezone, expected] of zones) {
    it(`takes the zone ${expected} from local time zone ${String(localTimezone)}`, async () => {
      await post({ localTimezone, text: 'x' });
      assert.equal(bot.messages[0]!.actor.timeZone, expected);
    });
  }

  const memberBot = [{ id: '28:bot', name: 'Certbot' }];
  const events: [
    name: string,
    partial: Record<string, unknown>,
    kind: 'installed' | 'removed' | 'archived' | 'restored' | 'renamed' | 'seen',
    id?: string,
  ][] = [
    ['installation', { type: 'installationUpdate', action: 'add' }, 'installed'],
    ['an upgrade', { type: 'installationUpdate', action: 'add-upgrade' }, 'installed'],
    ['the bot among new members', { type: 'conversationUpdate', membersAdded: memberBot }, 'installed'],
    ['other new members', { type: 'conversationUpdate', membersAdded: [{ id: '29:eve' }] }, 'seen'],
    ['removal', { type: 'installationUpdate', action: 'remove' }, 'removed'],
    ['removal by an upgrade', { type: 'installationUpdate', action: 'remove-upgrade' }, 'removed'],
    ['the bot among members who left', { type: 'conversationUpdate', membersRemoved: memberBot }, 'removed'],
    ['a deleted team', { type: 'conversationUpdate', channelData: { eventType: 'teamDeleted' } }, 'removed'],
    [
      'a deleted channel, which is not the one that says so',
      {
        type: 'conversationUpdate',
        conversation: { id: '19:general@thread.tacv2', conversationType: 'channel' },
        channelData: { eventType: 'channelDeleted', channel: { id: '19:dead@thread.tacv2' } },
      },
      'removed',
      'teams:19:dead@thread.tacv2',
    ],
    ['an archived team', { type: 'conversationUpdate', channelData: { eventType: 'teamArchived' } }, 'archived'],
    [
      'a team out of the archive',
      { type: 'conversationUpdate', channelData: { eventType: 'teamUnarchived' } },
      'restored',
    ],
    ['a restored team', { type: 'conversationUpdate', channelData: { eventType: 'teamRestored' } }, 'restored'],
    [
      'a restored channel',
      {
        type: 'conversationUpdate',
        conversation: { id: '19:general@thread.tacv2', conversationType: 'channel' },
        channelData: { eventType: 'channelRestored', channel: { id: '19:dead@thread.tacv2' } },
      },
      'restored',
      'teams:19:dead@thread.tacv2',
    ],
    [
      'a renamed channel',
      {
        type: 'conversationUpdate',
        conversation: { id: '19:general@thread.tacv2', conversationType: 'channel' },
        channelData: { eventType: 'channelRenamed', channel: { id: '19:dead@thread.tacv2', name: 'ops' } },
      },
      'renamed',
      'teams:19:dead@thread.tacv2',
    ],
    [
      'a renamed channel that is not named',
      { type: 'conversationUpdate', channelData: { eventType: 'channelRenamed' } },
      'seen',
    ],
    ['a reaction', { type: 'messageReaction', reactionsAdded: [{ type: 'like' }] }, 'seen'],
    [
      'an event without names or sender',
      { type: 'conversationUpdate', from: undefined, membersAdded: memberBot },
      'installed',
    ],
  ];
  for (const [name, partial, kind, id] of events) {
    it(`takes ${name} as ${kind}, also when it repeats`, async () => {
      assert.equal((await post({ text: undefined, ...partial })).status, 200);
      assert.equal((await post({ text: undefined, ...partial })).status, 200);
      const { installed, removed, archived, restored, renamed, seen } = bot;
      const told = { installed, removed, archived, restored, renamed, seen };
      const counts = Object.entries(told).map(([one, calls]) => [one, calls.length]);
      const none = { installed: 0, removed: 0, archived: 0, restored: 0, renamed: 0, seen: 0 };
      assert.deepEqual(Object.fromEntries(counts), { ...none, [kind]: 2 });
      if (id) assert.deepEqual(told[kind][0], { id, team: null, ...(kind === 'renamed' ? { name: 'ops' } : {}) });
    });
  }

  it('links to Teams of the cloud that it is told, else to that of the whole world', async () => {
    await post({ conversation: inGroup, text: 'list' });
    const { conversation } = bot.messages[0]!;
    assert.match(bot.channel.messenger.link(conversation)!, /^https:\/\/teams\.microsoft\.com\/l\/chat\//);
    await bot.close();
    bot = await startBot({ teamsUrl: 'https://gov.teams.microsoft.us' });
    assert.match(bot.channel.messenger.link(conversation)!, /^https:\/\/gov\.teams\.microsoft\.us\/l\/chat\//);
  });

  it('says that it knows no way to sign in where there is none', async () => {
    const { status } = await post({ type: 'invoke', name: 'signin/verifyState', value: { state: '123456' } });
    assert.deepEqual([status, bot.seen.length], [501, 1]);
  });

  describe('answers a button', () => {
    const execute = (data: unknown, more: Record<string, unknown> = {}) => ({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'unwatch', data } },
      ...more,
    });

    it('with the card that replaces the message', async () => {
      const data = {
        watch: 7,
        certbotAction: 'unwatch',
        certbotDeliveryId: 'delivery-1',
        note: 'typed',
        odd: { a: 1 },
      };
      const { status, body } = await post(execute(data));
      assert.equal(status, 200);
      assert.equal(body.statusCode, 200);
      assert.equal(body.type, 'application/vnd.microsoft.card.adaptive');
      assert.equal(body.value.type, 'AdaptiveCard');
      assert.deepEqual(bot.actions[0]!.action, { name: 'unwatch', data: { watch: 7, note: 'typed' } });
      assert.equal(bot.actions[0]!.actor.name, 'Alice');
      assert.equal(connector.calls.length, 0);
    });

    it('in a group by an edit too, so that everybody sees it', async () => {
      await post(execute({ certbotDeliveryId: 'delivery-1' }, { conversation: inGroup, replyToId: '1234' }));
      await connector.received(1);
      const [edit] = connector.calls;
      assert.equal(edit!.method, 'PUT');
      assert.equal(edit!.activityId, '1234');
      assert.equal(edit!.activity['channelData'].certbotDeliveryId, 'delivery-1');
    });

    it('of an old client by editing the message, once', async () => {
      const press = { id: '77', text: undefined, replyToId: '1234', value: { certbotAction: 'unwatch', watch: 7 } };
      await post(press);
      await post(press);
      assert.deepEqual(
        bot.actions.map(({ action }) => action),
        [{ name: 'unwatch', data: { watch: 7 } }],
      );
      assert.deepEqual(
        connector.calls.map(({ method, activityId }) => [method, activityId]),
        [['PUT', '1234']],
      );
      assert.equal(connector.calls[0]!.activity['summary'], ANSWER.summary);
    });

    it('of an old client again when it could not be stored, since Teams delivers it again', async () => {
      await bot.close();
      let isAway = true;
      bot = await startBot({
        behaviour: {
          action: () => (isAway ? Promise.reject(new StoreError('away')) : Promise.resolve(ANSWER)),
        },
      });
      const press = { id: '77', text: undefined, replyToId: '1234', value: { certbotAction: 'unwatch', watch: 7 } };
      assert.equal((await post(press)).status, 503);
      isAway = false;
      assert.equal((await post(press)).status, 200);
      assert.equal(connector.calls.length, 1);
      await post(press);
      assert.deepEqual([bot.actions.length, connector.calls.length], [2, 1]);
    });

    it('of an old client with a new message when the old one is gone', async () => {
      connector.fail({ kind: 'status', status: 404 }, { matches: ({ method }) => method === 'PUT' });
      await post({ text: undefined, replyToId: '1234', value: { certbotAction: 'unwatch' } });
      assert.deepEqual(
        connector.calls.map(({ method }) => method),
        ['PUT', 'POST'],
      );
    });

    it('of an old client within five seconds while the connector is silent', async () => {
      const until = Promise.withResolvers<void>();
      connector.fail({ kind: 'delay', until: until.promise });
      const began = performance.now();
      const { status } = await post({ text: undefined, replyToId: '1234', value: { certbotAction: 'unwatch' } });
      assert.equal(status, 200);
      assert.ok(performance.now() - began < 10_000, `it took ${performance.now() - began} ms`);
      assert.equal(connector.calls.length, 1);
      until.resolve();
    });

    it('in JSON, and a message with nothing at all', async () => {
      const shapes = [];
      for (const partial of [execute({}, { locale: 'de-DE', value: {} }), { text: 'list' }]) {
        const response = await fetch(`${bot.url}/api/messages`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: JSON.stringify(teamsActivity(connector.serviceUrl, partial)),
        });
        const length = (await response.arrayBuffer()).byteLength;
        const { headers } = response;
        assert.equal(headers.get('content-length'), String(length));
        shapes.push([headers.get('content-type'), length > 0]);
      }
      assert.deepEqual(shapes, [
        ['application/json; charset=utf-8', true],
        [null, false],
      ]);
    });

    /** The bot again, with an inbox that answers a press like this. */
    async function answering(action: () => Promise<Card | null>): Promise<void> {
      await bot.close();
      bot = await startBot({ behaviour: { action } });
    }

    const submit = { text: undefined, replyToId: '1234', value: { certbotAction: 'unwatch' } };

    it('in a personal chat without an edit: nobody else sees it', async () => {
      await post(execute({}, { replyToId: '1234' }));
      // An edit would have been on its way before this one.
      await bot.channel.messenger.update(stored(bot.actions[0]!.conversation), '99', ANSWER, {
        deliveryId: 'd',
        thread: null,
      });
      assert.deepEqual(
        connector.calls.map(({ activityId }) => activityId),
        ['99'],
      );
    });

    it('of a message in a thread there', async () => {
      const inThread = { conversation: inChannel, replyToId: '1234' };
      await post(execute({}, inThread));
      await connector.received(1);
      await post({ ...submit, ...inThread });
      connector.fail({ kind: 'status', status: 404 }, { matches: ({ method }) => method === 'PUT' });
      await post({ ...submit, ...inThread });
      assert.deepEqual(
        connector.calls.map(({ method, conversationId }) => [method, conversationId]),
        ['PUT', 'PUT', 'PUT', 'POST'].map((method) => [method, inChannel.id]),
      );
      assert.deepEqual(
        bot.actions.map(({ thread, conversation, receivedAt }) => [thread, conversation.id, receivedAt]),
        [1, 2, 3].map(() => [inChannel.id, `teams:${CHANNEL}`, Date.UTC(2026, 10, 22, 10)]),
      );
    });

    it('with a card whose own buttons belong to the same message', async () => {
      const action = { name: 'watch', data: {} };
      await answering(async () => ({ ...ANSWER, actions: [{ kind: 'execute', label: 'Watch', action }] }));
      const { text } = await post(execute({ certbotDeliveryId: 'delivery-1' }));
      assert.match(text, /"certbotDeliveryId":"delivery-1"/);
      connector.fail({ kind: 'status', status: 404 }, { matches: ({ method }) => method === 'PUT' });
      await post({ ...submit, value: { ...submit.value, certbotDeliveryId: 'delivery-1' } });
      assert.deepEqual(
        connector.calls.map(({ method, activity }) => [method, activity['channelData'].certbotDeliveryId]),
        [
          ['PUT', 'delivery-1'],
          ['POST', 'delivery-1'],
        ],
      );
    });

    it('with a word that the answer follows, where it comes as a message of its own', async () => {
      await answering(async () => null);
      const { body } = await post(execute({}, { conversation: inGroup, replyToId: '1234' }));
      assert.deepEqual(body, {
        statusCode: 200,
        type: 'application/vnd.microsoft.activity.message',
        value: 'Done: the answer follows as a message.',
      });
      assert.equal((await post(submit)).status, 200);
      assert.deepEqual(connector.calls, []);
    });

    it('of an old client with a sentence when it carries nothing of this bot', async () => {
      await post({ ...submit, value: { other: 7 } });
      assert.deepEqual([bot.actions, connector.calls.length], [[], 1]);
      assert.match(connector.calls[0]!.activity['text'], /This button does not work any more/);
    });

    it('of an old client with an error id when it fails', async () => {
      await answering(() => Promise.reject(new Error('hunter2')));
      await post(submit);
      const { activity } = connector.calls[0]!;
      assert.match(activity['text'], /error id [0-9a-f]{8}\./);
      assert.deepEqual([activity['textFormat'], connector.calls.length], ['plain', 1]);
    });

    /** The bot again; `noted` is what the channel next has to say of this kind to whoever runs it. */
    async function noting(
      level: 'debug' | 'warn',
      action: () => Promise<Card | null>,
    ): Promise<{ noted: Promise<string> }> {
      const { promise: noted, resolve } = Promise.withResolvers<string>();
      const log = { ...keepingLog().log, [level]: (_fields: object, message: string) => resolve(message) };
      await bot.close();
      bot = await startBot({ log, behaviour: { action } });
      return { noted };
    }

    it('in a group also when the message cannot be edited for the others, which is noted', async () => {
      const { noted } = await noting('debug', async () => ANSWER);
      connector.fail({ kind: 'status', status: 404 });
      const { body } = await post(execute({}, { conversation: inGroup, replyToId: '1234' }));
      assert.equal(body.type, 'application/vnd.microsoft.card.adaptive');
      assert.equal(await noted, 'A pressed card could not be edited for the others.');
    });

    it('with a word that the rest follows, and notes it when that cannot be shown', async () => {
      const work = Promise.withResolvers<Card>();
      const { noted } = await noting('warn', () => work.promise);
      connector.fail({ kind: 'status', status: 503 });
      const { body } = await post(execute({}, { replyToId: '1234' }));
      assert.match(body.value, /takes a little longer/);
      work.resolve(ANSWER);
      assert.equal(await noted, 'What came of a press could not be shown.');
      assert.deepEqual(
        connector.calls.map(({ method }) => method),
        ['PUT', 'POST', 'POST'],
      );
    });

    it('of an old client with what came of it, as an edit, when that takes longer than the answer may', async () => {
      const work = Promise.withResolvers<Card>();
      await answering(() => work.promise);
      assert.equal((await post(submit)).status, 200);
      await connector.received(1);
      assert.match(connector.calls[0]!.activity['text'], /takes a little longer/);
      work.resolve(ANSWER);
      await connector.received(2);
      const { method, activityId, activity } = connector.calls[1]!;
      assert.deepEqual([method, activityId, activity['summary']], ['PUT', '1234', ANSWER.summary]);
    });

    it('with an error id that follows, when what takes longer than the answer may fails', async () => {
      const work = Promise.withResolvers<Card>();
      await answering(() => work.promise);
      const { body } = await post(execute({}, { conversation: inChannel, replyToId: '1234' }));
      assert.match(body.value, /takes a little longer/);
      work.reject(new Error('hunter2'));
      await connector.received(1);
      const { method, conversationId, activity } = connector.calls[0]!;
      assert.deepEqual([method, conversationId], ['POST', inChannel.id]);
      assert.match(JSON.stringify(activity), /error id [0-9a-f]{8}\./);
    });

    for (const value of [undefined, {}, { action: 'x' }, { action: { verb: 7 } }]) {
      it(`with a refusal when it carries ${JSON.stringify(value)}`, async () => {
        const { body } = await post({ ...execute({}), value });
        assert.equal(body.statusCode, 400);
        assert.equal(bot.actions.length, 0);
      });
    }
  });

  describe('refuses', () => {
    for (const body of [{}, [], 'text', 42, null, { type: 7 }, { type: 'message' }]) {
      it(`the body ${JSON.stringify(body)} with 400 and a plain sentence`, async () => {
        const answer = await sendActivity(bot.url, body);
        assert.equal(answer.status, 400);
        assert.match(answer.body.error, /^[A-Z][^{}\[\]]+\.$/);
        assert.equal(bot.messages.length, 0);
      });
    }

    for (const serviceUrl of [
      'https://evil.example/',
      'http://10.0.0.1:80',
      'http://localhost.evil.example',
      'http://x@127.0.0.1/',
    ]) {
      it(`the serviceUrl ${serviceUrl}`, async () => {
        const answer = await sendActivity(bot.url, teamsActivity(serviceUrl, { text: 'list' }));
        assert.equal(answer.status, 403);
        assert.equal(bot.messages.length, 0);
      });
    }

    it('a Host that is not loopback', async () => {
      const body = JSON.stringify(teamsActivity(connector.serviceUrl, { text: 'list' }));
      const status = await new Promise((resolve, reject) => {
        const headers = { host: 'rebound.example', 'content-type': 'application/json' };
        httpRequest(
          { port: bot.port, host: '127.0.0.1', path: '/api/messages', method: 'POST', headers, agent: false },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        )
          .on('error', reject)
          .end(body);
      });
      assert.equal(status, 403);
      assert.equal(bot.messages.length, 0);
    });
  });
});

describe('the Teams channel, when something fails,', () => {
  let connector: FakeConnector;
  let bot: Bot | undefined;
  beforeEach(async () => void (connector = await startFakeConnector()));
  afterEach(async () => {
    await bot?.close();
    await connector.close();
  });

  const failure = () => Promise.reject(new Error('the database password is hunter2'));

  it('tells the chat an error id that is in the log, and nothing else', async () => {
    bot = await startBot({ behaviour: { message: failure } });
    const { status } = await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: 'list' }));
    assert.equal(status, 200);
    const [reply] = connector.calls;
    const errorId = /error id ([0-9a-f]{8})\./.exec(reply!.activity['text'])?.[1];
    assert.ok(errorId, reply!.activity['text']);
    assert.doesNotMatch(JSON.stringify(reply), /hunter2/);
    assert.ok(bot.log.some(({ level, fields }) => level === 'error' && fields.errorId === errorId));
  });

  it('tells the chat the sentence of a UserError', async () => {
    bot = await startBot({ behaviour: { message: () => Promise.reject(new UserError('Too many at once.')) } });
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: 'list' }));
    assert.equal(connector.calls[0]!.activity['text'], 'Too many at once.');
    assert.equal(connector.calls[0]!.activity['textFormat'], 'plain');
  });

  it('answers a button with a message that has an error id', async () => {
    bot = await startBot({ behaviour: { action: failure } });
    const value = { action: { type: 'Action.Execute', verb: 'x', data: {} } };
    const press = teamsActivity(connector.serviceUrl, { type: 'invoke', name: 'adaptiveCard/action', value });
    const { body, text } = await sendActivity(bot.url, press);
    assert.equal(body.type, 'application/vnd.microsoft.activity.message');
    assert.match(body.value, /error id [0-9a-f]{8}\./);
    assert.doesNotMatch(text, /hunter2/);
  });

  it('tells people whose client is German in German', async () => {
    bot = await startBot({ behaviour: { message: failure, action: failure } });
    const german = { locale: 'de-AT' };
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { ...german, text: 'list' }));
    assert.match(connector.calls[0]!.activity['text'], /^Auf meiner Seite .* die Fehlernummer [0-9a-f]{8} nennen\.$/);
    const value = { action: { type: 'Action.Execute', verb: 'x', data: {} } };
    const press = { ...german, type: 'invoke', name: 'adaptiveCard/action', value };
    const { body } = await sendActivity(bot.url, teamsActivity(connector.serviceUrl, press));
    assert.match(body.value, /^Auf meiner Seite /);
    const malformed = await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { ...press, value: {} }));
    assert.match(JSON.stringify(malformed.body), /Diese Schaltfläche funktioniert nicht mehr/);
  });

  it('is not answered, so that it is delivered again, while nothing can be stored', async () => {
    const away = () => Promise.reject(new StoreError('away'));
    bot = await startBot({ behaviour: { message: away, action: away } });
    const value = { action: { type: 'Action.Execute', verb: 'x', data: {} } };
    for (const partial of [{ text: 'list' }, { type: 'invoke', name: 'adaptiveCard/action', value }]) {
      const { status, body } = await sendActivity(bot.url, teamsActivity(connector.serviceUrl, partial));
      assert.deepEqual([status, body], [503, { error: 'The bot cannot store anything right now.' }]);
    }
    assert.deepEqual(connector.calls, []);
    assert.equal(bot.log.filter(({ level }) => level === 'warn').length, 2);
  });

  for (const [name, message] of [
    ['nothing', undefined],
    ['the store', () => Promise.reject(new StoreError('away'))],
  ] as const)
    it(`ends an answer that somebody else has begun, when ${name} failed`, async () => {
      bot = await startBot(message ? { behaviour: { message } } : {});
      const { handle } = bot.channel;
      const handled: Promise<void>[] = [];
      const server = createServer((request, response) => {
        const body = teamsActivity(connector.serviceUrl, { text: 'list' });
        response.writeHead(202);
        handled.push(handle(Object.assign(request, { body }), response));
      });
      afterTest(() => {
        server.close();
        server.closeAllConnections();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
      assert.deepEqual([answer.status, await answer.text()], [202, '']);
      await Promise.all(handled);
      assert.ok(bot.log.some(({ level, fields }) => level === 'error' && fields.errorId));
    });

  it('answers 500 with an error id when not even the chat can be told', async () => {
    bot = await startBot({ behaviour: { message: failure } });
    connector.fail({ kind: 'status', status: 500 });
    const { status, body, text } = await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { text: 'list' }));
    assert.equal(status, 500);
    assert.ok(bot.log.some(({ fields }) => fields.errorId === body.errorId));
    assert.doesNotMatch(text, /hunter2|connector/);
    assert.equal(connector.calls.length, 1);
  });
});

describe('the Teams channel for allowed tenants', () => {
  let connector: FakeConnector;
  let bot: Bot;
  beforeEach(async () => {
    connector = await startFakeConnector();
    bot = await startBot({ allowedTenants: [TENANT.toUpperCase()] });
  });
  afterEach(async () => {
    await bot.close();
    await connector.close();
  });
  const foreign = { conversation: { id: 'a:other', conversationType: 'personal', tenantId: 'other' }, channelData: {} };

  it('serves them, in whatever case their id is written', async () => {
    for (const tenantId of [TENANT, TENANT.toUpperCase()]) {
      const conversation = { id: 'a:personal-chat', conversationType: 'personal', tenantId };
      await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { conversation, text: 'list' }));
    }
    assert.equal(bot.messages.length, 2);
  });

  it('tells others so who press a button of an old client', async () => {
    const press = { ...foreign, text: undefined, value: { certbotAction: 'unwatch' } };
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, press));
    assert.deepEqual([bot.actions.length, connector.calls.length], [0, 1]);
    assert.equal(connector.calls[0]!.activity['text'], 'This bot does not serve your organisation.');
  });

  it('tells others one sentence and does nothing', async () => {
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { ...foreign, text: 'list' }));
    await sendActivity(
      bot.url,
      teamsActivity(connector.serviceUrl, { ...foreign, type: 'installationUpdate', action: 'add' }),
    );
    assert.deepEqual([bot.messages, bot.installed, bot.seen], [[], [], []]);
    assert.deepEqual(
      connector.calls.map(({ activity }) => activity['text']),
      ['This bot does not serve your organisation.'],
    );
  });

  it('tells others so in German where their client is', async () => {
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { ...foreign, locale: 'de-DE', text: 'list' }));
    assert.equal(connector.calls[0]!.activity['text'], 'Dieser Bot steht dieser Organisation nicht zur Verfügung.');
  });

  it('answers the buttons of others with that sentence', async () => {
    const value = { action: { type: 'Action.Execute', verb: 'x', data: {} } };
    const press = teamsActivity(connector.serviceUrl, {
      ...foreign,
      type: 'invoke',
      name: 'adaptiveCard/action',
      value,
    });
    const { body } = await sendActivity(bot.url, press);
    assert.equal(body.value, 'This bot does not serve your organisation.');
    assert.equal(bot.actions.length, 0);
  });

  it('does not serve conversations without a tenant', async () => {
    const conversation = { id: 'a:none', conversationType: 'personal' };
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { conversation, channelData: {}, text: 'list' }));
    assert.equal(bot.messages.length, 0);
  });
});
