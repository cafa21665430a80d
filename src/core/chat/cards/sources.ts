import type { Card, Group } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { prose } from '../../language/wording.ts';
import { typeAction } from './replies.ts';

/** What can be watched, as `help sources` tells it. */
const SOURCES = ['tls', 'date', 'jwks', 'saml', 'entra'] as const;

/** `help sources`: what each source needs, and why one might not want to give it. */
export function sourcesCard(say: Say): Card {
  const groups = SOURCES.map((source): Group => ({
    heading: prose(say(`help.sources.${source}`), say),
    text: [prose(say(`help.sources.${source}.what`), say)],
  }));
  const title = say('help.sources.title');
  const topics = typeAction(say('button.topics'), 'help topics');
  return {
    language: say.language,
    summary: `${title}.`,
    title,
    tone: 'neutral',
    lead: say('help.sources'),
    groups,
    ...(topics ? { actions: [topics] } : {}),
  };
}
