import assert from 'node:assert/strict';
import { createNetworkWatch } from '../../../src/flows/alerts/network.ts';
import type { FlowContext } from '../../../src/flows/context.ts';
import { alertRules } from '../../../src/core/alerts/rules.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';

const MANY = 111;

/** A bot that looks at many hosts; the store and those who are told do not matter here. */
function watching() {
  let now = 0;
  const store = { setTargetDue: async () => {}, listWatchContexts: async () => [], mark: async () => {} };
  const settings = { alerts: alertRules(6 * HOUR, MINUTE), probeInterval: 6 * HOUR };
  const context = { now: () => now, settings, store } as unknown as FlowContext;
  const network = createNetworkWatch(context, { away: async () => {}, back: async () => {}, marked: () => {} });
  const saw = (id: number, failures: number): void =>
    network.saw(id, `tls://host-${id}.example:443`, { failures, answeredAt: 0 });
  return {
    saw,
    state: () => network.current().state,
    /** Those are silent for so long, and looked at each minute; others when that begins, unless they `isAlone`. */
    async silence(ids: number[], length: number, { isAlone = false } = {}): Promise<string[]> {
      const states: string[] = [];
      const from = now;
      for (let turn = 1; now < from + length; turn += 1) {
        for (const id of ids) saw(id, turn);
        if (turn === 2 && !isAlone) for (let id = 0; id < MANY; id += 1) saw(id, ids.includes(id) ? turn : 0);
        await network.beat();
        states.push(network.current().state);
        now += MINUTE;
      }
      return states;
    },
    pass: (ms: number): void => void (now += ms),
  };
}

describe('the network of the bot', () => {
  it('is there while others have answered since some fell silent, however long ago that was', async () => {
    const bot = watching();
    for (let id = 0; id < MANY; id += 1) bot.saw(id, 0);
    bot.pass(HOUR);
    const states = await bot.silence([0, 1, 2, 3, 4, 5], 20 * MINUTE);
    assert.ok(!states.includes('open'), states.join(' '));
  });

  it('is there where looking at the others shows which of them are silent too, after those that answer', async () => {
    const bot = watching();
    for (let id = 0; id < MANY; id += 1) bot.saw(id, 0);
    bot.pass(HOUR);
    bot.saw(0, 1);
    bot.pass(MINUTE);
    for (let id = 6; id < MANY; id += 1) bot.saw(id, 0);
    bot.pass(10 * SECOND);
    const states = await bot.silence([0, 1, 2, 3, 4, 5], 20 * MINUTE, { isAlone: true });
    assert.ok(!states.includes('open'), states.join(' '));
  });

  it('is away where all fall silent, also shortly after one did by itself', async () => {
    const bot = watching();
    for (let id = 0; id < MANY; id += 1) bot.saw(id, 0);
    bot.pass(HOUR);
    bot.saw(0, 1);
    bot.pass(10 * SECOND);
    for (let id = 1; id < MANY; id += 1) bot.saw(id, 0);
    bot.pass(MINUTE);
    const states = await bot.silence(
      Array.from({ length: MANY }, (_, id) => id),
      5 * MINUTE,
    );
    assert.equal(states.at(-1), 'open');
  });
});
