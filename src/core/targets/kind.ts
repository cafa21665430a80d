/** One kind of target: how its URIs are written and read, and how it stands in what people read and type. */
export interface TargetKind<Own> {
  /** URI schemes that are its own. */
  schemes: readonly string[];
  /** Its source connects to something: looks take time, have a budget, and can be repeated at will. */
  connects: boolean;
  /** The canonical URI: one target, one text. */
  format(target: Own): string;
  /** Reads a canonical URI back. Throws on text that `format` cannot have written. */
  read(uri: string): Own;
  /** As cards and messages show it. */
  display(target: Own): string;
  /** The same where there is little room, such as in the subject of an event. */
  brief(target: Own): string;
  /**
   * How it is typed in a command. `given`: what a command that begins to watch it has to tell besides (ItemWords.given);
   * undefined in those that only name it.
   */
  typed(target: Own, given?: string): string;
}
