/** What channels say by themselves. */
export const channels = {
  'channel.progress': '{done} of {total}',
  'channel.page': '{title} (page {page} of {pages})',
  'channel.more': 'More',
  'channel.for': 'For',
  'channel.rows-left-out':
    '{number} more {number, plural, one {row is} other {rows are}} left out: this message was too long.',
  'channel.lines-left-out':
    '{number} more {number, plural, one {line is} other {lines are}} left out: this message was too long.',
  'channel.rest-left-out': 'The rest is left out: this message was too long.',
  'channel.not-served': 'This bot does not serve your organisation.',
  'channel.beside': 'Done: the answer follows as a message.',
  'channel.later': 'This takes a little longer: the result follows here.',
  'channel.malformed': 'This button does not work any more. Please type the command instead.',
  'channel.failed':
    'Something went wrong on my side. Please try again later; if it stays so, tell the administrator error id {errorId}.',
};
