import type { Log } from '../../core/ports/log.ts';
import { createSlackApi } from './api.ts';
import { BOT_SCOPES } from './channel.ts';
import { slackCode } from './failures.ts';
import { createWay, type Tunnels } from './way.ts';

export interface SlackCheckOptions {
  apiUrl: string;
  tunnels: Tunnels | null;
  /** For each call, milliseconds. */
  timeout: number;
  log: Log;
  now: () => number;
}

/** Asks Slack about what was configured. Nothing is changed; each throws DeliveryError. */
export function createSlackCheck({ apiUrl, tunnels, timeout, log, now }: SlackCheckOptions) {
  const way = createWay(tunnels);
  const { call } = createSlackApi({ apiUrl, sendTimeout: timeout, log, now, fetch: way.fetch });
  return {
    /** Which workspace a bot token belongs to, and which of our scopes it lacks. */
    async botToken(token: string): Promise<{ team: string; missing: string[] }> {
      const { team, response_metadata: metadata } = await call(token, 'auth.test', {});
      const granted = metadata?.scopes;
      return {
        team: typeof team === 'string' ? team : '?',
        missing: granted ? BOT_SCOPES.filter((scope) => !granted.includes(scope)) : [],
      };
    },
    /** Whether Socket Mode would be let in: an address for it is asked for, and not used. */
    async appToken(token: string): Promise<void> {
      await call(token, 'apps.connections.open', {});
    },
    /** Whether the app may let workspaces install it: by a code that nobody gave out. */
    async client({ clientId, clientSecret }: { clientId: string; clientSecret: string }): Promise<void> {
      try {
        await call('', 'oauth.v2.access', { client_id: clientId, client_secret: clientSecret, code: 'none' });
      } catch (error) {
        // Slack looks at the client first.
        if (slackCode(error) !== 'invalid_code') throw error;
      }
    },
    close: way.close,
  };
}
