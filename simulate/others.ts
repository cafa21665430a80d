import { DAY, MINUTE, type Instant } from '../src/core/time.ts';
import { isWithin, livesOf, merged, type Host, type Life, type Span, type World } from './world.ts';

/** What another tool would have sent. */
export interface Rules {
  /** Days before the end at which it tells of a certificate. */
  days: number[];
  /** How often it looks whether a host is up, milliseconds. It tells of each look that fails after one that did not. */
  every: number;
}

/** Its defaults: 7, 14 and 21 days, and a look a minute without retries. */
export const UPTIME_KUMA: Rules = { days: [21, 14, 7], every: MINUTE };
export const TLSENTINEL: Rules = { days: [30, 14, 7, 1], every: 5 * MINUTE };

/**
 * What is told of one certificate on one endpoint: each threshold that is passed while it is presented once, and one
 * message for all that were passed when it came.
 */
export function endsTold({ certificate, spans }: Life, days: number[]): number {
  const [begin] = spans[0]!;
  const [, end] = spans.at(-1)!;
  const passed = days.map((number) => certificate.notAfter - number * DAY).filter((at) => at < end);
  const later = passed.filter((at) => at > begin);
  return later.length + (later.length < passed.length ? 1 : 0);
}

/**
 * Two messages for each of these spans in which it looks: down and up, or the first alone where it is over only after
 * `until`.
 */
export function outagesTold(spans: Span[], { every, phase, until }: { every: number; phase: number; until: Instant }) {
  return spans.reduce((told, [from, end]) => {
    if (from >= until) return told;
    const look = Math.ceil((from - phase) / every) * every + phase;
    if (look >= Math.min(end, until)) return told;
    return told + (end < until ? 2 : 1);
  }, 0);
}

/** When a tool that verifies chains takes a host for down, since it does not know the authority, or cannot. */
function unverified({ addresses: [address = []] }: Host, { trusts, until }: World): Span[] {
  return address.flatMap((served, index): Span[] => {
    if (!served.isBroken && served.authority === undefined) return [];
    const trusted = trusts.find(({ authority }) => authority === served.authority)?.at ?? Infinity;
    const span: Span = [served.from, Math.min(address[index + 1]?.from ?? until, trusted)];
    return span[0] < span[1] ? [span] : [];
  });
}

/** What a tool that watches each endpoint by itself would have sent about a host, its own network aside. */
export function toldOf(host: Host, world: World, { days, every }: Rules, phase: number): number {
  // It looks at one address only.
  const lives = livesOf(host.addresses.slice(0, 1), world);
  const ends = lives.reduce((sum, life) => sum + endsTold(life, days), 0);
  const down = merged([...host.down, ...host.unresolved, ...unverified(host, world)]);
  const within = down.map(([from, until]): Span => [Math.max(from, world.from), until]);
  return ends + outagesTold(within, { every, phase, until: world.until });
}

/** What it would have sent while its own network was away, and a host was not. */
export function toldOfCuts(host: Host, { cuts, until }: World, { every }: Rules, phase: number): number {
  const spans = cuts.map(({ span }) => span).filter(([from]) => !isWithin(host.down, from));
  return outagesTold(spans, { every, phase, until });
}
