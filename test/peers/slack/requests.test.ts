import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startFakeSlack, type FakeSlack } from './slack.ts';
import { APP, appMention, eventCallback } from './events.ts';
import { blockActions, postToBot, slashCommand } from './requests.ts';
import { actions, anonymousClient, button, header, refusal, section, webClient, write } from './client.ts';

describe('the fake Slack', () => {
  let slack: FakeSlack;
  const ends: (() => Promise<unknown>)[] = [];
  const client = (token?: string) => webClient(slack, token);
  const anonymous = () => anonymousClient(slack);

  beforeEach(async () => {
    slack = await startFakeSlack();
    ends.push(() => slack.close());
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  describe('takes answers at a response_url', () => {
    const place = { channel: 'C0OPS', user: 'U0ALICE' };

    async function answer(url: string, body: unknown, type = 'application/json'): Promise<number> {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify(body),
      });
      return response.status;
    }

    it('five times, for the asker or for all', async () => {
      const url = slack.responseUrl(place);
      assert.equal(await answer(url, { text: 'only you', blocks: [header] }), 200);
      assert.equal(await answer(url, { text: 'all', response_type: 'in_channel' }), 200);
      for (const text of ['3', '4', '5']) assert.equal(await answer(url, { text }), 200);
      assert.equal(await answer(url, { text: 'late' }), 404);
      assert.equal(await answer(`${slack.origin}/response/none`, { text: 'x' }), 404);
      assert.deepEqual(
        slack.ephemerals('U0ALICE').map((each) => each.text),
        ['only you', '3', '4', '5'],
      );
      assert.deepEqual(
        slack.messages('C0OPS').map((each) => each.text),
        ['all'],
      );
      assert.equal(slack.responses.length, 7);
      assert.deepEqual(slack.violations, []);
    });

    it('and replaces or deletes the message that was clicked', async () => {
      await client().chat.postEphemeral({ channel: 'C0OPS', user: 'U0ALICE', text: 'before' });
      const url = slack.responseUrl({ ...place, messageTs: slack.ephemerals('U0ALICE')[0]!.ts });
      assert.equal(await answer(url, { text: 'after', replace_original: true }), 200);
      assert.deepEqual(
        slack.ephemerals('U0ALICE').map((each) => each.text),
        ['after'],
      );
      assert.equal(await answer(url, { delete_original: true }), 200);
      assert.deepEqual(slack.ephemerals('U0ALICE'), []);
    });

    for (const [name, body] of [
      ['an unknown key', { text: 'x', colour: 'red' }],
      ['bad blocks', { text: 'x', blocks: [{ type: 'chart' }] }],
      ['nothing', {}],
      ['an original that there is not', { text: 'x', replace_original: true }],
      ['an unknown response_type', { text: 'x', response_type: 'loud' }],
    ] as const) {
      it(`but not ${name}`, async () => {
        assert.equal(await answer(slack.responseUrl(place), body), 400);
        assert.notDeepEqual(slack.violations, []);
      });
    }
  });

  describe('installs the app', () => {
    const redirect_uri = 'https://bot.example/api/slack/oauth_redirect';
    const query = { client_id: APP.clientId, scope: 'chat:write,commands', state: 's1', redirect_uri };
    const secrets = { client_id: APP.clientId, client_secret: APP.clientSecret };

    async function authorize(given: Record<string, string>): Promise<{ status: number; location: URL | null }> {
      const response = await fetch(`${slack.authorizeUrl}?${new URLSearchParams(given).toString()}`, {
        redirect: 'manual',
      });
      const location = response.headers.get('location');
      return { status: response.status, location: location === null ? null : new URL(location) };
    }

    it('into a workspace, with a code that is good once', async () => {
      slack.world.addWorkspace({ id: 'T0NEW', name: 'New' });
      Object.assign(slack.installer, { team: 'T0NEW', user: 'U0NEW' });
      const { location } = await authorize(query);
      assert.equal(location?.searchParams.get('state'), 's1');
      const code = location!.searchParams.get('code')!;
      const web = anonymous();
      assert.equal((await refusal(web.oauth.v2.access({ ...secrets, code }))).error, 'bad_redirect_uri');
      const wrong = { ...secrets, client_secret: 'wrong', code, redirect_uri };
      assert.equal((await refusal(web.oauth.v2.access(wrong))).error, 'bad_client_secret');
      const answer = await web.oauth.v2.access({ ...secrets, code, redirect_uri });
      assert.deepEqual(
        [answer.team?.id, answer.authed_user?.id, answer.scope],
        ['T0NEW', 'U0NEW', 'chat:write,commands'],
      );
      assert.equal((await client(answer.access_token).auth.test()).team_id, 'T0NEW');
      assert.equal((await refusal(web.oauth.v2.access({ ...secrets, code, redirect_uri }))).error, 'invalid_code');
    });

    it('unless the person refuses', async () => {
      slack.installer.refuses = true;
      const { location } = await authorize(query);
      assert.equal(location?.searchParams.get('error'), 'access_denied');
      assert.equal(location?.searchParams.get('code'), null);
    });

    for (const [name, change] of [
      ['client_id', { client_id: 'other' }],
      ['scope', { scope: '' }],
      ['state', { state: '' }],
      ['redirect_uri', { redirect_uri: 'nowhere' }],
    ] as const) {
      it(`not without a good ${name}`, async () => {
        assert.equal((await authorize({ ...query, ...change })).status, 400);
        assert.equal(slack.violations.length, 1);
      });
    }
  });

  describe('posts to a bot', () => {
    it('signed, as event, command and interaction', async () => {
      const seen: { body: string; headers: Record<string, any> }[] = [];
      const bot = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () => {
          seen.push({ body, headers: request.headers });
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"ok"}');
        });
      }).listen(0, '127.0.0.1');
      await once(bot, 'listening');
      ends.push(async () => void bot.close());
      const url = `http://127.0.0.1:${(bot.address() as AddressInfo).port}/api/slack/events`;

      const event = eventCallback(appMention('<@U0BOT> help'));
      const { status, body } = await postToBot(url, event, { retryNum: 1, retryReason: 'http_timeout' });
      assert.deepEqual([status, body], [200, { text: 'ok' }]);
      await postToBot(url, slashCommand('help', slack.responseUrl({ channel: 'C0OPS', user: 'U0ALICE' })), {
        kind: 'command',
      });
      await write(client(), { channel: 'C0OPS', text: 'x', blocks: [section, actions(button)] as never });
      const [message] = slack.messages('C0OPS');
      await postToBot(url, blockActions('Unwatch', { message: message! }), { kind: 'interaction', signature: 'v0=00' });

      for (const { body: sent, headers } of seen.slice(0, 2)) {
        const digest = createHmac('sha256', APP.signingSecret).update(
          `v0:${headers['x-slack-request-timestamp']}:${sent}`,
        );
        assert.equal(headers['x-slack-signature'], `v0=${digest.digest('hex')}`);
      }
      assert.deepEqual(JSON.parse(seen[0]!.body), event);
      assert.equal(seen[0]!.headers['x-slack-retry-num'], '1');
      assert.equal(new URLSearchParams(seen[1]!.body).get('command'), '/certbot');
      assert.equal(seen[2]!.headers['x-slack-signature'], 'v0=00');
      const { actions: clicked, container } = JSON.parse(new URLSearchParams(seen[2]!.body).get('payload')!);
      assert.equal(clicked[0].selected_option.value, 'unwatch');
      assert.equal(container.message_ts, message!.ts);
    });

    it('nothing for a button that nobody sees', () => {
      const message = {
        ts: '1700000000.000100',
        channel: 'C0OPS',
        blocks: [actions(button, { ...button, action_id: 'b' })],
      };
      assert.throws(
        () => blockActions('Delete', { message }),
        /0 elements say "Delete"; there are: Acknowledge, Acknowledge/,
      );
      assert.throws(() => blockActions('Acknowledge', { message }), /2 elements/);
      assert.equal(blockActions('Acknowledge', { message, occurrence: 1 })['actions'][0].action_id, 'b');
    });
  });
});
