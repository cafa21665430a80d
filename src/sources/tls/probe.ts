import type { AddressResult, Observation } from '../../core/certificate.ts';
import { formatTarget, type Target } from '../../core/target.ts';
import { createGuard, type ProbePolicy } from './guard.ts';
import { createHandshake, createProbeContext } from './handshake.ts';
import { createLanes } from './lanes.ts';
import { resolve } from './resolve.ts';

/** What a prober needs to know; plain data, since it crosses a process boundary. */
export interface ProbeSettings extends ProbePolicy {
  /** Milliseconds per address. */
  timeout: number;
  concurrency: number;
  dnsServers: string[];
}

/** Open sockets at once, slow ones included. */
const MOST_OPEN = 512;

/** Resolves once, checks every address against the policy, makes a handshake with each literal address that passes. Never throws. */
export function createProbe(settings: ProbeSettings): (target: Target) => Promise<Observation> {
  const { timeout, concurrency, dnsServers } = settings;
  const permits = createGuard(settings);
  const handshake = createHandshake(createProbeContext());
  const inLane = createLanes({ concurrency, most: MOST_OPEN });

  async function look(address: string, target: Target): Promise<AddressResult> {
    if (!permits(address)) return { kind: 'failed', address, failure: { code: 'policy' } };
    return inLane(() => handshake(address, target.port, target.servername ?? target.host, timeout));
  }

  return async (target) => {
    const at = Date.now();
    const begun = performance.now();
    const base = { uri: formatTarget(target), at };
    const resolved = await resolve(target, { servers: dnsServers, timeout });
    const addresses =
      'addresses' in resolved ? await Promise.all(resolved.addresses.map((address) => look(address, target))) : [];
    const duration = Math.round((performance.now() - begun) * 10) / 10;
    if ('failure' in resolved) return { ...base, duration, addresses, failure: resolved.failure };
    if (addresses.length === 0) return { ...base, duration, addresses, failure: { code: 'name-not-found' } };
    return { ...base, duration, addresses };
  };
}
