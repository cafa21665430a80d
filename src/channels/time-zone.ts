/** Most of the zones that clients tell: making a formatter only to learn that a zone exists takes longer than all else that a message's sender needs. */
const COMMON = new Set(Intl.supportedValuesOf('timeZone'));

/** Whether a zone that a client tells is one of the tz database, by whichever of its names. */
export function isTimeZone(zone: string): boolean {
  if (COMMON.has(zone)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
