import { type Card, type LifetimeBar, type Row, type Tone, textOf } from '../core/card.ts';

/** Characters of a bar: as wide as the words above it on a phone. */
const CELLS = 22;

/**
 * A bar of 22 characters in three parts: what is gone, the dot of today, what is left. `gone` is a share from 0 to 1.
 * A life that has begun and not ended never looks over.
 */
export function barOf(gone: LifetimeBar['gone']): { past: string; dot: string; rest: string } {
  const most = gone >= 1 ? CELLS - 1 : CELLS - 2;
  const past = Math.max(0, Math.min(most, Math.round((gone || 0) * (CELLS - 1))));
  return { past: '═'.repeat(past), dot: '●', rest: '─'.repeat(CELLS - 1 - past) };
}

/** A bar chart as lines of text: label, bar, number. */
export function textBars(bars: { label: string; value: number }[]): string[] {
  const largest = Math.max(1, ...bars.map(({ value }) => value));
  const scale = largest > 20 ? 20 / largest : 1;
  const width = Math.max(0, ...bars.map(({ label }) => label.length));
  return bars.map(({ label, value }) => {
    const length = Math.max(value > 0 ? 1 : 0, Math.round(value * scale));
    return `${label.padEnd(width)} ${'█'.repeat(length)} ${value}`;
  });
}

/** How much of a piece of work is done, as a lifetime that ends with it. */
export function barOfProgress({ done, total }: NonNullable<Card['progress']>): LifetimeBar['gone'] {
  return total > 0 ? Math.min(done, total) / total : 1;
}

/** Before the title of a card that has a tone and no state, so that its colour is not alone. */
export const TONE_SYMBOLS: Record<Tone, string> = {
  good: '✅ ',
  notice: '🔔 ',
  warning: '⚠️ ',
  attention: '🚨 ',
  held: '👀 ',
  neutral: '',
};

/** How many rows all groups have together. */
export function rowsIn({ groups = [] }: Card): number {
  return groups.reduce((sum, { rows = [] }) => sum + rows.length, 0);
}

/** The card with the first `count` rows of its groups; a group that had rows and has none any more is left out. */
export function withRows(card: Card, count: number): Card {
  if (!card.groups) return card;
  let left = count;
  const groups = card.groups.flatMap((group) => {
    if (!group.rows?.length) return [group];
    const rows = group.rows.slice(0, left);
    left -= rows.length;
    return rows.length > 0 ? [{ ...group, rows }] : [];
  });
  return { ...card, groups };
}

export function withoutRowActions(card: Card): Card {
  if (!card.groups) return card;
  const bare = ({ actions: _actions, ...row }: Row): Row => row;
  return {
    ...card,
    groups: card.groups.map((group) => ({ ...group, ...(group.rows ? { rows: group.rows.map(bare) } : {}) })),
  };
}

/** What a row says, for whoever hears it instead of seeing it. */
export function spokenRow({ name, date, distance, sub }: Row): string {
  return [textOf(name), sub, date, distance]
    .filter((each) => each !== undefined && each !== '')
    .join(', ')
    .replaceAll(' · ', ', ');
}
