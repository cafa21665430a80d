import type { Failure } from './certificate.ts';
import type { Say } from '../language/language.ts';
import { shorten } from '../language/wording.ts';

/** A failure in words, with its technical detail where that adds something. */
export function failurePhrase({ code, detail }: Failure, say: Say): string {
  // As DNS calls it (RFC 1035), not c-ares.
  if (code === 'dns-error') return say('failure.dns-error', { detail: shorten(detail ?? '', 120).replace(/^E/, '') });
  if (code === 'alias-not-found') return say('failure.alias-not-found', { detail: shorten(detail ?? '', 120) });
  if (code === 'policy' && detail === 'port') return say('failure.port');
  if (detail && (code === 'handshake' || code === 'incompatible' || code === 'protocol' || code === 'proxy'))
    return say(`failure.${code}-detail`, { detail: shorten(detail, 120) });
  return say(`failure.${code}`);
}
