import type { About } from '../../../src/core/about.ts';
import type { Tone } from '../../../src/core/card.ts';
import { NOW } from '../../support/certificate-facts.ts';
import { createScriptedSource, type ScriptedSource } from '../../support/scripted-source.ts';
import { createWiredBot, type WiredBot } from '../../support/wired-bot.ts';

/**
 * Where something is said: the chat with the bot alone, a new message in the channel, or a reply to the channel's
 * latest such message.
 */
export type Place = 'personal' | 'channel' | 'thread';

/** A card as a person sees it, whatever markup carried it. */
export interface SeenCard {
  summary: string;
  /** State and title, without the symbol before them. */
  title: string;
  tone: Tone;
  /** Line by line: lead, lifetime, task, paragraphs, headings of groups. */
  texts: string[];
  /** Those of details as well. */
  facts: { label: string; value: string }[];
  /** Names of rows, with the parts of what is beside and below them, in whatever order: see `rowSeen`. */
  rows: string[][];
  /** Quiet lines: what groups leave out, and the last line of all. */
  footnotes: string[];
  buttons: { label: string; url: string | null }[];
  /** Entries of the menus beside the rows. */
  menus: string[][];
}

/** Text without what is seen nowhere: spaces that do not break are spaces, breaks in words are nothing. */
export function asRead(text: string): string {
  return text.replaceAll('\u200b', '').replaceAll('\u{a0}', ' ');
}

/** State and title, without the symbol before them. */
export function bareTitle(text: string): string {
  return asRead(text).replace(/^\p{Extended_Pictographic}\uFE0F? /u, '');
}

/** A row, however its channel lays it out: the name, then the parts of everything else in the order of the alphabet. */
export function rowSeen(name: string, rest: string[]): string[] {
  const parts = rest.flatMap((text) => asRead(text).split(/ · |, /)).map((part) => part.trim());
  return [asRead(name), ...parts.filter((part) => part !== '').toSorted()];
}

/** A message as it stands now. */
export interface SeenMessage {
  place: 'personal' | 'channel';
  /** What the message said to which this is a reply; null at the top level. */
  thread: string | null;
  /** How often it was changed since it was posted. */
  edits: number;
  card: SeenCard;
  /**
   * What programs read of it, with the text of the message that it answers; null when it carries nothing for them. A
   * press does not change it.
   */
  about: SeenAbout | null;
}

export type SeenAbout = Omit<About, 'inbound'> & { answers: string | null };

/** `textOf` finds the text of a message by the channel's own id of it. */
export function seenAbout(about: About | undefined, textOf: (id: string) => string | undefined): SeenAbout | null {
  if (!about) return null;
  const { inbound, ...rest } = about;
  const answers = inbound === undefined ? null : (textOf(inbound.slice(inbound.lastIndexOf(':') + 1)) ?? inbound);
  return { ...rest, answers };
}

/**
 * Messages (oldest first) as they are searched for a button: the newest first, and those of the personal chat before
 * all of the channel, since nothing orders one place and another.
 */
export function inOrderOfPresses<T>(messages: T[], isPersonal: (message: T) => boolean): T[] {
  const newest = messages.toReversed();
  return [...newest.filter(isPersonal), ...newest.filter((message) => !isPersonal(message))];
}

/** What a person does in a channel, and what they see there. */
export interface ChannelUnderTest {
  /** For people: "Teams". */
  readonly name: string;
  /** Rows of a list have menus. */
  readonly hasMenus: boolean;
  /** What the bot sees of the net. */
  readonly peers: ScriptedSource;
  /** Types a message, mentioning the bot where that is needed. Resolves when the bot has taken it. */
  say(text: string, place: Place): Promise<void>;
  /** The last message arrives at the bot once more. */
  repeat(): Promise<void>;
  /**
   * Presses a button, or (with `row`, a text of the row) chooses from a row's menu, on the newest message that has it:
   * see `inOrderOfPresses`. Resolves when it was answered.
   */
  press(label: string, row?: string): Promise<void>;
  /** Messages of the bot as they stand now, oldest first. */
  messages(): SeenMessage[];
  /** The bot can no longer write to the channel, without having been told; or it can again. */
  close(reachable: boolean): void;
  /** Takes the bot out of the personal chat (or wherever it was installed), or adds it there. */
  install(present: boolean): Promise<void>;
  /** Resolves when the bot has nothing left to do. */
  settled(): Promise<void>;
  /** Lets so many milliseconds pass and the bot look at what is due. */
  later(ms: number): Promise<void>;
  /** Frees everything. Fails when the bot did what the channel forbids. */
  end(): Promise<void>;
}

/**
 * The part of a ChannelUnderTest that is the same everywhere: a bot of its own, a clock that moves when told, and the
 * net.
 */
export interface Stage {
  bot: WiredBot;
  shared: Pick<ChannelUnderTest, 'peers' | 'settled' | 'later'>;
}

/** A bot at 2026-11-22T12:00:00Z over an empty store. */
export async function setStage(): Promise<Stage> {
  let now = NOW;
  const peers = createScriptedSource(() => now);
  const bot = await createWiredBot({ sources: [peers.source], now: () => now });
  async function later(ms: number): Promise<void> {
    now += ms;
    await bot.round();
  }
  return { bot, shared: { peers, settled: bot.settled, later } };
}

/**
 * The person in a channel. Name, zone and language are seen in answers, so every channel has to tell the bot the same.
 */
export interface Person {
  name: string;
  /** IANA name. */
  zone: string;
  /** BCP 47. */
  locale: string;
}

export const BOB: Person = { name: 'Bob', zone: 'Europe/Berlin', locale: 'en-US' };
export const BERTA: Person = { name: 'Berta', zone: 'Europe/Vienna', locale: 'de-AT' };

/** How a mention is read: clients show a name that the message need not hold. */
export const MENTIONED = '@somebody';

/** Waits for what has no event of its own; fails after a minute. */
export async function eventually<T>(probe: () => T | undefined | false, what: string): Promise<T> {
  const until = performance.now() + 60_000;
  for (;;) {
    const value = probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > until) throw new Error(`gave up waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
