/**
 * Milliseconds for which something kept the processor busy: what else runs on the machine does not count, unlike on a
 * clock.
 */
export function cpuTime(act: () => unknown): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
