import type { DeliveryError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { describeError } from '../../log/describe-error.ts';

/** Whether Slack can be reached, as the log is told: once when it cannot, and once when it can again. */
export interface Reach {
  /**
   * A try failed. A refusal is not about reach: it is told once for each reason. `failure.cause` and its stack are for
   * those who debug.
   */
  failed(failure: DeliveryError): void;
  /** A try succeeded. */
  reached(): void;
}

/** Codes by which a failure says that Slack has understood, and says no to whoever asks. */
const REFUSALS = new Set<DeliveryError['code']>(['credentials', 'refused']);

export function createReach(log: Log): Reach {
  /** Since when it has not been in reach (performance.now()); null while it is. */
  let awaySince: number | null = null;
  const refusals = new Set<string>();
  return {
    failed(failure) {
      const { code, message: reason } = failure;
      log.debug({ err: describeError(failure) }, 'a try to reach Slack failed');
      if (REFUSALS.has(code)) {
        if (refusals.has(reason)) return;
        refusals.add(reason);
        log.error(
          { reason },
          'Slack refuses this bot; it is asked again, with growing pauses, and nothing more is said',
        );
        return;
      }
      if (awaySince !== null) return;
      awaySince = performance.now();
      log.warn(
        { reason },
        'Slack cannot be reached; it is tried again, with growing pauses, and nothing more is said until it can',
      );
    },
    reached() {
      refusals.clear();
      if (awaySince === null) return;
      const seconds = Math.round((performance.now() - awaySince) / 1000);
      awaySince = null;
      log.info({ seconds }, 'Slack can be reached again');
    },
  };
}
