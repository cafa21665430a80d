import type { replies as english } from '../en/replies.ts';

export const replies: Record<keyof typeof english, string> = {
  'problem.title': 'Das hat nicht geklappt',
  'error.title': 'Hier ist etwas schiefgegangen',
  error:
    'Im Bot ist etwas schiefgegangen und wurde protokolliert. Bitte noch einmal versuchen; falls es wieder geschieht, der Administration die Fehlernummer {errorId} nennen.',
  stale:
    'Diese Schaltfläche gehört zu etwas, das es nicht mehr gibt. „list“ zeigt, was in dieser Unterhaltung überwacht wird.',

  'welcome.title': 'Nie wieder ein Ausfall wegen eines vergessenen Zertifikats',
  'welcome.summary':
    'certbot überwacht TLS-Zertifikate und erinnert, bevor sie ablaufen. Für den Anfang „{mention}watch example.com“ eingeben.',
  'welcome.what':
    'Der Bot prüft das Zertifikat, trägt Erinnerungen zum Erneuern in den Kalender ein und warnt in dieser Unterhaltung, bevor es abläuft, wenn etwas nicht mehr stimmt und wenn die Erneuerung angekommen ist.',
  'welcome.more':
    '„{mention}help“ zeigt alles Weitere. Dies ist nicht der Certbot der EFF: Dieser Bot erinnert, er stellt keine Zertifikate aus.',

  'watch.title': '{target} wird überwacht',
  'watch.already': '{target} wird bereits überwacht',
  'watch.down':
    'Das Ziel wird trotzdem überwacht: Der Bot versucht es weiter und meldet, sobald er es erreicht. Falls der Name ein Tippfehler ist, „unwatch {target}“ eingeben.',
  'watch.forbidden':
    '{target} wird nicht überwacht: Die Regeln dieses Bots erlauben keine Verbindung zu {addresses}. PROBE_ALLOW und PROBE_DENY legen fest, was erlaubt ist; Link-Local- und Metadaten-Adressen sind es nie.',
  'watch.starttls':
    '{target} spricht {protocol} mit STARTTLS, was diese Version noch nicht prüfen kann. Wo direktes TLS angeboten wird, den Port eingeben, zum Beispiel „watch {host}:465“.',

  'check.once': 'Einmal geprüft. Für Erinnerungen „watch {target}“ eingeben.',
  'show.cannot': '{target} kann nicht geprüft werden.',
  'show.not-yet': '{target} wird überwacht, wurde aber noch nicht geprüft. Bitte gleich noch einmal versuchen.',
  'not-watched.nothing':
    '{target} wird in dieser Unterhaltung nicht überwacht, und auch sonst noch nichts: für den Anfang „watch {target}“ eingeben.',
  'not-watched.far':
    '{target} wird in dieser Unterhaltung nicht überwacht. „list“ zeigt, was überwacht wird, und „check {target}“ prüft das Ziel einmal.',
  'not-watched.near': '{target} wird in dieser Unterhaltung nicht überwacht. War {nearest} gemeint?',

  'unwatch.nothing': 'In dieser Unterhaltung wird nichts überwacht, also gibt es nichts zu beenden.',
  'unwatch.all.title': 'Hier wird nichts mehr überwacht',
  'unwatch.all':
    '{number, plural, one {Das einzige Ziel} other {Alle {number} Ziele}} dieser Unterhaltung {number, plural, one {wird} other {werden}} nicht mehr überwacht; auch die Erinnerungen werden gelöscht.',
  'unwatch.title': '{target} wird nicht mehr überwacht',
  unwatch: '{target} wird in dieser Unterhaltung nicht mehr überwacht; auch die Erinnerungen werden gelöscht.',
  'unwatch.undo':
    '{target} wird in dieser Unterhaltung nicht mehr überwacht; auch die Erinnerungen werden gelöscht. „watch {target}“ nimmt die Überwachung wieder auf.',
  'unwatch.note': 'auch die Erinnerungen werden gelöscht',

  'remind.title': 'Wann in dieser Unterhaltung gewarnt wird',
  'remind.tell':
    'Warnungen in dieser Unterhaltung: {policy}. Zum Beispiel „remind 60d 14d 3d 12h“ eingeben, oder „remind default“.',
  'remind.changed.title': 'Warnungen geändert',
  'remind.changed': 'In dieser Unterhaltung wird nun gewarnt: {policy}.',
  'remind.own':
    '{own} von {number} hier überwachten Zielen {own, plural, one {hat} other {haben}} eigene Schwellen und {own, plural, one {behält} other {behalten}} sie.',
  'remind.due': 'Bereits innerhalb dieser Schwellen: {targets}.',
  'remind.due-more': 'Bereits innerhalb dieser Schwellen: {targets} ….',
};
