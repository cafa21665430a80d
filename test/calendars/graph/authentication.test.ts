import assert from 'node:assert/strict';
import { adviceFor, problemOf, problemOfRefusal } from '../../../src/calendars/graph/authentication.ts';
import type { AuthenticationProblem } from '../../../src/core/ports.ts';

describe('what an error says about who we are', () => {
  const inner = new Error('invalid_client: AADSTS700016: no such app');
  const environment = (text: string) => new Error(`EnvironmentCredential authentication failed. ${text}`);
  const cases: [string, unknown, AuthenticationProblem | null][] = [
    ['a code in its text', new Error('x AADSTS7000222: y'), { what: 'secret-expired', code: 'AADSTS7000222' }],
    ['a code in its cause', new Error('x', { cause: inner }), { what: 'app-unknown', code: 'AADSTS700016' }],
    [
      'a code in one of several errors',
      Object.assign(new Error('chain'), { errors: [new Error('IMDS is not available'), inner] }),
      { what: 'app-unknown', code: 'AADSTS700016' },
    ],
    [
      "a code in Entra's description",
      Object.assign(new Error('x'), { errorResponse: { errorDescription: 'AADSTS90002: y' } }),
      { what: 'tenant-unknown', code: 'AADSTS90002' },
    ],
    ['a code that nobody here knows', new Error('AADSTS12345'), { what: 'other', code: 'AADSTS12345' }],
    ['a bad moment of Entra', new Error('AADSTS90033: transient'), null],
    [
      'a file that is no certificate',
      environment('does not contain a PEM-encoded certificate.'),
      { what: 'certificate', code: null },
    ],
    [
      'a key of the wrong kind',
      environment('"alg" parameter for "ec" key type must be'),
      { what: 'certificate', code: null },
    ],
    [
      'a file that is not there',
      new Error("ENOENT: no such file or directory, open '/x'"),
      { what: 'other', code: null },
    ],
    [
      'a managed identity that is not there',
      new Error('ManagedIdentityCredential: Authentication failed. Message invalid_request: Identity not found'),
      { what: 'other', code: null },
    ],
    ['a network that is down', environment('connect ECONNREFUSED 127.0.0.1:1'), null],
    ['no credential', new Error('ChainedTokenCredential authentication failed.'), null],
    ['nothing', undefined, null],
    ['no error', 'AADSTS7000222', null],
  ];
  for (const [name, error, expected] of cases) {
    it(`is ${JSON.stringify(expected)} with ${name}`, () => assert.deepEqual(problemOf(error), expected));
  }

  it('ends though an error is its own cause', () => {
    const error = new Error('x');
    error.cause = error;
    assert.equal(problemOf(error), null);
  });

  const refusals: [string, unknown, AuthenticationProblem][] = [
    ['no body', undefined, { what: 'token', code: null }],
    ['a body of a proxy', 'AADSTS7000222', { what: 'token', code: null }],
    ['no message', { error: null }, { what: 'token', code: null }],
    ['a message', { error: { code: 'x', message: 'Lifetime validation failed' } }, { what: 'token', code: null }],
    [
      "a message with Entra's code",
      { error: { code: 'x', message: 'AADSTS7000222: y' } },
      { what: 'secret-expired', code: 'AADSTS7000222' },
    ],
  ];
  for (const [name, body, expected] of refusals) {
    it(`is ${JSON.stringify(expected)} by a 401 with ${name}`, () =>
      assert.deepEqual(problemOfRefusal(body), expected));
  }

  it('is told with what to do and the code', () => {
    assert.equal(
      adviceFor({ what: 'secret-expired', code: 'AADSTS7000222' }),
      "the bot's own client secret has expired: create a new one in Microsoft Entra, set AZURE_CLIENT_SECRET, restart (AADSTS7000222)",
    );
    assert.doesNotMatch(adviceFor({ what: 'token', code: null }), /null/);
  });
});
