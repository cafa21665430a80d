/**
 * The bot's TLS source in a process of its own, as the bot has it: so that what it costs can be told apart. Started by
 * probes.ts, ends with its channel.
 */
import { pino } from 'pino';
import { createTlsSource } from '../src/sources/tls/source.ts';
import type { Endpoint } from './endpoints.ts';

export type ToClient = { begin: { authorities: string[]; concurrency: number } } | { probe: Endpoint[]; port: number };
/** What was wrong with the looks, empty when nothing was. */
export type FromClient = { begun: true } | { done: { wrong: string[] } };

let source: ReturnType<typeof createTlsSource> | null = null;
let atOnce = 1;

function begin({ authorities, concurrency }: { authorities: string[]; concurrency: number }): void {
  source = createTlsSource({
    timeout: 10_000,
    concurrency,
    allow: ['127.0.0.0/8'],
    deny: [],
    dnsServers: [],
    authorities,
    log: pino({ level: 'warn' }, pino.destination(2)),
    env: process.env,
    // The same process throughout: starts are not what is measured here.
    recycleAfter: Number.MAX_SAFE_INTEGER,
  });
  atOnce = concurrency;
}

async function probe(endpoints: Endpoint[], port: number): Promise<string[]> {
  const wrong: string[] = [];
  const rest = endpoints.values();
  async function lane(): Promise<void> {
    for (const { address, name } of rest) {
      const { addresses } = await source!.observe(
        { scheme: 'tls', host: address, port, servername: name },
        { thorough: false },
      );
      const [seen] = addresses;
      if (seen?.kind !== 'presented' || seen.trust !== 'trusted' || !seen.nameMatches)
        wrong.push(`${name}: ${JSON.stringify(seen).slice(0, 200)}`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane));
  return wrong;
}

function tell(message: FromClient): void {
  process.send?.(message);
}

process.on('message', (message: ToClient) => {
  if ('begin' in message) {
    begin(message.begin);
    tell({ begun: true });
  } else void probe(message.probe, message.port).then((wrong) => tell({ done: { wrong } }));
});
process.on('disconnect', () => void (source?.close() ?? Promise.resolve()).finally(() => process.exit(0)));
process.on('SIGINT', () => {});
