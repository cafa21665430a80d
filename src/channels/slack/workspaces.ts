import { DeliveryError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { SlackApi } from './api.ts';
import type { Workspace } from './installation-record.ts';
import type { BotAccess } from './installations.ts';

/** The workspace of the configured token, as auth.test names it. */
interface Home {
  teamId: string;
  enterpriseId: string | null;
  botUserId: string | null;
}

/** A failed auth.test is not repeated for this long, milliseconds: every message would ask otherwise. */
const ASK_AGAIN_AFTER = 5000;

interface WorkspacesOptions {
  api: SlackApi;
  /** The token that was configured by hand; null = none. */
  botToken: string | null;
  /** Tokens of workspaces that installed the bot by themselves; null = there are none. */
  tokenFor: ((workspace: Workspace) => Promise<BotAccess | null>) | null;
  /** Further workspaces and organisations whose people may reach mailboxes. */
  linked: string[];
  log: Log;
  now: () => number;
}

/** Which token speaks in which workspace, and whose people may reach mailboxes. */
export function createWorkspaces({ api, botToken, tokenFor, linked, log, now }: WorkspacesOptions) {
  const links = new Set(linked);
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
        botUserId: typeof botUserId === 'string' ? botUserId : null,
      };
      log.info({ workspace: teamId }, 'the Slack token belongs to this workspace');
      return known;
    } catch (error) {
      failure = { at: now(), error };
      throw error;
    } finally {
      asking = null;
    }
  }

  /** The workspace of the configured token; null when none is configured. Throws DeliveryError while Slack does not tell. */
  async function home(): Promise<Home | null> {
    if (botToken === null) return null;
    if (known) return known;
    if (failure && now() - failure.at < ASK_AGAIN_AFTER) throw failure.error;
    asking ??= ask(botToken);
    return asking;
  }

  /** How to speak in a workspace. Throws DeliveryError: `gone` where the bot is not installed (any more). */
  async function accessTo(workspace: Workspace): Promise<BotAccess> {
    if (botToken !== null) {
      const configured = { token: botToken, botUserId: known?.botUserId ?? null, scopes: [] };
      if (!tokenFor) return configured;
      const own = await home();
      if (own && own.teamId === workspace.teamId) return configured;
    }
    const access = await tokenFor?.(workspace);
    if (access) return access;
    throw new DeliveryError('gone', 'The bot is not installed in this Slack workspace.');
  }

  /** May people of this workspace or organisation reach mailboxes? The configured token's own, once Slack has told it, and the linked ones. */
  function reachMailboxes(id: string | null): boolean {
    return id !== null && (id === known?.teamId || links.has(id));
  }

  return { home, accessTo, reachMailboxes };
}

export type Workspaces = ReturnType<typeof createWorkspaces>;
