import type { Config } from './config/config.ts';

/**
 * Who may have events in the mailboxes: people of Graph's own tenant, and of the Slack workspaces that belong to it.
 * Where nothing tells which tenant is Graph's (a pasted token that is opaque), Teams tenants are not told apart; in
 * local mode nobody is. Undefined while it is not known yet.
 */
export function mailboxGate(
  { localMode, teams }: Pick<Config, 'localMode' | 'teams'>,
  slack: () => { reachMailboxes(tenantId: string): boolean | undefined } | null,
  graphTenant: { id(): string | null | undefined } | null,
): (channel: string, tenantId: string | null) => boolean | undefined {
  const own = teams && teams.appType !== 'MultiTenant' ? (teams.tenantId ?? null) : null;
  return function mailboxesOpenTo(channel, tenantId) {
    if (localMode) return true;
    if (tenantId === null) return false;
    if (channel === 'slack') return slack() ? slack()?.reachMailboxes(tenantId) : false;
    const told = graphTenant ? graphTenant.id() : null;
    const graphs = told ?? own;
    if (graphs !== null) return graphs.toLowerCase() === tenantId.toLowerCase();
    return told === null ? true : undefined;
  };
}

/**
 * Whether an organisation is the bot's own: the tenant in which it is registered, or the Slack workspace of its token.
 * In local mode everybody is at home. False while Slack has not told which workspace that is.
 */
export function homeGate(
  { localMode, teams }: Pick<Config, 'localMode' | 'teams'>,
  slack: () => { isHome(tenantId: string): boolean } | null,
): (channel: string, tenantId: string | null) => boolean {
  return function isHome(channel, tenantId) {
    if (localMode) return true;
    if (tenantId === null) return false;
    if (channel === 'slack') return slack()?.isHome(tenantId) ?? false;
    return teams?.tenantId?.toLowerCase() === tenantId.toLowerCase();
  };
}
