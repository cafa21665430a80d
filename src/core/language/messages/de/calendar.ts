import type { calendar as english } from '../en/calendar.ts';

export const calendar: Record<keyof typeof english, string> = {
  'feed.name': 'Zertifikate',
  'feed.name-of': 'Zertifikate – {conversation}',

  'reminder.feed': '{instant}, im Kalender-Feed',
  'reminder.outlook': '{instant}, in Outlook',
  'reminder.queued': '{instant}, vorgemerkt für Outlook',
  'reminder.tried':
    '{instant}, vorgemerkt für Outlook ({attempts, plural, =0 {einmal} one {einmal} other {{attempts}-mal}} versucht: {error})',
  'reminder.retried':
    '{instant}, vorgemerkt für Outlook ({attempts, plural, =0 {einmal} one {einmal} other {{attempts}-mal}} versucht, nächster Versuch {next}: {error})',

  'calendar.none.title': 'Dieser Bot führt keine Erinnerungen im Kalender',
  'calendar.none': 'Warnungen kommen in diese Unterhaltung (CALENDAR=none).',
  'calendar.no-address.title': 'Noch keine Feed-Adresse',
  'calendar.no-address':
    'Diesem Bot wurde nicht gesagt, unter welcher Adresse er von außen erreichbar ist; deshalb kann er keine für den Feed nennen: Wer ihn betreibt, setzt PUBLIC_URL. Bis dahin legt „calendar example.com“ einzelne Termine über Schaltflächen in Outlook an.',
  'calendar.title': 'Der Kalender-Feed dieser Unterhaltung',
  'calendar.new-title': 'Der Kalender-Feed dieser Unterhaltung hat eine neue Adresse',
  'calendar.summary':
    'Der Kalender-Feed dieser Unterhaltung hat {number, plural, one {einen Termin} other {{number} Termine}}.',
  'calendar.outlook':
    'Erinnerungen für Personen, deren Postfach bekannt ist, stehen direkt in Outlook; der Feed enthält die übrigen.',
  'calendar.subscribe': 'Diese Adresse in Outlook, Google Kalender oder Apple Kalender abonnieren: {url}',
  'calendar.webcal': 'Auf Mac und iPhone und in Thunderbird abonniert das Öffnen dieser Adresse sofort: {url}',
  'calendar.next':
    '{number, plural, one {{number} Termin} other {{number} Termine}}. Der nächste ist „{subject}“, {instant}.',
  'calendar.empty':
    '{number, plural, =0 {Noch steht kein Termin darin} one {{number} Termin, der vorbei ist} other {{number} Termine, die alle vorbei sind}}. Er füllt sich, sobald Überwachungen Erinnerungen bekommen.',
  'calendar.revoked': 'Die alte Adresse funktioniert nicht mehr.',
  'calendar.secret':
    'Wer die Adresse hat, kann den Feed lesen; „calendar reset“ legt eine neue an und macht diese ungültig.',
  'calendar.pace':
    'Kalenderprogramme aktualisieren Abonnements in ihrem eigenen Takt und ignorieren darin meist Alarme: Verlass ist auf die Warnungen in diesem Chat.',
};
