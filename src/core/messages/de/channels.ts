import type { channels as english } from '../en/channels.ts';

export const channels: Record<keyof typeof english, string> = {
  'channel.progress': '{done} von {total}',
  'channel.rows-left-out':
    '{number, plural, one {{number} weitere Zeile fehlt} other {{number} weitere Zeilen fehlen}}: Diese Nachricht war zu lang.',
  'channel.lines-left-out':
    '{number, plural, one {{number} weiterer Absatz fehlt} other {{number} weitere Absätze fehlen}}: Diese Nachricht war zu lang.',
  'channel.rest-left-out': 'Der Rest fehlt: Diese Nachricht war zu lang.',
  'channel.not-served': 'Dieser Bot steht dieser Organisation nicht zur Verfügung.',
  'channel.beside': 'Erledigt: Die Antwort folgt als Nachricht.',
  'channel.malformed': 'Diese Schaltfläche enthält etwas, das dieser Bot nicht versteht.',
  'channel.failed':
    'Auf meiner Seite ist etwas schiefgegangen. Bitte später noch einmal versuchen; falls es dabei bleibt, der Administration die Fehlernummer {errorId} nennen.',

  'slack.foreign':
    'Dieser Slack-Workspace ist nicht mit dem Outlook dieses Bots verknüpft (SLACK_GRAPH_WORKSPACES), daher stehen die Erinnerungen im Kalender-Feed: „calendar“ eingeben.',
  'slack.unconfirmed':
    'Slack meldet, dass die E-Mail-Adresse nicht bestätigt ist; über sie lässt sich deshalb kein Postfach finden, und die Erinnerungen stehen im Kalender-Feed: „calendar“ eingeben.',
  'slack.no-email':
    'Slack zeigt mir keine E-Mail-Adresse; deshalb lässt sich kein Postfach finden, und die Erinnerungen stehen im Kalender-Feed: „calendar“ eingeben.',
  'slack.scope':
    'Das Postfach lässt sich nicht finden, weil der Slack-App der Scope {scope} fehlt: Die Administration muss ihn hinzufügen und die App erneut installieren. Bis dahin stehen die Erinnerungen im Kalender-Feed: „calendar“ eingeben.',
  'slack.outside':
    'Für andere unsichtbar: Ich bin kein Mitglied dieser Unterhaltung, deshalb kommen meine Warnungen hier nicht an. Im Kanal „/invite @certbot“ eingeben oder mir direkt schreiben.',
  'slack.incomplete': 'Diesem Befehl fehlt, was für eine Antwort nötig ist.',
};
