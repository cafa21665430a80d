import type { forms as english } from '../en/forms.ts';

export const forms: Record<keyof typeof english, string> = {
  'form.message.title': 'Links der Nachricht überwachen',
  'form.message.short': 'Links überwachen',
  'form.title': 'Zertifikate überwachen',
  'form.looking': 'Ich sehe mir die Nachricht an …',
  'form.loading': 'Einen Moment …',
  'form.none':
    'In dieser Nachricht steht nichts, was sich überwachen lässt. Gesucht werden Hostnamen, Adressen und Links wie `example.com:8443`.',
  'form.all-watched': 'Sonst steht in dieser Nachricht nichts, was sich überwachen lässt.',
  'form.found': 'In dieser Nachricht gefunden',
  'form.found.hint': 'Abwählen, was nicht überwacht werden soll.',
  'form.more': 'Weitere, eine Zeile je Ziel',
  'form.more.hint': 'Löschen, was nicht überwacht werden soll.',
  'form.watched': 'Hier schon überwacht: {targets}.',
  'form.left-out':
    'Für {number, plural, one {{number} weiteres Ziel} other {{number} weitere Ziele}} ist hier kein Platz. Danach das Formular noch einmal öffnen, um sie auszuwählen.',
  'form.unsure':
    'Im Moment lässt sich nicht feststellen, was hier schon überwacht wird. Doppelt wird nichts überwacht.',
  'form.file.late': 'Eine Datei dieser Nachricht ist noch nicht da; was darin steht, fehlt hier.',
  'form.file.not-fetched':
    'Die Datei {name} lässt sich nicht lesen. Den Inhalt hinter dem Wort `watch` in eine Nachricht an mich einfügen.',
  'form.file.not-text': 'Die Datei {name} ist keine Textdatei und wurde nicht gelesen.',
  'form.file.too-large':
    'Die Datei {name} ist größer als 64 kB und wurde nicht gelesen. Die Hosts in eine Nachricht an mich einfügen.',
  'form.file.nameless': 'ohne Namen',
  'form.own':
    'Ich bin nicht in dieser Unterhaltung. Die Auswahl wird deshalb im eigenen Chat mit mir überwacht. Soll es hier geschehen, mich zuerst zu dieser Unterhaltung hinzufügen.',
  'form.submit': 'Überwachen',
  'form.cancel': 'Abbrechen',
  'form.close': 'Schließen',
  'form.nothing': 'Mindestens ein Ziel auswählen.',
  'form.sent-before':
    'Das wurde schon abgeschickt: Die Antwort steht in der Unterhaltung. Um mehr zu überwachen, das Formular noch einmal öffnen.',
  'form.later': 'Das dauert etwas länger. Die Antwort folgt in der Unterhaltung.',
  'form.not-stored':
    'Das ließ sich gerade nicht speichern, und nichts wurde getan. Bitte in einer Minute noch einmal versuchen.',
  'form.targets': 'Ziele',
  'form.targets.hint': 'Hostnamen, Adressen oder Links, eine Zeile je Ziel, zum Beispiel example.com:8443',
  'form.where': 'Wo',
  'form.where.here': 'In dieser Unterhaltung',
  'form.where.own': 'Im eigenen Chat mit mir',
  'form.where.not-there':
    'In dieser Unterhaltung bin ich nicht. Mich zuerst dort hinzufügen oder eine andere auswählen.',
  'form.where.more': 'Hier stehen nur die ersten {number} der gemeinsamen Kanäle.',
  'form.where.unknown': 'Die gemeinsamen Kanäle lassen sich im Moment nicht feststellen.',
  'form.owner': 'Zuständig',
  'form.owner.hint':
    'In wessen Kalender die Erinnerungen stehen. Andere werden zuerst gefragt. Ohne Auswahl: wer dies abschickt.',
  'form.when': 'Wann vor Ablauf gewarnt wird',
  'form.when.hint': 'Zum Beispiel 60d 14d 3d. Leer: wie in der Unterhaltung eingestellt.',
};
