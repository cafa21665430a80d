import { z } from 'zod';
import type { SlackApi } from './api.ts';
import type { CommonChannel } from './form-views.ts';
import type { Workspace } from './installation-record.ts';
import type { Workspaces } from './workspaces.ts';

const PAGE = 999;
/** Pages of one person's channels that are looked through. */
const MOST_PAGES = 5;

const pageSchema = z.object({
  channels: z.array(z.object({ id: z.string().min(1).max(100), name: z.string().max(200).catch('') })),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish().catch(undefined),
});

/**
 * The channels in which both the bot and a person are, by name. With a bot's token `users.conversations` tells of
 * private channels only those that the bot shares (docs.slack.dev, users.conversations), so that nobody sees a channel
 * that is not theirs.
 */
export function createCommonChannels({ api, workspaces }: { api: SlackApi; workspaces: Pick<Workspaces, 'accessTo'> }) {
  async function channelsOf(token: string, more: Record<string, string>): Promise<CommonChannel[]> {
    const found: CommonChannel[] = [];
    let cursor = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await api.call(token, 'users.conversations', {
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: PAGE,
        ...(cursor === '' ? {} : { cursor }),
        ...more,
      });
      const { channels, response_metadata: next } = pageSchema.parse(answer);
      found.push(...channels.map(({ id, name }) => ({ id, name })));
      cursor = next?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return found;
  }

  /** Throws DeliveryError. */
  return async function commonChannels(workspace: Workspace, userId: string): Promise<CommonChannel[]> {
    const { token } = await workspaces.accessTo(workspace);
    // An organisation's token has to name one of its workspaces.
    const team: Record<string, string> =
      workspace.isEnterpriseInstall && workspace.teamId ? { team_id: workspace.teamId } : {};
    const [own, theirs] = await Promise.all([channelsOf(token, team), channelsOf(token, { ...team, user: userId })]);
    const there = new Set(own.map(({ id }) => id));
    return theirs.filter(({ id }) => there.has(id)).toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
  };
}

export type CommonChannels = ReturnType<typeof createCommonChannels>;
