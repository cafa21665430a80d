import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** Everything the environment decides, validated. Durations are milliseconds. */
export interface Config {
  port: number;
  host: string;
  publicUrl: string;
  /** No chat credentials: loopback only, Playground, no authentication of callers. */
  localMode: boolean;
  teams: TeamsCredentials | null;
  allowedTenants: string[] | null;
  databaseUrl: string;
  calendar: 'graph' | 'ics' | 'none';
  calendarMailbox: string | null;
  graph: { baseUrl: string; accessToken: string | null };
  probe: { interval: number; timeout: number; concurrency: number; allow: string[]; deny: string[] };
  dnsServers: string[];
  metricsPort: number | null;
  playground: boolean;
  logLevel: string;
}

export interface TeamsCredentials {
  appId: string;
  appPassword: string | undefined;
  appType: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  tenantId: string | undefined;
  certificate: { thumbprint: string; privateKey: string } | undefined;
}

/** Thrown by readConfig: lists every variable that is wrong and how to mend it. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_ERROR';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Environment = Record<string, string | undefined>;

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PRIVATE_RANGES = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The most that a timer takes is 24.8 days; a length of time that ends in one stays well below. */
function duration(name: string, most: '1h' | '365d'): z.ZodType<number, string> {
  const hint = `${name} must be a length of time from 1s to ${most}, such as ${most === '1h' ? '10s or 1m' : '30s, 5m, 6h or 30d'}`;
  const limit = most === '1h' ? UNITS['h']! : 365 * UNITS['d']!;
  return z.string().transform((text, issues) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
    const value = match ? Number(match[1]) * UNITS[match[2]!]! : Number.NaN;
    if (value >= 1000 && value <= limit) return value;
    issues.addIssue({ code: 'custom', message: hint });
    return z.NEVER;
  });
}

function integer(name: string, least: number, most: number): z.ZodType<number, string> {
  const hint = `${name} must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, hint)
    .transform(Number)
    .refine((value) => value >= least && value <= most, hint);
}

function list(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,;]+/).filter((item) => item !== '');
}

/** A literal address in full: `10` and `127.1` are addresses to ipaddr.js, but hardly to who typed them. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function cidrs(name: string): z.ZodType<string[], string> {
  return z.string().transform((text, issues) => {
    const ranges = list(text).map((item) => (item.includes('/') ? item : `${item}/${item.includes(':') ? 128 : 32}`));
    const bad = ranges.find((range) => !ipaddr.isValidCIDR(range) || !isAddress(range.replace(/\/\d+$/, '')));
    if (bad === undefined) return ranges;
    issues.addIssue({
      code: 'custom',
      message: `${name}: “${bad}” is not an address range; type CIDR ranges separated by commas, such as 10.0.0.0/8,fd00::/8`,
    });
    return z.NEVER;
  });
}

function url(name: string, schemes: string[], example: string): z.ZodType<string, string> {
  const hint = `${name} must be an address such as ${example}`;
  return z
    .string()
    .refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), hint)
    .transform((text) => text.replace(/\/+$/, ''));
}

function oneOf<T extends string>(name: string, values: readonly [T, ...T[]]): z.ZodType<T, string> {
  return z.enum(values, { error: `${name} must be one of ${values.join(', ')}` }) as unknown as z.ZodType<T, string>;
}

const schema = z.object({
  PORT: integer('PORT', 0, 65_535).default(3978),
  HOST: z.string().optional(),
  PUBLIC_URL: url('PUBLIC_URL', ['http:', 'https:'], 'https://certbot.example.com').optional(),
  MicrosoftAppId: z.guid({ error: 'MicrosoftAppId must be the application (client) id of the bot, a UUID' }).optional(),
  MicrosoftAppPassword: z.string().optional(),
  MicrosoftAppType: oneOf('MicrosoftAppType', ['MultiTenant', 'SingleTenant', 'UserAssignedMSI']).optional(),
  MicrosoftAppTenantId: z.string().optional(),
  MicrosoftAppCertificateThumbprint: z.string().optional(),
  MicrosoftAppCertificateKey: z.string().optional(),
  ALLOWED_TENANTS: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(
      /^(?:sqlite:.+|postgres(?:ql)?:\/\/.+)$/,
      'DATABASE_URL must be sqlite:<file> or postgres://user:password@host/database',
    )
    .default('sqlite:data/certbot.sqlite'),
  AZURE_TENANT_ID: z.string().optional(),
  AZURE_CLIENT_ID: z.string().optional(),
  GRAPH_BASE_URL: url('GRAPH_BASE_URL', ['https:'], 'https://graph.microsoft.com (https, without /v1.0)').default(
    'https://graph.microsoft.com',
  ),
  GRAPH_ACCESS_TOKEN: z.string().optional(),
  CALENDAR: oneOf('CALENDAR', ['graph', 'ics', 'none']).optional(),
  CALENDAR_MAILBOX: z.string().optional(),
  PROBE_INTERVAL: duration('PROBE_INTERVAL', '365d').default(UNITS['h']! * 6),
  PROBE_TIMEOUT: duration('PROBE_TIMEOUT', '1h').default(10_000),
  PROBE_CONCURRENCY: integer('PROBE_CONCURRENCY', 1, 1024).default(16),
  PROBE_ALLOW: cidrs('PROBE_ALLOW').optional(),
  PROBE_DENY: cidrs('PROBE_DENY').optional(),
  DNS_SERVERS: z.string().optional(),
  METRICS_PORT: z
    .union([z.literal('off'), integer('METRICS_PORT', 0, 65_535)], {
      error: 'METRICS_PORT must be a port number or off',
    })
    .default(9464),
  PLAYGROUND: oneOf('PLAYGROUND', ['auto', 'on', 'off']).default('auto'),
  LOG_LEVEL: oneOf('LOG_LEVEL', LOG_LEVELS).default('info'),
});

type Values = z.output<typeof schema>;

/** Set but empty counts as not set, as in `.env` files. */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

const SECRETS = ['MicrosoftAppPassword', 'MicrosoftAppCertificateThumbprint', 'MicrosoftAppCertificateKey'] as const;

function teamsOf(values: Values, problems: string[]): TeamsCredentials | null {
  const appId = values.MicrosoftAppId;
  if (appId === undefined) {
    for (const name of SECRETS) {
      if (values[name] !== undefined)
        problems.push(`${name} is set but MicrosoftAppId is not; set both, or neither for local mode`);
    }
    return null;
  }
  const appType = values.MicrosoftAppType ?? 'MultiTenant';
  const thumbprint = values.MicrosoftAppCertificateThumbprint;
  const privateKey = values.MicrosoftAppCertificateKey?.replaceAll('\\n', '\n');
  const certificate = thumbprint !== undefined && privateKey !== undefined ? { thumbprint, privateKey } : undefined;
  if ((thumbprint === undefined) !== (privateKey === undefined)) {
    problems.push('MicrosoftAppCertificateThumbprint and MicrosoftAppCertificateKey go together; set both or neither');
  }
  if (appType !== 'UserAssignedMSI' && values.MicrosoftAppPassword === undefined && !certificate) {
    problems.push(
      `MicrosoftAppPassword is missing (or MicrosoftAppCertificateThumbprint with MicrosoftAppCertificateKey): a ${appType} bot (MicrosoftAppType) needs one`,
    );
  }
  if (appType !== 'MultiTenant' && values.MicrosoftAppTenantId === undefined) {
    problems.push(`MicrosoftAppTenantId is missing: a ${appType} bot (MicrosoftAppType) needs the tenant it lives in`);
  }
  return {
    appId,
    appPassword: values.MicrosoftAppPassword,
    appType,
    tenantId: values.MicrosoftAppTenantId,
    certificate,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (host.startsWith('127.') && isAddress(host));
}

function hostOf(values: Values, localMode: boolean, env: Environment, problems: string[]): string {
  if (values.HOST === undefined) return localMode ? '127.0.0.1' : '0.0.0.0';
  if (localMode && !isLoopback(values.HOST) && env['ALLOW_UNAUTHENTICATED'] !== 'yes') {
    problems.push(
      `HOST=${values.HOST} would let anybody on the network command this bot, since without MicrosoftAppId nobody is authenticated; leave HOST out, set chat credentials, or set ALLOW_UNAUTHENTICATED=yes if you really mean it`,
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

/** The values, defaults in place of wrong ones, and what is wrong by variable. */
function parse(env: Environment): { values: Values; wrong: Map<string, string> } {
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
  const { values, wrong } = parse(withoutEmpty(env));
  const teams = teamsOf(values, problems);
  const localMode = teams === null;
  const calendar = values.CALENDAR ?? (hasGraphCredentials(values) ? 'graph' : 'ics');
  const config: Config = {
    port: values.PORT,
    host: hostOf(values, localMode, env, problems),
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    localMode,
    teams,
    allowedTenants: tenantsOf(values, teams),
    databaseUrl: values.DATABASE_URL,
    calendar,
    calendarMailbox: values.CALENDAR_MAILBOX ?? null,
    graph: { baseUrl: values.GRAPH_BASE_URL.replace(/\/v1\.0$/, ''), accessToken: values.GRAPH_ACCESS_TOKEN ?? null },
    probe: {
      interval: values.PROBE_INTERVAL,
      timeout: values.PROBE_TIMEOUT,
      concurrency: values.PROBE_CONCURRENCY,
      allow: values.PROBE_ALLOW ?? (localMode ? PRIVATE_RANGES : []),
      deny: values.PROBE_DENY ?? [],
    },
    dnsServers: dnsServersOf(values, problems),
    metricsPort: values.METRICS_PORT === 'off' ? null : values.METRICS_PORT,
    playground: values.PLAYGROUND === 'on' || (values.PLAYGROUND === 'auto' && localMode),
    logLevel: values.LOG_LEVEL,
  };
  // What follows from a variable that is wrong by itself is not worth a second line.
  const further = problems.filter((problem) => ![...wrong.keys()].some((name) => problem.includes(name)));
  if (wrong.size > 0 || further.length > 0) throw new ConfigError([...wrong.values(), ...further]);
  return config;
}
