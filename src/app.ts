import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createGraphCalendar } from './calendars/graph/calendar.ts';
import { createTokenSource } from './calendars/graph/credentials.ts';
import type { GraphApp } from './calendars/graph/directory.ts';
import { createGraphTenant, type GraphTenant } from './calendars/graph/tenant.ts';
import { icsWriter } from './calendars/ics/feed.ts';
import type { SlackChannel } from './channels/slack/channel.ts';
import type { TeamsChannel } from './channels/teams/channel.ts';
import { PRIVATE_RANGES, type Config } from './config/config.ts';
import { cloudOf } from './core/model/cloud.ts';
import type { Calendar } from './core/ports/calendar.ts';
import type { Store } from './core/ports/store.ts';
import { createHolidays, isRegion } from './calendars/holidays/holidays.ts';
import { createFeeds } from './flows/reminders/feed.ts';
import type { FlowContext } from './flows/context.ts';
import { createFlows, type Flows } from './flows/flows.ts';
import { createReadiness } from './flows/readiness.ts';
import { createTokens } from './flows/people/tokens.ts';
import { createHttpServer, createMetricsServer } from './http/server.ts';
import { createInboxes } from './inboxes.ts';
import { mailboxGate } from './mailboxes.ts';
import { openStore, whenStored } from './opened-store.ts';
import { StartError } from './start-error.ts';
import { createMetrics } from './http/metrics.ts';
import { readBundle } from './sources/tls/bundle.ts';
import { createAnchorReader } from './sources/tls/anchors.ts';
import { createConversationTrust } from './sources/tls/conversation-trust.ts';
import { createMailExchangers } from './sources/tls/exchangers.ts';
import { createGuard } from './sources/tls/guard.ts';
import { createProxy } from './sources/tls/proxy.ts';
import { createTlsSource } from './sources/tls/source.ts';
import { SECOND } from './core/time.ts';
import { within } from './timing/within.ts';

export interface App {
  /** Where it listens, once started. */
  address: { host: string; port: number };
  /**
   * Finishes what is in flight and frees everything; what takes longer than seven seconds is left to the next start.
   */
  close(): Promise<void>;
}

type Environment = Record<string, string | undefined>;

/** How long the end waits for what is in flight. Everything else is in the store and goes on with the next start. */
const CLOSE_WITHIN = 7 * SECOND;

interface Outlook {
  calendar: Calendar;
  /** Null: the bot has no permission of its own whose tenant it could be. */
  tenant: (GraphTenant & { close(): void }) | null;
}

/** The apps whose credentials end some day: Graph's, and the chat bot's own. */
function ownApps({ graph, teams }: Config): GraphApp[] {
  const { clientId, secretHint } = graph;
  const apps: GraphApp[] = [];
  const azure = { secret: 'AZURE_CLIENT_SECRET', certificate: 'AZURE_CLIENT_CERTIFICATE_PATH' };
  const bot = { secret: 'MicrosoftAppPassword', certificate: 'MicrosoftAppCertificateKey' };
  if (clientId !== null) apps.push({ clientId, secretHint, variables: azure });
  if (teams && teams.appType !== 'UserAssignedMSI')
    apps.push({ clientId: teams.appId, secretHint: teams.appPassword?.slice(0, 3) ?? null, variables: bot });
  return apps;
}

/**
 * Also with CALENDAR=ics, where there are credentials: events of the time before have to be taken away. `context` and
 * `flows` are used with the first call only; `known` is told when it has become known whose mailboxes these are.
 */
async function outlook(
  config: Config,
  options: {
    env: Environment;
    log: Logger;
    store: Store;
    context: () => FlowContext;
    flows: () => Flows;
    known: () => void;
  },
): Promise<Outlook | null> {
  if (config.calendar !== 'graph' && !config.graph.ownAccess) return null;
  const { env, log, store, known } = options;
  const { baseUrl, accessToken, tenantId, ownAccess } = config.graph;
  const application = createTokenSource({ baseUrl, env, ...(accessToken ? { accessToken } : {}) });
  const tokens = (): ReturnType<typeof createTokens> =>
    createTokens(options.context(), { application, lost: (connection) => options.flows().signing.lost(connection) });
  const tell = (work: Promise<void>): void =>
    void work.catch((error: unknown) => log.error({ err: error }, 'the operators could not be told'));
  const calendar = createGraphCalendar({
    baseUrl,
    installation: await whenStored(() => store.ensureValue('installation', () => randomUUID())),
    tokens: {
      get: (mailbox, which) => tokens().get(mailbox, which),
      refused: (mailbox, token) => tokens().refused(mailbox, token),
    },
    apps: ownApps(config),
    mailboxes: {
      refused: (mailbox, refusal) => tell(options.flows().operators.mailboxRefuses(mailbox, refusal)),
      accepted: (mailbox, what) => tell(options.flows().operators.mailboxAccepts(mailbox, what)),
    },
    authentication: {
      failed: (problem) => tell(options.flows().operators.graphRefuses(problem)),
      recovered: () => tell(options.flows().operators.graphAccepts()),
    },
    log,
  });
  const tenant = ownAccess
    ? createGraphTenant({
        configured: tenantId,
        getToken: application.get,
        failed: (error) => log.warn({ err: error }, 'the tenant of the mailboxes is not known yet'),
        known,
      })
    : null;
  return { calendar, tenant };
}

/** Files that people attach lie on public servers, and in local mode on this machine or in its network. */
function downloadGuard({ localMode, probe }: Config): (address: string) => boolean {
  return createGuard({ allow: localMode ? PRIVATE_RANGES : [], deny: probe.deny });
}

/** Botbuilder and Bolt are loaded only where they are used: each costs tens of megabytes. */
async function teamsChannel(
  config: Config,
  options: Pick<
    Parameters<typeof import('./channels/teams/channel.ts').createTeamsChannel>[0],
    'env' | 'inbox' | 'log' | 'now' | 'permits'
  >,
): Promise<TeamsChannel | null> {
  if (!config.teams && !config.localMode) return null;
  const { createTeamsChannel } = await import('./channels/teams/channel.ts');
  const { teams: credentials, allowedTenants, oauthConnection } = config;
  const { teams: teamsUrl } = cloudOf(config.graph.baseUrl);
  return createTeamsChannel({ credentials, allowedTenants, oauthConnection, teamsUrl, ...options });
}

async function slackChannel(
  config: Config,
  options: Omit<Parameters<typeof import('./channels/slack/channel.ts').createSlackChannel>[0], 'settings'>,
): Promise<SlackChannel | null> {
  if (!config.slack) return null;
  const { createSlackChannel } = await import('./channels/slack/channel.ts');
  return createSlackChannel({ settings: config.slack, ...options });
}

/** The certificates of PROBE_CA_FILE, PEM each. */
async function readAuthorities({ probe: { caFile } }: Config): Promise<string[]> {
  if (caFile === null) return [];
  try {
    return await readBundle(caFile);
  } catch (cause) {
    throw new StartError(`PROBE_CA_FILE=${caFile} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The composition root: builds every adapter, wires the flows to them, and starts. The only place that knows them all.
 * Throws StartError when the database cannot be had, and the system's error when a port cannot.
 */
export async function startApp(config: Config, env: Environment, log: Logger): Promise<App> {
  const store = await openStore(config, log);
  await whenStored(() => store.voidLeases());
  const { registry, meter } = createMetrics(store);
  const { timeout, concurrency, allow, deny, ports } = config.probe;
  const { dnsServers } = config;
  const cloud = cloudOf(config.graph.baseUrl);
  const authorities = await readAuthorities(config);
  const { proxy } = config.probe;
  const source = createTlsSource({
    timeout,
    concurrency,
    allow,
    deny,
    ports,
    dnsServers,
    authorities,
    proxy,
    log,
    env,
  });
  let planAgain = (): void => {};
  const graph = await outlook(config, {
    env,
    log,
    store,
    context: () => context,
    flows: () => flows,
    // It may be known at once, before there is anything to plan: the first round plans everything.
    known: () => planAgain(),
  });
  let slack: SlackChannel | null = null;
  const context: FlowContext = {
    store,
    sources: [source],
    anchors: createConversationTrust({ now: () => Date.now() }),
    messengers: new Map(),
    calendar: graph?.calendar ?? null,
    signIns: new Map(),
    holidays: createHolidays(),
    settings: {
      calendar: config.calendar,
      calendarMailbox: config.calendarMailbox,
      mailboxesOpenTo: mailboxGate(config, () => slack, graph?.tenant ?? null),
      ownAccess: config.graph.ownAccess,
      defaultTimeZone: config.defaultTimeZone,
      holidays: config.holidays,
      operatorConversation: config.operatorConversation,
      publicUrl: config.publicUrl,
      outlookUrl: cloud.outlook,
      probeInterval: config.probe.interval,
      grace: config.probe.grace,
      probeBudget: config.probe.budget,
      probePorts: ports,
      maxWatches: config.maxWatches,
      lease: Math.max(30 * SECOND, 3 * timeout),
      looksAtOnce: Math.max(64, 32 * concurrency),
    },
    log,
    meter,
    now: () => Date.now(),
    random: () => Math.random(),
    uuid: () => randomUUID(),
  };
  const mail = createMailExchangers({ servers: dnsServers, timeout });
  const flows = createFlows(context, { regionOf: isRegion, mail, anchorReader: createAnchorReader() });
  const { deliverer, observer, commander, tick } = flows;
  planAgain = tick.planAgain;

  const inboxes = createInboxes(context, flows);
  if (config.slack?.allowedWorkspaces?.some((id) => /^[TE]/.test(id)) === false)
    log.warn({}, 'ALLOWED_TENANTS names no Slack workspace (T…): nobody in Slack may use the bot');
  const publicUrl = (): string => context.settings.publicUrl;
  const { now, random } = context;
  const teams = await teamsChannel(config, { env, inbox: inboxes.teams, log, now, permits: downloadGuard(config) });
  const tunnels = proxy && createProxy(proxy);
  slack = await slackChannel(config, { publicUrl, tunnels, store, inbox: inboxes.slack, log, now, random });
  for (const channel of [teams, slack])
    if (channel) {
      context.messengers.set(channel.messenger.channel, channel.messenger);
      // Perhaps it was started anew for the sake of new credentials.
      await whenStored(() =>
        store.releaseMessages({ channel: channel.messenger.channel }, 'credentials', context.now()),
      );
    }
  if (teams?.signIn) context.signIns.set(teams.signIn.channel, teams.signIn);

  const readiness = createReadiness(flows, { now, socketAway: () => slack?.awayFor() ?? null });

  const feeds = createFeeds(context, icsWriter);
  const http = createHttpServer({
    host: config.host,
    port: config.port,
    log,
    publicUrl: config.publicUrl,
    loopbackOnly: config.localMode,
    messages: teams && ((request, response) => teams.handle(request, response)),
    routes: slack?.routes ?? [],
    feeds: feeds.feed,
    events: feeds.event,
    ready: readiness.ready,
    healthy: readiness.healthy,
  });
  const servers: { close: () => Promise<void> }[] = [http];

  /** Commands first, then their answers: whoever was answered 200 is to get one. */
  async function finish(): Promise<void> {
    graph?.tenant?.close();
    const requests = Promise.all([...servers.map((server) => server.close()), slack?.close()]);
    await Promise.all([tick.close(), commander.close()]);
    await requests;
    await source.close();
    await observer.drain();
    await deliverer.close();
    await store.close();
  }

  async function close(): Promise<void> {
    const leave = (): void => log.warn({}, 'what is still in flight is left to the next start');
    await within(finish(), CLOSE_WITHIN, leave);
  }

  try {
    const address = await http.listen();
    if (config.port === 0) context.settings.publicUrl = config.publicUrl.replace(/:0$/, `:${address.port}`);
    if (config.metricsPort !== null) {
      const metrics = createMetricsServer({ host: '127.0.0.1', port: config.metricsPort, registry, log });
      await metrics.listen();
      servers.push(metrics);
    }
    tick.start();
    slack?.start();
    return { address, close };
  } catch (error) {
    await close();
    throw error;
  }
}
