/** Calendar events: subject, body and category. */
export const events = {
  'event.renew': 'Renew certificate: {target} (expires {date})',
  'event.expiry': 'Certificate expires: {target}',
  'event.targets': '{target} and {number} more',
  'event.renew.what': 'Renew this certificate now, install it on every endpoint below, and restart what serves it.',
  'event.expiry.what': 'From this moment on clients refuse this certificate. If it is still in use, renew it now.',
  'event.where': 'Where: {targets}',
  // {number} of them are told in ranges and names.
  'event.where.many': 'Where ({number}): {targets}',
  'event.how': 'How to renew it:',
  'event.owner': '{number, plural, one {Owner} other {Owners}}: {names}',
  'event.show': 'Everything about it: type {command} there.',
  'event.show.link': 'Everything about it in the chat',
  'event.message': 'Open the message in the chat',
  // Names that differ by a number alone: {from} is the first without what all have behind it, {to} the last.
  'names.range': '{first} to {last}',
  'event.until': 'Until: {date}',
  'event.issuer': 'Issuer: {issuer}',
  'event.names': 'Names: {names}',
  'event.serial-number': 'Serial number: {number}',
  'event.kept':
    'This event is kept by certbot for Teams and Slack: it moves when the certificate is renewed, and goes when nobody watches it any more.',
  // In place of the sentence above, in what people take away with a button.
  'event.copy':
    'This is a copy of a reminder of certbot for Teams and Slack: it stays as it is, also when what it is about is renewed.',
  'event.category': 'Certificate',

  // The chain as presented: nothing wrong with it, or what is wrong, in sentences.
  'event.chain.fine': 'Chain: complete and trusted.',
  'event.chain': 'Chain: {findings}',
  // Endpoints that present the next certificate already.
  'event.already-renewed': 'Already renewed: {targets}',
  // Why the event is not where it would be; {days} is the length of the freeze.
  'event.moved.freeze':
    'Moved earlier: {date} falls into the change freeze {days, plural, one {of {from}} other {from {from} to {to}}}.',
  'event.moved.holiday': 'Moved earlier: {date} is a public holiday ({name}).',
  'event.falls.freeze':
    'This falls into the change freeze {days, plural, one {of {from}} other {from {from} to {to}}}, since no earlier working time is left.',
  'event.falls.holiday': 'This falls on a public holiday ({name}), since no earlier working time is left.',
  'event.all-day': '{date} (all day)',
  'event.link': 'Open the conversation',
};
