import type { Tone } from '../card.ts';
import type { Stage } from '../certificates/stages.ts';

/** How a stage looks: tone and symbol beside its word (`stage.…`), so that colour is never alone (WCAG 2.2, 1.4.1). */
export const STAGE_LOOK: Record<Stage, { tone: Tone; symbol: string }> = {
  fine: { tone: 'good', symbol: '✓' },
  notice: { tone: 'notice', symbol: '◔' },
  urgent: { tone: 'warning', symbol: '▲' },
  critical: { tone: 'attention', symbol: '‼' },
  expired: { tone: 'attention', symbol: '✖' },
};

/** What the state line of a card begins with; its word stands beside it. */
export const STATE_SYMBOL: Record<Stage | 'grave' | 'lesser', string> = {
  fine: '✅',
  notice: '🔔',
  urgent: '⚠️',
  critical: '🚨',
  expired: '⛔',
  grave: '⛔',
  lesser: '⚠️',
};
