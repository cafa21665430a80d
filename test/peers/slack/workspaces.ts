/** A member of a workspace, or a stranger who is seen there through a shared channel. */
export interface SlackUser {
  id: string;
  team_id: string;
  name: string;
  real_name: string;
  display_name: string;
  email: string | undefined;
  /** IANA name. */
  tz: string;
  /** IETF tag, e.g. `en-US`. */
  locale: string;
  deleted: boolean;
  is_bot: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_admin?: boolean;
  is_owner?: boolean;
  is_primary_owner?: boolean;
  is_email_confirmed: boolean;
  is_stranger: boolean;
  enterprise_user: { id: string; enterprise_id: string; enterprise_name: string; teams: string[] } | undefined;
}

export interface SlackConversation {
  id: string;
  kind: 'public' | 'private' | 'mpim' | 'im';
  name: string;
  /** Workspaces that see it: more than one for a shared channel. */
  teams: string[];
  /** Of an im: the person on the other side. */
  user: string | undefined;
  /** People in it; undefined: everybody. */
  members: string[] | undefined;
  /** Workspaces whose bot is in it. */
  botIn: string[];
  archived: boolean;
  deleted: boolean;
}

/** A message as the channel shows it now. */
export interface SlackMessage {
  type: 'message';
  channel: string;
  ts: string;
  thread_ts?: string;
  /** Who posted: the bot's user id, or a person's. */
  user: string;
  bot_id?: string;
  app_id?: string;
  team: string;
  text: string;
  blocks?: Record<string, any>[];
  metadata?: { event_type: string; event_payload: Record<string, any> };
  reply_broadcast?: boolean;
  edited?: { user: string; ts: string };
  /** Every other argument it was posted with, e.g. `unfurl_links`. */
  options: Record<string, unknown>;
}

/** A message that one person sees, until the client is reloaded. */
export interface SlackEphemeral {
  channel: string;
  user: string;
  ts: string;
  thread_ts?: string;
  text: string;
  blocks?: Record<string, any>[];
}

export interface SlackToken {
  token: string;
  team: string;
  scopes: Set<string>;
  revoked: boolean;
}

export interface SlackWorkspace {
  id: string;
  name: string;
  domain: string;
  botUserId: string;
  botId: string;
  enterprise: { id: string; name: string } | null;
  /** False: the workspace or the bot's account was deactivated. */
  active: boolean;
  users: Map<string, SlackUser>;
}

/** What `startFakeSlack` takes for a workspace. */
export interface WorkspaceSpec {
  id: string;
  name?: string;
  /** Its bot token; without one the app is not installed there. */
  token?: string;
  scopes?: string[];
  botUserId?: string;
  botId?: string;
  enterprise?: { id: string; name: string };
  users?: (Partial<SlackUser> & { id: string })[];
  conversations?: (Partial<SlackConversation> & { id: string })[];
}

/** What the app asks for; `users:read.email` among them. */
export const BOT_SCOPES = [
  'app_mentions:read',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:read',
  'mpim:write',
  'users:read',
  'users:read.email',
];

/** The workspace that is there unless others are named: people, channels, and the direct chat with U0ALICE. */
export const ACME: WorkspaceSpec = {
  id: 'T0ACME',
  name: 'Acme',
  token: 'xoxb-acme',
  botUserId: 'U0BOT',
  botId: 'B0BOT',
  users: [
    {
      id: 'U0ALICE',
      name: 'alice',
      real_name: 'Alice Able',
      email: 'alice@acme.example',
      tz: 'Europe/Berlin',
      locale: 'de-DE',
    },
    {
      id: 'U0BOB',
      name: 'bob',
      real_name: 'Bob Baker',
      email: 'bob@acme.example',
      tz: 'America/New_York',
      locale: 'en-US',
    },
  ],
  conversations: [
    { id: 'C0OPS', name: 'ops' },
    { id: 'C0OTHER', name: 'other', botIn: [] },
    { id: 'G0SECRET', name: 'secret', kind: 'private' },
    { id: 'G0GROUP', name: 'mpdm-alice--bob-1', kind: 'mpim', members: ['U0ALICE', 'U0BOB'] },
    { id: 'D0ALICE', kind: 'im', user: 'U0ALICE' },
  ],
};

let serial = 0;
const began = Math.floor(Date.now() / 1000);

/** A message's timestamp: unique and growing within the process, of now or nearly, e.g. `1700000000.000100`. */
export function nextTs(): string {
  serial += 1;
  return `${began + Math.floor(serial / 10_000)}.${String((serial % 10_000) * 100).padStart(6, '0')}`;
}

function userOf(team: string, spec: Partial<SlackUser> & { id: string }): SlackUser {
  const name = spec.name ?? spec.id.toLowerCase();
  return {
    team_id: team,
    name,
    real_name: name,
    display_name: name,
    email: undefined,
    tz: 'UTC',
    locale: 'en-US',
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_email_confirmed: true,
    is_stranger: false,
    enterprise_user: undefined,
    ...spec,
  };
}

/** Everything the fake Slack knows: workspaces, people, conversations, messages, tokens. */
export function createWorkspaces(specs: WorkspaceSpec[]) {
  const workspaces = new Map<string, SlackWorkspace>();
  const conversations = new Map<string, SlackConversation>();
  const tokens = new Map<string, SlackToken>();
  const messages: SlackMessage[] = [];
  const ephemerals: SlackEphemeral[] = [];
  /** Home tabs by `team:user`. */
  const homes = new Map<string, Record<string, any>>();
  /** Modals by their ids, and triggers that opened one. */
  const modals = new Map<string, Record<string, any>>();
  const triggers = new Set<string>();

  function addUser(team: string, spec: Partial<SlackUser> & { id: string }): SlackUser {
    const user = userOf(team, spec);
    workspaces.get(team)!.users.set(user.id, user);
    return user;
  }

  function addConversation(team: string, spec: Partial<SlackConversation> & { id: string }): SlackConversation {
    const conversation: SlackConversation = {
      kind: 'public',
      name: spec.id.toLowerCase(),
      teams: [team],
      user: undefined,
      members: spec.user === undefined ? undefined : [spec.user],
      botIn: [team],
      archived: false,
      deleted: false,
      ...spec,
    };
    conversations.set(conversation.id, conversation);
    return conversation;
  }

  function grant(team: string, token: string, scopes: string[]): SlackToken {
    const granted: SlackToken = { token, team, scopes: new Set(scopes), revoked: false };
    tokens.set(token, granted);
    return granted;
  }

  function addWorkspace(spec: WorkspaceSpec): SlackWorkspace {
    const suffix = spec.id.slice(1);
    const name = spec.name ?? spec.id.toLowerCase();
    const workspace: SlackWorkspace = {
      id: spec.id,
      name,
      domain: name.toLowerCase(),
      botUserId: spec.botUserId ?? `U${suffix}BOT`,
      botId: spec.botId ?? `B${suffix}`,
      enterprise: spec.enterprise ?? null,
      active: true,
      users: new Map(),
    };
    workspaces.set(spec.id, workspace);
    addUser(spec.id, { id: workspace.botUserId, name: 'certbot', is_bot: true });
    for (const user of spec.users ?? []) addUser(spec.id, user);
    for (const conversation of spec.conversations ?? []) addConversation(spec.id, conversation);
    if (spec.token !== undefined) grant(spec.id, spec.token, spec.scopes ?? BOT_SCOPES);
    return workspace;
  }

  for (const spec of specs) addWorkspace(spec);

  return {
    workspaces,
    conversations,
    tokens,
    messages,
    ephemerals,
    homes,
    modals,
    triggers,
    addWorkspace,
    addUser,
    addConversation,
    grant,
    /** The bot's direct chat with a person, made when there is none yet. */
    directChat(team: string, user: string): SlackConversation {
      const known = [...conversations.values()].find(
        (each) => each.kind === 'im' && each.user === user && each.teams.includes(team),
      );
      return known ?? addConversation(team, { id: `D${user.slice(1)}`, kind: 'im', user });
    },
    /** A person posts a message; answers with it as the channel shows it. */
    say(channel: string, user: string, text: string, { thread_ts }: { thread_ts?: string } = {}): SlackMessage {
      const team = conversations.get(channel)!.teams[0]!;
      const thread = thread_ts === undefined ? {} : { thread_ts };
      const message: SlackMessage = {
        type: 'message',
        channel,
        ts: nextTs(),
        ...thread,
        user,
        team,
        text,
        options: {},
      };
      messages.push(message);
      return message;
    },
  };
}

export type Workspaces = ReturnType<typeof createWorkspaces>;
