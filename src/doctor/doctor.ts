import { loadIdentity } from '../calendars/graph/credentials.ts';
import { ConfigError, readConfig, type Config } from '../config/config.ts';
import type { Say } from '../core/language/language.ts';
import { cloudOf } from '../core/model/cloud.ts';
import type { Log } from '../core/ports/log.ts';
import { parseTarget, type EndpointTarget } from '../core/targets/endpoint.ts';
import { createProxy } from '../sources/tls/proxy.ts';
import { databaseVerdict } from './database.ts';
import { dnsVerdict, handshakeVerdict } from './endpoint.ts';
import { createGraphChecks, teamsVerdict } from './microsoft.ts';
import { appTokenVerdict, botTokenVerdict, installVerdict } from './slack.ts';
import { hint, examined, fine, unused, wrong, type CheckName, type Finding, type Verdict } from './verdict.ts';

export type { Finding } from './verdict.ts';

export interface DoctorOptions {
  env: Record<string, string | undefined>;
  say: Say;
  /** For each check, milliseconds. */
  timeout: number;
  /** What names are looked up and handshakes made with; null: what the bot has to reach anyway. */
  target: EndpointTarget | null;
  log: Log;
  now: () => number;
  /** What is to be warned of before the configuration is read. */
  warnings?: string[];
}

/** What the bot has to reach anyway; example.com where that is nothing. */
function usualTarget({ graph, teams, slack }: Config, say: Say): EndpointTarget {
  const url = teams || graph.ownAccess ? cloudOf(graph.baseUrl).authority : (slack?.apiUrl ?? 'https://example.com');
  const parsed = parseTarget(new URL(url).host, say);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.target;
}

function chatsOf({ teams, slack }: Config): string {
  if (teams && slack) return 'both';
  return teams ? 'teams' : slack ? 'slack' : 'none';
}

/** Loaded where Slack is configured only. Shared by its checks. */
function slackCheck({ slack, probe }: Config, { timeout, log, now }: DoctorOptions) {
  let loading: Promise<ReturnType<typeof import('../channels/slack/check.ts').createSlackCheck>> | undefined;
  async function load() {
    await loadIdentity();
    const { createSlackCheck } = await import('../channels/slack/check.ts');
    const tunnels = probe.proxy && createProxy(probe.proxy);
    return createSlackCheck({ apiUrl: slack!.apiUrl, tunnels, timeout: 2 * timeout, log, now });
  }
  return () => (loading ??= load());
}

/** What the start would warn of is told as a hint. */
function configurationVerdict(config: Config, say: Say): Verdict {
  const sentence = say('doctor.configuration.fine', { chats: chatsOf(config) });
  if (config.warnings.length === 0) return fine(sentence);
  return hint(sentence, config.warnings.map((warning) => `${warning}.`).join(' '));
}

/** Of what is tried, what can go wrong beside a bot that is at work: its database it has itself. */
const BESIDE: CheckName[] = ['slack', 'slack-socket', 'teams', 'graph', 'permissions', 'calendars', 'dns'];

/** A line for each of these that is not fine, for whoever runs a bot that is at work. */
export async function complaints(config: Config, options: DoctorOptions): Promise<string[]> {
  const findings = await Promise.all(examine(config, options, BESIDE));
  return findings
    .filter(({ outcome }) => outcome === 'wrong' || outcome === 'hint')
    .map((finding) => lineOf(finding, options.say));
}

/**
 * Tries everything that the configuration names, all at once. Each finding comes by itself and none rejects: what fails
 * or hangs is told, and hides no other.
 */
export function examine(config: Config, options: DoctorOptions, only?: CheckName[]): Promise<Finding>[] {
  const { env, say, log, now } = options;
  // A call ends by itself only after the check has given it up: then it is the check that tells.
  const timeout = 2 * options.timeout;
  const target = options.target ?? usualTarget(config, say);
  const microsoft = { env, say, timeout, log, now };
  const graph = createGraphChecks(config, microsoft);
  const slack = slackCheck(config, options);
  const eventsUrl = `${config.publicUrl}/api/slack/events`;
  // Without chats and Graph the bot has to reach nothing: a machine without the internet is no fault.
  const isExample = options.target === null && chatsOf(config) === 'none' && !config.graph.ownAccess;
  const weighed = (verdict: Verdict): Verdict =>
    isExample && verdict.outcome === 'wrong' ? { ...verdict, outcome: 'hint' } : verdict;
  const checks: Record<CheckName, () => Promise<Verdict>> = {
    configuration: async () => configurationVerdict(config, say),
    database: () => databaseVerdict(config.databaseUrl, say, timeout),
    slack: () => botTokenVerdict(config.slack, slack, say),
    'slack-socket': () => appTokenVerdict(config.slack, slack, { say, eventsUrl }),
    'slack-install': () => installVerdict(config.slack, slack, say),
    teams: () => teamsVerdict(config, microsoft),
    graph: graph.graphVerdict,
    permissions: graph.permissionsVerdict,
    calendars: graph.calendarsVerdict,
    // A resolver that gives up by itself is told as what it is.
    dns: async () => weighed(await dnsVerdict(target, config, { say, timeout: options.timeout / 2 })),
    handshake: async () =>
      weighed(await handshakeVerdict({ target, isAsked: options.target !== null }, config, { env, log, say, now })),
  };
  const names = only ?? (Object.keys(checks) as CheckName[]);
  return names.map((check) => examined(check, checks[check], options));
}

/** The same from the environment: where it cannot be read, what is wrong with it, and nothing else can be tried. */
export function examineEnvironment(options: DoctorOptions): Promise<Finding>[] {
  const { env, say } = options;
  try {
    const config = readConfig(env);
    return examine({ ...config, warnings: [...(options.warnings ?? []), ...config.warnings] }, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((problem) => wrong(`${problem}.`, say('doctor.configuration.remedy')));
    const verdicts = [...problems, unused(say('doctor.waits'))];
    return verdicts.map(async (verdict) => ({ check: 'configuration' as const, ...verdict }));
  }
}

/** One line for people: what was tried, how it is, and how it is mended. */
export function lineOf({ check, outcome, sentence, remedy }: Finding, say: Say): string {
  const marks = { fine: '✓', hint: '!', wrong: '✗', unused: '–' };
  return [`${marks[outcome]} ${say(`doctor.${check}`)}:`, sentence, ...(remedy === null ? [] : [remedy])].join(' ');
}
