import type { renewal as english } from '../en/renewal.ts';

export const renewal: Record<keyof typeof english, string> = {
  'help.renew': 'wie es erneuert wird: Schritte je nach Aussteller und Dienst, mit den Befehlen dazu',
  'button.renew': 'So wird erneuert',
  'renew.title': 'So wird {target} erneuert',
  'renew.unknown':
    'Noch ist nicht bekannt, was {target} ausliefert, also auch nicht, wie es erneuert wird. Zuerst `check {target}` eingeben.',
  'renew.which.title': 'Welches?',
  'renew.which': 'Bitte dazuschreiben, was erneuert werden soll, etwa `renew example.com`.',
  'renew.one': 'Bitte eins nach dem anderen: `renew` mit einem Ziel eingeben.',
  'renew.footnote':
    'Soweit ich es aus dem Namen des Ausstellers und dem Port erraten kann. Was auf dem Server läuft, sehe ich nicht. Die Befehle sind für Linux, wo nichts anderes dabeisteht.',
  'renew.step.renew': 'Erneuern',
  'renew.step.install': 'Einspielen und neu laden',
  'renew.step.see': 'Nachsehen, ob es geklappt hat',
  'renew.step.next': 'Beim nächsten Mal',

  'renew.guess.acme':
    '{name} hat es ausgestellt. Vermutlich holt es ein ACME-Client auf dem Server und {due, select, yes {hätte es inzwischen von selbst erneuern sollen} other {erneuert es rechtzeitig von selbst}}.',
  'renew.guess.portal':
    '{name} hat es ausgestellt. Vermutlich hat es jemand bestellt, und von selbst erneuert es sich nicht.',
  'renew.guess.public':
    '„{issuer}“ hat es ausgestellt, eine Stelle, der Browser vertrauen. Wer es dort bestellt hat, erneuert es auch, falls nicht ein ACME-Client auf dem Server das tut.',
  'renew.guess.amazon':
    'Amazon hat es ausgestellt. Vermutlich erneuert es der AWS Certificate Manager von selbst, solange er die Domain prüfen kann.',
  'renew.guess.azure': 'Microsoft hat es ausgestellt. Vermutlich erneuert Azure es von selbst.',
  'renew.guess.cloudflare': 'Cloudflare hat es für das eigene Netz ausgestellt und erneuert es vermutlich von selbst.',
  'renew.guess.google':
    '{name} hat es ausgestellt. Vermutlich erneuert es Google Cloud oder Cloudflare von selbst, oder ein ACME-Client auf dem Server.',
  'renew.guess.origin':
    'Die Origin CA von Cloudflare hat es ausgestellt: Es stammt aus dem Dashboard, nur Cloudflare vertraut ihm, und von selbst erneuert es sich nicht.',
  'renew.guess.private':
    '„{issuer}“ hat es ausgestellt. Eine öffentliche Stelle dieses Namens kenne ich nicht, vermutlich ist es eine eigene. Wer sie betreibt, erneuert es.',
  'renew.guess.adcs':
    '„{issuer}“ hat es ausgestellt. Der Name sieht nach den Active-Directory-Zertifikatdiensten aus, also vermutlich nach dem eigenen Windows-Team.',
  'renew.guess.ipa':
    '„{issuer}“ hat es ausgestellt. Der Name sieht nach FreeIPA aus. Vermutlich erneuert es certmonger auf dem Server von selbst.',
  'renew.guess.step': '„{issuer}“ hat es ausgestellt, vermutlich die eigene step-ca.',
  'renew.guess.vault': '„{issuer}“ hat es ausgestellt, vermutlich der eigene HashiCorp Vault.',
  'renew.guess.kubernetes': '„{issuer}“ hat es ausgestellt, vermutlich ein Kubernetes-Cluster für sich selbst.',
  'renew.guess.proxmox': '„{issuer}“ hat es ausgestellt, ein Proxmox-VE-Cluster für sich selbst.',
  'renew.guess.caddy':
    '„{issuer}“ hat es ausgestellt, die eigene Stelle von Caddy. Solange Caddy läuft, erneuert es sich von selbst.',
  'renew.guess.mkcert': '„{issuer}“ hat es ausgestellt: mkcert, das für Entwicklungsrechner da ist.',
  'renew.guess.self-signed': 'Niemand hat es ausgestellt: Es ist selbst signiert.',
  'renew.guess.stand-in':
    '{name} liefert seinen Ersatz aus: Für diesen Namen hat es kein eigenes Zertifikat gefunden. Zu erneuern gibt es da nichts.',

  'renew.do.acme': 'Auf dem Server den Client laufen lassen, der es geholt hat:',
  'renew.do.portal':
    'Neuen Schlüssel und Antrag erzeugen, die Erneuerung bei {name} bestellen ({portal}, oder wo es gekauft wurde) und dort die Domain nachweisen:',
  'renew.do.public': 'Neuen Schlüssel und Antrag erzeugen und die Erneuerung bestellen, wo es gekauft wurde:',
  'renew.do.amazon':
    'In AWS nachsehen, ob etwas die Erneuerung verhindert: Meist fehlt der CNAME-Eintrag für die Prüfung, oder es wurde importiert und muss neu importiert werden:',
  'renew.do.azure':
    'In Azure nachsehen, ob etwas die Erneuerung verhindert: Meist fehlt der DNS-Eintrag oder der Zugriff auf den Tresor:',
  'renew.do.cloudflare':
    'Im Dashboard unter SSL/TLS → Edge Certificates nachsehen: Dort stünde, was die Erneuerung verhindert, meist ein DNS-Eintrag oder ein CAA-Eintrag, in dem die Stelle fehlt.',
  'renew.do.google':
    'In Google Cloud, im Dashboard von Cloudflare (SSL/TLS → Edge Certificates) oder auf dem Server nachsehen, was es erneuert:',
  'renew.do.origin':
    'Im Dashboard unter SSL/TLS → Origin Server → Create Certificate ein neues anlegen und Zertifikat und Schlüssel von dort nehmen.',
  'renew.do.private': 'Neuen Schlüssel und Antrag erzeugen und von der Stelle signieren lassen:',
  'renew.do.adcs':
    'Auf dem Windows-Server (certlm.msc → Eigene Zertifikate → Erneuern) oder mit einem Antrag an die Stelle:',
  'renew.do.ipa': 'Auf dem Server certmonger es neu holen oder einen Antrag signieren lassen:',
  'renew.do.step': 'Auf dem Server, bevor es abläuft:',
  'renew.do.vault': 'Ein neues samt Schlüssel ausstellen lassen:',
  'renew.do.kubernetes': 'Auf einem Knoten der Steuerungsebene, danach die Steuerungsebene neu starten:',
  'renew.do.proxmox': 'Auf einem Knoten des Clusters:',
  'renew.do.caddy': 'Im Log nachsehen, ob Caddy es erneuert:',
  'renew.do.mkcert': 'Auf diesem Rechner:',
  'renew.do.self-signed': 'Ein neues samt Schlüssel erzeugen (oder besser: eine Stelle es ausstellen lassen):',
  'renew.do.stand-in':
    '{name} ein Zertifikat für diesen Namen geben oder in seinem Log nachsehen, warum es das vorhandene nicht lesen konnte.',

  'renew.install':
    'Es dorthin legen, wo {services} es {kinds, plural, one {liest} other {lesen}}{number, plural, one {} =2 {, auf beiden Endpunkten} other {, auf allen {number} Endpunkten}}, und neu laden, was dort läuft:',
  'renew.install.fetched':
    'Neu laden, damit {services} es {kinds, plural, one {liest} other {lesen}}{number, plural, one {} =2 {, auf beiden Endpunkten} other {, auf allen {number} Endpunkten}}, falls der Client das nicht tut:',
  'renew.install.unknown':
    'Es samt Kette und Schlüssel dorthin legen, wo der Dienst es liest, und den Dienst neu laden oder neu starten.',
  'renew.install.managed': 'Einzuspielen ist nichts: Was es ausliefert, nimmt das neue von selbst.',
  'renew.service.web': 'der Webserver',
  'renew.service.java': 'der Anwendungsserver',
  'renew.service.smtp': 'der Mailserver (SMTP)',
  'renew.service.mailbox': 'der Postfachserver (IMAP, POP3)',
  'renew.service.ldap': 'das Verzeichnis (LDAP)',
  'renew.service.mysql': 'MySQL oder MariaDB',
  'renew.service.ftp': 'der FTP-Server',
  'renew.service.xmpp': 'der XMPP-Server',
  'renew.service.irc': 'der IRC-Server',
  'renew.service.news': 'der Newsserver',
  'renew.service.rdp': 'die Remotedesktopverbindung',
  'renew.service.mqtt': 'der MQTT-Broker',
  'renew.service.amqp': 'der Message-Broker (AMQP)',
  'renew.service.kubernetes': 'die Kubernetes-API',
  'renew.service.dns': 'der DNS-Resolver',
  'renew.service.sip': 'der Telefonieserver (SIP)',
  'renew.service.turn': 'der TURN-Server',
  'renew.service.printer': 'der Druckserver',

  'renew.see': 'Nachsehen, was dann ausgeliefert wird:',
  'renew.see.here': 'hier im Chat',

  'renew.next.acme':
    '{due, select, yes {Herausfinden, warum es sich nicht von selbst erneuert hat, sonst steht das wieder an:} other {Nachsehen, ob etwas es von selbst erneuert:}}',
  'renew.next.portal':
    '{offers, select, yes {{name} gibt Zertifikate auch an ACME-Clients: Mit einem davon erneuert sich das nächste von selbst.} other {Fragen, ob die Stelle ACME anbietet: Dann erneuert sich das nächste von selbst.}}',
  'renew.next.managed':
    'Was die Erneuerung verhindert, verhindert auch die nächste: lieber das beheben als das Zertifikat.',
  'renew.next.private':
    'Fragen, ob die Stelle ACME anbietet (oder EST, SCEP): Dann erneuert sich das nächste von selbst.',
  'renew.next.self-signed':
    'Wer dem alten vertraut hat, braucht das neue. Hier geht das mit „trust add“ und dem Zertifikat.',

  'renew.date.guess':
    '{target} ist ein Datum, das jemand eingegeben hat: Ich kenne nur den Tag und sehe nicht, was dann abläuft.',
  'renew.date.do': 'Es dort erneuern, wo es gekauft oder erstellt wurde, und sich merken, bis wann das neue gilt.',
  'renew.date.see': 'Mir den neuen Tag mit demselben Namen sagen, dann wandern die Erinnerungen dorthin:',

  'clippy.stage': 'Sieht so aus, als würde dein Zertifikat bald ablaufen. Möchtest du Hilfe dabei?',
  'clippy.expired': 'Sieht so aus, als wäre dein Zertifikat abgelaufen. Möchtest du Hilfe dabei?',
  'clippy.date': 'Sieht so aus, als würde bei dir bald etwas ablaufen. Möchtest du Hilfe dabei?',
  'clippy.date-expired': 'Sieht so aus, als wäre bei dir etwas abgelaufen. Möchtest du Hilfe dabei?',
  'clippy.renewed': 'Sieht so aus, als hättest du dein Zertifikat erneuert. Gut gemacht!',
  'clippy.replaced': 'Sieht so aus, als wäre dein Zertifikat ersetzt worden. Möchtest du Hilfe dabei?',
  'clippy.date-renewed': 'Sieht so aus, als hättest du etwas erneuert. Gut gemacht!',
  'clippy.fixed': 'Sieht so aus, als würde wieder alles laufen. Gut gemacht!',
  'clippy.unreachable': 'Sieht so aus, als würde dein Server nicht antworten. Ich klopfe weiter an.',
  'clippy.finding': 'Sieht so aus, als wäre mit deinem Zertifikat etwas nicht in Ordnung. Möchtest du Hilfe dabei?',
  'clippy.gone': 'Sieht so aus, als wäre einer deiner Schlüssel verschwunden. Möchtest du Hilfe dabei?',
  'clippy.lost-names': 'Sieht so aus, als würden in deinem neuen Zertifikat Namen fehlen. Möchtest du Hilfe dabei?',
  'clippy.lost-uses': 'Sieht so aus, als könnte dein neues Zertifikat weniger als das alte. Möchtest du Hilfe dabei?',
  'settings.persona.plain': 'sachlich: Warnungen sagen, was los ist, und sonst nichts',
  'settings.persona.clippy': 'Karl Klammer: Warnungen beginnen mit „Sieht so aus, als …“',
  'settings.persona.changed': 'Von jetzt an {value}.',
  'settings.persona.wrong':
    '„{text}“ kann ich nicht sein. `settings persona clippy` oder `settings persona plain` eingeben.',
  'settings.persona.how': '„settings persona clippy“',
};
