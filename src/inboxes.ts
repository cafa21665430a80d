import type { SlackInbox } from './channels/slack/inbox.ts';
import type { TeamsInbox } from './channels/teams/inbox.ts';
import type { FlowContext } from './flows/context.ts';
import type { Flows } from './flows/flows.ts';
import { home } from './flows/chat/home.ts';
import { archive, install, moveConversation, restore, seen, uninstall } from './flows/chat/membership.ts';
import { leave, resume, resumeIfLeft } from './flows/chat/workspaces.ts';

/**
 * Where what happens in the channels goes. Nothing has happened, and nothing needs the flows, before these are used.
 */
export function createInboxes(
  context: FlowContext,
  { commander, deliverer, signing, act, forms, tick }: Flows,
): { teams: TeamsInbox; slack: SlackInbox } {
  const { store, log } = context;

  const teams: TeamsInbox = {
    message: (inbound) => commander.receive(inbound),
    edited: (inbound) => commander.edited(inbound),
    action: act,
    forms,
    installed: (conversation, actor) => install(context, deliverer, conversation, actor),
    removed: (place) => uninstall(context, place),
    archived: (place) => archive(context, place),
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

  const slack: SlackInbox = {
    message: teams.message,
    edited: teams.edited,
    action: teams.action,
    forms,
    installed: teams.installed,
    seen: teams.seen,
    async moved(from, to) {
      await moveConversation(context, from, to);
      deliverer.kick();
    },
    renamed: (id, name) => store.renameConversation(id, name),
    home: (request) => home(context, { channel: 'slack', ...request }),
    conversationsIn: (channelId) => store.listConversationsBySuffix('slack', `:${channelId}`),
    left: (tenantId) => leave(context, tenantId),
    returned: (tenantId) => resume(context, deliverer, tenantId),
    recognised(tenantId) {
      tick.planAgain();
      resumeIfLeft(context, deliverer, tenantId).catch((error: unknown) =>
        log.error({ err: error }, 'a workspace could not be resumed'),
      );
    },
  };
  return { teams, slack };
}
