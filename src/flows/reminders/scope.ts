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

const TARGET = 'target ';
const CERTIFICATE = 'certificate ';

/** The part of a mark that is everything which has to do with a target. */
export function partOf(targetId: number): string {
  return `${TARGET}${targetId}`;
}

/** A scope as parts of a mark, each by itself; null stands for everything, also where there are very many. */
export function partsOf(scope: Scope | null): (string | null)[] {
  if (scope === null) return [null];
  const { targets, fingerprints } = scope;
  const parts = new Set([...targets.map(partOf), ...fingerprints.map((fingerprint) => `${CERTIFICATE}${fingerprint}`)]);
  return parts.size > MOST_TARGETS ? [null] : [...parts];
}

/** The scope of parts of marks. */
export function scopeFrom(parts: string[]): Scope {
  const named = (what: string): string[] =>
    parts.flatMap((part) => (part.startsWith(what) ? [part.slice(what.length)] : []));
  return { targets: named(TARGET).map(Number), fingerprints: named(CERTIFICATE) };
}

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
