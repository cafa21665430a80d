import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createResponseUrls } from '../../../src/channels/slack/response-urls.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';

const SLACK = 'https://slack.com/api/';
const LOCAL = 'http://127.0.0.1:4000/api/';
const GATEWAY = 'https://slack-gateway.example/api/';

/** Addresses, whether they are trusted, and the Web API's address where it is not Slack's. */
const ADDRESSES: [string, boolean, string?][] = [
  ['https://hooks.slack.com/commands/T0/1/abc', true],
  ['https://HOOKS.slack.com/commands/T0/1/abc', true],
  ['https://hooks.slack.com:443/commands/T0/1/abc', true],
  ['https://hooks.slack-gov.com/actions/T0/1/abc', true],
  ['http://hooks.slack.com/commands/T0/1/abc', false],
  ['https://hooks.slack.com:8443/commands/T0/1/abc', false],
  ['https://hooks.slack.com.evil.example/x', false],
  ['https://evilhooks.slack.com/x', false],
  ['https://hooks-slack.com/x', false],
  ['https://hooks.slack.com@evil.example/x', false],
  ['https://user@hooks.slack.com/x', false],
  ['https://user:secret@hooks.slack.com/x', false],
  ['https://:secret@hooks.slack.com/x', false],
  ['https://evil.example/hooks.slack.com', false],
  ['https://evil.example#hooks.slack.com', false],
  ['https://hооks.slack.com/x', false],
  ['//hooks.slack.com/x', false],
  ['hooks.slack.com/x', false],
  ['file:///etc/passwd', false],
  ['ftp://hooks.slack.com/x', false],
  ['javascript:alert(1)', false],
  ['', false],
  ['http://127.0.0.1:4000/x', false],
  ['https://localhost/x', false],
  ['http://169.254.169.254/latest/meta-data', false],
  ['http://127.0.0.1:4000/response/1', true, LOCAL],
  ['http://localhost:5000/response/1', true, LOCAL],
  ['http://[::1]:5000/response/1', true, LOCAL],
  ['https://hooks.slack.com/commands/T0/1/abc', true, LOCAL],
  ['http://user@127.0.0.1:4000/response/1', false, LOCAL],
  ['http://127.0.0.1.evil.example/x', false, LOCAL],
  ['http://192.168.0.1/x', false, LOCAL],
  ['https://slack-gateway.example/response/1', true, GATEWAY],
  ['http://slack-gateway.example/response/1', false, GATEWAY],
  ['https://hooks.slack.com/commands/T0/1/abc', true, GATEWAY],
  ['http://127.0.0.1:4000/response/1', false, GATEWAY],
];

async function failureOf(calling: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await calling.then(
    () => assert.fail('the answer was taken'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof DeliveryError, String(error));
  return error;
}

describe('a response_url', () => {
  for (const [url, trusted, apiUrl = SLACK] of ADDRESSES) {
    it(`is ${trusted ? 'trusted' : 'not trusted'} when it is ${url || 'empty'} and the Web API is ${apiUrl}`, () => {
      assert.equal(createResponseUrls({ apiUrl, sendTimeout: 1000 }).isTrusted(url), trusted);
    });
  }

  describe('of Slack', () => {
    let slack: FakeSlack;
    before(async () => {
      slack = await startFakeSlack();
    });
    after(() => slack.close());
    const urls = () => createResponseUrls({ apiUrl: slack.apiUrl, sendTimeout: 5000 });

    it('takes five answers, refuses the sixth, and shows what came', async () => {
      const url = slack.responseUrl({ channel: 'C0OPS', user: 'U0ALICE' });
      assert.equal(urls().isTrusted(url), true);
      for (let count = 1; count <= 5; count += 1)
        await urls().respond(url, { response_type: 'ephemeral', text: `answer ${count}` });
      const { code, status } = await failureOf(urls().respond(url, { text: 'one too many' }));
      assert.deepEqual([code, status], ['refused', 404]);
      assert.deepEqual(
        slack.ephemerals('U0ALICE').map(({ text }) => text),
        [1, 2, 3, 4, 5].map((count) => `answer ${count}`),
      );
      assert.deepEqual(slack.violations, []);
    });

    it('that nobody knows any more refuses', async () => {
      assert.equal((await failureOf(urls().respond(`${slack.origin}/response/none`, { text: 'x' }))).code, 'refused');
    });
  });

  describe('of a server that is not well', () => {
    const ends: (() => void)[] = [];
    afterEach(() => {
      for (const end of ends.splice(0)) end();
    });

    async function start(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
      const server = createServer((request, response) => answer(request.resume(), response));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      ends.push(() => {
        server.close();
        server.closeAllConnections();
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/response/capability`;
    }
    const respond = (url: string, sendTimeout = 5000) =>
      failureOf(createResponseUrls({ apiUrl: url, sendTimeout }).respond(url, { text: 'x' }));

    it('is throttled for as long as it says', async () => {
      const url = await start((_request, response) => response.writeHead(429, { 'retry-after': '7' }).end());
      const { code, retryAfter } = await respond(url);
      assert.deepEqual([code, retryAfter], ['throttled', 7000]);
    });

    it('is unavailable with 503, and when nobody listens', async () => {
      const url = await start((_request, response) => response.writeHead(503).end());
      assert.equal((await respond(url)).code, 'unavailable');
      ends.pop()!();
      assert.equal((await respond(url)).code, 'unavailable');
    });

    it('is ambiguous when the connection is cut, or no answer comes in time', async () => {
      assert.equal((await respond(await start((request) => request.socket.destroy()))).code, 'ambiguous');
      assert.equal((await respond(await start(() => {}), 60)).code, 'ambiguous');
    });

    it('is not left for another address', async () => {
      let asked = 0;
      const elsewhere = await start((_request, response) => {
        asked += 1;
        response.writeHead(200).end();
      });
      const url = await start((_request, response) => response.writeHead(307, { location: elsewhere }).end());
      await respond(url);
      assert.equal(asked, 0);
    });

    it('stays out of the error', async () => {
      const url = await start((request) => request.socket.destroy());
      for (let each: unknown = await respond(url); each instanceof Error; each = each.cause)
        assert.doesNotMatch(`${each.message} ${each.stack}`, /capability/);
    });
  });
});
