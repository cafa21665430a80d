/** Who is reminded: owners, copies, sign-in, free times, and what people did to events by hand. */
export const people = {
  'button.accept': '{calendar, select, graph {Yes, into my calendar} other {Yes}}',
  'button.decline': 'No',
  'button.never-ask': 'Never ask from there',
  'button.stop-copies': 'Stop these reminders',
  'button.ask-owner': 'Ask {name}',
  'button.keep-event': 'Keep reminding',
  'button.drop-event': 'No, alerts are enough',
  'button.book': 'Book a slot',
  'button.sign-in': 'Sign in',
  'button.outlook-renew': 'Reminder into Outlook',
  'button.outlook-expiry': 'Expiry into Outlook',
  'button.file-renew': 'Reminder as a file',
  'button.file-expiry': 'Expiry as a file',

  'outsider.everything':
    'This conversation belongs to another organisation than yours, so this is for its own people to change. You can look and ask here (“check”, “list”, “show”, “watch”), and change what you own, one by one: “unwatch example.com”.',
  'outsider.not-yours':
    'This conversation belongs to another organisation than yours, so you can change only what you own here. Somebody else owns {targets}: nothing was changed. Ask them, or one of the conversation’s own people.',
  'outsider.feed':
    'The address of the calendar feed is for the people of this conversation’s own organisation: whoever has it reads everything. “calendar example.com” shows the events of one target; in a direct message “calendar” gives you a feed of your own.',
  'outsider.operators':
    'Where this bot tells its operators what concerns it is for people of its own organisation to say.',

  'person.somebody': 'somebody',
  'person.everything': 'everything that is watched there',
  'person.everything-here': 'everything that is watched here',
  'person.no-channel': 'I cannot write to people in this channel.',
  'person.unreachable':
    'I could not reach this person in their own chat, so nothing was changed: {reason} Ask them to write to me once (in Teams: to add the app), then type the command again.',
  'person.not-mentioned':
    'I cannot see whom you mean. Mention the person with “@”, or type their e-mail address, such as “anna@example.com”.',
  'person.place': 'in “{name}”',
  'person.place-direct': 'in a direct chat with me',
  'person.place-unnamed': 'in a chat with me',
  // {calendar}: “graph”: the person’s own in Outlook; “shared”: a mailbox of everybody; “ics”: the feed; “none”.
  'person.nothing-yet':
    '{calendar, select, graph {Nothing is in your calendar yet, and nothing will be unless you say yes.} other {Nothing changes unless you say yes.}}',
  'person.owner.question.title': 'Will you take over {subject}?',
  'person.owner.question':
    '{by} proposes it {place}.{calendar, select, graph { The reminders would then be in your Outlook calendar.} shared { The reminders stay in the shared mailbox.} none {} other { The reminders stay in the calendar feed of that conversation.}}',
  'person.copy.question.title': 'May I remind you of {subject} as well?',
  'person.copy.question': '{by} proposes {place} that you get copies of the reminders in your Outlook calendar.',
  'person.owner.yes': 'The reminders are in your calendar as soon as Outlook has taken them.',
  'person.copy.yes': 'They are in your calendar as soon as Outlook has taken them.',
  'person.no-mailbox':
    'That mailbox cannot be written to just now, though: the reminders are in the calendar feed of the conversation that asked.',
  'person.owner.yes-elsewhere':
    '{calendar, select, graph {The reminders are not in your own Outlook calendar, since it cannot be written to. “calendar connect” opens it, where this bot offers a sign-in.} shared {The reminders stay in the shared mailbox.} other {The reminders stay in the calendar feed of the conversation.}}',
  'person.copy.yes-elsewhere':
    'Your Outlook calendar cannot be written to, so there are none yet. “calendar connect” opens it, where this bot offers a sign-in.',
  'person.owner.no': 'Nothing has changed.',
  'person.never':
    '{name} does not want to be asked from here again, so nobody asks. They can still type it here themselves.',
  'person.never-again':
    'Nobody asks you {place} again. If you change your mind, type it there yourself, for example “remind also me”.',
  'person.asked-enough':
    '{name} has been asked several times today, so I do not ask again now. What was asked stays open until they answer; try again tomorrow.',
  'person.asking-enough':
    'I have asked {number} times for this conversation today, so I did not ask {name}. Try again tomorrow, or ask them to type it here themselves.',
  'person.taken-back.title': 'This question was taken back',
  'person.taken-back': 'There is nothing to do.',
  'person.owner.accepted.title': '{name} owns {subject} from now on',
  'person.owner.accepted': 'The reminders move along.',
  'person.copy.accepted.title': '{name} gets copies of the reminders for {subject}',
  'person.declined.title':
    '{role, select, owner {{name} does not take over {subject}} other {{name} wants no copies of the reminders for {subject}}}',
  'person.owner.declined': 'Nothing has changed.',

  'person.ownerless.title': 'No calendar for {owner}',
  'person.ownerless.disabled': 'The account is disabled, so nobody sees the reminders for {subject} there any more.',
  'person.ownerless.missing': 'There is no mailbox (any more) that could hold the reminders for {subject}.',
  'person.ownerless.feed':
    'They are in the calendar feed of this conversation now (type “calendar”), and the alerts come here as before.',
  'person.ownerless.manager': 'Proposed as the new owner: {manager}, according to the directory.',
  'person.ownerless.nobody': 'To name a new owner, type for example “owner all @person”.',
  'person.back.title': 'The calendar of {owner} is back',
  'person.back': 'The reminders for {subject} are back in Outlook.',

  'owner.title': 'Who owns what',
  'owner.tell': 'Owners of {number} watches',
  'owner.pending': '{name} was asked to take over {target}, and has not answered yet.',
  'owner.how': 'To change that, type for example “owner example.com @person”, or “owner example.com me”.',
  'owner.changed.title': 'You own {subject} now',
  'owner.mine': 'The reminders move to your calendar.',
  'owner.already': '{name} owns {subject} already',
  'owner.asked.title': 'I have asked {name} to take over {subject}',
  'owner.asked': 'In their own chat. Until they say yes, everything stays as it is.',

  'copies.title': 'Copies of reminders',
  'copies.tell': 'Copies of this chat’s reminders',
  'copies.none': 'Nobody gets copies of the reminders of this chat',
  'copies.no-outlook':
    'Copies of reminders go into people’s Outlook calendars, and this bot writes into none. {calendar, select, ics {Whoever subscribes to the calendar feed of this conversation (“calendar”) has its reminders as well.} other {Alerts come to this conversation.}}',
  'copies.how':
    'Type for example “remind also @person”, “remind also @person for example.com” or “remind not @person”.',
  'copies.mine': 'You get copies of the reminders for {subject} in your calendar.',
  'copies.asked':
    'I have asked {names} in their own chat about copies of the reminders for {subject}. Nothing gets into a calendar before its person says yes.',
  'copies.already': '{names}: copies of the reminders for {subject} already.',
  'copies.removed': '{names}: no more copies of the reminders for {subject}.',
  'copies.of-all':
    '{names}: the copies are of everything that is watched here. To end them, type “remind not @person” without a target.',
  'copies.not-one': '{names}: no copies of these reminders, so there is nothing to end.',

  'edit.moved.title': 'I keep to {start}',
  'edit.moved': 'The {kind, select, expiry {expiry} other {renewal}} reminder for {subject} was moved there.',
  'edit.moved-back':
    'The {kind, select, expiry {expiry} other {renewal}} reminder for {subject} was moved in Outlook to {found}. The certificate expires {date}: later would be too late to act.',
  'edit.deleted.title': 'Keep reminding in Outlook?',
  'edit.deleted':
    '{number, plural, one {The reminder} other {{number} reminders}} for {subjects} {number, plural, one {was} other {were}} deleted there.',
  'edit.deleted.meanwhile':
    'Until you answer, nothing is written there again. The alerts in this chat come in any case.',
  'edit.back.title': '{number, plural, one {A reminder is} other {{number} reminders are}} back in Outlook',
  'edit.back': 'For {subjects}. I go on reminding there.',
  'edit.copied.title': '{number, plural, one {A reminder was} other {{number} reminders were}} copied in Outlook',
  'edit.copied':
    'For {subjects}. {number, plural, one {The copy is yours: it stays as it is, also after a renewal} other {The copies are yours: they stay as they are, also after renewals}}. My own event stays up to date.',
  'edit.kept.title': 'I go on reminding in Outlook',
  'edit.kept': 'The reminders for {subjects} are written there again.',
  'edit.dropped.title': 'No more reminders in Outlook',
  'edit.dropped': 'That is so for {subjects}. The alerts in the chat go on.',
  'edit.answered.title': 'This question has been answered',
  'edit.answered': 'Or what it was about is gone. Nothing was changed now.',
  'edit.not-yours': 'Only the person whose calendar it is can answer this.',

  'slots.title': 'When will you renew {target}?',
  'slots.offer':
    'Free in your calendar within working hours, before the next alert on {until}. Choosing one moves the reminder there and shows it as busy.',
  'slots.none':
    'Until the next alert on {until} everything within working hours is taken. The reminder stays where it is.',
  'slots.taken': 'That time is not free any more, or it has passed. These are free now.',
  'slots.nothing': 'There is no event in Outlook for {target} that could be moved to a booked time.',
  'slots.unreachable': 'The calendar could not be read just now: {reason} Please try again later.',
  'slots.not-owner': 'Only {name} can book a time here: it is their calendar.',
  'slots.not-shared':
    'The reminders of this conversation go into somebody’s own mailbox, whose free times are theirs alone to see.',
  'slots.in-direct': 'Who owns it has them in their own chat with me.',
  'slots.booked.title': '{target} is to be renewed on {day}',
  'slots.booked': 'At {clock}, in Outlook, shown as busy.',
  'slots.booked-queued': 'At {clock}; Outlook gets it as soon as it can be reached.',

  'connect.title': 'Connect your calendar',
  connect:
    'Sign in, and I keep the reminders in your own Outlook calendar with your permission alone. No administrator has to agree to more. “calendar disconnect” ends it and removes the events.',
  'connect.done.title': 'Your reminders are kept in your own Outlook calendar',
  'connect.done': 'You are signed in.',
  'connect.by-permission': 'There is nothing to sign in to: your organisation has given this bot the permission.',
  'connect.no-graph':
    'This bot writes into no Outlook calendars.{calendar, select, ics { Type “calendar” for the feed.} other {}}',
  'connect.no-mailbox': 'I cannot see which mailbox is yours. Type “calendar” for the feed.',
  'connect.not-offered':
    'This bot offers no sign-in here (OAUTH_CONNECTION, in Microsoft Teams). Type “calendar” for the feed.',
  'connect.unreachable': 'The sign-in service could not be reached: {reason} Please try again later.',
  'connect.other.title': 'Another account signed in',
  'connect.other':
    'The account that signed in{account} is not your own, so I use it for nothing and have signed it out. Please sign in with the account that you have here.',
  'connect.unopened':
    'The account that signed in cannot open your calendar, so I use it for nothing and have signed it out. Please sign in with the account that you have here; if it was that one, an administrator has to consent to Calendars.ReadWrite.',
  'connect.lost.title': 'Sign-in ended',
  'connect.lost':
    'Your sign-in to Outlook has ended, so I cannot change the reminders in your calendar any more. What is there stays. Type “calendar connect” to sign in again.',
  'connect.elsewhere.title': 'Connect your calendar',
  'connect.elsewhere': 'This is between you and me: see our direct chat.',
  'disconnect.title': 'Calendar disconnected',
  'disconnect.done': 'Your events are removed from your calendar, and you are signed out.',
  'disconnect.under-way':
    'Your events are being removed from your calendar; as soon as the last one is gone, you are signed out.',
  'disconnect.feed': 'Your reminders are in the calendar feeds of their conversations from now on (type “calendar”).',
  'disconnect.nothing': 'No calendar of yours is connected.',
  'disconnect.elsewhere.title': 'Disconnect your calendar',
  'disconnect.elsewhere': 'This is between you and me: see our direct chat.',

  'events.title':
    '{number, plural, =0 {No calendar event} one {One calendar event} other {{number} calendar events}} for {target}',
  'events.none': 'No certificate has been seen there yet, or it ends too far away.',
  'reminder.asked': 'deleted in Outlook; to be answered: keep reminding there?',
  'reminder.declined': 'deleted in Outlook, and not wanted there any more',
  'plan.unseen': 'The endpoint could not be reached when this was written; its certificate may have changed since.',
  'slots.none.title': 'There is no free half-hour to renew {target}',
  'slots.in-direct.title': 'The free times for {target} are elsewhere',
  'slots.booked.state': 'Booked',
  'edit.moved.state': 'Moved in Outlook',
  'edit.moved-back.title': 'I have put it at {start}',
  'person.owner.yes.title': 'You own {subject} now',
  'person.copy.yes.title': 'You get copies of the reminders for {subject}',
  'person.owner.no.title': 'You do not take over {subject}',
  'person.copy.no.title': 'You get no copies of the reminders for {subject}',
  'owner.pending-sub': 'asked, not answered yet',
  'owner.one': '{name} owns {target}',
  'owner.nobody': 'Nobody owns {target}',
  'copies.title.mine': 'Copies of the reminders for {subject} are yours',
  'copies.heading': 'Who, and of what',
};
