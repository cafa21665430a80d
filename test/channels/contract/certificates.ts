import type { Certificate } from '../../../src/core/certificates/certificate.ts';
import { certificate, NOW } from '../../support/certificate-facts.ts';
import { DAY } from '../../../src/core/time.ts';

export const FIRST = '192.0.2.1';
export const SECOND = '192.0.2.2';

/**
 * A certificate for `host`, valid for 90 days of which `left` remain at the start of a scenario. `edition` tells
 * renewals apart.
 */
export function leafFor(host: string, left = 60, edition = 1, overrides: Partial<Certificate> = {}): Certificate {
  return certificate(`${edition} ${host}`, {
    subject: host,
    dnsNames: [host],
    notBefore: NOW + (left - 90) * DAY,
    notAfter: NOW + left * DAY,
    ...overrides,
  });
}
