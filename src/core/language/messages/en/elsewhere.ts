/** What is said elsewhere because a conversation does not take it, or will not be there for long. */
export const elsewhere = {
  'elsewhere.unnamed': 'another conversation',
  'elsewhere.open': 'Open that conversation',
  'elsewhere.unreachable':
    'This alert belongs in {where}, where I cannot write at the moment{code}, so I tell you here. I keep trying there.',
  'elsewhere.refused': 'This alert belongs in {where}, where it was not accepted{code}, so I tell you here.',
  'elsewhere.outlived': 'This alert belongs in {where}, where it could not be delivered{code}, so I tell you here.',
  'elsewhere.answer': 'You asked me in {where}, where I cannot write at the moment{code}. Here is my answer.',
  'leaving.title': '{number, plural, one {A watch is} other {{number} watches are}} deleted on {until}',
  leaving: 'I was removed from {where} on {since}, and delete what I keep of it then: {targets}, and the reminders.',
  'leaving.advice': 'To keep them, add me to that conversation again. Or watch them here: type `watch {example}`.',
};
