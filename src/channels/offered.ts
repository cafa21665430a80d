import type { FoundTarget } from '../core/model/form.ts';

/** Ticks of one form, and characters of one: as Slack has them (docs.slack.dev, "Checkboxes", "Option object"). */
const MOST_TICKS = 100;
const TICK_LENGTH = 75;
/** Characters of a field that can be written in (docs.slack.dev, "Plain-text input"). */
const FIELD_LENGTH = 3000;

/** Targets as a form offers them. */
export interface Arranged {
  /** One tick each. */
  ticks: string[];
  /** Those that have no tick, one per line. */
  more: string;
  /** How many have no room at all. */
  leftOut: number;
}

/** Ticks for as many as there is room for; what follows, and what is too long for a tick, in a field. */
export function arranged(offered: FoundTarget[]): Arranged {
  const ticks: string[] = [];
  const lines: string[] = [];
  let room = FIELD_LENGTH;
  let leftOut = 0;
  for (const { typed } of offered) {
    if (typed.length <= TICK_LENGTH && ticks.length < MOST_TICKS) ticks.push(typed);
    else if (typed.length < room) {
      lines.push(typed);
      room -= typed.length + 1;
    } else leftOut += 1;
  }
  return { ticks, more: lines.join('\n'), leftOut };
}
