import type { Failure } from './certificate.ts';
import type { Say } from '../language/language.ts';
import { shorten } from '../language/wording.ts';

/** A failure in words, with its technical detail where that adds something. */
export function failurePhrase({ code, detail }: Failure, say: Say): string {
  if (code === 'policy' && detail === 'port') return say('failure.port');
  if (detail && (code === 'handshake' || code === 'incompatible' || code === 'protocol' || code === 'proxy'))
    return say(`failure.${code}-detail`, { detail: shorten(detail, 120) });
  return say(`failure.${code}`);
}
