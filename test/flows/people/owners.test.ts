import assert from 'node:assert/strict';
import { createOwners } from '../../../src/flows/people/owners.ts';
import { afterTest } from '../../support/after-test.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';

/** Deliveries ask before they remove an event; `isPlanned` is whether its mailbox could be planned. */
async function start(isPlanned: boolean) {
  const bot = await createWiredBot({ sources: [], now: () => NOW, settings: { calendar: 'graph' } });
  afterTest(() => bot.close());
  const awaited: unknown[] = [];
  const planned = async (...given: unknown[]): Promise<boolean> => {
    awaited.push(given);
    return isPlanned;
  };
  return { awaited, owners: createOwners(bot.context, { deliverer: { kick() {} }, planner: { planned } }) };
}

describe('what is to go from a mailbox', () => {
  it('goes once it is planned what belongs there', async () => {
    const { awaited, owners } = await start(true);
    await owners.back('ada');
    assert.deepEqual(awaited, [[[{ calendar: 'graph', mailbox: 'ada' }]]]);
  });

  it('waits while that is not planned: it may be wanted again', async () => {
    const { owners } = await start(false);
    await assert.rejects(owners.back('ada'), { code: 'throttled' });
  });
});
