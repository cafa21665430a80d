import assert from 'node:assert/strict';
import { once } from 'node:events';
import { SocketModeClient } from '@slack/socket-mode';
import { startFakeSlack, type FakeSlack } from './slack.ts';
import { APP, directMessage, eventCallback } from './events.ts';
import { slashCommand } from './requests.ts';
import { silent, webClient } from './client.ts';

describe('the fake Slack', () => {
  let slack: FakeSlack;
  const ends: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    slack = await startFakeSlack();
    ends.push(() => slack.close());
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  describe('speaks Socket Mode', () => {
    type Handler = (given: { ack: (answer?: any) => Promise<void>; body: any; retry_num?: number }) => unknown;

    async function connect(handler: Handler): Promise<SocketModeClient> {
      const socket = new SocketModeClient({
        appToken: slack.appToken,
        logger: silent,
        clientPingTimeout: 300,
        clientOptions: { slackApiUrl: slack.apiUrl },
      });
      socket.on('slack_event', handler);
      ends.push(() => socket.disconnect());
      await socket.start();
      return socket;
    }

    it('delivers envelopes and resolves with their acks', async () => {
      await connect(({ ack, body }) => ack(body.command ? { text: `answer to ${body.text}` } : undefined));
      await slack.socket.connected();
      const event = await slack.socket.sendEnvelope('events_api', eventCallback(directMessage('help')));
      assert.ok(event.ms! >= 0 && event.acks === 1);
      const url = slack.responseUrl({ channel: 'C0OPS', user: 'U0ALICE' });
      const command = await slack.socket.sendEnvelope('slash_commands', slashCommand('list', url));
      assert.deepEqual(command.answer, { text: 'answer to list' });
      assert.deepEqual(slack.violations, []);
    });

    it('delivers one envelope twice', async () => {
      const ids: string[] = [];
      await connect(({ ack, body }) => {
        ids.push(body.event_id);
        return ack();
      });
      const { acks } = await slack.socket.sendEnvelope('events_api', eventCallback(directMessage('x')), { copies: 2 });
      assert.equal(acks, 2);
      assert.equal(ids[0], ids[1]);
      assert.deepEqual(slack.violations, []);
    });

    it('delivers again on another connection when one is cut before the ack', async () => {
      const retries: (number | undefined)[] = [];
      await connect(({ ack, retry_num }) => {
        retries.push(retry_num);
        if (retries.length === 1) slack.socket.cut();
        else void ack();
      });
      const delivery = await slack.socket.sendEnvelope('events_api', eventCallback(directMessage('x')));
      assert.deepEqual(retries, [0, 1]);
      assert.deepEqual([delivery.attempt, delivery.connection], [1, 2]);
      assert.equal(slack.socket.deliveries[0]?.acks, 0);
    });

    it('gives up after as many retries as it was told', async () => {
      await connect(() => slack.socket.cut());
      const sent = slack.socket.sendEnvelope('events_api', eventCallback(directMessage('x')), { retries: 0 });
      await assert.rejects(sent, /went away before the ack/);
    });

    it('refreshes connections', async () => {
      await connect(({ ack }) => ack());
      slack.socket.disconnect('refresh_requested', { after: 20 });
      const delivery = await slack.socket.sendEnvelope('events_api', eventCallback(directMessage('x')));
      assert.equal(delivery.connection, 2);
      assert.equal(slack.callsOf('apps.connections.open').length, 2);
      assert.deepEqual(slack.violations, []);
    });

    it('takes turns between connections', async () => {
      await connect(({ ack }) => ack());
      await connect(({ ack }) => ack());
      await slack.socket.connected(2);
      const used = new Set<number>();
      for (let count = 0; count < 4; count += 1) {
        used.add((await slack.socket.sendEnvelope('events_api', eventCallback(directMessage('x')))).connection);
      }
      assert.deepEqual([...used].toSorted(), [1, 2]);
    });

    it('lets a ticket in once, and nobody without one', async () => {
      const ticket = await webClient(slack, slack.appToken).apps.connections.open();
      const first = new WebSocket(ticket.url!);
      ends.push(async () => first.close());
      const [hello] = (await once(first, 'message')) as [MessageEvent];
      const { type, num_connections, connection_info } = JSON.parse(hello.data);
      assert.deepEqual([type, num_connections, connection_info], ['hello', 1, { app_id: APP.id }]);
      for (const url of [ticket.url!, `${slack.origin.replace('http', 'ws')}/link/?ticket=none`]) {
        await once(new WebSocket(url), 'error');
      }
      assert.equal(slack.violations.length, 2);
    });

    const answering = { envelope_id: '', payload: { text: 'x' } };
    for (const [name, reply, violation] of [
      ['no JSON', 'ok', /not JSON/],
      ['unknown envelope', JSON.stringify({ envelope_id: 'none' }), /unknown envelope/],
      ['malformed', JSON.stringify({ envelope: 'x' }), /malformed ack/],
      ['answer to an event', answering, /answer not accepted by events_api/],
      ['unknown key', { envelope_id: '', extra: 1 }, /malformed ack/],
    ] as const) {
      it(`records a wrong ack: ${name}`, async () => {
        const raw = new WebSocket(`${slack.origin.replace('http', 'ws')}/link/?ticket=${slack.socket.ticket()}`);
        ends.push(async () => raw.close());
        raw.addEventListener('message', ({ data }) => {
          const { envelope_id } = JSON.parse(data);
          if (envelope_id) raw.send(typeof reply === 'string' ? reply : JSON.stringify({ ...reply, envelope_id }));
        });
        await slack.socket.connected();
        void slack.socket.sendEnvelope('events_api', eventCallback(directMessage('x'))).catch(() => {});
        await slack.until(() => slack.violations.length > 0, 'a violation');
        assert.match(slack.violations[0]!, violation);
      });
    }

    it('closes with connections open', async () => {
      const raw = new WebSocket(`${slack.origin.replace('http', 'ws')}/link/?ticket=${slack.socket.ticket()}`);
      await slack.socket.connected();
      const pending = slack.until(() => false, 'what never comes');
      const closed = once(raw, 'close');
      await ends.pop()!();
      await closed;
      await assert.rejects(pending, /closed while waiting for what never comes/);
    });
  });
});
