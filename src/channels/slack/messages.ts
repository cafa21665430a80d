import { languageOf, speakIn, type SayOf } from '../../core/language/language.ts';

const en = {
  foreign:
    'Your Slack workspace is not linked with the Outlook of this bot (SLACK_GRAPH_WORKSPACES), so your reminders are in the calendar feed: type “calendar”.',
  unconfirmed:
    'Slack says that your e-mail address is not confirmed, so I cannot use it to find your mailbox, and your reminders are in the calendar feed: type “calendar”.',
  'no-email':
    'Slack shows me no e-mail address of yours, so I cannot find your mailbox, and your reminders are in the calendar feed: type “calendar”.',
  scope:
    'I cannot find your mailbox, since the Slack app lacks the scope {scope}: an administrator has to add it and to install the app again. Until then your reminders are in the calendar feed: type “calendar”.',
  nobody:
    'I cannot see who you are, since the Slack app lacks the scope {scope}: an administrator has to add it and to install the app again. Until then I know neither your mailbox nor your time zone nor your language.',
  silent:
    'Only you see this: I cannot write here, since the Slack app lacks the scope {scope}. An administrator has to add it and to install the app again.',
  outside:
    'Only you see this: I am not a member of this conversation, so my alerts cannot get here. Type “/invite @certbot” in the channel, or write to me directly.',
  restricted:
    'Only you see this: I must not write here, since somebody has restricted who may, so my alerts cannot get here. Allow this app to post in the channel, or write to me directly.',
  archived:
    'Only you see this: the channel is archived, so I cannot write there. Unarchive it, or write to me directly.',
  'home-failed':
    'Slack did not take your page just now. I try again by myself; if nothing changes, open the page once more, or type “list”.',
  'form-failed': 'Slack did not open the form in time. Please try it once more.',
  incomplete: 'This command came without what I need to answer it.',
};

const de: Record<keyof typeof en, string> = {
  foreign:
    'Der eigene Slack-Workspace ist nicht mit dem Outlook dieses Bots verknüpft (SLACK_GRAPH_WORKSPACES), daher stehen die Erinnerungen im Kalender-Feed: „calendar“ eingeben.',
  unconfirmed:
    'Slack meldet, dass die E-Mail-Adresse nicht bestätigt ist; über sie lässt sich deshalb kein Postfach finden, und die Erinnerungen stehen im Kalender-Feed: „calendar“ eingeben.',
  'no-email':
    'Slack zeigt mir keine E-Mail-Adresse; deshalb lässt sich kein Postfach finden, und die Erinnerungen stehen im Kalender-Feed: „calendar“ eingeben.',
  scope:
    'Das Postfach lässt sich nicht finden, weil der Slack-App der Scope {scope} fehlt: Die Administration muss ihn hinzufügen und die App erneut installieren. Bis dahin stehen die Erinnerungen im Kalender-Feed: „calendar“ eingeben.',
  nobody:
    'Wer hier schreibt, ist nicht zu erkennen, weil der Slack-App der Scope {scope} fehlt: Die Administration muss ihn hinzufügen und die App erneut installieren. Bis dahin sind Postfach, Zeitzone und Sprache unbekannt.',
  silent:
    'Nur hier zu sehen: Ich kann hier nicht schreiben, weil der Slack-App der Scope {scope} fehlt. Die Administration muss ihn hinzufügen und die App erneut installieren.',
  outside:
    'Nur hier zu sehen: Ich bin kein Mitglied dieser Unterhaltung, deshalb kommen meine Warnungen hier nicht an. Im Kanal „/invite @certbot“ eingeben oder mir direkt schreiben.',
  restricted:
    'Nur hier zu sehen: Ich darf hier nicht schreiben, weil jemand eingeschränkt hat, wer das darf; deshalb kommen meine Warnungen hier nicht an. Dieser App im Kanal das Schreiben erlauben oder mir direkt schreiben.',
  archived:
    'Nur hier zu sehen: Der Kanal ist archiviert, deshalb kann ich dort nicht schreiben. Die Archivierung aufheben oder mir direkt schreiben.',
  'home-failed':
    'Slack hat die Seite gerade nicht angenommen. Ich versuche es von selbst noch einmal; wenn sich nichts ändert, die Seite neu öffnen oder „list“ eingeben.',
  'form-failed': 'Slack hat das Formular nicht rechtzeitig geöffnet. Bitte noch einmal versuchen.',
  incomplete: 'Diesem Befehl fehlt, was für eine Antwort nötig ist.',
};

const speak = speakIn({ en, de });

/**
 * What only Slack's people are told, in the language of a person by the BCP 47 tag of their client; English when it is
 * not known.
 */
export function saySlack(locale: string | null): SayOf<keyof typeof en> {
  return speak(languageOf(locale));
}
