import type { elsewhere as en } from '../en/elsewhere.ts';

export const elsewhere: Record<keyof typeof en, string> = {
  'elsewhere.unnamed': 'eine andere Unterhaltung',
  'elsewhere.open': 'Die Unterhaltung öffnen',
  'elsewhere.unreachable':
    'Diese Warnung gehört in „{where}“. Dort kann ich zurzeit nicht schreiben{code}, deshalb steht sie hier. Dort wird es weiter versucht.',
  'elsewhere.refused':
    'Diese Warnung gehört in „{where}“. Dort wurde sie nicht angenommen{code}, deshalb steht sie hier.',
  'elsewhere.outlived':
    'Diese Warnung gehört in „{where}“. Dort war sie nicht zuzustellen{code}, deshalb steht sie hier.',
  'elsewhere.answer':
    'Die Frage kam aus „{where}“. Dort kann ich zurzeit nicht schreiben{code}, deshalb steht die Antwort hier.',
  'leaving.title':
    '{number, plural, one {Eine Überwachung wird} other {{number} Überwachungen werden}} am {until} gelöscht',
  leaving:
    'Am {since} wurde ich aus „{where}“ entfernt, und was davon noch da ist, lösche ich dann: {targets}, und die Erinnerungen.',
  'leaving.advice':
    'Damit sie bleiben, den Bot dort wieder hinzufügen. Oder hier überwachen: `watch {example}` eingeben.',
};
