import type { Card } from '../../../src/core/card.ts';
import type { Language } from '../../../src/core/language/language.ts';
import { ALERT_SCENARIOS } from './alert-scenarios.ts';
import { BERTA, BOB } from './channel-under-test.ts';
import { COMMAND_SCENARIOS, MENU_SCENARIOS } from './command-scenarios.ts';
import { GOLDEN_SCENARIO } from './golden.ts';
import { OVERVIEW_SCENARIOS } from './overview-scenarios.ts';
import { createPlainChannel } from './plain.ts';
import { transcribe } from './story.ts';

/** What a card is about, whatever names and numbers stand in it. */
function kindOf({ about, opening, state, title, tone }: Card): string {
  const shape = title.replaceAll(/\S*[\d.:]\S*/g, '').replaceAll(/\W+/g, '-');
  return [opening && 'clippy', about?.kind ?? 'other', about?.verb, state?.word ?? tone, shape]
    .filter(Boolean)
    .join('-')
    .toLowerCase()
    .slice(0, 60);
}

/** Cards that the product shows in all stories of the contract, by kind: the largest of each. */
export async function everyCard(language: Language): Promise<Map<string, Card>> {
  const found = new Map<string, Card>();
  const scenarios = {
    ...COMMAND_SCENARIOS,
    ...ALERT_SCENARIOS,
    ...MENU_SCENARIOS,
    ...OVERVIEW_SCENARIOS,
    story: GOLDEN_SCENARIO,
  };
  for (const scenario of Object.values(scenarios)) {
    const channel = await createPlainChannel(language === 'de' ? BERTA : BOB);
    await transcribe(channel, scenario, language);
    for (const card of channel.cards()) {
      const known = found.get(kindOf(card));
      if (!known || JSON.stringify(known).length < JSON.stringify(card).length) found.set(kindOf(card), card);
    }
  }
  return found;
}
