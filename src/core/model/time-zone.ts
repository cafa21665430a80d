import { IANAZone } from 'luxon';

/**
 * By far most of the zones that are asked about. What is not among them takes a formatter made for the question, and
 * every message brings the zone of its sender.
 */
const COMMON = new Set(Intl.supportedValuesOf('timeZone'));

/** Whether a zone is one of the tz database that is known here, by whichever of its names and in whichever case. */
export function isTimeZone(name: string): boolean {
  return COMMON.has(name) || IANAZone.isValidZone(name);
}
