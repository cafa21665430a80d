import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { Actor, ConversationInput, Log } from '../../core/ports.ts';
import type { ApiAnswer, SlackApi } from './api.ts';
import { missingScope, slackCode } from './failures.ts';
import { saySlack } from './messages.ts';
import type { SlackReference } from './payload.ts';
import type { Workspaces } from './workspaces.ts';

/** How long an answer of users.info is used, milliseconds. */
const KEPT_FOR = 10 * 60_000;
const MOST_KEPT = 5000;
const EMAIL_SCOPE = 'users:read.email';
/** Tries of users.info before the command is put off, and the longest wait in between, milliseconds. */
const TRIES = 3;
const MOST_WAIT = 3000;

/** Slack shows our own people to us: these are others', whatever the message said (docs.slack.dev, users.info, errors). */
const UNSEEN = new Set(['user_not_found', 'user_not_visible']);

/** users.info (docs.slack.dev), as far as we read it. */
const userSchema = z.object({
  team_id: z.string().nullish().catch(undefined),
  deleted: z.boolean().nullish().catch(undefined),
  is_bot: z.boolean().nullish().catch(undefined),
  is_stranger: z.boolean().nullish().catch(undefined),
  is_email_confirmed: z.boolean().nullish().catch(undefined),
  name: z.string().nullish().catch(undefined),
  real_name: z.string().nullish().catch(undefined),
  tz: z.string().nullish().catch(undefined),
  locale: z.string().nullish().catch(undefined),
  enterprise_user: z
    .object({ enterprise_id: z.string().nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  profile: z
    .object({
      display_name: z.string().nullish().catch(undefined),
      real_name: z.string().nullish().catch(undefined),
      email: z.string().nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

type User = z.infer<typeof userSchema>;

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Who people are: name, zone, language, and, where their workspace may reach mailboxes, the e-mail address that is their mailbox. */
export function createPeople({
  api,
  workspaces,
  log,
  now,
}: {
  api: SlackApi;
  workspaces: Workspaces;
  log: Log;
  now: () => number;
}) {
  const kept = new Map<string, { at: number; answer: ApiAnswer }>();

  /** A hiccup is waited out here: a command that is put off comes again only when its lease has run out. */
  async function patiently(ask: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask();
      } catch (error) {
        const wait = error instanceof DeliveryError ? (error.retryAfter ?? 200 * 2 ** attempt) : Infinity;
        if (attempt >= TRIES || wait > MOST_WAIT || (error as DeliveryError).permanent) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async function askFor(token: string, userId: string): Promise<ApiAnswer> {
    const key = `${token} ${userId}`;
    const known = kept.get(key);
    if (known && now() - known.at < KEPT_FOR) return known.answer;
    const answer = await patiently(() => api.call(token, 'users.info', { user: userId, include_locale: true }));
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { at: now(), answer });
    return answer;
  }

  /** The organisation through which this person may reach mailboxes, or null: the workspace it came through, the one it came from, and the person's own have to. */
  function mailboxTenant(user: User, actor: Actor, reference: SlackReference): string | null {
    const through = [reference.teamId, reference.enterpriseId];
    const from = [actor.tenantId, reference.enterpriseId];
    for (const tenants of [through, from])
      if (!tenants.some((tenant) => workspaces.reachMailboxes(tenant) === true)) return null;
    if (user.deleted || user.is_bot || user.is_stranger) return null;
    const own = [user.team_id ?? actor.tenantId, user.enterprise_user?.enterprise_id ?? null];
    return own.find((tenant) => workspaces.reachMailboxes(tenant) === true) ?? null;
  }

  function mailboxOf(
    user: User,
    scopes: string[] | undefined,
    say: ReturnType<typeof saySlack>,
  ): Pick<Actor, 'mailbox' | 'notice'> {
    const email = user.profile?.email?.trim().toLowerCase();
    if (email && user.is_email_confirmed === false)
      return { mailbox: null, notice: { about: 'mailbox', sentence: say('unconfirmed') } };
    if (email && /^[^\s@]+@[^\s@]+$/.test(email)) return { mailbox: email, notice: null };
    const lacks = scopes !== undefined && !scopes.includes(EMAIL_SCOPE);
    const sentence = lacks ? say('scope', { scope: EMAIL_SCOPE }) : say('no-email');
    return { mailbox: null, notice: { about: 'mailbox', sentence } };
  }

  async function identify(actor: Actor, conversation: ConversationInput): Promise<Actor> {
    const reference = conversation.reference as SlackReference;
    const { token, isConfigured } = await workspaces.accessTo(reference);
    // Whether this is the home of the mailboxes decides what is looked for.
    if (isConfigured) await workspaces.home();
    let answer: ApiAnswer;
    try {
      answer = await askFor(token, actor.id);
    } catch (error) {
      const scope = missingScope(error);
      if (scope !== null)
        return { ...actor, notice: { about: 'person', sentence: saySlack(null)('nobody', { scope }) } };
      if (!(error instanceof DeliveryError) || !error.permanent) throw error;
      log.warn({ err: error, user: actor.id }, 'Slack does not tell who a person is');
      return UNSEEN.has(slackCode(error) ?? '') ? { ...actor, tenantId: foreignTenant({}, actor) } : actor;
    }
    const user = userSchema.safeParse(answer['user']).data ?? {};
    const names = [user.profile?.display_name, user.profile?.real_name, user.real_name, actor.name, user.name];
    const tenant = mailboxTenant(user, actor, reference);
    const say = saySlack(user.locale ?? null);
    return {
      ...actor,
      name: names.find((name) => name) ?? '',
      timeZone: user.tz && isTimeZone(user.tz) ? user.tz : null,
      locale: user.locale ?? null,
      tenantId: tenant ?? foreignTenant(user, actor),
      ...(tenant === null
        ? { mailbox: null, notice: { about: 'mailbox' as const, sentence: say('foreign') } }
        : mailboxOf(user, answer.response_metadata?.scopes, say)),
    };
  }

  /** The organisation of somebody who may reach no mailbox: one that opens none. */
  function foreignTenant(user: User, actor: Actor): string | null {
    const tenants = [user.team_id ?? null, actor.tenantId];
    return tenants.find((tenant) => tenant !== null && workspaces.reachMailboxes(tenant) !== true) ?? null;
  }

  return { identify };
}

export type People = ReturnType<typeof createPeople>;
