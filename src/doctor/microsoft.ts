import { AuthenticationRefused, problemOf, UNUSABLE_CERTIFICATE } from '../calendars/graph/authentication.ts';
import { createGraphClient, type GraphCall } from '../calendars/graph/client.ts';
import { authorityFor, createTokenSource } from '../calendars/graph/credentials.ts';
import { opens } from '../calendars/graph/mailbox.ts';
import type { Config, TeamsCredentials } from '../config/config.ts';
import { DeliveryError, errorCodes } from '../core/errors.ts';
import type { Say } from '../core/language/language.ts';
import { enumerate, isoMinute } from '../core/language/wording.ts';
import { cloudOf } from '../core/model/cloud.ts';
import type { AuthenticationProblem } from '../core/ports/calendar.ts';
import type { Log } from '../core/ports/log.ts';
import { claimsOf } from '../core/reminders/token-account.ts';
import { fine, hint, unused, wrong, type Verdict } from './verdict.ts';

export interface MicrosoftOptions {
  env: Record<string, string | undefined>;
  say: Say;
  /** For each call, milliseconds. */
  timeout: number;
  log: Log;
  now: () => number;
}

/** What the sentences of the Bot Framework tell apart; everything else has its code. */
const TOLD = ['secret-expired', 'secret-wrong', 'certificate', 'app-unknown', 'tenant-unknown'] as const;

function codeIn({ code }: AuthenticationProblem): string {
  return code === null ? '' : ` (${code})`;
}

/** Why there is no token for the Bot Framework. */
function teamsProblem(
  error: unknown,
  { appType, certificate }: TeamsCredentials,
): AuthenticationProblem | 'identity' | null {
  const problem = problemOf(error);
  if (problem) return problem;
  if (certificate && error instanceof Error && UNUSABLE_CERTIFICATE.test(error.message))
    return { what: 'certificate', code: null };
  return appType === 'UserAssignedMSI' ? 'identity' : null;
}

/** The way to a token for the Bot Framework, as the bot itself takes it. */
export async function teamsVerdict({ teams }: Config, { env, say }: MicrosoftOptions): Promise<Verdict> {
  if (teams === null) return unused(say('doctor.not-set-up'));
  const { fetchOwnToken, loginHostOf } = await import('../channels/teams/adapter.ts');
  try {
    const claims = claimsOf(await fetchOwnToken(teams, env));
    const app = claims?.['appid'] ?? claims?.['azp'];
    if (typeof app === 'string' && app.toLowerCase() !== teams.appId.toLowerCase())
      return wrong(say('doctor.teams.other-app', { app }), say('doctor.teams.other-app.remedy'));
    return fine(say('doctor.teams.fine'));
  } catch (error) {
    const problem = teamsProblem(error, teams);
    if (problem === 'identity') return wrong(say('doctor.teams.identity'), say('doctor.teams.identity.remedy'));
    if (problem) {
      const what = TOLD.find((each) => each === problem.what) ?? 'other';
      return wrong(say(`doctor.teams.${what}`, { code: codeIn(problem) }), say(`doctor.teams.${what}.remedy`));
    }
    const { errorCode } = error as { errorCode?: unknown };
    const code = errorCodes(error)[0] ?? (typeof errorCode === 'string' ? errorCode : 'no answer');
    return wrong(
      say('doctor.teams.unreachable', { code }),
      say('doctor.teams.unreachable.remedy', { host: loginHostOf(env) }),
    );
  }
}

/** Permissions of Microsoft Graph by name, each with those that include it. */
const WRITES = { name: 'Calendars.ReadWrite', also: [] };
const OPTIONAL = [
  { name: 'MailboxSettings.Read', also: ['MailboxSettings.ReadWrite'] },
  { name: 'User.Read.All', also: ['User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'] },
  {
    name: 'Application.Read.All',
    also: ['Application.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
  },
];

/**
 * What an access token says ("Access token claims reference"): application permissions are in `roles`, those of a person
 * in `scp`. Null: it says neither, as a token of another form does.
 */
function permissionsIn(token: string): { granted: string[]; kind: 'application' | 'person' } | null {
  const claims = claimsOf(token);
  if (!claims) return null;
  const { scp, roles } = claims;
  if (typeof scp === 'string') return { granted: scp.split(' '), kind: 'person' };
  const granted = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  return { granted, kind: 'application' };
}

/** How a mailbox was found. */
type Door = 'opens' | 'forbidden' | 'gone' | { failed: string };

/** What the checks of Microsoft Graph share: one token and one look at the mailbox, each asked for once. */
interface GraphDesk extends MicrosoftOptions {
  config: Config;
  /** The bot has a permission of its own, and is to use it. */
  isUsed: boolean;
  token: () => Promise<string>;
  door: (mailbox: string) => Promise<Door>;
}

async function lookAt(mailbox: string, { config, token, log, timeout, now }: Omit<GraphDesk, 'door'>): Promise<Door> {
  const { call } = createGraphClient({
    baseUrl: config.graph.baseUrl,
    tokens: { get: async () => ({ token: await token(), kind: 'application' }), refused() {} },
    authentication: { failed() {}, recovered() {} },
    log,
    timeout,
    now,
    random: Math.random,
  });
  try {
    const isOpen = await opens((request: GraphCall & { mailbox: string }) => call(request), mailbox);
    return isOpen ? 'opens' : 'forbidden';
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    if (error.code === 'gone') return 'gone';
    const { problem } = error as Partial<AuthenticationRefused>;
    return { failed: problem?.code ?? (error.status === undefined ? error.code : `HTTP ${error.status}`) };
  }
}

async function graphVerdict({ config, isUsed, token, env, say, now }: GraphDesk): Promise<Verdict> {
  const { calendar, graph, oauthConnection } = config;
  if (calendar === 'graph' && !graph.ownAccess)
    return unused(say('doctor.graph.people', { connection: oauthConnection ?? '' }));
  if (!isUsed) return unused(say('doctor.not-set-up'));
  try {
    const ends = Number(claimsOf(await token())?.['exp']) * 1000;
    if (graph.accessToken !== null && ends <= now())
      return wrong(say('doctor.graph.expired', { date: isoMinute(ends) }), say('doctor.graph.expired.remedy'));
    return fine(say('doctor.graph.fine'));
  } catch (error) {
    if (error instanceof AuthenticationRefused) {
      const { problem } = error;
      return wrong(
        say(`operators.graph.${problem.what}`, { code: codeIn(problem) }),
        say(`operators.graph.${problem.what}.advice`),
      );
    }
    if (!(error instanceof DeliveryError)) throw error;
    const host = URL.parse(authorityFor(env, graph.baseUrl) ?? cloudOf(graph.baseUrl).authority)?.host ?? '';
    return wrong(
      say('doctor.graph.unreachable', { code: error.code }),
      say('doctor.graph.unreachable.remedy', { host }),
    );
  }
}

async function permissionsVerdict({ config, isUsed, token, door, say }: GraphDesk): Promise<Verdict> {
  const mailbox = config.calendarMailbox;
  if (!isUsed) return unused(say('doctor.not-set-up'));
  const held = await token().catch(() => null);
  if (held === null) return unused(say('doctor.permissions.no-token'));
  const told = permissionsIn(held);
  if (!told) return unused(say('doctor.permissions.unsaid'));
  const { granted, kind } = told;
  const isGranted = ({ name, also }: (typeof OPTIONAL)[number]) =>
    [name, ...also].some((each) => granted.includes(each));
  if (!isGranted(WRITES)) {
    const permissions = WRITES.name;
    // Exchange's own role assignments are in no token.
    if (mailbox !== null && (await door(mailbox)) === 'opens')
      return fine(say('doctor.permissions.elsewhere', { permissions }));
    return wrong(
      say('doctor.permissions.missing', { permissions }),
      say('doctor.permissions.missing.remedy', { permissions, kind }),
    );
  }
  const lacking = OPTIONAL.filter((each) => !isGranted(each)).map(({ name }) => name);
  const names = (some: string[]): string => enumerate(some, some.length, say);
  if (lacking.length > 0)
    return hint(
      say('doctor.permissions.optional', { permissions: names(lacking) }),
      say('doctor.permissions.optional.remedy'),
    );
  return fine(say('doctor.permissions.fine', { permissions: names([WRITES, ...OPTIONAL].map(({ name }) => name)) }));
}

async function calendarsVerdict({ config, token, door, say }: GraphDesk): Promise<Verdict> {
  const { calendar, calendarMailbox: mailbox, graph, publicUrl, localMode } = config;
  if (calendar === 'none') return unused(say('doctor.calendars.none'));
  if (calendar === 'ics') {
    const isLocal = !localMode && (publicUrl === null || /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(publicUrl));
    if (isLocal) return hint(say('doctor.calendars.local'), say('doctor.calendars.local.remedy'));
    return fine(say('doctor.calendars.ics', { url: `${publicUrl ?? ''}/calendar/` }));
  }
  if (mailbox === null) return unused(say('doctor.calendars.owners'));
  const found = (await token().catch(() => null)) === null ? null : await door(mailbox);
  if (found === null) return unused(say('doctor.calendars.no-token', { mailbox }));
  if (found === 'opens') return fine(say('doctor.calendars.opens', { mailbox }));
  if (typeof found === 'string')
    return wrong(say(`doctor.calendars.${found}`, { mailbox }), say(`doctor.calendars.${found}.remedy`));
  return wrong(
    say('doctor.calendars.unreachable', { mailbox, code: found.failed }),
    say('doctor.calendars.unreachable.remedy', { host: new URL(graph.baseUrl).host }),
  );
}

/** The checks of Microsoft Graph: the bot's own token, what it may do with it, and the mailbox that it writes to. */
export function createGraphChecks(config: Config, options: MicrosoftOptions) {
  const { baseUrl, accessToken, ownAccess } = config.graph;
  let asking: Promise<string> | undefined;
  let looking: Promise<Door> | undefined;

  function token(): Promise<string> {
    asking ??= createTokenSource({ baseUrl, env: options.env, ...(accessToken ? { accessToken } : {}) }).get();
    return asking;
  }

  const shared = { ...options, config, isUsed: config.calendar === 'graph' && ownAccess, token };
  const desk: GraphDesk = { ...shared, door: (mailbox) => (looking ??= lookAt(mailbox, shared)) };
  return {
    graphVerdict: () => graphVerdict(desk),
    permissionsVerdict: () => permissionsVerdict(desk),
    calendarsVerdict: () => calendarsVerdict(desk),
  };
}
