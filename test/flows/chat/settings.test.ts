import assert from 'node:assert/strict';
import { createWillingSource, startPlainChat } from './plain-chat.ts';

describe('the settings of a conversation', () => {
  for (const [calendar, named] of [
    ['none', false],
    ['ics', false],
    ['graph', true],
  ] as const)
    it(`${named ? 'name' : 'do not name'} a mailbox where reminders go to ${calendar}`, async () => {
      const chat = await startPlainChat({ source: createWillingSource().source, settings: { calendar } });
      try {
        const { facts = [] } = await chat.say('settings');
        assert.equal(
          facts.some(({ label }) => label === 'Mailbox'),
          named,
        );
        const zone = facts.find(({ label }) => label === 'Time zone')!.value;
        assert.equal(/mailbox/.test(zone), named, zone);
      } finally {
        await chat.bot.close();
      }
    });
});
