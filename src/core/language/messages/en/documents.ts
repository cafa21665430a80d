/**
 * Documents that list keys (JWKS, SAML metadata): how they are typed, cards, alerts, events. Names in them are untrusted
 * text.
 */
export const documents = {
  'help.sources.jwks':
    'Keys of an issuer: `watch jwks+https://login.example.com`, `watch jwks+https://login.example.com/jwks.json`',
  'help.sources.jwks.what':
    'Needs no permission: the document is public. The bot reads the discovery document of the issuer (OpenID Connect, RFC 8414) and the key set that it names. You hear of certificates that end (x5c), of ends that the keys themselves tell (exp), of keys that are gone, and of private keys in it.',

  'help.sources.saml': 'SAML metadata: `watch saml+https://idp.example.com/metadata`',
  'help.sources.saml.what':
    'Needs no permission where the document is public. Every certificate for signatures and for encryption, of every entity in it, the one that signs the document, and how long the document itself is valid. You hear of certificates that end or are gone, and of a document that nobody publishes anew (validUntil).',

  'document.plain': 'Such documents are read over https only. If it is there too, type `{prefix}+https://{rest}`.',
  'document.address':
    '“{text}” is not the address of a document. Type it with its host, such as `watch {prefix}+https://login.example.com/`.',
  'document.credentials':
    'The address has a user name or a password in it, which everybody here would see. Type it without.',
  'document.long': 'The address is too long: {most} characters are the most.',
  'document.override': '`@address` and `as name` are for servers; a document is read from the address that you type.',

  'document.nameless': 'one without a name',
  'document.place':
    '{use, select, signing {signing} encryption {encryption} document {signature of the document} secret {secret} certificate {certificate} saml {SAML signing} other {signing and encryption}}{name, select, none {} other {{use, select, secret { “{name}”} certificate { “{name}”} saml { “{name}”} other {, key “{name}”}}}}{of, select, none {} other {, {of}}}',
  'document.in': '{target} ({place})',
  'document.heading': '{number, plural, one {What it lists} other {What it lists ({number})}}',
  'document.more': '{number, plural, one {one more, which ends} other {{number} more, which end}} later',
  'document.valid-until': 'The document itself is valid until {date} ({when}).',
  'document.cached':
    'Others may use their copy of it for {length}: so long before it is used, a new key has to be in it.',

  'document.sound': 'everything in it can be read and is valid.',
  'document.over': 'Whoever checks the date refuses it now.',
  'document.plan.advice': 'Plan its successor, and publish it beside this one in good time.',
  'document.lead.renewed': '{left, select, none {} other {{left} left; }}it stands in the place of the one before.',
  'document.expired.advice': 'Publish a new certificate, tell those who hold a copy, and then use it.',
  'document.expires.advice':
    'Publish its successor beside it, give everybody who holds a copy the time to take it over, then use the new one and take this one out.',
  'document.renewed.advice':
    'Whoever holds a copy of the document has to know the new one too; where keys are entered by hand, enter it.',
  'document.gone.state': 'No longer listed',
  'document.gone.title': '{target} lists {number, plural, one {one key} other {# keys}} less',
  'document.gone.lead':
    'It does not list {names} any more. Nothing has taken {number, plural, one {its} other {their}} place.',
  'document.gone.advice':
    'If it was still in use, whatever it signed is refused from now on. If nobody took it out on purpose, put it back.',

  'title.wrong': 'Something is wrong with {target}',
  'title.unread': '{target} cannot be read',
  'title.readable': '{target} can be read again',
  'state.unread': 'Cannot be read',
  'state.readable': 'Can be read again',
  'finding.unread': '{target} could not be read: {reason}.',
  'advice.unread': 'What is known of it stays as it was. The bot keeps trying and says when it can be read again.',
  'finding.document-expired':
    '{of, select, none {The document} other {What it says of {of}}} was valid until {date}; others do not use it any more.',
  'advice.document-expired': 'Publish it anew, with a later end (validUntil); look at what should have done so.',
  'finding.document-expiring':
    '{of, select, none {The document} other {What it says of {of}}} is valid until {date}, and has not been published anew since.',
  'advice.document-expiring': 'Publish it anew, with a later end (validUntil), before others stop using it.',
  'finding.private-key':
    'It publishes {number, plural, one {a private key} other {# private keys}}: {detail}{more, plural, =1 { and one more} other {}}. Whoever has read it can sign as its owner.',
  'advice.private-key':
    'Take it out at once, replace the key wherever it is used, and treat everything that it signed as forgeable.',
  'finding.key-mismatch': 'The certificate does not belong to the key that it stands beside: {detail}.',
  'advice.key-mismatch': 'Publish key and certificate (x5c) of the same pair; others refuse one or the other.',
  'finding.wrong-thumbprint':
    'The thumbprint of the certificate is another than the one that it stands beside: {detail}.',
  'advice.wrong-thumbprint': 'Publish the thumbprint (x5t, x5t#S256) of the certificate that is there.',
  'finding.unreadable-key': '{number, plural, one {One key cannot} other {# keys cannot}} be read: {detail}.',
  'advice.unreadable-key': 'Look at how it is written there; others cannot read it either.',
  'finding.untrusted-server':
    'The server that it comes from shows a certificate that clients refuse ({detail}): what the document says may be anybody’s.',
  'advice.untrusted-server':
    'Mend the certificate of the server. If your own authority issued it, type “trust add” with its root certificate (PEM).',
  'finding.issuer-mismatch': 'The discovery document is that of another issuer, {detail}; clients refuse it.',
  'advice.issuer-mismatch': 'Watch that issuer, or mend the “issuer” in the discovery document.',
  'finding.document-part': 'It lists {total} keys, more than are watched here: these are the {number} that end first.',
  'advice.document-part': 'Watch the documents of those that matter to you by themselves.',
  'finding.document-early': '“{subject}” is not valid before {date}.',
  'advice.document-early': 'Use it from then on only.',

  'fixed.document-expired': 'Fixed on {target}: the document was published anew.',
  'fixed.document-expiring': 'Fixed on {target}: the document was published anew.',
  'fixed.private-key': 'Fixed on {target}: it does not publish a private key any more.',
  'fixed.key-mismatch': 'Fixed on {target}: certificates and keys belong together.',
  'fixed.wrong-thumbprint': 'Fixed on {target}: the thumbprints are those of the certificates.',
  'fixed.unreadable-key': 'Fixed on {target}: all keys can be read.',
  'fixed.untrusted-server': 'Fixed on {target}: clients trust the server that it comes from.',
  'fixed.issuer-mismatch': 'Fixed on {target}: the discovery document is that of the issuer.',
  'fixed.document-part': 'Fixed on {target}: everything that it lists is watched.',

  'condition.document-expired': 'document over',
  'condition.document-expiring': 'document ends soon',
  'condition.private-key': 'publishes a private key',
  'condition.key-mismatch': 'certificate of another key',
  'condition.wrong-thumbprint': 'wrong thumbprint',
  'condition.unreadable-key': 'unreadable key',
  'condition.untrusted-server': 'server not trusted',
  'condition.issuer-mismatch': 'another issuer',
  'condition.gone': 'no longer listed',
  'condition.document-part': 'watched in part',

  'failure.http':
    '{status, select, 401 {the server wants a sign-in (HTTP 401); such documents are public} 403 {the server refuses it (HTTP 403)} 404 {there is nothing at that address (HTTP 404)} 429 {the server wants to be asked less often (HTTP 429)} other {the server answers HTTP {status}}}',
  'failure.document':
    '{detail, select, large {the document is larger than 5 MB} slow {the document did not come in time} redirects {the server sends from one address to the next} plain {the server sends to an address without https} encoded {the server sends it compressed, though it was not asked to} json {what came is not JSON} dtd {it has a DTD, which is never read} xml {what came is not well-formed XML} saml {what came is no SAML metadata} keyset {what came is no key set (JWKS), and no discovery document leads to one} empty {it lists no key} address {the discovery document names no https address of a key set (jwks_uri)} broken {the connection broke off} other {what came cannot be read}}',

  'key.last-known':
    '{key}, {state, select, endless {without an end} undated {whose end is no date} expired {ended {date}} other {ends {date}}}',
  'key.label.id': 'Key id',
  'key.over': 'Its publisher has put an end to it.',
  'key.todo':
    'Publish its successor beside it, give everybody who holds a copy the time to take it over, then use the new one.',
  'key.title.replaced': '{target} lists another key',
  'key.lead.renewed': '{left, select, none {} other {{left} left; }}it is {key}, in the place of the one before.',
  'key.renewed':
    '{target} lists another key ({key}) in place of the one before{state, select, endless {} undated {} expired {, which ended {date} ({when})} other {, which ends {date} ({when})}}',
  'key.label.spki': 'SPKI',
  'key.event.renew': 'Replace key: {target} (ends {date})',
  'key.event.expiry': 'Key ends {date}: {target}',
  'key.event.renew.what': 'Publish the next key beside this one now, so that others know it before it is used.',
  'key.event.expiry.what': 'The key ends on this day. From then on the next one has to be in use.',
  'key.event.key': 'Key: {key}{name, select, none {} other { ({name})}}',

  'document.event.renew.what':
    'Get the successor of this certificate now, and publish it beside this one in every document below. When everybody who holds a copy has had the time to take it over, use it and take this one out.',
  'document.event.expiry.what':
    'From this moment on this certificate is refused by whoever checks its end. If it is still in use, replace it now.',
  'document.event.listed': 'Listed by: {targets}',
  'document.event.verdict': 'What is wrong with it: {findings}',

  'renew.document.guess':
    '{target} is a document that lists it: others verify signatures with the keys that it names, and many keep a copy.',
  'renew.document.do': 'Make its successor where the signing service keeps its keys, and publish it beside this one.',
  'renew.document.use':
    'Wait until everybody who holds a copy has taken it over; give it by hand to those who do not read the document.',
  'renew.document.out': 'Then sign with the new one, and take the old one out once nothing that it signed is in use.',
  'renew.document.see': 'See what is listed then:',

  'label.also': 'Also here',
  'show.also-key': '{target} (another certificate of the same key)',
};
