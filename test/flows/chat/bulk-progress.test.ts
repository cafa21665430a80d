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
  it('never goes back while what was looked at is being stored', async () => {
    const clock = sinon.useFakeTimers();
    try {
      const stored = Promise.withResolvers<never[]>();
      const context = {
        budget: { wait: async () => {}, waiting: () => 0 },
        log: silentLog,
        now: () => 0,
        observer: { look: async () => SAW_NOTHING },
        settings: { probePorts: null },
        store: { isStopped: async () => false },
      } as unknown as CommandContext;
      const shown: Card['progress'][] = [];
      const request = {
        inbound: { id: 'in-1', conversation: { id: 'c-1' } },
        say: sayIn('en'),
        progress: async (card: Card) => void shown.push(card.progress),
      } as unknown as Request;
      const targets = Array.from({ length: 60 }, (_, index) => ({
        text: `h${index}.example`,
        uri: `tls://h${index}.example:443`,
      }));
      const asked = lookAtMany(context, request, {
        verb: 'watch',
        targets,
        store: () => stored.promise,
        policy: null,
      });
      await clock.tickAsync(2000);
      assert.deepEqual(shown, [{ done: 60, total: 60 }]);
      stored.resolve([]);
      await clock.tickAsync(0);
      await asked;
    } finally {
      clock.restore();
    }
  });
});
