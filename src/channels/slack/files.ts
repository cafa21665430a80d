import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { Attachment } from '../../core/model/inbound.ts';
import type { ConversationInput } from '../../core/model/conversation.ts';
import { isLoopbackUrl } from '../../http/loopback.ts';
import { downloadFailure, fetchFailure, LARGEST_FILE, tooLarge } from '../download.ts';
import type { SlackApi } from './api.ts';
import { lackOf } from './failures.ts';
import { referenceOf } from './reference.ts';
import type { Workspaces } from './workspaces.ts';

/** Where Slack keeps files (docs.slack.dev, "file" object, url_private). */
const HOSTS = new Set(['files.slack.com', 'files.slack-gov.com']);
/** Milliseconds for one download. */
const DEADLINE = 10_000;
/** More than anybody attaches; those beyond are left out. */
const MOST = 20;

const optionalText = z.string().max(4000).nullish().catch(undefined);

/** A file of a message. Of some (Slack Connect) the message tells the id alone, and files.info the rest. */
const fileSchema = z.object({
  id: z.string().min(1).max(100),
  name: optionalText,
  mimetype: optionalText,
  mode: optionalText,
  size: z.number().int().nonnegative().nullish().catch(undefined),
  url_private_download: optionalText,
  url_private: optionalText,
});

/** Files that are not there any more, or not for everybody to see. */
const UNREACHABLE = new Set(['tombstone', 'hidden_by_limit', 'external']);

const referenceSchema = z.object({ id: z.string(), url: z.string().nullable() });

function urlOf(file: z.infer<typeof fileSchema>): string | null {
  return file.url_private_download || file.url_private || null;
}

/** The files that came with a message. */
export function filesOf(files: unknown[] | null | undefined): Attachment[] {
  const found: Attachment[] = [];
  for (const one of files ?? []) {
    const file = fileSchema.safeParse(one).data;
    if (!file || UNREACHABLE.has(file.mode ?? '') || found.length >= MOST) continue;
    const reference: z.infer<typeof referenceSchema> = { id: file.id, url: urlOf(file) };
    found.push({ name: file.name ?? '', type: file.mimetype ?? '', size: file.size ?? null, reference });
  }
  return found;
}

async function readAll(body: Response['body']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > LARGEST_FILE) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Fetches files with the token of their workspace, which goes to Slack's own host of files alone. */
export function createFiles(options: {
  api: SlackApi;
  workspaces: Workspaces;
  apiUrl: string;
  deadline?: number;
  fetch?: typeof globalThis.fetch;
}) {
  const { api, workspaces, apiUrl, deadline = DEADLINE, fetch = globalThis.fetch } = options;
  const own = URL.parse(apiUrl);

  /** Another Slack than slack.com, such as one on loopback, keeps its files on the host of its Web API. */
  function isTrusted(text: string): boolean {
    const url = URL.parse(text);
    if (!url || url.username !== '' || url.password !== '') return false;
    if (isLoopbackUrl(apiUrl)) return isLoopbackUrl(text);
    if (url.protocol !== 'https:') return false;
    return HOSTS.has(url.host) || (url.host === own?.host && !/(?:^|\.)slack(?:-gov)?\.com$/.test(url.hostname));
  }

  /** Where a file lies, by the Web API. Throws DeliveryError: naming the scope, when that is missing. */
  async function lookUp(token: string, id: string): Promise<string | null> {
    const { file } = await api.call(token, 'files.info', { file: id });
    const parsed = fileSchema.safeParse(file).data;
    return parsed ? urlOf(parsed) : null;
  }

  /** Null: Slack sends to its sign-in page, as it does when a token may not read files. */
  async function get(token: string, url: string): Promise<Uint8Array | null> {
    if (!isTrusted(url)) throw new DeliveryError('refused', 'It does not lie with Slack.');
    const signal = AbortSignal.timeout(deadline);
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity' },
        redirect: 'manual',
        signal,
      });
      const { status } = response;
      const isPage = /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
      if (status !== 200 || isPage) await response.body?.cancel();
      if ((status >= 300 && status < 400) || status === 401 || status === 403 || (status === 200 && isPage))
        return null;
      if (status !== 200) throw downloadFailure(status);
      if (Number(response.headers.get('content-length') ?? 0) > LARGEST_FILE) {
        await response.body?.cancel();
        throw tooLarge();
      }
      return await readAll(response.body);
    } catch (error) {
      throw signal.aborted ? fetchFailure(signal.reason) : fetchFailure(error);
    }
  }

  /** The bytes of a file of a message. Throws DeliveryError. */
  async function download(
    { reference, size }: Attachment,
    conversation: Pick<ConversationInput, 'reference'>,
  ): Promise<Uint8Array> {
    const parsed = referenceSchema.safeParse(reference).data;
    if (!parsed) throw new DeliveryError('refused', 'The stored file reference is unreadable.');
    if (size !== null && size > LARGEST_FILE) throw tooLarge();
    const { token, scopes, isConfigured } = await workspaces.accessTo(referenceOf(conversation));
    if (!isConfigured && scopes.length > 0 && !scopes.includes('files:read'))
      throw lackOf('files:read', 'downloading a file');
    const url = parsed.url ?? (await lookUp(token, parsed.id));
    if (url === null) throw new DeliveryError('refused', 'Slack does not say where it lies.');
    const bytes = await get(token, url);
    if (bytes) return bytes;
    // Slack does not say why: the Web API does.
    await lookUp(token, parsed.id);
    throw new DeliveryError('refused', 'Slack does not hand it out.');
  }

  return { download };
}

export type Files = ReturnType<typeof createFiles>;
