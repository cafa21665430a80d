import { sql } from 'kysely';
import { boundItem } from '../core/certificates/bounds.ts';
import type { Item } from '../core/certificates/item.ts';
import type { Instant } from '../core/time.ts';
import type { Sighting } from '../core/model/watch.ts';
import { bound } from './bound.ts';
import { fromJson, toJson, type Executor } from './dialect.ts';

/** See `StoreOperations`. */
export async function saveCertificates({ db, dialect }: Executor, certificates: Item[], now: Instant): Promise<void> {
  const byFingerprint = new Map(certificates.map((one) => [one.fingerprint, boundItem(one)]));
  if (byFingerprint.size === 0) return;
  // Nearly all are known from the look before: asking is cheaper than writing them again.
  const known = await db
    .selectFrom('certificates')
    .select('fingerprint')
    .where(dialect.within('fingerprint', 'text', [...byFingerprint.keys()]))
    .execute();
  for (const { fingerprint } of known) byFingerprint.delete(fingerprint);
  if (byFingerprint.size === 0) return;
  const rows = dialect.relation(
    { fingerprint: 'text', certificate: 'text', saved_at: 'bigint' },
    [...byFingerprint.values()].map((certificate) => [certificate.fingerprint, toJson(certificate), now]),
  );
  await sql`insert into certificates (fingerprint, certificate, saved_at)
    select v.fingerprint, v.certificate, v.saved_at from ${rows} v where true order by v.fingerprint
    on conflict (fingerprint) do nothing`.execute(db);
}

async function getCertificates({ db, dialect }: Executor, fingerprints: string[]): Promise<Item[]> {
  if (fingerprints.length === 0) return [];
  const rows = await db
    .selectFrom('certificates')
    .select('certificate')
    .where(dialect.within('fingerprint', 'text', fingerprints))
    .execute();
  return rows.flatMap(({ certificate }) => {
    const item = fromJson<Item | null>(certificate);
    return item ? [boundItem(item)] : [];
  });
}

/** Upserts (target, address, fingerprint): first stays, last moves. Of a target the sightings of one look at most. */
export async function recordSightings({ db, dialect }: Executor, sightings: Sighting[]): Promise<void> {
  if (sightings.length === 0) return;
  // One statement must not touch a row twice.
  const distinct = new Map<string, Sighting>();
  for (const sighting of sightings) {
    const key = `${sighting.targetId} ${sighting.address} ${sighting.fingerprint}`;
    distinct.set(key, sighting);
  }
  const rows = dialect.relation(
    { target_id: 'bigint', address: 'text', fingerprint: 'text', first_at: 'bigint', last_at: 'bigint' },
    [...distinct.values()].map((s) => [s.targetId, s.address, s.fingerprint, s.firstAt, s.lastAt]),
  );
  await sql`insert into sightings (target_id, address, fingerprint, first_at, last_at)
    select v.target_id, v.address, v.fingerprint, v.first_at, v.last_at from ${rows} v where true
    order by v.target_id, v.address, v.fingerprint
    on conflict (target_id, address, fingerprint) do update set last_at =
      case when excluded.last_at > sightings.last_at then excluded.last_at else sightings.last_at end`.execute(db);
}

async function listSightings({ db }: Executor, targetId: number): Promise<Sighting[]> {
  const rows = await db
    .selectFrom('sightings')
    .selectAll()
    .where('target_id', '=', targetId)
    .orderBy('first_at')
    .orderBy('address')
    .orderBy('fingerprint')
    .execute();
  return rows.map((row) => ({
    targetId: row.target_id,
    address: row.address,
    fingerprint: row.fingerprint,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }));
}

/** See `StoreOperations`. */
export async function fingerprintsOf({ db, dialect }: Executor, targetIds: number[]): Promise<string[]> {
  if (targetIds.length === 0) return [];
  const rows = await db
    .selectFrom('sightings')
    .select('fingerprint')
    .distinct()
    .where(dialect.within('target_id', 'bigint', targetIds))
    .execute();
  return rows.map(({ fingerprint }) => fingerprint);
}

async function targetsOf({ db, dialect }: Executor, fingerprints: string[], limit: number): Promise<number[]> {
  if (fingerprints.length === 0) return [];
  const rows = await db
    .selectFrom('sightings')
    .select('target_id')
    .distinct()
    .where(dialect.within('fingerprint', 'text', fingerprints))
    .limit(limit)
    .execute();
  return rows.map((row) => row.target_id);
}

/** Certificates and where they were seen; see `StoreOperations`. */
export function createCertificates(executor: Executor) {
  return bound(executor, {
    saveCertificates,
    getCertificates,
    recordSightings,
    listSightings,
    fingerprintsOf,
    targetsOf,
  });
}

/** Deletes certificates saved before `before` that no sighting and no reminder refers to. */
export async function pruneCertificates({ db }: Executor, before: Instant): Promise<void> {
  await sql`delete from certificates where saved_at < ${before}
    and not exists (select 1 from sightings s where s.fingerprint = certificates.fingerprint)
    and not exists (select 1 from reminders r where r.fingerprint = certificates.fingerprint)`.execute(db);
}
