import assert from 'node:assert/strict';
import { UNSEEN } from '../../../src/core/certificates/state.ts';
import type { Store } from '../../../src/core/ports/store.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { everyPlace } from '../../../src/flows/reminders/destinations.ts';
import { planDestination } from '../../../src/flows/reminders/planner.ts';
import { certificate, conversationOf, NOW, watchOf } from '../../support/certificate-facts.ts';

const LEAF = certificate('leaf');
const DESTINATION = { calendar: 'ics', mailbox: 'teams:19:ops' } as const;

/**
 * The subjects planned for watches with these ids and languages, which all present one certificate, in the order the
 * store gives them.
 */
async function subjectsOf(watches: [id: number, locale: string | null][]): Promise<string[]> {
  const joined = watches.map(([id, ownerLocale]) => ({
    watch: watchOf({ id, targetId: id, uri: `tls://h${id}.example:443`, ownerLocale }),
    conversation: conversationOf(),
    target: {
      id,
      uri: `tls://h${id}.example:443`,
      dueAt: NOW,
      state: { ...UNSEEN, leaf: LEAF.fingerprint, leaves: [LEAF.fingerprint] },
      observation: null,
    },
  }));
  const store = {
    listWatchIds: async () => joined.map(({ watch }) => watch.id).toSorted((a, b) => a - b),
    getPlaces: async () => joined,
    getWatches: async () => joined.toSorted((a, b) => a.watch.id - b.watch.id),
    getCertificates: async () => [LEAF],
    listReminderIds: async () => [],
    listRecipients: async () => [],
  } as unknown as Store;
  let ids = 0;
  const context = {
    store,
    settings: {
      calendar: 'ics',
      calendarMailbox: null,
      mailboxesOpenTo: () => true,
      holidays: null,
      freezes: [],
      defaultTimeZone: 'UTC',
    },
    messengers: new Map(),
    holidays: () => [],
    now: () => NOW,
    uuid: () => `id-${(ids += 1)}`,
  } as unknown as FlowContext;
  const planned = await planDestination(context, DESTINATION);
  return planned!.map(({ event }) => event.subject);
}

describe('the events of one certificate that several people watch', () => {
  const cases: [string, [number, string | null][], RegExp][] = [
    ['one German', [[1, 'de-DE']], /^Zertifikat /],
    ['nobody whose language is known', [[1, null]], /certificate/i],
    [
      'first a German, then an English watch',
      [
        [1, 'de-DE'],
        [2, 'en-US'],
      ],
      /^Zertifikat /,
    ],
    [
      'first an English, then a German watch',
      [
        [1, 'en-US'],
        [2, 'de-DE'],
      ],
      /certificate/i,
    ],
    [
      'the same, which the store gives in another order',
      [
        [2, 'de-DE'],
        [1, 'en-US'],
      ],
      /certificate/i,
    ],
  ];
  for (const [name, watches, pattern] of cases) {
    it(`are written in the language of the first: ${name}`, async () => {
      const subjects = await subjectsOf(watches);
      assert.equal(subjects.length, 2);
      for (const subject of subjects) assert.match(subject, pattern);
    });
  }
});

it('a hundred thousand watches are read in pieces, between which others have their turn', async () => {
  let read = 0;
  const store = {
    listWatchIds: async () => Array.from({ length: 100_000 }, (_, index) => index),
    getPlaces: async (ids: number[]) => {
      read += ids.length;
      return [];
    },
  } as unknown as Store;
  const turn = Promise.withResolvers<number>();
  setImmediate(() => turn.resolve(read));
  for await (const places of everyPlace(store)) assert.deepEqual(places, []);
  assert.equal(read, 100_000);
  assert.ok((await turn.promise) <= 400, `${await turn.promise} before anybody else`);
});
