import { MINUTE, type Instant } from '../core/time.ts';
import type { Store } from '../core/ports/store.ts';

/** Names of the values in which each process that shares the database says that it is there, and in which version. */
export const REPLICA = 'replica/';
/** Whoever has said nothing for so long is not there, milliseconds; they say it every ten seconds. */
const SILENT = MINUTE;

/** The processes that are at work, with their versions. */
export async function replicasOf(store: Store, now: Instant): Promise<{ name: string; version: string }[]> {
  const values = await store.listValues(REPLICA);
  return values.flatMap(({ key, value }) => {
    const [at, version = ''] = value.split(' ');
    return Math.abs(now - Number(at)) < SILENT ? [{ name: key.slice(REPLICA.length), version }] : [];
  });
}

/** Forgets those that are not there any more. */
export async function forgetReplicas(store: Store, now: Instant): Promise<void> {
  const present = new Set((await replicasOf(store, now)).map(({ name }) => `${REPLICA}${name}`));
  for (const { key } of await store.listValues(REPLICA)) if (!present.has(key)) await store.setValue(key, null);
}
