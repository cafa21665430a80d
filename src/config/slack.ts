import { z } from 'zod';
import { isLoopbackUrl } from '../http/loopback.ts';
import { list, token, url } from './fields.ts';

/** Makes a key, in any shell. */
const MAKE_KEY = `node -p "require('crypto').randomBytes(32).toString('base64')"`;

export interface SlackSettings {
  /**
   * The token of the one workspace that was configured by hand; null when workspaces install the bot by themselves
   * only.
   */
  botToken: string | null;
  /** Socket Mode. */
  appToken: string | null;
  /** HTTP: one or more, separated by commas. */
  signingSecret: string | null;
  /** Base of the Web API, with a slash at its end. */
  apiUrl: string;
  /** For workspaces that install the bot by themselves; tokens are sealed with `secretKey`. */
  oauth: { clientId: string; clientSecret: string; secretKey: string } | null;
  /** Workspaces (T…) and organisations (E…) that may use the bot; null = any. */
  allowedWorkspaces: string[] | null;
  /**
   * Workspaces and organisations whose people have their mailboxes in Graph's tenant, besides the workspace of
   * `botToken`.
   */
  graphWorkspaces: string[];
}

/** The variables of the Slack channel. */
export const slackFields = {
  SLACK_BOT_TOKEN: token(
    'SLACK_BOT_TOKEN',
    /^(?:xoxe\.)?xoxb-[\w-]+$/,
    'the bot token of the app, which begins with xoxb-',
  ).optional(),
  SLACK_APP_TOKEN: token('SLACK_APP_TOKEN', /^xapp-[\w-]+$/, 'an app-level token, which begins with xapp-').optional(),
  SLACK_SIGNING_SECRET: token(
    'SLACK_SIGNING_SECRET',
    /^(?!xox|xapp-)[\w-]+(?:\s*,\s*(?!xox|xapp-)[\w-]+)*$/,
    'the signing secret of the app, 32 hexadecimal digits (or new,old while it is changed)',
  ).optional(),
  SLACK_API_URL: url('SLACK_API_URL', ['http:', 'https:'], 'https://slack.com/api/')
    .refine(
      (address) => address.startsWith('https:') || isLoopbackUrl(address),
      'SLACK_API_URL must begin with https://, since tokens go there',
    )
    .default('https://slack.com/api'),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: z.string().optional(),
  SLACK_GRAPH_WORKSPACES: z
    .string()
    .refine(
      (text) => list(text).every((id) => /^[TE]\w+$/i.test(id)),
      'SLACK_GRAPH_WORKSPACES must be ids of workspaces (T…) or organisations (E…) of Slack, which have no hyphens, separated by commas',
    )
    .optional(),
  SECRET_KEY: z
    .string()
    .refine(
      (text) => text.split(',').every((key) => key.trim().length >= 16),
      `SECRET_KEY must be at least 16 characters nobody can guess; make one with: ${MAKE_KEY}`,
    )
    .optional(),
};

type Values = z.output<z.ZodObject<typeof slackFields>>;

const SLACK_VARIABLES = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_CLIENT_ID',
  'SLACK_CLIENT_SECRET',
] as const;

/** Slack sends browsers back to the public address after an installation, and takes only https for that. */
function returnProblem(apiUrl: string, publicUrl: string | undefined): string | null {
  if (isLoopbackUrl(apiUrl) || publicUrl?.startsWith('https:')) return null;
  return 'PUBLIC_URL must be the https address of this bot, such as https://certbot.example.com: with SLACK_CLIENT_ID, Slack sends browsers back to it';
}

/**
 * The settings for Slack, or null when none of its variables is set; what does not go together is added to `problems`.
 */
export function slackOf(
  values: Values,
  { allowed, publicUrl }: { allowed: string[]; publicUrl: string | undefined },
  problems: string[],
): SlackSettings | null {
  if (SLACK_VARIABLES.every((name) => values[name] === undefined)) return null;
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, SECRET_KEY: secretKey } = values;
  if ((clientId === undefined) !== (clientSecret === undefined)) {
    problems.push('SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together; set both or neither');
  }
  if (clientId !== undefined && secretKey === undefined) {
    problems.push(
      `SECRET_KEY is missing: with SLACK_CLIENT_ID, tokens of workspaces are kept, and never unencrypted; make one with: ${MAKE_KEY}`,
    );
  }
  const back = clientId === undefined ? null : returnProblem(values.SLACK_API_URL, publicUrl);
  if (back !== null) problems.push(back);
  if (values.SLACK_BOT_TOKEN === undefined && clientId === undefined) {
    problems.push(
      'SLACK_BOT_TOKEN is missing (or SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SECRET_KEY for several workspaces)',
    );
  }
  if (values.SLACK_APP_TOKEN === undefined && values.SLACK_SIGNING_SECRET === undefined) {
    problems.push(
      'SLACK_APP_TOKEN is missing (for Socket Mode), or SLACK_SIGNING_SECRET (for HTTP); one of them is needed for Slack',
    );
  }
  return {
    botToken: values.SLACK_BOT_TOKEN ?? null,
    appToken: values.SLACK_APP_TOKEN ?? null,
    signingSecret: values.SLACK_SIGNING_SECRET ?? null,
    apiUrl: `${values.SLACK_API_URL}/`,
    oauth: clientId && clientSecret && secretKey ? { clientId, clientSecret, secretKey } : null,
    // Ids are upper case in Slack.
    allowedWorkspaces: allowed.length > 0 ? allowed.map((id) => id.toUpperCase()) : null,
    graphWorkspaces: list(values.SLACK_GRAPH_WORKSPACES).map((id) => id.toUpperCase()),
  };
}

/**
 * Whether nobody in Slack may use the bot: those who may are named, and no workspace or organisation is among them.
 * Ids of these have no hyphens, unlike tenants of Microsoft 365, which may begin with an E as well.
 */
export function admitsNobody({ allowedWorkspaces }: Pick<SlackSettings, 'allowedWorkspaces'>): boolean {
  return allowedWorkspaces?.some((id) => /^[TE][^-]*$/.test(id)) === false;
}
