import { DAY, HOUR, MINUTE, SECOND } from '../time.ts';

/** How long what is waited for before something is told, and after. All in milliseconds. */
export interface AlertRules {
  /** So long a new cause waits for more of it; what has ended or is revoked does not wait. */
  groupWait: number;
  /** A conversation has one alert in this time. */
  sendEvery: number;
  /** A message is edited once in this time. */
  editEvery: number;
  /** What was looked at longer ago is looked at again before a stage is told, and waited for so long at most. */
  fresh: number;
  lookWait: number;
  /** So long a host that is down waits for others that begin to fail. */
  siblings: number;
  /** A finding that is still there after so long is told. */
  twice: number;
  /** What was told and is gone is looked for again so long after. */
  confirm: number[];
  /** A finding that was told is over when it is not seen for so long. */
  over: number;
  /** A host that is silent again within this time has the same outage. */
  hostSettles: number;
  /** While part of a certificate's endpoints have a new one, the others are looked at so often, for so long. */
  partly: { every: number; for: number };
  /** The bot's own network is told of when it has been away for so long. */
  network: number;
  /** So long an incident is known after its end. */
  remembered: number;
}

/** Where one target has failed so often in a row, others are looked at: perhaps all of them do. */
export const FAILURES_TO_LOOK_AROUND = 2;

/** The rules where targets are looked at every `interval` milliseconds: no wait for a look is longer than that. */
export function alertRules(interval: number, sendEvery: number): AlertRules {
  const most = (ms: number): number => Math.min(ms, interval);
  return {
    groupWait: Math.min(30 * SECOND, 3 * interval),
    sendEvery,
    editEvery: Math.min(10 * SECOND, sendEvery),
    fresh: 4 * MINUTE,
    lookWait: 5 * MINUTE,
    siblings: Math.min(3 * MINUTE, 5 * interval),
    twice: most(2 * MINUTE),
    confirm: [1, 4, 13].map((number) => Math.min(number * MINUTE, number * interval)),
    over: most(10 * MINUTE),
    hostSettles: Math.min(30 * MINUTE, 10 * interval),
    partly: { every: 10 * MINUTE, for: 6 * HOUR },
    network: most(2 * MINUTE),
    remembered: 7 * DAY,
  };
}
