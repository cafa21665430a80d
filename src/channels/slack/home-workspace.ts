import { backoff } from '../../core/backoff.ts';
import { hasPassed, MINUTE, SECOND } from '../../core/time.ts';
import { DeliveryError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { SlackApi } from './api.ts';
import { createReach, type Reach } from './reach.ts';
import type { Workspace } from './installation-record.ts';

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
/** Between the first two tries at and after the start; later ones are further apart. Milliseconds. */
const ASK_AGAIN_FIRST = 15 * SECOND;
const ASK_AGAIN_MOST = 2 * MINUTE;

interface HomeWorkspaceOptions {
  api: SlackApi;
  /** The token that was configured by hand; null = none. */
  botToken: string | null;
  /** Told once, when Slack has said which workspace the configured token belongs to. */
  recognised: (teamId: string) => void;
  log: Log;
  reach?: Reach;
  now: () => number;
}

interface Inquiry extends HomeWorkspaceOptions {
  reach: Reach;
  /** How often in a row it was asked in vain, at and after the start. */
  failures: number;
  known: Home | null;
  asking: Promise<Home> | null;
  failure: { at: number; error: unknown } | null;
  timer: NodeJS.Timeout | undefined;
  closed: boolean;
}

/** Which workspace the configured token belongs to, which Slack alone can tell. */
export function createHomeWorkspace(options: HomeWorkspaceOptions) {
  const inquiry: Inquiry = {
    ...options,
    reach: options.reach ?? createReach(options.log),
    failures: 0,
    known: null,
    asking: null,
    failure: null,
    timer: undefined,
    closed: false,
  };
  return {
    /** Asks until Slack has told which workspace the configured token belongs to. */
    start: (): void => start(inquiry),
    close: (): void => close(inquiry),
    /**
     * The workspace of the configured token; null when none is configured. Throws DeliveryError while Slack does not
     * tell.
     */
    home: (): Promise<Home | null> => home(inquiry),
    /** The same, as far as Slack has told. */
    known: (): Home | null => inquiry.known,
    /**
     * Did the workspace of the configured token really take the bot away? Events of that may come late. Not when Slack
     * cannot tell.
     */
    hasLeft: (workspace: Workspace): Promise<boolean> => hasLeft(inquiry, workspace),
  };
}

/**
 * Whether a workspace is the one of the configured token, or one of its organisation where the token is the
 * organisation's.
 */
export function isHome(known: Home | null, { teamId, enterpriseId }: Workspace): boolean {
  if (!known) return false;
  if (known.teamId === teamId) return true;
  return known.isEnterpriseInstall && known.enterpriseId !== null && known.enterpriseId === enterpriseId;
}

function start(inquiry: Inquiry): void {
  home(inquiry).catch((error: unknown) => {
    if (inquiry.closed) return;
    inquiry.failures += 1;
    if (error instanceof DeliveryError) inquiry.reach.failed(error);
    else inquiry.log.error({ err: error }, 'the workspace of the Slack token could not be asked for');
    const pause = backoff(inquiry.failures, { first: ASK_AGAIN_FIRST, longest: ASK_AGAIN_MOST });
    inquiry.timer = setTimeout(() => start(inquiry), pause).unref();
  });
}

function close(inquiry: Inquiry): void {
  inquiry.closed = true;
  clearTimeout(inquiry.timer);
}

async function home(inquiry: Inquiry): Promise<Home | null> {
  const { botToken, known, failure, now } = inquiry;
  if (botToken === null) return null;
  if (known) return known;
  if (failure && !hasPassed(failure.at, ASK_AGAIN_AFTER, now())) throw failure.error;
  inquiry.asking ??= ask(inquiry, botToken);
  return inquiry.asking;
}

async function ask(inquiry: Inquiry, token: string): Promise<Home> {
  const { api, recognised, log, now } = inquiry;
  try {
    const answer = await api.call(token, 'auth.test', {});
    const { team_id: teamId, enterprise_id: enterpriseId, user_id: botUserId } = answer;
    if (typeof teamId !== 'string') throw new DeliveryError('unavailable', 'auth.test named no workspace.');
    const known: Home = {
      teamId,
      enterpriseId: typeof enterpriseId === 'string' ? enterpriseId : null,
      isEnterpriseInstall: answer['is_enterprise_install'] === true,
      botUserId: typeof botUserId === 'string' ? botUserId : null,
    };
    inquiry.known = known;
    inquiry.reach.reached();
    log.info({ workspace: teamId }, 'the Slack token belongs to this workspace');
    recognised(known.isEnterpriseInstall && known.enterpriseId !== null ? known.enterpriseId : teamId);
    return known;
  } catch (error) {
    inquiry.failure = { at: now(), error };
    throw error;
  } finally {
    inquiry.asking = null;
  }
}

async function hasLeft({ api, botToken, known }: Inquiry, workspace: Workspace): Promise<boolean> {
  if (botToken === null || (known && !isHome(known, workspace))) return false;
  try {
    await api.call(botToken, 'auth.test', {});
    return false;
  } catch (error) {
    return error instanceof DeliveryError && error.permanent;
  }
}
