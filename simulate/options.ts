import { parseArgs } from 'node:util';

export interface Options {
  seeds: number[];
  days: number;
  /** Hosts of each scenario at most. */
  hosts: number;
  json: boolean;
  /** Every message is shown. */
  messages: boolean;
}

export const USAGE = `npm run simulate -- [--seed 1 | --seeds 5] [--days 365] [--hosts (of each scenario)] [--messages] [--json]`;

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!(value >= 1)) throw new Error(`--${name} has to be a number from 1 on.`);
  return value;
}

/** Throws with a sentence for whoever typed it. */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' as const };
  const flag = { type: 'boolean' as const, default: false };
  const { values } = parseArgs({
    args,
    options: { seed: text, seeds: text, days: text, hosts: text, json: flag, messages: flag },
  });
  const { seed, seeds, days, hosts, json, messages } = values;
  if (seed !== undefined && seeds !== undefined) throw new Error('Give --seed or --seeds, not both.');
  const one = Math.floor(numberOf('seed', seed, 1));
  const many = Math.floor(numberOf('seeds', seeds, 1));
  return {
    seeds: seeds === undefined ? [one] : Array.from({ length: many }, (_, index) => index + 1),
    days: numberOf('days', days, 365),
    hosts: hosts === undefined ? Infinity : numberOf('hosts', hosts, 1),
    json,
    messages,
  };
}

/** What another process is given, so that it does one of the seeds. */
export function argumentsOf({ days, hosts, messages }: Options, seed: number): string[] {
  return [
    ...['--seed', String(seed), '--days', String(days), '--json'],
    ...(hosts === Infinity ? [] : ['--hosts', String(hosts)]),
    ...(messages ? ['--messages'] : []),
  ];
}
