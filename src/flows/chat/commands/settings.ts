import type { JoinedWatch } from '../../../core/model/watch.ts';
import { problemCard, sentenceCard, typeAction } from '../../../core/chat/cards/replies.ts';
import { SETTINGS, type Command, type SettingKey } from '../../../core/chat/command.ts';
import { DeliveryError } from '../../../core/errors.ts';
import { freezeWords, parseFreezes } from '../../../core/reminders/freeze.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Conversation, ConversationSettings } from '../../../core/model/conversation.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import { zoneOf } from '../../../core/model/time-zone.ts';
import { shorten } from '../../../core/language/wording.ts';
import { unquoted } from '../../../core/targets/quotes.ts';
import { markDestinations, rerouted } from '../../reminders/destinations.ts';
import { isSamePerson } from '../../directory-names.ts';
import { mayTell } from '../operators-code.ts';
import { setAdmins, shownAdmins } from './admins.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';

/** What is said to be taken back with. */
export const UNSET = /^(?:default|none|off|clear|reset|standard|aus|keine?s?)$/i;

/** What is set by a value alone. */
type PlainKey = Exclude<SettingKey, 'operators' | 'admins'>;

/** A new value of one setting (undefined = as by default), or the sentence for what cannot be one. */
type Reading =
  /** `shown`: how it is told, where its value says nothing to people. */
  { value: ConversationSettings[keyof ConversationSettings]; shown?: string } | { sentence: string };

function readTimeZone(text: string, say: Say): Reading {
  const zone = zoneOf(text);
  return zone === null ? { sentence: say('settings.timezone.wrong', { text: shorten(text, 40) }) } : { value: zone };
}

function readHolidays({ regionOf }: CommandContext, text: string, say: Say): Reading {
  if (/^(?:none|off|aus|keine)$/i.test(text)) return { value: 'none' };
  const region = regionOf(text);
  return region === null
    ? { sentence: say('settings.holidays.wrong', { text: shorten(text, 40) }) }
    : { value: region };
}

function readFreeze(text: string, say: Say): Reading {
  const freezes = parseFreezes(text);
  return freezes ? { value: freezes } : { sentence: say('settings.freeze.wrong', { text: shorten(text, 60) }) };
}

/** How alerts begin. */
function readPersona(text: string, say: Say): Reading {
  if (/^(?:plain|normal|nobody|sachlich|niemand|ohne)$/i.test(text)) return { value: undefined };
  if (/^(?:clippy|clippit|(?:karl )?klammer)$/i.test(text)) return { value: 'clippy' };
  return { sentence: say('settings.persona.wrong', { text: shorten(text, 40) }) };
}

/**
 * A mailbox that several people share; or, by their own word, the asker's. Nobody gets events by somebody else's word.
 */
async function readMailbox(context: CommandContext, { inbound, say }: Request, text: string): Promise<Reading> {
  const { calendar, settings } = context;
  const mailbox = text.replace(/^mailto:/i, '').toLowerCase();
  if (!/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$/.test(mailbox))
    return { sentence: say('settings.mailbox.wrong', { text: shorten(text, 60) }) };
  if (!calendar || settings.calendar !== 'graph' || !settings.ownAccess)
    return { sentence: say('settings.mailbox.no-graph') };
  if (settings.mailboxesOpenTo(inbound.conversation.channel, inbound.actor.tenantId) === false)
    return { sentence: say('settings.mailbox.not-open') };
  const everybodys = settings.calendarMailbox;
  // One mailbox under two spellings would hold everything twice.
  if (everybodys?.toLowerCase() === mailbox) return { value: everybodys };
  try {
    const purpose = await calendar.purpose(mailbox);
    if (purpose === 'shared') return { value: mailbox };
    // It is somebody's, or may be.
    if (!(await isOwn(context, inbound, mailbox)))
      return {
        sentence: say(purpose === 'person' ? 'settings.mailbox.person' : 'settings.mailbox.unseen', { mailbox }),
      };
    return { value: inbound.actor.mailbox!, shown: mailbox };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const key = error.code === 'gone' ? 'settings.mailbox.missing' : 'settings.mailbox.unreachable';
    return { sentence: say(key, { mailbox, reason: shorten(error.message, 200) }) };
  }
}

/** A user group that alerts mention; its mention has to be one of the channel's own, since that alone tells its id. */
function readAlertsTo({ messengers }: CommandContext, { inbound, groups, say }: Request, text: string): Reading {
  if (!messengers.get(inbound.conversation.channel)?.mentionsGroups)
    return { sentence: say('settings.alerts-to.no-groups') };
  if (inbound.conversation.kind === 'personal') return { sentence: say('settings.alerts-to.direct') };
  const [group, more] = groups;
  if (!group && inbound.mentions.length > 0) return { sentence: say('settings.alerts-to.person') };
  const { id, text: name } = group ?? { id: '', text: '' };
  if (!group || more || !text.startsWith('@'))
    return { sentence: say('settings.alerts-to.wrong', { text: shorten(text, 40) }) };
  return { value: { id, name: name === '@subteam' ? id : name } };
}

/**
 * Whether the asker has the mailbox of this address. Channels know people's mailboxes by directory id, and who has
 * which address; the directory knows all of them.
 */
async function isOwn(
  context: CommandContext,
  { actor, conversation }: Request['inbound'],
  address: string,
): Promise<boolean> {
  if (actor.mailbox === null) return false;
  if (await isSamePerson(context, actor.mailbox, address)) return true;
  try {
    const found = await context.messengers
      .get(conversation.channel)
      ?.direct({ id: null, directoryId: null, address }, conversation);
    return found?.actor.id === actor.id && found.actor.mailbox?.toLowerCase() === actor.mailbox.toLowerCase();
  } catch (error) {
    if (error instanceof DeliveryError) return false;
    throw error;
  }
}

function shownValue(context: CommandContext, key: PlainKey, { settings }: Conversation, say: Say): string {
  if (key === 'timezone')
    return (
      settings.timeZone ??
      say('settings.timezone.default', {
        zone: context.settings.defaultTimeZone,
        calendar: context.settings.calendar,
      })
    );
  if (key === 'holidays') {
    if (settings.holidays === 'none') return say('settings.holidays.none');
    if (settings.holidays) return settings.holidays;
    return context.settings.holidays
      ? say('settings.holidays.default', { region: context.settings.holidays })
      : say('settings.holidays.none');
  }
  if (key === 'alerts-to')
    return settings.alertsTo
      ? say('settings.alerts-to.group', { group: shorten(settings.alertsTo.name, 80) })
      : say('settings.alerts-to.owner');
  if (key === 'freeze') {
    if (settings.freezes?.length) return freezeWords(settings.freezes, say);
    const { freezes } = context.settings;
    return freezes.length > 0
      ? say('settings.freeze.default', { freezes: freezeWords(freezes, say) })
      : say('settings.freeze.none');
  }
  if (key === 'persona') return say(`settings.persona.${settings.persona ?? 'plain'}`);
  if (settings.mailbox) return settings.mailbox;
  return context.settings.calendarMailbox
    ? say('settings.mailbox.default', { mailbox: context.settings.calendarMailbox })
    : say('settings.mailbox.own');
}

async function shownOperators(context: CommandContext, conversation: Conversation, say: Say): Promise<string> {
  const place = await context.operators.conversation();
  if (place?.id === conversation.id) return say('settings.operators.here');
  if (place) return say('settings.operators.elsewhere');
  return say(context.settings.operatorConversation === null ? 'settings.operators.none' : 'settings.operators.unknown');
}

/** How a setting is changed, or why it cannot be. */
function howTo({ messengers }: CommandContext, { channel }: Conversation, key: SettingKey, say: Say): string[] {
  if (key !== 'alerts-to' || messengers.get(channel)?.mentionsGroups)
    return [say('settings.how-one', { typed: say(`settings.${key}.how`) })];
  return [say('settings.alerts-to.no-groups')];
}

function shown(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  key: SettingKey,
): Promise<string> | string {
  if (key === 'operators') return shownOperators(context, conversation, request.say);
  if (key === 'admins') return shownAdmins(context, request, conversation);
  return shownValue(context, key, conversation, request.say);
}

/** Without Outlook there is no mailbox to choose. */
function settable({ settings }: CommandContext): readonly SettingKey[] {
  return settings.calendar === 'graph' ? SETTINGS : SETTINGS.filter((key) => key !== 'mailbox');
}

async function tell(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  keys: readonly SettingKey[],
): Promise<Reply> {
  const { say } = request;
  const facts: { label: string; value: string }[] = [];
  for (const key of keys)
    facts.push({ label: say(`label.${key}`), value: await shown(context, request, conversation, key) });
  const settings = facts.map(({ label, value }) => `${label}: ${value}`).join('; ');
  const change = typeAction(say('button.change-settings'), 'help settings');
  const [only] = keys.length === 1 ? keys : [];
  const how = only ? howTo(context, conversation, only, say) : [say('settings.how')];
  return forAsker(
    sentenceCard(say('settings.title'), '', say, {
      summary: shorten(say('settings.summary', { settings }), 160),
      facts,
      footnote: how.join(' '),
      ...(change ? { actions: [change] } : {}),
    }),
  );
}

async function setOperators(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  value: string,
): Promise<Reply> {
  const { say, inbound } = request;
  const { operators, settings } = context;
  if (settings.operatorConversation !== null) return forAsker(problemCard(say('settings.operators.configured'), say));
  const [, isHere, code = null] = /^(here|hier)(?: +([\w-]+))?$/i.exec(value) ?? [];
  const here = isHere !== undefined;
  if (!here && !UNSET.test(value))
    return forAsker(problemCard(say('settings.operators.wrong', { text: shorten(value, 40) }), say));
  if (here && inbound.conversation.isShared) return forAsker(problemCard(say('settings.operators.shared'), say));
  const before = await operators.conversation();
  // Whoever is told now decides who is told: anybody could take the alerts away otherwise.
  if (before && before.id !== conversation.id) return forAsker(problemCard(say('settings.operators.taken'), say));
  const isForeign = here && !(await mayTell(context, inbound, code));
  if (isForeign)
    return forAsker(
      problemCard(say(code === null ? 'settings.operators.foreign' : 'settings.operators.wrong-code'), say),
    );
  await operators.move(here ? conversation : null, inbound.actor.locale);
  const audit = auditOf(context, inbound, 'settings', `operators ${here ? 'here' : 'default'}`);
  return {
    card: sentenceCard(
      say(here ? 'settings.operators.set.title' : 'settings.operators.unset.title'),
      say(here ? 'settings.operators.set' : 'settings.operators.unset'),
      say,
      { tone: 'good' },
    ),
    async commit(operations) {
      await operations.recordAudit([audit]);
      context.selfCheckSoon();
    },
  };
}

/** What is the same for a conversation and for all of them. */
export function readPlain(
  context: CommandContext,
  key: 'timezone' | 'holidays' | 'freeze',
  value: string,
  say: Say,
): Reading {
  if (key === 'timezone') return readTimeZone(value, say);
  return key === 'holidays' ? readHolidays(context, value, say) : readFreeze(value, say);
}

async function read(context: CommandContext, request: Request, key: PlainKey, typed: string): Promise<Reading> {
  const { say } = request;
  const value = unquoted(typed);
  const isNone = key === 'holidays' && !/^(?:default|clear|reset|standard)$/i.test(value);
  if (UNSET.test(value) && !isNone) return { value: undefined };
  if (key === 'alerts-to') return readAlertsTo(context, request, value);
  if (key === 'persona') return readPersona(value, say);
  return key === 'mailbox' ? readMailbox(context, request, value) : readPlain(context, key, value, say);
}

const FIELD: Record<PlainKey, keyof ConversationSettings> = {
  timezone: 'timeZone',
  holidays: 'holidays',
  freeze: 'freezes',
  mailbox: 'mailbox',
  'alerts-to': 'alertsTo',
  persona: 'persona',
};

/**
 * Changes the settings and plans this conversation's reminders anew, where they were and where they are from now on.
 */
async function apply(
  context: CommandContext,
  operations: StoreOperations,
  conversation: Conversation,
  change: (settings: ConversationSettings) => ConversationSettings,
): Promise<void> {
  const current = await operations.lockConversation(conversation.id);
  if (!current) return;
  const watches = await operations.listWatches(conversation.id);
  const placed = (as: Conversation): JoinedWatch[] => watches.map((watch) => ({ watch, conversation: as }));
  // As they are by now: what others have changed meanwhile stays.
  const settings = change(current.settings);
  const destinations = await rerouted(context, operations, placed(current), async () => {
    await operations.setConversationSettings(conversation.id, settings);
    return placed({ ...current, settings });
  });
  // Where hours are not known, the zone of one conversation may be that of others' reminders in the same mailbox.
  if (settings.timeZone !== current.settings.timeZone) await markDestinations(context, operations, destinations, null);
}

/** `settings`: tells or changes what holds for this conversation. */
export async function settings(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  { key, value, admins }: Extract<Command, { verb: 'settings' }>,
): Promise<Reply> {
  const { say, inbound } = request;
  if (key === null) return tell(context, request, conversation, settable(context));
  if (value === null) return tell(context, request, conversation, [key]);
  if (key === 'operators') return setOperators(context, request, conversation, value);
  if (key === 'admins') return setAdmins(context, request, conversation, admins ?? { who: 'everybody' });
  const reading = await read(context, request, key, value);
  if ('sentence' in reading) return forAsker(problemCard(reading.sentence, say));
  const field = FIELD[key];
  const { value: chosen } = reading;
  function changed(before: ConversationSettings): ConversationSettings {
    const { [field]: _before, ...others } = before;
    return chosen === undefined ? others : { ...others, [field]: chosen };
  }
  const next = changed(conversation.settings);
  const told = reading.shown ?? shownValue(context, key, { ...conversation, settings: next }, say);
  const isPlanned = key !== 'alerts-to' && key !== 'persona';
  const unset = reading.value === undefined || reading.value === 'none';
  const title = unset
    ? say('settings.unset', { label: say(`label.${key}`), value: told })
    : say(`settings.${key}.changed`, { value: told });
  return {
    card: sentenceCard(title, isPlanned ? say('settings.replanned') : '', say, { tone: 'good' }),
    async commit(operations) {
      await operations.recordAudit([auditOf(context, inbound, 'settings', `${key} ${value}`.slice(0, 200))]);
      if (isPlanned) return apply(context, operations, conversation, changed);
      const { settings: current } = (await operations.lockConversation(conversation.id)) ?? conversation;
      await operations.setConversationSettings(conversation.id, changed(current));
    },
  };
}
