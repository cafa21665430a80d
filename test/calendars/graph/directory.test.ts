import assert from 'node:assert/strict';
import type { GraphCall } from '../../../src/calendars/graph/client.ts';
import { createDirectory, credentialsIn, managerIn } from '../../../src/calendars/graph/directory.ts';
import { createNames } from '../../../src/calendars/graph/names.ts';
import { failureOf } from '../../peers/graph/reminder.ts';

const MAILBOX = 'ada@example.com';
const VARIABLES = { secret: 'SECRET', certificate: 'CERTIFICATE' };

/** Answers by what is asked for, the first that fits; what was asked, as `mailbox path`. */
function service(...answers: [fits: RegExp, status: number, body?: unknown, code?: string][]) {
  const asked: string[] = [];
  async function call({ mailbox, path }: Pick<GraphCall, 'mailbox' | 'path'>) {
    const line = `${mailbox ?? '-'} ${path}`;
    asked.push(line);
    const [, status, body, code = null] = answers.find(([fits]) => fits.test(line)) ?? assert.fail(line);
    return { status, code, retryAfter: undefined, body };
  }
  return { asked, call };
}

describe('what the directory says', () => {
  const managers: [what: string, body: unknown, expected: ReturnType<typeof managerIn>][] = [
    [
      'all of it',
      { id: 'b', displayName: 'Bo', mail: 'b@x', userPrincipalName: 'u@x' },
      { id: 'b', name: 'Bo', address: 'b@x' },
    ],
    [
      'no mail address',
      { id: 'b', displayName: 'Bo', userPrincipalName: 'u@x' },
      { id: 'b', name: 'Bo', address: 'u@x' },
    ],
    ['an id alone', { id: 'b' }, { id: 'b', name: '', address: null }],
    ['no id', { displayName: 'Bo' }, null],
    ['an empty id', { id: '' }, null],
    ['nothing', undefined, null],
    ['null', null, null],
  ];
  for (const [what, body, expected] of managers)
    it(`names the manager by an answer with ${what}`, () => assert.deepEqual(managerIn(body), expected));

  for (const [status, expected] of [
    [404, null],
    [403, null],
  ] as const)
    it(`names no manager by ${status}`, async () => {
      const { call } = service([/manager/, status], [/./, 200, { accountEnabled: true, displayName: 'Ada' }]);
      const person = await createDirectory({ call, apps: [] }).person(MAILBOX, true);
      assert.deepEqual(person, { enabled: true, name: 'Ada', manager: expected });
    });

  it('is not known of a manager while it is away', async () => {
    const { call } = service([/manager/, 500], [/./, 200, {}]);
    assert.equal((await failureOf(createDirectory({ call, apps: [] }).person(MAILBOX, true))).code, 'unavailable');
  });

  it('tells of credentials that end some day, also when nobody knows since when they are', () => {
    const endDateTime = '2027-07-01T00:00:00Z';
    const passwordCredentials = [
      { keyId: 'endless' },
      { keyId: 'odd', endDateTime: 'some day' },
      { endDateTime },
      { keyId: 'good', endDateTime },
    ];
    const found = credentialsIn({ passwordCredentials }, { secretHint: null, variables: VARIABLES });
    assert.deepEqual(
      found.map(({ id, notBefore, notAfter, name }) => [id, notBefore, notAfter, name]),
      [['good', 0, Date.UTC(2027, 6, 1), '']],
    );
    assert.deepEqual(credentialsIn(null, { secretHint: null, variables: VARIABLES }), []);
  });

  const apps = [{ clientId: 'app', secretHint: null, variables: VARIABLES }];
  for (const status of [401, 403, 404])
    it(`is nothing of the bot's own credentials by ${status}`, async () => {
      const { call } = service([/applications/, status]);
      assert.equal(await createDirectory({ call, apps }).credentials(), null);
    });
  it("is not known of the bot's own credentials while it is away", async () => {
    const { call } = service([/applications/, 500]);
    assert.equal((await failureOf(createDirectory({ call, apps }).credentials())).code, 'unavailable');
  });
  it('is nothing of an app that it does not list', async () => {
    for (const body of [{ value: [] }, {}, undefined]) {
      const { call } = service([/applications/, 200, body]);
      assert.equal(await createDirectory({ call, apps }).credentials(), null);
    }
  });
});

describe('a name that the service does not know', () => {
  const unknown = [404, undefined, 'ErrorInvalidUser'] as const;
  const ada = { value: [{ id: 'id' }] };
  const namesOf = (...answers: Parameters<typeof service>) => {
    const { asked, call } = service(...answers);
    return { asked, names: createNames({ call, now: () => 0 }) };
  };

  const searches: [status: number, again: boolean][] = [
    [401, false],
    [403, false],
    [400, true],
    [404, true],
  ];
  for (const [status, again] of searches)
    it(`is ${again ? '' : 'not '}looked for among further addresses when mail addresses are answered with ${status}`, async () => {
      const { asked, names } = namesOf([/=mail/, status], [/=proxy/, 200, ada], [/./, 404]);
      assert.equal((await names.lookUp(MAILBOX))?.id, again ? 'id' : undefined);
      assert.equal(asked.length, again ? 3 : 2);
    });

  for (const status of [401, 403])
    it(`is nobody's that may be seen by ${status}, and is not looked for`, async () => {
      const { asked, names } = namesOf([/./, status]);
      assert.equal(await names.lookUp(MAILBOX), null);
      assert.equal(asked.length, 1);
    });

  it('is not looked for while the directory is away', async () => {
    const { asked, names } = namesOf([/./, 500]);
    assert.equal((await failureOf(names.lookUp(MAILBOX))).code, 'unavailable');
    assert.equal(asked.length, 1);
  });

  it('is looked for once by all who ask at the same time', async () => {
    const { asked, names } = namesOf([/=mail/, 200, ada], [/./, 404]);
    await Promise.all([names.lookUp(MAILBOX), names.lookUp(MAILBOX.toUpperCase())]);
    assert.equal(asked.filter((line) => line.startsWith('- ')).length, 1);
  });

  it('is known to the mailbox by its id then, and to the directory as before', async () => {
    const { asked, names } = namesOf([/=mail/, 200, ada], [/ada\S+ \/events/, ...unknown], [/./, 200]);
    for (const path of ['/events', '/events', '?$select=id', '/manager?x'])
      assert.equal((await names.call({ method: 'GET', mailbox: MAILBOX, path })).status, 200);
    const made = asked.filter((line) => !line.startsWith('- '));
    assert.deepEqual(made, [
      `${MAILBOX} /events`,
      'id /events',
      'id /events',
      `${MAILBOX} ?$select=id`,
      `${MAILBOX} /manager?x`,
    ]);
  });

  it('is not asked for by its id once more where that was no mailbox just now', async () => {
    let isThere = true;
    const { asked, call } = service([/=mail/, 200, ada], [/./, 404]);
    const names = createNames({
      now: () => 0,
      async call(request) {
        const answer = await call(request);
        if (request.mailbox === null) return answer;
        const isKnown = isThere && request.mailbox === 'id';
        return { ...answer, status: isKnown ? 200 : 404, code: isKnown ? null : 'ErrorInvalidUser' };
      },
    });
    const request = { method: 'GET', mailbox: MAILBOX, path: '/events' } as const;
    assert.equal((await names.call(request)).status, 200);
    isThere = false;
    asked.length = 0;
    assert.equal((await names.call(request)).status, 404);
    assert.deepEqual(
      asked.filter((line) => !line.startsWith('- ')),
      ['id /events'],
    );
  });

  it('is asked for by its own word again where the id is no mailbox either', async () => {
    const { asked, names } = namesOf([/=mail/, 200, ada], [/./, ...unknown]);
    for (let times = 0; times < 2; times += 1)
      assert.equal((await names.call({ method: 'GET', mailbox: MAILBOX, path: '/events' })).status, 404);
    assert.equal(asked.filter((line) => line === `${MAILBOX} /events`).length, 2);
  });

  it('is not looked for by the link to a following page', async () => {
    const { asked, names } = namesOf([/./, ...unknown]);
    await names.call({ method: 'GET', mailbox: MAILBOX, path: 'https://graph.test/v1.0/users/x/events?$skip=9' });
    assert.equal(asked.length, 1);
  });
});
