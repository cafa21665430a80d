import assert from 'node:assert/strict';
import { availabilityView, busyTimes } from '../../../src/calendars/graph/schedule.ts';
import { DeliveryError } from '../../../src/core/errors.ts';

const FROM = Date.UTC(2027, 2, 1, 8);
const HALF_HOUR = 1_800_000;

describe('an availability view', () => {
  const views: [view: string, expected: [from: number, to: number][]][] = [
    ['', []],
    ['000', []],
    ['1', [[0, 1]]],
    ['0120', [[1, 3]]],
    [
      '3040',
      [
        [0, 1],
        [2, 3],
      ],
    ],
  ];
  for (const [view, expected] of views)
    it(`of ${JSON.stringify(view)} leaves no time in ${JSON.stringify(expected)}`, () => {
      const times = expected.map(([from, to]) => ({ start: FROM + from * HALF_HOUR, end: FROM + to * HALF_HOUR }));
      assert.deepEqual(busyTimes(view, FROM), times);
    });

  it('is what the answer says of the mailbox', () => {
    assert.equal(availabilityView({ value: [{ availabilityView: '0020' }] }), '0020');
    assert.equal(availabilityView({ value: [{ availabilityView: '' }] }), '');
  });

  const bad: [what: string, body: unknown, named: RegExp][] = [
    [
      'an error beside it',
      { value: [{ availabilityView: '00', error: { responseCode: 'ErrorX' } }] },
      /mailbox \(ErrorX\)$/,
    ],
    ['an error with a text for a code', { value: [{ error: { responseCode: 'a b <c>' } }] }, /mailbox$/],
    ['letters in it', { value: [{ availabilityView: '0x' }] }, /mailbox$/],
    ['no view', { value: [{}] }, /mailbox$/],
    ['nobody', { value: [null] }, /mailbox$/],
    ['an empty list', { value: [] }, /mailbox$/],
    ['no list', { value: 'x' }, /mailbox$/],
    ['no body', undefined, /mailbox$/],
  ];
  for (const [what, body, named] of bad)
    it(`cannot be had from an answer with ${what}`, () =>
      assert.throws(
        () => availabilityView(body),
        (error) => error instanceof DeliveryError && error.code === 'unavailable' && named.test(error.message),
      ));
});
