import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';

/** The leaf and its key, apart and in one. */
export interface Certified {
  cert: string;
  key: string;
  both: string;
}

/** Where a server may write, and the files it is to use. */
interface Place extends Certified {
  folder: string;
  port: number;
}

/** A server as Debian has it, and how it is started in the foreground. */
export interface RealServer {
  name: string;
  /** Debian's packages. */
  packages: string[];
  /** Of the target. */
  scheme: string;
  /**
   * How others look at it: blackbox_exporter's `query_response`, or where it cannot, the name that openssl s_client has
   * for the protocol; null where nobody else can.
   */
  others: { blackbox: object[] } | { openssl: string | null };
  command: (place: Place) => string[];
  /** Files to write beside, by name. */
  files?: (place: Place) => Record<string, string>;
  /** What is made ready before. */
  prepare?: (place: Place) => void;
  /** A log file in the folder, where what it says goes there alone. */
  log?: string;
  /** Lines that tell of a goodbye, which others do not say. */
  wanted?: RegExp;
  /** It will not run as root: Debian's user of it. */
  user?: string;
}

const PLAIN = { blackbox: [] };
const SMTP = {
  blackbox: [
    { expect: '^220' },
    { send: 'EHLO prober\r' },
    { expect: '^250[ -]STARTTLS' },
    { send: 'STARTTLS\r' },
    { expect: '^220' },
    { starttls: true },
  ],
};
const IMAP = { blackbox: [{ expect: 'OK' }, { send: '. STARTTLS' }, { expect: 'OK' }, { starttls: true }] };
const POP3 = { blackbox: [{ expect: 'OK' }, { send: 'STLS' }, { expect: 'OK' }, { starttls: true }] };

function dovecot({ folder, port, cert, key }: Place, protocol: 'imap' | 'pop3'): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = /dev/stderr
protocols = ${protocol}
listen = 127.0.0.1
ssl = yes
ssl_cert = <${cert}
ssl_key = <${key}
auth_verbose = yes
passdb {
  driver = static
  args = nopassword=y
}
service ${protocol}-login {
  inet_listener ${protocol} {
    port = ${port}
  }
  inet_listener ${protocol}s {
    port = 0
  }
}
`;
}

const DOVECOT: Pick<RealServer, 'packages' | 'command'> = {
  packages: ['dovecot-imapd', 'dovecot-pop3d'],
  command: ({ folder }) => ['dovecot', '-F', '-c', join(folder, 'dovecot.conf')],
};

export const MARIADB: RealServer = {
  name: 'mariadb',
  packages: ['mariadb-server'],
  scheme: 'mysql',
  others: { openssl: 'mysql' },
  prepare({ folder }) {
    mkdirSync('/run/mysqld', { recursive: true });
    execFileSync(
      'mariadb-install-db',
      ['--no-defaults', '--user=root', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal'],
      { stdio: 'ignore' },
    );
  },
  command: ({ folder, port, cert, key }) => [
    ...['mariadbd', '--no-defaults', '--user=root', `--datadir=${folder}/data`, `--socket=${folder}/socket`],
    ...['--bind-address=0.0.0.0', `--port=${port}`, `--ssl-cert=${cert}`, `--ssl-key=${key}`],
    '--max-connect-errors=3',
  ],
};

export const REAL_SERVERS: RealServer[] = [
  {
    name: 'haproxy',
    packages: ['haproxy'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder }) => ['haproxy', '-db', '-f', join(folder, 'haproxy.cfg')],
    files: ({ port, both }) => ({
      'haproxy.cfg': `global
  log stdout format raw local0
defaults
  log global
  mode http
  option httplog
  option dontlognull
  timeout client 10s
  timeout server 10s
  timeout connect 1s
frontend f
  bind 127.0.0.1:${port} ssl crt ${both}
`,
    }),
  },
  {
    name: 'nginx',
    packages: ['nginx-light'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder }) => ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
    files: ({ port, cert, key }) => ({
      'nginx.conf': `daemon off;
pid nginx.pid;
error_log stderr info;
events {}
http {
  access_log /dev/stdout;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
  }
}
`,
    }),
  },
  {
    name: 'redis',
    packages: ['redis-server'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder, port, cert, key }) => [
      ...['redis-server', '--port', '0', '--bind', '127.0.0.1', '--tls-port', `${port}`, '--dir', folder],
      ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert],
      ...['--tls-auth-clients', 'no', '--loglevel', 'notice', '--save', ''],
    ],
  },
  {
    name: 'unbound',
    packages: ['unbound'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder }) => ['unbound', '-d', '-c', join(folder, 'unbound.conf')],
    files: ({ folder, port, cert, key }) => ({
      'unbound.conf': `server:
  interface: 127.0.0.1@${port}
  tls-port: ${port}
  tls-service-key: ${key}
  tls-service-pem: ${cert}
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "${folder}"
  pidfile: "${folder}/pid"
  use-syslog: no
  verbosity: 2
`,
    }),
  },
  {
    name: 'postgresql',
    packages: ['postgresql'],
    scheme: 'postgres',
    others: { openssl: 'postgres' },
    user: 'postgres',
    prepare({ folder }) {
      execFileSync(
        'setpriv',
        [
          ...['--reuid=postgres', '--regid=postgres', '--clear-groups'],
          ...[postgresProgram('initdb'), '-D', join(folder, 'data'), '--no-sync', '-A', 'trust'],
        ],
        { stdio: 'ignore' },
      );
    },
    command: ({ folder, port, cert, key }) => [
      ...[postgresProgram('postgres'), '-D', join(folder, 'data'), '-p', `${port}`, '-h', '127.0.0.1', '-k', folder],
      ...['-c', 'ssl=on', '-c', `ssl_cert_file=${cert}`, '-c', `ssl_key_file=${key}`],
    ],
  },
  {
    name: 'mosquitto',
    packages: ['mosquitto'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder }) => ['mosquitto', '-c', join(folder, 'mosquitto.conf')],
    files: ({ port, cert, key }) => ({
      'mosquitto.conf': `user root
listener ${port} 127.0.0.1
allow_anonymous true
certfile ${cert}
keyfile ${key}
log_dest stderr
log_type all
`,
    }),
  },
  {
    name: 'proftpd',
    packages: ['proftpd-core', 'proftpd-mod-crypto'],
    scheme: 'ftp',
    // Which tells of OpenSSL's clients that they can begin anew securely, whoever they are.
    others: { openssl: 'ftp' },
    command: ({ folder }) => ['proftpd', '-n', '-c', join(folder, 'proftpd.conf')],
    files: ({ folder, port, cert, key }) => ({
      'proftpd.conf': `ModulePath /usr/lib/proftpd
LoadModule mod_tls.c
ServerName here
ServerType standalone
DefaultAddress 127.0.0.1
SocketBindTight on
Port ${port}
UseIPv6 off
User nobody
Group nogroup
PidFile ${folder}/pid
ScoreboardFile ${folder}/scoreboard
DelayEngine off
WtmpLog off
SystemLog ${folder}/log
TLSEngine on
TLSLog ${folder}/log
TLSRSACertificateFile ${cert}
TLSRSACertificateKeyFile ${key}
`,
    }),
    log: 'log',
  },
  {
    name: 'ngircd',
    packages: ['ngircd'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder }) => ['ngircd', '-n', '-f', join(folder, 'ngircd.conf')],
    files: ({ port, cert, key }) => ({
      'ngircd.conf': `[Global]
Name = irc.example.net
Info = here
Listen = 127.0.0.1
Ports =
ServerUID = irc
ServerGID = irc
[Options]
Ident = no
PAM = no
DNS = no
IncludeDir = /nonexistent
[SSL]
CertFile = ${cert}
KeyFile = ${key}
Ports = ${port}
`,
    }),
  },
  {
    name: 'stunnel',
    packages: ['stunnel4'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder }) => ['stunnel4', join(folder, 'stunnel.conf')],
    files: ({ port, cert, key }) => ({
      'stunnel.conf': `foreground = yes
debug = 5
pid =
[here]
accept = 127.0.0.1:${port}
exec = /bin/cat
cert = ${cert}
key = ${key}
`,
    }),
  },
  {
    name: 'exim',
    packages: ['exim4-daemon-light'],
    scheme: 'smtp',
    others: SMTP,
    command: ({ folder, port }) => ['exim4', '-bdf', '-C', join(folder, 'exim.conf'), '-oX', `127.0.0.1.${port}`],
    files: ({ folder, cert, key }) => ({
      'exim.conf': `spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%s
pid_file_path = ${folder}/pid
tls_advertise_hosts = *
tls_certificate = ${cert}
tls_privatekey = ${key}
primary_hostname = here.example
host_lookup =
rfc1413_hosts =
log_selector = +smtp_connection +tls_cipher
`,
    }),
    prepare({ folder, cert, key }) {
      for (const sub of ['spool', 'log']) mkdirSync(join(folder, sub));
      execFileSync('chown', ['Debian-exim', join(folder, 'spool'), join(folder, 'log'), cert, key]);
    },
    log: 'log/main',
  },
  {
    name: 'dovecot, IMAP',
    ...DOVECOT,
    scheme: 'imap',
    others: IMAP,
    files: (place) => ({ 'dovecot.conf': dovecot(place, 'imap') }),
  },
  {
    name: 'dovecot, POP3',
    ...DOVECOT,
    scheme: 'pop3',
    others: POP3,
    files: (place) => ({ 'dovecot.conf': dovecot(place, 'pop3') }),
  },
  {
    name: 'Go http',
    packages: ['prometheus-blackbox-exporter'],
    scheme: 'tls',
    others: PLAIN,
    command: ({ folder, port }) => [
      ...['prometheus-blackbox-exporter', `--web.listen-address=127.0.0.1:${port}`],
      ...[`--config.file=${join(folder, 'none.yml')}`, `--web.config.file=${join(folder, 'web.yml')}`],
    ],
    files: ({ cert, key }) => ({
      'none.yml': 'modules: {}\n',
      'web.yml': `tls_server_config:\n  cert_file: ${cert}\n  key_file: ${key}\n`,
    }),
  },
  {
    name: 'xrdp',
    packages: ['xrdp'],
    scheme: 'rdp',
    others: { openssl: null },
    command: ({ folder }) => ['xrdp', '--nodaemon', '--config', join(folder, 'xrdp.ini')],
    files: ({ folder, port, cert, key }) => ({
      'xrdp.ini': `[Globals]
port=tcp://127.0.0.1:${port}
security_layer=tls
certificate=${cert}
key_file=${key}
ssl_protocols=TLSv1.2, TLSv1.3
[Logging]
LogFile=${folder}/log
LogLevel=INFO
EnableSyslog=0
[Channels]
[Xorg]
name=Xorg
lib=libxup.so
`,
    }),
    log: 'log',
  },
  {
    name: 'slapd',
    packages: ['slapd'],
    scheme: 'ldap',
    others: { openssl: 'ldap' },
    wanted: /op=1 UNBIND$/,
    command: ({ folder, port }) => [
      ...['slapd', '-d', 'stats', '-h', `ldap://127.0.0.1:${port}`, '-f', join(folder, 'slapd.conf')],
    ],
    files: ({ folder, cert, key }) => ({
      'slapd.conf': `include /etc/ldap/schema/core.schema
pidfile ${folder}/pid
TLSCertificateFile ${cert}
TLSCertificateKeyFile ${key}
modulepath /usr/lib/ldap
database config
`,
    }),
  },
  {
    name: 'prosody',
    packages: ['prosody'],
    scheme: 'xmpp',
    others: { openssl: 'xmpp' },
    command: ({ folder }) => ['prosody', '-F', '--config', join(folder, 'prosody.cfg.lua')],
    files: ({ folder, port, cert, key }) => ({
      'prosody.cfg.lua': `run_as_root = true
data_path = "${folder}"
pidfile = "${folder}/pid"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
s2s_ports = {}
modules_enabled = { "tls", "saslauth" }
modules_disabled = { "s2s" }
authentication = "internal_hashed"
log = { info = "*console" }
ssl = { certificate = "${cert}", key = "${key}" }
VirtualHost "here.example"
`,
    }),
  },
  MARIADB,
];

function postgresProgram(name: string): string {
  const found = ['18', '17', '16', '15'].map((version) => `/usr/lib/postgresql/${version}/bin/${name}`);
  return found.find((file) => existsSync(file)) ?? name;
}

/** Resolves when somebody accepts connections there. */
export async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; child.exitCode === null && tries < 200; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const accepted = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise<boolean>((resolve) => void socket.once('error', () => resolve(false))),
    ]).catch(() => false);
    socket.destroy();
    if (accepted) return;
    await after(50);
  }
  throw new Error('it does not listen');
}

/** A running server and what it has said. */
export interface Running {
  folder: string;
  port: number;
  /** Lines of its log so far, when it has said nothing for a while. */
  lines(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts a server in a folder of its own below `parent`. */
export async function start(server: RealServer, parent: string, certificate: Certified): Promise<Running> {
  const folder = join(parent, server.name.replaceAll(/\W+/g, '-'));
  mkdirSync(folder, { recursive: true });
  const files = Object.entries(certificate).map(([name, pem]) => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, pem, { mode: 0o600 });
    return [name, file];
  });
  const place = { folder, port: await freePort(), ...(Object.fromEntries(files) as Certified) };
  for (const [name, text] of Object.entries(server.files?.(place) ?? {})) writeFileSync(join(folder, name), text);
  chmodSync(folder, 0o755);
  if (server.user) execFileSync('chown', ['-R', server.user, folder]);
  server.prepare?.(place);
  const said = openSync(join(folder, 'said'), 'a');
  const [program, ...args] = server.command(place) as [string, ...string[]];
  const as = server.user ? ['setpriv', `--reuid=${server.user}`, `--regid=${server.user}`, '--clear-groups'] : [];
  const [first, ...rest] = [...as, program, ...args] as [string, ...string[]];
  const child = spawn(first, rest, {
    stdio: ['ignore', said, said],
    detached: true,
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  closeSync(said);
  const log = join(folder, server.log ?? 'said');
  const read = (): string => (existsSync(log) ? readFileSync(log, 'latin1') : '');
  await listening(place.port, child).catch((error: unknown) => {
    throw new Error(`${server.name}: ${(error as Error).message}\n${read()}`, { cause: error });
  });
  return {
    folder,
    port: place.port,
    async lines() {
      let [before, now] = ['', read()];
      do {
        before = now;
        await after(300);
        now = read();
      } while (now !== before);
      return now.split('\n').filter((line) => line !== '');
    },
    async close() {
      const exit = once(child, 'exit');
      if (child.exitCode !== null) return;
      process.kill(-child.pid!, 'SIGTERM');
      const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 3000);
      await exit;
      clearTimeout(timer);
    },
  };
}
