import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { pino } from 'pino';
import { RETENTION } from '../../src/core/model/retention.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createStore } from '../../src/store/store.ts';
import { createOrSkip, databaseKinds, type TestDatabase } from '../support/databases.ts';
import { aConversation, aRecipient, NOW, watchIn } from './contract/fixtures.ts';

const log = pino({ level: 'silent' });

for (const kind of databaseKinds)
  describe(`how long things are kept (${kind.name})`, () => {
    let database: TestDatabase;
    let store: Store;
    beforeEach(async function () {
      database = await createOrSkip(kind, this);
      store = await createStore({ databaseUrl: database.url, log });
      await store.rememberConversation(aConversation('c1'), NOW);
    });
    afterEach(async () => {
      await store?.close();
      await database?.drop();
    });

    it('is two years of who changed what', async () => {
      const entry = { conversationId: 'c1', actorId: 'a', actorName: 'A', verb: 'watch' };
      await store.recordAudit([
        { ...entry, at: NOW - RETENTION.audit - 1, subject: 'old' },
        { ...entry, at: NOW - RETENTION.audit, subject: 'new' },
      ]);
      await store.pruneKept(NOW);
      assert.deepEqual(
        (await store.listAudit('c1', 9)).map(({ subject }) => subject),
        ['new'],
      );
    });

    it('is four hundred days of what became of targets', async () => {
      const event = { kind: 'finding' as const, finding: 'unreachable' };
      const entry = { conversationId: 'c1', uri: 'tls://a.example:443', event };
      await store.recordHistory([
        { ...entry, at: NOW - RETENTION.history - 1 },
        { ...entry, at: NOW - RETENTION.history },
      ]);
      await store.pruneKept(NOW);
      const kept = await store.listHistory('c1', 'tls://a.example:443', 9);
      assert.deepEqual(
        kept.map(({ at }) => at),
        [NOW - RETENTION.history],
      );
    });

    it('is ninety days of questions that nobody answers', async () => {
      const before = NOW - RETENTION.questions - 1;
      const asked = (personId: string, state: 'asked' | 'accepted' | 'declined', askedAt: number) =>
        store.putRecipient(aRecipient('c1', { id: personId, personId, state, askedAt }));
      await asked('old', 'asked', before);
      await asked('new', 'asked', before + HOUR);
      await asked('yes', 'accepted', before);
      await asked('no', 'declined', before);
      await store.pruneKept(NOW);
      assert.deepEqual((await store.listRecipients(['c1'])).map(({ personId }) => personId).toSorted(), [
        'new',
        'no',
        'yes',
      ]);
    });

    it('is a month of what is known of a mailbox that nothing refers to', async () => {
      const at = NOW - RETENTION.mailboxes - 1;
      await store.putRecipient(aRecipient('c1', { id: 'r', mailbox: 'copied' }));
      await store.setConversationSettings('c1', { mailbox: 'shared' });
      for (const [mailbox, checkedAt] of [
        ['forsaken', at],
        ['copied', at],
        ['shared', at],
        ['fresh', NOW],
      ] as const) {
        await store.putMailboxState({ mailbox, state: 'fine', name: 'N', manager: null, checkedAt });
        await store.setWorkingTime(mailbox, null, checkedAt);
      }
      await store.pruneKept(NOW);
      const mailboxes = ['forsaken', 'copied', 'shared', 'fresh'];
      const left = (await store.getMailboxStates(mailboxes)).map(({ mailbox }) => mailbox);
      assert.deepEqual(left.toSorted(), ['copied', 'fresh', 'shared']);
      const times = await Promise.all(mailboxes.map((mailbox) => store.getWorkingTime(mailbox)));
      assert.deepEqual(
        times.map((time) => time !== null),
        [false, true, true, true],
      );
    });

    it('is as long as there is the watch of what was found because of it', async () => {
      const watch = await watchIn(store, 'c1', 'entra://all');
      const keys = [`found ${watch.id}`, `found ${watch.id + 1}`];
      for (const key of keys) await store.setValue(key, '{}');
      await store.pruneKept(NOW);
      assert.deepEqual(await Promise.all(keys.map((key) => store.getValue(key))), ['{}', null]);
    });

    it('is a year of where a certificate was seen, and as long as events are there of copies of them', async () => {
      const { id } = await store.ensureTarget('tls://example.com:443');
      await store.setValue('copy/event', 'mailbox uuid');
      await store.setValue('copy/older', 'uuid');
      const opened = kind.name === 'PostgreSQL' ? await openDatabase(database.url, log) : null;
      try {
        if (!opened) return;
        const before = NOW - RETENTION.sightings;
        await sql`insert into sightings (target_id, address, fingerprint, first_at, last_at)
          values (${id}, '192.0.2.1', 'old', 1, ${before - 1}), (${id}, '192.0.2.1', 'new', 1, ${before})`.execute(
          opened.db,
        );
        await store.pruneKept(NOW);
        assert.deepEqual(
          (await store.listSightings(id)).map(({ fingerprint }) => fingerprint),
          ['new'],
        );
      } finally {
        await opened?.close();
      }
      assert.equal(await store.getValue('copy/event'), null);
      assert.equal(await store.getValue('copy/older'), 'uuid');
    });
  });

describe('the documents', () => {
  it('say how long things are kept', () => {
    const text = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
    for (const [what, length] of [
      ['the id of an answered message', RETENTION.inbound === 7 * DAY && 'a week'],
      ['messages of the bot, sent or given up', RETENTION.sent === 30 * DAY && '30 days'],
      ['conversations: id, name, tenant or workspace', RETENTION.gone === 30 * DAY && '30 days'],
      ['where a certificate was seen', RETENTION.sightings === 365 * DAY && 'a year'],
      ['what became of targets', RETENTION.history === 400 * DAY && '400 days'],
      ['who changed what', RETENTION.audit === 730 * DAY && 'two years'],
      ['questions to people', RETENTION.questions === 90 * DAY && '90 days'],
      ['what is known of a mailbox', RETENTION.mailboxes === 30 * DAY && '30 days'],
    ] as const)
      assert.match(text, new RegExp(`\\| ${what}[^|]*\\| [^|]*${String(length)}[^|]*\\|`), what);
  });
});
