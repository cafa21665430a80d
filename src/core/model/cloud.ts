/** Where one of Microsoft's clouds has what this bot links to and signs in at; addresses without trailing slash. */
export interface Cloud {
  /** Where tokens come from (Microsoft Entra). */
  authority: string;
  /** Outlook on the web. */
  outlook: string;
  /** Teams on the web, for deep links. */
  teams: string;
}

/** Where everybody is who is in no national cloud. */
export const GLOBAL_CLOUD: Cloud = {
  authority: 'https://login.microsoftonline.com',
  outlook: 'https://outlook.office.com',
  teams: 'https://teams.microsoft.com',
};

/**
 * By the host of Microsoft Graph ("Microsoft Graph national cloud deployments", "Microsoft Entra authentication &
 * national clouds", "Office 365 URLs and IP address ranges" for GCC High, DoD and 21Vianet).
 */
const NATIONAL = new Map<string, Cloud>(
  Object.entries({
    'graph.microsoft.us': {
      authority: 'https://login.microsoftonline.us',
      outlook: 'https://outlook.office365.us',
      teams: 'https://gov.teams.microsoft.us',
    },
    'dod-graph.microsoft.us': {
      authority: 'https://login.microsoftonline.us',
      outlook: 'https://outlook-dod.office365.us',
      teams: 'https://dod.teams.microsoft.us',
    },
    'microsoftgraph.chinacloudapi.cn': {
      authority: 'https://login.partner.microsoftonline.cn',
      outlook: 'https://partner.outlook.cn',
      teams: 'https://teams.microsoftonline.cn',
    },
  }),
);

/**
 * The cloud that GRAPH_BASE_URL is in; the global one for every host that is not known, such as a gateway or a
 * stand-in.
 */
export function cloudOf(graphBaseUrl: string): Cloud {
  return NATIONAL.get(URL.parse(graphBaseUrl)?.hostname ?? '') ?? GLOBAL_CLOUD;
}

/** The national cloud that GRAPH_BASE_URL is in; null for all others. */
export function nationalCloudOf(graphBaseUrl: string): Cloud | null {
  const cloud = cloudOf(graphBaseUrl);
  return cloud === GLOBAL_CLOUD ? null : cloud;
}
