import assert from 'node:assert/strict';
import type { StoreOperations } from '../../../src/core/ports/store.ts';
import { planDestination } from '../../../src/flows/reminders/planner.ts';
import { partsOf, scopeFrom, scopeOf } from '../../../src/flows/reminders/scope.ts';
import { certificate, NOW, observation, presented } from '../../support/certificate-facts.ts';
import { createWiredBot, type WiredBot } from '../../support/wired-bot.ts';
import { HOUR, DAY } from '../../../src/core/time.ts';

/** A store that knows of nothing but who has presented what. */
function sightings(pairs: [target: number, fingerprint: string][]): StoreOperations {
  const operations: Pick<StoreOperations, 'fingerprintsOf' | 'targetsOf'> = {
    fingerprintsOf: async (targets) => [
      ...new Set(pairs.filter(([target]) => targets.includes(target)).map(([, fingerprint]) => fingerprint)),
    ],
    targetsOf: async (fingerprints, limit) =>
      [
        ...new Set(pairs.filter(([, fingerprint]) => fingerprints.includes(fingerprint)).map(([target]) => target)),
      ].slice(0, limit),
  };
  return operations as StoreOperations;
}

describe('what has to be planned with a look', () => {
  const shared: [number, string][] = Array.from({ length: 200 }, (_, index) => [index, 'wildcard']);
  const cases: Record<string, [known: [number, string][], seeds: [number[], string[]], [number[], string[]] | null]> = {
    'a target that was never seen': [[[2, 'b']], [[1], []], [[1], []]],
    'its certificate, also before it is stored': [[[2, 'b']], [[1], ['a']], [[1], ['a']]],
    'everybody who presents its certificate': [
      [
        [2, 'a'],
        [3, 'c'],
      ],
      [[1], ['a']],
      [[1, 2], ['a']],
    ],
    'what they presented before, and who presents that': [
      [
        [1, 'a'],
        [1, 'b'],
        [2, 'b'],
        [2, 'c'],
        [3, 'c'],
        [4, 'd'],
      ],
      [[1], []],
      [
        [1, 2, 3],
        ['a', 'b', 'c'],
      ],
    ],
    'two hundred targets': [shared, [[7], []], [shared.map(([target]) => target), ['wildcard']]],
    'who presents a certificate, whoever that is': [[[2, 'a']], [[], ['a']], [[2], ['a']]],
    'too many, where a second certificate has as many again': [
      [
        ...shared.slice(0, 150),
        ...shared.slice(149).map(([target]): [number, string] => [target, 'other']),
        ...shared.slice(0, 150).map(([target]): [number, string] => [target + 200, 'other']),
      ],
      [[7], []],
      null,
    ],
    'too many, with one more': [[...shared, [200, 'wildcard']], [[7], []], null],
  };
  for (const [name, [known, [targets, fingerprints], expected]] of Object.entries(cases)) {
    it(`is ${name}`, async () => {
      const scope = await scopeOf(sightings(known), { targets, fingerprints });
      const found = scope && [scope.targets.toSorted((a, b) => a - b), scope.fingerprints.toSorted()];
      assert.deepEqual(found, expected);
    });
  }
});

describe('the parts of a mark', () => {
  const many = (number: number): number[] => Array.from({ length: number }, (_, index) => index + 1);
  it('name each target and each certificate once, and are read again as they were', () => {
    const parts = partsOf({ targets: [7, 12, 7], fingerprints: ['ab', 'cd', 'ab'] });
    assert.deepEqual(parts, ['target 7', 'target 12', 'certificate ab', 'certificate cd']);
    const texts = parts.flatMap((part) => part ?? []);
    assert.deepEqual(scopeFrom(texts), { targets: [7, 12], fingerprints: ['ab', 'cd'] });
  });

  for (const [name, targets, fingerprints, isEverything] of [
    ['two hundred targets and certificates', 150, 50, false],
    ['two hundred targets and one certificate', 200, 1, true],
    ['one target and two hundred certificates', 1, 200, true],
    ['nothing', 0, 0, false],
  ] as const) {
    it(`are ${isEverything ? 'everything' : 'themselves'} where they are ${name}`, () => {
      const parts = partsOf({ targets: many(targets), fingerprints: many(fingerprints).map(String) });
      if (isEverything) assert.deepEqual(parts, [null]);
      else assert.equal(parts.filter((part) => part !== null).length, targets + fingerprints);
    });
  }

  it('are everything where that is said', () => {
    assert.deepEqual(partsOf(null), [null]);
  });
});

describe('plans of a part', () => {
  const CONVERSATIONS = ['teams:a', 'teams:b'];
  let bot: WiredBot;
  let now: number;

  beforeEach(async () => {
    now = NOW;
    bot = await createWiredBot({ sources: [], now: () => now });
    for (const id of CONVERSATIONS) {
      await bot.store.rememberConversation(
        { id, channel: 'teams', kind: 'personal', tenantId: 't', name: null, reference: {} },
        now,
      );
    }
  });
  afterEach(() => bot.close());

  /** Numbers that look random, the same in each run. */
  function createDice(seed: number): (sides: number) => number {
    let state = seed;
    return (sides) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * sides);
    };
  }

  /** Watches the hosts with the numbers from `first` on, below `end`. */
  async function watchAll(end: number, first = 0): Promise<{ targetId: number; uri: string }[]> {
    const targets: { targetId: number; uri: string }[] = [];
    for (let index = first; index < end; index += 1) {
      const uri = `tls://h${index}.example:443`;
      const { id } = await bot.store.ensureTarget(uri);
      targets.push({ targetId: id, uri });
      for (const [place, conversationId] of CONVERSATIONS.entries()) {
        // One watches all, the other every third.
        if (place === 1 && index % 3 !== 0) continue;
        await bot.store.addWatch({
          conversationId,
          targetId: id,
          uri,
          ownerId: '29:ada',
          ownerName: 'Ada',
          ownerMailbox: null,
          ownerTimeZone: index > 2 ? 'Asia/Tokyo' : null,
          ownerLocale: index % 2 === 0 ? 'de-DE' : 'en-US',
          ownerTenantId: 't',
          policy: null,
          createdAt: now,
          createdBy: 'test',
        });
      }
    }
    return targets;
  }

  it('of a whole place do not take for unwanted what somebody else adds while they read', async () => {
    const look = async (index: number): Promise<void> => {
      const [watched] = await watchAll(index + 1, index);
      const seen = observation([presented('192.0.2.1', certificate(`c${index}`))], { uri: watched!.uri, at: now });
      await bot.flows.observer.commitLook(
        { targetId: watched!.targetId, leaseId: null, observation: seen, quiet: new Set() },
        { urgent: true },
      );
    };
    await look(0);
    const destination = { calendar: 'ics' as const, mailbox: CONVERSATIONS[0]! };
    let isFirst = true;
    const store = new Proxy(bot.store, {
      get(target, name, receiver) {
        const operation: unknown = Reflect.get(target, name, receiver);
        if (name !== 'listWatchIds' && name !== 'listReminderIds') return operation;
        return async (...given: unknown[]) => {
          const found: unknown = await (operation as (...values: unknown[]) => Promise<unknown>)(...given);
          if (isFirst) {
            isFirst = false;
            await look(1);
          }
          return found;
        };
      },
    });
    const changed = await planDestination({ ...bot.context, store }, destination);
    assert.equal(isFirst, false);
    assert.deepEqual(
      changed!.filter(({ wanted }) => !wanted),
      [],
    );
  });

  for (const seed of [1, 2, 3]) {
    it(`leave nothing for a plan of everything to change, through renewals one by one (${seed})`, async () => {
      const dice = createDice(seed);
      const targets = await watchAll(12);
      const certificates = Array.from({ length: 8 }, (_, index) =>
        certificate(`c${index}`, { notBefore: NOW - (30 - index) * DAY, notAfter: NOW + (40 + 7 * index) * DAY }),
      );
      let planned = 0;
      for (let round = 0; round < 25; round += 1) {
        now += HOUR * (1 + dice(12));
        const some = targets.filter(() => dice(4) === 0);
        await Promise.all(
          some.map(({ targetId, uri }) => {
            const leaf = certificates[Math.min(7, Math.floor(round / 4) + dice(2))]!;
            const other = dice(5) === 0 ? certificates[dice(8)]! : leaf;
            const addresses = [presented('192.0.2.1', leaf), presented('192.0.2.2', other)];
            const seen = observation(addresses, { uri, at: now });
            return bot.flows.observer.commitLook(
              { targetId, leaseId: null, observation: seen, quiet: new Set() },
              { urgent: true },
            );
          }),
        );
        await bot.settled();
        for (const mailbox of CONVERSATIONS) {
          const destination = { calendar: 'ics' as const, mailbox };
          assert.deepEqual(await planDestination(bot.context, destination), [], `round ${round}, ${mailbox}`);
          planned += (await bot.store.listReminders('ics', mailbox)).length;
        }
      }
      assert.ok(planned > 100, 'there was something to plan');
    });
  }
});
