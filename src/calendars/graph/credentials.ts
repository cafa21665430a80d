import { DeliveryError } from '../../core/errors.ts';

/** What is used of an `@azure/identity` credential. */
interface TokenCredential {
  getToken(
    scope: string,
  ): Promise<{ token: string; expiresOnTimestamp: number; refreshAfterTimestamp?: number } | null>;
}

interface TokenSourceOptions {
  /** GRAPH_ACCESS_TOKEN: used as it is, instead of any credential. */
  accessToken?: string | undefined;
  /** GRAPH_BASE_URL; its `/.default` scope is asked for. */
  baseUrl: string;
  /** Where the credential comes from; by default `DefaultAzureCredential`, which reads the AZURE_* variables and knows managed identities. */
  loadCredential?: () => Promise<TokenCredential>;
}

/** A token that ends within five minutes could end on its way. */
const MARGIN = 5 * 60_000;

async function loadDefaultCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}

/**
 * Always `unavailable`: nothing was sent, and `@azure/identity` reports an unreachable network and a wrong secret alike (its EnvironmentCredential
 * turns every failure into a 400). Only the error's name is told; its text can hold ids.
 */
function tokenFailure(error: unknown): DeliveryError {
  const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'Error';
  const mending =
    'check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or the managed identity), and the way to Microsoft Entra';
  return new DeliveryError('unavailable', `No access token for Microsoft Graph could be had (${name}): ${mending}`);
}

/**
 * A function that gives a bearer token for Graph: the pasted one, or one of the Azure credential, which is loaded with the first call. Concurrent calls
 * share one token request, and a token is used until it is due for a refresh. The function throws DeliveryError `unavailable`.
 */
export function createTokenSource({
  accessToken,
  baseUrl,
  loadCredential = loadDefaultCredential,
}: TokenSourceOptions): () => Promise<string> {
  const pasted = accessToken?.trim();
  if (pasted) return async () => pasted;
  const scope = `${baseUrl.replace(/\/+$/, '')}/.default`;
  let credential: TokenCredential | undefined;
  let pending: Promise<string> | undefined;
  let held: { token: string; until: number } | undefined;

  async function request(): Promise<string> {
    try {
      credential ??= await loadCredential();
      const answer = await credential.getToken(scope);
      if (!answer) throw new Error('the credential gave no token');
      held = {
        token: answer.token,
        until: Math.min(answer.expiresOnTimestamp - MARGIN, answer.refreshAfterTimestamp ?? Infinity),
      };
      return answer.token;
    } catch (error) {
      throw tokenFailure(error);
    } finally {
      pending = undefined;
    }
  }

  return async function getToken() {
    if (held && Date.now() < held.until) return held.token;
    pending ??= request();
    return pending;
  };
}
