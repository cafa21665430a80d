/**
 * Stands for Microsoft Graph during a sweep, in a process of its own. Started by graph.ts, ends with its channel.
 */
import { setPriority } from 'node:os';
import { startFakeGraph } from '../test/peers/graph/graph.ts';

export interface FromGraph {
  url: string;
  caPem: string;
}

/** It stands for a service elsewhere: it is not to take the processor from whom is measured. */
setPriority(10);
const { url, caPem } = await startFakeGraph();
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.send?.({ url, caPem } satisfies FromGraph);
