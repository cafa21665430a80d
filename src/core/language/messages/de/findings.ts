import type { findings as english } from '../en/findings.ts';

export const findings: Record<keyof typeof english, string> = {
  'finding.not-yet-valid': 'Das Zertifikat ist erst ab {date} gültig.',
  'advice.not-yet-valid': 'Die Uhr des ausstellenden Rechners prüfen oder den Beginn der Gültigkeit abwarten.',
  'finding.wrong-name': 'Das Zertifikat nennt {asked} nicht: Es gilt für {names}.',
  'finding.no-name': 'Das Zertifikat nennt {asked} nicht: Es nennt überhaupt keinen Host.',
  'finding.common-name':
    'Das Zertifikat nennt {asked} nur als Common Name, den Clients nicht mehr lesen; es hat keine Subject Alternative Names.',
  'finding.near-name':
    '{how, select, address {Das Zertifikat nennt die Adresse {asked} als DNS-Namen; Clients suchen eine Adresse unter den IP-Adressen eines Zertifikats.} raw {Das Zertifikat nennt {name} mit Buchstaben außerhalb von ASCII; Clients suchen {asked}.} read {Das Zertifikat nennt {asked}, aber Clients können seine Namen nicht lesen.} top {Das Zertifikat nennt {name}, einen Platzhalter direkt unter einer Top-Level-Domain; Browser und die meisten anderen Clients lassen ihn nicht für {asked} gelten.} other {Das Zertifikat nennt „{name}“, was nicht genau {asked} ist; deshalb gilt es Clients nicht dafür.}}',
  'advice.near-name':
    '{how, select, address {Ein Zertifikat mit {asked} als IP-Adresse unter den Subject Alternative Names besorgen.} other {Ein Zertifikat besorgen, dessen Subject Alternative Names {asked} enthalten, genau so geschrieben.}}',
  'advice.wrong-name': 'Ein Zertifikat installieren, dessen Subject Alternative Names {asked} enthalten.',
  'finding.self-signed':
    'Das Zertifikat ist selbstsigniert: Keine Zertifizierungsstelle bürgt dafür, und Clients lehnen es ab.',
  'advice.self-signed':
    'Ein Zertifikat einer Zertifizierungsstelle installieren, der die Clients vertrauen. Soll es so sein, stattdessen „trust add“ mit diesem Zertifikat eingeben.',
  'finding.private-ca': 'Die Kette endet bei „{authority}“, einer Zertifizierungsstelle, der hier nicht vertraut wird.',
  'advice.private-ca':
    'Handelt es sich um die eigene Zertifizierungsstelle, „trust add“ mit deren Stammzertifikat (PEM) eingeben oder es dem Bot für alle geben (PROBE_CA_FILE).',
  'finding.expired-issuer':
    'Ein Aussteller in der Kette, „{issuer}“, ist am {date} abgelaufen; deshalb lässt sich die Kette nicht verifizieren.',
  'finding.early-valid-issuer':
    'Ein Aussteller in der Kette, „{issuer}“, ist erst ab {date} gültig; deshalb lässt sich die Kette nicht verifizieren.',
  'finding.expired-issuer-unknown':
    'Ein Aussteller in der Kette ist abgelaufen oder noch nicht gültig; deshalb lässt sich die Kette nicht verifizieren.',
  'advice.expired-issuer': 'Die aktuellen Zwischenzertifikate der Zertifizierungsstelle installieren.',
  'finding.incomplete-chain':
    'Die Kette ist unvollständig: Der Server sendet „{issuer}“, den Aussteller von „{subject}“, nicht mit, und der Bot kennt ihn nicht.',
  'finding.incomplete-fetched':
    'Die Kette ist unvollständig: Der Server sendet {missing} nicht mit; das wird über „{subject}“ gebraucht. Manche Clients laden es selbst nach, andere lehnen die Verbindung ab.',
  'advice.incomplete-chain':
    'Den Server so konfigurieren, dass er auch die Zwischenzertifikate sendet (oft eine Datei namens fullchain).',
  'advice.unknown-issuer':
    'Den Server so konfigurieren, dass er auch die Zwischenzertifikate sendet (oft eine Datei namens fullchain). Ist es eine eigene Zertifizierungsstelle, stattdessen „trust add“ mit ihrem Stammzertifikat eingeben.',
  'finding.undated-issuer':
    'Die Gültigkeit eines Ausstellers in der Kette, „{issuer}“, ist kein Datum; deshalb lässt sich die Kette nicht verifizieren.',
  'finding.no-date': 'Das Gültigkeitsende des Zertifikats ist kein Datum; deshalb lehnen Clients es ab.',
  'finding.no-date-begin': 'Der Gültigkeitsbeginn des Zertifikats ist kein Datum; deshalb lehnen Clients es ab.',
  'advice.no-date':
    'Ein neues Zertifikat besorgen und es der ausstellenden Stelle melden: Solange kein Datum darin steht, kann an nichts erinnert werden.',
  'finding.never-valid': 'Das Zertifikat ist nie gültig: Es endet ({end}), bevor es beginnt ({begin}).',
  'advice.never-valid': 'Ein neues Zertifikat besorgen; die ausstellende Stelle hat die Daten vertauscht.',
  'finding.key-usage':
    'Die Schlüsselverwendung (Key Usage) des Zertifikats erlaubt keine digitalen Signaturen ({usage}), die Browser von jedem Server verlangen.',
  'advice.key-usage': 'Ein Zertifikat besorgen, dessen Key Usage digitalSignature enthält.',
  'finding.no-staple':
    'Das Zertifikat verlangt, dass der Server eine OCSP-Antwort mitsendet (must-staple), und der Server tut das nicht; Firefox und andere Clients lehnen es dann ab.',
  'advice.no-staple': 'OCSP-Stapling auf dem Server einschalten oder ein Zertifikat ohne must-staple besorgen.',
  'finding.leaf-is-ca':
    'Das Zertifikat ist das einer Zertifizierungsstelle (CA:TRUE) und dient als das eines Servers; Firefox und andere strenge Clients lehnen es ab.',
  'advice.leaf-is-ca': 'Für den Server ein Zertifikat besorgen, das keine Zertifizierungsstelle ist (CA:FALSE).',
  'finding.wrong-purpose':
    'Das Zertifikat ist nicht für Server gedacht: Seine erweiterte Schlüsselverwendung {purposes, select, none {enthält serverAuth nicht} other {ist {purposes}, ohne serverAuth}}.',
  'finding.wrong-purpose-issuer':
    '„{issuer}“ darüber in der Kette ist nicht dafür gedacht, für Server auszustellen: Die erweiterte Schlüsselverwendung ist {purposes}, ohne serverAuth.',
  'advice.wrong-purpose':
    'Ein Zertifikat für TLS-Server besorgen, mit serverAuth in der erweiterten Schlüsselverwendung.',
  'finding.other-key':
    '„{subject}“ nennt „{issuer}“ als Aussteller, ist aber nicht mit dem Schlüssel signiert, den das mitgesendete oder hier bekannte Zertifikat „{issuer}“ hat.',
  'advice.other-key':
    'Die installierte Kette mit der vergleichen, die die Zertifizierungsstelle ausliefert. Wurde die Zertifizierungsstelle unter ihrem alten Namen neu eingerichtet, muss ihr neues Zertifikat anstelle des alten als vertrauenswürdig gelten.',
  'finding.repeated-extension':
    '{issuer, select, none {Das Zertifikat} other {„{issuer}“ darüber in der Kette}} hat {what, select, subjectAltName {seine Subject Alternative Names} other {die Erweiterung {what}}} zweimal; jede darf einmal vorkommen (RFC 5280), und Clients lehnen es ab{what, select, subjectAltName { oder finden keinen Namen darin} other {}}.',
  'advice.repeated-extension': 'Ein Zertifikat mit allen Namen in einer Liste von Subject Alternative Names besorgen.',
  'finding.critical-extension':
    '{issuer, select, none {Das Zertifikat} other {„{issuer}“ darüber in der Kette}} hat eine Erweiterung, die Clients verstehen müssen und nicht kennen ({what}, kritisch); deshalb lehnen sie es ab.',
  'advice.critical-extension':
    'Ein Zertifikat ohne diese Erweiterung besorgen oder eines, in dem sie nicht kritisch ist.',
  'finding.unreadable-extension':
    '{issuer, select, none {Das Zertifikat} other {„{issuer}“ darüber in der Kette}} hat eine Erweiterung, die sich nicht lesen lässt ({what}); deshalb lehnen Clients es ab.',
  'advice.unreadable-extension': 'Ein neues Zertifikat besorgen und es der ausstellenden Stelle melden.',
  'finding.raw-name':
    'Das Zertifikat hat einen Namen, der nicht geschrieben ist, wie DNS ihn hat, sondern mit Buchstaben außerhalb von ASCII statt „xn--…“; Clients lehnen es ab oder finden den Namen nicht.',
  'advice.raw-name': 'Ein Zertifikat besorgen, das solche Namen in ihrer ASCII-Form (xn--…) enthält.',
  'finding.name-constraint':
    '„{issuer}“ darüber in der Kette darf nicht für {name} ausstellen: Die Name Constraints erlauben es nicht; deshalb lehnen Clients das Zertifikat ab.',
  'advice.name-constraint':
    'Ein Zertifikat ohne diesen Namen besorgen oder eines von einer Zertifizierungsstelle, die dafür ausstellen darf.',
  'finding.path-length':
    '„{issuer}“ in der Kette darf nicht so viele Zertifizierungsstellen unter sich haben (Pfadlänge); deshalb lehnen Clients das Zertifikat ab.',
  'advice.path-length':
    'Ein Zertifikat von einer Zertifizierungsstelle direkt darunter besorgen; den Betreibern Bescheid geben.',
  'finding.issuer-no-ca':
    '„{issuer}“ hat „{subject}“ ausgestellt und ist keine Zertifizierungsstelle, die das darf (CA:TRUE fehlt); deshalb lehnen Clients das Zertifikat ab.',
  'advice.issuer-no-ca':
    'Ein Zertifikat von einer Zertifizierungsstelle besorgen; mit dem eines Servers lassen sich keine anderen ausstellen.',
  'finding.revoked':
    '{whose, select, leaf {Das Zertifikat} other {„{subject}“ über dem Zertifikat in der Kette}} wurde {dated, select, yes {am {date} } other {}}widerrufen{reason, select, none {} other { ({reason})}}.',
  'advice.revoked':
    'Ein neues Zertifikat mit neuem Schlüssel besorgen und sofort installieren; herausfinden, wer dieses widerrufen hat und warum.',
  'finding.weak-key': 'Der Schlüssel von „{subject}“ ist zu schwach ({key}).',
  'advice.weak-key': 'Ein Zertifikat mit neuem Schlüssel besorgen: RSA mit mindestens 2048 Bit oder EC P-256.',
  'finding.weak-signature': '„{subject}“ ist mit einem Verfahren signiert, das sich fälschen lässt ({signature}).',
  'advice.weak-signature':
    'Ein Zertifikat besorgen, das mit SHA-256 oder besser signiert ist; Clients lehnen dieses ab.',
  'finding.old-protocol':
    'Der Server spricht höchstens {protocol}, das 2021 zurückgezogen wurde (RFC 8996); aktuelle Browser lehnen es ab.',
  'advice.old-protocol': 'Auf dem Server TLS 1.2 und TLS 1.3 einschalten und ältere Versionen abschalten.',
  'finding.rare-tls':
    'Der Server ist nur {kind, select, recent {mit dem Schlüsselaustausch {name} erreichbar, den Clients aus der Zeit vor 2025 nicht anbieten} key {für Clients erreichbar, die seine Art von Schlüssel ({name}) akzeptieren; Browser und die meisten anderen Clients lehnen sie ab} suite {mit der Cipher-Suite {name} erreichbar, die Browser und die meisten anderen Clients nicht anbieten} group {mit dem Schlüsselaustausch {name} erreichbar, den Browser und die meisten anderen Clients nicht anbieten} version {für Clients erreichbar, die kein TLS 1.3 anbieten: Bei allen anderen bricht er ab} other {mit Signaturen erreichbar, die Browser und die meisten anderen Clients nicht akzeptieren}}.',
  'advice.rare-tls':
    '{kind, select, recent {Auf dem Server auch X25519 und P-256 zulassen, sofern ältere Clients nicht ausgeschlossen werden sollen.} key {Ein Zertifikat mit einem Schlüssel besorgen, den alle Clients akzeptieren: RSA mit mindestens 2048 Bit oder EC P-256.} suite {Auf dem Server auch Suiten mit AES-GCM oder ChaCha20-Poly1305 zulassen.} group {Auf dem Server auch X25519 und P-256 zulassen.} version {Den Server oder das Gerät davor aktualisieren: Eine Version, die er nicht kennt, darf ihn nicht abbrechen lassen.} other {Auf dem Server auch Signaturen mit SHA-256 zulassen.}}',
  'finding.wrong-order': 'Die Zertifikate der Kette werden in falscher Reihenfolge gesendet.',
  'advice.wrong-order':
    'Zuerst das Zertifikat selbst, dann jeden Aussteller nach dem, was er ausgestellt hat; strenge Clients scheitern sonst.',
  'finding.early-issuer':
    '„{issuer}“ in der Kette läuft am {date} ab, vor dem Zertifikat selbst ({leaf}); von da an lässt sich die Kette nicht mehr verifizieren.',
  'advice.early-issuer':
    'Vor diesem Tag das neuere Zwischenzertifikat der Zertifizierungsstelle installieren oder früher erneuern.',
  'finding.long-lifetime':
    'Das Zertifikat gilt {days} Tage; öffentlichen Zertifizierungsstellen waren für am {date} ausgestellte höchstens {allowed} erlaubt, und Clients können es ablehnen.',
  'advice.long-lifetime': 'Erneuern; die Zertifizierungsstelle fragen, warum es so lange gilt.',
  'finding.endless-lifetime':
    'Das Zertifikat gilt mehr als {years} Jahre; öffentlichen Zertifizierungsstellen waren für am {date} ausgestellte höchstens {allowed} Tage erlaubt, und Clients können es ablehnen.',
  'finding.alt-leaf': 'Sein {key}-Zertifikat: {sentence}',
  'finding.broken-off':
    'Der Server zeigt dieses Zertifikat, aber kein Client kann sich verbinden: Er bricht den Handshake ab{said, select, none {} other { ({said})}}.',
  'advice.broken-off':
    'Im Protokoll des Servers nachsehen; oft gehört der Schlüssel nicht zum Zertifikat, oder die Software kann damit nicht signieren.',
  'finding.no-starttls':
    'Der Server antwortet, bietet aber kein TLS an ({protocol} ohne STARTTLS): Was an ihn gesendet wird, kann unterwegs mitgelesen werden.',
  'advice.no-starttls':
    'Auf dem Server ein Zertifikat und STARTTLS einrichten oder den Port überwachen, auf dem er TLS spricht.',
  'finding.injected':
    'Der Server hat zwischen seiner Zusage und TLS Bytes gesendet. Jemand dazwischen kann sie eingeschleust haben (CVE-2011-0411), deshalb wurde die Verbindung abgelehnt.',
  'advice.injected': 'Den Server oder das Gerät davor aktualisieren; prüfen, wer den Verkehr unterwegs verändern kann.',
  'finding.downgraded': '{target}: Es wird jetzt {protocol} gesprochen, zuvor {before}.',
  'finding.downgraded-some': '{target}: Auf {addresses} wird jetzt {protocol} gesprochen, zuvor {before}.',
  'advice.downgraded': 'Falls das nicht beabsichtigt ist, prüfen, was sich am Server oder davor geändert hat.',
  'finding.untrusted': 'Die Kette lässt sich nicht verifizieren ({reason}).',
  'finding.untrusted-unnamed':
    'Die Kette lässt sich nicht verifizieren, aus einem Grund, den der Bot nicht benennen kann.',
  'advice.untrusted': 'Die installierte Kette mit der vergleichen, die die Zertifizierungsstelle ausliefert.',

  'finding.about': '{target}: {sentence}',
  'finding.unreachable': '{target} ist nicht erreichbar: {reason}.',
  'advice.unreachable':
    'Die Erinnerungen bleiben, wie sie sind. Der Bot versucht es weiter und meldet, wenn das Ziel wieder erreichbar ist.',
  'finding.address': '{target}: Eine der Adressen, {address}, antwortet nicht mehr: {reason}.',
  'advice.address': 'Die übrigen Adressen antworten noch; die genannte überprüfen.',
  'finding.partly-renewed':
    '{target} ist nur teilweise erneuert: {renewed} von {total} erneuert, {holders} {held, plural, one {liefert} other {liefern}} noch das Zertifikat aus, {state, select, expired {das am {date} abgelaufen ist} endless {das kein festgelegtes Ende hat} undated {dessen Gültigkeitsende kein Datum ist} other {das am {date} abläuft}}.',
  'advice.partly-renewed':
    'Das neue Zertifikat auch dort installieren oder den Dienst, der es ausliefert, neu starten.',
  'finding.different-certificates':
    '{target}: Die Adressen liefern {number} verschiedene Zertifikate aus; {state, select, expired {das von {holders} ist am {date} abgelaufen} endless {das von {holders} hat kein festgelegtes Ende} undated {das von {holders} hat ein Gültigkeitsende, das kein Datum ist} other {zuerst, am {date}, läuft das von {holders} ab}}.',
  'advice.different-certificates':
    'Falls das nicht beabsichtigt ist, überprüfen, welcher Dienst hinter den abweichenden Adressen steht.',
  'finding.alternating':
    '{target} liefert zu verschiedenen Zeiten verschiedene Zertifikate aus: {number, plural, one {jetzt wieder ein früheres, das} other {bisher #, von denen das erste}} am {date} {state, select, expired {abgelaufen ist} other {abläuft}}.',
  'finding.alternating-event':
    '{target} liefert zu verschiedenen Zeiten verschiedene Zertifikate aus; Daten und Erinnerungen richten sich nach dem, das zuerst abläuft.',
  'advice.alternating':
    'Falls niemand ein neues Zertifikat zurückgenommen hat, antworten wahrscheinlich mehrere Server hinter einer Adresse: den mit dem anderen Zertifikat suchen. Daten und Erinnerungen richten sich nach dem Zertifikat, das zuerst abläuft.',

  'fixed.unreachable': '{target} ist wieder erreichbar.',
  'fixed.address': 'Behoben auf {target}: {address} antwortet wieder oder steht nicht mehr im DNS.',
  'fixed.mixed': 'Behoben auf {target}: Alle Adressen, die antworten, liefern dasselbe Zertifikat aus.',
  'fixed.broken-off': 'Behoben auf {target}: Clients können sich wieder verbinden.',
  'fixed.alternating': 'Beruhigt auf {target}: Seit einiger Zeit wird dasselbe Zertifikat ausgeliefert.',
  'fixed.not-yet-valid': 'Behoben auf {target}: Das Zertifikat ist jetzt gültig.',
  'fixed.wrong-name': 'Behoben auf {target}: Das Zertifikat nennt den Host wieder.',
  'fixed.self-signed':
    'Behoben auf {target}: Es wird kein selbstsigniertes Zertifikat mehr ausgeliefert, dem hier nicht vertraut wird.',
  'fixed.private-ca':
    'Behoben auf {target}: Die Kette endet nicht mehr bei einer Zertifizierungsstelle, der hier nicht vertraut wird.',
  'fixed.incomplete-chain': 'Behoben auf {target}: Die Kette ist wieder vollständig.',
  'fixed.expired-issuer':
    'Behoben auf {target}: Die Kette scheitert nicht mehr an einem Aussteller außerhalb seiner Gültigkeit.',
  'fixed.no-date': 'Behoben auf {target}: Die Gültigkeit des Zertifikats hat Daten.',
  'fixed.never-valid': 'Behoben auf {target}: Das Zertifikat endet nicht mehr, bevor es beginnt.',
  'fixed.key-usage': 'Behoben auf {target}: Die Schlüsselverwendung des Zertifikats erlaubt Signaturen.',
  'fixed.no-staple': 'Behoben auf {target}: Der Server sendet eine OCSP-Antwort mit oder muss es nicht mehr.',
  'fixed.leaf-is-ca': 'Behoben auf {target}: Das Zertifikat ist nicht mehr das einer Zertifizierungsstelle.',
  'fixed.wrong-purpose': 'Behoben auf {target}: Das Zertifikat ist für Server gedacht.',
  'fixed.repeated-extension': 'Behoben auf {target}: Keine Erweiterung kommt in einem Zertifikat mehr zweimal vor.',
  'fixed.critical-extension': 'Behoben auf {target}: Clients verstehen jede Erweiterung, die sie verstehen müssen.',
  'fixed.unreadable-extension': 'Behoben auf {target}: Jede Erweiterung lässt sich lesen.',
  'fixed.raw-name': 'Behoben auf {target}: Alle Namen des Zertifikats sind geschrieben, wie DNS sie hat.',
  'fixed.name-constraint':
    'Behoben auf {target}: Die Zertifizierungsstellen der Kette dürfen für die Namen des Zertifikats ausstellen.',
  'fixed.path-length': 'Behoben auf {target}: Keine Zertifizierungsstelle hat mehr unter sich, als sie darf.',
  'fixed.issuer-no-ca': 'Behoben auf {target}: Eine Zertifizierungsstelle hat das Zertifikat ausgestellt.',
  'fixed.revoked': 'Behoben auf {target}: Kein Zertifikat der Kette ist mehr widerrufen.',
  'fixed.weak-key': 'Behoben auf {target}: Der Schlüssel ist jetzt stark genug.',
  'fixed.weak-signature': 'Behoben auf {target}: Keine Signatur der Kette lässt sich mehr fälschen.',
  'fixed.old-protocol': 'Behoben auf {target}: Der Server spricht wieder TLS 1.2 oder neuer.',
  'fixed.rare-tls': 'Behoben auf {target}: Gewöhnliche Clients erreichen den Server wieder.',
  'fixed.wrong-order': 'Behoben auf {target}: Die Kette wird in der richtigen Reihenfolge gesendet.',
  'fixed.early-issuer': 'Behoben auf {target}: Kein Aussteller der Kette läuft mehr vor dem Zertifikat ab.',
  'fixed.long-lifetime': 'Behoben auf {target}: Das Zertifikat gilt nicht länger als erlaubt.',
  'fixed.no-starttls': 'Behoben auf {target}: Der Server bietet wieder TLS an.',
  'fixed.injected': 'Behoben auf {target}: Vor TLS kommt nichts mehr.',
  'fixed.downgraded': 'Behoben auf {target}: Es wird wieder die neuere TLS-Version gesprochen.',
  'fixed.untrusted': 'Behoben auf {target}: Die Kette scheitert nicht mehr wie zuvor.',
  'fixed.other': 'Behoben auf {target}: {finding}.',

  'alert.renewed':
    '{target} wurde erneuert: Das neue Zertifikat {state, select, expired {ist am {date} abgelaufen ({when})} endless {hat kein festgelegtes Ende} undated {hat ein Gültigkeitsende, das kein Datum ist} other {läuft am {date} ab ({when})}}, ausgestellt von {issuer}',
  'alert.replaced':
    '{target} liefert ein anderes Zertifikat aus{state, select, undated {} other {, das nicht später abläuft als das alte}}: Das neue Zertifikat {state, select, expired {ist am {date} abgelaufen ({when})} endless {hat kein festgelegtes Ende} undated {hat ein Gültigkeitsende, das kein Datum ist} other {läuft am {date} ab ({when})}}, ausgestellt von {issuer}',
  'alert.lost-names.advice': 'Falls sie noch benutzt werden, ein Zertifikat mit allen Namen besorgen und installieren.',
  'alert.lost-uses.advice': 'Falls etwas das braucht, ein Zertifikat besorgen, das es erlaubt, und installieren.',
  'alert.lost-uses.client':
    'Falls es sich mit diesem Zertifikat bei anderen Servern anmeldet (mTLS), braucht es dafür ein anderes. Sonst ist nichts zu tun.',
};
