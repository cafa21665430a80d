import { hash } from 'node:crypto';
import { createChance, type Chance } from '../drill/chance.ts';
import type { Certificate } from '../src/core/certificates/certificate.ts';
import { DAY, HOUR, MINUTE, type Instant } from '../src/core/time.ts';
import type { Authority, Host, Served, Span, World, Year } from './world.ts';

/** Certificates of six days last 160 hours. */
const SIX_DAYS = 160 * HOUR;
const QUARTER = 90 * DAY;
const HALF_YEAR = 199 * DAY;
const YEAR = 397 * DAY;
const FLAPS = 5 * MINUTE;

/** One certificate of a host, and when it is put into its place. */
interface Generation {
  certificate: Certificate;
  at: Instant;
}

/** How hosts of a scenario come about. */
interface Recipe {
  scenario: string;
  hosts: number;
  build: (name: string, index: number) => Pick<Host, 'addresses' | 'renewsItself'> & Partial<Host>;
}

interface Desk extends Year {
  chance: Chance;
}

function certificateOf(name: string, notBefore: Instant, life: number, serial: number): Certificate {
  const print = (text: string): string => hash('sha256', `${text} ${name} ${serial} ${notBefore}`);
  return {
    fingerprint: print('certificate'),
    spki: print('key'),
    subject: name,
    issuer: 'Public CA R1',
    serialNumber: print('serial').slice(0, 20),
    notBefore,
    notAfter: notBefore + life,
    dnsNames: [name],
    ipAddresses: [],
    key: 'EC P-256',
    selfSigned: false,
  };
}

/** Whole seconds, as certificates have them. */
function second(at: Instant): Instant {
  return Math.floor(at / 1000) * 1000;
}

/**
 * Certificates of a name, each put in place `before` the end of the one before it (after it, where negative), and one
 * at `anewAt`.
 */
function generations(
  { chance, from, until }: Desk,
  name: string,
  { life, before, anewAt = Infinity }: { life: number; before: () => number; anewAt?: Instant },
): Generation[] {
  const made: Generation[] = [];
  let at = second(from - chance.next() * life * 0.6);
  while (at < until) {
    const certificate = certificateOf(name, at, life, made.length);
    made.push({ certificate, at: made.length === 0 ? -Infinity : at });
    const next = second(certificate.notAfter - before());
    at = at < anewAt && anewAt < next ? anewAt : next;
  }
  return made;
}

function steady(made: Generation[]): Served[] {
  return made.map(({ certificate, at }) => ({ from: at, leaves: [certificate] }));
}

/** One address, whose certificates follow one another. */
function simple(desk: Desk, name: string, life: number, before: () => number): Served[][] {
  return [steady(generations(desk, name, { life, before }))];
}

/** Several addresses, of which each has the new certificate a while after the first. */
function staggered(made: Generation[], delays: (() => number)[]): Served[][] {
  return delays.map((delay) =>
    made.map(({ certificate, at }) => ({ from: at === -Infinity ? at : second(at + delay()), leaves: [certificate] })),
  );
}

/** For two hours old and new come in turn. */
function flapping(made: Generation[], { chance }: Desk): Served[] {
  return made.flatMap(({ certificate, at }, index): Served[] => {
    const old = made[index - 1]?.certificate;
    if (!old || !chance.is(0.6)) return [{ from: at, leaves: [certificate] }];
    const turns = Array.from({ length: (2 * HOUR) / FLAPS }, (_, turn): Served => {
      return { from: at + turn * FLAPS, leaves: [turn % 2 === 0 ? certificate : old] };
    });
    return [...turns, { from: at + 2 * HOUR, leaves: [certificate] }];
  });
}

/** The intermediate is forgotten now and then, for some hours. */
function chainless(made: Generation[], { chance }: Desk): Served[] {
  return made.flatMap(({ certificate, at }, index): Served[] => {
    if (index === 0 || !chance.is(0.4)) return [{ from: at, leaves: [certificate] }];
    const mended = second(at + chance.between(3, 30) * HOUR);
    return [
      { from: at, leaves: [certificate], isBroken: true },
      { from: mended, leaves: [certificate] },
    ];
  });
}

/** Two backends behind one address, of which one is renewed 25 days before the end, the other just before or after it. */
function alternating(made: Generation[], isLate: boolean): Served[] {
  return made.flatMap(({ certificate, at }, index): Served[] => {
    const old = made[index - 1]?.certificate;
    if (!old) return [{ from: at, leaves: [certificate] }];
    return [
      { from: at, leaves: [old, certificate] },
      { from: old.notAfter + (isLate ? 30 * HOUR : -3 * DAY), leaves: [certificate] },
    ];
  });
}

/** One certificate on many hosts, which get the next one at once or one after the other. */
function shared(
  desk: Desk,
  { name, hosts, before, over }: { name: string; hosts: number; before: () => number; over: number },
): Served[][][] {
  const made = generations(desk, name, { life: HALF_YEAR, before });
  return Array.from({ length: hosts }, () => staggered(made, [() => desk.chance.next() * over]));
}

/** Issued by an authority of one's own, at an instant of the year by another one. */
function privately(
  desk: Desk,
  name: string,
  {
    before,
    takeover,
    authorities: [first, next],
  }: { before: () => number; takeover: Instant; authorities: readonly [Authority, Authority] },
): Served[] {
  const made = generations(desk, name, { life: QUARTER, before, anewAt: takeover });
  return steady(made).map((one) => ({ ...one, authority: one.from >= takeover ? next : first }));
}

/** Everybody is down for some minutes now and then, and a third of all for some hours. */
function outages({ chance, from, until }: Desk): Span[] {
  const span = (least: number, most: number): Span => {
    const at = second(chance.between(from, until));
    return [at, second(at + chance.between(least, most))];
  };
  const short = Array.from({ length: 6 }, () => span(MINUTE / 2, 3 * MINUTE));
  const long = chance.is(0.35) ? [span(0.4 * HOUR, 5 * HOUR), span(0.4 * HOUR, 5 * HOUR)] : [];
  return [...short, ...long].toSorted((a, b) => a[0] - b[0]);
}

function spans({ chance, from, until }: Desk, number: number, least: number, most: number): Span[] {
  return Array.from({ length: number }, (): Span => {
    const at = second(chance.between(from + DAY, until));
    return [at, second(at + chance.between(least, most))];
  }).toSorted((a, b) => a[0] - b[0]);
}

/** What hosts there are: 111 in all. */
function recipes(desk: Desk): Recipe[] {
  const { chance, from, until } = desk;
  const days = (least: number, most: number) => (): number => chance.between(least, most) * DAY;
  const month = days(29, 31);
  const half = (): number => chance.between(0.45, 0.55) * SIX_DAYS;
  const itself = (life: number, before: () => number) => (name: string) => ({
    addresses: simple(desk, name, life, before),
    renewsItself: true,
  });
  const byHand = (life: number, before: () => number) => (name: string) => ({
    ...itself(life, before)(name),
    renewsItself: false,
  });
  const rack = spans(desk, 6, 0.4 * HOUR, 5 * HOUR);
  const late = shared(desk, { name: '*.late.example', hosts: 8, before: days(3, 5), over: 0 });
  const rolling = shared(desk, { name: '*.rolling.example', hosts: 6, before: days(1, 1), over: 2 * DAY });
  const authorities = ['Inside Root R1', 'Inside Root R2'] as const;
  const takeover = from + (until - from) * 0.55;
  const delays = [() => 0, ...Array.from({ length: 3 }, () => () => chance.next() * 30 * MINUTE)];
  return [
    { scenario: 'on time, 90 days', hosts: 20, build: itself(QUARTER, month) },
    {
      scenario: 'late, 90 days',
      hosts: 6,
      build: byHand(QUARTER, () => month() - (chance.is(0.5) ? chance.between(15, 26) * DAY : 0)),
    },
    { scenario: 'six days', hosts: 12, build: itself(SIX_DAYS, half) },
    {
      scenario: 'six days, fails at times',
      hosts: 4,
      build: byHand(SIX_DAYS, () => half() - (chance.is(0.04) ? chance.between(95, 130) * HOUR : 0)),
    },
    { scenario: 'by hand, 199 days', hosts: 8, build: byHand(HALF_YEAR, days(5, 25)) },
    { scenario: 'forgotten, 199 days', hosts: 8, build: byHand(HALF_YEAR, () => -chance.between(4, 30) * HOUR) },
    { scenario: 'by hand, 397 days', hosts: 4, build: byHand(YEAR, days(3, 20)) },
    {
      scenario: 'rolling, 4 addresses',
      hosts: 6,
      build: (name) => ({
        addresses: staggered(generations(desk, name, { life: QUARTER, before: month }), delays),
        renewsItself: true,
      }),
    },
    {
      scenario: 'partial, 4 addresses',
      hosts: 4,
      build: (name) => {
        const stuck = (): number => (chance.is(0.5) ? chance.between(2, 9) * DAY : chance.next() * 30 * MINUTE);
        const made = generations(desk, name, { life: QUARTER, before: month });
        return { addresses: staggered(made, delays.toSpliced(1, 1, stuck)), renewsItself: false };
      },
    },
    {
      scenario: 'partial until the end',
      hosts: 2,
      build: (name) => {
        const made = generations(desk, name, { life: QUARTER, before: month });
        return { addresses: staggered(made, [() => 0, () => 30 * DAY]), renewsItself: false };
      },
    },
    {
      scenario: 'flapping',
      hosts: 4,
      build: (name) => {
        const made = generations(desk, name, { life: QUARTER, before: month });
        return { addresses: [flapping(made, desk), steady(made)], renewsItself: true };
      },
    },
    {
      scenario: 'broken chains',
      hosts: 4,
      build: (name) => ({
        addresses: [chainless(generations(desk, name, { life: QUARTER, before: month }), desk)],
        renewsItself: false,
      }),
    },
    {
      scenario: 'DNS hiccups',
      hosts: 3,
      build: (name) => ({
        ...itself(QUARTER, month)(name),
        unresolved: spans(desk, 24, MINUTE / 2, 10 * MINUTE),
      }),
    },
    {
      scenario: 'down together',
      hosts: 6,
      build: (name) => ({
        ...itself(QUARTER, month)(name),
        down: rack.map(([at, end]): Span => [at + chance.next() * MINUTE, end + chance.next() * 5 * MINUTE]),
      }),
    },
    {
      scenario: 'one certificate, late',
      hosts: late.length,
      build: (_, index) => ({ addresses: late[index]!, renewsItself: false }),
    },
    {
      scenario: 'one certificate, rolling at the end',
      hosts: rolling.length,
      build: (_, index) => ({ addresses: rolling[index]!, renewsItself: false }),
    },
    {
      scenario: 'private authority',
      hosts: 4,
      build: (name) => {
        const at = second(takeover + chance.next() * 3 * DAY);
        return {
          addresses: [privately(desk, name, { before: month, takeover: at, authorities })],
          renewsItself: false,
        };
      },
    },
    {
      scenario: 'two backends alternate',
      hosts: 2,
      build: (name, index) => ({
        addresses: [alternating(generations(desk, name, { life: QUARTER, before: days(25, 25) }), index % 2 === 0)],
        renewsItself: false,
      }),
    },
  ];
}

function labelOf(scenario: string): string {
  return scenario.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** A year by its seed: the same for the same. `most`: hosts of each scenario. */
export function worldOf(year: Year, most = Infinity): World {
  const desk: Desk = { ...year, chance: createChance(year.seed) };
  const { chance, from, until } = desk;
  const hosts = recipes(desk).flatMap(({ scenario, hosts, build }) =>
    Array.from({ length: Math.min(hosts, most) }, (_, index): Host => {
      const name = `${labelOf(scenario)}-${index}.example`;
      return { scenario, name, down: outages(desk), unresolved: [], ...build(name, index) };
    }),
  );
  const minutes = [2, 3, 4, 6, 8, 15, 25, 40, 45, 70, 120, 180];
  const cuts = minutes.map((length, index) => {
    const at = second(chance.between(from + DAY, until - DAY));
    return { span: [at, at + length * MINUTE] as const, chat: index % 2 === 0 };
  });
  const length = until - from;
  const trusts = [
    { at: from + 0.08 * length, authority: 'Inside Root R1' },
    { at: from + 0.55 * length + 5 * DAY, authority: 'Inside Root R2' },
  ];
  return { from, until, hosts, cuts: cuts.toSorted((a, b) => a.span[0] - b.span[0]), trusts };
}
