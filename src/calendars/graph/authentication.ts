import { DeliveryError } from '../../core/errors.ts';
import type { AuthenticationProblem } from '../../core/ports.ts';

/** Entra (or the way to proving who we are) said no to the bot itself; `unavailable`, since a person can mend it while effects wait. */
export class AuthenticationRefused extends DeliveryError {
  readonly problem: AuthenticationProblem;
  constructor(problem: AuthenticationProblem, options: { retryAfter?: number | undefined } = {}) {
    super('unavailable', adviceFor(problem), options);
    this.name = 'AuthenticationRefused';
    this.problem = problem;
  }
}

const KINDS: Record<string, AuthenticationProblem['what']> = {
  7000222: 'secret-expired',
  7000215: 'secret-wrong',
  // Signed by a key that is not registered, or outside of its time; a signature or assertion that cannot be verified.
  700027: 'certificate',
  700024: 'certificate',
  700030: 'certificate',
  7000214: 'certificate',
  50012: 'certificate',
  700016: 'app-unknown',
  700038: 'app-unknown',
  90002: 'tenant-unknown',
  900021: 'tenant-unknown',
  900023: 'tenant-unknown',
};

/** Entra's own bad moments ("AADSTS error codes": retry the request): nothing that a person could mend. */
const PASSING = new Set(['50196', '90006', '90024', '90025', '90033']);

const ADVICE: Record<AuthenticationProblem['what'], string> = {
  'secret-expired':
    "the bot's own client secret has expired: create a new one in Microsoft Entra, set AZURE_CLIENT_SECRET, restart",
  'secret-wrong':
    "the bot's own client secret is wrong: AZURE_CLIENT_SECRET must be the value of the secret, not its id; correct it, restart",
  certificate:
    "the bot's own certificate is not accepted: check AZURE_CLIENT_CERTIFICATE_PATH (a PEM file with private key and certificate) and that this certificate is registered with the app in Microsoft Entra and has not expired",
  'app-unknown':
    'Microsoft Entra knows no such app in this tenant: check AZURE_CLIENT_ID and AZURE_TENANT_ID, and that an administrator has consented',
  'tenant-unknown': 'Microsoft Entra knows no such tenant: check AZURE_TENANT_ID',
  token:
    'Microsoft Graph does not accept the access token: renew GRAPH_ACCESS_TOKEN, or check that the AZURE_* credentials belong to the cloud of GRAPH_BASE_URL',
  other:
    'Microsoft Entra gives the bot no access token: check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or identity they go with',
};

/** One sentence for whoever runs the bot: what is wrong and what to do, with Entra's code where there is one. */
export function adviceFor({ what, code }: AuthenticationProblem): string {
  return code === null ? ADVICE[what] : `${ADVICE[what]} (${code})`;
}

/** What an error and those inside it say, at most so deep: `errors` of an aggregate, `cause`, and Entra's description. */
function textsOf(error: unknown, depth = 4): string[] {
  if (!(error instanceof Error) || depth === 0) return [];
  const { errors, cause, errorResponse } = error as Error & {
    errors?: unknown;
    errorResponse?: { errorDescription?: unknown };
  };
  const inside = [...(Array.isArray(errors) ? errors : []), cause].flatMap((one) => textsOf(one, depth - 1));
  const described = errorResponse?.errorDescription;
  return [error.message, ...(typeof described === 'string' ? [described] : []), ...inside];
}

/** How Node, OpenSSL and `@azure/identity` say that a certificate or its key cannot be read or used for signing (Entra takes RSA keys only). */
const UNUSABLE_CERTIFICATE =
  /PEM-encoded certificate|asymmetric key|"alg" parameter|bad decrypt|(?:DECODER|PEM|PKCS8|digital envelope) routines/;
/** The machine's own metadata service knows no such managed identity. */
const NO_IDENTITY = /ManagedIdentityCredential: Authentication failed[^\n]*Identity not found/;
const UNREADABLE_FILE = /(?:ENOENT|EACCES|EISDIR|EPERM): [^\n]*(?:open|read)/;

function codeIn(text: string): string | null {
  return /AADSTS(\d{4,9})/.exec(text)?.[1] ?? null;
}

function problemByCode(digits: string): AuthenticationProblem {
  return { what: KINDS[digits] ?? 'other', code: `AADSTS${digits}` };
}

/** What Graph says about who we are when it answers 401 to a fresh token: Entra's code where its text holds one, else that the token is not accepted. */
export function problemOfRefusal(body: unknown): AuthenticationProblem {
  const { error } = (body ?? {}) as { error?: { message?: unknown } | null };
  const digits = typeof error?.message === 'string' ? codeIn(error.message) : null;
  return digits === null ? { what: 'token', code: null } : problemByCode(digits);
}

/**
 * What an error of `@azure/identity` says about who we are; null when it says nothing, as when the network is down or Entra is busy. Its classes tell
 * little (EnvironmentCredential makes a 400 of everything, the others an AuthenticationRequiredError or CredentialUnavailableError inside an
 * AggregateAuthenticationError), so the AADSTS code is looked for in its text and in the errors it holds. Without one, a certificate or a file with the
 * token of a workload identity that cannot be read is a problem as well, and a managed identity that does not exist.
 */
export function problemOf(error: unknown): AuthenticationProblem | null {
  const text = textsOf(error).join('\n');
  const digits = codeIn(text);
  if (digits !== null) return PASSING.has(digits) ? null : problemByCode(digits);
  const ofEnvironment = text.includes('EnvironmentCredential authentication failed');
  if (ofEnvironment && (UNUSABLE_CERTIFICATE.test(text) || UNREADABLE_FILE.test(text))) {
    return { what: 'certificate', code: null };
  }
  return UNREADABLE_FILE.test(text) || NO_IDENTITY.test(text) ? { what: 'other', code: null } : null;
}
