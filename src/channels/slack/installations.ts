import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AuthorizationError,
  InstallProvider,
  type Installation as ProviderInstallation,
  type InstallURLOptions,
  InvalidStateError,
  type StateStore,
} from '@slack/oauth';
import { type FetchFunction, type Logger, WebClient } from '@slack/web-api';
import { DeliveryError } from '../../core/errors.ts';
import type { Instant } from '../../core/certificate.ts';
import type { Log, Store } from '../../core/ports.ts';
import { describeError, newErrorId } from '../../http/failure.ts';
import { INSTALL_PAGE_POLICY, installPage, type InstallOutcome } from './install-pages.ts';
import { slackLogger, withoutSecrets } from './logger.ts';
import type { Seal } from './sealing.ts';

/** Where an installation starts, below the public URL. */
export const INSTALL_PATH = '/api/slack/install';
/** Where Slack sends the browser back; has to be listed as a redirect URL of the Slack app. */
export const REDIRECT_PATH = '/api/slack/oauth_redirect';

const CHANNEL = 'slack';
const STATE_COOKIE = 'certbot-slack-state';
/** How long a person may take on Slack's page, seconds. */
const STATE_LIFETIME = 600;
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
  /** Base of our own addresses as browsers see them; asked at each request, since it may be known only after listening. */
  publicUrl: () => string;
  /** Bot scopes to ask for. */
  scopes: string[];
  /** Ids of workspaces and organisations that may install; null = any. */
  allowedTenants: string[] | null;
  fetch?: FetchFunction;
}

/** A workspace as Slack's events name it. */
export interface Workspace {
  teamId: string | null;
  enterpriseId: string | null;
  /** True when what happened concerns the organisation-wide installation. */
  isEnterpriseInstall?: boolean;
}

export interface BotAccess {
  token: string;
  botUserId: string | null;
  scopes: string[];
}

/** What is kept of an installation, sealed. */
interface StoredAccess {
  team: { id: string; name: string | null } | null;
  enterprise: { id: string; name: string | null } | null;
  isEnterpriseInstall: boolean;
  appId: string | null;
  /** `expiresAt` is in seconds since 1970; without token rotation both it and `refreshToken` are undefined. */
  bot: { token: string; id: string; userId: string; scopes: string[]; refreshToken?: string; expiresAt?: number };
}

class NotInstalled extends Error {}

function tenantOf({ teamId, enterpriseId, isEnterpriseInstall }: Workspace): string | null {
  return isEnterpriseInstall || !teamId ? enterpriseId : teamId;
}

function installedTenant(installation: ProviderInstallation): string | null {
  return tenantOf({
    teamId: installation.team?.id ?? null,
    enterpriseId: installation.enterprise?.id ?? null,
    isEnterpriseInstall: installation.isEnterpriseInstall ?? false,
  });
}

function nameOf({ team, enterprise, isEnterpriseInstall }: ProviderInstallation): string {
  const named = isEnterpriseInstall ? enterprise : (team ?? enterprise);
  return (named?.name ?? named?.id ?? 'this workspace').slice(0, 200);
}

/** What is worth keeping. User tokens, webhooks and the installing person are left out. */
function kept({ team, enterprise, isEnterpriseInstall, appId, bot }: ProviderInstallation): StoredAccess | null {
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
function linksOf(installation: ProviderInstallation): { appUrl: string; webUrl: string } {
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

/**
 * States of the OAuth flow (RFC 6749 10.12): signed, good for ten minutes and for one use. What was used is remembered by this process alone; a second
 * process would still be stopped by the deleted cookie and by Slack, whose codes work once.
 */
function createStates(secret: string, now: () => Instant, options: () => InstallURLOptions): StateStore {
  /** Used states, with the instant at which they expire anyway. */
  const used = new Map<string, Instant>();
  const mac = (payload: string): string => createHmac('sha256', secret).update(payload).digest('base64url');

  return {
    async generateStateParam() {
      const payload = `${now().toString(36)}.${randomBytes(16).toString('base64url')}`;
      return `${payload}.${mac(payload)}`;
    },
    async verifyStateParam(_now, state) {
      const [issued = '', nonce = '', signature = ''] = state.split('.');
      const expected = Buffer.from(mac(`${issued}.${nonce}`));
      const given = Buffer.from(signature);
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
      if (!isOurs) throw new InvalidStateError('The state was not issued here.');
      const expiresAt = Number.parseInt(issued, 36) + STATE_LIFETIME * 1000;
      if (now() > expiresAt) throw new InvalidStateError('The state has expired.');
      for (const [each, instant] of used) if (instant < now()) used.delete(each);
      if (used.has(nonce)) throw new InvalidStateError('The state was used before.');
      used.set(nonce, expiresAt);
      return options();
    },
  };
}

/** Which page a failure of the OAuth flow gets, by the codes of @slack/oauth and @slack/web-api. */
function outcomeOf(error: Error & { code?: string }, errorId: string): InstallOutcome {
  const code = error.code ?? '';
  if (/^slack_oauth_(?:missing_state|invalid_state|missing_code)$/.test(code) || code === 'ERR_INVALID_URL')
    return { kind: 'stale' };
  if (code === 'slack_webapi_platform_error') return { kind: 'refused' };
  if (code.startsWith('slack_webapi_')) return { kind: 'unreachable' };
  return { kind: 'failed', errorId };
}

/**
 * Installations of the bot in Slack workspaces: the OAuth flow that makes them, and the tokens that come of it, sealed in the store under the id of the
 * workspace (or of the organisation, for an organisation-wide installation).
 */
export function createInstallations(options: InstallationsOptions) {
  const { store, seal, log, now, clientId, clientSecret, apiUrl, publicUrl, scopes, allowedTenants } = options;
  /** Workspaces whose sealed access cannot be opened and that the log has been told of. */
  const reported = new Set<string>();
  /** Look-ups through the provider, which may refresh the token: a refresh token works once, so there is one at a time per workspace. */
  const refreshing = new Map<string, Promise<BotAccess | null>>();

  const addressOf = (path: string): string => publicUrl().replace(/\/+$/, '') + path;
  const urlOptions = (): InstallURLOptions => ({ scopes, redirectUri: addressOf(REDIRECT_PATH) });
  const contextOf = (tenantId: string): string => `${CHANNEL}:${tenantId}`;

  const logger: Logger = slackLogger(log);
  const clientOptions = {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT,
    ...(options.fetch ? { fetch: options.fetch } : {}),
  };
  const states = createStates(seal.deriveSecret('slack-oauth-state'), now, urlOptions);
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

  /** The provider's form. `metadata` carries the time of the installation through a refresh. */
  function asProvided(access: StoredAccess, installedAt: Instant): ProviderInstallation<'v2', boolean> {
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

  async function save(installation: ProviderInstallation): Promise<void> {
    const tenantId = installedTenant(installation);
    const access = kept(installation);
    if (!tenantId || !access) throw new Error('The installation names no workspace or no bot.');
    const sealed = seal.seal(JSON.stringify(access), contextOf(tenantId));
    const installedAt = installation.metadata === undefined ? now() : Number(installation.metadata);
    await store.saveInstallation({ channel: CHANNEL, tenantId, sealed, installedAt });
    reported.delete(tenantId);
  }

  function reportUnreadable(tenantId: string): void {
    if (reported.has(tenantId)) return;
    reported.add(tenantId);
    log.error(
      { tenantId },
      `The access to this Slack workspace was stored with another SECRET_KEY. Put the old key behind the new one, or install the bot again: ${addressOf(INSTALL_PATH)}`,
    );
  }

  async function open(tenantId: string): Promise<{ access: StoredAccess; installedAt: Instant } | null> {
    const row = await store.findInstallation(CHANNEL, tenantId);
    if (!row) return null;
    const plain = seal.unseal(row.sealed, contextOf(tenantId));
    if (plain === null) {
      reportUnreadable(tenantId);
      return null;
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

  /** Waits until no refresh can write the workspace's old access any more. */
  async function quiet(tenantId: string): Promise<void> {
    await refreshing.get(tenantId)?.catch(() => null);
  }

  /** Answers with a page. The provider's own cookie header always says Secure, which plain http (loopback) would not take. */
  function answer(response: ServerResponse, outcome: InstallOutcome): void {
    const { status, html } = installPage(outcome, addressOf(INSTALL_PATH));
    if (response.hasHeader('set-cookie')) response.setHeader('set-cookie', stateCookie('', 0));
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(html)),
      'content-security-policy': INSTALL_PAGE_POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    response.end(html);
  }

  /** Lax, since the browser comes back from Slack's site by a link. `maxAge` is in seconds. */
  function stateCookie(value: string, maxAge: number): string {
    const { protocol, pathname } = new URL(addressOf(REDIRECT_PATH));
    const secure = protocol === 'https:' ? '; Secure' : '';
    return `${STATE_COOKIE}=${value}; Path=${pathname}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
  }

  function isAllowed(installation: ProviderInstallation): boolean {
    if (!allowedTenants) return true;
    const ids = [installation.enterprise?.id, installation.isEnterpriseInstall ? undefined : installation.team?.id];
    return ids.some((id) => id !== undefined && allowedTenants.includes(id));
  }

  /** Hands a token back: https://docs.slack.dev/reference/methods/auth.revoke. */
  async function revoke(tenantId: string, token: string): Promise<void> {
    try {
      await new WebClient(token, { ...clientOptions, logger }).auth.revoke();
    } catch (error) {
      log.warn({ tenantId, err: describeError(error) }, 'The token of a refused Slack workspace could not be revoked.');
    }
  }

  /** Between the exchange of the code and its storing: may it be stored? If not, the answer is given here. */
  async function admit(installation: ProviderInstallation, response: ServerResponse): Promise<boolean> {
    const tenantId = installedTenant(installation);
    const tokens = [installation.bot?.token, installation.user?.token].filter((each) => each !== undefined);
    if (!isAllowed(installation)) {
      log.warn({ tenantId }, 'A Slack workspace that is not allowed tried to install the bot.');
      for (const token of tokens) await revoke(tenantId ?? '', token);
      answer(response, { kind: 'forbidden', name: nameOf(installation) });
      return false;
    }
    if (!tenantId || !installation.bot) {
      log.warn({ tenantId }, 'Slack gave no bot token for an installation. Does the Slack app have a bot user?');
      answer(response, { kind: 'refused' });
      return false;
    }
    await quiet(tenantId);
    return true;
  }

  function fail(error: Error, response: ServerResponse): void {
    const errorId = newErrorId();
    const outcome = outcomeOf(error, errorId);
    const reason = withoutSecrets(error.message).slice(0, 300);
    if (outcome.kind === 'failed')
      log.error({ errorId, err: describeError(error) }, 'A Slack installation could not be stored.');
    else if (outcome.kind === 'stale') log.info({ reason }, 'A Slack installation came back without a good state.');
    else log.warn({ reason }, 'A Slack installation failed at Slack.');
    answer(response, outcome);
  }

  return {
    /**
     * The bot's access to a workspace: by its own installation first, else by its organisation's (the other way round when Slack says that the event is the
     * organisation's). Null when the bot is not installed there, or its access cannot be opened any more (the log says so, once). Expiring tokens are
     * refreshed when less than two hours are left. Throws DeliveryError `unavailable` when an expired one could not be refreshed, or what the store throws.
     */
    async tokenFor({ teamId, enterpriseId, isEnterpriseInstall }: Workspace): Promise<BotAccess | null> {
      const tenants = isEnterpriseInstall ? [enterpriseId, teamId] : [teamId, enterpriseId];
      for (const tenantId of tenants) {
        const access = tenantId ? await accessOf(tenantId) : null;
        if (access) return access;
      }
      return null;
    },

    /** GET of INSTALL_PATH: sends the browser to Slack's consent page, with a state that its cookie repeats. */
    async handleInstall(_request: IncomingMessage, response: ServerResponse): Promise<void> {
      const url = urlOptions();
      const state = await states.generateStateParam(url, new Date(now()));
      response.writeHead(302, {
        location: await provider.generateInstallUrl(url, true, state),
        'set-cookie': stateCookie(state, STATE_LIFETIME),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'content-length': '0',
      });
      response.end();
    },

    /** GET of REDIRECT_PATH: checks the state, exchanges the code, stores what comes of it, and answers with a page. Never rejects for a failure of these. */
    async handleRedirect(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const error = URL.parse(request.url ?? '/', 'http://localhost')?.searchParams.get('error');
      if (error === 'access_denied') return answer(response, { kind: 'declined' });
      if (error) {
        log.warn({ reason: /^\w{1,60}$/.exec(error)?.[0] ?? 'unknown' }, 'Slack refused an installation.');
        return answer(response, { kind: 'refused' });
      }
      await provider.handleCallback(request, response, {
        afterInstallation: (installation, _options, _request, each) => admit(installation, each),
        successAsync: async (installation, _options, _request, each) => {
          log.info({ tenantId: installedTenant(installation) }, 'The bot was installed in a Slack workspace.');
          const isOrganisation = installation.isEnterpriseInstall ?? false;
          answer(each, { kind: 'installed', name: nameOf(installation), isOrganisation, ...linksOf(installation) });
        },
        failureAsync: async (failure, _options, _request, each) => fail(failure, each),
      });
    },

    /**
     * Forgets a workspace (or organisation) that removed the bot or revoked its token. `happenedAt` is when that was: an installation made after it stays, so
     * that a late event does not undo a new one. Says whether something was forgotten.
     */
    async remove(workspace: Workspace, happenedAt: Instant = Infinity): Promise<boolean> {
      const tenantId = tenantOf(workspace);
      if (!tenantId) return false;
      await quiet(tenantId);
      const row = await store.findInstallation(CHANNEL, tenantId);
      if (!row || row.installedAt > happenedAt) return false;
      await store.deleteInstallation(CHANNEL, tenantId);
      log.info({ tenantId }, 'The bot was removed from a Slack workspace.');
      return true;
    },

    /** At start: names workspaces whose access cannot be opened, and seals anew what an older key of SECRET_KEY sealed, so that that key can go. */
    async check(): Promise<{ installed: number; unreadable: number }> {
      const rows = await store.listInstallations(CHANNEL);
      let unreadable = 0;
      for (const row of rows) {
        const sealed = seal.reseal(row.sealed, contextOf(row.tenantId));
        if (sealed === null) {
          unreadable += 1;
          reportUnreadable(row.tenantId);
        } else if (sealed !== row.sealed) await store.saveInstallation({ ...row, sealed });
      }
      return { installed: rows.length, unreadable };
    },
  };
}

/** See createInstallations. */
export type Installations = ReturnType<typeof createInstallations>;
