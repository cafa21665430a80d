/**
 * What is wrong with an endpoint and what to do about it, in answers and in alerts. Names and addresses are untrusted
 * text.
 */
export const findings = {
  'finding.not-yet-valid': 'The certificate is not valid before {date}.',
  'advice.not-yet-valid': 'Check the clock of the machine that issued it, or wait until it is valid.',
  'finding.wrong-name': 'The certificate does not name {asked}: it is for {names}.',
  'finding.no-name': 'The certificate does not name {asked}: it names no host at all.',
  'finding.common-name':
    'The certificate names {asked} as its common name only, which clients do not read any more; it has no subject alternative names.',
  'finding.near-name':
    '{how, select, address {The certificate names the address {asked} as a DNS name; clients look for an address among the IP addresses of a certificate.} raw {The certificate names {name} in letters beyond ASCII; clients look for {asked}.} read {The certificate names {asked}, but clients cannot read its names.} top {The certificate names {name}, a wildcard directly below a top-level domain, which browsers and most other clients do not take for {asked}.} other {The certificate names “{name}”, which is not {asked} to the letter, so clients do not take it for that.}}',
  'advice.near-name':
    '{how, select, address {Get a certificate with {asked} as an IP address among its subject alternative names.} other {Get a certificate whose subject alternative names include {asked}, written exactly so.}}',
  'advice.wrong-name': 'Install a certificate whose subject alternative names include {asked}.',
  'finding.self-signed': 'The certificate is self-signed: no authority vouches for it, and clients will refuse it.',
  'advice.self-signed':
    'Install a certificate from an authority that the clients trust. If it is meant to be like this, type “trust add” with it instead.',
  'finding.private-ca': 'The chain ends at “{authority}”, an authority that is not trusted here.',
  'advice.private-ca':
    'If it is your own authority, type “trust add” with its root certificate (PEM), or give it to the bot for everybody (PROBE_CA_FILE).',
  'finding.expired-issuer': 'An issuer in the chain, “{issuer}”, expired {date}, so the chain does not verify.',
  'finding.early-valid-issuer':
    'An issuer in the chain, “{issuer}”, is not valid before {date}, so the chain does not verify.',
  'finding.expired-issuer-unknown':
    'An issuer in the chain has expired or is not valid yet, so the chain does not verify.',
  'advice.expired-issuer': "Install the authority's current intermediate certificates.",
  'finding.incomplete-chain':
    'The chain is incomplete: the server does not send “{issuer}”, which issued “{subject}”, and the bot does not know it.',
  'finding.incomplete-fetched':
    'The chain is incomplete: the server does not send {missing}, needed above “{subject}”. Some clients fetch it by themselves, others refuse the connection.',
  'advice.incomplete-chain':
    'Configure the server to send the intermediate certificates as well (often a file called fullchain).',
  'advice.unknown-issuer':
    'Configure the server to send the intermediate certificates as well (often a file called fullchain). If the authority is your own, type “trust add” with its root certificate instead.',
  'finding.undated-issuer':
    'The validity of an issuer in the chain, “{issuer}”, has no date, so the chain does not verify.',
  'finding.no-date': "The certificate's end of validity is no date, so clients refuse it.",
  'finding.no-date-begin': "The certificate's beginning of validity is no date, so clients refuse it.",
  'advice.no-date':
    'Get a new certificate, and report this to whoever issued it: nothing can be reminded of while there is no date.',
  'finding.never-valid': 'The certificate is never valid: it ends ({end}) before it begins ({begin}).',
  'advice.never-valid': 'Get a new certificate; whoever issued it has mixed up its dates.',
  'finding.key-usage':
    'The key usage of the certificate does not allow digital signatures ({usage}), which browsers demand of every server.',
  'advice.key-usage': 'Get a certificate whose key usage includes digitalSignature.',
  'finding.no-staple':
    'The certificate demands that the server staples an OCSP response (must-staple), and the server does not; Firefox and other clients refuse it then.',
  'advice.no-staple': 'Switch OCSP stapling on at the server, or get a certificate without must-staple.',
  'finding.leaf-is-ca':
    'The certificate is that of an authority (CA:TRUE), and serves as that of a server; Firefox and other strict clients refuse it.',
  'advice.leaf-is-ca': 'Get a certificate for the server that is no authority (CA:FALSE).',
  'finding.wrong-purpose':
    'The certificate is not meant for servers: its extended key usage {purposes, select, none {does not include serverAuth} other {is {purposes}, without serverAuth}}.',
  'finding.wrong-purpose-issuer':
    '“{issuer}” above it in the chain is not meant to issue for servers: its extended key usage is {purposes}, without serverAuth.',
  'advice.wrong-purpose': 'Get a certificate for TLS servers, with serverAuth in its extended key usage.',
  'finding.other-key':
    '“{subject}” names “{issuer}” as its issuer, and is not signed by the key of the “{issuer}” that is sent or known here.',
  'advice.other-key':
    'Compare the installed chain with the one your authority delivers. If the authority was set up anew under its old name, its new certificate has to be trusted in place of the old one.',
  'finding.repeated-extension':
    '{issuer, select, none {The certificate} other {“{issuer}” above it in the chain}} has {what, select, subjectAltName {its subject alternative names} other {the extension {what}}} twice; each may stand there once (RFC 5280), and clients refuse it{what, select, subjectAltName { or find no name in it} other {}}.',
  'advice.repeated-extension': 'Get a certificate with all names in one list of subject alternative names.',
  'finding.critical-extension':
    '{issuer, select, none {The certificate} other {“{issuer}” above it in the chain}} has an extension that clients have to understand and do not know ({what}, critical), so they refuse it.',
  'advice.critical-extension': 'Get a certificate without that extension, or one in which it is not critical.',
  'finding.unreadable-extension':
    '{issuer, select, none {The certificate} other {“{issuer}” above it in the chain}} has an extension that cannot be read ({what}), so clients refuse it.',
  'advice.unreadable-extension': 'Get a new certificate, and report this to whoever issued it.',
  'finding.raw-name':
    'The certificate has a name that is not written as DNS has it, with letters beyond ASCII in place of “xn--…”; clients refuse it or do not find the name.',
  'advice.raw-name': 'Get a certificate that has such names in their ASCII form (xn--…).',
  'finding.name-constraint':
    '“{issuer}” above it in the chain may not issue for {name}: its name constraints do not allow it, so clients refuse the certificate.',
  'advice.name-constraint': 'Get a certificate without that name, or from an authority that may issue for it.',
  'finding.path-length':
    '“{issuer}” in the chain may not have so many authorities below it (path length), so clients refuse the certificate.',
  'advice.path-length': 'Get a certificate from an authority directly below it; tell whoever runs those authorities.',
  'finding.issuer-no-ca':
    '“{issuer}” has issued “{subject}”, and is no authority that may (CA:TRUE is missing), so clients refuse the certificate.',
  'advice.issuer-no-ca': 'Get a certificate from an authority; that of a server cannot issue others.',
  'finding.revoked':
    '{whose, select, leaf {The certificate was revoked} other {“{subject}”, which stands above the certificate in the chain, was revoked}}{dated, select, yes { on {date}} other {}}{reason, select, none {} other { ({reason})}}.',
  'advice.revoked':
    'Get a new certificate with a new key and install it at once; find out who revoked this one, and why.',
  'finding.weak-key': 'The key of “{subject}” is too weak ({key}).',
  'advice.weak-key': 'Get a certificate with a new key: RSA with 2048 bits or more, or EC P-256.',
  'finding.weak-signature': '“{subject}” is signed with an algorithm that can be forged ({signature}).',
  'advice.weak-signature': 'Get a certificate that is signed with SHA-256 or better; clients refuse this one.',
  'finding.old-protocol':
    'The server speaks {protocol} at best, which was withdrawn in 2021 (RFC 8996); current browsers refuse it.',
  'advice.old-protocol': 'Enable TLS 1.2 and TLS 1.3 on the server, and switch off older versions.',
  // {name}: “EC secp256k1”, “ECDHE-RSA-ARIA256-GCM-SHA384”, “ffdhe3072” and the like.
  'finding.rare-tls':
    'The server is only reachable {kind, select, recent {with the key exchange {name}, which clients from before 2025 do not offer} key {by clients that accept its kind of key ({name}); browsers and most other clients refuse it} suite {with the cipher suite {name}, which browsers and most other clients do not offer} group {with the key exchange {name}, which browsers and most other clients do not offer} version {by clients that do not offer TLS 1.3: it breaks off with all others} other {with signatures that browsers and most other clients do not accept}}.',
  'advice.rare-tls':
    '{kind, select, recent {Allow X25519 and P-256 on the server as well, unless older clients are to be kept out.} key {Get a certificate with a key that all clients accept: RSA with 2048 bits or more, or EC P-256.} suite {Allow suites with AES-GCM or ChaCha20-Poly1305 on the server as well.} group {Allow X25519 and P-256 on the server as well.} version {Update the server or the device in front of it: a version that it does not know must not make it break off.} other {Allow signatures with SHA-256 on the server as well.}}',
  'finding.wrong-order': 'The certificates of the chain are sent in the wrong order.',
  'advice.wrong-order': 'Put the leaf first, then each issuer after what it issued; strict clients fail otherwise.',
  'finding.early-issuer':
    '“{issuer}” in the chain expires {date}, before the certificate itself ({leaf}); from then on the chain does not verify.',
  'advice.early-issuer': "Install the authority's newer intermediate certificate before that day, or renew earlier.",
  'finding.long-lifetime':
    'The certificate is valid for {days} days; public authorities were allowed at most {allowed} for certificates issued on {date}, and clients may refuse it.',
  'advice.long-lifetime': 'Renew it; ask the authority why it lives so long.',
  'finding.endless-lifetime':
    'The certificate is valid for more than {years} years; public authorities were allowed at most {allowed} days for certificates issued on {date}, and clients may refuse it.',
  'finding.alt-leaf': 'Its {key} certificate: {sentence}',
  'finding.broken-off':
    'The server shows this certificate, but no client can connect: it breaks off the handshake{said, select, none {} other { ({said})}}.',
  'advice.broken-off':
    "Look into the server's log; often its key does not belong to the certificate, or its software cannot sign with it.",
  'finding.no-starttls':
    'The server answers, but does not offer TLS ({protocol} without STARTTLS): whatever is sent to it can be read on the way.',
  'advice.no-starttls': 'Configure a certificate and STARTTLS on the server, or watch the port where it speaks TLS.',
  'finding.injected':
    'The server sent bytes between its go-ahead and TLS. Somebody in between may have put them there (CVE-2011-0411), so the connection was refused.',
  'advice.injected': 'Update the server or the device in front of it; check who can change the traffic on the way.',
  'finding.downgraded': '{target}: It speaks {protocol} now, after {before}.',
  'finding.downgraded-some': '{target}: On {addresses} it speaks {protocol} now, after {before}.',
  'advice.downgraded': 'If nobody meant that, look at what changed on the server or in front of it.',
  'finding.untrusted': 'The chain does not verify ({reason}).',
  'finding.untrusted-unnamed': 'The chain does not verify, for a reason that the bot cannot name.',
  'advice.untrusted': 'Compare the installed chain with the one your authority delivers.',

  // In alerts, with the target in them.
  'finding.about': '{target}: {sentence}',
  'finding.unreachable': '{target} could not be reached: {reason}.',
  'advice.unreachable': 'Its reminders stay as they are. The bot keeps trying and says when it is reachable again.',
  'finding.address': '{target}: One of its addresses, {address}, does not answer any more: {reason}.',
  'advice.address': 'Other addresses still answer; look at this one.',
  'finding.partly-renewed':
    '{target} is partly renewed: {renewed} of {total} renewed, {holders} still {held, plural, one {presents} other {present}} the certificate that {state, select, expired {expired {date}} endless {has no defined end} undated {has an end of validity that is no date} other {expires {date}}}.',
  'advice.partly-renewed': 'Install the new certificate there too, or restart what serves it.',
  'finding.different-certificates':
    '{target}: Its addresses present {number} different certificates; the one on {holders} {state, select, expired {expired {date}} endless {has no defined end} undated {has an end of validity that is no date} other {expires first, on {date}}}.',
  'advice.different-certificates': 'If that is not meant, look at what serves the differing addresses.',
  'finding.alternating':
    '{target} presents different certificates at different times: {number, plural, one {now one again that it presented before, which} other {# so far, of which the first}} {state, select, expired {expired} other {expires}} {date}.',
  'finding.alternating-event':
    '{target} presents different certificates at different times; dates and reminders follow the one that ends first.',
  'advice.alternating':
    'If nobody took a new certificate back, several servers probably answer behind one address: look for the one with another certificate. Dates and reminders follow the certificate that ends first.',

  'fixed.unreachable': '{target} is reachable again.',
  'fixed.address': 'Fixed on {target}: {address} answers again, or has left the DNS.',
  'fixed.mixed': 'Fixed on {target}: all addresses that answer present the same certificate.',
  'fixed.broken-off': 'Fixed on {target}: clients can connect again.',
  'fixed.alternating': 'Settled on {target}: it has presented the same certificate for some time.',
  'fixed.not-yet-valid': 'Fixed on {target}: the certificate is valid now.',
  'fixed.wrong-name': 'Fixed on {target}: the certificate names the host again.',
  'fixed.self-signed': 'Fixed on {target}: it no longer presents a self-signed certificate that is not trusted here.',
  'fixed.private-ca': 'Fixed on {target}: the chain no longer ends at an authority that is not trusted here.',
  'fixed.incomplete-chain': 'Fixed on {target}: the chain is complete again.',
  'fixed.expired-issuer':
    'Fixed on {target}: the chain no longer fails because of an issuer that has expired or is not valid yet.',
  'fixed.no-date': 'Fixed on {target}: the validity of the certificate has dates.',
  'fixed.never-valid': 'Fixed on {target}: the certificate does not end before it begins any more.',
  'fixed.key-usage': 'Fixed on {target}: the key usage of the certificate allows signatures.',
  'fixed.no-staple': 'Fixed on {target}: the server staples an OCSP response, or need not any more.',
  'fixed.leaf-is-ca': 'Fixed on {target}: the certificate is not that of an authority any more.',
  'fixed.wrong-purpose': 'Fixed on {target}: the certificate is meant for servers.',
  'fixed.repeated-extension': 'Fixed on {target}: no extension stands in a certificate twice any more.',
  'fixed.critical-extension': 'Fixed on {target}: clients understand every extension that they have to.',
  'fixed.unreadable-extension': 'Fixed on {target}: every extension can be read.',
  'fixed.raw-name': 'Fixed on {target}: all names of the certificate are written as DNS has them.',
  'fixed.name-constraint':
    'Fixed on {target}: the authorities of the chain may issue for the names of the certificate.',
  'fixed.path-length': 'Fixed on {target}: no authority has more below it than it may.',
  'fixed.issuer-no-ca': 'Fixed on {target}: an authority has issued the certificate.',
  'fixed.revoked': 'Fixed on {target}: no certificate of the chain is revoked any more.',
  'fixed.weak-key': 'Fixed on {target}: the key is strong enough now.',
  'fixed.weak-signature': 'Fixed on {target}: no signature in the chain is forgeable any more.',
  'fixed.old-protocol': 'Fixed on {target}: the server speaks TLS 1.2 or newer again.',
  'fixed.rare-tls': 'Fixed on {target}: common clients reach the server again.',
  'fixed.wrong-order': 'Fixed on {target}: the chain is sent in the right order.',
  'fixed.early-issuer': 'Fixed on {target}: no issuer in the chain expires before the certificate any more.',
  'fixed.long-lifetime': 'Fixed on {target}: the lifetime of the certificate is within what is allowed.',
  'fixed.no-starttls': 'Fixed on {target}: the server offers TLS again.',
  'fixed.injected': 'Fixed on {target}: nothing comes before TLS any more.',
  'fixed.downgraded': 'Fixed on {target}: it speaks the newer version of TLS again.',
  'fixed.untrusted': 'Fixed on {target}: the chain no longer fails as it did.',
  'fixed.other': 'Fixed on {target}: {finding}.',

  'alert.renewed':
    '{target} was renewed: the new certificate {state, select, expired {expired {date} ({when})} endless {has no defined end} undated {has an end of validity that is no date} other {expires {date} ({when})}}, issued by {issuer}',
  'alert.replaced':
    '{target} presents another certificate{state, select, undated {} other {, which expires no later than the old one}}: the new certificate {state, select, expired {expired {date} ({when})} endless {has no defined end} undated {has an end of validity that is no date} other {expires {date} ({when})}}, issued by {issuer}',
  'alert.lost-names.advice': 'If they are still used, get a certificate with all names and install it.',
  'alert.lost-uses.advice': 'If something needs that, get a certificate that allows it and install it.',
  'alert.lost-uses.client':
    'If it signs in to other servers with this certificate (mTLS), it needs another one for that. Else nothing is to be done.',
};
