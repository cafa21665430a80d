import type { ConversationInput } from '../../core/model/conversation.ts';
import type { SlackInbox } from './inbox.ts';
import type { Workspace } from './installation-record.ts';
import { conversationOf } from './payload.ts';
import { referenceOf } from './reference.ts';

type Hint = Parameters<typeof conversationOf>[2];

/**
 * Where something happened, as the conversation is known. A channel has one id wherever it is seen, and several
 * workspaces may see it: those of an organisation, and those that share it (Slack Connect). What is pressed there names
 * the workspace of whoever pressed.
 */
export function createPlaces(inbox: Pick<SlackInbox, 'conversationsIn'>) {
  /**
   * The known conversation of the same channel that `choose` finds; null where the given one is known itself, or none
   * is.
   */
  async function other(
    given: ConversationInput,
    channelId: string,
    choose: (all: ConversationInput[]) => ConversationInput | undefined,
  ): Promise<ConversationInput | null> {
    const all = await inbox.conversationsIn(channelId);
    return all.some(({ id }) => id === given.id) ? null : (choose(all) ?? null);
  }

  function ofEnterprise(all: ConversationInput[], enterpriseId: string | null): ConversationInput | undefined {
    return enterpriseId === null ? undefined : all.find((each) => referenceOf(each).enterpriseId === enterpriseId);
  }

  return {
    /**
     * Where something was said. What an organisation's installation knows under one of its workspaces, since it was
     * that one's once, stays that conversation.
     */
    async placed(workspace: Workspace, channelId: string, hint: Hint): Promise<ConversationInput> {
      const given = conversationOf(workspace, channelId, hint);
      if (!workspace.isEnterpriseInstall) return given;
      const found = await other(given, channelId, (all) => ofEnterprise(all, workspace.enterpriseId));
      return found ? { ...given, id: found.id } : given;
    },
    /** Where a message of ours was pressed. `postedBy` is the workspace whose bot posted it, where Slack tells. */
    async pressed(
      workspace: Workspace,
      channelId: string,
      hint: Hint,
      postedBy: string | null,
    ): Promise<ConversationInput> {
      const given = conversationOf(workspace, channelId, hint);
      const found = await other(
        given,
        channelId,
        (all) =>
          all.find((each) => postedBy !== null && referenceOf(each).teamId === postedBy) ??
          ofEnterprise(all, workspace.enterpriseId) ??
          // Whoever can press a message of ours sees it: there is no other place where it can be.
          (all.length === 1 ? all[0] : undefined),
      );
      if (!found) return given;
      const { id, tenantId, reference } = found;
      return { ...given, id, tenantId, reference };
    },
  };
}
