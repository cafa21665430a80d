import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../core/ports/log.ts';
import type { Messenger } from '../../core/ports/channel.ts';
import type { Store } from '../../core/ports/store.ts';
import { createSlackApi } from './api.ts';
import { createCommonChannels } from './common-channels.ts';
import { createDirectChats } from './direct.ts';
import { createFiles } from './files.ts';
import type { SlackInbox } from './inbox.ts';
import { INSTALL_PATH, REDIRECT_PATH } from './install-flow.ts';
import { createHomePages } from './home-pages.ts';
import { createInstallations, type Installations } from './installations.ts';
import { createSlackMessenger } from './messenger.ts';
import { createPeople } from './people.ts';
import { createPresser } from './presser.ts';
import { createBoltApp, createHttpEvents, EVENTS_PATH } from './receivers.ts';
import { createReach } from './reach.ts';
import { createResponseUrls } from './response-urls.ts';
import { createSeal } from './sealing.ts';
import { createSocket } from './socket.ts';
import { createTurn } from './turn.ts';
import { createWay, type Tunnels, type Way } from './way.ts';
import { createWorkspaces } from './workspaces.ts';

export type { SlackInbox } from './inbox.ts';

/** What the bot may do in a workspace; manifest/slack.yaml says why each is needed. */
export const BOT_SCOPES = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'groups:read',
  'im:history',
  'im:write',
  'users:read',
  'users:read.email',
];

/** Where Bolt apps are installed unless told otherwise; those who know Bolt look there. */
const BOLT_INSTALL_PATH = '/slack/install';

export interface SlackChannelOptions {
  settings: {
    botToken: string | null;
    /** Socket Mode. */
    appToken: string | null;
    /** HTTP. */
    signingSecret: string | null;
    apiUrl: string;
    oauth: { clientId: string; clientSecret: string; secretKey: string } | null;
    allowedWorkspaces: string[] | null;
    graphWorkspaces: string[];
  };
  /** Base of our own addresses as browsers see them. */
  publicUrl: () => string;
  /** Through which everything goes to Slack (HTTPS_PROXY), but for what NO_PROXY names; null = directly. */
  tunnels?: Tunnels | null;
  /** How long one call of the Web API may take, milliseconds. */
  sendTimeout?: number;
  store: Pick<Store, 'saveInstallation' | 'findInstallation' | 'deleteInstallation' | 'listInstallations'>;
  inbox: SlackInbox;
  log: Log;
  now: () => number;
  random: () => number;
}

interface Route {
  method: 'GET' | 'POST';
  path: string;
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
}

export interface SlackChannel {
  messenger: Messenger;
  /** For the HTTP server; the handlers read the body themselves. */
  routes: Route[];
  /** Begins to listen to Slack; returns at once. */
  start(): void;
  /** How long Socket Mode has had no connection, milliseconds; null while it has one, or is not used. */
  awayFor(): number | null;
  /** May people of this workspace or organisation reach mailboxes? */
  reachMailboxes(tenantId: string | null): boolean | undefined;
  /** Is it the workspace or organisation of the configured token? */
  isHome(tenantId: string): boolean;
  close(): Promise<void>;
}

/**
 * The Slack channel: takes events, commands and presses by Socket Mode, HTTP or both, and reaches conversations through
 * the Web API.
 */
export function createSlackChannel(options: SlackChannelOptions): SlackChannel {
  const { settings, sendTimeout = 15_000, inbox, log, now, random } = options;
  const { apiUrl, botToken, appToken, signingSecret } = settings;
  const way = createWay(options.tunnels ?? null);
  const reach = createReach(log);
  const api = createSlackApi({ apiUrl, sendTimeout, log, now, fetch: way.fetch });
  const installations = installationsOf(options, way);
  const workspaces = createWorkspaces({
    api,
    botToken,
    tokenFor: installations ? (workspace) => installations.tokenFor(workspace) : null,
    isInstalled: (tenantId) => installations?.isInstalled(tenantId) ?? false,
    linked: settings.graphWorkspaces,
    recognised: (teamId) => inbox.recognised(teamId),
    log,
    reach,
    now,
  });
  const people = createPeople({ api, workspaces, log, now });
  const responseUrls = createResponseUrls({ apiUrl, sendTimeout, fetch: way.fetch });
  const directChats = createDirectChats({ api, workspaces, people });
  const files = createFiles({ api, workspaces, apiUrl, fetch: way.fetch });
  const { messenger, replace } = createSlackMessenger({
    api,
    workspaces,
    people,
    directChats,
    responseUrls,
    files,
    now,
  });
  const homePages = createHomePages({ inbox, api, workspaces, log });
  const turn = createTurn({
    inbox,
    api,
    workspaces,
    responseUrls,
    directChats,
    people,
    presser: createPresser({ api, workspaces, responseUrls, directChats, log }),
    homePages,
    commonChannels: createCommonChannels({ api, workspaces }),
    replace,
    allowed: settings.allowedWorkspaces,
    forget: async (workspace, happenedAt) =>
      (await installations?.remove(workspace, happenedAt)) || workspaces.hasLeft(workspace),
    log,
    now,
  });
  const app = createBoltApp({ turn, apiUrl, log });
  const handleEvents = signingSecret === null ? null : createHttpEvents({ app, signingSecret, log, now });
  const socket = appToken === null ? null : createSocket({ app, appToken, apiUrl, log, random, reach, way });

  return {
    messenger,
    routes: routesOf(handleEvents, installations),
    start() {
      workspaces.start();
      installations?.check().catch((error: unknown) => {
        log.error({ err: error }, 'the installations of Slack workspaces could not be read');
      });
      socket?.start();
    },
    awayFor: () => socket?.awayFor() ?? null,
    reachMailboxes: workspaces.reachMailboxes,
    isHome: workspaces.isHome,
    async close() {
      workspaces.close();
      homePages.close();
      await socket?.close();
      await way.close();
    },
  };
}

/** Null where workspaces cannot install the bot by themselves. */
function installationsOf(
  { settings, publicUrl, store, inbox, log, now }: SlackChannelOptions,
  way: Way,
): Installations | null {
  const { oauth, apiUrl, allowedWorkspaces } = settings;
  if (!oauth) return null;
  return createInstallations({
    store,
    seal: createSeal(oauth.secretKey),
    log,
    now,
    clientId: oauth.clientId,
    clientSecret: oauth.clientSecret,
    apiUrl,
    publicUrl,
    scopes: BOT_SCOPES,
    allowedTenants: allowedWorkspaces,
    installed: (tenantId) => inbox.returned(tenantId),
    fetch: way.fetch,
  });
}

/** `handleEvents` null: not by HTTP. */
function routesOf(handleEvents: Route['handle'] | null, installations: Installations | null): Route[] {
  const routes: Route[] = [];
  if (handleEvents) routes.push({ method: 'POST', path: EVENTS_PATH, handle: handleEvents });
  if (installations) {
    for (const path of [INSTALL_PATH, BOLT_INSTALL_PATH])
      routes.push({ method: 'GET', path, handle: installations.handleInstall });
    routes.push({ method: 'GET', path: REDIRECT_PATH, handle: installations.handleRedirect });
  }
  return routes;
}
