import assert from 'node:assert/strict';
import { DeliveryError, type DeliveryFailure } from '../../../src/core/errors.ts';
import { AMBIGUOUS_PAUSES, isAmbiguous, nextTry, type Failed } from '../../../src/core/delivery/next-try.ts';
import { SECOND, MINUTE, HOUR, DAY } from '../../../src/core/time.ts';

const NOW = Date.UTC(2027, 0, 15, 12);

const MESSAGE: Failed = {
  kind: 'message',
  attempts: 0,
  ambiguous: 0,
  activityId: null,
  pendingSince: NOW,
  until: null,
};
const REMINDER: Failed = { ...MESSAGE, kind: 'reminder' };

interface Case {
  /** Of a message that was put just now, tried for the first time, unless said otherwise. */
  failed?: Partial<Failed>;
  code: DeliveryFailure;
  retryAfter?: number;
  /** 1 unless given: the whole pause. */
  random?: number;
}

/** Milliseconds until the next try, or why there is none. */
function nextOf(base: Failed, { failed = {}, code, retryAfter, random = 1 }: Case): number | string {
  const error = new DeliveryError(code, 'no', { retryAfter });
  const next = nextTry({ ...base, ...failed }, error, { now: NOW, random });
  return 'end' in next ? next.end : next.at - NOW;
}

const waiting = (ms: number): Partial<Failed> => ({ pendingSince: NOW - ms });

function table(base: Failed, cases: Record<string, [Case, number | string]>): void {
  for (const [title, [one, expected]] of Object.entries(cases)) {
    it(title, () => assert.equal(nextOf(base, one), expected));
  }
}

describe('the next try of a message', () => {
  describe('that certainly did not arrive', () => {
    table(MESSAGE, {
      'comes within a second': [{ code: 'unavailable' }, 500],
      'comes twice as late with each try': [{ code: 'unavailable', failed: { attempts: 1 } }, SECOND],
      'comes an eighth of an hour and more later with the tenth': [
        { code: 'unavailable', failed: { attempts: 10 } },
        512 * SECOND,
      ],
      'comes an hour later at last': [{ code: 'unavailable', failed: { attempts: 13 } }, HOUR],
      'comes an hour later after more tries than any number holds': [
        { code: 'unavailable', failed: { attempts: 5000 } },
        HOUR,
      ],
      'comes up to a fifth earlier, by chance': [{ code: 'unavailable', failed: { attempts: 1 }, random: 0 }, 800],
      'is not given up after an hour, a day or a week while it matters': [
        { code: 'unavailable', failed: { attempts: 200, ...waiting(30 * DAY) } },
        HOUR,
      ],
      'counts no earlier sends that are in doubt': [{ code: 'unavailable', failed: { ambiguous: 5 } }, 500],
    });
  });

  describe('that may have arrived', () => {
    const pauses = [SECOND, 20 * SECOND, 80 * SECOND, 320 * SECOND, 1280 * SECOND, HOUR, HOUR];
    for (const [ambiguous, pause] of pauses.entries()) {
      it(`waits ${pause / SECOND} s after ${ambiguous} others in doubt, however often it was tried`, () => {
        for (const attempts of [0, 1, 40])
          assert.equal(nextOf(MESSAGE, { code: 'ambiguous', failed: { ambiguous, attempts } }), pause);
      });
    }
    it('has the same pauses wherever they are asked for, an hour at last', () => {
      assert.deepEqual(AMBIGUOUS_PAUSES, pauses.slice(0, 6));
    });
    it('is tried on after a day and a week, while it matters', () => {
      assert.equal(nextOf(MESSAGE, { code: 'ambiguous', failed: { ambiguous: 60, ...waiting(6 * DAY) } }), HOUR);
    });
    it('is no doubt where it is a change, a reminder, or no such failure', () => {
      assert.equal(isAmbiguous(MESSAGE, { code: 'ambiguous' }), true);
      assert.equal(isAmbiguous({ ...MESSAGE, activityId: 'a1' }, { code: 'ambiguous' }), false);
      assert.equal(isAmbiguous(REMINDER, { code: 'ambiguous' }), false);
      for (const code of ['unavailable', 'throttled', 'refused', 'unreachable', 'credentials', 'gone'] as const)
        assert.equal(isAmbiguous(MESSAGE, { code }), false, code);
    });
    table(MESSAGE, {
      'and is a change is tried as one that did not arrive': [
        { code: 'ambiguous', failed: { activityId: 'a1', ambiguous: 4, attempts: 2 } },
        2 * SECOND,
      ],
    });
  });

  describe('that is refused', () => {
    table(MESSAGE, {
      'comes two minutes later at the least, not each second': [{ code: 'refused' }, 2 * MINUTE],
      'comes two minutes later also after many tries': [{ code: 'refused', failed: { attempts: 40 } }, 2 * MINUTE],
      'comes as much later as it has waited': [{ code: 'refused', failed: waiting(HOUR) }, HOUR],
      'comes six hours later at the most': [{ code: 'refused', failed: waiting(DAY - 1) }, 6 * HOUR],
      'is given up after a day': [{ code: 'refused', failed: waiting(DAY) }, 'refused'],
    });
  });

  describe('whose conversation lets nothing in', () => {
    table(MESSAGE, {
      'comes five seconds later at first': [{ code: 'unreachable' }, 5 * SECOND],
      'comes as much later as it has waited': [{ code: 'unreachable', failed: waiting(HOUR) }, HOUR],
      'comes a day later at the most': [{ code: 'unreachable', failed: waiting(5 * DAY) }, DAY],
      'is not given up after a day': [{ code: 'unreachable', failed: waiting(DAY) }, DAY],
    });
  });

  describe('whose channel does not take our credentials', () => {
    table(MESSAGE, {
      'comes within a second at first': [{ code: 'credentials' }, 500],
      'comes half a minute later at the most': [{ code: 'credentials', failed: { attempts: 40 } }, 30 * SECOND],
      'is not given up after a day': [
        { code: 'credentials', failed: { attempts: 9000, ...waiting(3 * DAY) } },
        30 * SECOND,
      ],
    });
  });

  describe('whose channel asks to wait', () => {
    table(MESSAGE, {
      'comes when it asks to': [{ code: 'throttled', retryAfter: 7 * SECOND, random: 0 }, 7 * SECOND],
      'comes up to half a second later, by chance': [{ code: 'throttled', retryAfter: 7 * SECOND }, 7.5 * SECOND],
      'comes then although the pause would be longer': [
        { code: 'throttled', retryAfter: SECOND, failed: { attempts: 12 }, random: 0 },
        SECOND,
      ],
      'comes a day later at the most': [{ code: 'throttled', retryAfter: 40 * DAY, random: 0 }, DAY],
      'comes after the usual pause where it does not say how long': [{ code: 'throttled' }, 500],
      'comes after the usual pause where it asks for none': [{ code: 'throttled', retryAfter: 0 }, 500],
      'waits as it is asked to where it refuses as well, if that is longer': [
        { code: 'refused', retryAfter: 5 * MINUTE, random: 0 },
        5 * MINUTE,
      ],
      'waits as long as is asked, to the millisecond': [
        { code: 'refused', retryAfter: 2 * MINUTE, random: 0 },
        2 * MINUTE,
      ],
      'is not tried earlier for it where it refuses': [{ code: 'refused', retryAfter: SECOND, random: 0 }, 96 * SECOND],
    });
  });

  describe('that does not matter for ever', () => {
    const until = NOW + 10 * SECOND;
    table(MESSAGE, {
      'comes at its end where it would come later': [
        { code: 'unavailable', failed: { attempts: 12, until } },
        10 * SECOND,
      ],
      'comes as usual before its end': [{ code: 'unavailable', failed: { attempts: 1, until } }, SECOND],
      'is over at its end': [{ code: 'unavailable', failed: { until: NOW } }, 'outlived'],
      'is not over a moment before': [{ code: 'unavailable', failed: { until: NOW + 1 } }, 1],
      'is over, and not refused, where it is both': [
        { code: 'refused', failed: { until: NOW, ...waiting(2 * DAY) } },
        'outlived',
      ],
    });
  });

  it('comes at a whole millisecond, never before its time', () => {
    assert.equal(nextOf(MESSAGE, { code: 'throttled', retryAfter: 1000.2, random: 0 }), 1001);
  });

  for (const [code, waitsFor] of [
    ['unreachable', 'conversation'],
    ['credentials', 'credentials'],
    ['refused', null],
    ['throttled', null],
    ['unavailable', null],
    ['ambiguous', null],
    ['gone', null],
  ] as const) {
    it(`after “${code}” comes earlier ${waitsFor ? `when there is news of the ${waitsFor}` : 'for nothing else'}`, () => {
      const next = nextTry(MESSAGE, new DeliveryError(code, 'no'), { now: NOW, random: 1 });
      assert.ok('at' in next);
      assert.equal(next.waitsFor, waitsFor);
    });
  }
});

describe('the next try of a reminder', () => {
  table(REMINDER, {
    'comes within a second where the calendar did not answer': [{ code: 'unavailable' }, 500],
    'comes so where it may have been written: that is looked up': [
      { code: 'ambiguous', failed: { attempts: 1, ambiguous: 5 } },
      SECOND,
    ],
    'comes an hour later at last': [{ code: 'unavailable', failed: { attempts: 50 } }, HOUR],
    'comes when the calendar asks to': [{ code: 'throttled', retryAfter: 90 * SECOND, random: 0 }, 90 * SECOND],
    'comes ten minutes later where it is refused': [{ code: 'refused' }, 10 * MINUTE],
    'comes ten minutes later where there is no access': [{ code: 'credentials' }, 10 * MINUTE],
    'comes ten minutes later where there is no mailbox': [{ code: 'gone', failed: waiting(3 * DAY) }, 10 * MINUTE],
    'comes ten minutes later where nothing gets in': [{ code: 'unreachable', failed: waiting(3 * DAY) }, 10 * MINUTE],
    'is never given up for a refusal': [{ code: 'refused', failed: waiting(300 * DAY) }, 10 * MINUTE],
    'is never too late': [{ code: 'unavailable', failed: { until: NOW - 1 } }, 500],
  });

  for (const code of ['unreachable', 'credentials'] as const) {
    it(`after “${code}” waits for no news of a chat`, () => {
      const next = nextTry(REMINDER, new DeliveryError(code, 'no'), { now: NOW, random: 1 });
      assert.ok('at' in next);
      assert.equal(next.waitsFor, null);
    });
  }
});
