/** What somebody typed a day for: how it is typed, cards, alerts, events. */
export const dates = {
  // {day} is an ISO date, {name} what it is about.
  'date.form':
    '“{text}” is not a day as it is typed here. Type year, month and day, and then what it is about, such as `watch date:2030-03-01 Code-signing token`.',
  'date.other-form':
    'Days are typed as year, month and day here, and “{text}” is another way. Type `date:{day} {name}`.',
  'date.no-such-day':
    'The calendar has no day “{text}”. Type year, month and day, such as `watch date:2030-03-01 Code-signing token`.',
  'date.time': 'Only whole days are taken, without a time or a zone. Type `date:{day} {name}`.',
  'date.no-name': 'What is it about? Type its name behind the day, such as `date:{day} Code-signing token`.',
  'date.past':
    '{day} is not in the future (days begin at 00:00 UTC). Type a day to come, such as `watch date:2030-03-01 Code-signing token`.',
  'date.far':
    '{day} is more than 50 years away. Is the year right? Type it such as `watch date:2030-03-01 Code-signing token`.',
  'date.long-name':
    'The name is {number} characters long, and {most} is the most. Type a shorter one, such as `watch date:2030-03-01 Code-signing token`.',

  'date.fine': 'there is nothing to do yet.',
  'date.label.since': 'Typed',

  'date.todo.notice': 'Plan the renewal.',
  'date.todo.urgent': 'Renew it.',
  'date.todo.critical': 'Renew it today.',
  'date.todo.expired': 'Renew it now.',
  'date.todo.then': 'Then type “watch” with its new date and the same name.',
  'date.lead.renewed':
    '{left, select, none {} other {{left} left. }}Before, it was {before}; the reminders move to the new date.',
  'date.renewed':
    '{target} {state, select, expired {expired} other {expires}} {date} ({when}) now; before, it was {before}',

  'date.event.renew': 'Renew: {target} (expires {date})',
  'date.event.expiry': 'Expires {date}: {target}',
  'date.event.renew.what':
    'Renew this now, then type “watch” with its new date and the same name in the conversation that watches it.',
  'date.event.expiry.what': 'It expires on this day. If it is still needed, renew it now.',
  'date.event.about': 'About: {targets}',
  'date.event.typed': 'The date is what somebody typed; the bot cannot check it.',
  'date.event.kept':
    'This event is kept by certbot for Teams and Slack: it moves when a new date is typed, and goes when nobody watches it any more.',
  'date.event.category': 'Expiry',
  'date.moved-back':
    'The {kind, select, expiry {expiry} other {renewal}} reminder for {subject} was moved in Outlook to {found}. It expires {date}: later would be too late to act.',
};
