/** What cards say of one target: state, title, lead, what to do, facts. */
export const items = {
  // {target} is as short as it can be, {when} “in 7 days” or “4 minutes ago”, {date} a day such as “1 Nov”.
  'title.valid': '{target} is valid until {date}',
  'title.expires': '{target} expires {when}',
  'title.expired': '{target} expired {when}',
  'title.endless': '{target} has no defined end',
  'title.undated': '{target} cannot be dated',
  'title.refused': 'Clients refuse {target}',
  'title.some-refuse': 'Some clients refuse {target}',
  'title.not-yet-valid': '{target} is not valid yet',
  'title.broken-off': 'No client can connect to {target}',
  'title.no-starttls': '{target} does not offer TLS',
  'title.injected': '{target} sends bytes before TLS',
  'title.silent': '{target} does not answer',
  'title.no-certificate': '{target} shows no certificate',
  'title.unreachable': '{target} cannot be reached',
  'title.unchecked': '{target} could not be checked',
  'title.partly-renewed':
    '{held, plural, one {One address of {target} is old} other {{held} addresses of {target} are old}}',
  'title.different-certificates': 'The addresses of {target} differ',
  'title.alternating': '{target} changes its certificate',
  'title.address': 'One address of {target} is silent',
  'title.downgraded': '{target} speaks an older TLS',
  'title.lost-names': '{target} lost {number, plural, one {a name} other {{number} names}}',
  'title.lost-uses': '{target} has a certificate without {uses}',
  'title.replaced': '{target} has another certificate',
  'title.earlier': '{target} expires earlier than before',
  'title.answers': '{target} answers',
  'title.fixed': '{target} is right again',

  // Some conditions have another word as the state of a whole card.
  'state.private-ca': 'Not trusted',
  'state.untrusted': 'Not trusted',
  'state.self-signed': 'Not trusted',
  'state.incomplete-chain': 'Chain incomplete',
  'state.no-certificate': 'No certificate',
  'state.unchecked': 'Not checked',
  'state.address': 'Address silent',
  'state.downgraded': 'Older TLS',
  'state.lost-names': 'Names lost',
  'state.lost-uses': 'Uses lost',
  'state.renewed': 'Renewed',
  'state.replaced': 'Replaced',
  'state.earlier': 'Earlier than before',
  'state.fixed': 'Fixed',
  'state.reachable': 'Reachable again',
  // {state} is the state’s word.
  'state.watched': '{state}, and watched from now on',
  'state.watched-already': '{state}, and watched already',

  // Sentences for a locked phone; {date} has its year.
  'summary.ends':
    '{target} {state, select, expired {expired {when}, on {date}} endless {has no defined end} undated {cannot be dated} due {expires {when}, on {date}} other {is valid until {date}, {when}}}.',
  'summary.it-ends':
    '{state, select, expired {it expired {when}, on {date}} endless {with no defined end} undated {it cannot be dated} due {it expires {when}, on {date}} other {valid until {date}, {when}}}.',
  'summary.until':
    '{state, select, expired {It expired on {date}.} endless {It has no defined end.} undated {It cannot be dated.} other {It is valid until {date}.}}',
  'summary.state': '{state}: {sentence}',
  'summary.watching': '{already, select, yes {Already watching} other {Watching}} {target}: {word}, {rest}',
  'summary.watching-unseen': '{already, select, yes {Already watching} other {Watching}} {target}: {word}.',
  'summary.partly-renewed':
    '{state}: on {target}, {held, plural, one {{holders} still presents} other {{held} addresses still present}} the certificate that {until, select, expired {expired on {date}} endless {has no defined end} undated {cannot be dated} other {expires on {date}}}.',

  // The target, in a sentence below the title that names it.
  'lead.it': 'It',
  'lead.left': '{left} left; {good}',
  'lead.good':
    '{what, select, all {name, chain and revocation are good} other {name and chain are good}}{where, select, none {} both { on both addresses} all { on all {number} addresses} other { on {number} of {total} addresses}}.',
  'lead.refused-from-then': 'From then on clients refuse it.',
  'lead.refused-now': 'Clients refuse it now.',
  'lead.looks': '{number, plural, one {One look} other {{number} looks in a row}}: {reason}.',
  'lead.renewed':
    '{left, select, none {} other {{left} left; }}{number, plural, one {its address presents} =2 {both addresses present} other {all {number} addresses present}} the new certificate{key, select, none {} other { ({key}, one of two)}}.',
  'lead.replaced':
    'The new one is valid until {date}{later, select, yes {} other {, no later than the one before}}{key, select, none {} other { ({key}, one of two)}}.',
  'lead.one-of-two': 'It is its {key} certificate, one of two.',
  'lead.lost-names': 'The new certificate does not name {names} any more, which the one before did.',
  'lead.lost-uses': 'The certificate before allowed that.',
  'lead.lost-uses.several': 'The new certificate does not allow {uses} any more, which the one before did.',

  // What to do; {where}: on one address, both, or all of them.
  'todo.notice': 'Plan the renewal.',
  'todo.urgent':
    'Renew it{where, select, one {} both { and install it on both addresses} other { and install it on all {number} addresses}}.',
  'todo.critical':
    'Renew it today{where, select, one {} both { and install it on both addresses} other { and install it on all {number} addresses}}.',
  'todo.expired':
    'Install a new certificate{where, select, one {} both { on both addresses} other { on all {number} addresses}} now.',
  'todo.left-behind': 'Renew the certificate with the key {key} as well.',
  'todo.then': 'I notice by myself.',
  'todo.then-expired': 'I keep looking and say when it is right.',
  'todo.then-right': 'I say so when it is right.',
  'todo.then-watched': 'It is watched from now on: I say so when it is right.',
  'todo.unreachable': 'Look whether the service runs.',
  'todo.name': 'Look whether the name is right.',
  'todo.then-answers': 'I keep looking and say when it answers.',
  'todo.then-answers-kept': 'I keep looking and say when it answers; its reminders stay as they are.',
  'todo.away': 'Look whether it can be reached from here.',
  'todo.partly-renewed': 'Install the new certificate on {holders} too, or restart what serves it there.',
  'todo.server': 'Look what answers there.',
  'todo.internal': 'Look again in a minute.',

  'fact.when': '{date}, {when}',
  'fact.due': '{date}, {when}: {stage}',
  'fact.next-alert': '{stage}, on {date}',
  'fact.next-alert.expires': 'when it expires',
  'fact.last-seen': '{seen}, {until}',
  'fact.until':
    '{state, select, expired {expired on {date}} endless {no defined end} undated {no date} other {valid until {date}}}',
  'fact.looked-at': '{instant}, {when}{next, select, none {} now {; again now} other {; again {next}}}',
  'fact.seen': 'seen {date}',
  'fact.since': 'since {date}',
  'fact.since-by': 'since {date}, by {name}',
  'fact.present-same': '{addresses} present the same',
  'fact.present-it': '{number, plural, one {{addresses} presents it} other {{addresses} present it}}; {others}',
  'fact.unseen-from-here':
    '{number, plural, one {{addresses} is not visible from here} other {{addresses} are not visible from here}}',
  'fact.presents': '{key}, {protocol}, {print}…, until {date}{addresses, select, none {} other {: {addresses}}}',
  'fact.changed':
    '{key, select, same {same key} other {new key}}, {authority, select, same {same authority} other {another authority: {to} instead of {from}}}, {names, select, same {same names} fewer {fewer names} other {new names: {gained}}}',
  'fact.was': '{until}, serial {serial}',
  'fact.twin':
    'its certificate with the key {key} was not renewed; it {state, select, expired {expired on {date}} other {expires on {date}}}, {when}',

  'button.file': 'Calendar file (.ics)',

  'row.old': 'still the old one',
  'row.new': 'the new one',

  'group.addresses': 'Addresses',
  'group.certificates': 'Certificates',

  'label.addresses': 'Addresses',
  'label.all-alerts': 'All alerts',
  'label.changed': 'Changed',
  'label.last-seen': 'Last seen',
  'label.next-alert': 'Next alert',
  'label.remark': 'Remark',
  'label.other-one': 'Other one',
  'label.presents': 'Presents',
  'label.sha-256': 'SHA-256',
  'label.was': 'Was',
};
