/** What is wrong with an endpoint and what to do about it, in answers and in alerts. Names and addresses are untrusted text. */
export const findings = {
  'finding.not-yet-valid': 'The certificate is not valid before {date}.',
  'advice.not-yet-valid': 'Check the clock of the machine that issued it, or wait until it is valid.',
  'finding.wrong-name': 'The certificate does not name {asked}: it is for {names}.',
  'finding.no-name': 'The certificate does not name {asked}: it names no host at all.',
  'advice.wrong-name': 'Install a certificate whose subject alternative names include {asked}.',
  'finding.self-signed': 'The certificate is self-signed: no authority vouches for it, and clients will refuse it.',
  'advice.self-signed': 'Install a certificate from an authority that the clients trust.',
  'finding.private-ca': 'The chain ends at “{authority}”, an authority that this bot does not trust.',
  'advice.private-ca': 'If it is your own authority, give its root to the bot (NODE_EXTRA_CA_CERTS).',
  'finding.expired-issuer':
    'The certificate itself is in time, but “{issuer}” in its chain is not, so the chain does not verify.',
  'finding.expired-issuer-unknown':
    'The certificate itself is in time, but an issuer in its chain is not, so the chain does not verify.',
  'advice.expired-issuer': "Install the authority's current intermediate certificates.",
  'finding.incomplete-chain':
    'The chain is incomplete: the server does not send “{issuer}”, which issued “{subject}”, and the bot does not know it.',
  'advice.incomplete-chain':
    'Configure the server to send the intermediate certificates as well (often a file called fullchain).',
  'finding.untrusted': 'The chain does not verify ({reason}).',
  'advice.untrusted': 'Compare the installed chain with the one your authority delivers.',

  // In alerts, with the target in them.
  'finding.about': '{target}: {sentence}',
  'finding.unreachable': '{target} could not be reached: {reason}.',
  'advice.unreachable': 'The last known dates stay in force. The bot keeps trying and says when it is reachable again.',
  'finding.address': '{target}: One of its addresses, {address}, does not answer any more: {reason}.',
  'advice.address': 'Other addresses still answer; look at this one.',
  'finding.partly-renewed':
    '{target} is partly renewed: {renewed} of {total} addresses {renewed, plural, one {presents} other {present}} a newer certificate, and {holders} still {held, plural, one {presents} other {present}} the one that expires {date}.',
  'advice.partly-renewed': 'Install the new certificate there too, or restart what serves it.',
  'finding.different-certificates':
    '{target}: Its addresses present {number} different certificates; the one on {holders} expires first, on {date}.',
  'advice.different-certificates': 'If that is not meant, look at what serves the differing addresses.',

  'fixed.unreachable': '{target} is reachable again.',
  'fixed.address': 'Fixed on {target}: {address} answers again, or has left the DNS.',
  'fixed.mixed': 'Fixed on {target}: all addresses that answer present the same certificate.',
  'fixed.not-yet-valid': 'Fixed on {target}: the certificate is valid now.',
  'fixed.wrong-name': 'Fixed on {target}: the certificate names the host again.',
  'fixed.self-signed': 'Fixed on {target}: the certificate is no longer self-signed.',
  'fixed.private-ca': 'Fixed on {target}: the chain no longer ends at an authority that this bot does not trust.',
  'fixed.incomplete-chain': 'Fixed on {target}: the chain is complete again.',
  'fixed.expired-issuer': 'Fixed on {target}: the chain no longer fails over an issuer that is out of time.',
  'fixed.untrusted': 'Fixed on {target}: the chain no longer fails as it did.',
  'fixed.other': 'Fixed on {target}: {finding}.',

  'alert.expired.title': 'Certificate expired: {target}',
  'alert.expires.title': 'Certificate expires ({stage}): {target}',
  'alert.expired.advice': 'Clients refuse it now. Install a new certificate at once.',
  'alert.expires.advice': 'Renew it and install the new certificate; the bot notices by itself.',
  'alert.renewed.title': 'Certificate renewed: {target}',
  'alert.renewed':
    '{target} was renewed: the new certificate {state, select, expired {expired} other {expires}} {date} ({when}), issued by {issuer}',
  'alert.replaced.title': 'Certificate replaced: {target}',
  'alert.replaced':
    '{target} presents another certificate, which expires no later than the old one: the new certificate {state, select, expired {expired} other {expires}} {date} ({when}), issued by {issuer}',
  'alert.everywhere': 'It arrived on every address that answers.',
  'alert.same-key': 'The key is the same as before.',
  'alert.new-key': 'The key is new as well.',
  'alert.reachable.title': 'Reachable again: {target}',
  'alert.fixed.title': 'Fixed: {target}',
  'alert.unreachable.title': 'Unreachable: {target}',
  'alert.wrong.title': 'Something is wrong: {target}',
  'alert.with-dates': '{sentence}; the certificate {state, select, expired {expired} other {expires}} {date} ({when})',
};
