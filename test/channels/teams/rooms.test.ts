import assert from 'node:assert/strict';
import { ROOM, ROOM_OF_OLDER } from '../../../src/channels/teams/cards.ts';
import { createRooms } from '../../../src/channels/teams/rooms.ts';
import { DAY } from '../../../src/core/time.ts';

const HERE = 'https://smba.example/here/';
const ELSEWHERE = 'https://smba.example/elsewhere/';

describe('the room of a card in a message', () => {
  it('is all there is at a host that has refused nothing', () => {
    assert.equal(createRooms({ now: () => DAY }).roomAt(HERE), ROOM);
  });

  const times: [passed: number, expected: number, name: string][] = [
    [0, ROOM_OF_OLDER, 'at once'],
    [DAY - 1, ROOM_OF_OLDER, 'until a day has passed'],
    [DAY, ROOM, 'no more after a day: somebody in between may have refused it just once'],
    [-DAY + 1, ROOM_OF_OLDER, 'while the clock is set back a little'],
    [-DAY, ROOM, 'no more when the clock is set back by days'],
  ];
  for (const [passed, expected, name] of times)
    it(`is that of older hosts where something was refused as too large, ${name}`, () => {
      let now = 10 * DAY;
      const rooms = createRooms({ now: () => now });
      assert.equal(rooms.lessThan(ROOM, HERE), ROOM_OF_OLDER);
      now += passed;
      assert.deepEqual([rooms.roomAt(HERE), rooms.roomAt(ELSEWHERE)], [expected, ROOM]);
    });

  it('cannot be less than that of older hosts, and a small message that was refused says nothing of the host', () => {
    const rooms = createRooms({ now: () => DAY });
    for (const room of [ROOM_OF_OLDER, 100]) assert.equal(rooms.lessThan(room, HERE), null);
    assert.equal(rooms.roomAt(HERE), ROOM);
    assert.equal(rooms.lessThan(ROOM_OF_OLDER + 1, HERE), ROOM_OF_OLDER);
  });
});
