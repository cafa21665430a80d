import assert from 'node:assert/strict';
import { DeliveryError, errorCodes, StoreError, UserError, type DeliveryFailure } from '../../src/core/errors.ts';

const cause = new Error('the reason');

describe('an error of ours', () => {
  const errors: [Error & { code: string }, name: string, code: string][] = [
    [new UserError('it says so', { cause }), 'UserError', 'USER_ERROR'],
    [new DeliveryError('throttled', 'it says so', { cause }), 'DeliveryError', 'throttled'],
    [new StoreError('it says so', { cause }), 'StoreError', 'STORE_AWAY'],
  ];
  for (const [error, name, code] of errors) {
    it(`is known in the log by ${name}, with its code, its sentence and its cause`, () => {
      assert.deepEqual([error.name, error.code, error.message, error.cause], [name, code, 'it says so', cause]);
      assert.match(error.stack ?? '', /errors\.test\.ts/);
    });
  }
});

describe('a delivery that failed', () => {
  it('keeps what the peer told', () => {
    const told = { retryAfter: 1500, status: 429, lacks: 'files:read', peerCode: 'ratelimited' };
    const { retryAfter, status, lacks, peerCode } = new DeliveryError('throttled', 'wait', told);
    assert.deepEqual({ retryAfter, status, lacks, peerCode }, told);
  });

  const failures: [DeliveryFailure, permanent: boolean][] = [
    ['gone', true],
    ['unreachable', true],
    ['credentials', true],
    ['refused', true],
    ['throttled', false],
    ['unavailable', false],
    ['ambiguous', false],
  ];
  for (const [failure, permanent] of failures) {
    it(`since it is ${failure} ${permanent ? 'is not tried' : 'may be tried'} again at once`, () => {
      assert.equal(new DeliveryError(failure, 'no').permanent, permanent);
    });
  }
});

function coded(code: string, options: ErrorOptions = {}): Error {
  return Object.assign(new Error(code, options), { code });
}

describe('any error', () => {
  it('tells all its codes, outermost first', () => {
    const inner = new AggregateError([coded('A1'), coded('A2', { cause: coded('A3') })]);
    assert.deepEqual(errorCodes(coded('OUTER', { cause: Object.assign(inner, { code: 'INNER' }) })), [
      'OUTER',
      'INNER',
      'A1',
      'A2',
      'A3',
    ]);
  });

  it('has no codes that are numbers', () => {
    assert.deepEqual(errorCodes(Object.assign(new Error('no', { cause: coded('A') }), { code: 403 })), ['A']);
  });

  it('is looked into ten causes deep at the most, also when it is its own cause', () => {
    const error = coded('SELF');
    error.cause = error;
    assert.equal(errorCodes(error).length, 10);
  });
});
