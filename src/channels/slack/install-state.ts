import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type InstallURLOptions, InvalidStateError, type StateStore } from '@slack/oauth';
import type { Instant } from '../../core/time.ts';

/** How long a person may take on Slack's page, seconds. */
export const STATE_LIFETIME = 600;

/**
 * States of the OAuth flow (RFC 6749 10.12): signed, good for ten minutes and for one use. What was used is remembered
 * by this process alone; a second process would still be stopped by the deleted cookie and by Slack, whose codes work
 * once. The first of the secrets signs, all of them verify.
 */
export function createStates(secrets: string[], now: () => Instant, options: () => InstallURLOptions): StateStore {
  /** Used states, with the instant at which they expire anyway. */
  const used = new Map<string, Instant>();
  const macs = (payload: string): string[] =>
    secrets.map((secret) => createHmac('sha256', secret).update(payload).digest('base64url'));

  return {
    async generateStateParam() {
      const payload = `${now().toString(36)}.${randomBytes(16).toString('base64url')}`;
      return `${payload}.${macs(payload)[0]}`;
    },
    async verifyStateParam(_now, state) {
      const [issued = '', nonce = '', signature = ''] = state.split('.');
      const given = Buffer.from(signature);
      const isOurs = macs(`${issued}.${nonce}`).some((mac) => {
        const expected = Buffer.from(mac);
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      if (!isOurs) throw new InvalidStateError('The state was not issued here.');
      const expiresAt = Number.parseInt(issued, 36) + STATE_LIFETIME * 1000;
      if (now() > expiresAt) throw new InvalidStateError('The state has expired.');
      for (const [each, instant] of used) if (instant < now()) used.delete(each);
      if (used.has(nonce)) throw new InvalidStateError('The state was used before.');
      used.set(nonce, expiresAt);
      return options();
    },
  };
}
