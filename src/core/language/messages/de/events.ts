import type { events as english } from '../en/events.ts';

export const events: Record<keyof typeof english, string> = {
  'event.renew': 'Zertifikat erneuern: {target} (läuft am {date} ab)',
  'event.expiry': 'Zertifikat läuft ab: {target}',
  'event.targets': '{target} und {number, plural, one {{number} weiteres} other {{number} weitere}}',
  'event.renew.what':
    'Dieses Zertifikat jetzt erneuern, auf allen unten genannten Endpunkten installieren und die Dienste, die es ausliefern, neu starten.',
  'event.expiry.what':
    'Von diesem Zeitpunkt an lehnen Clients dieses Zertifikat ab. Ist es noch in Gebrauch, jetzt erneuern.',
  'event.where': 'Wo: {targets}',
  'event.where.many': 'Wo ({number}): {targets}',
  'event.how': 'So wird es erneuert:',
  'event.owner': 'Zuständig: {number, plural, one {{names}} other {{names}}}',
  'event.show': 'Alles darüber: dort {command} eingeben.',
  'event.show.link': 'Alles darüber im Chat',
  'event.message': 'Nachricht im Chat öffnen',
  'names.range': '{first} bis {last}',
  'event.until': 'Bis: {date}',
  'event.issuer': 'Aussteller: {issuer}',
  'event.names': 'Namen: {names}',
  'event.serial-number': 'Seriennummer: {number}',
  'event.kept':
    'Diesen Termin pflegt certbot für Teams und Slack: Er wird verschoben, wenn das Zertifikat erneuert ist, und gelöscht, wenn niemand es mehr überwacht.',
  'event.copy':
    'Dies ist die Kopie einer Erinnerung von certbot für Teams und Slack. An ihr ändert sich nichts, auch nach einer Erneuerung.',
  'event.category': 'Zertifikat',

  'event.chain.fine': 'Kette: vollständig und vertrauenswürdig.',
  'event.chain': 'Kette: {findings}',
  'event.already-renewed': 'Bereits erneuert: {targets}',
  'event.moved.freeze':
    'Vorgezogen: Der {date} liegt in der Änderungssperre {days, plural, one {am {from}} other {vom {from} bis {to}}}.',
  'event.moved.holiday': 'Vorgezogen: Der {date} ist ein Feiertag ({name}).',
  'event.falls.freeze':
    'Dieser Termin liegt in der Änderungssperre {days, plural, one {am {from}} other {vom {from} bis {to}}}, da vorher keine Arbeitszeit mehr bleibt.',
  'event.falls.holiday': 'Dieser Termin fällt auf einen Feiertag ({name}), da vorher keine Arbeitszeit mehr bleibt.',
  'event.all-day': '{date} (ganztägig)',
  'event.link': 'Unterhaltung öffnen',
};
