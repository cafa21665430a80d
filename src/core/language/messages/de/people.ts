import type { people as english } from '../en/people.ts';

export const people: Record<keyof typeof english, string> = {
  'button.accept': '{calendar, select, graph {Ja, in meinen Kalender} other {Ja}}',
  'button.decline': 'Nein',
  'button.never-ask': 'Von dort nie mehr fragen',
  'button.stop-copies': 'Erinnerungen beenden',
  'button.ask-owner': '{name} fragen',
  'button.keep-event': 'Weiter erinnern',
  'button.drop-event': 'Nein, Warnungen genügen',
  'button.book': 'Termin buchen',
  'button.sign-in': 'Anmelden',
  'button.outlook-renew': 'Erinnerung in Outlook',
  'button.outlook-expiry': 'Ablauf in Outlook',
  'button.file-renew': 'Erinnerung als Datei',
  'button.file-expiry': 'Ablauf als Datei',

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
  'person.owner.question.title': 'Zuständigkeit für {subject} übernehmen?',
  'person.owner.question':
    '{by} schlägt das {place} vor.{calendar, select, graph { Die Erinnerungen stehen dann im eigenen Outlook-Kalender.} shared { Die Erinnerungen bleiben im gemeinsamen Postfach.} none {} other { Die Erinnerungen bleiben im Kalender-Feed jener Unterhaltung.}}',
  'person.copy.question.title': 'Ebenfalls an {subject} erinnern?',
  'person.copy.question': '{by} schlägt {place} Kopien der Erinnerungen im eigenen Outlook-Kalender vor.',
  'person.owner.yes': 'Die Erinnerungen stehen im Kalender, sobald Outlook sie angenommen hat.',
  'person.copy.yes': 'Im Kalender stehen sie, sobald Outlook sie angenommen hat.',
  'person.no-mailbox':
    'In dieses Postfach lässt sich allerdings gerade nichts eintragen; die Erinnerungen stehen im Kalender-Feed der Unterhaltung, für die gefragt wurde.',
  'person.owner.yes-elsewhere':
    '{calendar, select, graph {Im eigenen Outlook-Kalender stehen die Erinnerungen nicht, denn in ihn lässt sich nicht schreiben. „calendar connect“ öffnet ihn, wo dieser Bot eine Anmeldung anbietet.} shared {Die Erinnerungen bleiben im gemeinsamen Postfach.} other {Die Erinnerungen bleiben im Kalender-Feed der Unterhaltung.}}',
  'person.copy.yes-elsewhere':
    'In den eigenen Outlook-Kalender lässt sich nicht schreiben; noch gibt es also keine. „calendar connect“ öffnet ihn, wo dieser Bot eine Anmeldung anbietet.',
  'person.owner.no': 'Es hat sich nichts geändert.',
  'person.never':
    '{name} möchte von hier aus nicht mehr gefragt werden und wird es daher nicht. Selbst hier eingeben geht weiterhin.',
  'person.never-again':
    'Von dort ({place}) kommt keine Frage mehr. Wer es sich anders überlegt, gibt es dort selbst ein, zum Beispiel „remind also me“.',
  'person.asked-enough':
    '{name} wurde heute schon mehrmals gefragt, daher gibt es jetzt keine weitere Frage. Was gefragt wurde, bleibt bis zur Antwort offen; morgen geht es wieder.',
  'person.asking-enough':
    'Für diese Unterhaltung wurde heute schon {number}-mal gefragt, daher ist {name} nicht gefragt worden. Morgen geht es wieder, oder die Person gibt es hier selbst ein.',
  'person.taken-back.title': 'Diese Frage wurde zurückgenommen',
  'person.taken-back': 'Es ist nichts zu tun.',
  'person.owner.accepted.title': '{name} ist ab jetzt für {subject} zuständig',
  'person.owner.accepted': 'Die Erinnerungen ziehen um.',
  'person.copy.accepted.title': '{name} bekommt Kopien der Erinnerungen für {subject}',
  'person.declined.title':
    '{role, select, owner {{name} übernimmt {subject} nicht} other {{name} möchte keine Kopien der Erinnerungen für {subject}}}',
  'person.owner.declined': 'Es hat sich nichts geändert.',

  'person.ownerless.title': 'Kein Kalender für {owner}',
  'person.ownerless.disabled': 'Das Konto ist deaktiviert; die Erinnerungen für {subject} sieht dort niemand mehr.',
  'person.ownerless.missing': 'Es gibt kein Postfach (mehr), das die Erinnerungen für {subject} aufnehmen könnte.',
  'person.ownerless.feed':
    'Nun steht alles im Kalender-Feed dieser Unterhaltung („calendar“ eingeben), und die Warnungen kommen wie bisher hierher.',
  'person.ownerless.manager': 'Als neue Zuständigkeit vorgeschlagen: {manager}, laut Verzeichnis.',
  'person.ownerless.nobody': 'Eine neue Zuständigkeit lässt sich zum Beispiel mit „owner all @person“ festlegen.',
  'person.back.title': 'Der Kalender von {owner} ist wieder da',
  'person.back': 'Die Erinnerungen für {subject} stehen wieder in Outlook.',

  'owner.title': 'Wer wofür zuständig ist',
  'owner.tell': 'Zuständigkeiten für {number} überwachte Ziele',
  'owner.pending': '{name} ist gefragt, {target} zu übernehmen, und hat noch nicht geantwortet.',
  'owner.how': 'Ändern lässt sich das zum Beispiel mit „owner example.com @person“ oder „owner example.com me“.',
  'owner.changed.title': 'Die Zuständigkeit für {subject} ist übernommen',
  'owner.mine': 'Die Erinnerungen ziehen in den eigenen Kalender um.',
  'owner.already': 'Für {subject} ist {name} bereits zuständig',
  'owner.asked.title': '{name} ist gefragt, {subject} zu übernehmen',
  'owner.asked': 'Im eigenen Chat. Bis zu einem Ja bleibt alles, wie es ist.',

  'copies.title': 'Kopien der Erinnerungen',
  'copies.tell': 'Kopien der Erinnerungen dieser Unterhaltung',
  'copies.none': 'Niemand bekommt Kopien der Erinnerungen dieser Unterhaltung',
  'copies.no-outlook':
    'Kopien der Erinnerungen gehen in Outlook-Kalender von Personen, und dieser Bot schreibt in keine. {calendar, select, ics {Wer den Kalender-Feed dieser Unterhaltung abonniert („calendar“), hat ihre Erinnerungen ebenfalls.} other {Warnungen kommen in diese Unterhaltung.}}',
  'copies.how':
    'Zum Beispiel „remind also @person“, „remind also @person for example.com“ oder „remind not @person“ eingeben.',
  'copies.mine': 'Kopien der Erinnerungen für {subject} kommen in den eigenen Kalender.',
  'copies.asked':
    'Nach Kopien der Erinnerungen für {subject} im eigenen Chat gefragt: {names}. In keinen Kalender kommt etwas, bevor die Person zugestimmt hat.',
  'copies.already': '{names}: bereits Kopien der Erinnerungen für {subject}.',
  'copies.removed': '{names}: ab jetzt keine Kopien der Erinnerungen für {subject}.',
  'copies.of-all':
    '{names}: Die Kopien betreffen alles, was hier überwacht wird. Mit „remind not @Person“ ohne Ziel enden sie.',
  'copies.not-one': '{names}: keine Kopien dieser Erinnerungen, also gibt es nichts zu beenden.',

  'edit.moved.title': 'Es bleibt bei {start}',
  'edit.moved':
    'Die Erinnerung {kind, select, expiry {an den Ablauf} other {ans Erneuern}} für {subject} wurde dorthin verschoben.',
  'edit.moved-back':
    'Die Erinnerung {kind, select, expiry {an den Ablauf} other {ans Erneuern}} für {subject} wurde in Outlook auf {found} verschoben. Das Zertifikat läuft am {date} ab: Später wäre zu spät.',
  'edit.deleted.title': 'Weiter in Outlook erinnern?',
  'edit.deleted':
    '{number, plural, one {Die Erinnerung} other {{number} Erinnerungen}} für {subjects} {number, plural, one {wurde} other {wurden}} dort gelöscht.',
  'edit.deleted.meanwhile':
    'Bis zur Antwort wird dort nichts neu eingetragen. Die Warnungen in diesem Chat kommen in jedem Fall.',
  'edit.back.title':
    '{number, plural, one {Eine Erinnerung steht} other {{number} Erinnerungen stehen}} wieder in Outlook',
  'edit.back': 'Für {subjects}. Dort wird weiter erinnert.',
  'edit.copied.title':
    '{number, plural, one {Eine Erinnerung wurde} other {{number} Erinnerungen wurden}} in Outlook kopiert',
  'edit.copied':
    'Für {subjects}. {number, plural, one {Die Kopie bleibt, wie sie ist} other {Die Kopien bleiben, wie sie sind}}, auch nach einer Erneuerung. Der eigene Termin des Bots bleibt aktuell.',
  'edit.kept.title': 'In Outlook wird weiter erinnert',
  'edit.kept': 'Die Erinnerungen für {subjects} werden dort wieder eingetragen.',
  'edit.dropped.title': 'Keine Erinnerungen mehr in Outlook',
  'edit.dropped': 'Das gilt für {subjects}. Die Warnungen im Chat gehen weiter.',
  'edit.answered.title': 'Diese Frage ist schon beantwortet',
  'edit.answered':
    'Diese Frage ist beantwortet, oder das, worum es ging, gibt es nicht mehr. Geändert wurde jetzt nichts.',
  'edit.not-yours': 'Das kann nur die Person beantworten, der der Kalender gehört.',

  'slots.title': 'Wann wird {target} erneuert?',
  'slots.offer':
    'Frei im eigenen Kalender, in der Arbeitszeit und vor der nächsten Warnung am {until}. Eine Wahl verschiebt die Erinnerung dorthin und zeigt sie als gebucht.',
  'slots.none':
    'Bis zur nächsten Warnung am {until} ist in der Arbeitszeit alles belegt. Die Erinnerung bleibt, wo sie ist.',
  'slots.taken': 'Diese Zeit ist nicht mehr frei oder schon vorbei. Frei sind jetzt diese.',
  'slots.nothing': 'In Outlook steht kein Termin für {target}, der sich verschieben ließe.',
  'slots.unreachable': 'Der Kalender ließ sich gerade nicht lesen: {reason} Bitte später noch einmal versuchen.',
  'slots.not-owner': 'Hier kann nur {name} einen Termin buchen: Es geht um diesen Kalender.',
  'slots.not-shared':
    'Die Erinnerungen dieser Unterhaltung gehen in das eigene Postfach einer Person, deren freie Zeiten nur sie selbst etwas angehen.',
  'slots.in-direct': 'Die zuständige Person hat sie im eigenen Chat mit mir.',
  'slots.booked.title': '{target} wird am {day} erneuert',
  'slots.booked': 'Um {clock}, in Outlook, als gebucht gezeigt.',
  'slots.booked-queued': 'Um {clock}; Outlook bekommt es, sobald es erreichbar ist.',

  'connect.title': 'Eigenen Kalender verbinden',
  connect:
    'Nach der Anmeldung stehen die Erinnerungen im eigenen Outlook-Kalender, allein mit der eigenen Erlaubnis. Die Administration muss nichts weiter genehmigen. „calendar disconnect“ beendet das und löscht die Termine.',
  'connect.done.title': 'Die Erinnerungen stehen im eigenen Outlook-Kalender',
  'connect.done': 'Die Anmeldung hat geklappt.',
  'connect.by-permission': 'Anzumelden gibt es nichts: Die Organisation hat diesem Bot die Erlaubnis gegeben.',
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

  'events.title':
    '{number, plural, =0 {Kein Kalendertermin} one {Ein Kalendertermin} other {{number} Kalendertermine}} für {target}',
  'events.none': 'Dort war noch kein Zertifikat zu sehen, oder es endet in zu ferner Zukunft.',
  'reminder.asked': 'in Outlook gelöscht; noch offen: dort weiter erinnern?',
  'reminder.declined': 'in Outlook gelöscht und dort nicht mehr gewünscht',
  'plan.unseen':
    'Der Endpunkt war nicht zu erreichen, als dies geschrieben wurde; sein Zertifikat kann sich seitdem geändert haben.',
  'slots.none.title': 'Zum Erneuern von {target} ist keine halbe Stunde frei',
  'slots.in-direct.title': 'Die freien Zeiten für {target} stehen woanders',
  'slots.booked.state': 'Gebucht',
  'edit.moved.state': 'In Outlook verschoben',
  'edit.moved-back.title': 'Jetzt steht es auf {start}',
  'person.owner.yes.title': 'Die Zuständigkeit für {subject} ist übernommen',
  'person.copy.yes.title': 'Kopien der Erinnerungen für {subject} sind vereinbart',
  'person.owner.no.title': '{subject} ist nicht übernommen',
  'person.copy.no.title': 'Es gibt keine Kopien der Erinnerungen für {subject}',
  'owner.pending-sub': 'gefragt, noch keine Antwort',
  'owner.one': 'Für {target} ist {name} zuständig',
  'owner.nobody': 'Für {target} ist niemand zuständig',
  'copies.title.mine': 'Kopien der Erinnerungen für {subject} sind vereinbart',
  'copies.heading': 'Wer, und wovon',
};
