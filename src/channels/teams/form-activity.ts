import { z } from 'zod';
import { textsIn } from '../texts.ts';
import { threadOf, withoutThread, type TeamsActivity } from './activity.ts';
import { attachmentsOf, isCarried } from './attachments.ts';
import { readText } from './text.ts';

/** The commands of the manifest's message extension. */
export const MESSAGE_COMMAND = 'watchMessage';
export const FORM_COMMAND = 'watchForm';

const MOST_ATTACHMENTS = 50;
/** Targets that a form carries, and characters of each. */
const MOST_CARRIED = 200;
const LONGEST_CARRIED = 1000;
const LONGEST_FIELD = 100_000;

const attachmentSchema = z.object({
  contentType: z.string().max(200),
  name: z.string().max(1000).nullish().catch(undefined),
  content: z.unknown().optional(),
});

/** A message that an action was used on (Teams, "Define message extension action commands", messagePayload). */
const messageSchema = z.object({
  id: z.string().min(1).max(200),
  replyToId: z.string().max(200).nullish().catch(undefined),
  subject: z.string().max(5000).nullish().catch(undefined),
  body: z.object({ content: z.string().nullish() }).nullish().catch(undefined),
  attachments: z.array(z.unknown()).nullish().catch(undefined),
});

const field = z.string().max(LONGEST_FIELD).nullish().catch(undefined);

/** What one of our forms sends: what it carries, and what was filled in. */
const formSchema = z.object({
  form: z.enum(['message', 'global']),
  id: z.string().max(100).default(''),
  serial: z.coerce.number().int().min(0).max(1000).catch(0),
  targets: z.array(z.string().max(LONGEST_CARRIED)).max(MOST_CARRIED).default([]),
  ticks: field,
  more: field,
  where: field,
  owner: z.string().max(200).nullish().catch(undefined),
  when: z.string().max(1000).nullish().catch(undefined),
});

export type SentForm = z.infer<typeof formSchema>;

const valueSchema = z.object({
  commandId: z.string().max(64),
  messagePayload: messageSchema.nullish().catch(undefined),
  data: z.unknown().optional(),
});

export type PayloadMessage = z.infer<typeof messageSchema>;

/** Which command of the message extension was used, and on which message; null when it is none of ours. */
export function formCommand({ value }: TeamsActivity): { isOfMessage: boolean; message: PayloadMessage | null } | null {
  const parsed = valueSchema.safeParse(value).data;
  if (!parsed || ![MESSAGE_COMMAND, FORM_COMMAND].includes(parsed.commandId)) return null;
  return { isOfMessage: parsed.commandId === MESSAGE_COMMAND, message: parsed.messagePayload ?? null };
}

/** What was sent by a form of ours; null when it is malformed. */
export function sentForm({ value }: TeamsActivity): SentForm | null {
  return formSchema.safeParse(valueSchema.safeParse(value).data?.data).data ?? null;
}

/** The targets of a form that are ticked: their numbers come joined by commas (Adaptive Cards, Input.ChoiceSet). */
export function tickedOf({ targets, ticks }: SentForm): string[] {
  const numbers = (ticks ?? '').split(',').filter((number) => /^\d{1,3}$/.test(number));
  return [...new Set(numbers)].flatMap((number) => targets[Number(number)] ?? []);
}

function cardTexts(content: unknown): string[] {
  if (typeof content !== 'string') return textsIn(content);
  try {
    return textsIn(JSON.parse(content));
  } catch {
    return [];
  }
}

/**
 * What a message says, links by their addresses, cards of other apps included; its files that can be had; and the names
 * of those that cannot: most lie in SharePoint, where a bot has no permission.
 */
export function readMessage({ subject, body, attachments }: PayloadMessage) {
  const texts: string[] = [];
  const unreadable: string[] = [];
  const all = (attachments ?? []).slice(0, MOST_ATTACHMENTS);
  for (const attachment of all) {
    const { data } = attachmentSchema.safeParse(attachment);
    if (data && /^application\/vnd\.microsoft\.(?:teams\.)?card\./i.test(data.contentType))
      texts.push(...cardTexts(data.content));
    if (data?.contentType === 'reference') unreadable.push(data.name ?? '');
  }
  const html = [subject ?? '', body?.content ?? ''].join('<br>');
  const { text } = readText({ text: html, mentions: [], bot: { id: '', name: '' } });
  const files = attachmentsOf({ attachments: all }).filter(isCarried);
  return { text: [text, ...texts].join('\n'), attachments: files, unreadable };
}

/** Where the answer about a message goes: below it in a channel, else to the top level. */
export function threadBelow(activity: TeamsActivity, message: PayloadMessage | null): string | null {
  const root = message?.replyToId || message?.id;
  const isChannel = activity.conversation.conversationType?.toLowerCase() === 'channel';
  if (!isChannel || !root || !/^\d{1,30}$/.test(root)) return threadOf(activity);
  return threadOf(activity) ?? `${withoutThread(activity.conversation.id)};messageid=${root}`;
}
