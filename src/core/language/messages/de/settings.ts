import type { settings as english } from '../en/settings.ts';

export const settings: Record<keyof typeof english, string> = {
  'settings.title': 'Einstellungen dieser Unterhaltung',
  'settings.summary': 'Einstellungen dieser Unterhaltung: {settings}',
  'settings.unset': '{label} ab jetzt: {value}',
  'settings.replanned': 'Die Erinnerungen dieser Unterhaltung werden neu geplant.',
  'settings.timezone.default':
    '{calendar, select, graph {die des Postfachs oder der Person} other {die der Person}}; sonst {zone}',
  'settings.timezone.how': '„settings timezone Europe/Berlin“',
  'settings.timezone.wrong':
    '„{text}“ ist keine Zeitzone. Eine wie „settings timezone Europe/Berlin“ eingeben, oder „settings timezone default“.',
  'settings.timezone.changed': 'Zeitzone ab jetzt: {value}',
  'settings.holidays.default': '{region} (Vorgabe dieses Bots)',
  'settings.holidays.none': 'keine',
  'settings.holidays.how': '„settings holidays DE-BY“',
  'settings.holidays.wrong':
    '„{text}“ ist kein Land und keine Region mit bekannten Feiertagen. Ein Kürzel wie „settings holidays DE“, „settings holidays DE-BY“ oder „settings holidays CH-ZH“ eingeben, oder „settings holidays none“.',
  'settings.holidays.changed': 'Keine Erinnerungen ans Erneuern an Feiertagen von {value}',
  'settings.freeze.none': 'keine',
  'settings.freeze.default': '{freezes} (Vorgabe dieses Bots)',
  'settings.freeze.how': '„settings freeze 2026-12-18..2027-01-06“',
  'settings.freeze.wrong':
    '„{text}“ ist keine Änderungssperre. Den ersten und letzten Tag eingeben, zum Beispiel „settings freeze 2026-12-18..2027-01-06“ (höchstens 20, durch Leerzeichen getrennt), oder „settings freeze none“.',
  'settings.freeze.changed': 'Änderungssperren ab jetzt: {value}',
  'settings.mailbox.own': 'die eigenen der Zuständigen',
  'settings.mailbox.default': '{mailbox} (Vorgabe dieses Bots)',
  'settings.mailbox.how': '„settings mailbox zertifikate@example.com“',
  'settings.mailbox.wrong':
    '„{text}“ ist keine E-Mail-Adresse. Die Adresse eines gemeinsamen Postfachs eingeben, zum Beispiel „settings mailbox zertifikate@example.com“, oder „settings mailbox default“.',
  'settings.mailbox.no-graph':
    'Dieser Bot hat keine eigene Erlaubnis für Postfächer; ein gemeinsames lässt sich daher nicht benutzen.',
  'settings.mailbox.not-open': 'Die Postfächer dieses Bots gehören zu einer anderen Organisation.',
  'settings.mailbox.person':
    '{mailbox} ist das eigene Postfach einer Person, und niemand bekommt Termine auf das Wort anderer hin. Bei „remind also {mailbox}“ wird die Person gefragt; ein gemeinsames Postfach lässt sich hier einstellen.',
  'settings.mailbox.unseen':
    'Ob {mailbox} ein gemeinsames Postfach ist, lässt sich nicht feststellen; deshalb bleibt alles, wie es ist. Die Administration kann diesem Bot MailboxSettings.Read erlauben oder CALENDAR_MAILBOX setzen.',
  'settings.mailbox.missing': 'Das Postfach {mailbox} gibt es nicht. Bitte die Adresse prüfen.',
  'settings.mailbox.unreachable':
    'Das Postfach {mailbox} ließ sich nicht öffnen, daher hat sich nichts geändert: {reason}',
  'settings.mailbox.changed': 'Die Erinnerungen dieser Unterhaltung gehen an {value}',
  'settings.alerts-to.owner': 'die zuständige Person',
  'settings.alerts-to.group': 'die zuständige Person und {group}',
  'settings.alerts-to.how': '„settings alerts-to @gruppe“',
  'settings.alerts-to.wrong':
    '„{text}“ ist keine Benutzergruppe. „settings alerts-to @“ eingeben, die Gruppe in der Liste auswählen, die Slack zeigt, und absenden; „settings alerts-to none“ nimmt es zurück.',
  'settings.alerts-to.person':
    'Warnungen erwähnen von selbst die zuständige Person und daneben eine Benutzergruppe. Damit jemand anderes erwähnt wird, die Zuständigkeit übergeben: „owner example.com @person“.',
  'settings.alerts-to.no-groups':
    '„settings alerts-to @gruppe“ ist für Slack: Hier lassen sich nur einzelne Leute erwähnen, keine Gruppen und Tags. Warnungen erwähnen die zuständige Person. Damit jemand anderes erwähnt wird, die Zuständigkeit übergeben: „owner example.com @person“.',
  'settings.alerts-to.direct':
    'Diesen direkten Chat liest niemand sonst, deshalb erwähnen Warnungen hier niemanden. Im Kanal eingeben, in dem die Gruppe erwähnt werden soll.',
  'settings.alerts-to.changed': 'Warnungen, auf die jemand reagieren muss, erwähnen {value}',
  'settings.operators.here': 'diese Unterhaltung',
  'settings.operators.elsewhere': 'eine andere Unterhaltung',
  'settings.operators.none': 'keine',
  'settings.operators.unknown':
    'wie konfiguriert (OPERATOR_CONVERSATION), aber diese Unterhaltung ist noch nicht bekannt: den Bot dort hinzufügen oder ihm dort etwas schreiben',
  'settings.operators.how': '„settings operators here“',
  'settings.operators.wrong':
    '„{text}“ geht hier nicht. „settings operators here“ in der Unterhaltung eingeben, die es erfahren soll, oder „settings operators none“.',
  'settings.operators.configured':
    'Welche Unterhaltung etwas über den Bot selbst erfährt, ist konfiguriert (OPERATOR_CONVERSATION); ändern kann es nur, wer ihn betreibt.',
  'settings.operators.set': 'Zum Beispiel ablaufende Zugangsdaten und der eigene Endpunkt.',
  'settings.operators.unset': 'Es steht im Protokoll.',
  'settings.operators.shared':
    'Diese Unterhaltung lesen auch Leute anderer Organisationen, deshalb kann hier nicht gesagt werden, was den Bot selbst betrifft. In einer Unterhaltung der eigenen Organisation eingeben.',
  'settings.operators.foreign':
    'Diese Unterhaltung gehört nicht zur Organisation, die den Bot betreibt; deshalb steht jetzt ein Code in seinem Protokoll. Wer es lesen kann, gibt innerhalb von 15 Minuten „settings operators here“ mit dem Code dahinter ein.',
  'settings.operators.wrong-code':
    'Das ist nicht der Code aus dem Protokoll, oder er ist schon benutzt oder älter als 15 Minuten. Nach „settings operators here“ steht ein neuer im Protokoll.',
  'settings.operators.taken':
    'Eine andere Unterhaltung erfährt, was den Bot selbst betrifft. Dort zuerst „settings operators none“ eingeben; danach geht hier „settings operators here“.',

  'operators.graph.title': 'Outlook weist diesen Bot ab',
  'operators.graph.meanwhile':
    'Bis dahin wird keine Erinnerung geschrieben oder verschoben; alle warten und gehen von selbst hinaus, sobald es wieder geht. Warnungen in den Chats kommen weiterhin.',
  'operators.graph.secret-expired': 'Der geheime Clientschlüssel des Bots ist abgelaufen{code}.',
  'operators.graph.secret-expired.advice':
    'In Microsoft Entra (App-Registrierungen, Zertifikate & Geheimnisse) einen neuen geheimen Clientschlüssel anlegen, AZURE_CLIENT_SECRET setzen und den Bot neu starten.',
  'operators.graph.secret-wrong': 'Der geheime Clientschlüssel des Bots ist falsch{code}.',
  'operators.graph.secret-wrong.advice':
    'AZURE_CLIENT_SECRET auf den Wert des Geheimnisses setzen (nicht auf dessen ID) und den Bot neu starten.',
  'operators.graph.certificate': 'Das Zertifikat des Bots für Microsoft Entra wird nicht angenommen{code}.',
  'operators.graph.certificate.advice':
    'AZURE_CLIENT_CERTIFICATE_PATH prüfen, ob das Zertifikat gültig ist und ob es bei der App-Registrierung hochgeladen ist.',
  'operators.graph.app-unknown': 'Microsoft Entra kennt die App des Bots nicht{code}.',
  'operators.graph.app-unknown.advice':
    'AZURE_CLIENT_ID und AZURE_TENANT_ID prüfen und ob die App nicht gelöscht wurde.',
  'operators.graph.tenant-unknown': 'Microsoft Entra kennt den Mandanten nicht{code}.',
  'operators.graph.tenant-unknown.advice': 'AZURE_TENANT_ID prüfen.',
  'operators.graph.consent': 'Dem, was der Bot in Microsoft 365 tut, hat niemand zugestimmt{code}.',
  'operators.graph.consent.advice':
    'In Microsoft Entra (App-Registrierungen, API-Berechtigungen) den Anwendungsberechtigungen Calendars.ReadWrite und MailboxSettings.Read die Administratorzustimmung erteilen.',
  'operators.graph.policy': 'Eine Richtlinie für bedingten Zugriff von Microsoft Entra sperrt den Bot aus{code}.',
  'operators.graph.policy.advice':
    'Im Anmeldeprotokoll (Microsoft Entra, Überwachung, Anmeldungen von Dienstprinzipalen) nachsehen, welche es war, und die App des Bots davon ausnehmen oder die Adresse zulassen, von der er kommt.',
  'operators.graph.app-disabled': 'Die App des Bots ist in Microsoft Entra deaktiviert{code}.',
  'operators.graph.app-disabled.advice':
    'Die App wieder aktivieren: Microsoft Entra, Unternehmensanwendungen, Eigenschaften der App, „Aktiviert für die Benutzeranmeldung“.',
  'operators.graph.wrong-cloud':
    'Der Bot fragt in einer anderen Cloud von Microsoft als der, in der seine App ist{code}.',
  'operators.graph.wrong-cloud.advice':
    'GRAPH_BASE_URL, AZURE_AUTHORITY_HOST und AZURE_TENANT_ID müssen zur selben Cloud gehören, zum Beispiel https://graph.microsoft.us, https://login.microsoftonline.us und ein Mandant der US-Regierung. Korrigieren und den Bot neu starten.',
  'operators.graph.token': 'Microsoft Graph weist das Zugriffstoken des Bots zurück{code}.',
  'operators.graph.token.advice':
    'Ist GRAPH_ACCESS_TOKEN gesetzt, so ist es vermutlich abgelaufen: ein neues setzen, oder stattdessen AZURE_*. Sonst prüfen, ob die Zugangsdaten zur Cloud von GRAPH_BASE_URL gehören.',
  'operators.graph.other': 'Microsoft Entra gibt dem Bot kein Zugriffstoken{code}.',
  'operators.graph.other.advice':
    'AZURE_TENANT_ID, AZURE_CLIENT_ID und Geheimnis, Zertifikat oder verwaltete Identität des Bots prüfen.',
  'operators.graph.fixed.title': 'Outlook nimmt diesen Bot wieder an',
  'operators.graph.fixed': 'Die Zugangsdaten des Bots funktionieren wieder; wartende Erinnerungen gehen hinaus.',
  'operators.mailbox-forbidden.title': 'Outlook lässt diesen Bot nicht in Postfächer',
  'operators.mailbox-forbidden':
    'Microsoft Graph verbietet diesem Bot {many, select, yes {Postfächer} other {ein Postfach}}: 403{code}.',
  'operators.mailbox-forbidden.advice':
    'In Microsoft Entra prüfen, ob seine App die Anwendungsberechtigung Calendars.ReadWrite mit Administratorzustimmung hat. Wenn ja, in Exchange Online prüfen, ob ihre Anwendungszugriffsrichtlinie (oder Rollenzuweisung für Anwendungen) diese Postfächer umfasst.',
  'operators.mailbox-forbidden.fixed.title': 'Outlook lässt diesen Bot wieder ein',
  'operators.mailbox-forbidden.fixed':
    'Alle Postfächer, die dem Bot verboten waren, sind wieder offen; wartende Erinnerungen gehen hinaus.',
  'operators.mailbox-full.title': 'Volle Postfächer',
  'operators.mailbox-full':
    'In {many, select, yes {mehrere Postfächer} other {ein Postfach}} passt nichts mehr, also nimmt Outlook dort keine Erinnerungen an{code}.',
  'operators.mailbox-full.advice':
    'Wem so ein Postfach gehört, muss Platz schaffen (Gelöschte Elemente leeren), oder die Exchange-Administration muss das Kontingent erhöhen oder das Archiv einschalten.',
  'operators.mailbox-full.fixed.title': 'Postfächer haben wieder Platz',
  'operators.mailbox-full.fixed':
    'Outlook nimmt in allen Postfächern, die voll waren, wieder Erinnerungen an; die wartenden gehen hinaus.',
  'operators.mailboxes': 'Betroffen: {names}.',
  'operators.mailboxes.more': 'Betroffen: {names} und weitere, die im Protokoll stehen.',
  'operators.mailboxes.meanwhile':
    'Bis dahin warten Erinnerungen für diese Postfächer und gehen von selbst hinaus, sobald es wieder geht. Warnungen in den Chats kommen weiterhin.',
  'operators.credential.title':
    '{kind, select, certificate {Das eigene Zertifikat} token {Das eigene Zugriffstoken} other {Der eigene geheime Clientschlüssel}} des Bots, {name}, {state, select, expired {ist {when} abgelaufen} other {läuft {when} ab}}',
  'operators.credential':
    'Am {date} ({variable}). Danach geht nichts mehr, was davon abhängt: {variable, select, MicrosoftAppPassword {kein Chat in Teams} MicrosoftAppCertificateKey {kein Chat in Teams} other {keine Erinnerungen in Outlook}}.',
  'operators.credential.secret.advice':
    'In Microsoft Entra (App-Registrierungen, Zertifikate & Geheimnisse) einen neuen geheimen Clientschlüssel anlegen, {variable} setzen und den Bot neu starten.',
  'operators.credential.certificate.advice':
    'Bei der App-Registrierung in Microsoft Entra ein neues Zertifikat hochladen, {variable} setzen und den Bot neu starten.',
  'operators.undelivered.title': 'Nachrichten, die nicht angekommen sind',
  'operators.undelivered':
    '{count, plural, one {Eine Unterhaltung hat} other {# Unterhaltungen haben}} heute nicht alles bekommen, was dieser Bot zu sagen hatte.',
  'operators.undelivered.refused':
    '{where}: Der Dienst hat eine Nachricht einen Tag lang abgelehnt{code}; mehr steht im Protokoll.',
  'operators.undelivered.outlived':
    '{where}: Eine Nachricht war so lange nicht zustellbar, dass sie nichts mehr nützt{code}; der Grund steht im Protokoll.',
  'operators.chat.title': '{channel} nimmt diesen Bot nicht an',
  'operators.chat':
    'Die Zugangsdaten werden abgelehnt{code}. Bis das behoben ist, kommt dort nichts an; was wartet, geht danach von selbst hinaus.',
  'operators.chat.lacks':
    'Der App in {channel} fehlt eine Berechtigung{code}. Bis das behoben ist, kommt nicht an, was sie braucht; was wartet, geht danach von selbst hinaus.',
  'operators.chat.teams.advice':
    'MicrosoftAppId, MicrosoftAppPassword (oder das Zertifikat) und MicrosoftAppTenantId prüfen, dass das Geheimnis nicht abgelaufen ist, und bei einer Behörden-Cloud ChannelService.',
  'operators.chat.slack.advice':
    'SLACK_BOT_TOKEN prüfen oder die App im Workspace {tenant} erneut installieren, mit allen Scopes.',
  'operators.chat.fixed.title': '{channel} nimmt diesen Bot wieder an',
  'operators.chat.fixed': 'Die Zugangsdaten gelten wieder, und was gewartet hat, geht hinaus.',
  'operators.undelivered.more': 'Und {count} weitere, die im Protokoll stehen.',
  'operators.endpoint.title': 'Der eigene Endpunkt',
  'operators.endpoint':
    'Der Bot überwacht hier auch seinen eigenen Endpunkt {host}, denn wer nicht zu erreichen ist, warnt niemanden. „unwatch {host}“ beendet das.',
  'settings.how': 'Ändern zum Beispiel mit „settings holidays DE-BY“; mit „default“ gilt wieder die Vorgabe.',
  'settings.how-one': 'Ändern zum Beispiel mit {typed}; mit „default“ gilt wieder die Vorgabe.',
  'settings.freeze.span': '{from} bis {to}',
  'settings.operators.set.title': 'Was den Bot selbst betrifft, steht ab jetzt hier',
  'settings.operators.unset.title': 'Was den Bot selbst betrifft, steht jetzt nirgends mehr',
  'label.timezone': 'Zeitzone',
  'label.holidays': 'Feiertage',
  'label.freeze': 'Sperren',
  'label.mailbox': 'Postfach',
  'label.operators': 'Betrieb',
  'label.alerts-to': 'Erwähnt',
  'label.persona': 'Tonfall',
  'label.admins': 'Rechte',
};
