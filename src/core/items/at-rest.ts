import type { Observation } from '../certificates/certificate.ts';
import type { Say } from '../language/language.ts';
/** A title, a sentence for below it, and a few words. */
interface AtRest {
  title: (target: string) => string;
  sentence: string;
  condition: string;
}

/**
 * What is said for a target that could be looked at and shows nothing that ends,
 * which is as it should be; null for any other.
 */
export function atRest({ listed, leadsTo }: Observation, say: Say): AtRest | null {
  if (leadsTo) {
    const number = leadsTo.length;
    return {
      title: (target) => say('title.leads', { target, number }),
      sentence: say('rest.leads', { number }),
      condition: say('condition.leads', { number }),
    };
  }
  if (listed?.length !== 0) return null;
  return {
    title: (target) => say('title.empty', { target }),
    sentence: say('rest.empty'),
    condition: say('condition.empty'),
  };
}
