import { startFakeGraph, type FakeEvent } from '../test/peers/graph/graph.ts';
import type { Endpoint } from './endpoints.ts';
import { DAY } from '../src/core/time.ts';

/** Whether a text is about this endpoint, whatever else it says. */
export function mentions(text: string, { port }: Pick<Endpoint, 'port'>): boolean {
  return new RegExp(`localhost:${port}(?!\\d)`).test(text);
}

/**
 * What is wrong with events (or feeds) of somebody who watches these endpoints: two of each are wanted, one at the end
 * of validity, one before.
 */
export function faultsOf(events: { subject: string; start: number }[], wanted: Endpoint[]): string[] {
  const wrong: string[] = [];
  for (const endpoint of wanted) {
    const own = events.filter(({ subject }) => mentions(subject, endpoint));
    const end = endpoint.certificate.certificate.notAfter.getTime();
    const [first, last] = own.map(({ start }) => start).toSorted((a, b) => a - b);
    if (own.length !== 2) wrong.push(`${endpoint.uri} has ${own.length} events instead of 2`);
    else if (last !== end || first! >= end)
      wrong.push(`${endpoint.uri} has events at ${first} and ${last}, its certificate ends at ${end}`);
  }
  for (const { subject } of events)
    if (!wanted.some((endpoint) => mentions(subject, endpoint))) wrong.push(`left behind: “${subject}”`);
  return wrong;
}

/** Outlook: mailboxes by id, with events of strangers in them. */
export async function startOutlook(mailboxes: string[], endpoints: Endpoint[]) {
  const graph = await startFakeGraph();
  const strangers = new Set<string>();
  for (const [index, mailbox] of mailboxes.entries()) {
    // Some of them look like ours, to whoever goes by the words.
    const alike = `Renew certificate: localhost:${endpoints[index % endpoints.length]!.port}`;
    for (const subject of ['Lunch', alike, `${alike} (expires 1 Jan 2027)`])
      strangers.add(graph.mailbox(mailbox).addForeign({ subject }));
  }

  const own = (mailbox: string): FakeEvent[] => graph.events(mailbox).filter(({ id }) => !strangers.has(id));
  const foreign = (): string =>
    JSON.stringify(mailboxes.flatMap((mailbox) => graph.events(mailbox).filter(({ id }) => strangers.has(id))));
  const before = foreign();

  return {
    graph,
    own,
    /**
     * Somebody drags the earlier of the two events of the endpoint to another time. Returns which, and where it is now.
     */
    move(mailbox: string, endpoint: Endpoint): { id: string; start: number } {
      const [event] = own(mailbox)
        .filter(({ subject }) => mentions(subject, endpoint))
        .toSorted((a, b) => a.start - b.start);
      if (!event) throw new Error('There is no event to move.');
      const start = Math.floor(Date.now() / DAY) * DAY + 20 * DAY + 13.5 * 3_600_000;
      graph.mailbox(mailbox).move(event.id, start);
      return { id: event.id, start };
    },
    /** Null, or the events of strangers as they are now, when they are not as they were. */
    strangersChanged: (): string | null => (foreign() === before ? null : foreign()),
  };
}

export type Outlook = Awaited<ReturnType<typeof startOutlook>>;
