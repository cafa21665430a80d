import type { Card } from '../../../core/card.ts';
import { conversationsCard, orphanedCard } from '../../../core/chat/cards/overview.ts';
import { problemCard, sentenceCard } from '../../../core/chat/cards/replies.ts';
import { helpCard } from '../../../core/chat/cards/help.ts';
import { DEFAULTS, type DefaultKey, type OperatorsCommand } from '../../../core/chat/typed-rights.ts';
import { enumerate, shorten } from '../../../core/language/wording.ts';
import type { Say } from '../../../core/language/language.ts';
import { NOBODY } from '../../../core/model/forgetting.ts';
import { freezeWords } from '../../../core/reminders/freeze.ts';
import { DAY, MINUTE } from '../../../core/time.ts';
import { exportAddress } from '../../audit-export.ts';
import type { DefaultSettings } from '../../defaults.ts';
import { isOfMailbox } from '../../reminders/mailbox-refusals.ts';
import { allDestinations, markDestinations } from '../../reminders/destinations.ts';
import { replicasOf } from '../../replicas.ts';
import { placeOf } from './allow.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { readPlain, UNSET } from './settings.ts';
import { auditOf } from './unwatch.ts';

/** Later than this is late, minutes. */
const LATE = 10;
/** Kinds of failures that are told. */
const MOST_FAILURES = 8;

type Facts = { label: string; value: string }[];

async function lateFact({ store, now }: CommandContext, say: Say): Promise<{ isWell: boolean; facts: Facts }> {
  const late = await store.lateness(now() - LATE * MINUTE);
  const kinds = ['looks', 'commands', 'messages', 'reminders', 'plans'] as const;
  const some = kinds.filter((kind) => late[kind] > 0);
  const text = some.map((kind) => say(`operators.status.late.${kind}`, { number: late[kind] })).join('; ');
  const value = text === '' ? say('none') : say('operators.status.late.by', { late: text, minutes: LATE });
  return { isWell: text === '', facts: [{ label: say('operators.status.late'), value }] };
}

async function failedFact({ store, now }: CommandContext, say: Say): Promise<{ isWell: boolean; facts: Facts }> {
  const failures = await store.failuresSince(now() - DAY, MOST_FAILURES);
  const lines = failures.map(({ kind, error, number }) =>
    say('operators.status.failed.one', { kind, number, error: shorten(error, 120) || '–' }),
  );
  return {
    isWell: lines.length === 0,
    facts: [
      {
        label: say('operators.status.failed'),
        value: lines.length === 0 ? say('none') : say('operators.status.failed.day', { failed: lines.join('; ') }),
      },
    ],
  };
}

/** What the operators have been told and is not over, mailboxes by their names. */
async function openFacts({ store }: CommandContext, say: Say): Promise<{ isWell: boolean; facts: Facts }> {
  const keys = (await store.listOperatorFindings()).map(({ key }) => key);
  const refusing = keys.filter(isOfMailbox).map((key) => key.split(' ').slice(2).join(' '));
  const others = keys.filter((key) => !isOfMailbox(key) && !/^(?:mailbox-|undelivered )/.test(key));
  const facts = [
    { label: say('operators.status.calendars'), value: enumerate([...new Set(refusing)], 10, say) || say('none') },
    ...(others.length > 0 ? [{ label: say('operators.status.open'), value: enumerate(others, 10, say) }] : []),
  ];
  return { isWell: refusing.length === 0 && others.length === 0, facts };
}

/** Where the operators have allowed what is the organisation's. */
async function allowedFacts({ store }: CommandContext, say: Say): Promise<Facts> {
  const places = (await store.allowances()).map((one) => `${placeOf(one, say)}: ${one.sources.join(', ')}`);
  return places.length === 0 ? [] : [{ label: say('allowance.label'), value: enumerate(places, 20, say) }];
}

async function status(context: CommandContext, say: Say): Promise<Card> {
  const { store, settings, now, diagnose } = context;
  const replicas = await replicasOf(store, now());
  const parts = [await lateFact(context, say), await failedFact(context, say), await openFacts(context, say)];
  const checks = diagnose ? await diagnose(say) : [];
  const isWell = checks.length === 0 && parts.every((part) => part.isWell);
  const names = replicas.map(({ name, version }) =>
    version === settings.version ? name : `${name} (${version || '?'})`,
  );
  const checked = diagnose
    ? [{ label: say('operators.status.checks'), value: checks.join(' ') || say('operators.status.fine') }]
    : [];
  const well = isWell ? 'yes' : 'no';
  return sentenceCard(say('operators.status.title', { well }), '', say, {
    tone: isWell ? 'good' : 'warning',
    state: isWell ? { symbol: '✅', word: say('state.fine') } : { symbol: '⚠️', word: say('state.attention') },
    summary: say('operators.status', { well, version: settings.version }),
    facts: [
      { label: say('operators.status.version'), value: settings.version },
      { label: say('operators.status.replicas'), value: `${replicas.length}: ${enumerate(names, 10, say)}` },
      ...parts.flatMap(({ facts }) => facts),
      ...(await allowedFacts(context, say)),
      ...checked,
    ],
  });
}

const FIELD = { timezone: 'timeZone', holidays: 'holidays', freeze: 'freezes' } as const;

function shownDefault({ settings }: CommandContext, key: DefaultKey, stored: DefaultSettings, say: Say): string {
  if (key === 'timezone') return stored.timeZone ?? settings.defaultTimeZone;
  if (key === 'holidays') {
    const region = stored.holidays ?? settings.holidays;
    return region === null || region === 'none' ? say('settings.holidays.none') : region;
  }
  const freezes = stored.freezes ?? settings.freezes;
  return freezes.length > 0 ? freezeWords(freezes, say) : say('settings.freeze.none');
}

async function tellDefaults(context: CommandContext, keys: readonly DefaultKey[], say: Say): Promise<Reply> {
  const stored = await context.defaults.current(context.store);
  return forAsker({
    ...sentenceCard(say('operators.default.title'), say('operators.default'), say),
    facts: keys.map((key) => ({ label: say(`label.${key}`), value: shownDefault(context, key, stored, say) })),
    footnote: say('operators.default.how'),
  });
}

async function changeDefault(
  context: CommandContext,
  { inbound, say }: Request,
  key: DefaultKey,
  value: string,
): Promise<Reply> {
  const isUnset = UNSET.test(value) && !(key === 'holidays' && /^(?:none|off|aus|keine)$/i.test(value));
  const reading = isUnset ? { value: undefined } : readPlain(context, key, value, say);
  if ('sentence' in reading) return forAsker(problemCard(reading.sentence, say));
  const { [FIELD[key]]: _before, ...others } = await context.defaults.current(context.store);
  const next = (reading.value === undefined ? others : { ...others, [FIELD[key]]: reading.value }) as DefaultSettings;
  const shown = reading.value === undefined ? 'default' : shownDefault(context, key, next, say);
  const destinations = await allDestinations(context);
  return {
    card: sentenceCard(
      say('operators.default.changed.title', { key, value: shown }),
      say('operators.default.changed'),
      say,
      { tone: 'good' },
    ),
    async commit(operations) {
      const audit = auditOf(context, inbound, 'operators', `default ${key} ${value}`.slice(0, 200));
      await operations.recordAudit([audit]);
      await context.defaults.set(operations, next);
      await markDestinations(context, operations, destinations, null);
    },
    after: () => context.defaults.refresh(),
  };
}

async function audit(context: CommandContext, { inbound, say }: Request): Promise<Reply> {
  if (context.settings.publicUrl === null) return forAsker(problemCard(say('operators.audit.no-url'), say));
  const url = await exportAddress(context, context.store, say.language);
  return {
    ...forAsker(
      sentenceCard(say('operators.audit.title'), say('operators.audit'), say, {
        actions: [{ kind: 'open', label: say('operators.audit.button'), url: url! }],
      }),
    ),
    commit: (operations) => operations.recordAudit([auditOf(context, inbound, 'operators', 'audit export')]),
  };
}

/** How the bot is, where it is used, and what holds everywhere. */
export async function overview(
  context: CommandContext,
  request: Request,
  command: Exclude<OperatorsCommand, { what: 'default' | 'forget' }>,
): Promise<Reply> {
  const { store } = context;
  const { say } = request;
  const now = context.now();
  if (command.what === 'status') return forAsker(await status(context, say));
  if (command.what === 'audit') return audit(context, request);
  if (command.what === 'help') return forAsker(helpCard('operators', say));
  const page = 'page' in command ? (command.page ?? 1) : 1;
  if (command.what === 'conversations')
    return forAsker(conversationsCard(await store.conversationCounts(), { page, now, say }));
  return forAsker(orphanedCard(await store.orphanedWatches(NOBODY.ownerId), { page, say }));
}

/** `operators default`: tells or changes what holds wherever a conversation has set nothing itself. */
export async function defaults(
  context: CommandContext,
  request: Request,
  key: DefaultKey | null,
  value: string | null,
): Promise<Reply> {
  if (key !== null && value !== null) return changeDefault(context, request, key, value);
  return tellDefaults(context, key === null ? DEFAULTS : [key], request.say);
}
