import type { people as english } from '../en/people.ts';

export const people: Record<keyof typeof english, string> = {
  'button.accept': '{calendar, select, graph {Ja, in meinen Kalender} other {Ja}}',
  'button.decline': 'Nein',
  'button.never-ask': 'Von dort nicht mehr fragen',
  'button.stop-copies': 'Diese Erinnerungen beenden',
  'button.ask-owner': '{name} fragen',
  'button.keep-event': 'Weiter erinnern',
  'button.drop-event': 'Nein, Warnungen im Chat genügen',
  'button.book': 'Termin buchen',
  'button.sign-in': 'Anmelden',
  'button.outlook-renew': 'Erneuern: zu Outlook hinzufügen',
  'button.outlook-expiry': 'Ablauf: zu Outlook hinzufügen',
  'button.file-renew': 'Erneuern: Kalenderdatei (.ics)',
  'button.file-expiry': 'Ablauf: Kalenderdatei (.ics)',

  'outsider.everything':
    'Diese Unterhaltung gehört zu einer anderen Organisation, deshalb ist das Sache ihrer eigenen Leute. Nachsehen und Fragen geht hier („check“, „list“, „show“, „watch“), und Ändern, was einem selbst gehört, eines nach dem anderen: „unwatch example.com“.',
  'outsider.not-yours':
    'Diese Unterhaltung gehört zu einer anderen Organisation, deshalb lässt sich hier nur ändern, was einem selbst gehört. Jemand anderem gehört: {targets}. Nichts wurde geändert. Dort nachfragen, oder bei den eigenen Leuten der Unterhaltung.',
  'outsider.feed':
    'Die Adresse des Kalender-Feeds ist für die Leute der Organisation dieser Unterhaltung: Wer sie hat, liest alles. „calendar example.com“ zeigt die Termine eines Ziels; in einer Direktnachricht gibt „calendar“ einen eigenen Feed.',
  'outsider.operators':
    'Wo dieser Bot seinem Betrieb sagt, was ihn selbst betrifft, bestimmen Leute der eigenen Organisation.',

  'person.somebody': 'jemand',
  'person.everything': 'alle dort überwachten Ziele',
  'person.everything-here': 'alle hier überwachten Ziele',
  'person.no-channel': 'In diesem Kanal lassen sich keine Personen anschreiben.',
  'person.unreachable':
    'Diese Person war in ihrem eigenen Chat nicht zu erreichen, daher hat sich nichts geändert: {reason} Erst wenn sie mir einmal geschrieben hat (in Teams: die App hinzugefügt), den Befehl noch einmal eingeben.',
  'person.not-mentioned':
    'Es ist nicht zu erkennen, wer gemeint ist. Die Person mit „@“ erwähnen oder ihre E-Mail-Adresse eingeben, zum Beispiel „anna@example.com“.',
  'person.place': 'in „{name}“',
  'person.place-direct': 'in einem direkten Chat mit mir',
  'person.place-unnamed': 'in einem Chat mit mir',
  'person.nothing-yet':
    '{calendar, select, graph {Noch steht nichts davon im Kalender, und ohne ein Ja bleibt es dabei.} other {Ohne ein Ja ändert sich nichts.}}',
  'person.owner.question.title': 'Zuständig dafür?',
  'person.owner.question':
    '{by} schlägt {place} vor, die Zuständigkeit für {subject} zu übernehmen.{calendar, select, graph { Die Erinnerungen stehen dann im eigenen Outlook-Kalender.} shared { Die Erinnerungen bleiben im gemeinsamen Postfach.} none {} other { Die Erinnerungen bleiben im Kalender-Feed jener Unterhaltung.}} Einverstanden?',
  'person.copy.question.title': 'Ebenfalls erinnern?',
  'person.copy.question':
    '{by} schlägt {place} Kopien der Erinnerungen für {subject} im eigenen Outlook-Kalender vor. Einverstanden?',
  'person.yes.title': 'Danke',
  'person.no.title': 'In Ordnung',
  'person.owner.yes':
    'Die Zuständigkeit für {subject} ist übernommen: Die Erinnerungen stehen im Kalender, sobald Outlook sie angenommen hat.',
  'person.copy.yes':
    'Kopien der Erinnerungen für {subject} sind bestellt und stehen im Kalender, sobald Outlook sie angenommen hat.',
  'person.no-mailbox':
    'In dieses Postfach lässt sich allerdings gerade nichts eintragen; die Erinnerungen stehen im Kalender-Feed der Unterhaltung, für die gefragt wurde.',
  'person.owner.yes-elsewhere':
    'Die Zuständigkeit für {subject} ist übernommen.{calendar, select, graph { Im eigenen Outlook-Kalender stehen die Erinnerungen nicht, denn in ihn lässt sich nicht schreiben. „calendar connect“ öffnet ihn, wo dieser Bot eine Anmeldung anbietet.} shared { Die Erinnerungen bleiben im gemeinsamen Postfach.} none {} other { Die Erinnerungen bleiben im Kalender-Feed der Unterhaltung.}}',
  'person.copy.yes-elsewhere':
    'Kopien der Erinnerungen für {subject} sind vereinbart, doch in den eigenen Outlook-Kalender lässt sich nicht schreiben; noch gibt es also keine. „calendar connect“ öffnet ihn, wo dieser Bot eine Anmeldung anbietet.',
  'person.owner.no': '{subject} ist nicht übernommen. Es hat sich nichts geändert.',
  'person.copy.no': 'Es gibt keine Kopien der Erinnerungen für {subject}.',
  'person.never':
    '{name} möchte von hier aus nicht mehr gefragt werden und wird es daher nicht. Selbst hier eingeben geht weiterhin.',
  'person.never-again':
    'Von dort ({place}) kommt keine Frage mehr. Wer es sich anders überlegt, gibt es dort selbst ein, zum Beispiel „remind also me“.',
  'person.asked-enough':
    '{name} wurde heute schon mehrmals gefragt, daher gibt es jetzt keine weitere Frage. Was gefragt wurde, bleibt bis zur Antwort offen; morgen geht es wieder.',
  'person.asking-enough':
    'Für diese Unterhaltung wurde heute schon {number}-mal gefragt, daher ist {name} nicht gefragt worden. Morgen geht es wieder, oder die Person gibt es hier selbst ein.',
  'person.taken-back.title': 'Nicht mehr gefragt',
  'person.taken-back': 'Diese Frage wurde zurückgenommen. Es ist nichts zu tun.',
  'person.owner.accepted.title': 'Neue Zuständigkeit',
  'person.owner.accepted':
    '{name} ist ab jetzt für {subject} zuständig{calendar, select, graph {; die Erinnerungen ziehen um} other {}}.',
  'person.copy.accepted.title': 'Kopien der Erinnerungen',
  'person.copy.accepted': '{name} bekommt Kopien der Erinnerungen für {subject}.',
  'person.declined.title': 'Abgelehnt',
  'person.owner.declined': '{name} übernimmt {subject} nicht. Es hat sich nichts geändert.',
  'person.copy.declined': '{name} bekommt keine Kopien der Erinnerungen für {subject}.',

  'person.ownerless.title': 'Kein Kalender für {owner}',
  'person.ownerless.disabled':
    'Das Konto von {owner} ist deaktiviert; die Erinnerungen für {subject} sieht dort niemand mehr.',
  'person.ownerless.missing': '{owner} hat kein Postfach (mehr), das die Erinnerungen für {subject} aufnehmen könnte.',
  'person.ownerless.feed':
    'Nun steht alles im Kalender-Feed dieser Unterhaltung („calendar“ eingeben), und die Warnungen kommen wie bisher hierher.',
  'person.ownerless.manager': 'Als neue Zuständigkeit vorgeschlagen: {manager}, laut Verzeichnis.',
  'person.ownerless.nobody': 'Eine neue Zuständigkeit lässt sich zum Beispiel mit „owner all @person“ festlegen.',
  'person.back.title': 'Der Kalender von {owner} ist wieder da',
  'person.back':
    'Das Postfach von {owner} lässt sich wieder benutzen: Die Erinnerungen für {subject} stehen wieder in Outlook.',

  'owner.title': 'Wessen Erinnerungen',
  'owner.line': 'Zuständig für {target}: {name}.',
  'owner.tell': 'Zuständigkeiten für {number} überwachte Ziele:',
  'owner.pending': '{name} ist gefragt, {target} zu übernehmen, und hat noch nicht geantwortet.',
  'owner.how': 'Ändern lässt sich das zum Beispiel mit „owner example.com @person“ oder „owner example.com me“.',
  'owner.changed.title': 'Neue Zuständigkeit',
  'owner.mine': 'Die Zuständigkeit für {subject} ist übernommen; die Erinnerungen ziehen in den eigenen Kalender um.',
  'owner.already': 'Für {subject} ist {name} bereits zuständig.',
  'owner.asked.title': 'Gefragt',
  'owner.asked':
    '{name} ist im eigenen Chat gefragt, {subject} zu übernehmen. Bis zu einem Ja bleibt alles, wie es ist.',

  'copies.title': 'Kopien der Erinnerungen',
  'copies.tell': 'Kopien der Erinnerungen dieser Unterhaltung bekommen:',
  'copies.none': 'Niemand bekommt Kopien der Erinnerungen dieser Unterhaltung.',
  'copies.no-outlook':
    'Kopien der Erinnerungen gehen in Outlook-Kalender von Personen, und dieser Bot schreibt in keine. {calendar, select, ics {Wer den Kalender-Feed dieser Unterhaltung abonniert („calendar“), hat ihre Erinnerungen ebenfalls.} other {Warnungen kommen in diese Unterhaltung.}}',
  'copies.how':
    'Zum Beispiel „remind also @person“, „remind also @person for example.com“ oder „remind not @person“ eingeben.',
  'copies.line': '{name}: {subject}',
  'copies.line-asked': '{name}: {subject} (gefragt, noch keine Antwort)',
  'copies.mine': 'Kopien der Erinnerungen für {subject} kommen in den eigenen Kalender.',
  'copies.asked':
    'Nach Kopien der Erinnerungen für {subject} im eigenen Chat gefragt: {names}. In keinen Kalender kommt etwas, bevor die Person zugestimmt hat.',
  'copies.already': '{names}: bereits Kopien der Erinnerungen für {subject}.',
  'copies.removed': '{names}: ab jetzt keine Kopien der Erinnerungen für {subject}.',
  'copies.of-all':
    '{names}: Die Kopien betreffen alles, was hier überwacht wird. Mit „remind not @Person“ ohne Ziel enden sie.',
  'copies.not-one': '{names}: keine Kopien dieser Erinnerungen, also gibt es nichts zu beenden.',

  'edit.moved.title': 'Erinnerung in Outlook verschoben',
  'edit.moved':
    'Die Erinnerung {kind, select, expiry {an den Ablauf} other {ans Erneuern}} für {subject} wurde in Outlook auf {start} verschoben. Dabei bleibt es.',
  'edit.moved-back':
    'Die Erinnerung {kind, select, expiry {an den Ablauf} other {ans Erneuern}} für {subject} wurde in Outlook auf {found} verschoben. Das Zertifikat läuft am {date} ab, daher steht sie jetzt auf {start}: Später wäre zu spät.',
  'edit.deleted.title': 'Weiter in Outlook erinnern?',
  'edit.deleted':
    '{number, plural, one {Die Erinnerung} other {{number} Erinnerungen}} für {subjects} {number, plural, one {wurde} other {wurden}} in Outlook gelöscht. Weiter in Outlook erinnern?',
  'edit.deleted.meanwhile':
    'Bis zur Antwort wird dort nichts neu eingetragen. Die Warnungen in diesem Chat kommen in jedem Fall.',
  'edit.back.title': 'Wieder in Outlook',
  'edit.back':
    '{number, plural, one {Die Erinnerung} other {{number} Erinnerungen}} für {subjects} {number, plural, one {steht} other {stehen}} wieder in Outlook. Dort wird weiter erinnert.',
  'edit.copied.title': 'In Outlook kopiert',
  'edit.copied':
    '{number, plural, one {Eine Kopie einer Erinnerung} other {{number} Kopien von Erinnerungen}} für {subjects} {number, plural, one {wurde} other {wurden}} in Outlook gemacht. {number, plural, one {Diese Kopie bleibt, wie sie ist, auch nach einer Erneuerung} other {Diese Kopien bleiben, wie sie sind, auch nach Erneuerungen}}. Auf dem neuesten Stand bleibt die ursprüngliche Erinnerung.',
  'edit.kept.title': 'Bleibt',
  'edit.kept': 'Die Erinnerungen für {subjects} werden wieder in Outlook eingetragen.',
  'edit.dropped.title': 'In Ordnung',
  'edit.dropped': 'Für {subjects} wird nichts mehr in Outlook eingetragen. Die Warnungen im Chat gehen weiter.',
  'edit.answered.title': 'Schon beantwortet',
  'edit.answered':
    'Diese Frage ist beantwortet, oder das, worum es ging, gibt es nicht mehr. Geändert wurde jetzt nichts.',
  'edit.not-yours': 'Das kann nur die Person beantworten, der der Kalender gehört.',

  'slots.title': 'Ein Termin, um {target} zu erneuern',
  'slots.offer':
    'Freie Zeiten im eigenen Kalender innerhalb der Arbeitszeit, vor der nächsten Warnung ({until}). Zeitzone: {zone}. Die Wahl verschiebt die Erinnerung dorthin und zeigt sie als gebucht an.',
  'slots.none':
    'Vor der nächsten Warnung ({until}) ist innerhalb der Arbeitszeit keine halbe Stunde frei. Die Erinnerung bleibt, wo sie ist.',
  'slots.taken': 'Diese Zeit ist nicht mehr frei oder schon vorbei. Frei sind jetzt diese.',
  'slots.nothing': 'In Outlook steht kein Termin für {target}, der sich verschieben ließe.',
  'slots.unreachable': 'Der Kalender ließ sich gerade nicht lesen: {reason} Bitte später noch einmal versuchen.',
  'slots.not-owner': 'Hier kann nur {name} einen Termin buchen: Es geht um diesen Kalender.',
  'slots.not-shared':
    'Die Erinnerungen dieser Unterhaltung gehen in das eigene Postfach einer Person, deren freie Zeiten nur sie selbst etwas angehen.',
  'slots.in-direct': 'Die freien Zeiten für {target} stehen im eigenen Chat der zuständigen Person mit mir.',
  'slots.booked.title': 'Gebucht',
  'slots.booked': 'Das Erneuern von {target} steht in Outlook: {when} ({zone}), als gebucht angezeigt.',
  'slots.booked-queued':
    'Das Erneuern von {target} ist für {when} ({zone}) gebucht; Outlook bekommt den Termin, sobald es erreichbar ist.',

  'connect.title': 'Eigenen Kalender verbinden',
  connect:
    'Nach der Anmeldung stehen die Erinnerungen im eigenen Outlook-Kalender, allein mit der eigenen Erlaubnis. Die Administration muss nichts weiter genehmigen. „calendar disconnect“ beendet das und löscht die Termine.',
  'connect.done.title': 'Kalender verbunden',
  'connect.done': 'Angemeldet: Die Erinnerungen stehen im eigenen Outlook-Kalender.',
  'connect.by-permission':
    'Die Erinnerungen stehen im eigenen Outlook-Kalender. Eine Anmeldung ist nicht nötig: Die Organisation hat diesem Bot die Erlaubnis gegeben.',
  'connect.no-graph':
    'Dieser Bot schreibt nicht in Outlook-Kalender.{calendar, select, ics { „calendar“ zeigt den Feed.} other {}}',
  'connect.no-mailbox': 'Das eigene Postfach ist nicht zu erkennen. „calendar“ zeigt den Feed.',
  'connect.not-offered':
    'Dieser Bot bietet hier keine Anmeldung an (OAUTH_CONNECTION, in Microsoft Teams). „calendar“ zeigt den Feed.',
  'connect.unreachable': 'Der Anmeldedienst war nicht zu erreichen: {reason} Bitte später noch einmal versuchen.',
  'connect.other.title': 'Ein anderes Konto hat sich angemeldet',
  'connect.other':
    'Das angemeldete Konto{account} ist ein fremdes; es wird für nichts verwendet und ist wieder abgemeldet. Bitte mit dem Konto anmelden, das auch hier verwendet wird.',
  'connect.unopened':
    'Das angemeldete Konto kann den eigenen Kalender nicht öffnen; es wird für nichts verwendet und ist wieder abgemeldet. Bitte mit dem Konto anmelden, das auch hier verwendet wird; war es das, fehlt die Administratorzustimmung zu Calendars.ReadWrite.',
  'connect.lost.title': 'Anmeldung beendet',
  'connect.lost':
    'Die Anmeldung bei Outlook ist beendet; die Erinnerungen im Kalender lassen sich nicht mehr ändern. Was dort steht, bleibt. „calendar connect“ meldet wieder an.',
  'connect.elsewhere.title': 'Eigenen Kalender verbinden',
  'connect.elsewhere': 'Das geht nur uns beide an: Die Antwort steht im direkten Chat.',
  'disconnect.title': 'Kalender getrennt',
  'disconnect.done': 'Die Termine sind aus dem Kalender gelöscht, und die Anmeldung ist beendet.',
  'disconnect.under-way':
    'Die Termine werden aus dem Kalender gelöscht; sobald der letzte weg ist, endet die Anmeldung.',
  'disconnect.feed':
    'Die Erinnerungen stehen ab jetzt in den Kalender-Feeds der jeweiligen Unterhaltungen („calendar“ eingeben).',
  'disconnect.nothing': 'Es ist kein eigener Kalender verbunden.',
  'disconnect.elsewhere.title': 'Eigenen Kalender trennen',
  'disconnect.elsewhere': 'Das geht nur uns beide an: Die Antwort steht im direkten Chat.',

  'events.title': 'Kalendertermine für {target}',
  'events.summary': '{target}: {number, plural, one {{number} Kalendertermin} other {{number} Kalendertermine}}',
  'events.none':
    'Für {target} gibt es keinen Kalendertermin: Dort war noch kein Zertifikat zu sehen, oder es endet in zu ferner Zukunft.',
  'reminder.asked': 'in Outlook gelöscht; noch offen: dort weiter erinnern?',
  'reminder.declined': 'in Outlook gelöscht und dort nicht mehr gewünscht',
  'plan.unseen':
    'Der Endpunkt war nicht zu erreichen, als dies geschrieben wurde; sein Zertifikat kann sich seitdem geändert haben.',
};
