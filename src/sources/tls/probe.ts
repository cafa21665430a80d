import { isIP } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { getCACertificates, rootCertificates } from 'node:tls';
import type { AddressResult, Failure, Observation, Presented, Shown } from '../../core/certificates/certificate.ts';
import { allowsPort, type PortRange } from '../../core/targets/port-ranges.ts';
import { formatEndpoint, type EndpointTarget } from '../../core/targets/endpoint.ts';
import type { KeyKind } from './contexts.ts';
import { detailText } from './failure.ts';
import { createFetch, type Fetch, type FetchPolicy } from './fetch.ts';
import { createGuard, type ProbePolicy } from './guard.ts';
import { createHandshake, isFailure, type HandshakeRequest, type Seen } from './handshake.ts';
import { createIssuerFinder } from './issuers.ts';
import { createLanes } from './lanes.ts';
import { createTrustStore } from './path.ts';
import { createProxy, type Proxy, type ProxySettings } from './proxy.ts';
import { reach } from './reach.ts';
import { resolve } from './resolve.ts';
import { createRevocation } from './revocation.ts';
import { createShownReader, type Setting } from './shown.ts';
import { keyTypeOf } from './x509.ts';

/** What a prober needs to know; plain data, since it crosses a process boundary. */
export interface ProbeSettings extends ProbePolicy {
  /**
   * Milliseconds per address, from the question to the resolver to the end of the handshake; waiting for a turn does
   * not count.
   */
  timeout: number;
  concurrency: number;
  dnsServers: string[];
  /** Authorities to trust in addition to Node's own, PEM (PROBE_CA_FILE). */
  authorities?: string[];
  /** None: straight to the address. */
  proxy?: ProxySettings | null;
  /** Ports that may be connected to; without, any. */
  ports?: PortRange[] | null;
}

export interface ProbeOptions {
  /** Looks for the certificate with the other kind of key, and whether a client certificate is demanded, as well. */
  thorough: boolean;
  /** Addresses of a name that are looked at, little by little; all that may be when missing. */
  most?: number;
  /** The host has kept silent before: waiting for it holds up nobody else. */
  silent?: boolean;
  /** Authorities that the conversations trust for which it is looked at, PEM. */
  trusted?: string[];
}

interface LookOptions extends ProbeOptions {
  /** Hears of what an address presented beside its result, if it did. */
  turned: (presented: Presented | null) => void;
}

/** Addresses that are looked at together where they are taken little by little, and the time to each further one. */
const TOGETHER = 4;
const APART = 25;

/** Where authorities publish issuers and revocations; they may be reached whatever ports targets may have. */
const WEB_PORTS = new Set([80, 443]);

/** Open sockets at once, slow ones included. */
const MOST_OPEN = 512;

/**
 * The kind of key that the certificate of a server may have beside the one it showed; null where there is no other kind
 * to ask for.
 */
function otherKind({ sent: [leaf] }: Seen): KeyKind | null {
  const type = leaf ? keyTypeOf(leaf) : '';
  if (type.startsWith('rsa')) return 'ec';
  return type === 'ec' || type.startsWith('ed') ? 'rsa' : null;
}

/** An endpoint at one address, as a key. */
function placeOf({ address, port, asked, scheme }: HandshakeRequest): string {
  return `${scheme} ${address} ${port} ${asked}`;
}

/** How a look is made. */
interface Means {
  /** Whether a literal address may be connected to. */
  permits: ReturnType<typeof createGuard>;
  /** Whether it is a public one. */
  isPublic: ReturnType<typeof createGuard>;
  /** Null: any. */
  ports: PortRange[] | null;
  proxy: Proxy | null;
  handshake: ReturnType<typeof createHandshake>;
  inLane: ReturnType<typeof createLanes>;
  reader: ReturnType<typeof createShownReader>;
}

/**
 * Fetches what a certificate names. That is the word of whoever made it, so that it has a policy of its own: public
 * addresses, and the ports of the web. Where an authority of our own house vouches for it, it may be fetched there as
 * well, from where targets may be, and from ports that were named for them.
 */
function createFetches(
  { timeout, dnsServers, ports }: ProbeSettings,
  { permits, isPublic, proxy }: Pick<Means, 'permits' | 'isPublic' | 'proxy'>,
): Record<'public' | 'private', Fetch> {
  const ways: Omit<FetchPolicy, 'permits' | 'permitsPort'> = {
    async resolve(host) {
      const found = await resolve({ scheme: 'tls', host, port: 443 }, { servers: dnsServers, timeout });
      return 'failure' in found ? [] : found.addresses;
    },
    connect: ({ host, address, port, signal }) =>
      proxy?.serves(host, address, port) ? proxy.connect(address, port, signal) : null,
  };
  const isWeb = (port: number): boolean => WEB_PORTS.has(port);
  const isNamed = (port: number): boolean => Boolean(ports) && allowsPort(ports, port);
  return {
    public: createFetch({ ...ways, permits: isPublic, permitsPort: isWeb }),
    private: createFetch({ ...ways, permits, permitsPort: (port) => isWeb(port) || isNamed(port) }),
  };
}

/** Reads what is presented, and asks authorities about it. */
function readerFor(settings: ProbeSettings, means: Pick<Means, 'permits' | 'isPublic' | 'proxy'>): Means['reader'] {
  const now = (): number => Date.now();
  const fetch = createFetches(settings, means);
  const { check } = createRevocation({ fetch: fetch.public, privately: fetch.private, now });
  const publicPems = rootCertificates;
  const extra = getCACertificates('default').filter((pem) => !publicPems.includes(pem));
  return createShownReader({
    store: createTrustStore({ publicPems, privatePems: [...extra, ...(settings.authorities ?? [])] }),
    findIssuer: createIssuerFinder({ fetch: fetch.public, now }),
    checkRevocation: check,
    now,
  });
}

function meansFor(settings: ProbeSettings): Means {
  const { concurrency, authorities = [], ports = null } = settings;
  const permits = createGuard(settings);
  const isPublic = createGuard({ allow: [], deny: settings.deny });
  const proxy = settings.proxy ? createProxy(settings.proxy) : null;
  const roots = authorities.length > 0 ? { roots: [...getCACertificates('default'), ...authorities] } : {};
  return {
    permits,
    isPublic,
    ports,
    proxy,
    handshake: createHandshake(roots),
    inLane: createLanes({ concurrency, most: MOST_OPEN }),
    reader: readerFor(settings, { permits, isPublic, proxy }),
  };
}

/**
 * What clients see that take the other kind of key only; null when there is nothing else, undefined when it could not
 * be found out.
 */
async function lookForOther(
  { handshake, inLane, reader }: Means,
  request: HandshakeRequest,
  seen: Seen,
  setting: Setting,
): Promise<Shown | null | undefined> {
  const only = otherKind(seen);
  // Of these there is one certificate at most; and that it refuses a handshake would count as a connection error, after
  // a hundred of which it blocks our address.
  if (only === null || request.scheme === 'mysql') return null;
  const { offer = 'common' } = seen;
  const result = await inLane(() => handshake({ ...request, offer, only }));
  // The server breaks off when it has nothing for such a client; silence tells nothing.
  if (isFailure(result)) return result.code === 'handshake' ? null : undefined;
  if (otherKind(result) === only || otherKind(result) === null) return null;
  return (await reader.shown(result, `${placeOf(request)} ${only}`, setting)) ?? undefined;
}

/** Handshakes with one server in their lane; being patient takes no place there. */
async function shake({ handshake, inLane }: Means, request: HandshakeRequest, slow = false): Promise<Seen | Failure> {
  let seen: Promise<Seen | Failure> | null = null;
  const work = async (): Promise<void> => {
    const { promise: shaken, resolve } = Promise.withResolvers<void>();
    seen = reach(handshake, { ...request, shaken: resolve });
    await Promise.race([shaken, seen]);
  };
  await inLane(work, { slow });
  return seen!;
}

/**
 * Addresses are not asked for by SNI (RFC 6066 section 3), which a server may want all the same: some say so, others
 * have nothing that they could show.
 */
function named(failure: Failure, { asked }: HandshakeRequest): Failure {
  if (isIP(asked) === 0) return failure;
  const { code, detail = '' } = failure;
  if (code === 'unknown-name' && detail === 'unrecognized_name') return { code, detail: 'unnamed' };
  const isAlert = code === 'incompatible' || (code === 'handshake' && detail.startsWith('alert '));
  return isAlert ? { code: 'nameless', detail } : failure;
}

function isSameLeaf({ sent: [one] }: Seen, { sent: [other] }: Seen): boolean {
  return one!.fingerprint256 === other!.fingerprint256;
}

/**
 * What an address showed a moment ago and does not show any more: several servers answer behind it. Null where one more
 * handshake does not see it again.
 */
async function lookForTurned(
  means: Means,
  request: HandshakeRequest,
  before: Seen,
  setting: Setting,
): Promise<Presented | null> {
  const again = await shake(means, request);
  if (isFailure(again) || !isSameLeaf(again, before)) return null;
  const read = await means.reader.shown(again, placeOf(request), setting);
  return read && { kind: 'presented', address: request.address, ...read };
}

async function lookAt(
  means: Means,
  request: HandshakeRequest,
  { thorough, silent = false, trusted = [], turned }: LookOptions,
): Promise<AddressResult> {
  const { reader } = means;
  const { address } = request;
  const setting = { isPrivate: !means.isPublic(address), trusted };
  const failed = (failure: Failure): AddressResult => ({ kind: 'failed', address, failure: named(failure, request) });
  const place = placeOf(request);
  const first = { ...request, patient: thorough, unverified: reader.isKnown(place) };
  let seen = await shake(means, first, silent);
  if (isFailure(seen)) return failed(seen);
  let read = await reader.shown(seen, place, setting);
  if (!read) {
    // Another chain than the last time: this one has to be verified.
    const before = seen;
    seen = await shake(means, { ...first, offer: seen.offer ?? 'common', unverified: false });
    if (isFailure(seen)) return failed(seen);
    read = (await reader.shown(seen, place, setting))!;
    if (!isSameLeaf(seen, before)) turned(await lookForTurned(means, { ...first, unverified: false }, before, setting));
  }
  const presented: Presented = { kind: 'presented', address, ...read };
  if (seen.clientCertificate !== undefined) presented.clientCertificate = seen.clientCertificate;
  if (seen.asksCertificate) presented.asksCertificate = true;
  if (!thorough) return presented;
  const other = await lookForOther(means, request, seen, setting);
  return other === undefined ? presented : { ...presented, other };
}

async function look(
  means: Means,
  address: string,
  target: EndpointTarget,
  remaining: number,
  options: LookOptions,
): Promise<AddressResult> {
  const { permits, ports, proxy } = means;
  try {
    if (isIP(address) === 0) throw new Error('not a literal address');
    if (!permits(address)) return { kind: 'failed', address, failure: { code: 'policy' } };
    const { port, scheme } = target;
    if (!allowsPort(ports, port)) return { kind: 'failed', address, failure: { code: 'policy', detail: 'port' } };
    const asked = target.servername ?? target.host;
    const tunnel = proxy?.serves(target.host, address, port)
      ? (signal: AbortSignal) => proxy.connect(address, port, signal)
      : undefined;
    const request = { address, port, asked, scheme, timeout: remaining, ...(tunnel ? { tunnel } : {}) };
    return await lookAt(means, request, options);
  } catch (error) {
    return { kind: 'failed', address, failure: { code: 'internal', detail: detailText(String(error)) } };
  }
}

/** So many of the addresses, from all over the list: providers sort it by network. */
function some(addresses: string[], most: number): string[] {
  if (addresses.length <= most) return addresses;
  return Array.from({ length: most }, (_, index) => addresses[Math.floor((index * addresses.length) / most)]!);
}

/**
 * Resolves once, checks every address against the policy, makes a handshake with each literal address that passes, and
 * reads what it presents. The probe never throws.
 */
export function createProbe(
  settings: ProbeSettings,
): (target: EndpointTarget, options: ProbeOptions) => Promise<Observation> {
  const { timeout, dnsServers } = settings;
  const means = meansFor(settings);
  return async (target, options) => {
    const at = Date.now();
    const begun = performance.now();
    const elapsed = (): number => Math.round((performance.now() - begun) * 10) / 10;
    const uri = formatEndpoint(target);
    const resolved = await resolve(target, { servers: dnsServers, timeout });
    if ('failure' in resolved) return { uri, at, duration: elapsed(), addresses: [], failure: resolved.failure };
    const remaining = Math.max(1, timeout - elapsed());
    const atOtherTimes: Presented[] = [];
    const turned = (presented: Presented | null): void => void (presented && atOtherTimes.push(presented));
    const { most } = options;
    const chosen = most === undefined ? resolved.addresses : some(resolved.addresses, most);
    const looks = chosen.map(async (address, index) => {
      if (most !== undefined && index >= TOGETHER) await setTimeout((index - TOGETHER + 1) * APART);
      return look(means, address, target, remaining, { ...options, turned });
    });
    const addresses = await Promise.all(looks);
    const { total = resolved.addresses.length } = resolved;
    const more = {
      ...(most !== undefined && total > chosen.length ? { outOf: total } : {}),
      ...(options.thorough ? { thorough: true } : {}),
      ...(atOtherTimes.length > 0 ? { atOtherTimes } : {}),
    };
    return { uri, at, duration: elapsed(), addresses, ...more };
  };
}
