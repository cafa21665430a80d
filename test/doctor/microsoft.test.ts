import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import https from 'node:https';
import sinon from 'sinon';
import { graphFaults, startFakeGraph, type FakeGraph } from '../peers/graph/graph.ts';
import { startFakeEntra, type FakeEntra } from '../peers/graph/entra.ts';
import { startFakeManagedIdentity } from '../peers/teams/managed-identity.ts';
import { afterTest } from '../support/after-test.ts';
import { closedPort } from '../peers/tls/tls-peers.ts';
import { assertFound, findingsWith } from './findings.ts';

const TENANT = '11111111-2222-4333-8444-555555555555';
const CLIENT = 'aaaaaaaa-2222-4333-8444-555555555555';
const GRAPH_APP = 'bbbbbbbb-2222-4333-8444-555555555555';
const ALL = ['Calendars.ReadWrite', 'MailboxSettings.Read', 'User.Read.All', 'Application.Read.All'];

/** A token in Entra's form, as somebody would paste it. */
function pasted(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.bm9uZQ`;
}

describe('the doctor on Microsoft', () => {
  let entra: FakeEntra;
  let graph: FakeGraph;
  const before = { ...process.env };

  beforeEach(async () => {
    [entra, graph] = await Promise.all([startFakeEntra(), startFakeGraph()]);
    entra.trust();
    graph.trust();
  });
  afterEach(async () => {
    sinon.restore();
    for (const name of Object.keys(process.env)) if (name.startsWith('AZURE_')) delete process.env[name];
    Object.assign(process.env, before);
    await Promise.all([entra.close(), graph.close()]);
    assert.deepEqual([entra.strays, graph.violations], [[], []]);
  });

  /** `@azure/identity` reads the process's environment. */
  function graphEnv(more: Record<string, string> = {}): Record<string, string> {
    const env = {
      ...{ AZURE_AUTHORITY_HOST: entra.url, AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT },
      ...{ AZURE_CLIENT_SECRET: 'graph-s3cret', GRAPH_BASE_URL: graph.url, ...more },
    };
    for (const [name, value] of Object.entries(env)) if (name.startsWith('AZURE_')) process.env[name] = value;
    return env;
  }

  describe('Graph', () => {
    it('finds token, permissions and mailbox, by one request for a token', async () => {
      entra.answer({ kind: 'token', claims: { roles: ALL } });
      const found = await findingsWith(graphEnv({ CALENDAR_MAILBOX: 'pki@contoso.test' }));
      assertFound(found.graph, 'fine');
      assertFound(
        found.permissions,
        'fine',
        'Calendars.ReadWrite, MailboxSettings.Read, User.Read.All and Application',
      );
      assertFound(found.calendars, 'fine', 'pki@contoso.test opens');
      assert.equal(entra.requests.length, 1);
      assert.deepEqual(
        graph.requests.map(({ method, path }) => `${method} ${path}`),
        ['GET /v1.0/users/pki%40contoso.test/calendar?$select=owner'],
      );
    });

    const lacking: [string, string[], 'wrong' | 'hint' | 'fine', string[]][] = [
      // Perhaps Exchange Online gives it, which is in no token.
      ['the one that it needs', ALL.slice(1), 'hint', ['no Calendars.ReadWrite', 'CALENDAR_MAILBOX', 'application']],
      ['all', [], 'hint', ['no Calendars.ReadWrite', 'CALENDAR_MAILBOX', 'admin consent']],
      ['two that it can do without', [ALL[0]!, ALL[2]!], 'hint', ['MailboxSettings.Read and Application.Read.All.']],
      ['none, by others that include them', [ALL[0]!, 'MailboxSettings.ReadWrite', 'Directory.Read.All'], 'fine', []],
    ];
    for (const [name, roles, outcome, says] of lacking)
      it(`names exactly what is missing: ${name}`, async () => {
        entra.answer({ kind: 'token', claims: { roles } });
        const found = await findingsWith(graphEnv());
        assertFound(found.permissions, outcome, ...says);
        assertFound(found.calendars, 'unused', 'CALENDAR_MAILBOX');
      });

    it('misses no permission where Exchange opens the mailbox without', async () => {
      entra.answer({ kind: 'token', claims: { roles: ALL.slice(1) } });
      const found = await findingsWith(graphEnv({ CALENDAR_MAILBOX: 'pki@contoso.test' }));
      assertFound(found.permissions, 'fine', 'Exchange lets the bot in');
    });

    it('misses one where a mailbox that was named stays closed', async () => {
      entra.answer({ kind: 'token', claims: { roles: ALL.slice(1) } });
      graph.inject(graphFaults.forbidden, { times: 9 });
      const found = await findingsWith(graphEnv({ CALENDAR_MAILBOX: 'pki@contoso.test' }));
      assertFound(found.permissions, 'wrong', 'lacks Calendars.ReadWrite', 'application');
    });

    it('reads the permissions of a person in a token that was pasted', async () => {
      const env = { GRAPH_BASE_URL: graph.url, CALENDAR: 'graph' };
      const exp = Date.now() / 1000 + 3600;
      const token = pasted({ scp: 'Calendars.Read openid', exp });
      const found = await findingsWith({ ...env, GRAPH_ACCESS_TOKEN: token });
      assertFound(found.graph, 'fine');
      assertFound(found.permissions, 'wrong', 'lacks Calendars.ReadWrite', 'delegated');
      const opaque = await findingsWith({ ...env, GRAPH_ACCESS_TOKEN: 'not.of-that-form' });
      assertFound(opaque.permissions, 'unused', 'does not tell');
    });

    it('finds a pasted token that has ended', async () => {
      const token = pasted({ scp: 'Calendars.ReadWrite', exp: Date.UTC(2026, 0, 2, 3, 4) / 1000 });
      const found = await findingsWith({ GRAPH_BASE_URL: graph.url, GRAPH_ACCESS_TOKEN: token });
      assertFound(found.graph, 'wrong', 'ended on Fri\u{a0}2\u{a0}Jan\u{a0}2026, 03:04 UTC');
    });

    const refusals: [string, string][] = [
      ['AADSTS7000222', 'client secret has expired (AADSTS7000222)'],
      ['AADSTS7000215', 'AZURE_CLIENT_SECRET'],
      ['AADSTS700016', 'AZURE_CLIENT_ID'],
      ['AADSTS90002', 'AZURE_TENANT_ID'],
      ['AADSTS53003', 'Conditional Access'],
    ];
    for (const [code, says] of refusals)
      it(`tells Entra's refusal ${code}, and does not blame permissions or mailbox for it`, async () => {
        entra.answer({ kind: 'refusal', code });
        const found = await findingsWith(graphEnv({ CALENDAR_MAILBOX: 'pki@contoso.test' }));
        assertFound(found.graph, 'wrong', says, `(${code})`);
        assertFound(found.permissions, 'unused', 'without an access token');
        assertFound(found.calendars, 'unused', 'without an access token');
        assert.deepEqual(graph.requests, []);
      });

    it('blames no secret where Entra is out of reach', async () => {
      entra.answer({ kind: 'drop' });
      const found = await findingsWith(graphEnv());
      assertFound(found.graph, 'wrong', 'could be fetched', new URL(entra.url).host);
    });

    const mailboxes: [string, (typeof graphFaults)[keyof typeof graphFaults], string][] = [
      ['forbidden', graphFaults.forbidden, 'does not open for the bot'],
      ['not there', graphFaults.unknownMailbox, 'There is no mailbox pki@contoso.test'],
      ['of a Graph that is not well', graphFaults.unavailable, '(HTTP 503)'],
    ];
    for (const [name, fault, says] of mailboxes)
      it(`finds a mailbox that is ${name}`, async () => {
        entra.answer({ kind: 'token', claims: { roles: ALL } });
        graph.inject(fault, { times: 9 });
        const found = await findingsWith(graphEnv({ CALENDAR_MAILBOX: 'pki@contoso.test' }));
        assertFound(found.calendars, 'wrong', says);
        assertFound(found.permissions, 'fine');
      });

    it('gives up a Graph that is silent, and tells everything else', async () => {
      entra.answer({ kind: 'token', claims: { roles: ALL } });
      graph.inject({ kind: 'silent-after' });
      const found = await findingsWith(graphEnv({ CALENDAR_MAILBOX: 'pki@contoso.test' }), { timeout: 2000 });
      assertFound(found.calendars, 'wrong', 'within 2 s');
      assertFound(found.graph, 'fine');
      assertFound(found.permissions, 'fine');
    });
  });

  describe('calendars without Graph', () => {
    const chat = { MicrosoftAppId: CLIENT, MicrosoftAppPassword: 'x-s3cret', MicrosoftAppTenantId: TENANT };
    const cases: [string, Record<string, string>, 'fine' | 'hint' | 'unused', string][] = [
      ['none', { CALENDAR: 'none' }, 'unused', 'CALENDAR=none'],
      ['feeds in local mode', {}, 'fine', 'http://localhost:3978/calendar/'],
      ['feeds that nobody reaches', { ...chat, MicrosoftAppType: 'SingleTenant' }, 'hint', 'PUBLIC_URL'],
      ['sign-in alone', { ...chat, OAUTH_CONNECTION: 'outlook' }, 'unused', 'CALENDAR_MAILBOX'],
    ];
    for (const [name, env, outcome, says] of cases)
      it(`tells ${name}`, async () => {
        ledToEntra();
        assertFound((await findingsWith(env)).calendars, outcome, says);
      });
  });

  /** The Bot Framework's SDK knows Microsoft's own authorities only: what goes there is led to the stand-in. */
  function ledToEntra(url = entra.url): void {
    const { hostname, port } = new URL(url);
    const request = https.request.bind(https);
    sinon.stub(https, 'request').callsFake(((options: https.RequestOptions, ...rest: []) => {
      const isMicrosofts = options.hostname === 'login.microsoftonline.com';
      return request(isMicrosofts ? { ...options, hostname, host: hostname, port } : options, ...rest);
    }) as typeof https.request);
  }

  describe('the Bot Framework', () => {
    const env = {
      ...{ MicrosoftAppId: CLIENT, MicrosoftAppPassword: 'bot-s3cret' },
      ...{ MicrosoftAppType: 'SingleTenant', MicrosoftAppTenantId: TENANT },
    };

    it('gets a token as the bot would', async () => {
      ledToEntra();
      const found = await findingsWith(env);
      assertFound(found.teams, 'fine');
      assertFound(found.configuration, 'hint', 'Chats: Teams.', 'PUBLIC_URL');
      const [{ tenant, form }] = entra.requests as [(typeof entra.requests)[0]];
      assert.deepEqual(
        [tenant, form['client_id'], form['client_secret'], form['scope']?.split(' ')[0]],
        [TENANT, CLIENT, 'bot-s3cret', 'https://api.botframework.com/.default'],
      );
    });

    it('finds that the token is for another app', async () => {
      ledToEntra();
      entra.answer({ kind: 'token', claims: { appid: CLIENT.toUpperCase() } });
      assertFound((await findingsWith(env)).teams, 'fine');
      entra.answer({ kind: 'token', claims: { appid: TENANT } });
      assertFound((await findingsWith(env)).teams, 'wrong', `another app (${TENANT})`, 'Set MicrosoftAppId');
    });

    // The library keeps tokens of managed identities for the whole process: each case has one of its own.
    for (const [what, app, outcome, says] of [
      ['has', CLIENT, 'fine', ''],
      ['has not', TENANT, 'wrong', 'Check that this machine has the user-assigned managed identity'],
    ] as const)
      it(`asks for the managed identity, which the machine ${what}, though Graph has a secret`, async () => {
        const identity = await startFakeManagedIdentity([CLIENT]);
        Object.assign(process.env, identity.env);
        afterTest(() => {
          for (const name of Object.keys(identity.env)) delete process.env[name];
          return identity.close();
        });
        const { MicrosoftAppPassword: _none, ...rest } = { ...env, ...graphEnv({ AZURE_CLIENT_ID: GRAPH_APP }) };
        const found = await findingsWith({ ...rest, MicrosoftAppId: app, MicrosoftAppType: 'UserAssignedMSI' });
        assertFound(found.teams, outcome, says);
        assert.deepEqual(new Set(identity.requests.map(({ clientId }) => clientId)), new Set([app]));
        assert.deepEqual(new Set(entra.requests.map(({ form }) => form['client_id'])), new Set([GRAPH_APP]));
      });

    it('finds a certificate that cannot be used', async () => {
      const { MicrosoftAppPassword: _none, ...rest } = env;
      // Entra takes signatures by RSA keys alone.
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const certificate = { MicrosoftAppCertificateThumbprint: 'AB'.repeat(20), MicrosoftAppCertificateKey: key };
      const found = await findingsWith({ ...rest, ...certificate });
      assertFound(found.teams, 'wrong', 'certificate is not accepted', 'MicrosoftAppCertificateKey');
    });

    const refusals: [string, string][] = [
      ['AADSTS7000222', 'has expired (AADSTS7000222). Create a new one'],
      ['AADSTS7000215', 'MicrosoftAppPassword to the value of the secret'],
      ['AADSTS700016', 'MicrosoftAppType'],
      ['AADSTS90002', 'MicrosoftAppTenantId'],
      ['AADSTS53003', 'no token for the Bot Framework (AADSTS53003)'],
    ];
    for (const [code, says] of refusals)
      it(`tells Entra's refusal ${code}`, async () => {
        ledToEntra();
        entra.answer({ kind: 'refusal', code });
        assertFound((await findingsWith(env)).teams, 'wrong', says);
      });

    it('blames no secret where Entra is out of reach', async () => {
      ledToEntra(`https://127.0.0.1:${await closedPort()}`);
      assertFound((await findingsWith(env)).teams, 'wrong', 'could be fetched', 'login.microsoftonline.com');
    });
  });
});
