import assert from 'node:assert/strict';
import type { Card } from '../../src/core/card.ts';
import { adaptiveCard, ROOM, ROOM_OF_OLDER } from '../../src/channels/teams/cards.ts';
import { pagesOf } from '../../src/channels/teams/pages.ts';
import { messageOf } from '../../src/channels/slack/blocks.ts';
import { adaptiveFaults, slackFaults } from '../support/card-rules.ts';
import { alertLike, fineLike, listLike, reportLike } from '../support/family-cards.ts';
import { incidentCards } from '../support/incident-cards.ts';

/** A name of 253 characters: the longest that DNS has, in labels of 62. */
const LONGEST = `${'abcdefghij'.repeat(6)}xy.${'klmnopqrst'.repeat(6)}xy.${'uvwxyzabcd'.repeat(6)}xy.${'e'.repeat(64)}`;

const CARDS: [what: string, of: (language: 'en' | 'de') => Card][] = [
  ['an alert', (language) => alertLike(language)],
  ['good news', (language) => fineLike(language)],
  ['a list', (language) => listLike(language)],
  ['a report', (language) => reportLike(language)],
  ...Object.keys(incidentCards('en')).map((what): (typeof CARDS)[number] => [
    what,
    (language) => incidentCards(language)[what]!,
  ]),
  ['an alert about a name of 253 characters', (language) => alertLike(language, { host: LONGEST })],
  ['an alert about 100 names', (language) => alertLike(language, { names: 100 })],
  ['an alert about 16 addresses', (language) => alertLike(language, { addresses: 16 })],
  ['a list of names of 253 characters', (language) => listLike(language, { host: LONGEST.slice(4) })],
  ['a list of 2,000', (language) => listLike(language, { rows: 2000 })],
];

describe('the rules of the family of cards', () => {
  for (const language of ['en', 'de'] as const)
    for (const [what, of] of CARDS) {
      const card = of(language);
      // Long names make everything longer that says them.
      const allowed = { bytes: 2 * ROOM, speak: Math.max(160, card.title.length + 60) };

      it(`are kept by ${what} in Teams, in ${language}`, () => {
        for (const room of [ROOM, ROOM_OF_OLDER])
          for (const page of pagesOf(card, room))
            assert.deepEqual(adaptiveFaults(adaptiveCard(page, 'some-id', { room }), allowed), []);
      });

      it(`are kept by ${what} that is cut instead of told in pages, in ${language}`, () => {
        assert.deepEqual(adaptiveFaults(adaptiveCard(card, null, { room: ROOM_OF_OLDER }), allowed), []);
      });

      it(`are kept by ${what} in Slack, in ${language}`, () => {
        for (const drawsCharts of [true, false]) assert.deepEqual(slackFaults(messageOf(card, { drawsCharts })), []);
      });
    }

  const card = () => structuredClone(adaptiveCard(alertLike('en'), null)) as any;
  const broken: [fault: RegExp, change: (content: any) => void][] = [
    [/FactSet is not of the family/, ({ body }) => body.push({ type: 'FactSet', facts: [] })],
    [/Table is not of the family/, ({ body }) => body.push({ type: 'Table', rows: [] })],
    [/full width/, (content) => (content.msteams = { width: 'Full' })],
    [/no speak/, (content) => (content.speak = '')],
    [/speak has/, (content) => (content.speak = content.fallbackText = 'x'.repeat(161))],
    [/speak and fallbackText differ/, (content) => (content.speak = 'something else')],
    [/an emoji/, (content) => (content.speak = content.fallbackText = '⚠️ Urgent')],
    [/version 1\.6/, (content) => (content.version = '1.6')],
    [/more than 20000/, (content) => (content.extra = 'x'.repeat(20_000))],
    [/no large heading/, ({ body }) => delete body[0].items[1].style],
    [/repeats the state/, ({ body }) => (body[0].items[1].text = `Urgent: ${body[0].items[1].text}`)],
    [/port that everybody means: shop\.example:443/, ({ body }) => (body[0].items[1].text = 'shop.example:443')],
    [/speak says the port/, (content) => (content.speak = content.fallbackText = 'shop.example:443 expires')],
    [/without wrap/, ({ body }) => delete body[0].items[1].wrap],
    [/running text/, ({ body }) => body.push({ type: 'TextBlock', text: 'Let’s Encrypt', wrap: true })],
    [/symbol and a word/, ({ body }) => (body[0].items[0].text = 'Urgent')],
    [/text in Warning/, ({ body }) => (body[0].items[0].color = 'Warning')],
    [/targetWidth/, ({ body }) => (body[0].targetWidth = 'atLeast:narrow')],
    [/said twice/, ({ body }) => body.push(body[2])],
    [/as only machines/, ({ body }) => (body[0].items[2].inlines[0].text = '2026-11-01')],
    [/break in two/, ({ body }) => (body[0].items[2].inlines[0].text = '1 Nov')],
    [/break in two/, ({ body }) => (body[0].items[2].inlines[0].text = 'in 7 days')],
    [/time zone 2 times/, ({ body }) => (body[0].items[2].inlines[0].text += ', 23:59 UTC')],
    [/without its zone/, ({ body }) => (body[0].items[2].inlines[0].text = '23:59')],
    [/nothing breaks/, ({ body }) => (body[0].items[2].inlines[0].text = 'x'.repeat(40))],
    [/label of/, ({ body }) => (body[3].columns[0].items[0].inlines[0].text = 'Who has it then')],
    [/does not fit/, ({ body }) => (body[3].columns[0].items[0].inlines[0].text = 'Responsibility')],
    [/more than 3 buttons/, ({ actions }) => actions.push(actions[0])],
    [/more than one primary/, ({ actions }) => (actions[1].style = 'positive')],
    [/inputs which are hidden/, ({ actions }) => delete actions[0].associatedInputs],
    [/with a fallback/, ({ actions }) => delete actions[0].fallback],
    [/hidden for ever/, ({ actions }) => actions.pop()],
    [/toggles nothing/, ({ actions }) => (actions[2].targetElements = ['nothing'])],
    [/button text/, ({ actions }) => (actions[0].title = 'A button with a very long text')],
  ];
  for (const [fault, change] of broken)
    it(`see ${fault.source} in a card of Teams`, () => {
      const content = card();
      change(content);
      assert.match(adaptiveFaults(content).join('\n'), fault);
    });

  it('see a row that reads out less than it shows, columns that repeat themselves, and names that run into dates', () => {
    const list = structuredClone(adaptiveCard(listLike('en'), null)) as any;
    list.body[1].items[1].selectAction.title = 'Show';
    for (const set of list.body[2].items.slice(1)) set.columns[0].items[1].inlines[0].text = 'Ada';
    list.body[2].items[1].columns[0].items[0].inlines[0].text = 'x'.repeat(31);
    const faults = adaptiveFaults(list).join('\n');
    for (const fault of [/does not read out “h0/, /says “Ada” in every row/, /runs into the column/])
      assert.match(faults, fault);
  });

  const brokenInSlack: [fault: RegExp, change: (message: any) => void][] = [
    [/no text/, (message) => (message.text = ' ')],
    [/an emoji/, (message) => (message.text = '⚠️ Urgent')],
    [/no header/, ({ blocks }) => blocks.shift()],
    [/mrkdwn/, ({ blocks }) => blocks.push({ type: 'section', text: { type: 'mrkdwn', text: 'x' } })],
    [/colons into emoji/, ({ blocks }) => (blocks[0].text.emoji = true)],
    [/said twice/, ({ blocks }) => blocks.push(blocks[2])],
    [/break in two/, ({ blocks }) => (blocks[0].text.text = 'in 7 days')],
    [/as only machines/, ({ blocks }) => (blocks[0].text.text = '2026-11-01')],
    [/actions, more than 6/, ({ blocks }) => blocks.at(-2).elements.push(...blocks.at(-2).elements)],
  ];
  for (const [fault, change] of brokenInSlack)
    it(`see ${fault.source} in a message of Slack`, () => {
      const message = structuredClone(messageOf(alertLike('en'))) as any;
      change(message);
      assert.match(slackFaults(message).join('\n'), fault);
    });
});
