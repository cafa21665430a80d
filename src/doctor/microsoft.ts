import { AuthenticationRefused, problemOf, UNUSABLE_CERTIFICATE } from '../calendars/graph/authentication.ts';
import { authorityFor, loadIdentity } from '../calendars/graph/credentials.ts';
import type { Config, TeamsCredentials } from '../config/config.ts';
import { DeliveryError, errorCodes } from '../core/errors.ts';
import type { Say } from '../core/language/language.ts';
import { enumerate, minuteWithYear } from '../core/language/wording.ts';
import { cloudOf } from '../core/model/cloud.ts';
import type { AuthenticationProblem } from '../core/ports/calendar.ts';
import { claimsOf } from '../core/reminders/token-account.ts';
import { createGraphAccess, type GraphAccess, type GraphAccessOptions } from './graph-access.ts';
import { fine, hint, unused, wrong, type Verdict } from './verdict.ts';

export interface MicrosoftOptions extends GraphAccessOptions {
  say: Say;
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
  // What the machine says of its identities is no word of Entra's.
  if (appType === 'UserAssignedMSI') return problem?.code ? problem : 'identity';
  if (problem) return problem;
  if (certificate && error instanceof Error && UNUSABLE_CERTIFICATE.test(error.message))
    return { what: 'certificate', code: null };
  return null;
}

/** The way to a token for the Bot Framework, as the bot itself takes it. */
export async function teamsVerdict({ teams }: Config, { env, say }: MicrosoftOptions): Promise<Verdict> {
  if (teams === null) return unused(say('doctor.not-set-up'));
  await loadIdentity();
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

function isUsed({ calendar, graph }: Config): boolean {
  return calendar === 'graph' && graph.ownAccess;
}

/** The bot's own token for Microsoft Graph. */
async function graphVerdict(config: Config, access: GraphAccess, options: MicrosoftOptions): Promise<Verdict> {
  const { calendar, graph, oauthConnection } = config;
  const { accessToken, baseUrl, ownAccess } = graph;
  const { env, say, now } = options;
  if (calendar === 'graph' && !ownAccess)
    return unused(say('doctor.graph.people', { connection: oauthConnection ?? '' }));
  if (!isUsed(config)) return unused(say('doctor.not-set-up'));
  try {
    const ends = Number(claimsOf(await access.token())?.['exp']) * 1000;
    if (accessToken !== null && ends <= now())
      return wrong(
        say('doctor.graph.expired', { date: minuteWithYear(ends, say) }),
        say('doctor.graph.expired.remedy'),
      );
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
    const host = URL.parse(authorityFor(env, baseUrl) ?? cloudOf(baseUrl).authority)?.host ?? '';
    return wrong(
      say('doctor.graph.unreachable', { code: error.code }),
      say('doctor.graph.unreachable.remedy', { host }),
    );
  }
}

/** What the bot may do with its token. */
async function permissionsVerdict(config: Config, access: GraphAccess, { say }: MicrosoftOptions): Promise<Verdict> {
  const { calendarMailbox: mailbox } = config;
  if (!isUsed(config)) return unused(say('doctor.not-set-up'));
  const held = await access.token().catch(() => null);
  if (held === null) return unused(say('doctor.permissions.no-token'));
  const told = permissionsIn(held);
  if (!told) return unused(say('doctor.permissions.unsaid'));
  const { granted, kind } = told;
  const isGranted = ({ name, also }: (typeof OPTIONAL)[number]) =>
    [name, ...also].some((each) => granted.includes(each));
  if (!isGranted(WRITES)) {
    const permissions = WRITES.name;
    // Exchange's own role assignments are in no token.
    if (mailbox !== null && (await access.door(mailbox)) === 'opens')
      return fine(say('doctor.permissions.elsewhere', { permissions }));
    if (mailbox === null && kind === 'application')
      return hint(
        say('doctor.permissions.unseen', { permissions }),
        say('doctor.permissions.unseen.remedy', { permissions }),
      );
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

/** Whether reminders reach a calendar. */
async function calendarsVerdict(config: Config, access: GraphAccess, { say }: MicrosoftOptions): Promise<Verdict> {
  const { calendar, calendarMailbox: mailbox, graph, publicUrl, localMode } = config;
  if (calendar === 'none') return unused(say('doctor.calendars.none'));
  if (calendar === 'ics') {
    const isLocal = !localMode && (publicUrl === null || /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(publicUrl));
    if (isLocal) return hint(say('doctor.calendars.local'), say('doctor.calendars.local.remedy'));
    return fine(say('doctor.calendars.ics', { url: `${publicUrl ?? ''}/calendar/` }));
  }
  if (mailbox === null) return unused(say('doctor.calendars.owners'));
  const found = (await access.token().catch(() => null)) === null ? null : await access.door(mailbox);
  if (found === null) return unused(say('doctor.calendars.no-token', { mailbox }));
  if (found === 'opens') return fine(say('doctor.calendars.opens', { mailbox }));
  if (typeof found === 'string')
    return wrong(say(`doctor.calendars.${found}`, { mailbox }), say(`doctor.calendars.${found}.remedy`));
  return wrong(
    say('doctor.calendars.unreachable', { mailbox, code: found.failed }),
    say('doctor.calendars.unreachable.remedy', { host: new URL(graph.baseUrl).host }),
  );
}

/**
 * The checks of Microsoft Graph: the bot's own token, what it may do with it, and the mailbox that it writes to. They
 * share one token and one look at the mailbox; each is asked for once.
 */
export function createGraphChecks(config: Config, options: MicrosoftOptions) {
  const access = createGraphAccess(config, options);
  return {
    graphVerdict: () => graphVerdict(config, access, options),
    permissionsVerdict: () => permissionsVerdict(config, access, options),
    calendarsVerdict: () => calendarsVerdict(config, access, options),
  };
}
