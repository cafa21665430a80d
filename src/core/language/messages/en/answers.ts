/** What answers have in common: states, lists by need, answers about many targets, progress. */
export const answers = {
  'state.done': 'Done',
  'state.fine': 'Fine',
  'state.note': 'Please note',
  'state.nothing': 'Nothing was done',
  'state.fault': 'My fault',
  'state.mend': 'To be mended',
  'state.over': 'Mended',
  'state.question': 'A question',
  'state.attention': 'Needs attention',

  'error.retry': 'Please try again in a minute.',
  'error.footnote': 'If it stays so, tell whoever runs me: error {errorId}.',
  'button.retry': 'Try again',
  'button.help': 'What you can type',
  'button.yes-do': 'Yes, do that',
  'button.open-list': 'Show the list',
  'button.trust-help': 'How to trust it',
  'button.change-settings': 'How to change them',
  'button.topics': 'More topics',

  'zone.footnote': 'Times are {zone}.',

  'list.now': 'Now, and since when',
  'list.soon': 'Within 30 days: {number}',
  'list.look': 'Worth a look: {number}',
  'list.fine': 'Fine: {number}',
  'list.fine.next': '{number, plural, one {It expires on {date}.} other {The next of them expires on {date}.}}',
  'list.title.now':
    '{number, plural, one {{number} of {total} needs attention} other {{number} of {total} need attention}}',
  'list.title.soon':
    '{number, plural, one {{number} of {total} expires within 30 days} other {{number} of {total} expire within 30 days}}',
  'list.title.look':
    '{number, plural, one {{number} of {total} is worth a look} other {{number} of {total} are worth a look}}',
  'list.title.fine':
    '{total, plural, one {The one that is watched is fine} =2 {Both are fine} other {All {total} are fine}}',
  'list.summary.soon':
    '{number, plural, one {{number} {rank, select, first {expires} other {more expires}}} other {{number} {rank, select, first {expire} other {more expire}}}} within 30 days',
  'list.summary.look': '{number, plural, one {{number} is worth a look} other {{number} are worth a look}}',
  'list.summary.fine': '{number, plural, one {{number} is fine} other {{number} are fine}}',
  'list.summary.first': 'The first to expire is {target}, on {date}.',
  'list.only': 'Only what matches “{filter}”.',
  'list.no-owner': 'no owner',
  'list.more-on': '{number, plural, one {One more} other {{number} more}} on the next page.',
  'list.how': 'Everything about one: select it, or type “show” and its name.',
  'list.at-page': 'Page {page} of {pages}.',
  'button.show-fine': 'Show the {number}',
  'button.mine': 'Mine only',

  'home.empty.title': 'You watch nothing yet',

  'bulk.title.cause': '{number} of {total} share one cause',
  'bulk.title.cause-all': '{total, plural, =2 {Both} other {All {total}}} share one cause',
  'bulk.title.unwatched':
    '{number, plural, one {{number} is no longer watched} other {{number} are no longer watched}}',
  'bulk.all.watched': '{number, plural, =2 {Both} other {All {number}}} are watched now.',
  'bulk.all.already': '{number, plural, =2 {Both} other {All {number}}} were watched already.',
  'bulk.all.checked': 'I looked once, and keep nothing.',
  'bulk.all.unwatched': 'Their reminders go as well.',
  'bulk.all.not-watched': 'None of the {number} is watched here.',
  'bulk.all.failed': 'Nothing was done.',
  'bulk.some': '{tally}.',
  'bulk.group': '{heading}: {number}',
  'bulk.expired': 'Expired: {number}',
  'bulk.expired.advice': 'Clients refuse {number, plural, one {it. Renew it} other {them. Renew them}} now.',
  'bulk.authority': 'Unknown authority',
  'bulk.authority.sentence':
    '“{authority}” issued {number, plural, one {one of the certificates} other {{number} of the certificates}}.',
  'bulk.authority.advice': 'If it is your own, type “trust add” with its root certificate, once for all of them.',
  'bulk.authority.incomplete':
    'If it is not, have the servers send its certificate as well (often a file called fullchain).',
  'bulk.left-behind.heading': 'One of two not renewed',
  'bulk.not-looked': 'Not done',
  'bulk.under': 'Under {domain}:',
  'bulk.under-until': 'Under {domain}, until {date}:',
  'bulk.until': 'Until {date}:',
  'bulk.in-domain': 'under {domain}',
  'bulk.rest': 'And {number, plural, one {one more} other {{number} more}}.',
  'bulk.done': 'Done: {number}',
  'bulk.title.unwatched-some': '{number} of {total} {number, plural, one {is} other {are}} no longer watched',
  'bulk.title.fine': '{total, plural, one {It is fine} =2 {Both are fine} other {All {total} are fine}}',
  'bulk.summary-states': '{number, plural, one {{number} target} other {{number} targets}}: {tally}. {states}.',
  'unwatch.ask.which': 'Watched here',
  'mx.named':
    '{all, select, true {They are the mail exchangers of {domains}.} other {Among them are the mail exchangers of {domains}.}}',
  'progress.check': 'Checking {total} targets',
  'progress.watch': 'Watching {total} targets',
};
