import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { Attachment } from '../../core/model/inbound.ts';
import { withoutPrivateKeys } from '../../core/chat/private-key.ts';
import { type Download, LARGEST_FILE, tooLarge } from '../download.ts';

/** How Teams hands over a file of a personal chat (Teams, "Send and receive files", attachment of a received file). */
const FILE = 'application/vnd.microsoft.teams.file.download.info';
/** Attachments that are no files: the message once more as HTML, quoted messages, cards. */
const NO_FILE =
  /^(?:text\/html$|messageReference$|application\/vnd\.microsoft\.card\.|application\/vnd\.microsoft\.teams\.card\.)/i;
/** More than anybody attaches; those beyond are left out. */
const MOST = 20;
const LONGEST_URL = 8000;
const DATA_URL = /^data:([\w.+/-]{0,100})((?:;[\w.+=-]{1,100}){0,5}),/i;

const attachmentSchema = z.object({
  contentType: z.string().max(200),
  name: z.string().max(1000).nullish().catch(undefined),
  contentUrl: z.string().nullish().catch(undefined),
  content: z
    .object({ downloadUrl: z.string().max(LONGEST_URL) })
    .nullish()
    .catch(undefined),
});

/**
 * What is kept to fetch a file: its address, the file itself (base64) where the message carried it, or that it is too
 * large.
 */
const referenceSchema = z.union([
  z.object({ url: z.string() }),
  z.object({ base64: z.string() }),
  z.object({ tooLarge: z.literal(true) }),
]);
type Reference = z.infer<typeof referenceSchema>;

/** A file inside of the message. Of a private key nothing is kept but that it was one. */
function inline(url: string): { size: number; reference: Reference } | null {
  const [head, , parameters] = DATA_URL.exec(url) ?? [];
  if (head === undefined) return null;
  const text = url.slice(head.length);
  if (text.length > 3 * LARGEST_FILE) return { size: text.length, reference: { tooLarge: true } };
  let bytes: Buffer;
  try {
    bytes = /;base64$/i.test(parameters ?? '') ? Buffer.from(text, 'base64') : Buffer.from(decodeURIComponent(text));
  } catch {
    return null;
  }
  const { length: size } = bytes;
  if (size > LARGEST_FILE) return { size, reference: { tooLarge: true } };
  // Windows writes text with two bytes a character.
  const text16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const plain = bytes.toString(text16 ? 'utf16le' : 'latin1');
  const kept = withoutPrivateKeys(plain);
  const base64 = (kept === plain ? bytes : Buffer.from(kept)).toString('base64');
  return { size, reference: { base64 } };
}

/** The files that came with an activity (Bot Framework: `attachments`). */
export function attachmentsOf({ attachments }: { attachments?: unknown[] | null | undefined }): Attachment[] {
  const files: Attachment[] = [];
  for (const one of attachments ?? []) {
    const parsed = attachmentSchema.safeParse(one).data;
    if (!parsed || files.length >= MOST) continue;
    const { contentType: type, contentUrl, content } = parsed;
    const name = parsed.name ?? '';
    if (type === FILE) {
      // The Playground gives the content address alone.
      const url = content?.downloadUrl ?? contentUrl;
      if (url && url.length <= LONGEST_URL)
        files.push({ name, type, size: null, reference: { url } satisfies Reference });
      continue;
    }
    if (NO_FILE.test(type) || !contentUrl) continue;
    if (/^data:/i.test(contentUrl)) {
      const file = inline(contentUrl);
      if (file) files.push({ name, type, ...file });
    } else if (contentUrl.length <= LONGEST_URL)
      files.push({ name, type, size: null, reference: { url: contentUrl } satisfies Reference });
  }
  return files;
}

/** Whether a file lies in the message, or where Teams itself put it for the bot. */
export function isCarried({ type, reference }: Attachment): boolean {
  const parsed = referenceSchema.safeParse(reference).data;
  return type === FILE || (parsed !== undefined && !('url' in parsed));
}

/**
 * The bytes of a file. The addresses carry their own permission: the bot's token is never sent to them. Throws
 * DeliveryError.
 */
export async function fetchAttachment({ reference }: Attachment, download: Download): Promise<Uint8Array> {
  const parsed = referenceSchema.safeParse(reference).data;
  if (!parsed) throw new DeliveryError('refused', 'The stored file reference is unreadable.');
  if ('tooLarge' in parsed) throw tooLarge();
  return 'url' in parsed ? download(parsed.url) : Buffer.from(parsed.base64, 'base64');
}
