import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { pino } from 'pino';
import sinon from 'sinon';
import type { Store } from '../../src/core/ports/store.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Database } from '../../src/store/dialect.ts';
import { tokenHash } from '../../src/flows/reminders/feed-token.ts';
import { migrate, migrations } from '../../src/store/migrations.ts';
import { createStore } from '../../src/store/store.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { LONG, NOW, aConversation, aReminder, aRecipient, anInbound, claim, watchIn } from './contract/fixtures.ts';

const log = pino({ level: 'silent' });
const HOST = 'tls://example.com:443';

/** An actor as the first version stored it. */
const OLD_ACTOR = { id: 'u1', name: 'Ada', mailbox: 'ada', timeZone: 'Europe/Berlin' };

const WORKING_TIME = {
  zone: 'Europe/Berlin',
  zoneName: 'W. Europe Standard Time',
  days: [1, 2],
  start: 480,
  end: 1020,
};

const WRITTEN = { writtenHash: 'h1', eventId: 'e1', etag: 'W/1', createBody: '{}', sequence: 2 };
const RENEW = aReminder('ada', 'leaf', { id: 'r2', ...WRITTEN });
const EXPIRY = aReminder('ada', 'leaf', { id: 'r1', kind: 'expiry', ...WRITTEN });

for (const kind of databaseKinds) {
  describe(`a ${kind.name} database of an earlier version`, () => {
    const open: Pick<Store, 'close'>[] = [];
    let database: TestDatabase | undefined;

    beforeEach(async function () {
      database = await createOrSkip(kind, this);
    });

    afterEach(async () => {
      for (const opened of open.splice(0)) await opened.close();
      await database?.drop();
      database = undefined;
    });

    async function start(): Promise<Store> {
      const store = await createStore({ databaseUrl: database!.url, log });
      open.push(store);
      return store;
    }

    /** Migrates up to that migration, lets `fill` write to it, and closes it. */
    async function old(migration: string, fill: (database: Database) => Promise<void>): Promise<void> {
      const opened = await openDatabase(database!.url, log);
      try {
        const provider = { getMigrations: async () => migrations(opened.dialect) };
        const { error } = await new Migrator({ db: opened.db, provider }).migrateTo(migration);
        assert.equal(error, undefined);
        await fill(opened);
      } finally {
        await opened.close();
      }
    }

    it('takes every migration once more, as after one that ended half way', async () => {
      await old('0007_answered', async ({ db, dialect }) => {
        for (const { up } of Object.values(migrations(dialect))) await up(db);
      });
      await start();
    });

    it('refuses one of a newer version, and says what helps', async () => {
      await (await start()).close();
      open.pop();
      const opened = await openDatabase(database!.url, log);
      await sql`insert into kysely_migration (name, timestamp) values ('9999_later', '2027-01-01')`.execute(opened.db);
      await opened.close();
      await assert.rejects(start(), {
        message:
          'The database was brought up to date by a newer version of the bot (9999_later), which this one does not know: start that version again, or restore a backup of the time before it.',
      });
    });

    it('keeps feeds under the addresses that were given out, of which nothing is in it any more', async () => {
      const token = 'f'.repeat(64);
      await old('0007_answered', async ({ db }) => {
        await sql`insert into feeds (token, conversation_id, created_at) values (${token}, 'c1', ${NOW})`.execute(db);
        const card = JSON.stringify({ summary: `https://bot.example/calendar/${token}.ics` });
        await sql`insert into outbox (id, kind, lane, thread, card, version, state, attempts, ambiguous, created_at, updated_at,
          pending_since) values ('m1', 'message', 'c1', 'null', ${card}, 1, 'done', 1, 0, ${NOW}, ${NOW}, ${NOW})`.execute(
          db,
        );
        await sql`insert into feeds (token, conversation_id, created_at, revoked_at)
          values ('revoked', 'c1', ${NOW}, ${NOW})`.execute(db);
      });
      const store = await start();
      assert.equal(await store.findFeed(tokenHash(token)), 'c1');
      assert.equal(await store.findFeed(token), null);
      assert.equal(await store.findFeed(tokenHash('revoked')), null);
      assert.equal(await store.findLiveFeed('c1'), null, 'it cannot be shown');
      await store.close();
      open.pop();
      if (kind.name !== 'SQLite') return;
      const file = database!.url.slice('sqlite:'.length);
      assert.equal((await readFile(file, 'latin1')).includes(token), false);
    });

    /** A conversation, its watch and a message that waits for its answer, as the first version wrote them. */
    async function fill({ db }: Database): Promise<void> {
      const conversation = aConversation('c1');
      await sql`insert into conversations (id, channel, kind, reference, tenant_id, name, created_at, seen_at)
        values ('c1', 'teams', 'channel', ${JSON.stringify(conversation.reference)}, 'tenant', 'Ops', ${NOW}, ${NOW})`.execute(
        db,
      );
      await sql`insert into targets (uri, due_at) values (${HOST}, ${NOW})`.execute(db);
      await sql`insert into watches (conversation_id, target_id, owner_id, owner_name, created_by, owner_mailbox,
        owner_time_zone, created_at)
        select 'c1', id, 'u1', 'Ada', 'i0', 'ada', 'Europe/Berlin', ${NOW} from targets`.execute(db);
      await sql`insert into inbound (id, conversation_id, conversation, thread, actor, text, state, received_at, attempts)
        values ('i1', 'c1', ${JSON.stringify(conversation)}, '{"messageid":"7"}', ${JSON.stringify(OLD_ACTOR)},
        'watch example.com', 'pending', ${NOW}, 0)`.execute(db);
    }

    async function assertMigrated(store: Store): Promise<void> {
      const [watch] = await store.listWatches('c1');
      assert.deepEqual(watch, {
        id: watch?.id,
        conversationId: 'c1',
        targetId: (await store.findTarget(HOST))?.id,
        uri: HOST,
        ownerId: 'u1',
        ownerName: 'Ada',
        ownerMailbox: 'ada',
        ownerTimeZone: 'Europe/Berlin',
        ownerLocale: null,
        ownerTenantId: 'tenant',
        policy: null,
        createdAt: NOW,
        createdBy: 'i0',
      });
      assert.equal((await store.listWatchesByOwner('teams', 'tenant', 'u1'))[0]?.watch.id, watch?.id);
      const actor = { ...OLD_ACTOR, locale: null, tenantId: null, notice: null };
      assert.deepEqual(await store.claimInbound(10, 'lease', LONG), [
        { inbound: anInbound('i1', 'c1', { ephemeral: null, actor, mentions: [], attachments: [] }), attempts: 0 },
      ]);
      assert.deepEqual(await store.listInstallations('slack'), []);
      assert.deepEqual((await store.findConversation('c1'))?.settings, {});
      assert.deepEqual(await store.listRecipients(['c1']), []);
    }

    it('keeps its watches and waiting messages; what they could not know is null', async () => {
      await old('0001_initial', fill);
      await assertMigrated(await start());
    });

    it('knows what was told so far, by cause, so that nothing is told twice', async () => {
      const [leaf, gone] = ['a'.repeat(64), 'b'.repeat(64)];
      await old('0011_forgetting', async (opened) => {
        await fill(opened);
        const { db } = opened;
        const state = JSON.stringify({ leaf, leaves: [leaf], addresses: {}, failures: 0, answeredAt: NOW });
        await sql`insert into target_states (target_id, state, observation) select id, ${state}, '{}' from targets`.execute(
          db,
        );
        for (const key of [`${leaf}/notice`, `${leaf}/urgent`, `${leaf}/10d`, `${gone}/expired`])
          await sql`insert into told (watch_id, key, fingerprint, told_at)
            select id, ${key}, ${key.slice(0, 64)}, ${NOW} from watches`.execute(db);
        for (const [finding, toldAt] of [
          ['unreachable', NOW],
          ['wrong-name', NOW + 1],
          ['revoked', null],
        ] as const)
          await sql`insert into episodes (watch_id, finding, opened_at, told_at)
            select id, ${finding}, ${NOW}, ${toldAt} from watches`.execute(db);
      });
      const store = await start();
      const [facts] = await store.getWatchFacts(await store.listWatchIds('ics', 'c1'));
      const about = facts!.episodes.map(({ finding, cause, sureAt }) => [finding, cause, sureAt]).toSorted();
      assert.deepEqual(about, [
        ['revoked', `certificate:${leaf}`, null],
        ['unreachable', 'host:example.com', NOW],
        ['wrong-name', `certificate:${leaf}`, NOW + 1],
      ]);
      const incidents = await store.listIncidents('c1');
      const known = incidents.map(({ cause, told }) => [cause, told.boundaries.toSorted(), told.findings, told.rank]);
      assert.deepEqual(known.toSorted(), [
        [`certificate:${leaf}`, ['10d', 'notice', 'urgent'], ['wrong-name'], 2],
        ['host:example.com', [], ['unreachable'], 0],
      ]);
      assert.ok(incidents.every(({ told }) => told.named.includes(facts!.watch.targetId)));
    });

    it('takes everything new afterwards', async () => {
      await old('0001_initial', fill);
      const store = await start();
      const watch = await watchIn(store, 'c2', HOST, { ownerLocale: 'de-DE', ownerTenantId: 'T1' });
      assert.deepEqual(await store.listWatches('c2'), [watch]);
      const inbound = anInbound('i2', 'c2', { ephemeral: { to: 'u1' } });
      await store.acceptInbound(inbound);
      assert.deepEqual((await store.claimInbound(10, 'lease', LONG))[1], { inbound, attempts: 0 });
      const installation = { channel: 'slack', tenantId: 'T1', sealed: 'sealed', installedAt: NOW };
      await store.saveInstallation(installation);
      assert.deepEqual(await store.findInstallation('slack', 'T1'), installation);
    });

    it('is migrated once, and opened again without a change', async () => {
      await old('0001_initial', fill);
      await (await start()).close();
      open.splice(0);
      await assertMigrated(await start());
    });

    /**
     * What the second version had beside it: both reminders of a certificate as they were written, and the mailbox's
     * working time.
     */
    async function fillSecond(opened: Database): Promise<void> {
      const { db } = opened;
      await fill(opened);
      await sql`update watches set owner_locale = 'de-DE', owner_tenant_id = 'T1'`.execute(db);
      for (const { id, kind: purpose } of [RENEW, EXPIRY]) {
        await sql`insert into reminders (id, calendar, mailbox, fingerprint, kind, event, basis, transaction_id,
          written_hash, event_id, etag, create_body, wanted, sequence, created_at, updated_at)
          values (${id}, 'graph', 'ada', ${RENEW.fingerprint}, ${purpose}, ${JSON.stringify(RENEW.event)}, 'basis', ${`transaction of ${id}`},
          'h1', 'e1', 'W/1', '{}', 1, 2, ${NOW}, ${NOW})`.execute(db);
      }
      await sql`insert into working_times (mailbox, working_time, fetched_at)
        values ('ada', ${JSON.stringify(WORKING_TIME)}, ${NOW})`.execute(db);
    }

    async function assertSecondMigrated(store: Store): Promise<void> {
      const [watch] = await store.listWatchesByMailbox('graph', 'ada');
      assert.deepEqual([watch?.watch.ownerLocale, watch?.watch.ownerTenantId], ['de-DE', 'T1']);
      assert.deepEqual(watch?.conversation.settings, {});
      assert.deepEqual(await store.listReminders('graph', 'ada'), [EXPIRY, RENEW]);
      assert.deepEqual(await store.getWorkingTime('ada'), { workingTime: WORKING_TIME, fetchedAt: NOW });
      const [claimed] = await store.claimInbound(10, 'lease', LONG);
      assert.deepEqual(claimed?.inbound.mentions, []);
      assert.deepEqual(await store.listRecipients(['c1']), []);
    }

    it('keeps reminders, working times and watches of the second version; nobody decided anything yet', async () => {
      await old('0002_people', fillSecond);
      const store = await start();
      await assertSecondMigrated(store);
      const chosen = { start: NOW + 1, showAs: 'busy' } as const;
      await store.setReminderChoice(RENEW.id, { chosen, deleted: null, question: null });
      assert.deepEqual(await store.getReminder(RENEW.id), { ...RENEW, chosen });
      await store.setConversationSettings('c1', { mailbox: 'ops' });
      assert.equal((await store.listWatchesByMailbox('graph', 'ops')).length, 1);
      const recipient = await store.putRecipient(aRecipient('c1'));
      assert.deepEqual(await store.listRecipients(['c1']), [recipient]);
    });

    it('keeps messages that wait since the third version; no file came with them', async () => {
      await old('0003_calendar', fill);
      const store = await start();
      const [claimed] = await store.claimInbound(10, 'lease', LONG);
      assert.deepEqual(claimed?.inbound.attachments, []);
      await store.acceptInbound(anInbound('i2', 'c2'));
      const [next] = await store.claimInbound(10, 'lease', LONG);
      assert.deepEqual(next?.inbound, anInbound('i2', 'c2'));
    });

    it('gives reminders that have no outbox row one, when they are queued again', async () => {
      await old('0002_people', fillSecond);
      const store = await start();
      assert.deepEqual(await claim(store), []);
      await store.requeueReminders([RENEW.id], NOW);
      const [delivery] = await claim(store);
      assert.deepEqual([delivery?.id, delivery?.kind, delivery?.version], [RENEW.id, 'reminder', 1]);
    });

    it('of the second version is migrated to the end when an earlier attempt stopped halfway', async () => {
      await old('0002_people', async (opened) => {
        await fillSecond(opened);
        await sql`alter table conversations add column settings text`.execute(opened.db);
        await sql`alter table conversations add column mailbox text`.execute(opened.db);
        await sql`create index conversations_mailbox on conversations (mailbox) where mailbox is not null`.execute(
          opened.db,
        );
        await sql`alter table inbound add column mentions text not null default '[]'`.execute(opened.db);
        await sql`alter table reminders add column chosen text`.execute(opened.db);
      });
      await assertSecondMigrated(await start());
    });

    it('is migrated to the end when an earlier attempt stopped halfway', async () => {
      await old('0001_initial', async (opened) => {
        await fill(opened);
        await sql`alter table watches add column owner_locale text`.execute(opened.db);
        await sql`alter table watches add column owner_tenant_id text`.execute(opened.db);
        await sql`create index watches_owner on watches (owner_id)`.execute(opened.db);
        await sql`alter table inbound add column aside text not null default 'null'`.execute(opened.db);
      });
      await assertMigrated(await start());
    });

    if (kind.name === 'PostgreSQL') {
      it('is migrated once by replicas that start together', async () => {
        await old('0001_initial', fill);
        const [first] = await Promise.all([start(), start(), start()]);
        await assertMigrated(first);
      });

      it('is migrated although a table goes, by the migration of another replica, while all are looked at', async () => {
        await old('0001_initial', async (opened) => {
          await fill(opened);
          // Where a migration looks at each column of each table. A sequence is not rolled back.
          await sql`create sequence asked`.execute(opened.db);
          await sql`create function pg_get_serial_sequence(text, name) returns text language plpgsql as $$ begin
            if nextval('asked') = 1 then
              raise exception 'relation "public.told" does not exist' using errcode = 'undefined_table';
            end if;
            return null;
          end $$`.execute(opened.db);
        });
        await assertMigrated(await start());
      });

      it('is migrated although an older replica at work ends the first attempt in a deadlock', async () => {
        await old('0001_initial', fill);
        const client = new pg.Client({ connectionString: database!.url });
        await client.connect();
        try {
          // The migration is the one that finds the deadlock, and is ended for it.
          await client.query(`set deadlock_timeout = '60s'`);
          await client.query(`begin; update inbound set attempts = attempts`);
          const starting = start();
          const waits = `select 1 from pg_locks where relation = 'inbound'::regclass and not granted`;
          while ((await client.query(waits)).rowCount === 0);
          await client.query(`update watches set owner_name = 'Ada L.'`);
          await client.query('commit');
          const store = await starting;
          assert.equal((await store.listWatches('c1'))[0]?.ownerName, 'Ada L.');
        } finally {
          await client.end();
        }
      });
    }
  });
}

describe('bringing a database up to date', () => {
  afterEach(() => sinon.restore());

  const executor = {} as Parameters<typeof migrate>[0];
  const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });

  it('is tried three times where it ends in a deadlock, and then told', async () => {
    const tries = sinon.stub(Migrator.prototype, 'migrateToLatest').resolves({ error: deadlock, results: [] });
    await assert.rejects(migrate(executor), { message: /could not be brought up to date/, cause: deadlock });
    assert.equal(tries.callCount, 3);
  });

  it('is done when the third try is', async () => {
    const tries = sinon.stub(Migrator.prototype, 'migrateToLatest').resolves({ error: deadlock, results: [] });
    tries.onThirdCall().resolves({ results: [] });
    await migrate(executor);
    assert.equal(tries.callCount, 3);
  });

  it('is tried once where something else is wrong', async () => {
    const tries = sinon.stub(Migrator.prototype, 'migrateToLatest').resolves({ error: new Error('disk full') });
    await assert.rejects(migrate(executor), /could not be brought up to date/);
    assert.equal(tries.callCount, 1);
  });
});
