import type { GraphApp } from '../calendars/graph/directory.ts';
import type { Config } from './config.ts';

/** The apps whose credentials end some day: Graph's, and the chat bot's own. */
export function ownApps({ graph, teams }: Pick<Config, 'graph' | 'teams'>): GraphApp[] {
  const { clientId, secretHint } = graph;
  const apps: GraphApp[] = [];
  const azure = { secret: 'AZURE_CLIENT_SECRET', certificate: 'AZURE_CLIENT_CERTIFICATE_PATH' };
  const bot = { secret: 'MicrosoftAppPassword', certificate: 'MicrosoftAppCertificateKey' };
  if (clientId !== null) apps.push({ clientId, secretHint, variables: azure });
  if (teams && teams.appType !== 'UserAssignedMSI')
    apps.push({ clientId: teams.appId, secretHint: teams.appPassword?.slice(0, 3) ?? null, variables: bot });
  return apps;
}
