import assert from 'node:assert/strict';
import {
  answerFailure,
  meansGone,
  meansNoMailbox,
  networkFailure,
  TookTooLong,
  type GraphMethod,
} from '../../../src/calendars/graph/failures.ts';
import type { DeliveryFailure } from '../../../src/core/errors.ts';

function answer(status: number, code: string | null = null, retryAfter?: number) {
  return { status, code, retryAfter, body: undefined };
}

describe('Graph failures', () => {
  for (const [status, code] of [
    [507, null],
    [403, 'ErrorQuotaExceeded'],
    [400, 'ErrorMessageSizeExceeded'],
    [500, 'ErrorQuotaExceeded'],
    [413, 'ErrorMessageSizeExceeded'],
    [403, 'ErrorInsufficientStorage'],
  ] as const) {
    it(`takes ${status} ${code} for a full mailbox, which a person has to mend`, () => {
      const full = answerFailure(answer(status, code), 'POST');
      assert.equal(full.code, 'refused');
      assert.match(full.message, /full/);
    });
  }

  const statuses: [number, GraphMethod, DeliveryFailure][] = [
    [301, 'GET', 'unavailable'],
    [400, 'POST', 'refused'],
    [401, 'GET', 'refused'],
    [403, 'POST', 'refused'],
    [404, 'POST', 'refused'],
    [408, 'PATCH', 'unavailable'],
    [409, 'POST', 'ambiguous'],
    [409, 'PATCH', 'unavailable'],
    [412, 'PATCH', 'unavailable'],
    [413, 'POST', 'refused'],
    [423, 'PATCH', 'unavailable'],
    [429, 'POST', 'throttled'],
    [500, 'POST', 'unavailable'],
    [503, 'GET', 'unavailable'],
    [504, 'POST', 'unavailable'],
  ];
  for (const [status, method, code] of statuses) {
    it(`takes ${status} of a ${method} for ${code}`, () => {
      const failure = answerFailure(answer(status, 'SomeCode', 7000), method);
      assert.equal(failure.code, code);
      assert.equal(failure.status, status);
      assert.equal(failure.retryAfter, code === 'refused' ? undefined : 7000);
      assert.match(failure.message, new RegExp(`answered ${status} SomeCode`));
    });
  }

  const mending: [number, RegExp][] = [
    [401, /calendar connect/],
    [403, /Calendars\.ReadWrite/],
    [404, /CALENDAR_MAILBOX/],
  ];
  for (const [status, expected] of mending) {
    it(`says what to do about ${status}`, () => {
      assert.match(answerFailure(answer(status), 'POST').message, expected);
    });
  }

  const mailboxes: [number, string, DeliveryFailure][] = [
    [404, 'ErrorInvalidUser', 'gone'],
    [404, 'ErrorMailboxNotFound', 'gone'],
    [404, 'ErrorNonExistentMailbox', 'gone'],
    [404, 'ErrorUserNotFound', 'gone'],
    [404, 'MailboxNotFound', 'gone'],
    [404, 'MailboxNotEnabledForRESTAPI', 'gone'],
    [404, 'MailboxNotSupportedForRESTAPI', 'gone'],
    [404, 'ResourceNotFound', 'gone'],
    [404, 'Request_ResourceNotFound', 'gone'],
    [404, 'ErrorItemNotFound', 'refused'],
    [404, 'ErrorMailboxStoreUnavailable', 'unavailable'],
    [403, 'ErrorMailboxStoreUnavailable', 'unavailable'],
    [403, 'ErrorInvalidUser', 'refused'],
  ];
  for (const [status, code, expected] of mailboxes) {
    it(`takes ${status} ${code} for ${expected}`, () => {
      assert.equal(answerFailure(answer(status, code), 'GET').code, expected);
      assert.equal(meansNoMailbox(answer(status, code)), expected === 'gone');
      assert.equal(meansGone(answer(status, code)), code === 'ErrorItemNotFound');
    });
  }

  it('takes 404, 410 and ErrorCannotDeleteObject for gone, and nothing else', () => {
    assert.ok(meansGone(answer(404)) && meansGone(answer(410)) && meansGone(answer(403, 'ErrorCannotDeleteObject')));
    assert.ok(!meansGone(answer(403, 'ErrorAccessDenied')) && !meansGone(answer(500, 'ErrorCannotDeleteObject')));
  });

  function fetchFailed(code: string, syscall?: string): Error {
    return new TypeError('fetch failed', { cause: Object.assign(new Error('secret'), { code, syscall }) });
  }
  const faults: [string, Error, DeliveryFailure, DeliveryFailure][] = [
    ['ECONNREFUSED', fetchFailed('ECONNREFUSED'), 'unavailable', 'unavailable'],
    ['ENOTFOUND', fetchFailed('ENOTFOUND'), 'unavailable', 'unavailable'],
    ['an untrusted certificate', fetchFailed('SELF_SIGNED_CERT_IN_CHAIN'), 'unavailable', 'unavailable'],
    ['ETIMEDOUT while connecting', fetchFailed('ETIMEDOUT', 'connect'), 'unavailable', 'unavailable'],
    ['ETIMEDOUT later', fetchFailed('ETIMEDOUT', 'read'), 'ambiguous', 'unavailable'],
    ['ECONNRESET', fetchFailed('ECONNRESET'), 'ambiguous', 'unavailable'],
    ['a closed connection', fetchFailed('UND_ERR_SOCKET'), 'ambiguous', 'unavailable'],
    ['the deadline', new DOMException('timed out', 'TimeoutError'), 'ambiguous', 'unavailable'],
    ['a word that only contains such a code', fetchFailed('ENOTFOUND_AT_ALL'), 'ambiguous', 'unavailable'],
    ['anything else', new Error('secret'), 'ambiguous', 'unavailable'],
  ];
  for (const [name, error, ofPost, ofGet] of faults) {
    it(`takes ${name} for ${ofPost} of a POST and ${ofGet} of a GET`, () => {
      assert.equal(networkFailure(error, 'POST').code, ofPost);
      assert.equal(networkFailure(error, 'PATCH').code, ofPost);
      assert.equal(networkFailure(error, 'GET').code, ofGet);
      assert.equal(networkFailure(error, 'DELETE').code, ofGet);
      assert.doesNotMatch(networkFailure(error, 'POST').message, /secret/);
    });
  }

  const told: [string, Error, string][] = [
    ['the code of a fault', fetchFailed('ECONNREFUSED'), 'Microsoft Graph cannot be reached (ECONNREFUSED)'],
    ['that it took too long', new DOMException('no', 'TimeoutError'), 'Microsoft Graph did not answer (timeout)'],
    ['no other name', new DOMException('no', 'AbortError'), 'Microsoft Graph did not answer'],
  ];
  for (const [what, error, message] of told) {
    it(`tells ${what} in its message`, () => {
      for (const method of ['GET', 'POST'] as const) assert.equal(networkFailure(error, method).message, message);
    });
  }

  it('tells a read that took too long from every other that was not answered', () => {
    const late = new DOMException('timed out', 'TimeoutError');
    assert.ok(networkFailure(late, 'GET') instanceof TookTooLong);
    assert.ok(!(networkFailure(late, 'PATCH') instanceof TookTooLong));
    assert.ok(!(networkFailure(fetchFailed('ECONNRESET'), 'GET') instanceof TookTooLong));
  });
});
