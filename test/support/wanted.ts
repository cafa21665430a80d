import type { Certificate } from '../../src/core/certificates/certificate.ts';
import type { Holidays, Wanted } from '../../src/core/model/reminder.ts';

/**
 * A certificate wanted on these targets, in English, with the default policy, nothing wrong with it, and every day like
 * any other.
 */
export function wantedOf(certificate: Certificate, targets: string[], overrides: Partial<Wanted> = {}): Wanted {
  return {
    certificate,
    targets,
    policies: [null],
    language: 'en',
    replaced: [],
    verdict: [],
    link: null,
    holidays: [],
    freezes: [],
    ...overrides,
  };
}

/** A world without public holidays. */
export const none: Holidays = () => [];

/** Public holidays of one region only, named by their date (YYYY-MM-DD). */
export function holidaysOf(region: string, named: Record<string, string>): Holidays {
  return (asked, year) =>
    asked === region
      ? Object.entries(named)
          .filter(([date]) => date.startsWith(`${year}-`))
          .map(([date, name]) => ({ date, name }))
      : [];
}
