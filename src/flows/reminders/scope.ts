import type { StoreOperations } from '../../core/ports/store.ts';

/**
 * A part of what is watched that can be planned by itself: these targets have never presented another certificate than
 * these, and no other target has presented one of them.
 */
export interface Scope {
  targets: number[];
  fingerprints: string[];
}

/** More targets than this are planned with everything else in their place. */
export const MOST_TARGETS = 200;

/**
 * The smallest scope with these targets and these certificates (which may not be stored yet); null when it is a large
 * one.
 */
export async function scopeOf(operations: StoreOperations, { targets, fingerprints }: Scope): Promise<Scope | null> {
  const found = { targets: new Set<number>(), fingerprints: new Set<string>() };
  let newTargets = targets;
  let newPrints = fingerprints;
  while (newTargets.length > 0 || newPrints.length > 0) {
    for (const target of newTargets) found.targets.add(target);
    if (found.targets.size > MOST_TARGETS) return null;
    const presented = [...newPrints, ...(await operations.fingerprintsOf(newTargets))];
    newPrints = [...new Set(presented)].filter((fingerprint) => !found.fingerprints.has(fingerprint));
    for (const fingerprint of newPrints) found.fingerprints.add(fingerprint);
    const presenting = await operations.targetsOf(newPrints, MOST_TARGETS + 1);
    newTargets = presenting.filter((target) => !found.targets.has(target));
    newPrints = [];
  }
  return { targets: [...found.targets], fingerprints: [...found.fingerprints] };
}
