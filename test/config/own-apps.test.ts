import assert from 'node:assert/strict';
import { readConfig } from '../../src/config/config.ts';
import { ownApps } from '../../src/config/own-apps.ts';

const GRAPH = { AZURE_TENANT_ID: 'contoso', AZURE_CLIENT_ID: 'graph-app', AZURE_CLIENT_SECRET: 'abcdef' };
const TEAMS = {
  MicrosoftAppId: '11111111-1111-4111-8111-111111111111',
  MicrosoftAppPassword: 'uvwxyz',
  MicrosoftAppType: 'MultiTenant',
  PUBLIC_URL: 'https://certbot.example',
};
const graph = { id: 'graph-app', hint: 'abc', secret: 'AZURE_CLIENT_SECRET' };
const teams = { id: TEAMS.MicrosoftAppId, hint: 'uvw', secret: 'MicrosoftAppPassword' };

describe('the apps whose credentials end', () => {
  for (const [name, env, expected] of [
    ['none, without any credentials', {}, []],
    ['Graph’s', GRAPH, [graph]],
    ['the chat bot’s', TEAMS, [teams]],
    ['both', { ...GRAPH, ...TEAMS }, [graph, teams]],
    [
      'not that of a managed identity, which has none',
      {
        ...GRAPH,
        MicrosoftAppId: TEAMS.MicrosoftAppId,
        MicrosoftAppType: 'UserAssignedMSI',
        MicrosoftAppTenantId: '22222222-2222-4222-8222-222222222222',
        PUBLIC_URL: TEAMS.PUBLIC_URL,
      },
      [graph],
    ],
  ] as const) {
    it(`are ${name}`, () => {
      const apps = ownApps(readConfig(env));
      assert.deepEqual(
        apps.map(({ clientId, secretHint, variables }) => ({
          id: clientId,
          hint: secretHint,
          secret: variables.secret,
        })),
        expected,
      );
    });
  }
});
