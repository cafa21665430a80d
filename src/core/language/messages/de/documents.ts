import type { documents as english } from '../en/documents.ts';

/** Dokumente, die Schlüssel nennen (JWKS, SAML-Metadaten): Eingabe, Karten, Warnungen, Termine. */
export const documents: Record<keyof typeof english, string> = {
  'help.sources.jwks':
    'Schlüssel eines Ausstellers: `watch jwks+https://login.example.com`, `watch jwks+https://login.example.com/jwks.json`',
  'help.sources.jwks.what':
    'Braucht keine Berechtigung: Das Dokument ist öffentlich. Der Bot liest das Discovery-Dokument des Ausstellers (OpenID Connect, RFC 8414) und die Schlüsselliste, die es nennt. Gemeldet werden Zertifikate, die ablaufen (x5c), Enden, die Schlüssel selbst nennen (exp), verschwundene Schlüssel und private Schlüssel darin.',

  'help.sources.saml': 'SAML-Metadaten: `watch saml+https://idp.example.com/metadata`',
  'help.sources.saml.what':
    'Braucht keine Berechtigung, wo das Dokument öffentlich ist. Jedes Zertifikat für Signaturen und für Verschlüsselung, jeder Entität darin, das, womit das Dokument signiert ist, und wie lange das Dokument selbst gilt. Gemeldet werden Zertifikate, die ablaufen oder verschwinden, und ein Dokument, das niemand neu veröffentlicht (validUntil).',

  'document.plain':
    'Solche Dokumente werden nur über https gelesen. Liegt es auch dort, `{prefix}+https://{rest}` eingeben.',
  'document.address':
    '„{text}“ ist keine Adresse eines Dokuments. Mit dem Host eingeben, etwa `watch {prefix}+https://login.example.com/`.',
  'document.credentials':
    'In der Adresse steht ein Benutzername oder ein Passwort, das hier alle sähen. Ohne eingeben.',
  'document.long': 'Die Adresse ist zu lang: höchstens {most} Zeichen.',
  'document.override':
    '`@address` und `as name` gibt es bei Servern; ein Dokument wird von der Adresse gelesen, die eingegeben wird.',

  'document.nameless': 'einer ohne Namen',
  'document.place':
    '{use, select, signing {Signatur} encryption {Verschlüsselung} document {Signatur des Dokuments} secret {Geheimnis} certificate {Zertifikat} saml {SAML-Signatur} other {Signatur und Verschlüsselung}}{name, select, none {} other {{use, select, secret { „{name}“} certificate { „{name}“} saml { „{name}“} other {, Schlüssel „{name}“}}}}{of, select, none {} other {, {of}}}',
  'document.in': '{target} ({place})',
  'document.heading': '{number, plural, one {Was darin steht} other {Was darin steht ({number})}}',
  'document.more': '{number, plural, one {noch eines, das später endet} other {noch {number}, die später enden}}',
  'document.valid-until': 'Das Dokument selbst gilt bis {date} ({when}).',
  'document.cached':
    'Andere dürfen ihre Kopie {length} lang verwenden: So lange muss ein neuer Schlüssel darin stehen, bevor er verwendet wird.',

  'document.sound': 'alles darin ist lesbar und gültig.',
  'document.over': 'Wer das Datum prüft, lehnt es jetzt ab.',
  'document.plan.advice': 'Den Nachfolger planen und rechtzeitig daneben veröffentlichen.',
  'document.lead.renewed': '{left, select, none {} other {Noch {left}; }}es steht an der Stelle des vorigen.',
  'document.expired.advice':
    'Ein neues Zertifikat veröffentlichen, allen mit einer Kopie Bescheid geben, dann das neue verwenden.',
  'document.expires.advice':
    'Das nächste daneben veröffentlichen, allen mit einer Kopie Zeit geben, es zu übernehmen, dann das neue verwenden und dieses herausnehmen.',
  'document.renewed.advice':
    'Wer eine Kopie des Dokuments hat, muss auch das neue kennen; wo Schlüssel von Hand eingetragen sind, eintragen.',
  'document.gone.state': 'Nicht mehr genannt',
  'document.gone.title': '{target} nennt {number, plural, one {einen Schlüssel} other {# Schlüssel}} weniger',
  'document.gone.lead':
    'Darin steht nicht mehr: {names}. An {number, plural, one {seine} other {ihre}} Stelle ist nichts getreten.',
  'document.gone.advice':
    'War er noch in Gebrauch, wird ab jetzt abgelehnt, was er signiert hat. Hat ihn niemand mit Absicht herausgenommen, wieder hineinstellen.',

  'title.wrong': 'Mit {target} stimmt etwas nicht',
  'title.unread': '{target} ist nicht lesbar',
  'title.readable': '{target} ist wieder lesbar',
  'state.unread': 'Nicht lesbar',
  'state.readable': 'Wieder lesbar',
  'finding.unread': '{target} ist nicht lesbar: {reason}.',
  'advice.unread':
    'Was davon bekannt ist, bleibt, wie es war. Der Bot versucht es weiter und sagt, wenn es wieder lesbar ist.',
  'finding.document-expired':
    '{of, select, none {Das Dokument} other {Was es über {of} sagt,}} galt bis {date}; andere verwenden es nicht mehr.',
  'advice.document-expired':
    'Neu veröffentlichen, mit einem späteren Ende (validUntil); nachsehen, was das hätte tun sollen.',
  'finding.document-expiring':
    '{of, select, none {Das Dokument} other {Was es über {of} sagt,}} gilt bis {date} und wurde seither nicht neu veröffentlicht.',
  'advice.document-expiring':
    'Neu veröffentlichen, mit einem späteren Ende (validUntil), bevor andere es nicht mehr verwenden.',
  'finding.private-key':
    'Es veröffentlicht {number, plural, one {einen privaten Schlüssel} other {# private Schlüssel}}: {detail}{more, plural, =1 { und noch einen} other {}}. Wer es gelesen hat, kann als Inhaber signieren.',
  'advice.private-key':
    'Sofort herausnehmen, den Schlüssel überall ersetzen, wo er verwendet wird, und alles, was er signiert hat, für fälschbar halten.',
  'finding.key-mismatch': 'Das Zertifikat gehört nicht zu dem Schlüssel, neben dem es steht: {detail}.',
  'advice.key-mismatch':
    'Schlüssel und Zertifikat (x5c) desselben Paars veröffentlichen; andere lehnen eines von beiden ab.',
  'finding.wrong-thumbprint':
    'Der Fingerabdruck ist ein anderer als der des Zertifikats, neben dem er steht: {detail}.',
  'advice.wrong-thumbprint': 'Den Fingerabdruck (x5t, x5t#S256) des Zertifikats veröffentlichen, das dort steht.',
  'finding.unreadable-key':
    '{number, plural, one {Ein Schlüssel ist} other {# Schlüssel sind}} nicht lesbar: {detail}.',
  'advice.unreadable-key': 'Nachsehen, wie er dort geschrieben ist; auch andere können ihn nicht lesen.',
  'finding.untrusted-server':
    'Der Server, von dem es kommt, zeigt ein Zertifikat, das Clients ablehnen ({detail}): Was im Dokument steht, kann von irgendwem sein.',
  'advice.untrusted-server':
    'Das Zertifikat des Servers in Ordnung bringen. Hat es die eigene Zertifizierungsstelle ausgestellt: „trust add“ mit ihrem Wurzelzertifikat (PEM) eingeben.',
  'finding.issuer-mismatch':
    'Das Discovery-Dokument ist das eines anderen Ausstellers, {detail}; Clients lehnen es ab.',
  'advice.issuer-mismatch': 'Diesen Aussteller überwachen, oder „issuer“ im Discovery-Dokument richtigstellen.',
  'finding.document-part':
    'Es nennt {total} Schlüssel, mehr als hier überwacht werden: Das sind die {number}, die zuerst enden.',
  'advice.document-part': 'Die Dokumente derer, auf die es ankommt, für sich überwachen.',
  'finding.document-early': '„{subject}“ gilt nicht vor {date}.',
  'advice.document-early': 'Erst von da an verwenden.',

  'fixed.document-expired': 'Behoben bei {target}: Das Dokument wurde neu veröffentlicht.',
  'fixed.document-expiring': 'Behoben bei {target}: Das Dokument wurde neu veröffentlicht.',
  'fixed.private-key': 'Behoben bei {target}: Es veröffentlicht keinen privaten Schlüssel mehr.',
  'fixed.key-mismatch': 'Behoben bei {target}: Zertifikate und Schlüssel gehören zusammen.',
  'fixed.wrong-thumbprint': 'Behoben bei {target}: Die Fingerabdrücke sind die der Zertifikate.',
  'fixed.unreadable-key': 'Behoben bei {target}: Alle Schlüssel sind lesbar.',
  'fixed.untrusted-server': 'Behoben bei {target}: Clients vertrauen dem Server, von dem es kommt.',
  'fixed.issuer-mismatch': 'Behoben bei {target}: Das Discovery-Dokument ist das des Ausstellers.',
  'fixed.document-part': 'Behoben bei {target}: Alles, was es nennt, wird überwacht.',

  'condition.document-expired': 'Dokument abgelaufen',
  'condition.document-expiring': 'Dokument endet bald',
  'condition.private-key': 'veröffentlicht privaten Schlüssel',
  'condition.key-mismatch': 'Zertifikat eines anderen Schlüssels',
  'condition.wrong-thumbprint': 'falscher Fingerabdruck',
  'condition.unreadable-key': 'unlesbarer Schlüssel',
  'condition.untrusted-server': 'Server nicht vertraut',
  'condition.issuer-mismatch': 'anderer Aussteller',
  'condition.gone': 'nicht mehr aufgeführt',
  'condition.document-part': 'zum Teil überwacht',

  'failure.http':
    '{status, select, 401 {der Server verlangt eine Anmeldung (HTTP 401); solche Dokumente sind öffentlich} 403 {der Server verweigert es (HTTP 403)} 404 {unter dieser Adresse ist nichts (HTTP 404)} 429 {der Server will seltener gefragt werden (HTTP 429)} other {der Server antwortet HTTP {status}}}',
  'failure.document':
    '{detail, select, large {das Dokument ist größer als 5 MB} slow {das Dokument kam nicht rechtzeitig} redirects {der Server schickt von einer Adresse zur nächsten} plain {der Server schickt an eine Adresse ohne https} encoded {der Server schickt es gepackt, obwohl nicht darum gebeten wurde} json {was kam, ist kein JSON} dtd {es hat eine DTD, die nie gelesen wird} xml {was kam, ist kein wohlgeformtes XML} saml {was kam, sind keine SAML-Metadaten} keyset {was kam, ist keine Schlüsselliste (JWKS), und kein Discovery-Dokument führt zu einer} empty {es nennt keinen Schlüssel} address {das Discovery-Dokument nennt keine https-Adresse einer Schlüsselliste (jwks_uri)} broken {die Verbindung brach ab} other {was kam, ist nicht lesbar}}',

  'key.last-known':
    '{key}, {state, select, endless {ohne Ende} undated {dessen Ende kein Datum ist} expired {endete {date}} other {endet {date}}}',
  'key.label.id': 'Kennung',
  'key.over': 'Wer ihn veröffentlicht, hat ihm ein Ende gesetzt.',
  'key.todo':
    'Den nächsten daneben veröffentlichen, allen mit einer Kopie Zeit geben, ihn zu übernehmen, dann den neuen verwenden.',
  'key.title.replaced': '{target} nennt einen anderen Schlüssel',
  'key.lead.renewed': '{left, select, none {} other {Noch {left}; }}er ist {key} und steht an der Stelle des vorigen.',
  'key.renewed':
    '{target} nennt einen anderen Schlüssel ({key}) an der Stelle des bisherigen{state, select, endless {} undated {} expired {, der am {date} endete ({when})} other {, der am {date} endet ({when})}}',
  'key.label.spki': 'SPKI',
  'key.event.renew': 'Schlüssel ersetzen: {target} (endet {date})',
  'key.event.expiry': 'Schlüssel endet {date}: {target}',
  'key.event.renew.what':
    'Jetzt den nächsten Schlüssel neben diesem veröffentlichen, damit andere ihn kennen, bevor er verwendet wird.',
  'key.event.expiry.what': 'Der Schlüssel endet an diesem Tag. Von da an muss der nächste in Gebrauch sein.',
  'key.event.key': 'Schlüssel: {key}{name, select, none {} other { ({name})}}',

  'document.event.renew.what':
    'Jetzt den Nachfolger dieses Zertifikats besorgen und in jedem Dokument unten daneben veröffentlichen. Wenn alle mit einer Kopie Zeit hatten, ihn zu übernehmen: ihn verwenden und dieses herausnehmen.',
  'document.event.expiry.what':
    'Von jetzt an lehnt dieses Zertifikat ab, wer sein Ende prüft. Ist es noch in Gebrauch, jetzt ersetzen.',
  'document.event.listed': 'Genannt von: {targets}',
  'document.event.verdict': 'Was daran nicht stimmt: {findings}',

  'renew.document.guess':
    '{target} ist ein Dokument, in dem es steht: Mit den Schlüsseln darin prüfen andere Signaturen, und viele behalten eine Kopie.',
  'renew.document.do': 'Den Nachfolger dort erzeugen, wo der Dienst seine Schlüssel hält, und daneben veröffentlichen.',
  'renew.document.use':
    'Warten, bis alle mit einer Kopie ihn übernommen haben; ihn denen von Hand geben, die das Dokument nicht lesen.',
  'renew.document.out':
    'Dann mit dem neuen signieren und das alte herausnehmen, sobald nichts mehr gilt, was es signiert hat.',
  'renew.document.see': 'Nachsehen, was dann darin steht:',

  'label.also': 'Auch hier',
  'show.also-key': '{target} (ein anderes Zertifikat desselben Schlüssels)',
};
