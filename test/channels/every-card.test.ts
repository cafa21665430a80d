import assert from 'node:assert/strict';
import { adaptiveCard } from '../../src/channels/teams/cards.ts';
import { messageOf } from '../../src/channels/slack/blocks.ts';
import { adaptiveFaults, slackFaults } from '../support/card-rules.ts';
import { everyCard } from './contract/every-card.ts';

describe('every card of the product', () => {
  for (const language of ['en', 'de'] as const)
    it(`keeps the rules of the family, in ${language}`, async () => {
      const cards = await everyCard(language);
      assert.ok(cards.size > 80, `${cards.size} kinds of cards`);
      for (const [kind, card] of cards) {
        const faults = [
          ...adaptiveFaults(adaptiveCard(card, 'some-id'), { opening: card.opening !== undefined }),
          ...slackFaults(messageOf(card)),
        ];
        assert.deepEqual(faults, [], kind);
      }
    });
});
