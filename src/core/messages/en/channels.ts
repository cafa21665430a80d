/** What channels say by themselves. */
export const channels = {
  'channel.progress': '{done} of {total}',
  'channel.rows-left-out':
    '{number} more {number, plural, one {row is} other {rows are}} left out: this message was too long.',
  'channel.lines-left-out':
    '{number} more {number, plural, one {line is} other {lines are}} left out: this message was too long.',
  'channel.rest-left-out': 'The rest is left out: this message was too long.',
  'channel.not-served': 'This bot does not serve your organisation.',
  'channel.beside': 'Done: the answer follows as a message.',
  'channel.malformed': 'This button carries something that this bot does not understand.',
  'channel.failed':
    'Something went wrong on my side. Please try again later; if it stays so, tell the administrator error id {errorId}.',

  // Why a channel cannot find a person's mailbox, and where it cannot write.
  'slack.foreign':
    'Your Slack workspace is not linked with the Outlook of this bot (SLACK_GRAPH_WORKSPACES), so your reminders are in the calendar feed: type “calendar”.',
  'slack.unconfirmed':
    'Slack says that your e-mail address is not confirmed, so I cannot use it to find your mailbox, and your reminders are in the calendar feed: type “calendar”.',
  'slack.no-email':
    'Slack shows me no e-mail address of yours, so I cannot find your mailbox, and your reminders are in the calendar feed: type “calendar”.',
  'slack.scope':
    'I cannot find your mailbox, since the Slack app lacks the scope {scope}: an administrator has to add it and to install the app again. Until then your reminders are in the calendar feed: type “calendar”.',
  'slack.outside':
    'Only you see this: I am not a member of this conversation, so my alerts cannot get here. Type “/invite @certbot” in the channel, or write to me directly.',
  'slack.incomplete': 'This command came without what I need to answer it.',
};
