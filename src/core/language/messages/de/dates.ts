import type { dates as english } from '../en/dates.ts';

export const dates: Record<keyof typeof english, string> = {
  'date.form':
    '„{text}“ ist kein Tag, wie er hier eingegeben wird. Jahr, Monat und Tag eingeben und dahinter, worum es geht, zum Beispiel `watch date:2030-03-01 Code-signing token`.',
  'date.other-form':
    'Tage werden hier als Jahr, Monat und Tag eingegeben, „{text}“ ist eine andere Schreibweise. `date:{day} {name}` eingeben.',
  'date.no-such-day':
    'Den Tag „{text}“ gibt es im Kalender nicht. Jahr, Monat und Tag eingeben, zum Beispiel `watch date:2030-03-01 Code-signing token`.',
  'date.time': 'Nur ganze Tage sind möglich, ohne Uhrzeit und Zeitzone. `date:{day} {name}` eingeben.',
  'date.no-name': 'Worum geht es? Den Namen hinter dem Tag eingeben, zum Beispiel `date:{day} Code-signing token`.',
  'date.past':
    '{day} liegt nicht in der Zukunft (Tage beginnen um 00:00 UTC). Einen kommenden Tag eingeben, zum Beispiel `watch date:2030-03-01 Code-signing token`.',
  'date.far':
    'Bis {day} sind es mehr als 50 Jahre. Stimmt das Jahr? Beispiel für die Eingabe: `watch date:2030-03-01 Code-signing token`.',
  'date.long-name':
    'Der Name hat {number} Zeichen, höchstens {most} sind möglich. Einen kürzeren eingeben, zum Beispiel `watch date:2030-03-01 Code-signing token`.',

  'date.fine': 'noch ist nichts zu tun.',
  'date.label.since': 'Eingegeben',

  'date.todo.notice': 'Die Erneuerung planen.',
  'date.todo.urgent': 'Erneuern.',
  'date.todo.critical': 'Heute erneuern.',
  'date.todo.expired': 'Jetzt erneuern.',
  'date.todo.then': 'Danach „watch“ mit dem neuen Datum und demselben Namen eingeben.',
  'date.lead.renewed':
    '{left, select, none {} other {Noch {left}. }}Zuvor war es {before}; die Erinnerungen wandern zum neuen Datum.',
  'date.renewed':
    '{target} {state, select, expired {ist nun am {date} abgelaufen} other {läuft nun am {date} ab}} ({when}); zuvor: {before}',

  'date.event.renew': 'Erneuern: {target} (läuft am {date} ab)',
  'date.event.expiry': 'Läuft am {date} ab: {target}',
  'date.event.renew.what':
    'Jetzt erneuern, danach in der Unterhaltung, in der es überwacht wird, „watch“ mit dem neuen Datum und demselben Namen eingeben.',
  'date.event.expiry.what': 'An diesem Tag läuft es ab. Wird es noch gebraucht, jetzt erneuern.',
  'date.event.about': 'Worum es geht: {targets}',
  'date.event.typed': 'Das Datum hat jemand eingegeben; der Bot kann es nicht überprüfen.',
  'date.event.kept':
    'Diesen Termin pflegt certbot für Teams und Slack: Er wird verschoben, wenn ein neues Datum eingegeben wird, und gelöscht, wenn niemand es mehr überwacht.',
  'date.event.category': 'Ablauf',
  'date.moved-back':
    'Die Erinnerung {kind, select, expiry {an den Ablauf} other {ans Erneuern}} für {subject} wurde in Outlook auf {found} verschoben. Das Ablaufdatum ist {date}: Später wäre zu spät.',
};
