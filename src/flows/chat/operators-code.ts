import { hash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Inbound } from '../../core/model/inbound.ts';
import { hasCome, MINUTE } from '../../core/time.ts';
import type { FlowContext } from '../context.ts';

/** Without letters and digits that look like others; fifty bits. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 10;
/** How long a code can be typed, and how long it is not replaced by another. Milliseconds. */
const VALID = 15 * MINUTE;
const RENEWED_AFTER = MINUTE;

function newCode(): string {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]!);
  return `${characters.slice(0, LENGTH / 2).join('')}-${characters.slice(LENGTH / 2).join('')}`;
}

function digestOf(code: string): string {
  return hash('sha256', code.toUpperCase().replaceAll(/[-\s]/g, ''));
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/**
 * Whether it may be told in this conversation what concerns the bot itself: in the organisation of whoever runs it, or
 * where somebody types the code that the log shows, once. Without a code, one is written into the log.
 */
export async function mayTell(
  { store, settings, log, now }: Pick<FlowContext, 'store' | 'settings' | 'log' | 'now'>,
  { conversation: { id, channel, tenantId }, actor }: Pick<Inbound, 'conversation' | 'actor'>,
  typed: string | null,
): Promise<boolean> {
  if (settings.isHome(channel, tenantId) && settings.isHome(channel, actor.tenantId)) return true;
  const fresh = newCode();
  const outcome = await store.transaction(async (operations): Promise<'right' | 'wrong' | 'shown' | 'waits'> => {
    const current = await operations.lockConversation(id);
    if (!current) return 'wrong';
    const { operatorsCode: known, ...others } = current.settings;
    const isLive = known !== undefined && !hasCome(known.until, now(), VALID);
    if (typed !== null) {
      if (!isLive || !isEqual(known.hash, digestOf(typed))) return 'wrong';
      await operations.setConversationSettings(id, others);
      return 'right';
    }
    if (isLive && !hasCome(known.until - VALID + RENEWED_AFTER, now(), RENEWED_AFTER)) return 'waits';
    const operatorsCode = { hash: digestOf(fresh), until: now() + VALID };
    await operations.setConversationSettings(id, { ...others, operatorsCode });
    return 'shown';
  });
  if (outcome === 'shown')
    log.warn(
      { conversation: id, tenant: tenantId },
      `somebody of another organisation wants what concerns the bot to be told in this conversation; if that is right, type there within 15 minutes: settings operators here ${fresh}`,
    );
  return outcome === 'right';
}
