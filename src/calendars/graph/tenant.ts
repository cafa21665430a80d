import { claimsOf } from '../../core/reminders/token-account.ts';

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * The tenant in an access token of Microsoft Entra (claim `tid`), in lower case; null when the token is not of that
 * form. The token is our own: nothing is verified.
 */
export function tenantOfToken(token: string): string | null {
  const tid = claimsOf(token)?.['tid'];
  return typeof tid === 'string' && GUID.test(tid) ? tid.toLowerCase() : null;
}

/** Which Microsoft 365 tenant the mailboxes belong to. */
export interface GraphTenant {
  /** The tenant's id; null when nothing says which it is; undefined while it has not been told yet. */
  id(): string | null | undefined;
}

/**
 * The tenant of the mailboxes: AZURE_TENANT_ID where it is an id (it may be a domain), else what the access token says.
 * It is asked for at once, and again every minute until it is known.
 */
export function createGraphTenant(options: {
  configured: string | null;
  getToken: () => Promise<string>;
  failed: (error: unknown) => void;
  /** Told once, when it was not known from the start. */
  known: () => void;
}): GraphTenant & { close(): void } {
  const { configured, getToken, failed } = options;
  let tenant: string | null | undefined = configured && GUID.test(configured) ? configured.toLowerCase() : undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function ask(): void {
    getToken().then(
      (token) => {
        tenant = tenantOfToken(token);
        if (!closed) options.known();
      },
      (error: unknown) => {
        if (closed) return;
        failed(error);
        timer = setTimeout(ask, 60_000).unref();
      },
    );
  }

  if (tenant === undefined) ask();
  return {
    id: () => tenant,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
