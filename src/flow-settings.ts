import type { Config } from './config/config.ts';
import { hostname } from 'node:os';
import release from '../package.json' with { type: 'json' };
import { alertRules } from './core/alerts/rules.ts';
import { cloudOf } from './core/model/cloud.ts';
import { SECOND } from './core/time.ts';
import type { FlowContext } from './flows/context.ts';

/**
 * The database as it is watched, where the bot speaks TLS with it (sslmode) and it is another machine's; else null.
 * Credentials stay out of it.
 */
export function databaseOverTls(databaseUrl: string): string | null {
  const url = /^postgres(?:ql)?:/.test(databaseUrl) ? URL.parse(databaseUrl) : null;
  const mode = url?.searchParams.get('sslmode') ?? 'disable';
  if (!url || mode === 'disable' || /^(?:|localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)) return null;
  return `postgres://${url.hostname}:${url.port || 5432}`;
}

/** What of the configuration concerns the flows, as they know it. */
export function settingsOf(
  config: Config,
  { mailboxesOpenTo, isHome }: Pick<FlowContext['settings'], 'mailboxesOpenTo' | 'isHome'>,
): FlowContext['settings'] {
  const { timeout, concurrency } = config.probe;
  return {
    calendar: config.calendar,
    calendarMailbox: config.calendarMailbox,
    mailboxesOpenTo,
    isHome,
    ownAccess: config.graph.ownAccess,
    defaultTimeZone: config.defaultTimeZone,
    holidays: config.holidays,
    freezes: [],
    version: release.version,
    replica: `${hostname()}:${process.pid}`,
    operatorConversation: config.operatorConversation,
    publicUrl: config.publicUrl,
    ownDatabase: databaseOverTls(config.databaseUrl),
    outlookUrl: cloudOf(config.graph.baseUrl).outlook,
    probeInterval: config.probe.interval,
    grace: config.probe.grace,
    alerts: alertRules(config.probe.interval, config.alertInterval),
    probeBudget: config.probe.budget,
    messageRate: config.messageRate,
    probePorts: config.probe.ports,
    maxWatches: config.maxWatches,
    lease: Math.max(30 * SECOND, 3 * timeout),
    looksAtOnce: Math.max(64, 32 * concurrency),
  };
}
