import type { About } from './about.ts';
import type { Language } from './language/language.ts';

/**
 * A message as a person sees it, free of any channel's markup, in the order in which it is read: state, title, lead,
 * lifetime, what to do, facts, groups, what is behind _More_, footnote, buttons. Every string is plain text: the
 * channel escapes it for the place where it goes, and keeps dates and lengths of time from breaking. A thing is said
 * once; what a person wants first stands first.
 */
export interface Card {
  /** What its texts are written in; the channel says its own words in it, and tells screen readers. */
  language: Language;
  /**
   * One plain sentence with state, target, number and a date with its year: what a locked phone shows, a screen reader
   * says and a plain channel sends. Always present, never empty, 160 characters at most where names allow it.
   */
  summary: string;
  /** Said before all else, by a persona; what matters comes after it, and stands in the summary. */
  opening?: string;
  /** One symbol and one word, such as `⚠️` and `Urgent`. Cards without a state (list, help) have none. */
  state?: State;
  /** One sentence with the target and the number that counts: `shop.example.com expires in 7 days`. */
  title: string;
  tone: Tone;
  /** The instant with its zone, or the one thing to add to the title. */
  lead?: Line;
  bar?: LifetimeBar;
  /** What to do, imperative, and what the bot does by itself. */
  todo?: { task: string; then?: string };
  /** Paragraphs. */
  text?: string[];
  facts?: CardFact[];
  groups?: Group[];
  /** Hidden until somebody asks for more: certificate, addresses, chain, fingerprint. Nothing vital stands there. */
  details?: CardFact[];
  /**
   * Whom it concerns. A channel mentions them when it posts the message, and only names them where it changes one: that
   * would notify them again.
   */
  mentions?: Mention[];
  /** Progress of a bulk command, shown as a bar or as text. */
  progress?: { done: number; total: number };
  /** A last, quieter line. */
  footnote?: string;
  /** Three at most in sight beside _More_, six in all; those that are `rare` stand behind _More_. */
  actions?: CardAction[];
  /**
   * Invites the reader (of a direct chat) to sign in to their own calendar; the channel puts its own way of doing so
   * behind the label.
   */
  signIn?: { label: string };
  /** What it says, for programs. */
  about?: About;
}

export interface State {
  symbol: string;
  word: string;
}

/** A piece of a line: what somebody may type is `mono`, what counts is `bold`. */
export interface Run {
  text: string;
  bold?: boolean;
  mono?: boolean;
}

/** What stands on one line, one run after the other. */
export type Line = string | (string | Run)[];

/** A line without its looks. */
export function textOf(line: Line): string {
  return typeof line === 'string' ? line : line.map((run) => (typeof run === 'string' ? run : run.text)).join('');
}

/**
 * How much of a life is over: `3 Aug ═══●── 1 Nov`. `gone` is a share from 0 to 1. It stands below words that say the
 * same.
 */
export interface LifetimeBar {
  from: string;
  to: string;
  gone: number;
}

/** A label of ten characters at most (it stands in a narrow column), and its value, such as a fingerprint in `mono`. */
export interface CardFact {
  label: string;
  value: string;
  mono?: boolean;
}

/** Rows that have something in common, which the heading says once for all of them. */
export interface Group {
  symbol?: string;
  heading: string;
  text?: Line[];
  rows?: Row[];
  facts?: CardFact[];
  /** A quiet last line: what is left out, and how to see it. */
  more?: string;
  chart?: Chart;
  /** Hidden until this button, of these words, is pressed; where a channel can hide nothing, it is left out. */
  toggle?: string;
}

/** A name with a quiet second line on the left, a date (or number) with the distance to it on the right. */
export interface Row {
  name: Line;
  /** Quiet: state, owner. */
  sub?: string;
  date?: string;
  distance?: string;
  /**
   * Id of the conversation that the last part of `sub` names (parts are joined by ` · `), or the name where there is
   * no `sub`; a channel that can link to it does so instead of showing that.
   */
  conversation?: string;
  /**
   * What can be done with this row: the first by selecting it, all of them where the channel has room for a menu.
   * Everything here can be typed as well.
   */
  actions?: CardAction[];
}

/** Numbers as bars, one for each label; channels without charts draw them as text. */
export interface Chart {
  /** For screen readers. */
  title: string;
  bars: { label: string; value: number }[];
}

/** Somebody, or a group of people, by the channel's own id. The name is untrusted text and may be empty. */
export interface Mention {
  kind: 'person' | 'group';
  id: string;
  name: string;
}

/**
 * How it should look; never the only carrier of meaning (WCAG 2.2, 1.4.1): the words or symbols say the same. `held`:
 * somebody has it in hand.
 */
export type Tone = 'good' | 'notice' | 'warning' | 'attention' | 'held' | 'neutral';

export type CardAction = Execute | Open | Choose;

interface Execute {
  kind: 'execute';
  label: string;
  action: ActionRequest;
  /** `positive`: the one primary button of a card. */
  style?: 'positive' | 'destructive';
  isRare?: boolean;
}

interface Open {
  kind: 'open';
  label: string;
  url: string;
  isRare?: boolean;
}

/**
 * A choice, and the button that sends it. What was chosen comes back in the action's data under `input`. `people`: one
 * of the conversation, by the channel's own id. Always behind _More_ where a channel hides anything.
 */
interface Choose {
  kind: 'choose';
  label: string;
  prompt: string;
  input: string;
  options: { label: string; value: string }[] | 'people';
  action: ActionRequest;
}

/** What a button carries. It comes back from the client and is untrusted: flows check conversation and watch anew. */
export interface ActionRequest {
  /** e.g. "list-page", "unwatch". */
  name: string;
  data: Record<string, string | number | boolean>;
}
