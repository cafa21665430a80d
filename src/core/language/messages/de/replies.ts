import type { replies as english } from '../en/replies.ts';

export const replies: Record<keyof typeof english, string> = {
  'problem.title': 'Das hat nicht geklappt',
  'courtesy.greeting.title': 'Hallo!',
  'courtesy.thanks.title': 'Gern geschehen!',
  'courtesy.begin':
    'Ich überwache TLS-Zertifikate und erinnere, bevor sie ablaufen. Für den Anfang zum Beispiel „watch example.com“ eingeben, oder „check example.com“, um einmal nachzusehen.',
  'courtesy.watches': 'Ich überwache hier {number, plural, one {ein Ziel} other {{number} Ziele}}.',
  'courtesy.help': '„help“ zeigt alles, was ich kann.',
  'error.title': 'Das ließ sich nicht zu Ende bringen',
  stale:
    'Diese Schaltfläche gehört zu etwas, das es nicht mehr gibt. „list“ zeigt, was in dieser Unterhaltung überwacht wird.',

  'welcome.title': 'Ich überwache TLS-Zertifikate',
  'welcome.summary': 'Ich überwache TLS-Zertifikate. Für den Anfang eingeben: {mention}watch example.com',
  'welcome.what':
    'Ich warne in diesem Chat, bevor eines abläuft oder nicht mehr stimmt{calendar, select, none {} other {, und führe Erinnerungen im Kalender}}.',
  'welcome.more': 'Dies ist nicht der Certbot der EFF: Dieser Bot erinnert, er stellt keine Zertifikate aus.',

  'watch.down': 'Ist der Name ein Tippfehler? Dann „unwatch {typed}“ eingeben.',
  'watch.forbidden':
    '{target} wird nicht überwacht: Die Regeln dieses Bots erlauben keine Verbindung zu {addresses}. PROBE_ALLOW und PROBE_DENY legen fest, was erlaubt ist; Link-Local- und Metadaten-Adressen sind es nie.',
  'watch.no-source': '{target} kann nicht geprüft werden: Das Protokoll „{protocol}“ kennt dieser Bot nicht.',

  'watch.full':
    '{target} wird nicht überwacht: Diese Unterhaltung überwacht {number, plural, one {{number} Ziel} other {{number} Ziele}}, und {most} ist die Obergrenze. Mit „unwatch …“ entfernen, was nicht mehr überwacht werden muss, oder in einer anderen Unterhaltung überwachen. Die Administration kann MAX_WATCHES erhöhen.',
  'watch.full-note': 'diese Unterhaltung darf höchstens {most} Ziele überwachen (MAX_WATCHES)',

  'port.refused':
    '{target} wurde nicht geprüft: Die Regeln dieses Bots erlauben keine Verbindung zu Port {port}. Erlaubt sind {allowed} (PROBE_PORTS).',
  'port.refused-note': 'die Regeln dieses Bots erlauben Port {port} nicht; erlaubt sind {allowed}',

  'budget.spent':
    'Diese Unterhaltung darf {number, plural, one {ein Ziel} other {{number} Ziele}} pro Minute prüfen, und das hat sie getan. In {seconds, plural, one {einer Sekunde} other {{seconds} Sekunden}} noch einmal versuchen.',
  'budget.spent-watch':
    '{target} wurde nicht geprüft und nichts wurde geändert: Diese Unterhaltung darf {number, plural, one {ein Ziel} other {{number} Ziele}} pro Minute prüfen, und das hat sie getan. In {seconds, plural, one {einer Sekunde} other {{seconds} Sekunden}} noch einmal „{command}“ eingeben.',
  'budget.spent-check':
    '{target} wurde nicht geprüft: Diese Unterhaltung darf {number, plural, one {ein Ziel} other {{number} Ziele}} pro Minute prüfen, und das hat sie getan. In {seconds, plural, one {einer Sekunde} other {{seconds} Sekunden}} noch einmal „{command}“ eingeben.',
  'rate.person':
    'Das war viel auf einmal: Von einer Person beantworte ich {most} Nachrichten und Knöpfe in der Minute. Diese wurde nicht ausgeführt, und was innerhalb der Minute folgt, ebenso wenig. Bitte einen Moment warten und sie dann noch einmal senden; in eine Nachricht passen mehrere Ziele.',
  'rate.conversation':
    'Das war viel auf einmal: Von einer Unterhaltung beantworte ich {most} Nachrichten und Knöpfe in der Minute. Diese wurde nicht ausgeführt, und was hier innerhalb der Minute folgt, ebenso wenig. Bitte einen Moment warten und sie dann noch einmal senden; in eine Nachricht passen mehrere Ziele.',
  'addresses.part':
    'Der Name hat {total} Adressen; {number} davon wurden hier angesehen, mehr sieht sich ein Befehl oder Knopf nicht an. Was überwacht wird, sehen sich die regelmäßigen Prüfungen umfassender an.',
  'addresses.part-note': '{number} von {total} Adressen angesehen',
  'bulk.unshown': 'geprüft, aber das Ergebnis ließ sich nicht anzeigen; der Grund steht im Protokoll des Bots',
  'bulk.stopped': 'nicht mehr geprüft: „unwatch all“ kam dazwischen',
  'budget.slow':
    'Es geht langsam voran: Diese Unterhaltung darf {number, plural, one {ein Ziel} other {{number} Ziele}} pro Minute prüfen. Geprüft wird jedes Ziel.',

  'mx.none':
    'Für {domain} ist kein Mailserver zu finden: Weder MX- noch Adresseinträge führen zu einem. Ist der Name richtig geschrieben?',
  'mx.no-mail': '{domain} nimmt keine Mail an: Das sagt ihr MX-Eintrag, also gibt es keinen Mailserver zu prüfen.',
  'mx.resolver':
    'Die Mailserver von {domain} ließen sich nicht ermitteln: Das DNS hat nicht geantwortet. Dafür wurde nichts getan; bitte gleich noch einmal versuchen.',
  'mx.summary':
    '{all, select, true {{summary} (Mailserver von {domains})} other {{summary} (mit den Mailservern von {domains})}}',
  'mx.not-watched':
    'Kein Mailserver von {domain} wird in dieser Unterhaltung überwacht. „list smtp“ zeigt die überwachten Mailserver, „watch mx:{domain}“ überwacht diese.',

  'check.once': 'Einmal geprüft. Für Erinnerungen „watch {typed}“ eingeben.',
  'check.unkept': 'Davon bleibt nichts gespeichert. Für Erinnerungen „watch {typed}“ eingeben.',
  'show.cannot': 'Dieser Bot kann {target} nicht prüfen.',
  'show.not-yet': '{target} wird überwacht, wurde aber noch nicht geprüft. Bitte gleich noch einmal versuchen.',
  'not-watched.nothing':
    '{target} wird in dieser Unterhaltung nicht überwacht, und auch sonst noch nichts: für den Anfang „watch {typed}“ eingeben.',
  'not-watched.far':
    '{target} wird in dieser Unterhaltung nicht überwacht. „list“ zeigt, was überwacht wird, und „check {typed}“ prüft das Ziel einmal.',
  'not-watched.other': '{target} wird in dieser Unterhaltung nicht überwacht. „list“ zeigt, was überwacht wird.',
  'not-watched.near': '{target} wird in dieser Unterhaltung nicht überwacht. War {nearest} gemeint?',

  'unwatch.nothing': 'In dieser Unterhaltung wird nichts überwacht, also gibt es nichts zu beenden.',
  'unwatch.all.title': 'Hier wird nichts mehr überwacht',
  'unwatch.all':
    'Auch die Erinnerungen {number, plural, one {des einen Ziels} =2 {beider Ziele} other {der {number} Ziele}} werden gelöscht.',
  'unwatch.some.title': '{number, plural, one {Ein Ziel wird} other {{number} Ziele werden}} hier nicht mehr überwacht',
  'unwatch.kept':
    '{number, plural, one {Ein Ziel, nach dem nicht gefragt wurde, wird} other {{number} Ziele, nach denen nicht gefragt wurde, werden}} weiter überwacht: „list“ zeigt, was das ist.',
  'unwatch.ask.title':
    'Hier {number, plural, one {das eine Ziel} =2 {beide Ziele} other {alle {number} Ziele}} nicht mehr überwachen?',
  'unwatch.ask.how':
    'Noch ist nichts entfernt. Auch die Erinnerungen würden gelöscht. Dafür die Schaltfläche drücken oder innerhalb einer Stunde „unwatch all yes“ eingeben. Was nach dieser Frage hinzukommt, bleibt.',
  'unwatch.ask.more': 'Und {number, plural, one {ein weiteres} other {{number} weitere}}: „list“ zeigt alle.',
  'unwatch.stopped': 'Der Befehl, der in dieser Unterhaltung noch lief, wurde abgebrochen.',
  'unwatch.title': '{target} wird nicht mehr überwacht',
  unwatch: 'Auch die Erinnerungen werden gelöscht.',
  'unwatch.undo': 'Auch die Erinnerungen werden gelöscht. „watch {typed}“ nimmt die Überwachung wieder auf.',

  'button.stop': '{target} nicht mehr überwachen',
  'button.watch-again': '{target} wieder überwachen',
  'edited.watched':
    'Diese Nachricht wurde bearbeitet. Was ihr erster Text wollte, ist nicht rückgängig gemacht: {targets} wird weiter überwacht.',
  'edited.unwatched':
    'Diese Nachricht wurde bearbeitet. Was ihr erster Text wollte, ist nicht rückgängig gemacht: {targets} wird nicht mehr überwacht. `{typed}` beginnt wieder damit.',
  'edited.other':
    'Diese Nachricht wurde bearbeitet. Was ihr erster Text wollte (`{verb}`), ist nicht rückgängig gemacht.',
  'remind.title': 'Wann in dieser Unterhaltung gewarnt wird',
  'remind.tell': '{policy}.',
  'remind.changed.title': 'Hier wird nun gewarnt: {policy}',
  'remind.own':
    '{own} von {number} hier überwachten Zielen {own, plural, one {hat} other {haben}} eigene Zeiten und {own, plural, one {behält} other {behalten}} sie.',
  'remind.changed-for': 'Für {targets} wird nun gewarnt: {policy}',
  'remind.reset-for': 'Für {targets} wird nun gewarnt wie in der ganzen Unterhaltung: {policy}',
  'remind.due': 'Bereits näher am Ablauf: {targets}.',
  'remind.due-more': 'Bereits näher am Ablauf: {targets} ….',
  'welcome.begin': 'Für den Anfang „{mention}watch example.com“ eingeben.',
  'welcome.many': 'Auch viele auf einmal: eines je Zeile, oder eine eingefügte Liste.',
  'remind.how': 'Ändern zum Beispiel mit „remind 60d 14d 3d 12h“, oder mit „remind default“.',
  'remind.each': 'Wann gewarnt wird',
};
