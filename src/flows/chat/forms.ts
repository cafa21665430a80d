import { findTargets, watchText } from '../../core/chat/found-targets.ts';
import { withoutPrivateKeys } from '../../core/chat/private-key.ts';
import { DeliveryError } from '../../core/errors.ts';
import { visibleLine } from '../../core/language/text.ts';
import type { Say } from '../../core/language/language.ts';
import { prose, shorten } from '../../core/language/wording.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import type { FormInbox, FormOutcome, MessageForm, PointedAt, SubmittedForm } from '../../core/model/form.ts';
import type { Attachment } from '../../core/model/inbound.ts';
import { within } from '../../timing/within.ts';
import type { FlowContext } from '../context.ts';
import { findPerson } from '../people/recipients.ts';
import { uuidOf } from '../uuid-of.ts';
import type { Commander } from './inbox.ts';
import { sayFor } from './speaking.ts';

/** Files of one message that are looked at. */
const MOST_FILES = 10;
/** Forms about one message that one person may send before the first of them is forgotten. */
const MOST_SERIALS = 50;
/** Media types and endings of what may be a list of hosts. */
const TEXT_TYPE = /^(?:text\/(?!html\b)|application\/(?:json|yaml|x-yaml|csv)\b)/i;
const TEXT_NAME = /\.(?:txt|text|csv|tsv|md|log|json|ya?ml|conf|cfg|ini|list|lst|hosts|properties)$|(?:^|\/)hosts$/i;

/** What the store tells about a message; null where it does not answer. */
interface Stored {
  isThere: boolean;
  watched: Set<string>;
  serial: number;
}

type FileText = { text: string } | { note: string };

function idOf({ id }: Pick<ConversationInput, 'id'>, actorId: string, form: SubmittedForm['form']): string {
  const parts = 'id' in form ? [form.id] : [form.messageId, form.serial];
  return `${id}:form:${uuidOf(JSON.stringify([actorId, ...parts]))}`;
}

async function isThere({ store }: FlowContext, { id }: Pick<ConversationInput, 'id'>): Promise<boolean> {
  const conversation = await store.findConversation(id);
  return conversation !== null && conversation.goneAt === null;
}

async function storedOf(context: FlowContext, { conversation, messageId, actor }: PointedAt): Promise<Stored> {
  const { store } = context;
  const serials = Array.from({ length: MOST_SERIALS }, (_one, serial) => serial);
  const ids = serials.map((serial) => idOf(conversation, actor.id, { messageId, serial }));
  const [there, watches, accepted] = await Promise.all([
    isThere(context, conversation),
    store.listWatches(conversation.id),
    store.acceptedAmong(ids),
  ]);
  const known = new Set(accepted);
  const serial = serials.find((one) => !known.has(ids[one]!)) ?? MOST_SERIALS - 1;
  return { isThere: there, watched: new Set(watches.map(({ uri }) => uri)), serial };
}

function fileName(name: string, say: Say): string {
  const shown = shorten(visibleLine(name), 80);
  return shown === '' ? say('form.file.nameless') : `“${shown}”`;
}

/** Text as files have it: UTF-8, or with two bytes a character as Windows writes it. Null: it is no text. */
function decoded(bytes: Uint8Array): string | null {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  const text = new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes);
  return text.includes('\u0000') ? null : withoutPrivateKeys(text);
}

async function fileText(context: FlowContext, message: PointedAt, file: Attachment, say: Say): Promise<FileText> {
  const name = fileName(file.name, say);
  if (!TEXT_TYPE.test(file.type) && !TEXT_NAME.test(file.name)) return { note: say('form.file.not-text', { name }) };
  const messenger = context.messengers.get(message.conversation.channel);
  try {
    if (!messenger) throw new DeliveryError('refused', 'The channel is not connected.');
    const text = decoded(await messenger.download(file, message.conversation));
    return text === null ? { note: say('form.file.not-text', { name }) } : { text };
  } catch (error) {
    context.log.warn({ err: error }, 'a file of a message could not be fetched');
    const isLarge = error instanceof DeliveryError && error.status === 413;
    return { note: say(isLarge ? 'form.file.too-large' : 'form.file.not-fetched', { name }) };
  }
}

function formOf(message: PointedAt, stored: Stored | null, files: (FileText | null)[], say: Say): MessageForm {
  const texts = files.flatMap((file) => (file && 'text' in file ? [file.text] : []));
  const found = findTargets([message.text, ...texts].join('\n'), say);
  const place = message.mustBeKnown && stored && !stored.isThere ? 'own' : 'here';
  const known = place === 'here' ? (stored?.watched ?? new Set<string>()) : new Set<string>();
  const notes = files.flatMap((file) => (file && 'note' in file ? [file.note] : []));
  notes.push(...message.unreadable.map((name) => say('form.file.not-fetched', { name: fileName(name, say) })));
  if (files.includes(null)) notes.push(say('form.file.late'));
  if (!stored) notes.push(say('form.unsure'));
  if (place === 'own') notes.push(say('form.own'));
  const isWatched = ({ uri }: { uri: string | null }): boolean => uri !== null && known.has(uri);
  return {
    offered: found.filter((one) => !isWatched(one)),
    watched: found.filter(isWatched),
    notes: notes.map((note) => prose(note, say)),
    place,
    serial: stored?.serial ?? 0,
    isWhole: stored !== null && !files.includes(null),
  };
}

/** What it comes to, if it does so in time; else null. */
function soon<T>(work: Promise<T | null>, milliseconds: number): Promise<T | null> {
  return within(work, milliseconds, () => null);
}

function pointedAt(context: FlowContext, message: PointedAt): (milliseconds: number) => Promise<MessageForm> {
  const say = sayFor(context, message.actor, message.conversation, null);
  const stored = storedOf(context, message).catch((error: unknown) => {
    context.log.warn({ err: error }, 'a form is shown without what the store knows');
    return null;
  });
  const files = message.attachments.slice(0, MOST_FILES).map((file) => fileText(context, message, file, say));
  return async (milliseconds) => {
    const [known, ...texts] = await Promise.all([
      soon(stored, milliseconds),
      ...files.map((file) => soon(file, milliseconds)),
    ]);
    return formOf(message, known ?? null, texts, say);
  };
}

/** Where a form's command goes; null: not there, and nowhere instead. */
async function placeOf(context: FlowContext, form: SubmittedForm, say: Say): Promise<ConversationInput | null> {
  const { conversation, actor } = form;
  if (form.place === 'here') {
    const isGood = !form.mustBeKnown || (await isThere(context, conversation));
    if (isGood) return (await context.store.findConversation(conversation.id)) ?? conversation;
    if (!form.orOwn) return null;
  }
  if (conversation.kind === 'personal' && form.mustBeKnown && (await isThere(context, conversation)))
    return (await context.store.findConversation(conversation.id)) ?? conversation;
  const person = { id: actor.id, directoryId: actor.mailbox, address: null };
  return (await findPerson(context, person, conversation, say)).conversation;
}

async function submitted(context: FlowContext, commander: Commander, form: SubmittedForm): Promise<FormOutcome> {
  const say = sayFor(context, form.actor, form.conversation, null);
  const written = watchText(form, say);
  if ('sentence' in written) return { kind: 'problem', ...written };
  const id = idOf(form.conversation, form.actor.id, form.form);
  if ((await context.store.acceptedAmong([id])).length > 0) return { kind: 'known' };
  const conversation = await placeOf(context, form, say);
  if (!conversation) return { kind: 'problem', field: 'where', sentence: say('form.where.not-there') };
  await commander.receive({
    id,
    conversation,
    thread: conversation.id === form.conversation.id ? form.thread : null,
    ephemeral: null,
    actor: form.actor,
    text: written.text,
    mentions: form.owner ? [{ ...form.owner, isOwner: true }] : [],
    attachments: [],
    receivedAt: form.receivedAt,
  });
  return { kind: 'accepted' };
}

/**
 * Forms in which people choose what is watched. What they send becomes a `watch` as if it had been typed, with every
 * check of one.
 */
export function createForms(context: FlowContext, commander: Commander): FormInbox {
  return {
    pointedAt: (message) => pointedAt(context, message),
    isThere: (conversation) => isThere(context, conversation),
    submitted: (form) => submitted(context, commander, form),
  };
}
