import type { About } from '../../about.ts';
import type { Card, CardAction, Tone } from '../../card.ts';
import { COMMANDS } from '../command.ts';
import type { Verb } from '../verbs.ts';
import type { Say } from '../../language/language.ts';
import { prose } from '../../language/wording.ts';

/** A card that is one sentence (and perhaps more lines). */
export function sentenceCard(
  title: string,
  sentence: string,
  say: Say,
  options: { tone?: Tone; more?: string[]; actions?: CardAction[] } = {},
): Card {
  return {
    language: say.language,
    summary: prose(sentence, say),
    title,
    tone: options.tone ?? 'neutral',
    text: [sentence, ...(options.more ?? [])].map((line) => prose(line, say)),
    ...(options.actions ? { actions: options.actions } : {}),
  };
}

/** Input that could not be understood. */
export function problemCard(sentence: string, say: Say): Card {
  const about: About = { kind: 'answer', refused: true };
  return { ...sentenceCard(say('problem.title'), sentence, say, { tone: 'warning' }), about };
}

/** Our own fault, with the id under which the log tells more. */
export function errorCard(errorId: string, say: Say): Card {
  const about: About = { kind: 'answer', error: errorId };
  return { ...sentenceCard(say('error.title'), say('error', { errorId }), say, { tone: 'attention' }), about };
}

const EXAMPLES = [
  'watch example.com',
  'watch example.com mail.example.com:8443 remind 60d 14d 3d',
  'check https://example.com',
  'list',
  'show example.com',
];

/** All commands, from the same table that parses them. */
export function helpCard(say: Say): Card {
  const verbs = Object.keys(COMMANDS) as Verb[];
  return {
    language: say.language,
    summary: say('help.summary', { commands: verbs.join(', ') }),
    title: say('help.title'),
    tone: 'neutral',
    table: {
      columns: [
        { title: say('column.command'), weight: 4 },
        { title: say('column.meaning'), weight: 6 },
      ],
      rows: verbs.map((verb) => ({
        cells: [{ text: COMMANDS[verb].usage }, { text: prose(say(`help.${verb}`), say) }],
      })),
    },
    text: [say('help.target')],
    footnote: say('help.examples', { examples: EXAMPLES.join(' · ') }),
  };
}

/** The answer to a kind word: says what there is to do here. `watches` is how many the conversation has. */
export function courtesyCard(what: 'greeting' | 'thanks', watches: number, say: Say): Card {
  const next = watches === 0 ? say('courtesy.begin') : say('courtesy.watches', { number: watches });
  return sentenceCard(say(`courtesy.${what}.title`), next, say, { more: [say('courtesy.help')] });
}

/** The card on installation. `calendar`: where reminders go, as the bot is configured. */
export function welcomeCard(
  kind: 'personal' | 'group' | 'channel',
  calendar: 'graph' | 'ics' | 'none',
  say: Say,
): Card {
  const mention = kind === 'personal' ? '' : '@certbot ';
  const summary = say('welcome.summary', { mention });
  return {
    language: say.language,
    summary,
    title: say('welcome.title'),
    tone: 'good',
    text: [summary, say('welcome.what', { calendar }), say('welcome.more', { mention })],
  };
}
