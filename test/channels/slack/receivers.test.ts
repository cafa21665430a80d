import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { createBoltApp, createHttpEvents, EVENTS_PATH, type Processor } from '../../../src/channels/slack/receivers.ts';
import type { Turn } from '../../../src/channels/slack/turn.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import {
  APP,
  appHomeOpened,
  appMention,
  appUninstalled,
  channelMessage,
  conversationEvent,
  directMessage,
  eventCallback,
  memberEvent,
  tokensRevoked,
  urlVerification,
} from '../../peers/slack/events.ts';
import { postToBot, slashCommand } from '../../peers/slack/requests.ts';

const press = {
  type: 'block_actions',
  user: { id: 'U0ALICE', team_id: 'T0ACME' },
  team: { id: 'T0ACME', domain: 'acme' },
  trigger_id: '1.2.fake',
  channel: { id: 'C0OPS', name: 'ops' },
  actions: [{ type: 'button', action_id: 'ack', block_id: 'b', value: '1', action_ts: '1.1' }],
};

const RENAMED = { id: 'C0OPS', name: 'operations', created: 1 };

type Step = keyof Turn;
type Seen = { step: Step; given: unknown[] };

describe('what Slack posts', () => {
  const seen: Seen[] = [];
  const logged: string[] = [];
  const ends: (() => void)[] = [];
  /** What the turn does with it. */
  let act: (given: Seen) => Promise<void>;
  /** To a sent form. */
  let answer: Awaited<ReturnType<Turn['onSubmit']>>;
  let url: string;
  let app: Processor;

  beforeEach(async () => {
    seen.length = 0;
    logged.length = 0;
    act = async () => {};
    answer = { response_action: 'clear' };
    const step =
      (name: Step) =>
      async (...given: unknown[]): Promise<void> => {
        seen.push({ step: name, given });
        await act(seen.at(-1)!);
      };
    const turn = {
      onEvent: step('onEvent'),
      onCommand: step('onCommand'),
      onPress: step('onPress'),
      onShortcut: step('onShortcut'),
      async onSubmit(...given) {
        await step('onSubmit')(...given);
        return answer;
      },
      onHomeOpened: step('onHomeOpened'),
      onJoined: step('onJoined'),
      onOpened: step('onOpened'),
      onRenamed: step('onRenamed'),
      onMoved: step('onMoved'),
      onLeft: step('onLeft'),
    } as Turn;
    const keep = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`);
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
    app = createBoltApp({ turn, apiUrl: 'http://127.0.0.1:9/api/', log });
    const server = createServer(
      createHttpEvents({ app, signingSecret: ` newer, ${APP.signingSecret} ,`, log, now: () => Date.now() }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${EVENTS_PATH}`;
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const steps = () => seen.map(({ step }) => step);

  describe('is told apart', () => {
    const events: [string, Record<string, unknown>, Step[]][] = [
      ['a mention', appMention('<@U0BOT> help'), ['onEvent']],
      ['a message in a direct chat', directMessage('help'), ['onEvent']],
      ['a message in a channel', channelMessage('hello'), ['onEvent']],
      ['an opened Home tab', appHomeOpened(), ['onHomeOpened']],
      ['the end of an installation', appUninstalled(), ['onLeft']],
      ["a revoked token of the bot's", tokensRevoked({ bot: ['U0BOT'] }), ['onLeft']],
      ["a revoked token of a person's", tokensRevoked({ oauth: ['U0ALICE'] }), []],
      ['a member who joined', memberEvent('member_joined_channel'), ['onJoined']],
      ['a member who left', memberEvent('member_left_channel'), []],
      ['a channel that is open again', conversationEvent('channel_unarchive'), ['onOpened']],
      ['a private channel that is open again', conversationEvent('group_unarchive'), ['onOpened']],
      ['a channel of another name', conversationEvent('channel_rename', { channel: RENAMED }), ['onRenamed']],
      ['a private channel of another name', conversationEvent('group_rename', { channel: RENAMED }), ['onRenamed']],
      [
        'a channel of another id',
        { type: 'channel_id_changed', old_channel_id: 'C0', new_channel_id: 'C1' },
        ['onMoved'],
      ],
    ];
    for (const [name, event, expected] of events) {
      it(`${name} is answered with 200 and dealt with by ${expected.join() || 'nobody'}`, async () => {
        const body = eventCallback(event);
        assert.equal((await postToBot(url, body)).status, 200);
        assert.deepEqual(steps(), expected);
        for (const { given } of seen) assert.deepEqual(given[0], body);
      });
    }

    it('a command is answered with 200 and nothing', async () => {
      const command = slashCommand('list', 'https://hooks.slack.com/x');
      const { status, text } = await postToBot(url, command, { kind: 'command' });
      assert.deepEqual([status, text, steps()], [200, '', ['onCommand']]);
      assert.deepEqual({ ...(seen[0]?.given[0] as object) }, command);
    });

    it('a press is answered with 200 and nothing', async () => {
      const { status, text } = await postToBot(url, press, { kind: 'interaction' });
      assert.deepEqual([status, text], [200, '']);
      assert.deepEqual([steps(), seen[0]?.given], [['onPress'], [press]]);
    });

    it('a shortcut and a sent form are answered with 200, the form with what is to become of it', async () => {
      const { actions: _actions, ...rest } = press;
      const shortcut = { ...rest, type: 'message_action', callback_id: 'watch_message' };
      assert.equal((await postToBot(url, shortcut, { kind: 'interaction' })).status, 200);
      const sent = { ...rest, type: 'view_submission', view: { callback_id: 'watch_form' } };
      assert.equal((await postToBot(url, sent, { kind: 'interaction' })).status, 200);
      assert.deepEqual(steps(), ['onShortcut', 'onSubmit']);
    });

    it('what is to become of a sent form stands in the answer', async () => {
      answer = { response_action: 'errors', errors: { targets: 'Choose one.' } };
      const { actions: _actions, ...rest } = press;
      const sent = { ...rest, type: 'view_submission', view: { callback_id: 'watch_form' } };
      const { status, body } = await postToBot(url, sent, { kind: 'interaction' });
      assert.deepEqual([status, body], [200, answer]);
    });

    for (const type of ['view_submission', 'shortcut', 'message_action', 'view_closed']) {
      it(`what nobody deals with is answered with 200: ${type}`, async () => {
        const { actions: _actions, ...rest } = press;
        const payload = { ...rest, type, callback_id: 'x', view: { callback_id: 'x' } };
        assert.equal((await postToBot(url, payload, { kind: 'interaction' })).status, 200);
        assert.deepEqual(steps(), []);
      });
    }

    it('a retry is handed on with the same body', async () => {
      const body = eventCallback(directMessage('help'));
      await postToBot(url, body);
      assert.equal((await postToBot(url, body, { retryNum: 1, retryReason: 'http_timeout' })).status, 200);
      assert.deepEqual(
        seen.map(({ given }) => given[0]),
        [body, body],
      );
    });
  });

  it('may be signed with each of two secrets, while one takes the place of the other', async () => {
    const body = eventCallback(appMention('<@U0BOT> help'));
    for (const signingSecret of ['newer', APP.signingSecret]) {
      const { status } = await postToBot(url, body, { signingSecret });
      assert.deepEqual([status, steps().splice(0)], [200, ['onEvent']], signingSecret);
      seen.length = 0;
    }
  });

  describe('is refused with 401, and nobody deals with it', () => {
    const body = eventCallback(directMessage('watch example.com'));
    const minutes = (count: number) => Date.now() + count * 60_000;
    const rows: [string, () => Parameters<typeof postToBot>[2]][] = [
      ['a wrong signature', () => ({ signature: `v0=${'0'.repeat(64)}` })],
      ['a signature that is cut short', () => ({ signature: 'v0=abc' })],
      ['an empty signature', () => ({ signature: '' })],
      ['another version of the signature', () => ({ signature: `v1=${'0'.repeat(64)}` })],
      ['another secret', () => ({ signingSecret: 'another' })],
      ['no secret', () => ({ signingSecret: '' })],
      ['both secrets at once', () => ({ signingSecret: ` newer, ${APP.signingSecret} ,` })],
      ['a time six minutes ago', () => ({ now: minutes(-6) })],
      ['a time six minutes ahead', () => ({ now: minutes(6) })],
      ['a time that is no number', () => ({ timestamp: 'now' })],
      ['an infinite time', () => ({ timestamp: 'Infinity' })],
      ['an empty time', () => ({ timestamp: '' })],
      ['another time than the signed one', () => ({ headers: { 'x-slack-request-timestamp': '1' } })],
    ];
    for (const [name, options] of rows) {
      it(name, async () => {
        const { status, text } = await postToBot(url, body, options());
        assert.deepEqual([status, text, steps()], [401, '', []]);
      });
    }

    function sign(text: string): Record<string, string> {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const digest = createHmac('sha256', APP.signingSecret).update(`v0:${timestamp}:${text}`).digest('hex');
      return {
        'content-type': 'application/json',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${digest}`,
      };
    }

    for (const missing of ['x-slack-signature', 'x-slack-request-timestamp']) {
      it(`without ${missing}`, async () => {
        const text = JSON.stringify(body);
        const { [missing]: _left, ...headers } = sign(text);
        assert.equal((await fetch(url, { method: 'POST', headers, body: text })).status, 401);
        assert.deepEqual(steps(), []);
      });
    }

    it('a body that changed after it was signed', async () => {
      const text = JSON.stringify(body);
      const changed = text.replace('example.com', 'evil.example');
      assert.equal((await fetch(url, { method: 'POST', headers: sign(text), body: changed })).status, 401);
      assert.deepEqual(steps(), []);
    });

    it('an ssl_check that carries an event along is answered, the event is not', async () => {
      const form = new URLSearchParams({ ssl_check: '1', payload: JSON.stringify(body) });
      assert.equal((await fetch(url, { method: 'POST', body: form.toString() })).status, 401);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      assert.equal((await fetch(url, { method: 'POST', headers, body: form.toString() })).status, 200);
      assert.deepEqual(steps(), []);
    });
  });

  for (const minutes of [-4, 4]) {
    it(`is good for five minutes: a clock that is ${minutes} minutes off`, async () => {
      const now = Date.now() + minutes * 60_000;
      assert.equal((await postToBot(url, eventCallback(directMessage('help')), { now })).status, 200);
    });
  }

  it('is read as UTF-8 when it is checked', async () => {
    const body = eventCallback(directMessage('watch müller.example 😀'));
    assert.equal((await postToBot(url, body)).status, 200);
    assert.deepEqual(seen[0]?.given[0], body);
  });

  it('may ask whether this is the address: the challenge comes back', async () => {
    const { status, body } = await postToBot(url, urlVerification('challenge-42'));
    assert.deepEqual([status, body, steps()], [200, { challenge: 'challenge-42' }, []]);
    assert.equal((await postToBot(url, urlVerification('x'), { signature: 'v0=0' })).status, 401);
  });

  it('is refused with 413 when it is larger than a mebibyte', async () => {
    const body = eventCallback(directMessage('x'.repeat(1024 * 1024)));
    assert.equal((await postToBot(url, body)).status, 413);
    assert.deepEqual(steps(), []);
    const large = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    // What is left of the body is not read: nothing else can come on that connection.
    assert.deepEqual([large.status, large.headers.get('connection')], [413, 'close']);
  });

  for (const [kind, body] of [
    ['json', '{"type":'],
    ['json', 'null'],
    ['json', '[]'],
    ['json', '"text"'],
    ['json', ''],
    ['x-www-form-urlencoded', 'payload=null'],
    ['x-www-form-urlencoded', 'payload=%5B%5D'],
  ] as const) {
    it(`is refused with 400 when it is ${JSON.stringify(body)}, signed, and with 401 unsigned; the process goes on`, async () => {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const digest = createHmac('sha256', APP.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
      const post = async (signature: string): Promise<number> => {
        const headers = {
          'content-type': `application/${kind}`,
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': signature,
        };
        return (await fetch(url, { method: 'POST', headers, body })).status;
      };
      assert.equal(await post(`v0=${digest}`), 400);
      assert.equal(await post('v0=00'), 401);
      assert.deepEqual(steps(), []);
    });
  }

  describe('is acknowledged', () => {
    it('when an event was dealt with, not before', async () => {
      const order: string[] = [];
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const { promise: stored, resolve: store } = Promise.withResolvers<void>();
      act = async () => {
        begin();
        await stored;
        order.push('stored');
      };
      const answered = postToBot(url, eventCallback(directMessage('help'))).then(({ status }) => {
        order.push(`answered ${status}`);
      });
      await begun;
      // Several rounds of the event loop: an answer would be here by now.
      for (let round = 0; round < 50; round += 1) await new Promise(setImmediate);
      assert.deepEqual(order, []);
      store();
      await answered;
      assert.deepEqual(order, ['stored', 'answered 200']);
    });

    it('with 503 when an event could not be dealt with, so that Slack sends it again', async () => {
      act = () => Promise.reject(new Error('the disk is full'));
      const body = eventCallback(directMessage('help'));
      assert.equal((await postToBot(url, body)).status, 503);
      assert.match(logged.join('\n'), /the disk is full.*could not be dealt with/);
      act = async () => {};
      assert.equal((await postToBot(url, body, { retryNum: 1 })).status, 200);
      assert.equal(seen.length, 2);
    });

    it('not before it is stored: Slack hears after three seconds that it was not, and sends it again', async () => {
      const { promise: failing, reject: fail } = Promise.withResolvers<void>();
      act = () => failing;
      const { status, ms } = await postToBot(url, eventCallback(directMessage('help')));
      assert.equal(status, 503);
      assert.ok(ms > 2000 && ms < 4000, `${ms} ms`);
      fail(new Error('too late'));
      act = async () => {};
      assert.equal((await postToBot(url, eventCallback(directMessage('help')))).status, 200);
      assert.match(logged.join('\n'), /too late/);
    });

    it('with the sentence that refuses a command, for the eyes of the asker', async () => {
      act = async ({ given }) => (given[1] as (sentence: string) => Promise<void>)('Not here.');
      const command = slashCommand('list', 'https://hooks.slack.com/x');
      const { status, body } = await postToBot(url, command, { kind: 'command' });
      assert.deepEqual([status, body], [200, { response_type: 'ephemeral', text: 'Not here.' }]);
    });

    it('at once when it is a press, whatever follows', async () => {
      const { promise: endless, resolve: finish } = Promise.withResolvers<void>();
      act = () => endless;
      const { status } = await postToBot(url, press, { kind: 'interaction' });
      assert.equal(status, 200);
      finish();
    });

    it('at once when it is a press that fails', async () => {
      act = () => Promise.reject(new Error('no'));
      assert.equal((await postToBot(url, press, { kind: 'interaction' })).status, 200);
    });

    describe('by whatever brought it', () => {
      let clock: sinon.SinonFakeTimers;
      beforeEach(() => {
        clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      });
      afterEach(() => clock.restore());

      /** Hands an event on; `acks` counts its acknowledgements, `done` says how that ended. */
      function handOn(event: Record<string, unknown>) {
        const handed = { acks: 0, done: '' };
        const ack = async (): Promise<void> => void (handed.acks += 1);
        app.processEvent({ body: eventCallback(event), ack }).then(
          () => (handed.done = 'dealt with'),
          (error: unknown) => (handed.done = String(error)),
        );
        return handed;
      }

      it('within three seconds, once, when it is a Home tab for which Slack is asked', async () => {
        const { promise: asked, resolve: answer } = Promise.withResolvers<void>();
        act = () => asked;
        const handed = handOn(appHomeOpened());
        await clock.tickAsync(2499);
        assert.equal(handed.acks, 0);
        await clock.tickAsync(1);
        assert.deepEqual(handed, { acks: 1, done: '' });
        answer();
        await clock.tickAsync(0);
        assert.deepEqual(handed, { acks: 1, done: 'dealt with' });
      });

      it('never when it is a Home tab that could not be dealt with', async () => {
        act = () => Promise.reject(new Error('no'));
        const handed = handOn(appHomeOpened());
        await clock.tickAsync(60_000);
        assert.equal(handed.acks, 0);
        assert.match(handed.done, /no/);
      });

      it('never before it is stored when it is a message', async () => {
        act = () => Promise.withResolvers<void>().promise;
        const handed = handOn(directMessage('help'));
        await clock.tickAsync(60_000);
        assert.deepEqual(handed, { acks: 0, done: '' });
      });
    });

    it('though the connection went away before', async () => {
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const { promise: stored, resolve: store } = Promise.withResolvers<void>();
      act = async () => {
        begin();
        await stored;
      };
      const cutting = new AbortController();
      const cut = postToBot(url, eventCallback(directMessage('help')), { signal: cutting.signal });
      await begun;
      cutting.abort();
      await assert.rejects(cut);
      store();
      act = async () => {};
      assert.equal((await postToBot(url, eventCallback(directMessage('help')))).status, 200);
    });
  });

  it('never gets into the log', async () => {
    act = () => Promise.reject(new Error('no'));
    await postToBot(url, eventCallback(directMessage('confidential-text')));
    await postToBot(url, eventCallback(directMessage('confidential-text')), { signature: 'v0=0' });
    await postToBot(url, slashCommand('confidential-text', 'https://hooks.slack.com/capability'), { kind: 'command' });
    assert.ok(logged.length > 0);
    assert.doesNotMatch(logged.join('\n'), /confidential-text|capability|fake-signing-secret/);
  });
});
