import assert from 'node:assert/strict';
import { createWillingSource, startPlainChat } from './plain-chat.ts';
import { said } from '../../support/said.ts';

const CASES: [locale: string, text: string, title: string, before: RegExp, after: RegExp][] = [
  ['en', 'Hi', 'Hello!', /Type for example “watch example\.com” to begin/, /I watch one target for this chat\./],
  ['en', 'thanks', 'You are welcome!', /to begin/, /I watch one target /],
  ['de', 'Hallo', 'Hallo!', /zum Beispiel „watch example\.com“ eingeben/, /Ich überwache hier ein Ziel\./],
  ['de', 'danke', 'Gern geschehen!', /eingeben/, /Ich überwache hier ein Ziel\./],
];

describe('a kind word', () => {
  for (const [locale, text, title, before, after] of CASES)
    it(`such as “${text}” is answered kindly, with what there is to do`, async () => {
      const chat = await startPlainChat({ source: createWillingSource().source, locale });
      try {
        const first = await chat.say(text);
        assert.deepEqual([first.title, first.tone], [title, 'neutral']);
        assert.match(said(first), before);
        await chat.say('watch example.com');
        assert.match(said(await chat.say(text)), after);
      } finally {
        await chat.bot.close();
      }
    });
});
