/** Answers to commands and buttons, beside the cards about certificates. */
export const replies = {
  'problem.title': 'That did not work',
  'courtesy.greeting.title': 'Hello!',
  'courtesy.thanks.title': 'You are welcome!',
  'courtesy.begin':
    'I watch TLS certificates and remind you before they expire. Type for example “watch example.com” to begin, or “check example.com” to look once.',
  'courtesy.watches': 'I watch {number, plural, one {one target} other {{number} targets}} for this chat.',
  'courtesy.help': '“help” shows everything I can do.',
  'error.title': 'I could not finish this',
  stale: 'This button belongs to something that is no longer there. Type “list” to see what this conversation watches.',

  'welcome.title': 'I watch TLS certificates',
  'welcome.summary': 'I watch TLS certificates. To begin, type: {mention}watch example.com',
  'welcome.what':
    'I alert this chat before one expires or breaks{calendar, select, none {} other {, and keep reminders in the calendar}}.',
  'welcome.more': "This is not EFF's Certbot: it reminds, it does not issue certificates.",

  'watch.down': 'Is the name a typing error? Then type “unwatch {typed}”.',
  'watch.forbidden':
    "{target} is not watched: this bot's policy does not allow connecting to {addresses}. PROBE_ALLOW and PROBE_DENY decide what is allowed; link-local and metadata addresses never are.",
  'watch.no-source': '{target} cannot be checked: this bot does not know the protocol “{protocol}”.',

  'watch.full':
    '{target} is not watched: this conversation has {number, plural, one {{number} watch} other {{number} watches}}, and {most} is the most it may have. Type “unwatch …” for what need not be watched any more, or watch it from another conversation. An administrator can raise MAX_WATCHES.',
  'watch.full-note': 'this conversation may have at most {most} watches (MAX_WATCHES)',

  'port.refused':
    "{target} was not looked at: this bot's policy does not allow connecting to port {port}. It allows {allowed} (PROBE_PORTS).",
  'port.refused-note': "this bot's policy does not allow port {port}; it allows {allowed}",

  'budget.spent':
    'This conversation may look at {number, plural, one {one target} other {{number} targets}} a minute, and has done so. Try again in {seconds, plural, one {one second} other {{seconds} seconds}}.',
  'budget.spent-watch':
    '{target} was not looked at and nothing was changed: this conversation may look at {number, plural, one {one target} other {{number} targets}} a minute, and has done so. In {seconds, plural, one {one second} other {{seconds} seconds}}, type “{command}” again.',
  'budget.spent-check':
    '{target} was not looked at: this conversation may look at {number, plural, one {one target} other {{number} targets}} a minute, and has done so. In {seconds, plural, one {one second} other {{seconds} seconds}}, type “{command}” again.',
  'rate.person':
    'That was a lot at once: I answer {most} messages and buttons of one person a minute. This one was not run, and neither is what follows within the minute. Wait a moment, then send it again; several targets can be in one message.',
  'rate.conversation':
    'That was a lot at once: I answer {most} messages and buttons of one conversation a minute. This one was not run, and neither is what follows here within the minute. Wait a moment, then send it again; several targets can be in one message.',
  'addresses.part':
    'The name has {total} addresses; {number} of them were looked at here, which is the most that a command or a button looks at. What is watched is looked at more widely by the regular checks.',
  'addresses.part-note': '{number} of {total} addresses looked at',
  'bulk.unshown': 'checked, but the result could not be shown; the log of the bot says why',
  'bulk.stopped': 'not checked any more: “unwatch all” came in between',
  'budget.slow':
    'It goes slowly: this conversation may look at {number, plural, one {one target} other {{number} targets}} a minute. Every target will be looked at.',

  'mx.none':
    'No mail exchanger of {domain} was found: it has neither MX nor address records that lead to one. Check the spelling of the name.',
  'mx.no-mail': '{domain} accepts no mail: its MX record says so, so there is no mail exchanger to look at.',
  'mx.resolver':
    'The mail exchangers of {domain} could not be found out: the DNS did not answer. Nothing was done for it; try again in a moment.',
  'mx.summary':
    '{all, select, true {{summary} (mail exchangers of {domains})} other {{summary} (with the mail exchangers of {domains})}}',
  'mx.not-watched':
    'No mail exchanger of {domain} is watched in this conversation. Type “list smtp” to see the mail servers that are, or “watch mx:{domain}” to begin.',

  'check.once': 'Looked once. To be reminded, type “watch {typed}”.',
  'check.unkept': 'Nothing of this is kept. To be reminded, type “watch {typed}”.',
  'show.cannot': 'This bot cannot check {target}.',
  'show.not-yet': '{target} is watched, but has not been looked at yet. Try again in a moment.',
  'not-watched.nothing': '{target} is not watched in this conversation. Nothing is yet: type “watch {typed}” to begin.',
  'not-watched.far':
    '{target} is not watched in this conversation. Type “list” to see what is, or “check {typed}” to look at it once.',
  // Where there is nothing to look at.
  'not-watched.other': '{target} is not watched in this conversation. Type “list” to see what is.',
  'not-watched.near': '{target} is not watched in this conversation. Did you mean {nearest}?',

  'unwatch.nothing': 'This conversation watches nothing, so there is nothing to stop.',
  'unwatch.all.title': 'Nothing is watched here any more',
  'unwatch.all':
    'The reminders {number, plural, one {of the one target} =2 {of both targets} other {of the {number} targets}} go as well.',
  'unwatch.some.title': '{number, plural, one {One target is} other {{number} targets are}} no longer watched here',
  'unwatch.kept':
    '{number, plural, one {One target} other {{number} targets}} that you were not asked about {number, plural, one {is} other {are}} still watched: “list” shows what.',
  'unwatch.ask.title':
    'Stop watching {number, plural, one {the one target} =2 {both targets} other {all {number} targets}} here?',
  'unwatch.ask.how':
    'Nothing has been removed yet. Their reminders would go as well. Press the button, or type “unwatch all yes” within an hour. What is added after this question stays.',
  'unwatch.ask.more': 'And {number, plural, one {one more} other {{number} more}}: “list” shows all.',
  'unwatch.stopped': 'The command that was still at work in this conversation was stopped.',
  'unwatch.title': 'No longer watching {target}',
  unwatch: 'Its reminders go as well.',
  'unwatch.undo': 'Its reminders go as well. Type “watch {typed}” to take it up again.',

  'button.stop': 'Stop watching {target}',
  'button.watch-again': 'Watch {target} again',
  'edited.watched': 'This message was edited. What its first text asked for is not undone: {targets} stays watched.',
  'edited.unwatched':
    'This message was edited. What its first text asked for is not undone: {targets} is not watched any more. `{typed}` watches it again.',
  'edited.other': 'This message was edited. What its first text asked for (`{verb}`) is not undone.',
  'remind.title': 'When this chat is alerted',
  'remind.tell': '{policy}.',
  'remind.changed.title': 'This chat is alerted {policy}',
  'remind.own':
    '{own} of {number} watches here {own, plural, one {has times of its own and keeps} other {have times of their own and keep}} them.',
  'remind.changed-for': 'Alerts for {targets} come {policy}',
  'remind.reset-for': 'Alerts for {targets} come as everywhere in this chat: {policy}',
  'remind.due': 'Nearer to their end than that already: {targets}.',
  'remind.due-more': 'Nearer to their end than that already: {targets} ….',
  'welcome.begin': 'To begin, type “{mention}watch example.com”.',
  'welcome.many': 'Many at once work too: one per line, or a list that you paste.',
  'remind.how': 'To change it, type for example “remind 60d 14d 3d 12h”, or “remind default”.',
  'remind.each': 'When alerts come',
};
