import { randomUUID } from 'node:crypto';
import { isOrganisation, type Answer } from './methods.ts';
import type { SlackToken, Workspaces } from './workspaces.ts';

/** Who is about to answer the consent page, and how. */
export interface Installer {
  team: string;
  user: string;
  /** They press Cancel. */
  refuses: boolean;
}

interface Code {
  redirectUri: string | null;
  scopes: string[];
  installer: Installer;
  used: boolean;
  at: number;
}

/** A code is good for ten minutes (docs.slack.dev/authentication/installing-with-oauth). */
const CODE_LIFETIME = 10 * 60_000;

/** The OAuth side: the consent page at `/oauth/v2/authorize`, and `oauth.v2.access`. */
export function createInstalls(config: {
  world: Workspaces;
  appId: string;
  clientId: string;
  clientSecret: string;
  /** Prefixes of allowed redirect URLs, as in the app's settings; undefined: any. */
  redirectUrls: string[] | undefined;
  violate: (what: string) => void;
}) {
  const { world, appId, clientId, clientSecret, redirectUrls, violate } = config;
  const codes = new Map<string, Code>();
  const installer: Installer = { team: 'T0ACME', user: 'U0ALICE', refuses: false };
  let serial = 0;

  function authorizeFaults(query: URLSearchParams): string[] {
    const known = new Set(['client_id', 'scope', 'user_scope', 'state', 'redirect_uri', 'team', 'granular_bot_scope']);
    const faults = [...query.keys()].filter((key) => !known.has(key)).map((key) => `unknown parameter: ${key}`);
    if (query.get('client_id') !== clientId) faults.push('invalid_client_id');
    if (!query.get('scope')) faults.push('missing scope');
    if (query.get('user_scope')) faults.push('user_scope is not granted to this app');
    if (!query.get('state')) faults.push('missing state');
    const redirect = query.get('redirect_uri');
    if (redirect === null) return faults;
    if (!URL.canParse(redirect)) return [...faults, 'bad_redirect_uri'];
    if (redirectUrls && !redirectUrls.some((allowed) => redirect.startsWith(allowed))) faults.push('bad_redirect_uri');
    return faults;
  }

  /** A workspace that has the app keeps its token and gains scopes; any other gets a new one. */
  function install({ scopes, installer: { team } }: Code): SlackToken {
    if (!world.workspaces.has(team)) world.addWorkspace({ id: team });
    const present = [...world.tokens.values()].find((each) => each.team === team && !each.revoked);
    if (!present) return world.grant(team, `xoxb-${team.toLowerCase()}-${++serial}`, scopes);
    for (const scope of scopes) present.scopes.add(scope);
    return present;
  }

  function refuse(error: string): Answer {
    return { ok: false, error };
  }

  return {
    /** May be changed between two installations. */
    installer,
    /** Where the consent page sends the browser, or what it complains about. */
    authorize(query: URLSearchParams): { location: string } | { faults: string[] } {
      const faults = authorizeFaults(query);
      for (const fault of faults) violate(`authorize: ${fault}`);
      if (faults.length > 0) return { faults };
      const redirectUri = query.get('redirect_uri');
      const location = new URL(redirectUri ?? redirectUrls?.[0] ?? 'http://127.0.0.1/');
      location.searchParams.set('state', query.get('state')!);
      if (installer.refuses) {
        location.searchParams.set('error', 'access_denied');
        return { location: location.href };
      }
      const code = randomUUID();
      const scopes = query.get('scope')!.split(',');
      codes.set(code, { redirectUri, scopes, installer: { ...installer }, used: false, at: Date.now() });
      location.searchParams.set('code', code);
      return { location: location.href };
    },
    /** `oauth.v2.access`, for the authorization code grant. */
    access(values: Record<string, any>): Answer {
      if (values['client_id'] !== clientId) return refuse('invalid_client_id');
      if (values['client_secret'] !== clientSecret) return refuse('bad_client_secret');
      if ((values['grant_type'] ?? 'authorization_code') !== 'authorization_code') return refuse('invalid_grant_type');
      const code = codes.get(values['code'] ?? '');
      if (!code || code.used || Date.now() - code.at > CODE_LIFETIME) return refuse('invalid_code');
      if ((values['redirect_uri'] ?? null) !== code.redirectUri) return refuse('bad_redirect_uri');
      code.used = true;
      const granted = install(code);
      const workspace = world.workspaces.get(granted.team)!;
      return {
        ok: true,
        access_token: granted.token,
        token_type: 'bot',
        scope: [...granted.scopes].join(','),
        bot_user_id: workspace.botUserId,
        app_id: appId,
        team: isOrganisation(workspace) ? null : { id: workspace.id, name: workspace.name },
        enterprise: workspace.enterprise,
        authed_user: { id: code.installer.user },
        is_enterprise_install: isOrganisation(workspace),
      };
    },
  };
}
