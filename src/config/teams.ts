import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { form, oneOf, webAddress } from './fields.ts';

export interface TeamsCredentials {
  appId: string;
  appPassword: string | undefined;
  appType: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  tenantId: string | undefined;
  certificate: { thumbprint: string; privateKey: string } | undefined;
}

/** Line ends may be written as \n, since a variable in a file has one line. */
function unfolded(key: string): string {
  return key.replaceAll('\\n', '\n');
}

function isPrivateKey(text: string): boolean {
  try {
    createPrivateKey(unfolded(text));
    return true;
  } catch {
    return false;
  }
}

/** The Bot Framework's variables, under its own names. */
export const teamsFields = {
  MicrosoftAppId: z.guid({ error: 'MicrosoftAppId must be the application (client) id of the bot, a UUID' }).optional(),
  MicrosoftAppPassword: z.string().optional(),
  MicrosoftAppType: oneOf('MicrosoftAppType', ['MultiTenant', 'SingleTenant', 'UserAssignedMSI']).optional(),
  MicrosoftAppTenantId: z
    .guid({ error: 'MicrosoftAppTenantId must be the directory (tenant) id of the app registration, a UUID' })
    .optional(),
  MicrosoftAppCertificateThumbprint: form(
    'MicrosoftAppCertificateThumbprint',
    /^[\da-f]{40}$/i,
    'the SHA-1 thumbprint of the certificate as Entra shows it, 40 hexadecimal digits',
  ).optional(),
  MicrosoftAppCertificateKey: z
    .string()
    .refine(
      isPrivateKey,
      'MicrosoftAppCertificateKey must be a private key in PEM without a passphrase (-----BEGIN PRIVATE KEY-----)',
    )
    .optional(),
  ChannelService: z.string().optional(),
  ToChannelFromBotLoginUrl: webAddress('ToChannelFromBotLoginUrl').optional(),
  ToChannelFromBotOAuthScope: z.string().optional(),
  ToBotFromChannelTokenIssuer: z.string().optional(),
  ToBotFromChannelOpenIdMetadataUrl: webAddress('ToBotFromChannelOpenIdMetadataUrl').optional(),
  ToBotFromEmulatorOpenIdMetadataUrl: webAddress('ToBotFromEmulatorOpenIdMetadataUrl').optional(),
  OAuthUrl: webAddress('OAuthUrl').optional(),
  CallerId: z.string().optional(),
  ValidateAuthority: oneOf('ValidateAuthority', ['true', 'false']).optional(),
};

type Values = z.output<z.ZodObject<typeof teamsFields>>;

/** The one cloud besides the public one that the SDK knows by itself; any other needs each endpoint by its variable. */
const GOVERNMENT = 'https://botframework.azure.us';
const SECRETS = ['MicrosoftAppPassword', 'MicrosoftAppCertificateThumbprint', 'MicrosoftAppCertificateKey'] as const;

/** The credentials for Teams, or null without an app id; what does not go together is added to `problems`. */
export function teamsOf(values: Values, problems: string[]): TeamsCredentials | null {
  const appId = values.MicrosoftAppId;
  if (appId === undefined) {
    for (const name of SECRETS) {
      if (values[name] !== undefined)
        problems.push(`${name} is set but MicrosoftAppId is not; set both, or neither for local mode`);
    }
    return null;
  }
  const appType = values.MicrosoftAppType ?? 'SingleTenant';
  const { ChannelService: service, ToChannelFromBotLoginUrl: login } = values;
  if (service !== undefined && service !== GOVERNMENT && login === undefined) {
    problems.push(
      `ChannelService must be ${GOVERNMENT} (Azure Government), or be left out; other clouds need ToChannelFromBotLoginUrl and the other endpoints as well`,
    );
  }
  const thumbprint = values.MicrosoftAppCertificateThumbprint;
  const privateKey = values.MicrosoftAppCertificateKey && unfolded(values.MicrosoftAppCertificateKey);
  const certificate = thumbprint !== undefined && privateKey !== undefined ? { thumbprint, privateKey } : undefined;
  if ((thumbprint === undefined) !== (privateKey === undefined)) {
    problems.push('MicrosoftAppCertificateThumbprint and MicrosoftAppCertificateKey go together; set both or neither');
  }
  for (const name of SECRETS) {
    if (appType === 'UserAssignedMSI' && values[name] !== undefined)
      problems.push(
        `${name} and MicrosoftAppType=UserAssignedMSI rule each other out: an identity has no secret; leave one of them out`,
      );
  }
  if (appType !== 'UserAssignedMSI' && values.MicrosoftAppPassword === undefined && !certificate) {
    problems.push(
      `MicrosoftAppPassword is missing (or MicrosoftAppCertificateThumbprint with MicrosoftAppCertificateKey): a ${appType} bot (MicrosoftAppType) needs one`,
    );
  }
  if (appType !== 'MultiTenant' && values.MicrosoftAppTenantId === undefined) {
    // Earlier versions took a bot whose type was not said for a multi-tenant one.
    const other =
      values.MicrosoftAppType === undefined
        ? '; for a bot that was registered as multi-tenant, which was the default up to version 0.2.0, set MicrosoftAppType=MultiTenant instead'
        : '';
    problems.push(
      `MicrosoftAppTenantId is missing: a ${appType} bot (MicrosoftAppType) needs the tenant it lives in${other}`,
    );
  }
  return {
    appId,
    appPassword: values.MicrosoftAppPassword,
    appType,
    tenantId: values.MicrosoftAppTenantId,
    certificate,
  };
}
