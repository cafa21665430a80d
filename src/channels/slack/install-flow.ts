import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  InstallProvider,
  Installation as ProviderInstallation,
  InstallURLOptions,
  StateStore,
} from '@slack/oauth';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../../core/ports/log.ts';
import { describeError, newErrorId } from '../../log/describe-error.ts';
import { PAGE_POLICY } from '../../http/page.ts';
import { installPage, type InstallOutcome } from './install-pages.ts';
import { STATE_LIFETIME } from './install-state.ts';
import { installedTenant, linksOf, nameOf } from './installation-record.ts';
import { withoutSecrets } from './logger.ts';
import { trimmedEnd } from '../../core/language/text.ts';

/** Where an installation starts, below the public URL. */
export const INSTALL_PATH = '/api/slack/install';
/** Where Slack sends the browser back; has to be listed as a redirect URL of the Slack app. */
export const REDIRECT_PATH = '/api/slack/oauth_redirect';

/** The cookie that binds a state to the browser. */
export const STATE_COOKIE = 'certbot-slack-state';

export interface InstallFlowOptions {
  provider: InstallProvider;
  /** The provider's own state store. */
  states: StateStore;
  log: Log;
  publicUrl: () => string;
  scopes: string[];
  allowedTenants: string[] | null;
  /** For the call that hands a token back. */
  clientOptions: WebClientOptions;
  /** Resolves when nothing else can still write the workspace's earlier access. */
  settled: (tenantId: string) => Promise<void>;
  /** Told after each installation. */
  installed: (tenantId: string) => Promise<void>;
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

/** The address that browsers use for a path of ours. */
export function addressOf(publicUrl: string, path: string): string {
  return trimmedEnd(publicUrl, /\//) + path;
}

/** What Slack is asked for. */
export function urlOptions(publicUrl: string, scopes: string[]): InstallURLOptions {
  return { scopes, redirectUri: addressOf(publicUrl, REDIRECT_PATH) };
}

/** The two pages of the OAuth flow, for any Node HTTP server. */
export function createInstallFlow(flow: InstallFlowOptions) {
  return {
    /** GET of INSTALL_PATH: sends the browser to Slack's consent page, with a state that its cookie repeats. */
    handleInstall: (_request: IncomingMessage, response: ServerResponse): Promise<void> =>
      handleInstall(flow, response),
    /**
     * GET of REDIRECT_PATH: checks the state, exchanges the code, stores what comes of it, and answers with a page.
     * Never rejects for a failure of these.
     */
    handleRedirect: (request: IncomingMessage, response: ServerResponse): Promise<void> =>
      handleRedirect(flow, request, response),
  };
}

async function handleInstall(
  { provider, states, publicUrl, scopes }: InstallFlowOptions,
  response: ServerResponse,
): Promise<void> {
  const url = urlOptions(publicUrl(), scopes);
  const state = await states.generateStateParam(url, new Date());
  response.writeHead(302, {
    location: await provider.generateInstallUrl(url, true, state),
    'set-cookie': stateCookie(publicUrl(), state, STATE_LIFETIME),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-length': '0',
  });
  response.end();
}

async function handleRedirect(
  flow: InstallFlowOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { provider, log } = flow;
  const error = URL.parse(request.url ?? '/', 'http://localhost')?.searchParams.get('error');
  if (error === 'access_denied') return answer(flow, response, { kind: 'declined' });
  if (error) {
    log.warn({ reason: /^\w{1,60}$/.exec(error)?.[0] ?? 'unknown' }, 'Slack refused an installation.');
    return answer(flow, response, { kind: 'refused' });
  }
  await provider.handleCallback(request, response, {
    afterInstallation: (installation, _options, _request, each) => admit(flow, installation, each),
    successAsync: (installation, _options, _request, each) => succeed(flow, installation, each),
    failureAsync: async (failure, _options, _request, each) => fail(flow, failure, each),
  });
}

/** Between the exchange of the code and its storing: may it be stored? If not, the answer is given here. */
async function admit(
  flow: InstallFlowOptions,
  installation: ProviderInstallation,
  response: ServerResponse,
): Promise<boolean> {
  const { allowedTenants, log } = flow;
  const tenantId = installedTenant(installation);
  const tokens = [installation.bot?.token, installation.user?.token].filter((each) => each !== undefined);
  if (!isAllowed(allowedTenants, installation)) {
    log.warn({ tenantId }, 'A Slack workspace that is not allowed tried to install the bot.');
    for (const token of tokens) await revoke(flow, tenantId ?? '', token);
    answer(flow, response, { kind: 'forbidden', name: nameOf(installation) });
    return false;
  }
  if (!tenantId || !installation.bot) {
    log.warn({ tenantId }, 'Slack gave no bot token for an installation. Does the Slack app have a bot user?');
    answer(flow, response, { kind: 'refused' });
    return false;
  }
  await flow.settled(tenantId);
  return true;
}

function isAllowed(allowedTenants: string[] | null, installation: ProviderInstallation): boolean {
  if (!allowedTenants) return true;
  const ids = [installation.enterprise?.id, installation.isEnterpriseInstall ? undefined : installation.team?.id];
  return ids.some((id) => id !== undefined && allowedTenants.includes(id.toUpperCase()));
}

/** Hands a token back: https://docs.slack.dev/reference/methods/auth.revoke. */
async function revoke({ clientOptions, log }: InstallFlowOptions, tenantId: string, token: string): Promise<void> {
  try {
    await new WebClient(token, clientOptions).auth.revoke();
  } catch (error) {
    log.warn({ tenantId, err: describeError(error) }, 'The token of a refused Slack workspace could not be revoked.');
  }
}

async function succeed(
  flow: InstallFlowOptions,
  installation: ProviderInstallation,
  response: ServerResponse,
): Promise<void> {
  const tenantId = installedTenant(installation);
  flow.log.info({ tenantId }, 'The bot was installed in a Slack workspace.');
  if (tenantId) await resume(flow, tenantId);
  const isOrganisation = installation.isEnterpriseInstall ?? false;
  const name = nameOf(installation);
  answer(flow, response, { kind: 'installed', name, isOrganisation, ...linksOf(installation) });
}

/**
 * The installation stands, whatever becomes of this: conversations come back by themselves when somebody speaks
 * there.
 */
async function resume({ installed, log }: InstallFlowOptions, tenantId: string): Promise<void> {
  try {
    await installed(tenantId);
  } catch (error) {
    log.error({ tenantId, err: describeError(error) }, 'The conversations of a Slack workspace could not be resumed.');
  }
}

function fail(flow: InstallFlowOptions, error: Error, response: ServerResponse): void {
  const { log } = flow;
  const errorId = newErrorId();
  const outcome = outcomeOf(error, errorId);
  const reason = withoutSecrets(error.message).slice(0, 300);
  if (outcome.kind === 'failed')
    log.error({ errorId, err: describeError(error) }, 'A Slack installation could not be stored.');
  else if (outcome.kind === 'stale') log.info({ reason }, 'A Slack installation came back without a good state.');
  else log.warn({ reason }, 'A Slack installation failed at Slack.');
  answer(flow, response, outcome);
}

/**
 * Answers with a page. The provider's own cookie header always says Secure, which plain http (loopback) would not
 * take.
 */
function answer({ publicUrl }: InstallFlowOptions, response: ServerResponse, outcome: InstallOutcome): void {
  const { status, html } = installPage(outcome, addressOf(publicUrl(), INSTALL_PATH));
  if (response.hasHeader('set-cookie')) response.setHeader('set-cookie', stateCookie(publicUrl(), '', 0));
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(html)),
    'content-security-policy': PAGE_POLICY,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}

/** Lax, since the browser comes back from Slack's site by a link. `maxAge` is in seconds. */
function stateCookie(publicUrl: string, value: string, maxAge: number): string {
  const { protocol, pathname } = new URL(addressOf(publicUrl, REDIRECT_PATH));
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${STATE_COOKIE}=${value}; Path=${pathname}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}
