import type { Say } from './language.ts';

/** From so many that follow one another on they are one range; fewer are named one by one. */
const FEWEST = 3;
/** Names on one line that are in no range. */
const MOST_NAMED = 4;

/** A name of a host or its address as it is shown, perhaps with a port; the number that tells it from its neighbours. */
interface Host {
  full: string;
  /** Up to the first dot behind the name whose number counts; an address as a whole, without its port. */
  first: string;
  /** All that is shown from that name on. */
  last: string;
  /** What stands behind that dot, with the port; empty: nothing, or the name is not all that is shown. */
  domain: string;
  before: string;
  digits: string;
  /** All that stands behind the digits. */
  behind: string;
}

/** What stands before the name that is asked for. */
const AS = ' as ';
/** A target as it is shown, perhaps with the name that is asked for or the address that is connected to. */
const SHOWN = /^(?:[a-z][a-z0-9-]*:\/\/)?[^\s[/]+(?: @\S+)?(?: as \S+)?$/;

/** Where the host stands in what is shown, behind a scheme. */
function startOfHost(full: string): number {
  return /^[a-z][a-z0-9-]*:\/\//.exec(full)?.[0].length ?? 0;
}

/**
 * The last octet of an address, the last digits of a host's own name; no digits where there are none to go by. `start`:
 * where that address or name begins.
 */
function hostOf(full: string, start = startOfHost(full)): Host {
  const rest = full.slice(start);
  const [address] = /^(?:\d{1,3}\.){3}\d{1,3}(?=$|[:\s])/.exec(rest) ?? [];
  const isName = SHOWN.test(full);
  const name = address ?? (isName ? /^[^.:\s]*/.exec(rest)![0] : rest);
  const isAlone = start === 0 && !/\s/.test(full);
  const isInDomain = isAlone && address === undefined && full.charAt(name.length) === '.';
  const digits = isName ? /(?<!\d)\d{1,9}(?=\D*$)/.exec(name) : null;
  const end = start + (digits ? digits.index + digits[0].length : name.length);
  return {
    full,
    first: isInDomain || !isAlone || address !== undefined ? full.slice(0, start + name.length) : full,
    last: rest,
    domain: isInDomain ? full.slice(name.length + 1) : '',
    before: full.slice(0, start + (digits?.index ?? name.length)),
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
  const hosts = [...new Set(names)].map((name) => hostOf(name));
  const inRun = new Map<string, Host[]>();
  function gather(some: Host[]): void {
    for (const run of familiesOf(some.filter(({ digits }) => digits !== '')).flatMap(runsIn))
      for (const { full } of run) inRun.set(full, run);
  }
  gather(hosts);
  // One host that is asked for many names: then these are what follows one another.
  const asked = hosts.filter(({ full }) => !inRun.has(full) && full.includes(AS));
  gather(asked.map(({ full }) => hostOf(full, full.indexOf(AS) + AS.length)));
  return [...new Set(hosts.map((host) => inRun.get(host.full) ?? [host]))];
}

/**
 * Names in fewer words: `app-01 to app-18.example.com (18)` for three and more that follow one another, in the place of
 * the first of them; all others as they are, each once.
 */
export function nameRanges(names: string[], say: Say): string[] {
  return runsOf(names).map((run) => {
    const [one, last] = [run[0]!, run.at(-1)!];
    return run.length === 1 ? one.full : `${say('names.range', { first: one.first, last: last.last })} (${run.length})`;
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
  const end = one.domain === '' ? last.last : last.first;
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
