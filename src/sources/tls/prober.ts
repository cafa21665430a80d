/**
 * The prober process. Reading a peer's chain leaks native memory, so probes run here and the process is replaced now and then; it also keeps the sweep
 * off the thread that answers people. Lives and dies with the channel to its parent.
 */
import { constants, setPriority } from 'node:os';
import type { Observation } from '../../core/certificate.ts';
import type { Target } from '../../core/target.ts';
import { createProbe, type ProbeOptions, type ProbeSettings } from './probe.ts';

/** From the parent: first the settings, then one message per look. */
export type ToProber = { settings: ProbeSettings } | { id: number; target: Target; options: ProbeOptions };
/** To the parent: that it can begin, then one message per look. */
export type FromProber = { ready: true } | { id: number; observation: Observation };

let probe: ReturnType<typeof createProbe> | null = null;

/** A parent that has gone in the meantime is no error: `disconnect` ends this process. */
function tell(message: FromProber): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function answer(id: number, target: Target, options: ProbeOptions): Promise<void> {
  if (!probe) throw new Error('the settings have to come first');
  tell({ id, observation: await probe(target, options) });
}

process.on('message', (message: ToProber) => {
  if ('settings' in message) {
    probe = createProbe(message.settings);
    tell({ ready: true });
  } else void answer(message.id, message.target, message.options);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when its looks are done.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Where priorities may not be changed, probes simply compete.
}
