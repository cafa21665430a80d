/**
 * From now on it is never the same hour here as in UTC, and at midnight another day, so that tests notice where a zone
 * is forgotten, whatever machine they run on.
 */
export function leaveUtc(): void {
  process.env['TZ'] = 'America/Adak';
}
