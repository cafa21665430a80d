import type { Say } from '../core/language/language.ts';
import { inspectDatabase } from '../store/inspect.ts';
import { fine, hint, wrong, type Verdict } from './verdict.ts';

/** A running bot that has its SQLite file is no fault. `timeout` is in milliseconds. */
export async function databaseVerdict(databaseUrl: string, say: Say, timeout: number): Promise<Verdict> {
  const state = await inspectDatabase(databaseUrl, timeout);
  const { kind, place } = state;
  if (kind === 'memory') return hint(say('doctor.database.memory'), say('doctor.database.memory.remedy'));
  if (kind === 'running' || kind === 'new') return fine(say(`doctor.database.${kind}`, { place }));
  if (kind === 'ready' && state.pending > 0)
    return fine(say('doctor.database.pending', { place, number: state.pending }));
  if (kind === 'ready') return fine(say('doctor.database.ready', { place }));
  const detail = 'detail' in state ? state.detail : '';
  return wrong(say(`doctor.database.${kind}`, { place, detail }), say(`doctor.database.${kind}.remedy`));
}
