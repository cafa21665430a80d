import type { typing as english } from '../en/typing.ts';

export const typing: Record<keyof typeof english, string> = {
  'target.missing': 'Das Ziel fehlt. Einen Hostnamen wie `example.com` oder `example.com:8443` eingeben.',
  'target.no-host': 'Der Hostname fehlt. Einen Hostnamen wie `example.com` oder `example.com:8443` eingeben.',
  'target.no-ipv6':
    '„{text}“ ist keine IPv6-Adresse. IPv6-Adressen in eckigen Klammern eingeben, zum Beispiel `[2001:db8::1]`.',
  'target.wildcard':
    '„{text}“ ist ein Platzhaltername, zu dem sich niemand verbinden kann. Einen Host eingeben, der ihn verwendet, zum Beispiel `{host}`.',
  'target.no-ipv4':
    '„{text}“ ist keine vollständige IPv4-Adresse. Vier Zahlen von 0 bis 255 eingeben, zum Beispiel `192.0.2.10`.',
  'target.not-a-host':
    '„{text}“ ist kein Hostname. Einen Hostnamen wie `example.com` oder `example.com:8443` eingeben.',
  'target.empty-label':
    '„{text}“ hat einen leeren Teil zwischen zwei Punkten. Einen Hostnamen wie `example.com` oder `example.com:8443` eingeben.',
  'target.long-label':
    '„{label}“ ist länger als die 63 Zeichen, die ein Teil eines Hostnamens haben darf. Einen Hostnamen wie `example.com` oder `example.com:8443` eingeben.',
  'target.wrong-label':
    '„{label}“ in „{text}“ ist kein gültiger Teil eines Hostnamens. Einen Hostnamen wie `example.com` oder `example.com:8443` eingeben.',
  'target.mail': '„{text}“ ist eine E-Mail-Adresse. Nur den Hostnamen eingeben, zum Beispiel `{host}`.',
  'target.scheme':
    'Das Schema „{scheme}“ kennt dieser Bot nicht. `https://` oder nur den Hostnamen eingeben, zum Beispiel `example.com:8443`.',
  'target.port':
    'Der Port „{port}“ ist keine Zahl von 1 bis 65535. Den Port hinter dem Host eingeben, zum Beispiel `example.com:8443`.',
  'target.address-missing':
    'Nach „@“ kommt die IP-Adresse, zu der verbunden werden soll, zum Beispiel `example.com @203.0.113.7`.',
  'target.address': '„{text}“ nach „@“ ist keine IP-Adresse. Beispiel für die Eingabe: `example.com @203.0.113.7`.',
  'target.name-missing': 'Nach „as“ kommt der Name, nach dem gefragt wird, zum Beispiel `10.1.2.3 as www.example.com`.',
  'target.rewritten':
    '„{text}“ ist ein Link, den ein Mailsystem an die Stelle eines anderen gesetzt hat, und verrät nicht, welchen. Den Link öffnen und die Adresse eingeben, die dann zu sehen ist, zum Beispiel `example.com`.',
  'target.range':
    '„{text}“ nennt mehrere auf einmal. Jedes Ziel wird für sich überwacht: alle einzeln eingeben, zuerst `{first}`.',
  'target.which':
    '„{text}“ lässt sich auf zwei Arten lesen. `[{host}]:{port}` eingeben, wenn Port {port} von {host} gemeint ist, oder `[{address}]` für diese Adresse.',
  'target.told-twice':
    '„{text}“ und eine andere Zeile dieser Nachricht sagen Verschiedenes über dasselbe Ziel. Bitte nur die schicken, die gilt.',
  'target.mx':
    '„{text}“ nennt keine Mail-Domain. Den Teil ihrer Adressen hinter „@“ eingeben, zum Beispiel `mx:example.com`.',
  'target.mx-port':
    '„{text}“ nennt einen Port, die Mailserver einer Domain werden aber auf Port 25 geprüft. `mx:example.com` eingeben, oder einen Server mit seinem Port, zum Beispiel `smtp://mail.example.com:587`.',
  'target.mx-override':
    'Die Mailserver einer Domain haben weder alle dieselbe Adresse noch denselben Namen. Nur `mx:{domain}` eingeben, oder einen Server, zum Beispiel `smtp://mail.example.com @203.0.113.7`.',

  'command.no-target': 'Das Ziel fehlt. Zum Beispiel `{verb} example.com` eingeben.',
  'command.no-target-among':
    'Nicht als Ziel gelesen: {words}. Ein Ziel hat einen Punkt oder einen Port: zum Beispiel `{verb} example.com` eingeben, oder `{verb} {name}:443` für einen Namen ohne Punkt.',
  'command.not-taken': 'Nicht als Ziel gelesen: {words}.',
  'command.several':
    'Diese Nachricht enthält mehrere Befehle, etwa „{first}“ und „{second}“; eine Nachricht darf nur einen enthalten. Nichts wurde ausgeführt: bitte jeden in einer eigenen Nachricht senden. Hinter einem Befehl können mehrere Ziele stehen, zum Beispiel `watch a.example b.example`.',
  'command.too-many':
    'Eine Nachricht darf höchstens 1.000 Ziele nennen, diese nennt {number, number}. Nichts wurde ausgeführt: bitte auf mehrere Nachrichten verteilen.',
  'command.no-thresholds':
    'Nach `remind` kommt, wann gewarnt werden soll. Zum Beispiel `remind 60d 14d 3d 12h` oder `remind 25% 5%` eingeben.',
  'command.threshold':
    '„{text}“ ist weder eine Zeitspanne vor Ablauf (etwa 12h, 30d oder 2 Wochen, höchstens 3650d) noch ein Anteil der Laufzeit. Zum Beispiel `remind 60d 14d 3d 12h` oder `remind 25% 5%` eingeben.',
  'command.too-many-thresholds':
    'Höchstens sechs Schwellen sind möglich, dies sind {number}. Zum Beispiel `remind 60d 14d 3d 12h` oder `remind 25% 5%` eingeben.',
  'command.show-one':
    '`show` nimmt genau ein Ziel. Zum Beispiel `show example.com` eingeben, oder `list`, um alle zu sehen.',
  'command.mx-one':
    '`{verb}` nimmt genau ein Ziel, und {domain} kann mehrere Mailserver haben. `list smtp` zeigt die hier überwachten, danach zum Beispiel `{verb} smtp://mail.example.com` eingeben.',
  'command.calendar':
    '„{text}“ kennt `calendar` nicht. `calendar`, `calendar example.com`, `calendar connect` oder `calendar disconnect` eingeben, oder `calendar reset` für eine neue Feed-Adresse.',
  'command.calendar-one': '`calendar` nimmt ein Ziel. Zum Beispiel `calendar example.com` eingeben.',
  'command.person':
    '„{text}“ ist niemand, der sich finden lässt. Die Person mit `@` erwähnen oder ihre E-Mail-Adresse eingeben, zum Beispiel `anna@example.com`, oder `me`.',
  'command.one-owner':
    'Für ein Ziel ist eine Person zuständig. Eine nennen; andere können Kopien bekommen: `remind also @person`.',
  'command.nobody': 'Wer? Zum Beispiel `remind not @person` oder `remind not me` eingeben.',
  'command.setting': '„{text}“ ist keine Einstellung. Es gibt: {keys}. `settings` zeigt alle.',
  'command.did-you-mean': '„{word}“ ist kein Befehl. War `{suggestion}` gemeint?',
  'command.unknown':
    '„{word}“ ist kein Befehl. `help` zeigt alle Befehle; ein Beispiel für den Anfang ist `watch example.com`.',

  'help.watch': 'von jetzt an überwachen: Erinnerungen im Kalender, Warnungen in diesem Chat',
  'help.check': 'jetzt einmal prüfen und nichts behalten (ein Ziel allein bewirkt dasselbe)',
  'help.unwatch': 'nicht mehr überwachen und die Erinnerungen löschen',
  'help.list': 'was hier überwacht wird, zuerst, wo etwas zu tun ist; mit einem Wort nur, was dazu passt',
  'help.show': 'alles, was über ein Ziel bekannt ist',
  'help.remind':
    'wann in dieser Unterhaltung gewarnt wird, z. B. `remind 60d 14d 3d 12h` oder `remind 25% 5%`; `also` und `not`: wer Kopien der Erinnerungen bekommt',
  'help.owner':
    'wer sich um ein Ziel kümmert: Warnungen erwähnen die Person, und mit Outlook stehen die Erinnerungen in ihrem Kalender; andere werden zuerst gefragt, im eigenen Chat',
  'help.calendar':
    'wo die Erinnerungen sind, auch als Datei; wo Outlook eingerichtet ist, trägt `connect` sie mit eigener Anmeldung in das eigene ein, und `disconnect` löscht sie dort; `reset` legt eine neue Feed-Adresse an und macht die alte ungültig',
  'help.settings':
    'Zeitzone, Feiertage, Änderungssperren, ein gemeinsames Postfach, und wer etwas über den Bot selbst erfährt, z. B. `settings freeze 2026-12-18..2027-01-06`; `settings persona clippy` für Gesellschaft',
  'help.trust':
    'Zertifikate privater Zertifizierungsstellen, denen diese Unterhaltung vertraut; `trust add` mit Datei oder PEM-Text fügt eines hinzu',
  'help.help': 'dieser Text',
};
