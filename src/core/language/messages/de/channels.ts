import type { channels as english } from '../en/channels.ts';

export const channels: Record<keyof typeof english, string> = {
  'channel.progress': '{done} von {total}',
  'channel.page': '{title} (Seite {page} von {pages})',
  'channel.more': 'Mehr',
  'channel.for': 'Für',
  'channel.rows-left-out':
    '{number, plural, one {{number} weitere Zeile fehlt} other {{number} weitere Zeilen fehlen}}: Diese Nachricht war zu lang.',
  'channel.lines-left-out':
    '{number, plural, one {{number} weiterer Absatz fehlt} other {{number} weitere Absätze fehlen}}: Diese Nachricht war zu lang.',
  'channel.rest-left-out': 'Der Rest fehlt: Diese Nachricht war zu lang.',
  'channel.not-served': 'Dieser Bot steht dieser Organisation nicht zur Verfügung.',
  'channel.beside': 'Erledigt: Die Antwort folgt als Nachricht.',
  'channel.later': 'Das dauert etwas länger: Das Ergebnis folgt hier.',
  'channel.malformed': 'Diese Schaltfläche funktioniert nicht mehr. Bitte stattdessen den Befehl eingeben.',
  'channel.failed':
    'Auf meiner Seite ist etwas schiefgegangen. Bitte später noch einmal versuchen; falls es dabei bleibt, der Administration die Fehlernummer {errorId} nennen.',
};
