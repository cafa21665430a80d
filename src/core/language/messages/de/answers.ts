import type { answers as english } from '../en/answers.ts';

export const answers: Record<keyof typeof english, string> = {
  'state.done': 'Erledigt',
  'state.fine': 'In Ordnung',
  'state.note': 'Bitte beachten',
  'state.nothing': 'Nichts geändert',
  'state.fault': 'Mein Fehler',
  'state.mend': 'Zu beheben',
  'state.over': 'Behoben',
  'state.question': 'Eine Frage',
  'state.attention': 'Es ist etwas zu tun',

  'error.retry': 'Bitte in einer Minute noch einmal versuchen.',
  'error.footnote': 'Falls es so bleibt, den Betreibern des Bots diese Nummer nennen: Fehler {errorId}.',
  'button.retry': 'Noch einmal versuchen',
  'button.help': 'Mögliche Eingaben',
  'button.yes-do': 'Ja, das ist gemeint',
  'button.open-list': 'Liste zeigen',
  'button.trust-help': 'So wird ihr vertraut',
  'button.change-settings': 'So lässt es sich ändern',
  'button.topics': 'Weitere Themen',

  'zone.footnote': 'Uhrzeiten in {zone}.',

  'list.now': 'Jetzt, und seit wann',
  'list.soon': 'In den nächsten 30 Tagen: {number}',
  'list.look': 'Einen Blick wert: {number}',
  'list.fine': 'In Ordnung: {number}',
  'list.fine.next': '{number, plural, one {Es läuft am {date} ab.} other {Das nächste davon läuft am {date} ab.}}',
  'list.title.now': 'Bei {number} von {total} ist etwas zu tun',
  'list.title.soon':
    '{number, plural, one {{number} von {total} läuft in 30 Tagen ab} other {{number} von {total} laufen in 30 Tagen ab}}',
  'list.title.look':
    '{number, plural, one {{number} von {total} ist einen Blick wert} other {{number} von {total} sind einen Blick wert}}',
  'list.title.fine':
    '{total, plural, one {Das eine überwachte Ziel ist in Ordnung} =2 {Beide sind in Ordnung} other {Alle {total} sind in Ordnung}}',
  'list.summary.soon':
    '{number, plural, one {{number} {rank, select, first {läuft} other {weiteres läuft}}} other {{number} {rank, select, first {laufen} other {weitere laufen}}}} in 30 Tagen ab',
  'list.summary.look': '{number, plural, one {{number} ist einen Blick wert} other {{number} sind einen Blick wert}}',
  'list.summary.fine': '{number, plural, one {{number} ist in Ordnung} other {{number} sind in Ordnung}}',
  'list.summary.first': 'Zuerst läuft {target} ab, am {date}.',
  'list.only': 'Nur, was zu „{filter}“ passt.',
  'list.no-owner': 'niemand zuständig',
  'list.more-on':
    '{number, plural, one {Eine weitere Zeile steht} other {{number} weitere stehen}} auf der nächsten Seite.',
  'list.how': 'Alles über eines: auswählen, oder „show“ und den Namen eingeben.',
  'list.at-page': 'Seite {page} von {pages}.',
  'button.show-fine': 'Die {number} zeigen',
  'button.mine': 'Nur meine',

  'home.empty.title': 'Noch nichts überwacht',

  'bulk.title.cause': '{number} von {total} haben dieselbe Ursache',
  'bulk.title.cause-all': '{total, plural, =2 {Beide} other {Alle {total}}} haben dieselbe Ursache',
  'bulk.title.unwatched':
    '{number, plural, one {{number} wird nicht mehr überwacht} other {{number} werden nicht mehr überwacht}}',
  'bulk.all.watched': '{number, plural, =2 {Beide} other {Alle {number}}} werden jetzt überwacht.',
  'bulk.all.already': '{number, plural, =2 {Beide} other {Alle {number}}} wurden bereits überwacht.',
  'bulk.all.checked': 'Einmal geprüft; davon bleibt nichts gespeichert.',
  'bulk.all.unwatched': 'Auch die Erinnerungen werden gelöscht.',
  'bulk.all.not-watched': 'Keines der {number} wird hier überwacht.',
  'bulk.all.failed': 'Nichts wurde getan.',
  'bulk.some': '{tally}.',
  'bulk.group': '{heading}: {number}',
  'bulk.expired': 'Abgelaufen: {number}',
  'bulk.expired.advice': 'Clients lehnen {number, plural, one {es} other {sie}} ab. Jetzt erneuern.',
  'bulk.authority': 'Unbekannte Zertifizierungsstelle',
  'bulk.authority.sentence':
    '„{authority}“ hat {number, plural, one {eines der Zertifikate} other {{number} der Zertifikate}} ausgestellt.',
  'bulk.authority.advice': 'Ist es die eigene, „trust add“ mit ihrem Wurzelzertifikat eingeben, einmal für alle.',
  'bulk.authority.incomplete':
    'Wenn nicht, müssen die Server ihr Zertifikat mitsenden (oft eine Datei namens fullchain).',
  'bulk.left-behind.heading': 'Eines von zweien nicht erneuert',
  'bulk.not-looked': 'Nicht getan',
  'bulk.under': 'Unter {domain}:',
  'bulk.under-until': 'Unter {domain}, gültig bis {date}:',
  'bulk.until': 'Gültig bis {date}:',
  'bulk.in-domain': 'unter {domain}',
  'bulk.rest': 'Und {number, plural, one {ein weiteres} other {{number} weitere}}.',
  'bulk.done': 'Erledigt: {number}',
  'bulk.title.unwatched-some': '{number} von {total} {number, plural, one {wird} other {werden}} nicht mehr überwacht',
  'bulk.title.fine':
    '{total, plural, one {Es ist in Ordnung} =2 {Beide sind in Ordnung} other {Alle {total} sind in Ordnung}}',
  'bulk.summary-states': '{number, plural, one {{number} Ziel} other {{number} Ziele}}: {tally}. {states}.',
  'unwatch.ask.which': 'Hier überwacht',
  'mx.named':
    '{all, select, true {Das sind die Mailserver von {domains}.} other {Darunter sind die Mailserver von {domains}.}}',
  'progress.check': '{total} Ziele werden geprüft',
  'progress.watch': '{total} Ziele werden überwacht',
};
