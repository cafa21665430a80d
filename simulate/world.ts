import type { Certificate } from '../src/core/certificates/certificate.ts';
import type { Instant } from '../src/core/time.ts';

/** From (included) until (not included). */
export type Span = readonly [from: Instant, until: Instant];

/** An authority of one's own, by its name. */
export type Authority = string;

/** What an address presents from an instant on. */
export interface Served {
  from: Instant;
  /** Several: one of them at each look, by chance. */
  leaves: [Certificate, ...Certificate[]];
  /** Its intermediate is not sent. */
  isBroken?: true;
  /** Who issued it, where that is nobody whom everybody trusts. */
  authority?: Authority;
}

/** A host that listens on port 443. */
export interface Host {
  scenario: string;
  name: string;
  /** What each of its addresses presents, in the order of time; the first is there from the beginning. */
  addresses: Served[][];
  /** When nothing answers. */
  down: Span[];
  /** When the DNS does not. */
  unresolved: Span[];
  /** Each of its certificates is replaced in time, on every address, and nobody has to do anything for it. */
  renewsItself: boolean;
}

export interface World extends Pick<Year, 'from' | 'until'> {
  hosts: Host[];
  /** When the bot reaches no host; `chat`: and nobody in its chat either. */
  cuts: { span: Span; chat: boolean }[];
  /** When somebody tells the bot to trust an authority. */
  trusts: { at: Instant; authority: Authority }[];
}

/** The time that is simulated. */
export interface Year {
  from: Instant;
  until: Instant;
  seed: number;
}

export function uriOf({ name }: Pick<Host, 'name'>): string {
  return `tls://${name}:443`;
}

export function isWithin(spans: readonly Span[], at: Instant): boolean {
  return spans.some(([from, until]) => from <= at && at < until);
}

/** What an address presents at an instant. */
export function servedAt(address: readonly Served[], at: Instant): Served {
  let low = 0;
  let high = address.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (address[middle]!.from <= at) low = middle;
    else high = middle - 1;
  }
  return address[low]!;
}

/** A certificate while some address presents it. */
export interface Life {
  certificate: Certificate;
  /** In the order of time, without overlaps. */
  spans: Span[];
}

/** In the order of time, without overlaps. */
export function merged(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const [from, until] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], until)];
    else result.push([from, until]);
  }
  return result;
}

/** The certificates that these addresses present, and when. */
export function livesOf(addresses: readonly Served[][], { from, until }: Pick<Year, 'from' | 'until'>): Life[] {
  const found = new Map<string, Life>();
  for (const address of addresses)
    for (const [index, served] of address.entries()) {
      const span: Span = [Math.max(served.from, from), Math.min(address[index + 1]?.from ?? until, until)];
      if (span[1] <= span[0]) continue;
      for (const certificate of served.leaves) {
        const life = found.get(certificate.fingerprint) ?? { certificate, spans: [] };
        life.spans.push(span);
        found.set(certificate.fingerprint, life);
      }
    }
  return [...found.values()].map(({ certificate, spans }) => ({ certificate, spans: merged(spans) }));
}
