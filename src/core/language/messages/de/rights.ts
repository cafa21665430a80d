import type { rights as english } from '../en/rights.ts';

export const rights: Record<keyof typeof english, string> = {
  'admins.of-team': 'Besitzerinnen und Besitzer dieses Teams',
  'admins.of-workspace': 'Admins dieses Slack-Workspace',
  'admins.refused':
    'Es hat sich nichts geändert: In dieser Unterhaltung dürfen Überwachungen beenden und Einstellungen ändern nur {who}. Bitte dort darum bitten.',
  'admins.unknown-team':
    'Es hat sich nichts geändert: Das dürfen nur die Besitzerinnen und Besitzer dieses Teams, und Microsoft Teams sagt gerade nicht, wer das ist. Bitte in ein paar Minuten noch einmal versuchen.',
  'admins.unknown-workspace':
    'Es hat sich nichts geändert: Das dürfen nur die Admins dieses Workspace, und Slack sagt gerade nicht, wer das ist. Bitte in ein paar Minuten noch einmal versuchen.',
  'admins.wrong':
    '„{text}“ ist nicht zu finden. `settings admins only`, `settings admins @anna @bert` oder `settings admins everybody` eingeben.',
  'settings.admins.everybody': 'alle hier dürfen Überwachungen beenden und Einstellungen ändern',
  'settings.admins.how': '„settings admins only“',
  'settings.admins.changed': 'Überwachungen beenden und Einstellungen ändern dürfen hier ab jetzt nur: {who}',
  'settings.admins.unset': 'Alle hier dürfen wieder Überwachungen beenden und Einstellungen ändern',
  'settings.admins.not-you': 'Wer das eben gesagt hat, gehört nicht dazu.',
  'settings.admins.name-others': 'Mit „settings admins @anna @bert“ dürfen es auch andere.',
  'settings.admins.grant-team':
    'Wem dieses Team gehört, ist nicht zu sehen. Sobald jemand, dem es gehört, dieser App TeamMember.Read.Group erlaubt, zählen die Besitzerinnen und Besitzer.',
  'settings.admins.grant-workspace':
    'Wer diesen Workspace verwaltet, ist nicht zu sehen. Sobald die App den Scope users:read hat, zählen seine Admins.',
  'settings.admins.direct': 'Diesen Chat liest niemand sonst; es gibt also niemanden, der nichts ändern dürfte.',

  'help.forget':
    'entfernt alles, was über die eigene Person bekannt ist, auch die eigenen Termine in Outlook; fragt vorher einmal nach',
  'help.operators':
    'für den Betrieb des Bots, nur in dessen Unterhaltung (`settings operators here`): wie es ihm geht, wo er benutzt wird, Überwachungen ohne Zuständige, Vorgaben, wer was geändert hat',

  'forget.whom':
    '`forget me` eingeben, um alles entfernen zu lassen, was über die eigene Person bekannt ist. Andere können das nur selbst, oder wer diesen Bot betreibt.',

  'operators.command':
    '„{text}“ kennt `operators` nicht. `operators status`, `operators conversations`, `operators orphaned`, `operators default`, `operators audit export` oder `operators forget @person` eingeben.',
  'operators.default.key':
    'Vorgaben gibt es für: {keys}. Zum Beispiel `operators default timezone Europe/Berlin` eingeben.',
  'operators.forget.whom':
    'Wen? Die Person erwähnen, oder ihre E-Mail-Adresse oder ihren Namen eingeben, zum Beispiel `operators forget anna@example.com`.',

  'person.left': 'jemand, der nicht mehr da ist',
  'person.nobody': 'niemand',
  'button.forget-me': 'Ja, vergiss mich',
  'forget.title': 'Alles löschen, was über die eigene Person bekannt ist?',
  'forget.ask':
    'In allen Unterhaltungen: Name, Adressen, Anmeldung, Fragen und die eigenen Termine in Outlook. Das lässt sich nicht zurücknehmen.',
  'forget.ask.own':
    'Auch der direkte Chat mit ihr verschwindet, mit {number, plural, one {der einen Überwachung} other {den {number} Überwachungen}} darin.',
  'forget.ask.owned':
    '{number, plural, one {Eine ihrer Überwachungen in einer anderen Unterhaltung bleibt dort und gehört} other {{number} ihrer Überwachungen in anderen Unterhaltungen bleiben dort und gehören}} niemandem, bis jemand sie übernimmt („owner example.com me“).',
  'forget.ask.typed': 'Den Knopf drücken oder „forget me yes“ eingeben.',
  'forget.not-you':
    'Mit diesem Knopf lässt sich nur vergessen, wer darum gebeten hat. Bitte selbst „forget me“ eingeben.',
  'forget.done.title': '{who, select, self {Vergessen ist, wer das war} other {Diese Person ist vergessen}}',
  'forget.done':
    'Entfernt sind Name, Adressen, Anmeldung, Fragen und Kopien. Wo festgehalten ist, wer was geändert hat, steht jetzt „jemand, der nicht mehr da ist“.',
  'forget.done.own': 'Der direkte Chat verschwindet, mit dem, was darin überwacht wurde.',
  'forget.done.owned':
    '{number, plural, one {Eine Überwachung gehört} other {{number} Überwachungen gehören}} jetzt niemandem; mit „owner example.com me“ lässt sie sich übernehmen.',
  'forget.done.events':
    '{number, plural, one {Ein Termin wird} other {{number} Termine werden}} aus dem Kalender gelöscht; das kann einige Minuten dauern.',
  'forget.done.again': 'Wer wieder schreibt, fängt von vorn an.',

  'operators.forget.nobody': '„{text}“ ist hier nicht bekannt; es gibt also nichts zu vergessen.',
  'operators.forget.several':
    '„{text}“ können {number} verschiedene Leute sein: {people}. Bitte die E-Mail-Adresse nennen oder die Kennung in Klammern.',
  'operators.only':
    '„operators …“ geht nur in der Unterhaltung derer, die diesen Bot betreiben. Welche das ist, sagt „settings operators“.',

  'operators.conversations':
    '{number, plural, one {Eine Unterhaltung} other {# Unterhaltungen}} mit {watches, plural, one {einer Überwachung} other {# Überwachungen}}{gone, plural, =0 {} one {, in einer davon ist der Bot nicht mehr} other {, in # davon ist der Bot nicht mehr}}',
  'operators.conversations.direct': 'ein direkter Chat',
  'operators.conversations.nameless': 'ohne Namen',
  'operators.conversations.gone': 'Bot entfernt am {date}',
  'operators.orphaned.title':
    '{number, plural, =0 {Für alles ist jemand zuständig} one {Für eine Überwachung ist niemand mehr zuständig} other {Für {number} Überwachungen ist niemand mehr zuständig}}',
  'operators.orphaned':
    'In {number, plural, one {ihrer Unterhaltung} other {ihren Unterhaltungen}} kann jemand mit „owner example.com me“ übernehmen.',
  'operators.orphaned.missing': '{name}, das Postfach gibt es nicht mehr',
  'operators.orphaned.disabled': '{name}, das Konto ist gesperrt',
  'operators.status.title': '{well, select, yes {Alles in Ordnung} other {Es gibt etwas anzusehen}}',
  'operators.status':
    '{well, select, yes {Diesem Bot geht es gut} other {Bei diesem Bot gibt es etwas anzusehen}}: Version {version}.',
  'operators.status.version': 'Version',
  'operators.status.replicas': 'Replikate',
  'operators.status.late': 'Verspätet',
  'operators.status.late.looks': '{number, plural, one {eine Prüfung} other {# Prüfungen}}',
  'operators.status.late.commands': '{number, plural, one {ein Befehl} other {# Befehle}}',
  'operators.status.late.messages': '{number, plural, one {eine Nachricht} other {# Nachrichten}}',
  'operators.status.late.reminders': '{number, plural, one {ein Termin} other {# Termine}}',
  'operators.status.late.plans':
    '{number, plural, one {ein Kalender, der zu planen ist} other {# Kalender, die zu planen sind}}',
  'operators.status.failed': 'Fehler',
  'operators.status.failed.one': '{number} × {kind, select, message {Nachricht} other {Termin}}: {error}',
  'operators.status.calendars': 'Kalender',
  'operators.status.open': 'Zu beheben',
  'operators.status.checks': 'Prüfungen',
  'operators.status.fine': 'in Ordnung',
  'operators.default.title': 'Vorgaben dieses Bots',
  'operators.default': 'Gilt überall, wo eine Unterhaltung selbst nichts eingestellt hat.',
  'operators.default.changed':
    'Das gilt, wo eine Unterhaltung selbst nichts eingestellt hat. Alle Erinnerungen werden neu geplant.',
  'operators.default.how': '„operators default timezone Europe/Berlin“, „operators default timezone default“',
  'operators.audit.title': 'Wer was geändert hat',
  'operators.audit':
    'Die Datei öffnet sich eine Stunde lang für alle, die ihre Adresse haben; eine neue macht diese unbrauchbar.',
  'operators.audit.button': 'Protokoll (CSV)',
  'operators.audit.no-url':
    'Die Datei braucht eine Adresse, und dieser Bot kennt seine eigene nicht: PUBLIC_URL setzen.',
  'audit.time': 'Zeit',
  'audit.conversation': 'Unterhaltung',
  'audit.conversation-id': 'Kennung der Unterhaltung',
  'audit.person': 'Person',
  'audit.person-id': 'Kennung der Person',
  'audit.verb': 'was',
  'audit.subject': 'woran',
  'operators.conversations.heading': 'Wo, und wie viele Überwachungen',
  'operators.conversations.seen': 'zuletzt am {date}',
  'operators.orphaned.heading': 'Überwachungen ohne Zuständige',
  'operators.status.late.by': '{late}, um mehr als {minutes} Minuten',
  'operators.status.failed.day': '{failed}, in 24 Stunden',
  'operators.default.changed.title':
    '{key, select, timezone {Zeitzone} holidays {Feiertage} other {Änderungssperren}}, als Vorgabe: {value}',
};
