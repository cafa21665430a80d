import { DeliveryError } from '../../core/errors.ts';
import type { AuthenticationProblem } from '../../core/ports/calendar.ts';

/**
 * Entra (or the way to proving who we are) said no to the bot itself; `unavailable`, since a person can mend it while
 * effects wait.
 */
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
  // No secret or certificate was sent at all.
  7000218: 'secret-wrong',
  700016: 'app-unknown',
  700038: 'app-unknown',
  70001: 'app-unknown',
  7000229: 'app-unknown',
  // Nobody has consented, or an administrator has to; a permission that the app does not even ask for.
  65001: 'consent',
  65004: 'consent',
  65005: 'consent',
  90008: 'consent',
  90094: 'consent',
  650051: 'consent',
  650052: 'consent',
  650057: 'consent',
  // Conditional Access, for workload identities too, and what else of policies keeps somebody out.
  50005: 'policy',
  50072: 'policy',
  50074: 'policy',
  50076: 'policy',
  50079: 'policy',
  50105: 'policy',
  50158: 'policy',
  53000: 'policy',
  53001: 'policy',
  53002: 'policy',
  53003: 'policy',
  53004: 'policy',
  53009: 'policy',
  53011: 'policy',
  500021: 'policy',
  500022: 'policy',
  530003: 'policy',
  530032: 'policy',
  530035: 'policy',
  // The app, or Microsoft Graph itself, is disabled in the tenant.
  7000112: 'app-disabled',
  500014: 'app-disabled',
  // Graph of this address is not known in the tenant's cloud; a request from one cloud to another.
  500011: 'wrong-cloud',
  90038: 'wrong-cloud',
  90051: 'wrong-cloud',
  900382: 'wrong-cloud',
  900432: 'wrong-cloud',
  900439: 'wrong-cloud',
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
  consent:
    'nobody has consented to what the bot does: grant admin consent to Calendars.ReadWrite and MailboxSettings.Read of its app in Microsoft Entra',
  policy:
    "a Conditional Access policy (or another one) of Microsoft Entra keeps the bot out: look into the sign-in log of its service principal, and exempt the app or allow the bot's address",
  'app-disabled':
    'the app of the bot is disabled in Microsoft Entra: enable it under Enterprise applications, Properties',
  'wrong-cloud':
    'the bot asks in another cloud than its app is in: GRAPH_BASE_URL, AZURE_AUTHORITY_HOST and AZURE_TENANT_ID have to belong to the same one',
  token:
    'Microsoft Graph does not accept the access token: renew GRAPH_ACCESS_TOKEN, or check that the AZURE_* credentials belong to the cloud of GRAPH_BASE_URL',
  other:
    'Microsoft Entra gives the bot no access token: check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or identity they go with',
};

/** One sentence for whoever runs the bot: what is wrong and what to do, with Entra's code where there is one. */
export function adviceFor({ what, code }: AuthenticationProblem): string {
  return code === null ? ADVICE[what] : `${ADVICE[what]} (${code})`;
}

/**
 * What an error and those inside it say, at most so deep: `errors` of an aggregate, `cause`, and Entra's description.
 */
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

/**
 * How Node, OpenSSL and `@azure/identity` say that a certificate or its key cannot be read or used for signing (Entra
 * takes RSA keys only).
 */
export const UNUSABLE_CERTIFICATE =
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

/**
 * What Graph says about who we are when it answers 401 to a fresh token: Entra's code where its text holds one, else
 * that the token is not accepted.
 */
export function problemOfRefusal(body: unknown): AuthenticationProblem {
  return problemIn(body) ?? { what: 'token', code: null };
}

/** What an answer of Graph says about who we are by a code of Entra in its text; null when it holds none. */
export function problemIn(body: unknown): AuthenticationProblem | null {
  const { error } = (body ?? {}) as { error?: { message?: unknown } | null };
  const digits = typeof error?.message === 'string' ? codeIn(error.message) : null;
  return digits === null ? null : problemByCode(digits);
}

/**
 * What an error of `@azure/identity` says about who we are; null when it says nothing, as when the network is down or
 * Entra is busy. Its classes tell little (EnvironmentCredential makes a 400 of everything, the others an
 * AuthenticationRequiredError or CredentialUnavailableError inside an AggregateAuthenticationError), so the AADSTS code
 * is looked for in its text and in the errors it holds. Without one, a certificate or a file with the token of a
 * workload identity that cannot be read is a problem as well, and a managed identity that does not exist.
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
