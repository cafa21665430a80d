import type { trust as english } from '../en/trust.ts';

export const trust: Record<keyof typeof english, string> = {
  'trust.command': '„{text}“ kennt `trust` nicht. `trust`, `trust add` oder `trust remove 1` eingeben.',
  'trust.add-what':
    'Welches Zertifikat? Seine Datei (PEM, DER oder PKCS#7) an eine Nachricht mit dem Text `trust add` anhängen oder es hinter diesen Wörtern einfügen, von „BEGIN CERTIFICATE“ bis „END CERTIFICATE“. In Kanälen und Gruppenchats von Teams kommen Dateien beim Bot nicht an: dort bitte einfügen.',
  'trust.add-first':
    'Das ist ein Zertifikat. Damit diese Unterhaltung ihm vertraut, `trust add` eingeben und es hinter diesen Wörtern einfügen.',
  'trust.remove-what':
    'Welches? Die Nummer in der Liste, den Anfang des Fingerabdrucks oder den Namen eingeben, zum Beispiel `trust remove 1`, oder `trust remove all`. `trust` zeigt die Liste.',
  'trust.private-key':
    'Das war ein privater Schlüssel. Er wurde nicht aufbewahrt und wird nicht gebraucht: Ein Zertifikat genügt. Wer diesen Chat lesen kann, kann den Schlüssel lesen; er gilt damit als kompromittiert: die Nachricht löschen, einen neuen Schlüssel erzeugen, das Zertifikat dazu neu ausstellen und das alte widerrufen lassen.',
  'trust.private-key-file':
    'In {name} steht ein privater Schlüssel. Er wurde nicht aufbewahrt und wird nicht gebraucht: Ein Zertifikat genügt. Wer diesen Chat lesen kann, kann den Schlüssel lesen; er gilt damit als kompromittiert: die Nachricht löschen, einen neuen Schlüssel erzeugen, das Zertifikat dazu neu ausstellen und das alte widerrufen lassen.',
  'trust.pkcs12':
    'In {name} steht PKCS#12, das in der Regel einen privaten Schlüssel enthält. Der Inhalt wurde nicht aufbewahrt. Ein Schlüssel darin gilt als kompromittiert, denn wer diesen Chat lesen kann, hat ihn ebenfalls. Das Zertifikat allein als PEM exportieren und senden.',
  'trust.none': 'In {name} steht kein Zertifikat. Es muss PEM („BEGIN CERTIFICATE“), DER oder PKCS#7 sein.',
  'trust.cut-off':
    'In {name} bricht ein Zertifikat vor seinem Ende ab. Chats kürzen lange Nachrichten: als Datei anhängen oder einzeln einfügen.',
  'trust.unreadable':
    'In {name} steht etwas, das kein Zertifikat ist oder unterwegs beschädigt wurde. Als Datei anhängen oder noch einmal einfügen.',
  'trust.too-large': 'In {name} steht ein Zertifikat von mehr als 16 kB; so große werden nicht aufbewahrt.',
  'trust.too-long': 'In {name} stehen mehr als 64 kB. Bitte nur das Zertifikat der Zertifizierungsstelle senden.',
  'trust.too-many':
    'In {name} stehen mehr Zertifikate als die 10, denen eine Unterhaltung vertrauen kann. Bitte nur die der eigenen Zertifizierungsstellen senden.',
  'trust.full':
    'Eine Unterhaltung kann höchstens 10 Zertifikaten vertrauen; hier sind es {there, number}, und {more, plural, one {eines käme hinzu} other {# kämen hinzu}}. Nichts wurde geändert. `trust` zeigt die vorhandenen, und wie eines zurückgenommen wird.',
  'trust.your-text': 'der Nachricht',
  'trust.file': 'der Datei „{name}“',
  'trust.nameless': 'der Datei',
  'trust.not-fetched':
    'Der Inhalt {name} ließ sich nicht abrufen: {reason} Nichts wurde geändert; bitte noch einmal versuchen oder das Zertifikat einfügen.',
  'trust.reason.status': 'Der Server antwortete mit {status}.',
  'trust.reason.unavailable': 'Die Datei kam nicht rechtzeitig, oder der Server ist nicht erreichbar.',
  'trust.reason.refused': 'Von dort, wo die Datei liegt, darf der Bot nichts abrufen.',
  'trust.lacks':
    'Der Inhalt {name} ließ sich nicht abrufen, weil der App der Scope {scope} fehlt: Die Administration muss ihn hinzufügen und die App erneut installieren. Bis dahin das Zertifikat hinter `trust add` einfügen.',
  'trust.no-name': '(ohne Namen)',
  'trust.more-files':
    'Eine Nachricht kann hier höchstens {number, number} Dateien haben; weitere wurden nicht angesehen.',

  'trust.added.title':
    '{number, plural, one {Ab jetzt wird hier einem weiteren Zertifikat vertraut} other {Ab jetzt wird hier # weiteren Zertifikaten vertraut}}',
  'trust.added.summary': 'Ab jetzt vertraut diese Unterhaltung auch: {certificates}.',
  'trust.added.meaning':
    'Was von dort ausgestellt ist, gilt in dieser Unterhaltung als vertrauenswürdig, sonst nirgends. Was hier überwacht wird, wird jetzt erneut geprüft.',
  'trust.added.leaf':
    '{name} ist keine Zertifizierungsstelle: Vertraut wird nur genau diesem Zertifikat, ein Nachfolger muss neu hinzugefügt werden.',
  'trust.added.not-yet': '{name} gilt erst ab {date}.',
  'trust.added.how':
    'Zurücknehmen lässt sich {number, plural, one {es} other {das erste davon}} mit „trust remove {which}“. „trust“ zeigt alle, denen hier vertraut wird.',
  'trust.expired': '{name} wurde nicht hinzugefügt: Es ist am {date} abgelaufen und kann für nichts mehr bürgen.',
  'trust.known': '{name} gilt hier bereits als vertrauenswürdig.',
  'trust.nothing-added.title': 'Nichts hinzugefügt',
  'trust.one': '{subject} ({state, select, endless {{date}} other {bis {date}}}, SHA-256 {print}…)',

  'trust.list.title':
    '{number, plural, one {Diese Unterhaltung vertraut einem eigenen Zertifikat} other {Diese Unterhaltung vertraut {number} eigenen Zertifikaten}}',
  'trust.list.summary':
    '{number, plural, one {Diese Unterhaltung vertraut einem eigenen Zertifikat: {certificates}.} other {Diese Unterhaltung vertraut # eigenen Zertifikaten: {certificates}.}}',
  'trust.list.none':
    'Um das Zertifikat einer privaten Zertifizierungsstelle hinzuzufügen, seine Datei an eine Nachricht mit dem Text `trust add` anhängen oder es hinter diesen Wörtern einfügen.',
  'trust.list.how':
    'Hinzufügen: „trust add“ mit Datei oder PEM-Text · Entfernen: „trust remove {which}“, oder mit der Nummer',
  'trust.added-by': 'hinzugefügt von {name} am {date}',
  'trust.expired-on': 'abgelaufen',
  'trust.leaf': '{subject} (keine Zertifizierungsstelle)',

  'trust.removed.title':
    '{number, plural, one {Einem Zertifikat wird hier nicht mehr vertraut} other {# Zertifikaten wird hier nicht mehr vertraut}}',
  'trust.removed.summary': 'Nicht mehr vertraut wird: {certificates}.',
  'trust.removed.meaning': 'Was hier überwacht wird, wird jetzt erneut geprüft.',
  'trust.remove-unknown': '„{text}“ ist keines der Zertifikate, denen diese Unterhaltung vertraut. `trust` zeigt sie.',
  'trust.remove-several':
    '„{text}“ passt auf {number, number} der Zertifikate, denen diese Unterhaltung vertraut. Eine Nummer der Liste eingeben: `trust` zeigt sie.',
  'trust.list.none.title': 'Diese Unterhaltung vertraut dem, was überall gilt, und nichts Eigenem',
  'trust.heading': 'Zertifikate',
  'trust.until': 'gültig bis {date}',
};
