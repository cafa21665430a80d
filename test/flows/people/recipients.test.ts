import assert from 'node:assert/strict';
import { answerQuestion } from '../../../src/flows/people/recipients.ts';
import { afterTest } from '../../support/after-test.ts';
import { EN, NOW } from '../../support/certificate-facts.ts';
import { createWiredBot } from '../../support/wired-bot.ts';
import { chatOf, personOf } from '../../support/wired-outlook.ts';

describe('an answer to a question about somebody’s calendar', () => {
  it('wakes whoever plans and whoever sends', async () => {
    const bot = await createWiredBot({ sources: [], now: () => NOW, settings: { calendar: 'graph' } });
    afterTest(() => bot.close());
    const kicked: string[] = [];
    const deliverer = { ...bot.flows.deliverer, kick: () => void kicked.push('deliverer') };
    const planner = { kick: () => void kicked.push('planner') };
    const [anna, id] = [personOf('anna'), 'nobody asked this'];
    const press = {
      conversation: chatOf(anna),
      thread: null,
      ephemeral: null,
      actor: anna,
      action: { name: 'answer', data: {} },
      receivedAt: NOW,
    };
    await answerQuestion(
      { ...bot.context, deliverer, planner },
      press as unknown as Parameters<typeof answerQuestion>[1],
      { recipient: id, askedAt: undefined, yes: true },
      EN,
    );
    assert.deepEqual(kicked.toSorted(), ['deliverer', 'planner']);
  });
});
