import { type AuthorizationError, InstallProvider, type StateStore } from '@slack/oauth';
import type { FetchFunction, WebClientOptions } from '@slack/web-api';
import { DeliveryError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Store } from '../../core/ports/store.ts';
import { addressOf, createInstallFlow, INSTALL_PATH, STATE_COOKIE, urlOptions } from './install-flow.ts';
import { createStates, STATE_LIFETIME } from './install-state.ts';
import { asProvided, type StoredAccess, tenantOf, type Workspace } from './installation-record.ts';
import { createVault, type Vault } from './installation-vault.ts';
import { slackLogger } from './logger.ts';
import type { Seal } from './sealing.ts';

/** How long a call of Slack's Web API may take, milliseconds. */
const CALL_TIMEOUT = 10_000;

export interface InstallationsOptions {
  store: Pick<Store, 'saveInstallation' | 'findInstallation' | 'deleteInstallation' | 'listInstallations'>;
  seal: Seal;
  log: Log;
  now: () => Instant;
  clientId: string;
  clientSecret: string;
  /** Base of the Web API, e.g. "https://slack.com/api/". */
  apiUrl: string;
  /**
   * Base of our own addresses as browsers see them; asked at each request, since it may be known only after listening.
   */
  publicUrl: () => string;
  /** Bot scopes to ask for. */
  scopes: string[];
  /** Ids of workspaces and organisations that may install; null = any. */
  allowedTenants: string[] | null;
  /** Told after each installation, also of a workspace that had the bot before. */
  installed?: (tenantId: string) => Promise<void>;
  fetch?: FetchFunction;
}

export interface BotAccess {
  token: string;
  botUserId: string | null;
  scopes: string[];
}

class NotInstalled extends Error {}

interface Keyring {
  vault: Vault;
  provider: InstallProvider;
  now: () => Instant;
  /**
   * Look-ups through the provider, which may refresh the token: a refresh token works once, so there is one at a time
   * per workspace.
   */
  refreshing: Map<string, Promise<BotAccess | null>>;
}

/**
 * Installations of the bot in Slack workspaces: the OAuth flow that makes them, and the tokens that come of it, sealed
 * in the store under the id of the workspace (or of the organisation, for an organisation-wide installation).
 */
export function createInstallations(options: InstallationsOptions) {
  const { store, seal, log, now, publicUrl, scopes, allowedTenants } = options;
  const logger = slackLogger(log);
  const clientOptions = clientOptionsOf(options);
  const installAddress = (): string => addressOf(publicUrl(), INSTALL_PATH);
  const vault = createVault({ store, seal, log, now, installAddress });
  const states = createStates(seal.deriveSecrets('slack-oauth-state'), now, () => urlOptions(publicUrl(), scopes));
  const provider = createProvider(options, { vault, states, clientOptions, logger });
  const keyring: Keyring = { vault, provider, now, refreshing: new Map() };
  const settled = (tenantId: string): Promise<void> => quiet(keyring, tenantId);
  const flow = createInstallFlow({
    provider,
    states,
    log,
    publicUrl,
    scopes,
    allowedTenants,
    clientOptions: { ...clientOptions, logger },
    settled,
    installed: options.installed ?? (() => Promise.resolve()),
  });

  return {
    /**
     * The bot's access to a workspace: by its own installation first, else by its organisation's (the other way round
     * when Slack says that the event is the organisation's). Null when the bot is not installed there. Expiring tokens
     * are refreshed when less than two hours are left. Throws DeliveryError: `refused` (401) when the access cannot be
     * opened any more (the log says so, once), `unavailable` when an expired token could not be refreshed; or what the
     * store throws.
     */
    tokenFor: (workspace: Workspace): Promise<BotAccess | null> => tokenFor(keyring, workspace),

    isInstalled: vault.isInstalled,

    handleInstall: flow.handleInstall,
    handleRedirect: flow.handleRedirect,

    /**
     * Forgets a workspace (or organisation) that removed the bot or revoked its token. `happenedAt` is when that was:
     * an installation made after it stays, so that a late event does not undo a new one. Says whether something was
     * forgotten.
     */
    remove: (workspace: Workspace, happenedAt: Instant = Infinity): Promise<boolean> =>
      remove(keyring, workspace, happenedAt),

    /**
     * At start: names workspaces whose access cannot be opened, and seals anew what an older key of SECRET_KEY sealed,
     * so that that key can go.
     */
    check: (): Promise<{ installed: number; unreadable: number }> => vault.check(settled),
  };
}

export type Installations = ReturnType<typeof createInstallations>;

function clientOptionsOf({ apiUrl, fetch }: InstallationsOptions): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT,
    ...(fetch ? { fetch } : {}),
  };
}

function createProvider(
  { clientId, clientSecret, apiUrl }: InstallationsOptions,
  {
    vault,
    states,
    clientOptions,
    logger,
  }: {
    vault: Vault;
    states: StateStore;
    clientOptions: WebClientOptions;
    logger: ReturnType<typeof slackLogger>;
  },
): InstallProvider {
  return new InstallProvider({
    clientId,
    clientSecret,
    authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href,
    stateStore: states,
    stateCookieName: STATE_COOKIE,
    stateCookieExpirationSeconds: STATE_LIFETIME,
    installationStore: {
      storeInstallation: vault.save,
      fetchInstallation: async ({ teamId, enterpriseId, isEnterpriseInstall }) => {
        const tenantId = tenantOf({ teamId: teamId ?? null, enterpriseId: enterpriseId ?? null, isEnterpriseInstall });
        const found = tenantId ? await vault.open(tenantId) : null;
        if (!found) throw new NotInstalled('The bot is not installed there.');
        return asProvided(found.access, found.installedAt);
      },
    },
    clientOptions,
    // Errors of the OAuth flow arrive at failureAsync as well, where they are logged by what they mean.
    logger: { ...logger, error: (...parts) => void (parts[0] instanceof Error || logger.error(...parts)) },
  });
}

async function tokenFor(
  keyring: Keyring,
  { teamId, enterpriseId, isEnterpriseInstall }: Workspace,
): Promise<BotAccess | null> {
  const tenants = isEnterpriseInstall ? [enterpriseId, teamId] : [teamId, enterpriseId];
  for (const tenantId of tenants) {
    const access = tenantId ? await accessOf(keyring, tenantId) : null;
    if (access) return access;
  }
  return null;
}

async function accessOf(keyring: Keyring, tenantId: string): Promise<BotAccess | null> {
  const { vault, refreshing } = keyring;
  const underway = refreshing.get(tenantId);
  if (underway) return underway;
  const found = await vault.open(tenantId);
  if (!found) return null;
  const { token, userId, scopes: granted, refreshToken } = found.access.bot;
  if (refreshToken === undefined) return { token, botUserId: userId, scopes: granted };
  // Another call may have begun while the store was read.
  const promise = refreshing.get(tenantId) ?? refreshed(keyring, tenantId, found.access);
  refreshing.set(tenantId, promise);
  try {
    return await promise;
  } finally {
    if (refreshing.get(tenantId) === promise) refreshing.delete(tenantId);
  }
}

async function refreshed(
  { provider, now }: Keyring,
  tenantId: string,
  { team, enterprise, ...access }: StoredAccess,
): Promise<BotAccess | null> {
  const { isEnterpriseInstall, bot } = access;
  try {
    const result = await provider.authorize({
      teamId: isEnterpriseInstall ? undefined : team?.id,
      enterpriseId: enterprise?.id,
      isEnterpriseInstall,
    });
    if (result.botToken === undefined) return null;
    // The provider keeps the old token when it could not get a new one, with two hours to go or with none.
    if ((result.botTokenExpiresAt ?? Infinity) * 1000 <= now())
      throw new DeliveryError('unavailable', `The token of the Slack workspace ${tenantId} could not be refreshed.`);
    return { token: result.botToken, botUserId: result.botUserId ?? null, scopes: bot.scopes };
  } catch (error) {
    const cause = (error as AuthorizationError).original ?? error;
    if (cause instanceof NotInstalled) return null;
    throw cause;
  }
}

async function remove(keyring: Keyring, workspace: Workspace, happenedAt: Instant): Promise<boolean> {
  const tenantId = tenantOf(workspace);
  if (!tenantId) return false;
  await quiet(keyring, tenantId);
  return keyring.vault.forget(tenantId, happenedAt);
}

/** Waits until no refresh can write the workspace's old access any more. */
async function quiet({ refreshing }: Keyring, tenantId: string): Promise<void> {
  await refreshing.get(tenantId)?.catch(() => null);
}
