/** Finds what is wrong with a value at a place, e.g. `/blocks/0/text`; an empty list when nothing is. */
type Check = (value: unknown, at: string) => string[];

type Fields = Record<string, Check>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function string({ max = Infinity, oneOf, pattern }: { max?: number; oneOf?: string[]; pattern?: RegExp } = {}): Check {
  return (value, at) => {
    if (typeof value !== 'string') return [`must be a string [${at}]`];
    if (value === '') return [`must be more than 0 characters [${at}]`];
    // UTF-16 units, of which there are never fewer than characters.
    if (value.length > max) return [`must be less than ${max + 1} characters [${at}]`];
    if (pattern && !pattern.test(value)) return [`must match ${pattern.source} [${at}]`];
    return !oneOf || oneOf.includes(value) ? [] : [`must be one of ${oneOf.join(', ')} [${at}]`];
  };
}

const boolean: Check = (value, at) => (typeof value === 'boolean' ? [] : [`must be a boolean [${at}]`]);

function integer(min: number, max: number): Check {
  return (value, at) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? []
      : [`must be an integer from ${min} to ${max} [${at}]`];
}

function url(max = 3000, schemes = ['http:', 'https:']): Check {
  const text = string({ max });
  return (value, at) => {
    const faults = text(value, at);
    if (faults.length > 0) return faults;
    const parsed = URL.parse(String(value));
    return parsed && schemes.includes(parsed.protocol) ? [] : [`must be a valid URL [${at}]`];
  };
}

function object(required: Fields, optional: Fields = {}): Check {
  return (value, at) => {
    if (!isObject(value)) return [`must be an object [${at}]`];
    const faults: string[] = [];
    for (const key of Object.keys(required)) if (!(key in value)) faults.push(`missing required field: ${key} [${at}]`);
    for (const [key, field] of Object.entries(value)) {
      const check = required[key] ?? optional[key];
      faults.push(...(check ? check(field, `${at}/${key}`) : [`unknown field: ${key} [${at}]`]));
    }
    return faults;
  };
}

function list(check: Check, min: number, max: number): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return [`must be an array [${at}]`];
    const faults = value.flatMap((each, index) => check(each, `${at}/${index}`));
    if (value.length < min) faults.push(`no fewer than ${min} items allowed [${at}]`);
    if (value.length > max) faults.push(`no more than ${max} items allowed [${at}]`);
    return faults;
  };
}

/** Things told apart by their `type`. */
function variants(types: Record<string, Check>): Check {
  return (value, at) => {
    if (!isObject(value)) return [`must be an object [${at}]`];
    const { type, ...rest } = value;
    if (typeof type !== 'string') return [`missing required field: type [${at}]`];
    const check = Object.hasOwn(types, type) ? types[type] : undefined;
    return check ? check(rest, at) : [`unsupported type: ${type} [${at}/type]`];
  };
}

function both(...checks: Check[]): Check {
  return (value, at) => checks.flatMap((check) => check(value, at));
}

/** Demands exactly one (or, with `many`, at least one) of the fields. */
function anyOf(keys: string[], { many = false } = {}): Check {
  return (value, at) => {
    const count = isObject(value) ? keys.filter((key) => key in value).length : 1;
    return count === 1 || (many && count > 1) ? [] : [`needs one of ${keys.join(', ')} [${at}]`];
  };
}

const textTypes = (max: number) => ({
  plain_text: object({ text: string({ max }) }, { emoji: boolean }),
  mrkdwn: object({ text: string({ max }) }, { verbatim: boolean }),
});
const plain = (max: number): Check => variants({ plain_text: textTypes(max).plain_text });
const anyText = (max: number): Check => variants(textTypes(max));

const colour = string({ oneOf: ['primary', 'danger'] });
const id = string({ max: 255 });
const confirm = object({ title: plain(100), text: plain(300), confirm: plain(30), deny: plain(30) }, { style: colour });
const actionable: Fields = { action_id: id, confirm };

const imageFields: Fields = { image_url: url(), slack_file: object({}, { id: string(), url: url() }) };
const image = both(object({ alt_text: string({ max: 2000 }) }, imageFields), anyOf(Object.keys(imageFields)));

const button = object(
  { text: plain(75) },
  { ...actionable, value: string({ max: 2000 }), url: url(), style: colour, accessibility_label: string({ max: 75 }) },
);

const choice = { text: plain(75), value: string({ max: 150 }) };
const option = object(choice, { description: plain(75) });
const overflow = object({ options: list(object(choice, { description: plain(75), url: url() }), 1, 5) }, actionable);

const initialOption: Check = (value, at) => {
  const { options, option_groups: groups, initial_option: initial } = value as Record<string, unknown>;
  if (initial === undefined) return [];
  const all = Array.isArray(options)
    ? options
    : (Array.isArray(groups) ? groups : []).flatMap((group) => group.options);
  const known = all.some((each) => JSON.stringify(each) === JSON.stringify(initial));
  return known ? [] : [`must be one of the options [${at}/initial_option]`];
};
const staticSelect = both(
  object(
    {},
    {
      ...actionable,
      options: list(option, 1, 100),
      option_groups: list(object({ label: plain(75), options: list(option, 1, 100) }), 1, 100),
      initial_option: option,
      placeholder: plain(150),
      focus_on_load: boolean,
    },
  ),
  anyOf(['options', 'option_groups']),
  initialOption,
);

const usersSelect = object({}, { ...actionable, initial_user: id, placeholder: plain(150), focus_on_load: boolean });

const interactive = { button, overflow, static_select: staticSelect, users_select: usersSelect };

const fontStyle = object({}, { bold: boolean, italic: boolean, strike: boolean, code: boolean, underline: boolean });
const mentionStyle = object(
  {},
  { bold: boolean, italic: boolean, strike: boolean, highlight: boolean, client_highlight: boolean, unlink: boolean },
);
const run = {
  text: object({ text: string() }, { style: fontStyle }),
  link: object(
    { url: url(3000, ['http:', 'https:', 'mailto:', 'slack:']) },
    { text: string(), unsafe: boolean, style: fontStyle },
  ),
};
const inline = variants({
  ...run,
  emoji: object({ name: string() }, { unicode: string(), style: fontStyle }),
  user: object({ user_id: string({ pattern: /^[UW][A-Z0-9]+$/ }) }, { style: mentionStyle }),
  usergroup: object({ usergroup_id: string({ pattern: /^S[A-Z0-9]+$/ }) }, { style: mentionStyle }),
  channel: object({ channel_id: string() }, { style: mentionStyle }),
  date: object(
    { timestamp: integer(0, 99_999_999_999), format: string() },
    { url: url(), fallback: string(), style: fontStyle },
  ),
});
const border = integer(0, 1);
const richTextSection = object({ elements: list(inline, 1, Infinity) });
const richText = variants({
  rich_text_section: richTextSection,
  rich_text_list: object(
    {
      elements: list(variants({ rich_text_section: richTextSection }), 1, Infinity),
      style: string({ oneOf: ['bullet', 'ordered'] }),
    },
    { indent: integer(0, 8), offset: integer(0, 10_000), border },
  ),
  rich_text_preformatted: object({ elements: list(variants(run), 1, Infinity) }, { border }),
  rich_text_quote: object({ elements: list(inline, 1, Infinity) }, { border }),
});

const short = string({ max: 20 });
const value: Check = (given, at) => (Number.isFinite(given) ? [] : [`must be a number [${at}]`]);
const series = object({ name: short, data: list(object({ label: short, value }), 1, 20) });
/** Each series has exactly one value for each category. */
const categorized: Check = (chart, at) => {
  const { series: all, axis_config: axis } = chart as any;
  const wanted = JSON.stringify(axis?.categories);
  const areAll = all?.every?.(({ data }: any) => JSON.stringify(data?.map(({ label }: any) => label)) === wanted);
  return areAll ? [] : [`labels must be the categories [${at}]`];
};
const barChart = both(
  object({
    series: list(series, 1, 12),
    axis_config: object(
      { categories: list(short, 1, 20) },
      { x_label: string({ max: 50 }), y_label: string({ max: 50 }) },
    ),
  }),
  categorized,
);

const block = variants({
  header: object({ text: plain(150) }, { block_id: id }),
  section: both(
    object(
      {},
      {
        block_id: id,
        text: anyText(3000),
        fields: list(anyText(2000), 1, 10),
        accessory: variants({ ...interactive, image }),
        expand: boolean,
      },
    ),
    anyOf(['text', 'fields'], { many: true }),
  ),
  rich_text: object({ elements: list(richText, 1, Infinity) }, { block_id: id }),
  context: object({ elements: list(variants({ ...textTypes(3000), image }), 1, 10) }, { block_id: id }),
  actions: object({ elements: list(variants(interactive), 1, 25) }, { block_id: id }),
  divider: object({}, { block_id: id }),
  data_visualization: object({ title: string({ max: 50 }), chart: variants({ bar: barChart }) }, { block_id: id }),
  image: both(
    object({ alt_text: string({ max: 2000 }) }, { ...imageFields, title: plain(2000), block_id: id }),
    anyOf(Object.keys(imageFields)),
  ),
});

const initialOptions: Check = (value, at) => {
  const { options = [], initial_options: initial = [] } = value as { options?: unknown[]; initial_options?: unknown[] };
  const known = new Set(options.map((each) => JSON.stringify(each)));
  return initial.every((each) => known.has(JSON.stringify(each))) ? [] : [`must be among options [${at}]`];
};
const checkboxes = both(
  object(
    { options: list(option, 1, 10) },
    { ...actionable, initial_options: list(option, 1, 10), focus_on_load: boolean },
  ),
  initialOptions,
);
const textInput = object(
  {},
  {
    action_id: id,
    initial_value: string({ max: 3000 }),
    multiline: boolean,
    min_length: integer(0, 3000),
    max_length: integer(1, 3000),
    placeholder: plain(150),
    focus_on_load: boolean,
  },
);

/** An input block stands in modals alone, as far as the product uses it (docs.slack.dev, "Input block"). */
const input = object(
  {
    label: plain(2000),
    element: variants({
      checkboxes,
      plain_text_input: textInput,
      users_select: usersSelect,
      static_select: staticSelect,
    }),
  },
  { block_id: id, hint: plain(2000), optional: boolean, dispatch_action: boolean },
);

const blockOfModal: Check = (value, at) => {
  if (!isObject(value) || value['type'] !== 'input') return block(value, at);
  const { type: _type, ...rest } = value;
  return input(rest, at);
};

function repeated(values: unknown[]): unknown[] {
  const given = values.filter((value) => value !== undefined);
  return given.filter((value, index) => given.indexOf(value) !== index);
}

/** Action ids are unique within their block, block ids within the message or view. */
const unique: Check = (blocks, at) => {
  if (!Array.isArray(blocks)) return [];
  const objects = blocks.filter(isObject);
  const faults = repeated(objects.map((each) => each['block_id'])).map(
    (each) => `block_id repeats: ${String(each)} [${at}]`,
  );
  for (const [index, each] of objects.entries()) {
    const elements =
      each['type'] === 'actions' && Array.isArray(each['elements']) ? each['elements'].filter(isObject) : [];
    const ids = repeated(elements.map((element) => element['action_id']));
    faults.push(...ids.map((action) => `action_id repeats: ${String(action)} [${at}/${index}]`));
  }
  return faults;
};

/** A message may hold two charts (github.com/vercel/chat/pull/696). */
const fewCharts: Check = (blocks, at) => {
  const charts = Array.isArray(blocks) ? blocks.filter((each) => each?.type === 'data_visualization') : [];
  return charts.length <= 2 ? [] : [`no more than 2 charts [${at}]`];
};

/**
 * What Slack would refuse about the blocks of a message, in its manner of speaking; empty when they are good. Limits
 * and fields: docs.slack.dev/reference/block-kit. Only the blocks and elements that the product may use are known.
 */
export function blockFaults(blocks: unknown): string[] {
  return both(list(block, 0, 50), unique, fewCharts)(blocks, '/blocks');
}

/** The same for a Home tab's view (docs.slack.dev/reference/views/home-tab-views): 100 blocks. */
export function viewFaults(view: unknown): string[] {
  const blocks = both(list(block, 0, 100), unique);
  const fields = {
    callback_id: id,
    external_id: id,
    private_metadata: string({ max: 3000 }),
  };
  return object({ type: string({ oneOf: ['home'] }), blocks }, fields)(view, '/view');
}

/** The same for a modal (docs.slack.dev/reference/views/modal-views): 100 blocks, and a button where there is input. */
export function modalFaults(view: unknown): string[] {
  const fields = {
    callback_id: id,
    external_id: id,
    private_metadata: string({ max: 3000 }),
    close: plain(24),
    submit: plain(24),
    clear_on_close: boolean,
    notify_on_close: boolean,
  };
  const blocks = both(list(blockOfModal, 1, 100), unique);
  const faults = object({ type: string({ oneOf: ['modal'] }), title: plain(24), blocks }, fields)(view, '/view');
  if (!isObject(view)) return faults;
  const hasInput = Array.isArray(view['blocks']) && view['blocks'].some((each) => each.type === 'input');
  return hasInput && !('submit' in view) ? [...faults, 'missing required field: submit [/view]'] : faults;
}

const scalar: Check = (value, at) =>
  ['string', 'number', 'boolean'].includes(typeof value) ? [] : [`must be a string, a number or a boolean [${at}]`];

/** What is wrong with a message's metadata (docs.slack.dev/messaging/message-metadata). */
export function metadataFaults(metadata: unknown): string[] {
  const payload: Check = (value, at) => {
    if (!isObject(value)) return [`must be an object [${at}]`];
    return Object.entries(value).flatMap(([key, field]) => {
      const entries = Array.isArray(field) ? field : [field];
      return entries.flatMap((each) =>
        isObject(each)
          ? Object.entries(each).flatMap(([inner, leaf]) => scalar(leaf, `${at}/${key}/${inner}`))
          : scalar(each, `${at}/${key}`),
      );
    });
  };
  return object({ event_type: string({ max: 255 }), event_payload: payload })(metadata, '/metadata');
}
