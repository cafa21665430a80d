import type { Certificate, FailureCode, Observation, Shown } from '../../src/core/certificates/certificate.ts';
import type { Source } from '../../src/core/ports/source.ts';
import { formatTarget } from '../../src/core/targets/target.ts';
import { failed, observation, presented } from './certificate-facts.ts';

/** What one address of an endpoint does when it is looked at. */
export type Peer = { address: string } & (
  | { presents: Certificate; trust?: string; nameMatches?: boolean; der?: NonNullable<Shown['der']> }
  | { shows: Shown }
  | { fails: FailureCode }
);

/**
 * A source whose endpoints do what a test says, from one look to the next: what is not scripted does not exist in DNS.
 * `now` is when its looks happen, in milliseconds since 1970.
 */
export function createScriptedSource(now: () => number) {
  const endpoints = new Map<string, Peer[]>();
  const gates = new Map<string, Promise<void>>();

  function lookAt(uri: string): Observation {
    const peers = endpoints.get(uri) ?? [];
    const addresses = peers.map((peer) => {
      if ('fails' in peer) return failed(peer.address, peer.fails);
      if ('shows' in peer) return presented(peer.address, peer.shows.chain[0], peer.shows);
      const { address, presents, trust = 'trusted', nameMatches = true, der } = peer;
      return presented(address, presents, { trust, nameMatches, ...(der ? { der } : {}) });
    });
    return observation(addresses, { uri, at: now() });
  }

  const source: Source = {
    schemes: ['tls'],
    async observe(target) {
      const uri = formatTarget(target);
      await gates.get(uri);
      return lookAt(uri);
    },
    close: () => Promise.resolve(),
  };

  return {
    source,
    /** From now on `host` (port 443) has these addresses. */
    serve(host: string, ...peers: Peer[]): void {
      endpoints.set(`tls://${host}:443`, peers);
    },
    /** Looks at `host` do not end until the function that is returned is called. */
    hold(host: string): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      gates.set(`tls://${host}:443`, promise);
      return resolve;
    },
  };
}

export type ScriptedSource = ReturnType<typeof createScriptedSource>;
