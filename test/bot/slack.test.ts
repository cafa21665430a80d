import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { startBot, type BotProcess } from '../support/bot-process.ts';
import { startFakeSlack, type FakeSlack } from '../peers/slack/slack.ts';
import { createSlackChat, readSlack, type SlackChat, type Way } from '../support/slack-chat.ts';
import {
  APP,
  appHomeOpened,
  appMention,
  botMessage,
  directMessage,
  conversationEvent,
  eventCallback,
  memberEvent,
  messageChanged,
} from '../peers/slack/events.ts';
import { postToBot, slashCommand } from '../peers/slack/requests.ts';
import {
  createTestAuthority,
  moreLooks,
  startEndpoint,
  type Endpoint,
  type TestAuthority,
} from '../support/endpoint.ts';
import { DAY, HOUR } from '../../src/core/time.ts';

/** A host that takes connections and never says a word. */
async function startSilence() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

for (const way of ['socket', 'http'] as Way[]) {
  describe(`the whole bot in Slack by ${way === 'socket' ? 'Socket Mode' : 'HTTP'}`, function () {
    let slack: FakeSlack;
    let authority: TestAuthority;
    let endpoint: Endpoint;
    let bot: BotProcess;
    let chat: SlackChat;

    before(async () => {
      [slack, authority] = await Promise.all([startFakeSlack(), createTestAuthority()]);
      endpoint = await startEndpoint(await authority.leaf(60 * DAY));
      const entrance: Record<string, string> =
        way === 'socket' ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: APP.signingSecret };
      const env = {
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_API_URL: slack.apiUrl,
        PUBLIC_URL: 'http://localhost',
        PROBE_ALLOW: '127.0.0.0/8,::1/128',
        PROBE_TIMEOUT: '3s',
        ...entrance,
      };
      bot = await startBot({ env: { LOG_LEVEL: 'debug', ...env }, trusted: [authority.rootPem] });
      chat = createSlackChat(slack, bot.url, way);
      if (way === 'socket') await slack.socket.connected(1);
    });
    after(async () => {
      const took = await bot?.stop();
      await bot?.dispose();
      await Promise.all([slack?.close(), endpoint?.close()]);
      assert.ok(took < 10_000);
    });
    afterEach(() => {
      slack.heal();
      assert.deepEqual(slack.violations, []);
      assert.deepEqual(bot.errors(), []);
    });

    it('answers a mention in the thread below it', async () => {
      const event = appMention(`<@U0BOT> watch <http://localhost:${endpoint.port}|localhost:${endpoint.port}>`, {
        user: 'U0BOB',
      });
      await chat.deliver('event', eventCallback(event));
      const card = await chat.answer('C0OPS', 0);
      assert.match(
        card.summary,
        new RegExp(`^Watching localhost:${endpoint.port}: fine, valid until .*20\\d\\d, in 59\\sdays\\.$`),
      );
      assert.equal(card.threadTs, event['ts']);
      assert.deepEqual(card.buttons, [
        ...['Look again now', 'Add to Outlook', 'Calendar file (.ics)'],
        ...['How to renew', 'Stop watching'],
      ]);
    });

    it('answers in the thread where it was asked', async () => {
      const parent = slack.world.say('C0OPS', 'U0BOB', 'about certificates');
      const card = await chat.say(`check ${endpoint.target}`, { channel: 'C0OPS', thread_ts: parent.ts });
      assert.equal(card.threadTs, parent.ts);
    });

    it('answers bare text in a direct chat, one below the other', async () => {
      const card = await chat.say(`watch ${endpoint.target}`, { user: 'U0BOB' });
      assert.equal(card.threadTs, undefined);
      assert.match(card.summary, /Watching 127\.0\.0\.1:\d+/);
      assert.match(card.fact('Reminder')!, / 09:00 New York time, in the calendar feed$/);
    });

    it('acts once on deliveries that repeat', async () => {
      const before = chat.answers('D0ALICE').length;
      const body = eventCallback(directMessage('help', { user: 'U0BOB' }));
      if (way === 'socket') await slack.socket.sendEnvelope('events_api', body, { copies: 3 });
      else {
        for (const retryNum of [undefined, 1, 2]) {
          const given = retryNum === undefined ? {} : { retryNum, retryReason: 'http_timeout' };
          assert.equal((await postToBot(`${bot.url}/api/slack/events`, body, given)).status, 200);
        }
      }
      await chat.answer('D0ALICE', before);
      await chat.say('list');
      assert.equal(chat.answers('D0ALICE').length, before + 2);
    });

    it('acknowledges within three seconds while the probe still waits', async () => {
      const silence = await startSilence();
      try {
        const before = chat.answers('D0ALICE').length;
        const ms = await chat.deliver(
          'event',
          eventCallback(directMessage(`check 127.0.0.1:${silence.port}`, { user: 'U0BOB' })),
        );
        assert.ok(ms < 3000, `${ms} ms`);
        assert.equal(chat.answers('D0ALICE').length, before);
        const card = await chat.answer('D0ALICE', before);
        assert.match(card.summary, /no answer in time/);
      } finally {
        await silence.close();
      }
    });

    it('does not react to edits, to other bots, and to what nobody told it', async () => {
      const before = chat.answers('D0ALICE').length + chat.answers('C0OPS').length;
      await chat.deliver('event', eventCallback(messageChanged('help')));
      await chat.deliver('event', eventCallback(botMessage('<@U0BOT> help')));
      await chat.deliver('event', eventCallback(botMessage('help', { channel: 'D0ALICE', channel_type: 'im' })));
      await chat.say('help');
      assert.equal(chat.answers('D0ALICE').length + chat.answers('C0OPS').length, before + 1);
    });

    it('tells only the asker of a slash command what concerns only them', async () => {
      const before = chat.answers('C0OPS').length;
      for (const [text, summary] of [
        ['list', /^The one that is watched is fine/],
        ['help', /^To begin, type/],
        [`check ${endpoint.target}`, /is valid until/],
        ['calendar', /^The calendar feed of this chat has/],
        ['wach example.com', /is not a command/],
      ] as const) {
        const seen = slack.ephemerals('U0BOB').length;
        await chat.command(text);
        assert.match((await chat.whisper('U0BOB', seen)).summary, summary);
      }
      assert.equal(chat.answers('C0OPS').length, before);
    });

    it('tells everybody what a slash command has changed', async () => {
      const before = chat.answers('C0OPS').length;
      await chat.command(`watch ${endpoint.target}`);
      assert.match((await chat.answer('C0OPS', before)).summary, /Watching 127\.0\.0\.1/);
    });

    it('acts once on a slash command that is delivered twice', async () => {
      const before = slack.ephemerals('U0BOB').length;
      const payload = slashCommand('list', slack.responseUrl({ channel: 'C0OPS', user: 'U0BOB' }), {
        user_id: 'U0BOB',
      });
      await chat.deliver('command', payload);
      await chat.deliver('command', payload);
      await chat.whisper('U0BOB', before);
      await chat.say('list');
      assert.equal(slack.ephemerals('U0BOB').length, before + 1);
    });

    it('answers a slash command where it is no member, and says what to do', async () => {
      const seen = slack.ephemerals('U0BOB').length;
      await chat.command(`watch ${endpoint.target}`, { channel_id: 'C0OTHER', channel_name: 'other' });
      const card = await chat.whisper('U0BOB', seen);
      assert.match(card.summary, /Watching 127\.0\.0\.1/);
      assert.match(card.text, /not a member of this conversation.*\/invite @certbot/);
    });

    it('replaces the card whose button was pressed', async () => {
      const card = await chat.say(`watch ${endpoint.target}`);
      const updated = slack.next(({ method }) => method === 'chat.update');
      await chat.press('Look again now', card);
      const { arguments: sent } = await updated;
      assert.equal(sent['ts'], card.ts);
      assert.match(readSlack(sent).fact('Looked at')!, /just now/);
    });

    it('answers whoever pressed a button of a message that somebody deleted meanwhile', async () => {
      const card = await chat.say(`watch ${endpoint.target}`);
      const { messages } = slack.world;
      messages.splice(
        messages.findIndex(({ ts }) => ts === card.ts),
        1,
      );
      const seen = slack.ephemerals('U0BOB').length;
      await chat.press('Look again now', card);
      assert.match((await chat.whisper('U0BOB', seen)).fact('Looked at')!, /just now/);
    });

    it('shows a row of the list below it, and stops watching by its menu', async () => {
      const other = await startEndpoint(await authority.leaf(50 * DAY));
      try {
        await chat.say(`watch ${other.target}`, { channel: 'G0GROUP' });
        const list = await chat.say('list', { channel: 'G0GROUP' });
        await chat.press('Show', list);
        const shown = await chat.answer('G0GROUP', 2);
        assert.equal(shown.threadTs, list.threadTs ?? list.ts);
        assert.equal(shown.fact('Owner'), 'bob');

        await chat.press('Stop watching', list);
        const told = await chat.answer('G0GROUP', 3);
        assert.match(told.summary, new RegExp(`^No longer watching ${other.target}\\. `));
        const now = await slack.until(
          () =>
            chat
              .answers('G0GROUP')
              .find(({ ts, summary }) => ts === list.ts && /^Nothing is watched here yet/.test(summary)),
          'the list without it',
        );
        assert.ok(now);
        await chat.press('Stop watching', list);
        await chat.say('help', { channel: 'G0GROUP' });
        assert.equal(chat.answers('G0GROUP').filter(({ summary }) => /^No longer watching/.test(summary)).length, 1);
      } finally {
        await other.close();
      }
    });

    it('replaces what only the asker sees for the asker alone', async () => {
      const seen = slack.ephemerals('U0BOB').length;
      await chat.command('list');
      const list = await chat.whisper('U0BOB', seen);
      const posts = slack.callsOf('chat.postMessage').length;
      await chat.press('Show', list, { isEphemeral: true, occurrence: 0 });
      const shown = await chat.whisper('U0BOB', seen + 1);
      assert.ok(shown.fact('Owner'));
      assert.equal(slack.callsOf('chat.postMessage').length, posts);
    });

    it('turns the pages of a long list in place', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `127.0.0.${index + 10}:${endpoint.port}`);
      const done = await chat.say(`watch ${names.join(' ')}`, { channel: 'G0SECRET' });
      assert.match(done.summary, /^20 targets: 20 watched\. Unreachable: 20\.$/);
      const list = await chat.say('list', { channel: 'G0SECRET' });
      assert.match(list.text, /Page 1 of 2/);
      await chat.press('Next ▶', list);
      const turned = (): ReturnType<typeof readSlack> | undefined =>
        chat.answers('G0SECRET').find(({ ts, text }) => ts === list.ts && text.includes('Page 2 of 2'));
      const second = await slack.until(turned, 'the second page');
      assert.deepEqual(second.buttons, ['◀ Previous', 'Refresh']);
      await chat.say('unwatch all', { channel: 'G0SECRET' });
      await chat.say('unwatch all yes', { channel: 'G0SECRET' });
    });

    it('publishes a home tab with everything that a person watches, the first to expire first', async () => {
      const soon = await startEndpoint(await authority.leaf(5 * DAY));
      try {
        await chat.say(`watch ${soon.target}`, { channel: 'C0OPS', user: 'U0BOB' });
        const published = slack.next(({ method }) => method === 'views.publish');
        await chat.deliver('event', eventCallback(appHomeOpened({ user: 'U0BOB', channel: 'D0BOB' })));
        const { view, user_id } = (await published).arguments;
        assert.equal(user_id, 'U0BOB');
        const { text } = readSlack(view);
        const rows = text.split('\n').filter((line) => / · /.test(line));
        assert.ok(rows.length >= 2, text);
        assert.ok(rows[0]!.startsWith(soon.target), text);
        assert.match(rows.join('\n'), /Direct chat/);
        assert.match(JSON.stringify(view.blocks), /"type":"channel","channel_id":"C0OPS"/);
        await chat.say(`unwatch ${soon.target}`, { channel: 'C0OPS' });
      } finally {
        await soon.close();
      }
    });

    // What is sent goes the same way in both modes.
    if (way === 'socket') {
      it('waits as long as Slack asks, and then delivers once', async () => {
        slack.fail({ kind: 'status', status: 429, retryAfter: 2 }, { method: 'chat.postMessage', times: 1 });
        const before = chat.answers('D0ALICE').length;
        const calls = slack.callsOf('chat.postMessage').length;
        const began = performance.now();
        await chat.say('help');
        assert.ok(performance.now() - began >= 1900);
        assert.equal(chat.answers('D0ALICE').length, before + 1);
        assert.equal(slack.callsOf('chat.postMessage').length, calls + 2);
      });

      it('delivers in the end when Slack fails, or cuts the connection before it acts', async () => {
        slack.fail({ kind: 'status', status: 503, body: 'no' }, { method: 'chat.postMessage', times: 2 });
        assert.match((await chat.say('help')).summary, /^To begin, type/);
        slack.fail({ kind: 'error', error: 'internal_error' }, { method: 'chat.postMessage', times: 1 });
        assert.match((await chat.say('help')).summary, /^To begin, type/);
        slack.fail({ kind: 'drop' }, { method: 'chat.postMessage', times: 1 });
        assert.match((await chat.say('help')).summary, /^To begin, type/);
      });

      it('sends at most one extra copy when an answer of Slack got lost, under the same delivery id', async () => {
        const before = chat.answers('D0ALICE').length;
        slack.fail({ kind: 'drop-after' }, { method: 'chat.postMessage', times: 1 });
        await chat.say('help');
        await chat.say('list');
        const copies = chat
          .answers('D0ALICE')
          .slice(before)
          .filter(({ summary }) => /^To begin, type/.test(summary));
        assert.ok(copies.length <= 2);
        const ids = copies.map(({ message }) => message['metadata'].event_payload.delivery_id);
        assert.equal(new Set(ids).size, 1);
      });

      async function shutAndOpen(error: string): Promise<void> {
        const channel = `C0${error.replaceAll('_', '').toUpperCase()}`;
        slack.world.addConversation('T0ACME', { id: channel, name: error.replaceAll('_', '-') });
        const inChannel = ({ arguments: sent }: { arguments: Record<string, any> }): boolean =>
          sent['channel'] === channel;
        const dying = await startEndpoint(await authority.leaf(60 * DAY));
        try {
          await chat.say(`watch ${dying.target}`, { channel });
          let isGone = true;
          slack.fail({ kind: 'error', error }, { matches: (call) => isGone && inChannel(call) });
          const direct = chat.answers('D0ALICE').length;
          dying.present(await authority.untrusted(60 * DAY));
          const elsewhere = (): string[] =>
            chat
              .answers('D0ALICE')
              .slice(direct)
              .map(({ summary, text }) => `${summary} ${text}`)
              .filter((text) => text.includes(dying.target) && text.includes('This alert belongs in'));
          await slack.until(() => elsewhere().length > 0, 'the alert in the own chat of its owner');
          await moreLooks(dying, 2);
          assert.equal(elsewhere().length, 1);
          assert.match(elsewhere()[0]!, new RegExp(error));

          isGone = false;
          const seen = chat.answers(channel).length;
          await chat.deliver('event', eventCallback(appMention('<@U0BOT> help', { channel, user: 'U0BOB' })));
          await slack.until(() => chat.answers(channel).length >= seen + 2, 'the answer and the alert that waited');
          const after = chat.answers(channel).slice(seen);
          assert.ok(after.some(({ summary }) => /The chain is incomplete/.test(summary)));
          await chat.say(`unwatch ${dying.target}`, { channel });
        } finally {
          await dying.close();
        }
      }

      it('tells owners in their own chat what a channel does not take, whatever Slack calls it, and goes on when somebody speaks there', async () => {
        await Promise.all(['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action'].map(shutAndOpen));
      });

      it('goes on by itself in a channel to which it is invited again', async () => {
        const channel = 'C0INVITED';
        slack.world.addConversation('T0ACME', { id: channel, name: 'invited' });
        const failing = await startEndpoint(await authority.leaf(60 * DAY));
        try {
          await chat.say(`watch ${failing.target}`, { channel });
          let isOut = true;
          const matches = ({ arguments: sent }: { arguments: Record<string, any> }) =>
            isOut && sent['channel'] === channel;
          slack.fail({ kind: 'error', error: 'not_in_channel' }, { matches });
          const direct = chat.answers('D0ALICE').length;
          failing.present(await authority.untrusted(60 * DAY));
          await chat.answer('D0ALICE', direct, ({ text }) => text.includes('not_in_channel'));
          isOut = false;
          const before = chat.answers(channel).length;
          await chat.deliver('event', eventCallback(memberEvent('member_joined_channel', 'U0BOT', { channel })));
          await chat.answer(channel, before, ({ summary }) => /The chain is incomplete/.test(summary));
        } finally {
          await failing.close();
        }
      });

      it('carries everything over to the new id of a channel', async () => {
        slack.world.addConversation('T0ACME', { id: 'C0OLD', name: 'old' });
        slack.world.addConversation('T0ACME', { id: 'C0NEW', name: 'old' });
        const failing = await startEndpoint(await authority.leaf(60 * DAY));
        try {
          await chat.say(`watch ${failing.target}`, { channel: 'C0OLD' });
          const moved = conversationEvent('channel_id_changed', { old_channel_id: 'C0OLD', new_channel_id: 'C0NEW' });
          await chat.deliver('event', eventCallback(moved));
          const before = chat.answers('C0OLD').length;
          failing.present(await authority.untrusted(60 * DAY));
          await chat.answer('C0NEW', 0, ({ summary }) => /The chain is incomplete/.test(summary));
          assert.equal(chat.answers('C0OLD').length, before);
          assert.match((await chat.say('list', { channel: 'C0NEW' })).text, new RegExp(failing.target));
        } finally {
          await failing.close();
        }
      });

      it('alerts by itself, at the top level of the channel', async () => {
        const failing = await startEndpoint(await authority.leaf(60 * DAY));
        try {
          await chat.say(`watch ${failing.target}`, { channel: 'C0OPS' });
          const before = chat.answers('C0OPS').length;
          failing.present(await authority.leaf(HOUR, { lifetime: 60 * DAY }));
          const alert = await chat.answer('C0OPS', before, ({ summary }) => summary.includes(failing.target));
          assert.equal(alert.threadTs, undefined);
          assert.match(alert.text, /^🚨 Critical/);
          await chat.say(`unwatch ${failing.target}`, { channel: 'C0OPS' });
        } finally {
          await failing.close();
        }
      });
    }

    it('has no endpoint for Teams, since Teams is not configured', async () => {
      const response = await fetch(`${bot.url}/api/messages`, {
        method: 'POST',
        headers: { connection: 'close' },
        body: '{}',
      });
      assert.equal(response.status, 404);
      const events = await fetch(`${bot.url}/api/slack/events`, {
        method: 'POST',
        headers: { connection: 'close' },
        body: '{}',
      });
      assert.equal(events.status, way === 'socket' ? 404 : 401);
    });

    it('logs no tokens, no message and no address that answers somebody', async () => {
      const output = bot.output();
      for (const secret of ['xoxb-acme', slack.appToken, APP.signingSecret, '/response/', 'wach example.com'])
        assert.ok(!output.includes(secret), secret);
    });
  });
}
