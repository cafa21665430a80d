import type { Certificate } from '../certificates/certificate.ts';

/**
 * What has to happen for a certificate to be renewed, by who issued it:
 *
 * - `acme`: a client on the server fetches it. `portal`: somebody orders it. `public`: an authority that everybody trusts,
 *   and that is not known here.
 * - `amazon`, `azure`, `cloudflare`, `google`: the cloud does it. `origin`: made in Cloudflare's dashboard, installed by hand.
 * - `private`: an authority of some organisation. `adcs`, `ipa`, `step`, `vault`, `kubernetes`, `proxmox`, `caddy`, `mkcert`:
 *   the same, by its software.
 * - `self-signed`: nobody issued it. `stand-in`: what software serves that has found no certificate.
 */
export type Way =
  | 'acme'
  | 'portal'
  | 'public'
  | 'amazon'
  | 'azure'
  | 'cloudflare'
  | 'google'
  | 'origin'
  | 'private'
  | 'adcs'
  | 'ipa'
  | 'step'
  | 'vault'
  | 'kubernetes'
  | 'proxmox'
  | 'caddy'
  | 'mkcert'
  | 'self-signed'
  | 'stand-in';

/** Clients that fetch certificates by ACME (RFC 8555). */
export type AcmeClient = 'certbot' | 'acme.sh' | 'lego' | 'win-acme';

export interface Authority {
  way: Way;
  /** What people call it; none: by the name in the certificate. */
  name?: string;
  /** Where it is ordered: the name of its portal. */
  portal?: string;
  /** It gives certificates to ACME clients as well, so that nobody would have to order the next one. */
  offersAcme?: true;
  /** ACME clients that most often have its certificates, likeliest first; the others follow. */
  clients?: AcmeClient[];
}

const CLIENTS: AcmeClient[] = ['certbot', 'acme.sh', 'lego', 'win-acme'];

/**
 * By the issuer's name (organisation, then common name), the first that matches. The clouds stand before the
 * authorities that bear their names.
 */
const AUTHORITIES: ({ issuer: RegExp } & Authority)[] = [
  { issuer: /^\(STAGING\)/i, way: 'acme', name: 'Let’s Encrypt (staging)' },
  { issuer: /^Let's Encrypt\b/i, way: 'acme', name: 'Let’s Encrypt' },
  // Where acme.sh and Caddy turn to by default.
  { issuer: /\bZeroSSL\b/i, way: 'acme', name: 'ZeroSSL', clients: ['acme.sh', 'certbot', 'lego', 'win-acme'] },
  { issuer: /^Buypass AS-\d{1,12} Buypass Class 2\b/i, way: 'acme', name: 'Buypass Go SSL' },
  { issuer: /^Google Trust Services\b|^GTS CA\b/i, way: 'google', name: 'Google Trust Services' },
  { issuer: /^Amazon\b/i, way: 'amazon', name: 'Amazon' },
  { issuer: /\bCloudFlare Origin\b/i, way: 'origin', name: 'Cloudflare Origin CA' },
  { issuer: /^Cloudflare\b/i, way: 'cloudflare', name: 'Cloudflare' },
  { issuer: /^Microsoft Corporation\b|^Microsoft (?:Azure|TLS)\b/i, way: 'azure', name: 'Microsoft' },

  {
    issuer: /^(?:DigiCert|GeoTrust|Thawte|RapidSSL|QuoVadis|Encryption Everywhere)\b/i,
    ...{ way: 'portal', name: 'DigiCert', portal: 'CertCentral', offersAcme: true },
  },
  {
    issuer: /^(?:Sectigo|COMODO|USERTRUST|The USERTRUST|InCommon|Gandi|Network Solutions|PositiveSSL)\b/i,
    ...{ way: 'portal', name: 'Sectigo', portal: 'Sectigo Certificate Manager', offersAcme: true },
  },
  {
    issuer: /^(?:GlobalSign|AlphaSSL)\b/i,
    ...{ way: 'portal', name: 'GlobalSign', portal: 'GCC (GlobalSign Certificate Center)', offersAcme: true },
  },
  { issuer: /^Entrust\b/i, way: 'portal', name: 'Entrust', portal: 'Entrust Certificate Services', offersAcme: true },
  {
    issuer: /^(?:GoDaddy|Starfield)\b/i,
    ...{ way: 'portal', name: 'GoDaddy', portal: 'account.godaddy.com', offersAcme: true },
  },
  { issuer: /^(?:SSL Corp|SSL\.com)/i, way: 'portal', name: 'SSL.com', portal: 'secure.ssl.com', offersAcme: true },
  {
    issuer: /^(?:HARICA|Hellenic Academic|GEANT)\b/i,
    ...{ way: 'portal', name: 'HARICA', portal: 'cm.harica.gr', offersAcme: true },
  },
  { issuer: /^SwissSign\b/i, way: 'portal', name: 'SwissSign', portal: 'SwissSign RA', offersAcme: true },
  { issuer: /^Actalis\b/i, way: 'portal', name: 'Actalis', portal: 'Actalis', offersAcme: true },
  { issuer: /^(?:Deutsche Telekom Security|T-Systems)\b/i, way: 'portal', name: 'Telekom Security', portal: 'TeleSec' },
  { issuer: /^D-Trust\b/i, way: 'portal', name: 'D-Trust', portal: 'D-TRUST Portal' },
  { issuer: /^(?:Certum|Asseco|Unizeto)\b/i, way: 'portal', name: 'Certum', portal: 'Certum' },
  { issuer: /^Buypass\b/i, way: 'portal', name: 'Buypass', portal: 'Buypass ID Manager', offersAcme: true },
  { issuer: /^IdenTrust\b/i, way: 'portal', name: 'IdenTrust', portal: 'TrustID', offersAcme: true },
  { issuer: /^(?:Certigna|Dhimyotis)\b/i, way: 'portal', name: 'Certigna', portal: 'Certigna' },

  { issuer: /^Caddy Local Authority\b/i, way: 'caddy', name: 'Caddy' },
  { issuer: /^mkcert\b/i, way: 'mkcert', name: 'mkcert' },
  { issuer: /^kubernetes(?:-ca)?$|^kube-/i, way: 'kubernetes', name: 'Kubernetes' },
  { issuer: /\bProxmox Virtual Environment\b|\bPVE Cluster\b/i, way: 'proxmox', name: 'Proxmox VE' },
  { issuer: /\bsmallstep\b|\bstep-ca\b/i, way: 'step', name: 'step-ca' },
  { issuer: /^(?:HashiCorp )?Vault\b/i, way: 'vault', name: 'Vault' },
  // FreeIPA calls itself so by default, with the realm as its organisation: names in capitals.
  { issuer: /^[A-Z0-9-]{1,60}(?:\.[A-Z0-9-]{1,60}){1,5} Certificate Authority$/, way: 'ipa', name: 'FreeIPA' },
  // Windows proposes domain, host and this ending for the name of an authority.
  { issuer: /^[\w.]{1,60}(?:-[\w.]{1,60}){1,5}-CA(?:-\d{1,3})?$/i, way: 'adcs', name: 'Active Directory' },
];

/** Certificates that software makes for itself, by their subject. */
const STAND_INS: { subject: RegExp; name: string }[] = [
  { subject: /^TRAEFIK DEFAULT CERT$/i, name: 'Traefik' },
  { subject: /^Kubernetes Ingress Controller Fake Certificate$/i, name: 'ingress-nginx' },
  { subject: /^Plesk$/i, name: 'Plesk' },
];

/** The best guess at who issued a certificate; nothing of it is proven. */
export function authorityOf({
  subject,
  issuer,
  selfSigned,
  publicPolicy,
}: Pick<Certificate, 'subject' | 'issuer' | 'selfSigned' | 'publicPolicy'>): Authority {
  const standIn = STAND_INS.find((one) => one.subject.test(subject));
  if (standIn) return { way: 'stand-in', name: standIn.name };
  if (selfSigned) return { way: 'self-signed' };
  const known = AUTHORITIES.find((one) => one.issuer.test(issuer.replaceAll('’', "'")));
  if (!known) return { way: publicPolicy ? 'public' : 'private' };
  const { issuer: _pattern, ...authority } = known;
  return authority;
}

/** ACME clients, those first that most often have this authority's certificates. */
export function clientsOf({ clients = CLIENTS }: Authority): AcmeClient[] {
  return clients;
}
