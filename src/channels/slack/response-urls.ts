import { DeliveryError } from '../../core/errors.ts';
import { isLoopbackUrl } from '../../http/loopback.ts';
import { neverSent } from '../../http/unsent.ts';
import { responseFailure } from './failures.ts';

/** Hosts of Slack's own `response_url`s. */
const HOSTS = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

/**
 * Answers by `response_url` (docs.slack.dev, "Handling user interaction"): at most five, within 30 minutes. `apiUrl`
 * decides what is trusted: the addresses come in signed payloads, and yet we connect to Slack's hosts only, or to
 * loopback when the Web API is on loopback.
 */
export function createResponseUrls({
  apiUrl,
  sendTimeout,
  fetch = globalThis.fetch,
}: {
  apiUrl: string;
  sendTimeout: number;
  fetch?: typeof globalThis.fetch;
}) {
  const local = isLoopbackUrl(apiUrl);

  function isTrusted(url: string): boolean {
    const parsed = URL.parse(url);
    if (!parsed || parsed.username || parsed.password) return false;
    if (local && isLoopbackUrl(url)) return true;
    return parsed.protocol === 'https:' && (HOSTS.has(parsed.host) || parsed.host === URL.parse(apiUrl)?.host);
  }

  /** Posts once. Throws DeliveryError: `refused` when the address is used up, or does not work in its place. */
  async function respond(url: string, body: object): Promise<void> {
    let response: Response;
    let answer: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(sendTimeout),
      });
      answer = await response.text();
    } catch (error) {
      const code = neverSent(error) ? 'unavailable' : 'ambiguous';
      // The address is a capability: it stays out of the message.
      throw new DeliveryError(code, 'No answer came from Slack to an answer by response_url.', { cause: error });
    }
    if (!response.ok) throw responseFailure(response.status, response.headers.get('retry-after'));
    if (/"ok"\s*:\s*false/.test(answer)) throw new DeliveryError('refused', 'Slack refused an answer by response_url.');
  }

  return { isTrusted, respond };
}

export type ResponseUrls = ReturnType<typeof createResponseUrls>;
