import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createGraphCalendar } from './calendars/graph/calendar.ts';
import { createTokenSource } from './calendars/graph/credentials.ts';
import { feedEtag, renderFeed } from './calendars/ics/feed.ts';
import { createTeamsChannel, type TeamsInbox } from './channels/teams/channel.ts';
import type { Config } from './config.ts';
import type { Calendar, Store } from './core/ports.ts';
import { act } from './flows/action.ts';
import { createCommander } from './flows/command.ts';
import type { CommandContext } from './flows/commands/reply.ts';
import type { FlowContext } from './flows/context.ts';
import { createDeliverer } from './flows/deliver.ts';
import { install, uninstall } from './flows/membership.ts';
import { createObserver } from './flows/observe.ts';
import { createTick } from './flows/tick.ts';
import { createHttpServer, createMetricsServer } from './http.ts';
import { createMetrics } from './metrics.ts';
import { createTlsSource } from './sources/tls/source.ts';
import { createStore } from './store/store.ts';

export interface App {
  /** Where it listens, once started. */
  address: { host: string; port: number };
  /** Finishes what is in flight and frees everything; what takes longer than seven seconds is left to the next start. */
  close(): Promise<void>;
}

/** Why the bot cannot start, in one sentence for whoever runs it. */
export class StartError extends Error {
  readonly code = 'START_ERROR';
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'StartError';
  }
}

const SECOND = 1000;
/** A tick older than this means that the process is stuck. */
const TICK_TOO_OLD = 60 * SECOND;
/** How long the end waits for what is in flight. Everything else is in the store and goes on with the next start. */
const CLOSE_WITHIN = 7 * SECOND;

function graphCalendar(config: Config, log: Logger): Calendar | null {
  if (config.calendar !== 'graph') return null;
  const { baseUrl, accessToken } = config.graph;
  const getToken = createTokenSource({ baseUrl, ...(accessToken ? { accessToken } : {}) });
  return createGraphCalendar({ baseUrl, getToken, log });
}

async function openStore({ databaseUrl }: Config, log: Logger): Promise<Store> {
  try {
    return await createStore({ databaseUrl, log });
  } catch (cause) {
    const { message } = cause as Error;
    const sentence = message.startsWith('The database ') ? message : `The database cannot be opened: ${message}`;
    throw new StartError(sentence, { cause });
  }
}

/**
 * The composition root: builds every adapter, wires the flows to them, and starts. The only place that knows them all. Throws StartError when the
 * database cannot be had, and the system's error when a port cannot.
 */
export async function startApp(config: Config, env: Record<string, string | undefined>, log: Logger): Promise<App> {
  const store = await openStore(config, log);
  await store.voidLeases();
  const { registry, meter } = createMetrics(store);
  const { timeout, concurrency, allow, deny } = config.probe;
  const source = createTlsSource({ timeout, concurrency, allow, deny, dnsServers: config.dnsServers, log, env });
  const context: FlowContext = {
    store,
    sources: [source],
    messengers: new Map(),
    calendar: graphCalendar(config, log),
    settings: {
      calendar: config.calendar,
      calendarMailbox: config.calendarMailbox,
      mailboxesOpenTo: () => true,
      publicUrl: config.publicUrl,
      probeInterval: config.probe.interval,
      lease: Math.max(30 * SECOND, 3 * timeout),
      looksAtOnce: Math.max(64, 32 * concurrency),
    },
    log,
    meter,
    now: () => Date.now(),
    random: () => Math.random(),
    uuid: () => randomUUID(),
  };
  const deliverer = createDeliverer(context);
  const observer = createObserver(context, { stored: deliverer.kick });
  const commands: CommandContext = { ...context, observer, deliverer };
  const commander = createCommander(commands);
  const tick = createTick({ ...context, observer, deliverer, commander });

  const inbox: TeamsInbox = {
    message: (inbound) => commander.receive(inbound),
    action: (action) => act(commands, action),
    installed: (conversation) => install(context, deliverer, conversation),
    removed: (conversation) => uninstall(context, conversation),
    seen: async (conversation) => void (await store.rememberConversation(conversation, context.now())),
  };
  const { teams: credentials, allowedTenants } = config;
  const teams = createTeamsChannel({ credentials, env, allowedTenants, inbox, log, now: context.now });
  context.messengers.set(teams.messenger.channel, teams.messenger);

  async function ready(): Promise<{ ok: boolean; checks: Record<string, string> }> {
    const reachable = await store.ping().then(
      () => true,
      () => false,
    );
    const lastAt = tick.lastAt();
    const alive = lastAt !== null && context.now() - lastAt < TICK_TOO_OLD;
    return {
      ok: reachable && alive,
      checks: { store: reachable ? 'ok' : 'unreachable', tick: alive ? 'ok' : 'not alive' },
    };
  }

  async function feeds(token: string): Promise<{ body: string; etag: string } | null> {
    const conversationId = await store.findFeed(token);
    if (conversationId === null) return null;
    const conversation = await store.findConversation(conversationId);
    const reminders = (await store.listReminders('ics', conversationId)).filter(({ wanted }) => wanted);
    const body = renderFeed({ name: `Certificates${conversation?.name ? ` – ${conversation.name}` : ''}`, reminders });
    return { body, etag: feedEtag(body) };
  }

  const http = createHttpServer({
    host: config.host,
    port: config.port,
    log,
    publicUrl: config.publicUrl,
    loopbackOnly: config.localMode,
    messages: (request, response) => teams.handle(request, response),
    feeds,
    ready,
  });
  const servers: { close: () => Promise<void> }[] = [http];

  /** Commands first, then their answers: whoever was answered 200 is to get one. */
  async function finish(): Promise<void> {
    const requests = Promise.all(servers.map((server) => server.close()));
    await Promise.all([tick.close(), commander.close()]);
    await requests;
    await source.close();
    await observer.drain();
    await deliverer.close();
    await store.close();
  }

  async function close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const patience = setTimeout(() => {
      log.warn({}, 'what is still in flight is left to the next start');
      late.resolve();
    }, CLOSE_WITHIN);
    await Promise.race([finish(), late.promise]);
    clearTimeout(patience);
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
    return { address, close };
  } catch (error) {
    await close();
    throw error;
  }
}
