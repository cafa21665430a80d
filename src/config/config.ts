import { z } from 'zod';
import { isRegion } from '../calendars/holidays/holidays.ts';
import {
  cidrs,
  duration,
  form,
  integer,
  isAddress,
  isEncodedAddress,
  list,
  oneOf,
  ports,
  proxy,
  UNITS,
  url,
} from './fields.ts';
import { misspelt, ownVariables, quoted } from './names.ts';
import { slackFields, slackOf, type SlackSettings } from './slack.ts';
import { teamsFields, teamsOf, type TeamsCredentials } from './teams.ts';
import type { PortRange } from '../core/targets/port-ranges.ts';
import { isTimeZone } from '../core/model/time-zone.ts';

export type { SlackSettings } from './slack.ts';
export type { TeamsCredentials } from './teams.ts';

/** Everything the environment decides, validated. Durations are milliseconds. */
export interface Config {
  port: number;
  host: string;
  /** Base of links in messages, without a slash at its end; null = there are to be none. */
  publicUrl: string | null;
  /** No chat credentials: loopback only, Playground, no authentication of callers. */
  localMode: boolean;
  teams: TeamsCredentials | null;
  slack: SlackSettings | null;
  /** Microsoft 365 tenants that may use the bot; null = any. */
  allowedTenants: string[] | null;
  databaseUrl: string;
  /** SECRET_KEY: the key for what is new first; none where it is not set. */
  secretKeys: string[];
  calendar: 'graph' | 'ics' | 'none';
  calendarMailbox: string | null;
  graph: {
    baseUrl: string;
    accessToken: string | null;
    tenantId: string | null;
    clientId: string | null;
    /** First characters of the client secret, by which the directory tells secrets apart. */
    secretHint: string | null;
    /** The bot may act by a permission of its own (not only by that of people who signed in). */
    ownAccess: boolean;
  };
  /**
   * Name of the OAuth connection of the Azure Bot, by which people sign in to their own calendar; null = nobody can.
   */
  oauthConnection: string | null;
  /** Where the operators of the bot are told what concerns them; null = what `settings operators here` says. */
  operatorConversation: string | null;
  /** IANA zone for people whose own is not known. */
  defaultTimeZone: string;
  /** Region whose public holidays count unless a conversation says otherwise, such as "DE-BY". */
  holidays: string | null;
  probe: {
    interval: number;
    timeout: number;
    concurrency: number;
    allow: string[];
    deny: string[];
    /** Null = any. */
    ports: PortRange[] | null;
    /** Looks a minute that the people of one conversation may cause. */
    budget: number;
    /** How long the addresses of a target may present different certificates before it alerts. */
    grace: number;
    /** PEM file of further trust anchors; whether it can be read is found out at start. */
    caFile: string | null;
    /** Through which handshakes are made; `url` may hold a password, `noProxy` is NO_PROXY as it stands. */
    proxy: { url: string; noProxy: string } | null;
  };
  /** A conversation gets one alert in this time, in milliseconds. */
  alertInterval: number;
  /** The most watches of one conversation. */
  maxWatches: number;
  /** Messages and presses a minute that are answered, of one person and of one conversation. */
  messageRate: { person: number; conversation: number };
  dnsServers: string[];
  metrics: { host: string; port: number; isNamed: boolean } | null;
  playground: boolean;
  logFormat: 'auto' | 'pretty' | 'json';
  logLevel: string;
  /** What is not wrong, but probably not meant: sentences for the log. */
  warnings: string[];
}

/** Thrown by readConfig: lists every variable that is wrong and how to mend it. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_ERROR';
  readonly problems: string[];
  constructor(problems: string[], hints: string[] = []) {
    super(`The configuration is not usable:\n${[...problems, ...hints].map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Environment = Record<string, string | undefined>;

/** Loopback, and the ranges of RFC 1918 and RFC 4193. */
export const PRIVATE_RANGES = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
const GRAPH_EXAMPLE = 'https://graph.microsoft.com (https, without /v1.0)';
const METRICS_PORT = 9464;
/** The id of a Microsoft 365 tenant, a Slack workspace or a Slack organisation. */
const TENANT = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[te][\da-z]+)$/i;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

function host(name: string): z.ZodType<string, string> {
  // A zone (RFC 4007) may stand behind an address; a port may not.
  return z
    .string()
    .trim()
    .refine(
      (text) => /^[\w.-]+$/.test(text) || isAddress(text.replace(/%[\w.-]+$/, '')),
      `${name} must be an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::`,
    );
}

const schema = z.object({
  PORT: integer('PORT', 0, 65_535).default(3978),
  HOST: host('HOST').optional(),
  ALLOW_UNAUTHENTICATED: oneOf('ALLOW_UNAUTHENTICATED', ['yes', 'no']).default('no'),
  PUBLIC_URL: url('PUBLIC_URL', ['http:', 'https:'], 'https://certbot.example.com')
    .refine(
      (text) => !/\/api\/(?:messages|slack)/i.test(text),
      'PUBLIC_URL must be an address such as https://certbot.example.com, without /api/messages or /api/slack/…',
    )
    .optional(),
  ...teamsFields,
  ALLOWED_TENANTS: z
    .string()
    .refine(
      (text) => list(text).length > 0 && !list(text).some((id) => id.includes('.')),
      'ALLOWED_TENANTS must be ids of Microsoft 365 tenants or of Slack workspaces (T…) and organisations (E…), separated by commas',
    )
    .optional(),
  ...slackFields,
  DATABASE_URL: z
    .string()
    .regex(
      /^(?:sqlite:.+|postgres(?:ql)?:\/\/.+)$/,
      'DATABASE_URL must be sqlite:<file> or postgres://user:password@host/database',
    )
    .refine(
      (text) => !text.startsWith('postgres') || isEncodedAddress(text),
      'DATABASE_URL is no address that can be read: check its port, and write special characters of the password percent-encoded (@ as %40, / as %2F, % as %25)',
    )
    .default('sqlite:data/certbot.sqlite'),
  AZURE_TENANT_ID: form(
    'AZURE_TENANT_ID',
    /^[\w.-]+$/,
    'the directory (tenant) id of Microsoft Entra, a UUID',
  ).optional(),
  AZURE_CLIENT_ID: form('AZURE_CLIENT_ID', /^[\w.-]+$/, 'the application (client) id of the app, a UUID').optional(),
  AZURE_CLIENT_SECRET: z.string().optional(),
  AZURE_CLIENT_CERTIFICATE_PATH: z.string().optional(),
  AZURE_FEDERATED_TOKEN_FILE: z.string().optional(),
  AZURE_AUTHORITY_HOST: url('AZURE_AUTHORITY_HOST', ['https:'], 'https://login.microsoftonline.com').optional(),
  OAUTH_CONNECTION: z.string().optional(),
  OPERATOR_CONVERSATION: form(
    'OPERATOR_CONVERSATION',
    /^\S+$/,
    'the id of a conversation: 19:…@thread.tacv2 of a channel in Teams, or <team id>:<channel id> in Slack',
  ).optional(),
  DEFAULT_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'DEFAULT_TIME_ZONE must be a time zone such as Europe/Berlin or America/New_York')
    .default('UTC'),
  HOLIDAYS: z
    .string()
    .transform((text) => text.trim().toUpperCase())
    .refine(
      (text) => isRegion(text) !== null,
      'HOLIDAYS must be a country or one of its regions whose public holidays are known, such as DE, DE-BY, CH-ZH or US-CA',
    )
    .optional(),
  GRAPH_BASE_URL: url('GRAPH_BASE_URL', ['https:'], GRAPH_EXAMPLE)
    .transform((text) => text.replace(/\/v1\.0$/, ''))
    .refine((text) => new URL(text).pathname === '/', `GRAPH_BASE_URL must be an address such as ${GRAPH_EXAMPLE}`)
    .default('https://graph.microsoft.com'),
  GRAPH_ACCESS_TOKEN: form('GRAPH_ACCESS_TOKEN', /^\S+$/, 'the token alone, without “Bearer”').optional(),
  CALENDAR: oneOf('CALENDAR', ['graph', 'ics', 'none']).optional(),
  CALENDAR_MAILBOX: form(
    'CALENDAR_MAILBOX',
    /^(?:[^\s@]+@[^\s@]+|[\da-f-]{36})$/i,
    'one mailbox, such as certificates@example.com',
  ).optional(),
  PROBE_INTERVAL: duration('PROBE_INTERVAL', '365d').default(UNITS['h']! * 6),
  PROBE_TIMEOUT: duration('PROBE_TIMEOUT', '1h').default(10_000),
  PROBE_CONCURRENCY: integer('PROBE_CONCURRENCY', 1, 1024).default(16),
  PROBE_ALLOW: cidrs('PROBE_ALLOW').optional(),
  PROBE_DENY: cidrs('PROBE_DENY').optional(),
  PROBE_PORTS: ports('PROBE_PORTS').optional(),
  PERSON_RATE: integer('PERSON_RATE', 1, 100_000).default(20),
  CONVERSATION_RATE: integer('CONVERSATION_RATE', 1, 100_000).default(60),
  PROBE_BUDGET: integer('PROBE_BUDGET', 1, 100_000).default(120),
  PROBE_GRACE: duration('PROBE_GRACE', '365d').default(UNITS['h']!),
  ALERT_INTERVAL: duration('ALERT_INTERVAL', '1h').default(UNITS['m']!),
  PROBE_CA_FILE: z.string().optional(),
  HTTPS_PROXY: proxy('HTTPS_PROXY').optional(),
  https_proxy: proxy('https_proxy').optional(),
  NO_PROXY: z.string().optional(),
  no_proxy: z.string().optional(),
  MAX_WATCHES: integer('MAX_WATCHES', 1, 1_000_000).default(2000),
  DNS_SERVERS: z.string().optional(),
  METRICS_PORT: z
    .union([z.literal('off'), integer('METRICS_PORT', 0, 65_535)], {
      error: 'METRICS_PORT must be a port number or off',
    })
    .optional(),
  METRICS_HOST: host('METRICS_HOST').optional(),
  PLAYGROUND: oneOf('PLAYGROUND', ['auto', 'on', 'off']).default('auto'),
  LOG_FORMAT: oneOf('LOG_FORMAT', ['auto', 'pretty', 'json']).default('auto'),
  LOG_LEVEL: oneOf('LOG_LEVEL', LOG_LEVELS).default('info'),
});

/** The names of the variables that are read here; adapters read a few more by themselves. */
export const VARIABLES: readonly string[] = Object.keys(schema.shape);

type Values = z.output<typeof schema>;

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isAddress(host));
}

function hostOf(values: Values, localMode: boolean, problems: string[]): string {
  if (values.HOST === undefined) return localMode ? '127.0.0.1' : '0.0.0.0';
  if (localMode && !isLoopback(values.HOST) && values.ALLOW_UNAUTHENTICATED !== 'yes') {
    problems.push(
      `HOST=${values.HOST} would let anybody on the network command this bot, since without MicrosoftAppId or Slack credentials nobody is authenticated; leave HOST out, set chat credentials, or set ALLOW_UNAUTHENTICATED=yes if you really mean it`,
    );
  }
  return values.HOST;
}

function hasGraphCredentials(values: Values): boolean {
  return (
    values.GRAPH_ACCESS_TOKEN !== undefined ||
    (values.AZURE_TENANT_ID !== undefined && values.AZURE_CLIENT_ID !== undefined)
  );
}

/**
 * The bot's own permission is to be used: credentials for it are there, or CALENDAR=graph asks for Graph and nothing
 * but a managed identity is left. People who sign in bring their own.
 */
function hasOwnAccess(values: Values): boolean {
  return hasGraphCredentials(values) || (values.CALENDAR === 'graph' && values.OAUTH_CONNECTION === undefined);
}

function tenantsOf(values: Values, teams: TeamsCredentials | null): string[] | null {
  const allowed = list(values.ALLOWED_TENANTS);
  if (allowed.length > 0) return allowed;
  return teams?.appType !== 'MultiTenant' && teams?.tenantId ? [teams.tenantId] : null;
}

function dnsServersOf(values: Values, problems: string[]): string[] {
  const servers = list(values.DNS_SERVERS);
  for (const server of servers) {
    const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(server) ?? [];
    const address = bracketed ?? plain ?? server;
    if (!isAddress(address) || (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65_535)))
      problems.push(
        `DNS_SERVERS: “${server}” is not an IP address; type addresses separated by commas, such as 192.0.2.53 or [2001:db8::53]:53`,
      );
  }
  return servers;
}

/** Many programs know these names in lower case only, others in upper case only: either counts, upper case first. */
function proxyOf(values: Values): Config['probe']['proxy'] {
  const url = values.HTTPS_PROXY ?? values.https_proxy;
  return url === undefined ? null : { url, noProxy: values.NO_PROXY ?? values.no_proxy ?? '' };
}

/** The default port gives way to PORT; one that was named does not. */
function metricsOf(values: Values, problems: string[], warnings: string[]): Config['metrics'] {
  const { METRICS_PORT: named, METRICS_HOST: address = '127.0.0.1', PORT } = values;
  if (named === 'off' && values.METRICS_HOST !== undefined)
    warnings.push('METRICS_HOST changes nothing: with METRICS_PORT=off there are no metrics');
  if (named === 'off') return null;
  const port = named ?? METRICS_PORT;
  if (port !== PORT || port === 0) return { host: address, port, isNamed: named !== undefined };
  const sentence = `METRICS_PORT and PORT are both ${port}`;
  if (named === undefined) warnings.push(`${sentence}, so that there are no metrics; choose another METRICS_PORT`);
  else problems.push(`${sentence}: choose another for one of them, for example METRICS_PORT=${port + 1}`);
  return null;
}

/** A secret without what says whose it is, which `@azure/identity` would pass over without a word. */
function checkAzure(values: Values, problems: string[]): void {
  if (values.AZURE_TENANT_ID !== undefined && values.AZURE_CLIENT_ID !== undefined) return;
  const secrets = ['AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH', 'AZURE_FEDERATED_TOKEN_FILE'] as const;
  const secret = secrets.find((name) => values[name] !== undefined);
  if (secret === undefined) return;
  const missing = (['AZURE_TENANT_ID', 'AZURE_CLIENT_ID'] as const).filter((name) => values[name] === undefined);
  problems.push(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing: ${secret} is a credential of an app in a tenant; set all three, or none`,
  );
}

/** What was set in vain, or is missed by something that works all the same. */
function unused(values: Values, { calendar, localMode, slack, teams }: Config): string[] {
  const sentences: string[] = [];
  if (values.PUBLIC_URL === undefined && !localMode) {
    const needs = [
      teams && 'Teams (which posts to <PUBLIC_URL>/api/messages)',
      slack?.signingSecret && 'Slack over HTTP (which posts to <PUBLIC_URL>/api/slack/events)',
      calendar !== 'none' && 'calendar feeds and files',
    ].filter(Boolean);
    if (needs.length > 0)
      sentences.push(
        `PUBLIC_URL is not set: nothing is linked in messages until it says where this bot is reached from outside, such as https://certbot.example.com; it is needed for ${needs.join(', ')}`,
      );
  }
  if (values.SECRET_KEY === undefined && calendar !== 'none' && !values.DATABASE_URL.startsWith('sqlite:'))
    sentences.push(
      'SECRET_KEY is not set: calendar feeds get another address with each start (earlier ones go on working); set it, the same for all processes, for addresses that stay (docs/configuration.md says how to make one)',
    );
  if (values.CALENDAR_MAILBOX !== undefined && calendar !== 'graph')
    sentences.push(`CALENDAR_MAILBOX changes nothing: nothing is written into mailboxes with CALENDAR=${calendar}`);
  if (teams && values.MicrosoftAppType === undefined)
    sentences.push(
      'MicrosoftAppType is not set and counts as SingleTenant, so that only people of MicrosoftAppTenantId are let in; it counted as MultiTenant in earlier versions. Set it to what the bot was registered as: SingleTenant, UserAssignedMSI or MultiTenant',
    );
  if (values.MicrosoftAppTenantId !== undefined && !teams)
    sentences.push('MicrosoftAppTenantId changes nothing without MicrosoftAppId; set both for Teams');
  const names = list(values.ALLOWED_TENANTS ?? '').filter((id) => !TENANT.test(id));
  if (names.length > 0)
    sentences.push(
      `ALLOWED_TENANTS lets nobody in by ${names.join(', ')}, which looks like a name: it takes the ids of Microsoft 365 tenants, and of Slack workspaces (T…) and organisations (E…)`,
    );
  if (!localMode && values.OPERATOR_CONVERSATION !== undefined && !values.OPERATOR_CONVERSATION.includes(':'))
    sentences.push(
      `OPERATOR_CONVERSATION=${values.OPERATOR_CONVERSATION} looks like a name: it takes the id of a conversation, 19:…@thread.tacv2 of a channel in Teams, or <team id>:<channel id> in Slack`,
    );
  if (values.CALENDAR === undefined && calendar !== 'graph' && values.AZURE_TENANT_ID !== undefined)
    sentences.push(
      'AZURE_TENANT_ID changes nothing without AZURE_CLIENT_ID; set both to write into Outlook, or CALENDAR=graph for a managed identity',
    );
  return sentences;
}

/** The values, defaults in place of wrong ones, and what is wrong by variable. */
function parse(env: Record<string, string>): { values: Values; wrong: Map<string, string> } {
  const parsed = schema.safeParse(env);
  if (parsed.success) return { values: parsed.data, wrong: new Map() };
  const wrong = new Map(
    parsed.error.issues.map(({ path, message }): [string, string] => {
      const name = String(path[0]);
      return [name, message.includes(name) ? message : `${name}: ${message}`];
    }),
  );
  const rest = Object.entries(env).filter(([name]) => !wrong.has(name));
  return { values: schema.parse(Object.fromEntries(rest)), wrong };
}

/** Reads and validates the environment. Throws ConfigError that lists everything wrong with it. */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const own = ownVariables(env);
  const { values, wrong } = parse(own);
  const hints = [...misspelt(own, VARIABLES), ...quoted(own, VARIABLES)];
  const warnings = [...hints];
  const teams = teamsOf(values, problems);
  const slack = slackOf(values, { allowed: list(values.ALLOWED_TENANTS), publicUrl: values.PUBLIC_URL }, problems);
  const localMode = teams === null && slack === null;
  checkAzure(values, problems);
  if (values.PLAYGROUND === 'on' && !teams && slack)
    problems.push('PLAYGROUND=on is for Teams or for local mode; with Slack alone leave it out');
  const reachesGraph = hasGraphCredentials(values) || (values.OAUTH_CONNECTION !== undefined && teams !== null);
  const calendar = values.CALENDAR ?? (reachesGraph ? 'graph' : 'ics');
  if (values.OAUTH_CONNECTION !== undefined && !teams)
    problems.push(
      'OAUTH_CONNECTION is a connection of the Azure Bot registration: it needs MicrosoftAppId and its credentials; set them, or leave OAUTH_CONNECTION out',
    );
  if (values.CALENDAR_MAILBOX !== undefined && calendar === 'graph' && !hasOwnAccess(values))
    problems.push(
      'CALENDAR_MAILBOX needs a permission of the bot itself (AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or a managed identity): with OAUTH_CONNECTION alone people open only their own calendars',
    );
  const config: Config = {
    port: values.PORT,
    host: hostOf(values, localMode, problems),
    publicUrl: values.PUBLIC_URL ?? (localMode ? `http://localhost:${values.PORT}` : null),
    localMode,
    teams,
    slack,
    allowedTenants: tenantsOf(values, teams),
    databaseUrl: values.DATABASE_URL,
    secretKeys: (values.SECRET_KEY ?? '').split(',').flatMap((key) => key.trim() || []),
    calendar,
    calendarMailbox: values.CALENDAR_MAILBOX ?? null,
    graph: {
      baseUrl: values.GRAPH_BASE_URL,
      accessToken: values.GRAPH_ACCESS_TOKEN ?? null,
      tenantId: values.AZURE_TENANT_ID ?? null,
      clientId: values.AZURE_CLIENT_ID ?? null,
      secretHint: values.AZURE_CLIENT_SECRET?.slice(0, 3) ?? null,
      ownAccess: hasOwnAccess(values),
    },
    oauthConnection: values.OAUTH_CONNECTION ?? null,
    operatorConversation: values.OPERATOR_CONVERSATION ?? null,
    defaultTimeZone: values.DEFAULT_TIME_ZONE,
    holidays: values.HOLIDAYS ?? null,
    probe: {
      interval: values.PROBE_INTERVAL,
      timeout: values.PROBE_TIMEOUT,
      concurrency: values.PROBE_CONCURRENCY,
      allow: values.PROBE_ALLOW ?? (localMode ? PRIVATE_RANGES : []),
      deny: values.PROBE_DENY ?? [],
      ports: values.PROBE_PORTS ?? null,
      budget: values.PROBE_BUDGET,
      grace: values.PROBE_GRACE,
      caFile: values.PROBE_CA_FILE ?? null,
      proxy: proxyOf(values),
    },
    alertInterval: values.ALERT_INTERVAL,
    maxWatches: values.MAX_WATCHES,
    messageRate: { person: values.PERSON_RATE, conversation: values.CONVERSATION_RATE },
    dnsServers: dnsServersOf(values, problems),
    metrics: metricsOf(values, problems, warnings),
    playground: values.PLAYGROUND === 'on' || (values.PLAYGROUND === 'auto' && localMode),
    logFormat: values.LOG_FORMAT,
    logLevel: values.LOG_LEVEL,
    warnings,
  };
  warnings.push(...unused(values, config));
  // What follows from a variable that is wrong by itself is not worth a second line.
  const chat = [...wrong.keys()].some((name) => /^(?:SLACK_|Microsoft)/.test(name));
  const further = problems.filter(
    (problem) => ![...wrong.keys()].some((name) => problem.includes(name)) && !(chat && problem.startsWith('HOST=')),
  );
  if (wrong.size > 0 || further.length > 0) throw new ConfigError([...wrong.values(), ...further], hints);
  return config;
}
