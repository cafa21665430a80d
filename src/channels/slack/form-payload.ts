import { z } from 'zod';
import { textsIn } from '../texts.ts';
import { pressSchema } from './payload.ts';
import { readText } from './text.ts';

/** What the shortcuts are called in the app's manifest. */
export const MESSAGE_SHORTCUT = 'watch_message';
export const GLOBAL_SHORTCUT = 'watch_form';

/** More than anybody types, or a message holds; the request itself is bounded as well. */
const MOST_VALUES = 200;

const id = z.string().min(1).max(100);
const optionalText = z.string().max(1000).nullish().catch(undefined);
const { team, enterprise, is_enterprise_install, user } = pressSchema.shape;
const origin = { team, enterprise, is_enterprise_install, user };

const messageSchema = z.looseObject({
  ts: id,
  thread_ts: id.nullish().catch(undefined),
  text: z.string().nullish().catch(undefined),
  bot_id: z.string().nullish().catch(undefined),
  files: z.array(z.unknown()).nullish().catch(undefined),
  blocks: z.array(z.unknown()).nullish().catch(undefined),
  attachments: z.array(z.unknown()).nullish().catch(undefined),
});

/** A shortcut (docs.slack.dev, "Shortcuts interaction payload"): of a message, or of none. */
export const shortcutSchema = z.object({
  ...origin,
  callback_id: z.string().max(255),
  trigger_id: z.string().min(1).max(500),
  response_url: z.string().max(2000).nullish().catch(undefined),
  channel: z.object({ id, name: optionalText }).nullish().catch(undefined),
  message: messageSchema.nullish().catch(undefined),
});

export type Shortcut = z.infer<typeof shortcutSchema>;

/** A sent form (docs.slack.dev, "View interaction payload", view_submission). */
export const submissionSchema = z.object({
  ...origin,
  view: z.object({
    id,
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3000),
    state: z.object({ values: z.record(z.string().max(255), z.record(z.string().max(255), z.unknown())) }),
  }),
});

export type Submission = z.infer<typeof submissionSchema>;

/** What a form keeps of where it was opened. */
const metadataSchema = z.union([
  z.object({
    channel: id,
    name: z.string().max(1000).nullable(),
    ts: id,
    thread: id.nullable(),
    serial: z.number().int().min(0).max(1000),
    url: z.string().max(2000).nullable(),
    openedAt: z.number(),
  }),
  z.object({ global: z.literal(true) }),
]);

export type FormMetadata = z.infer<typeof metadataSchema>;

export function metadataOf(submission: Submission): FormMetadata | null {
  try {
    return metadataSchema.parse(JSON.parse(submission.view.private_metadata));
  } catch {
    return null;
  }
}

const valueSchema = z.object({
  value: z.string().max(50_000).nullish(),
  selected_options: z.array(z.object({ value: z.string().max(150) })).nullish(),
  selected_option: z.object({ value: z.string().max(150) }).nullish(),
  selected_user: z.string().max(100).nullish(),
});

/** What a sent form holds, by block; the blocks' ids as they were sent. */
export function answersOf({ view }: Submission) {
  const blocks = Object.entries(view.state.values).slice(0, MOST_VALUES);
  const answers = blocks.flatMap(([blockId, elements]) =>
    Object.values(elements).flatMap((element) => {
      const { data } = valueSchema.safeParse(element);
      return data ? [{ blockId, ...data }] : [];
    }),
  );
  const of = (name: string) => answers.find(({ blockId }) => blockId === name);
  return {
    ticked: answers.flatMap(({ selected_options: chosen }) => chosen?.map(({ value }) => value) ?? []),
    typed: of('targets')?.value ?? '',
    when: of('when')?.value ?? '',
    where: of('where')?.selected_option?.value ?? null,
    owner: of('owner')?.selected_user ?? null,
    blockIds: blocks.map(([blockId]) => blockId),
  };
}

const attachmentSchema = z.looseObject({ from_url: z.string().nullish(), is_share: z.boolean().nullish() });

/** Slack adds what a link leads to: that is nothing that the message says. */
function isUnfurled(attachment: unknown): boolean {
  const { data } = attachmentSchema.safeParse(attachment);
  return typeof data?.from_url === 'string' && data.is_share !== true;
}

/** What somebody typed, which stands in the text of the message as well. */
function isTyped(block: unknown): boolean {
  return z.looseObject({ type: z.literal('rich_text') }).safeParse(block).success;
}

/**
 * What a message says, as readText reads it. What people typed is in its text; tables, and all that apps say, in blocks
 * and attachments.
 */
export function messageText({ text, bot_id: botId, blocks, attachments }: NonNullable<Shortcut['message']>): string {
  const isWhole = !botId && text;
  const own = textsIn((blocks ?? []).filter((block) => !isWhole || !isTyped(block)));
  const shared = textsIn((attachments ?? []).filter((attachment) => !isUnfurled(attachment)));
  return readText({ text: [text ?? '', ...own, ...shared].join('\n'), botUserId: 'nobody' }).text;
}
