import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import sinon from 'sinon';
import { createAdapter, fetchOwnToken, type TeamsCredentials } from '../../../src/channels/teams/adapter.ts';
import { createConnector } from '../../../src/channels/teams/connector.ts';
import { startFakeEntra } from '../../peers/graph/entra.ts';
import { startFakeManagedIdentity } from '../../peers/teams/managed-identity.ts';
import { afterTest } from '../../support/after-test.ts';
import { claimsOf } from '../../../src/core/reminders/token-account.ts';

const APP_ID = '11111111-2222-3333-4444-555555555555';
const PASSWORD: TeamsCredentials = { appId: APP_ID, appPassword: 'secret', appType: 'MultiTenant' };
const CERTIFICATE = {
  thumbprint: 'AB12',
  privateKey: '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n',
};
const GOVERNMENT = { ChannelService: 'https://botframework.azure.us' };

type Env = Record<string, string | undefined>;

function adapterWith(credentials: TeamsCredentials | null, env: Env = {}): ReturnType<typeof createAdapter> {
  return createAdapter({ credentials, env, connector: createConnector({ sendTimeout: 5000, now: Date.now }) });
}

/** Where the SDK was told to go, as it keeps it. */
function endpointsOf(authentication: unknown): Record<string, unknown> {
  const { inner } = authentication as { inner: Record<string, unknown> };
  const names = Object.keys(inner).filter((name) => ['string', 'boolean'].includes(typeof inner[name]));
  return Object.fromEntries(names.map((name) => [name, inner[name]]));
}

function endpointsWith(env: Env): Record<string, unknown> {
  const { adapter } = adapterWith(PASSWORD, env);
  return endpointsOf((adapter as unknown as { botFrameworkAuthentication: unknown }).botFrameworkAuthentication);
}

describe('the endpoints of the Bot Framework', () => {
  for (const [cloud, env] of [
    ['the public cloud', {}],
    ['Azure Government', GOVERNMENT],
  ] as const) {
    it(`are the SDK's own of ${cloud}`, () => {
      const { toBotFromEmulatorOpenIdMetadataUrl: _emulator, ...own } = endpointsOf(
        new ConfigurationBotFrameworkAuthentication(env),
      );
      const { toBotFromEmulatorOpenIdMetadataUrl: emulator, ...ours } = endpointsWith(env);
      assert.deepEqual(ours, own);
      assert.match(String(emulator), /^https:\/\/login\.microsoftonline\.(?:com\/botframework\.com|us\/cab8a31a-)/);
    });

    it(`are those of ${cloud} where one of them is configured, but for that one`, () => {
      const changed = { ...env, OAuthUrl: 'https://europe.api.botframework.com', ToBotFromChannelTokenIssuer: ' ' };
      assert.deepEqual(endpointsWith(changed), {
        ...endpointsWith(env),
        oAuthUrl: 'https://europe.api.botframework.com',
      });
    });
  }

  it('have their authority validated unless that is turned off', () => {
    const configured = [{}, { ValidateAuthority: 'true' }, { ValidateAuthority: 'false' }];
    assert.deepEqual(
      configured.map((env) => endpointsWith(env)['validateAuthority']),
      [true, true, false],
    );
  });
});

describe('the bot before Microsoft’s identity platform', () => {
  /** What the SDK shows of the bot to get an access token, and what it then asks with that. */
  async function shownBy(
    credentials: TeamsCredentials,
    env: Env = {},
    accepts: (way: 'secret' | 'certificate') => boolean = () => true,
  ) {
    const inConnector = createRequire(createRequire(import.meta.url).resolve('botframework-connector'));
    const { ConfidentialClientApplication } = inConnector('@azure/msal-node');
    const shown: { authority: string; secret: unknown; certificate: unknown; scopes: string[] }[] = [];
    const asking = sinon
      .stub(ConfidentialClientApplication.prototype, 'acquireTokenByClientCredential')
      .callsFake(async function (this: { config: { auth: any } }, { scopes }: { scopes: string[] }) {
        const { authority, clientSecret, clientCertificate } = this.config.auth;
        shown.push({
          authority,
          secret: clientSecret || null,
          certificate: clientCertificate?.thumbprint || null,
          scopes,
        });
        if (!accepts(clientSecret ? 'secret' : 'certificate')) throw new Error('AADSTS700027: not known');
        return { accessToken: 'of the bot', expiresOn: new Date(Date.now() + 60_000) };
      } as never);
    const fetching = sinon.stub(globalThis, 'fetch').resolves(new Response(null, { status: 404 }));
    const { AppCredentials } = inConnector('botframework-connector');
    afterTest(() => {
      asking.restore();
      fetching.restore();
      AppCredentials.cache.clear();
    });
    AppCredentials.cache.clear();
    const client = await adapterWith(credentials, env).userTokens(APP_ID);
    await assert.rejects(client.getUserToken('29:alice', 'outlook', 'msteams', ''), {
      name: 'DeliveryError',
      status: 404,
    });
    const [url, init] = fetching.firstCall.args;
    const { authorization } = Object.fromEntries(new Headers(init!.headers as Record<string, string>));
    return { shown, host: new URL(String(url)).host, authorization };
  }

  const TENANT = 'contoso.example';
  const ways: [name: string, credentials: Partial<TeamsCredentials>, env: Env, expected: object, host: string][] = [
    [
      'shows its password, to the directory of all bots',
      {},
      {},
      {
        authority: 'https://login.microsoftonline.com/botframework.com',
        secret: 'secret',
        certificate: null,
        scopes: ['https://api.botframework.com/.default'],
      },
      'api.botframework.com',
    ],
    [
      'shows it to its own tenant when it is of a single one',
      { appType: 'SingleTenant', tenantId: TENANT },
      {},
      {
        authority: `https://login.microsoftonline.com/${TENANT}`,
        secret: 'secret',
        certificate: null,
        scopes: ['https://api.botframework.com/.default'],
      },
      'api.botframework.com',
    ],
    [
      'shows its certificate in place of a password',
      { appPassword: undefined, certificate: CERTIFICATE },
      {},
      {
        authority: 'https://login.microsoftonline.com/botframework.com',
        secret: null,
        certificate: 'AB12',
        scopes: ['https://api.botframework.com/.default'],
      },
      'api.botframework.com',
    ],
    [
      'shows its password to the cloud that it is in',
      {},
      GOVERNMENT,
      {
        authority: 'https://login.microsoftonline.us/MicrosoftServices.onmicrosoft.us',
        secret: 'secret',
        certificate: null,
        scopes: ['https://api.botframework.us/.default'],
      },
      'api.botframework.azure.us',
    ],
  ];
  for (const [name, credentials, env, expected, host] of ways) {
    it(`${name}, and asks with what it gets, by the connector’s one request`, async () => {
      const { shown, ...asked } = await shownBy({ ...PASSWORD, ...credentials }, env);
      assert.deepEqual(shown, [expected]);
      assert.deepEqual(asked, { host, authorization: 'Bearer of the bot' });
    });
  }

  for (const accepted of ['certificate', 'secret'] as const)
    it(`shows its certificate first where it has a password beside it, and gets on where the ${accepted} is known`, async () => {
      const both = { ...PASSWORD, certificate: CERTIFICATE };
      const { shown, authorization } = await shownBy(both, {}, (way) => way === accepted);
      const ways = shown.map(({ secret, certificate }) => [secret, certificate]);
      const certificateAlone = [null, 'AB12'];
      assert.deepEqual(ways, accepted === 'certificate' ? [certificateAlone] : [certificateAlone, ['secret', null]]);
      assert.equal(authorization, 'Bearer of the bot');
    });

  it('has no password where its identity is managed by Azure', () => {
    const managed = { appId: APP_ID, appType: 'UserAssignedMSI', tenantId: TENANT } as const;
    assert.doesNotThrow(() => adapterWith(managed));
    assert.throws(() => adapterWith({ ...managed, appPassword: 'secret' }), /must not be set for MSI/);
    assert.throws(() => adapterWith({ ...managed, tenantId: undefined }), /TenantId is required for MSI/);
  });

  it('is the managed identity of its app id, also beside an app of Graph with a secret', async () => {
    const [entra, identity] = await Promise.all([startFakeEntra(), startFakeManagedIdentity([APP_ID])]);
    entra.trust();
    const graph = { AZURE_TENANT_ID: APP_ID, AZURE_CLIENT_ID: 'app-of-graph', AZURE_CLIENT_SECRET: 'of-graph' };
    // `@azure/identity` reads the process's environment.
    const set = { ...identity.env, ...graph, AZURE_AUTHORITY_HOST: entra.url };
    const before = { ...process.env };
    Object.assign(process.env, set);
    afterTest(async () => {
      for (const name of Object.keys(set)) delete process.env[name];
      Object.assign(process.env, before);
      await Promise.all([entra.close(), identity.close()]);
    });
    const managed = { appId: APP_ID, appType: 'UserAssignedMSI', tenantId: TENANT } as const;
    const token = await fetchOwnToken(managed, {});
    assert.deepEqual(claimsOf(token)?.['appid'], APP_ID);
    assert.deepEqual(identity.requests, [{ clientId: APP_ID, resource: 'https://api.botframework.com' }]);

    const fetching = sinon.stub(globalThis, 'fetch').resolves(new Response(null, { status: 404 }));
    afterTest(() => fetching.restore());
    const client = await adapterWith(managed).userTokens(APP_ID);
    await assert.rejects(client.getUserToken('29:alice', 'outlook', 'msteams', ''), { name: 'DeliveryError' });
    const { headers } = fetching.firstCall.args[1]!;
    assert.equal(new Headers(headers as Record<string, string>).get('authorization'), `Bearer ${token}`);
    assert.deepEqual([entra.requests, entra.strays], [[], []]);
  });
});
