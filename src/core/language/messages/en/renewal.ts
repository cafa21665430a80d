/** “How do I renew this?”, and Clippy. */
export const renewal = {
  'help.renew': 'how to renew it: steps for who issued it and for what serves it, with the commands to type',
  'button.renew': 'How to renew',
  'renew.title': 'How to renew {target}',
  'renew.unknown':
    'Nothing is known yet about what {target} presents, so I cannot say how it is renewed. Type `check {target}` first.',
  'renew.which.title': 'Which one?',
  'renew.which': 'Type what is to be renewed, such as `renew example.com`.',
  'renew.one': 'One at a time: type `renew` with one target.',
  'renew.footnote':
    'My best guess, from the issuer’s name and from the port: what runs on the server, I cannot see. Commands are for Linux where nothing else is said.',
  'renew.step.renew': 'Renew',
  'renew.step.install': 'Install and reload',
  'renew.step.see': 'See that it worked',
  'renew.step.next': 'Next time',

  // Who issued it, and what that means. {name} is what people call the authority, {issuer} what the certificate says.
  'renew.guess.acme':
    '{name} issued it, so most likely an ACME client on the server fetches it, and {due, select, yes {should have renewed it by itself by now} other {renews it by itself in good time}}.',
  'renew.guess.portal': '{name} issued it: most likely somebody ordered it, and it does not renew by itself.',
  'renew.guess.public':
    '“{issuer}” issued it, an authority that browsers trust: whoever ordered it there renews it, unless an ACME client on the server does.',
  'renew.guess.amazon':
    'Amazon issued it, so most likely AWS Certificate Manager renews it by itself, as long as it can validate the domain.',
  'renew.guess.azure': 'Microsoft issued it, so most likely Azure renews it by itself.',
  'renew.guess.cloudflare': 'Cloudflare issued it for its own edge, and most likely renews it by itself.',
  'renew.guess.google':
    '{name} issued it: most likely Google Cloud or Cloudflare renews it by itself, or an ACME client on the server does.',
  'renew.guess.origin':
    'Cloudflare’s Origin CA issued it: it was made in the dashboard, is trusted by Cloudflare alone, and does not renew by itself.',
  'renew.guess.private':
    '“{issuer}” issued it. I know no public authority of that name, so most likely it is your own: whoever runs it renews it.',
  'renew.guess.adcs':
    '“{issuer}” issued it. The name looks like Active Directory Certificate Services, so most likely your Windows team runs it.',
  'renew.guess.ipa':
    '“{issuer}” issued it. The name looks like FreeIPA, so most likely certmonger on the server renews it by itself.',
  'renew.guess.step': '“{issuer}” issued it: most likely your own step-ca.',
  'renew.guess.vault': '“{issuer}” issued it: most likely your own HashiCorp Vault.',
  'renew.guess.kubernetes': '“{issuer}” issued it: most likely a Kubernetes cluster for itself.',
  'renew.guess.proxmox': '“{issuer}” issued it: a Proxmox VE cluster for itself.',
  'renew.guess.caddy': '“{issuer}” issued it: Caddy’s own authority, and Caddy renews it by itself while it runs.',
  'renew.guess.mkcert': '“{issuer}” issued it: mkcert, which is for development machines.',
  'renew.guess.self-signed': 'Nobody issued it: it is signed by itself.',
  'renew.guess.stand-in':
    '{name} serves its stand-in: it has found no certificate of its own for this name. There is nothing to renew.',

  'renew.do.acme': 'On the server, run the client that fetched it:',
  'renew.do.portal':
    'Make a new key and a request, order the renewal with {name} ({portal}, or whoever sold it), and prove the domain there:',
  'renew.do.public': 'Make a new key and a request, and order the renewal where it was bought:',
  'renew.do.amazon':
    'See in AWS whether something keeps it from renewing: mostly the CNAME record for its validation is gone, or it was imported and has to be imported anew:',
  'renew.do.azure':
    'See in Azure whether something keeps it from renewing: mostly the DNS record or the access to the vault is gone:',
  'renew.do.cloudflare':
    'Open the dashboard, SSL/TLS → Edge Certificates: what keeps it from renewing would stand there, mostly a DNS record or a CAA record that leaves the authority out.',
  'renew.do.google':
    'See in Google Cloud, in Cloudflare’s dashboard (SSL/TLS → Edge Certificates) or on the server what renews it:',
  'renew.do.origin':
    'Open the dashboard, SSL/TLS → Origin Server → Create Certificate, and take certificate and key from there.',
  'renew.do.private': 'Make a new key and a request, and have the authority sign it:',
  'renew.do.adcs': 'On the Windows server (certlm.msc → Personal → Renew), or with a request to your authority:',
  'renew.do.ipa': 'On the server, have certmonger fetch it anew, or have a request signed:',
  'renew.do.step': 'On the server, before it expires:',
  'renew.do.vault': 'Have a new one issued with its key:',
  'renew.do.kubernetes': 'On a control-plane node, and then restart the control plane:',
  'renew.do.proxmox': 'On a node of the cluster:',
  'renew.do.caddy': 'See in its log whether Caddy renews it:',
  'renew.do.mkcert': 'On that machine:',
  'renew.do.self-signed': 'Make a new one with its key (or better, have an authority issue it):',
  'renew.do.stand-in':
    'Give {name} a certificate for this name, or look in its log why it could not read the one that it has.',

  // {services} is one of those below, or several.
  'renew.install':
    'Put it where {services} {kinds, plural, one {reads it} other {read it}}{number, plural, one {} =2 {, on both endpoints} other {, on every one of the {number} endpoints}}, and reload what runs there:',
  // The same, where a client has put it into its place.
  'renew.install.fetched':
    'Reload, so that {services} {kinds, plural, one {reads} other {read}} it{number, plural, one {} =2 {, on both endpoints} other {, on every one of the {number} endpoints}}, unless the client does so:',
  'renew.install.unknown':
    'Put it where the service reads it, with its chain and key, and reload or restart the service.',
  'renew.install.managed': 'There is nothing to install: what serves it takes the new one by itself.',
  'renew.service.web': 'the web server',
  'renew.service.java': 'the application server',
  'renew.service.smtp': 'the mail server (SMTP)',
  'renew.service.mailbox': 'the mailbox server (IMAP, POP3)',
  'renew.service.ldap': 'the directory (LDAP)',
  'renew.service.mysql': 'MySQL or MariaDB',
  'renew.service.ftp': 'the FTP server',
  'renew.service.xmpp': 'the XMPP server',
  'renew.service.irc': 'the IRC server',
  'renew.service.news': 'the news server',
  'renew.service.rdp': 'Remote Desktop',
  'renew.service.mqtt': 'the MQTT broker',
  'renew.service.amqp': 'the message broker (AMQP)',
  'renew.service.kubernetes': 'the Kubernetes API',
  'renew.service.dns': 'the DNS resolver',
  'renew.service.sip': 'the telephone server (SIP)',
  'renew.service.turn': 'the TURN server',
  'renew.service.printer': 'the print server',

  'renew.see': 'See what is presented then:',
  'renew.see.here': 'here in the chat',

  'renew.next.acme':
    '{due, select, yes {Find out why it did not renew by itself, or you will be back here:} other {See that something renews it by itself:}}',
  'renew.next.portal':
    '{offers, select, yes {{name} gives certificates to ACME clients as well: with one, the next renewal happens by itself.} other {Ask whether the authority offers ACME: then the next renewal happens by itself.}}',
  'renew.next.managed': 'What keeps it from renewing will do so again: mend that rather than the certificate.',
  'renew.next.private':
    'Ask whether the authority offers ACME (or EST, SCEP): then the next renewal happens by itself.',
  'renew.next.self-signed':
    'Whoever trusted the old one has to be given the new one; here, that is “trust add” with the certificate.',

  'renew.date.guess': '{target} is a date that somebody typed: I only know the day, and cannot see what ends then.',
  'renew.date.do': 'Renew it where it was bought or made, and note the day on which the new one ends.',
  'renew.date.see': 'Tell me the new day, with the same name, and its reminders move there:',

  // The persona. What begins an alert, by what it is about.
  'clippy.stage': 'It looks like your certificate is about to expire. Would you like help with that?',
  'clippy.expired': 'It looks like your certificate has expired. Would you like help with that?',
  'clippy.date': 'It looks like something of yours is about to expire. Would you like help with that?',
  'clippy.date-expired': 'It looks like something of yours has expired. Would you like help with that?',
  'clippy.renewed': 'It looks like you have renewed your certificate. Nicely done!',
  'clippy.replaced': 'It looks like your certificate has been replaced. Would you like help with that?',
  'clippy.date-renewed': 'It looks like you have renewed something. Nicely done!',
  'clippy.fixed': 'It looks like everything is working again. Nicely done!',
  'clippy.unreachable': 'It looks like your server is not answering. I will keep knocking.',
  'clippy.finding': 'It looks like something is wrong with your certificate. Would you like help with that?',
  'clippy.gone': 'It looks like one of your keys has gone missing. Would you like help with that?',
  'clippy.lost-names': 'It looks like your new certificate has lost some names. Would you like help with that?',
  'clippy.lost-uses': 'It looks like your new certificate can do less than before. Would you like help with that?',
  'settings.persona.plain': 'plain: alerts say what is the matter, and nothing else',
  'settings.persona.clippy': 'Clippy: alerts begin with “It looks like …”',
  'settings.persona.changed': 'From now on {value}.',
  'settings.persona.wrong': '“{text}” is nobody I can be. Type `settings persona clippy` or `settings persona plain`.',
  'settings.persona.how': '“settings persona clippy”',
};
