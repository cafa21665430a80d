import type { items as english } from '../en/items.ts';

export const items: Record<keyof typeof english, string> = {
  'title.valid': '{target} ist gültig bis {date}',
  'title.expires': '{target} läuft {when} ab',
  'title.expired': '{target} ist {when} abgelaufen',
  'title.endless': '{target} hat kein festgelegtes Ende',
  'title.undated': '{target} lässt sich nicht datieren',
  'title.refused': 'Clients lehnen {target} ab',
  'title.some-refuse': 'Manche Clients lehnen {target} ab',
  'title.not-yet-valid': '{target} ist noch nicht gültig',
  'title.broken-off': 'Kein Client kommt zu {target} durch',
  'title.no-starttls': '{target} bietet kein TLS an',
  'title.injected': '{target} sendet Bytes vor TLS',
  'title.silent': '{target} antwortet nicht',
  'title.no-certificate': '{target} zeigt kein Zertifikat',
  'title.unreachable': '{target} ist nicht zu erreichen',
  'title.unchecked': '{target} ließ sich nicht prüfen',
  'title.partly-renewed':
    '{held, plural, one {Eine Adresse von {target} ist alt} other {{held} Adressen von {target} sind alt}}',
  'title.different-certificates': 'Die Adressen von {target} sind verschieden',
  'title.alternating': '{target} wechselt sein Zertifikat',
  'title.address': 'Eine Adresse von {target} schweigt',
  'title.downgraded': '{target} spricht ein älteres TLS',
  'title.lost-names': '{target} hat {number, plural, one {einen Namen} other {{number} Namen}} verloren',
  'title.lost-uses': '{target} hat ein Zertifikat ohne {uses}',
  'title.replaced': '{target} hat ein anderes Zertifikat',
  'title.earlier': '{target} läuft früher ab als zuvor',
  'title.answers': '{target} antwortet',
  'title.fixed': '{target} stimmt wieder',

  'state.private-ca': 'Nicht vertraut',
  'state.untrusted': 'Nicht vertraut',
  'state.self-signed': 'Nicht vertraut',
  'state.incomplete-chain': 'Zertifikatskette unvollständig',
  'state.no-certificate': 'Kein Zertifikat',
  'state.unchecked': 'Nicht geprüft',
  'state.address': 'Adresse schweigt',
  'state.downgraded': 'Älteres TLS',
  'state.lost-names': 'Namen verloren',
  'state.lost-uses': 'Zwecke verloren',
  'state.renewed': 'Erneuert',
  'state.replaced': 'Ersetzt',
  'state.earlier': 'Früher als zuvor',
  'state.fixed': 'Behoben',
  'state.reachable': 'Wieder erreichbar',
  'state.watched': '{state}, ab jetzt überwacht',
  'state.watched-already': '{state}, bereits überwacht',

  'summary.ends':
    '{target} {state, select, expired {ist {when} abgelaufen, am {date}} endless {hat kein festgelegtes Ende} undated {lässt sich nicht datieren} due {läuft {when} ab, am {date}} other {ist gültig bis {date}, Ablauf {when}}}.',
  'summary.it-ends':
    '{state, select, expired {{when} abgelaufen, am {date}} endless {ohne festgelegtes Ende} undated {nicht zu datieren} due {läuft {when} ab, am {date}} other {gültig bis {date}, Ablauf {when}}}.',
  'summary.until':
    '{state, select, expired {Abgelaufen am {date}.} endless {Ohne festgelegtes Ende.} undated {Nicht zu datieren.} other {Gültig bis {date}.}}',
  'summary.state': '{state}: {sentence}',
  'summary.watching': '{target} wird {already, select, yes {bereits} other {ab jetzt}} überwacht: {word}, {rest}',
  'summary.watching-unseen': '{target} wird {already, select, yes {bereits} other {ab jetzt}} überwacht: {word}.',
  'summary.partly-renewed':
    '{state}: {target} liefert auf {held, plural, one {{holders}} other {{held} Adressen}} noch das Zertifikat aus, das {until, select, expired {am {date} abgelaufen ist} endless {kein festgelegtes Ende hat} undated {sich nicht datieren lässt} other {am {date} abläuft}}.',

  'lead.it': 'Es',
  'lead.left': 'Noch {left}; {good}',
  'lead.good':
    '{what, select, all {Name, Kette und Widerruf} other {Name und Kette}} sind{where, select, none {} both { auf beiden Adressen} all { auf allen {number} Adressen} other { auf {number} von {total} Adressen}} in Ordnung.',
  'lead.refused-from-then': 'Danach lehnen Clients es ab.',
  'lead.refused-now': 'Clients lehnen es jetzt ab.',
  'lead.looks': '{number, plural, one {Eine Prüfung} other {{number} Prüfungen nacheinander}}: {reason}.',
  'lead.renewed':
    '{left, select, none {} other {Noch {left}; }}{number, plural, one {die Adresse liefert} =2 {beide Adressen liefern} other {alle {number} Adressen liefern}} das neue Zertifikat aus{key, select, none {} other { ({key}, eines von zweien)}}.',
  'lead.replaced':
    'Das neue ist gültig bis {date}{later, select, yes {} other {, nicht länger als das vorige}}{key, select, none {} other { ({key}, eines von zweien)}}.',
  'lead.one-of-two': 'Es ist das {key}-Zertifikat, eines von zweien.',
  'lead.lost-names': 'Das neue Zertifikat nennt {names} nicht mehr, das vorige schon.',
  'lead.lost-uses': 'Das vorige hat das erlaubt.',
  'lead.lost-uses.several': 'Das neue Zertifikat erlaubt {uses} nicht mehr, das vorige schon.',

  'todo.notice': 'Die Erneuerung planen.',
  'todo.urgent':
    'Zertifikat erneuern{where, select, one {} both { und auf beiden Adressen einspielen} other { und auf allen {number} Adressen einspielen}}.',
  'todo.critical':
    'Zertifikat heute erneuern{where, select, one {} both { und auf beiden Adressen einspielen} other { und auf allen {number} Adressen einspielen}}.',
  'todo.expired':
    'Jetzt{where, select, one {} both { auf beiden Adressen} other { auf allen {number} Adressen}} ein neues Zertifikat einspielen.',
  'todo.left-behind': 'Auch das Zertifikat mit dem Schlüssel {key} erneuern.',
  'todo.then': 'Ich merke es von selbst.',
  'todo.then-expired': 'Ich prüfe weiter und melde, wenn es stimmt.',
  'todo.then-right': 'Ich melde, wenn es stimmt.',
  'todo.then-watched': 'Ab jetzt wird es überwacht: Ich melde, wenn es stimmt.',
  'todo.unreachable': 'Nachsehen, ob der Dienst läuft.',
  'todo.name': 'Nachsehen, ob der Name stimmt.',
  'todo.then-answers': 'Ich versuche es weiter und melde, wenn es antwortet.',
  'todo.then-answers-kept':
    'Ich versuche es weiter und melde, wenn es antwortet; die Erinnerungen bleiben, wie sie sind.',
  'todo.away': 'Nachsehen, ob es von hier aus zu erreichen ist.',
  'todo.partly-renewed': 'Das neue Zertifikat auch auf {holders} einspielen oder dort den Dienst neu starten.',
  'todo.server': 'Nachsehen, was dort antwortet.',
  'todo.internal': 'In einer Minute noch einmal prüfen.',

  'fact.when': '{date}, {when}',
  'fact.due': '{date}, {when}: {stage}',
  'fact.next-alert': '{stage}, am {date}',
  'fact.next-alert.expires': 'beim Ablauf',
  'fact.last-seen': '{seen}, {until}',
  'fact.until':
    '{state, select, expired {abgelaufen am {date}} endless {kein festgelegtes Ende} undated {kein Datum} other {gültig bis {date}}}',
  'fact.looked-at': '{instant}, {when}{next, select, none {} now {; jetzt wieder} other {; wieder {next}}}',
  'fact.seen': 'gesehen {date}',
  'fact.since': 'seit {date}',
  'fact.since-by': 'seit {date}, durch {name}',
  'fact.present-same': '{addresses} zeigen dasselbe',
  'fact.present-it': '{number, plural, one {{addresses} zeigt es} other {{addresses} zeigen es}}; {others}',
  'fact.unseen-from-here':
    '{number, plural, one {{addresses} ist von hier nicht zu sehen} other {{addresses} sind von hier nicht zu sehen}}',
  'fact.presents': '{key}, {protocol}, {print}…, bis {date}{addresses, select, none {} other {: {addresses}}}',
  'fact.changed':
    '{key, select, same {derselbe Schlüssel} other {neuer Schlüssel}}, {authority, select, same {dieselbe Zertifizierungsstelle} other {andere Zertifizierungsstelle: {to} statt {from}}}, {names, select, same {dieselben Namen} fewer {weniger Namen} other {neue Namen: {gained}}}',
  'fact.was': '{until}, Seriennummer {serial}',
  'fact.twin':
    'das Zertifikat mit dem Schlüssel {key} wurde nicht erneuert; es {state, select, expired {ist am {date} abgelaufen} other {läuft am {date} ab}}, {when}',

  'button.file': 'Kalenderdatei (.ics)',

  'row.old': 'noch das alte',
  'row.new': 'das neue',

  'group.addresses': 'Adressen',
  'group.certificates': 'Zertifikate',

  'label.addresses': 'Adressen',
  'label.all-alerts': 'Warnungen',
  'label.changed': 'Geändert',
  'label.last-seen': 'Zuletzt da',
  'label.next-alert': 'Danach',
  'label.remark': 'Hinweis',
  'label.other-one': 'Das andere',
  'label.presents': 'Zeigt',
  'label.sha-256': 'SHA-256',
  'label.was': 'Vorher',
};
