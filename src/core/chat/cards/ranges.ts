import type { Say } from '../../language/language.ts';

/** Hosts whose names differ in a number alone, as one line. */
export interface Range {
  /** `app-01 to app-18`, `ldap-1, ldap-2`. */
  name: string;
  /** What stands behind the first dot of each, with the port; empty: nothing. */
  domain: string;
  number: number;
  /** Of one alone: what it is called in full. */
  only?: string;
}

/** So many that hang together are a range; fewer are named one by one. */
const LEAST = 3;
/** Names and ranges on one line. */
const MOST_NAMED = 4;

interface Host {
  full: string;
  first: string;
  domain: string;
  /** The first part up to its last digits, and these. */
  stem: string;
  digits: string;
}

function hostOf(shown: string): Host {
  const dot = shown.indexOf('.');
  const isName = dot > 0 && !/^[\d.:[\]]+$/.test(shown) && !/\s/.test(shown);
  const first = isName ? shown.slice(0, dot) : shown;
  const digits = isName ? (/\d{1,9}$/.exec(first)?.[0] ?? '') : '';
  return {
    full: shown,
    first,
    domain: isName ? shown.slice(dot + 1) : '',
    stem: first.slice(0, first.length - digits.length),
    digits,
  };
}

/** Runs of numbers without a gap, written with as many digits. */
function runsOf(hosts: Host[]): Host[][] {
  const sorted = hosts.toSorted((a, b) => Number(a.digits) - Number(b.digits) || a.first.localeCompare(b.first));
  const runs: Host[][] = [];
  for (const host of sorted) {
    const before = runs.at(-1)?.at(-1);
    const follows =
      before !== undefined &&
      before.digits !== '' &&
      Number(host.digits) === Number(before.digits) + 1 &&
      (host.digits.length === before.digits.length || !/^0/.test(before.digits + host.digits));
    if (follows) runs.at(-1)!.push(host);
    else runs.push([host]);
  }
  return runs;
}

/** Each run by itself, and what belongs to none together. */
function rangesIn(hosts: Host[], say: Say): Range[] {
  const { domain } = hosts[0]!;
  const runs = runsOf(hosts);
  const ranges = runs
    .filter(({ length }) => length >= LEAST)
    .map((run): Range => {
      const name = say('bulk.range', { first: run[0]!.first, last: run.at(-1)!.first });
      return { name, domain, number: run.length };
    });
  const singles = runs.filter(({ length }) => length < LEAST).flat();
  if (singles.length === 0) return ranges;
  const names = singles
    .slice(0, MOST_NAMED)
    .map(({ first }) => first)
    .join(', ');
  const rest = singles.length - MOST_NAMED;
  const name = rest > 0 ? say('list.more', { items: names, number: rest }) : names;
  const only = singles.length === 1 ? { only: singles[0]!.full } : {};
  return [...ranges, { name, domain, number: singles.length, ...only }];
}

/** A range with the domain in which it is, for a row that says it by itself. */
export function wholeName({ only, name, domain }: Range, say: Say): string {
  return only ?? (domain === '' ? name : `${name} ${say('bulk.in-domain', { domain })}`);
}

/** Names of targets (as they are shown) as ranges, those that say most first. */
export function rangesOf(names: string[], say: Say): Range[] {
  const groups = Map.groupBy(names.map(hostOf), ({ stem, domain, digits }) => `${digits === '' ? '' : stem} ${domain}`);
  return [...groups.values()]
    .flatMap((hosts) => rangesIn(hosts, say))
    .toSorted((a, b) => b.number - a.number || a.name.localeCompare(b.name));
}
