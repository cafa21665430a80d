import { errorCodes } from '../core/errors.ts';
import type { Say } from '../core/language/language.ts';
import { within } from '../timing/within.ts';

export type CheckName =
  | 'configuration'
  | 'database'
  | 'slack'
  | 'slack-socket'
  | 'slack-install'
  | 'teams'
  | 'graph'
  | 'permissions'
  | 'calendars'
  | 'dns'
  | 'handshake';

/** How one thing was found. */
export interface Verdict {
  /** `hint`: it works, and could be better. `unused`: nothing was tried. */
  outcome: 'fine' | 'hint' | 'wrong' | 'unused';
  sentence: string;
  /** How it is mended; null where nothing is to be done. */
  remedy: string | null;
}

export interface Finding extends Verdict {
  check: CheckName;
}

export function fine(sentence: string): Verdict {
  return { outcome: 'fine', sentence, remedy: null };
}

export function unused(sentence: string): Verdict {
  return { outcome: 'unused', sentence, remedy: null };
}

export function hint(sentence: string, remedy: string): Verdict {
  return { outcome: 'hint', sentence, remedy };
}

export function wrong(sentence: string, remedy: string): Verdict {
  return { outcome: 'wrong', sentence, remedy };
}

/**
 * What a check finds, within so many milliseconds; it never rejects. Of an error nobody expected only the code (or else
 * the name) is told: its text may hold anything.
 */
export async function examined(
  check: CheckName,
  work: () => Promise<Verdict>,
  { say, timeout }: { say: Say; timeout: number },
): Promise<Finding> {
  const late = (): Verdict =>
    wrong(say('doctor.late', { seconds: Math.round(timeout / 1000) }), say('doctor.late.remedy'));
  try {
    return { check, ...(await within(work(), timeout, late)) };
  } catch (error) {
    const [code = error instanceof Error ? error.name : 'unknown'] = errorCodes(error);
    return { check, ...wrong(say('doctor.failed', { error: code }), say('doctor.failed.remedy')) };
  }
}
