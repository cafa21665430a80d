import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import type { Connector } from './connector.ts';
import { managedIdentity } from './managed-identity.ts';

/** Credentials of the Azure Bot registration. */
export interface TeamsCredentials {
  appId: string;
  appPassword?: string | undefined;
  appType: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  tenantId?: string | undefined;
  /** Instead of a password, or beside it: thumbprint and PEM private key of the certificate that the app registration knows. */
  certificate?: { thumbprint: string; privateKey: string } | undefined;
}

type AuthenticateResult = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>>;

/**
 * Endpoints of the Bot Framework in the public cloud and in Azure Government ("Connect to the Bot Framework",
 * "Authentication"). The SDK has them too, but drops all of them as soon as one is configured.
 */
const PUBLIC_CLOUD: Record<string, string> = {
  ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
  ToChannelFromBotOAuthScope: 'https://api.botframework.com',
  ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
  OAuthUrl: 'https://api.botframework.com',
  ToBotFromChannelOpenIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  ToBotFromEmulatorOpenIdMetadataUrl:
    'https://login.microsoftonline.com/botframework.com/v2.0/.well-known/openid-configuration',
  CallerId: 'urn:botframework:azure',
};
const GOVERNMENT = 'https://botframework.azure.us';
const GOVERNMENT_CLOUD: Record<string, string> = {
  ToChannelFromBotLoginUrl: 'https://login.microsoftonline.us/MicrosoftServices.onmicrosoft.us',
  ToChannelFromBotOAuthScope: 'https://api.botframework.us',
  ToBotFromChannelTokenIssuer: 'https://api.botframework.us',
  OAuthUrl: 'https://api.botframework.azure.us',
  ToBotFromChannelOpenIdMetadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  ToBotFromEmulatorOpenIdMetadataUrl:
    'https://login.microsoftonline.us/cab8a31a-1906-4287-a0d8-4eef66b95f6e/v2.0/.well-known/openid-configuration',
  CallerId: 'urn:botframework:azureusgov',
};

/** The SDK's settings: its endpoints, each replaced by the variable of the same name where `env` has one. */
function endpoints(env: Record<string, string | undefined>): Record<string, string> {
  const defaults = env['ChannelService'] === GOVERNMENT ? GOVERNMENT_CLOUD : PUBLIC_CLOUD;
  const settings = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, env[name]?.trim() || value]),
  );
  if (env['ValidateAuthority']) settings['ValidateAuthority'] = env['ValidateAuthority'];
  return settings;
}

function credentialSettings(credentials: TeamsCredentials): Record<string, string> {
  const { appId, appPassword, appType, tenantId, certificate } = credentials;
  return {
    MicrosoftAppId: appId,
    MicrosoftAppType: appType,
    ...(appPassword ? { MicrosoftAppPassword: appPassword } : {}),
    ...(tenantId ? { MicrosoftAppTenantId: tenantId } : {}),
    ...(certificate
      ? { CertificateThumbprint: certificate.thumbprint, CertificatePrivateKey: certificate.privateKey }
      : {}),
  };
}

type Factory = ConfigurationServiceClientCredentialFactory;
type Created = Awaited<ReturnType<Factory['createCredentials']>>;
/** The SDK's types tell the part that signs requests alone. */
type Signing = Created & { getToken(forceRefresh?: boolean): Promise<string> };

/** Credentials that ask for a token as the first does, and as the second where that is refused. */
function eitherOf(first: Signing, second: Signing): Created {
  const getToken = (forceRefresh?: boolean): Promise<string> =>
    first.getToken(forceRefresh).catch(() => second.getToken(forceRefresh));
  // What signs requests asks itself for the token.
  return Object.create(first, { getToken: { value: getToken } }) as Created;
}

/** A secret beside a certificate: while one takes the place of the other, either may be what Entra knows. */
function eitherFactory({ appPassword, certificate, ...app }: TeamsCredentials): Factory {
  const first = new ConfigurationServiceClientCredentialFactory(credentialSettings({ ...app, certificate }));
  const second = new ConfigurationServiceClientCredentialFactory(credentialSettings({ ...app, appPassword }));
  const createCredentials = async (...given: Parameters<Factory['createCredentials']>): Promise<Created> => {
    const [one, other] = [await first.createCredentials(...given), await second.createCredentials(...given)];
    return eitherOf(one as Signing, other as Signing);
  };
  return Object.create(first, { createCredentials: { value: createCredentials } }) as Factory;
}

/** How the bot shows who it is. Without credentials it does not. Throws where they do not go together. */
function credentialFactory(credentials: TeamsCredentials | null) {
  if (credentials?.appPassword && credentials.certificate && credentials.appType !== 'UserAssignedMSI')
    return eitherFactory(credentials);
  const factory = new ConfigurationServiceClientCredentialFactory(credentials ? credentialSettings(credentials) : {});
  return credentials?.appType === 'UserAssignedMSI' ? managedIdentity(credentials.appId) : factory;
}

/**
 * CloudAdapter with its turn opened up: its own `process` answers a wrong signature with 500 and echoes error messages
 * to the caller.
 */
export class TeamsAdapter extends CloudAdapter {
  /** Runs one turn of an already authenticated activity; resolves to what an invoke is to be answered with. */
  turn(
    identity: AuthenticateResult,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    return this.processActivity(identity, activity, logic);
  }

  /** Who the bot is towards the token service, outside of any turn. */
  ownIdentity(appId: string): ReturnType<CloudAdapter['createClaimsIdentity']> {
    return this.createClaimsIdentity(appId);
  }
}

/**
 * The SDK, set up with our connector. `authenticate` rejects when the token does not hold. Without credentials every
 * caller passes.
 */
export function createAdapter(options: {
  credentials: TeamsCredentials | null;
  env: Record<string, string | undefined>;
  connector: Connector;
}) {
  const settings = options.credentials ? credentialSettings(options.credentials) : {};
  const authentication = new ConfigurationBotFrameworkAuthentication(
    { ...settings, ...endpoints(options.env) },
    credentialFactory(options.credentials),
    undefined,
    undefined,
    // The SDK's types ask for a whole HTTP response; it reads the status, the headers and the text.
    { httpClient: options.connector.httpClient as never },
  );
  const adapter = new TeamsAdapter(authentication);
  return {
    adapter,
    /** The Bot Framework's token service, for tokens of people who signed in. */
    userTokens: (appId: string) => authentication.createUserTokenClient(adapter.ownIdentity(appId)),
    authenticate: (activity: Activity, header: string): Promise<AuthenticateResult> =>
      authentication.authenticateRequest(activity, header),
  };
}

/**
 * What the token's `serviceurl` claim says, or null when it has none (tokens of the Emulator and of skills have none).
 */
export function vouchedServiceUrl(identity: AuthenticateResult): string | null {
  return identity.claimsIdentity.getClaimValue('serviceurl');
}

/** A new token with which the bot would send. Rejects with what the SDK throws; it has no deadline. */
export async function fetchOwnToken(
  credentials: TeamsCredentials,
  env: Record<string, string | undefined>,
): Promise<string> {
  const { ToChannelFromBotLoginUrl: login = '', ToChannelFromBotOAuthScope: scope = '' } = endpoints(env);
  const own = await credentialFactory(credentials).createCredentials(credentials.appId, scope, login, true);
  // The SDK's types tell the part that signs requests alone.
  return (own as unknown as { getToken(forceRefresh: boolean): Promise<string> }).getToken(true);
}

/** Where the bot's tokens come from: a host, for people. */
export function loginHostOf(env: Record<string, string | undefined>): string {
  return URL.parse(endpoints(env)['ToChannelFromBotLoginUrl'] ?? '')?.host ?? 'login.microsoftonline.com';
}
