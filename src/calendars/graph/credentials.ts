import type { ClientSecretCredentialOptions } from '@azure/identity';
import { DeliveryError } from '../../core/errors.ts';
import { nationalCloudOf } from '../../core/model/cloud.ts';
import { AuthenticationRefused, problemOf } from './authentication.ts';
import { trimmedEnd } from '../../core/language/text.ts';

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
  /** Where the AZURE_* variables are looked at; `@azure/identity` itself always reads the process's environment. */
  env?: Record<string, string | undefined>;
  /**
   * Where the credential comes from; by default `DefaultAzureCredential`, which reads the AZURE_* variables and knows
   * managed identities; `WorkloadIdentityCredential` where only that is set up.
   */
  loadCredential?: () => Promise<TokenCredential>;
}

/** Bearer tokens for Graph that say who the bot itself is. */
export interface TokenSource {
  /**
   * A token that is good for a while. Throws AuthenticationRefused when Entra refuses the bot, else DeliveryError
   * `unavailable`.
   */
  get(): Promise<string>;
  /** The service refused this token: the next one is asked for anew. A token that is held no more changes nothing. */
  forget(token: string): void;
}

/** A token that ends within five minutes could end on its way. */
const MARGIN = 5 * 60_000;
/** So much is left of a token that is still used when no new one can be had. */
const LAST_USE = 30_000;

/**
 * Authorities of Microsoft's clouds, old names included (Microsoft Entra "National clouds"); `@azure/identity` checks
 * others at the first of them.
 */
const MICROSOFT_HOSTS = new Set([
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'sts.windows.net',
  'login.microsoftonline.us',
  'login.usgovcloudapi.net',
  'login.microsoftonline.de',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
]);

/**
 * True for an AZURE_AUTHORITY_HOST that is none of Microsoft's own: a private cloud, which may not reach the internet.
 */
export function isPrivateAuthority(authorityHost: string | undefined): boolean {
  if (!authorityHost) return false;
  const host = URL.parse(authorityHost)?.hostname;
  return host !== undefined && !MICROSOFT_HOSTS.has(host.toLowerCase());
}

/**
 * Where tokens come from: AZURE_AUTHORITY_HOST, else what belongs to the national cloud of GRAPH_BASE_URL; undefined =
 * the global cloud's.
 */
export function authorityFor(env: Record<string, string | undefined>, baseUrl: string): string | undefined {
  return env['AZURE_AUTHORITY_HOST']?.trim() || nationalCloudOf(baseUrl)?.authority;
}

/**
 * Loads the library of credentials, which is large. Node.js refuses modules that two `import`s under way share through a
 * `require` (ERR_REQUIRE_ESM_RACE_CONDITION), and ends the process: whoever loads other large libraries that reach the
 * network awaits this one first.
 */
export function loadIdentity(): Promise<typeof import('@azure/identity')> {
  return import('@azure/identity');
}

/** A secret beside a certificate: while one takes the place of the other, either may be what Entra knows. */
function isBeingChanged(env: Record<string, string | undefined>): boolean {
  const { AZURE_TOKEN_CREDENTIALS: kinds = '', ...rest } = env;
  const names = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH'];
  return names.every((name) => rest[name]) && /^(?:|prod|EnvironmentCredential)$/i.test(kinds);
}

/** Shows the certificate, and the secret where that is refused or cannot be used. */
async function loadEither(
  env: Record<string, string | undefined>,
  options: ClientSecretCredentialOptions,
): Promise<TokenCredential> {
  const { ClientCertificateCredential, ClientSecretCredential } = await loadIdentity();
  const [tenant, client] = [env['AZURE_TENANT_ID']!, env['AZURE_CLIENT_ID']!];
  const certificatePath = env['AZURE_CLIENT_CERTIFICATE_PATH']!;
  const { AZURE_CLIENT_CERTIFICATE_PASSWORD: certificatePassword, AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: chain } = env;
  const certificate = new ClientCertificateCredential(
    tenant,
    client,
    certificatePassword ? { certificatePath, certificatePassword } : { certificatePath },
    { ...options, sendCertificateChain: /^(?:1|true)$/i.test(chain ?? '') },
  );
  const secret = new ClientSecretCredential(tenant, client, env['AZURE_CLIENT_SECRET']!, options);
  return {
    getToken: (scope) =>
      certificate.getToken(scope).catch((first: unknown) =>
        secret.getToken(scope).catch((second: unknown) => {
          throw new AggregateError([first, second], 'neither the certificate nor the secret gives a token');
        }),
      ),
  };
}

async function loadDefaultCredential(
  env: Record<string, string | undefined>,
  baseUrl: string,
): Promise<TokenCredential> {
  const { DefaultAzureCredential, WorkloadIdentityCredential } = await loadIdentity();
  const authorityHost = authorityFor(env, baseUrl);
  const options = {
    ...(authorityHost === undefined ? {} : { authorityHost }),
    // Asking Microsoft's public cloud about an authority that is none of its own would carry its name out and fail
    // where that cloud is out of reach.
    disableInstanceDiscovery: isPrivateAuthority(authorityHost),
    // The outbox tries again; a call waits for its token only so long.
    retryOptions: { maxRetries: 1, retryDelayInMs: 300 },
  };
  if (isBeingChanged(env)) return loadEither(env, options);
  return isWorkload(env) ? new WorkloadIdentityCredential(options) : new DefaultAzureCredential(options);
}

/**
 * Only a workload identity is configured. A refused secret or certificate ends the library's chain of credentials; a
 * refused workload identity would make it go on, to the machine's metadata service and the tools of developers.
 */
function isWorkload(env: Record<string, string | undefined>): boolean {
  const otherwise = ['AZURE_TOKEN_CREDENTIALS', 'AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH'];
  return Boolean(env['AZURE_FEDERATED_TOKEN_FILE']) && !otherwise.some((name) => env[name]);
}

/** Nothing was sent in either case. Only the error's name is told; its text can hold ids. */
function tokenFailure(error: unknown): DeliveryError {
  const problem = problemOf(error);
  if (problem) return new AuthenticationRefused(problem);
  const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'Error';
  const mending =
    'check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or the managed identity), and the way to Microsoft Entra';
  return new DeliveryError('unavailable', `No access token for Microsoft Graph could be had (${name}): ${mending}`);
}

/**
 * The source of the bot's own tokens for Graph: the pasted one, or those of the Azure credential, which is loaded with
 * the first call. Concurrent calls share one token request, and a token is used until it is due for a refresh.
 */
export function createTokenSource({
  accessToken,
  baseUrl,
  env = process.env,
  loadCredential = () => loadDefaultCredential(env, baseUrl),
}: TokenSourceOptions): TokenSource {
  const pasted = accessToken?.trim();
  if (pasted) return { get: async () => pasted, forget() {} };
  const scope = `${trimmedEnd(baseUrl, /\//)}/.default`;
  let credential: TokenCredential | undefined;
  let pending: Promise<string> | undefined;
  let held: { token: string; refreshAt: number; expiresAt: number } | undefined;

  async function request(): Promise<string> {
    try {
      credential ??= await loadCredential();
      const answer = await credential.getToken(scope);
      if (!answer) throw new Error('the credential gave no token');
      const { token, expiresOnTimestamp: expiresAt, refreshAfterTimestamp = Infinity } = answer;
      held = { token, refreshAt: Math.min(expiresAt - MARGIN, refreshAfterTimestamp), expiresAt };
      return token;
    } catch (error) {
      const failure = tokenFailure(error);
      const isRefused = failure instanceof AuthenticationRefused;
      if (!isRefused && held && Date.now() < held.expiresAt - LAST_USE) return held.token;
      throw failure;
    } finally {
      pending = undefined;
    }
  }

  return {
    async get() {
      if (held && Date.now() < held.refreshAt) return held.token;
      pending ??= request();
      return pending;
    },
    forget(token) {
      if (held?.token !== token) return;
      held = undefined;
      // The library keeps tokens of its own, with the credential.
      credential = undefined;
    },
  };
}
