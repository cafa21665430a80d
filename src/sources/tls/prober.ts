/**
 * The prober process. Reading a peer's chain leaks native memory, so probes run here and the process is replaced now
 * and then; it also keeps the sweep off the thread that answers people. Lives and dies with the channel to its parent.
 */
import { flushCompileCache } from 'node:module';
import { constants, getPriority, setPriority } from 'node:os';
import type { Observation } from '../../core/certificates/certificate.ts';
import type { EndpointTarget } from '../../core/targets/endpoint.ts';
import { createProbe, type ProbeOptions, type ProbeSettings } from './probe.ts';

/** One look to make. */
export interface LookRequest {
  id: number;
  target: EndpointTarget;
  options: ProbeOptions;
}

/** From the parent: first the settings, then looks, and now and then the question whether it lives. */
export type ToProber = { settings: ProbeSettings } | { looks: LookRequest[] } | { alive: true };
/**
 * To the parent: that it can begin, then what was seen, and that it lives. Several go in one message: each message
 * costs a tenth of a look.
 */
export type FromProber =
  { ready: true } | { seen: { id: number; observation: Observation }[]; rss: number } | { alive: true };

/**
 * How long what was seen waits for more while other looks are under way, in milliseconds, and how many make a message.
 */
const GATHER = 10;
const GATHER_MOST = 16;

let probe: ReturnType<typeof createProbe> | null = null;

/** A parent that has gone in the meantime is no error: `disconnect` ends this process. */
function tell(message: FromProber): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

let underWay = 0;
let gathered: { id: number; observation: Observation }[] = [];
let timer: NodeJS.Timeout | null = null;

function flush(): void {
  if (timer) clearTimeout(timer);
  timer = null;
  if (gathered.length === 0) return;
  tell({ seen: gathered, rss: process.memoryUsage.rss() });
  gathered = [];
}

async function answer({ id, target, options }: LookRequest): Promise<void> {
  if (!probe) throw new Error('the settings have to come first');
  underWay += 1;
  const observation = await probe(target, options);
  underWay -= 1;
  gathered.push({ id, observation });
  if (underWay === 0 || gathered.length >= GATHER_MOST) flush();
  else timer ??= setTimeout(flush, GATHER);
}

process.on('message', (message: ToProber) => {
  if ('settings' in message) {
    probe = createProbe(message.settings);
    tell({ ready: true });
    // For those that come after this one.
    setImmediate(flushCompileCache);
  } else if ('alive' in message) tell(message);
  else for (const look of message.looks) void answer(look);
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when its looks are done.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
try {
  // Behind the bot itself, which may have been started with less than normal priority already.
  setPriority(Math.min(getPriority() + constants.priority.PRIORITY_BELOW_NORMAL, constants.priority.PRIORITY_LOW));
} catch {
  // Where priorities may not be changed, probes simply compete.
}
