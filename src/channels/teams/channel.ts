import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity } from 'botbuilder';
import { GLOBAL_CLOUD } from '../../core/model/cloud.ts';
import { StoreError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Messenger, SignIn } from '../../core/ports/channel.ts';
import { describeError, newErrorId } from '../../log/describe-error.ts';
import { isLoopbackHost, isLoopbackUrl } from '../../http/loopback.ts';
import { createDownload } from '../download.ts';
import { activitySchema, envelopeSchema } from './activity.ts';
import { createAdapter, type TeamsCredentials, vouchedServiceUrl } from './adapter.ts';
import { createConnector } from './connector.ts';
import type { TeamsInbox } from './inbox.ts';
import { createDirectChats } from './direct.ts';
import { createGroups } from './groups.ts';
import { createTeamsMessenger } from './messenger.ts';
import { createProactive } from './proactive.ts';
import { createRooms } from './rooms.ts';
import { createSignIn } from './sign-in.ts';
import { createTurn } from './turn.ts';
import { within } from '../../timing/within.ts';

export type { TeamsCredentials } from './adapter.ts';
export type { TeamsInbox } from './inbox.ts';

/** The channel id of Microsoft Teams in the Bot Framework. */
const TEAMS = 'msteams';

export interface TeamsChannelOptions {
  /** null: local mode. Every caller is accepted, but only from and to loopback. */
  credentials: TeamsCredentials | null;
  /**
   * Endpoints of the SDK under their own names (ChannelService, ToBotFromChannelOpenIdMetadataUrl,
   * ToBotFromChannelTokenIssuer, OAuthUrl …).
   */
  env: Record<string, string | undefined>;
  /** Microsoft 365 tenants that may use the bot; null = any. */
  allowedTenants: string[] | null;
  /** Name of the bot's OAuth connection, by which people sign in to their own calendar; null = nobody can. */
  oauthConnection: string | null;
  /** Whether a literal address may be connected to in order to download a file that somebody attached. */
  permits: (address: string) => boolean;
  /** Address of Teams on the web, for deep links; the global cloud's unless given. */
  teamsUrl?: string;
  /** How long one request to the connector may take, milliseconds. */
  sendTimeout?: number;
  inbox: TeamsInbox;
  log: Log;
  now: () => number;
}

export interface TeamsChannel {
  messenger: Messenger;
  /** Null without an OAuth connection. */
  signIn: SignIn | null;
  /** Answers POST /api/messages. `request.body` is the parsed JSON. Never rejects. */
  handle(request: IncomingMessage & { body?: unknown }, response: ServerResponse): Promise<void>;
}

/**
 * What people ask in Microsoft 365 Copilot comes from `msteams`, with a ProductInfo entity, or from `msteams:COPILOT`
 * (Microsoft 365 Agents SDK, sub-channels). To the bot it is a personal chat in Teams; the SDK looks for a key that is
 * endorsed for the channel by its plain name.
 */
function withoutSubchannel(activity: Activity): Activity {
  const { channelId } = activity;
  return typeof channelId === 'string' ? { ...activity, channelId: channelId.split(':', 1)[0]! } : activity;
}

/** An HTTP answer: status, and a body that is sent as JSON. */
interface Answer {
  status: number;
  body?: unknown;
}

function problem(status: number, error: string): Answer {
  return { status, body: { error } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, 'content-length': String(Buffer.byteLength(text)) });
  response.end(text);
}

/** Did the token check fail because the issuer's keys could not be fetched? That is our trouble, not a wrong token. */
function isKeyTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'FetchError' || ('statusCode' in error && error.statusCode === 500) || error.name === 'TimeoutError'
  );
}

function tooLate(): never {
  throw new DOMException('Deadline passed.', 'TimeoutError');
}

/** The Microsoft Teams channel: answers the Bot Framework's requests and reaches its conversations. */
export function createTeamsChannel(options: TeamsChannelOptions): TeamsChannel {
  const { credentials, env, allowedTenants, sendTimeout = 15_000, inbox, log, now } = options;
  const appId = credentials?.appId ?? null;
  const connector = createConnector({ sendTimeout, now });
  const { adapter, authenticate, userTokens } = createAdapter({ credentials, env, connector });
  const { oauthConnection: connectionName } = options;
  const signIn =
    connectionName !== null && appId !== null
      ? createSignIn({ connectionName, appId, userTokens, connector, now })
      : null;
  const proactive = createProactive({ adapter, connector, appId });
  const directChats = createDirectChats({ proactive, appId });
  const invitation = signIn?.invitation ?? null;
  const download = createDownload({ permits: options.permits, local: appId === null });
  const rooms = createRooms({ now });
  const teams = options.teamsUrl ?? GLOBAL_CLOUD.teams;
  const groupOf = createGroups({ proactive });
  const outgoing = { proactive, directChats, invitation, download, groupOf, rooms, appId, teams };
  const { messenger, replace, post } = createTeamsMessenger(outgoing);
  const turn = createTurn({ appId, allowedTenants, inbox, connector, signIn, replace, post, rooms, log, now });

  async function answer(request: IncomingMessage & { body?: unknown }): Promise<Answer> {
    if (appId === null && !isLoopbackHost(request.headers.host)) {
      return problem(403, 'In local mode this bot answers on localhost only.');
    }
    if (!envelopeSchema.safeParse(request.body).success) {
      return problem(400, 'The request body is not a Bot Framework activity.');
    }
    const raw = withoutSubchannel(request.body as Activity);
    let identity;
    try {
      identity = await within(authenticate(raw, request.headers.authorization ?? ''), sendTimeout, tooLate);
    } catch (error) {
      if (!isKeyTrouble(error)) return problem(401, 'The request carries no valid token of the Bot Framework.');
      log.error({ err: describeError(error) }, 'The keys of the Bot Framework could not be fetched.');
      return problem(503, 'The token could not be checked right now.');
    }
    const parsed = activitySchema.safeParse(raw);
    if (!parsed.success) return problem(400, 'The request body is not a complete Bot Framework activity.');
    const activity = parsed.data;
    if (appId === null) {
      if (!isLoopbackUrl(activity.serviceUrl))
        return problem(403, 'In local mode the serviceUrl has to be on localhost.');
    } else {
      if (vouchedServiceUrl(identity) !== activity.serviceUrl)
        return problem(401, 'The token does not vouch for the serviceUrl.');
      // Other channels let their clients write whatever they like into tenant and directory ids.
      if (activity.channelId !== TEAMS) return problem(403, 'This bot serves Microsoft Teams only.');
    }
    const invoked = await adapter.turn(identity, raw, (context) => turn(context, activity));
    return invoked ? { status: invoked.status, body: invoked.body } : { status: 200 };
  }

  return {
    messenger,
    signIn: signIn?.signIn ?? null,
    async handle(request, response) {
      try {
        send(response, await answer(request));
      } catch (error) {
        if (error instanceof StoreError && !response.headersSent) {
          log.warn(
            { err: describeError(error) },
            'What came in could not be stored; the Bot Framework is to send it again.',
          );
          return send(response, problem(503, 'The bot cannot store anything right now.'));
        }
        const errorId = newErrorId();
        log.error({ errorId, err: describeError(error) }, 'A request of the Bot Framework failed.');
        if (response.headersSent) return void response.end();
        send(response, { status: 500, body: { error: 'Something went wrong.', errorId } });
      }
    },
  };
}
