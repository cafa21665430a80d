import type { Card, Tone } from '../card.ts';
import type { Observation } from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import type { Stage } from '../certificates/stages.ts';
import type { Say } from '../language/language.ts';
import type { ReminderKind } from '../model/reminder.ts';
import type { Instant } from '../time.ts';

export type Facts = NonNullable<Card['facts']>;

/** When and in which language something is said. */
export interface Speaking {
  now: Instant;
  say: Say;
}

/** What an alert says of an item that took the place of another. */
export interface RenewedWords {
  title: string;
  tone: Tone;
  sentence: string;
  advice: string;
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

  /** The one plain sentence, without a full stop, such as `example.com:443 expires 2027-03-14 (in 112 days)`. */
  ends(item: Own, target: string, speaking: Speaking): string;
  /** When it ends and what tells it from others, as the value of a fact. */
  end(item: Own, say: Say): string;
  /** The value of the fact that tells what was last known of a target that shows nothing now. */
  lastKnown(item: Own, speaking: Speaking): string;
  /** Everything about what was presented. */
  facts(item: Own, observation: Observation, speaking: Speaking): Facts;
  /** Nothing is wrong with it; `isDue`: but that it is to be renewed, which is said before it. May be empty then. */
  fine(isDue: boolean, say: Say): string;
  /** It has ended. */
  over(item: Own, say: Say): string;
  /** A stage holds; `stage` is its word. */
  due(stage: string, say: Say): string;

  /** An alert about a stage. */
  stage(item: Own, target: string, stage: Exclude<Stage, 'fine'>, say: Say): { title: string; advice: string };
  /** An alert about what took the place of another; `twin`: what stands beside it and was not renewed. */
  renewed(what: { from: Item | null; to: Own; twin?: Item }, target: string, speaking: Speaking): RenewedWords;

  /** The subject of an event. */
  subject(item: Own, kind: ReminderKind, target: string, say: Say): string;
  /** What to do, the first paragraph of an event. */
  task(item: Own, kind: ReminderKind, say: Say): string;
  /**
   * The paragraphs about it in an event. Listed targets: those that present it, and those that present the next one
   * already (empty: none).
   */
  details(item: Own, about: { targets: string; renewed: string; verdict: string[] }, say: Say): string[];
  /** That the event is kept, the last paragraph. */
  kept(say: Say): string;
  /** Under which category calendars show events; undefined: that of certificates. */
  category(say: Say): string | undefined;
  /** A person moved an event to where it would come too late. */
  movedBack(values: Record<string, string>, say: Say): string;
}
