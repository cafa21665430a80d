import { DeliveryError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { SlackApi } from './api.ts';
import { createHomeWorkspace, isHome } from './home-workspace.ts';
import type { Workspace } from './installation-record.ts';
import type { BotAccess } from './installations.ts';
import type { Reach } from './reach.ts';

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
  reach?: Reach;
  now: () => number;
}

/** How to speak in a workspace; `isConfigured` when with the token that was configured by hand. */
export interface Access extends BotAccess {
  isConfigured: boolean;
}

interface Keyring extends Pick<WorkspacesOptions, 'botToken' | 'tokenFor' | 'isInstalled'> {
  homeWorkspace: ReturnType<typeof createHomeWorkspace>;
  /** Further workspaces and organisations whose people may reach mailboxes. */
  links: ReadonlySet<string>;
}

/** Which token speaks in which workspace, and whose people may reach mailboxes. */
export function createWorkspaces(options: WorkspacesOptions) {
  const { api, botToken, tokenFor, isInstalled, linked, recognised, log, reach, now } = options;
  const homeWorkspace = createHomeWorkspace({ api, botToken, recognised, log, now, ...(reach ? { reach } : {}) });
  const { start, close, home, hasLeft } = homeWorkspace;
  const keyring: Keyring = { botToken, tokenFor, isInstalled, homeWorkspace, links: new Set(linked.map(comparable)) };
  return {
    start,
    close,
    home,
    hasLeft,
    /**
     * How to speak in a workspace: with its own installation, else with the configured token. Throws DeliveryError:
     * `credentials` where the bot is not installed (any more).
     */
    accessTo: (workspace: Workspace): Promise<Access> => accessTo(keyring, workspace),
    /**
     * May people of this workspace or organisation reach mailboxes? The configured token's own, and the linked ones.
     * Undefined while Slack has not told which the configured token's is.
     */
    reachMailboxes: (id: string | null): boolean | undefined => reachMailboxes(keyring, id),
    /** Is it the configured token's own, as far as Slack has told? */
    isHome: (id: string): boolean => isOwn(homeWorkspace.known(), id),
  };
}

export type Workspaces = ReturnType<typeof createWorkspaces>;

async function accessTo({ botToken, tokenFor, homeWorkspace }: Keyring, workspace: Workspace): Promise<Access> {
  const installed = await tokenFor?.(workspace);
  if (installed) return { ...installed, isConfigured: false };
  if (botToken !== null) {
    const botUserId = homeWorkspace.known()?.botUserId ?? null;
    const configured = { token: botToken, botUserId, scopes: [], isConfigured: true };
    if (!tokenFor) return configured;
    await homeWorkspace.home();
    if (isHome(homeWorkspace.known(), workspace)) return configured;
  }
  throw new DeliveryError('credentials', 'The bot is not installed in this Slack workspace.', {
    peerCode: 'not installed',
  });
}

function isOwn(known: ReturnType<Keyring['homeWorkspace']['known']>, id: string): boolean {
  return known !== null && (id === known.teamId || (known.isEnterpriseInstall && id === known.enterpriseId));
}

function reachMailboxes(
  { botToken, isInstalled, homeWorkspace, links }: Keyring,
  id: string | null,
): boolean | undefined {
  if (id === null) return false;
  if (links.has(comparable(id))) return true;
  if (botToken === null) return false;
  const known = homeWorkspace.known();
  if (known) return isOwn(known, id);
  return isInstalled(id) ? false : undefined;
}
