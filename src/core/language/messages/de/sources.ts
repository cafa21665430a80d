import type { sources as english } from '../en/sources.ts';

export const sources: Record<keyof typeof english, string> = {
  'credential.nameless': 'ohne Namen',
  'credential.last-known':
    '{type, select, certificate {Zertifikat} other {Geheimnis}} „{name}“, {state, select, expired {abgelaufen} other {läuft ab}} {date}',
  'credential.sound': 'noch ist nichts zu tun.',
  'credential.refused-now': 'Wer sich damit anmeldet, wird jetzt abgewiesen.',
  'credential.refused-from-then': 'Danach wird abgewiesen, wer sich damit anmeldet.',
  'credential.plan': 'Ein neues planen, und wo es einzutragen ist.',
  'credential.lead.renewed':
    '{left, select, none {} other {Noch {left}; }}die Erinnerungen wandern {type, select, certificate {zum neuen Zertifikat} other {zum neuen Geheimnis}}.',
  'credential.renewed':
    '{target} hat {type, select, certificate {ein neues Zertifikat} other {ein neues Geheimnis}} „{name}“; es {state, select, expired {ist abgelaufen} other {läuft ab}}: {date}',
  'credential.gone.state': 'Gelöscht',
  'credential.gone.title':
    '{target} hat {number, plural, one {ein Geheimnis oder Zertifikat} other {# Geheimnisse oder Zertifikate}} weniger',
  'credential.gone.lead':
    '{number, plural, one {Gelöscht, also nicht mehr zu erneuern} other {Alle gelöscht, also nicht mehr zu erneuern}}: {names}.',
  'application.heading': '{number, plural, one {Was sie hat} other {Was sie hat ({number})}}',
  'label.app-id': 'App-ID',
  'label.credentials': 'Genutzt',
  'label.inactive': 'Inaktiv',
  'label.federated': 'Verbund',
  'label.app-owners': 'In Entra',
  'label.sign-in': 'Anmeldung',
  'todo.permission': 'Die Berechtigung erteilen lassen, oder die Überwachung beenden.',
  'todo.access': 'Nachfragen bei denen, die diesen Bot betreiben.',
  'todo.gone': 'Die Überwachung beenden, wenn sie mit Absicht gelöscht wurde.',
  'todo.wait': 'Es ist nichts zu tun: Ich frage wieder.',
  'title.leads':
    '{target} führt zu {number, plural, =0 {noch nichts} one {einer Anwendung} other {{number} Anwendungen}}',
  'title.empty': '{target} hat nichts, was abläuft',
  'rest.leads':
    '{number, plural, =0 {Keine Anwendung hat ein Geheimnis oder Zertifikat.} other {Jede wird für sich überwacht.}} Neue kommen von selbst dazu.',
  'rest.empty': 'Es ist kein Geheimnis oder Zertifikat in Gebrauch.',
  'renew.application.guess': '{target} ist eine Anwendung in Microsoft Entra, die sich damit anmeldet.',
  'renew.application.do': 'Ein neues anlegen, im Portal (Zertifikate & Geheimnisse) oder mit einem Befehl:',
  'renew.application.put': 'Es dort eintragen, wo die Anwendung läuft, und diese neu starten.',
  'renew.application.out': 'Das alte löschen, wenn sich nichts mehr damit anmeldet (die Anmeldeprotokolle zeigen es):',
  'credential.expired.advice': 'In Microsoft Entra ein neues anlegen und dort eintragen, wo die Anwendung läuft.',
  'credential.expires.advice':
    'In Microsoft Entra ein neues anlegen, dort eintragen, wo die Anwendung läuft, dann dieses löschen.',
  'credential.event.renew':
    'Erneuern: {type, select, certificate {Zertifikat} other {Geheimnis}} „{name}“ von {target} (läuft ab {date})',
  'credential.event.expiry': 'Läuft ab {date}: {type, select, certificate {Zertifikat} other {Geheimnis}} von {target}',
  'credential.event.renew.what':
    'In Microsoft Entra {type, select, certificate {ein neues Zertifikat} other {ein neues Geheimnis}} anlegen, dort eintragen, wo die Anwendung läuft, dann das alte löschen.',
  'credential.event.expiry.what':
    'Von jetzt an wird abgewiesen, was sich mit {type, select, certificate {diesem Zertifikat} other {diesem Geheimnis}} anmeldet.',
  'credential.event.of': 'Anwendung: {targets}',
  'credential.event.which': 'Was abläuft: {type, select, certificate {Zertifikat} other {Geheimnis}} „{name}“',
  'credential.event.kept':
    'Diesen Termin pflegt certbot für Teams und Slack: Er wandert, wenn es etwas Neues gibt, und geht, wenn niemand die Anwendung mehr überwacht.',

  'application.counts':
    '{secrets, plural, one {ein Geheimnis} other {# Geheimnisse}}, {certificates, plural, one {ein Zertifikat} other {# Zertifikate}}',
  'application.federated': '„{name}“ ({issuer}, {subject}; läuft nicht ab)',
  'application.owners-unseen': 'nicht zu sehen',
  'application.disabled': 'abgeschaltet: Niemand vermisst, was davon abläuft',

  'finding.no-owner': 'Diese Anwendung hat in Microsoft Entra keinen Besitzer.',
  'advice.no-owner': 'Dort einen eintragen, damit jemand sie erneuert.',
  'fixed.no-owner': 'Behoben: {target} hat in Microsoft Entra einen Besitzer.',
  'condition.no-owner': 'ohne Besitzer',
  'finding.unused-credential':
    '{number, plural, one {Ein Geheimnis oder Zertifikat davon ist} other {# Geheimnisse oder Zertifikate davon sind}} seit Langem abgelaufen, und nichts ist an die Stelle getreten: {names}.',
  'advice.unused-credential': 'Wo es niemand vermisst: löschen, oder gleich die Anwendung.',
  'fixed.unused-credential': 'Behoben: Was von {target} übrig war, ist weg.',
  'condition.unused-credential': 'abgelaufen und ungenutzt',
  'finding.replaced-credential':
    '{number, plural, one {Ein Geheimnis oder Zertifikat davon ist abgelaufen und ersetzt} other {# Geheimnisse oder Zertifikate davon sind abgelaufen und ersetzt}}: {names}.',
  'advice.replaced-credential': 'Das kann gelöscht werden.',
  'fixed.replaced-credential': 'Behoben: Was an {target} ersetzt war, ist weg.',
  'condition.replaced-credential': 'Reste zu löschen',

  'failure.lacks-permission':
    'dem Bot fehlt die Berechtigung {detail} von Microsoft Graph; eine Administratorin oder ein Administrator des Microsoft-365-Mandanten erteilt sie (Anwendungsberechtigung, mit Administratorzustimmung)',
  'failure.no-access':
    'dieser Bot hat keinen eigenen Zugang zu Microsoft Graph; wer ihn betreibt, setzt AZURE_TENANT_ID, AZURE_CLIENT_ID und ein Geheimnis oder Zertifikat',
  'failure.service': 'Microsoft Graph hat nichts Brauchbares geantwortet',
  'failure.service-detail': 'Microsoft Graph hat nichts Brauchbares geantwortet ({detail})',
  'failure.throttled': 'Microsoft Graph bittet, später wiederzukommen',
  'failure.gone': 'das Verzeichnis kennt keine solche Anwendung (mehr)',

  'watch.unread':
    'Es wird trotzdem überwacht und beginnt von selbst, sobald das behoben ist. „unwatch {typed}“ beendet es.',

  'condition.leads': '{number, plural, one {eine Anwendung} other {# Anwendungen}}',
  'condition.empty': 'nichts, was abläuft',

  'entra.long-name': 'Keine Anwendung heißt mit mehr als {most} Zeichen. Den Namen oder die Anwendungs-ID eingeben.',
  'entra.not-watched':
    'Eine Anwendung „{name}“ wird hier nicht überwacht. „list entra“ zeigt, welche es sind; „watch entra:{name}“ beginnt damit.',
  'source.not-asked': '„{name}“ kann nicht gesucht werden: {reason}.',
  'source.not-found':
    'Im Verzeichnis heißt keine Anwendung „{name}“. Den ganzen Anzeigenamen oder die Anwendungs-ID (Client-ID) eingeben.',
  'source.several': 'Mehrere Anwendungen heißen „{name}“. Die Anwendungs-ID (Client-ID) der gemeinten eingeben.',

  'found.title': '{number, plural, one {Eine Anwendung wird} other {# Anwendungen werden}} ab jetzt überwacht',
  'found.first':
    '„{from}“ führt zu {number, plural, one {einer Anwendung} other {# Anwendungen}}; {due, plural, =0 {nichts davon läuft bald ab} one {um eine muss sich jetzt jemand kümmern} other {um # muss sich jetzt jemand kümmern}}.',
  'found.new': 'Neu in „{from}“: {names}.',
  'found.due': 'Jemand muss erneuern',
  'found.asked': 'In ihrem eigenen Chat wurden gefragt, ob sie übernehmen: {names}.',
  'found.left':
    'Für {number, plural, one {eine weitere} other {# weitere}} ist hier kein Platz (MAX_WATCHES). Nicht Benötigtes mit „unwatch“ beenden, oder einige anderswo überwachen.',
  'found.list': '„list {from}“ zeigt alle.',

  'allowance.title': 'Was der Organisation gehört',
  'allowance.here': 'dieser Unterhaltung',
  'allowance.refused':
    'Was „{source}“ zeigt, gehört der ganzen Organisation. Darum ist es hier aus, bis es jemand erlaubt, der diesen Bot betreibt. Anfragen mit „operators allow {source} here“; „help sources“ sagt, was es zeigt.',
  'allowance.guests':
    'Was das zeigt, gehört der Organisation: Gäste erfahren es nicht, und auch nicht, wo Leute anderer Organisationen mitlesen.',
  'allowance.home':
    'Was das zeigt, wird nur in der Organisation gesagt, die diesen Bot betreibt; diese hier ist eine andere.',
  'allowance.which':
    '„operators {what} {source} here“ eingeben, oder statt „here“ eine Unterhaltung nennen. Das gilt für: {sources}.',
  'allowance.nowhere':
    'In einer Unterhaltung „{text}“ bin ich nicht. Den Namen eingeben, wie „operators conversations“ ihn zeigt, ihre ID, oder „here“.',
  'allowance.several': 'Mehrere Unterhaltungen heißen „{text}“. Die ID der gemeinten eingeben: {ids}.',
  'allowance.allow': '„{source}“ darf ab jetzt überwacht werden, und zwar in {place}.',
  'allowance.deny':
    '„{source}“ darf nicht mehr überwacht werden in {place}; was davon dort überwacht wurde, ist beendet.',
  'allowance.next': 'Dort beginnt es mit „watch {source}“. „operators status“ zeigt, wo es erlaubt ist.',
  'allowance.already': '„{source}“ ist hier schon erlaubt: „watch {source}“ eingeben.',
  'allowance.asked':
    'Wer diesen Bot betreibt, wurde in der eigenen Unterhaltung gefragt, ob „{source}“ hier erlaubt ist.',
  'allowance.no-operators':
    'Noch hat niemand gesagt, wo zu finden ist, wer diesen Bot betreibt; also kann es niemand erlauben. Zuerst „settings operators here“ in deren Unterhaltung.',
  'allowance.deny-where':
    '„operators deny {source}“ gilt in der Unterhaltung derer, die diesen Bot betreiben, mit dem Namen dieser hier. Hier beendet es „unwatch“.',
  'allowance.question': '{name} fragt, ob „{source}“ überwacht werden darf in {place}.',
  'allowance.question.what':
    'Wer jene Unterhaltung liest, sähe Namen, Besitzer und Ablauf der Anwendungen der Organisation („help sources“ sagt mehr).',
  'allowance.allowed': 'Wer diesen Bot betreibt, hat „{source}“ hier erlaubt. „watch {source}“ eingeben.',
  'allowance.denied': 'Wer diesen Bot betreibt, hat „{source}“ hier nicht erlaubt.',
  'allowance.allow-by': '{name} hat „{source}“ erlaubt in {place}.',
  'allowance.deny-by': '{name} hat „{source}“ nicht erlaubt in {place}.',
  'allowance.label': 'Erlaubt',
  'button.allow': 'Erlauben',
  'button.deny': 'Nicht erlauben',

  'help.topic.sources': 'Was jede Art von Ziel braucht',
  'help.target.keys': 'Die Schlüssel, mit denen ein Aussteller signiert (JWKS).',
  'help.target.metadata': 'Die Zertifikate in SAML-Metadaten.',
  'help.target.application': 'Geheimnisse und Zertifikate einer Anwendung in Microsoft Entra, wo das erlaubt ist.',
  'help.sources.title': 'Was sich überwachen lässt, und was es braucht',
  'help.sources':
    'Jedes davon braucht etwas anderes. Was fehlt, wird beim Eingeben gesagt, und alles andere geht trotzdem.',
  'help.sources.tls': 'Ein Endpunkt: `watch example.com`, `watch smtp://mail.example.com`, `watch mx:example.com`',
  'help.sources.tls.what':
    'Braucht keine Berechtigung: Der Bot verbindet sich wie jeder Client. Wer ihn betreibt, begrenzt, wohin (PROBE_DENY, PROBE_ALLOW, PROBE_PORTS).',
  'help.sources.date': 'Ein Tag: `watch date:2030-03-01 Code-signing token`',
  'help.sources.date.what':
    'Braucht keine Berechtigung und verbindet sich nirgendwohin: Es läuft an dem Tag ab, der eingegeben wurde.',
  'help.sources.entra':
    'Anwendungen in Microsoft Entra: `watch entra`, oder eine mit Namen oder Id, `watch entra:Payroll`',
  'help.sources.entra.what':
    'Geheimnisse und Zertifikate von App-Registrierungen und Unternehmensanwendungen, auch die, mit denen SAML signiert wird. Braucht `Application.Read.All` (Anwendungsberechtigung von Microsoft Graph, mit Administratorzustimmung), und dass es erlaubt, wer den Bot betreibt (`operators allow entra here`). Warum nicht: Damit kann der Bot, und wer sein Geheimnis hat, Namen, Besitzer, Adressen und Ablauf aller Anwendungen der Organisation lesen, und wer die Unterhaltung liest, sieht, was dort überwacht wird. Die Geheimnisse selbst zeigt es nicht, und es ändert nichts.',

  'operators.database.title': 'Die eigene Datenbank',
  'operators.database':
    'Der Bot überwacht hier auch das Zertifikat seiner eigenen Datenbank {host}, denn ohne sie geht nichts. Darf er zum Nachsehen nicht dorthin, ist ihre Adresse zu erlauben (PROBE_ALLOW). „unwatch {host}“ beendet das.',
  'operators.credential.token.advice':
    '{variable} auf ein neues Token setzen und den Bot neu starten; besser ist, er holt es sich selbst (AZURE_TENANT_ID, AZURE_CLIENT_ID und ein Geheimnis oder Zertifikat).',
};
