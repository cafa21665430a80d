import assert from 'node:assert/strict';
import { textOf } from '../../../src/core/card.ts';
import type { Certificate } from '../../../src/core/certificates/certificate.ts';
import { authorityOf } from '../../../src/core/renewal/authorities.ts';
import { helpLines, renewalHelp, type RenewalHelp } from '../../../src/core/renewal/help.ts';
import { serviceOf } from '../../../src/core/renewal/services.ts';
import { certificate, DE, EN } from '../../support/certificate-facts.ts';

const WEB = 'tls://shop.example.com:443';
const SHOP = { subject: 'shop.example.com', dnsNames: ['shop.example.com'] };

function helpFor(overrides: Partial<Certificate>, targets = [WEB], say = EN): RenewalHelp {
  return renewalHelp(certificate('leaf', { ...SHOP, ...overrides }), targets, { isDue: true, say })!;
}

function commandsOf({ steps }: RenewalHelp): string[] {
  return steps.flatMap(({ commands }) => commands.map(({ command }) => command));
}

describe('who issued a certificate', () => {
  for (const [issuer, way, name] of [
    ["Let's Encrypt E7", 'acme', 'Let’s Encrypt'],
    ['Let’s Encrypt R12', 'acme', 'Let’s Encrypt'],
    ["(STAGING) Let's Encrypt (STAGING) Riddling Rhubarb R12", 'acme', 'Let’s Encrypt (staging)'],
    ['ZeroSSL ZeroSSL RSA Domain Secure Site CA', 'acme', 'ZeroSSL'],
    ['Google Trust Services WE1', 'google', 'Google Trust Services'],
    ['Google Trust Services LLC GTS CA 1P5', 'google', 'Google Trust Services'],
    ['Buypass AS-983163327 Buypass Class 2 CA 5', 'acme', 'Buypass Go SSL'],
    ['Buypass AS-983163327 Buypass Class 3 CA 2', 'portal', 'Buypass'],
    ['Amazon RSA 2048 M02', 'amazon', 'Amazon'],
    ['Amazon Amazon RSA 2048 M02', 'amazon', 'Amazon'],
    ['Cloudflare, Inc. Cloudflare Inc ECC CA-3', 'cloudflare', 'Cloudflare'],
    ['CloudFlare, Inc. CloudFlare Origin SSL Certificate Authority', 'origin', 'Cloudflare Origin CA'],
    ['Microsoft Corporation Microsoft Azure RSA TLS Issuing CA 03', 'azure', 'Microsoft'],
    ['DigiCert Inc DigiCert Global G2 TLS RSA SHA256 2020 CA1', 'portal', 'DigiCert'],
    ['DigiCert Inc GeoTrust TLS RSA CA G1', 'portal', 'DigiCert'],
    ['Sectigo Limited Sectigo Public Server Authentication CA DV R36', 'portal', 'Sectigo'],
    ['GlobalSign nv-sa GlobalSign Atlas R3 DV TLS CA 2026', 'portal', 'GlobalSign'],
    ['Hellenic Academic and Research Institutions CA GEANT TLS RSA 1', 'portal', 'HARICA'],
    ['Caddy Local Authority - ECC Intermediate', 'caddy', 'Caddy'],
    ['EXAMPLE.COM Certificate Authority', 'ipa', 'FreeIPA'],
    ['contoso-DC01-CA', 'adcs', 'Active Directory'],
    ['kubernetes', 'kubernetes', 'Kubernetes'],
    ['PVE Cluster Manager CA Proxmox Virtual Environment', 'proxmox', 'Proxmox VE'],
    ['Demo CA E7', 'private', undefined],
    ['Amazonas Werke CA', 'private', undefined],
    ['', 'private', undefined],
  ] as const)
    it(`is ${way} of ${name ?? 'somebody'}: ${issuer}`, () => {
      const known = authorityOf(certificate('leaf', { issuer }));
      assert.deepEqual([known.way, known.name], [way, name]);
    });

  it('is nobody, where it is signed by itself, whatever it is called', () => {
    assert.equal(authorityOf(certificate('leaf', { issuer: "Let's Encrypt E7", selfSigned: true })).way, 'self-signed');
  });

  it('is a public authority nobody knows here, where it bears their policy', () => {
    assert.equal(authorityOf(certificate('leaf', { publicPolicy: true })).way, 'public');
  });

  it('is no one to ask, where software serves its stand-in', () => {
    const standIn = certificate('leaf', { subject: 'TRAEFIK DEFAULT CERT', selfSigned: true });
    assert.deepEqual(authorityOf(standIn), { way: 'stand-in', name: 'Traefik' });
  });
});

describe('what serves a target', () => {
  for (const [uri, key] of [
    [WEB, 'web'],
    ['tls://a.example:8443', 'java'],
    ['smtp://a.example:25', 'smtp'],
    ['tls://a.example:465', 'smtp'],
    ['imap://a.example:143', 'mailbox'],
    ['tls://a.example:993', 'mailbox'],
    ['ldap://a.example:389', 'ldap'],
    ['tls://a.example:636', 'ldap'],
    ['postgres://a.example:5432', 'postgres'],
    ['mysql://a.example:3306', 'mysql'],
    ['rdp://a.example:3389', 'rdp'],
    ['tls://a.example:6443', 'kubernetes'],
    ['tls://a.example:12345', 'unknown'],
  ] as const)
    it(`is ${key}: ${uri}`, () => assert.equal(serviceOf(uri)?.key, key));

  it('is nothing, where nothing is connected to', () => assert.equal(serviceOf('date://x/Token'), null));
});

describe('how a certificate is renewed', () => {
  it('is five lines for one that an ACME client fetches', () => {
    assert.deepEqual(helpLines(helpFor({ issuer: "Let's Encrypt E7" })).map(textOf), [
      '1. Let’s Encrypt issued it, so most likely an ACME client on the server fetches it, and should have renewed it by itself by now.',
      '2. On the server, run the client that fetched it: certbot renew (certbot) · acme.sh --renew -d "shop.example.com" --ecc (acme.sh)',
      '3. Reload, so that the web server reads it, unless the client does so: nginx -t && systemctl reload nginx (nginx) · apachectl configtest && systemctl reload apache2 (Apache)',
      '4. See what is presented then: check shop.example.com (here in the chat) · openssl s_client -connect shop.example.com:443 -servername shop.example.com < /dev/null | openssl x509 -noout -enddate -issuer (OpenSSL)',
      "5. Find out why it did not renew by itself, or you will be back here: systemctl list-timers '*certbot*' '*acme*' '*lego*' (systemd) · certbot renew --dry-run (certbot)",
    ]);
  });

  for (const issuer of [
    "Let's Encrypt E7",
    'DigiCert Inc X',
    'Amazon Y',
    'Google Trust Services WE1',
    'Demo CA',
    'a-b-CA',
  ])
    for (const say of [EN, DE])
      it(`is five lines in ${say.language}: ${issuer}`, () => {
        const lines = helpLines(helpFor({ issuer }, [WEB], say)).map(textOf);
        assert.equal(lines.length, 5);
        for (const line of lines) assert.doesNotMatch(line, /undefined|\{|:$/, line);
      });

  it('calls a certificate by its own name, not by the host that presents it', () => {
    const wildcard = { subject: '*.example.com', dnsNames: ['example.com', '*.example.com'], key: 'RSA 2048' };
    const help = helpFor({ issuer: 'ZeroSSL X', ...wildcard });
    assert.equal(commandsOf(help)[0], 'acme.sh --renew -d "*.example.com"');
    const named = helpFor({ issuer: 'DigiCert Inc X', ...wildcard, subject: 'Example Inc.' });
    assert.match(commandsOf(named)[0]!, /-keyout example\.com\.key .*CN=example\.com"/);
  });

  it('asks ZeroSSL’s own client first, and an RSA key without --ecc', () => {
    const [first] = helpFor({ issuer: 'ZeroSSL X', key: 'RSA 2048' }).steps[0]!.commands;
    assert.deepEqual(first, { of: 'acme.sh', command: 'acme.sh --renew -d "shop.example.com"' });
  });

  it('makes a request with the kind of key and the names that the certificate has', () => {
    const names = { dnsNames: ['shop.example.com', '*.shop.example.com'], ipAddresses: ['192.0.2.1'] };
    const [request] = commandsOf(helpFor({ issuer: 'DigiCert Inc X', ...names }));
    assert.equal(
      request,
      'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout shop.example.com.key -out shop.example.com.csr -subj "/CN=shop.example.com" -addext "subjectAltName=DNS:shop.example.com,DNS:*.shop.example.com,IP:192.0.2.1"',
    );
    assert.match(commandsOf(helpFor({ issuer: 'X', key: 'RSA 4096' }))[0]!, /-newkey rsa:4096 /);
  });

  it('puts no text of a certificate into a command that is no plain name', () => {
    const bad = ['$(reboot).example.com', 'a.example;reboot', '`id`', 'a b', '-rf', 'ä.example'];
    for (const issuer of ["Let's Encrypt E7", 'DigiCert Inc X', 'HashiCorp Vault', 'mkcert development CA']) {
      const help = helpFor({ issuer, dnsNames: bad, ipAddresses: ['$(id)'], subject: bad[0]! }, [
        'tls://192.0.2.7:443',
      ]);
      for (const command of commandsOf(help)) assert.doesNotMatch(command, /reboot|`|\$\(|-rf|ä/, command);
    }
    assert.match(commandsOf(helpFor({ issuer: 'X', dnsNames: bad })).join('\n'), /DNS:<6 names>/);
  });

  it('looks at a server as the target says: its address, its name, its protocol', () => {
    const look = (uri: string): string | undefined =>
      commandsOf(helpFor({}, [uri])).find((command) => command.startsWith('openssl s_client'));
    assert.match(
      look('smtp://mx.example.com:25')!,
      /-connect mx\.example\.com:25 -servername mx\.example\.com -starttls smtp </,
    );
    assert.match(
      look('tls://a.example:443?address=2001%3Adb8%3A%3A1&sni=b.example')!,
      /-connect \[2001:db8::1\]:443 -servername b\.example </,
    );
    assert.match(look('tls://192.0.2.7:443')!, /-connect 192\.0\.2\.7:443 -noservername </);
    assert.equal(look('rdp://a.example:3389'), undefined);
  });

  it('names every kind of server that presents it, each with its likeliest first', () => {
    const { steps } = helpFor({}, [WEB, 'smtp://shop.example.com:25', 'imap://shop.example.com:143']);
    const { text, commands } = steps[1]!;
    assert.match(
      text,
      /the web server, the mail server \(SMTP\) and the mailbox server .* every one of the 3 endpoints/,
    );
    assert.deepEqual(
      commands.slice(0, 3).map(({ of }) => of),
      ['nginx', 'Postfix', 'Dovecot'],
    );
  });

  it('has nothing installed by hand where a cloud does it', () => {
    const { steps } = helpFor({ issuer: 'Amazon RSA 2048 M02' });
    assert.match(steps[1]!.text, /nothing to install/);
    assert.deepEqual(steps[1]!.commands, []);
  });

  it('does not say that something failed to renew while there is time', () => {
    const leaf = certificate('leaf', { ...SHOP, issuer: "Let's Encrypt E7" });
    assert.match(renewalHelp(leaf, [WEB], { isDue: false, say: EN })!.guess, /renews it by itself in good time/);
  });

  it('has words for every authority and every service, in both languages', () => {
    const issuers = [
      'CloudFlare Origin',
      'Cloudflare X',
      'Microsoft Azure X',
      'A.B Certificate Authority',
      'smallstep',
      'Vault',
    ];
    for (const issuer of [...issuers, 'kubernetes', 'PVE Cluster', 'Caddy Local Authority', 'mkcert'])
      for (const say of [EN, DE]) {
        const help = helpFor({ issuer }, [WEB], say);
        assert.ok(help.guess.length > 20 && help.steps.length === 4);
      }
  });

  it('is typed again for what is a date, with a new day', () => {
    const item = { kind: 'date' as const, fingerprint: 'f', notBefore: 0, notAfter: 1 };
    const help = renewalHelp(item, ['date://place/Code-signing%20token'], { isDue: true, say: EN })!;
    assert.deepEqual(commandsOf(help), ['watch date:2030-03-01 Code-signing token']);
  });
});
