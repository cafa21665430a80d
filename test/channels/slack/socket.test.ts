import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import sinon from 'sinon';
import { createBoltApp } from '../../../src/channels/slack/receivers.ts';
import {
  createSocket,
  pauseAfterFailure,
  pauseAfterLoss,
  pauseWhenCrowded,
} from '../../../src/channels/slack/socket.ts';
import type { Turn } from '../../../src/channels/slack/turn.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { startFakeSlack, type FakeSlack, type SlackFault } from '../../peers/slack/slack.ts';
import { APP, directMessage, eventCallback } from '../../peers/slack/events.ts';
import { slashCommand } from '../../peers/slack/requests.ts';

const OPEN = 'apps.connections.open';

/**
 * A Slack that upgrades connections and then hears nothing: it answers neither pings nor good-byes. `says` are its only
 * words.
 */
async function startDeafSlack(says: object[], { hangsUp = false, binary = [] as object[] } = {}) {
  const streams = new Set<Duplex>();
  let opened = 0;
  const upgraded = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    opened += 1;
    request.resume();
    const { port } = server.address() as AddressInfo;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/link` }));
  });
  server.on('upgrade', (request, stream: Duplex) => {
    streams.add(stream);
    stream.on('error', () => {});
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    stream.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    const write = (kind: number, each: object): void => {
      const text = Buffer.from(JSON.stringify(each));
      stream.write(Buffer.concat([Buffer.from([kind, text.length]), text]));
    };
    for (const each of says) write(0x81, each);
    for (const each of binary) write(0x82, each);
    if (hangsUp) stream.end();
    upgraded.resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    opened: () => opened,
    upgraded: upgraded.promise,
    close() {
      server.close();
      server.closeAllConnections();
      for (const stream of streams) stream.destroy();
    },
  };
}

describe('Socket Mode', () => {
  let slack: FakeSlack;
  /** What the turn does with an event or a command. */
  let act: (body: unknown, refuse: (sentence: string) => Promise<void>) => Promise<void>;
  const logged: string[] = [];
  const gone: number[] = [];
  const ends: (() => unknown)[] = [];

  beforeEach(async () => {
    logged.length = 0;
    gone.length = 0;
    act = async () => {};
    slack = await startFakeSlack();
    ends.push(() => slack.close());
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    assert.deepEqual(slack.violations, []);
  });

  function socketOf({ apiUrl = slack.apiUrl, random = 0 } = {}) {
    const keep = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`);
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
    const turn = {
      onEvent: (body: unknown) => act(body, async () => {}),
      onCommand: (body: unknown, refuse: (sentence: string) => Promise<void>) => act(body, refuse),
    } as Partial<Turn> as Turn;
    const app = createBoltApp({ turn, apiUrl, log });
    const socket = createSocket({ app, appToken: slack.appToken, apiUrl, log, random: () => random });
    ends.push(() => socket.close());
    return socket;
  }

  /** The second connection comes a second after the first; most tests need no more than one. */
  async function connect(count = 1) {
    const socket = socketOf();
    socket.start();
    await slack.socket.connected(count);
    return socket;
  }

  /**
   * Timers of so many milliseconds go off after so many instead. Returns what all are asked for; those that went off
   * are in `gone`.
   */
  function hurried(passes: Record<number, number>): number[] {
    const { setTimeout: real } = globalThis;
    const asked: number[] = [];
    const stub = sinon.stub(globalThis, 'setTimeout').callsFake(((done: () => void, ms = 0, ...rest: []) => {
      asked.push(ms);
      const went = (): void => {
        gone.push(ms);
        done();
      };
      return real(went, passes[ms] ?? ms, ...rest);
    }) as typeof setTimeout);
    ends.push(() => stub.restore());
    return asked;
  }

  const opens = () => slack.callsOf(OPEN).length;
  const message = () => eventCallback(directMessage('help'));

  /** What a promise takes, milliseconds. */
  async function timed(work: Promise<unknown>): Promise<number> {
    const began = performance.now();
    await work;
    return performance.now() - began;
  }

  describe('takes what Slack delivers', () => {
    it('over two connections, opened with the app token and nothing else', async () => {
      const socket = socketOf();
      assert.equal(socket.awayFor() === null, false);
      socket.start();
      await slack.socket.connected(2);
      await slack.socket.sendEnvelope('events_api', message());
      assert.equal(socket.awayFor() === null, true);
      assert.deepEqual(
        slack.calls.map((call) => [call.method, call.token, call.arguments]),
        [
          [OPEN, slack.appToken, {}],
          [OPEN, slack.appToken, {}],
        ],
      );
    });

    it('once however often it was started', async () => {
      const socket = socketOf();
      socket.start();
      socket.start();
      await slack.socket.connected(2);
      assert.equal(opens(), 2);
    });

    it('and acknowledges an event when it was dealt with, not before', async () => {
      await connect();
      const begun = Promise.withResolvers<unknown>();
      const stored = Promise.withResolvers<void>();
      act = (body) => {
        begun.resolve(body);
        return stored.promise;
      };
      const body = message();
      const sent = slack.socket.sendEnvelope('events_api', body);
      assert.deepEqual(await begun.promise, body);
      for (let round = 0; round < 50; round += 1) await new Promise(setImmediate);
      assert.equal(slack.socket.deliveries[0]?.acks, 0);
      stored.resolve();
      const { acks, attempt } = await sent;
      assert.deepEqual([acks, attempt], [1, 0]);
    });

    it('and acknowledges each copy of an envelope once', async () => {
      await connect();
      assert.equal((await slack.socket.sendEnvelope('events_api', message(), { copies: 3 })).acks, 3);
    });

    it('and does not acknowledge what could not be dealt with: Slack delivers it again', async () => {
      await connect();
      let tries = 0;
      const tried = Promise.withResolvers<void>();
      act = async () => {
        tries += 1;
        if (tries > 1) return;
        tried.resolve();
        throw new Error('the disk is full');
      };
      const sent = slack.socket.sendEnvelope('events_api', message());
      await tried.promise;
      while (!logged.some((line) => line.includes('the disk is full'))) await wait(5);
      for (let round = 0; round < 50; round += 1) await new Promise(setImmediate);
      assert.equal(slack.socket.deliveries[0]?.acks, 0);
      slack.socket.cut();
      const { attempt, acks } = await sent;
      assert.deepEqual([attempt, acks, tries], [1, 1, 2]);
      assert.match(logged.join('\n'), /the disk is full/);
    });

    it('and survives that the connection is cut while it works', async () => {
      await connect();
      const stored = Promise.withResolvers<void>();
      let tries = 0;
      act = async () => {
        tries += 1;
        if (tries > 1) return;
        slack.socket.cut();
        await stored.promise;
      };
      const { attempt } = await slack.socket.sendEnvelope('events_api', message());
      stored.resolve();
      assert.equal(attempt, 1);
      await slack.socket.sendEnvelope('events_api', message());
      assert.equal(slack.socket.deliveries[0]?.acks, 0);
    });

    it('and survives frames that are no envelopes', async () => {
      const strays = [
        null,
        [],
        'text',
        { type: 7 },
        { type: 'events_api' },
        { type: 'events_api', payload: { event: null } },
      ];
      const odd = await startDeafSlack([{ type: 'hello' }, ...(strays as object[])]);
      ends.push(() => odd.close());
      const socket = socketOf({ apiUrl: odd.apiUrl });
      socket.start();
      const strayed = () => logged.filter((line) => line.includes('no envelope')).length;
      // On both connections.
      while (strayed() < 2 * strays.length) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(odd.opened(), 2, 'neither connection ended by it');
      assert.equal(socket.awayFor() === null, true);
    });

    it('and takes no binary frame for an envelope', async () => {
      const odd = await startDeafSlack([{ type: 'hello' }], { binary: [{ type: 'disconnect', reason: 'warning' }] });
      ends.push(() => odd.close());
      socketOf({ apiUrl: odd.apiUrl }).start();
      const strayed = () => logged.filter((line) => line.includes('no envelope')).length;
      while (strayed() < 2 && odd.opened() < 3) await wait(10);
      assert.equal(strayed(), 2);
      assert.equal(odd.opened(), 2, 'neither connection ended by it');
    });

    it('and refuses a command in the answer to it', async () => {
      await connect();
      act = (_body, refuse) => refuse('Not here.');
      const url = slack.responseUrl({ channel: 'C0OPS', user: 'U0ALICE' });
      const { answer } = await slack.socket.sendEnvelope('slash_commands', slashCommand('list', url));
      assert.deepEqual(answer, { response_type: 'ephemeral', text: 'Not here.' });
    });
  });

  describe('comes back', () => {
    for (const reason of ['refresh_requested', 'warning', 'link_disabled'] as const) {
      it(`at once when Slack says ${reason}`, async () => {
        // The second connection, which comes after a second in any case, is left out.
        hurried({ 1000: 600_000 });
        await connect();
        slack.socket.disconnect(reason);
        await slack.until(() => slack.socket.connections().some((each) => each > 1), 'a new connection');
      });
    }

    it('while the other connection goes on', async () => {
      await connect(2);
      const [first, second] = slack.socket.connections();
      slack.socket.disconnect('refresh_requested', { connection: first! });
      const { connection, attempt } = await slack.socket.sendEnvelope('events_api', message());
      assert.deepEqual([connection, attempt], [second, 0]);
      await slack.socket.connected(2);
    });

    it('when every connection is cut, several times in a row', async () => {
      const socket = await connect();
      for (let round = 0; round < 3; round += 1) {
        slack.socket.cut();
        const ms = await timed(slack.socket.sendEnvelope('events_api', message()));
        assert.ok(ms < 20_000, `${ms} ms`);
      }
      assert.equal(socket.awayFor() === null, true);
    });

    it('with pauses when connections end as soon as they began', async () => {
      const restless = await startDeafSlack([{ type: 'hello' }], { hangsUp: true });
      ends.push(() => restless.close());
      const began = performance.now();
      socketOf({ apiUrl: restless.apiUrl, random: 1 }).start();
      // At once, then after 0, 250, 500, 1000 and 2000 ms, and so does the other connection, a second later.
      while (restless.opened() < 8) await wait(5);
      const ms = performance.now() - began;
      assert.ok(ms >= 1700, `8 in ${ms} ms`);
    });

    it('with pauses that grow though each of them ended longer than ten seconds ago', async () => {
      const asked = hurried({ 10_000: 25, 250: 30, 500: 30, 1000: 30, 2000: 30 });
      const restless = await startDeafSlack([{ type: 'hello' }], { hangsUp: true });
      ends.push(() => restless.close());
      socketOf({ apiUrl: restless.apiUrl, random: 1 }).start();
      while (!asked.includes(2000) && restless.opened() < 60) await wait(5);
      assert.ok(asked.includes(2000), asked.join());
    });

    const body = JSON.stringify({ ok: true, url: 'ws://127.0.0.1:1/link' });
    const faults: SlackFault[] = [
      { kind: 'drop' },
      { kind: 'status', status: 500 },
      { kind: 'status', status: 200, body: '<html>', contentType: 'text/html' },
      { kind: 'status', status: 200, body: '{"ok":true}' },
      { kind: 'status', status: 200, body },
      { kind: 'error', error: 'internal_error' },
      { kind: 'error', error: 'invalid_auth' },
    ];
    it(`when ${OPEN} fails in one way after another`, async () => {
      for (const fault of faults) slack.fail(fault, { method: OPEN, times: 1 });
      await connect();
      assert.ok(opens() > faults.length);
      while (!logged.some((each) => each.includes('can be reached again'))) await wait(5);
      // One line for what was out of reach, one for what was refused, one when all is well again.
      for (const said of ['Slack cannot be reached; it is', 'Slack refuses this bot', 'Slack can be reached again'])
        assert.equal(logged.filter((each) => each.includes(said)).length, 1, said);
      assert.equal(logged.filter((each) => each.includes('a try to reach Slack failed')).length, faults.length);
      await slack.socket.sendEnvelope('events_api', message());
    });

    it('after as long as Slack asked for', async () => {
      slack.fail({ kind: 'status', status: 429, retryAfter: 2 }, { method: OPEN, times: 1 });
      const connected = connect(2);
      while (!logged.some((line) => line.includes('a try to reach Slack failed'))) await wait(5);
      // It is this bot that waits, and it says so before it tries again.
      assert.ok(opens() < 3);
      await connected;
      const [refused, , later] = slack.callsOf(OPEN);
      assert.ok(later!.at - refused!.at >= 1950, `${later!.at - refused!.at} ms`);
    });

    it('more and more slowly while Slack says that there are too many connections, and the other one goes on', async () => {
      slack.socket.allow(1);
      socketOf({ random: 0 }).start();
      await slack.until(() => slack.socket.opened() >= 3, 'the second try of the second connection');
      // One connection at once; the other after a second, and then, 0.8 being the least of its jitter, after 1.6
      // seconds more.
      const at = slack.callsOf(OPEN).map((call) => call.at);
      assert.equal(at.length, 3);
      assert.ok(at[2]! - at[1]! >= 1550, `${at[2]! - at[1]!} ms`);
      assert.match(logged.join('\n'), /too_many_websockets.*SLACK_APP_TOKEN/);
      await slack.socket.sendEnvelope('events_api', message(), { connection: 1 });
      slack.socket.allow(10);
      await slack.socket.connected(2);
    });

    it('after a pause when there are suddenly too many, or when none is given out for that reason', async () => {
      await connect();
      slack.fail({ kind: 'error', error: 'too_many_websockets' }, { method: OPEN, times: 2 });
      const asked = opens();
      const ms = await timed(
        (async () => {
          slack.socket.disconnect('too_many_websockets', { after: 0 });
          await slack.received(asked + 1, { method: OPEN });
        })(),
      );
      assert.ok(ms >= 900, `${ms} ms`);
      await slack.received(asked + 2, { method: OPEN });
      assert.ok(opens() - asked <= 3);
    });

    it('at once when it is cut, though there were too many connections before', async () => {
      const asked = hurried({ 1600: 20 });
      await connect(2);
      slack.socket.disconnect('too_many_websockets', { connection: slack.socket.connections()[0]!, after: 0 });
      await slack.until(() => slack.socket.opened() >= 3, 'the next connection');
      await slack.socket.connected(2);
      slack.socket.cut();
      await slack.until(() => slack.socket.opened() >= 5, 'the connections after it');
      assert.deepEqual(
        asked.filter((ms) => ms === 1600 || ms === 3200),
        [1600],
      );
    });

    it('as if nothing had been, once a connection was steady for ten seconds', async () => {
      const asked = hurried({ 10_000: 20, 1800: 20, 3600: 20 });
      const socket = socketOf({ random: 0.5 });
      socket.start();
      await slack.socket.connected(2);
      for (let round = 0; round < 4; round += 1) {
        const { length: opened } = slack.callsOf(OPEN);
        // Every connection so far has become steady.
        while (gone.filter((ms) => ms === 10_000).length < slack.socket.opened()) await wait(5);
        // The same one of the two, which comes back as the latest.
        const connection = slack.socket.connections().at(round === 0 ? 0 : -1)!;
        if (round < 2) slack.socket.disconnect('too_many_websockets', { connection, after: 0 });
        else slack.socket.cut();
        await slack.received(opened + (round < 2 ? 1 : 2), { method: OPEN });
        await slack.socket.connected(2);
      }
      // Neither the second pause of those that grow while there are too many, nor that of restless connections.
      assert.deepEqual(
        asked.filter((ms) => [1800, 3600, 225, 450].includes(ms)),
        [1800, 1800],
      );
    });

    it('when Slack does not say hello within fifteen seconds', async () => {
      const mute = await startDeafSlack([]);
      ends.push(() => mute.close());
      hurried({ 15_000: 100 });
      socketOf({ apiUrl: mute.apiUrl }).start();
      while (mute.opened() < 3) await wait(5);
      assert.match(logged.join('\n'), /did not say hello in time/);
    });

    it('with pauses that grow up to half a minute while Slack cannot be reached, or are as long as Slack asks', () => {
      const pauses = [1, 2, 3, 6, 7, 8, 1000].map((failures) => pauseAfterFailure(failures, 0, 1) / 1000);
      assert.deepEqual(pauses, [0.5, 1, 2, 16, 30, 30, 30]);
      assert.deepEqual([pauseAfterFailure(1, 0, 0), pauseAfterFailure(1, 2000, 0)], [400, 2000]);
      assert.equal(pauseAfterFailure(3, 1000, 0), 1600);
    });

    it('with pauses that grow up to two seconds while connections end soon after they began', () => {
      const pauses = [0, 1, 2, 3, 4, 5, 6, 1000].map((restless) => pauseAfterLoss(restless, 1));
      assert.deepEqual(pauses, [0, 0, 250, 500, 1000, 2000, 2000, 2000]);
      assert.equal(pauseAfterLoss(2, 0), 200);
    });

    it('and says meanwhile for how long there has been none at all: since the last one went', async () => {
      const socket = await connect(2);
      slack.fail({ kind: 'error', error: 'internal_error' }, { method: OPEN });
      slack.socket.disconnect('refresh_requested', { connection: slack.socket.connections()[0]! });
      while (!logged.some((line) => line.includes('a connection to Slack ended'))) await wait(5);
      assert.equal(socket.awayFor(), null);
      await wait(50);
      const began = performance.now();
      slack.socket.cut();
      while (socket.awayFor() === null) await wait(5);
      const ms = socket.awayFor()!;
      assert.ok(ms >= 0 && ms <= performance.now() - began, `${ms} ms`);
      slack.heal();
    });

    it('with pauses that grow up to five minutes', () => {
      const pauses = [1, 2, 3, 6, 8, 9, 10, 1000].map((times) => pauseWhenCrowded(times, 1) / 1000);
      assert.deepEqual(pauses, [2, 4, 8, 64, 256, 300, 300, 300]);
      assert.equal(pauseWhenCrowded(1, 0), 1600);
    });

    it('more and more slowly while the token is no good, which the log says', async () => {
      slack.fail({ kind: 'error', error: 'invalid_auth' }, { method: OPEN });
      socketOf({ random: 1 }).start();
      await slack.received(6, { method: OPEN });
      const began = slack.callsOf(OPEN)[0]!.at;
      // One connection asks after 0, 500, 1500 and 3500 ms, the other the same a second later.
      const at = slack.callsOf(OPEN).map((call) => call.at - began);
      assert.ok(at[2]! >= 950 && at[4]! >= 1450 && at[5]! >= 2400, at.join());
      assert.match(logged.join('\n'), /invalid_auth/);
      assert.doesNotMatch(logged.join('\n'), new RegExp(APP.token));
    });
  });

  describe('ends', () => {
    /** Before what it waits for otherwise is over: an answer of Slack, its greeting, the pause before another try. */
    const CLOSES_WITHIN = 8000;

    async function closesInTime(begin: () => Promise<{ close(): Promise<void> }>): Promise<void> {
      const socket = await begin();
      const ms = await timed(socket.close());
      assert.ok(ms < CLOSES_WITHIN, `${ms} ms`);
    }

    it('when it never began', () => closesInTime(async () => socketOf()));

    it('when it is connected', async () => {
      await closesInTime(() => connect(2));
      const before = opens();
      await slack.until(() => slack.socket.connections().length === 0, 'the end of the connections');
      assert.equal(opens(), before);
    });

    it('when it has just begun', () =>
      closesInTime(async () => {
        const socket = socketOf();
        socket.start();
        return socket;
      }));

    it('when it waits before another try', () =>
      closesInTime(async () => {
        slack.fail({ kind: 'status', status: 429, retryAfter: 60 }, { method: OPEN });
        const socket = socketOf();
        socket.start();
        await slack.received(1, { method: OPEN });
        while (!logged.some((each) => each.includes('cannot be reached'))) await wait(5);
        return socket;
      }));

    it(`when ${OPEN} has no answer yet, and opens nothing afterwards`, async () => {
      const { promise: until, resolve: answerNow } = Promise.withResolvers<void>();
      await closesInTime(async () => {
        slack.fail({ kind: 'delay', until }, { method: OPEN });
        const socket = socketOf();
        socket.start();
        await slack.received(1, { method: OPEN });
        return socket;
      });
      answerNow();
      await wait(100);
      assert.deepEqual(slack.socket.connections(), []);
    });

    it('at any moment while it connects', async () => {
      for (const delay of [0, 1, 2, 3, 4, 5, 6, 8, 10, 15]) {
        const socket = socketOf();
        socket.start();
        await slack.received(opens() + 1, { method: OPEN });
        await wait(delay);
        const ms = await timed(socket.close());
        assert.ok(ms < CLOSES_WITHIN, `${ms} ms after ${delay} ms`);
      }
      await slack.until(() => slack.socket.connections().length === 0, 'the end of the connections');
    });

    for (const says of [[], [{ type: 'hello' }], [{ type: 'hello' }, { type: 'disconnect', reason: 'warning' }]]) {
      it(`when Slack says ${says.map(({ type }) => type).join(' and ') || 'nothing'} and does not answer`, async () => {
        const deaf = await startDeafSlack(says);
        ends.push(() => deaf.close());
        await closesInTime(async () => {
          const socket = socketOf({ apiUrl: deaf.apiUrl });
          socket.start();
          await deaf.upgraded;
          await wait(100);
          return socket;
        });
      });
    }

    it('twice', async () => {
      const socket = await connect();
      await Promise.all([socket.close(), socket.close()]);
      await socket.close();
      assert.equal(socket.awayFor() === null, false);
    });

    it('and lets the process end', async () => {
      const deaf = await startDeafSlack([{ type: 'hello' }]);
      ends.push(() => deaf.close());
      const mute = await startDeafSlack([]);
      ends.push(() => mute.close());
      const source = `
        import { createSocket } from ${JSON.stringify(import.meta.resolve('../../../src/channels/slack/socket.ts'))};
        const log = { debug() {}, info() {}, warn() {}, error() {} };
        const app = { processEvent: () => Promise.resolve() };
        const sockets = process.argv.slice(1).map((apiUrl) => createSocket({ app, appToken: 'xapp-1-certbot', apiUrl, log, random: () => 0 }));
        for (const socket of sockets) socket.start();
        while (!sockets.slice(0, 2).every((socket) => socket.awayFor() === null)) await new Promise((resolve) => setTimeout(resolve, 20));
        for (const socket of sockets) await socket.close();
        console.log('closed');`;
      const args = [
        '--input-type=module',
        '-e',
        source,
        slack.apiUrl,
        deaf.apiUrl,
        mute.apiUrl,
        'http://127.0.0.1:1/api/',
      ];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      ends.push(() => child.kill('SIGKILL'));
      let closedAt = 0;
      child.stdout.on('data', () => (closedAt = performance.now()));
      const [code] = (await once(child, 'exit')) as [number | null];
      assert.equal(code, 0);
      assert.ok(closedAt > 0 && performance.now() - closedAt < 10_000);
    });
  });
});
