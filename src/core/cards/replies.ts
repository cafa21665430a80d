import type { Card, CardAction, Tone } from '../card.ts';
import { COMMANDS } from '../command.ts';
import { prose } from '../wording.ts';

/** A card that is one sentence (and perhaps more lines). */
export function sentenceCard(
  title: string,
  sentence: string,
  options: { tone?: Tone; more?: string[]; actions?: CardAction[] } = {},
): Card {
  return {
    summary: prose(sentence),
    title,
    tone: options.tone ?? 'neutral',
    text: [sentence, ...(options.more ?? [])].map(prose),
    ...(options.actions ? { actions: options.actions } : {}),
  };
}

/** Input that could not be understood. */
export function problemCard(sentence: string): Card {
  return sentenceCard('That did not work', sentence, { tone: 'warning' });
}

/** Our own fault, with the id under which the log tells more. */
export function errorCard(errorId: string): Card {
  return sentenceCard(
    'Something went wrong here',
    `Something went wrong in the bot, and it has been logged. Please try again; if it happens again, give your administrator the error id ${errorId}.`,
    { tone: 'attention' },
  );
}

const EXAMPLES = [
  'watch example.com',
  'watch example.com mail.example.com:8443 remind 60d 14d 3d',
  'check https://example.com',
  'list',
  'show example.com',
];

/** All commands, from the same table that parses them. */
export function helpCard(): Card {
  return {
    summary: 'Commands: ' + Object.keys(COMMANDS).join(', ') + '. To begin, type “watch example.com”.',
    title: 'What you can type',
    tone: 'neutral',
    table: {
      columns: [
        { title: 'Command', weight: 4 },
        { title: 'What it does', weight: 6 },
      ],
      rows: Object.values(COMMANDS).map(({ usage, meaning }) => ({
        cells: [{ text: usage }, { text: prose(meaning) }],
      })),
    },
    text: [
      'A target is a host name, with a port if it is not 443, or a link you paste. In a channel or group chat, mention the bot first.',
    ],
    footnote: `Examples: ${EXAMPLES.join(' · ')}`,
  };
}

/** The card on installation. */
export function welcomeCard(kind: 'personal' | 'group' | 'channel'): Card {
  const mention = kind === 'personal' ? '' : '@certbot ';
  const summary = `certbot watches TLS certificates and reminds you before they expire. Type “${mention}watch example.com” to begin.`;
  return {
    summary,
    title: 'Never again an outage over a forgotten certificate',
    tone: 'good',
    text: [
      summary,
      'It looks at the certificate, puts renewal reminders into the calendar, and alerts this conversation before it expires, when something breaks, and when the renewal has arrived.',
      `“${mention}help” shows everything else. This is not EFF's Certbot: it reminds, it does not issue certificates.`,
    ],
  };
}
