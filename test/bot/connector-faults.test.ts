import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { createConversation, type ConversationOptions, type TestConversation } from '../support/conversation.ts';
import {
  sendActivity,
  startFakeConnector,
  type ConnectorCall,
  type FakeConnector,
  type Fault,
} from '../peers/teams/connector.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { together } from '../support/together.ts';
import { DAY, SECOND } from '../../src/core/time.ts';

describe('a connector that fails, met by the whole bot', function () {
  let connector: FakeConnector;
  let authority: TestAuthority;
  let endpoint: Endpoint;
  let bot: BotProcess;

  before(async () => {
    [connector, authority] = await Promise.all([startFakeConnector(), createTestAuthority()]);
    endpoint = await startEndpoint(await authority.leaf(60 * DAY));
    bot = await startBot({ trusted: [authority.rootPem], env: { PROBE_TIMEOUT: '5s' } });
    await chat().say(`watch ${endpoint.target}`);
  });
  after(async () => {
    await bot?.dispose();
    await Promise.all([connector?.close(), endpoint?.close()]);
  });

  function chat(options: ConversationOptions = {}): TestConversation {
    return createConversation(connector, bot.url, options);
  }

  /** So many rounds of the bot, in each of which it could send again. */
  function rounds(count: number): Promise<void> {
    return moreLooks(endpoint, count + 1);
  }

  function failNext(conversation: TestConversation, fault: Fault, times = 1, method = 'POST'): void {
    const matches = (call: ConnectorCall): boolean => call.conversationId === conversation.id && call.method === method;
    connector.fail(fault, { times, matches });
  }

  /** Presses “Look again now” for a host that takes connections and says nothing. */
  async function pressOnSilence(prepare: (conversation: TestConversation) => void = () => {}) {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket.on('error', () => {})));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const target = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const conversation = chat({ kind: 'channel', name: 'ops' });
    const { call: pressed, buttons } = await conversation.say(`watch ${target}`);
    const button = buttons.find(({ verb }) => verb === 'show')!;
    prepare(conversation);
    const from = connector.calls.length;
    const invoke = conversation.activity({
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: pressed.answeredId,
      value: { action: { type: 'Action.Execute', verb: 'show', data: { ...button.data, fresh: true } } },
    });
    const { body } = await sendActivity(bot.url, invoke);
    assert.match(body.value, /takes a little longer/);
    return {
      conversation,
      pressed,
      cameOf: (matches: (call: ConnectorCall) => boolean): Promise<ConnectorCall> =>
        conversation.wait((call) => matches(call) && JSON.stringify(call.activity).includes(target), { from }),
      async end(): Promise<void> {
        await conversation.say(`unwatch ${target}`);
        silent.close();
        for (const socket of sockets) socket.destroy();
      },
    };
  }

  /** The calls that carry this delivery, once there are `count` of them. */
  async function copies(conversation: TestConversation, replyId: string, count: number): Promise<ConnectorCall[]> {
    const own = (): ConnectorCall[] =>
      conversation.calls().filter(({ activity }) => activity['channelData']?.certbotDeliveryId === replyId);
    await conversation.wait(() => own().length >= count, { what: `${count} sends` });
    return own();
  }

  together({
    async 'is waited for as long as it asks: 429 with Retry-After'() {
      const conversation = chat();
      failNext(conversation, { kind: 'status', status: 429, retryAfter: '4' });
      const { replyId } = await conversation.send('list');
      const [first, second] = await copies(conversation, replyId, 2);
      const gap = second!.at - first!.at;
      assert.ok(gap >= 4 * SECOND, `it was tried again after ${gap} ms`);
      assert.ok(gap < 20 * SECOND, `it was tried again only after ${gap} ms`);
      await rounds(2);
      assert.equal(conversation.calls().length, 2);
    },

    async 'is waited for when only that conversation is throttled, while others get their answers'() {
      const throttled = chat();
      failNext(throttled, { kind: 'status', status: 429, retryAfter: '60' });
      await throttled.send('list');
      await throttled.wait(() => true);
      await chat().say('list');
      assert.equal(throttled.calls().length, 1);
    },

    async 'is tried again after a 503, and the answer is delivered once'() {
      const conversation = chat();
      failNext(conversation, { kind: 'status', status: 503 }, 2);
      const { replyId } = await conversation.send('list');
      const calls = await copies(conversation, replyId, 3);
      await rounds(2);
      assert.equal(conversation.calls().length, 3);
      assert.equal(calls.filter(({ answeredId }) => answeredId !== null).length, 1);
      assert.ok(calls[1]!.at - calls[0]!.at <= 1500, 'the first retry comes within a second or so');
    },

    async 'keeps the order of answers'() {
      const conversation = chat();
      failNext(conversation, { kind: 'status', status: 503 }, 2);
      await conversation.send('list');
      await conversation.send('help');
      const second = await conversation.next(/What you can type/);
      assert.equal(conversation.calls().at(-1), second.call);
      assert.equal(conversation.calls().filter(({ answeredId }) => answeredId !== null).length, 2);
    },

    async 'gets at most one more copy, with the same delivery id, when the connection broke after it took the message'() {
      const conversation = chat();
      failNext(conversation, { kind: 'drop' }, 1);
      const { replyId } = await conversation.send('list');
      await copies(conversation, replyId, 2);
      await rounds(3);
      assert.equal(conversation.calls().length, 2);
    },

    async 'gets at most one more copy after a 500 that had stored the message'() {
      const conversation = chat();
      failNext(conversation, { kind: 'status', status: 500, stored: true }, Infinity);
      const { replyId } = await conversation.send('list');
      await copies(conversation, replyId, 2);
      await rounds(3);
      assert.equal(conversation.calls().length, 2, 'the next one would come after twenty seconds');
    },

    async 'gets a message once more when it refuses one by mistake (403), and nothing elsewhere'() {
      const own = await startEndpoint(await authority.leaf(20 * DAY));
      const conversation = chat({ kind: 'channel', name: 'ops' });
      await conversation.say(`watch ${own.target}`);
      failNext(conversation, { kind: 'status', status: 403 }, 1);
      const from = connector.calls.length;
      own.present(await authority.leaf(70 * DAY));
      await conversation.wait(
        ({ activity, answeredId }) => answeredId !== null && /^Renewed: /.test(activity['summary']),
      );
      const renewals = connector.calls
        .slice(from)
        .filter(({ activity }) => JSON.stringify(activity).includes(own.target));
      assert.deepEqual(
        renewals.map(({ conversationId, answeredId }) => [conversationId, answeredId !== null]),
        [
          [conversation.id, false],
          [conversation.id, true],
        ],
      );
      await own.close();
    },

    async 'gets what a channel keeps refusing (403) told in the own chat of the owner, once, while looks go on'() {
      const own = await startEndpoint(await authority.leaf(20 * DAY));
      const person = { id: '29:bob', name: 'Bob', aadObjectId: '00000000-0000-0000-0000-000000000b0b' };
      const direct = chat({ person });
      await direct.say('help');
      const conversation = chat({ kind: 'channel', name: 'ops', person });
      await conversation.say(`watch ${own.target}`);
      let isShut = true;
      connector.fail(
        { kind: 'status', status: 403, body: '{"error":{"code":"BotDisabledByAdmin","message":"injected"}}' },
        { matches: (call) => isShut && call.conversationId === conversation.id },
      );
      own.present(await authority.leaf(70 * DAY));
      const told = await direct.next(/This alert belongs in ops/);
      assert.match(told.text, /^✅ Renewed$/m);
      assert.match(told.text, /\(BotDisabledByAdmin\)/);
      await moreLooks(own, 2);
      const elsewhere = direct.calls().filter(({ activity }) => JSON.stringify(activity).includes(own.target));
      assert.equal(elsewhere.length, 1);
      isShut = false;
      await conversation.send('list');
      await conversation.wait(
        ({ activity, answeredId }) => answeredId !== null && /^Renewed: /.test(activity['summary']),
      );
      await own.close();
    },

    async 'gets the answer in the own chat of whoever asked where it keeps refusing (403)'() {
      const person = { id: '29:carol', name: 'Carol', aadObjectId: '00000000-0000-0000-0000-0000000ca401' };
      const direct = chat({ person });
      await direct.say('help');
      const conversation = chat({ kind: 'channel', name: 'ops', person });
      connector.fail(
        { kind: 'status', status: 403 },
        { matches: ({ conversationId }) => conversationId === conversation.id },
      );
      await conversation.send('list');
      const told = await direct.next(/You asked me in ops/);
      assert.match(told.text, /^Nothing is watched here yet$/m);
    },

    async 'gets the answer to a press within five seconds, and what comes of it as an edit'() {
      const { conversation, pressed, cameOf, end } = await pressOnSilence();
      const edit = await cameOf(({ method }) => method === 'PUT');
      assert.equal(edit.activityId, pressed.answeredId);
      await end();
      assert.equal(conversation.calls().filter(({ method }) => method === 'POST').length, 2, 'watch and unwatch');
    },

    async 'gets what comes of a press as a new message where it refuses the edit'() {
      const { cameOf, end } = await pressOnSilence((conversation) =>
        failNext(conversation, { kind: 'status', status: 400 }, Infinity, 'PUT'),
      );
      await cameOf(({ method }) => method === 'POST');
      await end();
    },

    async 'gets plain text where it refuses a card (400)'() {
      const conversation = chat();
      failNext(conversation, { kind: 'status', status: 400 }, 1);
      await conversation.send('help');
      await conversation.wait(({ activity }) => /What you can type/.test(activity['text'] ?? ''));
      await rounds(2);
      assert.equal(conversation.calls().length, 2);
    },

    async 'gets later messages while it refuses one (400)'() {
      const conversation = chat();
      failNext(conversation, { kind: 'status', status: 400 }, 2);
      await conversation.send('list');
      assert.match((await conversation.say('help')).text, /What you can type/);
    },

    async 'that is slow holds nobody else up, and the message is not sent twice'() {
      const conversation = chat();
      const released = Promise.withResolvers<void>();
      failNext(conversation, { kind: 'delay', until: released.promise }, 1);
      const { replyId } = await conversation.send('list');
      await copies(conversation, replyId, 1);
      await chat().say('list');
      await rounds(2);
      released.resolve();
      await rounds(2);
      assert.equal(conversation.calls().length, 1);
    },

    async 'gets an alert that could not be sent at first exactly once'() {
      const own = await startEndpoint(await authority.leaf(20 * DAY));
      const conversation = chat();
      await conversation.say(`watch ${own.target}`);
      failNext(conversation, { kind: 'status', status: 503 }, 3);
      own.present(await authority.leaf(70 * DAY));
      await conversation.wait(
        ({ activity, answeredId }) => answeredId !== null && /^Renewed: /.test(activity['summary']),
      );
      await moreLooks(own, 2);
      assert.equal(conversation.calls().filter(({ answeredId }) => answeredId !== null).length, 2);
      await own.close();
    },

    async 'gets no answer twice into a thread that was deleted: it goes to the top level'() {
      const conversation = chat({ kind: 'channel' });
      const thread = `${conversation.id};messageid=1700000000009`;
      connector.fail({ kind: 'status', status: 404 }, { matches: (call) => call.conversationId === thread });
      const base = conversation.activity();
      await conversation.send('help', { conversation: { ...base['conversation'], id: thread } });
      await conversation.wait(({ answeredId }) => answeredId !== null);
      await rounds(2);
      assert.deepEqual(
        conversation.calls().map(({ conversationId }) => conversationId),
        [thread, conversation.id],
      );
    },
  });

  it('leaves no error in the log, nothing on standard error, a quick end', async () => {
    assert.deepEqual(bot.errors(), []);
    assert.equal(bot.stderr(), '');
    assert.ok((await bot.stop()) < 3000);
  });
});
