import type { Card } from '../../../core/card.ts';
import { problemCard } from '../../../core/chat/cards/replies.ts';
import {
  anchorName,
  nothingAddedCard,
  trustAddedCard,
  trustListCard,
  trustRemovedCard,
} from '../../../core/chat/cards/trust.ts';
import { TRUSTED } from '../../../core/certificates/certificate.ts';
import type { Command } from '../../../core/chat/command.ts';
import { DeliveryError } from '../../../core/errors.ts';
import { shortDay } from '../../../core/language/dates.ts';
import type { Say } from '../../../core/language/language.ts';
import type { Anchor, AnchorProblem, StoredAnchor } from '../../../core/model/anchors.ts';
import type { Attachment } from '../../../core/model/inbound.ts';
import type { Conversation, ConversationSettings } from '../../../core/model/conversation.ts';
import type { StoreOperations } from '../../../core/ports/store.ts';
import type { Watch } from '../../../core/model/watch.ts';
import { trimmedEnd, visibleLine } from '../../../core/language/text.ts';
import { shownBy } from '../../../core/certificates/verdict.ts';
import { shorten } from '../../../core/language/wording.ts';
import { forAsker, type CommandContext, type Reply, type Request } from './reply.ts';
import { auditOf } from './unwatch.ts';
import { MINUTE } from '../../../core/time.ts';

/** Certificates that one conversation may trust, and files of one message that are looked at. */
const MOST_ANCHORS = 10;
const MOST_FILES = 10;

/**
 * What a message held: certificates, or the sentence why not. `harm`: it must not be passed over because of what else
 * there is.
 */
type Found = { anchors: Anchor[] } | { sentence: string; harm: boolean };

function fileName({ name }: Attachment, say: Say): string {
  const shown = shorten(visibleLine(name), 80);
  return shown === '' ? say('trust.nameless') : say('trust.file', { name: shown });
}

function problemSentence(problem: AnchorProblem, name: string, say: Say): string {
  const sentence = say(problem === 'private-key' ? 'trust.private-key-file' : `trust.${problem}`, { name });
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function read({ anchorReader }: CommandContext, input: string | Uint8Array, name: string, say: Say): Found {
  const reading = anchorReader.read(input);
  if (reading.ok) return { anchors: reading.anchors };
  const harm = reading.problem === 'private-key' || reading.problem === 'pkcs12';
  if (typeof input === 'string' && reading.problem === 'private-key')
    return { sentence: say('trust.private-key'), harm };
  return { sentence: problemSentence(reading.problem, name, say), harm };
}

/** Why a file could not be had; the log tells more. */
function reasonOf({ permanent, status }: DeliveryError, say: Say): string {
  if (status !== undefined) return say('trust.reason.status', { status });
  return say(permanent ? 'trust.reason.refused' : 'trust.reason.unavailable');
}

async function fetched(context: CommandContext, request: Request, attachment: Attachment): Promise<Found> {
  const { say, inbound } = request;
  const name = fileName(attachment, say);
  const messenger = context.messengers.get(inbound.conversation.channel);
  try {
    if (!messenger) throw new DeliveryError('refused', 'The channel is not connected.');
    const bytes = await messenger.download(attachment, inbound.conversation);
    return read(context, bytes, name, say);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    context.log.warn({ err: error, activity: inbound.id }, 'an attached file could not be fetched');
    if (error.status === 413) return { sentence: problemSentence('too-long', name, say), harm: false };
    const { lacks } = error;
    const sentence = lacks
      ? say('trust.lacks', { name, scope: lacks })
      : say('trust.not-fetched', { name, reason: reasonOf(error, say) });
    return { sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1), harm: false };
  }
}

/** Everything that a message holds, text first. */
async function findings(context: CommandContext, request: Request, text: string): Promise<Found[]> {
  const { say, inbound } = request;
  const found: Found[] = [];
  // Marks around the text, such as those of a block of code, are no text.
  if (/[\p{L}\p{N}]/u.test(text)) {
    const pasted = read(context, text, say('trust.your-text'), say);
    // Words beside a file are a remark on it.
    const isRemark = 'sentence' in pasted && !pasted.harm && inbound.attachments.length > 0 && text.length < 200;
    if (!isRemark) found.push(pasted);
  }
  for (const attachment of inbound.attachments.slice(0, MOST_FILES)) {
    found.push(await fetched(context, request, attachment));
    if (found.some((one) => 'harm' in one && one.harm)) break;
  }
  if (inbound.attachments.length > MOST_FILES)
    found.push({ sentence: say('trust.more-files', { number: MOST_FILES }), harm: false });
  return found;
}

/**
 * Endpoints whose chains the bot itself does not trust are looked at again, at the pace that people may ask for looks;
 * of others nothing changes.
 */
async function lookAgain(
  { settings, now }: CommandContext,
  operations: StoreOperations,
  watches: Watch[],
): Promise<void> {
  const rows = await operations.getTargets(watches.map(({ targetId }) => targetId));
  const concerned = rows.filter(({ observation }) =>
    observation?.addresses.some(
      (result) => result.kind === 'presented' && shownBy(result).some(({ trust }) => trust !== TRUSTED),
    ),
  );
  const pace = MINUTE / settings.probeBudget;
  for (const [index, { id, dueAt }] of concerned.entries()) {
    const at = now() + Math.floor(index * pace);
    if (dueAt === null || dueAt > at) await operations.setTargetDue([id], at);
  }
}

/**
 * Changes what a conversation trusts, as it is by then, and has what it watches looked at and judged anew. `change`
 * throws when that is not possible any more: the command is run again then.
 */
async function change(
  context: CommandContext,
  request: Request,
  operations: StoreOperations,
  apply: (anchors: StoredAnchor[]) => StoredAnchor[],
  subjects: string[],
): Promise<void> {
  const { id } = request.inbound.conversation;
  const conversation = await operations.lockConversation(id);
  if (!conversation) throw new Error('the conversation is not known');
  const anchors = apply(conversation.settings.anchors ?? []);
  const { anchors: _before, ...others } = conversation.settings;
  const settings: ConversationSettings = anchors.length > 0 ? { ...others, anchors } : others;
  await operations.setConversationSettings(id, settings);
  await operations.recordAudit(subjects.map((subject) => auditOf(context, request.inbound, 'trust', subject)));
  const watches = await operations.listWatches(id);
  await lookAgain(context, operations, watches);
}

function subjectOf(verb: 'add' | 'remove', anchor: Anchor, say: Say): string {
  return `${verb} ${anchor.fingerprint} ${anchorName(anchor, say)}`.slice(0, 200);
}

async function add(context: CommandContext, request: Request, there: StoredAnchor[], text: string): Promise<Reply> {
  const { say, inbound } = request;
  const now = context.now();
  const found = await findings(context, request, text);
  if (found.length === 0) return forAsker(problemCard(say('trust.add-what'), say));
  const refused = found.filter((one) => 'sentence' in one);
  const harmful = refused.find(({ harm }) => harm);
  if (harmful) return forAsker(problemCard(harmful.sentence, say));
  const known = new Set(there.map(({ fingerprint }) => fingerprint));
  const fresh = new Map<string, Anchor>();
  const remarks = refused.map(({ sentence }) => sentence);
  for (const anchor of found.flatMap((one) => ('anchors' in one ? one.anchors : []))) {
    const name = anchorName(anchor, say);
    if (known.has(anchor.fingerprint)) remarks.push(say('trust.known', { name }));
    else if (anchor.notAfter <= now)
      remarks.push(say('trust.expired', { name, date: shortDay(anchor.notAfter, { now, say }) }));
    else fresh.set(anchor.fingerprint, anchor);
  }
  const anchors = [...fresh.values()];
  if (anchors.length === 0) return forAsker(nothingAddedCard(remarks, say));
  if (there.length + anchors.length > MOST_ANCHORS)
    return forAsker(problemCard(say('trust.full', { there: there.length, more: anchors.length }), say));
  const { id, name } = inbound.actor;
  const stored = anchors.map((anchor): StoredAnchor => ({ ...anchor, addedBy: { id, name }, addedAt: now }));
  function merged(current: StoredAnchor[]): StoredAnchor[] {
    const trusted = new Set(current.map(({ fingerprint }) => fingerprint));
    const all = [...current, ...stored.filter(({ fingerprint }) => !trusted.has(fingerprint))];
    if (all.length > MOST_ANCHORS) throw new Error('others have added certificates meanwhile');
    return all;
  }
  const subjects = anchors.map((anchor) => subjectOf('add', anchor, say));
  return {
    card: trustAddedCard(anchors, remarks, now, say),
    commit: (operations) => change(context, request, operations, merged, subjects),
  };
}

/** The words of a text as numbers of the list; undefined for those that are none. */
function numbersIn(which: string): (string | undefined)[] {
  const words = which.split(/[\s,;]+/).filter((word) => word !== '');
  return words.map((word) => /^#?(\d{1,2})[.)]?$/.exec(word)?.[1]);
}

/**
 * Those that are meant: by numbers of the list, by the beginning of the fingerprint, or by name, the whole before a
 * part.
 */
function meant(anchors: StoredAnchor[], which: string): StoredAnchor[] {
  if (/^(?:all|alle)$/i.test(which)) return anchors;
  const numbers = numbersIn(which);
  if (numbers.every((number) => number !== undefined)) {
    const chosen = numbers.map((number) => anchors[Number(number) - 1]);
    return chosen.every((anchor) => anchor !== undefined) ? [...new Set(chosen)] : [];
  }
  const digits = which.replaceAll(/[\s:…]/g, '').toLowerCase();
  if (/^[0-9a-f]{6,64}$/.test(digits)) {
    const printed = anchors.filter(({ fingerprint }) => fingerprint.startsWith(digits));
    if (printed.length > 0) return printed;
  }
  const name = trimmedEnd(which.toLowerCase().replace(/^[“”„"'`]+/, ''), /[“”"'`]/);
  const named = anchors.map((anchor) => ({ anchor, subject: visibleLine(anchor.subject).toLowerCase() }));
  const whole = named.filter(({ subject }) => subject === name);
  const found = whole.length > 0 ? whole : named.filter(({ subject }) => name !== '' && subject.includes(name));
  return found.map(({ anchor }) => anchor);
}

/** Whether several that fit one name were meant all together. */
function isList(which: string): boolean {
  return /^(?:all|alle)$/i.test(which) || numbersIn(which).every((number) => number !== undefined);
}

function remove(context: CommandContext, request: Request, there: StoredAnchor[], which: string): Reply {
  const { say } = request;
  const text = shorten(visibleLine(which), 60);
  if (there.length === 0) return forAsker(trustListCard([], context.now(), say));
  const chosen = meant(there, which);
  if (chosen.length === 0) return forAsker(problemCard(say('trust.remove-unknown', { text }), say));
  if (chosen.length > 1 && !isList(which))
    return forAsker(problemCard(say('trust.remove-several', { text, number: chosen.length }), say));
  const gone = new Set(chosen.map(({ fingerprint }) => fingerprint));
  const subjects = chosen.map((anchor) => subjectOf('remove', anchor, say));
  const without = (current: StoredAnchor[]): StoredAnchor[] =>
    current.filter(({ fingerprint }) => !gone.has(fingerprint));
  return {
    card: trustRemovedCard(chosen, context.now(), say),
    commit: (operations) => change(context, request, operations, without, subjects),
  };
}

/** `trust`: lists, adds and removes certificates that this conversation trusts in addition to the bot. */
export async function trust(
  context: CommandContext,
  request: Request,
  conversation: Conversation,
  command: Extract<Command, { verb: 'trust' }>,
): Promise<Reply> {
  const there = conversation.settings.anchors ?? [];
  if (command.what === 'add') return add(context, request, there, command.text);
  if (command.what === 'remove') return remove(context, request, there, command.which);
  const card: Card = trustListCard(there, context.now(), request.say);
  return forAsker(card);
}
