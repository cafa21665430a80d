import assert from 'node:assert/strict';
import { connectorError, objectOf, tokenError } from '../../../src/channels/teams/refusals.ts';
import type { DeliveryFailure } from '../../../src/core/errors.ts';

/** An answer of the connector that names a code (Bot Framework, "Bot Connector API reference", ErrorResponse). */
function coded(code: string): string {
  return JSON.stringify({ error: { code, message: 'No.' } });
}

const WORDS = JSON.stringify({ message: 'Authorization has been denied for this request.' });
const PAGE = '<html>A proxy</html>';

type Row = [method: string, status: number, text: string, expected: DeliveryFailure];

const ROWS: Row[] = [
  ['POST', 429, coded('BotDisabledByAdmin'), 'throttled'],
  ['POST', 429, PAGE, 'throttled'],
  ['PUT', 429, '', 'throttled'],
  ['POST', 503, coded('ServiceUnavailable'), 'unavailable'],
  ['POST', 503, PAGE, 'unavailable'],
  ['POST', 408, '', 'unavailable'],
  ['POST', 408, WORDS, 'unavailable'],
  ['POST', 412, coded('PreconditionFailed'), 'unavailable'],
  ['POST', 500, coded('ServiceError'), 'ambiguous'],
  ['POST', 502, PAGE, 'ambiguous'],
  ['POST', 504, '', 'ambiguous'],
  ['POST', 599, coded('ConversationNotFound'), 'ambiguous'],
  ['POST', 401, '', 'credentials'],
  ['POST', 401, WORDS, 'credentials'],
  ['PUT', 401, PAGE, 'credentials'],
  ['POST', 400, coded('ServiceError'), 'unavailable'],
  ['POST', 404, coded('ConversationNotFound'), 'unreachable'],
  ['POST', 403, coded('BotNotInConversationRoster'), 'unreachable'],
  ['POST', 400, coded('BotNotInConversationRoster'), 'unreachable'],
  ['POST', 403, coded('InvalidBotApiHost'), 'credentials'],
  ['POST', 403, coded('BotNotRegistered'), 'credentials'],
  ['POST', 403, coded('AuthorizationDenied'), 'credentials'],
  ['POST', 403, coded('Throttled'), 'throttled'],
  ['POST', 403, coded('SomethingNew'), 'unreachable'],
  ['POST', 404, coded('SomethingNew'), 'unreachable'],
  ['POST', 403, WORDS, 'unreachable'],
  ['POST', 403, PAGE, 'unavailable'],
  ['POST', 404, PAGE, 'unavailable'],
  ['POST', 404, '', 'unavailable'],
  ['POST', 400, PAGE, 'unavailable'],
  ['POST', 400, coded('BadArgument'), 'refused'],
  ['POST', 400, WORDS, 'refused'],
  ['POST', 413, PAGE, 'refused'],
  ['POST', 413, coded('MessageSizeTooBig'), 'refused'],
  ['POST', 405, coded('SomethingNew'), 'refused'],
  ['POST', 405, PAGE, 'unavailable'],
  ['PUT', 404, coded('ConversationNotFound'), 'refused'],
  ['DELETE', 404, coded('ActivityNotFoundInConversation'), 'refused'],
  ['PUT', 404, PAGE, 'refused'],
  ['PUT', 404, '', 'refused'],
  ['PUT', 405, PAGE, 'refused'],
  ['PUT', 403, coded('BotNotInConversationRoster'), 'refused'],
  ['DELETE', 403, coded('SomethingNew'), 'refused'],
  ['PUT', 403, PAGE, 'unavailable'],
  ['GET', 403, coded('BotNotInConversationRoster'), 'unreachable'],
  ['PUT', 400, coded('BadSyntax'), 'refused'],
  ['POST', 300, '', 'unavailable'],
  ['POST', 302, PAGE, 'unavailable'],
];

describe('what an answer of the connector means for a delivery', () => {
  for (const [method, status, text, expected] of ROWS) {
    it(`${status} ${text || 'without a word'} to ${method} is ${expected}`, () => {
      assert.equal(connectorError(method, { status, text })?.code, expected);
    });
  }

  for (const text of ['', '  \n', '{}', '{"id":"1:abc"}'])
    it(`200 with ${JSON.stringify(text)} is success`, () => {
      assert.equal(connectorError('POST', { status: 200, text }), null);
      assert.equal(connectorError('PUT', { status: 299, text }), null);
    });

  it('200 with a page of somebody in between is unavailable', () => {
    const error = connectorError('POST', { status: 200, text: PAGE });
    assert.deepEqual([error?.code, error?.status, error?.peerCode], ['unavailable', 200, 'HTTP 200']);
  });

  it('keeps how long to wait, the status and the connector’s own word', () => {
    const error = connectorError('POST', { status: 429, text: coded('Throttled'), wait: 7000 });
    assert.deepEqual([error?.retryAfter, error?.status, error?.peerCode], [7000, 429, 'Throttled']);
    assert.match(error!.message, /answered 429 to POST \(Throttled\)\.$/);
  });

  for (const text of [
    WORDS,
    PAGE,
    JSON.stringify({ error: { code: 'no code\n, but words' } }),
    coded('x'.repeat(81)),
    '[]',
    'null',
    '7',
  ])
    it(`takes no word of ${text} for a code`, () => {
      const error = connectorError('POST', { status: 403, text });
      assert.equal(error?.peerCode, 'HTTP 403');
      assert.match(error!.message, /answered 403 to POST\.$/);
    });

  it('finds the code also where it is not below “error”', () => {
    const error = connectorError('POST', { status: 403, text: '{"code":"BotNotRegistered","error":null}' });
    assert.deepEqual([error?.code, error?.peerCode], ['credentials', 'BotNotRegistered']);
  });

  it('reads objects only', () => {
    assert.deepEqual(
      ['{"a":1}', '"a"', 'null', '{', ''].map((text) => objectOf(text)),
      [{ a: 1 }, null, null, null, null],
    );
  });
});

describe('a send that failed while its access token was fetched', () => {
  for (const errorCode of [
    'invalid_client',
    'unauthorized_client',
    'invalid_grant',
    'invalid_resource',
    'access_denied',
  ])
    it(`is about our credentials with ${errorCode}`, () => {
      const error = tokenError(Object.assign(new Error('no'), { errorCode }));
      assert.deepEqual([error.code, error.peerCode], ['credentials', errorCode]);
    });

  it('tells the code of Entra where there is one', () => {
    const cause = Object.assign(new Error('AADSTS7000215: Invalid client secret provided.'), {
      errorCode: 'invalid_client',
    });
    const error = tokenError(cause);
    assert.deepEqual([error.code, error.peerCode, error.cause], ['credentials', 'AADSTS7000215', cause]);
    assert.doesNotMatch(error.message, /secret/);
  });

  for (const cause of [
    new Error('socket hang up'),
    { errorCode: 'network_error' },
    { errorCode: 7 },
    null,
    undefined,
    'x',
  ])
    it(`is unavailable with ${JSON.stringify(cause) ?? 'nothing'}${cause instanceof Error ? ` (${cause.message})` : ''}`, () => {
      const error = tokenError(cause);
      assert.deepEqual([error.code, error.peerCode], ['unavailable', undefined]);
    });
});
