/** What is the whole organisation's: applications of a directory, who allows them to be seen, and why one might not. */
export const sources = {
  // {type} is “secret” or “certificate”, {name} what people call it, {target} such as “entra:Payroll”.
  'credential.nameless': 'without a name',
  'credential.last-known':
    '{type, select, certificate {certificate} other {secret}} “{name}”, {state, select, expired {expired} other {expires}} {date}',
  'credential.sound': 'there is nothing to do yet.',
  'credential.refused-now': 'What signs in with it is refused now.',
  'credential.refused-from-then': 'From then on what signs in with it is refused.',
  'credential.plan': 'Plan a new one, and where it has to be put.',
  'credential.lead.renewed':
    '{left, select, none {} other {{left} left; }}the reminders move to the new {type, select, certificate {certificate} other {secret}}.',
  'credential.renewed':
    '{target} has a new {type, select, certificate {certificate} other {secret}} “{name}”, which {state, select, expired {expired} other {expires}} {date}',
  'credential.gone.state': 'Deleted',
  'credential.gone.title': '{target} has {number, plural, one {one credential} other {# credentials}} less',
  'credential.gone.lead':
    '{names}: {number, plural, one {it was} other {they were}} deleted, so nobody has to renew {number, plural, one {it} other {them}}.',
  'application.heading': '{number, plural, one {What it has} other {What it has ({number})}}',
  'label.app-id': 'App ID',
  'label.credentials': 'In use',
  'label.inactive': 'Not active',
  'label.federated': 'Federated',
  'label.app-owners': 'In Entra',
  'label.sign-in': 'Sign-in',
  'todo.permission': 'Have the permission granted, or stop watching it.',
  'todo.access': 'Ask whoever runs this bot.',
  'todo.gone': 'Stop watching it if it was deleted on purpose.',
  'todo.wait': 'There is nothing to do: I ask again.',
  'title.leads':
    '{target} leads to {number, plural, =0 {nothing yet} one {one application} other {{number} applications}}',
  'title.empty': '{target} has nothing that ends',
  'rest.leads':
    '{number, plural, =0 {No application has a secret or certificate.} other {Each is watched by itself.}} New ones join by themselves.',
  'rest.empty': 'It has no secret or certificate in use.',
  'renew.application.guess': '{target} is an application of Microsoft Entra, which signs in with it.',
  'renew.application.do': 'Add a new one, in the portal (Certificates & secrets) or by a command:',
  'renew.application.put': 'Put it where the application runs, and restart that.',
  'renew.application.out': 'Delete the old one when nothing signs in with it any more (sign-in logs tell):',
  'credential.expired.advice': 'Add a new one in Microsoft Entra, and put it where the application runs.',
  'credential.expires.advice':
    'Add a new one in Microsoft Entra, put it where the application runs, then delete this one.',
  'credential.event.renew':
    'Renew: {type, select, certificate {certificate} other {secret}} “{name}” of {target} (expires {date})',
  'credential.event.expiry': 'Expires {date}: {type, select, certificate {certificate} other {secret}} of {target}',
  'credential.event.renew.what':
    'Add a new {type, select, certificate {certificate} other {secret}} in Microsoft Entra, put it where the application runs, then delete the old one.',
  'credential.event.expiry.what':
    'From now on whatever signs in with this {type, select, certificate {certificate} other {secret}} is refused.',
  'credential.event.of': 'Application: {targets}',
  'credential.event.which': 'What ends: {type, select, certificate {certificate} other {secret}} “{name}”',
  'credential.event.kept':
    'This event is kept by certbot for Teams and Slack: it moves when there is a new one, and goes when nobody watches the application any more.',

  'application.counts':
    '{secrets, plural, one {one secret} other {# secrets}}, {certificates, plural, one {one certificate} other {# certificates}}',
  'application.federated': '“{name}” ({issuer}, {subject}; does not end)',
  'application.owners-unseen': 'not to be seen',
  'application.disabled': 'switched off: nothing of it is missed when it ends',

  'finding.no-owner': 'Nobody owns this application in Microsoft Entra.',
  'advice.no-owner': 'Give it an owner there, so that somebody renews it.',
  'fixed.no-owner': 'Fixed: {target} has an owner in Microsoft Entra.',
  'condition.no-owner': 'no owner',
  'finding.unused-credential':
    '{number, plural, one {One of its credentials} other {# of its credentials}} ended long ago, and nothing took {number, plural, one {its} other {their}} place: {names}.',
  'advice.unused-credential': 'Where nobody misses it, delete it, or the application.',
  'fixed.unused-credential': 'Fixed: what was left over of {target} is gone.',
  'condition.unused-credential': 'ended and unused',
  'finding.replaced-credential':
    '{number, plural, one {One of its credentials} other {# of its credentials}} ended and {number, plural, one {has} other {have}} been replaced: {names}.',
  'advice.replaced-credential': 'It can be deleted.',
  'fixed.replaced-credential': 'Fixed: what had been replaced of {target} is gone.',
  'condition.replaced-credential': 'leftovers to delete',

  'failure.lacks-permission':
    'the bot lacks the permission {detail} of Microsoft Graph; an administrator of your Microsoft 365 tenant grants it (application permission, with admin consent)',
  'failure.no-access':
    'this bot has no access of its own to Microsoft Graph; whoever runs it sets AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or certificate',
  'failure.service': 'Microsoft Graph gave no answer that can be used',
  'failure.service-detail': 'Microsoft Graph gave no answer that can be used ({detail})',
  'failure.throttled': 'Microsoft Graph asks to come again later',
  'failure.gone': 'the directory knows no such application (any more)',

  'watch.unread': 'It is watched all the same, and begins by itself once that is mended. “unwatch {typed}” ends it.',

  'condition.leads': '{number, plural, one {one application} other {# applications}}',
  'condition.empty': 'nothing that ends',

  'entra.long-name': 'No application has a name of more than {most} characters. Type its name or its application ID.',
  'entra.not-watched':
    'No application “{name}” is watched here. Type “list entra” to see which are, or “watch entra:{name}”.',
  'source.not-asked': '“{name}” cannot be looked for: {reason}.',
  'source.not-found':
    'There is no application called “{name}” in your directory. Type its whole display name or its application (client) ID.',
  'source.several': 'Several applications are called “{name}”. Type the application (client) ID of the one you mean.',

  'found.title': '{number, plural, one {One application is} other {# applications are}} watched from now on',
  'found.first':
    '“{from}” leads to {number, plural, one {one application} other {# applications}}, {due, plural, =0 {of which nothing ends soon} one {of which one needs somebody now} other {of which # need somebody now}}.',
  'found.new': 'New in “{from}”: {names}.',
  'found.due': 'Somebody has to renew',
  'found.asked': 'Their owners were asked, in their own chats, whether they take over: {names}.',
  'found.left':
    '{number, plural, one {One more has} other {# more have}} no room here (MAX_WATCHES). Unwatch what is not needed, or watch some elsewhere.',
  'found.list': 'Type “list {from}” to see all of them.',

  'allowance.title': 'What is your organisation’s',
  'allowance.here': 'this conversation',
  'allowance.refused':
    'What “{source}” shows is your whole organisation’s, so it is off here until whoever runs this bot allows it. Ask for it with “operators allow {source} here”; “help sources” says what it shows.',
  'allowance.guests':
    'What this shows is your organisation’s own: it is not told to guests, or where people of other organisations read along.',
  'allowance.home': 'What this shows is told in the organisation of whoever runs this bot alone; this is another one.',
  'allowance.which':
    'Type “operators {what} {source} here”, or name a conversation instead of “here”. It can be said of: {sources}.',
  'allowance.nowhere':
    'I am in no conversation called “{text}”. Type its name as “operators conversations” shows it, its id, or “here”.',
  'allowance.several': 'Several conversations are called “{text}”. Type the id of the one you mean: {ids}.',
  'allowance.allow': '“{source}” may be watched in {place} from now on.',
  'allowance.deny': '“{source}” may not be watched in {place} any more; what was watched of it there has ended.',
  'allowance.next': 'There, “watch {source}” begins. “operators status” lists where it is allowed.',
  'allowance.already': '“{source}” is allowed here already: type “watch {source}”.',
  'allowance.asked':
    'Whoever runs this bot has been asked in their own conversation whether “{source}” is allowed here.',
  'allowance.no-operators':
    'Nobody has said yet where whoever runs this bot is to be found, so nobody can allow it. They type “settings operators here” in their conversation first.',
  'allowance.deny-where':
    '“operators deny {source}” works in the conversation of whoever runs this bot, with the name of this one. You can end it here with “unwatch”.',
  'allowance.question': '{name} asks whether “{source}” may be watched in {place}.',
  'allowance.question.what':
    'Everybody who reads that conversation would see names, owners and ends of your organisation’s applications (“help sources” says more).',
  'allowance.allowed': 'Whoever runs this bot has allowed “{source}” here. Type “watch {source}”.',
  'allowance.denied': 'Whoever runs this bot has not allowed “{source}” here.',
  'allowance.allow-by': '{name} has allowed “{source}” in {place}.',
  'allowance.deny-by': '{name} has not allowed “{source}” in {place}.',
  'allowance.label': 'Allowed',
  'button.allow': 'Allow',
  'button.deny': 'Do not allow',

  'help.topic.sources': 'What each kind of target needs',
  'help.target.keys': 'The keys with which an issuer signs (JWKS).',
  'help.target.metadata': 'The certificates in SAML metadata.',
  'help.target.application': 'Secrets and certificates of an application in Microsoft Entra, where that is allowed.',
  'help.sources.title': 'What can be watched, and what it needs',
  'help.sources': 'Each of these needs something else. What is lacking is said when you type it, and the rest works.',
  'help.sources.tls': 'An endpoint: `watch example.com`, `watch smtp://mail.example.com`, `watch mx:example.com`',
  'help.sources.tls.what':
    'Needs no permission: the bot connects as any client does. Whoever runs it limits where to (PROBE_DENY, PROBE_ALLOW, PROBE_PORTS).',
  'help.sources.date': 'A day: `watch date:2030-03-01 Code-signing token`',
  'help.sources.date.what': 'Needs no permission, and connects to nothing: it ends on the day that you typed.',
  'help.sources.entra':
    'Applications of Microsoft Entra: `watch entra`, or one by its name or id, `watch entra:Payroll`',
  'help.sources.entra.what':
    'Secrets and certificates of app registrations and enterprise applications, those that sign SAML among them. Needs `Application.Read.All` (application permission of Microsoft Graph, with admin consent), and that whoever runs the bot allows it here (`operators allow entra here`). Why not: with it the bot, and whoever has its secret, can read the names, owners, addresses and ends of all applications of your organisation, and everybody who reads the conversation sees what is watched there. It shows no secret itself, and changes nothing.',

  'operators.database.title': 'My own database',
  'operators.database':
    'I watch the certificate of my own database {host} here as well, since without it I can do nothing. If I may not connect there for looks, allow its address (PROBE_ALLOW). “unwatch {host}” ends that.',
  'operators.credential.token.advice':
    'Set {variable} to a new token and restart the bot; better, let it get its own (AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or certificate).',
};
