import assert from 'node:assert/strict';
import { ownersOf } from '../../../src/calendars/graph/teams.ts';
import { DeliveryError } from '../../../src/core/errors.ts';

const NEXT = 'https://graph.example/v1.0/teams/t%201/members?$skip=2';

/** Answers in order; the paths asked for. */
function service(...answers: [status: number, body?: unknown][]) {
  const asked: string[] = [];
  async function call({ path, mailbox }: { path: string; mailbox: string | null }) {
    assert.equal(mailbox, null);
    const [status, body] = answers[asked.length] ?? assert.fail(path);
    asked.push(path);
    return { status, code: null, retryAfter: undefined, body };
  }
  return { asked, call };
}

describe('the owners of a team', () => {
  it('are its members of that role, on all pages', async () => {
    const { asked, call } = service(
      [
        200,
        {
          value: [
            { userId: 'A', roles: ['owner'] },
            { userId: 'B', roles: [] },
          ],
          '@odata.nextLink': NEXT,
        },
      ],
      [
        200,
        { value: [{ userId: 'C', roles: ['guest'] }, { userId: 'D', roles: ['owner'] }, null, { roles: ['owner'] }] },
      ],
    );
    assert.deepEqual(await ownersOf(call, 't 1'), ['a', 'd']);
    assert.deepEqual(asked, ['/teams/t%201/members?$top=999', NEXT]);
  });

  for (const status of [401, 403, 404])
    it(`are not to be seen by ${status}`, async () => assert.equal(await ownersOf(service([status]).call, 't'), null));

  for (const answers of [[[503]], [[200, { value: [], '@odata.nextLink': NEXT }], [500]]] as [number, unknown?][][])
    it(`are not known after ${answers.map(([status]) => status).join()}`, () =>
      assert.rejects(ownersOf(service(...answers).call, 't'), DeliveryError));

  it('are nobody in what is no list', async () =>
    assert.deepEqual(await ownersOf(service([200, { value: 'x' }]).call, 't'), []));
});
