import type { Installation as ProviderInstallation } from '@slack/oauth';
import type { Instant } from '../../core/time.ts';

/** A workspace as Slack's events name it. */
export interface Workspace {
  teamId: string | null;
  enterpriseId: string | null;
  /** True when what happened concerns the organisation-wide installation. */
  isEnterpriseInstall?: boolean;
}

/** What is kept of an installation, sealed. */
export interface StoredAccess {
  team: { id: string; name: string | null } | null;
  enterprise: { id: string; name: string | null } | null;
  isEnterpriseInstall: boolean;
  appId: string | null;
  /** `expiresAt` is in seconds since 1970; without token rotation both it and `refreshToken` are undefined. */
  bot: { token: string; id: string; userId: string; scopes: string[]; refreshToken?: string; expiresAt?: number };
}

/** Slack names an organisation where there is no workspace, now and then in the place of the workspace. */
export function workspaceOf({ teamId, enterpriseId, isEnterpriseInstall }: Required<Workspace>): Required<Workspace> {
  if (!teamId?.startsWith('E')) return { teamId, enterpriseId, isEnterpriseInstall };
  return { teamId: null, enterpriseId: enterpriseId ?? teamId, isEnterpriseInstall: true };
}

/**
 * The id that an installation, and what is said through it, is kept under: the organisation's when it is
 * organisation-wide or no workspace is named.
 */
export function tenantOf({ teamId, enterpriseId, isEnterpriseInstall }: Workspace): string | null {
  return isEnterpriseInstall || !teamId ? enterpriseId : teamId;
}

/** The id that a new installation is kept under; null when Slack names neither workspace nor organisation. */
export function installedTenant(installation: ProviderInstallation): string | null {
  return tenantOf({
    teamId: installation.team?.id ?? null,
    enterpriseId: installation.enterprise?.id ?? null,
    isEnterpriseInstall: installation.isEnterpriseInstall ?? false,
  });
}

/** What people call the workspace or organisation. Untrusted text of at most 200 characters. */
export function nameOf({ team, enterprise, isEnterpriseInstall }: ProviderInstallation): string {
  const named = isEnterpriseInstall ? enterprise : (team ?? enterprise);
  return (named?.name ?? named?.id ?? 'this workspace').slice(0, 200);
}

/** What is worth keeping; null when Slack gave no bot. User tokens, webhooks and the installing person are left out. */
export function kept({ team, enterprise, isEnterpriseInstall, appId, bot }: ProviderInstallation): StoredAccess | null {
  if (!bot) return null;
  const { token, id, userId, scopes, refreshToken, expiresAt } = bot;
  return {
    team: team ? { id: team.id, name: team.name ?? null } : null,
    enterprise: enterprise ? { id: enterprise.id, name: enterprise.name ?? null } : null,
    isEnterpriseInstall: isEnterpriseInstall ?? false,
    appId: appId ?? null,
    bot: { token, id, userId, scopes, ...(refreshToken && expiresAt ? { refreshToken, expiresAt } : {}) },
  };
}

/** Addresses that open the app in Slack: https://docs.slack.dev/interactivity/deep-linking. */
export function linksOf(installation: ProviderInstallation): { appUrl: string; webUrl: string } {
  const app = encodeURIComponent(installation.appId ?? '');
  if (installation.isEnterpriseInstall) {
    const base = URL.parse(installation.enterpriseUrl ?? '');
    const webUrl =
      base?.protocol === 'https:'
        ? new URL(`/manage/organization/apps/profile/${app}/workspaces/add`, base).href
        : 'https://app.slack.com/client';
    return { appUrl: 'slack://open', webUrl };
  }
  const team = encodeURIComponent(installation.team?.id ?? '');
  return { appUrl: `slack://app?team=${team}&id=${app}`, webUrl: `https://app.slack.com/client/${team}` };
}

/** The provider's form. `metadata` carries the time of the installation through a refresh. */
export function asProvided(access: StoredAccess, installedAt: Instant): ProviderInstallation<'v2', boolean> {
  const named = (each: { id: string; name: string | null } | null) =>
    each ? { id: each.id, ...(each.name === null ? {} : { name: each.name }) } : undefined;
  return {
    team: named(access.team),
    enterprise: named(access.enterprise),
    isEnterpriseInstall: access.isEnterpriseInstall,
    user: { id: '', token: undefined, scopes: undefined },
    bot: { ...access.bot },
    ...(access.appId === null ? {} : { appId: access.appId }),
    authVersion: 'v2',
    metadata: String(installedAt),
  };
}
