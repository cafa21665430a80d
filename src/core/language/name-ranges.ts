import type { Say } from './language.ts';

/** From so many that follow one another on they are one range; fewer are named one by one. */
const FEWEST = 3;
/** Names on one line that are in no range. */
const MOST_NAMED = 4;

/** A name of a host or its address as it is shown, perhaps with a port; the number that tells it from its neighbours. */
interface Host {
  full: string;
  /** Up to the first dot; an address as a whole, without its port. */
  first: string;
  /** What stands behind that dot, with the port; empty: nothing. */
  domain: string;
  before: string;
  digits: string;
  /** All that stands behind the digits. */
  behind: string;
}

/** The last octet of an address, the last digits of a host's own name; no digits where there are none to go by. */
function hostOf(full: string): Host {
  const [address] = /^(?:\d{1,3}\.){3}\d{1,3}(?=$|:)/.exec(full) ?? [];
  const isName = !/[\s[]/.test(full);
  const name = address ?? (isName ? /^[^.:]*/.exec(full)![0] : full);
  const isInDomain = address === undefined && full.charAt(name.length) === '.';
  const digits = isName ? /(?<!\d)\d{1,9}(?=\D*$)/.exec(name) : null;
  const end = digits ? digits.index + digits[0].length : name.length;
  return {
    full,
    first: isInDomain ? name : (address ?? full),
    domain: isInDomain ? full.slice(name.length + 1) : '',
    before: full.slice(0, digits?.index ?? end),
    digits: digits?.[0] ?? '',
    behind: full.slice(end),
  };
}

function byNumber(a: Host, b: Host): number {
  return Number(a.digits) - Number(b.digits) || a.full.localeCompare(b.full);
}

/** Names that differ by their number alone. Where one has leading zeros, those of its length follow one another. */
function familiesOf(hosts: Host[]): Host[][] {
  const alike = Map.groupBy(hosts, ({ before, behind }) => JSON.stringify([before, behind]));
  return [...alike.values()].flatMap((some) => {
    const padded = new Set(some.flatMap(({ digits }) => (/^0\d/.test(digits) ? [digits.length] : [])));
    return [...Map.groupBy(some, ({ digits }) => (padded.has(digits.length) ? digits.length : 0)).values()];
  });
}

/** Three and more that follow one another, of one family in any order. */
function runsIn(family: Host[]): Host[][] {
  const runs: Host[][] = [];
  for (const host of family.toSorted(byNumber)) {
    const run = runs.at(-1);
    if (run && Number(host.digits) === Number(run.at(-1)!.digits) + 1) run.push(host);
    else runs.push([host]);
  }
  return runs.filter(({ length }) => length >= FEWEST);
}

/** Each name once, in the order of the first of its run; those that belong to none by themselves. */
function runsOf(names: string[]): Host[][] {
  const hosts = [...new Set(names)].map(hostOf);
  const runs = familiesOf(hosts.filter(({ digits }) => digits !== '')).flatMap(runsIn);
  const inRun = new Map(runs.flatMap((run) => run.map(({ full }) => [full, run])));
  return [...new Set(hosts.map((host) => inRun.get(host.full) ?? [host]))];
}

/**
 * Names in fewer words: `app-01 to app-18.example.com (18)` for three and more that follow one another, in the place of
 * the first of them; all others as they are, each once.
 */
export function nameRanges(names: string[], say: Say): string[] {
  return runsOf(names).map((run) => {
    const [one, last] = [run[0]!, run.at(-1)!];
    return run.length === 1 ? one.full : `${say('names.range', { first: one.first, last: last.full })} (${run.length})`;
  });
}

/** Hosts whose names differ in a number alone, as one line; or those of one domain that belong to no range. */
export interface Range {
  /** `app-01 to app-18`, `ldap-1, ldap-2`. */
  name: string;
  /** What stands behind the first dot of each, with the port; empty: nothing. */
  domain: string;
  number: number;
  /** Of one alone: what it is called in full. */
  only?: string;
}

function rangeOf(run: Host[], say: Say): Range {
  const [one, last] = [run[0]!, run.at(-1)!];
  const end = one.domain === '' ? last.full : last.first;
  return { name: say('names.range', { first: one.first, last: end }), domain: one.domain, number: run.length };
}

function named(hosts: Host[], say: Say): Range {
  const { full, domain } = hosts[0]!;
  const sorted = hosts.toSorted(byNumber);
  const names = sorted.slice(0, MOST_NAMED).map((host) => (host.domain === '' ? host.full : host.first));
  const [items, rest] = [names.join(', '), hosts.length - MOST_NAMED];
  const name = rest > 0 ? say('list.more', { items, number: rest }) : items;
  return { name, domain, number: hosts.length, ...(hosts.length === 1 ? { only: full } : {}) };
}

/** A range with the domain in which it is, for a row that says it by itself. */
export function wholeName({ only, name, domain }: Range, say: Say): string {
  return only ?? (domain === '' ? name : `${name} ${say('bulk.in-domain', { domain })}`);
}

/** Names of targets (as they are shown) as ranges, those that say most first. */
export function rangesOf(names: string[], say: Say): Range[] {
  const runs = runsOf(names);
  const singles = runs.filter(({ length }) => length === 1).flat();
  const together = Map.groupBy(singles, ({ before, domain, digits }) =>
    domain === '' || digits === '' ? ` ${domain}` : `${before} ${domain}`,
  );
  return [
    ...runs.filter(({ length }) => length > 1).map((run) => rangeOf(run, say)),
    ...[...together.values()].map((hosts) => named(hosts, say)),
  ].toSorted((a, b) => b.number - a.number || a.name.localeCompare(b.name));
}
