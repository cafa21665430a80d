/** Words and phrases that sentences are made with: stages, failures, lengths of time, enumerations. */
export const words = {
  'stage.fine': 'fine',
  'stage.notice': 'notice',
  'stage.urgent': 'urgent',
  'stage.critical': 'critical',
  'stage.expired': 'expired',

  // Why a connection told nothing. They stand after a colon, in a list, or alone in a cell.
  'failure.policy': "this bot's policy does not allow connecting there",
  'failure.no-route': 'not reachable from here: the bot has no route to addresses of this kind',
  'failure.refused': 'connection refused',
  'failure.timeout': 'no answer in time',
  'failure.reset': 'the server closed the connection before showing a certificate',
  'failure.not-tls': 'something answered, but it does not speak TLS',
  'failure.handshake': 'the TLS handshake failed',
  'failure.handshake-detail': 'the TLS handshake failed ({detail})',
  'failure.incompatible': 'the server accepts none of the TLS settings that this bot can offer',
  'failure.incompatible-detail': 'the server accepts none of the TLS settings that this bot can offer ({detail})',
  'failure.no-starttls': 'the server does not offer TLS on this port (no STARTTLS)',
  'failure.injected':
    'the server sent bytes between its go-ahead and TLS, which somebody in between may have put there',
  'failure.protocol': 'something answered, but it does not speak the protocol of this target',
  'failure.protocol-detail': 'something answered, but it does not speak the protocol of this target ({detail})',
  'failure.turned-away':
    'the server speaks the protocol of this target, but {kind, select, blocked {has blocked this bot’s address after broken connections ({detail}); “mysqladmin flush-hosts” there ends that} denied {does not let this bot’s address connect ({detail})} later {turns this bot away for now ({detail})} other {turns this bot away ({detail})}}',
  'failure.nameless':
    'the TLS handshake failed ({detail}); a server of several hosts may want to be asked for a host name, which an address is not: type “as <name>” after the address',
  'failure.unknown-name':
    '{kind, select, unnamed {the server wants to be asked for a host name, which an address is not (unrecognized_name): type “as <name>” after the address} unrecognized_name {the server does not know the host name that it was asked for ({detail}): type “as <name>” after the target to ask for another} other {the server does not serve the domain that it was asked for ({detail}): type “as <domain>” after the target}}',
  'failure.unreadable-certificate':
    'the server sends a certificate that cannot be read as one: its bytes are damaged, or not as the standard has them',
  'failure.oversized': 'the server sends more certificates than clients accept (over 100 kB)',
  'failure.proxy': 'the proxy would not connect there',
  'failure.proxy-detail': 'the proxy would not connect there ({detail})',
  'failure.port': "this bot's policy does not allow connecting to that port",
  'failure.name-not-found': 'the host name does not exist in DNS',
  'failure.no-addresses': 'the host name exists in DNS, but has no addresses there (no A or AAAA records)',
  'failure.alias-loop': 'the aliases (CNAME) that the host name has in DNS lead in a circle',
  'failure.alias-not-found': 'the host name is an alias (CNAME) of {detail}, which does not exist in DNS',
  'failure.dns-error':
    '{detail, select, SERVFAIL {the DNS could not look the host name up (SERVFAIL): mostly the name servers of the domain fail, or its signatures (DNSSEC) are wrong} REFUSED {the DNS server refuses to look the host name up (REFUSED)} other {the DNS server answered with an error ({detail})}}',
  'failure.resolver': 'the DNS did not answer in time',
  'failure.internal': 'the check itself failed; it will be repeated',
  'failure.none': 'no address answered',

  // {city} is the last part of a zone's name; German has adjectives for some.
  'zone.words':
    '{key, select, EuropeBerlin {Berlin time} EuropeVienna {Vienna time} EuropeZurich {Zurich time} other {{city} time}}',
  // {zone} is empty, or begins with a space.
  'date.instant': '{day}, {clock}{zone}',

  'in.days': 'in {number, plural, one {{number} day} other {{number} days}}',
  'in.hours': 'in {number, plural, one {{number} hour} other {{number} hours}}',
  'in.minutes': 'in {number, plural, one {{number} minute} other {{number} minutes}}',
  'in.seconds': 'in {number, plural, one {{number} second} other {{number} seconds}}',
  'ago.days': '{number, plural, one {{number} day} other {{number} days}} ago',
  'ago.hours': '{number, plural, one {{number} hour} other {{number} hours}} ago',
  'ago.minutes': '{number, plural, one {{number} minute} other {{number} minutes}} ago',
  'ago.seconds': '{number, plural, one {{number} second} other {{number} seconds}} ago',
  'ago.hours.short': '{number, plural, one {{number} hour} other {{number} hours}} ago',
  'ago.minutes.short': '{number} min ago',
  'ago.now': 'just now',
  'in.ages': 'in more than {number} years',
  'ago.ages': 'more than {number} years ago',

  // Instead of a date.
  'end.endless': 'no defined end',
  'end.undated': 'no date',

  // {when} is one of the above, such as “in 112 days”; {date} is an ISO date, perhaps with time.
  expiry:
    '{state, select, expired {expired {date} ({when})} endless {has no defined end} undated {has an end of validity that is no date} other {expires {date} ({when})}}',

  'list.and': '{items} and {last}',
  'list.more': '{items} and {number} more',
  quoted: '“{text}”',
  /** Instead of a value that a certificate does not have. */
  none: 'none',
  /** Instead of an issuer that has none. */
  'no-name': 'no name',

  'length.days': '{number, plural, one {{number} day} other {{number} days}}',
  'length.hours': '{number, plural, one {{number} hour} other {{number} hours}}',
  'length.minutes': '{number, plural, one {{number} minute} other {{number} minutes}}',

  'policy.default':
    '30, 7 and 2 days before expiry (the default; later for certificates that are valid for less than 120 days)',
  'policy.own': '{thresholds} before expiry',
  'policy.share': '{percent}% of the lifetime',

  // The value of a fact: when alerts about one certificate are still to come.
  'alerts.dates': '{dates}, and when it expires',
  'alerts.last': 'when it expires',
  'alerts.over': 'none to come, since it has expired',
  'alerts.far': 'none, since it does not expire within {years} years',
};
