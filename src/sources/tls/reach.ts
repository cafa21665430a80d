import type { Failure } from '../../core/certificates/certificate.ts';
import type { Offer } from './contexts.ts';
import { isFailure, type HandshakeRequest, type Seen } from './handshake.ts';

/** What is offered, one after the other to a server that takes nothing of the one before. */
const OFFERS: Offer[] = ['common', 'wide', 'older'];

/** What a server says that finds nothing to its liking in an offer (RFC 8446 section 6.2), in OpenSSL's words. */
const NOTHING_IN_COMMON =
  /^(?:alert (?:handshake failure|insufficient security|protocol version|illegal parameter|missing extension)|unsupported protocol)$/;
/** What is wrong with something else than the offer. */
const WHATEVER_OFFER = /^alert (?:certificate|bad certificate|no certificate|unknown ca|access denied)/;

/** What we say of a server that chooses something which it was not offered, as old ones do with curves. */
const NOT_OFFERED = /^(?:wrong curve|wrong signature type|(?:wrong|unknown) cipher returned|bad ecpoint)$/;

/** Whether the server may take more than it was offered; some close the connection without a word. */
function mayTakeMore({ code, detail = '' }: Failure, begun: boolean): boolean {
  if (code === 'reset') return begun;
  if (code !== 'handshake' || WHATEVER_OFFER.test(detail)) return false;
  return detail.startsWith('alert ') || NOTHING_IN_COMMON.test(detail) || NOT_OFFERED.test(detail);
}

/** It takes nothing of all that this OpenSSL can; or what went wrong with the common offer. */
function inVain(first: Failure, last: Failure): Failure {
  const isRefused = NOTHING_IN_COMMON.test(first.detail ?? '') || NOT_OFFERED.test(first.detail ?? '');
  if (!isRefused || (last.code !== 'handshake' && last.code !== 'reset')) return first;
  return { code: 'incompatible', detail: `${first.detail}; OpenSSL ${process.versions.openssl}` };
}

type Handshake = (request: HandshakeRequest) => Promise<Seen | Failure>;

/**
 * A server that broke off without saying that there was nothing for it may have done so by chance: then it takes a
 * common offer now.
 */
async function confirmed(handshake: Handshake, request: HandshakeRequest, first: Failure, seen: Seen): Promise<Seen> {
  if (NOTHING_IN_COMMON.test(first.detail ?? '') || NOT_OFFERED.test(first.detail ?? '')) return seen;
  const again = await handshake({ ...request, offer: 'common' });
  return isFailure(again) ? seen : again;
}

/**
 * Shakes hands by what common clients offer; with a server that takes nothing of it, once more by everything that this
 * OpenSSL can, and without TLS 1.3. All of it ends within `request.timeout` milliseconds.
 */
export async function reach(handshake: Handshake, request: HandshakeRequest): Promise<Seen | Failure> {
  const until = performance.now() + request.timeout;
  let first: Failure | null = null;
  for (const offer of OFFERS.slice(OFFERS.indexOf(request.offer ?? 'common'))) {
    const left = { ...request, timeout: Math.max(1, until - performance.now()) };
    let begun = false;
    const result = await handshake({ ...left, offer, begun: () => (begun = true) });
    if (!isFailure(result)) return first ? confirmed(handshake, left, first, result) : result;
    if (!mayTakeMore(result, begun)) return first ? inVain(first, result) : result;
    if (offer === OFFERS.at(-1)) return inVain(first ?? result, result);
    first ??= result;
  }
  throw new Error('the last offer returns');
}
