import { parseArgs } from 'node:util';

/** What can go wrong. */
export const FAULT_KINDS = ['kill', 'stop', 'prober', 'database', 'chat', 'outlook'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Options {
  /** How long faults are injected, milliseconds. */
  duration: number;
  seed: number;
  /** One bot on a SQLite file instead of replicas on PostgreSQL. */
  sqlite: boolean;
  replicas: number;
  without: FaultKind[];
  /** So long after the last fault everything has to be told and right, milliseconds. */
  settle: number;
  endpoints: number;
  conversations: number;
  /** Of one message so many may stand in the end, where answers to its sending were lost. */
  copies: number;
}

export const USAGE = `npm run drill -- [--minutes 10] [--seed 1] [--sqlite | --replicas 3] [--without ${FAULT_KINDS.join(',')}]
                 [--settle 240 (seconds)] [--endpoints 24] [--conversations 18] [--copies 3]`;

const NUMBERS = {
  minutes: 10,
  seed: 1,
  replicas: 3,
  settle: 240,
  endpoints: 24,
  conversations: 18,
  copies: 3,
} as const;

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} has to be a number.`);
  return value;
}

/** Throws with a sentence for whoever typed it. */
export function readOptions(args: string[]): Options {
  const names = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];
  const { values } = parseArgs({
    args,
    options: {
      ...Object.fromEntries([...names, 'without'].map((name) => [name, { type: 'string' as const }])),
      sqlite: { type: 'boolean' },
    },
  });
  const given = (name: string): string | undefined => (values as Record<string, string | undefined>)[name];
  const of = (name: keyof typeof NUMBERS): number => numberOf(name, given(name), NUMBERS[name]);
  const sqlite = values['sqlite'] === true;
  const named = (given('without') ?? '').split(',').filter((kind) => kind !== '');
  const without = FAULT_KINDS.filter((kind) => named.includes(kind) || (sqlite && kind === 'database'));
  const unknown = named.find((kind) => !FAULT_KINDS.some((known) => known === kind));
  if (unknown !== undefined) throw new Error(`--without knows ${FAULT_KINDS.join(', ')}, but not ${unknown}.`);
  return {
    duration: of('minutes') * 60_000,
    seed: of('seed'),
    sqlite,
    replicas: sqlite ? 1 : Math.max(1, of('replicas')),
    without,
    settle: of('settle') * 1000,
    endpoints: Math.max(4, of('endpoints')),
    conversations: Math.max(9, of('conversations')),
    copies: of('copies'),
  };
}

/** The line that does the same once more. */
export function lineOf(options: Options): string {
  const { duration, seed, sqlite, replicas, settle, endpoints, conversations, copies } = options;
  const without = options.without.filter((kind) => !sqlite || kind !== 'database');
  return [
    `npm run drill -- --minutes ${duration / 60_000} --seed ${seed}`,
    sqlite ? '--sqlite' : `--replicas ${replicas}`,
    ...(without.length > 0 ? [`--without ${without.join(',')}`] : []),
    `--settle ${settle / 1000} --endpoints ${endpoints} --conversations ${conversations} --copies ${copies}`,
  ].join(' ');
}
