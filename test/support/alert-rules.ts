import type { AlertRules } from '../../src/core/alerts/rules.ts';
import { DAY, MINUTE } from '../../src/core/time.ts';

/** Nothing is waited for: what a look finds is told at once, and what it does not find any more is over. */
export const AT_ONCE: AlertRules = {
  groupWait: 0,
  sendEvery: 0,
  editEvery: 0,
  fresh: 365 * DAY,
  lookWait: 0,
  siblings: 0,
  twice: 0,
  confirm: [],
  over: 0,
  hostSettles: 0,
  partly: { every: 365 * DAY, for: 0 },
  network: 2 * MINUTE,
  remembered: 7 * DAY,
};
