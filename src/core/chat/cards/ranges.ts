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

function rangeOf(hosts: Host[], say: Say): Range {
  const parts = runsOf(hosts).flatMap((run) =>
    run.length >= LEAST
      ? [{ text: say('bulk.range', { first: run[0]!.first, last: run.at(-1)!.first }), number: run.length }]
      : run.map(({ first }) => ({ text: first, number: 1 })),
  );
  const named = parts.slice(0, MOST_NAMED);
  const rest = parts.slice(MOST_NAMED).reduce((sum, { number }) => sum + number, 0);
  const names = named.map(({ text }) => text).join(', ');
  return {
    name: rest > 0 ? say('list.more', { items: names, number: rest }) : names,
    domain: hosts[0]!.domain,
    number: hosts.length,
    ...(hosts.length === 1 ? { only: hosts[0]!.full } : {}),
  };
}

/** A range with the domain in which it is, for a row that says it by itself. */
export function wholeName({ only, name, domain }: Range, say: Say): string {
  return only ?? (domain === '' ? name : `${name} ${say('bulk.in-domain', { domain })}`);
}

/** Names of targets (as they are shown) as ranges, those that say most first. */
export function rangesOf(names: string[], say: Say): Range[] {
  const groups = Map.groupBy(names.map(hostOf), ({ stem, domain, digits }) => `${digits === '' ? '' : stem} ${domain}`);
  return [...groups.values()]
    .map((hosts) => rangeOf(hosts, say))
    .toSorted((a, b) => b.number - a.number || a.name.localeCompare(b.name));
}
