/** How an argument travels in the form: as it is, as `true` / `false`, as a number, or as a JSON text. */
type Kind = 'string' | 'boolean' | 'number' | 'json';

interface Documented {
  required?: Record<string, Kind>;
  optional?: Record<string, Kind>;
  /** Scopes of a bot token. One of them has to be granted; several when it depends on the kind of conversation. */
  scopes?: string[];
  /** Which token it takes. */
  token: 'bot' | 'app' | 'none';
}

const content = { text: 'string', blocks: 'json', attachments: 'json', markdown_text: 'string' } as const;
const author = { as_user: 'boolean', icon_emoji: 'string', icon_url: 'string', username: 'string' } as const;
const parsing = { link_names: 'boolean', parse: 'string' } as const;
const unfurls = { unfurl_links: 'boolean', unfurl_media: 'boolean' } as const;

/**
 * The methods, each with the arguments and scopes that its page documents: docs.slack.dev/reference/methods/<method>.
 */
const METHODS = {
  'auth.test': { token: 'bot' },
  'auth.revoke': { token: 'bot', optional: { test: 'boolean' } },
  'users.info': {
    token: 'bot',
    required: { user: 'string' },
    optional: { include_locale: 'boolean' },
    scopes: ['users:read'],
  },
  'users.lookupByEmail': { token: 'bot', required: { email: 'string' }, scopes: ['users:read.email'] },
  'chat.postMessage': {
    token: 'bot',
    required: { channel: 'string' },
    optional: {
      ...content,
      ...author,
      ...parsing,
      ...unfurls,
      metadata: 'json',
      mrkdwn: 'boolean',
      reply_broadcast: 'boolean',
      thread_ts: 'string',
    },
    scopes: ['chat:write'],
  },
  'chat.update': {
    token: 'bot',
    required: { channel: 'string', ts: 'string' },
    optional: {
      ...content,
      ...parsing,
      ...unfurls,
      as_user: 'boolean',
      file_ids: 'json',
      metadata: 'json',
      reply_broadcast: 'boolean',
    },
    scopes: ['chat:write'],
  },
  'chat.delete': {
    token: 'bot',
    required: { channel: 'string', ts: 'string' },
    optional: { as_user: 'boolean' },
    scopes: ['chat:write'],
  },
  'chat.postEphemeral': {
    token: 'bot',
    required: { channel: 'string', user: 'string' },
    optional: { ...content, ...author, ...parsing, thread_ts: 'string' },
    scopes: ['chat:write'],
  },
  'conversations.open': {
    token: 'bot',
    optional: { channel: 'string', prevent_creation: 'boolean', return_im: 'boolean', users: 'string' },
    scopes: ['im:write', 'mpim:write'],
  },
  'conversations.info': {
    token: 'bot',
    required: { channel: 'string' },
    optional: { include_locale: 'boolean', include_num_members: 'boolean' },
    scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  },
  'files.info': {
    token: 'bot',
    required: { file: 'string' },
    optional: { count: 'number', cursor: 'string', limit: 'number', page: 'number' },
    scopes: ['files:read'],
  },
  'views.publish': {
    token: 'bot',
    required: { user_id: 'string', view: 'json' },
    optional: { hash: 'string' },
  },
  'views.open': {
    token: 'bot',
    required: { view: 'json' },
    optional: { trigger_id: 'string', interactivity_pointer: 'string' },
  },
  'views.update': {
    token: 'bot',
    required: { view: 'json' },
    optional: { external_id: 'string', hash: 'string', view_id: 'string' },
  },
  'users.conversations': {
    token: 'bot',
    optional: {
      cursor: 'string',
      exclude_archived: 'boolean',
      limit: 'number',
      team_id: 'string',
      types: 'string',
      user: 'string',
    },
    scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  },
  'apps.connections.open': { token: 'app' },
  'oauth.v2.access': {
    token: 'none',
    required: { client_id: 'string', client_secret: 'string' },
    optional: { code: 'string', redirect_uri: 'string', grant_type: 'string', refresh_token: 'string' },
  },
} as const satisfies Record<string, Documented>;

/** Undefined for a method that is not among them. */
export function documented(method: string): Documented | undefined {
  return Object.hasOwn(METHODS, method) ? METHODS[method as keyof typeof METHODS] : undefined;
}

function valueOf(kind: Kind, text: string): { value: unknown } | { fault: string } {
  if (kind === 'string') return { value: text };
  if (kind === 'boolean') {
    if (/^(true|1)$/.test(text)) return { value: true };
    return /^(false|0)$/.test(text) ? { value: false } : { fault: 'must be a boolean' };
  }
  if (kind === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? { value: Number(text) } : { fault: 'must be a number' };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: 'must be JSON' };
  }
}

/** The arguments of a form as values, with everything that the method's documentation does not allow. */
export function readArguments(
  { required = {}, optional = {} }: Documented,
  form: URLSearchParams,
): { values: Record<string, any>; faults: string[] } {
  const values: Record<string, any> = {};
  const faults: string[] = [];
  for (const [name, text] of form) {
    const kind = required[name] ?? optional[name];
    if (kind === undefined) {
      values[name] = text;
      faults.push(`[ERROR] unknown argument: ${name}`);
      continue;
    }
    if (name in values) faults.push(`[ERROR] repeated argument: ${name}`);
    const read = valueOf(kind, text);
    values[name] = 'value' in read ? read.value : text;
    if ('fault' in read) faults.push(`[ERROR] ${read.fault} [json-pointer:/${name}]`);
  }
  for (const name of Object.keys(required)) {
    if (!form.get(name)) faults.push(`[ERROR] missing required field: ${name}`);
  }
  return { values, faults };
}
