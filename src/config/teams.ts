import { z } from 'zod';
import { oneOf } from './fields.ts';

export interface TeamsCredentials {
  appId: string;
  appPassword: string | undefined;
  appType: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  tenantId: string | undefined;
  certificate: { thumbprint: string; privateKey: string } | undefined;
}

/** The Bot Framework's variables, under its own names. */
export const teamsFields = {
  MicrosoftAppId: z.guid({ error: 'MicrosoftAppId must be the application (client) id of the bot, a UUID' }).optional(),
  MicrosoftAppPassword: z.string().optional(),
  MicrosoftAppType: oneOf('MicrosoftAppType', ['MultiTenant', 'SingleTenant', 'UserAssignedMSI']).optional(),
  MicrosoftAppTenantId: z.string().optional(),
  MicrosoftAppCertificateThumbprint: z.string().optional(),
  MicrosoftAppCertificateKey: z.string().optional(),
};

type Values = z.output<z.ZodObject<typeof teamsFields>>;

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
  const appType = values.MicrosoftAppType ?? 'MultiTenant';
  const thumbprint = values.MicrosoftAppCertificateThumbprint;
  const privateKey = values.MicrosoftAppCertificateKey?.replaceAll('\\n', '\n');
  const certificate = thumbprint !== undefined && privateKey !== undefined ? { thumbprint, privateKey } : undefined;
  if ((thumbprint === undefined) !== (privateKey === undefined)) {
    problems.push('MicrosoftAppCertificateThumbprint and MicrosoftAppCertificateKey go together; set both or neither');
  }
  if (appType !== 'UserAssignedMSI' && values.MicrosoftAppPassword === undefined && !certificate) {
    problems.push(
      `MicrosoftAppPassword is missing (or MicrosoftAppCertificateThumbprint with MicrosoftAppCertificateKey): a ${appType} bot (MicrosoftAppType) needs one`,
    );
  }
  if (appType !== 'MultiTenant' && values.MicrosoftAppTenantId === undefined) {
    problems.push(`MicrosoftAppTenantId is missing: a ${appType} bot (MicrosoftAppType) needs the tenant it lives in`);
  }
  return {
    appId,
    appPassword: values.MicrosoftAppPassword,
    appType,
    tenantId: values.MicrosoftAppTenantId,
    certificate,
  };
}
