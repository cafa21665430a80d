import { createHash } from 'node:crypto';
import { csvLine, csvTime } from '../core/csv.ts';
import { sayIn, type Language } from '../core/language/language.ts';
import { LEFT } from '../core/model/forgetting.ts';
import type { StoreOperations } from '../core/ports/store.ts';
import { HOUR } from '../core/time.ts';
import type { FlowContext } from './context.ts';

/** Name of the value in the store: hash of the token in the address, until when it opens, and the language. */
const KEY = 'audit-export';
/** How long an address opens the file, milliseconds. */
const OPEN_FOR = HOUR;
/** Read at a time. */
const ROWS = 5000;
/** The most records of a file. */
const MOST = 200_000;

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The address of the file, which opens for an hour; an earlier one does not any more. Null where ours is not known. */
export async function exportAddress(
  { settings, uuid, now }: FlowContext,
  operations: StoreOperations,
  language: Language,
): Promise<string | null> {
  if (settings.publicUrl === null) return null;
  const token = `${uuid()}${uuid()}`.replaceAll('-', '');
  await operations.setValue(KEY, `${hashOf(token)} ${now() + OPEN_FOR} ${language}`);
  return `${settings.publicUrl}/audit/${token}.csv`;
}

/** Who changed what in which conversation, as comma-separated values; null when that token opens nothing (any more). */
export async function exportedAudit({ store, now }: FlowContext, token: string): Promise<string | null> {
  const [hash, until, language] = (await store.getValue(KEY))?.split(' ') ?? [];
  if (hash !== hashOf(token) || !(now() < Number(until))) return null;
  const say = sayIn(language === 'de' ? 'de' : 'en');
  const titles = (['time', 'conversation', 'conversation-id', 'person', 'person-id', 'verb', 'subject'] as const).map(
    (column) => say(`audit.${column}`),
  );
  // Spreadsheets know by the mark that it is UTF-8.
  const lines = [`\uFEFF${csvLine(titles)}`];
  for (let after = 0; lines.length <= MOST;) {
    const rows = await store.auditAfter(after, ROWS);
    for (const { at, conversation, conversationId, actorName, actorId, verb, subject } of rows) {
      const person = actorId === LEFT.id ? say('person.left') : actorName;
      lines.push(csvLine([csvTime(at), conversation ?? '', conversationId, person, actorId, verb, subject]));
    }
    if (rows.length < ROWS) break;
    after = rows.at(-1)!.seq;
  }
  return lines.join('');
}

/** Forgets an address that opens nothing any more. */
export async function forgetExport({ store, now }: Pick<FlowContext, 'store' | 'now'>): Promise<void> {
  const [, until] = (await store.getValue(KEY))?.split(' ') ?? [];
  if (until !== undefined && Number(until) < now()) await store.setValue(KEY, null);
}
