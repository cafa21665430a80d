import assert from 'node:assert/strict';
import { createWhereabouts } from '../../../src/calendars/graph/whereabouts.ts';
import { failureOf } from '../../peers/graph/reminder.ts';

const MAILBOX = 'ada@example.com';

describe('the calendars of a mailbox', () => {
  const first = { value: [{ id: 'default', isDefaultCalendar: true }, { id: 'a' }], '@odata.nextLink': 'https://next' };
  /** Answers by what is asked for, the first that fits. */
  async function lookedInto(...answers: [fits: RegExp, status: number, body?: unknown][]) {
    const looked: string[] = [];
    const { elsewhere } = createWhereabouts({
      async call({ path }) {
        const [, status, body] = answers.find(([fits]) => fits.test(path)) ?? assert.fail(path);
        return { status, code: null, retryAfter: undefined, body };
      },
      async list(_mailbox, path) {
        looked.push(path);
        return [];
      },
    });
    const { calendars, isComplete } = await elsewhere(MAILBOX, '/events', null);
    return { looked, calendars: [...calendars], isComplete };
  }

  it('are looked into on every page, the default one excepted', async () => {
    assert.deepEqual(await lookedInto([/calendars/, 200, first], [/next/, 200, { value: [{ id: 'b' }] }]), {
      looked: ['/calendars/a/events', '/calendars/b/events'],
      calendars: ['default', 'a', 'b'],
      isComplete: true,
    });
  });

  const unseen: [what: string, second: [status: number, body?: unknown]][] = [
    ['is refused', [403]],
    ['is no list', [200, {}]],
    ['holds one without an id', [200, { value: [{}] }]],
    ['leads to itself', [200, { value: [], '@odata.nextLink': 'https://next' }]],
  ];
  for (const [what, second] of unseen)
    it(`are not known when a page of them ${what}`, async () => {
      const nothing = { looked: [], calendars: [], isComplete: false };
      assert.deepEqual(await lookedInto([/calendars/, 200, first], [/next/, ...second]), nothing);
    });

  for (const status of [429, 500])
    it(`are asked for later after ${status}`, async () => {
      await failureOf(lookedInto([/calendars/, status]));
    });
});
