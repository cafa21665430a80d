/** What the doctor finds out about the bot's own surroundings, and how it is mended. */
export const doctor = {
  'doctor.configuration': 'Configuration',
  'doctor.database': 'Database',
  'doctor.slack': 'Slack',
  'doctor.slack-socket': 'Slack, Socket Mode',
  'doctor.slack-install': 'Slack, installation',
  'doctor.teams': 'Bot Framework',
  'doctor.graph': 'Microsoft Graph',
  'doctor.permissions': 'Graph permissions',
  'doctor.calendars': 'Calendars',
  'doctor.dns': 'DNS',
  'doctor.handshake': 'Handshake',

  'doctor.late': 'No answer came within {seconds} s.',
  'doctor.late.remedy': 'Check the way there: firewall, proxy, and whether the service is up.',
  'doctor.failed': 'It could not be tried ({error}).',
  'doctor.failed.remedy': 'LOG_LEVEL=debug and a start of the bot may tell more.',
  'doctor.not-set-up': 'Not set up.',
  'doctor.waits': 'Everything else is tried as soon as the configuration can be read.',

  'doctor.configuration.fine':
    'Every variable that is set can be used. Chats: {chats, select, both {Teams and Slack} teams {Teams} slack {Slack} other {none, local mode}}.',
  'doctor.configuration.remedy': 'Every variable is explained in .env.example.',

  'doctor.database.memory': 'The database is in memory: with the end of the process everything is forgotten.',
  'doctor.database.memory.remedy':
    'Set DATABASE_URL to a file (sqlite:<file>) or to a PostgreSQL server (postgres://…).',
  'doctor.database.running': 'The bot is running, and has {place} to itself.',
  'doctor.database.new': 'There is no database at {place} yet; the bot can make it.',
  'doctor.database.ready': '{place} can be read and written.',
  'doctor.database.pending':
    '{place} can be read and written. Its tables {number, plural, one {need {number} change} other {need {number} changes}}, which the next start makes.',
  'doctor.database.newer': '{place} was used by a newer version of the bot ({detail}).',
  'doctor.database.newer.remedy': 'Start that version, or go back to a backup of the time before it.',
  'doctor.database.forbidden': '{place} cannot be read or written ({detail}).',
  'doctor.database.forbidden.remedy':
    'Let the user that the bot runs as read and write the file and its folder, or have DATABASE_URL name another place.',
  'doctor.database.damaged': 'Damaged: {detail}',
  'doctor.database.damaged.remedy': 'Keep a copy of the files before anything is tried.',
  'doctor.database.unreachable': '{place} cannot be reached ({detail}).',
  'doctor.database.unreachable.remedy': 'Check host and port in DATABASE_URL, and that PostgreSQL listens there.',
  'doctor.database.refused': '{place} does not accept the user or the password ({detail}).',
  'doctor.database.refused.remedy': 'Correct both in DATABASE_URL; special characters are percent-encoded there.',
  'doctor.database.missing': 'The server has no database of that name: {place} ({detail}).',
  'doctor.database.missing.remedy': 'Create it (createdb), or correct the name in DATABASE_URL.',
  'doctor.database.read-only': '{place} takes no writes: it is a standby, or read-only.',
  'doctor.database.read-only.remedy': 'Have DATABASE_URL name the primary server.',
  'doctor.database.no-rights': 'The user of {place} may not create tables.',
  'doctor.database.no-rights.remedy':
    'Make the user the owner of the database, or grant create on its schema to the user (GRANT CREATE ON SCHEMA public TO …).',
  'doctor.database.malformed': 'DATABASE_URL cannot be read as an address.',
  'doctor.database.malformed.remedy':
    'Write postgres://user:password@host:5432/database; special characters in user and password are percent-encoded.',
  'doctor.database.file': 'A file that DATABASE_URL names cannot be read: {detail}.',
  'doctor.database.file.remedy': 'Correct its path in DATABASE_URL, and let the user that the bot runs as read it.',
  'doctor.database.other': '{place} refuses to work ({detail}).',
  'doctor.database.other.remedy': 'Look the code up in appendix A of PostgreSQL’s documentation.',

  'doctor.slack.fine': 'Slack accepts SLACK_BOT_TOKEN, for the workspace {team}, with all scopes.',
  'doctor.slack.scopes': 'The Slack app lacks {scopes}.',
  'doctor.slack.scopes.remedy':
    'Add {number, plural, one {this scope} other {these scopes}} under OAuth & Permissions (manifest/slack.yaml has all of them), and install the app again.',
  'doctor.slack.refused': 'Slack does not accept SLACK_BOT_TOKEN ({code}).',
  'doctor.slack.refused.remedy':
    'Copy the Bot User OAuth Token (xoxb-…) under OAuth & Permissions; install the app again where there is none.',
  'doctor.slack.unreachable': 'Slack cannot be asked right now ({code}).',
  'doctor.slack.unreachable.remedy':
    'Check the way to {host}: firewall, HTTPS_PROXY, and the certificates of a proxy that inspects (NODE_EXTRA_CA_CERTS).',
  'doctor.slack-socket.fine': 'Slack accepts SLACK_APP_TOKEN: events come by Socket Mode.',
  'doctor.slack-socket.http':
    'Not used: events come by HTTP to {url}. Whether SLACK_SIGNING_SECRET is right shows with the first of them.',
  'doctor.slack-socket.refused': 'Slack does not accept SLACK_APP_TOKEN ({code}).',
  'doctor.slack-socket.refused.remedy':
    'Create an app-level token (xapp-…) with the scope connections:write under Basic Information, and turn Socket Mode on.',
  'doctor.slack-install.fine': 'Slack accepts SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: workspaces can install the bot.',
  'doctor.slack-install.refused': 'Slack does not accept SLACK_CLIENT_ID with SLACK_CLIENT_SECRET ({code}).',
  'doctor.slack-install.refused.remedy': 'Copy both under Basic Information, App Credentials.',

  'doctor.teams.fine': 'Microsoft Entra gives the bot a token for the Bot Framework.',
  'doctor.teams.secret-expired': 'The bot’s client secret has expired{code}.',
  'doctor.teams.secret-expired.remedy':
    'Create a new one at the app registration of the bot (Certificates & secrets), and set MicrosoftAppPassword.',
  'doctor.teams.secret-wrong': 'The bot’s client secret is wrong{code}.',
  'doctor.teams.secret-wrong.remedy': 'Set MicrosoftAppPassword to the value of the secret (not to its id).',
  'doctor.teams.certificate': 'The bot’s certificate is not accepted{code}.',
  'doctor.teams.certificate.remedy':
    'Check MicrosoftAppCertificateThumbprint and MicrosoftAppCertificateKey, and that the certificate is uploaded at the app registration and still valid.',
  'doctor.teams.app-unknown': 'Microsoft Entra does not know the bot’s app{code}.',
  'doctor.teams.app-unknown.remedy':
    'Check MicrosoftAppId, MicrosoftAppTenantId and MicrosoftAppType: a single-tenant app is known in its own tenant only.',
  'doctor.teams.tenant-unknown': 'Microsoft Entra does not know the bot’s tenant{code}.',
  'doctor.teams.tenant-unknown.remedy': 'Check MicrosoftAppTenantId.',
  'doctor.teams.other-app': 'The token for the Bot Framework is that of another app ({app}) than MicrosoftAppId.',
  'doctor.teams.other-app.remedy':
    'Set MicrosoftAppId to the client id of the app that the secret, the certificate or the managed identity belongs to, or give the bot those of its own.',
  'doctor.teams.identity': 'The managed identity gives the bot no token for the Bot Framework.',
  'doctor.teams.identity.remedy':
    'Check that this machine has the user-assigned managed identity whose client id is MicrosoftAppId.',
  'doctor.teams.other': 'Microsoft Entra gives the bot no token for the Bot Framework{code}.',
  'doctor.teams.other.remedy':
    'Look the code up at https://login.microsoftonline.com/error, and check MicrosoftAppId, MicrosoftAppType and MicrosoftAppTenantId.',
  'doctor.teams.unreachable': 'No token for the Bot Framework could be fetched ({code}).',
  'doctor.teams.unreachable.remedy':
    'Check the way to {host}: firewall, and the certificates of a proxy that inspects (NODE_EXTRA_CA_CERTS).',

  'doctor.graph.fine': 'The bot has an access token for Microsoft Graph.',
  'doctor.graph.people': 'People sign in to their own calendars ({connection}); that is tried when somebody does.',
  'doctor.graph.expired': 'GRAPH_ACCESS_TOKEN ended on {date}.',
  'doctor.graph.expired.remedy': 'Paste a new one, or set AZURE_* credentials instead.',
  'doctor.graph.unreachable': 'No access token for Microsoft Graph could be fetched ({code}).',
  'doctor.graph.unreachable.remedy':
    'Check the way to {host}, and AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or managed identity.',

  'doctor.permissions.fine': 'Nothing is missing: {permissions}.',
  'doctor.permissions.no-token': 'Not known without an access token.',
  'doctor.permissions.unsaid': 'The access token does not tell its permissions.',
  'doctor.permissions.missing': 'The bot lacks {permissions}, without which no reminder can be written.',
  'doctor.permissions.missing.remedy':
    'Add {permissions} at the app registration (API permissions, Microsoft Graph, {kind, select, person {delegated} other {application}}), and grant admin consent.',
  'doctor.permissions.elsewhere':
    'The token has no {permissions}, but the mailbox opens all the same: Exchange lets the bot in by a role assignment.',
  'doctor.permissions.unseen':
    'The access token has no {permissions}. Role assignments in Exchange Online are in no token.',
  'doctor.permissions.unseen.remedy':
    'If you use those, have CALENDAR_MAILBOX name a mailbox to try. If not, no reminder can be written: add {permissions} at the app registration (API permissions, Microsoft Graph, application), and grant admin consent.',
  'doctor.permissions.optional': 'Enough to write reminders. The bot does without {permissions}.',
  'doctor.permissions.optional.remedy':
    'MailboxSettings.Read puts reminders into working hours, User.Read.All notices owners who left, Application.Read.All warns before the bot’s secret ends; grant what you want of them.',

  'doctor.calendars.none': 'No calendar is written to (CALENDAR=none).',
  'doctor.calendars.ics': 'Reminders are in feeds below {url}, to which people subscribe.',
  'doctor.calendars.local':
    'Reminders are in feeds that nobody else’s calendar can reach: PUBLIC_URL names no address that others reach.',
  'doctor.calendars.local.remedy': 'Set PUBLIC_URL to the https address at which the bot is reached.',
  'doctor.calendars.owners':
    'Reminders go into the mailbox of whoever owns a watch. None is tried here; name one to try with CALENDAR_MAILBOX.',
  'doctor.calendars.no-token': 'The mailbox {mailbox} cannot be opened without an access token.',
  'doctor.calendars.opens': 'The calendar of {mailbox} opens.',
  'doctor.calendars.forbidden': 'The calendar of {mailbox} does not open for the bot.',
  'doctor.calendars.forbidden.remedy':
    'Check that the app has Calendars.ReadWrite with admin consent, and that its access policy (or role assignment) in Exchange Online covers this mailbox.',
  'doctor.calendars.gone': 'There is no mailbox {mailbox}.',
  'doctor.calendars.gone.remedy': 'Correct CALENDAR_MAILBOX, and check that it has an Exchange Online licence.',
  'doctor.calendars.unreachable': 'Microsoft Graph gave no answer about {mailbox} ({code}).',
  'doctor.calendars.unreachable.remedy':
    'Check the way to {host}: firewall, and the certificates of a proxy that inspects (NODE_EXTRA_CA_CERTS).',

  'doctor.dns.fine': '{host} has {number, plural, one {# address} other {# addresses}}: {addresses}.',
  'doctor.dns.literal': '{host} is an address; no name had to be looked up.',
  'doctor.dns.not-found':
    'There is no name {host}, says {resolver, select, own {this machine’s resolver} other {DNS_SERVERS}}.',
  'doctor.dns.not-found.remedy':
    'Check /etc/resolv.conf and the network of this machine, or try a name that it has to know: npm run doctor -- <name>',
  'doctor.dns.failed':
    '{resolver, select, own {This machine’s resolver} other {DNS_SERVERS}} gave no answer for {host} ({code}).',
  'doctor.dns.failed.remedy': 'Check that DNS is reached from here, by UDP and TCP on port 53.',

  'doctor.handshake.fine': '{target} shows a certificate of {issuer}: it {expires}.',
  'doctor.handshake.ca': 'PROBE_CA_FILE={file} cannot be read: {detail}.',
  'doctor.handshake.ca.remedy': 'Have it name a PEM file of certificates that the bot can read.',
  'doctor.handshake.policy':
    'Not tried: the bot’s policy does not allow {target}. Name something that it may look at: npm run doctor -- <host>:<port>',
  'doctor.handshake.failed': 'No certificate came from {target}: {failure}.',
  'doctor.handshake.failed.remedy':
    'If others reach it from here, check PROBE_ALLOW, PROBE_DENY, PROBE_PORTS and HTTPS_PROXY; or try another: npm run doctor -- <host>:<port>',
};
