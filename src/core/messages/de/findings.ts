import type { findings as english } from '../en/findings.ts';

export const findings: Record<keyof typeof english, string> = {
  'finding.not-yet-valid': 'Das Zertifikat ist erst ab {date} gültig.',
  'advice.not-yet-valid': 'Die Uhr des ausstellenden Rechners prüfen oder den Beginn der Gültigkeit abwarten.',
  'finding.wrong-name': 'Das Zertifikat nennt {asked} nicht: Es gilt für {names}.',
  'finding.no-name': 'Das Zertifikat nennt {asked} nicht: Es nennt überhaupt keinen Host.',
  'advice.wrong-name': 'Ein Zertifikat installieren, dessen Subject Alternative Names {asked} enthalten.',
  'finding.self-signed':
    'Das Zertifikat ist selbstsigniert: Keine Zertifizierungsstelle bürgt dafür, und Clients lehnen es ab.',
  'advice.self-signed': 'Ein Zertifikat einer Zertifizierungsstelle installieren, der die Clients vertrauen.',
  'finding.private-ca':
    'Die Kette endet bei „{authority}“, einer Zertifizierungsstelle, der dieser Bot nicht vertraut.',
  'advice.private-ca':
    'Handelt es sich um die eigene Zertifizierungsstelle, dem Bot deren Stammzertifikat geben (NODE_EXTRA_CA_CERTS).',
  'finding.expired-issuer':
    'Das Zertifikat selbst ist zeitlich gültig, „{issuer}“ in seiner Kette aber nicht; deshalb lässt sich die Kette nicht verifizieren.',
  'finding.expired-issuer-unknown':
    'Das Zertifikat selbst ist zeitlich gültig, ein Aussteller in seiner Kette aber nicht; deshalb lässt sich die Kette nicht verifizieren.',
  'advice.expired-issuer': 'Die aktuellen Zwischenzertifikate der Zertifizierungsstelle installieren.',
  'finding.incomplete-chain':
    'Die Kette ist unvollständig: Der Server sendet „{issuer}“, den Aussteller von „{subject}“, nicht mit, und der Bot kennt ihn nicht.',
  'advice.incomplete-chain':
    'Den Server so konfigurieren, dass er auch die Zwischenzertifikate sendet (oft eine Datei namens fullchain).',
  'finding.untrusted': 'Die Kette lässt sich nicht verifizieren ({reason}).',
  'advice.untrusted': 'Die installierte Kette mit der vergleichen, die die Zertifizierungsstelle ausliefert.',

  'finding.about': '{target}: {sentence}',
  'finding.unreachable': '{target} ist nicht erreichbar: {reason}.',
  'advice.unreachable':
    'Die zuletzt bekannten Daten gelten weiter. Der Bot versucht es weiter und meldet, wenn das Ziel wieder erreichbar ist.',
  'finding.address': '{target}: Eine der Adressen, {address}, antwortet nicht mehr: {reason}.',
  'advice.address': 'Die übrigen Adressen antworten noch; die genannte überprüfen.',
  'finding.partly-renewed':
    '{target} ist nur teilweise erneuert: {renewed} von {total} Adressen {renewed, plural, one {liefert} other {liefern}} ein neueres Zertifikat aus, {holders} {held, plural, one {liefert} other {liefern}} noch das aus, das am {date} abläuft.',
  'advice.partly-renewed':
    'Das neue Zertifikat auch dort installieren oder den Dienst, der es ausliefert, neu starten.',
  'finding.different-certificates':
    '{target}: Die Adressen liefern {number} verschiedene Zertifikate aus; zuerst, am {date}, läuft das von {holders} ab.',
  'advice.different-certificates':
    'Falls das nicht beabsichtigt ist, überprüfen, welcher Dienst hinter den abweichenden Adressen steht.',

  'fixed.unreachable': '{target} ist wieder erreichbar.',
  'fixed.address': 'Behoben auf {target}: {address} antwortet wieder oder steht nicht mehr im DNS.',
  'fixed.mixed': 'Behoben auf {target}: Alle Adressen, die antworten, liefern dasselbe Zertifikat aus.',
  'fixed.not-yet-valid': 'Behoben auf {target}: Das Zertifikat ist jetzt gültig.',
  'fixed.wrong-name': 'Behoben auf {target}: Das Zertifikat nennt den Host wieder.',
  'fixed.self-signed': 'Behoben auf {target}: Das Zertifikat ist nicht mehr selbstsigniert.',
  'fixed.private-ca':
    'Behoben auf {target}: Die Kette endet nicht mehr bei einer Zertifizierungsstelle, der dieser Bot nicht vertraut.',
  'fixed.incomplete-chain': 'Behoben auf {target}: Die Kette ist wieder vollständig.',
  'fixed.expired-issuer':
    'Behoben auf {target}: Die Kette scheitert nicht mehr an einem Aussteller außerhalb seiner Gültigkeit.',
  'fixed.untrusted': 'Behoben auf {target}: Die Kette scheitert nicht mehr wie zuvor.',
  'fixed.other': 'Behoben auf {target}: {finding}.',

  'alert.expired.title': 'Zertifikat abgelaufen: {target}',
  'alert.expires.title': 'Zertifikat läuft ab ({stage}): {target}',
  'alert.expired.advice': 'Clients lehnen es jetzt ab. Sofort ein neues Zertifikat installieren.',
  'alert.expires.advice':
    'Das Zertifikat erneuern und das neue installieren; der Bot bemerkt die Erneuerung von selbst.',
  'alert.renewed.title': 'Zertifikat erneuert: {target}',
  'alert.renewed':
    '{target} wurde erneuert: Das neue Zertifikat {state, select, expired {ist am {date} abgelaufen} other {läuft am {date} ab}} ({when}), ausgestellt von {issuer}',
  'alert.replaced.title': 'Zertifikat ersetzt: {target}',
  'alert.replaced':
    '{target} liefert ein anderes Zertifikat aus, das nicht später abläuft als das alte: Das neue Zertifikat {state, select, expired {ist am {date} abgelaufen} other {läuft am {date} ab}} ({when}), ausgestellt von {issuer}',
  'alert.everywhere': 'Es ist auf allen Adressen angekommen, die antworten.',
  'alert.same-key': 'Der Schlüssel ist derselbe wie zuvor.',
  'alert.new-key': 'Auch der Schlüssel ist neu.',
  'alert.reachable.title': 'Wieder erreichbar: {target}',
  'alert.fixed.title': 'Behoben: {target}',
  'alert.unreachable.title': 'Nicht erreichbar: {target}',
  'alert.wrong.title': 'Etwas stimmt nicht: {target}',
  'alert.with-dates':
    '{sentence}; das Zertifikat {state, select, expired {ist am {date} abgelaufen} other {läuft am {date} ab}} ({when})',
};
