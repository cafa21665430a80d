import { hasPassed } from '../../core/time.ts';
import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { Actor } from '../../core/model/people.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { Log } from '../../core/ports/log.ts';
import { isTimeZone } from '../../core/model/time-zone.ts';
import type { ApiAnswer, SlackApi } from './api.ts';
import { missingScope, slackCode } from './failures.ts';
import { saySlack } from './messages.ts';
import { isFromElsewhere } from './outsiders.ts';
import { withRetries } from './retries.ts';
import { actorOf, type SlackReference } from './payload.ts';
import { referenceOf } from './reference.ts';
import type { Workspaces } from './workspaces.ts';

/** How long an answer of users.info is used, milliseconds. */
const KEPT_FOR = 10 * 60_000;
const MOST_KEPT = 5000;
const EMAIL_SCOPE = 'users:read.email';
/** Slack's own bot, which users.info does not call one. */
const SLACKBOT = 'USLACKBOT';

/**
 * Slack shows our own people to us: these are others', whatever the message said (docs.slack.dev, users.info, errors).
 */
const UNSEEN = new Set(['user_not_found', 'user_not_visible']);

/** users.info (docs.slack.dev), as far as we read it. */
const userSchema = z.object({
  team_id: z.string().nullish().catch(undefined),
  deleted: z.boolean().nullish().catch(undefined),
  is_bot: z.boolean().nullish().catch(undefined),
  is_stranger: z.boolean().nullish().catch(undefined),
  is_admin: z.boolean().nullish().catch(undefined),
  is_owner: z.boolean().nullish().catch(undefined),
  is_primary_owner: z.boolean().nullish().catch(undefined),
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

function userOf(answer: ApiAnswer): User {
  return userSchema.safeParse(answer['user']).data ?? {};
}

interface PeopleOptions {
  api: SlackApi;
  workspaces: Workspaces;
  log: Log;
  now: () => number;
}

interface Directory extends PeopleOptions {
  /** Answers of users.info, by token and person. */
  kept: Map<string, { at: number; answer: ApiAnswer }>;
}

/**
 * Who people are: name, zone, language, and, where their workspace may reach mailboxes, the e-mail address that is
 * their mailbox.
 */
export function createPeople(options: PeopleOptions) {
  const directory: Directory = { ...options, kept: new Map() };
  return {
    /** Somebody who spoke. */
    identify: (actor: Actor, conversation: ConversationInput): Promise<Actor> =>
      identify(directory, actor, conversation),
    /**
     * Somebody whom a conversation names, and who did not speak. Throws DeliveryError: `refused` for a bot, for an
     * account that was deactivated, and for whom Slack does not show.
     */
    meet: (userId: string, near: ConversationInput): Promise<Actor> => meet(directory, userId, near),
    /** See Messenger.administers: workspace admins and owners, of the workspace that the conversation belongs to. */
    administers: (actor: Actor, near: ConversationInput): Promise<boolean | null> =>
      administers(directory, actor, near),
  };
}

export type People = ReturnType<typeof createPeople>;

async function identify(directory: Directory, actor: Actor, conversation: ConversationInput): Promise<Actor> {
  const { workspaces, log } = directory;
  const reference = conversation.reference as SlackReference;
  const token = await tokenIn(workspaces, reference);
  let answer: ApiAnswer;
  try {
    answer = await askFor(directory, token, actor.id);
  } catch (error) {
    const scope = missingScope(error);
    if (scope !== null) return { ...actor, notice: { about: 'person', sentence: saySlack(null)('nobody', { scope }) } };
    if (!(error instanceof DeliveryError) || !error.permanent) throw error;
    log.warn({ err: error, user: actor.id }, 'Slack does not tell who a person is');
    return UNSEEN.has(slackCode(error) ?? '')
      ? { ...actor, outsider: true, tenantId: foreignTenant(workspaces, {}, actor) }
      : actor;
  }
  return described(workspaces, answer, actor, reference);
}

async function meet(directory: Directory, userId: string, near: ConversationInput): Promise<Actor> {
  const { workspaces } = directory;
  const reference = referenceOf(near);
  const answer = await askFor(directory, await tokenIn(workspaces, reference), userId);
  const { deleted, is_bot, is_stranger, team_id } = userOf(answer);
  if (deleted) throw new DeliveryError('refused', 'The Slack account of this person was deactivated.');
  if (is_bot || userId === SLACKBOT) throw new DeliveryError('refused', 'This is a bot, not a person.');
  if (is_stranger)
    throw new DeliveryError('refused', 'This person belongs to another Slack workspace that has no channel with us.');
  return described(workspaces, answer, actorOf(userId, null, team_id ?? reference.teamId), reference);
}

async function administers(directory: Directory, actor: Actor, near: ConversationInput): Promise<boolean | null> {
  const reference = referenceOf(near);
  try {
    const user = userOf(await askFor(directory, await tokenIn(directory.workspaces, reference), actor.id));
    const isAdmin = [user.is_admin, user.is_owner, user.is_primary_owner].includes(true);
    return isAdmin && !user.deleted && !isOutsider(user, actor, reference);
  } catch (error) {
    if (missingScope(error) !== null) return null;
    if (UNSEEN.has(slackCode(error) ?? '')) return false;
    throw error;
  }
}

async function tokenIn(workspaces: Workspaces, reference: SlackReference): Promise<string> {
  const { token, isConfigured } = await workspaces.accessTo(reference);
  // Whether this is the home of the mailboxes decides what is looked for.
  if (isConfigured) await workspaces.home();
  return token;
}

async function askFor({ api, now, kept }: Directory, token: string, userId: string): Promise<ApiAnswer> {
  const key = `${token} ${userId}`;
  const known = kept.get(key);
  if (known && !hasPassed(known.at, KEPT_FOR, now())) return known.answer;
  const answer = await withRetries(() => api.call(token, 'users.info', { user: userId, include_locale: true }));
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, { at: now(), answer });
  return answer;
}

/** What users.info answered, about somebody who spoke, or is spoken to, in a conversation. */
function described(workspaces: Workspaces, answer: ApiAnswer, actor: Actor, reference: SlackReference): Actor {
  const user = userOf(answer);
  const names = [user.profile?.display_name, user.profile?.real_name, user.real_name, actor.name, user.name];
  const tenant = mailboxTenant(workspaces, user, actor, reference);
  const say = saySlack(user.locale ?? null);
  const { outsider: _said, ...said } = actor;
  return {
    ...said,
    ...(isOutsider(user, actor, reference) ? { outsider: true } : {}),
    name: names.find((name) => name) ?? '',
    timeZone: user.tz && isTimeZone(user.tz) ? user.tz : null,
    locale: user.locale ?? null,
    tenantId: tenant ?? foreignTenant(workspaces, user, actor),
    ...(tenant === null
      ? { mailbox: null, notice: { about: 'mailbox' as const, sentence: say('foreign') } }
      : mailboxOf(user, answer.response_metadata?.scopes, say)),
  };
}

/**
 * The organisation through which this person may reach mailboxes, or null: the workspace it came through, the one it
 * came from, and the person's own have to.
 */
function mailboxTenant(workspaces: Workspaces, user: User, actor: Actor, reference: SlackReference): string | null {
  const through = [reference.teamId, reference.enterpriseId];
  const from = [actor.tenantId, reference.enterpriseId];
  for (const tenants of [through, from])
    if (!tenants.some((tenant) => workspaces.reachMailboxes(tenant) === true)) return null;
  if (user.deleted || user.is_bot || user.is_stranger) return null;
  const own = [user.team_id ?? actor.tenantId, user.enterprise_user?.enterprise_id ?? null];
  return own.find((tenant) => workspaces.reachMailboxes(tenant) === true) ?? null;
}

/** The organisation of somebody who may reach no mailbox: one that opens none. */
function foreignTenant(workspaces: Workspaces, user: User, actor: Actor): string | null {
  const tenants = [user.team_id ?? null, actor.tenantId];
  return tenants.find((tenant) => tenant !== null && workspaces.reachMailboxes(tenant) !== true) ?? null;
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

/**
 * What the message said counts beside what Slack knows, where it speaks of another workspace, unless both belong to
 * one organisation. `outsider` false: the message came from within the organisation.
 */
function isOutsider(user: User, { outsider, tenantId }: Actor, reference: SlackReference): boolean {
  if (user.is_stranger) return true;
  const enterpriseId = user.enterprise_user?.enterprise_id;
  if (outsider === false && reference.isEnterpriseInstall && !enterpriseId) return false;
  return isFromElsewhere(reference, { teams: [user.team_id, outsider ? tenantId : null], enterpriseId });
}
