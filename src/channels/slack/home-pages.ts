import { backoff } from '../../core/backoff.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/people.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';
import type { SlackApi } from './api.ts';
import { homeView } from './blocks.ts';
import type { SlackInbox } from './inbox.ts';
import { tenantOf, type Workspace } from './installation-record.ts';
import { conversationOf } from './payload.ts';
import type { Workspaces } from './workspaces.ts';
import { SECOND, HOUR } from '../../core/time.ts';

/** Tries of a page that cannot be published; then it waits for the next time it is opened. Pauses in milliseconds. */
const TRIES = 7;
const PAUSES = { first: SECOND, longest: HOUR, factor: 5 };

interface HomePagesOptions {
  inbox: Pick<SlackInbox, 'home'>;
  api: SlackApi;
  workspaces: Pick<Workspaces, 'accessTo'>;
  log: Log;
}

/**
 * People's Home tabs. Slack shows what was published last, for ever, so that a page which could not be published is
 * published again.
 */
export function createHomePages({ inbox, api, workspaces, log }: HomePagesOptions) {
  /** What waits to be published again, by person: there is one page for each, and the newest wish counts. */
  const waiting = new Map<string, NodeJS.Timeout>();
  let closed = false;

  async function publishNow(workspace: Workspace, actor: Actor, page: number): Promise<void> {
    const conversation = conversationOf(workspace, actor.id, { type: 'im' });
    const card = await inbox.home({ tenantId: tenantOf(workspace), actor, page, conversation });
    const { token } = await workspaces.accessTo(workspace);
    await api.call(token, 'views.publish', { user_id: actor.id, view: homeView(card) });
  }

  async function tryAt(attempt: number, workspace: Workspace, actor: Actor, page: number): Promise<boolean> {
    const key = `${tenantOf(workspace) ?? ''} ${actor.id}`;
    clearTimeout(waiting.get(key));
    waiting.delete(key);
    try {
      await publishNow(workspace, actor, page);
      return true;
    } catch (error) {
      const asked = error instanceof DeliveryError ? error.retryAfter : undefined;
      const pause = backoff(attempt, { ...PAUSES, asked });
      const isOver = closed || attempt >= TRIES;
      log.warn({ err: describeError(error), again: isOver ? null : pause }, 'a Home tab could not be published');
      // Somebody may have asked for another one while this was under way.
      if (isOver || waiting.has(key)) return false;
      const timer = setTimeout(() => void tryAt(attempt + 1, workspace, actor, page), pause).unref();
      waiting.set(key, timer);
      return false;
    }
  }

  return {
    /**
     * Publishes a page (`page` counts from 1) of what a person watches; false: that failed, and is tried again. Never
     * rejects.
     */
    publish: (workspace: Workspace, actor: Actor, page: number): Promise<boolean> => tryAt(1, workspace, actor, page),
    close(): void {
      closed = true;
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}

export type HomePages = ReturnType<typeof createHomePages>;
