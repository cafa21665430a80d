import assert from 'node:assert/strict';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { admitsNobody } from '../../src/config/slack.ts';

const BOT = { SLACK_BOT_TOKEN: 'xoxb-1-2-three' };
const SOCKET = { ...BOT, SLACK_APP_TOKEN: 'xapp-1-A1-2-three' };
const OAUTH = {
  PUBLIC_URL: 'https://certbot.example.com',
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'client-secret',
  SECRET_KEY: 'a'.repeat(44),
};
const SIGNED = { SLACK_SIGNING_SECRET: 'f00' };

function problems(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
  return [];
}

describe('the settings of Slack', () => {
  it('are none as long as none of its variables is set', () => {
    assert.equal(readConfig({ SLACK_API_URL: 'http://127.0.0.1:1/api/', SLACK_BOT_TOKEN: ' ' }).slack, null);
  });

  it('of Socket Mode are two tokens', () => {
    const { slack, teams, localMode, host, playground } = readConfig(SOCKET);
    assert.deepEqual(slack, {
      botToken: SOCKET.SLACK_BOT_TOKEN,
      appToken: SOCKET.SLACK_APP_TOKEN,
      signingSecret: null,
      apiUrl: 'https://slack.com/api/',
      oauth: null,
      allowedWorkspaces: null,
      graphWorkspaces: [],
    });
    assert.deepEqual(
      { teams, localMode, host, playground },
      { teams: null, localMode: false, host: '0.0.0.0', playground: false },
    );
  });

  it('of several workspaces need no bot token', () => {
    const { slack } = readConfig({ ...OAUTH, ...SIGNED, SLACK_GRAPH_WORKSPACES: 't1, E2', ALLOWED_TENANTS: 't1' });
    assert.deepEqual([slack?.botToken, slack?.appToken, slack?.signingSecret], [null, null, 'f00']);
    assert.deepEqual(slack?.oauth, { clientId: '1.2', clientSecret: 'client-secret', secretKey: OAUTH.SECRET_KEY });
    assert.deepEqual([slack?.graphWorkspaces, slack?.allowedWorkspaces], [['T1', 'E2'], ['T1']]);
  });

  it('may have two signing secrets, the newer first', () => {
    for (const SLACK_SIGNING_SECRET of ['f00,ba2', ' f00 , ba2 '])
      assert.deepEqual(problems({ ...OAUTH, SLACK_SIGNING_SECRET }), [], SLACK_SIGNING_SECRET);
    for (const SLACK_SIGNING_SECRET of ['f00,', 'f00,xoxb-1', 'f00 ba2', ','])
      assert.match(problems({ ...OAUTH, SLACK_SIGNING_SECRET }).join(), /SLACK_SIGNING_SECRET must be/);
  });

  it('need no https address to come back to while they are tried on this machine', () => {
    const here = { SLACK_API_URL: 'http://127.0.0.1:9/api/', PUBLIC_URL: 'http://localhost:3978' };
    assert.deepEqual(problems({ ...OAUTH, ...SIGNED, ...here }), []);
  });

  it('take keys of sixteen characters, the newest first', () => {
    const SECRET_KEY = `${'b'.repeat(16)},${'a'.repeat(16)}`;
    assert.equal(readConfig({ ...OAUTH, ...SIGNED, SECRET_KEY }).slack?.oauth?.secretKey, SECRET_KEY);
  });

  it('take the Web API’s address with or without a slash at its end', () => {
    for (const given of ['http://127.0.0.1:9/api', 'http://127.0.0.1:9/api/'])
      assert.equal(readConfig({ ...SOCKET, SLACK_API_URL: given }).slack?.apiUrl, 'http://127.0.0.1:9/api/');
  });

  it('leave a single-tenant Teams bot to its own tenant, and Slack open', () => {
    const tenant = '11111111-2222-4333-8444-555555555555';
    const teams = {
      MicrosoftAppId: tenant,
      MicrosoftAppPassword: 'x',
      MicrosoftAppType: 'SingleTenant',
      MicrosoftAppTenantId: tenant,
    };
    const config = readConfig({ ...SOCKET, ...teams });
    assert.deepEqual(config.allowedTenants, [tenant]);
    assert.equal(config.slack?.allowedWorkspaces, null);
  });

  it('do not blame HOST when a token is what is wrong', () => {
    const found = problems({ HOST: '0.0.0.0', SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xoxb-1' });
    assert.equal(found.length, 2, found.join('\n'));
  });

  const wrong: [Record<string, string>, RegExp][] = [
    [{ SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xapp-1' }, /^SLACK_BOT_TOKEN must be the bot token.*xoxb-$/],
    [{ ...BOT, SLACK_APP_TOKEN: 'xoxb-1' }, /^SLACK_APP_TOKEN must be an app-level token.*xapp-$/],
    [{ ...BOT, SLACK_SIGNING_SECRET: 'xapp-1' }, /^SLACK_SIGNING_SECRET must be the signing secret/],
    [BOT, /^SLACK_APP_TOKEN is missing \(for Socket Mode\), or SLACK_SIGNING_SECRET/],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, /^SLACK_BOT_TOKEN is missing/],
    [{ SLACK_CLIENT_ID: '1.2' }, /^SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together/],
    [{ SLACK_CLIENT_SECRET: 'client-secret' }, /^SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together/],
    [SIGNED, /^SLACK_BOT_TOKEN is missing \(or SLACK_CLIENT_ID/],
    [{ ...SOCKET, SLACK_CLIENT_ID: '1.2' }, /^SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together/],
    [{ ...SIGNED, ...OAUTH, SECRET_KEY: '' }, /^SECRET_KEY is missing/],
    [{ ...SIGNED, ...OAUTH, SECRET_KEY: 'short' }, /^SECRET_KEY must be at least 16 characters/],
    [{ ...SIGNED, ...OAUTH, SECRET_KEY: `${'a'.repeat(40)},short` }, /^SECRET_KEY must be at least 16 characters/],
    [{ ...SIGNED, ...OAUTH, SECRET_KEY: `short${' '.repeat(20)}` }, /^SECRET_KEY must be at least 16 characters/],
    ...['T1,acme', 'acmeT1', 'T1!', 'T1,e2f1a4b0-2222-4333-8444-555555555555'].map(
      (ids): [Record<string, string>, RegExp] => [
        { ...SOCKET, SLACK_GRAPH_WORKSPACES: ids },
        /^SLACK_GRAPH_WORKSPACES must be ids/,
      ],
    ),
    [{ ...SOCKET, SLACK_GRAPH_WORKSPACES: 'acme.slack.com' }, /^SLACK_GRAPH_WORKSPACES must be ids/],
    [{ ...SOCKET, SLACK_API_URL: 'http://slack.example/api/' }, /^SLACK_API_URL must begin with https/],
    [{ ...SIGNED, ...OAUTH, PUBLIC_URL: '' }, /^PUBLIC_URL must be the https address/],
    [{ ...SIGNED, ...OAUTH, PUBLIC_URL: 'http://certbot.example.com' }, /^PUBLIC_URL must be the https address/],
    [{ ...SOCKET, ALLOWED_TENANTS: 'acme.slack.com' }, /^ALLOWED_TENANTS must be ids/],
    [{ ...SOCKET, ALLOWED_TENANTS: ',' }, /^ALLOWED_TENANTS must be ids/],
    [{ ...SOCKET, PLAYGROUND: 'on' }, /^PLAYGROUND=on is for Teams/],
    [{ ...SOCKET, SLACK_API_URL: 'slack.com' }, /^SLACK_API_URL must be an address such as/],
  ];
  for (const [env, sentence] of wrong) {
    it(`are refused: ${Object.keys(env).join(', ')} (${sentence.source.slice(1, 40)}…)`, () => {
      const found = problems(env);
      assert.ok(
        found.some((problem) => sentence.test(problem)),
        found.join('\n'),
      );
      for (const secret of ['xoxb-1', 'xapp-1', 'client-secret']) assert.ok(!found.join('\n').includes(secret), secret);
    });
  }
});

describe('who may use the bot in Slack', () => {
  for (const [name, allowedWorkspaces, nobody] of [
    ['everybody, when nobody is named', null, false],
    ['a workspace', ['T1'], false],
    ['an organisation', ['E1'], false],
    ['a workspace, beside a tenant of Microsoft 365', ['11111111-1111-4111-8111-111111111111', 'T1'], false],
    ['nobody, when a tenant of Microsoft 365 is named alone', ['11111111-1111-4111-8111-111111111111'], true],
    ['nobody, when that tenant begins like an organisation', ['E1111111-1111-4111-8111-111111111111'], true],
  ] as const) {
    it(`is ${name}`, () => {
      assert.equal(admitsNobody({ allowedWorkspaces: allowedWorkspaces && [...allowedWorkspaces] }), nobody);
    });
  }
});
