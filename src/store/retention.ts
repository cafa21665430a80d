import { sql } from 'kysely';
import { RETENTION } from '../core/model/retention.ts';
import type { Instant } from '../core/time.ts';
import { whole, type Executor } from './dialect.ts';

/** Deletes what has been kept for as long as it is kept; see `Store.pruneKept`. */
export async function pruneKept({ db }: Executor, now: Instant): Promise<void> {
  const before = (kept: number): Instant => whole(now - kept);
  await sql`delete from audit where at < ${before(RETENTION.audit)}`.execute(db);
  await sql`delete from history where at < ${before(RETENTION.history)}`.execute(db);
  await sql`delete from exports where until < ${whole(now)}`.execute(db);
  await sql`delete from removed_watches where until < ${whole(now)}`.execute(db);
  await sql`delete from recipients where state = 'asked' and asked_at < ${before(RETENTION.questions)}`.execute(db);
  await sql`delete from sightings where last_at < ${before(RETENTION.sightings)}`.execute(db);
  // Of a shared mailbox conversations tell, of a person's own whoever owns something or gets copies.
  const isForsaken = sql`not exists (select 1 from watches w where w.owner_mailbox = kept.mailbox)
    and not exists (select 1 from recipients r where r.mailbox = kept.mailbox)
    and not exists (select 1 from conversations c where c.mailbox = kept.mailbox)
    and not exists (select 1 from reminders e where e.mailbox = kept.mailbox)
    and not exists (select 1 from connections o where o.mailbox = kept.mailbox)`;
  await sql`delete from mailbox_states where mailbox in (select kept.mailbox from mailbox_states kept
    where kept.checked_at < ${before(RETENTION.mailboxes)} and ${isForsaken})`.execute(db);
  await sql`delete from working_times where mailbox in (select kept.mailbox from working_times kept
    where kept.fetched_at < ${before(RETENTION.mailboxes)} and ${isForsaken})`.execute(db);
  // Copies that people made of events in mailboxes that hold none of ours any more.
  await sql`delete from bot_values where key like 'copy/%' and value like '% %' and not exists (
    select 1 from reminders e where substr(bot_values.value, 1, length(e.mailbox) + 1) = e.mailbox || ' ')`.execute(db);
  // What was to be told of a watch that has ended.
  await sql`delete from bot_values where key like 'found %' and not exists (
    select 1 from watches w where bot_values.key = 'found ' || w.id)`.execute(db);
}
