import { pino } from 'pino';
import type { Observation } from '../src/core/certificates/certificate.ts';
import { formatTarget } from '../src/core/targets/target.ts';
import { createStore } from '../src/store/store.ts';
import { endpointAt, isMortal, type Endpoint } from './endpoints.ts';
import type { Farm } from './farm.ts';

const log = pino({ level: 'silent' });
/** Watches per transaction. */
const GROUP = 1000;

export interface WatchesOptions {
  databaseUrl: string;
  endpoints: number;
  conversations: number;
  leaves: number;
  farm: Farm;
  serviceUrl: string;
}

function uriOf({ address, fate, name }: Endpoint, farm: Farm): string {
  return formatTarget({ scheme: 'tls', host: address, port: farm.portOf(fate), servername: name });
}

/**
 * Puts watches of all endpoints into a new database, in conversations of equal size, all due. Returns the target's id
 * of each endpoint.
 */
export async function plantWatches(options: WatchesOptions): Promise<number[]> {
  const { databaseUrl, endpoints, conversations, leaves, farm, serviceUrl } = options;
  const store = await createStore({ databaseUrl, log });
  const now = Date.now();
  const targets: number[] = [];
  try {
    for (let number = 0; number < conversations; number += 1) {
      const id = `a:watches-${number}`;
      const conversation = { id, conversationType: 'personal', tenantId: 'bench' };
      const reference = { bot: { id: '28:bot' }, conversation, channelId: 'msteams', serviceUrl, vouchedFor: null };
      await store.rememberConversation(
        { id: `teams:${id}`, channel: 'teams', kind: 'personal', tenantId: 'bench', name: null, reference },
        now,
      );
    }
    for (let from = 0; from < endpoints; from += GROUP) {
      await store.transaction(async (operations) => {
        const ids: number[] = [];
        for (let index = from; index < Math.min(endpoints, from + GROUP); index += 1) {
          const uri = uriOf(endpointAt(index, leaves), farm);
          const { id } = await operations.ensureTarget(uri);
          targets.push(id);
          ids.push(id);
          await operations.addWatch({
            conversationId: `teams:a:watches-${index % conversations}`,
            targetId: id,
            uri,
            ownerId: '29:bench',
            ownerName: 'Bench',
            ownerMailbox: null,
            ownerTimeZone: null,
            ownerLocale: 'en',
            ownerTenantId: 'bench',
            policy: null,
            createdAt: now,
            createdBy: 'bench',
          });
        }
        await operations.setTargetDue(ids, now);
      });
    }
    return targets;
  } finally {
    await store.close();
  }
}

function isRight(
  observation: Observation | null,
  { fingerprint, dead }: { fingerprint: string; dead: boolean },
): boolean {
  const [seen] = observation?.addresses ?? [];
  if (dead) return seen?.kind === 'failed';
  return (
    seen?.kind === 'presented' &&
    seen.chain[0].fingerprint === fingerprint &&
    seen.trust === 'trusted' &&
    seen.nameMatches
  );
}

/**
 * Compares what was stored of each endpoint with what the farm serves there. Returns the first few that are wrong, and
 * how many there are.
 */
export async function checkLooks(
  { databaseUrl, endpoints, leaves, farm }: WatchesOptions,
  { died, targets }: { died: boolean; targets: number[] },
): Promise<{ wrong: number; examples: string[] }> {
  const store = await createStore({ databaseUrl, log });
  const examples: string[] = [];
  const numbers = new Map(targets.map((id, index) => [id, index]));
  let wrong = 0;
  try {
    for (let from = 0; from < endpoints; from += GROUP) {
      const count = Math.min(GROUP, endpoints - from);
      const rows = await store.getTargets(targets.slice(from, from + count));
      for (const { id, uri, observation } of rows) {
        const index = numbers.get(id)!;
        const fingerprint = farm.fingerprints[index % leaves]!;
        if (isRight(observation, { fingerprint, dead: died && isMortal(index) })) continue;
        wrong += 1;
        if (examples.length < 3)
          examples.push(`${uri}: ${JSON.stringify(observation?.addresses[0] ?? observation)}`.slice(0, 300));
      }
      wrong += count - rows.length;
    }
  } finally {
    await store.close();
  }
  return { wrong, examples };
}
