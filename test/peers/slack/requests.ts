import { createHmac } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { APP, nextId } from './events.ts';
import { nextTs } from './workspaces.ts';

type Payload = Record<string, any>;

/** `/certbot <text>`. `responseUrl` comes from the fake's `responseUrl()`. */
export function slashCommand(text: string, responseUrl: string, partial: Payload = {}): Payload {
  return {
    token: 'legacy-verification-token',
    team_id: 'T0ACME',
    team_domain: 'acme',
    channel_id: 'C0OPS',
    channel_name: 'ops',
    user_id: 'U0ALICE',
    user_name: 'alice',
    command: '/certbot',
    text,
    api_app_id: APP.id,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: `${nextId('')}.1.fake`,
    ...partial,
  };
}

function actionsOf(element: Payload, blockId: string, selected: Payload | undefined, person: string): Payload[] {
  const { type, action_id, text, value, style } = element;
  const common = { type, action_id, block_id: blockId, action_ts: nextTs() };
  if (type === 'button')
    return [{ ...common, text, ...(value === undefined ? {} : { value }), ...(style ? { style } : {}) }];
  if (type === 'users_select') return [{ ...common, selected_user: person }];
  return [{ ...common, selected_option: selected }];
}

/** As people read it: a space that does not break is a space. */
const read = ({ text }: Payload): string => text.replaceAll('\u{a0}', ' ');

interface Clickable {
  element: Payload;
  blockId: string;
  /** What a person reads on it. */
  shown: string;
  /** The entry of an overflow menu or a select. */
  option: Payload | undefined;
}

/** Every element with an `action_id`, with the id of its block. */
function elementsOf(blocks: Payload[] = []): { element: Payload; blockId: string }[] {
  const found: { element: Payload; blockId: string }[] = [];
  for (const [index, block] of blocks.entries()) {
    const elements =
      block['type'] === 'actions' ? block['elements'] : block['type'] === 'section' ? [block['accessory']] : [];
    const blockId = block['block_id'] ?? `generated${index}`;
    for (const element of elements) if (element && element['type'] !== 'image') found.push({ element, blockId });
  }
  return found;
}

/**
 * Somebody clicks on an element of a message (`message`, as `messages()` shows it) or of their Home tab (`view`).
 * `label` is what a person sees on the button, or on the entry of an overflow menu or a select; throws when there is
 * none, or more than one and no `occurrence` (from 0).
 */
export function blockActions(
  label: string,
  {
    message,
    view,
    responseUrl,
    isEphemeral = false,
    occurrence,
    user = 'U0ALICE',
    team = 'T0ACME',
    person = 'U0ALICE',
    partial = {},
  }: {
    message?: Payload;
    view?: Payload;
    responseUrl?: string;
    isEphemeral?: boolean;
    occurrence?: number;
    user?: string;
    team?: string;
    /** Who is chosen in a menu of people. */
    person?: string;
    partial?: Payload;
  },
): Payload {
  const source = message ?? view!;
  const clickable = elementsOf(source['blocks']).flatMap(({ element, blockId }): Clickable[] => {
    if (element['type'] === 'button') return [{ element, blockId, shown: read(element['text']), option: undefined }];
    if (element['type'] === 'users_select')
      return [{ element, blockId, shown: read(element['placeholder']), option: undefined }];
    const options: Payload[] = element['options'] ?? [];
    return options.map((option) => ({ element, blockId, shown: read(option['text']), option }));
  });
  const matching = clickable.filter((each) => each.shown === label);
  const target = occurrence === undefined && matching.length > 1 ? undefined : matching[occurrence ?? 0];
  if (!target) {
    const shown = clickable.map((each) => each.shown).join(', ');
    throw new Error(`${matching.length} elements say "${label}"; there are: ${shown}`);
  }
  const container = message
    ? { type: 'message', message_ts: source['ts'], channel_id: source['channel'], is_ephemeral: isEphemeral }
    : { type: 'view', view_id: source['id'] };
  const place = message
    ? {
        channel: { id: source['channel'], name: source['channel'].startsWith('D') ? 'directmessage' : 'ops' },
        // Of an ephemeral message Slack sends no content.
        ...(isEphemeral ? {} : { message: source }),
        response_url: responseUrl,
      }
    : { view: source };
  return {
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: team },
    api_app_id: APP.id,
    token: 'legacy-verification-token',
    container: { ...container, ...(message?.['thread_ts'] === undefined ? {} : { thread_ts: message['thread_ts'] }) },
    trigger_id: `${nextId('')}.2.fake`,
    team: { id: team, domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
    state: { values: {} },
    ...place,
    actions: actionsOf(target.element, target.blockId, target.option, person),
    ...partial,
  };
}

function common(user: string, team: string): Payload {
  return {
    token: 'legacy-verification-token',
    team: { id: team, domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: team },
    api_app_id: APP.id,
    trigger_id: `${nextId('')}.3.fake`,
  };
}

/** Somebody uses a shortcut on a message (docs.slack.dev, "Shortcuts interaction payload", message_action). */
export function messageShortcut(
  message: Payload,
  { user = 'U0ALICE', team = 'T0ACME', channel = 'C0OPS', responseUrl = undefined as string | undefined } = {},
): Payload {
  return {
    ...common(user, team),
    type: 'message_action',
    callback_id: 'watch_message',
    action_ts: nextTs(),
    response_url: responseUrl,
    channel: { id: channel, name: channel.startsWith('D') ? 'directmessage' : 'ops' },
    message_ts: message['ts'],
    message,
  };
}

/** Somebody uses a global shortcut. */
export function globalShortcut({ user = 'U0ALICE', team = 'T0ACME' } = {}): Payload {
  return { ...common(user, team), type: 'shortcut', callback_id: 'watch_form', action_ts: nextTs() };
}

/**
 * Somebody sends a modal as it stands, but for `fill`: the value of a field by its block, or which ticks are taken away.
 */
export function viewSubmission(
  view: Payload,
  {
    user = 'U0ALICE',
    team = 'T0ACME',
    fill = {} as Record<string, string>,
    untick = [] as string[],
    ticked = undefined as string[] | undefined,
  } = {},
): Payload {
  const values: Payload = {};
  for (const { type, block_id: id, element } of view['blocks']) {
    if (type !== 'input') continue;
    const { type: kind, action_id: action, options = [], initial_options: initial, initial_value: text } = element;
    const filled = fill[id];
    const state: Payload = { type: kind };
    if (kind === 'checkboxes')
      state['selected_options'] = ticked
        ? ticked.map((value) => ({ text: { type: 'plain_text', text: value }, value }))
        : (initial ?? []).filter(({ value }: Payload) => !untick.includes(value!));
    if (kind === 'plain_text_input') state['value'] = filled ?? text ?? null;
    if (kind === 'users_select') state['selected_user'] = filled ?? null;
    if (kind === 'static_select')
      state['selected_option'] = filled
        ? options.find(({ value }: Payload) => value === filled)
        : element.initial_option;
    values[id] = { [action]: state };
  }
  return { ...common(user, team), type: 'view_submission', view: { ...view, state: { values } }, response_urls: [] };
}

interface PostOptions {
  signingSecret?: string;
  /** Milliseconds since 1970; default: the clock. */
  now?: number;
  retryNum?: number;
  retryReason?: string;
  kind?: 'event' | 'command' | 'interaction';
  /** Instead of the right ones. */
  signature?: string;
  timestamp?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

function form(fields: Payload): string {
  return new URLSearchParams(fields as Record<string, string>).toString();
}

/**
 * Posts a payload to the bot's Request URL, signed as docs.slack.dev/authentication/verifying-requests-from-slack says.
 * `body` of the answer is parsed when it is JSON; `ms` is how long it took.
 */
export async function postToBot(
  botUrl: string,
  payload: Payload,
  options: PostOptions = {},
): Promise<{ status: number; body: any; text: string; ms: number }> {
  const {
    kind = 'event',
    signingSecret = APP.signingSecret,
    now = Date.now(),
    retryNum,
    retryReason,
    signal,
  } = options;
  const bodies = {
    event: () => JSON.stringify(payload),
    command: () => form(payload),
    interaction: () => form({ payload: JSON.stringify(payload) }),
  };
  const body = bodies[kind]();
  const timestamp = options.timestamp ?? String(Math.floor(now / 1000));
  const digest = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const began = performance.now();
  const response = await fetch(botUrl, {
    method: 'POST',
    headers: {
      'content-type': kind === 'event' ? 'application/json' : 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': options.signature ?? `v0=${digest}`,
      ...(retryNum === undefined ? {} : { 'x-slack-retry-num': String(retryNum) }),
      ...(retryNum === undefined ? {} : { 'x-slack-retry-reason': retryReason ?? 'http_timeout' }),
      connection: 'close',
      ...options.headers,
    },
    body,
    redirect: 'manual',
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    body: isJson && text ? JSON.parse(text) : text,
    text,
    ms: performance.now() - began,
  };
}
