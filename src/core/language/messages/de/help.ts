import type { help as english } from '../en/help.ts';

export const help: Record<keyof typeof english, string> = {
  'help.title': 'Mögliche Eingaben',
  'help.summary':
    'Für den Anfang „watch example.com“ eingeben. Es gibt auch check, list, show, remind, und mehr nach Themen.',
  'help.summary-of': '{title}. Zum Beispiel: {example}',
  'help.first': 'Meistens genügt',
  'help.first.watch': 'Ab jetzt überwachen, mit Warnungen hier und Erinnerungen im Kalender.',
  'help.first.check': 'Einmal prüfen und nichts behalten.',
  'help.first.list': 'Was hier überwacht wird; zuerst, wo etwas zu tun ist.',
  'help.first.show': 'Alles über ein Ziel.',
  'help.first.remind': 'Wie lange vor Ablauf gewarnt wird.',
  'help.footnote':
    'Mehr: „help topics“, oder „help“ mit einem Befehl. In Kanälen und Gruppenchats zuerst den Bot erwähnen.',

  'help.topics.title': 'Hilfe nach Themen',
  'help.topics': 'Davon eines eingeben',
  'help.topics.how': '„help“ mit einem Befehl erklärt diesen, zum Beispiel „help unwatch“.',
  'help.topic.watching': 'Überwachen und nachsehen',
  'help.topic.overview': 'Berichte, Verlauf, Notizen, und Listen als Datei',
  'help.topic.alerts': 'Wann gewarnt wird, und wer Kopien der Erinnerungen bekommt',
  'help.topic.people': 'Wer zuständig ist, und vergessen werden',
  'help.topic.targets': 'Was sich überwachen lässt, und wie es eingegeben wird',
  'help.topic.bot': 'Dieser Bot selbst',
  'help.topic.calendar': 'Wo die Erinnerungen stehen',
  'help.topic.trust': 'Private Zertifizierungsstellen',
  'help.topic.settings': 'Zeitzone, Feiertage, Sperren, Postfach und mehr',

  'help.targets.title': 'Was sich überwachen lässt',
  'help.targets': 'Ein Ziel ist',
  'help.targets.how': 'Auch viele auf einmal: eines je Zeile, oder eine eingefügte Liste.',
  'help.target.host': 'Ein Hostname, auf Port 443.',
  'help.target.port': 'Ein anderer Port; Mail- und Datenbankserver an ihren üblichen Ports.',
  'help.target.address': 'Nur eine seiner Adressen.',
  'help.target.link': 'Ein eingefügter Link.',
  'help.target.mail': 'Alle Mailserver einer Domain.',
  'help.target.date': 'Alles andere, das an einem Tag endet.',

  'help.command.title': 'So geht „{verb}“',
  'help.command.how': '„help“ mit einem dieser Wörter sagt mehr dazu.',
  'help.commands': 'Befehle',
  'help.examples': 'Zum Beispiel',
  'help.usage': 'Vollständig: {usage}',

  'help.setting': 'Was sich hier einstellen lässt',
  'help.setting.timezone': 'Die Zone der Uhrzeiten in diesem Chat.',
  'help.setting.holidays': 'Tage ohne Erinnerungen.',
  'help.setting.freeze': 'Tage, an denen nichts geändert wird: Erinnerungen kommen früher.',
  'help.setting.mailbox': 'Ein gemeinsames Postfach für die Erinnerungen.',
  'help.setting.operators': 'Wo steht, was den Bot selbst betrifft.',
  'help.setting.alerts-to': 'Eine Gruppe, die Warnungen erwähnen (Slack).',
  'help.setting.admins': 'Wer Überwachungen beenden und Einstellungen ändern darf.',
};
