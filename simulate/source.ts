import { hash } from 'node:crypto';
import type {
  AddressResult,
  Certificate,
  Observation,
  Presented,
  Shown,
} from '../src/core/certificates/certificate.ts';
import type { Source } from '../src/core/ports/source.ts';
import { formatTarget } from '../src/core/targets/target.ts';
import { root, sign, type Signed } from '../test/peers/tls/pki.ts';
import { isWithin, servedAt, uriOf, type Authority, type Host, type Served, type World } from './world.ts';

/** How long a look at somebody takes, milliseconds; nobody waits for it. */
const DURATION = 20;

/** Authorities of one's own, and what they issued: real certificates, since a conversation may trust them. */
export async function createAuthorities({ hosts, from, until }: World) {
  const issued = new Map<string, { leaf: Buffer; authority: Signed }>();
  const roots = new Map<Authority, Signed>();
  for (const { leaves, authority: name } of hosts.flatMap(({ addresses }) => addresses.flat())) {
    if (name === undefined) continue;
    const validity = { notBefore: new Date(from - 365 * 86_400_000), notAfter: new Date(until + 3650 * 86_400_000) };
    const authority = roots.get(name) ?? (await root(`CN=${name}`, validity));
    roots.set(name, authority);
    for (const { fingerprint, subject, notBefore, notAfter } of leaves) {
      if (issued.has(fingerprint)) continue;
      const dates = { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
      const { certificate } = await sign({ subject: `CN=${subject}`, issuer: authority, names: [subject], ...dates });
      issued.set(fingerprint, { leaf: Buffer.from(certificate.rawData), authority });
    }
  }
  return {
    /** PEM of an authority; null where nobody has anything of it. */
    pem: (name: Authority): string | null => roots.get(name)?.pem ?? null,
    issued: (fingerprint: string) => issued.get(fingerprint)!,
  };
}

export type Authorities = Awaited<ReturnType<typeof createAuthorities>>;

function shownOf(leaf: Certificate, { isBroken, authority: name }: Served, authorities: Authorities): Shown {
  const plain: Shown = { protocol: 'TLSv1.3', chain: [leaf], trust: 'trusted', nameMatches: true };
  if (isBroken) return { ...plain, trust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', issuers: [], anchor: null };
  if (name === undefined) return plain;
  const { leaf: der, authority } = authorities.issued(leaf.fingerprint);
  const { fingerprint, certificate } = authority;
  const top = {
    ...{ fingerprint, subject: name, issuer: name, key: 'EC P-256', selfSigned: true, from: 'sent' as const },
    ...{ notBefore: certificate.notBefore.getTime(), notAfter: certificate.notAfter.getTime() },
  };
  const sent = [der.toString('base64'), Buffer.from(certificate.rawData).toString('base64')];
  return {
    ...plain,
    trust: 'SELF_SIGNED_CERT_IN_CHAIN',
    issuers: [top],
    anchor: null,
    der: { sent, fetched: [] },
  };
}

/** One of several leaves, as chance has it at that instant. */
function pick(name: string, leaves: Served['leaves'], at: number): Certificate {
  if (leaves.length === 1) return leaves[0];
  return leaves[Buffer.from(hash('sha256', `${name} ${at}`, 'hex'), 'hex')[0]! % leaves.length]!;
}

/** A source whose hosts do what the world says, by a clock of its own. */
export function createWorldSource(world: World, authorities: Authorities, now: () => number) {
  const hosts = new Map(world.hosts.map((host) => [uriOf(host), host]));
  const cuts = world.cuts.map(({ span }) => span);
  let failedAt = -Infinity;

  function seen(host: Host, served: Served, index: number, thorough: boolean): Presented {
    const leaf = pick(host.name, served.leaves, now());
    const shown = shownOf({ ...leaf }, served, authorities);
    const more = thorough ? { other: null, clientCertificate: false } : {};
    return { kind: 'presented', address: `192.0.2.${index + 1}`, ...shown, ...more };
  }

  function observe(uri: string, thorough: boolean): Observation {
    const at = now();
    const host = hosts.get(uri);
    const seenAt = { uri, at, duration: DURATION };
    if (!host) return { ...seenAt, addresses: [], failure: { code: 'name-not-found' } };
    const isCut = isWithin(cuts, at);
    if (isCut || isWithin(host.unresolved, at)) {
      failedAt = at;
      return {
        ...seenAt,
        addresses: [],
        failure: isCut ? { code: 'resolver' } : { code: 'dns-error', detail: 'ESERVFAIL' },
      };
    }
    const isDown = isWithin(host.down, at);
    if (isDown) failedAt = at;
    const addresses = host.addresses.map((address, index): AddressResult => {
      if (isDown) return { kind: 'failed', address: `192.0.2.${index + 1}`, failure: { code: 'timeout' } };
      return seen(host, servedAt(address, at), index, thorough);
    });
    return { ...seenAt, addresses, ...(thorough && !isDown ? { thorough: true as const } : {}) };
  }

  let looks = 0;
  const source: Source = {
    schemes: ['tls'],
    async observe(target, { thorough } = { thorough: false }) {
      looks += 1;
      return observe(formatTarget(target), thorough);
    },
    close: () => Promise.resolve(),
  };
  return { source, looks: () => looks, failedAt: () => failedAt };
}
