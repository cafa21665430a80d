import { type Instant, DAY } from '../../core/time.ts';
import { ROOM, ROOM_OF_OLDER } from './cards.ts';

/**
 * A host is taken for an older one this long after it refused a message as too large, milliseconds: a proxy may have
 * done so just once.
 */
const REMEMBERED = DAY;

/**
 * How much room a card has in one message, by the address of the host that takes it: known from what it refused as too
 * large.
 */
export function createRooms({ now }: { now: () => Instant }) {
  const refusedAt = new Map<string, Instant>();

  /** Characters, see ROOM. */
  function roomAt(serviceUrl: string): number {
    const at = refusedAt.get(serviceUrl);
    return at !== undefined && Math.abs(now() - at) < REMEMBERED ? ROOM_OF_OLDER : ROOM;
  }

  /**
   * The host took no message with that much room (413, MessageSizeTooBig): the room that is left to try, or null when
   * there is none.
   */
  function lessThan(room: number, serviceUrl: string): number | null {
    if (room <= ROOM_OF_OLDER) return null;
    refusedAt.set(serviceUrl, now());
    return ROOM_OF_OLDER;
  }

  return { roomAt, lessThan };
}

export type Rooms = ReturnType<typeof createRooms>;
