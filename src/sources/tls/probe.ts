import { isIP } from 'node:net';
import type { AddressResult, Observation } from '../../core/certificate.ts';
import { allowsPort, type PortRange } from '../../core/port-ranges.ts';
import { formatTarget, type Target } from '../../core/target.ts';
import { detailText } from './failure.ts';
import { createGuard, type ProbePolicy } from './guard.ts';
import { createHandshake, createProbeContext } from './handshake.ts';
import { createLanes } from './lanes.ts';
import { resolve } from './resolve.ts';

/** What a prober needs to know; plain data, since it crosses a process boundary. */
export interface ProbeSettings extends ProbePolicy {
  /** Milliseconds per address, from the question to the resolver to the end of the handshake; waiting for a turn does not count. */
  timeout: number;
  concurrency: number;
  dnsServers: string[];
  /** Ports that may be connected to; without, any. */
  ports?: PortRange[] | null;
}

/** Open sockets at once, slow ones included. */
const MOST_OPEN = 512;

/** Resolves once, checks every address against the policy, makes a handshake with each literal address that passes. The probe never throws. */
export function createProbe(settings: ProbeSettings): (target: Target) => Promise<Observation> {
  const { timeout, concurrency, dnsServers, ports } = settings;
  const permits = createGuard(settings);
  const handshake = createHandshake(createProbeContext());
  const inLane = createLanes({ concurrency, most: MOST_OPEN });

  async function look(address: string, target: Target, remaining: number): Promise<AddressResult> {
    try {
      if (isIP(address) === 0) throw new Error('not a literal address');
      if (!permits(address)) return { kind: 'failed', address, failure: { code: 'policy' } };
      if (!allowsPort(ports, target.port))
        return { kind: 'failed', address, failure: { code: 'policy', detail: 'port' } };
      return await inLane(() => handshake(address, target.port, target.servername ?? target.host, remaining));
    } catch (error) {
      return { kind: 'failed', address, failure: { code: 'internal', detail: detailText(String(error)) } };
    }
  }

  return async (target) => {
    const at = Date.now();
    const begun = performance.now();
    const elapsed = (): number => Math.round((performance.now() - begun) * 10) / 10;
    const uri = formatTarget(target);
    const resolved = await resolve(target, { servers: dnsServers, timeout });
    if ('failure' in resolved) return { uri, at, duration: elapsed(), addresses: [], failure: resolved.failure };
    const remaining = Math.max(1, timeout - elapsed());
    const addresses = await Promise.all(resolved.addresses.map((address) => look(address, target, remaining)));
    return { uri, at, duration: elapsed(), addresses };
  };
}
