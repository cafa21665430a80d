import type { Attachment, TurnContext } from 'botbuilder';
import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { createAdapter } from './adapter.ts';
import type { Connector } from './connector.ts';

/** The channel id under which the token service keeps the tokens of people in Teams. */
const CHANNEL = 'msteams';
const OAUTH_CARD = 'application/vnd.microsoft.card.oauth';

const resourceSchema = z.object({
  signInLink: z.url({ protocol: /^https?$/ }),
  tokenExchangeResource: z.looseObject({}).nullish().catch(undefined),
  tokenPostResource: z.looseObject({}).nullish().catch(undefined),
});

/** What the service says when there is no token; with a code, also when that is wrong or too old. */
const NO_TOKEN = [404];
const NO_TOKEN_FOR_CODE = [400, 404];

/**
 * A failed request to the token service as a failure of a delivery: it says nothing of the chat, so never
 * `unreachable`, and asking again does no harm, so never `ambiguous`. What the SDK could not make sense of may be a
 * token, and is not passed on.
 */
function serviceError(error: unknown): unknown {
  if (!(error instanceof DeliveryError)) return error;
  const { code, status, retryAfter, permanent } = error;
  if (status === undefined) {
    const cause = code === 'ambiguous' ? {} : { cause: error.cause };
    return new DeliveryError('unavailable', 'The sign-in service of the Bot Framework did not answer.', cause);
  }
  const sentence = `The sign-in service of the Bot Framework answered ${status}.`;
  const isOpen = code === 'ambiguous' ? 'unavailable' : code;
  return new DeliveryError(permanent ? 'refused' : isOpen, sentence, { status, retryAfter });
}

type UserTokens = Awaited<ReturnType<ReturnType<typeof createAdapter>['userTokens']>>;

export interface TokenServiceOptions {
  connectionName: string;
  appId: string;
  userTokens: (appId: string) => Promise<UserTokens>;
  connector: Connector;
}

/** Each request is one `fetch` with a deadline. All throw DeliveryError; answers with a token are as they came. */
export function createTokenService(service: TokenServiceOptions) {
  return {
    /**
     * Somebody's token; null when there is none. `code`: the magic code that proves that who typed it is who signed in.
     */
    ask: (personId: string, code?: string): Promise<unknown> => ask(service, personId, code),
    /** The token of the client's own sign-in for one of ours; null when the person has to consent. */
    exchange: (personId: string, token: string): Promise<unknown> => exchange(service, personId, token),
    signOut: (personId: string): Promise<void> => signOut(service, personId),
    /** The Bot Framework's own card for signing in, for the person whose chat the turn is in. */
    invitation: (context: TurnContext, label: string): Promise<Attachment> => invitation(service, context, label),
  };
}

export type TokenService = ReturnType<typeof createTokenService>;

async function call<T>(
  { connector, userTokens, appId }: TokenServiceOptions,
  act: (client: UserTokens) => Promise<T>,
): Promise<T> {
  try {
    return await connector.pass(async () => act(await userTokens(appId)));
  } catch (error) {
    throw serviceError(error);
  }
}

async function ask(service: TokenServiceOptions, personId: string, code: string | undefined): Promise<unknown> {
  const none = code === undefined ? NO_TOKEN : NO_TOKEN_FOR_CODE;
  try {
    return await call(service, (client) =>
      client.getUserToken(personId, service.connectionName, CHANNEL, code as string),
    );
  } catch (error) {
    if (error instanceof DeliveryError && none.includes(error.status ?? 0)) return null;
    throw error;
  }
}

async function exchange(service: TokenServiceOptions, personId: string, token: string): Promise<unknown> {
  try {
    return await call(service, (client) => client.exchangeToken(personId, service.connectionName, CHANNEL, { token }));
  } catch (error) {
    if (error instanceof DeliveryError && error.permanent) return null;
    throw error;
  }
}

async function signOut(service: TokenServiceOptions, personId: string): Promise<void> {
  try {
    await call(service, (client) => client.signOutUser(personId, service.connectionName, CHANNEL));
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.status !== 404) throw error;
  }
}

async function invitation(service: TokenServiceOptions, context: TurnContext, label: string): Promise<Attachment> {
  const { connectionName } = service;
  const answer = await call(service, (client) =>
    client.getSignInResource(connectionName, context.activity, undefined as never),
  );
  const resource = resourceSchema.safeParse(answer).data;
  if (!resource) throw new DeliveryError('unavailable', 'The token service told no way to sign in.');
  const { signInLink, tokenExchangeResource, tokenPostResource } = resource;
  return {
    contentType: OAUTH_CARD,
    content: {
      text: label,
      connectionName,
      buttons: [{ type: 'signin', title: label, value: signInLink }],
      ...(tokenExchangeResource ? { tokenExchangeResource } : {}),
      ...(tokenPostResource ? { tokenPostResource } : {}),
    },
  };
}
