import assert from 'node:assert/strict';
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import {
  apiFailure,
  isShutOut,
  missingScope,
  responseFailure,
  slackCode,
} from '../../../src/channels/slack/failures.ts';
import { createSlackApi } from '../../../src/channels/slack/api.ts';
import { DeliveryError } from '../../../src/core/errors.ts';
import type { Log } from '../../../src/core/ports/log.ts';
import { startFakeSlack, type FakeSlack } from '../../peers/slack/slack.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Slack's error codes, and what each means for a delivery: its failure, and the status where there is one. */
const CODES: [string, DeliveryError['code'], number?][] = [
  ['not_in_channel', 'unreachable'],
  ['channel_not_found', 'unreachable'],
  ['is_archived', 'unreachable'],
  ['account_inactive', 'credentials', 401],
  ['user_disabled', 'unreachable'],
  ['team_not_found', 'unreachable'],
  ['cannot_dm_bot', 'unreachable'],
  ['messages_tab_disabled', 'unreachable'],
  ['message_not_found', 'refused', 404],
  ['cant_update_message', 'refused', 404],
  ['cant_delete_message', 'refused', 404],
  ['edit_window_closed', 'refused', 404],
  ['not_authed', 'credentials', 401],
  ['invalid_auth', 'credentials', 401],
  ['token_revoked', 'credentials', 401],
  ['token_expired', 'credentials', 401],
  ['missing_scope', 'credentials', 401],
  ['not_allowed_token_type', 'credentials', 401],
  ['ratelimited', 'throttled', 429],
  ['rate_limited', 'throttled', 429],
  ['message_limit_exceeded', 'throttled', 429],
  ['internal_error', 'ambiguous'],
  ['fatal_error', 'ambiguous'],
  ['service_unavailable', 'unavailable'],
  ['org_login_required', 'unavailable'],
  ['restricted_action', 'unreachable'],
  ['restricted_action_read_only_channel', 'unreachable'],
  ['restricted_action_thread_only_channel', 'unreachable'],
  ['posting_to_channel_denied', 'unreachable'],
  ['team_access_not_granted', 'credentials', 401],
  ['request_timeout', 'unavailable'],
  ['user_not_in_channel', 'unreachable'],
  ['cant_edit_message', 'refused', 404],
  ['no_permission', 'credentials', 401],
  ['access_denied', 'credentials', 401],
  ['ekm_access_denied', 'credentials', 401],
  ['enterprise_is_restricted', 'credentials', 401],
  ['two_factor_setup_required', 'credentials', 401],
  ['team_added_to_org', 'unavailable'],
  ['accesslimited', 'unavailable'],
  ['msg_too_long', 'refused', 400],
  ['invalid_blocks', 'refused', 400],
  ['no_text', 'refused', 400],
  ['something_new', 'refused', 400],
];

/** As the client tells of an answer that is not ok. */
function answer(error: unknown, more: object = {}): WebAPIPlatformError {
  return new WebAPIPlatformError({ ok: false, error, ...more } as never);
}

describe('what a failed call of Slack means', () => {
  let slack: FakeSlack;

  before(async () => {
    slack = await startFakeSlack();
  });
  after(() => slack.close());
  afterEach(() => slack.heal());

  async function failureOf(error: string, fields: Record<string, unknown> = {}): Promise<DeliveryError> {
    const api = createSlackApi({ apiUrl: slack.apiUrl, sendTimeout: 5000, log: silent, now: Date.now });
    slack.fail({ kind: 'error', error, fields });
    const failure: unknown = await api.call('xoxb-acme', 'chat.postMessage', { channel: 'C0OPS', text: 'x' }).then(
      () => assert.fail('the call was carried out'),
      (reason: unknown) => reason,
    );
    assert.ok(failure instanceof DeliveryError);
    return failure;
  }

  for (const [name, code, status] of CODES) {
    it(`${name} is ${code}${status === undefined ? '' : ` with status ${status}`}`, async () => {
      const failure = await failureOf(name);
      assert.deepEqual([failure.code, failure.status], [code, status]);
      assert.match(failure.message, /chat\.postMessage/);
      assert.equal(slackCode(failure), name);
      assert.equal(failure.permanent, ['unreachable', 'credentials', 'refused'].includes(code));
    });
  }

  it('a missing scope is named, with what to do', async () => {
    const failure = await failureOf('missing_scope', { needed: 'chat:write', provided: 'commands' });
    assert.match(failure.message, /lacks the scope chat:write, which chat\.postMessage needs: add it and install/);
    assert.equal(missingScope(failure), 'chat:write');
  });

  it('a missing scope without a name is still one', async () => {
    assert.equal(missingScope(await failureOf('missing_scope')), 'unknown');
  });

  it('a scope is missing in no other failure', async () => {
    assert.equal(missingScope(await failureOf('not_in_channel', { needed: 'chat:write' })), null);
    assert.equal(missingScope(new Error('x')), null);
    assert.equal(missingScope(undefined), null);
    assert.equal(slackCode(undefined), null);
  });

  it('a token that is no good says which setting to look at', async () => {
    assert.match((await failureOf('invalid_auth')).message, /Check SLACK_BOT_TOKEN, or install the app again/);
  });

  it('HTTP 503 with Retry-After is waited for as long as it asks', async () => {
    const api = createSlackApi({ apiUrl: slack.apiUrl, sendTimeout: 5000, log: silent, now: Date.now });
    slack.fail({ kind: 'status', status: 503, retryAfter: 600, body: '<html>maintenance</html>' });
    const sending = api.call('xoxb-acme', 'chat.postMessage', { channel: 'C0OPS', text: 'x' });
    await assert.rejects(sending, { code: 'unavailable', status: 503, retryAfter: 600_000 });
  });

  it('a failure of ours stays what it is', () => {
    const own = new DeliveryError('throttled', 'wait', { retryAfter: 7 });
    assert.equal(apiFailure('chat.update', own), own);
  });

  it('something unknown may have been carried out', () => {
    for (const error of [new TypeError('terminated'), 'text', undefined])
      assert.equal(apiFailure('chat.update', error).code, 'ambiguous');
  });

  const http = (status: number, headers: Record<string, string> = {}) =>
    new WebAPIHTTPError(status, '', headers, '<html>');
  const coded = (code: string) => Object.assign(new TypeError('fetch failed'), { code });
  const failures: [what: string, error: unknown, code: DeliveryError['code'], more?: Partial<DeliveryError>][] = [
    ['HTTP 413: the message is too large', http(413), 'refused', { status: 413, peerCode: 'HTTP 413' }],
    ['HTTP 403: somebody in between', http(403), 'unavailable', { status: 403, peerCode: 'HTTP 403' }],
    ['HTTP 404: somebody in between', http(404), 'unavailable', { status: 404 }],
    ['HTTP 500: Slack may have acted', http(500), 'ambiguous', { status: 500 }],
    ['HTTP 504: Slack may have acted', http(504), 'ambiguous', { status: 504 }],
    ['HTTP 503: Slack has not acted', http(503), 'unavailable', { status: 503, retryAfter: undefined }],
    ['HTTP 503 with a wait', http(503, { 'retry-after': ' 7 ' }), 'unavailable', { retryAfter: 7000 }],
    ['HTTP 503 with a date', http(503, { 'retry-after': 'Wed, 21 Oct' }), 'unavailable', { retryAfter: undefined }],
    [
      'HTTP 503 with an endless wait',
      http(503, { 'retry-after': '9'.repeat(10) }),
      'unavailable',
      { retryAfter: undefined },
    ],
    ['HTTP 429', new WebAPIRateLimitedError(17), 'throttled', { status: 429, retryAfter: 17_000 }],
    [
      'HTTP 429 that does not say how long',
      new Error('Retry header did not contain a valid timeout.'),
      'throttled',
      { status: 429, retryAfter: 30_000 },
    ],
    ['a connection that was not made', new WebAPIRequestError(coded('ECONNREFUSED')), 'unavailable'],
    ['a connection that broke', new WebAPIRequestError(coded('ECONNRESET')), 'ambiguous'],
    ['a request without an answer', new WebAPIRequestError(new Error('late')), 'ambiguous'],
    ['a page of somebody in between', answer(' <html>Log in</html>'), 'unavailable', { peerCode: undefined }],
    ['what is left of an answer', answer('{"ok":tr'), 'ambiguous', { peerCode: undefined }],
    ['a code that is none', answer('no such code'), 'ambiguous', { peerCode: undefined }],
    ['no code at all', answer(undefined), 'ambiguous', { peerCode: undefined }],
    [
      'a code with a wait',
      answer('ratelimited', { response_metadata: { retryAfter: 5 } }),
      'throttled',
      { retryAfter: 5000 },
    ],
    ['a code without one', answer('ratelimited'), 'throttled', { retryAfter: 30_000 }],
    [
      'a missing scope',
      answer('missing_scope', { needed: 'im:write' }),
      'credentials',
      { status: 401, lacks: 'im:write', peerCode: 'missing_scope: im:write' },
    ],
  ];
  for (const [what, error, code, more = {}] of failures)
    it(`${what} is ${code}`, () => {
      const failure = apiFailure('chat.postMessage', error);
      const said = Object.keys(more).map((key) => [key, failure[key as keyof DeliveryError]]);
      assert.deepEqual([failure.code, Object.fromEntries(said)], [code, more]);
      assert.match(failure.message, /chat\.postMessage/);
    });

  it('shuts the bot out of a conversation in some cases, whether told as a failure of a delivery or of a call', () => {
    const codes: [string, boolean][] = [
      ['not_in_channel', true],
      ['restricted_action_read_only_channel', true],
      ['invalid_auth', false],
      ['something_new', false],
    ];
    for (const [code, isShut] of codes)
      assert.deepEqual(
        [isShutOut(answer(code)), isShutOut(apiFailure('chat.postMessage', answer(code)))],
        [isShut, isShut],
        code,
      );
    for (const error of [undefined, new Error('x'), new DeliveryError('unreachable', 'no')])
      assert.equal(isShutOut(error), false);
  });

  const responses: [number, string | null, DeliveryError['code'], number?][] = [
    [404, null, 'refused'],
    [410, null, 'refused'],
    [400, null, 'refused'],
    [403, null, 'refused'],
    [500, null, 'unavailable'],
    [499, null, 'refused'],
    [503, '3', 'unavailable', 3000],
    [429, '3', 'throttled', 3000],
    [429, null, 'throttled', 30_000],
    [429, 'Wed, 21 Oct 2026 07:28:00 GMT', 'throttled', 30_000],
  ];
  for (const [status, header, code, retryAfter] of responses) {
    it(`HTTP ${status} of a response_url, Retry-After ${header}, is ${code}`, () => {
      const failure = responseFailure(status, header);
      assert.deepEqual([failure.code, failure.status, failure.retryAfter], [code, status, retryAfter]);
    });
  }
});
