import assert from 'node:assert/strict';
import { cloudOf, nationalCloudOf } from '../../../src/core/model/cloud.ts';

describe('the cloud of GRAPH_BASE_URL', () => {
  const cases: [graph: string, authority: string, outlook: string, teams: string][] = [
    ['https://graph.microsoft.com', 'login.microsoftonline.com', 'outlook.office.com', 'teams.microsoft.com'],
    ['https://graph.microsoft.us', 'login.microsoftonline.us', 'outlook.office365.us', 'gov.teams.microsoft.us'],
    ['https://GRAPH.microsoft.us/', 'login.microsoftonline.us', 'outlook.office365.us', 'gov.teams.microsoft.us'],
    [
      'https://dod-graph.microsoft.us',
      'login.microsoftonline.us',
      'outlook-dod.office365.us',
      'dod.teams.microsoft.us',
    ],
    [
      'https://microsoftgraph.chinacloudapi.cn',
      'login.partner.microsoftonline.cn',
      'partner.outlook.cn',
      'teams.microsoftonline.cn',
    ],
    ['https://127.0.0.1:8443', 'login.microsoftonline.com', 'outlook.office.com', 'teams.microsoft.com'],
    ['https://graph.example', 'login.microsoftonline.com', 'outlook.office.com', 'teams.microsoft.com'],
    ['no address', 'login.microsoftonline.com', 'outlook.office.com', 'teams.microsoft.com'],
    ['https://constructor', 'login.microsoftonline.com', 'outlook.office.com', 'teams.microsoft.com'],
  ];
  for (const [graph, authority, outlook, teams] of cases) {
    it(`of ${graph} signs in at ${authority} and links to ${outlook} and ${teams}`, () => {
      assert.deepEqual(cloudOf(graph), {
        authority: `https://${authority}`,
        outlook: `https://${outlook}`,
        teams: `https://${teams}`,
      });
      const isNational = !authority.endsWith('.com');
      assert.equal(nationalCloudOf(graph) !== null, isNational);
    });
  }
});
