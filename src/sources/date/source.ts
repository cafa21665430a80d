import { createHash } from 'node:crypto';
import type { Item } from '../../core/certificates/item.ts';
import type { Source } from '../../core/ports/source.ts';
import { formatTarget } from '../../core/targets/target.ts';
import type { Instant } from '../../core/time.ts';

/** It ends as the day begins in UTC, so that nobody east of it hears of it too late; it began when it was typed. */
function itemOf(uri: string, day: string, typedAt: Instant): Item {
  const notAfter = Date.parse(`${day}T00:00:00Z`);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([uri, typedAt, notAfter]))
    .digest('hex');
  return { kind: 'date', fingerprint, notBefore: typedAt, notAfter };
}

/** Days that people type, as a command gives them (YYYY-MM-DD); between commands there is nothing new. */
export function createDateSource({ now }: { now: () => Instant }): Source {
  return {
    schemes: ['date'],
    async observe(target, { given } = { thorough: false }) {
      const [uri, at] = [formatTarget(target), now()];
      return { uri, at, duration: 0, addresses: [], item: given === undefined ? null : itemOf(uri, given, at) };
    },
    close: () => Promise.resolve(),
  };
}
