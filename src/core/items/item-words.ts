import type { Card, CardFact } from '../card.ts';
import type { Observation } from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import type { Stage } from '../certificates/stages.ts';
import type { Say } from '../language/language.ts';
import type { ReminderKind } from '../model/reminder.ts';
import type { Instant } from '../time.ts';

export type Facts = CardFact[];

/** When and in which language something is said. */
export interface Speaking {
  now: Instant;
  say: Say;
}

/** What is said of an item that took the place of another. */
export interface RenewedWords {
  /** The word of the card's state. */
  state: string;
  isGood: boolean;
  /** Null: until when it is valid. */
  title: string | null;
  lead: string;
  /** The same where it was said already when it ends. */
  news: string;
  todo?: Card['todo'];
  facts: Facts;
  details: Facts;
  /** One sentence about all that, without a full stop. */
  sentence: string;
}

/** What took the place of another. `twin`: what stands beside it and was not renewed; `addresses` present it now. */
export interface Replacing<Own extends Item> {
  from: Item | null;
  to: Own;
  twin?: Item;
  addresses?: number;
}

/**
 * How one kind of item is spoken of. `target` is how the target that presents it is shown; sentences that end a line
 * come without a full stop where it says so. Untrusted text is shortened.
 */
export interface ItemWords<Own extends Item> {
  /** What a command that begins to watch it tells besides the target; undefined: nothing. */
  given(item: Own): string | undefined;
  /** What can be found in a list besides target and owner. */
  found(item: Own): string[];

  /** The day on which it ends: `1 Nov`, with its weekday or year where that is asked for. */
  day(item: Own, speaking: Speaking, options?: { weekday?: boolean; year?: boolean }): string;
  /** When it ends, as exactly as is known. */
  instant(item: Own, speaking: Speaking): string;
  /** When the life began of which it tells how much is left; null where that is not known. */
  begins(item: Own): Instant | null;
  /** The value of the fact that tells what was last known of a target that shows nothing now. */
  lastKnown(item: Own, speaking: Speaking): string;
  /** Everything about what was presented, but when it ends. */
  facts(item: Own, observation: Observation, speaking: Speaking): Facts;
  /** What is good where nothing is wrong, as the end of a sentence, with its full stop; may be empty. */
  sound(observation: Observation, stage: Stage, say: Say): string;
  /** What a stage means for those who use it, as a sentence; may be empty. */
  meaning(stage: Stage, say: Say): string;
  /** What to do in a stage; `addresses`: how many present it. */
  todo(stage: Exclude<Stage, 'fine'>, addresses: number, say: Say): NonNullable<Card['todo']>;
  /** What took the place of another. */
  renewed(what: Replacing<Own>, target: string, speaking: Speaking): RenewedWords;

  /** The subject of an event. */
  subject(item: Own, kind: ReminderKind, target: string, say: Say): string;
  /** What to do, the first paragraph of an event. */
  task(item: Own, kind: ReminderKind, say: Say): string;
  /** The quiet lines about it in an event, below what to do, until when, and where. */
  details(item: Own, about: { verdict: string[] }, say: Say): string[];
  /** That the event is kept, the last paragraph. */
  kept(say: Say): string;
  /** Under which category calendars show events; undefined: that of certificates. */
  category(say: Say): string | undefined;
  /** A person moved an event to where it would come too late. */
  movedBack(values: Record<string, string>, say: Say): string;
}
