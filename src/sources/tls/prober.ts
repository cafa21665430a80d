/**
 * The prober process. Reading a peer's chain leaks native memory, so probes run here and the process is replaced now and then; it also keeps the sweep
 * off the thread that answers people. Lives and dies with the channel to its parent.
 */
import { constants, setPriority } from 'node:os';
import type { Observation } from '../../core/certificate.ts';
import type { Target } from '../../core/target.ts';
import { createProbe, type ProbeSettings } from './probe.ts';

/** From the parent: first the settings, then one message per look. */
export type ToProber = { settings: ProbeSettings } | { id: number; target: Target };
/** To the parent. */
export interface FromProber {
  id: number;
  observation: Observation;
}

let probe: ReturnType<typeof createProbe> | null = null;

async function answer(id: number, target: Target): Promise<void> {
  if (!probe) throw new Error('the settings have to come first');
  const observation = await probe(target);
  const message: FromProber = { id, observation };
  if (process.connected) process.send?.(message);
}

process.on('message', (message: ToProber) => {
  if ('settings' in message) probe = createProbe(message.settings);
  else void answer(message.id, message.target);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when its looks are done.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Where priorities may not be changed, probes simply compete.
}
