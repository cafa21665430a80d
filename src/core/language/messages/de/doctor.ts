import type { doctor as english } from '../en/doctor.ts';

export const doctor: Record<keyof typeof english, string> = {
  'doctor.configuration': 'Konfiguration',
  'doctor.database': 'Datenbank',
  'doctor.slack': 'Slack',
  'doctor.slack-socket': 'Slack, Socket Mode',
  'doctor.slack-install': 'Slack, Installation',
  'doctor.teams': 'Bot Framework',
  'doctor.graph': 'Microsoft Graph',
  'doctor.permissions': 'Graph-Berechtigungen',
  'doctor.calendars': 'Kalender',
  'doctor.dns': 'DNS',
  'doctor.handshake': 'Handshake',

  'doctor.late': 'In {seconds} s kam keine Antwort.',
  'doctor.late.remedy': 'Den Weg dorthin prüfen: Firewall, Proxy, und ob der Dienst läuft.',
  'doctor.failed': 'Es konnte nicht probiert werden ({error}).',
  'doctor.failed.remedy': 'Mehr sagt vielleicht ein Start des Bots mit LOG_LEVEL=debug.',
  'doctor.not-set-up': 'Nicht eingerichtet.',
  'doctor.waits': 'Alles Weitere wird probiert, sobald die Konfiguration gelesen werden kann.',

  'doctor.configuration.fine':
    'Alle gesetzten Variablen sind brauchbar. Chats: {chats, select, both {Teams und Slack} teams {Teams} slack {Slack} other {keine, lokaler Modus}}.',
  'doctor.configuration.remedy': 'Jede Variable ist in .env.example erklärt.',

  'doctor.database.memory': 'Die Datenbank ist im Speicher: Mit dem Ende des Prozesses ist alles vergessen.',
  'doctor.database.memory.remedy':
    'DATABASE_URL auf eine Datei (sqlite:<Datei>) oder einen PostgreSQL-Server (postgres://…) setzen.',
  'doctor.database.running': 'Der Bot läuft und hat {place} für sich.',
  'doctor.database.new': 'Unter {place} ist noch keine Datenbank; der Bot kann sie anlegen.',
  'doctor.database.ready': '{place} kann gelesen und beschrieben werden.',
  'doctor.database.pending':
    '{place} kann gelesen und beschrieben werden. Den Tabellen {number, plural, one {fehlt {number} Änderung} other {fehlen {number} Änderungen}}, die der nächste Start macht.',
  'doctor.database.newer': 'Mit {place} hat schon eine neuere Version des Bots gearbeitet ({detail}).',
  'doctor.database.newer.remedy': 'Diese Version starten, oder eine Sicherung aus der Zeit davor einspielen.',
  'doctor.database.forbidden': '{place} kann nicht gelesen oder beschrieben werden ({detail}).',
  'doctor.database.forbidden.remedy':
    'Den Benutzer, als der der Bot läuft, die Datei und ihren Ordner lesen und beschreiben lassen, oder mit DATABASE_URL einen anderen Ort nennen.',
  'doctor.database.damaged': 'Beschädigt: {detail}',
  'doctor.database.damaged.remedy': 'Die Dateien kopieren, bevor etwas versucht wird.',
  'doctor.database.unreachable': '{place} ist nicht zu erreichen ({detail}).',
  'doctor.database.unreachable.remedy': 'Host und Port in DATABASE_URL prüfen, und ob PostgreSQL dort lauscht.',
  'doctor.database.refused': '{place} nimmt Benutzer oder Passwort nicht an ({detail}).',
  'doctor.database.refused.remedy':
    'Beides in DATABASE_URL korrigieren; Sonderzeichen stehen dort in Prozentschreibweise.',
  'doctor.database.missing': 'Der Server hat keine Datenbank dieses Namens: {place} ({detail}).',
  'doctor.database.missing.remedy': 'Die Datenbank anlegen (createdb), oder den Namen in DATABASE_URL korrigieren.',
  'doctor.database.read-only': '{place} lässt sich nicht beschreiben: ein Ersatzserver, oder schreibgeschützt.',
  'doctor.database.read-only.remedy': 'Mit DATABASE_URL den Hauptserver nennen.',
  'doctor.database.no-rights': 'Der Benutzer von {place} darf keine Tabellen anlegen.',
  'doctor.database.no-rights.remedy':
    'Den Benutzer zum Eigentümer der Datenbank machen, oder ihm im Schema CREATE erlauben (GRANT CREATE ON SCHEMA public TO …).',
  'doctor.database.malformed': 'DATABASE_URL kann nicht als Adresse gelesen werden.',
  'doctor.database.malformed.remedy':
    'postgres://user:password@host:5432/database schreiben; Sonderzeichen in Benutzer und Passwort stehen in Prozentschreibweise.',
  'doctor.database.file': 'Eine Datei, die DATABASE_URL nennt, ist nicht lesbar: {detail}.',
  'doctor.database.file.remedy':
    'Den Pfad in DATABASE_URL korrigieren und den Benutzer, als der der Bot läuft, die Datei lesen lassen.',
  'doctor.database.other': '{place} verweigert die Arbeit ({detail}).',
  'doctor.database.other.remedy': 'Den Code in Anhang A der Dokumentation von PostgreSQL nachschlagen.',

  'doctor.slack.fine': 'Slack nimmt SLACK_BOT_TOKEN an, für den Workspace {team}, mit allen Scopes.',
  'doctor.slack.scopes': 'Der Slack-App fehlt {scopes}.',
  'doctor.slack.scopes.remedy':
    'Unter OAuth & Permissions {number, plural, one {diesen Scope} other {diese Scopes}} hinzufügen (in manifest/slack.yaml stehen alle) und die App neu installieren.',
  'doctor.slack.refused': 'Slack nimmt SLACK_BOT_TOKEN nicht an ({code}).',
  'doctor.slack.refused.remedy':
    'Unter OAuth & Permissions das Bot User OAuth Token (xoxb-…) kopieren; wo keines steht, die App neu installieren.',
  'doctor.slack.unreachable': 'Slack kann gerade nicht gefragt werden ({code}).',
  'doctor.slack.unreachable.remedy':
    'Den Weg zu {host} prüfen: Firewall, HTTPS_PROXY, und die Zertifikate eines Proxys, der mitliest (NODE_EXTRA_CA_CERTS).',
  'doctor.slack-socket.fine': 'Slack nimmt SLACK_APP_TOKEN an: Ereignisse kommen über Socket Mode.',
  'doctor.slack-socket.http':
    'Nicht verwendet: Ereignisse kommen über HTTP an {url}. Ob SLACK_SIGNING_SECRET stimmt, zeigt sich beim ersten.',
  'doctor.slack-socket.refused': 'Slack nimmt SLACK_APP_TOKEN nicht an ({code}).',
  'doctor.slack-socket.refused.remedy':
    'Unter Basic Information ein App-Level Token (xapp-…) mit dem Scope connections:write anlegen und Socket Mode einschalten.',
  'doctor.slack-install.fine':
    'Slack nimmt SLACK_CLIENT_ID und SLACK_CLIENT_SECRET an: Workspaces können den Bot installieren.',
  'doctor.slack-install.refused': 'Slack nimmt SLACK_CLIENT_ID mit SLACK_CLIENT_SECRET nicht an ({code}).',
  'doctor.slack-install.refused.remedy': 'Beides unter Basic Information, App Credentials kopieren.',

  'doctor.teams.fine': 'Microsoft Entra gibt dem Bot ein Token für das Bot Framework.',
  'doctor.teams.secret-expired': 'Der geheime Clientschlüssel des Bots ist abgelaufen{code}.',
  'doctor.teams.secret-expired.remedy':
    'Bei der App-Registrierung des Bots (Zertifikate & Geheimnisse) einen neuen anlegen und MicrosoftAppPassword setzen.',
  'doctor.teams.secret-wrong': 'Der geheime Clientschlüssel des Bots ist falsch{code}.',
  'doctor.teams.secret-wrong.remedy':
    'MicrosoftAppPassword auf den Wert des Geheimnisses setzen (nicht auf dessen ID).',
  'doctor.teams.certificate': 'Das Zertifikat des Bots wird nicht angenommen{code}.',
  'doctor.teams.certificate.remedy':
    'MicrosoftAppCertificateThumbprint und MicrosoftAppCertificateKey prüfen, und ob das Zertifikat bei der App-Registrierung hochgeladen und noch gültig ist.',
  'doctor.teams.app-unknown': 'Microsoft Entra kennt die App des Bots nicht{code}.',
  'doctor.teams.app-unknown.remedy':
    'MicrosoftAppId, MicrosoftAppTenantId und MicrosoftAppType prüfen: Eine Single-Tenant-App kennt nur ihr eigener Mandant.',
  'doctor.teams.tenant-unknown': 'Microsoft Entra kennt den Mandanten des Bots nicht{code}.',
  'doctor.teams.tenant-unknown.remedy': 'MicrosoftAppTenantId prüfen.',
  'doctor.teams.other-app': 'Das Token für das Bot Framework ist das einer anderen App ({app}) als MicrosoftAppId.',
  'doctor.teams.other-app.remedy':
    'MicrosoftAppId auf die Client-ID der App setzen, zu der Geheimnis, Zertifikat oder verwaltete Identität gehören, oder dem Bot seine eigenen geben.',
  'doctor.teams.identity': 'Die verwaltete Identität gibt dem Bot kein Token für das Bot Framework.',
  'doctor.teams.identity.remedy':
    'Prüfen, ob diese Maschine die benutzerseitig zugewiesene verwaltete Identität hat, deren Client-ID MicrosoftAppId ist.',
  'doctor.teams.other': 'Microsoft Entra gibt dem Bot kein Token für das Bot Framework{code}.',
  'doctor.teams.other.remedy':
    'Den Code unter https://login.microsoftonline.com/error nachschlagen und MicrosoftAppId, MicrosoftAppType und MicrosoftAppTenantId prüfen.',
  'doctor.teams.unreachable': 'Ein Token für das Bot Framework war nicht zu holen ({code}).',
  'doctor.teams.unreachable.remedy':
    'Den Weg zu {host} prüfen: Firewall, und die Zertifikate eines Proxys, der mitliest (NODE_EXTRA_CA_CERTS).',

  'doctor.graph.fine': 'Der Bot hat ein Zugriffstoken für Microsoft Graph.',
  'doctor.graph.people':
    'Jeder meldet sich am eigenen Kalender an ({connection}); probiert wird das, wenn es jemand tut.',
  'doctor.graph.expired': 'GRAPH_ACCESS_TOKEN ist am {date} abgelaufen.',
  'doctor.graph.expired.remedy': 'Ein neues einsetzen, oder stattdessen AZURE_* setzen.',
  'doctor.graph.unreachable': 'Ein Zugriffstoken für Microsoft Graph war nicht zu holen ({code}).',
  'doctor.graph.unreachable.remedy':
    'Den Weg zu {host} prüfen, und AZURE_TENANT_ID, AZURE_CLIENT_ID und Geheimnis, Zertifikat oder verwaltete Identität.',

  'doctor.permissions.fine': 'Es fehlt nichts: {permissions}.',
  'doctor.permissions.no-token': 'Ohne Zugriffstoken nicht bekannt.',
  'doctor.permissions.unsaid': 'Das Zugriffstoken sagt nichts über seine Berechtigungen.',
  'doctor.permissions.missing': 'Dem Bot fehlt {permissions}; ohne das kann er keine Erinnerung schreiben.',
  'doctor.permissions.missing.remedy':
    'Bei der App-Registrierung {permissions} hinzufügen (API-Berechtigungen, Microsoft Graph, {kind, select, person {delegiert} other {Anwendung}}) und die Administratorzustimmung erteilen.',
  'doctor.permissions.elsewhere':
    'Das Token hat kein {permissions}, aber das Postfach lässt sich trotzdem öffnen: Exchange lässt den Bot durch eine Rollenzuweisung ein.',
  'doctor.permissions.unseen':
    'Das Zugriffstoken hat kein {permissions}. Rollenzuweisungen in Exchange Online stehen in keinem Token.',
  'doctor.permissions.unseen.remedy':
    'Gibt es solche, mit CALENDAR_MAILBOX ein Postfach zum Probieren nennen. Wenn nicht, lässt sich keine Erinnerung schreiben: bei der App-Registrierung {permissions} hinzufügen (API-Berechtigungen, Microsoft Graph, Anwendung) und die Administratorzustimmung erteilen.',
  'doctor.permissions.optional': 'Genug, um Erinnerungen zu schreiben. Der Bot kommt ohne {permissions} aus.',
  'doctor.permissions.optional.remedy':
    'MailboxSettings.Read legt Erinnerungen in Arbeitszeiten, User.Read.All bemerkt, wer gegangen ist, Application.Read.All warnt, bevor das Geheimnis des Bots abläuft; erteilen, was davon gewünscht ist.',

  'doctor.calendars.none': 'In Kalender wird nichts geschrieben (CALENDAR=none).',
  'doctor.calendars.ics': 'Erinnerungen stehen in Feeds unter {url}, die man abonniert.',
  'doctor.calendars.local':
    'Erinnerungen stehen in Feeds, die kein Kalender von anderen erreicht: PUBLIC_URL nennt keine Adresse, die andere erreichen.',
  'doctor.calendars.local.remedy': 'PUBLIC_URL auf die https-Adresse setzen, unter der der Bot zu erreichen ist.',
  'doctor.calendars.owners':
    'Erinnerungen kommen ins Postfach der jeweils zuständigen Person. Hier wird keines probiert; eines zum Probieren nennt CALENDAR_MAILBOX.',
  'doctor.calendars.no-token': 'Das Postfach {mailbox} lässt sich ohne Zugriffstoken nicht öffnen.',
  'doctor.calendars.opens': 'Der Kalender von {mailbox} lässt sich öffnen.',
  'doctor.calendars.forbidden': 'Der Kalender von {mailbox} lässt sich für den Bot nicht öffnen.',
  'doctor.calendars.forbidden.remedy':
    'Prüfen, ob die App Calendars.ReadWrite mit Administratorzustimmung hat, und ob ihre Zugriffsrichtlinie (oder Rollenzuweisung) in Exchange Online dieses Postfach umfasst.',
  'doctor.calendars.gone': 'Es gibt kein Postfach {mailbox}.',
  'doctor.calendars.gone.remedy': 'CALENDAR_MAILBOX korrigieren und prüfen, ob es eine Lizenz für Exchange Online hat.',
  'doctor.calendars.unreachable': 'Microsoft Graph gab über {mailbox} keine Auskunft ({code}).',
  'doctor.calendars.unreachable.remedy':
    'Den Weg zu {host} prüfen: Firewall, und die Zertifikate eines Proxys, der mitliest (NODE_EXTRA_CA_CERTS).',

  'doctor.dns.fine': '{host} hat {number, plural, one {# Adresse} other {# Adressen}}: {addresses}.',
  'doctor.dns.literal': '{host} ist eine Adresse; kein Name war nachzuschlagen.',
  'doctor.dns.not-found':
    'Den Namen {host} gibt es nicht, {resolver, select, own {sagt der Resolver dieser Maschine} other {sagt DNS_SERVERS}}.',
  'doctor.dns.not-found.remedy':
    '/etc/resolv.conf und das Netz dieser Maschine prüfen, oder einen Namen probieren, den sie kennen muss: npm run doctor -- <Name>',
  'doctor.dns.failed':
    '{resolver, select, own {Der Resolver dieser Maschine} other {DNS_SERVERS}} hat zu {host} nicht geantwortet ({code}).',
  'doctor.dns.failed.remedy': 'Prüfen, ob DNS von hier aus erreicht wird, über UDP und TCP an Port 53.',

  'doctor.handshake.fine': '{target} zeigt ein Zertifikat von {issuer}: {expires}.',
  'doctor.handshake.ca': 'PROBE_CA_FILE={file} ist nicht lesbar: {detail}.',
  'doctor.handshake.ca.remedy': 'Eine PEM-Datei mit Zertifikaten nennen, die der Bot lesen kann.',
  'doctor.handshake.policy':
    'Nicht probiert: Die Regeln des Bots erlauben {target} nicht. Etwas nennen, das er ansehen darf: npm run doctor -- <Host>:<Port>',
  'doctor.handshake.failed': 'Von {target} kam kein Zertifikat: {failure}.',
  'doctor.handshake.failed.remedy':
    'Erreichen es andere von hier aus, PROBE_ALLOW, PROBE_DENY, PROBE_PORTS und HTTPS_PROXY prüfen; oder etwas anderes probieren: npm run doctor -- <Host>:<Port>',
};
