import { randomUUID } from 'node:crypto';
import { createGraphCalendar } from './calendars/graph/calendar.ts';
import { createTokenSource } from './calendars/graph/credentials.ts';
import { createGraphTenant, type GraphTenant } from './calendars/graph/tenant.ts';
import type { Config } from './config/config.ts';
import { ownApps } from './config/own-apps.ts';
import type { Calendar } from './core/ports/calendar.ts';
import type { Log } from './core/ports/log.ts';
import type { Store } from './core/ports/store.ts';
import { createTokens } from './flows/people/tokens.ts';
import { whenStored } from './opened-store.ts';
import type { Bot } from './wiring.ts';

interface Outlook {
  calendar: Calendar;
  /** Null: the bot has no permission of its own whose tenant it could be. */
  tenant: (GraphTenant & { close(): void }) | null;
}

type CalendarOptions = Omit<Parameters<typeof createGraphCalendar>[0], 'tokens' | 'mailboxes' | 'authentication'>;

/**
 * The calendars of Outlook, joined to a bot that asks for tokens of people and of the `application`, and whose operators
 * are told what is refused. `bot` is made with this calendar, and asked for with the first call only; `tell` gets what
 * is on its way to the operators.
 */
export function createJoinedCalendar(
  bot: () => Pick<Bot, 'context' | 'flows'>,
  options: CalendarOptions & {
    application: Parameters<typeof createTokens>[1]['application'];
    tell: (work: Promise<void>) => void;
  },
): Calendar {
  const { application, tell, ...rest } = options;
  const tokens = (): ReturnType<typeof createTokens> =>
    createTokens(bot().context, { application, lost: (connection) => bot().flows.signing.lost(connection) });
  return createGraphCalendar({
    ...rest,
    tokens: {
      get: (mailbox, which) => tokens().get(mailbox, which),
      refused: (mailbox, token) => tokens().refused(mailbox, token),
    },
    mailboxes: {
      refused: (mailbox, refusal) => tell(bot().flows.operators.mailboxRefuses(mailbox, refusal)),
      accepted: (mailbox, what) => tell(bot().flows.operators.mailboxAccepts(mailbox, what)),
    },
    authentication: {
      failed: (problem) => tell(bot().flows.operators.graphRefuses(problem)),
      recovered: () => tell(bot().flows.operators.graphAccepts()),
    },
  });
}

/**
 * Also with CALENDAR=ics, where there are credentials: events of the time before have to be taken away. `bot` is used
 * with the first call only; `known` is told when it has become known whose mailboxes these are.
 */
export async function createOutlook(
  config: Pick<Config, 'calendar' | 'graph' | 'teams'>,
  options: {
    env: Record<string, string | undefined>;
    log: Log;
    store: Store;
    bot: () => Bot;
    known: () => void;
  },
): Promise<Outlook | null> {
  if (config.calendar !== 'graph' && !config.graph.ownAccess) return null;
  const { env, log, store, bot, known } = options;
  const { baseUrl, accessToken, tenantId, ownAccess } = config.graph;
  const application = createTokenSource({ baseUrl, env, ...(accessToken ? { accessToken } : {}) });
  const calendar = createJoinedCalendar(bot, {
    baseUrl,
    installation: await whenStored(() => store.ensureValue('installation', () => randomUUID())),
    application,
    apps: ownApps(config),
    tell: (work) => void work.catch((error: unknown) => log.error({ err: error }, 'the operators could not be told')),
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
