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
  'settings.admins.changed': 'Überwachungen beenden und Einstellungen ändern dürfen hier ab jetzt nur: {who}.',
  'settings.admins.unset': 'Alle in dieser Unterhaltung dürfen wieder Überwachungen beenden und Einstellungen ändern.',
  'settings.admins.not-you': 'Du selbst gehörst nicht dazu.',
  'settings.admins.name-others': 'Mit „settings admins @anna @bert“ dürfen es auch andere.',
  'settings.admins.grant-team':
    'Wem dieses Team gehört, ist nicht zu sehen. Sobald jemand, dem es gehört, dieser App TeamMember.Read.Group erlaubt, zählen die Besitzerinnen und Besitzer.',
  'settings.admins.grant-workspace':
    'Wer diesen Workspace verwaltet, ist nicht zu sehen. Sobald die App den Scope users:read hat, zählen seine Admins.',
  'settings.admins.direct': 'Diesen Chat liest niemand sonst; es gibt also niemanden, der nichts ändern dürfte.',

  'help.forget': 'entfernt alles, was über dich bekannt ist, auch deine Termine in Outlook; fragt vorher einmal nach',
  'help.operators':
    'für den Betrieb des Bots, nur in dessen Unterhaltung (`settings operators here`): wie es ihm geht, wo er benutzt wird, Überwachungen ohne Zuständige, Vorgaben, wer was geändert hat',

  'forget.whom':
    '`forget me` eingeben, um alles entfernen zu lassen, was über dich bekannt ist. Andere können das nur selbst, oder wer diesen Bot betreibt.',

  'operators.command':
    '„{text}“ kennt `operators` nicht. `operators status`, `operators conversations`, `operators orphaned`, `operators default`, `operators audit export` oder `operators forget @person` eingeben.',
  'operators.default.key':
    'Vorgaben gibt es für: {keys}. Zum Beispiel `operators default timezone Europe/Berlin` eingeben.',
  'operators.forget.whom':
    'Wen? Die Person erwähnen, oder ihre E-Mail-Adresse oder ihren Namen eingeben, zum Beispiel `operators forget anna@example.com`.',
};
