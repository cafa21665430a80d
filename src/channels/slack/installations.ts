import { type AuthorizationError, InstallProvider, type Installation as ProviderInstallation } from '@slack/oauth';
import type { FetchFunction } from '@slack/web-api';
import { DeliveryError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import type { Installation } from '../../core/model/conversation.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Store } from '../../core/ports/store.ts';
import { createInstallFlow, INSTALL_PATH, STATE_COOKIE } from './install-flow.ts';
import { createStates, STATE_LIFETIME } from './install-state.ts';
import {
  asProvided,
  installedTenant,
  kept,
  type StoredAccess,
  tenantOf,
  type Workspace,
} from './installation-record.ts';
import { slackLogger } from './logger.ts';
import type { Seal } from './sealing.ts';

const CHANNEL = 'slack';
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

/**
 * Installations of the bot in Slack workspaces: the OAuth flow that makes them, and the tokens that come of it, sealed
 * in the store under the id of the workspace (or of the organisation, for an organisation-wide installation).
 */
export function createInstallations(options: InstallationsOptions) {
  const { store, seal, log, now, clientId, clientSecret, apiUrl, publicUrl, scopes } = options;
  /** Workspaces that are known to have installed the bot by themselves: all of them once `check` has run. */
  const installed = new Set<string>();
  /** Workspaces whose sealed access cannot be opened and that the log has been told of. */
  const reported = new Set<string>();
  /**
   * Look-ups through the provider, which may refresh the token: a refresh token works once, so there is one at a time
   * per workspace.
   */
  const refreshing = new Map<string, Promise<BotAccess | null>>();
  /**
   * Refreshed access that could not be stored. The refresh token in the store has been used up by then, so that losing
   * these would mean to install again.
   */
  const unsaved = new Map<string, Installation>();

  const contextOf = (tenantId: string): string => `${CHANNEL}:${tenantId}`;

  const logger = slackLogger(log);
  const clientOptions = {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT,
    ...(options.fetch ? { fetch: options.fetch } : {}),
  };
  const states = createStates(seal.deriveSecret('slack-oauth-state'), now, () => flow.urlOptions());
  const provider = new InstallProvider({
    clientId,
    clientSecret,
    authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href,
    stateStore: states,
    stateCookieName: STATE_COOKIE,
    stateCookieExpirationSeconds: STATE_LIFETIME,
    installationStore: {
      storeInstallation: save,
      fetchInstallation: async ({ teamId, enterpriseId, isEnterpriseInstall }) => {
        const tenantId = tenantOf({ teamId: teamId ?? null, enterpriseId: enterpriseId ?? null, isEnterpriseInstall });
        const found = tenantId ? await open(tenantId) : null;
        if (!found) throw new NotInstalled('The bot is not installed there.');
        return asProvided(found.access, found.installedAt);
      },
    },
    clientOptions,
    // Errors of the OAuth flow arrive at failureAsync as well, where they are logged by what they mean.
    logger: { ...logger, error: (...parts) => void (parts[0] instanceof Error || logger.error(...parts)) },
  });

  const flow = createInstallFlow({
    provider,
    states,
    log,
    publicUrl,
    scopes,
    allowedTenants: options.allowedTenants,
    clientOptions: { ...clientOptions, logger },
    settled: quiet,
    installed: options.installed ?? (() => Promise.resolve()),
  });

  async function save(installation: ProviderInstallation): Promise<void> {
    const tenantId = installedTenant(installation);
    const access = kept(installation);
    if (!tenantId || !access) throw new Error('The installation names no workspace or no bot.');
    const sealed = seal.seal(JSON.stringify(access), contextOf(tenantId));
    const installedAt = installation.metadata === undefined ? now() : Number(installation.metadata);
    const row = { channel: CHANNEL, tenantId, sealed, installedAt };
    if (installation.metadata !== undefined) unsaved.set(tenantId, row);
    await store.saveInstallation(row);
    installed.add(tenantId);
    unsaved.delete(tenantId);
    reported.delete(tenantId);
  }

  /**
   * The stored row, after storing what could not be stored earlier, unless the workspace removed the bot or installed
   * anew since.
   */
  async function find(tenantId: string): Promise<Installation | null> {
    const row = await store.findInstallation(CHANNEL, tenantId);
    const late = unsaved.get(tenantId);
    if (!late) return row;
    const isCurrent = row?.installedAt === late.installedAt;
    if (isCurrent) await store.saveInstallation(late);
    unsaved.delete(tenantId);
    return isCurrent ? late : row;
  }

  function reportUnreadable(tenantId: string): void {
    if (reported.has(tenantId)) return;
    reported.add(tenantId);
    log.error(
      { tenantId },
      `The access to this Slack workspace was stored with another SECRET_KEY. Put the old key behind the new one, or install the bot again: ${flow.addressOf(INSTALL_PATH)}`,
    );
  }

  async function open(tenantId: string): Promise<{ access: StoredAccess; installedAt: Instant } | null> {
    const row = await find(tenantId);
    if (!row) return null;
    const plain = seal.unseal(row.sealed, contextOf(tenantId));
    if (plain === null) {
      reportUnreadable(tenantId);
      // Status 401: about our own credentials, which get mended; nothing is lost until then.
      throw new DeliveryError('refused', 'The access to this Slack workspace was stored with another SECRET_KEY.', {
        status: 401,
      });
    }
    return { access: JSON.parse(plain) as StoredAccess, installedAt: row.installedAt };
  }

  async function refreshed(tenantId: string, { team, enterprise, ...access }: StoredAccess): Promise<BotAccess | null> {
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

  async function accessOf(tenantId: string): Promise<BotAccess | null> {
    const underway = refreshing.get(tenantId);
    if (underway) return underway;
    const found = await open(tenantId);
    if (!found) return null;
    const { token, userId, scopes: granted, refreshToken } = found.access.bot;
    if (refreshToken === undefined) return { token, botUserId: userId, scopes: granted };
    // Another call may have begun while the store was read.
    const promise = refreshing.get(tenantId) ?? refreshed(tenantId, found.access);
    refreshing.set(tenantId, promise);
    try {
      return await promise;
    } finally {
      if (refreshing.get(tenantId) === promise) refreshing.delete(tenantId);
    }
  }

  /** Unless somebody has written it meanwhile: a refreshed token, or a new installation. */
  async function reseal(row: Installation, sealed: string): Promise<void> {
    await quiet(row.tenantId);
    const current = await store.findInstallation(CHANNEL, row.tenantId);
    if (current?.sealed === row.sealed) await store.saveInstallation({ ...row, sealed });
  }

  /** Waits until no refresh can write the workspace's old access any more. */
  async function quiet(tenantId: string): Promise<void> {
    await refreshing.get(tenantId)?.catch(() => null);
  }

  return {
    /**
     * The bot's access to a workspace: by its own installation first, else by its organisation's (the other way round
     * when Slack says that the event is the organisation's). Null when the bot is not installed there, or its access
     * cannot be opened any more (the log says so, once). Expiring tokens are refreshed when less than two hours are
     * left. Throws DeliveryError `unavailable` when an expired one could not be refreshed, or what the store throws.
     */
    async tokenFor({ teamId, enterpriseId, isEnterpriseInstall }: Workspace): Promise<BotAccess | null> {
      const tenants = isEnterpriseInstall ? [enterpriseId, teamId] : [teamId, enterpriseId];
      for (const tenantId of tenants) {
        const access = tenantId ? await accessOf(tenantId) : null;
        if (access) return access;
      }
      return null;
    },

    isInstalled: (tenantId: string): boolean => installed.has(tenantId),

    handleInstall: flow.handleInstall,
    handleRedirect: flow.handleRedirect,

    /**
     * Forgets a workspace (or organisation) that removed the bot or revoked its token. `happenedAt` is when that was:
     * an installation made after it stays, so that a late event does not undo a new one. Says whether something was
     * forgotten.
     */
    async remove(workspace: Workspace, happenedAt: Instant = Infinity): Promise<boolean> {
      const tenantId = tenantOf(workspace);
      if (!tenantId) return false;
      await quiet(tenantId);
      const row = await store.findInstallation(CHANNEL, tenantId);
      if (!row || row.installedAt > happenedAt) return false;
      await store.deleteInstallation(CHANNEL, tenantId);
      installed.delete(tenantId);
      log.info({ tenantId }, 'The bot was removed from a Slack workspace.');
      return true;
    },

    /**
     * At start: names workspaces whose access cannot be opened, and seals anew what an older key of SECRET_KEY sealed,
     * so that that key can go.
     */
    async check(): Promise<{ installed: number; unreadable: number }> {
      const rows = await store.listInstallations(CHANNEL);
      let unreadable = 0;
      for (const row of rows) {
        installed.add(row.tenantId);
        const sealed = seal.reseal(row.sealed, contextOf(row.tenantId));
        if (sealed === null) {
          unreadable += 1;
          reportUnreadable(row.tenantId);
        } else if (sealed !== row.sealed) await reseal(row, sealed);
      }
      return { installed: rows.length, unreadable };
    },
  };
}
