import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Card } from '../../../src/core/card.ts';
import { sayIn } from '../../../src/core/language/language.ts';
import { lookAtMany } from '../../../src/flows/chat/commands/bulk.ts';
import type { CommandContext, Request } from '../../../src/flows/chat/commands/reply.ts';
import { silentLog } from '../../sources/tls/silent-log.ts';
import { observation } from '../../support/certificate-facts.ts';

const SAW_NOTHING = observation([]);

describe('the progress of a bulk command', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers();
  });
  afterEach(() => clock.restore());

  /** Looks at sixty targets, whose looks are stored by `store`; `progress` shows. */
  function lookAtSixty(store: () => Promise<never[]>, progress: (card: Card) => Promise<void>) {
    const context = {
      budget: { wait: async () => {}, charge() {}, waiting: () => 0 },
      log: silentLog,
      now: () => 0,
      observer: { look: async () => SAW_NOTHING },
      settings: { probePorts: null },
      store: { isStopped: async () => false },
    } as unknown as CommandContext;
    const request = {
      inbound: { id: 'in-1', conversation: { id: 'c-1' } },
      say: sayIn('en'),
      progress,
    } as unknown as Request;
    const targets = Array.from({ length: 60 }, (_, index) => ({
      text: `h${index}.example`,
      uri: `tls://h${index}.example:443`,
    }));
    return lookAtMany(context, request, { verb: 'watch', targets, store, policy: null });
  }

  it('never goes back while what was looked at is being stored', async () => {
    const stored = Promise.withResolvers<never[]>();
    const shown: Card['progress'][] = [];
    const asked = lookAtSixty(
      () => stored.promise,
      async (card) => void shown.push(card.progress),
    );
    await clock.tickAsync(2000);
    assert.deepEqual(shown, [{ done: 60, total: 60 }]);
    stored.resolve([]);
    await clock.tickAsync(0);
    await asked;
  });

  it('is shown once at a time, and not after the answer', async () => {
    const stored = Promise.withResolvers<never[]>();
    const shown: PromiseWithResolvers<void>[] = [];
    let isAnswered = false;
    const asked = lookAtSixty(
      () => stored.promise,
      () => {
        shown.push(Promise.withResolvers<void>());
        return shown.at(-1)!.promise;
      },
    ).then(() => (isAnswered = true));
    await clock.tickAsync(6000);
    assert.equal(shown.length, 1);
    stored.resolve([]);
    await clock.tickAsync(6000);
    assert.deepEqual([shown.length, isAnswered], [1, false], 'what is being shown would come after the answer');
    shown[0]!.resolve();
    await asked;
    await clock.tickAsync(6000);
    assert.equal(shown.length, 1);
  });
});
