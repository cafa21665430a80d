import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { SlackChannel } from './channels/slack/channel.ts';
import type { TeamsChannel } from './channels/teams/channel.ts';
import { PRIVATE_RANGES, type Config } from './config/config.ts';
import { admitsNobody } from './config/slack.ts';
import { loadIdentity } from './calendars/graph/credentials.ts';
import type { Say } from './core/language/language.ts';
import { cloudOf } from './core/model/cloud.ts';
import type { Source } from './core/ports/source.ts';
import { SECOND } from './core/time.ts';
import { createFeedTokens, feedKeys } from './feed-keys.ts';
import { createReadiness } from './flows/readiness.ts';
import { exportedList } from './flows/chat/commands/export.ts';
import { exportedAudit } from './flows/audit-export.ts';
import { exportRoute } from './http/export-route.ts';
import type { RunningServer } from './http/listening.ts';
import { createMetrics } from './http/metrics.ts';
import { createHttpServer, createMetricsServer, type Route } from './http/server.ts';
import type { FlowContext } from './flows/context.ts';
import { checkFiles, readAuthorities } from './given-files.ts';
import { homeGate, mailboxGate } from './mailboxes.ts';
import { openStore, whenStored } from './opened-store.ts';
import { createOutlook } from './outlook.ts';
import { ownCredentials } from './own-credentials.ts';
import { settingsOf } from './flow-settings.ts';
import { allSources } from './source-list.ts';
import { createMailExchangers } from './sources/tls/exchangers.ts';
import { createGuard } from './sources/tls/guard.ts';
import { createProxy } from './sources/tls/proxy.ts';
import { within } from './timing/within.ts';
import { wireBot, type Bot } from './wiring.ts';

export interface App {
  /** Where it listens, once started. */
  address: { host: string; port: number };
  /**
   * Finishes what is in flight and frees everything; what takes longer than seven seconds is left to the next start.
   */
  close(): Promise<void>;
}

/** How long each thing that the bot depends on may take to answer when the operators ask, milliseconds. */
const DIAGNOSED_WITHIN = 5 * SECOND;

type Environment = Record<string, string | undefined>;

/** How long the end waits for what is in flight. Everything else is in the store and goes on with the next start. */
const CLOSE_WITHIN = 7 * SECOND;

/** How long the processor has worked for this process, milliseconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
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

/** Loaded only where somebody asks for it. */
async function diagnose(config: Config, env: Environment, say: Say): Promise<string[]> {
  const { complaints } = await import('./doctor/doctor.ts');
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return complaints(config, { env, say, timeout: DIAGNOSED_WITHIN, target: null, log, now: () => Date.now() });
}

/** What runs, in the order in which it is made. */
interface Running {
  sources: Source[];
  outlook: Awaited<ReturnType<typeof createOutlook>>;
  bot: Bot;
  slack: SlackChannel | null;
  servers: RunningServer[];
}

/** Files that commands give out. */
function exportRoutes(context: FlowContext): Route[] {
  return [
    exportRoute('audit', (token) => exportedAudit(context, token)),
    exportRoute('export', (token) => exportedList(context, token)),
  ];
}

/** Commands first, then their answers: whoever was answered 200 is to get one. */
async function finish({ sources, outlook, bot, slack, servers }: Running): Promise<void> {
  const { tick, commander, observer, planner, notifier, deliverer } = bot.flows;
  outlook?.tenant?.close();
  const requests = Promise.all([...servers.map((server) => server.close()), slack?.close()]);
  await Promise.all([tick.close(), commander.close()]);
  await requests;
  await Promise.all(sources.map((source) => source.close()));
  await observer.drain();
  await planner.close();
  await notifier.close();
  await deliverer.close();
  await bot.context.store.close();
}

/**
 * The composition root: builds every adapter, joins them to the bot, and starts. Throws StartError when PROBE_CA_FILE
 * cannot be used or the database cannot be had, and the system's error when a port cannot.
 */
export async function startApp(config: Config, env: Environment, log: Logger): Promise<App> {
  // Before the database, which would have to be let go again.
  await checkFiles(env);
  const authorities = await readAuthorities(config.probe.caFile);
  const store = await openStore(config, log);
  await whenStored(() => store.voidLeases());
  const { registry, meter } = createMetrics(store);
  const now = (): number => Date.now();
  const isManaged = config.teams?.appType === 'UserAssignedMSI';
  if (isManaged || (config.graph.ownAccess && config.graph.accessToken === null)) await loadIdentity();
  // It may be known at once, before there is anything to plan: the first round plans everything.
  let planAgain = (): void => {};
  const outlook = await createOutlook(config, { env, log, store, bot: () => bot, known: () => planAgain() });
  const directory = (config.graph.ownAccess && outlook?.calendar.directory) || null;
  const sources = allSources(config, authorities, { env, log, directory, now });
  let slack: SlackChannel | null = null;
  const mailboxesOpenTo = mailboxGate(config, () => slack, outlook?.tenant ?? null);
  const bot: Bot = wireBot({
    diagnose: (say) => diagnose(config, env, say),
    ownCredentials: () => ownCredentials(config, env),
    store,
    sources,
    mail: createMailExchangers({ servers: config.dnsServers, timeout: config.probe.timeout }),
    calendar: outlook?.calendar ?? null,
    settings: settingsOf(config, { mailboxesOpenTo, isHome: homeGate(config, () => slack) }),
    feedTokens: createFeedTokens(await feedKeys(config, log)),
    log,
    meter,
    now,
    random: () => Math.random(),
    uuid: () => randomUUID(),
    spent: processorTime,
  });
  const { flows, inboxes, feeds, context } = bot;
  const { random, settings } = context;
  planAgain = flows.tick.planAgain;

  if (config.slack && admitsNobody(config.slack))
    log.warn({}, 'ALLOWED_TENANTS names no Slack workspace (T…): nobody in Slack may use the bot');
  const teams = await teamsChannel(config, { env, inbox: inboxes.teams, log, now, permits: downloadGuard(config) });
  const tunnels = config.probe.proxy && createProxy(config.probe.proxy);
  // Slack itself insists on one where it is used: only a Slack on this machine does not.
  const publicUrl = (): string => settings.publicUrl ?? `http://localhost:${config.port}`;
  slack = await slackChannel(config, { publicUrl, tunnels, store, inbox: inboxes.slack, log, now, random });
  for (const channel of [teams, slack]) if (channel) await bot.join(channel);

  const readiness = createReadiness(flows, { now, socketAway: () => slack?.awayFor() ?? null });
  const http = createHttpServer({
    host: config.host,
    port: config.port,
    log,
    publicUrl: config.publicUrl,
    loopbackOnly: config.localMode,
    messages: teams && ((request, response) => teams.handle(request, response)),
    routes: [...exportRoutes(context), ...(slack?.routes ?? [])],
    feeds: feeds.feed,
    events: feeds.event,
    ready: readiness.ready,
    healthy: readiness.healthy,
  });
  const running: Running = { sources, outlook, bot, slack, servers: [http] };
  const leave = (): void => log.warn({}, 'what is still in flight is left to the next start');
  const close = (): Promise<void> => within(finish(running), CLOSE_WITHIN, leave);

  try {
    const address = await http.listen();
    if (config.port === 0) settings.publicUrl = settings.publicUrl?.replace(/:0$/, `:${address.port}`) ?? null;
    if (config.metrics !== null) {
      const metrics = createMetricsServer({ ...config.metrics, registry, log });
      await metrics.listen();
      running.servers.push(metrics);
    }
    flows.tick.start();
    slack?.start();
    return { address, close };
  } catch (error) {
    await close();
    throw error;
  }
}
