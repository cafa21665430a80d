import { z } from 'zod';
import type { SignIn } from '../../core/ports/channel.ts';
import { createTokenService, type TokenService, type TokenServiceOptions } from './token-service.ts';

/** A token is not used in its last five minutes. */
const MARGIN = 5 * 60_000;
/** Without a told end a token is asked for again after this long. */
const UNKNOWN_LIFETIME = 5 * 60_000;
const MOST_KEPT = 5000;

const tokenSchema = z.object({ token: z.string().min(1), expiration: z.string().nullish().catch(undefined) });

/** People's tokens, by person. */
interface Keyring {
  service: TokenService;
  now: () => number;
  kept: Map<string, { token: string; until: number }>;
  asking: Map<string, Promise<string | null>>;
}

/**
 * Signing in by the Bot Framework's token service ("Add authentication to a bot"): it keeps people's tokens, refreshes
 * them, and hands them out to the bot alone. Each request is one `fetch` with a deadline; tokens are kept in memory
 * until they end, and nowhere else.
 */
export function createSignIn({ now, ...options }: TokenServiceOptions & { now: () => number }) {
  const service = createTokenService(options);
  const keyring: Keyring = { service, now, kept: new Map(), asking: new Map() };
  const signIn: SignIn = {
    channel: 'teams',
    token: (personId) => tokenOf(keyring, personId),
    signOut: (personId) => signOut(keyring, personId),
  };
  return {
    signIn,
    connectionName: options.connectionName,
    /** The Bot Framework's own card for signing in, for the person whose chat the turn is in. Throws DeliveryError. */
    invitation: service.invitation,
    /** Whether the code that somebody has (or typed) after signing in is right. Throws DeliveryError. */
    async redeem(personId: string, code: string): Promise<boolean> {
      return keep(keyring, personId, await service.ask(personId, code)) !== null;
    },
    /**
     * Whether the token of the client's own sign-in could be exchanged for one of ours; else the person has to consent.
     * Throws DeliveryError.
     */
    async exchange(personId: string, token: string): Promise<boolean> {
      return keep(keyring, personId, await service.exchange(personId, token)) !== null;
    },
  };
}

export type SignInService = ReturnType<typeof createSignIn>;

/** What the service answered, kept if it is still wanted; null when it answered without a token. */
function keep({ kept, now }: Keyring, personId: string, answer: unknown, isWanted = true): string | null {
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

async function tokenOf(keyring: Keyring, personId: string): Promise<string | null> {
  const known = keyring.kept.get(personId);
  if (known && keyring.now() < known.until) return known.token;
  return keyring.asking.get(personId) ?? askShared(keyring, personId);
}

function askShared(keyring: Keyring, personId: string): Promise<string | null> {
  const { asking, service } = keyring;
  // Signing out takes it from the list: what is on its way then is of before, and not kept.
  const isWanted = (): boolean => asking.get(personId) === pending;
  const pending: Promise<string | null> = service
    .ask(personId)
    .then((answer) => keep(keyring, personId, answer, isWanted()))
    .finally(() => {
      if (isWanted()) asking.delete(personId);
    });
  asking.set(personId, pending);
  return pending;
}

function forget({ kept, asking }: Keyring, personId: string): void {
  kept.delete(personId);
  asking.delete(personId);
}

async function signOut(keyring: Keyring, personId: string): Promise<void> {
  forget(keyring, personId);
  try {
    await keyring.service.signOut(personId);
  } finally {
    forget(keyring, personId);
  }
}
