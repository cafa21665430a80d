import { randomUUID } from 'node:crypto';
import { nextTs } from './workspaces.ts';

type Payload = Record<string, any>;

/** The app as the fake knows it unless told otherwise. */
export const APP = {
  id: 'A0CERTBOT',
  token: 'xapp-1-certbot',
  clientId: '100.200',
  clientSecret: 'fake-client-secret',
  signingSecret: 'fake-signing-secret',
};

let serial = 0;

/** An id that no other payload of this process has. */
export function nextId(prefix: string): string {
  serial += 1;
  return `${prefix}${String(serial).padStart(8, '0')}`;
}

/** What a person typed, as Slack's composer writes it. */
function typed(text: string): Payload[] {
  const element = { type: 'rich_text_section', elements: [{ type: 'text', text }] };
  return [{ type: 'rich_text', block_id: nextId('b'), elements: [element] }];
}

function messageEvent(type: string, text: string, partial: Payload): Payload {
  const ts = partial['ts'] ?? nextTs();
  const team = partial['team'] ?? 'T0ACME';
  return {
    type,
    user: 'U0ALICE',
    text,
    ts,
    client_msg_id: randomUUID(),
    team,
    event_ts: ts,
    ...(text === '' ? {} : { blocks: typed(text) }),
    ...partial,
  };
}

/** Somebody mentions the bot in a channel: `<@U0BOT> watch …`. */
export function appMention(text: string, partial: Payload = {}): Payload {
  return messageEvent('app_mention', text, { channel: 'C0OPS', ...partial });
}

/** A message event of a channel, e.g. beside an app_mention. */
export function channelMessage(text: string, partial: Payload = {}): Payload {
  return messageEvent('message', text, { channel: 'C0OPS', channel_type: 'channel', ...partial });
}

/** A message in the direct chat (`message.im`). */
export function directMessage(text: string, partial: Payload = {}): Payload {
  return messageEvent('message', text, { channel: 'D0ALICE', channel_type: 'im', ...partial });
}

/** A message by a bot: this one or another. */
export function botMessage(text: string, partial: Payload = {}): Payload {
  const bot = {
    bot_id: 'B0OTHER',
    app_id: 'A0OTHER',
    user: 'U0OTHERBOT',
    bot_profile: { id: 'B0OTHER', name: 'other' },
  };
  return messageEvent('message', text, { channel: 'C0OPS', channel_type: 'channel', ...bot, ...partial });
}

/** Somebody edits a message; `partial` is of the message inside. */
export function messageChanged(text: string, partial: Payload = {}): Payload {
  const { channel = 'D0ALICE', channel_type = 'im', ...inner } = partial;
  const ts = nextTs();
  const message = messageEvent('message', text, { edited: { user: 'U0ALICE', ts }, ...inner });
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    channel,
    channel_type,
    ts,
    event_ts: ts,
    message,
    previous_message: { ...message, text: 'before', edited: undefined },
  };
}

/** Somebody opens the app's Home tab (`tab: 'messages'` for the other one). */
export function appHomeOpened(partial: Payload = {}): Payload {
  return { type: 'app_home_opened', user: 'U0ALICE', channel: 'D0ALICE', tab: 'home', event_ts: nextTs(), ...partial };
}

export function appUninstalled(partial: Payload = {}): Payload {
  return { type: 'app_uninstalled', event_ts: nextTs(), ...partial };
}

/** Tokens of these users (the bot's id under `bot`) were revoked. */
export function tokensRevoked(tokens: { oauth?: string[]; bot?: string[] } = { bot: ['U0BOT'] }): Payload {
  return { type: 'tokens_revoked', tokens: { oauth: [], bot: [], ...tokens }, event_ts: nextTs() };
}

/** Somebody, or the bot, joins or leaves a channel. */
export function memberEvent(
  type: 'member_joined_channel' | 'member_left_channel',
  user = 'U0BOT',
  partial: Payload = {},
): Payload {
  return { type, user, channel: 'C0OPS', channel_type: 'C', team: 'T0ACME', event_ts: nextTs(), ...partial };
}

/**
 * A conversation is left by the bot, archived, unarchived, deleted or renamed; in the last case `channel` is an object.
 */
export function conversationEvent(type: string, partial: Payload = {}): Payload {
  return { type, channel: 'C0OPS', actor_id: 'U0ALICE', event_ts: nextTs(), ...partial };
}

/**
 * The body in which an event travels (docs.slack.dev/apis/events-api). A retry is the same body with the same
 * `event_id`.
 */
export function eventCallback(event: Payload, partial: Payload = {}): Payload {
  const team = partial['team_id'] ?? 'T0ACME';
  const channel = event['channel'];
  return {
    token: 'legacy-verification-token',
    team_id: team,
    context_team_id: team,
    context_enterprise_id: null,
    api_app_id: APP.id,
    event,
    type: 'event_callback',
    event_id: nextId('Ev'),
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team, user_id: 'U0BOT', is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    ...(typeof channel === 'string' ? { event_context: `4-${channel}` } : {}),
    ...partial,
  };
}

/** What Slack asks when the Request URL is entered. */
export function urlVerification(challenge: string): Payload {
  return { token: 'legacy-verification-token', challenge, type: 'url_verification' };
}
