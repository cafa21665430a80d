/** How a port behaves; a mortal one speaks TLS until it is told to die. */
export type Behaviour = 'live' | 'silent' | 'reset' | 'refused' | 'full';

/** One in this many endpoints dies in the second sweep: 5 %. */
export const MORTAL_EVERY = 20;
/** How the mortal ones die, in turn: mostly those that cost the most, which never answer. */
const DEATHS = ['silent', 'silent', 'full', 'refused', 'reset'] as const;

export type Death = (typeof DEATHS)[number];

/** What is looked at: an address of 127/8, a port of the farm, a name. */
export interface Endpoint {
  address: string;
  /** How its port behaves in the sweep with dead ones. */
  fate: Behaviour;
  name: string;
}

/** Names end in the number of their leaf: `e17.l5.bench.test`. */
export function nameOf(endpoint: number, leaf: number): string {
  return `e${endpoint}.l${leaf}.bench.test`;
}

/** The number of the leaf that a name asks for; 0 for any other name. */
export function leafOf(name: string): number {
  return Number(/(?:^|\.)l(\d+)\.bench\.test$/.exec(name)?.[1] ?? 0);
}

/** Whether the endpoint with that number is one of the 5 % that die. */
export function isMortal(index: number): boolean {
  return index % MORTAL_EVERY === 0;
}

/** The endpoint with a number from 0 on, of a farm with that many leaves. */
export function endpointAt(index: number, leaves: number): Endpoint {
  const address = `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  const fate = isMortal(index) ? DEATHS[(index / MORTAL_EVERY) % DEATHS.length]! : 'live';
  return { address, fate, name: nameOf(index, index % leaves) };
}
