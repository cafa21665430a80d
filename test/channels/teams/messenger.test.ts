import assert from 'node:assert/strict';
import type { Card } from '../../../src/core/card.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Conversation } from '../../../src/core/model/conversation.ts';
import {
  type ConnectorCall,
  type FakeConnector,
  sendActivity,
  startFakeConnector,
  teamsActivity,
  TENANT,
} from '../../peers/teams/connector.ts';
import { cardOf } from '../../support/conversation.ts';
import { type Bot, startBot, stored } from './bot.ts';

const CHANNEL = '19:abc@thread.tacv2';
const THREAD = `${CHANNEL};messageid=1700`;
const card: Card = {
  language: 'en',
  summary: 'example.com:443 expires 2027-03-14',
  title: 'example.com',
  tone: 'warning',
};
const options = { deliveryId: 'delivery-1', thread: null };

async function caught(work: Promise<unknown>): Promise<DeliveryError> {
  const error = await work.then(
    () => assert.fail('resolved'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DeliveryError, String(error));
  return error;
}

describe('the Teams messenger', () => {
  let connector: FakeConnector;
  let bot: Bot;
  let conversation: Conversation;

  async function start(more: Parameters<typeof startBot>[0] = {}): Promise<void> {
    bot = await startBot(more);
    const where = { id: THREAD, conversationType: 'channel', tenantId: TENANT };
    await sendActivity(bot.url, teamsActivity(connector.serviceUrl, { conversation: where, text: 'list' }));
    conversation = stored(bot.messages[0]!.conversation);
  }
  beforeEach(async () => {
    connector = await startFakeConnector();
    await start();
  });
  afterEach(async () => {
    await bot.close();
    await connector.close();
  });

  it('posts a card to the top level of a conversation', async () => {
    assert.deepEqual(await bot.channel.messenger.send(conversation, card, options), { activityId: 'activity-1' });
    const [call] = connector.calls;
    assert.deepEqual([call!.method, call!.conversationId, call!.activityId], ['POST', CHANNEL, null]);
    const { type, summary, text, attachments, channelData } = call!.activity;
    assert.deepEqual([type, summary, text], ['message', card.summary, undefined]);
    assert.deepEqual(channelData, { certbotDeliveryId: 'delivery-1' });
    assert.equal(attachments[0].contentType, 'application/vnd.microsoft.card.adaptive');
    assert.equal(attachments[0].content.version, '1.5');
  });

  it('mentions when it posts, and not when it replaces', async () => {
    const concerning: Card = { ...card, mentions: [{ kind: 'person', id: '29:bob', name: 'Bob' }] };
    const { activityId } = await bot.channel.messenger.send(conversation, concerning, options);
    await bot.channel.messenger.update(conversation, activityId, concerning, options);
    const [posted, replaced] = connector.calls.map(({ activity }) => JSON.stringify(activity));
    assert.match(posted!, /<at>Bob<\/at>.*"type":"mention"/);
    assert.match(replaced!, /For @Bob/);
    assert.doesNotMatch(replaced!, /<at>|"mention"/);
  });

  it('tells in the notification what the card says, if need be its beginning', async () => {
    await bot.channel.messenger.send(conversation, { ...card, summary: `a ${'long '.repeat(1000)}story` }, options);
    const { summary } = connector.calls[0]!.activity;
    assert.deepEqual([summary.length, summary.slice(0, 6), summary.at(-1)], [1000, 'a long', '…']);
  });

  it('tells programs what a message is about, as far as there is room', async () => {
    const targets = Array.from({ length: 500 }, (_each, index) => `tls://${index}.example:443`);
    const about: Card['about'] = { kind: 'answer', verb: 'list', targets };
    const { messenger } = bot.channel;
    await messenger.send(conversation, { ...card, about }, options);
    await messenger.update(conversation, '1', { ...card, about: { kind: 'answer', verb: 'list' } }, options);
    const [posted, changed] = connector.calls.map(({ activity }) => activity['channelData']);
    const { verb, targets: told, more } = posted.certbotAbout;
    assert.deepEqual([posted.certbotDeliveryId, verb, told[0]], ['delivery-1', 'list', targets[0]]);
    assert.equal(told.length + more, targets.length);
    assert.ok(JSON.stringify(posted).length < 2000);
    assert.deepEqual(changed, { certbotDeliveryId: 'delivery-1', certbotAbout: { kind: 'answer', verb: 'list' } });
  });

  it('posts into a thread', async () => {
    await bot.channel.messenger.send(conversation, card, { ...options, thread: THREAD });
    assert.equal(connector.calls[0]!.conversationId, THREAD);
  });

  it('ignores a thread of another conversation', async () => {
    await bot.channel.messenger.send(conversation, card, { ...options, thread: '19:other@thread.tacv2;messageid=1' });
    assert.equal(connector.calls[0]!.conversationId, CHANNEL);
  });

  it('replaces a message in place', async () => {
    await bot.channel.messenger.update(conversation, '1234', card, options);
    const [call] = connector.calls;
    assert.deepEqual([call!.method, call!.conversationId, call!.activityId], ['PUT', CHANNEL, '1234']);
    assert.equal(call!.activity['channelData'].certbotDeliveryId, 'delivery-1');
  });

  it('replaces and deletes a message where it is, in its thread', async () => {
    const { messenger } = bot.channel;
    await messenger.update(conversation, '1234', card, { ...options, thread: THREAD });
    await messenger.remove(conversation, '1234', { thread: THREAD });
    assert.deepEqual(
      connector.calls.map(({ method, conversationId }) => [method, conversationId]),
      [
        ['PUT', THREAD],
        ['DELETE', THREAD],
      ],
    );
  });

  it('deletes a message', async () => {
    await bot.channel.messenger.remove(conversation, '1234', { thread: null });
    const [call] = connector.calls;
    assert.deepEqual([call!.method, call!.activityId], ['DELETE', '1234']);
  });

  describe('for a card that has no room in one message', () => {
    const rows = Array.from({ length: 300 }, (_each, index) => ({ name: `${index} ${'x'.repeat(200)}` }));
    const large: Card = { ...card, groups: [{ heading: 'Watched', rows }] };
    const shown = (cards: Card[]) =>
      cards.reduce((sum, { groups }) => sum + (groups ?? []).flatMap(({ rows: some = [] }) => some).length, 0);
    const posted = (index: number) => cardOf(connector.calls[index]!).rows.length;

    for (const [kind, write] of [
      ['a new message', (more?: any) => bot.channel.messenger.send(conversation, large, { ...options, more })],
      ['a change', (more?: any) => bot.channel.messenger.update(conversation, '1', large, { ...options, more })],
    ] as const) {
      it(`makes ${kind} of its first page, and gives the others on once that is there`, async () => {
        const given: { pages: Card[]; after: number }[] = [];
        await write(async (pages: Card[]) => void given.push({ pages, after: connector.stored.length }));
        assert.equal(connector.calls.length, 1);
        assert.deepEqual(
          given.map(({ after }) => after),
          [1],
        );
        assert.equal(posted(0) + shown(given[0]!.pages), 300);
      });

      it(`gives no page on when ${kind} fails`, async () => {
        connector.fail({ kind: 'status', status: 503 });
        await caught(Promise.resolve(write(() => assert.fail('it gave pages on'))));
        assert.equal(connector.calls.length, 1);
      });

      it(`tells ${kind} in smaller pages, after one refusal, where a host takes less`, async () => {
        connector.takeAtMost(28_000);
        const given: Card[] = [];
        await write(async (pages: Card[]) => void given.push(...pages));
        assert.deepEqual(
          connector.calls.map(({ answeredId }) => answeredId !== null),
          [false, true],
        );
        assert.equal(posted(1) + shown(given), 300);
      });

      it(`cuts ${kind} where nobody takes further pages, also for a host that takes less`, async () => {
        connector.takeAtMost(28_000);
        await write();
        assert.equal(connector.calls.length, 2);
        assert.match(JSON.stringify(connector.calls[1]!.activity), /\d+ more rows are left out/);
      });
    }

    it('says as plain text what is refused as too large although it is small', async () => {
      connector.fail({ kind: 'status', status: 413 });
      const error = await caught(bot.channel.messenger.send(conversation, card, options));
      assert.equal(error.status, 413);
      assert.deepEqual(
        connector.calls.map(({ activity }) => activity['textFormat']),
        [undefined, 'plain'],
      );
    });

    it('answers a press in the size that the host takes', async () => {
      await bot.close();
      await start({ behaviour: { action: async () => large } });
      connector.takeAtMost(28_000);
      await bot.channel.messenger.send(conversation, large, options);
      const value = { action: { type: 'Action.Execute', verb: 'x', data: {} } };
      const press = { type: 'invoke', name: 'adaptiveCard/action', value };
      const { text } = await sendActivity(bot.url, teamsActivity(connector.serviceUrl, press));
      assert.ok(Buffer.byteLength(text, 'utf16le') < 28_000);
    });
  });

  const statuses: [status: number, send: string, update: string][] = [
    [400, 'refused', 'refused'],
    [401, 'credentials', 'credentials'],
    [403, 'unreachable', 'refused'],
    [404, 'unreachable', 'refused'],
    [405, 'refused', 'refused'],
    [412, 'unavailable', 'unavailable'],
    [413, 'refused', 'refused'],
    [429, 'throttled', 'throttled'],
    [500, 'ambiguous', 'ambiguous'],
    [502, 'ambiguous', 'ambiguous'],
    [503, 'unavailable', 'unavailable'],
    [504, 'ambiguous', 'ambiguous'],
  ];
  for (const [status, send, update] of statuses) {
    it(`takes ${status} as ${send} for a new message and ${update} for a change`, async () => {
      connector.fail({ kind: 'status', status });
      const { messenger } = bot.channel;
      for (const [work, code] of [
        [() => messenger.send(conversation, card, options), send],
        [() => messenger.update(conversation, '1', card, options), update],
        [() => messenger.remove(conversation, '1', { thread: null }), update],
      ] as const) {
        const error = await caught(work());
        assert.deepEqual([error.code, error.status], [code, status]);
      }
      // What is said of a card may be otherwise for plain text.
      const forms = status === 400 || status === 413 ? 2 : 1;
      assert.equal(connector.calls.length, 2 * forms + 1);
    });
  }

  /** What the service says with these codes, whatever the status. */
  const codes: [status: number, code: string, meaning: string][] = [
    [403, 'BotDisabledByAdmin', 'unreachable'],
    [403, 'MessageWritesBlocked', 'unreachable'],
    [403, 'NotEnoughPermissions', 'unreachable'],
    [403, 'BotNotInConversationRoster', 'unreachable'],
    [400, 'BotNotInConversationRoster', 'unreachable'],
    [404, 'ConversationNotFound', 'unreachable'],
    [403, 'ServiceError', 'unavailable'],
    [400, 'ServiceError', 'unavailable'],
    [403, 'InvalidBotApiHost', 'credentials'],
    [401, 'Unauthorized', 'credentials'],
    [403, 'SomethingNew', 'unreachable'],
  ];
  for (const [status, code, meaning] of codes) {
    it(`takes ${status} ${code} as ${meaning}, and names it`, async () => {
      connector.fail({ kind: 'status', status, body: JSON.stringify({ error: { code, message: 'injected' } }) });
      const error = await caught(bot.channel.messenger.send(conversation, card, options));
      assert.deepEqual([error.code, error.peerCode], [meaning, code]);
    });
  }

  const foreign: [status: number, body: string][] = [
    [200, '<html>Please log in</html>'],
    [307, ''],
    [400, '<html>Bad request</html>'],
    [403, '<html>Blocked by policy</html>'],
    [403, ''],
    [404, 'no such page'],
    [405, '<html>Not allowed</html>'],
  ];
  for (const [status, body] of foreign) {
    it(`takes ${status} with ${JSON.stringify(body)} as an outage: the service did not say it`, async () => {
      connector.fail({ kind: 'status', status, body, contentType: 'text/html' });
      const error = await caught(bot.channel.messenger.send(conversation, card, options));
      assert.deepEqual([error.code, connector.calls.length], ['unavailable', 1]);
    });
  }

  for (const status of [400, 415, 422]) {
    it(`says as plain text what the service does not take as a card, by ${status}`, async () => {
      const hasCard = ({ activity }: ConnectorCall): boolean => activity['attachments'] !== undefined;
      connector.fail({ kind: 'status', status }, { matches: hasCard });
      const { activityId } = await bot.channel.messenger.send(conversation, card, options);
      await bot.channel.messenger.update(conversation, activityId, { ...card, title: '{{DATE(x)}}' }, options);
      const said = connector.calls.filter((call) => !hasCard(call));
      assert.deepEqual(
        said.map(({ method, activity }) => [method, activity['textFormat'], activity['channelData'].certbotDeliveryId]),
        [
          ['POST', 'plain', 'delivery-1'],
          ['PUT', 'plain', 'delivery-1'],
        ],
      );
      assert.match(said[0]!.activity['text'], new RegExp(card.title));
      // Clients turn {{DATE(…)}} into a date.
      assert.match(said[1]!.activity['text'], /^\{ \{DATE/);
      assert.equal(said[1]!.activityId, activityId);
    });
  }

  for (const status of [400, 403, 404]) {
    it(`posts to the top level when a thread answers ${status}`, async () => {
      connector.fail({ kind: 'status', status }, { matches: ({ conversationId }) => conversationId === THREAD });
      await bot.channel.messenger.send(conversation, card, { ...options, thread: THREAD });
      assert.equal(connector.calls.at(-1)?.conversationId, CHANNEL);
    });
  }

  for (const [header, expected] of [
    ['7', 7000],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
  ] as const) {
    for (const status of [429, 503]) {
      it(`waits as long as ${status} with Retry-After ${header} asks`, async () => {
        connector.fail({ kind: 'status', status, retryAfter: header });
        const error = await caught(bot.channel.messenger.send(conversation, card, options));
        assert.equal(error.retryAfter, expected);
      });
    }
  }

  it('sends nothing more to a conversation that is throttled until that time has passed, while others are written to', async () => {
    let now = Date.UTC(2026, 10, 22, 10);
    await bot.close();
    await start({ now: () => now });
    const { messenger } = bot.channel;
    connector.fail({ kind: 'status', status: 429, retryAfter: '90' }, { times: 1 });
    await caught(messenger.send(conversation, card, options));
    now += 60_000;
    const error = await caught(messenger.send(conversation, card, { ...options, deliveryId: 'delivery-2' }));
    assert.deepEqual([error.code, error.retryAfter], ['throttled', 30_000]);
    assert.equal(connector.calls.length, 1);
    await messenger.send(conversation, card, { ...options, thread: THREAD });
    await messenger.update(conversation, '1', card, options);
    now += 30_000;
    await messenger.send(conversation, card, options);
    assert.equal(connector.calls.length, 4);
  });

  it('takes a connection that is cut after the request as ambiguous, and does not send again by itself', async () => {
    connector.fail({ kind: 'drop' });
    const error = await caught(bot.channel.messenger.send(conversation, card, options));
    assert.equal(error.code, 'ambiguous');
    assert.equal(connector.calls.length, 1);
  });

  it('takes a connector that is silent for too long as ambiguous', async () => {
    await bot.close();
    await start({ sendTimeout: 150 });
    const { promise, resolve } = Promise.withResolvers<void>();
    connector.fail({ kind: 'delay', until: promise });
    const error = await caught(bot.channel.messenger.send(conversation, card, options));
    resolve();
    assert.equal(error.code, 'ambiguous');
    assert.equal(connector.calls.length, 1);
  });

  const lateWays: [name: string, thread: string | null, isRefused: (call: ConnectorCall) => boolean][] = [
    ['a card', null, () => false],
    ['plain text in place of a card', null, ({ activity }) => activity['attachments'] !== undefined],
    ['a card at the top level, since its thread is shut', THREAD, ({ conversationId }) => conversationId === THREAD],
  ];
  for (const [name, thread, isRefused] of lateWays) {
    it(`tells the id of ${name} also when the answer comes too late`, async () => {
      await bot.close();
      await start({ sendTimeout: 2000 });
      const silence = Promise.withResolvers<void>();
      connector.fail({ kind: 'status', status: 400 }, { matches: isRefused });
      connector.fail({ kind: 'delay', until: silence.promise });
      const told = Promise.withResolvers<string>();
      const sending = bot.channel.messenger.send(conversation, card, { ...options, thread, late: told.resolve });
      assert.equal((await caught(sending)).code, 'ambiguous');
      silence.resolve();
      assert.equal(await told.promise, 'activity-1');
    });
  }

  it('gives no page on for a card that has none, nor changes or deletes a message without an id', async () => {
    const { messenger } = bot.channel;
    await messenger.send(conversation, card, { ...options, more: () => assert.fail('it gave pages on') });
    const error = await caught(messenger.remove(conversation, '', { thread: null }));
    assert.deepEqual([error.code, error.status, connector.calls.length], ['refused', 404, 1]);
  });

  it('takes a connector that nobody runs as unavailable', async () => {
    await connector.close();
    const error = await caught(bot.channel.messenger.send(conversation, card, options));
    assert.equal(error.code, 'unavailable');
    connector = await startFakeConnector();
  });

  it('takes an answer without an id as a message whose id is unknown', async () => {
    connector.fail({ kind: 'status', status: 200, body: '{}' });
    assert.deepEqual(await bot.channel.messenger.send(conversation, card, options), { activityId: '' });
    const error = await caught(bot.channel.messenger.update(conversation, '', card, options));
    assert.deepEqual([error.code, error.status], ['refused', 404]);
  });

  const unsafe: [name: string, change: (reference: any) => unknown][] = [
    [
      'an address that is not loopback',
      (reference) => ({ ...reference, serviceUrl: 'https://smba.trafficmanager.net/emea/' }),
    ],
    ['no conversation', (reference) => ({ ...reference, conversation: undefined })],
    ['nothing', () => null],
  ];
  for (const [name, change] of unsafe) {
    it(`refuses a stored reference with ${name}`, async () => {
      const reference = change(conversation.reference);
      const error = await caught(bot.channel.messenger.send({ ...conversation, reference }, card, options));
      assert.equal(error.code, 'refused');
      assert.equal(connector.calls.length, 0);
    });
  }
});
