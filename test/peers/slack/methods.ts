import { documented } from './arguments.ts';
import { blockFaults, metadataFaults, modalFaults, viewFaults } from './blocks.ts';
import type { createSlackFiles } from './files.ts';
import {
  nextTs,
  type SlackConversation,
  type SlackMessage,
  type SlackToken,
  type SlackUser,
  type SlackWorkspace,
  type Workspaces,
} from './workspaces.ts';

/** What a method answers. */
export type Answer = { ok: boolean; error?: string } & Record<string, any>;

/** Who calls, with what. */
export interface Caller {
  granted: SlackToken;
  workspace: SlackWorkspace;
}

type Act = (caller: Caller, values: Record<string, any>) => Answer;

/** Characters of a message's text; docs.slack.dev/changelog/2018-truncating-really-long-messages. */
const LONGEST_TEXT = 40_000;
const TIMESTAMP = /^\d{10}\.\d{6}$/;
const SCOPE_OF_KIND = { public: 'channels', private: 'groups', mpim: 'mpim', im: 'im' } as const;

function refuse(error: string, messages: string[] = []): Answer {
  return { ok: false, error, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) };
}

function missing(granted: SlackToken, needed: string): Answer {
  return { ok: false, error: 'missing_scope', needed, provided: [...granted.scopes].join(',') };
}

/** What is wrong with the content of a message, as an answer; undefined when nothing is. */
export function contentFault(values: Record<string, any>): Answer | undefined {
  if (values['attachments'] !== undefined) return refuse('invalid_arguments', ['[ERROR] attachments are legacy']);
  if (values['text'] !== undefined && values['text'].length > LONGEST_TEXT) return refuse('msg_too_long');
  if (values['blocks'] !== undefined) {
    const faults = blockFaults(values['blocks']);
    if (faults.length > 0) return refuse('invalid_blocks', faults);
  }
  if (values['metadata'] !== undefined) {
    const faults = metadataFaults(values['metadata']);
    if (faults.length > 0) return refuse('invalid_metadata_format', faults);
  }
  for (const name of ['ts', 'thread_ts']) {
    const ts = values[name];
    if (ts !== undefined && !TIMESTAMP.test(ts))
      return refuse('invalid_arguments', [`[ERROR] malformed ${name}: ${ts}`]);
  }
  return undefined;
}

function isEmpty({ text, blocks }: Record<string, any>): boolean {
  return !text && !(Array.isArray(blocks) && blocks.length > 0);
}

/**
 * An organisation (Enterprise Grid) stands among the workspaces, with everything that its organisation-wide token sees.
 */
export function isOrganisation({ id }: SlackWorkspace): boolean {
  return id.startsWith('E');
}

/** Only what is worth showing: no empty blocks. */
function contentOf({ text, blocks, metadata }: Record<string, any>) {
  return { text: text ?? '', ...(blocks?.length > 0 ? { blocks } : {}), ...(metadata ? { metadata } : {}) };
}

/** A person as users.info shows them to a token. */
function shownUser(user: SlackUser, { granted }: Caller, includeLocale: boolean): Record<string, any> {
  const { display_name, email, locale, enterprise_user, ...rest } = user;
  const shownEmail = granted.scopes.has('users:read.email') && email !== undefined ? { email } : {};
  return {
    ...rest,
    tz_label: user.tz,
    tz_offset: 0,
    profile: { real_name: user.real_name, display_name, team: user.team_id, ...shownEmail },
    ...(includeLocale ? { locale } : {}),
    ...(enterprise_user ? { enterprise_user } : {}),
  };
}

function shownConversation(conversation: SlackConversation, team: string): Record<string, any> {
  const { id, kind, name, user, archived } = conversation;
  const common = { id, is_archived: archived, is_im: kind === 'im', is_mpim: kind === 'mpim', context_team_id: team };
  if (kind === 'im') return { ...common, user, is_user_deleted: false };
  return {
    ...common,
    name,
    is_channel: kind === 'public',
    is_group: kind === 'private',
    is_private: kind !== 'public',
    is_member: conversation.botIn.includes(team),
    is_ext_shared: conversation.teams.length > 1,
    shared_team_ids: conversation.teams,
  };
}

/** What every method does once arguments, token and scopes are in order. `appId` signs the messages. */
export function createMethods(
  world: Workspaces,
  { appId, files }: { appId: string; files: ReturnType<typeof createSlackFiles> },
): Record<string, Act> {
  function visible({ workspace }: Caller, id: string): SlackConversation | undefined {
    const conversation = world.conversations.get(id);
    if (!conversation || conversation.deleted || !conversation.teams.includes(workspace.id)) return undefined;
    const hidden = conversation.kind !== 'public' && !conversation.botIn.includes(workspace.id);
    return hidden ? undefined : conversation;
  }

  /** Where a message may be written, or why not. A user's id stands for the direct chat with them. */
  function writable(caller: Caller, id: string): { conversation: SlackConversation } | { refused: Answer } {
    const { granted, workspace } = caller;
    const person = workspace.users.get(id);
    const conversation = person ? world.directChat(workspace.id, id) : visible(caller, id);
    if (!conversation) return { refused: refuse('channel_not_found') };
    if (conversation.archived) return { refused: refuse('is_archived') };
    const other = conversation.user === undefined ? undefined : workspace.users.get(conversation.user);
    if (other?.deleted) return { refused: refuse('account_inactive') };
    const mayWrite =
      conversation.botIn.includes(workspace.id) ||
      (conversation.kind === 'public' && granted.scopes.has('chat:write.public'));
    return mayWrite ? { conversation } : { refused: refuse('not_in_channel') };
  }

  function messageAt(channel: string, ts: string): SlackMessage | undefined {
    return world.messages.find((each) => each.channel === channel && each.ts === ts);
  }

  function checkPost({ granted }: Caller, values: Record<string, any>): Answer | undefined {
    const custom = ['username', 'icon_emoji', 'icon_url'].some((name) => values[name] !== undefined);
    if (custom && !granted.scopes.has('chat:write.customize')) return missing(granted, 'chat:write.customize');
    return contentFault(values) ?? (isEmpty(values) ? refuse('no_text') : undefined);
  }

  const methods: Record<string, Act> = {
    'auth.test': ({ workspace }) => ({
      ok: true,
      url: `https://${workspace.domain}.slack.com/`,
      team: workspace.name,
      user: 'certbot',
      team_id: workspace.id,
      user_id: workspace.botUserId,
      bot_id: workspace.botId,
      is_enterprise_install: isOrganisation(workspace),
      ...(workspace.enterprise ? { enterprise_id: workspace.enterprise.id } : {}),
    }),

    'auth.revoke': ({ granted }, { test }) => {
      if (test !== true) granted.revoked = true;
      return { ok: true, revoked: test !== true };
    },

    'users.info': (caller, values) => {
      const user = caller.workspace.users.get(values['user']);
      if (!user) return refuse('user_not_found');
      return { ok: true, user: shownUser(user, caller, values['include_locale'] === true) };
    },

    'files.info': (_caller, values) => {
      const file = files.get(values['file']);
      return file ? { ok: true, file: files.shown(file) } : refuse('file_not_found');
    },

    'users.lookupByEmail': (caller, values) => {
      const email = String(values['email']).toLowerCase();
      // Deactivated accounts, bots and people of other workspaces are not found.
      const user = [...caller.workspace.users.values()].find(
        (each) => each.email?.trim().toLowerCase() === email && !each.deleted && !each.is_bot && !each.is_stranger,
      );
      return user ? { ok: true, user: shownUser(user, caller, false) } : refuse('users_not_found');
    },

    'chat.postMessage': (caller, values) => {
      const place = writable(caller, values['channel']);
      if ('refused' in place) return place.refused;
      const refused = checkPost(caller, values);
      if (refused) return refused;
      const { channel: _channel, text: _text, blocks: _blocks, metadata: _metadata, thread_ts, ...rest } = values;
      const { reply_broadcast, ...options } = rest;
      if (reply_broadcast === true && thread_ts === undefined) {
        return refuse('invalid_arguments', ['[ERROR] reply_broadcast needs thread_ts']);
      }
      const message: SlackMessage = {
        type: 'message',
        channel: place.conversation.id,
        ts: nextTs(),
        ...(thread_ts === undefined ? {} : { thread_ts }),
        ...(reply_broadcast === true ? { reply_broadcast } : {}),
        user: caller.workspace.botUserId,
        bot_id: caller.workspace.botId,
        app_id: appId,
        team: caller.workspace.id,
        ...contentOf(values),
        options,
      };
      world.messages.push(message);
      const { options: _options, channel, ...shown } = message;
      const warning = values['text'] ? {} : { warning: 'missing_text_in_message' };
      return { ok: true, channel, ts: message.ts, message: shown, ...warning };
    },

    'chat.update': (caller, values) => {
      const place = writable(caller, values['channel']);
      if ('refused' in place) return place.refused;
      const refused = contentFault(values);
      if (refused) return refused;
      const message = messageAt(place.conversation.id, values['ts']);
      if (!message) return refuse('message_not_found');
      if (message.bot_id !== caller.workspace.botId) return refuse('cant_update_message');
      if (values['text'] === undefined && values['blocks'] === undefined) return refuse('no_text');
      // What is not given stays; an empty list of blocks takes them away (the method's page).
      const { blocks: before, text, metadata, ...rest } = message;
      const merged = { blocks: before, text, metadata, ...values };
      if (isEmpty(merged)) return refuse('no_text');
      const edited = { user: caller.workspace.botUserId, ts: nextTs() };
      const updated: SlackMessage = { ...rest, ...contentOf(merged), edited };
      world.messages[world.messages.indexOf(message)] = updated;
      const { options: _options, channel, ...shown } = updated;
      return { ok: true, channel, ts: updated.ts, text: updated.text, message: shown };
    },

    'chat.delete': (caller, values) => {
      const place = writable(caller, values['channel']);
      if ('refused' in place) return place.refused;
      const message = messageAt(place.conversation.id, values['ts']);
      if (!message) return refuse('message_not_found');
      if (message.bot_id !== caller.workspace.botId) return refuse('cant_delete_message');
      world.messages.splice(world.messages.indexOf(message), 1);
      return { ok: true, channel: message.channel, ts: message.ts };
    },

    'chat.postEphemeral': (caller, values) => {
      const place = writable(caller, values['channel']);
      if ('refused' in place) return place.refused;
      const refused = checkPost(caller, values);
      if (refused) return refused;
      const { conversation } = place;
      const isThere = conversation.members?.includes(values['user']) ?? caller.workspace.users.has(values['user']);
      if (!isThere) return refuse('user_not_in_channel');
      const { user, thread_ts } = values;
      const ts = nextTs();
      const thread = thread_ts === undefined ? {} : { thread_ts };
      world.ephemerals.push({ channel: conversation.id, user, ts, ...thread, ...contentOf(values) });
      return { ok: true, message_ts: ts };
    },

    'conversations.open': (caller, values) => {
      const { granted, workspace } = caller;
      if ((values['users'] === undefined) === (values['channel'] === undefined)) {
        return refuse('invalid_arguments', ['[ERROR] either users or channel']);
      }
      if (values['channel'] !== undefined) {
        const known = visible(caller, values['channel']);
        return known ? { ok: true, channel: { id: known.id } } : refuse('channel_not_found');
      }
      const users = String(values['users']).split(',');
      const needed = users.length > 1 ? 'mpim:write' : 'im:write';
      if (!granted.scopes.has(needed)) return missing(granted, needed);
      if (users.length > 8) return refuse('too_many_users');
      for (const id of users) {
        const user = workspace.users.get(id);
        if (!user) return refuse('user_not_found');
        if (user.deleted) return refuse('user_disabled');
        if (user.is_bot) return refuse('cannot_dm_bot');
        if (user.is_stranger) return refuse('invalid_user_combination');
      }
      const group = () =>
        world.addConversation(workspace.id, {
          id: `G${users.map((id) => id.slice(1)).join('')}`,
          kind: 'mpim',
          members: users,
        });
      const conversation = users.length > 1 ? group() : world.directChat(workspace.id, users[0]!);
      const all =
        values['return_im'] === true ? shownConversation(conversation, workspace.id) : { id: conversation.id };
      return { ok: true, channel: all };
    },

    'conversations.info': (caller, values) => {
      const conversation = visible(caller, values['channel']);
      if (!conversation) return refuse('channel_not_found');
      const needed = `${SCOPE_OF_KIND[conversation.kind]}:read`;
      if (!caller.granted.scopes.has(needed)) return missing(caller.granted, needed);
      return { ok: true, channel: shownConversation(conversation, caller.workspace.id) };
    },

    'users.conversations': (caller, values) => {
      const { granted, workspace } = caller;
      const kinds = String(values['types'] ?? 'public_channel').split(',');
      const wanted = [...world.conversations.values()].filter(({ kind, teams, archived, deleted }) => {
        const type = { public: 'public_channel', private: 'private_channel', mpim: 'mpim', im: 'im' }[kind];
        const isHidden = deleted || (archived && values['exclude_archived'] === true);
        return kinds.includes(type) && teams.includes(workspace.id) && !isHidden;
      });
      const missed = wanted.find(({ kind }) => !granted.scopes.has(`${SCOPE_OF_KIND[kind]}:read`));
      if (missed) return missing(granted, `${SCOPE_OF_KIND[missed.kind]}:read`);
      const ofBot = wanted.filter(({ botIn }) => botIn.includes(workspace.id));
      const { user } = values;
      const ofUser = wanted.filter(
        ({ kind, botIn, members }) =>
          (members?.includes(user) ?? true) && (kind === 'public' || botIn.includes(workspace.id)),
      );
      const all = user === undefined ? ofBot : ofUser;
      const from = Number(values['cursor'] ?? 0);
      const limit = Number(values['limit'] ?? 100);
      const next = from + limit < all.length ? String(from + limit) : '';
      return {
        ok: true,
        channels: all.slice(from, from + limit).map((each) => shownConversation(each, workspace.id)),
        response_metadata: { next_cursor: next },
      };
    },

    'views.open': ({ workspace }, values) => {
      const faults = modalFaults(values['view']);
      if (faults.length > 0) return refuse('invalid_arguments', faults);
      const trigger = values['trigger_id'];
      if (typeof trigger !== 'string') return refuse('invalid_arguments', ['[ERROR] trigger_id']);
      // Each opens one view, once.
      if (world.triggers.has(trigger)) return refuse('exchanged_trigger_id');
      world.triggers.add(trigger);
      const view = { ...values['view'], id: `V0MODAL${world.modals.size + 1}`, team_id: workspace.id, hash: nextTs() };
      world.modals.set(view.id, view);
      return { ok: true, view };
    },

    'views.update': (_caller, values) => {
      const faults = modalFaults(values['view']);
      if (faults.length > 0) return refuse('invalid_arguments', faults);
      const known = world.modals.get(values['view_id']);
      if (!known) return refuse('not_found');
      const { id, team_id } = known;
      const view = { ...values['view'], id, team_id, hash: nextTs() };
      world.modals.set(view.id, view);
      return { ok: true, view };
    },

    'views.publish': ({ workspace }, values) => {
      if (!workspace.users.has(values['user_id'])) return refuse('user_not_found');
      const faults = viewFaults(values['view']);
      if (faults.length > 0) return refuse('invalid_blocks', faults);
      const key = `${workspace.id}:${values['user_id']}`;
      const known = world.homes.get(key);
      if (values['hash'] !== undefined && values['hash'] !== known?.['hash']) return refuse('hash_conflict');
      const id = known?.['id'] ?? `V${values['user_id'].slice(1)}`;
      const view = {
        ...values['view'],
        id,
        team_id: workspace.id,
        hash: nextTs(),
        app_id: appId,
        bot_id: workspace.botId,
      };
      world.homes.set(key, view);
      return { ok: true, view };
    },
  };

  return methods;
}

/** Whether a token may call a method at all, before anything is looked at: undefined, or Slack's refusal. */
export function scopeFault(method: string, granted: SlackToken): Answer | undefined {
  const scopes = documented(method)?.scopes ?? [];
  if (scopes.length === 0 || scopes.some((scope) => granted.scopes.has(scope))) return undefined;
  return missing(granted, scopes.join(','));
}
