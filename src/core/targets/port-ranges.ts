/** Ports from `from` to `to`, both included. */
export interface PortRange {
  from: number;
  to: number;
}

/** Ranges that a sentence lists before it says that there are more. */
const MOST_LISTED = 8;

function readPort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** Reads `443` or `1000-2000`; null when it is neither, or ends before it begins. */
export function parsePortRange(text: string): PortRange | null {
  const [first = '', last = first, ...rest] = text.split('-').map((part) => part.trim());
  const from = readPort(first);
  const to = readPort(last);
  return from !== null && to !== null && from <= to && rest.length === 0 ? { from, to } : null;
}

/** Whether a port may be connected to; without ranges any may. */
export function allowsPort(ranges: PortRange[] | null | undefined, port: number): boolean {
  return !ranges || ranges.some(({ from, to }) => from <= port && port <= to);
}

/** `443, 8443, 1000-2000`; of many the first eight, then `…`. */
export function formatPortRanges(ranges: PortRange[]): string {
  const texts = ranges.slice(0, MOST_LISTED).map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  return [...texts, ...(ranges.length > MOST_LISTED ? ['…'] : [])].join(', ');
}
