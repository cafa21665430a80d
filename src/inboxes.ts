import type { SlackInbox } from './channels/slack/inbox.ts';
import type { TeamsInbox } from './channels/teams/inbox.ts';
import type { FlowContext } from './flows/context.ts';
import type { Flows } from './flows/flows.ts';
import { home } from './flows/chat/home.ts';
import { install, restore, seen, uninstall } from './flows/chat/membership.ts';

/**
 * Beside the installations of Slack: workspaces that removed the bot, so that their return is noticed with a configured
 * token too.
 */
const LEFT = 'slack, left';

/**
 * Where what happens in the channels goes. Nothing has happened, and nothing needs the flows, before these are used.
 */
export function createInboxes(
  context: FlowContext,
  { commander, deliverer, signing, act, tick }: Flows,
): { teams: TeamsInbox; slack: SlackInbox } {
  const { store, log, now } = context;

  const teams: TeamsInbox = {
    message: (inbound) => commander.receive(inbound),
    action: act,
    installed: (conversation, actor) => install(context, deliverer, conversation, actor),
    removed: (place) => uninstall(context, place),
    archived: async ({ team }) => (team === null ? undefined : store.closeTeam('teams', team, now())),
    async restored(place) {
      await restore(context, place);
      deliverer.kick();
    },
    renamed: ({ id }, name) => store.renameConversation(id, name),
    async seen(conversation) {
      await seen(context, conversation);
      deliverer.kick();
    },
    signedIn: (conversation, actor) => signing.signedIn(conversation, actor),
  };

  async function resume(tenantId: string): Promise<void> {
    await store.deleteInstallation(LEFT, tenantId);
    await store.reviveTenant('slack', tenantId, now());
    await store.releaseMessages({ channel: 'slack' }, 'credentials', now());
    deliverer.kick();
  }

  /** A token that works again belongs to a workspace that has the bot again. */
  async function resumeIfLeft(tenantId: string): Promise<void> {
    if (await store.findInstallation(LEFT, tenantId)) await resume(tenantId);
  }

  const slack: SlackInbox = {
    message: teams.message,
    action: teams.action,
    installed: teams.installed,
    seen: teams.seen,
    async moved(from, to) {
      await store.moveConversation(from, to, now());
      deliverer.kick();
    },
    renamed: (id, name) => store.renameConversation(id, name),
    home: (request) => home(context, { channel: 'slack', ...request }),
    conversationsIn: (channelId) => store.listConversationsBySuffix('slack', `:${channelId}`),
    async left(tenantId) {
      const number = await store.setTenantGone('slack', tenantId, now());
      await store.saveInstallation({ channel: LEFT, tenantId, sealed: '', installedAt: now() });
      log.info({ tenantId, conversations: number }, 'a Slack workspace removed the bot; its data stays for 30 days');
    },
    returned: resume,
    recognised(tenantId) {
      tick.planAgain();
      resumeIfLeft(tenantId).catch((error: unknown) => log.error({ err: error }, 'a workspace could not be resumed'));
    },
  };
  return { teams, slack };
}
