import type { Run } from '../card.ts';
import { isCertificate, type Certificate } from '../certificates/certificate.ts';
import type { Item } from '../certificates/item.ts';
import type { Say } from '../language/language.ts';
import { enumerate, shorten } from '../language/wording.ts';
import type { Instant } from '../time.ts';
import { applicationOf, displayTarget, endpointOf, isApplication, isDocument, typedTarget } from '../targets/target.ts';
import type { EndpointTarget } from '../targets/endpoint.ts';
import { authorityOf, clientsOf, type AcmeClient, type Authority, type Way } from './authorities.ts';
import { isProduct, PRODUCTS, serviceOf, type Command, type ServiceKey } from './services.ts';

/** One step: what to do, and what to type for it, by what there is. */
export interface Step {
  /** Ends with a full stop, or with a colon where commands follow. */
  text: string;
  commands: Command[];
}

/** How to renew one certificate, in the order in which it is done. */
export interface RenewalHelp {
  /** Who issued it and what that means: our best guess, and said as one. One or two sentences. */
  guess: string;
  steps: Step[];
}

/** Stands for the new day of a date. */
const SOME_DAY = '2030-03-01';
/** A request names so many names; of more, whoever makes it has a list. */
const MOST_NAMES = 10;
/** Ways in which nothing is installed by hand. */
const MANAGED = new Set<Way>(['amazon', 'azure', 'cloudflare']);
/** Ways in which somebody asks an authority with a request of their own (PKCS #10). */
const REQUESTED = new Set<Way>(['portal', 'public', 'private', 'adcs', 'ipa', 'vault']);
/** What the client of openssl asks for TLS with; the rest has no word there. */
const STARTTLS = new Set('smtp lmtp imap pop3 ftp ldap postgres mysql xmpp xmpp-server sieve nntp irc'.split(' '));

/** A name that is nothing else to a shell, whatever a certificate calls itself; null for any other. */
function plainName(name: string): string | null {
  return /^(?:\*\.)?[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?$/i.test(name) ? name.toLowerCase() : null;
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}

/**
 * The name that stands for the certificate in commands: clients know it by its subject, which is mostly the first of
 * its names; without names, the one that is asked for.
 */
function nameIn(endpoint: EndpointTarget | null, { subject, dnsNames }: Certificate): string {
  const asked = endpoint?.servername ?? endpoint?.host ?? '';
  const own = dnsNames.includes(subject) ? [subject, ...dnsNames] : dnsNames;
  const names = [...own, ...(isAddress(asked) ? [] : [asked])];
  return names.map(plainName).find((name) => name !== null && name !== '') ?? '<name>';
}

/** What openssl makes keys of this kind with. */
function newKey({ key }: Certificate): string {
  const curve = /^EC (P-\d{3})$/.exec(key)?.[1];
  if (curve !== undefined) return `-newkey ec -pkeyopt ec_paramgen_curve:${curve}`;
  return `-newkey rsa:${/^RSA (\d{4,5})$/.exec(key)?.[1] ?? '2048'}`;
}

function alternativeNames({ dnsNames, ipAddresses, names }: Certificate): string {
  const dns = dnsNames.map(plainName);
  const addresses = ipAddresses.filter((address) => /^[0-9a-f.:]{2,45}$/i.test(address));
  const number = names ?? dnsNames.length + ipAddresses.length;
  if (number === 0) return 'DNS:<name>';
  const isWhole = number <= MOST_NAMES && dns.every((name) => name !== null) && addresses.length === ipAddresses.length;
  if (!isWhole) return `DNS:<${number} names>`;
  return [...dns.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)].join(',');
}

function requestCommand(certificate: Certificate, name: string, { isSigned }: { isSigned: boolean }): string {
  const file = name.replace(/^\*/, 'wildcard').replaceAll(/[<>]/g, '');
  const kind = isSigned ? '-x509 -days 365' : '-new';
  const out = isSigned ? `${file}.crt` : `${file}.csr`;
  const names = `-subj "/CN=${name}" -addext "subjectAltName=${alternativeNames(certificate)}"`;
  return `openssl req ${kind} ${newKey(certificate)} -nodes -keyout ${file}.key -out ${out} ${names}`;
}

function clientCommand(client: AcmeClient, name: string, { key }: Certificate): Command {
  const commands: Record<AcmeClient, string> = {
    certbot: 'certbot renew',
    'acme.sh': `acme.sh --renew -d "${name}"${key.startsWith('EC ') ? ' --ecc' : ''}`,
    lego: `lego --domains "${name}" renew`,
    'win-acme': 'wacs.exe --renew',
  };
  return { of: client, command: commands[client] };
}

/** What to type for a new certificate, by who issued this one. */
function renewCommands(authority: Authority, certificate: Certificate, name: string): Command[] {
  const request = { of: 'OpenSSL', command: requestCommand(certificate, name, { isSigned: false }) };
  const own: Partial<Record<Way, Command[]>> = {
    acme: clientsOf(authority).map((client) => clientCommand(client, name, certificate)),
    google: [
      { of: 'Google Cloud', command: 'gcloud certificate-manager certificates list' },
      ...clientsOf(authority).map((client) => clientCommand(client, name, certificate)),
    ],
    amazon: [
      {
        of: 'AWS',
        command: 'aws acm describe-certificate --certificate-arn <arn> --query Certificate.RenewalSummary',
      },
    ],
    azure: [
      { of: 'App Service', command: 'az webapp config ssl list --resource-group <group>' },
      { of: 'Key Vault', command: 'az keyvault certificate show --vault-name <vault> --name <certificate>' },
    ],
    adcs: [{ of: 'Windows', command: 'certreq -enroll -machine -cert <thumbprint> renew' }, request],
    ipa: [{ of: 'certmonger', command: 'ipa-getcert list && ipa-getcert resubmit -i <id>' }, request],
    step: [{ of: 'step', command: 'step ca renew --force <certificate> <key>' }],
    vault: [{ of: 'Vault', command: `vault write pki/issue/<role> common_name="${name}"` }],
    kubernetes: [
      { of: 'kubeadm', command: 'kubeadm certs check-expiration && kubeadm certs renew all' },
      { of: 'kubelet', command: 'kubectl get csr' },
    ],
    proxmox: [{ of: 'Proxmox', command: 'pvecm updatecerts --force' }],
    caddy: [{ of: 'Caddy', command: 'systemctl reload caddy && journalctl -u caddy --since today' }],
    mkcert: [{ of: 'mkcert', command: `mkcert "${name}"` }],
    'self-signed': [{ of: 'OpenSSL', command: requestCommand(certificate, name, { isSigned: true }) }],
  };
  return own[authority.way] ?? (REQUESTED.has(authority.way) ? [request] : []);
}

/** How somebody sees from elsewhere what a target presents. Null where openssl knows no way. */
function lookCommand(endpoint: EndpointTarget | null): Command | null {
  if (!endpoint) return null;
  const { scheme, host, port, address, servername } = endpoint;
  if (scheme !== 'tls' && !STARTTLS.has(scheme)) return null;
  const where = address ?? host;
  const asked = servername ?? host;
  const connect = where.includes(':') ? `[${where}]` : where;
  const name = isAddress(asked) ? ' -noservername' : ` -servername ${asked}`;
  const starttls = scheme === 'tls' ? '' : ` -starttls ${scheme}`;
  // Both stand in commands: what is no plain name or address stays out of them.
  if (![where, asked].every((one) => plainName(one) !== null || /^[0-9a-f.:]{2,45}$/i.test(one))) return null;
  const client = `openssl s_client -connect ${connect}:${port}${name}${starttls} < /dev/null`;
  return { of: 'OpenSSL', command: `${client} | openssl x509 -noout -enddate -issuer` };
}

type KnownService = Exclude<ServiceKey, 'unknown'>;

function serviceName(key: KnownService, say: Say): string {
  return isProduct(key) ? PRODUCTS[key] : say(`renew.service.${key}`);
}

/** Commands for the new certificate to be served, of every kind of server there is among the targets. */
function reloadOf(targets: string[], { name }: Authority): { keys: KnownService[]; commands: Command[] } {
  const services = new Map(
    targets.flatMap((uri) => {
      const service = serviceOf(uri);
      return service ? [[service.key, service] as const] : [];
    }),
  );
  const known = [...services.values()].flatMap(({ key, commands }) => (key === 'unknown' ? [] : [{ key, commands }]));
  // One after the other, so that of several kinds each has its likeliest first.
  const most = Math.max(0, ...known.map(({ commands }) => commands.length));
  const commands = Array.from({ length: most }, (_none, index) =>
    known.flatMap((service) => service.commands[index] ?? []),
  ).flat();
  const unique = [...new Map(commands.map((one) => [`${one.of} ${one.command}`, one])).values()];
  return { keys: known.map(({ key }) => key), commands: name === 'Proxmox VE' ? [] : unique };
}

function installStep(authority: Authority, targets: string[], say: Say): Step {
  if (MANAGED.has(authority.way)) return { text: say('renew.install.managed'), commands: [] };
  const { keys, commands } = reloadOf(targets, authority);
  if (commands.length === 0) return { text: say('renew.install.unknown'), commands };
  const kinds = keys.map((key) => serviceName(key, say));
  const isFetched = authority.way === 'acme' || authority.way === 'google';
  return {
    text: say(isFetched ? 'renew.install.fetched' : 'renew.install', {
      services: enumerate(kinds, 3, say),
      kinds: kinds.length,
      number: targets.length,
    }),
    commands,
  };
}

function nextStep(authority: Authority, due: 'yes' | 'no', say: Say): Step {
  const { way, name = '' } = authority;
  if (way === 'acme')
    return {
      text: say('renew.next.acme', { due }),
      commands: [
        { of: 'systemd', command: "systemctl list-timers '*certbot*' '*acme*' '*lego*'" },
        { of: 'certbot', command: 'certbot renew --dry-run' },
      ],
    };
  const offers = authority.offersAcme ? 'yes' : 'no';
  if (way === 'portal' || way === 'public') return { text: say('renew.next.portal', { offers, name }), commands: [] };
  if (MANAGED.has(way) || way === 'google') return { text: say('renew.next.managed'), commands: [] };
  return { text: say(way === 'self-signed' ? 'renew.next.self-signed' : 'renew.next.private'), commands: [] };
}

function seeStep(targets: string[], say: Say): Step {
  const [first = ''] = targets;
  const look = lookCommand(endpointOf(first));
  const check = { of: say('renew.see.here'), command: `check ${typedTarget(first)}` };
  return { text: say('renew.see'), commands: [check, ...(look ? [look] : [])] };
}

function certificateHelp(certificate: Certificate, targets: string[], { isDue, say }: Options): RenewalHelp {
  const due = isDue ? 'yes' : 'no';
  const authority = authorityOf(certificate);
  const { way, name = '', portal = '' } = authority;
  const issuer = shorten(certificate.issuer, 80) || say('no-name');
  const values = { name: name || issuer, issuer, portal, due };
  const own = nameIn(endpointOf(targets[0] ?? ''), certificate);
  return {
    guess: say(`renew.guess.${way}`, values),
    steps: [
      { text: say(`renew.do.${way}`, values), commands: renewCommands(authority, certificate, own) },
      installStep(authority, targets, say),
      seeStep(targets, say),
      nextStep(authority, due, say),
    ],
  };
}

function dateHelp([first = '']: string[], say: Say): RenewalHelp {
  const again = { of: say('renew.see.here'), command: `watch ${typedTarget(first, SOME_DAY)}` };
  return {
    guess: say('renew.date.guess', { target: displayTarget(first) }),
    steps: [
      { text: say('renew.date.do'), commands: [] },
      { text: say('renew.date.see'), commands: [again] },
    ],
  };
}

function documentHelp([first = '']: string[], say: Say): RenewalHelp {
  const check = { of: say('renew.see.here'), command: `check ${typedTarget(first)}` };
  const steps = [say('renew.document.do'), say('renew.document.use'), say('renew.document.out')];
  return {
    guess: say('renew.document.guess', { target: displayTarget(first) }),
    steps: [...steps.map((text) => ({ text, commands: [] })), { text: say('renew.document.see'), commands: [check] }],
  };
}

function applicationHelp(item: Item, [first = '']: string[], say: Say): RenewalHelp {
  const id = applicationOf(first) ?? '<app id>';
  const isSecret = item.kind === 'credential' && !isCertificate(item) && 'type' in item && item.type === 'secret';
  const add = `az ad app credential reset --id ${id} --append${isSecret ? '' : ' --cert @<file>'}`;
  const command = `az ad app credential delete --id ${id} --key-id <key id>${isSecret ? '' : ' --cert'}`;
  const check = { of: say('renew.see.here'), command: `check ${typedTarget(first)}` };
  return {
    guess: say('renew.application.guess', { target: displayTarget(first) }),
    steps: [
      { text: say('renew.application.do'), commands: [{ of: 'Azure CLI', command: add }] },
      { text: say('renew.application.put'), commands: [] },
      { text: say('renew.application.out'), commands: [{ of: 'Azure CLI', command }] },
      { text: say('renew.document.see'), commands: [check] },
    ],
  };
}

/** `isDue`: it should have been renewed by now. */
interface Options {
  isDue: boolean;
  say: Say;
}

/** Clients of authorities renew when a third of a life is left. */
export function shouldBeRenewed({ notBefore, notAfter }: Item, now: Instant): boolean {
  return notAfter - now < (notAfter - notBefore) / 3;
}

/**
 * How to renew something that ends, for the targets (canonical URIs) that present it: the best guess at who issued it
 * and at what serves it. Null for what nobody knows how to renew.
 */
export function renewalHelp(item: Item, targets: string[], options: Options): RenewalHelp | null {
  if (targets.length === 0) return null;
  if (targets.every(isApplication)) return applicationHelp(item, targets, options.say);
  if (targets.every(isDocument)) return documentHelp(targets, options.say);
  if (isCertificate(item)) return certificateHelp(item, targets, options);
  return item.kind === 'date' ? dateHelp(targets, options.say) : null;
}

/** How many commands a line has room for. */
const MOST_IN_LINE = 2;

/** The same as lines of their own, five of a certificate: for places without cards. */
export function helpLines({ guess, steps }: RenewalHelp): Run[][] {
  const lines = steps.map(({ text, commands }): Run[] => {
    const typed = commands.slice(0, MOST_IN_LINE).flatMap(({ of, command }, index): Run[] => {
      return [{ text: index === 0 ? ' ' : ' · ' }, { text: command, mono: true }, { text: ` (${of})` }];
    });
    return [{ text }, ...typed];
  });
  return [[{ text: guess }], ...lines].map((line, index) => [{ text: `${index + 1}. `, bold: true }, ...line]);
}
