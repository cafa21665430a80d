import assert from 'node:assert/strict';
import { APP } from '../peers/slack/events.ts';
import { startFakeSlack, type FakeSlack, type SlackFault } from '../peers/slack/slack.ts';
import { ACME } from '../peers/slack/workspaces.ts';
import { closedPort } from '../peers/tls/tls-peers.ts';
import { assertFound, findingsWith } from './findings.ts';

describe('the doctor on Slack', () => {
  let slack: FakeSlack;
  let env: Record<string, string>;
  beforeEach(async () => {
    slack = await startFakeSlack();
    env = { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: ACME.token!, SLACK_APP_TOKEN: slack.appToken };
  });
  afterEach(() => slack.close());

  it('finds tokens that are accepted, and asks for nothing that would change anything', async () => {
    const found = await findingsWith(env);
    assertFound(found.slack, 'fine', 'SLACK_BOT_TOKEN', 'Acme');
    assertFound(found['slack-socket'], 'fine', 'SLACK_APP_TOKEN');
    assertFound(found['slack-install'], 'unused');
    assert.deepEqual(slack.calls.map(({ method }) => method).toSorted(), ['apps.connections.open', 'auth.test']);
    assert.equal(slack.socket.connections().length, 0);
    assert.deepEqual(slack.violations, []);
  });

  it('names the scopes that the app lacks', async () => {
    const { scopes } = slack.world.tokens.get(ACME.token!)!;
    for (const scope of ['files:read', 'users:read.email']) scopes.delete(scope);
    assertFound((await findingsWith(env)).slack, 'wrong', 'lacks files:read and users:read.email.', 'these scopes');
  });

  it('says so when one token is in the place of the other, or of none that is known', async () => {
    const found = await findingsWith({ ...env, SLACK_BOT_TOKEN: 'xoxb-unknown', SLACK_APP_TOKEN: 'xapp-1-unknown' });
    assertFound(found.slack, 'wrong', 'SLACK_BOT_TOKEN (invalid_auth)', 'Bot User OAuth Token');
    assertFound(found['slack-socket'], 'wrong', 'SLACK_APP_TOKEN (invalid_auth)', 'connections:write');
  });

  it('names the scope that the app token lacks', async () => {
    slack.fail(
      { kind: 'error', error: 'missing_scope', fields: { needed: 'connections:write' } },
      { method: 'apps.connections.open' },
    );
    const found = await findingsWith(env);
    assertFound(found['slack-socket'], 'wrong', 'missing_scope: connections:write');
    assertFound(found.slack, 'fine');
  });

  it('does not miss an app token where events come by HTTP', async () => {
    const { SLACK_APP_TOKEN: _none, ...rest } = env;
    const http = { SLACK_SIGNING_SECRET: APP.signingSecret, PUBLIC_URL: 'https://certbot.test' };
    const found = await findingsWith({ ...rest, ...http });
    assertFound(found['slack-socket'], 'unused', 'https://certbot.test/api/slack/events', 'SLACK_SIGNING_SECRET');
  });

  describe('with workspaces that install the bot', () => {
    const own = { SECRET_KEY: 'nobody-can-guess-this', PUBLIC_URL: 'https://certbot.test' };

    it('finds a client that is accepted', async () => {
      const client = { SLACK_CLIENT_ID: APP.clientId, SLACK_CLIENT_SECRET: APP.clientSecret };
      assertFound((await findingsWith({ ...env, ...own, ...client }))['slack-install'], 'fine');
    });

    const wrong: [string, string, string][] = [
      ['bad_client_secret', APP.clientId, 'another-secret'],
      ['invalid_client_id', '1.2', APP.clientSecret],
    ];
    for (const [code, id, secret] of wrong)
      it(`finds that it is not: ${code}`, async () => {
        const client = { SLACK_CLIENT_ID: id, SLACK_CLIENT_SECRET: secret };
        const found = await findingsWith({ ...env, ...own, ...client });
        assertFound(found['slack-install'], 'wrong', `(${code})`, 'App Credentials');
        assertFound(found.slack, 'fine');
      });
  });

  const troubles: [string, SlackFault, string][] = [
    ['a Slack that is not well', { kind: 'status', status: 503, body: '<html>' }, 'HTTP 503'],
    [
      'a page of somebody in between',
      { kind: 'status', status: 403, body: '<html>', contentType: 'text/html' },
      'HTTP 403',
    ],
    ['a connection that is cut', { kind: 'drop' }, 'UND_ERR_SOCKET'],
    ['too many questions', { kind: 'status', status: 429, retryAfter: 30 }, 'HTTP 429'],
  ];
  for (const [name, fault, code] of troubles)
    it(`blames no token for ${name}`, async () => {
      slack.fail(fault);
      const found = await findingsWith(env);
      for (const check of ['slack', 'slack-socket'] as const)
        assertFound(found[check], 'wrong', `cannot be asked right now (${code})`, new URL(slack.apiUrl).host);
    });

  it('blames no token where nobody listens', async () => {
    const port = await closedPort();
    const found = await findingsWith({ ...env, SLACK_API_URL: `http://127.0.0.1:${port}/api/` });
    assertFound(found.slack, 'wrong', 'cannot be asked right now (ECONNREFUSED)', `127.0.0.1:${port}`);
  });

  it('gives up what takes too long, and tells everything else', async () => {
    const never = Promise.withResolvers<void>();
    slack.fail({ kind: 'delay', until: never.promise }, { method: 'auth.test' });
    const found = await findingsWith(env, { timeout: 1000 });
    assertFound(found.slack, 'wrong', 'within 1 s');
    assertFound(found['slack-socket'], 'fine');
    assertFound(found.configuration, 'hint', 'Chats: Slack.', 'PUBLIC_URL');
    never.resolve();
  });
});
