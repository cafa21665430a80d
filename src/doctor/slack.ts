import type { SlackSettings } from '../config/config.ts';
import { DeliveryError, errorCodes } from '../core/errors.ts';
import type { Say } from '../core/language/language.ts';
import { enumerate } from '../core/language/wording.ts';
import { fine, unused, wrong, type Verdict } from './verdict.ts';

type SlackCheck = ReturnType<typeof import('../channels/slack/check.ts').createSlackCheck>;

/** Slack's own word, the status, or the system's code, which Slack's client keeps in a place of its own. */
function reasonOf({ peerCode, status, cause, code }: DeliveryError): string {
  const { original = cause } = (cause ?? {}) as { original?: unknown };
  return peerCode ?? (status === undefined ? (errorCodes(original)[0] ?? code) : `HTTP ${status}`);
}

/** What an error of Slack means: what was configured is refused, or nothing could be asked. */
function failed(
  error: unknown,
  what: 'slack' | 'slack-socket' | 'slack-install',
  { apiUrl }: SlackSettings,
  say: Say,
): Verdict {
  if (!(error instanceof DeliveryError)) throw error;
  const code = reasonOf(error);
  if (error.code === 'credentials' || error.code === 'refused')
    return wrong(say(`doctor.${what}.refused`, { code }), say(`doctor.${what}.refused.remedy`));
  const host = new URL(apiUrl).host;
  return wrong(say('doctor.slack.unreachable', { code }), say('doctor.slack.unreachable.remedy', { host }));
}

/** The token of the workspace, and its scopes. */
export async function botTokenVerdict(settings: SlackSettings | null, check: () => Promise<SlackCheck>, say: Say) {
  if (settings === null || settings.botToken === null) return unused(say('doctor.not-set-up'));
  try {
    const { team, missing } = await (await check()).botToken(settings.botToken);
    if (missing.length === 0) return fine(say('doctor.slack.fine', { team }));
    return wrong(
      say('doctor.slack.scopes', { scopes: enumerate(missing, missing.length, say) }),
      say('doctor.slack.scopes.remedy', { number: missing.length }),
    );
  } catch (error) {
    return failed(error, 'slack', settings, say);
  }
}

/** The token by which events come, where they come by Socket Mode. */
export async function appTokenVerdict(
  settings: SlackSettings | null,
  check: () => Promise<SlackCheck>,
  { say, eventsUrl }: { say: Say; eventsUrl: string },
): Promise<Verdict> {
  if (settings === null) return unused(say('doctor.not-set-up'));
  if (settings.appToken === null) return unused(say('doctor.slack-socket.http', { url: eventsUrl }));
  try {
    await (await check()).appToken(settings.appToken);
    return fine(say('doctor.slack-socket.fine'));
  } catch (error) {
    return failed(error, 'slack-socket', settings, say);
  }
}

/** What lets workspaces install the bot by themselves. */
export async function installVerdict(settings: SlackSettings | null, check: () => Promise<SlackCheck>, say: Say) {
  if (!settings?.oauth) return unused(say('doctor.not-set-up'));
  try {
    await (await check()).client(settings.oauth);
    return fine(say('doctor.slack-install.fine'));
  } catch (error) {
    return failed(error, 'slack-install', settings, say);
  }
}
