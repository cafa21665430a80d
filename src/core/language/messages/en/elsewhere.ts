/** What is said elsewhere because a conversation does not take it, or will not be there for long. */
export const elsewhere = {
  'elsewhere.unnamed': 'another conversation',
  'elsewhere.open': 'Open that conversation',
  'elsewhere.unreachable':
    'This alert belongs in {where}, where I cannot write at the moment{code}, so I tell you here. I keep trying there.',
  'elsewhere.refused': 'This alert belongs in {where}, where it was not accepted{code}, so I tell you here.',
  'elsewhere.outlived': 'This alert belongs in {where}, where it could not be delivered{code}, so I tell you here.',
  'elsewhere.answer': 'You asked me in {where}, where I cannot write at the moment{code}. Here is my answer.',
  'leaving.title': 'Watches that are about to be deleted',
  leaving:
    'I was removed from {where} on {since}. On {until} I delete what I keep of it: {number, plural, one {one watch} other {{number} watches}} ({targets}) and the reminders.',
  'leaving.advice': 'To keep them, add me to that conversation again. Or watch them here: type `watch {example}`.',
};
