/** Who may change what, being forgotten, and what concerns the whole bot. */
export const rights = {
  'admins.of-team': 'the owners of this team',
  'admins.of-workspace': 'the admins of this Slack workspace',
  'admins.refused':
    'Nothing was changed: in this conversation only {who} may end watches and change settings. Ask them to do it.',
  'admins.unknown-team':
    'Nothing was changed: only owners of this team may do that, and Microsoft Teams does not tell just now who they are. Try again in a few minutes.',
  'admins.unknown-workspace':
    'Nothing was changed: only admins of this workspace may do that, and Slack does not tell just now who they are. Try again in a few minutes.',
  'admins.wrong':
    '“{text}” is nobody I can find. Type `settings admins only`, `settings admins @anna @bert`, or `settings admins everybody`.',
  'settings.admins.everybody': 'everybody here may end watches and change settings',
  'settings.admins.how': '“settings admins only”',
  'settings.admins.changed': 'From now on only {who} may end watches and change settings here',
  'settings.admins.unset': 'Everybody here may end watches and change settings again',
  'settings.admins.not-you': 'You are not among them yourself.',
  'settings.admins.name-others': 'Let others do it as well with “settings admins @anna @bert”.',
  'settings.admins.grant-team':
    'Who owns this team is not to be seen. Once an owner grants this app the permission TeamMember.Read.Group, the owners count.',
  'settings.admins.grant-workspace':
    'Who administers this workspace is not to be seen. Once the app has the scope users:read, its admins count.',
  'settings.admins.direct': 'Nobody but you reads this chat, so there is nobody to keep from changing things.',

  'help.forget': 'removes everything that is known of you, your events in Outlook as well; asks once before it does',
  'help.operators':
    'for whoever runs the bot, in their conversation alone (`settings operators here`): how it is, where it is used, watches without an owner, defaults, who changed what',

  'forget.whom':
    'Type `forget me` to have everything removed that is known of you. Others can only do so themselves, or be forgotten by whoever runs this bot.',

  'operators.command':
    '“{text}” is not something `operators` knows. Type `operators status`, `operators conversations`, `operators orphaned`, `operators default`, `operators audit export`, or `operators forget @person`.',
  'operators.default.key':
    'There are defaults for: {keys}. Type for example `operators default timezone Europe/Berlin`.',
  'operators.forget.whom':
    'Who? Mention the person, or type their e-mail address or their name, such as `operators forget anna@example.com`.',

  'person.left': 'somebody who left',
  'person.nobody': 'nobody',
  'button.forget-me': 'Yes, forget me',
  'forget.title': 'Shall I remove everything that is known of you?',
  'forget.ask':
    'In all conversations: your name, your addresses, your sign-in, questions to you, and your events in Outlook. This cannot be taken back.',
  'forget.ask.own':
    'Your own chat with me goes as well, with {number, plural, one {the one watch} other {the {number} watches}} in it.',
  'forget.ask.owned':
    '{number, plural, one {One watch of yours in another conversation stays there and belongs} other {{number} watches of yours in other conversations stay there and belong}} to nobody until somebody takes over (“owner example.com me”).',
  'forget.ask.typed': 'Press the button, or type “forget me yes”.',
  'forget.not-you': 'Only the person who asked for it can be forgotten with this button. Type “forget me” yourself.',
  'forget.done.title': '{who, select, self {You are forgotten} other {That person is forgotten}}',
  'forget.done':
    'Removed: name, addresses, sign-in, questions and copies. What is recorded of who changed what now says “somebody who left”.',
  'forget.done.own': 'The direct chat with me goes, with what was watched in it.',
  'forget.done.owned':
    '{number, plural, one {One watch belongs} other {{number} watches belong}} to nobody now; “owner example.com me” takes it over.',
  'forget.done.events':
    '{number, plural, one {One event is} other {{number} events are}} being deleted from the calendar; that can take some minutes.',
  'forget.done.again': 'Whoever writes to me again begins anew.',

  'operators.forget.nobody': 'I know nobody called “{text}”, so there is nothing to forget.',
  'operators.forget.several':
    '“{text}” may be {number} different people: {people}. Name one by e-mail address or by the id in brackets.',
  'operators.only':
    '“operators …” works in the conversation of whoever runs this bot alone. Which one that is, “settings operators” tells.',

  'operators.conversations':
    '{number, plural, one {One conversation} other {# conversations}} with {watches, plural, one {one watch} other {# watches}}{gone, plural, =0 {} one {, one of them without the bot by now} other {, # of them without the bot by now}}',
  'operators.conversations.direct': 'a direct chat',
  'operators.conversations.nameless': 'without a name',
  'operators.conversations.gone': 'bot removed {date}',
  'operators.orphaned.title':
    '{number, plural, =0 {Every watch has an owner who is there} one {One watch has no owner who is there} other {{number} watches have no owner who is there}}',
  'operators.orphaned':
    'Somebody in {number, plural, one {its conversation takes it} other {their conversations takes them}} over by “owner example.com me”.',
  'operators.orphaned.missing': '{name}, whose mailbox is not there any more',
  'operators.orphaned.disabled': '{name}, whose account is disabled',
  'operators.status.title': '{well, select, yes {All is well} other {Something needs a look}}',
  'operators.status':
    '{well, select, yes {This bot is well} other {Something about this bot needs a look}}: version {version}.',
  'operators.status.version': 'Version',
  'operators.status.replicas': 'Replicas',
  'operators.status.late': 'Late',
  'operators.status.late.looks': '{number, plural, one {one check} other {# checks}}',
  'operators.status.late.commands': '{number, plural, one {one command} other {# commands}}',
  'operators.status.late.messages': '{number, plural, one {one message} other {# messages}}',
  'operators.status.late.reminders': '{number, plural, one {one event} other {# events}}',
  'operators.status.late.plans': '{number, plural, one {one calendar to be planned} other {# calendars to be planned}}',
  'operators.status.failed': 'Failed',
  'operators.status.failed.one': '{number} × {kind, select, message {message} other {event}}: {error}',
  'operators.status.calendars': 'Calendars',
  'operators.status.open': 'To mend',
  'operators.status.checks': 'Checks',
  'operators.status.fine': 'fine',
  'operators.default.title': 'Defaults of this bot',
  'operators.default': 'They hold wherever a conversation has set nothing itself.',
  'operators.default.changed':
    'It holds wherever a conversation has set nothing itself. All reminders are planned anew.',
  'operators.default.how': '“operators default timezone Europe/Berlin”, “operators default timezone default”',
  'operators.audit.title': 'Who changed what',
  'operators.audit': 'The file opens for an hour for whoever has its address; a new one makes this one useless.',
  'operators.audit.button': 'Audit (CSV)',
  'operators.audit.no-url': 'The file needs an address, and this bot does not know its own: set PUBLIC_URL.',
  'audit.time': 'time',
  'audit.conversation': 'conversation',
  'audit.conversation-id': 'conversation id',
  'audit.person': 'person',
  'audit.person-id': 'person id',
  'audit.verb': 'what',
  'audit.subject': 'of what',
  'operators.conversations.heading': 'Where, and how many watches',
  'operators.conversations.seen': 'heard of on {date}',
  'operators.orphaned.heading': 'Watches without an owner',
  'operators.status.late.by': '{late}, by more than {minutes} minutes',
  'operators.status.failed.day': '{failed}, within 24 hours',
  'operators.default.changed.title':
    '{key, select, timezone {Time zone} holidays {Holidays} other {Change freezes}}, by default: {value}',
};
