import { createHash } from 'node:crypto';
import type { LiveFeed, StoreOperations } from '../../core/ports/store.ts';
import type { FlowContext } from '../context.ts';

type TokenContext = Pick<FlowContext, 'feedTokens' | 'uuid' | 'now'>;

/** How the store knows an address: by what tells nothing of it. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The token of a feed where one of our keys makes it; undefined where its key is gone, and it cannot be shown. */
function shown({ feedTokens }: Pick<TokenContext, 'feedTokens'>, { seed, hash }: LiveFeed): string | undefined {
  return feedTokens(seed).find((token) => tokenHash(token) === hash);
}

/**
 * The token in the address of a conversation's feed: the same until it is reset, made where there is none. One whose key
 * is gone goes on working for whoever has it; a new one is made beside it.
 */
export async function feedToken(
  context: TokenContext,
  operations: StoreOperations,
  conversationId: string,
): Promise<string> {
  const seed = context.uuid();
  const [token] = context.feedTokens(seed);
  if (token === undefined) throw new Error('There is no key for calendar addresses.');
  const fresh = { seed, hash: tokenHash(token) };
  for (;;) {
    const live = await operations.ensureFeed(conversationId, fresh, context.now());
    const known = shown(context, live);
    if (known !== undefined) return known;
    await operations.hideFeed(live.hash);
  }
}

/** The same where there is one that can be shown, else null. */
export async function knownFeedToken(
  context: Pick<TokenContext, 'feedTokens'>,
  operations: Pick<StoreOperations, 'findLiveFeed'>,
  conversationId: string,
): Promise<string | null> {
  const live = await operations.findLiveFeed(conversationId);
  return (live && shown(context, live)) ?? null;
}
