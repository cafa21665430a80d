import type { AddressResult, Certificate, Instant, Observation } from './certificate.ts';
import { leavesOf } from './verdict.ts';

/** What we carry about a target from look to look. */
export interface TargetState {
  /** Fingerprint of the settled leaf: it stays until no address presents it any more. */
  leaf: string | null;
  /** Distinct leaves presented at the last look at which any address answered, and by addresses only briefly silent; earliest notAfter first. */
  leaves: string[];
  /** Per address: what it presented last (null = never answered), and its failures in a row. */
  addresses: Record<string, { fingerprint: string | null; failures: number }>;
  /** Looks in a row at which no address answered although one could be seen from here. */
  failures: number;
  /** When an address last answered; null = never. */
  answeredAt: Instant | null;
  /** The settled leaf before this one; null (or missing, in states of earlier versions) when there was none. */
  replaced?: string | null;
}

/** What is new since the previous look. */
export interface Change {
  /** The settled leaf is presented nowhere any more, and what came in its place. */
  replaced: { from: string; to: string } | null;
  /** The settled leaf differs from before, the first one included: reminders need planning. */
  leafChanged: boolean;
}

export const UNSEEN: TargetState = { leaf: null, leaves: [], addresses: {}, failures: 0, answeredAt: null };

/** How many failures in a row make a finding. */
export const FAILURES_TO_TELL = 3;

/** A family without a route from here, or an address that policy refuses: it says nothing about the endpoint, so it is neither an answer nor a failure. */
export function saysNothing(result: AddressResult): boolean {
  return result.kind === 'failed' && (result.failure.code === 'no-route' || result.failure.code === 'policy');
}

/** The look told something about the endpoint: a name that did not resolve does, addresses that cannot be seen from here do not. */
function saysSomething({ addresses, failure }: Observation): boolean {
  return failure !== undefined || addresses.some((result) => !saysNothing(result));
}

function nextAddresses(previous: TargetState, observation: Observation): TargetState['addresses'] {
  const addresses: TargetState['addresses'] = {};
  for (const result of observation.addresses) {
    const known = previous.addresses[result.address] ?? { fingerprint: null, failures: 0 };
    if (result.kind === 'presented')
      addresses[result.address] = { fingerprint: result.chain[0].fingerprint, failures: 0 };
    else if (saysNothing(result)) addresses[result.address] = { ...known, failures: 0 };
    else addresses[result.address] = { ...known, failures: known.failures + 1 };
  }
  return addresses;
}

/**
 * The next state of a target from the previous one and what was just seen. An address that fails keeps its last leaf until its third failure
 * in a row; addresses that left the DNS are forgotten. A look that cannot see an address from here breaks the row. While nothing answers, the last known leaves stay: unreachable is not expired.
 * `known` must hold the certificates of `previous.leaves`.
 */
export function advance(
  previous: TargetState | null,
  observation: Observation,
  known: Map<string, Certificate>,
): { state: TargetState; change: Change } {
  const before = previous ?? UNSEEN;
  const unchanged: Change = { replaced: null, leafChanged: false };
  const seen = leavesOf(observation);
  if (seen.length === 0) {
    const addresses = observation.addresses.length > 0 ? nextAddresses(before, observation) : before.addresses;
    const failures = saysSomething(observation) ? before.failures + 1 : 0;
    return { state: { ...before, addresses, failures }, change: unchanged };
  }
  const addresses = nextAddresses(before, observation);
  const certificates = new Map([...known, ...seen.map((leaf): [string, Certificate] => [leaf.fingerprint, leaf])]);
  const held = new Set(seen.map(({ fingerprint }) => fingerprint));
  for (const { fingerprint, failures } of Object.values(addresses)) {
    if (fingerprint !== null && failures > 0 && failures < FAILURES_TO_TELL && certificates.has(fingerprint))
      held.add(fingerprint);
  }
  const leaves = [...held].toSorted(
    (a, b) => certificates.get(a)!.notAfter - certificates.get(b)!.notAfter || a.localeCompare(b),
  );
  const stays = before.leaf !== null && held.has(before.leaf);
  const leaf = stays ? before.leaf : leaves[0]!;
  // Beside the settled leaf there may have been others all along: the one that is new has replaced it.
  const arrived = leaves.find((fingerprint) => !before.leaves.includes(fingerprint)) ?? leaves[0]!;
  const replaced = before.leaf !== null && !stays ? { from: before.leaf, to: arrived } : null;
  return {
    state: {
      leaf,
      leaves,
      addresses,
      failures: 0,
      answeredAt: observation.at,
      replaced: replaced ? replaced.from : (before.replaced ?? null),
    },
    change: { replaced, leafChanged: leaf !== before.leaf },
  };
}
