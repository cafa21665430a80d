import { endpointOf } from '../targets/target.ts';

/** What kind of server it is, as far as scheme and port tell. */
export type ServiceKey =
  | 'web'
  | 'java'
  | 'smtp'
  | 'mailbox'
  | 'ldap'
  | 'postgres'
  | 'mysql'
  | 'ftp'
  | 'xmpp'
  | 'irc'
  | 'news'
  | 'rdp'
  | 'winrm'
  | 'mqtt'
  | 'amqp'
  | 'redis'
  | 'mongodb'
  | 'elastic'
  | 'kubernetes'
  | 'proxmox'
  | 'cockpit'
  | 'docker'
  | 'vault'
  | 'dns'
  | 'sip'
  | 'turn'
  | 'printer'
  | 'unknown';

/** What somebody types, and what it is for: names of products and files, the same in every language. */
export interface Command {
  of: string;
  command: string;
}

export interface Service {
  key: ServiceKey;
  /** How servers of this kind take a new certificate, the likeliest first. */
  commands: Command[];
}

/** Kinds of which there is one product, which has the same name in every language. */
export const PRODUCTS = {
  cockpit: 'Cockpit',
  docker: 'Docker',
  elastic: 'Elasticsearch',
  mongodb: 'MongoDB',
  postgres: 'PostgreSQL',
  proxmox: 'Proxmox VE',
  redis: 'Redis',
  vault: 'Vault',
  winrm: 'WinRM',
} as const satisfies Partial<Record<ServiceKey, string>>;

export function isProduct(key: ServiceKey): key is keyof typeof PRODUCTS {
  return Object.hasOwn(PRODUCTS, key);
}

/** Ports whose first byte is TLS, and schemes that ask for TLS first. */
const WHERE: Record<Exclude<ServiceKey, 'unknown'>, { schemes?: string[]; ports: number[] }> = {
  web: { ports: [443, 4443, 444, 8444, 10443] },
  java: { ports: [8443, 9443, 7002] },
  smtp: { schemes: ['smtp'], ports: [465] },
  mailbox: { schemes: ['imap', 'pop3', 'sieve', 'lmtp'], ports: [993, 995] },
  ldap: { schemes: ['ldap'], ports: [636, 3269] },
  postgres: { schemes: ['postgres'], ports: [] },
  mysql: { schemes: ['mysql'], ports: [] },
  ftp: { schemes: ['ftp'], ports: [990] },
  xmpp: { schemes: ['xmpp', 'xmpp-server'], ports: [5223, 5270] },
  irc: { schemes: ['irc'], ports: [6697] },
  news: { schemes: ['nntp'], ports: [563] },
  rdp: { schemes: ['rdp'], ports: [] },
  winrm: { ports: [5986] },
  mqtt: { ports: [8883] },
  amqp: { ports: [5671, 15671] },
  redis: { ports: [6379, 6380] },
  mongodb: { ports: [27017] },
  elastic: { ports: [9200, 5601] },
  kubernetes: { ports: [6443, 10250] },
  proxmox: { ports: [8006, 8007] },
  cockpit: { ports: [9090] },
  docker: { ports: [2376] },
  vault: { ports: [8200] },
  dns: { ports: [853] },
  sip: { ports: [5061] },
  turn: { ports: [5349] },
  printer: { ports: [631] },
};

const COMMANDS: Record<ServiceKey, Command[]> = {
  web: [
    { of: 'nginx', command: 'nginx -t && systemctl reload nginx' },
    { of: 'Apache', command: 'apachectl configtest && systemctl reload apache2' },
    { of: 'HAProxy', command: 'haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy' },
    { of: 'IIS', command: 'Get-WebBinding -Protocol https | % { $_.AddSslCertificate("<thumbprint>", "My") }' },
  ],
  java: [
    {
      of: 'Java, Tomcat',
      command:
        'openssl pkcs12 -export -in fullchain.pem -inkey privkey.pem -name tomcat -out keystore.p12 && systemctl restart tomcat',
    },
    { of: 'nginx', command: 'nginx -t && systemctl reload nginx' },
    { of: 'HAProxy', command: 'haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy' },
  ],
  smtp: [
    { of: 'Postfix', command: 'postfix check && postfix reload' },
    { of: 'Exim', command: 'systemctl reload exim4' },
    { of: 'Exchange', command: 'Enable-ExchangeCertificate -Thumbprint <thumbprint> -Services SMTP' },
  ],
  mailbox: [
    { of: 'Dovecot', command: 'doveconf -n > /dev/null && systemctl reload dovecot' },
    { of: 'Cyrus', command: 'systemctl restart cyrus-imapd' },
    { of: 'Exchange', command: 'Enable-ExchangeCertificate -Thumbprint <thumbprint> -Services IMAP,POP' },
  ],
  ldap: [
    { of: 'OpenLDAP', command: 'systemctl restart slapd' },
    { of: '389 Directory Server', command: 'dsctl <instance> restart' },
    { of: 'Active Directory', command: 'certutil -pulse' },
  ],
  postgres: [{ of: 'PostgreSQL', command: 'psql -c "SELECT pg_reload_conf()"' }],
  mysql: [
    { of: 'MySQL', command: 'mysql -e "ALTER INSTANCE RELOAD TLS"' },
    { of: 'MariaDB', command: 'mariadb -e "FLUSH SSL"' },
  ],
  ftp: [
    { of: 'vsftpd', command: 'systemctl restart vsftpd' },
    { of: 'ProFTPD', command: 'proftpd -t && systemctl reload proftpd' },
  ],
  xmpp: [
    { of: 'Prosody', command: 'prosodyctl --root cert import /etc/letsencrypt/live && prosodyctl reload' },
    { of: 'ejabberd', command: 'ejabberdctl reload_config' },
  ],
  irc: [
    { of: 'UnrealIRCd', command: 'unrealircd reloadtls' },
    { of: 'InspIRCd', command: 'systemctl reload inspircd' },
  ],
  news: [{ of: 'INN', command: 'systemctl restart inn2' }],
  rdp: [
    {
      of: 'Windows',
      command:
        'Get-CimInstance -Namespace root/cimv2/TerminalServices Win32_TSGeneralSetting | Set-CimInstance -Property @{SSLCertificateSHA1Hash="<thumbprint>"}',
    },
  ],
  winrm: [
    {
      of: 'Windows',
      command:
        'Set-WSManInstance winrm/config/Listener @{Address="*";Transport="HTTPS"} @{CertificateThumbprint="<thumbprint>"}',
    },
  ],
  mqtt: [{ of: 'Mosquitto', command: 'systemctl reload mosquitto' }],
  amqp: [{ of: 'RabbitMQ', command: "rabbitmqctl eval 'ssl:clear_pem_cache().'" }],
  redis: [{ of: 'Redis', command: 'systemctl restart redis' }],
  mongodb: [{ of: 'MongoDB', command: "mongosh --eval 'db.adminCommand({ rotateCertificates: 1 })'" }],
  elastic: [{ of: 'Elasticsearch', command: 'systemctl restart elasticsearch' }],
  kubernetes: [{ of: 'kubeadm', command: 'kubeadm certs check-expiration && kubeadm certs renew all' }],
  proxmox: [{ of: 'Proxmox', command: 'systemctl reload pveproxy' }],
  cockpit: [{ of: 'Cockpit', command: 'systemctl restart cockpit' }],
  docker: [{ of: 'Docker', command: 'systemctl restart docker' }],
  vault: [{ of: 'Vault', command: 'systemctl reload vault' }],
  dns: [
    { of: 'Unbound', command: 'unbound-control reload' },
    { of: 'BIND', command: 'rndc reconfig' },
  ],
  sip: [
    { of: 'Asterisk', command: "asterisk -rx 'module reload res_pjsip.so'" },
    { of: 'Kamailio', command: 'kamcmd tls.reload' },
  ],
  turn: [{ of: 'coturn', command: 'systemctl restart coturn' }],
  printer: [{ of: 'CUPS', command: 'systemctl restart cups' }],
  unknown: [],
};

function keyOf(scheme: string, port: number): ServiceKey {
  for (const [key, { schemes = [], ports }] of Object.entries(WHERE)) {
    if (schemes.includes(scheme) || (scheme === 'tls' && ports.includes(port))) return key as ServiceKey;
  }
  return 'unknown';
}

/** What most likely serves a target (canonical URI), by scheme and port alone; null for what is not connected to. */
export function serviceOf(uri: string): Service | null {
  const endpoint = endpointOf(uri);
  if (!endpoint) return null;
  const key = keyOf(endpoint.scheme, endpoint.port);
  return { key, commands: COMMANDS[key] };
}
