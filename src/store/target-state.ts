import type { TargetState } from '../core/certificates/state.ts';
import { fromJson, toJson } from './dialect.ts';

/** What is called otherwise in a row than here: replicas of an earlier version read and write the same rows. */
const STORED_NAMES = new Map([['altLeaf', 'twin']]);
const NAMES = new Map([...STORED_NAMES].map(([name, stored]) => [stored, name]));

/** The keys stay in their order: rows are compared as text to find out whether a state has moved on. */
function renamed(state: object, names: Map<string, string>): object {
  return Object.fromEntries(Object.entries(state).map(([key, value]) => [names.get(key) ?? key, value]));
}

/** A target's state as it is stored. */
export function stateToJson(state: TargetState): string {
  return toJson(renamed(state, STORED_NAMES));
}

/** A target's state from what is stored. */
export function stateFromJson(text: string): TargetState {
  return renamed(fromJson<object>(text), NAMES) as TargetState;
}
