import { defineConfig, type OxlintOverride } from 'oxlint';

/** Rooms of core and of flows, lowest first: each knows those before it, and none behind it. */
const CORE = [
  'language',
  'targets',
  'certificates',
  'model',
  'ports',
  'delivery',
  'alerts',
  'renewal',
  'items',
  'reminders',
  'chat',
];
const FLOWS = ['queue', 'delivery', 'reminders', 'alerts', 'looks', 'people', 'chat'];

interface Pattern {
  group: string[];
  message: string;
}

const COMPOSITION = [
  ...[
    '**/app.ts',
    '**/main.ts',
    '**/wiring.ts',
    '**/inboxes.ts',
    '**/mailboxes.ts',
    '**/outlook.ts',
    '**/flow-settings.ts',
    '**/own-credentials.ts',
  ],
  ...['**/opened-store.ts', '**/start-error.ts', '**/tls-source.ts', '**/doctor/**'],
  '**/config/**',
];
const ADAPTERS = ['sources', 'store', 'calendars', 'channels'];
const LIBRARIES = [
  ...['botbuilder*', 'restify', 'kysely', 'pino', 'prom-client', '@azure/*', '@microsoft/*', '@slack/*'],
  ...['better-sqlite3', 'pg'],
];

const OF_CORE: Pattern[] = [
  {
    group: [...COMPOSITION, ...[...ADAPTERS, 'flows', 'http', 'log', 'playground'].map((room) => `**/${room}/**`)],
    message: 'core is pure: it imports core and pure packages only.',
  },
  { group: ['node:*', '!node:url'], message: 'core does no IO (node:url is pure).' },
  { group: [...LIBRARIES, 'zod'], message: 'core is pure: libraries that do IO or frameworks stay outside.' },
];
const OF_FLOWS: Pattern[] = [
  {
    group: [...COMPOSITION, ...[...ADAPTERS, 'http', 'playground'].map((room) => `**/${room}/**`)],
    message: 'flows receive ports as arguments; they import core only.',
  },
  { group: LIBRARIES, message: "adapters' libraries stay in adapters." },
];

function restricted(files: string[], patterns: Pattern[]): OxlintOverride {
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** How a file one or two folders deep in its room would import from rooms of this house. */
function imports(rooms: string[]): string[] {
  return rooms.flatMap((room) => [`../${room}/**`, `../../${room}/**`, `../../../${room}/**`]);
}

function arrows(house: 'core' | 'flows', rooms: string[], patterns: Pattern[]): OxlintOverride[] {
  return rooms.map((room, level) => {
    const above = rooms.slice(level + 1);
    const message = `${house}/${room} is below ${above.join(', ')}, and does not know them.`;
    return restricted(
      [`src/${house}/${room}/**/*.ts`],
      above.length > 0 ? [...patterns, { group: imports(above), message }] : patterns,
    );
  });
}

/** Adapters know core, and not each other. */
function adapter(files: string, others: string[]): OxlintOverride {
  const rooms = ['flows', 'playground', ...others].map((room) => `**/${room}/**`);
  return restricted(
    [files],
    [{ group: [...COMPOSITION, ...rooms], message: 'adapters know core only, not each other.' }],
  );
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'node'],
  jsPlugins: ['eslint-plugin-regexp'],
  categories: { correctness: 'error', suspicious: 'error' },
  rules: {
    'no-unused-vars': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'unicorn/no-array-for-each': 'error',
    // What the bot does `then` by itself is a sentence, which nobody awaits.
    'unicorn/no-thenable': 'off',
    eqeqeq: 'error',
    'prefer-const': 'error',
    'no-var': 'error',
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'typescript/no-unnecessary-type-assertion': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/unbound-method': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unnecessary-type-parameters': 'off',
    'typescript/no-unnecessary-type-arguments': 'off',
    'typescript/no-unnecessary-type-conversion': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-useless-spread': 'off',
    'unicorn/prefer-string-starts-ends-with': 'off',
    'import/no-named-as-default-member': 'off',
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'no-shadow': 'off',
    'consistent-return': 'off',
    'eslint/no-new': 'off',
    'no-new': 'off',
    'no-unmodified-loop-condition': 'off',
  },
  overrides: [
    {
      files: ['src/**/*.ts', 'src/**/*.cjs'],
      // Text of others meets patterns everywhere: none may take more than linear time, whatever the text.
      rules: {
        'regexp/no-super-linear-move': ['error', { report: 'potential' }],
        'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      },
    },
    // A factory shows what it holds and what it can do; the rest stands beside it.
    { files: ['src/**/*.ts'], rules: { 'max-lines-per-function': ['error', { max: 80 }] } },
    {
      files: ['src/core/**/*.ts'],
      rules: {
        'no-restricted-globals': [
          'error',
          { name: 'process', message: 'core reads no environment: pass it as an argument.' },
          { name: 'Date', message: 'core has no clock: `now` is an argument.' },
          { name: 'fetch', message: 'core does no IO.' },
          { name: 'setTimeout', message: 'core has no timers.' },
        ],
      },
    },
    // What stands beside the rooms is below them; only what a card says is put into words.
    restricted(
      ['src/core/*.ts'],
      [
        ...OF_CORE,
        {
          group: CORE.slice(1).map((room) => `./${room}/**`),
          message: 'files beside the rooms of core are below them.',
        },
      ],
    ),
    ...arrows('core', CORE, OF_CORE),
    {
      files: ['src/flows/**/*.ts'],
      rules: {
        'no-restricted-globals': [
          'error',
          { name: 'process', message: 'flows read no environment.' },
          { name: 'Date', message: 'flows take the clock from their context.' },
        ],
      },
    },
    restricted(['src/flows/*.ts'], OF_FLOWS),
    restricted(
      ['src/flows/context.ts', 'src/flows/trusted-view.ts', 'src/flows/uuid-of.ts'],
      [...OF_FLOWS, { group: FLOWS.map((room) => `./${room}/**`), message: 'it is below the rooms of flows.' }],
    ),
    ...arrows('flows', FLOWS, OF_FLOWS),
    adapter('src/sources/**/*.ts', ['store', 'calendars', 'channels']),
    adapter('src/store/**/*.ts', ['sources', 'calendars', 'channels']),
    adapter('src/calendars/**/*.ts', ['sources', 'store', 'channels']),
    adapter('src/channels/*.ts', ['sources', 'store', 'calendars']),
    adapter('src/channels/teams/**/*.ts', ['sources', 'store', 'calendars', 'slack']),
    adapter('src/channels/slack/**/*.ts', ['sources', 'store', 'calendars', 'teams']),
    restricted(
      ['simulate/**/*.ts'],
      [
        {
          group: ['flows', 'sources', 'calendars', 'channels', 'http', 'playground'].map((room) => `**/src/${room}/**`),
          message: 'the simulation sees wiring, core and the store: what flows do is judged by what arrives.',
        },
      ],
    ),
    {
      files: ['test/**/*.ts'],
      rules: {
        'max-lines': 'off',
        'no-unused-expressions': 'off',
        'typescript/no-explicit-any': 'off',
        'no-useless-escape': 'off',
        'typescript/require-array-sort-compare': 'off',
        'typescript/no-misused-promises': 'off',
        'typescript/no-base-to-string': 'off',
        'typescript/no-unnecessary-template-expression': 'off',
      },
    },
    { files: ['oxlint.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
  ignorePatterns: ['node_modules', 'dist', 'data', 'coverage'],
});
