import assert from 'node:assert/strict';
import { adviceFor, problemOf, problemOfRefusal } from '../../../src/calendars/graph/authentication.ts';
import type { AuthenticationProblem } from '../../../src/core/ports/calendar.ts';

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
    [
      'a key with another password',
      environment('error:1C800064:Provider routines::bad decrypt'),
      { what: 'certificate', code: null },
    ],
    ['a network that is down', environment('connect ECONNREFUSED 127.0.0.1:1'), null],
    ['no credential', new Error('ChainedTokenCredential authentication failed.'), null],
    ['nothing', undefined, null],
    ['no error', 'AADSTS7000222', null],
  ];
  for (const [name, error, expected] of cases) {
    it(`is ${JSON.stringify(expected)} with ${name}`, () => assert.deepEqual(problemOf(error), expected));
  }

  const codes: [what: AuthenticationProblem['what'] | null, codes: number[]][] = [
    ['secret-wrong', [7000215, 7000218]],
    ['certificate', [700027, 700024, 700030, 7000214, 50012]],
    ['app-unknown', [700016, 700038, 70001, 7000229]],
    ['tenant-unknown', [90002, 900021, 900023]],
    ['consent', [65001, 65004, 65005, 90008, 90094, 650051, 650052, 650057]],
    ['policy', [50005, 50072, 50074, 50076, 50079, 50105, 50158, 53000, 53001, 53002, 53003, 53004, 53009, 53011]],
    ['policy', [500021, 500022, 530003, 530032, 530035]],
    ['app-disabled', [7000112, 500014]],
    ['wrong-cloud', [500011, 90038, 90051, 900382, 900432, 900439]],
    [null, [50196, 90006, 90024, 90025, 90033]],
  ];
  for (const [what, numbers] of codes) {
    it(`is ${what ?? 'nothing that a person could mend'} by each of ${numbers.join(', ')}`, () => {
      for (const number of numbers)
        assert.equal(problemOf(new Error(`invalid_client: AADSTS${number}: x`))?.what ?? null, what, String(number));
    });
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
