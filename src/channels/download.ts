import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { DeliveryError, errorCodes } from '../core/errors.ts';
import { readBody } from '../http/body.ts';
import { isLoopbackUrl } from '../http/loopback.ts';

/** Bytes of a file that is taken. */
export const LARGEST_FILE = 64 * 1024;
/** Milliseconds from the first look-up to the last byte. */
const DEADLINE = 10_000;
const MOST_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A file that is larger than is taken. */
export function tooLarge(): DeliveryError {
  return new DeliveryError('refused', `The file is larger than ${LARGEST_FILE / 1024} kB.`, { status: 413 });
}

/** What an HTTP status means for a download: nothing there that could come later, but for overload. */
export function downloadFailure(status: number): DeliveryError {
  const isBusy = status === 429 || status === 408 || status >= 500;
  return new DeliveryError(isBusy ? 'unavailable' : 'refused', `Its server answered ${status}.`, { status });
}

/** A failed request as DeliveryError. Addresses of files are capabilities: they stay out of messages and logs. */
export function fetchFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new DeliveryError('unavailable', 'It did not come in time.');
  return new DeliveryError('unavailable', `Its server could not be reached (${errorCodes(error)[0] ?? 'no answer'}).`);
}

function refusal(message: string): DeliveryError {
  return new DeliveryError('refused', message);
}

/** Rejects when the signal ends first. */
async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Downloads files from addresses that came in messages: https only (`local`: also http, to loopback), no credentials in
 * them or with them, every address of the name and of each redirect has to pass `permits`, and the connection goes to
 * an address that was checked. 64 kB and 10 s in all (`deadline`, in milliseconds). Throws DeliveryError.
 */
export function createDownload(options: {
  permits: (address: string) => boolean;
  local: boolean;
  deadline?: number;
}): (url: string) => Promise<Uint8Array> {
  const { permits, local, deadline = DEADLINE } = options;

  function readUrl(text: string, base?: URL): URL {
    const url = URL.parse(text, base?.href);
    if (!url || url.username !== '' || url.password !== '') throw refusal('Its address is not one I can use.');
    const isPlain = url.protocol === 'http:' && local && isLoopbackUrl(url.href);
    if (url.protocol !== 'https:' && !isPlain) throw refusal('Its address is not one I can use.');
    return url;
  }

  async function addressOf(url: URL, signal: AbortSignal): Promise<string> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host)
      ? [host]
      : (await before(signal, lookup(host, { all: true }))).map(({ address }) => address);
    if (addresses.length === 0 || !addresses.every((address) => permits(address)))
      throw refusal('It lies at an address that the policy of this bot does not allow.');
    return addresses[0]!;
  }

  async function get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const address = await addressOf(url, signal);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(
      url,
      {
        // No agent: agents keep connections, and may follow the environment's proxy to where nothing was checked.
        agent: false,
        lookup: (_host, { all }, callback) => {
          const family = isIP(address);
          if (all) callback(null, [{ address, family }]);
          else callback(null, address, family);
        },
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'certbot-for-teams-and-slack' },
        maxHeaderSize: 16 * 1024,
        signal,
      },
      resolve,
    );
    request.on('error', reject);
    request.end();
    return promise;
  }

  async function follow(text: string, signal: AbortSignal): Promise<Uint8Array> {
    let url = readUrl(text);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await get(url, signal);
      try {
        const { statusCode: status = 0, headers } = answer;
        if (REDIRECTS.has(status) && headers.location !== undefined) {
          if (redirects >= MOST_REDIRECTS) throw refusal('Its server sends from one address to the next.');
          url = readUrl(headers.location, url);
          continue;
        }
        if (status !== 200) throw downloadFailure(status);
        const body = await readBody(answer, LARGEST_FILE);
        if (!body) throw tooLarge();
        return body;
      } finally {
        answer.destroy();
      }
    }
  }

  return async (url) => {
    const signal = AbortSignal.timeout(deadline);
    try {
      return await follow(url, signal);
    } catch (error) {
      throw signal.aborted ? fetchFailure(signal.reason) : fetchFailure(error);
    }
  };
}

export type Download = ReturnType<typeof createDownload>;
