import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { pino } from 'pino';
import { openDatabase } from '../../src/store/database.ts';
import { createStore } from '../../src/store/store.ts';
import { createOrSkip, databaseKinds } from '../support/databases.ts';
import { LONG, anInbound } from './contract/fixtures.ts';

const log = pino({ level: 'silent' });

for (const kind of databaseKinds) {
  describe(`an answered message on ${kind.name}`, () => {
    it('leaves neither its text nor who wrote it nor whom it mentioned nor what came with it', async function () {
      const database = await createOrSkip(kind, this);
      try {
        const store = await createStore({ databaseUrl: database.url, log });
        try {
          await store.acceptInbound(anInbound('i1', 'c1'));
          await store.claimInbound(1, 'lease', LONG);
          await store.completeInbound('i1', 'lease');
        } finally {
          await store.close();
        }
        const opened = await openDatabase(database.url, log);
        try {
          const { rows } =
            await sql`select state, text, actor, conversation, mentions, attachments, aside, thread from inbound`.execute(
              opened.db,
            );
          assert.deepEqual(rows, [
            {
              state: 'done',
              text: '',
              actor: 'null',
              conversation: 'null',
              mentions: '[]',
              attachments: '[]',
              aside: 'null',
              thread: 'null',
            },
          ]);
        } finally {
          await opened.close();
        }
      } finally {
        await database.drop();
      }
    });
  });
}
