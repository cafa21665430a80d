import type { words as english } from '../en/words.ts';

export const words: Record<keyof typeof english, string> = {
  'stage.fine': 'in Ordnung',
  'stage.notice': 'Hinweis',
  'stage.urgent': 'dringend',
  'stage.critical': 'kritisch',
  'stage.expired': 'abgelaufen',

  'failure.policy': 'die Regeln dieses Bots erlauben keine Verbindung dorthin',
  'failure.no-route': 'von hier aus nicht erreichbar: Der Bot hat keine Route zu Adressen dieser Art',
  'failure.refused': 'Verbindung abgelehnt',
  'failure.timeout': 'keine Antwort innerhalb der Frist',
  'failure.reset': 'der Server hat die Verbindung geschlossen, bevor er ein Zertifikat gezeigt hat',
  'failure.not-tls': 'es antwortet etwas, das kein TLS spricht',
  'failure.handshake': 'der TLS-Handshake ist fehlgeschlagen',
  'failure.handshake-detail': 'der TLS-Handshake ist fehlgeschlagen ({detail})',
  'failure.incompatible': 'der Server nimmt keine der TLS-Einstellungen an, die dieser Bot anbieten kann',
  'failure.incompatible-detail':
    'der Server nimmt keine der TLS-Einstellungen an, die dieser Bot anbieten kann ({detail})',
  'failure.no-starttls': 'der Server bietet auf diesem Port kein TLS an (kein STARTTLS)',
  'failure.injected':
    'der Server hat zwischen seiner Zusage und TLS Bytes gesendet, die jemand dazwischen eingeschleust haben kann',
  'failure.protocol': 'etwas hat geantwortet, spricht aber nicht das Protokoll dieses Ziels',
  'failure.protocol-detail': 'etwas hat geantwortet, spricht aber nicht das Protokoll dieses Ziels ({detail})',
  'failure.turned-away':
    'der Server spricht das Protokoll dieses Ziels, {kind, select, blocked {hat aber die Adresse dieses Bots nach abgebrochenen Verbindungen gesperrt ({detail}); „mysqladmin flush-hosts“ dort hebt das auf} denied {lässt aber von der Adresse dieses Bots keine Verbindung zu ({detail})} later {weist diesen Bot aber vorerst ab ({detail})} other {weist diesen Bot aber ab ({detail})}}',
  'failure.nameless':
    'der TLS-Handshake ist fehlgeschlagen ({detail}); ein Server mehrerer Hosts kann nach einem Hostnamen gefragt werden wollen, und eine Adresse ist keiner: hinter der Adresse „as <Name>“ eingeben',
  'failure.unknown-name':
    '{kind, select, unnamed {der Server will nach einem Hostnamen gefragt werden, und eine Adresse ist keiner (unrecognized_name): hinter der Adresse „as <Name>“ eingeben} unrecognized_name {der Server kennt den Hostnamen nicht, nach dem er gefragt wurde ({detail}): hinter dem Ziel „as <Name>“ eingeben, um nach einem anderen zu fragen} other {der Server bedient die Domain nicht, nach der er gefragt wurde ({detail}): hinter dem Ziel „as <Domain>“ eingeben}}',
  'failure.unreadable-certificate':
    'der Server sendet ein Zertifikat, das sich nicht als solches lesen lässt: Seine Bytes sind beschädigt oder entsprechen nicht dem Standard',
  'failure.oversized': 'der Server sendet mehr Zertifikate, als Clients annehmen (über 100 kB)',
  'failure.proxy': 'der Proxy wollte dorthin nicht verbinden',
  'failure.proxy-detail': 'der Proxy wollte dorthin nicht verbinden ({detail})',
  'failure.port': 'die Regeln dieses Bots erlauben keine Verbindung zu diesem Port',
  'failure.name-not-found': 'der Hostname existiert nicht im DNS',
  'failure.no-addresses': 'der Hostname existiert im DNS, hat dort aber keine Adressen (keine A- oder AAAA-Einträge)',
  'failure.alias-loop': 'die Aliasnamen (CNAME), die der Hostname im DNS hat, führen im Kreis',
  'failure.alias-not-found': 'der Hostname ist ein Alias (CNAME) von {detail}, und diesen Namen gibt es im DNS nicht',
  'failure.dns-error':
    '{detail, select, SERVFAIL {das DNS konnte den Hostnamen nicht auflösen (SERVFAIL): Meist versagen die Nameserver der Domain, oder ihre Signaturen (DNSSEC) sind falsch} REFUSED {der DNS-Server lehnt es ab, den Hostnamen aufzulösen (REFUSED)} other {der DNS-Server hat mit einem Fehler geantwortet ({detail})}}',
  'failure.resolver': 'das DNS hat nicht rechtzeitig geantwortet',
  'failure.internal': 'die Prüfung selbst ist fehlgeschlagen; sie wird wiederholt',
  'failure.none': 'keine Adresse hat geantwortet',

  'zone.words':
    '{key, select, EuropeBerlin {Berliner Zeit} EuropeVienna {Wiener Zeit} EuropeZurich {Zürcher Zeit} other {Zeit in {city}}}',
  'date.instant': '{day}, {clock} Uhr{zone}',

  'in.days': 'in {number, plural, one {{number} Tag} other {{number} Tagen}}',
  'in.hours': 'in {number, plural, one {{number} Stunde} other {{number} Stunden}}',
  'in.minutes': 'in {number, plural, one {{number} Minute} other {{number} Minuten}}',
  'in.seconds': 'in {number, plural, one {{number} Sekunde} other {{number} Sekunden}}',
  'ago.days': 'vor {number, plural, one {{number} Tag} other {{number} Tagen}}',
  'ago.hours': 'vor {number, plural, one {{number} Stunde} other {{number} Stunden}}',
  'ago.minutes': 'vor {number, plural, one {{number} Minute} other {{number} Minuten}}',
  'ago.seconds': 'vor {number, plural, one {{number} Sekunde} other {{number} Sekunden}}',
  'ago.hours.short': 'vor {number} Std.',
  'ago.minutes.short': 'vor {number} Min.',
  'ago.now': 'gerade eben',
  'in.ages': 'in mehr als {number} Jahren',
  'ago.ages': 'vor mehr als {number} Jahren',
  'end.endless': 'kein festgelegtes Ende',
  'end.undated': 'kein Datum',

  expiry:
    '{state, select, expired {ist am {date} abgelaufen ({when})} endless {hat kein festgelegtes Ende} undated {hat ein Gültigkeitsende, das kein Datum ist} other {läuft am {date} ab ({when})}}',

  'list.and': '{items} und {last}',
  'list.more': '{items} und {number} weitere',
  quoted: '„{text}“',
  none: 'ohne Angabe',
  'no-name': 'ohne Namen',

  'length.days': '{number, plural, one {{number} Tag} other {{number} Tage}}',
  'length.hours': '{number, plural, one {{number} Stunde} other {{number} Stunden}}',
  'length.minutes': '{number, plural, one {{number} Minute} other {{number} Minuten}}',

  'policy.default':
    '30, 7 und 2 Tage vor Ablauf (die Vorgabe; später bei Zertifikaten, die weniger als 120 Tage gelten)',
  'policy.own': '{thresholds} vor Ablauf',
  'policy.share': '{percent} % der Laufzeit',

  'alerts.dates': '{dates}, und beim Ablauf',
  'alerts.last': 'beim Ablauf',
  'alerts.over': 'keine mehr, da es abgelaufen ist',
  'alerts.far': 'keine, da es in den nächsten {years} Jahren nicht abläuft',
};
