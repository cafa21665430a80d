/** `settings`, and what concerns the operators of the bot. */
export const settings = {
  'settings.title': 'Settings of this chat',
  'settings.summary': 'Settings of this chat: {settings}',
  'settings.unset': '{label}, from now on: {value}',
  'settings.replanned': 'The reminders of this conversation are being planned anew.',
  'settings.timezone.default':
    '{calendar, select, graph {that of the mailbox or the person} other {that of the person}}; else {zone}',
  'settings.timezone.how': '“settings timezone Europe/Berlin”',
  'settings.timezone.wrong':
    '“{text}” is not a time zone. Type one such as “settings timezone Europe/Berlin”, or “settings timezone default”.',
  'settings.timezone.changed': 'Time zone, from now on: {value}',
  'settings.holidays.default': '{region} (default of this bot)',
  'settings.holidays.none': 'none',
  'settings.holidays.how': '“settings holidays DE-BY”',
  'settings.holidays.wrong':
    '“{text}” is not a country or region whose public holidays I know. Type a code such as “settings holidays DE”, “settings holidays DE-BY” or “settings holidays CH-ZH”, or “settings holidays none”.',
  'settings.holidays.changed': 'No reminders to renew on holidays of {value}',
  'settings.freeze.none': 'none',
  'settings.freeze.default': '{freezes} (default of this bot)',
  'settings.freeze.how': '“settings freeze 2026-12-18..2027-01-06”',
  'settings.freeze.wrong':
    '“{text}” is not a change freeze. Type its first and last day such as “settings freeze 2026-12-18..2027-01-06” (at most 20, separated by spaces), or “settings freeze none”.',
  'settings.freeze.changed': 'Change freezes, from now on: {value}',
  'settings.mailbox.own': "the owners' own",
  'settings.mailbox.default': '{mailbox} (default of this bot)',
  'settings.mailbox.how': '“settings mailbox certificates@example.com”',
  'settings.mailbox.wrong':
    '“{text}” is not an e-mail address. Type the address of a shared mailbox, such as “settings mailbox certificates@example.com”, or “settings mailbox default”.',
  'settings.mailbox.no-graph': 'This bot has no permission of its own for mailboxes, so a shared one cannot be used.',
  'settings.mailbox.not-open': 'This bot’s mailboxes belong to another organisation than yours.',
  'settings.mailbox.person':
    '{mailbox} is somebody’s own mailbox, and nobody gets events by somebody else’s word. Type “remind also {mailbox}”, and I ask them; a shared mailbox can be set here.',
  'settings.mailbox.unseen':
    'I cannot tell whether {mailbox} is a shared mailbox, so nothing was changed. An administrator can grant this bot MailboxSettings.Read, or set CALENDAR_MAILBOX.',
  'settings.mailbox.missing': 'There is no mailbox {mailbox}. Check the address.',
  'settings.mailbox.unreachable': 'The mailbox {mailbox} could not be opened, so nothing was changed: {reason}',
  'settings.mailbox.changed': 'The reminders of this chat go to {value}',
  'settings.alerts-to.owner': 'the owner of each watch',
  'settings.alerts-to.group': 'the owner of each watch, and {group}',
  'settings.alerts-to.how': '“settings alerts-to @group”',
  'settings.alerts-to.wrong':
    '“{text}” is no user group. Type “settings alerts-to @”, choose the group from the list that Slack shows, and send it; “settings alerts-to none” takes it back.',
  'settings.alerts-to.person':
    'Alerts mention the owner of a watch by themselves, and one user group beside. To have another person mentioned, make them the owner: “owner example.com @person”.',
  'settings.alerts-to.no-groups':
    '“settings alerts-to @group” is for Slack: here I can mention people alone, and no group or tag. Alerts mention the owner of the watch. To have somebody else mentioned, make them the owner: “owner example.com @person”.',
  'settings.alerts-to.direct':
    'Nobody else reads this direct chat, so alerts mention nobody here. Type it in the channel where the group is to be mentioned.',
  'settings.alerts-to.changed': 'Alerts that somebody has to act on mention {value}',
  'settings.operators.here': 'this conversation',
  'settings.operators.elsewhere': 'another conversation',
  'settings.operators.none': 'none',
  'settings.operators.unknown':
    'as configured (OPERATOR_CONVERSATION), but I do not know that conversation yet: add me there, or say something to me in it',
  'settings.operators.how': '“settings operators here”',
  'settings.operators.wrong':
    '“{text}” is not possible here. Type “settings operators here” in the conversation that is to be told, or “settings operators none”.',
  'settings.operators.configured':
    'Which conversation is told about the bot itself is configured (OPERATOR_CONVERSATION); only whoever runs it can change that.',
  'settings.operators.set': 'Such as credentials that end, and its own endpoint.',
  'settings.operators.unset': 'It is in its log.',
  'settings.operators.shared':
    'People of other organisations read this conversation as well, so it cannot be told here what concerns the bot itself. Type it in a conversation of your own organisation.',
  'settings.operators.foreign':
    'This is not a conversation of whoever runs this bot, so its log shows a code now. Whoever can read the log types “settings operators here” with that code behind it, within 15 minutes.',
  'settings.operators.wrong-code':
    'That is not the code that the log shows, or it was used, or it is older than 15 minutes. Type “settings operators here”, and the log shows a new one.',
  'settings.operators.taken':
    'Another conversation is told about the bot itself. Type “settings operators none” there first; then “settings operators here” works here.',

  'operators.graph.title': 'Outlook refuses this bot',
  'operators.graph.meanwhile':
    'Until then no reminder is written or moved; all of them are queued, and go out by themselves as soon as it works again. Alerts in chats go on.',
  'operators.graph.secret-expired': "The bot's own client secret has expired{code}.",
  'operators.graph.secret-expired.advice':
    'Create a new client secret in Microsoft Entra (App registrations, Certificates & secrets), set AZURE_CLIENT_SECRET, and restart the bot.',
  'operators.graph.secret-wrong': "The bot's own client secret is wrong{code}.",
  'operators.graph.secret-wrong.advice':
    'Set AZURE_CLIENT_SECRET to the value of the secret (not to its id), and restart the bot.',
  'operators.graph.certificate': "The bot's own certificate for Microsoft Entra is not accepted{code}.",
  'operators.graph.certificate.advice':
    'Check AZURE_CLIENT_CERTIFICATE_PATH, that the certificate is valid, and that it is uploaded at the app registration.',
  'operators.graph.app-unknown': 'Microsoft Entra does not know the bot’s app{code}.',
  'operators.graph.app-unknown.advice': 'Check AZURE_CLIENT_ID and AZURE_TENANT_ID, and that the app was not deleted.',
  'operators.graph.tenant-unknown': 'Microsoft Entra does not know the tenant{code}.',
  'operators.graph.tenant-unknown.advice': 'Check AZURE_TENANT_ID.',
  'operators.graph.consent': 'Nobody has consented to what the bot does in Microsoft 365{code}.',
  'operators.graph.consent.advice':
    'Grant admin consent in Microsoft Entra (App registrations, API permissions) to the application permissions Calendars.ReadWrite and MailboxSettings.Read.',
  'operators.graph.policy': 'A Conditional Access policy of Microsoft Entra keeps the bot out{code}.',
  'operators.graph.policy.advice':
    'Look up which policy it was in the sign-in log (Microsoft Entra, Monitoring, service principal sign-ins), and exempt the bot’s app from it, or allow the address that the bot comes from.',
  'operators.graph.app-disabled': 'The bot’s app is disabled in Microsoft Entra{code}.',
  'operators.graph.app-disabled.advice':
    'Enable it again: Microsoft Entra, Enterprise applications, the app, Properties, “Enabled for users to sign-in”.',
  'operators.graph.wrong-cloud': 'The bot asks in another cloud of Microsoft than the one that its app is in{code}.',
  'operators.graph.wrong-cloud.advice':
    'GRAPH_BASE_URL, AZURE_AUTHORITY_HOST and AZURE_TENANT_ID have to belong to the same cloud, for example https://graph.microsoft.us, https://login.microsoftonline.us and a tenant of the US Government. Correct them, and restart the bot.',
  'operators.graph.token': 'Microsoft Graph refuses the bot’s access token{code}.',
  'operators.graph.token.advice':
    'If GRAPH_ACCESS_TOKEN is set, it has probably expired: set a new one, or AZURE_* credentials instead. Else check that they belong to the cloud of GRAPH_BASE_URL.',
  'operators.graph.other': 'Microsoft Entra gives the bot no access token{code}.',
  'operators.graph.other.advice':
    'Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, certificate or managed identity of the bot.',
  'operators.graph.fixed.title': 'Outlook accepts this bot again',
  'operators.graph.fixed': 'The bot’s credentials work again; queued reminders are going out.',
  'operators.mailbox-forbidden.title': 'Outlook keeps this bot out of mailboxes',
  'operators.mailbox-forbidden':
    'Microsoft Graph forbids this bot {many, select, yes {mailboxes} other {a mailbox}}: 403{code}.',
  'operators.mailbox-forbidden.advice':
    'Check in Microsoft Entra that its app has the application permission Calendars.ReadWrite with admin consent. If it has, check in Exchange Online that its application access policy (or role assignment for applications) covers these mailboxes.',
  'operators.mailbox-forbidden.fixed.title': 'Outlook lets this bot in again',
  'operators.mailbox-forbidden.fixed':
    'All mailboxes that were forbidden to the bot are open again; queued reminders are going out.',
  'operators.mailbox-full.title': 'Full mailboxes',
  'operators.mailbox-full':
    'Nothing more fits into {many, select, yes {several mailboxes} other {a mailbox}}, so Outlook refuses reminders there{code}.',
  'operators.mailbox-full.advice':
    'Whoever has such a mailbox has to make room (empty Deleted Items), or an Exchange administrator has to raise its quota or turn on its archive.',
  'operators.mailbox-full.fixed.title': 'Mailboxes have room again',
  'operators.mailbox-full.fixed':
    'Outlook takes reminders in all mailboxes that were full; those that waited are going out.',
  'operators.mailboxes': 'Concerned: {names}.',
  'operators.mailboxes.more': 'Concerned: {names}, and others, which the log names.',
  'operators.mailboxes.meanwhile':
    'Until then reminders for these mailboxes wait, and go out by themselves as soon as it works again. Alerts in chats go on.',
  'operators.credential.title':
    "The bot's own {kind, select, certificate {certificate} token {access token} other {client secret}} {name} {state, select, expired {expired {when}} other {expires {when}}}",
  'operators.credential':
    'On {date} ({variable}). From then on it can do nothing that needs it: {variable, select, MicrosoftAppPassword {no chat in Teams} MicrosoftAppCertificateKey {no chat in Teams} other {no reminders in Outlook}}.',
  'operators.credential.secret.advice':
    'Create a new client secret in Microsoft Entra (App registrations, Certificates & secrets), set {variable}, and restart the bot.',
  'operators.credential.certificate.advice':
    'Upload a new certificate at the app registration in Microsoft Entra, set {variable}, and restart the bot.',
  'operators.undelivered.title': 'Messages that did not arrive',
  'operators.undelivered':
    '{count, plural, one {One conversation} other {# conversations}} did not get everything this bot had to say today.',
  'operators.undelivered.refused': '{where}: the service refused a message for a day{code}; the log says more.',
  'operators.undelivered.outlived':
    '{where}: a message could not be delivered for so long that it is of no use any more{code}; the log says why.',
  'operators.chat.title': '{channel} does not accept this bot',
  'operators.chat':
    'Its credentials are refused{code}. Nothing can be sent there until that is mended; what waits goes out by itself then.',
  'operators.chat.lacks':
    'The app in {channel} lacks a permission{code}. What needs it cannot be sent until that is mended; what waits goes out by itself then.',
  'operators.chat.teams.advice':
    'Check MicrosoftAppId, MicrosoftAppPassword (or the certificate) and MicrosoftAppTenantId, that the secret has not expired, and ChannelService for a government cloud.',
  'operators.chat.slack.advice':
    'Check SLACK_BOT_TOKEN, or install the app in the workspace {tenant} again, with all of its scopes.',
  'operators.chat.fixed.title': '{channel} accepts this bot again',
  'operators.chat.fixed': 'Its credentials work again, and what waited is going out.',
  'operators.undelivered.more': 'And {count} more, which the log names.',
  'operators.endpoint.title': 'My own endpoint',
  'operators.endpoint':
    'I watch my own endpoint {host} here as well, since nobody is alerted by a bot that cannot be reached. “unwatch {host}” ends that.',
  'settings.how': 'To change one, type for example “settings holidays DE-BY”; with “default” it goes.',
  'settings.how-one': 'To change it, type for example {typed}; with “default” it goes.',
  'settings.freeze.span': '{from} to {to}',
  'settings.operators.set.title': 'What concerns the bot itself is told here from now on',
  'settings.operators.unset.title': 'What concerns the bot itself is told nowhere now',
  'label.timezone': 'Time zone',
  'label.holidays': 'Holidays',
  'label.freeze': 'Freezes',
  'label.mailbox': 'Mailbox',
  'label.operators': 'Operators',
  'label.alerts-to': 'Alerts to',
  'label.persona': 'Voice',
  'label.admins': 'Admins',
};
