import type { Card, CardAction, Group, Row } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { trimmedEnd } from '../../language/text.ts';
import { prose } from '../../language/wording.ts';
import { COMMANDS, SETTINGS } from '../command.ts';
import { verbOf, type Verb } from '../verbs.ts';
import { capital } from './rows.ts';
import { typeAction } from './replies.ts';
import { sourcesCard } from './sources.ts';

/** What is wanted most of the time, as it is typed. */
const FIRST = ['watch', 'check', 'list', 'show', 'remind'] as const satisfies Verb[];

/** Ways to type each command, two at least. */
const EXAMPLES: Record<Verb, readonly [string, string, ...string[]]> = {
  watch: ['watch example.com', 'watch example.com mail.example.com:8443 remind 60d 14d 3d'],
  check: ['check example.com', 'check https://example.com mx:example.com'],
  unwatch: ['unwatch example.com', 'unwatch all'],
  list: ['list', 'list expiring before Christmas'],
  show: ['show example.com', 'show mail.example.com:587'],
  renew: ['renew example.com', 'how do I renew example.com?'],
  ack: ['ack example.com', 'I have it'],
  unack: ['unack example.com', 'give it back'],
  snooze: ['snooze example.com until Monday', 'snooze for 2 hours'],
  done: ['done example.com', 'renewed'],
  installing: ['installing example.com on Friday', 'I install it on Monday'],
  remind: ['remind 30d 7d 2d', 'remind also @ben for example.com'],
  owner: ['owner example.com @ada', 'owner all me'],
  calendar: ['calendar', 'calendar connect'],
  settings: ['settings', 'settings holidays DE-BY'],
  trust: ['trust add', 'trust remove 1'],
  forget: ['forget me', 'forget me yes'],
  operators: [
    'operators status',
    'operators conversations',
    'operators orphaned',
    'operators default timezone Europe/Berlin',
    'operators audit export',
    'operators allow entra here',
    'operators forget anna@example.com',
  ],
  help: ['help', 'help calendar'],
  note: ['note example.com behind the load balancer', 'note example.com none'],
  tag: ['tag example.com #shop', 'tag example.com mail.example.com #eu'],
  untag: ['untag example.com #shop', 'untag example.com #shop #eu'],
  report: ['report', 'report 2026'],
  history: ['history example.com', 'history mail.example.com:587'],
  export: ['export', 'export #shop'],
  import: ['import', 'import target,tags,note'],
};

/** How each setting is typed. */
const SETTING_EXAMPLES: Record<(typeof SETTINGS)[number], string> = {
  timezone: 'settings timezone Europe/Berlin',
  holidays: 'settings holidays DE-BY',
  freeze: 'settings freeze 2026-12-18..2027-01-06',
  mailbox: 'settings mailbox certificates@example.com',
  operators: 'settings operators here',
  'alerts-to': 'settings alerts-to @group',
  admins: 'settings admins only',
  persona: 'settings persona clippy',
};

/** How a target is typed, each with a key of what it stands for. */
const TARGETS = [
  ['host', 'example.com'],
  ['port', 'mail.example.com:587'],
  ['address', 'example.com @203.0.113.7'],
  ['link', 'https://example.com/shop'],
  ['mail', 'mx:example.com'],
  ['date', 'date:2030-03-01 Code-signing token'],
  ['keys', 'jwks+https://login.example.com'],
  ['metadata', 'saml+https://idp.example.com/metadata'],
  ['application', 'entra:Payroll'],
] as const;

/** What belongs together, and the words by which it is asked for, in both languages. */
const TOPICS = {
  watching: { verbs: ['watch', 'check', 'list', 'show', 'renew', 'unwatch'], words: 'watching überwachung' },
  overview: {
    verbs: ['report', 'history', 'note', 'tag', 'untag', 'export', 'import'],
    words: 'overview überblick übersicht notes notizen tags',
  },
  alerts: {
    verbs: ['remind', 'ack', 'snooze', 'done', 'installing', 'unack'],
    words: 'alerts alert warnungen warnung alarme reminders erinnerungen',
  },
  people: { verbs: ['owner', 'forget'], words: 'people owners leute personen zuständig' },
  targets: { verbs: [], words: 'targets target ziele ziel hosts' },
  sources: { verbs: [], words: 'sources source quellen quelle permissions berechtigungen' },
  bot: { verbs: ['operators', 'help'], words: 'bot' },
} as const satisfies Record<string, { verbs: readonly Verb[]; words: string }>;
type Topic = keyof typeof TOPICS;
/** Commands that are a topic of their own. */
const OWN_TOPICS = ['calendar', 'trust', 'settings'] as const satisfies Verb[];
const ALL = /^(?:topics?|themen|all|alles?|more|mehr)$/i;

function buttons(...actions: (CardAction | null)[]): CardAction[] {
  return actions.filter((one) => one !== null);
}

function openList(say: Say): CardAction | null {
  return typeAction(say('button.open-list'), 'list');
}

/** What somebody may type, and what it does; selecting it tells more about `about`. */
function typedRow(text: string, sub: string | undefined, about: string | null, say: Say): Row {
  const more = about === null ? null : typeAction(say('button.show'), `help ${about}`);
  return {
    name: [{ text, mono: true }],
    ...(sub === undefined ? {} : { sub: prose(sub, say) }),
    ...(more ? { actions: [more] } : {}),
  };
}

function cardOf(title: string, groups: Group[], say: Say, more: Pick<Card, 'lead' | 'footnote' | 'actions'>): Card {
  const typed = groups.flatMap(({ rows }) => rows ?? []).map(({ name }) => (Array.isArray(name) ? name : [name]));
  const [first] = typed.flat().map((run) => (typeof run === 'string' ? run : run.text));
  const summary = first === undefined ? `${title}.` : say('help.summary-of', { title, example: first });
  return { language: say.language, summary, title, tone: 'neutral', groups, ...more };
}

function firstCard(say: Say): Card {
  const rows = FIRST.map((verb) => typedRow(EXAMPLES[verb][0], say(`help.first.${verb}`), null, say));
  return {
    ...cardOf(say('help.title'), [{ heading: say('help.first'), rows }], say, {
      footnote: say('help.footnote'),
      actions: buttons(typeAction(say('button.topics'), 'help topics'), openList(say)),
    }),
    summary: say('help.summary'),
  };
}

function topicsCard(say: Say): Card {
  const named = [...(Object.keys(TOPICS) as Topic[]), ...OWN_TOPICS];
  const told = new Set<Verb>([...OWN_TOPICS, ...Object.values(TOPICS).flatMap(({ verbs }): readonly Verb[] => verbs)]);
  const others = (Object.keys(COMMANDS) as Verb[]).filter((verb) => !told.has(verb));
  const rows = [
    ...named.map((topic) => typedRow(`help ${topic}`, say(`help.topic.${topic}`), topic, say)),
    ...others.map((verb) => typedRow(`help ${verb}`, say(`help.${verb}`), verb, say)),
  ];
  const help = typeAction(say('button.help'), 'help');
  return cardOf(say('help.topics.title'), [{ heading: say('help.topics'), rows }], say, {
    footnote: say('help.topics.how'),
    actions: buttons(help, openList(say)),
  });
}

function targetsCard(say: Say): Card {
  const rows = TARGETS.map(([key, text]) => typedRow(text, say(`help.target.${key}`), null, say));
  return cardOf(say('help.targets.title'), [{ heading: say('help.targets'), rows }], say, {
    footnote: say('help.targets.how'),
    actions: buttons(typeAction(say('button.topics'), 'help topics')),
  });
}

function commandCard(verb: Verb, say: Say): Card {
  const rows = EXAMPLES[verb].map((text) => typedRow(text, undefined, null, say));
  const groups: Group[] = [{ heading: say('help.examples'), rows }];
  if (verb === 'settings') {
    const settable = SETTINGS.map((key) => typedRow(SETTING_EXAMPLES[key], say(`help.setting.${key}`), null, say));
    groups.splice(0, 1, { heading: say('help.setting'), rows: settable });
  }
  return {
    ...cardOf(say('help.command.title', { verb }), groups, say, {
      lead: `${capital(prose(say(`help.${verb}`), say))}.`,
      footnote: say('help.usage', { usage: COMMANDS[verb].usage }),
      actions: buttons(typeAction(say('button.topics'), 'help topics')),
    }),
    summary: say('help.summary-of', { title: say('help.command.title', { verb }), example: EXAMPLES[verb][0] }),
  };
}

function topicCard(topic: Topic, say: Say): Card {
  const rows = TOPICS[topic].verbs.map((verb) =>
    typedRow(EXAMPLES[verb][0], `${capital(say(`help.${verb}`))}.`, null, say),
  );
  return cardOf(say(`help.topic.${topic}`), [{ heading: say('help.commands'), rows }], say, {
    footnote: say('help.command.how'),
    actions: buttons(typeAction(say('button.topics'), 'help topics'), openList(say)),
  });
}

/** `help`, with what stands behind it: nothing, `topics`, a topic or a command, in either language. */
export function helpCard(about: string, say: Say): Card {
  const [word = ''] = about.trim().toLowerCase().split(/\s+/);
  const typed = trimmedEnd(word, /[.!?:,]/);
  if (ALL.test(typed)) return topicsCard(say);
  const topic = (Object.keys(TOPICS) as Topic[]).find((one) => TOPICS[one].words.split(' ').includes(typed));
  if (topic === 'targets') return targetsCard(say);
  if (topic === 'sources') return sourcesCard(say);
  const verb = typed === '' ? null : verbOf(typed);
  if (topic === undefined) return verb === null ? firstCard(say) : commandCard(verb, say);
  const { verbs }: { verbs: readonly Verb[] } = TOPICS[topic];
  return verbs.length === 1 ? commandCard(verbs[0]!, say) : topicCard(topic, say);
}
