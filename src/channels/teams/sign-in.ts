import type { Attachment, TurnContext } from 'botbuilder';
import { z } from 'zod';
import { DeliveryError } from '../../core/errors.ts';
import type { SignIn } from '../../core/ports/channel.ts';
import type { createAdapter } from './adapter.ts';
import type { Connector } from './connector.ts';

/** The channel id under which the token service keeps the tokens of people in Teams. */
const CHANNEL = 'msteams';
const OAUTH_CARD = 'application/vnd.microsoft.card.oauth';
/** A token is not used in its last five minutes. */
const MARGIN = 5 * 60_000;
/** Without a told end a token is asked for again after this long. */
const UNKNOWN_LIFETIME = 5 * 60_000;
const MOST_KEPT = 5000;

const tokenSchema = z.object({ token: z.string().min(1), expiration: z.string().nullish().catch(undefined) });
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
 * `unreachable`, and asking again does no harm, so never
 * `ambiguous`. What the SDK could not make sense of may be a token, and is not passed on.
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

/**
 * Signing in by the Bot Framework's token service ("Add authentication to a bot"): it keeps people's tokens, refreshes
 * them, and hands them out to the bot alone. Each request is one `fetch` with a deadline; tokens are kept in memory
 * until they end, and nowhere else.
 */
export function createSignIn(options: {
  connectionName: string;
  appId: string;
  userTokens: (appId: string) => Promise<UserTokens>;
  connector: Connector;
  now: () => number;
}) {
  const { connectionName, appId, userTokens, connector, now } = options;
  const kept = new Map<string, { token: string; until: number }>();
  const asking = new Map<string, Promise<string | null>>();

  async function call<T>(act: (client: UserTokens) => Promise<T>): Promise<T> {
    try {
      return await connector.pass(async () => act(await userTokens(appId)));
    } catch (error) {
      throw serviceError(error);
    }
  }

  /** What the service answered, kept if it is still wanted; null when it answered without a token. */
  function keep(personId: string, answer: unknown, isWanted = true): string | null {
    const parsed = tokenSchema.safeParse(answer).data;
    if (!parsed) return null;
    if (!isWanted) return parsed.token;
    const told = Date.parse(parsed.expiration ?? '');
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(personId, {
      token: parsed.token,
      until: Number.isNaN(told) ? now() + UNKNOWN_LIFETIME : told - MARGIN,
    });
    return parsed.token;
  }

  /** `code`: the magic code that proves that who typed it is who signed in. */
  async function ask(personId: string, code?: string): Promise<unknown> {
    const none = code === undefined ? NO_TOKEN : NO_TOKEN_FOR_CODE;
    try {
      return await call((client) => client.getUserToken(personId, connectionName, CHANNEL, code as string));
    } catch (error) {
      if (error instanceof DeliveryError && none.includes(error.status ?? 0)) return null;
      throw error;
    }
  }

  function askShared(personId: string): Promise<string | null> {
    // Signing out takes it from the list: what is on its way then is of before, and not kept.
    const isWanted = (): boolean => asking.get(personId) === pending;
    const pending: Promise<string | null> = ask(personId)
      .then((answer) => keep(personId, answer, isWanted()))
      .finally(() => {
        if (isWanted()) asking.delete(personId);
      });
    asking.set(personId, pending);
    return pending;
  }

  function forget(personId: string): void {
    kept.delete(personId);
    asking.delete(personId);
  }

  const signIn: SignIn = {
    channel: 'teams',
    async token(personId) {
      const known = kept.get(personId);
      if (known && now() < known.until) return known.token;
      return asking.get(personId) ?? askShared(personId);
    },
    async signOut(personId) {
      forget(personId);
      try {
        await call((client) => client.signOutUser(personId, connectionName, CHANNEL));
      } catch (error) {
        if (!(error instanceof DeliveryError) || error.status !== 404) throw error;
      } finally {
        forget(personId);
      }
    },
  };

  /** The Bot Framework's own card for signing in, for the person whose chat the turn is in. Throws DeliveryError. */
  async function invitation(context: TurnContext, label: string): Promise<Attachment> {
    const answer = await call((client) =>
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

  return {
    signIn,
    connectionName,
    invitation,
    /** Whether the code that somebody has (or typed) after signing in is right. Throws DeliveryError. */
    async redeem(personId: string, code: string): Promise<boolean> {
      return keep(personId, await ask(personId, code)) !== null;
    },
    /**
     * Whether the token of the client's own sign-in could be exchanged for one of ours; else the person has to consent.
     * Throws DeliveryError.
     */
    async exchange(personId: string, token: string): Promise<boolean> {
      try {
        const answer = await call((client) => client.exchangeToken(personId, connectionName, CHANNEL, { token }));
        return keep(personId, answer) !== null;
      } catch (error) {
        if (error instanceof DeliveryError && error.permanent) return false;
        throw error;
      }
    },
  };
}

export type SignInService = ReturnType<typeof createSignIn>;
