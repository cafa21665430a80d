import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { certificateCause, findingKind, hostCause, RANK } from '../core/alerts/causes.ts';
import type { TargetState } from '../core/certificates/state.ts';
import { NOTHING_TOLD, type Told } from '../core/model/incident.ts';
import { toJson } from './dialect.ts';
import { stateFromJson } from './target-state.ts';

/** What one conversation was told of one cause, by the cause. */
type ByCause = Map<string, { told: Told; openedAt: number }>;

interface ToldRow {
  conversation_id: string;
  target_id: number;
  told_at: number;
}

const OF_HOST = new Set(['unreachable', 'address', 'no-starttls', 'injected', 'downgraded']);

function note(known: Map<string, ByCause>, row: ToldRow, cause: string, told: Partial<Told>): void {
  const byCause = known.get(row.conversation_id) ?? new Map();
  known.set(row.conversation_id, byCause);
  const before = byCause.get(cause) ?? { told: NOTHING_TOLD, openedAt: row.told_at };
  const union = <T>(a: T[], b: T[] = []): T[] => [...new Set([...a, ...b])];
  byCause.set(cause, {
    openedAt: Math.min(before.openedAt, row.told_at),
    told: {
      ...before.told,
      boundaries: union(before.told.boundaries, told.boundaries),
      findings: union(before.told.findings, told.findings),
      rank: Math.max(before.told.rank, told.rank ?? 0),
      named: union(before.told.named, [row.target_id]),
    },
  });
}

async function statesOf(db: Kysely<unknown>): Promise<Map<number, TargetState>> {
  const { rows } = await sql<{ target_id: number; state: string }>`select target_id, state from target_states`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.target_id, stateFromJson(row.state)]));
}

/** Stages that were told of certificates that are still there. */
async function stages(db: Kysely<unknown>, known: Map<string, ByCause>, states: Map<number, TargetState>) {
  const { rows } = await sql<ToldRow & { key: string; fingerprint: string | null }>`
    select w.conversation_id, w.target_id, t.told_at, t.key, t.fingerprint
    from told t join watches w on w.id = t.watch_id`.execute(db);
  for (const row of rows) {
    if (row.fingerprint === null || !states.get(row.target_id)?.leaves.includes(row.fingerprint)) continue;
    const boundary = row.key.slice(row.key.indexOf('/') + 1);
    const rank = RANK[boundary as keyof typeof RANK] ?? 1;
    note(known, row, certificateCause(row.fingerprint), { boundaries: [boundary], rank });
  }
}

/** Findings get their causes; those that were told are known to have been. */
async function findings(db: Kysely<unknown>, known: Map<string, ByCause>, states: Map<number, TargetState>) {
  const { rows } = await sql<ToldRow & { watch_id: number; finding: string; uri: string }>`
    select e.watch_id, e.finding, e.told_at, w.conversation_id, w.target_id, t.uri
    from episodes e join watches w on w.id = e.watch_id join targets t on t.id = w.target_id`.execute(db);
  for (const row of rows) {
    const leaf = states.get(row.target_id)?.leaf ?? null;
    const isOfHost = leaf === null || OF_HOST.has(findingKind(row.finding));
    const cause = isOfHost ? hostCause(row.uri) : certificateCause(leaf);
    await sql`update episodes set cause = ${cause}, sure_at = told_at
      where watch_id = ${row.watch_id} and finding = ${row.finding}`.execute(db);
    if (row.told_at !== null) note(known, row, cause, { findings: [row.finding] });
  }
}

/**
 * What each watch was told becomes what each conversation was told of each cause, so that nothing is told twice. Run
 * again, it finds nothing more to do.
 */
export async function toldIntoIncidents(db: Kysely<unknown>): Promise<void> {
  const tables = await db.introspection.getTables();
  const has = (table: string, column: string): boolean =>
    tables.some(({ name, columns }) => name === table && columns.some((one) => one.name === column));
  const known = new Map<string, ByCause>();
  const states = await statesOf(db);
  if (has('told', 'key')) await stages(db, known, states);
  if (has('episodes', 'told_at')) await findings(db, known, states);
  for (const [conversationId, byCause] of known)
    for (const [cause, { told, openedAt }] of byCause)
      await sql`insert into incidents (id, conversation_id, cause, opened_at, told)
        values (${randomUUID()}, ${conversationId}, ${cause}, ${openedAt}, ${toJson(told)})
        on conflict (conversation_id, cause) do nothing`.execute(db);
  await sql`drop table if exists told`.execute(db);
  if (has('episodes', 'told_at')) await sql`alter table episodes drop column told_at`.execute(db);
}
