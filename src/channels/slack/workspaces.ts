import { hasPassed } from '../../core/time.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import type { SlackApi } from './api.ts';
import type { Workspace } from './installation-record.ts';
import type { BotAccess } from './installations.ts';

/** The workspace of the configured token, as auth.test names it. */
interface Home {
  teamId: string;
  enterpriseId: string | null;
  /** The token is one for the whole organisation, wherever in it the workspace is. */
  isEnterpriseInstall: boolean;
  botUserId: string | null;
}

/** A failed auth.test is not repeated for this long, milliseconds: every message would ask otherwise. */
const ASK_AGAIN_AFTER = 5000;
/** Between two tries at and after the start, milliseconds. */
const ASK_AGAIN_EVERY = 15_000;

/** Ids are upper case in Slack; whoever types them may not know. */
function comparable(id: string): string {
  return id.toUpperCase();
}

interface WorkspacesOptions {
  api: SlackApi;
  /** The token that was configured by hand; null = none. */
  botToken: string | null;
  /** Tokens of workspaces that installed the bot by themselves; null = there are none. */
  tokenFor: ((workspace: Workspace) => Promise<BotAccess | null>) | null;
  /** Whether a workspace is known to have installed the bot by itself. */
  isInstalled: (tenantId: string) => boolean;
  /** Further workspaces and organisations whose people may reach mailboxes. */
  linked: string[];
  /** Told once, when Slack has said which workspace the configured token belongs to. */
  recognised: (teamId: string) => void;
  log: Log;
  now: () => number;
}

/** How to speak in a workspace; `isConfigured` when with the token that was configured by hand. */
export interface Access extends BotAccess {
  isConfigured: boolean;
}

/** Which token speaks in which workspace, and whose people may reach mailboxes. */
export function createWorkspaces(options: WorkspacesOptions) {
  const { api, botToken, tokenFor, isInstalled, linked, recognised, log, now } = options;
  const links = new Set(linked.map(comparable));
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let known: Home | null = null;
  let asking: Promise<Home> | null = null;
  let failure: { at: number; error: unknown } | null = null;

  async function ask(token: string): Promise<Home> {
    try {
      const answer = await api.call(token, 'auth.test', {});
      const { team_id: teamId, enterprise_id: enterpriseId, user_id: botUserId } = answer;
      if (typeof teamId !== 'string') throw new DeliveryError('unavailable', 'auth.test named no workspace.');
      known = {
        teamId,
        enterpriseId: typeof enterpriseId === 'string' ? enterpriseId : null,
        isEnterpriseInstall: answer['is_enterprise_install'] === true,
        botUserId: typeof botUserId === 'string' ? botUserId : null,
      };
      log.info({ workspace: teamId }, 'the Slack token belongs to this workspace');
      recognised(known.isEnterpriseInstall && known.enterpriseId !== null ? known.enterpriseId : teamId);
      return known;
    } catch (error) {
      failure = { at: now(), error };
      throw error;
    } finally {
      asking = null;
    }
  }

  /**
   * The workspace of the configured token; null when none is configured. Throws DeliveryError while Slack does not
   * tell.
   */
  async function home(): Promise<Home | null> {
    if (botToken === null) return null;
    if (known) return known;
    if (failure && !hasPassed(failure.at, ASK_AGAIN_AFTER, now())) throw failure.error;
    asking ??= ask(botToken);
    return asking;
  }

  /** Asks until Slack has told which workspace the configured token belongs to. */
  function start(): void {
    home().catch((error: unknown) => {
      if (closed) return;
      log.error({ err: describeError(error) }, 'Slack did not accept the bot token; it will be tried again');
      timer = setTimeout(start, ASK_AGAIN_EVERY).unref();
    });
  }

  function close(): void {
    closed = true;
    clearTimeout(timer);
  }

  /**
   * Whether a workspace is the one of the configured token, or one of its organisation where the token is the
   * organisation's.
   */
  function isHome({ teamId, enterpriseId }: Workspace): boolean {
    if (!known) return false;
    if (known.teamId === teamId) return true;
    return known.isEnterpriseInstall && known.enterpriseId !== null && known.enterpriseId === enterpriseId;
  }

  /**
   * Did the workspace of the configured token really take the bot away? Events of that may come late. Not when Slack
   * cannot tell.
   */
  async function hasLeft(workspace: Workspace): Promise<boolean> {
    if (botToken === null || (known && !isHome(workspace))) return false;
    try {
      await api.call(botToken, 'auth.test', {});
      return false;
    } catch (error) {
      return error instanceof DeliveryError && error.permanent;
    }
  }

  /**
   * How to speak in a workspace: with its own installation, else with the configured token. Throws DeliveryError:
   * `credentials` where the bot is not installed (any more).
   */
  async function accessTo(workspace: Workspace): Promise<Access> {
    const installed = await tokenFor?.(workspace);
    if (installed) return { ...installed, isConfigured: false };
    if (botToken !== null) {
      const configured = { token: botToken, botUserId: known?.botUserId ?? null, scopes: [], isConfigured: true };
      if (!tokenFor) return configured;
      await home();
      if (isHome(workspace)) return configured;
    }
    throw new DeliveryError('credentials', 'The bot is not installed in this Slack workspace.', {
      peerCode: 'not installed',
    });
  }

  /**
   * May people of this workspace or organisation reach mailboxes? The configured token's own, and the linked ones.
   * Undefined while Slack has not told which the configured token's is.
   */
  function reachMailboxes(id: string | null): boolean | undefined {
    if (id === null) return false;
    if (links.has(comparable(id))) return true;
    if (botToken === null) return false;
    if (known) return id === known.teamId || (known.isEnterpriseInstall && id === known.enterpriseId);
    return isInstalled(id) ? false : undefined;
  }

  return { start, close, home, hasLeft, accessTo, reachMailboxes };
}

export type Workspaces = ReturnType<typeof createWorkspaces>;
