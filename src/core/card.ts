import type { About } from './about.ts';
import type { Language } from './language/language.ts';

/**
 * A message as a person sees it, free of any channel's markup. Every string is plain text: the channel escapes it for
 * the place where it goes.
 */
export interface Card {
  /** What its texts are written in; the channel says its own words in it, and tells screen readers. */
  language: Language;
  /** One plain sentence, for notifications, screen readers and plain channels. Always present, never empty. */
  summary: string;
  title: string;
  tone: Tone;
  /** Paragraphs under the title. */
  text?: string[];
  facts?: { label: string; value: string }[];
  table?: Table;
  /**
   * Whom it concerns. A channel mentions them when it posts the message, and only names them where it changes one: that
   * would notify them again.
   */
  mentions?: Mention[];
  /** Progress of a bulk command, shown as a bar or as text. */
  progress?: { done: number; total: number };
  /** A second, quieter block, e.g. hints. */
  footnote?: string;
  actions?: CardAction[];
  /**
   * Invites the reader (of a direct chat) to sign in to their own calendar; the channel puts its own way of doing so
   * behind the label.
   */
  signIn?: { label: string };
  /** What it says, for programs. */
  about?: About;
}

/** Somebody, or a group of people, by the channel's own id. The name is untrusted text and may be empty. */
export interface Mention {
  kind: 'person' | 'group';
  id: string;
  name: string;
}

/** How it should look; never the only carrier of meaning (WCAG 2.2, 1.4.1): the words or symbols say the same. */
export type Tone = 'good' | 'notice' | 'warning' | 'attention' | 'neutral';

export interface Table {
  columns: { title: string; weight: number }[];
  rows: TableRow[];
}

export interface TableRow {
  cells: TableCell[];
  /**
   * What can be done with this row, where the channel has room for it (a menu beside the row); everything here can be
   * typed as well.
   */
  actions?: CardAction[];
}

export interface TableCell {
  text: string;
  tone?: Tone;
  /** Id of the conversation that the cell names; a channel that can link to it does so instead of showing the text. */
  conversation?: string;
}

export type CardAction =
  | { kind: 'execute'; label: string; action: ActionRequest; style?: 'positive' | 'destructive' }
  | { kind: 'open'; label: string; url: string };

/** What a button carries. It comes back from the client and is untrusted: flows check conversation and watch anew. */
export interface ActionRequest {
  /** e.g. "list-page", "unwatch". */
  name: string;
  data: Record<string, string | number | boolean>;
}
