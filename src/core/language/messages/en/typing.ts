/**
 * What is wrong with what somebody typed, and what to type instead. Back quotes mark what can be typed; the channel
 * shows them as quotes.
 */
export const typing = {
  'target.missing': 'The target is missing. Type a host name such as `example.com` or `example.com:8443`.',
  'target.no-host': 'The host name is missing. Type a host name such as `example.com` or `example.com:8443`.',
  'target.no-ipv6': '“{text}” is not an IPv6 address. Type it in brackets, such as `[2001:db8::1]`.',
  'target.wildcard': '“{text}” is a wildcard, which nobody can connect to. Type a host that uses it, such as `{host}`.',
  'target.no-ipv4': '“{text}” is not a complete IPv4 address. Type four numbers from 0 to 255, such as `192.0.2.10`.',
  'target.not-a-host': '“{text}” is not a host name. Type a host name such as `example.com` or `example.com:8443`.',
  'target.empty-label':
    '“{text}” has an empty part between two dots. Type a host name such as `example.com` or `example.com:8443`.',
  'target.long-label':
    '“{label}” is longer than the 63 characters that a part of a host name may have. Type a host name such as `example.com` or `example.com:8443`.',
  'target.wrong-label':
    '“{label}” in “{text}” is not a valid part of a host name. Type a host name such as `example.com` or `example.com:8443`.',
  'target.mail': '“{text}” is an e-mail address. Type the host name alone, such as `{host}`.',
  'target.scheme':
    'The scheme “{scheme}” is not one this bot knows. Type `https://`, or the host name alone, such as `example.com:8443`.',
  'target.port':
    'The port “{port}” is not a number from 1 to 65535. Type it after the host, such as `example.com:8443`.',
  'target.address-missing': 'After “@” comes the IP address to connect to, such as `example.com @203.0.113.7`.',
  'target.address': '“{text}” after “@” is not an IP address. Type it such as `example.com @203.0.113.7`.',
  'target.name-missing': 'After “as” comes the name to ask for, such as `10.1.2.3 as www.example.com`.',
  'target.rewritten':
    '“{text}” is a link that a mail system has put in the place of another, and does not tell which. Open it, and type the address that you see then, such as `example.com`.',
  'target.range':
    '“{text}” names several at once. Each target is watched by itself: type them one by one, beginning with `{first}`.',
  'target.which':
    '“{text}” can be read in two ways. Type `[{host}]:{port}` for port {port} of {host}, or `[{address}]` for that address.',
  'target.told-twice':
    '“{text}” and another line of this message tell different things of the same target. Send the one that counts.',
  'target.mx':
    '“{text}” does not name a mail domain. Type the part of its addresses after “@”, such as `mx:example.com`.',
  'target.mx-port':
    '“{text}” names a port, but mail exchangers are looked at on port 25. Type `mx:example.com`, or one server with its port, such as `smtp://mail.example.com:587`.',
  'target.mx-override':
    'All mail exchangers of a domain can be neither at one address nor under one name. Type `mx:{domain}` alone, or one server, such as `smtp://mail.example.com @203.0.113.7`.',

  'command.no-target': 'The target is missing. Type for example `{verb} example.com`.',
  'command.no-target-among':
    'Not taken for a target: {words}. A target has a dot or a port: type for example `{verb} example.com`, or `{verb} {name}:443` for a name without a dot.',
  'command.not-taken': 'Not taken for a target: {words}.',
  'command.several':
    'This message has several commands, such as “{first}” and “{second}”, and one message takes one. Nothing was done: send each in a message of its own. Several targets may stand behind one command, as in `watch a.example b.example`.',
  'command.too-many':
    'One message may name at most 1,000 targets, and this one names {number, number}. Nothing was done: send it in several messages.',
  'command.no-thresholds':
    'After `remind` comes when to alert. Type for example `remind 60d 14d 3d 12h` or `remind 25% 5%`.',
  'command.threshold':
    '“{text}” is not a length of time before expiry (such as 12h, 30d or 2 weeks, at most 3650d) nor a share of the lifetime. Type for example `remind 60d 14d 3d 12h` or `remind 25% 5%`.',
  'command.too-many-thresholds':
    'At most six thresholds are possible, and these are {number}. Type for example `remind 60d 14d 3d 12h` or `remind 25% 5%`.',
  'command.show-one': '`show` takes one target. Type for example `show example.com`, or `list` to see all.',
  'command.mx-one':
    '`{verb}` takes one target, and {domain} may have several mail exchangers. Type `list smtp` to see those that are watched here, then for example `{verb} smtp://mail.example.com`.',
  'command.calendar':
    '“{text}” is not something `calendar` knows. Type `calendar`, `calendar example.com`, `calendar connect`, `calendar disconnect`, or `calendar reset` for a new feed address.',
  'command.calendar-one': '`calendar` takes one target. Type for example `calendar example.com`.',
  'command.person':
    '“{text}” is nobody I can find. Mention the person with `@`, or type their e-mail address, such as `anna@example.com`, or `me`.',
  'command.one-owner': 'A target has one owner. Name one person; others can get copies: `remind also @person`.',
  'command.nobody': 'Who? Type for example `remind not @person`, or `remind not me`.',
  'command.setting': '“{text}” is not a setting. There are: {keys}. Type `settings` to see them all.',
  'command.did-you-mean': '“{word}” is not a command. Did you mean `{suggestion}`?',
  'command.unknown': '“{word}” is not a command. Type `help` to see all commands, or for example `watch example.com`.',

  'help.watch': 'look at it from now on: reminders in the calendar, alerts in this chat',
  'help.check': 'look once, now, and remember nothing (a bare target does the same)',
  'help.unwatch': 'stop watching and delete its reminders',
  'help.list': 'what is watched here, first what needs attention; with a word, only what matches it',
  'help.show': 'everything known about one target',
  'help.remind':
    'when to alert in this conversation, e.g. `remind 60d 14d 3d 12h` or `remind 25% 5%`; `also` and `not`: who gets copies of the reminders',
  'help.owner':
    'who takes care of a target: alerts mention them, and with Outlook the reminders are in their calendar; somebody else is asked first, in their own chat',
  'help.calendar':
    'where the reminders are, also as a file; where Outlook is set up, `connect` keeps them in your own by your own sign-in, and `disconnect` removes them; `reset` makes a new feed address and revokes the old one',
  'help.settings':
    'time zone, public holidays, change freezes, a shared mailbox, and who is told about the bot itself, e.g. `settings freeze 2026-12-18..2027-01-06`; `settings persona clippy` for company',
  'help.trust':
    'certificates of private authorities that this conversation trusts; `trust add` with a file or PEM text adds one',
  'help.help': 'this text',
};
