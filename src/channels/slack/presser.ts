import type { Card } from '../../core/card.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import type { SlackApi } from './api.ts';
import { messageOf } from './blocks.ts';
import type { DirectChats } from './direct.ts';
import type { Workspace } from './installation-record.ts';
import type { SlackPress } from './payload.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Workspaces } from './workspaces.ts';

/** What is said to whoever pressed a button, for their eyes alone. */
export interface Said {
  what: Card | string;
  /** It takes the place of the pressed message, which they alone see. */
  replaces?: boolean;
}

/**
 * Tells whoever pressed a button something where they can read it: beside the button by the address that came with the
 * press, else in their own chat. That address is not there on Home tabs, and does not work in every place.
 */
export function createPresser(options: {
  api: SlackApi;
  workspaces: Pick<Workspaces, 'accessTo'>;
  responseUrls: ResponseUrls;
  directChats: Pick<DirectChats, 'channelWith'>;
  log: Log;
}) {
  const { api, workspaces, responseUrls, directChats, log } = options;

  async function tell(
    press: Pick<SlackPress, 'response_url' | 'user'>,
    workspace: Workspace,
    { what, replaces = false }: Said,
  ): Promise<void> {
    const content = typeof what === 'string' ? { text: what } : messageOf(what);
    const { response_url: url } = press;
    if (url && responseUrls.isTrusted(url)) {
      try {
        return await responseUrls.respond(url, {
          response_type: 'ephemeral',
          replace_original: replaces,
          ...content,
        });
      } catch (error) {
        log.warn({ err: describeError(error) }, 'Whoever pressed a button could not be answered beside it.');
      }
    }
    try {
      const { token } = await workspaces.accessTo(workspace);
      const channel = await directChats.channelWith(press.user.id, token);
      await api.call(token, 'chat.postMessage', { channel, ...content, unfurl_links: false, unfurl_media: false });
    } catch (error) {
      log.warn({ err: describeError(error) }, 'Whoever pressed a button could not be answered at all.');
    }
  }

  return { tell };
}

export type Presser = ReturnType<typeof createPresser>;
