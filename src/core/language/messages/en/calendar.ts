/** The feed, and what cards say of calendar events. */
export const calendar = {
  // The name of a feed: of a conversation without and with a name.
  'feed.name': 'Certificates',
  'feed.name-of': 'Certificates – {conversation}',

  // {instant} is a local time with its zone; where the reminder is comes after it.
  'reminder.feed': '{instant}, in the calendar feed',
  'reminder.outlook': '{instant}, in Outlook',
  'reminder.queued': '{instant}, queued for Outlook',
  'reminder.tried':
    '{instant}, queued for Outlook (tried {attempts, plural, =0 {once} one {once} other {{attempts} times}}: {error})',
  'reminder.retried':
    '{instant}, queued for Outlook (tried {attempts, plural, =0 {once} one {once} other {{attempts} times}}, next try at {next}: {error})',

  'calendar.none.title': 'This bot keeps no calendar reminders',
  'calendar.none': 'Alerts come to this chat (CALENDAR=none).',
  'calendar.no-address.title': 'No feed address yet',
  'calendar.no-address':
    'This bot has not been told by which address it is reached from outside, so it cannot give you one for the feed: whoever runs it sets PUBLIC_URL. Until then, “calendar example.com” has buttons that put single events into Outlook.',
  'calendar.title': 'The calendar feed of this chat',
  'calendar.new-title': 'The calendar feed of this chat has a new address',
  'calendar.summary': 'The calendar feed of this chat has {number, plural, one {one event} other {{number} events}}.',
  'calendar.outlook':
    'The reminders of people whose mailbox is known are written into Outlook itself; the feed holds the others.',
  'calendar.subscribe': 'Subscribe to this address in Outlook, Google Calendar or Apple Calendar: {url}',
  'calendar.webcal': 'On a Mac, an iPhone or in Thunderbird, opening this address subscribes at once: {url}',
  'calendar.next':
    '{number, plural, one {{number} event} other {{number} events}}. The next is “{subject}”, {instant}.',
  'calendar.empty':
    '{number, plural, =0 {There is no event in it yet} one {{number} event, which is past} other {{number} events, all of them past}}. It fills as watches get reminders.',
  'calendar.revoked': 'The old address no longer works.',
  'calendar.secret': 'Whoever has the address can read it; “calendar reset” makes a new one and revokes this one.',
  'calendar.pace':
    'Calendar programs refresh subscriptions at their own pace and mostly ignore alarms in them: count on the alerts in this chat.',
};
