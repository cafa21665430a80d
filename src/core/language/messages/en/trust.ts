/** `trust`: certificates that one conversation trusts in addition to the bot. Back quotes mark what can be typed. */
export const trust = {
  'trust.command': '“{text}” is not something `trust` knows. Type `trust`, `trust add`, or `trust remove 1`.',
  'trust.add-what':
    'Which certificate? Attach its file (PEM, DER or PKCS#7) to a message that says `trust add`, or paste it after these words, from “BEGIN CERTIFICATE” to “END CERTIFICATE”. In a channel or group chat of Teams files do not reach me: paste it there.',
  'trust.add-first':
    'This is a certificate. To have this conversation trust it, type `trust add` and paste it after these words.',
  'trust.remove-what':
    'Which one? Type its number in the list, the beginning of its fingerprint, or its name, such as `trust remove 1`, or `trust remove all`. `trust` shows the list.',
  'trust.private-key':
    'That was a private key. I have not kept it, and I need none: a certificate is enough. Whoever can read this chat can read the key, so consider it compromised: delete the message, make a new key, have its certificate issued anew and the old one revoked.',
  'trust.private-key-file':
    'In {name} there is a private key. I have not kept it, and I need none: a certificate is enough. Whoever can read this chat can read the key, so consider it compromised: delete the message, make a new key, have its certificate issued anew and the old one revoked.',
  'trust.pkcs12':
    '{name} is a PKCS#12 file, which holds a private key as a rule. I have not kept it. Consider a key in it compromised, since whoever can read this chat has the file. Export the certificate alone, as PEM, and send that.',
  'trust.none': 'There is no certificate in {name}. It has to be PEM (“BEGIN CERTIFICATE”), DER or PKCS#7.',
  'trust.cut-off':
    'A certificate in {name} breaks off before its end. Chats cut long messages: attach it as a file instead, or paste it alone.',
  'trust.unreadable':
    '{name} has something that is not a certificate, or one that was damaged on the way. Attach it as a file, or paste it once more.',
  'trust.too-large': 'A certificate in {name} is larger than 16 kB, which is more than I keep.',
  'trust.too-long': '{name} is larger than 64 kB. Send the certificate of the authority alone.',
  'trust.too-many':
    '{name} holds more certificates than the 10 that a conversation may trust. Send the certificates of your own authorities alone.',
  'trust.full':
    'A conversation may trust at most 10 certificates; here there are {there, number}, and {more, plural, one {this would be one more} other {these would be # more}}. Nothing was changed. `trust` lists those that are there, and how one is taken back.',
  'trust.your-text': 'your message',
  'trust.file': 'the file “{name}”',
  'trust.nameless': 'the file',
  'trust.not-fetched': 'I could not fetch {name}: {reason} Nothing was changed; try again, or paste the certificate.',
  'trust.reason.status': 'its server answered {status}.',
  'trust.reason.unavailable': 'it did not come in time, or its server cannot be reached.',
  'trust.reason.refused': 'I may not fetch anything from where it lies.',
  'trust.lacks':
    'I could not fetch {name}, since the app lacks the scope {scope}: an administrator has to add it and to install the app again. Until then paste the certificate after `trust add`.',
  'trust.no-name': '(no name)',
  'trust.more-files': 'A message may carry at most {number, number} files here; those after them were not looked at.',

  'trust.added.title':
    '{number, plural, one {Trusted here from now on} other {# certificates are trusted here from now on}}',
  'trust.added.summary': 'Trusted in this chat from now on: {certificates}.',
  'trust.added.meaning':
    'Certificates that were issued from there count as trusted in this conversation, and nowhere else. What is watched here is checked again now.',
  'trust.added.leaf':
    '{name} is no certificate authority: only this very certificate is trusted with it, and its successor has to be added anew.',
  'trust.added.not-yet': '{name} is not valid before {date}.',
  'trust.added.how':
    'To take {number, plural, one {it} other {the first of them}} back: “trust remove {which}”. “trust” lists all that are trusted here.',
  'trust.expired': '{name} was not added: it expired on {date}, so it can vouch for nothing.',
  'trust.known': '{name} is trusted here already.',
  'trust.nothing-added.title': 'Nothing was added',
  'trust.one': '{subject} ({state, select, endless {{date}} other {until {date}}}, SHA-256 {print}…)',

  'trust.list.title':
    '{number, plural, one {This chat trusts one certificate of its own} other {This chat trusts {number} certificates of its own}}',
  'trust.list.summary':
    '{number, plural, one {This conversation trusts one certificate of its own: {certificates}.} other {This conversation trusts # certificates of its own: {certificates}.}}',
  'trust.list.none':
    'To add the certificate of a private authority, attach its file to a message that says `trust add`, or paste it after these words.',
  'trust.list.how': 'Add: “trust add” with a file or PEM text · Remove: “trust remove {which}”, or the number',
  'trust.added-by': 'added by {name} on {date}',
  'trust.expired-on': 'expired',
  'trust.leaf': '{subject} (no authority)',

  'trust.removed.title':
    '{number, plural, one {Not trusted here any more} other {# certificates are not trusted here any more}}',
  'trust.removed.summary': 'Not trusted any more: {certificates}.',
  'trust.removed.meaning': 'What is watched here is checked again now.',
  'trust.remove-unknown':
    '“{text}” is none of the certificates that this conversation trusts. Type `trust` to see them.',
  'trust.remove-several':
    '“{text}” fits {number, number} of the certificates that this conversation trusts. Type a number of the list: `trust` shows it.',
  'trust.list.none.title': 'This chat trusts what everybody trusts, and nothing of its own',
  'trust.heading': 'Certificates',
  'trust.until': 'until {date}',
};
