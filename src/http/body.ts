import type { IncomingMessage } from 'node:http';

/** A request body: its JSON, or the status and sentence to answer with. */
export type JsonBody = { ok: true; value: unknown } | { ok: false; status: 400 | 413 | 415; problem: string };

function isJson(contentType: string | undefined): boolean {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type);
}

/**
 * The body of a request as it came; null when it is larger than `limit` bytes. Rejects only when the connection breaks.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a request's JSON body of at most `limit` bytes. Compressed bodies are refused: nobody sends them here, and a
 * small one can unpack to a huge one. Rejects only when the connection breaks.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<JsonBody> {
  const encoding = request.headers['content-encoding'];
  if (!isJson(request.headers['content-type']) || (encoding !== undefined && encoding !== 'identity')) {
    return { ok: false, status: 415, problem: 'The request body has to be plain JSON.' };
  }
  const tooLarge = { ok: false, status: 413, problem: `The request body is larger than ${limit} bytes.` } as const;
  const raw = await readBody(request, limit);
  if (!raw) return tooLarge;
  try {
    return { ok: true, value: JSON.parse(raw.toString('utf8')) };
  } catch {
    return { ok: false, status: 400, problem: 'The request body is not JSON.' };
  }
}
