import assert from 'node:assert/strict';
import { adaptiveCard } from '../../src/channels/teams/cards.ts';
import { everyCard } from '../channels/contract/every-card.ts';
import { alertLike, fineLike, listLike, reportLike } from '../support/family-cards.ts';
import { incidentCards } from '../support/incident-cards.ts';
import { openCards, THEMES, WIDTHS } from './card-page.ts';

/** A name of 253 characters. */
const LONGEST = `${'abcdefghij'.repeat(6)}xy.${'klmnopqrst'.repeat(6)}xy.${'uvwxyzabcd'.repeat(6)}xy.${'e'.repeat(64)}`;

describe('pictures of cards', function () {
  this.timeout(240_000);
  let cards: Awaited<ReturnType<typeof openCards>>;
  before(async () => {
    cards = await openCards();
  });
  after(() => cards?.close());

  for (const language of ['en', 'de'] as const) {
    const family = new Map<string, object>();
    const all = new Map<string, object>();

    before(async () => {
      for (const [name, card] of Object.entries({
        alert: alertLike(language),
        fine: fineLike(language),
        list: listLike(language),
        report: reportLike(language),
        ...incidentCards(language),
        'a long name': alertLike(language, { host: LONGEST }),
        'long names': listLike(language, { host: LONGEST.slice(4) }),
      }))
        family.set(name, adaptiveCard(card, null));
      for (const [kind, card] of await everyCard(language)) all.set(kind, adaptiveCard(card, null));
    });

    for (const width of WIDTHS)
      for (const theme of THEMES) {
        it(`of every kind, ${language}, ${width} px, ${theme}, break neither words nor dates`, async () => {
          const name = `cards-${language}-${width}-${theme}`;
          assert.deepEqual(await cards.picture(name, all, { theme, width }), []);
        });

        it(`with everything shown, ${language}, ${width} px, ${theme}, break neither words nor dates`, async () => {
          const name = `family-${language}-${width}-${theme}`;
          assert.deepEqual(await cards.picture(name, family, { theme, width, isOpen: true }), []);
        });
      }
  }
});
