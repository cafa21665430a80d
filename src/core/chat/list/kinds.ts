import { endpointOf, readTarget } from '../../targets/target.ts';
import type { Watch } from '../../model/watch.ts';

/** Kinds of targets by the words that people type for them, each with its schemes and the ports that mean it. */
const KINDS: Record<string, { words: string; schemes: string[]; ports: number[] }> = {
  date: { words: 'date dates datum termin termine', schemes: ['date'], ports: [] },
  web: { words: 'https web website websites webseiten webseite http', schemes: ['tls'], ports: [443, 8443] },
  mail: {
    words: 'mail mails email e-mail mailserver mailservers',
    schemes: ['smtp', 'imap', 'pop3', 'lmtp', 'sieve'],
    ports: [465, 993, 995, 25, 587, 143, 110],
  },
  smtp: { words: 'smtp smtps submission', schemes: ['smtp'], ports: [25, 465, 587] },
  imap: { words: 'imap imaps', schemes: ['imap'], ports: [143, 993] },
  pop3: { words: 'pop3 pop pop3s', schemes: ['pop3'], ports: [110, 995] },
  ldap: { words: 'ldap ldaps', schemes: ['ldap'], ports: [389, 636, 3269] },
  ftp: { words: 'ftp ftps', schemes: ['ftp'], ports: [21, 990] },
  postgres: { words: 'postgres postgresql', schemes: ['postgres'], ports: [5432] },
  mysql: { words: 'mysql mariadb', schemes: ['mysql'], ports: [3306] },
  xmpp: { words: 'xmpp jabber', schemes: ['xmpp', 'xmpp-server'], ports: [5222, 5223, 5269] },
  rdp: { words: 'rdp', schemes: ['rdp'], ports: [3389] },
  database: {
    words: 'database databases db datenbank datenbanken',
    schemes: ['postgres', 'mysql'],
    ports: [5432, 3306, 1433],
  },
};

const BY_WORD = new Map(
  Object.entries(KINDS).flatMap(([kind, { words }]) => words.split(' ').map((word) => [word, kind] as const)),
);

/** The kind of target that a word (lower case) means; null when it is none. */
export function kindOf(word: string | undefined): string | null {
  return BY_WORD.get(word ?? '') ?? (word === 'mx' ? 'mx' : null);
}

/** Whether a watch is of that kind: by its scheme, or by the port where its TLS begins at once. */
export function isOfKind({ uri, domains }: Watch, kind: string): boolean {
  if (kind === 'mx') return (domains?.length ?? 0) > 0;
  const { schemes, ports } = KINDS[kind]!;
  const { scheme } = readTarget(uri);
  if (kind === 'date' || scheme === 'date') return schemes.includes(scheme);
  const port = endpointOf(uri)?.port ?? 0;
  return scheme === 'tls' ? ports.includes(port) : schemes.includes(scheme);
}
