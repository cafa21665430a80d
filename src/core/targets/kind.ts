import type { Say } from '../language/language.ts';
import type { Instant } from '../time.ts';

/** One kind of target: how its URIs are written and read, and how it stands in what people read and type. */
export interface TargetKind<Own> {
  /** URI schemes that are its own. */
  schemes: readonly string[];
  /** Its source connects to something: looks take time, have a budget, and can be repeated at will. */
  connects: boolean;
  /**
   * What it shows is the organisation's, and no single conversation's: it is looked at only where the operators have
   * allowed it, by the name of its first scheme.
   */
  restricted?: true;
  /** The canonical URI: one target, one text. */
  format(target: Own): string;
  /** Reads a canonical URI back. Throws on text that `format` cannot have written. */
  read(uri: string): Own;
  /** What two URIs have in common that mean the same; not given: only equal ones do. */
  identity?(target: Own): string;
  /** As cards and messages show it. */
  display(target: Own): string;
  /** The same where there is little room, such as in the subject of an event. */
  brief(target: Own): string;
  /**
   * How it is typed in a command. `given`: what a command that begins to watch it has to tell besides (ItemWords.given);
   * undefined in those that only name it.
   */
  typed(target: Own, given?: string): string;
  /**
   * Reads what somebody typed, or says what is wrong with it and what to type instead; null when it is nothing of the
   * kind. Of kinds that are told by `mark`.
   */
  parse?(text: string, say: Say): { uri: string } | { problem: string } | null;
  /** What stands before the link in what people type: `jwks` in `jwks+https://…`. */
  mark?: string;
  /** How its targets are typed where they have names of their own. */
  naming?: Naming;
}

/** What somebody typed of a target that has a name of its own in their conversation. */
export interface Named {
  /** Naming.prefix. */
  prefix: string;
  name: string;
  /** What was told besides the name (TargetArgument.given); null: nothing. */
  given: string | null;
}

/** Where and when something was named. */
export interface NamedWhere {
  now: Instant;
  /** Stands for the conversation in URIs: its names are nobody else's. */
  place: string;
  /** URIs that the conversation watches. */
  known: string[];
  /** The command may be about something that is not watched yet. */
  mayBeNew: boolean;
}

/** How targets are typed that have names of their own: a prefix, and behind it the rest of the line. */
export interface Naming {
  /** Without the colon, in lower case. */
  prefix: string;
  /** The prefix means something by itself, with nothing behind it and without its colon. */
  alone?: true;
  /** Reads what stands behind the prefix, or says what is wrong with it and what to type instead. */
  parse(text: string, say: Say): { named: Named } | { problem: string };
  /**
   * The target that is meant (or several that are called so), with what is told of it to its source; or what is wrong,
   * as `parse` does; or the name by which its source has to look for it (Source.find).
   */
  settle(
    named: Named,
    where: NamedWhere,
    say: Say,
  ): { uri: string; given?: string } | { uris: string[] } | { problem: string } | { sought: string };
}
