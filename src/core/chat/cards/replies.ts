import type { About } from '../../about.ts';
import type { Card, CardAction, CardFact, Group, State, Tone } from '../../card.ts';
import type { Say } from '../../language/language.ts';
import { fullStop, prose, shorten } from '../../language/wording.ts';

/** What a locked phone shows of a message, in UTF-16 units. */
const MOST_SUMMARY = 160;
/** Longer first sentences are no headings. */
const MOST_TITLE = 110;
/** A command that a button can carry in every chat. */
const MOST_TYPED = 300;

/** The state that a tone stands for where nothing else is said; none where the card has no colour. */
function stateOf(tone: Tone, say: Say): State | undefined {
  if (tone === 'good') return { symbol: '✅', word: say('state.done') };
  if (tone === 'notice') return { symbol: '🔔', word: say('state.question') };
  if (tone === 'warning') return { symbol: '⚠️', word: say('state.note') };
  if (tone === 'attention') return { symbol: '⛔', word: say('state.mend') };
  return undefined;
}

/** A button that has a command run as if the presser had typed it; null where the command is too long for one. */
export function typeAction(label: string, text: string, options: { style?: 'positive' } = {}): CardAction | null {
  if (text.length > MOST_TYPED) return null;
  return { kind: 'execute', label, action: { name: 'type', data: { text } }, ...options };
}

/**
 * Where the first sentence of a text ends, and what follows: quotations, which may hold anything, are passed over. What
 * has no second sentence is all heading.
 */
function headed(text: string): { heading: string; rest: string } {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    // In German the mark that closes is the one that opens in English.
    if (character === '„' || (character === '“' && open === 0)) open += 1;
    else if (open > 0 && (character === '”' || character === '“')) open -= 1;
    // An abbreviation (`z. B.`) ends no sentence, and neither does a date within one (`1. Dez. (in 20 Tagen)`).
    const isWithin =
      character === '.' &&
      (/(?<![\p{L}\d])\p{L}$/u.test(text.slice(Math.max(0, at - 2), at)) ||
        (/\.\u{a0}\p{L}{3,4}$/u.test(text.slice(Math.max(0, at - 6), at)) && /^ +\(/.test(text.slice(at + 1, at + 4))));
    const isEnd =
      open === 0 && !isWithin && /[.?!]/.test(character) && /^ +[^\p{Ll} ]/u.test(text.slice(at + 1, at + 4));
    if (isEnd) return { heading: text.slice(0, at + (character === '.' ? 0 : 1)), rest: text.slice(at + 1).trim() };
  }
  return { heading: text.replace(/(?<!\.|\.\u{a0}\p{L}{3,4})\.$/u, ''), rest: '' };
}

/** State, title and what follows as one sentence for a locked phone: as much of it as there is room for. */
export function summaryOf(state: State | undefined, title: string, text: string): string {
  const named = state && state.word !== '' ? `${state.word}: ${title}` : title;
  const { heading, rest } = headed(text);
  const all = text === '' ? [] : [`${fullStop(named)} ${text}`];
  const first = rest === '' ? [] : [`${fullStop(named)} ${fullStop(heading)}`];
  return (
    [...all, ...first, fullStop(named)].find(({ length }) => length <= MOST_SUMMARY) ?? shorten(named, MOST_SUMMARY)
  );
}

interface AnswerOptions {
  tone?: Tone;
  /** Instead of the one that the tone stands for. */
  state?: State;
  /** Further paragraphs. */
  more?: string[];
  facts?: CardFact[];
  groups?: Group[];
  actions?: CardAction[];
  footnote?: string;
  /** Instead of title and sentence. */
  summary?: string;
}

/** A plain answer: the title says it, the sentence (which may be empty) adds to it, perhaps more lines do. */
export function sentenceCard(title: string, sentence: string, say: Say, options: AnswerOptions = {}): Card {
  const { tone = 'neutral', more = [], facts, groups, actions, footnote } = options;
  const state = options.state ?? stateOf(tone, say);
  const [heading, first] = [prose(title, say), prose(sentence, say)];
  const text = [first, ...more.map((line) => prose(line, say))].filter((line) => line !== '');
  return {
    language: say.language,
    // That it is done says nothing that the title does not.
    summary: options.summary ?? summaryOf(tone === 'good' ? options.state : state, heading, first),
    ...(state ? { state } : {}),
    title: heading,
    tone,
    ...(text.length > 0 ? { text } : {}),
    ...(facts ? { facts } : {}),
    ...(groups ? { groups } : {}),
    ...(actions ? { actions } : {}),
    ...(footnote ? { footnote } : {}),
  };
}

/**
 * Input that could not be understood, or that cannot be done: its first sentence is the title. `suggestion`: what was
 * probably meant, as it is typed.
 */
export function problemCard(sentence: string, say: Say, { suggestion }: { suggestion?: string } = {}): Card {
  const about: About = { kind: 'answer', refused: true };
  const split = headed(prose(sentence, say));
  const isHeading = split.heading.length <= MOST_TITLE;
  const { heading, rest } = isHeading ? split : { heading: say('problem.title'), rest: prose(sentence, say) };
  const does = suggestion === undefined ? null : typeAction(say('button.yes-do'), suggestion, { style: 'positive' });
  const help = typeAction(say('button.help'), 'help');
  const actions = does && help ? [does, help] : undefined;
  const state = { symbol: '⚠️', word: say('state.nothing') };
  const summary = isHeading ? {} : { summary: shorten(`${state.word}: ${rest}`, MOST_SUMMARY) };
  const options = { tone: 'warning', state, ...summary, ...(actions ? { actions } : {}) } as const;
  return { ...sentenceCard(heading, rest, say, options), about };
}

/**
 * Our own fault, with the id under which the log tells more. `typed`: the command that failed, to be tried again by a
 * button.
 */
export function errorCard(errorId: string, say: Say, { typed }: { typed?: string } = {}): Card {
  const about: About = { kind: 'answer', error: errorId };
  const again = typed === undefined ? null : typeAction(say('button.retry'), typed, { style: 'positive' });
  const card = sentenceCard(say('error.title'), say('error.retry'), say, {
    tone: 'attention',
    state: { symbol: '⛔', word: say('state.fault') },
    footnote: say('error.footnote', { errorId }),
    ...(again ? { actions: [again] } : {}),
  });
  return { ...card, about };
}

/** The answer to a kind word: says what there is to do here. `watches` is how many the conversation has. */
export function courtesyCard(what: 'greeting' | 'thanks', watches: number, say: Say): Card {
  const next = watches === 0 ? say('courtesy.begin') : say('courtesy.watches', { number: watches });
  const buttons = [
    ...(watches === 0 ? [] : [typeAction(say('button.open-list'), 'list')]),
    typeAction(say('button.help'), 'help'),
  ];
  return sentenceCard(say(`courtesy.${what}.title`), next, say, {
    more: [say('courtesy.help')],
    actions: buttons.filter((one) => one !== null),
  });
}

/** The card on installation. `calendar`: where reminders go, as the bot is configured. */
export function welcomeCard(
  kind: 'personal' | 'group' | 'channel',
  calendar: 'graph' | 'ics' | 'none',
  say: Say,
): Card {
  const mention = kind === 'personal' ? '' : '@certbot ';
  const help = typeAction(say('button.help'), 'help');
  return {
    language: say.language,
    summary: say('welcome.summary', { mention }),
    title: say('welcome.title'),
    tone: 'neutral',
    lead: say('welcome.what', { calendar }),
    text: [say('welcome.begin', { mention }), say('welcome.many')],
    footnote: say('welcome.more', { mention }),
    ...(help ? { actions: [help] } : {}),
  };
}
