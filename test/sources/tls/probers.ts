import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';

/** The child processes started since, as Node's own diagnostics channel reports them. */
export function observeProcesses() {
  const started: ChildProcess[] = [];
  function add(message: unknown): void {
    started.push((message as { process: ChildProcess }).process);
  }
  subscribe('child_process', add);
  return {
    started,
    alive: () => started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null),
    stop: () => unsubscribe('child_process', add),
  };
}

/** Resolves when the process has ended, at once if it already has. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode };
}
