import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sinon from 'sinon';
import { INSTALL_PATH, REDIRECT_PATH } from '../../../src/channels/slack/install-flow.ts';
import { createInstallations } from '../../../src/channels/slack/installations.ts';
import { slackLogger } from '../../../src/channels/slack/logger.ts';
import { createSeal } from '../../../src/channels/slack/sealing.ts';
import type { Installation } from '../../../src/core/model/conversation.ts';
import type { Log } from '../../../src/core/ports/log.ts';

const CLIENT_SECRET = 'client-secret-of-the-app';
const SCOPES = ['app_mentions:read', 'chat:write'];

interface SlackCall {
  method: string;
  form: URLSearchParams;
  authorization: string | undefined;
}

type Answer = { status?: number; body: object | string; headers?: Record<string, string> } | 'drop';

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  const server: Server = createServer((request, response) => {
    handler(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
  return { url, close };
}

/** Slack's consent page and the three methods of an installation. */
async function startSlack() {
  const calls: SlackCall[] = [];
  const codes = new Map<string, string>();
  let serial = 0;
  /** Of oauth.v2.access, for a code or a refresh token. */
  let grant: Record<string, unknown> = {
    token_type: 'bot',
    access_token: 'xoxb-bot-of-T1',
    scope: SCOPES.join(','),
    bot_user_id: 'U0BOT',
    app_id: 'A1',
    team: { id: 'T1', name: 'Ops & <b>Dev</b>' },
    enterprise: null,
    authed_user: { id: 'U1' },
    is_enterprise_install: false,
  };
  const faults = new Map<string, Answer>();
  let gate: Promise<void> = Promise.resolve();

  function exchange(form: URLSearchParams): object {
    if (form.get('client_id') !== '1.2' || form.get('client_secret') !== CLIENT_SECRET)
      return { ok: false, error: 'bad_client_secret' };
    if (form.get('grant_type') === 'refresh_token') return { ok: true, ...grant };
    const redirectUri = codes.get(form.get('code') ?? '');
    if (!codes.delete(form.get('code') ?? '')) return { ok: false, error: 'invalid_code' };
    if (form.get('redirect_uri') !== redirectUri) return { ok: false, error: 'bad_redirect_uri' };
    return { ok: true, ...grant };
  }

  const server = await listen(async (request, response) => {
    const url = new URL(request.url!, 'http://slack');
    if (url.pathname === '/oauth/v2/authorize') {
      const code = `code-${(serial += 1)}.secret`;
      const redirectUri = url.searchParams.get('redirect_uri')!;
      codes.set(code, redirectUri);
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state')!);
      return void response.writeHead(302, { location: back.href }).end();
    }
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const method = url.pathname.replace('/api/', '');
    const form = new URLSearchParams(text);
    calls.push({ method, form, authorization: request.headers.authorization });
    await gate;
    const fault = faults.get(method);
    if (fault === 'drop') return void request.socket.destroy();
    const answers: Record<string, () => object> = {
      'oauth.v2.access': () => exchange(form),
      'auth.test': () => ({ ok: true, bot_id: 'B1', url: 'https://org.enterprise.slack.test/' }),
      'auth.revoke': () => ({ ok: true, revoked: true }),
    };
    const body = fault ? fault.body : (answers[method]?.() ?? { ok: false, error: 'unknown_method' });
    response.writeHead(fault?.status ?? 200, { 'content-type': 'application/json', ...fault?.headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

  return {
    ...server,
    calls,
    named: (method: string) => calls.filter((each) => each.method === method),
    grants: (change: Record<string, unknown>) => void (grant = { ...grant, ...change }),
    fails: (method: string, answer: Answer) => void faults.set(method, answer),
    mends: () => faults.clear(),
    waitsFor: (until: Promise<void>) => void (gate = until),
  };
}

/** Keeps cookies as a browser does: by path, without Secure ones from plain http, until they expire. */
function createBrowser() {
  const jar = new Map<string, { value: string; path: string }>();
  const setCookies: string[] = [];

  async function visit(address: string, method = 'GET'): Promise<Response> {
    const url = new URL(address);
    const cookie = [...jar]
      .filter(([, each]) => url.pathname.startsWith(each.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, { method, redirect: 'manual', headers: cookie ? { cookie } : {} });
    for (const line of response.headers.getSetCookie()) {
      setCookies.push(line);
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', value = ''] = pair.split('=');
      const valueOf = (key: string) => attributes.find((each) => each.startsWith(`${key}=`))?.slice(key.length + 1);
      if (attributes.includes('Secure') && url.protocol === 'http:') continue;
      if (valueOf('Max-Age') === '0') jar.delete(name);
      else jar.set(name, { value, path: valueOf('Path') ?? '/' });
    }
    return response;
  }

  return {
    jar,
    setCookies,
    visit,
    /** Follows redirects up to the address that `until` takes, which is not visited. */
    async follow(address: string, until: (url: string) => boolean): Promise<string> {
      let at = address;
      while (!until(at)) {
        const response = await visit(at);
        assert.equal(response.status, 302, `${at} redirects`);
        at = response.headers.get('location')!;
      }
      return at;
    },
  };
}

function createStore() {
  const rows = new Map<string, Installation>();
  const saved: string[] = [];
  let failure: Error | null = null;
  const check = () => {
    if (failure) throw failure;
  };
  return {
    rows,
    /** Ids of the workspaces whose access was written, in that order. */
    saved,
    breaks: (error: Error | null) => void (failure = error),
    async saveInstallation(installation: Installation) {
      check();
      saved.push(installation.tenantId);
      rows.set(installation.tenantId, installation);
    },
    async findInstallation(_channel: string, tenantId: string) {
      check();
      return rows.get(tenantId) ?? null;
    },
    async deleteInstallation(_channel: string, tenantId: string) {
      rows.delete(tenantId);
    },
    async listInstallations() {
      return [...rows.values()];
    },
  };
}

function createLog() {
  const lines: { level: string; fields: Record<string, any>; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { log, lines, of: (level: string) => lines.filter((each) => each.level === level) };
}

describe('installations of the bot in Slack workspaces', () => {
  let slack: Awaited<ReturnType<typeof startSlack>>;
  let bot: Awaited<ReturnType<typeof listen>>;
  let store: ReturnType<typeof createStore>;
  let recorded: ReturnType<typeof createLog>;
  let browser: ReturnType<typeof createBrowser>;
  let installations: ReturnType<typeof create>;
  let clock: number;
  let publicUrl: string;

  function create({
    secretKey = 'key',
    allowedTenants = null as string[] | null,
    apiUrl = `${slack.url}/api/`,
    ...told
  }: {
    secretKey?: string;
    allowedTenants?: string[] | null;
    apiUrl?: string;
    installed?: (id: string) => Promise<void>;
  } = {}) {
    return createInstallations({
      store,
      seal: createSeal(secretKey),
      log: recorded.log,
      now: () => clock,
      clientId: '1.2',
      clientSecret: CLIENT_SECRET,
      apiUrl,
      publicUrl: () => publicUrl,
      scopes: SCOPES,
      allowedTenants,
      ...told,
    });
  }

  beforeEach(async () => {
    slack = await startSlack();
    store = createStore();
    recorded = createLog();
    browser = createBrowser();
    clock = Date.now();
    bot = await listen(async (request, response) => {
      const path = new URL(request.url!, 'http://bot').pathname;
      if (path === INSTALL_PATH) return installations.handleInstall(request, response);
      if (path === REDIRECT_PATH) return installations.handleRedirect(request, response);
      response.writeHead(404).end();
    });
    publicUrl = bot.url;
    installations = create();
  });

  afterEach(async () => {
    await Promise.all([bot.close(), slack.close()]);
    assert.doesNotMatch(
      JSON.stringify(recorded.lines),
      /xox[bep][-.]|client-secret|\.secret|state=/,
      'the log holds no secret',
    );
  });

  const isBack = (url: string) => url.startsWith(`${bot.url}${REDIRECT_PATH}`);
  /** From the install page over Slack's consent page to the address Slack sends the browser back to. */
  const consent = (): Promise<string> => browser.follow(`${bot.url}${INSTALL_PATH}`, isBack);

  async function install(): Promise<{ status: number; html: string; headers: Headers }> {
    const response = await browser.visit(await consent());
    return { status: response.status, html: await response.text(), headers: response.headers };
  }

  const T1 = { teamId: 'T1', enterpriseId: null };

  it('take the browser to Slack’s consent page and end with a page that says what to type', async () => {
    const { status, html, headers } = await install();
    assert.equal(status, 200);
    assert.match(html, /watch example\.com/);
    assert.match(html, /href="slack:\/\/app\?team=T1&amp;id=A1"/);
    assert.match(html, /href="https:\/\/app\.slack\.com\/client\/T1"/);
    assert.match(html, /Ops &amp; &lt;b&gt;Dev/);
    assert.doesNotMatch(html, /<b>|<script|xox/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/);
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.deepEqual(await installations.tokenFor(T1), {
      token: 'xoxb-bot-of-T1',
      botUserId: 'U0BOT',
      scopes: SCOPES,
    });
  });

  it('ask Slack for the bot’s scopes with our redirect address', async () => {
    const response = await browser.visit(`${bot.url}${INSTALL_PATH}`);
    const location = new URL(response.headers.get('location')!);
    assert.equal(location.origin + location.pathname, `${slack.url}/oauth/v2/authorize`);
    assert.equal(location.searchParams.get('scope'), SCOPES.join(','));
    assert.equal(location.searchParams.get('user_scope'), null);
    assert.equal(location.searchParams.get('client_id'), '1.2');
    assert.equal(location.searchParams.get('redirect_uri'), `${bot.url}${REDIRECT_PATH}`);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  });

  it('tell each time which workspace has the bot, and stand though that cannot be taken in', async () => {
    const told: string[] = [];
    let failure: Error | null = null;
    installations = create({
      installed: async (id) => {
        told.push(id);
        if (failure) throw failure;
      },
    });
    assert.equal((await install()).status, 200);
    failure = new Error('no connection');
    assert.equal((await install()).status, 200);
    assert.deepEqual(told, ['T1', 'T1']);
    assert.equal((await installations.tokenFor(T1))?.token, 'xoxb-bot-of-T1');
    assert.ok(recorded.of('error').some((each) => /could not be resumed/.test(each.message)));
  });

  it('are known from when they are made, or from the start on, until the workspace removes the bot', async () => {
    assert.equal(installations.isInstalled('T1'), false);
    await install();
    assert.equal(installations.isInstalled('T1'), true);
    const next = create();
    assert.equal(next.isInstalled('T1'), false);
    await next.check();
    assert.equal(next.isInstalled('T1'), true);
    await next.remove(T1);
    assert.equal(next.isInstalled('T1'), false);
  });

  it('keep the state in a cookie that goes when it was used', async () => {
    await install();
    assert.equal(browser.jar.size, 0);
    assert.match(
      browser.setCookies[0]!,
      /^certbot-slack-state=[\w.-]+; Path=\/api\/slack\/oauth_redirect; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    assert.match(browser.setCookies[1]!, /^certbot-slack-state=; .*Max-Age=0; HttpOnly; SameSite=Lax$/);
  });

  it('mark the cookie as Secure when the public address is https', async () => {
    publicUrl = 'https://bot.example.com/';
    const response = await browser.visit(`${bot.url}${INSTALL_PATH}`);
    assert.match(response.headers.get('set-cookie')!, /; HttpOnly; SameSite=Lax; Secure$/);
    const location = new URL(response.headers.get('location')!);
    assert.equal(location.searchParams.get('redirect_uri'), 'https://bot.example.com/api/slack/oauth_redirect');
  });

  it('store nothing readable, and neither user tokens nor who installed', async () => {
    slack.grants({ authed_user: { id: 'U1INSTALLER', access_token: 'xoxp-user', scope: 'search:read' } });
    await install();
    const row = store.rows.get('T1')!;
    assert.deepEqual([row.channel, row.tenantId, row.installedAt], ['slack', 'T1', clock]);
    assert.doesNotMatch(JSON.stringify(row), /xoxb-bot|xoxp-user|U0BOT|Ops &|client-secret/);
    const plain = createSeal('key').unseal(row.sealed, 'slack:T1')!;
    assert.match(plain, /xoxb-bot-of-T1/);
    assert.doesNotMatch(plain, /xoxp|U1INSTALLER|client-secret/);
  });

  it('replace the access when a workspace installs again', async () => {
    await install();
    slack.grants({ access_token: 'xoxb-second' });
    await install();
    assert.equal(store.rows.size, 1);
    assert.equal((await installations.tokenFor(T1))?.token, 'xoxb-second');
  });

  describe('that are refused or fail', () => {
    const nothingStored = async (): Promise<void> => {
      assert.equal(store.rows.size, 0);
      assert.equal(await installations.tokenFor(T1), null);
    };

    it('say "not installed" when the person cancels', async () => {
      await browser.visit(`${bot.url}${INSTALL_PATH}`);
      const response = await browser.visit(`${bot.url}${REDIRECT_PATH}?error=access_denied&state=x`);
      assert.equal(response.status, 200);
      assert.match(await response.text(), /<h1>Not installed<\/h1>/);
      assert.equal(slack.calls.length, 0);
      await nothingStored();
    });

    it('answer another error of Slack’s page with 502 and echo nothing of it', async () => {
      const response = await browser.visit(`${bot.url}${REDIRECT_PATH}?error=${encodeURIComponent('<script>')}`);
      assert.equal(response.status, 502);
      assert.doesNotMatch(await response.text(), /<script/);
      await browser.visit(`${bot.url}${REDIRECT_PATH}?error=invalid_scope`);
      assert.deepEqual(
        recorded.of('warn').map(({ fields }) => fields['reason']),
        ['unknown', 'invalid_scope'],
      );
    });

    it('log no secret that an answer of Slack repeats', async () => {
      slack.fails('oauth.v2.access', { body: { ok: false, error: 'invalid_refresh_token xoxe-1-of-somebody' } });
      assert.equal((await install()).status, 502);
      assert.match(recorded.of('warn')[0]!.fields['reason'], /invalid_refresh_token …/);
    });

    it('answer 502 when Slack names neither workspace nor organisation', async () => {
      slack.grants({ team: null, enterprise: null });
      assert.equal((await install()).status, 502);
      await nothingStored();
    });

    for (const query of ['', '?code=x', '?state=x', '?code=x&state=x.y.z', '?code=x&state=%00', '?code=&state=']) {
      it(`answer ${JSON.stringify(query)} with 400 and ask Slack nothing`, async () => {
        await browser.visit(`${bot.url}${INSTALL_PATH}`);
        const response = await browser.visit(`${bot.url}${REDIRECT_PATH}${query}`);
        assert.equal(response.status, 400);
        assert.match(await response.text(), /Start again/);
        assert.equal(slack.calls.length, 0);
        await nothingStored();
      });
    }

    it('answer a forged state with 400, even when the cookie agrees', async () => {
      browser.jar.set('certbot-slack-state', { value: `${clock.toString(36)}.nonce.signature`, path: '/' });
      const state = `${clock.toString(36)}.nonce.signature`;
      const response = await browser.visit(`${bot.url}${REDIRECT_PATH}?code=x&state=${state}`);
      assert.equal(response.status, 400);
      assert.equal(slack.calls.length, 0);
    });

    it('answer a state of another SECRET_KEY with 400', async () => {
      const back = await consent();
      installations = create({ secretKey: 'another' });
      assert.equal((await browser.visit(back)).status, 400);
      assert.equal(slack.calls.length, 0);
    });

    it('answer a state whose time was moved with 400', async () => {
      const back = new URL(await consent());
      const [, ...rest] = back.searchParams.get('state')!.split('.');
      const state = [(clock + 1000).toString(36), ...rest].join('.');
      back.searchParams.set('state', state);
      browser.jar.set('certbot-slack-state', { value: state, path: '/' });
      assert.equal((await browser.visit(back.href)).status, 400);
    });

    it('take a state just before ten minutes are over, and none after', async () => {
      const early = await consent();
      clock += 600_000;
      assert.equal((await browser.visit(early)).status, 200);
      const late = await consent();
      clock += 600_001;
      assert.equal((await browser.visit(late)).status, 400);
      assert.equal(slack.named('oauth.v2.access').length, 1);
    });

    it('take a state once, even when the browser keeps the cookie', async () => {
      const back = await consent();
      const cookies = new Map(browser.jar);
      assert.equal((await browser.visit(back)).status, 200);
      for (const [name, cookie] of cookies) browser.jar.set(name, cookie);
      assert.equal((await browser.visit(back)).status, 400);
      assert.equal(slack.named('oauth.v2.access').length, 1);
    });

    it('take no state of another browser, and leave it to its own', async () => {
      const back = await consent();
      const stranger = createBrowser();
      assert.equal((await stranger.visit(back)).status, 400);
      assert.equal((await browser.visit(back)).status, 200);
    });

    it('answer 502 when Slack refuses the code', async () => {
      slack.fails('oauth.v2.access', { body: { ok: false, error: 'invalid_code' } });
      const { status, html } = await install();
      assert.equal(status, 502);
      assert.match(html, /Slack did not accept/);
      assert.match(recorded.of('warn')[0]!.fields['reason'], /invalid_code/);
      await nothingStored();
    });

    it('answer 502 when Slack gives no bot token', async () => {
      slack.grants({ access_token: undefined, bot_user_id: undefined });
      assert.equal((await install()).status, 502);
      await nothingStored();
    });

    const outages: [string, Answer][] = [
      ['drops the connection', 'drop'],
      ['answers 500', { status: 500, body: 'oops' }],
      ['asks to wait', { status: 429, body: '', headers: { 'retry-after': '30' } }],
    ];
    for (const [what, answer] of outages) {
      for (const method of ['oauth.v2.access', 'auth.test']) {
        it(`answer 503 at once when Slack ${what} at ${method}`, async () => {
          slack.fails(method, answer);
          const { status, html } = await install();
          assert.equal(status, 503);
          assert.match(html, /did not answer/);
          assert.equal(slack.named(method).length, 1);
          await nothingStored();
        });
      }
    }

    it('answer 503 when nobody listens at Slack’s address', async () => {
      const back = await consent();
      await slack.close();
      assert.equal((await browser.visit(back)).status, 503);
      slack = await startSlack();
    });

    it('answer 500 with an error id that the log repeats when our store fails', async () => {
      store.breaks(new Error('disk full'));
      const { status, html } = await install();
      assert.equal(status, 500);
      const line = recorded.of('error')[0]!;
      assert.equal(/<code>([0-9a-f]{8})<\/code>/.exec(html)?.[1], line.fields['errorId']);
      assert.match(JSON.stringify(line), /disk full/);
      assert.doesNotMatch(html, /disk full/);
    });

    it('hand the token of a workspace that is not allowed back to Slack', async () => {
      installations = create({ allowedTenants: ['T2', 'E2'] });
      slack.grants({ authed_user: { id: 'U1', access_token: 'xoxp-user', scope: 'search:read' } });
      const { status, html } = await install();
      assert.equal(status, 403);
      assert.match(html, /Ops &amp; &lt;b&gt;Dev&lt;\/b&gt; is not among/);
      assert.deepEqual(
        slack.named('auth.revoke').map((each) => each.authorization),
        ['Bearer xoxb-bot-of-T1', 'Bearer xoxp-user'],
      );
      await nothingStored();
    });

    it('refuse a workspace that is not allowed even when its token cannot be handed back', async () => {
      installations = create({ allowedTenants: [] });
      slack.fails('auth.revoke', 'drop');
      assert.equal((await install()).status, 403);
      assert.ok(recorded.of('warn').some((each) => /could not be revoked/.test(each.message)));
      await nothingStored();
    });

    for (const allowed of ['T1', 'E1']) {
      it(`let a workspace of an organisation in when ${allowed} is allowed`, async () => {
        installations = create({ allowedTenants: [allowed] });
        slack.grants({ enterprise: { id: 'E1', name: 'Org' } });
        assert.equal((await install()).status, 200);
        assert.deepEqual([...store.rows.keys()], ['T1']);
        assert.equal(slack.named('auth.revoke').length, 0);
      });
    }
  });

  describe('of a whole organisation', () => {
    const organisation = {
      is_enterprise_install: true,
      team: null,
      enterprise: { id: 'E1', name: 'Org & <b>Co' },
      access_token: 'xoxb-bot-of-E1',
    };

    it('are kept under its id and serve its workspaces', async () => {
      slack.grants(organisation);
      const { status, html } = await install();
      assert.equal(status, 200);
      assert.match(html, /organisation Org &amp; &lt;b&gt;Co\./);
      assert.match(
        html,
        /"https:\/\/org\.enterprise\.slack\.test\/manage\/organization\/apps\/profile\/A1\/workspaces\/add"/,
      );
      assert.deepEqual([...store.rows.keys()], ['E1']);
      const inOrganisation = await installations.tokenFor({ teamId: 'T7', enterpriseId: 'E1' });
      assert.equal(inOrganisation?.token, 'xoxb-bot-of-E1');
      assert.equal(await installations.tokenFor({ teamId: 'T7', enterpriseId: 'E2' }), null);
      assert.equal(await installations.tokenFor({ teamId: 'T7', enterpriseId: null }), null);
    });

    it('come after the workspace’s own, unless Slack says that the event is the organisation’s', async () => {
      await install();
      slack.grants(organisation);
      await install();
      const workspace = { teamId: 'T1', enterpriseId: 'E1' };
      assert.equal((await installations.tokenFor(workspace))?.token, 'xoxb-bot-of-T1');
      const event = await installations.tokenFor({ ...workspace, isEnterpriseInstall: true });
      assert.equal(event?.token, 'xoxb-bot-of-E1');
    });

    it('are not let in by the id of a workspace', async () => {
      installations = create({ allowedTenants: ['T1'] });
      slack.grants({ ...organisation, team: { id: 'T1', name: 'one of them' } });
      assert.equal((await install()).status, 403);
      assert.equal(store.rows.size, 0);
    });

    it('stay when one workspace removes the bot, and go when the organisation does', async () => {
      slack.grants(organisation);
      await install();
      assert.equal(await installations.remove({ teamId: 'T7', enterpriseId: 'E1' }), false);
      assert.equal(store.rows.size, 1);
      assert.equal(await installations.remove({ teamId: 'T7', enterpriseId: 'E1', isEnterpriseInstall: true }), true);
      assert.equal(store.rows.size, 0);
    });
  });

  describe('under a changed SECRET_KEY', () => {
    it('cannot be used, nothing is lost by that, and the log says once per workspace to install again', async () => {
      await install();
      slack.grants({ team: { id: 'T2', name: 'Other' } });
      await install();
      recorded.lines.length = 0;
      installations = create({ secretKey: 'another' });
      for (const teamId of ['T1', 'T2', 'T1', 'T2'])
        await assert.rejects(installations.tokenFor({ teamId, enterpriseId: null }), { code: 'refused', status: 401 });
      assert.deepEqual(
        recorded.of('error').map((each) => each.fields['tenantId']),
        ['T1', 'T2'],
      );
      assert.match(recorded.of('error')[0]!.message, /install the bot again: http.*\/api\/slack\/install$/);
      assert.deepEqual(await installations.check(), { installed: 2, unreadable: 2 });
      assert.equal(recorded.of('error').length, 2);
    });

    it('work again after installing again', async () => {
      await install();
      installations = create({ secretKey: 'another' });
      await assert.rejects(installations.tokenFor(T1), { code: 'refused' });
      await install();
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxb-bot-of-T1');
    });

    it('stay readable with the old key behind, and move to the new one at the next start', async () => {
      await install();
      installations = create({ secretKey: 'another,key' });
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxb-bot-of-T1');
      assert.deepEqual(await installations.check(), { installed: 1, unreadable: 0 });
      installations = create({ secretKey: 'another' });
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxb-bot-of-T1');
      assert.equal(recorded.of('error').length, 0);
    });

    it('are named again when they cannot be opened again after installing again', async () => {
      await install();
      const old = store.rows.get('T1')!;
      installations = create({ secretKey: 'another' });
      await assert.rejects(installations.tokenFor(T1), { code: 'refused' });
      await install();
      store.rows.set('T1', old);
      await assert.rejects(installations.tokenFor(T1), { code: 'refused' });
      assert.equal(recorded.of('error').length, 2);
    });

    it('are not sealed anew over what was written meanwhile, nor when the first key sealed them', async () => {
      await install();
      await installations.check();
      assert.deepEqual(store.saved, ['T1']);
      installations = create({ secretKey: 'another,key' });
      const list = store.listInstallations;
      store.listInstallations = async () => {
        const rows = await list();
        await install();
        return rows;
      };
      slack.grants({ access_token: 'xoxb-second' });
      await installations.check();
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxb-second');
    });

    it('do not open under the name of another workspace', async () => {
      await install();
      store.rows.set('T2', { ...store.rows.get('T1')!, tenantId: 'T2' });
      await assert.rejects(installations.tokenFor({ teamId: 'T2', enterpriseId: null }), { code: 'refused' });
    });
  });

  describe('with expiring tokens', () => {
    const HOUR = 3600;
    const rotating = (token: string, refreshToken: string, hours: number) => ({
      access_token: token,
      refresh_token: refreshToken,
      expires_in: hours * HOUR,
    });
    const refreshes = () => slack.named('oauth.v2.access').filter((each) => each.form.has('refresh_token'));

    it('are used as they are while there is time', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 12));
      await install();
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxe.xoxb-1-first');
      assert.equal(refreshes().length, 0);
    });

    it('are refreshed once for many callers, and the new access is stored', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      const installedAt = clock;
      clock += 1000;
      slack.grants(rotating('xoxe.xoxb-1-second', 'xoxe-1-second', 12));
      const answers = await Promise.all(Array.from({ length: 10 }, () => installations.tokenFor(T1)));
      for (const answer of answers) {
        assert.deepEqual(answer, { token: 'xoxe.xoxb-1-second', botUserId: 'U0BOT', scopes: SCOPES });
      }
      assert.deepEqual(
        refreshes().map((each) => each.form.get('refresh_token')),
        ['xoxe-1-first'],
      );
      const row = store.rows.get('T1')!;
      assert.equal(row.installedAt, installedAt);
      assert.doesNotMatch(JSON.stringify(row), /xoxe-1-second|xoxe\.xoxb/);
      assert.match(createSeal('key').unseal(row.sealed, 'slack:T1')!, /xoxe-1-second/);
      assert.equal((await create().tokenFor(T1))?.token, 'xoxe.xoxb-1-second');
      assert.equal(refreshes().length, 1);
    });

    it('of an organisation are refreshed too', async () => {
      slack.grants({
        ...rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1),
        is_enterprise_install: true,
        team: null,
        enterprise: { id: 'E1', name: 'Org' },
      });
      await install();
      slack.grants(rotating('xoxe.xoxb-1-second', 'xoxe-1-second', 12));
      const access = await installations.tokenFor({ teamId: 'T7', enterpriseId: 'E1' });
      assert.equal(access?.token, 'xoxe.xoxb-1-second');
      assert.deepEqual([...store.rows.keys()], ['E1']);
    });

    it('serve on when a refresh fails with time left, and are refreshed later', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      slack.fails('oauth.v2.access', 'drop');
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxe.xoxb-1-first');
      slack.mends();
      slack.grants(rotating('xoxe.xoxb-1-second', 'xoxe-1-second', 12));
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxe.xoxb-1-second');
    });

    it('are not lost when the store fails just after a refresh', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      slack.grants(rotating('xoxe.xoxb-1-second', 'xoxe-1-second', 12));
      const gate = Promise.withResolvers<void>();
      slack.waitsFor(gate.promise);
      const access = installations.tokenFor(T1);
      while (refreshes().length === 0) await new Promise(setImmediate);
      store.breaks(new Error('no connection'));
      gate.resolve();
      await assert.rejects(access, /no connection/);
      store.breaks(null);
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxe.xoxb-1-second');
      assert.equal((await create().tokenFor(T1))?.token, 'xoxe.xoxb-1-second');
      assert.equal(refreshes().length, 1);
    });

    /** A refresh whose new access the store did not take. */
    async function loseRefresh(): Promise<void> {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      slack.grants(rotating('xoxe.xoxb-1-second', 'xoxe-1-second', 12));
      const save = store.saveInstallation;
      store.saveInstallation = () => Promise.reject(new Error('no connection'));
      await assert.rejects(installations.tokenFor(T1), /no connection/);
      store.saveInstallation = save;
    }

    it('are written once when they could be, and once when only later', async () => {
      await loseRefresh();
      for (const token of ['xoxe.xoxb-1-second', 'xoxe.xoxb-1-second'])
        assert.equal((await installations.tokenFor(T1))?.token, token);
      assert.deepEqual(store.saved, ['T1', 'T1']);
      slack.grants(rotating('xoxe.xoxb-1-third', 'xoxe-1-third', 12));
      clock += 11 * HOUR * 1000;
      const timers = sinon.useFakeTimers({ now: clock, toFake: ['Date'] });
      try {
        for (const token of ['xoxe.xoxb-1-third', 'xoxe.xoxb-1-third'])
          assert.equal((await installations.tokenFor(T1))?.token, token);
      } finally {
        timers.restore();
      }
      assert.deepEqual(store.saved, ['T1', 'T1', 'T1']);
    });

    it('that could not be stored are not in the way of a new installation by another process', async () => {
      await loseRefresh();
      const first = installations;
      installations = create();
      clock += 1000;
      slack.grants(rotating('xoxe.xoxb-1-third', 'xoxe-1-third', 12));
      await install();
      for (const each of [first, first, installations])
        assert.equal((await each.tokenFor(T1))?.token, 'xoxe.xoxb-1-third');
    });

    it('that could not be stored do not bring back a workspace that removed the bot', async () => {
      await loseRefresh();
      assert.equal(await installations.remove(T1), true);
      assert.equal(await installations.tokenFor(T1), null);
      assert.equal(store.rows.size, 0);
    });

    it('are none when another process forgets the workspace just before the refresh', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      const find = store.findInstallation;
      store.findInstallation = async (...named) => {
        const row = await find(...named);
        store.rows.clear();
        return row;
      };
      assert.equal(await installations.tokenFor(T1), null);
    });

    it('are not written over a new installation by a refresh that was under way', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      slack.grants(rotating('xoxe.xoxb-1-second', 'xoxe-1-second', 12));
      const back = await consent();
      const gate = Promise.withResolvers<void>();
      const saving = Promise.withResolvers<void>();
      const save = store.saveInstallation;
      store.saveInstallation = async (row) => {
        store.saveInstallation = save;
        saving.resolve();
        await gate.promise;
        await save(row);
      };
      const access = installations.tokenFor(T1);
      await saving.promise;
      slack.grants(rotating('xoxe.xoxb-1-third', 'xoxe-1-third', 12));
      const installing = browser.visit(back);
      // Whoever does not wait has stored it by now.
      while (slack.named('auth.test').length < 2) await new Promise(setImmediate);
      for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
      gate.resolve();
      await access;
      assert.equal((await installing).status, 200);
      assert.equal((await installations.tokenFor(T1))?.token, 'xoxe.xoxb-1-third');
    });

    it('are told as unavailable when they have expired and cannot be refreshed', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      clock += (HOUR + 60) * 1000;
      slack.fails('oauth.v2.access', { body: { ok: false, error: 'internal_error' } });
      await assert.rejects(installations.tokenFor(T1), { name: 'DeliveryError', code: 'unavailable' });
      assert.ok(recorded.of('error').some((each) => /token rotation/.test(each.message)));
    });

    it('are refreshed before they are removed, so that the refresh does not bring them back', async () => {
      slack.grants(rotating('xoxe.xoxb-1-first', 'xoxe-1-first', 1));
      await install();
      const gate = Promise.withResolvers<void>();
      slack.waitsFor(gate.promise);
      const access = installations.tokenFor(T1);
      while (refreshes().length === 0) await new Promise(setImmediate);
      const removed = installations.remove(T1);
      gate.resolve();
      await access;
      assert.equal(await removed, true);
      assert.equal(store.rows.size, 0);
    });
  });

  it('pass on what the store throws', async () => {
    store.breaks(new Error('no connection'));
    await assert.rejects(installations.tokenFor(T1), /no connection/);
  });

  it('are forgotten when the workspace removes the bot', async () => {
    await install();
    assert.equal(await installations.remove(T1), true);
    assert.equal(await installations.tokenFor(T1), null);
    assert.equal(await installations.remove(T1), false);
  });

  it('outlive a late word of an earlier removal', async () => {
    await install();
    assert.equal(await installations.remove(T1, clock - 1), false);
    assert.equal((await installations.tokenFor(T1))?.token, 'xoxb-bot-of-T1');
    assert.equal(await installations.remove(T1, clock), true);
  });
});

describe('the log of Slack’s libraries', () => {
  const cases: [unknown[], string][] = [
    [['token xoxb-12-ab-CD ok'], 'token … ok'],
    [['xoxe.xoxb-1-Mi0y and xoxe-1-abc and xapp-1-A1-2'], '… and … and …'],
    [['https://a/b?code=12.34&state=x.y-z&x=1'], 'https://a/b?code=…&state=…&x=1'],
    [['wss://wss.slack.com/link/?ticket=abc-d&app_id=1'], 'wss://wss.slack.com/link/?ticket=…&app_id=1'],
    [[{ token: 'secret', client_secret: 'hidden' }], "{ token: '…', client_secret: '…' }"],
    [['{"refresh_token":"abc","ok":true}'], '{"refresh_token":"…","ok":true}'],
    [[{ Authorization: 'Bearer abc.def' }], "{ Authorization: 'Bearer …' }"],
    [["signing_secret='abc' access_token: abc"], "signing_secret='…' access_token: …"],
    [['x'.repeat(2000)], 'x'.repeat(1000)],
    [['https://hooks.slack.com/actions/T1/2/abc'], 'https://hooks.slack.com/…'],
    [['failed:', new TypeError('no xoxp-1-2')], 'failed: TypeError: no …'],
    [['WebSocket closed with code 1006'], 'WebSocket closed with code 1006'],
  ];
  for (const [parts, expected] of cases) {
    it(`has ${expected.slice(0, 100)}`, () => {
      const { log, lines } = createLog();
      slackLogger(log).warn(...parts);
      assert.deepEqual(lines, [{ level: 'warn', fields: { from: 'slack' }, message: expected }]);
    });
  }

  it('leaves debug texts out and keeps the level that says so', () => {
    const { log, lines } = createLog();
    const logger = slackLogger(log);
    logger.setLevel('debug' as never);
    logger.debug('body');
    logger.info('one');
    logger.error('two');
    assert.equal(logger.getLevel(), 'info');
    assert.deepEqual(
      lines.map(({ level, message }) => [level, message]),
      [
        ['info', 'one'],
        ['error', 'two'],
      ],
    );
  });
});
