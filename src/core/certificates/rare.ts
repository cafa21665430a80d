import type { Say } from '../language/language.ts';
import type { Rare } from './certificate.ts';

/** What is said of a server that common clients do not reach. `grave`: current browsers do not, either. */
export function rareWords({ what, name }: Rare, say: Say): { grave: boolean; sentence: string; advice: string } {
  // Browsers and OpenSSL offer it since 2024 and 2025.
  const kind = name === 'X25519MLKEM768' ? 'recent' : what;
  return {
    grave: kind !== 'recent',
    sentence: say('finding.rare-tls', { kind, name }),
    advice: say('advice.rare-tls', { kind }),
  };
}
